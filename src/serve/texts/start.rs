//! The start page.

use crate::serve::wording::grouped;

pub(in crate::serve) struct StartTexts {
    pub(in crate::serve) title: &'static str,
    pub(in crate::serve) heading: &'static str,
    pub(in crate::serve) lead: fn(usize) -> String,
    pub(in crate::serve) examples: &'static str,
    /// What each of the example queries shows, in their order.
    pub(in crate::serve) explanations: [&'static str; 8],
    pub(in crate::serve) browse: &'static str,
    pub(in crate::serve) by_year: &'static str,
    pub(in crate::serve) by_organization: &'static str,
    pub(in crate::serve) by_division: &'static str,
    pub(in crate::serve) by_category: &'static str,
    pub(in crate::serve) tools: &'static str,
    pub(in crate::serve) about_analysis: &'static str,
    pub(in crate::serve) about_compare: &'static str,
    pub(in crate::serve) about_help: &'static str,
}

pub(super) const JAPANESE: StartTexts = StartTexts {
    title: "市区町村の取組の目標と実施結果を探す",
    heading: "市区町村の取組を探す",
    lead: |total| {
        format!(
            "市区町村の各部署が、その年度に何を目標にし、何を行ったか。公表された資料から{}件の取組を集め、ことばで探せるようにしました。",
            grouped(total)
        )
    },
    examples: "探し方の例",
    explanations: [
        "ことばで",
        "二つのことばを両方含むもの",
        "どちらかを含むもの",
        "文のままで",
        "かぎかっこの中を、そのままの並びで",
        "年度を添えて",
        "1文字でも",
        "「区分:」「部署:」「年度:」を付けて、絞り込みながら",
    ],
    browse: "見てまわる",
    by_year: "年度から",
    by_organization: "組織から",
    by_division: "部署から",
    by_category: "区分から",
    tools: "調べる",
    about_analysis: "部署・区分・年度ごとの件数を表とグラフで見て、CSVやExcelで持ち帰れます。",
    about_compare: "同じ部署の取組を年度ごとに並べ、続いたもの、変わったもの、新しいものを見分けます。",
    about_help: "ことばの組み合わせ方や、部署・年度での絞り方を例で示します。",
};

pub(super) const EASY: StartTexts = StartTexts {
    title: "市や区がすること・したことをさがす",
    heading: "市や区の仕事をさがす",
    lead: |total| {
        format!(
            "市や区は、1年でなにをするか決めます。そして、なにをしたか書きます。ここには{}件あります。ことばでさがすことができます。",
            grouped(total)
        )
    },
    examples: "さがしかたの例",
    explanations: [
        "ことばを1つ書きます",
        "ことばを2つ書きます。どちらもあるものが出ます",
        "どちらかがあるものが出ます",
        "文を書いてもいいです",
        "「 」の中と同じならびをさがします",
        "年も書きます",
        "1字でもいいです",
        "「区分:」を書くと、種類をえらぶことができます",
    ],
    browse: "えらんで見る",
    by_year: "年からえらぶ",
    by_organization: "市や区からえらぶ",
    by_division: "課からえらぶ",
    by_category: "種類からえらぶ",
    tools: "しらべる",
    about_analysis: "課や年ごとに、いくつあるか見ることができます。",
    about_compare: "同じ課の仕事を、年ごとにくらべることができます。",
    about_help: "さがしかたを、例で説明します。",
};

pub(super) const ENGLISH: StartTexts = StartTexts {
    title: "Search what Japanese cities planned and did",
    heading: "Search the initiatives of Japanese cities",
    lead: |total| {
        format!(
            "What did each division of a city set out to do in a fiscal year, and what became of it? {} initiatives from published reports, searchable by word. The reports are in Japanese.",
            grouped(total)
        )
    },
    examples: "Ways to search",
    explanations: [
        "One word",
        "Two words, both of which must appear",
        "Either of two words",
        "A whole sentence",
        "Exactly these characters, in this order",
        "A word and a fiscal year",
        "A single character",
        "Narrowed with 区分: (category), 部署: (division) or 年度: (fiscal year)",
    ],
    browse: "Browse",
    by_year: "By fiscal year",
    by_organization: "By organization",
    by_division: "By division",
    by_category: "By category",
    tools: "Explore",
    about_analysis: "Counts by division, category and year as tables and charts, with CSV and Excel downloads.",
    about_compare: "A division's initiatives year by year: what was kept, reworded, added or dropped.",
    about_help: "How to combine words and narrow by division or year, with examples.",
};

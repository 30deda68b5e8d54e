//! The help page: how to ask.

pub(in crate::serve) struct HelpTexts {
    pub(in crate::serve) title: &'static str,
    pub(in crate::serve) lead: &'static str,
    pub(in crate::serve) writing: &'static str,
    /// Heads of the table of examples.
    pub(in crate::serve) columns: [&'static str; 3],
    /// What each way of writing finds, in the order of the examples.
    pub(in crate::serve) meanings: [&'static str; 12],
    pub(in crate::serve) nothing: &'static str,
    /// What else there is to know: headings with their paragraphs.
    pub(in crate::serve) more: [(&'static str, &'static [&'static str]); 4],
}

pub(super) const JAPANESE: HelpTexts = HelpTexts {
    title: "使い方",
    lead: "ふだんのことばを、そのまま入れてください。表記のゆれ（問合せと問い合わせ、ＨＰとホームページ）は、まとめて探します。",
    writing: "ことばの書き方",
    columns: ["書き方の例", "見つかるもの", "件数"],
    meanings: [
        "そのことばを含む取組。別の書き方や同じ意味のことばも含みます。",
        "空白で区切った、すべてのことばを含む取組。",
        "どちらかのことばを含む取組。「｜」でも同じです。",
        "はじめのことばを含み、「-」を付けたことばを含まない取組。",
        "かぎかっこの中を、そのままの並びで含む取組。",
        "かっこで組み合わせたもの。",
        "1文字でも探せます。",
        "ひらがなで入れると、同じ読みのことばも探します。",
        "文のままでも探せます。",
        "「部署:」に続く名前の部署の取組。",
        "「区分:」に続く区分の取組。",
        "「年度:」に続く年度の取組。ことばに「令和4年度」と添えても同じです。",
    ],
    nothing: "この収録内容では見つかりません",
    more: [
        (
            "絞り込む",
            &[
                "検索結果の左（スマートフォンでは上）で、年度、組織、区分、部署を選び、「絞り込む」を押してください。同じ見出しの中では、いくつ選んでも「どれか」の意味になります。",
                "「探すところ」で、目標だけ、実施結果だけを探せます。",
                "選択肢が多いときは、「選択肢をさがす」に名前の一部を入れて「絞り込む」を押すと、その名前を含む選択肢だけが残ります。",
            ],
        ),
        (
            "ことばの読み替え",
            &[
                "入れたことばのほかにも探したものがあるときは、検索結果の上に、何をどう読み替えたかを示します。横のリンクで一つずつやめられます。「言い換えをしない」を選ぶと、すべてやめます。",
            ],
        ),
        (
            "引用する",
            &[
                "取組のページに、組織、部署、年度、資料のページ、アドレスをそろえた引用文があります。文章は資料のとおりです。誤字もそのまま示します。",
                "検索結果はCSV、Excel、JSON Linesで保存できます。",
            ],
        ),
        (
            "年度",
            &[
                "年度は4月から翌年3月までです。令和5年2月は令和4年度に入ります。令和4年度、R4、2022年度は同じものとして探します。",
            ],
        ),
    ],
};

pub(super) const EASY: HelpTexts = HelpTexts {
    title: "つかいかた",
    lead: "さがしたいことばを書いて、「さがす」をおしてください。書きかたがすこしちがっても見つかります。",
    writing: "ことばの書きかた",
    columns: ["例", "見つかるもの", "数"],
    meanings: [
        "そのことばがあるもの。",
        "ことばの間をあけます。どちらもあるもの。",
        "どちらかがあるもの。",
        "はじめのことばがあって、「-」のことばがないもの。",
        "「 」の中と同じならびがあるもの。",
        "（ ）でくみあわせます。",
        "1字でもさがすことができます。",
        "ひらがなでもさがすことができます。",
        "文でもさがすことができます。",
        "「部署:」の後に、課の名前を書きます。",
        "「区分:」の後に、種類を書きます。",
        "「年度:」の後に、年を書きます。",
    ],
    nothing: "ここでは見つかりません",
    more: [
        (
            "条件をえらぶ",
            &[
                "年、市や区、種類、課をえらぶことができます。えらんだら、「この条件で見る」をおしてください。",
                "「すること」だけ、「したこと」だけをさがすこともできます。",
            ],
        ),
        (
            "ことばをかえてさがしたとき",
            &[
                "書いたことばとちがうことばもさがしたときは、それを知らせます。やめることもできます。",
            ],
        ),
        ("文を使うとき", &["どこの文か、書いてください。ページの下に、書きかたがあります。"]),
        ("年について", &["ここの1年は、4月から次の年の3月までです。"]),
    ],
};

pub(super) const ENGLISH: HelpTexts = HelpTexts {
    title: "How to search",
    lead: "Type Japanese words as you would say them. Different spellings of a word are searched for together.",
    writing: "What you can type",
    columns: ["Example", "What it finds", "Records"],
    meanings: [
        "Records that contain the word, in any spelling, or a word of the same meaning.",
        "Records that contain all words, which are separated by spaces.",
        "Records that contain either word.",
        "Records that contain the first word and not the one after “-”.",
        "Records that contain exactly these characters in this order.",
        "Combinations in parentheses.",
        "A single character is enough.",
        "Words in hiragana also find ideographs that are read so.",
        "Whole questions and sentences.",
        "Records of a division, after 部署: (or division:).",
        "Records of a category, after 区分: (or category:).",
        "Records of a fiscal year, after 年度: (or year:).",
    ],
    nothing: "Not found in this collection",
    more: [
        (
            "Narrowing down",
            &[
                "Choose fiscal years, organizations, categories and divisions beside the results and press “Apply”. Several choices under one heading mean any of them.",
                "Under “Search in” you can search goals only, or results only.",
                "Where there are many choices, type part of a name into “Find a choice” and press “Apply”.",
            ],
        ),
        (
            "When other words were searched for",
            &[
                "What was searched for beside your words is said above the results, with a link to undo each. “Only the words as typed” switches all of it off.",
            ],
        ),
        (
            "Quoting",
            &[
                "Each initiative's page has a citation with organization, division, fiscal year, page and address. Texts are shown exactly as published.",
                "Results can be saved as CSV, Excel or JSON Lines.",
            ],
        ),
        (
            "Fiscal years",
            &[
                "A fiscal year runs from April to March: February 2023 belongs to FY2022. 令和4年度, R4 and 2022年度 are the same.",
            ],
        ),
    ],
};

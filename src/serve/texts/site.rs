//! What stands on every page: head, foot, and the search box.

use crate::serve::wording::grouped;

pub(in crate::serve) struct SiteTexts {
    /// The name of the whole.
    pub(in crate::serve) name: &'static str,
    pub(in crate::serve) tagline: &'static str,
    pub(in crate::serve) skip_to_main: &'static str,
    /// Label of the links to other languages.
    pub(in crate::serve) languages: &'static str,
    pub(in crate::serve) ruby_on: &'static str,
    pub(in crate::serve) ruby_off: &'static str,
    /// That readings are made by a program.
    pub(in crate::serve) ruby_note: &'static str,
    /// Label of the links at the foot.
    pub(in crate::serve) about_site: &'static str,
    pub(in crate::serve) home: &'static str,
    pub(in crate::serve) all_records: &'static str,
    pub(in crate::serve) analysis: &'static str,
    pub(in crate::serve) compare: &'static str,
    pub(in crate::serve) help: &'static str,
    pub(in crate::serve) accessibility: &'static str,
    pub(in crate::serve) as_printed: &'static str,
    pub(in crate::serve) search_label: &'static str,
    pub(in crate::serve) search_button: &'static str,
    /// Records behind a link: 3件.
    pub(in crate::serve) count: fn(usize) -> String,
}

pub(super) const JAPANESE: SiteTexts = SiteTexts {
    name: "取組検索",
    tagline: "市区町村が公表した取組の、目標と実施結果を探す",
    skip_to_main: "本文へ移動",
    languages: "表示のことば（Language）",
    ruby_on: "ふりがなをつける",
    ruby_off: "ふりがなを外す",
    ruby_note: "ふりがなは機械がつけています。まちがっていることがあります。",
    about_site: "このサイトについて",
    home: "はじめのページ",
    all_records: "すべての取組",
    analysis: "集計する",
    compare: "年度をくらべる",
    help: "使い方",
    accessibility: "アクセシビリティ",
    as_printed: "取組の文章は、公表された資料のまま表示しています。",
    search_label: "探したいことば",
    search_button: "検索",
    count: |n| format!("{}件", grouped(n)),
};

pub(super) const EASY: SiteTexts = SiteTexts {
    name: "取組検索",
    tagline: "市や区が「すること」と「したこと」をさがします",
    skip_to_main: "本文へ行く",
    languages: "ことば（Language）",
    ruby_on: "ふりがなをつける",
    ruby_off: "ふりがなをとる",
    ruby_note: "ふりがなは コンピューターが つけました。まちがいが あるかもしれません。",
    about_site: "このサイトについて",
    home: "はじめのページ",
    all_records: "ぜんぶを見る",
    analysis: "数をかぞえる",
    compare: "年をくらべる",
    help: "つかいかた",
    accessibility: "だれでも使えるように",
    as_printed: "文は、市や区が出したものと同じです。",
    search_label: "さがしたいことば",
    search_button: "さがす",
    count: |n| format!("{}件", grouped(n)),
};

pub(super) const ENGLISH: SiteTexts = SiteTexts {
    name: "Torikumi search",
    tagline: "What Japanese cities set out to do, and what became of it",
    skip_to_main: "Skip to main content",
    languages: "Language",
    ruby_on: "Show readings (furigana)",
    ruby_off: "Hide readings",
    ruby_note: "The readings were made by a program and may be wrong.",
    about_site: "About this site",
    home: "Start page",
    all_records: "All initiatives",
    analysis: "Count and chart",
    compare: "Compare years",
    help: "How to search",
    accessibility: "Accessibility",
    as_printed: "Initiatives are shown in Japanese, exactly as published.",
    search_label: "Search for (in Japanese)",
    search_button: "Search",
    count: |n| format!("{} {}", grouped(n), if n == 1 { "record" } else { "records" }),
};

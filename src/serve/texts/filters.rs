//! What narrows a search: boxes to tick, and chips.

use crate::serve::wording::grouped;

pub(in crate::serve) struct FilterTexts {
    /// What the panel is called, with how many conditions are in force.
    pub(in crate::serve) summary: fn(usize) -> String,
    pub(in crate::serve) apply: &'static str,
    pub(in crate::serve) year: &'static str,
    pub(in crate::serve) organization: &'static str,
    pub(in crate::serve) division: &'static str,
    pub(in crate::serve) category: &'static str,
    /// Where to search: in goals, in results.
    pub(in crate::serve) place: &'static str,
    pub(in crate::serve) everywhere: &'static str,
    pub(in crate::serve) manner: &'static str,
    pub(in crate::serve) exact: &'static str,
    /// The values behind a fold: of what, for those who hear it, and how many.
    pub(in crate::serve) more: fn(usize) -> String,
    /// The divisions below one.
    pub(in crate::serve) below: fn(usize) -> String,
    /// Whose fold it is, for those who hear it.
    pub(in crate::serve) of: fn(&str) -> String,
    /// Values that are not listed.
    pub(in crate::serve) others: fn(usize) -> String,
    pub(in crate::serve) list_all: &'static str,
    /// Label of the field that looks for a value among many.
    pub(in crate::serve) choices: &'static str,
    pub(in crate::serve) choices_hint: &'static str,
    pub(in crate::serve) no_choice: fn(&str) -> String,
    /// Label of the conditions in force.
    pub(in crate::serve) chips: &'static str,
    /// A condition: 区分：共通.
    pub(in crate::serve) condition: fn(&str, &str) -> String,
    /// After a condition, for those who hear it.
    pub(in crate::serve) remove: &'static str,
    pub(in crate::serve) remove_all: &'static str,
    /// After a number, for those who hear it.
    pub(in crate::serve) count_unit: &'static str,
}

pub(super) const JAPANESE: FilterTexts = FilterTexts {
    summary: |n| match n {
        0 => "絞り込む".to_owned(),
        n => format!("絞り込む（{n}つの条件）"),
    },
    apply: "絞り込む",
    year: "年度",
    organization: "組織",
    division: "部署",
    category: "区分",
    place: "探すところ",
    everywhere: "すべて",
    manner: "探し方",
    exact: "言い換えをしない",
    more: |n| format!("ほか{}つ", grouped(n)),
    below: |n| format!("内訳（{}）", grouped(n)),
    of: |name| format!("{name}の"),
    others: |n| format!("このほかに{}つあります。", grouped(n)),
    list_all: "すべて並べる",
    choices: "選択肢をさがす",
    choices_hint: "部署や区分の名前の一部",
    no_choice: |text| format!("「{text}」を含む選択肢はありません。"),
    chips: "いまの条件",
    condition: |kind, value| format!("{kind}：{value}"),
    remove: " の条件を外す",
    remove_all: "絞り込みをすべて外す",
    count_unit: "件",
};

pub(super) const EASY: FilterTexts = FilterTexts {
    summary: |n| match n {
        0 => "条件をえらぶ".to_owned(),
        n => format!("条件をえらぶ（いま{n}つ）"),
    },
    apply: "この条件で見る",
    year: "年",
    organization: "市や区",
    division: "課",
    category: "種類",
    place: "さがすところ",
    everywhere: "ぜんぶ",
    manner: "さがしかた",
    exact: "書いたことばだけでさがす",
    more: |n| format!("ほか{}つ", grouped(n)),
    below: |n| format!("この中（{}）", grouped(n)),
    of: |name| format!("{name}の"),
    others: |n| format!("ほかに{}つあります。", grouped(n)),
    list_all: "ぜんぶ見せる",
    choices: "えらぶものをさがす",
    choices_hint: "課や種類の名前を書いてください",
    no_choice: |text| format!("「{text}」は、ありません。"),
    chips: "いまの条件",
    condition: |kind, value| format!("{kind}：{value}"),
    remove: " の条件をやめる",
    remove_all: "条件をぜんぶやめる",
    count_unit: "件",
};

pub(super) const ENGLISH: FilterTexts = FilterTexts {
    summary: |n| match n {
        0 => "Narrow down".to_owned(),
        1 => "Narrow down (1 condition)".to_owned(),
        n => format!("Narrow down ({n} conditions)"),
    },
    apply: "Apply",
    year: "Fiscal year",
    organization: "Organization",
    division: "Division",
    category: "Category",
    place: "Search in",
    everywhere: "Everything",
    manner: "How to search",
    exact: "Only the words as typed",
    more: |n| format!("{} more", grouped(n)),
    below: |n| format!("Below it ({})", grouped(n)),
    of: |name| format!("{name}: "),
    others: |n| format!("{} more are not listed.", grouped(n)),
    list_all: "List all",
    choices: "Find a choice",
    choices_hint: "Part of the name of a division or category",
    no_choice: |text| format!("No choice contains “{text}”."),
    chips: "Current conditions",
    condition: |kind, value| format!("{kind}: {value}"),
    remove: " – remove this condition",
    remove_all: "Remove all",
    count_unit: " records",
};

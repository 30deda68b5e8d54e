//! What the script says while a query is typed; it finds its words in the form, with `{n}` where a number goes.

pub(in crate::serve) struct SuggestionTexts {
    /// Label of the list.
    pub(in crate::serve) list: &'static str,
    /// One record behind a suggestion.
    pub(in crate::serve) hit: &'static str,
    /// Records behind a suggestion.
    pub(in crate::serve) hits: &'static str,
    /// How many suggestions there are, for those who do not see them.
    pub(in crate::serve) none: &'static str,
    pub(in crate::serve) one: &'static str,
    pub(in crate::serve) some: &'static str,
}

pub(super) const JAPANESE: SuggestionTexts = SuggestionTexts {
    list: "ことばの候補",
    hit: "1件",
    hits: "{n}件",
    none: "候補はありません。",
    one: "候補が1つあります。下矢印キーで選べます。",
    some: "候補が{n}つあります。上下の矢印キーで選べます。",
};

pub(super) const EASY: SuggestionTexts = SuggestionTexts {
    list: "つぎのことばでも さがせます",
    hit: "1件",
    hits: "{n}件",
    none: "ほかのことばは ありません。",
    one: "ほかのことばが 1つ あります。下の矢印キーで えらべます。",
    some: "ほかのことばが {n}つ あります。上と下の矢印キーで えらべます。",
};

pub(super) const ENGLISH: SuggestionTexts = SuggestionTexts {
    list: "Suggestions",
    hit: "1 record",
    hits: "{n} records",
    none: "No suggestions.",
    one: "1 suggestion. Choose it with the down arrow.",
    some: "{n} suggestions. Choose with the up and down arrows.",
};

//! The languages of the interface; the text of records is in the language it was printed in.

/// A language that the interface can be read in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Language {
    /// Japanese.
    #[default]
    Japanese,
    /// やさしい日本語: short sentences, common words, few ideographs.
    Easy,
    /// English.
    English,
}

impl Language {
    /// In the order they are offered.
    pub(crate) const ALL: [Language; 3] = [Language::Japanese, Language::Easy, Language::English];

    /// The value of `lang=`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Language::Japanese => "ja",
            Language::Easy => "easy",
            Language::English => "en",
        }
    }

    /// The language of that `code`.
    pub(crate) fn coded(code: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The tag of BCP 47; easy Japanese has none of its own.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::Japanese | Language::Easy => "ja",
            Language::English => "en",
        }
    }

    /// What the language calls itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Language::Japanese => "日本語",
            Language::Easy => "やさしい日本語",
            Language::English => "English",
        }
    }
}

//! What every page has: its words, its way of being read, and the way to itself.

use crate::query::SearchRequest;
use crate::serve::asset;
use crate::serve::language::Language;
use crate::serve::texts::Texts;
use crate::serve::view::View;

/// The frame around a page; every template has one.
pub(in crate::serve) struct Frame<'a> {
    /// The words of the interface.
    pub(in crate::serve) t: &'static Texts,
    /// What stands in the search box.
    pub(in crate::serve) q: &'a str,
    view: View,
    /// The address of the page without the view; none for a page that cannot be come back to.
    address: Option<String>,
}

/// A link to the same page in another language.
pub(in crate::serve) struct LanguageLink {
    pub(in crate::serve) name: &'static str,
    /// A tag of BCP 47.
    pub(in crate::serve) tag: &'static str,
    pub(in crate::serve) url: String,
    pub(in crate::serve) is_current: bool,
}

impl<'a> Frame<'a> {
    /// The frame of the page at `address`, a path with or without a query.
    pub(in crate::serve) fn new(view: View, q: &'a str, address: impl Into<String>) -> Frame<'a> {
        Frame { t: view.texts(), q, view, address: Some(address.into()) }
    }

    /// The frame of a page that stands in for another.
    pub(in crate::serve) fn without_address(view: View) -> Frame<'static> {
        Frame { t: view.texts(), q: "", view, address: None }
    }

    /// `url` in the language of the page.
    pub(in crate::serve) fn link(&self, url: &str) -> String {
        self.view.link(url)
    }

    pub(in crate::serve) fn style(&self) -> &'static str {
        asset::style_url()
    }

    pub(in crate::serve) fn script(&self) -> &'static str {
        asset::script_url()
    }

    /// The language of the interface, as a tag of BCP 47.
    pub(in crate::serve) fn tag(&self) -> &'static str {
        self.view.language.tag()
    }

    pub(in crate::serve) fn language(&self) -> Language {
        self.view.language
    }

    pub(in crate::serve) fn max_chars(&self) -> usize {
        SearchRequest::MAX_QUERY_CHARS
    }

    /// What a form carries along so that its answer is read in the same way.
    pub(in crate::serve) fn hidden(&self) -> Vec<(&'static str, &'static str)> {
        self.view.pairs()
    }

    /// The address of what browsers want to know to search here by themselves.
    pub(in crate::serve) fn opensearch(&self) -> String {
        View { ruby: false, ..self.view }.link("/opensearch.xml")
    }

    pub(in crate::serve) fn ruby(&self) -> bool {
        self.view.ruby
    }

    /// The same page in each language.
    pub(in crate::serve) fn languages(&self) -> Vec<LanguageLink> {
        let link = |language: Language| LanguageLink {
            name: language.name(),
            tag: language.tag(),
            url: self.here(View { language, ..self.view }),
            is_current: language == self.view.language,
        };
        Language::ALL.map(link).into()
    }

    /// The same page with readings, or without.
    pub(in crate::serve) fn other_ruby(&self) -> String {
        self.here(View { ruby: !self.view.ruby, ..self.view })
    }

    fn here(&self, view: View) -> String {
        view.link(self.address.as_deref().unwrap_or("/"))
    }
}

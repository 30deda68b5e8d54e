//! How a page is read: in which language, and whether readings stand above its words.
//!
//! Both stand in the address, beside what the page shows, and every link of a page keeps them.

use super::language::Language;
use super::parameters;
use super::parameters::QueryString;
use super::texts;
use super::texts::Texts;

/// A way of reading a page.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct View {
    pub(super) language: Language,
    /// Whether words in ideographs carry their readings (`ruby=true`).
    pub(super) ruby: bool,
}

impl View {
    /// Parts the view from a query string; what is left is for the endpoint, as it was.
    ///
    /// What cannot be read is as if it were not there, and is left out of both.
    pub(super) fn part(query: &str) -> (View, String) {
        let mut view = View::default();
        let mut rest: Vec<&str> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match parameters::pairs(pair).next() {
                Some((Ok(name), value)) if name == "lang" => {
                    let language = value.ok().and_then(|value| Language::coded(value.trim()));
                    view.language = language.unwrap_or(view.language);
                }
                Some((Ok(name), value)) if name == "ruby" => {
                    view.ruby |= value.is_ok_and(|value| matches!(value.trim(), "true" | "1"));
                }
                _ => rest.push(pair),
            }
        }
        (view, rest.join("&"))
    }

    /// `url`, a path with or without a query and a fragment, read in this way.
    pub(super) fn link(self, url: &str) -> String {
        let own = self.write();
        if own.is_empty() {
            return url.to_owned();
        }
        let (url, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}{own}{fragment}")
    }

    /// The parameters of the view in canonical form: defaults are left out.
    pub(super) fn pairs(self) -> Vec<(&'static str, &'static str)> {
        let mut pairs = Vec::new();
        if self.language != Language::default() {
            pairs.push(("lang", self.language.code()));
        }
        if self.ruby {
            pairs.push(("ruby", "true"));
        }
        pairs
    }

    fn write(self) -> String {
        let mut query = QueryString::default();
        self.pairs().iter().for_each(|(name, value)| query.push(name, value));
        query.0
    }

    /// The words of the interface.
    pub(super) fn texts(self) -> &'static Texts {
        texts::of(self.language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, language: Language, ruby: bool, rest: &str) {
        assert_eq!(View::part(query), (View { language, ruby }, rest.to_owned()), "{query}");
    }

    #[test]
    fn a_view_is_parted_from_what_is_asked() {
        check("", Language::Japanese, false, "");
        check("q=a&lang=en&page=2", Language::English, false, "q=a&page=2");
        check("lang=easy&ruby=true", Language::Easy, true, "");
        check("lang=xx&ruby=maybe&q=%FF", Language::Japanese, false, "q=%FF");
        check("lang=en&lang=", Language::English, false, "");
        check("%6Cang=en", Language::English, false, "");
        check("q=lang%3Den&&x", Language::Japanese, false, "q=lang%3Den&x");
    }

    #[test]
    fn every_link_keeps_the_view() {
        let english = View { language: Language::English, ruby: false };
        let both = View { language: Language::Easy, ruby: true };
        assert_eq!(View::default().link("/search?q=a"), "/search?q=a");
        assert_eq!(english.link("/"), "/?lang=en");
        assert_eq!(english.link("/search?q=a#results"), "/search?q=a&lang=en#results");
        assert_eq!(both.link("/records/a#source-1"), "/records/a?lang=easy&ruby=true#source-1");
    }

    #[test]
    fn what_a_link_says_is_what_is_read() {
        for language in Language::ALL {
            for ruby in [false, true] {
                let view = View { language, ruby };
                let link = view.link("/search?q=a");
                let (_, query) = link.split_once('?').expect("there is a query");
                assert_eq!(View::part(query), (view, "q=a".to_owned()));
            }
        }
    }
}

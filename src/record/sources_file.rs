//! `sources.toml`: what a folder of sources says about itself.
//!
//! ```toml
//! organization = "港区役所"
//! licence = "CC BY 4.0"
//!
//! [columns]
//! "今年のねらい" = "goal"
//!
//! [[source]]
//! files = ["R5/*.pdf", "令和5年度.xlsx"]
//! fiscal_year = "令和5年度"
//! ```
//!
//! What stands at the top holds for every file below the folder, a `[[source]]` for those it names, and of several
//! the later goes before the earlier. What is declared goes before what the files say of themselves, except for
//! what a row says in a column of its own; a column can be given another role, or none (`body`).
//! The file is strict: a key that does not exist is an error, since it would silently do nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::record::Provenance;
use crate::record::fiscal_year::FiscalYear;
use crate::record::tables::ColumnRole;

/// A `sources.toml`, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourcesFile {
    everywhere: Declared,
    sources: Vec<(Vec<String>, Declared)>,
}

/// What is declared about one file.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Declared {
    /// The office that published the file.
    pub organization: Option<String>,
    /// The fiscal year reported on.
    pub fiscal_year: Option<FiscalYear>,
    /// Roles of columns by the text of their headers, without white space; none for text without a role.
    pub columns: BTreeMap<String, Option<ColumnRole>>,
    /// Where the file is published.
    pub url: Option<String>,
    /// The licence it is published under.
    pub licence: Option<String>,
    /// How the licence wants the publisher named.
    pub attribution: Option<String>,
    /// Whether the office itself runs this collection.
    pub official: Option<bool>,
    /// Whom to write to about the file.
    pub contact: Option<String>,
}

/// A mistake in a `sources.toml`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("sources.toml line {line}: {message}")]
pub struct SourcesFileError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// The file as it is written, or a `[[source]]` in it: both declare the same.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Only of a `[[source]]`.
    files: Option<Spanned<OneOrMore>>,
    organization: Option<Spanned<String>>,
    fiscal_year: Option<Spanned<WrittenYear>>,
    columns: Option<BTreeMap<String, Spanned<String>>>,
    url: Option<Spanned<String>>,
    licence: Option<String>,
    attribution: Option<String>,
    official: Option<bool>,
    contact: Option<String>,
    /// Only at the top.
    #[serde(default)]
    source: Vec<Spanned<Written>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum WrittenYear {
    Gregorian(u16),
    Text(String),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl SourcesFile {
    /// Reads a `sources.toml`.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line: no TOML, an unknown key, a year, role or address that is none.
    pub fn parse(text: &str) -> Result<SourcesFile, SourcesFileError> {
        let text = text.trim_start_matches('\u{FEFF}');
        let fault = |at: usize, message: &str| SourcesFileError {
            line: line(text, at),
            message: message.to_owned(),
        };
        let written: Written = toml::from_str(text)
            .map_err(|error| fault(error.span().map_or(0, |span| span.start), error.message()))?;
        let mut sources = Vec::new();
        for source in written.source {
            let at = source.span().start;
            let source = source.into_inner();
            if let Some(inner) = source.source.first() {
                return Err(fault(inner.span().start, "a `[[source]]` stands in no other"));
            }
            let files = source.files.ok_or_else(|| fault(at, "missing field `files`"))?;
            let patterns = match files.get_ref() {
                OneOrMore::One(pattern) => vec![pattern.clone()],
                OneOrMore::More(patterns) => patterns.clone(),
            };
            if patterns.iter().all(|pattern| pattern.trim().is_empty()) {
                return Err(fault(files.span().start, "`files` names no file"));
            }
            sources.push((patterns, Written { files: None, ..source }.declared(text)?));
        }
        if let Some(files) = &written.files {
            return Err(fault(files.span().start, "`files` belongs into a `[[source]]`"));
        }
        let everywhere = Written { source: Vec::new(), ..written }.declared(text)?;
        Ok(SourcesFile { everywhere, sources })
    }

    /// What is declared about the file called `file`, relative to the folder of the `sources.toml`, with `/` between
    /// folders.
    pub fn declared(&self, file: &str) -> Declared {
        let matching = self
            .sources
            .iter()
            .filter(|(patterns, _)| patterns.iter().any(|pattern| matches(pattern, file)));
        matching.fold(self.everywhere.clone(), |outer, (_, inner)| inner.clone().over(outer))
    }
}

impl Written {
    fn declared(self, text: &str) -> Result<Declared, SourcesFileError> {
        Ok(Declared {
            organization: organization(self.organization, text)?,
            fiscal_year: fiscal_year(self.fiscal_year, text)?,
            columns: columns(self.columns, text)?,
            url: url(self.url, text)?,
            licence: self.licence,
            attribution: self.attribution,
            official: self.official,
            contact: self.contact,
        })
    }
}

impl Declared {
    /// What is declared here, and where it is silent what is declared farther out: in the folder above.
    pub fn over(self, outer: Declared) -> Declared {
        let mut columns = outer.columns;
        columns.extend(self.columns);
        Declared {
            organization: self.organization.or(outer.organization),
            fiscal_year: self.fiscal_year.or(outer.fiscal_year),
            columns,
            url: self.url.or(outer.url),
            licence: self.licence.or(outer.licence),
            attribution: self.attribution.or(outer.attribution),
            official: self.official.or(outer.official),
            contact: self.contact.or(outer.contact),
        }
    }

    /// The role declared for the column with this header: none where nothing is declared, `Some(None)` for text.
    pub(super) fn role(&self, header: &str) -> Option<Option<ColumnRole>> {
        self.columns.get(header).copied()
    }

    /// Writes what is declared about the publication into a provenance, where that is silent.
    pub fn fill(&self, provenance: &mut Provenance) {
        let fill = |field: &mut Option<String>, declared: &Option<String>| {
            if field.is_none() {
                field.clone_from(declared);
            }
        };
        fill(&mut provenance.url, &self.url);
        fill(&mut provenance.licence, &self.licence);
        fill(&mut provenance.attribution, &self.attribution);
        fill(&mut provenance.contact, &self.contact);
        provenance.official = provenance.official.or(self.official);
    }
}

fn organization(
    written: Option<Spanned<String>>,
    text: &str,
) -> Result<Option<String>, SourcesFileError> {
    let Some(written) = written else { return Ok(None) };
    let at = written.span().start;
    let name = written.into_inner().trim().to_owned();
    if name.is_empty() {
        let message = "`organization` is empty".to_owned();
        return Err(SourcesFileError { line: line(text, at), message });
    }
    Ok(Some(name))
}

fn fiscal_year(
    written: Option<Spanned<WrittenYear>>,
    text: &str,
) -> Result<Option<FiscalYear>, SourcesFileError> {
    let Some(written) = written else { return Ok(None) };
    let at = written.span().start;
    let (year, shown) = match written.into_inner() {
        WrittenYear::Gregorian(year) => (FiscalYear::from_gregorian(year), year.to_string()),
        WrittenYear::Text(text) => (FiscalYear::parse(&text), format!("{text:?}")),
    };
    let message = format!("{shown} is no fiscal year");
    year.map(Some).ok_or_else(|| SourcesFileError { line: line(text, at), message })
}

fn columns(
    written: Option<BTreeMap<String, Spanned<String>>>,
    text: &str,
) -> Result<BTreeMap<String, Option<ColumnRole>>, SourcesFileError> {
    let mut columns = BTreeMap::new();
    for (header, role) in written.unwrap_or_default() {
        let line = line(text, role.span().start);
        let name = role.into_inner();
        let role = ColumnRole::named(&name);
        if role.is_none() && name != "body" {
            let message = format!("{name:?} is no role of a column");
            return Err(SourcesFileError { line, message });
        }
        columns.insert(header.chars().filter(|c| !c.is_whitespace()).collect(), role);
    }
    Ok(columns)
}

/// An address that links may lead to.
fn url(written: Option<Spanned<String>>, text: &str) -> Result<Option<String>, SourcesFileError> {
    let Some(written) = written else { return Ok(None) };
    let at = written.span().start;
    let address = written.into_inner();
    if ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme)) {
        return Ok(Some(address));
    }
    let message = format!("{address:?} is no web address");
    Err(SourcesFileError { line: line(text, at), message })
}

/// The line of a byte, from 1.
fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&b| b == b'\n').count() + 1
}

/// Whether a file's name fits a pattern: `*` for anything within a folder, `**` for anything, `?` for one character.
/// A pattern without `/` fits the file's name in any folder.
fn matches(pattern: &str, file: &str) -> bool {
    let file = match pattern.contains('/') {
        true => file,
        false => file.rsplit('/').next().unwrap_or(file),
    };
    let pattern: Vec<char> = pattern.trim_start_matches("./").chars().collect();
    let file: Vec<char> = file.chars().collect();
    // fits[n]: whether the pattern so far fits the first n characters.
    let mut fits = vec![false; file.len() + 1];
    fits[0] = true;
    let mut at = 0;
    while at < pattern.len() {
        let deep = pattern[at] == '*' && pattern.get(at + 1) == Some(&'*');
        let before = fits.clone();
        match pattern[at] {
            '*' => {
                // `**/` also fits no folder at all.
                for n in 1..fits.len() {
                    fits[n] = before[n] || (fits[n - 1] && (deep || file[n - 1] != '/'));
                }
                if deep && pattern.get(at + 2) == Some(&'/') {
                    let whole_folders = (0..fits.len())
                        .map(|n| before[n] || (fits[n] && 0 < n && file[n - 1] == '/'));
                    fits = whole_folders.collect();
                    at += 1;
                }
            }
            wanted => {
                for n in (1..fits.len()).rev() {
                    let c = file[n - 1];
                    fits[n] = before[n - 1] && (c == wanted || (wanted == '?' && c != '/'));
                }
                fits[0] = false;
            }
        }
        at += if deep { 2 } else { 1 };
    }
    fits[file.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_and_nearer_goes_first() {
        let text = "organization = \"緑川市\"\nlicence = \"CC BY 4.0\"\n[columns]\n\"ねら い\" = \"goal\"\n\
            [[source]]\nfiles = \"*.pdf\"\norganization = \"港区役所\"\nofficial = true\n\
            [[source]]\nfiles = [\"R5/**\"]\nfiscal_year = 2023\ncolumns = { \"所管\" = \"body\" }\n";
        let file = SourcesFile::parse(text).unwrap();
        let declared = file.declared("R5/a.pdf");
        assert_eq!(declared.organization.as_deref(), Some("港区役所"));
        assert_eq!(declared.fiscal_year.map(FiscalYear::gregorian), Some(2023));
        assert_eq!(declared.role("ねらい"), Some(Some(ColumnRole::Goal)));
        assert_eq!(declared.role("所管"), Some(None));
        assert_eq!(declared.role("目標"), None);
        let declared = file.declared("a.xlsx");
        assert_eq!(declared.organization.as_deref(), Some("緑川市"));
        assert_eq!((declared.official, declared.fiscal_year), (None, None));
        let mut provenance = Provenance::default();
        file.declared("a.pdf").fill(&mut provenance);
        assert_eq!(provenance.licence.as_deref(), Some("CC BY 4.0"));
        assert_eq!(provenance.official, Some(true));
    }

    #[track_caller]
    fn check_error(text: &str, line: usize, message: &str) {
        let error = SourcesFile::parse(text).unwrap_err();
        assert_eq!(error.line, line, "{error}");
        assert!(error.message.starts_with(message), "{error}");
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        check_error("\norganisation = \"港区役所\"\n", 2, "unknown field `organisation`");
        check_error("[[source]]\nfiles = \"a\"\nyear = 3\n", 3, "unknown field `year`");
        check_error("[[source]]\norganization = \"a\"\n", 1, "missing field `files`");
        check_error("[[source]]\nfiles = \" \"\n", 2, "`files` names no file");
        check_error("\nfiscal_year = \"昔\"\n", 2, "\"昔\" is no fiscal year");
        check_error("fiscal_year = 4\n", 1, "4 is no fiscal year");
        check_error("[columns]\n\"目標\" = \"aim\"\n", 2, "\"aim\" is no role of a column");
        check_error(
            "url = \"javascript:alert(1)\"\n",
            1,
            "\"javascript:alert(1)\" is no web address",
        );
        check_error("\nfiles = \"a\"\n", 2, "`files` belongs into a `[[source]]`");
        check_error(
            "[[source]]\nfiles = \"a\"\n[[source.source]]\nfiles = \"b\"\n",
            3,
            "a `[[source]]` stands in no other",
        );
        check_error("official = \"yes\"\n", 1, "invalid type");
        check_error("a = \n", 1, "");
    }

    #[track_caller]
    fn check_match(pattern: &str, file: &str, expected: bool) {
        assert_eq!(matches(pattern, file), expected, "{pattern} {file}");
    }

    #[test]
    fn patterns_name_files() {
        check_match("*.pdf", "a.pdf", true);
        check_match("*.pdf", "R5/a.pdf", true);
        check_match("R5/*.pdf", "R5/a.pdf", true);
        check_match("R5/*.pdf", "R5/x/a.pdf", false);
        check_match("R5/**", "R5/x/a.pdf", true);
        check_match("**/a.pdf", "a.pdf", true);
        check_match("**/a.pdf", "R5/x/a.pdf", true);
        check_match("**/a.pdf", "R5/xa.pdf", false);
        check_match("令和?年度.xlsx", "令和5年度.xlsx", true);
        check_match("令和?年度.xlsx", "令和10年度.xlsx", false);
        check_match("a.pdf", "b.pdf", false);
        check_match("*", "R5/a.pdf", true);
    }
}

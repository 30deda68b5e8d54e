//! The tables that sheets are read with: words of column headers, division paths, category spellings.
//!
//! They are data files that people edit, so a bad line is an error that names its file and line,
//! and every other line is used.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::record::fiscal_year::FiscalYear;

/// The tables of the record layer.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// By their first characters, which tell most texts that are no header.
    headers: HashMap<char, Vec<HeaderWord>>,
    divisions: HashMap<Vec<String>, Vec<DivisionLine>>,
    categories: HashMap<String, Vec<String>>,
    fingerprint: String,
}

/// A bad line of a table.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{file} line {line}: {kind}")]
pub struct TableError {
    /// The table's file name.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    #[source]
    pub kind: TableErrorKind,
}

/// What can be wrong with a line of a table.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TableErrorKind {
    /// Too few or too many columns.
    #[error("needs the columns {expected}, found {found} columns")]
    Columns {
        /// The names of the columns.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
    /// A value that must be there is empty.
    #[error("the column {0} is empty")]
    Empty(&'static str),
    /// A role that no header has.
    #[error("{0:?} is no role of a header")]
    UnknownRole(String),
    /// A weight that is no number.
    #[error("{0:?} is no weight")]
    Weight(String),
    /// A year that is no fiscal year.
    #[error("{0:?} is no fiscal year")]
    Year(String),
    /// The same entry on an earlier line, which wins.
    #[error("{0:?} is on an earlier line already")]
    Repeated(String),
}

/// A word that column headers are made of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct HeaderWord {
    pub(super) word: Vec<char>,
    pub(super) role: Option<ColumnRole>,
    pub(super) weight: u32,
}

/// What a column of a sheet holds.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    /// The office that a row belongs to, where a table holds several.
    Organization,
    /// The fiscal year of a row.
    FiscalYear,
    /// An element of the division path, or the whole path.
    Division,
    /// The item's number.
    Number,
    /// The category.
    Category,
    /// The item's title.
    Title,
    /// What was promised.
    Goal,
    /// What was done.
    Result,
}

impl ColumnRole {
    /// The role called `name` in tables and settings.
    pub fn named(name: &str) -> Option<ColumnRole> {
        Some(match name {
            "organization" => ColumnRole::Organization,
            "fiscal_year" => ColumnRole::FiscalYear,
            "division" => ColumnRole::Division,
            "number" => ColumnRole::Number,
            "category" => ColumnRole::Category,
            "title" => ColumnRole::Title,
            "goal" => ColumnRole::Goal,
            "result" => ColumnRole::Result,
            _ => return None,
        })
    }
}

/// One line of `divisions.tsv`, without its printed path.
#[derive(Clone, Debug, Eq, PartialEq)]
struct DivisionLine {
    organization: String,
    canonical: Vec<String>,
    first_year: Option<FiscalYear>,
    last_year: Option<FiscalYear>,
}

/// A canonical division path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct CanonicalDivision {
    pub(super) path: Vec<String>,
    /// Whether the path holds a parent that was not printed.
    pub(super) inferred: bool,
}

/// The words of column headers that the program carries.
pub const HEADERS: &str = include_str!("../../dictionaries/headers.tsv");
/// The division paths that the program carries.
pub const DIVISIONS: &str = include_str!("../../dictionaries/divisions.tsv");
/// The spellings of categories that the program carries.
pub const CATEGORIES: &str = include_str!("../../dictionaries/categories.tsv");

impl Tables {
    /// The tables inside the program.
    pub fn carried() -> Tables {
        Tables::parse(HEADERS, DIVISIONS, CATEGORIES).0
    }

    /// Reads the three tables; every bad line is reported and left out.
    pub fn parse(headers: &str, divisions: &str, categories: &str) -> (Tables, Vec<TableError>) {
        let fingerprint = fingerprint([headers, divisions, categories]);
        let mut tables = Tables { fingerprint, ..Tables::default() };
        let mut errors = Vec::new();
        for (line, text) in rows(headers) {
            let added = tables.add_header(text);
            errors.extend(added.err().map(|kind| TableError { file: "headers.tsv", line, kind }));
        }
        for (line, text) in rows(divisions) {
            let added = tables.add_division(text);
            errors.extend(added.err().map(|kind| TableError { file: "divisions.tsv", line, kind }));
        }
        for (line, text) in rows(categories) {
            let added = tables.add_category(text);
            errors.extend(added.err().map(|kind| TableError {
                file: "categories.tsv",
                line,
                kind,
            }));
        }
        (tables, errors)
    }

    /// Changes when any line of the tables does: records read with other tables may differ.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What a printed division path is counted under.
    pub(super) fn canonical_division(
        &self,
        organization: Option<&str>,
        year: Option<FiscalYear>,
        printed: &[String],
    ) -> CanonicalDivision {
        for n_elements in (1..=printed.len()).rev() {
            let (prefix, below) = printed.split_at(n_elements);
            let lines = self.divisions.get(prefix).map(Vec::as_slice).unwrap_or_default();
            let Some(line) = lines.iter().find(|line| line.holds(organization, year)) else {
                continue;
            };
            let path: Vec<String> = line.canonical.iter().chain(below).cloned().collect();
            let inferred = printed.len() < path.len();
            return CanonicalDivision { path, inferred };
        }
        CanonicalDivision { path: printed.to_vec(), inferred: false }
    }

    /// The categories that a printed category is counted under.
    pub(super) fn canonical_category(&self, printed: &str) -> Vec<String> {
        self.categories.get(printed).cloned().unwrap_or_else(|| vec![printed.to_owned()])
    }

    /// Whether the table of categories lists `printed`.
    pub(super) fn knows_category(&self, printed: &str) -> bool {
        self.categories.contains_key(printed)
    }

    /// Whether some line of the table of divisions has an element `printed`.
    pub(super) fn knows_division(&self, printed: &str) -> bool {
        let mut paths = self.divisions.iter();
        paths.any(|(path, lines)| {
            let mut canonical = lines.iter().flat_map(|line| &line.canonical);
            path.iter().any(|e| e == printed) || canonical.any(|e| e == printed)
        })
    }

    fn add_header(&mut self, row: &str) -> Result<(), TableErrorKind> {
        let [word, role, weight] = columns(row, "word, role, weight")?;
        let role = match filled(role, "role")? {
            "-" => None,
            name => {
                let unknown = || TableErrorKind::UnknownRole(name.to_owned());
                Some(ColumnRole::named(name).ok_or_else(unknown)?)
            }
        };
        let weight = weight.parse().map_err(|_| TableErrorKind::Weight(weight.to_owned()))?;
        let word: Vec<char> = filled(word, "word")?.chars().collect();
        let alike = self.headers.entry(word.first().copied().unwrap_or_default()).or_default();
        if alike.iter().any(|known| known.word == word) {
            return Err(TableErrorKind::Repeated(word.into_iter().collect()));
        }
        alike.push(HeaderWord { word, role, weight });
        Ok(())
    }

    /// The words of headers that `text` begins with.
    pub(super) fn headers_at<'t>(
        &'t self,
        text: &'t [char],
    ) -> impl Iterator<Item = &'t HeaderWord> + use<'t> {
        let alike = text.first().and_then(|first| self.headers.get(first));
        alike.into_iter().flatten().filter(|word| text.starts_with(&word.word))
    }

    fn add_division(&mut self, row: &str) -> Result<(), TableErrorKind> {
        // The years may be left out together with their tabs.
        let n_tabs = row.matches('\t').count();
        let padded = format!("{row}{}", "\t".repeat(4_usize.saturating_sub(n_tabs.max(2))));
        let expected = "organization, printed, canonical, first_year, last_year";
        let [organization, printed, canonical, first_year, last_year] = columns(&padded, expected)?;
        let printed = path(filled(printed, "printed")?);
        let line = DivisionLine {
            organization: filled(organization, "organization")?.to_owned(),
            canonical: path(filled(canonical, "canonical")?),
            first_year: year(first_year)?,
            last_year: year(last_year)?,
        };
        let lines = self.divisions.entry(printed.clone()).or_default();
        if lines.contains(&line) {
            return Err(TableErrorKind::Repeated(printed.join("/")));
        }
        lines.push(line);
        Ok(())
    }

    fn add_category(&mut self, row: &str) -> Result<(), TableErrorKind> {
        let [printed, canonical] = columns(row, "printed, canonical")?;
        let printed = filled(printed, "printed")?;
        let canonical: Vec<String> = filled(canonical, "canonical")?
            .split('、')
            .map(|c| filled(c, "canonical").map(str::to_owned))
            .collect::<Result<_, _>>()?;
        if self.categories.contains_key(printed) {
            return Err(TableErrorKind::Repeated(printed.to_owned()));
        }
        self.categories.insert(printed.to_owned(), canonical);
        Ok(())
    }
}

fn fingerprint(tables: [&str; 3]) -> String {
    let mut hash = Sha256::new();
    for table in tables {
        // The length keeps a line from wandering from the end of one table to the beginning of the next.
        hash.update(table.len().to_le_bytes());
        hash.update(table);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl DivisionLine {
    /// Whether the line holds for an office and a year; a line bound to years does not hold for an unknown year.
    fn holds(&self, organization: Option<&str>, year: Option<FiscalYear>) -> bool {
        let office = self.organization == "*" || Some(self.organization.as_str()) == organization;
        let not_before = self.first_year.is_none_or(|first| year.is_some_and(|y| first <= y));
        let not_after = self.last_year.is_none_or(|last| year.is_some_and(|y| y <= last));
        office && not_before && not_after
    }
}

/// The lines of a table with their numbers, without remarks, empty lines and the names of the columns.
fn rows(table: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = table.trim_start_matches('\u{FEFF}').lines().enumerate();
    lines
        .map(|(index, text)| (index + 1, text))
        // `#` begins a remark, yet `#⇥…` is a header word.
        .filter(|(_, text)| !text.trim().is_empty())
        .filter(|(_, text)| !text.starts_with('#') || text.starts_with("#\t"))
        .skip(1)
}

fn columns<'r, const N: usize>(
    row: &'r str,
    expected: &'static str,
) -> Result<[&'r str; N], TableErrorKind> {
    let values: Vec<&str> = row.split('\t').map(str::trim).collect();
    let found = values.len();
    values.try_into().map_err(|_| TableErrorKind::Columns { expected, found })
}

fn filled<'r>(value: &'r str, column: &'static str) -> Result<&'r str, TableErrorKind> {
    let value = value.trim();
    if value.is_empty() { Err(TableErrorKind::Empty(column)) } else { Ok(value) }
}

fn path(printed: &str) -> Vec<String> {
    printed.split('/').map(str::trim).filter(|e| !e.is_empty()).map(str::to_owned).collect()
}

fn year(value: &str) -> Result<Option<FiscalYear>, TableErrorKind> {
    if value.is_empty() {
        return Ok(None);
    }
    let year = FiscalYear::parse(value).ok_or_else(|| TableErrorKind::Year(value.to_owned()))?;
    Ok(Some(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    const H: &str = "word\trole\tweight\n";
    const D: &str = "organization\tprinted\tcanonical\tfirst_year\tlast_year\n";
    const C: &str = "printed\tcanonical\n";

    #[test]
    fn the_carried_tables_have_no_bad_line() {
        assert_eq!(Tables::parse(HEADERS, DIVISIONS, CATEGORIES).1, []);
    }

    #[track_caller]
    fn check_error(headers: &str, divisions: &str, categories: &str, expected: &str) {
        let (_, errors) = Tables::parse(headers, divisions, categories);
        let texts: Vec<String> = errors.iter().map(TableError::to_string).collect();
        assert_eq!(texts, [expected]);
    }

    #[test]
    fn a_bad_line_is_named_and_the_rest_is_used() {
        let h = |row: &str| format!("# remark\n{H}{row}\n目標\tgoal\t3\n");
        check_error(
            &h("成果\tresult"),
            D,
            C,
            "headers.tsv line 3: needs the columns word, role, weight, found 2 columns",
        );
        check_error(
            &h("成果\tfruit\t1"),
            D,
            C,
            "headers.tsv line 3: \"fruit\" is no role of a header",
        );
        check_error(&h("成果\tresult\tx"), D, C, "headers.tsv line 3: \"x\" is no weight");
        check_error(
            &h("目標\tgoal\t3"),
            D,
            C,
            "headers.tsv line 4: \"目標\" is on an earlier line already",
        );
        check_error(
            H,
            &format!("{D}*\t\t総務課\n"),
            C,
            "divisions.tsv line 2: the column printed is empty",
        );
        check_error(
            H,
            &format!("{D}*\t庶務課\t総務課\t20x\n"),
            C,
            "divisions.tsv line 2: \"20x\" is no fiscal year",
        );
        check_error(
            H,
            D,
            &format!("{C}対面\t、\n"),
            "categories.tsv line 2: the column canonical is empty",
        );
        let (tables, _) = Tables::parse(&h("成果"), D, C);
        assert_eq!(tables.headers.len(), 1);
    }

    #[track_caller]
    fn check_division(
        table: &str,
        office: &str,
        year: Option<u16>,
        printed: &str,
        expected: &str,
        inferred: bool,
    ) {
        let (tables, errors) = Tables::parse(H, &format!("{D}{table}"), C);
        assert_eq!(errors, []);
        let year = year.and_then(FiscalYear::from_gregorian);
        let found = tables.canonical_division(Some(office), year, &path(printed));
        assert_eq!(found, CanonicalDivision { path: path(expected), inferred });
    }

    #[test]
    fn a_division_is_counted_under_the_longest_listed_path() {
        let table =
            "港区役所\tくらし部（支所）\tくらし部\n*\tくらし部（支所）/年金係\tくらし部/年金課\n";
        check_division(
            table,
            "港区役所",
            None,
            "くらし部（支所）/総務課",
            "くらし部/総務課",
            false,
        );
        check_division(
            table,
            "港区役所",
            None,
            "くらし部（支所）/年金係",
            "くらし部/年金課",
            false,
        );
        check_division(
            table,
            "緑区役所",
            None,
            "くらし部（支所）/総務課",
            "くらし部（支所）/総務課",
            false,
        );
        check_division(table, "緑区役所", None, "総務課", "総務課", false);
    }

    #[test]
    fn a_listed_parent_that_was_not_printed_is_inferred() {
        check_division(
            "*\t年金課\tくらし部/年金課\n",
            "港区役所",
            None,
            "年金課",
            "くらし部/年金課",
            true,
        );
    }

    #[test]
    fn a_line_holds_in_its_years_only() {
        let table = "*\t庶務課\t総務課\t2020\tR4\n";
        check_division(table, "港区役所", Some(2019), "庶務課", "庶務課", false);
        check_division(table, "港区役所", Some(2020), "庶務課", "総務課", false);
        check_division(table, "港区役所", Some(2022), "庶務課", "総務課", false);
        check_division(table, "港区役所", Some(2023), "庶務課", "庶務課", false);
        check_division(table, "港区役所", None, "庶務課", "庶務課", false);
    }

    #[test]
    fn spellings_of_a_category_are_one() {
        let tables = Tables::carried();
        assert_eq!(tables.canonical_category("対面対応"), ["対面応対"]);
        assert_eq!(tables.canonical_category("電話・対面"), ["電話応対", "対面応対"]);
        assert_eq!(tables.canonical_category("水辺"), ["水辺"]);
    }
}

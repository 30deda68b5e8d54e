//! What became of a division's initiatives over the years: what is asked and what is answered.

use crate::record::{FiscalYear, Record, Role};

use super::difference::ChangedFragment;

/// One comparison: a division over its fiscal years.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CompareRequest {
    /// The canonical path, outermost first; divisions below it belong to it.
    pub division: Vec<String>,
    /// Whose division it is; may be left out where only one organisation has it.
    pub organization: Option<String>,
    /// The first fiscal year to be looked at.
    pub from: Option<FiscalYear>,
    /// The last one.
    pub to: Option<FiscalYear>,
    /// Narrows the items to those that a search for this finds in any of the years.
    pub q: String,
}

impl CompareRequest {
    /// The most records that are compared: a larger office is compared division by division.
    pub const MAX_RECORDS: usize = 6_000;
}

/// A division's items, year by year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Whose items they are; none where they name no organisation, or where one has to be chosen first.
    pub organization: Option<String>,
    /// Every organisation that has the division. Of several, one has to be chosen: there are no items before.
    pub organizations: Vec<String>,
    /// The fiscal years in which there is any of the items, earliest first.
    pub years: Vec<FiscalYear>,
    /// The items, in the order of the latest sheet; one that is gone stands behind what it stood behind.
    pub items: Vec<ComparedItem>,
    /// Records of the division that name no fiscal year, and so stand in none of the columns.
    pub n_without_year: usize,
}

/// One initiative, with a cell for each of the years.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedItem {
    /// In the order of the years.
    pub cells: Vec<ComparedCell>,
}

/// What an item is in one year.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparedCell {
    /// The record; none in a year in which the item is not there.
    pub record: Option<Record>,
    /// What became of the item since the year before; none in the first year, and where there is nothing to tell.
    pub status: Option<ItemStatus>,
    /// The last year it was there, if it is new against the year before but was there earlier.
    pub resumes: Option<FiscalYear>,
    /// What it promises, with what changed since the year before; the whole text stayed where nothing is compared.
    pub goal: Vec<ChangedFragment>,
}

/// What became of an item since the year before.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ItemStatus {
    /// Its goal reads the same, but for width and white space.
    Kept,
    /// Its goal reads otherwise.
    Reworded,
    /// It was not there.
    New,
    /// It is there no longer.
    Dropped,
}

impl ItemStatus {
    /// Every status, in the order to be told.
    pub const ALL: [ItemStatus; 4] =
        [ItemStatus::Kept, ItemStatus::Reworded, ItemStatus::New, ItemStatus::Dropped];
}

impl Comparison {
    /// How many items have `status` in the year at `place`.
    pub fn count(&self, place: usize, status: ItemStatus) -> usize {
        let cells = self.items.iter().filter_map(|item| item.cells.get(place));
        cells.filter(|cell| cell.status == Some(status)).count()
    }
}

/// A division that can be compared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ComparableDivision {
    /// The canonical path.
    pub path: Vec<String>,
    /// Its fiscal years, those of the divisions below it included, with the number of records; earliest first.
    pub years: Vec<(FiscalYear, usize)>,
}

/// The divisions of one organisation that have records of two fiscal years or more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ComparableOffice {
    /// The organisation; none for records that name none.
    pub organization: Option<String>,
    /// Its divisions, each before those below it; by name.
    pub divisions: Vec<ComparableDivision>,
}

/// The same item in other divisions, in the same fiscal year.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterparts {
    /// The record asked about.
    pub record: Record,
    /// The records of other divisions that promise the same, the most alike first.
    pub others: Vec<Counterpart>,
}

/// A record of another division that promises the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterpart {
    /// The record.
    pub record: Record,
    /// How alike the goals are: 0 without a common word, 1 with the same words.
    pub likeness: f32,
    /// Its goal, against that of the record asked about.
    pub goal: Vec<ChangedFragment>,
}

/// What stands around a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Neighbours {
    /// The record before it in its sheet.
    pub previous: Option<Record>,
    /// The record after it in its sheet.
    pub next: Option<Record>,
    /// The same item in other fiscal years, earliest first.
    pub other_years: Vec<Record>,
    /// The fiscal years of its division, with the number of records; earliest first.
    pub division_years: Vec<(FiscalYear, usize)>,
    /// Other divisions of its organisation that have the item in the same year: how many records.
    pub n_counterparts: usize,
}

/// A record that is like another.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// The record.
    pub record: Record,
    /// How well it matches; comparable only within one answer.
    pub score: f32,
    /// The words that it shares with the other and that tell most, as it prints them; most telling first.
    pub words: Vec<String>,
}

/// The most records that are told to be like another.
pub const MAX_SIMILAR: usize = 50;

/// What a record promises, as printed: its goals, else its title, else its other texts.
pub fn goal_text(record: &Record) -> String {
    let of = |role| section_texts(record, role);
    let goal = of(Role::Goal);
    if !goal.is_empty() {
        return goal;
    }
    let title = record.title.clone().unwrap_or_default();
    if title.is_empty() { of(Role::Body) } else { title }
}

/// What was done, as printed.
pub fn result_text(record: &Record) -> String {
    section_texts(record, Role::Result)
}

fn section_texts(record: &Record, role: Role) -> String {
    let texts = record.sections.iter().filter(|section| section.role == role);
    texts.map(|section| section.text.as_str()).collect::<Vec<_>>().join("\n")
}

//! Where records stand, read from the columns of the index: no text of a record is touched.

use std::collections::BTreeMap;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::index::schema::PATH_SEPARATOR;
use crate::record::FiscalYear;

/// A record's place among all others.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Place {
    /// Order of the sources, then order in the sheet.
    pub(super) sequence: u64,
    pub(super) year: Option<FiscalYear>,
    /// The canonical path.
    pub(super) division: Vec<String>,
    pub(super) address: DocAddress,
}

/// Collects the places of all matches, in the order of the sheets.
pub(super) struct Roster;

impl Collector for Roster {
    type Fruit = Vec<Place>;
    type Child = SegmentRoster;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentRoster> {
        let columns = reader.fast_fields();
        Ok(SegmentRoster {
            segment,
            sequence: columns.u64("sequence")?,
            year: columns.u64("fiscal_year")?,
            division: columns.str("division_path")?,
            found: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(
        &self,
        fruits: Vec<tantivy::Result<Vec<Place>>>,
    ) -> tantivy::Result<Vec<Place>> {
        let mut places = Vec::new();
        for fruit in fruits {
            places.extend(fruit?);
        }
        places.sort_unstable();
        Ok(places)
    }
}

/// The places within one segment.
pub(super) struct SegmentRoster {
    segment: SegmentOrdinal,
    sequence: Column<u64>,
    year: Column<u64>,
    division: Option<StrColumn>,
    found: Vec<DocId>,
}

impl SegmentCollector for SegmentRoster {
    type Fruit = tantivy::Result<Vec<Place>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.found.push(doc);
    }

    fn harvest(self) -> tantivy::Result<Vec<Place>> {
        let mut names = Names::of(self.division.as_ref());
        let mut places = Vec::with_capacity(self.found.len());
        for doc in self.found {
            places.push(Place {
                sequence: self.sequence.first(doc).unwrap_or(u64::MAX),
                year: self.year.first(doc).and_then(fiscal_year),
                division: names.first(doc)?.map(|path| names_of(&path)).unwrap_or_default(),
                address: DocAddress::new(self.segment, doc),
            });
        }
        Ok(places)
    }
}

/// How many records an organisation's division has in a year.
pub(super) type Tally = BTreeMap<(Option<String>, Vec<String>, Option<FiscalYear>), usize>;

/// Counts all matches by organisation, canonical division path and fiscal year.
pub(super) struct TallyCollector;

impl Collector for TallyCollector {
    type Fruit = Tally;
    type Child = SegmentTally;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentTally> {
        let columns = reader.fast_fields();
        Ok(SegmentTally {
            organization: columns.str("organization")?,
            year: columns.u64("fiscal_year")?,
            division: columns.str("division_path")?,
            counts: BTreeMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<Tally>>) -> tantivy::Result<Tally> {
        let mut tally = Tally::new();
        for fruit in fruits {
            for (key, count) in fruit? {
                *tally.entry(key).or_default() += count;
            }
        }
        Ok(tally)
    }
}

/// Organisation and division by their numbers in the columns, and the year.
type Numbers = (Option<u64>, Option<u64>, Option<u64>);

/// The counts within one segment; names are numbers until all is counted.
pub(super) struct SegmentTally {
    organization: Option<StrColumn>,
    year: Column<u64>,
    division: Option<StrColumn>,
    counts: BTreeMap<Numbers, usize>,
}

impl SegmentCollector for SegmentTally {
    type Fruit = tantivy::Result<Tally>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let ordinal = |column: &Option<StrColumn>| column.as_ref()?.term_ords(doc).next();
        let key = (ordinal(&self.organization), ordinal(&self.division), self.year.first(doc));
        *self.counts.entry(key).or_default() += 1;
    }

    fn harvest(self) -> tantivy::Result<Tally> {
        let (organizations, divisions) = (self.organization.as_ref(), self.division.as_ref());
        let (mut organizations, mut divisions) = (Names::of(organizations), Names::of(divisions));
        let mut tally = Tally::new();
        for ((organization, division, year), count) in self.counts {
            let division = divisions.named(division)?.map(|path| names_of(&path));
            let key = (
                organizations.named(organization)?,
                division.unwrap_or_default(),
                year.and_then(fiscal_year),
            );
            *tally.entry(key).or_default() += count;
        }
        Ok(tally)
    }
}

/// The values of a text column, each looked up once.
struct Names<'c> {
    column: Option<&'c StrColumn>,
    known: BTreeMap<u64, String>,
}

impl Names<'_> {
    fn of(column: Option<&StrColumn>) -> Names<'_> {
        Names { column, known: BTreeMap::new() }
    }

    /// The first value of a document.
    fn first(&mut self, doc: DocId) -> tantivy::Result<Option<String>> {
        let ordinal = self.column.and_then(|column| column.term_ords(doc).next());
        self.named(ordinal)
    }

    fn named(&mut self, ordinal: Option<u64>) -> tantivy::Result<Option<String>> {
        let (Some(ordinal), Some(column)) = (ordinal, self.column) else { return Ok(None) };
        if let Some(known) = self.known.get(&ordinal) {
            return Ok(Some(known.clone()));
        }
        let mut name = String::new();
        column.ord_to_str(ordinal, &mut name)?;
        self.known.insert(ordinal, name.clone());
        Ok(Some(name))
    }
}

fn names_of(path: &str) -> Vec<String> {
    path.split(PATH_SEPARATOR).map(str::to_owned).collect()
}

fn fiscal_year(year: u64) -> Option<FiscalYear> {
    FiscalYear::from_gregorian(u16::try_from(year).ok()?)
}

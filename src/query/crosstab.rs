//! Records crossed by two facets.
//!
//! A record stands in one group of each dimension, and in several of [`Dimension::Category`] if it has several
//! categories: it is counted in each of their cells and in the totals of each of their rows, and once in every total
//! that is not by category.
//! A filter on a dimension chooses its groups: with a filter on categories, only the chosen ones are counted by.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::index::schema::PATH_SEPARATOR;
use crate::notice::Notice;
use crate::record::{DEEPEST_DIVISION, FiscalYear};

use super::answer::Interpretation;
use super::dimension::{Dimension, Group, Value};
use super::filtered::Filtered;
use super::request::{Filters, SearchRequest};

/// What is to be crossed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CrosstabRequest {
    /// Which records are counted; order, page and facets are ignored.
    pub search: SearchRequest,
    /// What the rows are.
    pub rows: Dimension,
    /// What the columns are; another dimension than the rows.
    pub columns: Dimension,
    /// How many names of a division's path are looked at, from 1: records of divisions whose path is shorter are
    /// counted under the division itself.
    pub level: usize,
    /// The most rows, and the most columns; 1 to [`CrosstabRequest::MAX_LIMIT`].
    pub limit: usize,
}

impl CrosstabRequest {
    /// The most rows or columns that can be asked for.
    pub const MAX_LIMIT: usize = 500;
    /// The rows and columns of a table of which nothing is said.
    pub const DEFAULT_LIMIT: usize = 50;
    /// The deepest level of divisions.
    pub const MAX_LEVEL: usize = DEEPEST_DIVISION;
}

/// Records counted by two dimensions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Crosstab {
    /// The groups of the rows: years in their order, all else by the number of records, the largest first;
    /// records without a value last.
    pub rows: Vec<Group>,
    /// The groups of the columns, likewise.
    pub columns: Vec<Group>,
    /// Records by row, then column.
    pub counts: Vec<Vec<usize>>,
    /// Records of each row, in whatever column, listed or not.
    pub row_totals: Vec<usize>,
    /// Records of each column, in whatever row, listed or not.
    pub column_totals: Vec<usize>,
    /// All records that were found, each once.
    pub total: usize,
    /// Rows that are not listed, those with the fewest records.
    pub other_rows: usize,
    /// Columns that are not listed.
    pub other_columns: usize,
    /// Every widening and reading of the query that took part.
    pub interpretation: Vec<Interpretation>,
    /// What was noticed in the query.
    pub notices: Vec<Notice>,
}

impl Crosstab {
    /// The table of what was counted, within the limits of the request.
    pub(super) fn new(request: &CrosstabRequest, counted: Counted) -> Crosstab {
        let (rows, other_rows) = listed(&counted.rows, request.limit);
        let (columns, other_columns) = listed(&counted.columns, request.limit);
        let cell = |row: &Group, column: &Group| {
            let count = counted.cells.get(&(row.clone(), column.clone()));
            count.copied().unwrap_or_default()
        };
        Crosstab {
            counts: rows
                .iter()
                .map(|row| columns.iter().map(|column| cell(row, column)).collect())
                .collect(),
            row_totals: rows.iter().map(|row| counted.rows[row]).collect(),
            column_totals: columns.iter().map(|column| counted.columns[column]).collect(),
            total: counted.total,
            other_rows,
            other_columns,
            rows,
            columns,
            ..Crosstab::default()
        }
    }
}

/// The `limit` largest groups in the order to be shown, and how many there are beside them.
fn listed(counts: &BTreeMap<Group, usize>, limit: usize) -> (Vec<Group>, usize) {
    let mut groups: Vec<(&Group, usize)> = counts.iter().map(|(group, n)| (group, *n)).collect();
    // The order of the map decides among equals.
    groups.sort_by_key(|(_, n_records)| Reverse(*n_records));
    let others = groups.len().saturating_sub(limit);
    groups.truncate(limit);
    let year = |group: &Group| match group.value {
        Some(Value::FiscalYear(year)) => Some(year),
        _ => None,
    };
    groups.sort_by_key(|(group, _)| (group.value.is_none(), year(group)));
    (groups.into_iter().map(|(group, _)| group.clone()).collect(), others)
}

/// Counts by group, unlimited.
#[derive(Debug, Default)]
pub(super) struct Counted {
    cells: BTreeMap<(Group, Group), usize>,
    rows: BTreeMap<Group, usize>,
    columns: BTreeMap<Group, usize>,
    total: usize,
}

/// Counts the matches that meet all filters.
pub(super) struct CrosstabCollector {
    filters: Filters,
    rows: Dimension,
    columns: Dimension,
    level: usize,
}

impl CrosstabCollector {
    pub(super) fn new(request: &CrosstabRequest) -> CrosstabCollector {
        let CrosstabRequest { rows, columns, level, .. } = *request;
        CrosstabCollector { filters: request.search.filters.clone(), rows, columns, level }
    }
}

impl Collector for CrosstabCollector {
    type Fruit = Counted;
    type Child = SegmentCounts;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentCounts> {
        let axis = |dimension| Axis::open(reader, dimension, self.level, &self.filters);
        Ok(SegmentCounts {
            filtered: Filtered::open(reader, &self.filters)?,
            rows: axis(self.rows)?,
            columns: axis(self.columns)?,
            of_rows: Vec::new(),
            of_columns: Vec::new(),
            cells: HashMap::new(),
            row_totals: HashMap::new(),
            column_totals: HashMap::new(),
            total: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Counted>) -> tantivy::Result<Counted> {
        let mut merged = Counted::default();
        for fruit in fruits {
            add(&mut merged.cells, fruit.cells);
            add(&mut merged.rows, fruit.rows);
            add(&mut merged.columns, fruit.columns);
            merged.total += fruit.total;
        }
        Ok(merged)
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, usize>, more: BTreeMap<K, usize>) {
    for (group, count) in more {
        *counts.entry(group).or_default() += count;
    }
}

/// The counts of one segment; groups are numbers here.
pub(super) struct SegmentCounts {
    filtered: Filtered,
    rows: Axis,
    columns: Axis,
    of_rows: Vec<u32>,
    of_columns: Vec<u32>,
    cells: HashMap<(u32, u32), usize>,
    row_totals: HashMap<u32, usize>,
    column_totals: HashMap<u32, usize>,
    total: usize,
}

impl SegmentCollector for SegmentCounts {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _: Score) {
        if !self.filtered.passes_all(doc) {
            return;
        }
        self.total += 1;
        self.rows.groups_of(doc, &mut self.of_rows);
        self.columns.groups_of(doc, &mut self.of_columns);
        for row in &self.of_rows {
            *self.row_totals.entry(*row).or_default() += 1;
            for column in &self.of_columns {
                *self.cells.entry((*row, *column)).or_default() += 1;
            }
        }
        for column in &self.of_columns {
            *self.column_totals.entry(*column).or_default() += 1;
        }
    }

    fn harvest(self) -> Counted {
        let (rows, columns) = (&self.rows, &self.columns);
        let cells = self.cells.into_iter();
        Counted {
            cells: cells.map(|((r, c), n)| ((rows.group(r), columns.group(c)), n)).collect(),
            rows: self.row_totals.into_iter().map(|(row, n)| (rows.group(row), n)).collect(),
            columns: self.column_totals.into_iter().map(|(c, n)| (columns.group(c), n)).collect(),
            total: self.total,
        }
    }
}

/// The number of the group of records without a value.
const WITHOUT: u32 = 0;

/// One dimension of a segment: from a record to the numbers of its groups.
struct Axis {
    dimension: Dimension,
    column: AxisColumn,
    /// By number; nothing for [`WITHOUT`], and for years, whose number says all.
    values: Vec<Option<Value>>,
}

enum AxisColumn {
    /// The number of the group of each ordinal; `None` for values that are not counted by.
    Text(Option<StrColumn>, Vec<Option<u32>>),
    Year(Column<u64>),
}

impl Axis {
    fn open(
        reader: &SegmentReader,
        dimension: Dimension,
        level: usize,
        filters: &Filters,
    ) -> tantivy::Result<Axis> {
        let columns = reader.fast_fields();
        let column = match dimension {
            Dimension::Division => columns.str("division_path")?,
            Dimension::Category => columns.str("category_canonical")?,
            Dimension::Organization => columns.str("organization")?,
            Dimension::FiscalYear => {
                let column = AxisColumn::Year(columns.u64("fiscal_year")?);
                return Ok(Axis { dimension, column, values: Vec::new() });
            }
        };
        let mut values = vec![None];
        let mut numbers: HashMap<Value, u32> = HashMap::new();
        let mut of_ordinals = Vec::new();
        if let Some(column) = &column {
            let mut terms = column.dictionary().stream()?;
            while terms.advance() {
                let name = String::from_utf8_lossy(terms.key());
                let value = value(dimension, level, filters, &name);
                of_ordinals.push(value.map(|value| {
                    *numbers.entry(value).or_insert_with_key(|value| {
                        values.push(Some(value.clone()));
                        u32::try_from(values.len() - 1).expect("ordinals are 32 bits wide")
                    })
                }));
            }
        }
        Ok(Axis { dimension, column: AxisColumn::Text(column, of_ordinals), values })
    }

    /// The numbers of the groups of a record, each once.
    fn groups_of(&self, doc: DocId, groups: &mut Vec<u32>) {
        groups.clear();
        match &self.column {
            AxisColumn::Year(column) => {
                let year = column.first(doc).and_then(|year| u32::try_from(year).ok());
                groups.push(year.unwrap_or(WITHOUT));
            }
            AxisColumn::Text(None, _) => groups.push(WITHOUT),
            AxisColumn::Text(Some(column), numbers) => {
                let mut has_value = false;
                for ordinal in column.term_ords(doc) {
                    has_value = true;
                    if let Some(number) = numbers[ordinal as usize]
                        && !groups.contains(&number)
                    {
                        groups.push(number);
                    }
                }
                if !has_value {
                    groups.push(WITHOUT);
                }
            }
        }
    }

    fn group(&self, number: u32) -> Group {
        let value = match &self.column {
            AxisColumn::Year(_) => {
                let year = u16::try_from(number).ok().and_then(FiscalYear::from_gregorian);
                year.map(Value::FiscalYear)
            }
            AxisColumn::Text(..) => self.values.get(number as usize).cloned().flatten(),
        };
        Group { dimension: self.dimension, value }
    }
}

/// What a value of a column is counted under; nothing if the filter of its own dimension did not choose it.
fn value(dimension: Dimension, level: usize, filters: &Filters, name: &str) -> Option<Value> {
    match dimension {
        Dimension::Division => {
            let mut path: Vec<String> = name.split(PATH_SEPARATOR).map(str::to_owned).collect();
            if path.len() < level {
                return Some(Value::DivisionItself(path));
            }
            path.truncate(level);
            Some(Value::Division(path))
        }
        // A record passes with one of its categories; the others were not asked for.
        Dimension::Category if filters.narrows_category() => filters
            .category
            .iter()
            .any(|chosen| chosen == name)
            .then(|| Value::Category(name.to_owned())),
        Dimension::Category => Some(Value::Category(name.to_owned())),
        Dimension::Organization => Some(Value::Organization(name.to_owned())),
        Dimension::FiscalYear => None,
    }
}

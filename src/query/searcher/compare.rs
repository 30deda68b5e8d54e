//! Comparing: the items of an organisation are aligned once, and each division shows its part of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::query::{AllQuery, BooleanQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, SearcherGeneration, Term};

use crate::query::alignment::{self, Item, Line};
use crate::query::comparison::{
    ComparableDivision, ComparableOffice, CompareRequest, ComparedCell, ComparedItem, Comparison,
    Counterpart, Counterparts, ItemStatus, goal_text,
};
use crate::query::difference;
use crate::query::engine::QueryError;
use crate::query::likeness::Likeness;
use crate::query::request::{Filters, SearchRequest};
use crate::query::roster::{Place, Roster, Tally, TallyCollector};
use crate::record::{FiscalYear, Record, RecordId};

use super::{Moment, Searcher, check_length, index_error, understood};

/// How many organisations' alignments are remembered.
const REMEMBERED: usize = 8;

/// How alike a record of another division has to be to promise the same.
const LEAST_COUNTERPART: f32 = 0.4;

/// The most records of other divisions that are shown to promise the same.
const MAX_COUNTERPARTS: usize = 100;

/// The items of an organisation, or of a division of a large one, in their lines.
#[derive(Debug)]
pub(super) struct Aligned {
    places: Vec<Place>,
    likeness: Likeness,
    lines: Vec<Line>,
}

/// What was aligned: an organisation, and the division that it was narrowed to.
type Scope = (Option<String>, Vec<String>);

type Alignments = BTreeMap<Scope, Arc<Aligned>>;

/// The alignments of the snapshot that was last asked about.
#[derive(Debug, Default)]
pub(super) struct KnownAlignments {
    last: Mutex<Option<(SearcherGeneration, Alignments)>>,
}

impl KnownAlignments {
    fn get(&self, generation: &SearcherGeneration, scope: &Scope) -> Option<Arc<Aligned>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, aligned) = last.as_ref()?;
        if known == generation { aligned.get(scope).cloned() } else { None }
    }

    fn put(&self, generation: &SearcherGeneration, scope: Scope, aligned: Arc<Aligned>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *last {
            Some((known, all)) if known == generation => {
                if REMEMBERED <= all.len() {
                    all.clear();
                }
                all.insert(scope, aligned);
            }
            _ => *last = Some((generation.clone(), BTreeMap::from([(scope, aligned)]))),
        }
    }
}

impl Searcher {
    pub(super) fn comparison(&self, request: &CompareRequest) -> Result<Comparison, QueryError> {
        let found_by = SearchRequest { q: request.q.clone(), ..SearchRequest::default() };
        check_length(&found_by)?;
        let mut moment = self.moment()?;
        let holders = self.holders(&moment, &request.division)?;
        let organizations: Vec<String> = holders.iter().flatten().cloned().collect();
        let organization = match &request.organization {
            Some(asked) => Some(asked.clone()),
            None if organizations.len() < 2 => organizations.first().cloned(),
            None => return Ok(Comparison { organizations, ..Comparison::default() }),
        };
        let aligned = self.aligned(&mut moment, organization.as_deref(), &request.division)?;
        let found = self.found(&mut moment, found_by, organization.as_deref())?;
        let mut comparison = self.compared(&mut moment, request, &aligned, found.as_ref())?;
        comparison.organization = organization;
        comparison.organizations = organizations;
        Ok(comparison)
    }

    pub(super) fn offices(&self) -> Result<Vec<ComparableOffice>, QueryError> {
        let snapshot = self.reader.snapshot();
        let tally = snapshot.search(&AllQuery, &TallyCollector).map_err(index_error)?;
        Ok(offices(&tally))
    }

    pub(super) fn counterparts_of(
        &self,
        id: &RecordId,
    ) -> Result<Option<Counterparts>, QueryError> {
        let mut moment = self.moment()?;
        let Some((address, record)) = self.located(&moment, id)? else { return Ok(None) };
        let mut others = Vec::new();
        let aligned = self.aligned_around(&mut moment, &record)?;
        let promise = goal_text(&record);
        for (place, likeness) in aligned.iter().flat_map(|aligned| aligned.counterparts(address)) {
            let other = self.record_at(&moment.snapshot, place.address)?;
            let goal = difference::difference(&promise, &goal_text(&other), &mut moment.worker);
            others.push(Counterpart { record: other, likeness, goal });
        }
        Ok(Some(Counterparts { record, others }))
    }

    /// The alignment that holds a record; none where its division alone is too large to be aligned.
    pub(super) fn aligned_around(
        &self,
        moment: &mut Moment<'_>,
        record: &Record,
    ) -> Result<Option<Arc<Aligned>>, QueryError> {
        let organization = record.organization.as_deref();
        match self.aligned(moment, organization, &record.division_canonical) {
            Err(QueryError::TooMany { .. }) => Ok(None),
            aligned => aligned.map(Some),
        }
    }

    /// The items of an organisation in their lines; those of the division alone, where there are too many.
    fn aligned(
        &self,
        moment: &mut Moment<'_>,
        organization: Option<&str>,
        division: &[String],
    ) -> Result<Arc<Aligned>, QueryError> {
        let query = self.of_organization(organization);
        let generation = moment.snapshot.generation().clone();
        let limit = CompareRequest::MAX_RECORDS;
        let organization = organization.map(str::to_owned);
        for path in [&[], division] {
            let scope = (organization.clone(), path.to_vec());
            if let Some(known) = self.alignments.get(&generation, &scope) {
                return Ok(known);
            }
            let mut places = moment.snapshot.search(&*query, &Roster).map_err(index_error)?;
            places.retain(|place| place.division.starts_with(path));
            if limit < places.len() {
                continue;
            }
            let aligned = Arc::new(self.align(moment, organization.as_deref(), places)?);
            self.alignments.put(&generation, scope, Arc::clone(&aligned));
            return Ok(aligned);
        }
        Err(QueryError::TooMany { limit })
    }

    fn align(
        &self,
        moment: &mut Moment<'_>,
        organization: Option<&str>,
        mut places: Vec<Place>,
    ) -> Result<Aligned, QueryError> {
        let (mut items, mut words, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for place in places.drain(..) {
            let record = self.record_at(&moment.snapshot, place.address)?;
            // What belongs to no organisation has no term to be found by.
            if record.organization.as_deref() != organization {
                continue;
            }
            words.push(promised_words(moment, &record));
            items.push(Item {
                year: place.year,
                division: place.division.clone(),
                category: record.category_canonical,
                number: record.number,
            });
            kept.push(place);
        }
        let likeness = Likeness::of(&words);
        let lines = alignment::align(&items, &likeness);
        Ok(Aligned { places: kept, likeness, lines })
    }

    /// The records that a search for `request.q` finds; none if it asks for nothing.
    fn found(
        &self,
        moment: &mut Moment<'_>,
        mut request: SearchRequest,
        organization: Option<&str>,
    ) -> Result<Option<HashSet<DocAddress>>, QueryError> {
        let Some(ast) = understood(&request).ast else { return Ok(None) };
        let organization = organization.map(str::to_owned).into_iter().collect();
        request.filters = Filters { organization, ..Filters::default() };
        let n_records = usize::try_from(moment.snapshot.num_docs()).unwrap_or(usize::MAX);
        let outcome = self.climb(moment, &request, Some(&ast), n_records)?;
        Ok(Some(outcome.collected.best.iter().map(|(address, _)| *address).collect()))
    }

    fn compared(
        &self,
        moment: &mut Moment<'_>,
        request: &CompareRequest,
        aligned: &Aligned,
        found: Option<&HashSet<DocAddress>>,
    ) -> Result<Comparison, QueryError> {
        let is_asked_for = |year: FiscalYear| {
            request.from.is_none_or(|from| from <= year) && request.to.is_none_or(|to| year <= to)
        };
        let mut rows: Vec<BTreeMap<FiscalYear, usize>> = Vec::new();
        let mut n_without_year = 0;
        for line in &aligned.lines {
            let places = || line.iter().map(|item| &aligned.places[*item]);
            let is_within = |place: &Place| place.division.starts_with(&request.division);
            if places().all(|place| place.year.is_none()) {
                n_without_year += places().filter(|place| is_within(place)).count();
            }
            let dated = line.iter().filter_map(|item| Some((aligned.places[*item].year?, *item)));
            let row: BTreeMap<FiscalYear, usize> =
                dated.filter(|(year, _)| is_asked_for(*year)).collect();
            let mut shown = row.values().map(|item| &aligned.places[*item]);
            let is_found = |place: &Place| found.is_none_or(|found| found.contains(&place.address));
            if shown.clone().any(is_within) && shown.any(is_found) {
                rows.push(row);
            }
        }
        let years: BTreeSet<FiscalYear> = rows.iter().flat_map(|row| row.keys().copied()).collect();
        let years: Vec<FiscalYear> = years.into_iter().collect();
        let items = in_sheet_order(rows, &years)
            .iter()
            .map(|row| self.compared_item(moment, aligned, row, &years))
            .collect::<Result<_, _>>()?;
        Ok(Comparison { years, items, n_without_year, ..Comparison::default() })
    }

    fn compared_item(
        &self,
        moment: &mut Moment<'_>,
        aligned: &Aligned,
        row: &BTreeMap<FiscalYear, usize>,
        years: &[FiscalYear],
    ) -> Result<ComparedItem, QueryError> {
        let mut cells: Vec<ComparedCell> = Vec::with_capacity(years.len());
        let mut last_seen = None;
        for year in years {
            let address = row.get(year).map(|item| aligned.places[*item].address);
            let record =
                address.map(|address| self.record_at(&moment.snapshot, address)).transpose()?;
            let cell = cell(cells.last(), record, last_seen, moment);
            last_seen = cell.record.as_ref().map(|_| *year).or(last_seen);
            cells.push(cell);
        }
        Ok(ComparedItem { cells })
    }

    /// The organisations that have records of a division.
    fn holders(
        &self,
        moment: &Moment<'_>,
        division: &[String],
    ) -> Result<BTreeSet<Option<String>>, QueryError> {
        let tally = moment.snapshot.search(&AllQuery, &TallyCollector).map_err(index_error)?;
        let within = tally.into_keys().filter(|(_, path, _)| path.starts_with(division));
        Ok(within.map(|(organization, ..)| organization).collect())
    }

    /// How many records a division has in each year.
    pub(super) fn division_years(
        &self,
        moment: &Moment<'_>,
        record: &Record,
    ) -> Result<Vec<(FiscalYear, usize)>, QueryError> {
        let query = self.of_organization(record.organization.as_deref());
        let tally = moment.snapshot.search(&*query, &TallyCollector).map_err(index_error)?;
        let mut years: BTreeMap<FiscalYear, usize> = BTreeMap::new();
        for ((organization, path, year), count) in tally {
            let is_own =
                organization == record.organization && path.starts_with(&record.division_canonical);
            if let Some(year) = year.filter(|_| is_own) {
                *years.entry(year).or_default() += count;
            }
        }
        Ok(years.into_iter().collect())
    }

    /// The records of an organisation; all records for those that belong to none.
    fn of_organization(&self, organization: Option<&str>) -> Box<dyn Query> {
        let Some(organization) = organization else { return Box::new(AllQuery) };
        let term = Term::from_field_text(self.reader.fields().organization, organization);
        Box::new(BooleanQuery::intersection(vec![Box::new(TermQuery::new(
            term,
            IndexRecordOption::Basic,
        ))]))
    }
}

impl Aligned {
    /// The places of the line that holds a record, earliest first.
    pub(super) fn line(&self, address: DocAddress) -> impl Iterator<Item = &Place> {
        let holds = |line: &&Line| line.iter().any(|item| self.places[*item].address == address);
        self.lines.iter().find(holds).into_iter().flatten().map(|item| &self.places[*item])
    }

    /// The records of other divisions that promise in the same year what a record promises, the most alike first.
    pub(super) fn counterparts(&self, address: DocAddress) -> Vec<(&Place, f32)> {
        let Some(own) = self.places.iter().position(|place| place.address == address) else {
            return Vec::new();
        };
        let place = &self.places[own];
        let others = self
            .places
            .iter()
            .enumerate()
            .filter(|(_, other)| other.year == place.year && other.division != place.division);
        let others: Vec<usize> = others.map(|(n, _)| n).collect();
        let mut alike = self.likeness.pairs(&[own], &others, LEAST_COUNTERPART);
        alike.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.1.cmp(&b.1)));
        alike.truncate(MAX_COUNTERPARTS);
        alike.into_iter().map(|(_, other, likeness)| (&self.places[other], likeness)).collect()
    }
}

/// The words of what a record promises; where it promises nothing, of all that it says.
fn promised_words(moment: &mut Moment<'_>, record: &Record) -> BTreeSet<String> {
    let mut texts = vec![goal_text(record)];
    texts.extend(record.title.clone());
    if texts.iter().all(|text| text.trim().is_empty()) {
        texts = record.sections.iter().map(|section| section.text.clone()).collect();
    }
    let mut words = BTreeSet::new();
    let mut units = Vec::new();
    for text in texts {
        moment.worker.units(&text, &mut units);
        words.extend(units.drain(..).map(|unit| unit.term));
    }
    words
}

/// A cell beside the one of the year before.
fn cell(
    before: Option<&ComparedCell>,
    record: Option<Record>,
    last_seen: Option<FiscalYear>,
    moment: &mut Moment<'_>,
) -> ComparedCell {
    let Some(before) = before else {
        let goal = record.iter().flat_map(|r| difference::unchanged(&goal_text(r))).collect();
        return ComparedCell { record, goal, ..ComparedCell::default() };
    };
    match (&before.record, record) {
        (None, None) => ComparedCell::default(),
        (Some(_), None) => {
            ComparedCell { status: Some(ItemStatus::Dropped), ..ComparedCell::default() }
        }
        (None, Some(record)) => ComparedCell {
            goal: difference::unchanged(&goal_text(&record)),
            record: Some(record),
            status: Some(ItemStatus::New),
            resumes: last_seen,
        },
        (Some(earlier), Some(record)) => {
            let (earlier, later) = (goal_text(earlier), goal_text(&record));
            let goal = difference::difference(&earlier, &later, &mut moment.worker);
            let is_kept = difference::is_same(&goal);
            let status = if is_kept { ItemStatus::Kept } else { ItemStatus::Reworded };
            ComparedCell { record: Some(record), status: Some(status), resumes: None, goal }
        }
    }
}

/// The rows in the order of the latest sheet; what is not in it stands behind what it stood behind.
fn in_sheet_order(
    rows: Vec<BTreeMap<FiscalYear, usize>>,
    years: &[FiscalYear],
) -> Vec<BTreeMap<FiscalYear, usize>> {
    let mut order: Vec<usize> = Vec::new();
    for year in years.iter().rev() {
        // Items are numbered in the order of the sheets.
        let mut sheet: Vec<(usize, usize)> =
            rows.iter().enumerate().filter_map(|(n, row)| Some((*row.get(year)?, n))).collect();
        sheet.sort_unstable();
        let mut place = 0;
        for (_, row) in sheet {
            match order.iter().position(|placed| *placed == row) {
                Some(known) => place = known + 1,
                None => {
                    order.insert(place, row);
                    place += 1;
                }
            }
        }
    }
    let mut rows: Vec<Option<BTreeMap<FiscalYear, usize>>> = rows.into_iter().map(Some).collect();
    order.into_iter().filter_map(|n| rows[n].take()).collect()
}

/// The divisions of each organisation that have two fiscal years or more.
fn offices(tally: &Tally) -> Vec<ComparableOffice> {
    type Years = BTreeMap<FiscalYear, usize>;
    let mut counts: BTreeMap<&Option<String>, BTreeMap<&[String], Years>> = BTreeMap::new();
    for ((organization, path, year), count) in tally {
        let Some(year) = year else { continue };
        for depth in 1..=path.len() {
            let divisions = counts.entry(organization).or_default();
            let years = divisions.entry(&path[..depth]).or_default();
            *years.entry(*year).or_default() += count;
        }
    }
    let office = |(organization, divisions): (&Option<String>, BTreeMap<&[String], Years>)| {
        let comparable = divisions.into_iter().filter(|(_, years)| 2 <= years.len());
        let divisions: Vec<ComparableDivision> = comparable
            .map(|(path, years)| ComparableDivision {
                path: path.to_vec(),
                years: years.into_iter().collect(),
            })
            .collect();
        ComparableOffice { organization: organization.clone(), divisions }
    };
    counts.into_iter().map(office).filter(|office| !office.divisions.is_empty()).collect()
}

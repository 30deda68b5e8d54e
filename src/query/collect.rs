//! One pass over the matches: exact total, the page's hits, and the counts of all facets.
//!
//! Filters are not part of the tantivy query.
//! Each match is tested against them here: one that meets all is a hit and counts in every facet,
//! one that fails in a single facet counts in that facet alone, because the counts of a facet leave out its own filter.

use std::collections::{BTreeMap, BinaryHeap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::filtered::Filtered;
use super::request::{Filters, Sort};

/// Collects what an answer needs.
pub struct AnswerCollector {
    filters: Filters,
    sort: Sort,
    /// How many of the best hits are kept.
    n_best: usize,
}

/// What was collected.
#[derive(Debug, Default)]
pub struct Collected {
    /// Matches of the query, filters left aside.
    pub n_matches: usize,
    /// Matches that meet all filters.
    pub total: usize,
    /// The best hits, best first, with their scores.
    pub best: Vec<(DocAddress, Score)>,
    /// Matches by canonical division path, the division filter left aside.
    pub division: BTreeMap<String, usize>,
    /// Matches by canonical category, the category filter left aside.
    pub category: BTreeMap<String, usize>,
    /// Matches by fiscal year, the year filter left aside.
    pub fiscal_year: BTreeMap<Option<u64>, usize>,
    /// Matches by organisation, the organisation filter left aside.
    pub organization: BTreeMap<String, usize>,
}

impl AnswerCollector {
    /// Collects the `n_best` hits in the order of `sort`, and all counts.
    pub fn new(filters: &Filters, sort: Sort, n_best: usize) -> AnswerCollector {
        AnswerCollector { filters: filters.clone(), sort, n_best }
    }
}

impl Collector for AnswerCollector {
    type Fruit = Collected;
    type Child = SegmentAnswer;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentAnswer> {
        let columns = reader.fast_fields();
        Ok(SegmentAnswer {
            segment,
            n_best: self.n_best,
            sort: self.sort,
            filtered: Filtered::open(reader, &self.filters)?,
            division: TextFacet::new(columns.str("division_path")?),
            category: TextFacet::new(columns.str("category_canonical")?),
            organization: TextFacet::new(columns.str("organization")?),
            fiscal_year: columns.u64("fiscal_year")?,
            sequence: columns.u64("sequence")?,
            n_matches: 0,
            total: 0,
            year_counts: BTreeMap::new(),
            best: BinaryHeap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance && 0 < self.n_best
    }

    fn merge_fruits(&self, fruits: Vec<SegmentFruit>) -> tantivy::Result<Collected> {
        let mut merged = Collected::default();
        let mut ranked = Vec::new();
        for fruit in fruits {
            let fruit = fruit?;
            merged.n_matches += fruit.collected.n_matches;
            merged.total += fruit.collected.total;
            add(&mut merged.division, fruit.collected.division);
            add(&mut merged.category, fruit.collected.category);
            add(&mut merged.fiscal_year, fruit.collected.fiscal_year);
            add(&mut merged.organization, fruit.collected.organization);
            ranked.extend(fruit.ranked);
        }
        ranked.sort_unstable();
        ranked.truncate(self.n_best);
        merged.best = ranked.into_iter().map(|hit| (hit.address, hit.score())).collect();
        Ok(merged)
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, usize>, more: BTreeMap<K, usize>) {
    for (value, count) in more {
        *counts.entry(value).or_default() += count;
    }
}

/// A hit in the order of the answer: the smallest is the best.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Ranked {
    /// Smaller is better; for relevance, the complement of the score's bits.
    key: u64,
    sequence: u64,
    address: DocAddress,
    score_bits: u32,
}

impl Ranked {
    fn score(&self) -> Score {
        Score::from_bits(self.score_bits)
    }
}

/// One text column: its values as ordinals, and their counts.
struct TextFacet {
    column: Option<StrColumn>,
    counts: Vec<usize>,
}

impl TextFacet {
    fn new(column: Option<StrColumn>) -> TextFacet {
        let n_values = column.as_ref().map_or(0, |column| column.num_terms());
        TextFacet { column, counts: vec![0; n_values] }
    }

    fn count(&mut self, doc: DocId) {
        let Some(column) = &self.column else { return };
        for ordinal in column.term_ords(doc) {
            self.counts[ordinal as usize] += 1;
        }
    }

    fn by_name(&self) -> tantivy::Result<BTreeMap<String, usize>> {
        let Some(column) = &self.column else { return Ok(BTreeMap::new()) };
        let mut named = BTreeMap::new();
        for (ordinal, count) in (0..).zip(&self.counts).filter(|(_, count)| 0 < **count) {
            let mut name = String::new();
            column.ord_to_str(ordinal, &mut name)?;
            named.insert(name, *count);
        }
        Ok(named)
    }
}

/// What is collected within one segment.
pub struct SegmentAnswer {
    segment: SegmentOrdinal,
    n_best: usize,
    sort: Sort,
    filtered: Filtered,
    division: TextFacet,
    category: TextFacet,
    organization: TextFacet,
    fiscal_year: Column<u64>,
    sequence: Column<u64>,
    n_matches: usize,
    total: usize,
    year_counts: BTreeMap<Option<u64>, usize>,
    best: BinaryHeap<Ranked>,
}

/// The result of one segment, or why its columns could not be read.
pub type SegmentFruit = tantivy::Result<SegmentCollected>;

/// The counts and the best hits of one segment.
#[derive(Debug, Default)]
pub struct SegmentCollected {
    collected: Collected,
    ranked: Vec<Ranked>,
}

impl SegmentCollector for SegmentAnswer {
    type Fruit = SegmentFruit;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.n_matches += 1;
        let year = self.fiscal_year.first(doc);
        let passes = self.filtered.passes(doc);
        // A facet counts what meets all the other filters.
        let n_failed = passes.iter().filter(|passes| !**passes).count();
        let counts = |facet: usize| n_failed == 0 || (n_failed == 1 && !passes[facet]);
        if counts(0) {
            self.division.count(doc);
        }
        if counts(1) {
            self.category.count(doc);
        }
        if counts(2) {
            *self.year_counts.entry(year).or_default() += 1;
        }
        if counts(3) {
            self.organization.count(doc);
        }
        if n_failed == 0 {
            self.total += 1;
            self.rank(doc, score, year);
        }
    }

    fn harvest(self) -> SegmentFruit {
        let collected = Collected {
            n_matches: self.n_matches,
            total: self.total,
            best: Vec::new(),
            division: self.division.by_name()?,
            category: self.category.by_name()?,
            fiscal_year: self.year_counts,
            organization: self.organization.by_name()?,
        };
        Ok(SegmentCollected { collected, ranked: self.best.into_vec() })
    }
}

impl SegmentAnswer {
    fn rank(&mut self, doc: DocId, score: Score, year: Option<u64>) {
        if self.n_best == 0 {
            return;
        }
        let key = match self.sort {
            // BM25 scores are not negative, and the bits of such floats are in their order.
            Sort::Relevance => u64::from(u32::MAX - score.max(0.0).to_bits()),
            Sort::Newest => u64::MAX - year.unwrap_or(0),
            Sort::Oldest => year.unwrap_or(u64::MAX),
        };
        let hit = Ranked {
            key,
            sequence: self.sequence.first(doc).unwrap_or(u64::MAX),
            address: DocAddress::new(self.segment, doc),
            score_bits: score.to_bits(),
        };
        if self.best.len() < self.n_best {
            self.best.push(hit);
        } else if let Some(mut worst) = self.best.peek_mut()
            && hit < *worst
        {
            *worst = hit;
        }
    }
}

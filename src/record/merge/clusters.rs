//! Which readings of an identity are one record.

use std::collections::{BTreeSet, HashMap};

use crate::record::identity;
use crate::record::merge::Reading;
use crate::record::merge::edition::{self, Rank};
use crate::record::merge::likeness::{self, Likeness, Part, Parts};
use crate::record::{Record, RecordId, Role};

/// Beyond so many unlike readings of one identity, only those with the same place in their sources are compared: a table may
/// have thousands of rows that say nothing of themselves.
const MOST_COMPARED: usize = 64;

/// The fewest characters that are no coincidence where the identity says little.
const TELLING_CHARS: usize = 20;

/// Readings that are one record so far.
struct Cluster<'r> {
    members: Vec<usize>,
    sources: BTreeSet<u64>,
    /// What would be shown.
    parts: Parts,
    edition: Option<Rank>,
    /// How many readings of its source stand before the first.
    slot: usize,
    record: &'r Record,
}

/// The readings of `identity`, parted into records; each part and all of them in the order of the readings.
pub(super) fn clusters(identity: &RecordId, readings: &[Reading<'_>]) -> Vec<Vec<usize>> {
    let alone = || (0..readings.len()).map(|index| vec![index]).collect();
    let is_one_source = readings.iter().all(|reading| reading.source == readings[0].source);
    if is_one_source {
        return alone();
    }
    let is_derived = |reading: &Reading<'_>| identity::derive(reading.record) == *identity;
    let mut clusters = of_same_text(readings, &is_derived);
    let merging = clusters.iter().filter(|cluster| is_derived(&readings[cluster.members[0]]));
    let is_known = merging.clone().any(|cluster| is_telling(cluster.record));
    if 1 < merging.count() {
        let derived: Vec<bool> =
            clusters.iter().map(|cluster| is_derived(&readings[cluster.members[0]])).collect();
        let mut parting = Parting::of(clusters, derived);
        parting.join(|a, b| a.edition == b.edition && a.is_close_to(b, is_known));
        if is_known {
            parting.join(|a, b| a.edition == b.edition && a.agrees_with(b));
            parting.join_counterparts();
        }
        parting.replace(is_known);
        clusters = parting.clusters.into_iter().flatten().collect();
    }
    let mut members: Vec<Vec<usize>> = clusters.into_iter().map(|c| c.members).collect();
    members.iter_mut().for_each(|members| members.sort_unstable());
    members.sort_unstable();
    members
}

/// Whether readings that share an identity are of one initiative: it says whose it is, of which year, and where it stands.
fn is_telling(record: &Record) -> bool {
    // Beside a number the title is no part of the identity.
    let is_titled = record.number.is_none() && record.title.is_some();
    let has_name = !record.division.is_empty() || is_titled;
    record.organization.is_some() && record.fiscal_year.is_some() && has_name
}

/// Rule 1. The n-th reading of a text in one source is the n-th of that text in another.
fn of_same_text<'r>(
    readings: &[Reading<'r>],
    is_derived: &impl Fn(&Reading<'_>) -> bool,
) -> Vec<Cluster<'r>> {
    #[derive(Eq, Hash, PartialEq)]
    enum Meeting {
        /// Texts that tell.
        Text(Parts),
        /// Texts that would meet by chance: only copies of a file have them in common.
        Copy(Parts, String),
        Never(usize),
    }
    let mut clusters: Vec<Cluster<'r>> = Vec::new();
    let mut slots: HashMap<u64, usize> = HashMap::new();
    let mut counts: HashMap<(u64, Parts), usize> = HashMap::new();
    let mut met: HashMap<(Meeting, usize), usize> = HashMap::new();
    for (index, reading) in readings.iter().enumerate() {
        let parts = likeness::parts(reading.record);
        let count = counts.entry((reading.source, parts.clone())).or_default();
        *count += 1;
        let slot = slots.entry(reading.source).or_default();
        *slot += 1;
        let sha256 = reading.record.sources.first().and_then(|source| source.sha256.clone());
        let meeting = match (is_derived(reading), sha256) {
            (false, _) => Meeting::Never(index),
            _ if is_telling(reading.record) || tells(&parts) => Meeting::Text(parts.clone()),
            (_, Some(sha256)) => Meeting::Copy(parts.clone(), sha256),
            (_, None) => Meeting::Never(index),
        };
        let at = *met.entry((meeting, *count)).or_insert(clusters.len());
        if at == clusters.len() {
            clusters.push(Cluster {
                members: Vec::new(),
                sources: BTreeSet::new(),
                parts,
                edition: None,
                slot: *slot,
                record: reading.record,
            });
        }
        let cluster = &mut clusters[at];
        cluster.members.push(index);
        cluster.sources.insert(reading.source);
        cluster.edition = cluster.edition.take().max(edition::rank(reading.record));
    }
    clusters
}

fn tells(parts: &Parts) -> bool {
    TELLING_CHARS <= parts.values().map(|text| text.chars().count()).sum()
}

fn is_telling_text(text: &str) -> bool {
    text.chars().nth(TELLING_CHARS - 1).is_some()
}

impl Cluster<'_> {
    fn likeness(&self, other: &Cluster<'_>, part: &Part) -> Option<Likeness> {
        Some(likeness::likeness(self.parts.get(part)?, other.parts.get(part)?))
    }

    fn has(&self, role: Role) -> bool {
        self.parts.keys().any(|part| part.0 == role)
    }

    /// Rule 2.
    fn is_close_to(&self, other: &Cluster<'_>, is_known: bool) -> bool {
        (is_known || (tells(&self.parts) && tells(&other.parts)))
            && self.parts.keys().eq(other.parts.keys())
            && self.parts.keys().all(|part| self.likeness(other, part) <= Some(Likeness::Close))
    }

    /// Rules 3 and 4.
    fn agrees_with(&self, other: &Cluster<'_>) -> bool {
        if !is_one_name(self.record.title.as_deref(), other.record.title.as_deref()) {
            return false;
        }
        let roles = [Role::Goal, Role::Result];
        let completes = roles.iter().any(|&role| self.has(role) != other.has(role));
        let [goal, result] = roles.map(|role| self.likeness(other, &likeness::part(role, None)));
        let tells = |role, likeness: Likeness| {
            likeness <= Likeness::Close
                && self
                    .parts
                    .get(&likeness::part(role, None))
                    .is_some_and(|text| is_telling_text(text))
        };
        match (goal, result) {
            (None, None) => self.has_same_bodies(other),
            (Some(likeness), None) | (None, Some(likeness)) if completes => {
                likeness <= Likeness::Alike
            }
            (Some(likeness), None) | (None, Some(likeness)) => likeness <= Likeness::Close,
            (Some(goal), Some(result)) => {
                tells(Role::Goal, goal)
                    || tells(Role::Result, result)
                    || (goal.min(result) <= Likeness::Close && goal.max(result) <= Likeness::Alike)
            }
        }
    }

    /// Texts without goal and result are of one record if all that they have in common agrees.
    fn has_same_bodies(&self, other: &Cluster<'_>) -> bool {
        let is_body =
            |cluster: &Cluster<'_>| !cluster.has(Role::Goal) && !cluster.has(Role::Result);
        let mut common = self.parts.keys().filter_map(|part| self.likeness(other, part)).peekable();
        is_body(self)
            && is_body(other)
            && common.peek().is_some()
            && common.all(|likeness| likeness <= Likeness::Close)
    }

    /// Rule 5: the one promises what the other reports.
    fn is_counterpart_of(&self, other: &Cluster<'_>) -> bool {
        let promises = |c: &Cluster<'_>| c.has(Role::Goal) && !c.has(Role::Result);
        let reports = |c: &Cluster<'_>| c.has(Role::Result) && !c.has(Role::Goal);
        let (a, b) = (self.record, other.record);
        ((promises(self) && reports(other)) || (reports(self) && promises(other)))
            && is_one_name(a.title.as_deref(), b.title.as_deref())
            && is_one_name(a.category.as_deref(), b.category.as_deref())
    }

    /// How much of the texts that both have is common, from 0 to 1.
    fn common(&self, other: &Cluster<'_>) -> f64 {
        let shared = self.parts.iter().filter_map(|(part, a)| Some((a, other.parts.get(part)?)));
        let common: Vec<f64> = shared.map(|(a, b)| likeness::common(a, b)).collect();
        common.iter().sum::<f64>() / common.len().max(1) as f64
    }
}

/// Whether two names may be one; where one is silent they may.
fn is_one_name(a: Option<&str>, b: Option<&str>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return true };
    likeness::likeness(&likeness::fold(a), &likeness::fold(b)) <= Likeness::Alike
}

/// Clusters that are joined step by step; one that was taken up by another leaves nothing.
struct Parting<'r> {
    clusters: Vec<Option<Cluster<'r>>>,
    /// Whether the identity follows from what the record says; others are never joined.
    derived: Vec<bool>,
    /// Those that may be compared with one another: all, or those with a place in common.
    circles: HashMap<usize, Vec<usize>>,
}

impl<'r> Parting<'r> {
    fn of(clusters: Vec<Cluster<'r>>, derived: Vec<bool>) -> Parting<'r> {
        let mut parting = Parting { clusters: Vec::new(), derived, circles: HashMap::new() };
        let is_large = MOST_COMPARED < clusters.len();
        for (at, mut cluster) in clusters.into_iter().enumerate() {
            if !is_large {
                cluster.slot = 0;
            }
            if parting.derived[at] {
                parting.circles.entry(cluster.slot).or_default().push(at);
            }
            parting.clusters.push(Some(cluster));
        }
        parting
    }

    /// Joins those that `is_one` says are one, in their order.
    fn join(&mut self, is_one: impl Fn(&Cluster<'r>, &Cluster<'r>) -> bool) {
        for into in 0..self.clusters.len() {
            for from in self.neighbours(into) {
                if into < from && self.pair(into, from).is_some_and(|(a, b)| is_one(a, b)) {
                    self.take_up(into, from);
                }
            }
        }
    }

    /// Joins promises and reports of which each is the only one for the other.
    fn join_counterparts(&mut self) {
        let counterparts = |parting: &Parting<'r>, of: usize| -> Vec<usize> {
            let is_counterpart = |&other: &usize| {
                parting
                    .pair(of, other)
                    .is_some_and(|(a, b)| a.edition == b.edition && a.is_counterpart_of(b))
            };
            parting.neighbours(of).into_iter().filter(is_counterpart).collect()
        };
        for into in 0..self.clusters.len() {
            if let [from] = counterparts(self, into)[..]
                && into < from
                && counterparts(self, from) == [into]
            {
                self.take_up(into, from);
            }
        }
    }

    /// Rule 6: every correction, the earliest first, takes up the older text that is most like it.
    ///
    /// Where the identity tells, a text that stands alone is replaced however unlike it is: that is what corrections are for.
    fn replace(&mut self, is_known: bool) {
        let mut corrections: Vec<usize> = (0..self.clusters.len()).collect();
        corrections.retain(|&at| {
            self.derived[at] && self.clusters[at].as_ref().is_some_and(|c| c.edition.is_some())
        });
        corrections.sort_by(|&a, &b| {
            let edition = |at: usize| self.clusters[at].as_ref().and_then(|c| c.edition.as_ref());
            edition::latest_first(edition(b), edition(a))
        });
        for correction in corrections {
            let older: Vec<(usize, f64)> = self
                .neighbours(correction)
                .into_iter()
                .filter_map(|at| {
                    let (new, old) = self.pair(correction, at)?;
                    let titles = (new.record.title.as_deref(), old.record.title.as_deref());
                    (old.edition < new.edition && is_one_name(titles.0, titles.1))
                        .then(|| (at, new.common(old)))
                })
                .collect();
            let is_only = older.len() == 1 && is_known;
            // Of equals the first.
            let nearest = older.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((old, common)) = nearest
                && (is_only || 0.5 <= common)
            {
                self.take_up(correction, old);
            }
        }
    }

    /// What a cluster is compared with, in order.
    fn neighbours(&self, of: usize) -> Vec<usize> {
        let Some(cluster) = &self.clusters[of] else { return Vec::new() };
        let circle = self.circles.get(&cluster.slot).into_iter().flatten().copied();
        circle.filter(|&at| at != of && self.clusters[at].is_some()).collect()
    }

    /// Two clusters that no source tells apart.
    fn pair(&self, a: usize, b: usize) -> Option<(&Cluster<'r>, &Cluster<'r>)> {
        let (first, second) = (self.clusters[a].as_ref()?, self.clusters[b].as_ref()?);
        let may_meet = self.derived[a] && self.derived[b];
        (may_meet && first.sources.is_disjoint(&second.sources)).then_some((first, second))
    }

    fn take_up(&mut self, into: usize, from: usize) {
        let Some(from) = self.clusters[from].take() else { return };
        let Some(into) = &mut self.clusters[into] else { return };
        into.members.extend(from.members);
        into.sources.extend(from.sources);
        into.edition = into.edition.take().max(from.edition);
        for (part, text) in from.parts {
            into.parts.entry(part).or_insert(text);
        }
    }
}

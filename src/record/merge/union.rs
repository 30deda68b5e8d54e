//! One record from several readings of it.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, HashSet};

use crate::notice::{Notice, NoticeKind};
use crate::record::merge::edition::{self, Rank};
use crate::record::merge::likeness::{self, Likeness, Part, Parts};
use crate::record::{Provenance, Record, Role, Section};

/// Differences beyond these are counted and not told one by one: of one sheet there may be hundreds of near copies.
const MOST_TOLD: usize = 20;

/// A reading with what decides whether its text is shown.
struct Member<'r> {
    record: &'r Record,
    parts: Parts,
    edition: Option<Rank>,
    certainty: u8,
    /// Where its sources stand among those of the record.
    sources: Vec<usize>,
}

/// The record that `readings`, in their order, are shown as; a single one is shown as it is.
///
/// The latest edition goes first, then the source that has most, then the one that is read most surely, then the order.
pub(super) fn union(readings: &[&Record]) -> Record {
    if let [only] = readings {
        return (*only).clone();
    }
    let mut members: Vec<Member<'_>> = readings.iter().map(|record| Member::of(record)).collect();
    let first = readings[0].id.clone();
    members.sort_by(Member::shown_first);
    let mut record = Record { id: first, ..members[0].record.clone() };
    record.sources.clear();
    for member in &mut members {
        member.sources = place_sources(&mut record.sources, &member.record.sources);
    }
    for member in &members[1..] {
        fill(&mut record, member.record);
    }
    let mut union = Union { record, notices: Vec::new() };
    union.record.sections.clear();
    for part in parts_in_order(&members) {
        union.add_part(&part, &members);
    }
    union.compare_names("取組名", &members, |record| record.title.as_deref());
    union.compare_names("区分", &members, |record| record.category.as_deref());
    union.finish(&members)
}

impl<'r> Member<'r> {
    fn of(record: &'r Record) -> Member<'r> {
        Member {
            record,
            parts: likeness::parts(record),
            edition: edition::rank(record),
            certainty: certainty(record),
            sources: Vec::new(),
        }
    }

    fn shown_first(&self, other: &Member<'_>) -> Ordering {
        edition::latest_first(self.edition.as_ref(), other.edition.as_ref())
            .then(Reverse(self.parts.len()).cmp(&Reverse(other.parts.len())))
            .then(self.certainty.cmp(&other.certainty))
    }

    fn file(&self) -> &'r str {
        self.record.sources.first().map_or("", |source| source.file.as_str())
    }

    /// The sections of a part, naming their sources among those of the whole record.
    fn sections(&self, part: &Part) -> Vec<Section> {
        let of_part =
            |section: &&Section| likeness::part(section.role, section.heading.as_deref()) == *part;
        let source = |source: usize| self.sources.get(source).or(self.sources.first());
        let sections = self.record.sections.iter().filter(of_part).cloned();
        sections.map(|s| Section { source: source(s.source).copied().unwrap_or(0), ..s }).collect()
    }
}

/// How surely the text of a file is read, from the surest.
fn certainty(record: &Record) -> u8 {
    let Some(source) = record.sources.first() else { return 0 };
    let extension = source.file.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        _ if source.recognised == Some(true) => 3,
        "pdf" => 1,
        "txt" | "text" | "" => 2,
        _ => 0,
    }
}

/// Adds sources that are not there yet; returns where each stands.
fn place_sources(all: &mut Vec<Provenance>, sources: &[Provenance]) -> Vec<usize> {
    let mut places = Vec::with_capacity(sources.len());
    for source in sources {
        let place = all.iter().position(|known| known == source).unwrap_or(all.len());
        if place == all.len() {
            all.push(source.clone());
        }
        places.push(place);
    }
    places
}

/// Takes what a record does not say from another reading of it.
fn fill(record: &mut Record, other: &Record) {
    if record.category.is_none() && other.category.is_some() {
        record.category.clone_from(&other.category);
        record.category_canonical.clone_from(&other.category_canonical);
    }
    if record.title.is_none() {
        record.title.clone_from(&other.title);
    }
    for (name, value) in &other.extra {
        record.extra.entry(name).or_insert_with(|| value.clone());
    }
}

/// Every part once: those of the first member as it prints them, the others behind, goals before results before the rest.
fn parts_in_order(members: &[Member<'_>]) -> Vec<Part> {
    let printed = |member: &Member<'_>| -> Vec<Part> {
        let sections = member.record.sections.iter();
        let parts = sections.map(|s| likeness::part(s.role, s.heading.as_deref()));
        parts.filter(|part| member.parts.contains_key(part)).collect()
    };
    let mut parts: Vec<Part> = Vec::new();
    for (n, member) in members.iter().enumerate() {
        for part in printed(member) {
            if parts.contains(&part) {
                continue;
            }
            let behind = parts.iter().position(|known| 0 < n && part.0 < known.0);
            parts.insert(behind.unwrap_or(parts.len()), part);
        }
    }
    parts
}

/// The record in the making.
struct Union {
    record: Record,
    notices: Vec<Notice>,
}

impl Union {
    fn add_part(&mut self, part: &Part, members: &[Member<'_>]) {
        let holders: Vec<(&Member<'_>, &str)> = members
            .iter()
            .filter_map(|member| Some((member, member.parts.get(part)?.as_str())))
            .collect();
        let Some(&(_, wanted)) = holders.first() else { return };
        let latest = holders.iter().filter(|(m, _)| m.edition == holders[0].0.edition);
        // The same text from a surer source: a plan's workbook beside the PDF with the results.
        let same = latest.filter(|(_, text)| likeness::likeness(text, wanted) <= Likeness::Close);
        let Some(&(lead, text)) = same.min_by_key(|(member, _)| member.certainty) else { return };
        let mut kept: Vec<&str> = Vec::new();
        let mut shown: HashSet<String> = HashSet::new();
        for &(other, theirs) in std::iter::once(&(lead, text)).chain(&holders) {
            let nearest = kept.iter().map(|text| likeness::likeness(text, theirs)).min();
            let mut more = other.sections(part);
            more.retain(|section| !shown.contains(&likeness::fold(&section.text)));
            match nearest {
                None => {}
                Some(Likeness::Same) => more.clear(),
                Some(_) if more.is_empty() => {}
                Some(_) if other.edition < lead.edition => {
                    self.say_corrected(part, lead, other);
                    more.clear();
                }
                Some(Likeness::Close) => {
                    self.say_close(part, other, text, theirs);
                    more.clear();
                }
                Some(Likeness::Alike | Likeness::Unlike) => self.say_reworded(part, lead, other),
            }
            if more.is_empty() {
                continue;
            }
            shown.extend(more.iter().map(|section| likeness::fold(&section.text)));
            self.record.sections.extend(more);
            kept.push(theirs);
        }
    }

    /// Quotes what another source prints for a name of which one is shown.
    fn compare_names(
        &mut self,
        label: &str,
        members: &[Member<'_>],
        name: impl Fn(&Record) -> Option<&str>,
    ) {
        let shown = name(&self.record).map(likeness::fold);
        for other in members {
            let Some(theirs) = name(other.record) else { continue };
            if shown != Some(likeness::fold(theirs)) {
                let message =
                    format!("{label}は、「{}」では「{theirs}」となっています。", other.file());
                self.say(NoticeKind::Reworded, message, other);
            }
        }
    }

    fn say_corrected(&mut self, part: &Part, lead: &Member<'_>, other: &Member<'_>) {
        let message = format!(
            "{}は、訂正された資料「{}」の文です。「{}」の文と差し替えました。",
            name(part),
            lead.file(),
            other.file()
        );
        self.say(NoticeKind::Corrected, message, other);
    }

    fn say_close(&mut self, part: &Part, other: &Member<'_>, text: &str, theirs: &str) {
        let (here, there) = likeness::difference(text, theirs);
        let message = format!(
            "{}の字が資料により少し違います：ここでは「{here}」、「{}」では「{there}」。",
            name(part),
            other.file()
        );
        self.say(NoticeKind::Reworded, message, other);
    }

    fn say_reworded(&mut self, part: &Part, lead: &Member<'_>, other: &Member<'_>) {
        let message = format!(
            "{}の文が「{}」と「{}」とで違うので、両方を示します。",
            name(part),
            lead.file(),
            other.file()
        );
        self.say(NoticeKind::Reworded, message, other);
    }

    fn say(&mut self, kind: NoticeKind, message: String, about: &Member<'_>) {
        self.notices.push(Notice::new(kind, message, about.file()));
    }

    /// Adds what the readers noticed about what is shown.
    fn finish(self, members: &[Member<'_>]) -> Record {
        let mut record = self.record;
        let is_shown = |member: &&Member<'_>| {
            record.sections.iter().any(|section| member.sources.contains(&section.source))
        };
        let said = members[..1].iter().chain(members[1..].iter().filter(is_shown));
        let said: Vec<&Notice> = said.flat_map(|member| &member.record.notices).collect();
        let mut known = BTreeSet::new();
        let said = news(said, &record, &mut known);
        let differences = news(self.notices.iter().collect(), &record, &mut known);
        let mut notices: Vec<Notice> =
            said.into_iter().chain(differences.iter().copied().take(MOST_TOLD)).cloned().collect();
        notices.extend(count_of(differences.get(MOST_TOLD..).unwrap_or_default()));
        record.notices = notices;
        record
    }
}

/// Those of the notices that hold for the whole record and are not `known`, each once.
fn news<'n>(
    mut notices: Vec<&'n Notice>,
    record: &Record,
    known: &mut BTreeSet<(&'n NoticeKind, &'n str)>,
) -> Vec<&'n Notice> {
    notices.retain(|notice| {
        known.insert((&notice.kind, &notice.message)) && is_still_true(notice, record)
    });
    notices
}

/// What stands for differences that are not told one by one.
fn count_of(differences: &[&Notice]) -> Option<Notice> {
    let first = differences.first()?;
    let message = format!("資料による違いが、ほかに{}件あります。", differences.len());
    Some(Notice::new(first.kind.clone(), message, first.place.clone()))
}

/// Whether a notice about a reading holds for the whole: what one source lacks another may print.
fn is_still_true(notice: &Notice, record: &Record) -> bool {
    let has = |role| record.sections.iter().any(|section| section.role == role);
    let filled = [
        (has(Role::Goal), "目標"),
        (has(Role::Result), "実施結果"),
        (record.category.is_some(), "区分"),
    ];
    let is_filled = filled.iter().any(|(is_there, name)| {
        *is_there && notice.message == format!("この取組には{name}が印刷されていません。")
    });
    match notice.kind {
        NoticeKind::Missing => !is_filled,
        // Ordinals are given to the whole.
        NoticeKind::DuplicateIdentity => false,
        _ => true,
    }
}

/// What a part is called.
fn name(part: &Part) -> &str {
    match part {
        (Role::Goal, _) => "目標",
        (Role::Result, _) => "実施結果",
        (Role::Body, heading) if heading.is_empty() => "本文",
        (Role::Body, heading) => heading,
    }
}

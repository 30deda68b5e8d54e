//! Identities of records: the same on any machine, in any order of files, and after the text is corrected.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::notice::{Notice, NoticeKind};
use crate::record::{Record, RecordId};

/// The longest identity that is accepted from outside, in bytes.
pub const LONGEST_ID_BYTES: usize = 200;

/// How many bytes of the hash an identity shows: 128 bits.
const HASH_BYTES: usize = 16;

/// The identity that follows from what a record says of itself: organisation, fiscal year, printed division,
/// and number, or the title where there is no number, or its place on the pages of its file where there is neither.
pub fn derive(record: &Record) -> RecordId {
    let mut hash = Sha256::new();
    let mut put = |part: &str| {
        // Lengths in front keep ["ab", "c"] and ["a", "bc"] apart.
        let part: Cow<'_, str> = match is_nfc(part) {
            true => part.into(),
            false => part.nfc().collect::<String>().into(),
        };
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    };
    put(record.organization.as_deref().unwrap_or_default());
    put(&record.fiscal_year.map(|y| y.gregorian().to_string()).unwrap_or_default());
    put(&record.division.len().to_string());
    record.division.iter().for_each(|element| put(element));
    match (record.number, &record.title) {
        (Some(number), _) => put(&format!("number {number}")),
        (None, Some(title)) => put(&format!("title {title}")),
        (None, None) => put(&place(record)),
    }
    let digest = hash.finalize();
    let digits = digest[..HASH_BYTES].iter().flat_map(|byte| [byte >> 4, byte & 15]);
    RecordId(digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])).collect())
}

/// Where on its pages a record stands that says nothing of itself; empty for records of text sheets.
fn place(record: &Record) -> String {
    let Some(source) = record.sources.first() else { return String::new() };
    let (page, sheet, row) = (source.page, source.sheet.as_deref(), source.row);
    if page.is_none() && sheet.is_none() && row.is_none() {
        return String::new();
    }
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    format!("{}:{}:{}:{}", source.file, number(page), sheet.unwrap_or_default(), number(row))
}

/// The identity that every reading of a record shares: without the ordinal that a reader gave it, where the identity
/// follows from what the record says; one that was given in JSON Lines is the record's own.
pub fn shared(record: &Record) -> RecordId {
    let derived = derive(record);
    let is_derived = record.id == derived || origin(&record.id).is_some_and(|id| id == derived.0);
    if is_derived { derived } else { record.id.clone() }
}

/// What an identity that ends like an ordinal (`…-2`) would be the ordinal of.
pub fn origin(id: &RecordId) -> Option<&str> {
    let (origin, ordinal) = id.0.rsplit_once('-')?;
    let is_ordinal = ordinal.bytes().all(|byte| byte.is_ascii_digit())
        && !ordinal.starts_with('0')
        && !["", "1"].contains(&ordinal);
    (is_ordinal && !origin.is_empty()).then_some(origin)
}

/// What is said of a record that could not have the identity it wanted.
pub(crate) fn duplicate(wanted: &RecordId, settled: &RecordId, place: &str) -> Notice {
    let message = format!("識別子{}の取組がほかにあるので、{}としました。", wanted.0, settled.0);
    Notice::new(NoticeKind::DuplicateIdentity, message, place)
}

/// Gives the later of two records with one identity an ordinal: `…-2`, `…-3`.
///
/// Within a source the order of the records decides. Over several sources whoever reads them in the order of their
/// names gets the same ordinals whatever order they were handed over in.
#[derive(Clone, Debug, Default)]
pub struct Ordinals {
    taken: HashSet<RecordId>,
    /// The ordinal that comes next where one was given before: a table may have a great many rows alike.
    next: HashMap<RecordId, u64>,
}

impl Ordinals {
    /// Makes `id` unique among those seen; the notice says what happened.
    pub fn settle(&mut self, id: RecordId, place: &str) -> (RecordId, Option<Notice>) {
        if self.taken.insert(id.clone()) {
            return (id, None);
        }
        let first = self.next.get(&id).copied().unwrap_or(2);
        let (ordinal, settled) = (first..)
            .map(|ordinal| (ordinal, with_ordinal(&id, ordinal)))
            .find(|(_, candidate)| !self.taken.contains(candidate))
            .expect("there are more ordinals than records");
        self.next.insert(id.clone(), ordinal + 1);
        self.taken.insert(settled.clone());
        let notice = duplicate(&id, &settled, place);
        (settled, Some(notice))
    }
}

/// `id` with an ordinal; where it would become too long, a hash stands for its end, so that the ordinals of two identities
/// that begin alike differ.
pub(crate) fn with_ordinal(id: &RecordId, ordinal: u64) -> RecordId {
    let suffix = format!("-{ordinal}");
    if id.0.len() + suffix.len() <= LONGEST_ID_BYTES {
        return RecordId(format!("{}{suffix}", id.0));
    }
    const DIGEST_BYTES: usize = 8;
    let digest = Sha256::digest(id.0.as_bytes());
    let digest: String = digest[..DIGEST_BYTES].iter().map(|byte| format!("{byte:02x}")).collect();
    let suffix = format!("~{digest}{suffix}");
    let mut end = LONGEST_ID_BYTES - suffix.len();
    while !id.0.is_char_boundary(end) {
        end -= 1;
    }
    RecordId(format!("{}{suffix}", &id.0[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(division: &[&str], number: Option<u32>, title: Option<&str>) -> Record {
        Record {
            organization: Some("港区役所".to_owned()),
            division: division.iter().map(|&e| e.to_owned()).collect(),
            number,
            title: title.map(str::to_owned),
            ..Record::default()
        }
    }

    #[test]
    fn an_identity_tells_what_it_is_made_of_apart() {
        let records = [
            record(&["総務", "課"], Some(1), None),
            record(&["総", "務課"], Some(1), None),
            record(&["総務課"], Some(1), None),
            record(&["総務課"], Some(2), None),
            record(&["総務課"], None, Some("1")),
            record(&["総務課"], None, None),
        ];
        let ids: HashSet<RecordId> = records.iter().map(derive).collect();
        assert_eq!(ids.len(), records.len());
    }

    #[test]
    fn an_identity_stays_as_it_was() {
        let id = derive(&record(&["総務課"], Some(1), None));
        assert_eq!(id.0.len(), 32);
        assert_eq!(id, derive(&record(&["総務課"], Some(1), Some("庁舎の案内"))));
    }

    #[test]
    fn normal_forms_of_a_name_are_one_identity() {
        let composed = derive(&record(&["ガス課"], Some(1), None));
        assert_eq!(composed, derive(&record(&["カ\u{3099}ス課"], Some(1), None)));
    }

    #[test]
    fn the_later_of_two_gets_an_ordinal() {
        let mut ordinals = Ordinals::default();
        let id = || RecordId("a".to_owned());
        assert_eq!(ordinals.settle(id(), "s.txt:1"), (id(), None));
        let (second, notice) = ordinals.settle(id(), "s.txt:9");
        assert_eq!(second.0, "a-2");
        let message = "識別子aの取組がほかにあるので、a-2としました。";
        assert_eq!(notice, Some(Notice::new(NoticeKind::DuplicateIdentity, message, "s.txt:9")));
        assert_eq!(ordinals.settle(id(), "s.txt:20").0.0, "a-3");
    }

    #[test]
    fn an_ordinal_keeps_an_identity_within_its_length() {
        let mut ordinals = Ordinals::default();
        let long = RecordId("あ".repeat(66));
        ordinals.settle(long.clone(), "");
        let settled = ordinals.settle(long, "").0;
        assert!(settled.0.len() <= LONGEST_ID_BYTES && settled.0.ends_with("-2"), "{settled:?}");
        let other = with_ordinal(&RecordId(format!("{}い", "あ".repeat(65))), 2);
        assert!(other.0.starts_with("ああ") && other != settled);
    }

    #[track_caller]
    fn check_origin(id: &str, expected: Option<&str>) {
        assert_eq!(origin(&RecordId(id.to_owned())), expected, "{id}");
    }

    #[test]
    fn an_ordinal_is_told_from_other_ends() {
        check_origin("a-2", Some("a"));
        check_origin("a-2-13", Some("a-2"));
        check_origin("a-1", None);
        check_origin("a-02", None);
        check_origin("a-", None);
        check_origin("a-b", None);
        check_origin("-2", None);
        check_origin("a", None);
    }

    #[test]
    fn readings_of_a_record_share_its_identity() {
        let mut read = record(&["総務課"], Some(1), None);
        let derived = derive(&read);
        for (id, expected) in [
            (derived.clone(), derived.clone()),
            (with_ordinal(&derived, 3), derived.clone()),
            (RecordId("plan-2".to_owned()), RecordId("plan-2".to_owned())),
        ] {
            read.id = id;
            assert_eq!(shared(&read), expected);
        }
    }
}

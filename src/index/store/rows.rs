//! The rows of the store: what stands in its tables, and how it is known to be what was written.

use serde::{Deserialize, Serialize};

use crate::record::{Record, RecordId};

use super::StoredRecord;

/// The length of a CRC-32.
const CHECKSUM_BYTES: usize = 4;

/// The length of a generation.
const GENERATION_BYTES: usize = 8;

/// What the store knows of a source.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(super) struct StoredSource {
    /// What the records depend on: content of the file and version of the reader.
    pub(super) fingerprint: String,
    pub(super) ordinal: u64,
    /// The identities that its readings have, each once.
    pub(super) ids: Vec<String>,
}

impl StoredSource {
    pub(super) fn of_json(json: &[u8]) -> StoredSource {
        // An entry that cannot be read makes its file look new: it is read again.
        serde_json::from_slice(json).unwrap_or_default()
    }

    pub(super) fn json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a source entry is plain data")
    }
}

/// The readings of an identity, and what they are shown as.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(super) struct StoredReadings {
    /// The identities of the records shown.
    pub(super) shown: Vec<RecordId>,
    /// In the order of merging.
    pub(super) readings: Vec<StoredReading>,
}

/// Of the readings of an identity only whose they are and what they are shown as: the rest may be megabytes.
#[derive(Debug, Deserialize)]
pub(super) struct StoredHolders {
    /// The identities of the records shown.
    pub(super) shown: Vec<RecordId>,
    readings: Vec<StoredHolder>,
}

#[derive(Debug, Deserialize)]
struct StoredHolder {
    source: u64,
}

/// A record as one source has it; what of it is shown stands in the row of the record that is shown.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct StoredReading {
    /// Ordinal of the source.
    source: u64,
    /// Place in the source.
    position: u64,
    /// Which of the records shown was made of it.
    shown: usize,
    /// None where it is shown as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<Record>,
    /// Sections without their text, each with the section that shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    texts: Vec<(usize, usize)>,
}

/// A reading as a commit works with it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    /// Ordinal of the source.
    pub(super) source: u64,
    /// Place in the source.
    pub(super) position: u64,
    pub(super) record: Record,
}

impl StoredReading {
    /// The form in which `held` is kept, if it is shown in `shown`, the record at `at`.
    pub(super) fn of(held: Held, at: usize, shown: &Record) -> StoredReading {
        let Held { source, position, mut record } = held;
        let (mut kept, mut texts) = (None, Vec::new());
        if record != *shown {
            for (section, n) in record.sections.iter_mut().zip(0..) {
                let same = shown.sections.iter().position(|other| other.text == section.text);
                if let Some(same) = same {
                    section.text.clear();
                    texts.push((n, same));
                }
            }
            kept = Some(record);
        }
        StoredReading { source, position, shown: at, record: kept, texts }
    }

    /// Which of the records shown it needs.
    pub(super) fn shown(&self) -> usize {
        self.shown
    }

    pub(super) fn source(&self) -> u64 {
        self.source
    }

    /// The reading, given the record that it is shown in; `None` if that is not the one it was kept with.
    pub(super) fn held(self, shown: Option<&Record>) -> Option<Held> {
        let (source, position) = (self.source, self.position);
        let mut record = match self.record {
            Some(record) => record,
            None => shown?.clone(),
        };
        for (section, same) in self.texts {
            let text = shown?.sections.get(same)?.text.clone();
            record.sections.get_mut(section)?.text = text;
        }
        Some(Held { source, position, record })
    }
}

impl StoredHolders {
    /// The holders, unless a byte of the row of readings is another than was written.
    pub(super) fn unseal(sealed: &[u8]) -> Option<StoredHolders> {
        serde_json::from_slice(verified(sealed)?).ok()
    }

    /// The ordinals of the sources, once for each reading.
    pub(super) fn sources(&self) -> impl Iterator<Item = u64> {
        self.readings.iter().map(|reading| reading.source)
    }
}

impl StoredReadings {
    pub(super) fn seal(&self) -> Vec<u8> {
        let mut sealed = vec![0; CHECKSUM_BYTES];
        serde_json::to_writer(&mut sealed, self).expect("a record is plain data");
        sign(sealed)
    }

    /// The readings, unless a byte of them is another than was written.
    pub(super) fn unseal(sealed: &[u8]) -> Option<StoredReadings> {
        serde_json::from_slice(verified(sealed)?).ok()
    }
}

/// A record's row: CRC-32 of the rest, generation (both little endian), and [`StoredRecord`] as JSON.
pub(super) struct SealedRecord;

impl SealedRecord {
    pub(super) fn seal(stored: &StoredRecord) -> Vec<u8> {
        let mut sealed = vec![0; CHECKSUM_BYTES];
        sealed.extend(stored.generation.to_le_bytes());
        serde_json::to_writer(&mut sealed, stored).expect("a record is plain data");
        sign(sealed)
    }

    /// The record, unless a byte of it is another than was written.
    pub(super) fn unseal(sealed: &[u8]) -> Option<StoredRecord> {
        let (_, json) = verified(sealed)?.split_first_chunk::<GENERATION_BYTES>()?;
        serde_json::from_slice(json).ok()
    }

    /// The generation, without a look at the rest.
    pub(super) fn generation(sealed: &[u8]) -> Option<u64> {
        let (_, rest) = sealed.split_first_chunk::<CHECKSUM_BYTES>()?;
        let (generation, _) = rest.split_first_chunk::<GENERATION_BYTES>()?;
        Some(u64::from_le_bytes(*generation))
    }
}

/// Writes the checksum of what follows it.
fn sign(mut sealed: Vec<u8>) -> Vec<u8> {
    let checksum = crc32fast::hash(&sealed[CHECKSUM_BYTES..]);
    sealed[..CHECKSUM_BYTES].copy_from_slice(&checksum.to_le_bytes());
    sealed
}

/// What follows the checksum, if it holds.
fn verified(sealed: &[u8]) -> Option<&[u8]> {
    let (checksum, rest) = sealed.split_first_chunk::<CHECKSUM_BYTES>()?;
    (crc32fast::hash(rest) == u32::from_le_bytes(*checksum)).then_some(rest)
}

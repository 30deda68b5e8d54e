//! How far the reading of a file can be trusted, as one figure.
//!
//! ```text
//! confidence = pages × characters × (1 − 0.3 × recognised) × (1 − 0.5 × broken) × (1 − 0.2 × inferred)
//! ```
//!
//! Each part is a share from 0 to 1. `pages` is the share of pages on which something was read; `characters` is 1 where
//! every character is one, and 0 from a tenth of unreadable ones on, since words are then no longer found.
//! `recognised` is the share of pages read by a machine from a picture, `broken` that of records whose text looks broken
//! (cut, empty, one character a line), `inferred` that of records with a value that is not printed.
//! A file that could not be read has 0. The weights are an order of harm and no probabilities.

use serde::Serialize;

use super::characters::{Characters, share};
use super::findings::{FileFacts, Outcome};

/// The figure and its parts, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Confidence {
    /// The figure.
    pub value: f64,
    /// The share of pages on which something was read.
    pub pages: f64,
    /// 1 if every character is one, 0 from a tenth of unreadable ones on.
    pub characters: f64,
    /// The share of pages whose text a machine recognised in a picture.
    pub recognised: f64,
    /// The share of records whose text looks broken.
    pub broken: f64,
    /// The share of records with a value that is not printed.
    pub inferred: f64,
}

/// Records of a file, and how many of them have something the matter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RecordCounts {
    pub(super) n_records: usize,
    pub(super) n_broken: usize,
    pub(super) n_inferred: usize,
}

impl Confidence {
    pub(super) fn of(
        facts: &FileFacts,
        characters: &Characters,
        records: RecordCounts,
    ) -> Confidence {
        let n_pages = facts.n_pages.unwrap_or(1).max(1);
        let parts = Confidence {
            value: 0.0,
            pages: 1.0 - share(facts.n_unread_pages.min(n_pages), n_pages),
            characters: (1.0 - 10.0 * characters.unreadable_share()).max(0.0),
            recognised: share(facts.n_recognised_pages.min(n_pages), n_pages),
            broken: share(records.n_broken, records.n_records),
            inferred: share(records.n_inferred, records.n_records),
        };
        let is_read = facts.outcome != Outcome::Failed && 0 < records.n_records;
        let product = parts.pages
            * parts.characters
            * (1.0 - 0.3 * parts.recognised)
            * (1.0 - 0.5 * parts.broken)
            * (1.0 - 0.2 * parts.inferred);
        Confidence { value: if is_read { product } else { 0.0 }, ..parts }.rounded()
    }

    /// In thousandths: more would say more than is known.
    fn rounded(self) -> Confidence {
        let round = |part: f64| (part * 1e3).round() / 1e3;
        Confidence {
            value: round(self.value),
            pages: round(self.pages),
            characters: round(self.characters),
            recognised: round(self.recognised),
            broken: round(self.broken),
            inferred: round(self.inferred),
        }
    }
}

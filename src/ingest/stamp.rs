//! How a file that did not change is told without reading it.
//!
//! A stamp is what the file system says of a file: size, times, number. It is trusted only when the file had rested for
//! a while before it was read: a file that changes twice within one tick of the clock has the same stamp both times.

use std::fmt;
use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a file must have rested before it is read for its stamp to be trusted: the coarsest clock among file systems
/// in use (FAT) ticks every two seconds.
pub(super) const REST: Duration = Duration::from_secs(2);

/// What the file system says of a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Stamp {
    n_bytes: u64,
    /// Nanoseconds since 1970.
    modified: i128,
    /// Nanoseconds since 1970 when the entry itself last changed, which nobody can set at will.
    changed: i128,
    number: u64,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Stamp {
        let modified = metadata.modified().map_or(0, nanoseconds);
        #[cfg(unix)]
        let (changed, number) = {
            use std::os::unix::fs::MetadataExt;
            let changed =
                i128::from(metadata.ctime()) * NANOSECONDS + i128::from(metadata.ctime_nsec());
            (changed, metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, number) = (metadata.created().map_or(0, nanoseconds), 0);
        Stamp { n_bytes: metadata.len(), modified, changed, number }
    }

    /// Whether a change after `read` would show in the stamp, whatever clock it is from.
    pub(super) fn has_rested(&self, read: SystemTime) -> bool {
        let rest = i128::try_from(REST.as_nanos()).unwrap_or(i128::MAX);
        self.modified.max(self.changed).saturating_add(rest) <= nanoseconds(read)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.n_bytes, self.modified, self.changed, self.number)
    }
}

const NANOSECONDS: i128 = 1_000_000_000;

fn nanoseconds(time: SystemTime) -> i128 {
    let since = |duration: Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => since(after),
        Err(before) => -since(before.duration()),
    }
}

/// What the index remembers of a source: what its records depend on, and the stamp of its file.
///
/// Its text is `content+reader` or `content+reader|stamp`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Fingerprint {
    /// SHA-256 of the file's bytes.
    pub(super) content: String,
    /// The version of the program, its tables, and what was declared.
    pub(super) reader: String,
    /// The stamp at the time of reading, if it can be trusted.
    pub(super) stamp: Option<String>,
}

impl Fingerprint {
    pub(super) fn parse(text: &str) -> Option<Fingerprint> {
        let (depends, stamp) = match text.split_once('|') {
            Some((depends, stamp)) => (depends, Some(stamp.to_owned())),
            None => (text, None),
        };
        let (content, reader) = depends.split_once('+')?;
        Some(Fingerprint { content: content.to_owned(), reader: reader.to_owned(), stamp })
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.content, self.reader)?;
        self.stamp.as_ref().map_or(Ok(()), |stamp| write!(f, "|{stamp}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_survives_being_written() {
        for text in ["ab+0.1.0+cd", "ab+0.1.0+cd+ef|1,2,3,4"] {
            assert_eq!(Fingerprint::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Fingerprint::parse(""), None);
    }

    #[test]
    fn a_stamp_is_trusted_once_the_clock_has_ticked() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let stamp = Stamp::of(&file.as_file().metadata().unwrap());
        let now = SystemTime::now();
        assert!(!stamp.has_rested(now));
        assert!(stamp.has_rested(now + REST));
        // A file that says it is from the future may be changed at any time without a sign.
        file.as_file().set_modified(now + Duration::from_secs(3600)).unwrap();
        let stamp = Stamp::of(&file.as_file().metadata().unwrap());
        assert!(!stamp.has_rested(now + REST));
    }
}

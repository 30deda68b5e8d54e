//! What a file may make of the program: no record and no remark without end, and no remarks without number.
//!
//! Analysing a text takes some fifty times its size in memory, and a record is analysed whole. A text of megabytes in
//! one cell is no report of anything, but it would take the index's memory along.

use crate::notice::{Notice, NoticeKind};
use crate::record::Record;

/// No record's JSON is longer: some 170,000 ideographs, a book.
const LONGEST_RECORD_BYTES: usize = 512 << 10;

/// No remark is longer; it may quote what could not be placed.
const LONGEST_NOTICE_CHARS: usize = 1000;

/// No more remarks are kept of a file.
const MOST_NOTICES: usize = 1000;

/// Leaves out records that are too long, with a notice, and shortens what is said about the rest.
pub(super) fn keep_within(file: &str, records: &mut Vec<Record>, notices: &mut Vec<Notice>) {
    records.retain_mut(|record| {
        if length(record) <= LONGEST_RECORD_BYTES {
            shorten(&mut record.notices, file);
            return true;
        }
        let kilobytes = LONGEST_RECORD_BYTES >> 10;
        let message = format!(
            "一つの取組の文章が{kilobytes}KBを超えるので、この取組を取り込みません。表の区切りや引用符が壊れていないか、確かめてください。"
        );
        notices.push(Notice::new(NoticeKind::Unplaced, message, place(file, record)));
        false
    });
    shorten(notices, file);
}

/// How long the record's JSON is.
fn length(record: &Record) -> usize {
    let mut counter = Counter(0);
    serde_json::to_writer(&mut counter, record).expect("a record is plain data");
    counter.0
}

struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn place(file: &str, record: &Record) -> String {
    let Some(source) = record.sources.first() else { return file.to_owned() };
    match (source.line, source.page, &source.cell) {
        (Some(line), ..) => format!("{file}:{line}"),
        (_, Some(page), _) => format!("{file}:{page}ページ"),
        (.., Some(cell)) => format!("{file}:{cell}"),
        _ => file.to_owned(),
    }
}

fn shorten(notices: &mut Vec<Notice>, file: &str) {
    if MOST_NOTICES < notices.len() {
        let n_more = notices.len() - MOST_NOTICES;
        notices.truncate(MOST_NOTICES);
        let message = format!("このほかに{n_more}件の注意がありますが、省きます。");
        notices.push(Notice::new(NoticeKind::Other("shortened".to_owned()), message, file));
    }
    for notice in notices {
        if let Some((end, _)) = notice.message.char_indices().nth(LONGEST_NOTICE_CHARS) {
            notice.message.truncate(end);
            notice.message.push('…');
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::record::{Role, Section};

    use super::*;

    fn record(n_chars: usize) -> Record {
        let text = "取".repeat(n_chars);
        let section = Section { role: Role::Goal, heading: None, text, source: 0 };
        Record { sections: vec![section], ..Record::default() }
    }

    #[test]
    fn a_record_without_end_is_left_out_with_a_notice() {
        let mut records = vec![record(10), record(LONGEST_RECORD_BYTES / 3), record(20)];
        let mut notices = Vec::new();
        keep_within("a.csv", &mut records, &mut notices);
        assert_eq!(records, [record(10), record(20)]);
        assert_eq!(notices.len(), 1);
        assert!(notices[0].message.contains("512KB"), "{}", notices[0].message);
    }

    #[test]
    fn remarks_have_an_end() {
        let long = Notice::new(NoticeKind::Unplaced, "取".repeat(5000), "a.csv:1");
        let mut notices = vec![long; MOST_NOTICES + 7];
        keep_within("a.csv", &mut Vec::new(), &mut notices);
        assert_eq!(notices.len(), MOST_NOTICES + 1);
        assert_eq!(notices[0].message.chars().count(), LONGEST_NOTICE_CHARS + 1);
        assert!(notices[MOST_NOTICES].message.contains("7件"));
    }
}

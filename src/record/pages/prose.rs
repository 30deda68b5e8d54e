//! Running text as records: one for each heading, its paragraphs as body text.
//!
//! A page without any heading is one record, with a notice: what it is about cannot be told.
//! What stands beside a table of initiatives is a statement of the sheet (方針) and no initiative; like the statements
//! of a text sheet it becomes no record. Longer text there is no statement any more, and becomes one.

use std::collections::HashSet;

use crate::notice::{Notice, NoticeKind};
use crate::record::ledger::LedgerRole;
use crate::record::pages::draft::{Draft, Spot};
use crate::record::pages::facts::Evidence;
use crate::record::pages::grid::one_line;
use crate::record::sheet::lines::is_empty;
use crate::record::{Record, Role, Section};

/// What stands between two headings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Passage {
    /// The headings above, the outermost first.
    pub(super) headings: Vec<Heading>,
    /// The paragraphs, and the rows of tables without a header.
    pub(super) texts: Vec<Text>,
    /// Whether a table of initiatives stands in it.
    pub(super) has_items: bool,
}

/// A heading above a passage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heading {
    pub(super) level: u8,
    pub(super) text: String,
    pub(super) spot: Spot,
}

/// A paragraph, or a row of a table that is read as text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) spots: Vec<Spot>,
    /// Whether it is a row of a table.
    pub(super) is_row: bool,
}

/// What became of a passage.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    pub(super) draft: Option<Draft>,
    /// What is not in the draft.
    pub(super) marks: Vec<(Spot, LedgerRole)>,
    /// The statement that belongs to no record.
    pub(super) statement: Option<(Spot, String)>,
}

impl Passage {
    /// The passage that begins below a heading: under those of a higher level that hold on.
    pub(super) fn below(&self, heading: Heading) -> Passage {
        let holding = self.headings.iter().filter(|above| above.level < heading.level);
        let headings = holding.cloned().chain([heading.clone()]).collect();
        Passage { headings, ..Passage::default() }
    }

    /// The passage of a page without headings, which stands under those of the pages before.
    pub(super) fn on_next_page(&self) -> Passage {
        Passage { headings: self.headings.clone(), ..Passage::default() }
    }

    /// Makes a record of the passage, or finds that it is none; `used` are places that records were made of.
    pub(super) fn read(self, is_below_own_heading: bool, used: &HashSet<Spot>) -> Outcome {
        const LONGEST_STATEMENT_CHARS: usize = 600;
        let mut outcome = Outcome::default();
        let (titles, texts) = self.titles(used);
        let n_chars: usize = texts.iter().map(|t| visible(&t.text)).sum();
        if self.has_items && n_chars <= LONGEST_STATEMENT_CHARS || texts.is_empty() {
            for text in &titles {
                outcome.marks.extend(text.spots.iter().map(|&spot| (spot, LedgerRole::Title)));
            }
            for text in &texts {
                outcome.marks.extend(text.spots.iter().map(|&spot| (spot, LedgerRole::Policy)));
            }
            if let Some(first) = texts.first().and_then(|text| text.spots.first()) {
                let whole: Vec<&str> = texts.iter().map(|text| text.text.as_str()).collect();
                outcome.statement = Some((*first, whole.join("\n")));
            }
            return outcome;
        }
        outcome.draft = self.draft(is_below_own_heading);
        outcome
    }

    /// The lines that name the document, and the other texts; in running text without items all is text,
    /// unless there are only such lines.
    fn titles(&self, used: &HashSet<Spot>) -> (Vec<&Text>, Vec<&Text>) {
        let is_title = |text: &&Text| {
            let is_used = text.spots.iter().all(|spot| used.contains(spot));
            is_used || (!text.is_row && Evidence::of_title(&text.text).is_some())
        };
        let all_titles = self.texts.iter().all(|text| is_title(&text));
        if self.has_items || all_titles {
            return self.texts.iter().partition(is_title);
        }
        (Vec::new(), self.texts.iter().collect())
    }

    fn draft(&self, is_below_own_heading: bool) -> Option<Draft> {
        let at = *self.texts.first()?.spots.first()?;
        let spots = self.texts.iter().flat_map(|text| &text.spots);
        let marks = spots.map(|&spot| (spot, LedgerRole::Body)).collect();
        let mut headings: Vec<String> =
            self.headings.iter().map(|heading| one_line(&heading.text)).collect();
        let title = headings.pop().filter(|_| is_below_own_heading || self.headings.is_empty());
        let above = match is_below_own_heading {
            true => headings,
            false => self.headings.iter().map(|heading| one_line(&heading.text)).collect(),
        };
        let heading = (!above.is_empty()).then(|| above.join(" "));
        let text = self.text();
        let section = Section { role: Role::Body, heading, text, source: 0 };
        let mut record = Record { title, sections: vec![section], ..Record::default() };
        if !is_below_own_heading {
            let message = "見出しがないので、ページ全体を一つの取組として読みました。";
            record.notices.push(Notice::new(NoticeKind::Missing, message, ""));
        }
        if self.texts.iter().any(|text| text.is_row) {
            let message = "表の見出しが分からないので、表を本文として読みました。";
            record.notices.push(Notice::new(NoticeKind::Missing, message, ""));
        }
        Some(Draft { record, at, row: None, marks })
    }

    /// The paragraphs, separated by line ends.
    fn text(&self) -> String {
        let texts = self.texts.iter().map(|text| {
            text.text.trim_end_matches(is_empty).trim_start_matches(['\n', '\r', ' ', '\t'])
        });
        texts.collect::<Vec<_>>().join("\n")
    }
}

fn visible(text: &str) -> usize {
    text.chars().filter(|&c| !is_empty(c)).count()
}

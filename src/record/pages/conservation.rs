//! The law of conservation over pages: nothing that a page shows is lost.

use std::collections::HashSet;

use crate::record::SheetReading;
use crate::record::fiscal_year::FiscalYear;
use crate::record::ledger::LedgerRole;
use crate::record::pages::grid::squeezed;
use crate::record::pages::items::BULLETS;
use crate::record::pages::number::item_number;
use crate::record::sheet::furniture::is_page_number;
use crate::source::Source;
use crate::source::page::Block;

/// The texts of a source that stand in no record, heading, furniture or notice; none in a sound reading.
///
/// Judged by the texts alone; only of cells and paragraphs that the reading takes for headings is its word taken.
pub(super) fn unplaced(source: &Source, reading: &SheetReading) -> Vec<String> {
    let mut shown = String::new();
    let mut show = |text: &str| {
        shown += &squeezed(text);
        shown.push('\u{1}');
    };
    let mut numbers = HashSet::new();
    let mut years = HashSet::new();
    for record in &reading.records {
        record.organization.iter().for_each(|name| show(name));
        show(&record.division.concat());
        record.category.iter().chain(&record.title).for_each(|text| show(text));
        for section in &record.sections {
            show(&section.text);
            section.heading.iter().for_each(|heading| show(heading));
        }
        record.notices.iter().for_each(|notice| show(&notice.message));
        numbers.extend(record.number);
        years.extend(record.fiscal_year);
    }
    reading.notices.iter().for_each(|notice| show(&notice.message));
    let texts = source.pages.iter().flat_map(|page| &page.blocks).flat_map(|block| match block {
        Block::Table(table) => table.cells.iter().map(|cell| (cell.text.as_str(), false)).collect(),
        Block::Paragraph(text) => vec![(text.as_str(), false)],
        Block::Heading(_, text) | Block::Furniture(text) => vec![(text.as_str(), true)],
    });
    let mut entries = reading.ledger.entries.iter();
    let mut lost = Vec::new();
    for (text, is_heading) in texts {
        let squeezed = squeezed(text);
        let n_characters = text.chars().filter(|c| !c.is_whitespace()).count();
        if n_characters == 0 {
            continue;
        }
        let entry = entries.next();
        let is_accounted = entry.is_some_and(|entry| entry.characters == n_characters);
        let is_heading = is_heading
            || entry.is_some_and(|entry| {
                matches!(entry.role, LedgerRole::Heading | LedgerRole::Title)
                    || (entry.role == LedgerRole::Furniture && is_page_number(text.trim()))
            });
        let bare = squeezed
            .trim_matches(|c| BULLETS.contains(&c) || matches!(c, '】' | '＞' | '〉' | '/' | '／'));
        let is_placed = squeezed.is_empty()
            || is_heading
            || shown.contains(&squeezed)
            || shown.contains(bare)
            || item_number(text).is_some_and(|number| numbers.contains(&number))
            || FiscalYear::parse(&squeezed).is_some_and(|year| years.contains(&year));
        if !is_placed || !is_accounted {
            lost.push(text.to_owned());
        }
    }
    lost
}

//! Reading pages: tables by the words of their headers, running text by its headings.
//!
//! 1. `grid`: a table as rows, each with the cells that cover it;
//! 2. `columns`: the header on any row, and what its columns hold; `lists`: headers that no word tells;
//! 3. `items`: rows are items, over merged cells and page breaks;
//! 4. `divisions`: the division of each item, printed once for several;
//! 5. `draft`: records, with the places that they were made of;
//! 6. `facts`: whose they are and of which year, from the titles and names around them.
//!
//! A table that has no header is one of three things.
//! A *form* prints names of fields beside their values: it is one record (`forms`), and so is a worksheet of figures
//! beside their names (`cards`).
//! A frame of one cell or column is running text.
//! Any other is read as text as well, a line for each row, under the heading it stands below: its rows may be anything,
//! and as records of their own they would be counted as initiatives.
//!
//! Conservation: every cell and block whose place no draft has marked is quoted in a notice.

mod grid;
mod number;
mod division;
mod columns;
mod lists;
mod items;
mod divisions;
mod facts;
mod draft;
mod forms;
mod cards;
mod prose;
#[cfg(test)]
mod conservation;
#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use crate::notice::{Notice, NoticeKind};
use crate::record::identity::{self, Ordinals};
use crate::record::ledger::{self, Entry, Ledger, LedgerRole};
use crate::record::pages::cards::Card;
use crate::record::pages::columns::{Header, Schema, Words};
use crate::record::pages::draft::{Draft, Spot};
use crate::record::pages::facts::{Evidence, Facts};
use crate::record::pages::grid::{Grid, is_blank};
use crate::record::pages::items::{Chain, Part};
use crate::record::pages::lists::Lists;
use crate::record::pages::prose::{Heading, Passage, Text};
use crate::record::sheet::furniture::is_page_number;
use crate::record::sheet::heads::is_division;
use crate::record::sheet::lines::is_empty;
use crate::record::sources_file::Declared;
use crate::record::tables::{ColumnRole, Tables};
use crate::record::{Provenance, Record, RecordId, Role, Section, SheetReading};
use crate::source::Source;
use crate::source::page::{Block, Page, Table};

/// Reads the tables and the text of a source that has pages.
pub(super) fn read(source: &Source, tables: &Tables, declared: &Declared) -> SheetReading {
    let mut reader = Reader::new(source, Words { tables, declared });
    for page in 0..source.pages.len() {
        reader.read_page(page);
    }
    reader.finish()
}

/// What was read so far.
struct Reader<'s> {
    source: &'s Source,
    words: Words<'s>,
    /// Tables that are lists by their shape.
    lists: Lists,
    drafts: Vec<(Draft, Facts)>,
    marks: Vec<(Spot, LedgerRole)>,
    notices: Vec<Notice>,
    /// The table that may go on.
    chain: Option<Chain<'s>>,
    /// What holds for each part of the chain.
    chain_facts: Vec<Facts>,
    /// The division that is printed above each part of the chain.
    chain_divisions: Vec<Option<(Option<Spot>, Vec<String>)>>,
    passage: Passage,
    /// Whether the passage has a heading of its own, and not only those of the pages before.
    is_below_own_heading: bool,
    /// Places outside of tables that print the division of a table.
    used: HashSet<Spot>,
    /// What titles on this page say, from top to bottom, and whether they stand at its top.
    titles: Vec<(Evidence, bool)>,
    /// The block that is read.
    block: usize,
    /// What the first titles of the document say.
    document: Option<Evidence>,
    /// What the names of the file and its folders say.
    names: Vec<Evidence>,
    /// What the headings and the furniture of each page say, and the name of its worksheet.
    around: Vec<OnceCell<[Vec<Evidence>; 2]>>,
}

impl<'s> Reader<'s> {
    fn new(source: &'s Source, words: Words<'s>) -> Reader<'s> {
        Reader {
            source,
            words,
            lists: Lists::of(&source.pages),
            drafts: Vec::new(),
            marks: Vec::new(),
            notices: source.notices.clone(),
            chain: None,
            chain_facts: Vec::new(),
            chain_divisions: Vec::new(),
            passage: Passage::default(),
            is_below_own_heading: false,
            used: HashSet::new(),
            titles: Vec::new(),
            block: 0,
            document: None,
            names: facts::of_file(&source.file),
            around: vec![OnceCell::new(); source.pages.len()],
        }
    }

    fn read_page(&mut self, index: usize) {
        let page = &self.source.pages[index];
        let has_heading = page.blocks.iter().any(|block| matches!(block, Block::Heading(..)));
        if page.sheet.is_some() {
            // Every worksheet stands by itself.
            self.close_chain();
            self.close_passage(Passage::default(), false);
            self.document = None;
        } else if 0 < index && !has_heading {
            let next = self.passage.on_next_page();
            self.close_passage(next, false);
        }
        self.titles.clear();
        for (block, content) in page.blocks.iter().enumerate() {
            let spot = Spot { page: index, block, cell: None };
            self.block = block;
            match content {
                Block::Furniture(text) => {
                    self.note_title(text);
                    self.marks.push((spot, LedgerRole::Furniture));
                }
                Block::Heading(level, text) => self.read_heading(*level, text, spot),
                Block::Paragraph(text) if page.number.is_some() && is_page_number(text.trim()) => {
                    self.marks.push((spot, LedgerRole::Furniture));
                }
                Block::Paragraph(text) => {
                    self.note_title(text);
                    if !is_blank(text) {
                        let (text, spots) = (text.clone(), vec![spot]);
                        self.passage.texts.push(Text { text, spots, is_row: false });
                    }
                }
                Block::Table(table) => self.read_table(table, index, block),
            }
        }
    }

    fn read_heading(&mut self, level: u8, text: &str, spot: Spot) {
        self.note_title(text);
        self.marks.push((spot, LedgerRole::Heading));
        let is_running = self.passage.headings.last().is_some_and(|last| last.text == text);
        // A heading that every page repeats does not part the table below it from the page before.
        if !is_running {
            self.close_chain();
        }
        if !is_blank(text) {
            let heading = Heading { level, text: text.to_owned(), spot };
            let next = self.passage.below(heading);
            self.close_passage(next, true);
        }
    }

    fn note_title(&mut self, text: &str) {
        // Farther down a line that names a year may be any line; above a table it still speaks for the table.
        const TOP_BLOCKS: usize = 8;
        let Some(evidence) = Evidence::of_title(text) else { return };
        let is_top = self.block < TOP_BLOCKS;
        self.titles.push((evidence.clone(), is_top));
        if !is_top {
            return;
        }
        let document = self.document.get_or_insert_default();
        document.place = "文書の表題";
        if document.fiscal_year.is_none() {
            document.fiscal_year = evidence.fiscal_year;
            document.last_year = evidence.last_year;
        }
        if document.organization.is_none() {
            document.organization = evidence.organization;
        }
    }

    fn read_table(&mut self, table: &'s Table, page: usize, block: usize) {
        let grid = Grid::of(table);
        let is_list = self.is_list(page);
        let list = self.lists.header(&grid);
        if list.is_none() && forms::is_form(&grid, self.words) {
            self.close_chain();
            let facts = self.facts(page, None);
            self.drafts.push((forms::draft(&grid, page, block, self.words), facts));
            self.passage.has_items = true;
            return;
        }
        let headers = columns::headers(&grid, self.words, is_list);
        let is_record_table = |header: &Header| is_list || tells_items(&header.schema);
        let mut headers: Vec<Header> = headers.into_iter().filter(is_record_table).collect();
        if let (true, Some((row, list))) = (headers.is_empty(), list) {
            headers = vec![columns::header_of_list(&grid, row, list.is_numbered, self.words)];
        }
        if headers.is_empty() && self.read_card(&grid, page, block) {
            return;
        }
        let first = headers.first().map_or(grid.rows.len(), |header| header.rows.start);
        let goes_on = self.goes_on(table, &grid, page, headers.first());
        if first == 0 {
            // The header stands at the top.
        } else if goes_on {
            self.add_part(page, block, &grid, 0..first, None, true);
            self.passage.has_items = true;
        } else {
            self.read_as_text(&grid, page, block, 0..first, headers.is_empty());
        }
        for (index, header) in headers.iter().enumerate() {
            let end = headers.get(index + 1).map_or(grid.rows.len(), |next| next.rows.start);
            for row in header.rows.clone() {
                let begun = grid.filled(row).filter(|&cell| grid.begins(cell, row));
                let spots = begun.map(|cell| Spot { page, block, cell: Some(cell) });
                self.marks.extend(spots.map(|spot| (spot, LedgerRole::Heading)));
            }
            let same = self.chain.as_ref().filter(|chain| chain.schema.is_like(&header.schema));
            let ranges = same.and_then(|chain| chain.schema.ranges_in(&header.schema));
            let same = same.is_some();
            if !same {
                self.close_chain();
                let schema = header.schema.clone();
                self.chain = Some(Chain { schema, parts: Vec::new() });
            }
            let is_behind_break = same && self.is_first_table(page) && first == header.rows.start;
            self.add_part(page, block, &grid, header.rows.end..end, ranges, is_behind_break);
            self.passage.has_items = true;
        }
    }

    /// Reads a worksheet that is a card.
    fn read_card(&mut self, grid: &Grid<'_>, page: usize, block: usize) -> bool {
        let Some(sheet) = self.source.pages[page].sheet.as_deref() else { return false };
        let Some(card) = Card::of(grid) else { return false };
        self.close_chain();
        let facts = self.facts(page, None);
        self.drafts.push((card.draft(grid, page, block, Some(sheet)), facts));
        self.passage.has_items = true;
        true
    }

    /// Whether the file is nothing but tables: a worksheet, a CSV file.
    fn is_list(&self, page: usize) -> bool {
        let page = &self.source.pages[page];
        let is_table = |block: &Block| matches!(block, Block::Table(_));
        page.number.is_none() && page.blocks.len() == 1 && page.blocks.iter().all(is_table)
    }

    /// Whether a table is the last one of the page before, going on.
    fn goes_on(
        &self,
        table: &Table,
        grid: &Grid<'_>,
        page: usize,
        header: Option<&Header>,
    ) -> bool {
        let Some(chain) = &self.chain else { return false };
        let Some(last) = chain.parts.last() else { return false };
        if last.page == page {
            return false;
        }
        if table.continues {
            return true;
        }
        // Without positions as many columns are all there is to go by, on a page that begins with the table.
        const FEWEST_COLUMNS: usize = 3;
        let width = (0..grid.rows.len()).flat_map(|row| grid.filled(row));
        let width = width.map(|cell| grid.columns(cell).end).max().unwrap_or_default();
        let before = &self.source.pages[page].blocks;
        let begins = before
            .iter()
            .take_while(|block| !matches!(block, Block::Table(t) if std::ptr::eq(t, table)))
            .all(|block| matches!(block, Block::Furniture(_)));
        header.is_none()
            && last.page + 1 == page
            && begins
            && FEWEST_COLUMNS <= width
            && width == chain.schema.width()
    }

    /// Whether the chain does not stand on a page yet.
    fn is_first_table(&self, page: usize) -> bool {
        let last = self.chain.as_ref().and_then(|chain| chain.parts.last());
        last.is_some_and(|part| part.page != page)
    }

    fn add_part(
        &mut self,
        page: usize,
        block: usize,
        grid: &Grid<'s>,
        rows: Range<usize>,
        ranges: Option<Vec<Range<usize>>>,
        is_behind_break: bool,
    ) {
        let Some(chain) = &self.chain else { return };
        let years = chain.schema.years.clone();
        let facts = self.facts(page, Some(years.into_iter().collect::<Vec<_>>()));
        self.chain_facts.push(facts);
        let above = self.division_above(page).filter(|_| self.lacks_division());
        let above = above.or_else(|| self.chain_divisions.last().cloned().flatten());
        self.used.extend(above.iter().filter_map(|(spot, _)| *spot));
        self.chain_divisions.push(above);
        let part = Part { page, block, grid: grid.clone(), rows, ranges, is_behind_break };
        if let Some(chain) = &mut self.chain {
            chain.parts.push(part);
        }
    }

    fn lacks_division(&self) -> bool {
        self.chain.as_ref().is_some_and(|chain| !chain.schema.has(ColumnRole::Division))
    }

    /// The division that stands above a table and not in it: 所管課：総務課, a heading, the name of the worksheet.
    fn division_above(&self, page: usize) -> Option<(Option<Spot>, Vec<String>)> {
        const MOST_PARAGRAPHS: usize = 3;
        let texts = self.passage.texts.iter().rev().take(MOST_PARAGRAPHS);
        let texts = texts.filter_map(|text| Some((Some(*text.spots.first()?), text.text.as_str())));
        let headings = self.passage.headings.iter().rev();
        let headings = headings.map(|heading| (Some(heading.spot), heading.text.as_str()));
        let sheet = self.source.pages[page].sheet.as_deref().map(|name| (None, name));
        texts.chain(headings).chain(sheet).find_map(|(spot, text)| {
            let label = text.split_once(['：', ':']).filter(|(label, _)| {
                let role = columns::role(label, self.words).map(|(role, _)| role);
                role == Some(ColumnRole::Division)
            });
            if let Some((_, names)) = label {
                // A label says what it is: its name may be a path with spaces.
                let path = division::path(names.trim(), self.words.tables);
                let are_names = path.iter().all(|name| is_division(name, self.words.tables));
                return (are_names && !path.is_empty()).then_some((spot, path));
            }
            let name = text.trim().trim_start_matches(items::BULLETS).trim_end_matches('】');
            let is_title = Evidence::of_title(name).is_some() || name.contains(is_empty);
            let is_name = !is_title && is_division(name, self.words.tables);
            is_name.then(|| (spot, division::path(name, self.words.tables)))
        })
    }

    /// Rows above a header, and tables without one.
    fn read_as_text(
        &mut self,
        grid: &Grid<'_>,
        page: usize,
        block: usize,
        rows: Range<usize>,
        is_whole_table: bool,
    ) {
        for row in rows {
            let cells: Vec<usize> =
                grid.filled(row).filter(|&cell| grid.begins(cell, row)).collect();
            if cells.is_empty() {
                continue;
            }
            let texts: Vec<&str> = cells.iter().map(|&cell| grid.text(cell)).collect();
            if let [only] = texts[..] {
                self.note_title(only);
            }
            let spots = cells.iter().map(|&cell| Spot { page, block, cell: Some(cell) }).collect();
            let is_row = is_whole_table && 1 < cells.len();
            self.passage.texts.push(Text { text: texts.join("　"), spots, is_row });
        }
    }

    /// What holds for a table, or for running text where `header_years` is none.
    fn facts(&self, page: usize, header_years: Option<Vec<crate::record::FiscalYear>>) -> Facts {
        let is_text = header_years.is_none();
        let titles = self.titles.iter().rev().filter(|(_, is_top)| *is_top || !is_text);
        let mut evidence: Vec<Evidence> = titles.map(|(title, _)| title.clone()).collect();
        let [below, sheet] = self.around[page].get_or_init(|| around(&self.source.pages[page]));
        if is_text {
            // A heading in running text may speak of any year; the document's title speaks for it.
            evidence.reverse();
            evidence.splice(0..0, self.document.clone());
        }
        evidence.extend(below.iter().cloned());
        if let Some([year]) = header_years.as_deref() {
            evidence.push(Evidence::of_header(*year));
        }
        evidence.extend(self.document.clone());
        evidence.extend(sheet.iter().cloned());
        evidence.extend(self.names.iter().cloned());
        facts::decide(self.words.declared, &evidence, &self.place_of_page(page))
    }

    fn close_chain(&mut self) {
        let Some(chain) = self.chain.take() else { return };
        let facts = std::mem::take(&mut self.chain_facts);
        let found = items::items(&chain, self.words.tables);
        let spot = |at: items::CellAt| {
            let part = &chain.parts[at.part];
            Spot { page: part.page, block: part.block, cell: Some(at.cell) }
        };
        self.marks.extend(found.headings.iter().map(|&at| (spot(at), LedgerRole::Heading)));
        let drafts = draft::drafts(&chain, &found.items, self.words.tables);
        let mut disagrees = false;
        let divisions = std::mem::take(&mut self.chain_divisions);
        for (mut draft, item) in drafts.into_iter().zip(&found.items) {
            if let Some((spot, path)) = &divisions[item.part]
                && draft.record.division.is_empty()
            {
                draft.record.division.clone_from(path);
                draft.marks.extend(spot.map(|spot| (spot, LedgerRole::Division)));
            }
            let facts = facts[item.part].clone();
            let own = draft.record.fiscal_year;
            if let (Some(own), Some(around), false) = (own, facts.fiscal_year, disagrees)
                && own != around
            {
                disagrees = true;
                let message = format!("この行は{own}ですが、表題などには{around}とあります。");
                let place = self.place(draft.at, draft.row);
                self.notices.push(Notice::new(NoticeKind::Inferred, message, place));
            }
            self.drafts.push((draft, facts));
        }
    }

    fn close_passage(&mut self, next: Passage, is_below_own_heading: bool) {
        let passage = std::mem::replace(&mut self.passage, next);
        let below = std::mem::replace(&mut self.is_below_own_heading, is_below_own_heading);
        let page = passage.texts.first().and_then(|text| text.spots.first()).map(|spot| spot.page);
        let outcome = passage.read(below, &self.used);
        self.marks.extend(outcome.marks);
        if let Some((spot, text)) = outcome.statement {
            let message = format!("取組の表のほかに書かれている文です：{text}");
            self.notices.push(Notice::new(NoticeKind::Unplaced, message, self.place(spot, None)));
        }
        if let (Some(draft), Some(page)) = (outcome.draft, page) {
            let facts = self.facts(page, None);
            self.drafts.push((draft, facts));
        }
    }

    fn finish(mut self) -> SheetReading {
        self.close_chain();
        self.close_passage(Passage::default(), false);
        let mut drafts = std::mem::take(&mut self.drafts);
        drafts.retain(|(draft, _)| draft.is_record());
        if drafts.is_empty() {
            drafts.extend(self.draft_of_titles());
        }
        drafts.sort_by_key(|(draft, _)| draft.at);
        let mut ordinals = Ordinals::default();
        let mut records: Vec<Record> = Vec::with_capacity(drafts.len());
        let mut shown = Shown::of(&self.source.pages);
        for (spot, role) in &self.marks {
            shown.mark(*spot, *role, None);
        }
        let mut said: Vec<Notice> = Vec::new();
        for (mut draft, facts) in drafts {
            draft.settle(&facts, self.words.tables);
            for notice in &facts.notices {
                if !said.contains(notice) {
                    said.push(notice.clone());
                }
            }
            let place = self.place(draft.at, draft.row);
            let mut record = draft.record;
            record.sources = vec![self.provenance(draft.at, draft.row)];
            record.notices.iter_mut().for_each(|notice| notice.place.clone_from(&place));
            let (id, notice) = ordinals.settle(identity::derive(&record), &place);
            record.id = id;
            record.notices.extend(notice);
            for (spot, role) in draft.marks {
                shown.mark(spot, role, Some(&record.id));
            }
            records.push(record);
        }
        self.notices.extend(said);
        let ledger = self.ledger(shown);
        SheetReading { records, notices: self.notices, ledger }
    }

    /// The record of a file that prints nothing but titles: they are all that there is to find.
    fn draft_of_titles(&mut self) -> Option<(Draft, Facts)> {
        let is_title = |(_, role): &&(Spot, LedgerRole)| *role == LedgerRole::Title;
        let titles: HashSet<Spot> =
            self.marks.iter().filter(is_title).map(|(spot, _)| *spot).collect();
        let printed = spots(&self.source.pages).filter(|(spot, ..)| titles.contains(spot));
        let (spots, texts): (Vec<Spot>, Vec<&str>) =
            printed.map(|(spot, _, text)| (spot, text.trim_end_matches(is_empty))).unzip();
        let at = *spots.first()?;
        self.marks.retain(|(_, role)| *role != LedgerRole::Title);
        let section =
            Section { role: Role::Body, heading: None, text: texts.join("\n"), source: 0 };
        let record = Record { sections: vec![section], ..Record::default() };
        let marks = spots.into_iter().map(|spot| (spot, LedgerRole::Body)).collect();
        let facts = self.facts(at.page, None);
        Some((Draft { record, at, row: None, marks }, facts))
    }

    /// Accounts for every cell and block; what nothing was made of is quoted.
    fn ledger(&mut self, shown: Shown) -> Ledger {
        let mut ledger = Ledger::default();
        let mut start = 0;
        // Neighbours without a place are one notice.
        let mut unplaced: BTreeMap<(usize, usize, usize), (Spot, Vec<&str>)> = BTreeMap::new();
        let marks = shown.marks.into_iter();
        for (line, ((spot, row, text), found)) in spots(&self.source.pages).zip(marks).enumerate() {
            let range = start..start + text.len();
            start = range.end + 1;
            let characters = ledger::characters(text, &(0..text.len()));
            if characters == 0 {
                continue;
            }
            let (role, records) = match found {
                Some(mark) => mark,
                None if is_blank(text) => (LedgerRole::Furniture, Vec::new()),
                None => {
                    let key = (spot.page, spot.block, row.unwrap_or_default());
                    unplaced.entry(key).or_insert((spot, Vec::new())).1.push(text);
                    (LedgerRole::Notice, Vec::new())
                }
            };
            ledger.entries.push(Entry {
                start: range.start,
                end: range.end,
                line: u32::try_from(line + 1).unwrap_or(u32::MAX),
                role,
                records,
                characters,
                place: Some(self.place(spot, row)),
            });
        }
        for ((.., row), (spot, texts)) in unplaced {
            let text = texts.join("　");
            let message = format!("どの取組のものか分からない文字です：{text}");
            let place = self.place(spot, spot.cell.map(|_| row));
            self.notices.push(Notice::new(NoticeKind::Unplaced, message, place));
        }
        ledger
    }

    fn provenance(&self, at: Spot, row: Option<usize>) -> Provenance {
        let page = &self.source.pages[at.page];
        let cell =
            at.cell.and_then(|cell| cell_of(page, at.block, cell)).and_then(|c| c.name.clone());
        Provenance {
            file: self.source.file.clone(),
            sha256: (!self.source.sha256.is_empty()).then(|| self.source.sha256.clone()),
            page: page.number,
            sheet: page.sheet.clone(),
            cell,
            row: row.and_then(|row| u32::try_from(row + 1).ok()),
            ..Provenance::default()
        }
    }

    /// Where a person can go and look: `a.pdf:3ページ5行`, `a.xlsx:一覧!B12`, `a.csv:5行`.
    fn place(&self, at: Spot, row: Option<usize>) -> String {
        let page = &self.source.pages[at.page];
        let cell =
            at.cell.and_then(|cell| cell_of(page, at.block, cell)).and_then(|c| c.name.as_ref());
        let mut place = self.place_of_page(at.page);
        if let (Some(_), Some(name)) = (&page.sheet, cell) {
            return format!("{place}!{name}");
        }
        if let Some(row) = row {
            if page.number.is_none() && page.sheet.is_none() {
                place.push(':');
            }
            place += &format!("{}行", row + 1);
        }
        place
    }

    fn place_of_page(&self, page: usize) -> String {
        let page = &self.source.pages[page];
        match (&page.sheet, page.number) {
            (Some(sheet), _) => format!("{}:{sheet}", self.source.file),
            (None, Some(number)) => format!("{}:{number}ページ", self.source.file),
            (None, None) => self.source.file.clone(),
        }
    }
}

/// What the headings and the furniture of a page say, and what the name of its worksheet says.
fn around(page: &Page) -> [Vec<Evidence>; 2] {
    let titles = page.blocks.iter().filter_map(|block| match block {
        Block::Furniture(text) | Block::Heading(_, text) => Evidence::of_title(text),
        _ => None,
    });
    let name = page.sheet.as_deref().map(|name| Evidence::of_name(name, "シート名"));
    [titles.collect(), name.into_iter().collect()]
}

/// Whether a header names what initiatives have, so that every row below it is one.
fn tells_items(schema: &Schema) -> bool {
    let tells = [ColumnRole::Goal, ColumnRole::Result, ColumnRole::Title, ColumnRole::Number];
    let n_roles = schema.columns.iter().filter(|column| column.role.is_some()).count();
    2 <= n_roles && tells.iter().any(|&role| schema.has(role))
}

fn cell_of(page: &Page, block: usize, cell: usize) -> Option<&crate::source::page::Cell> {
    match page.blocks.get(block) {
        Some(Block::Table(table)) => table.cells.get(cell),
        _ => None,
    }
}

/// What was made of every cell and block, in the order of [`spots`].
struct Shown {
    marks: Vec<Option<(LedgerRole, Vec<RecordId>)>>,
    /// Where the marks of each block of each page begin.
    starts: Vec<Vec<usize>>,
}

impl Shown {
    fn of(pages: &[Page]) -> Shown {
        let mut n_spots = 0;
        let mut start = |block: &Block| {
            let start = n_spots;
            n_spots += match block {
                Block::Table(table) => table.cells.len(),
                _ => 1,
            };
            start
        };
        let starts = pages.iter().map(|page| page.blocks.iter().map(&mut start).collect());
        let starts = starts.collect();
        Shown { marks: vec![None; n_spots], starts }
    }

    /// Notes a role, which the first to note it decides, and a record.
    fn mark(&mut self, spot: Spot, role: LedgerRole, record: Option<&RecordId>) {
        let index = self.starts[spot.page][spot.block] + spot.cell.unwrap_or_default();
        let (_, records) = self.marks[index].get_or_insert((role, Vec::new()));
        records.extend(record.cloned());
    }
}

/// Every cell and block with its row and text, in the order of the pages.
fn spots(pages: &[Page]) -> impl Iterator<Item = (Spot, Option<usize>, &str)> {
    pages.iter().enumerate().flat_map(|(page, content)| {
        content.blocks.iter().enumerate().flat_map(move |(block, content)| {
            let spot = move |cell| Spot { page, block, cell };
            let (cells, text) = match content {
                Block::Table(table) => (table.cells.as_slice(), None),
                Block::Paragraph(text) | Block::Heading(_, text) | Block::Furniture(text) => {
                    (&[][..], Some(text.as_str()))
                }
            };
            let of_cells = cells
                .iter()
                .enumerate()
                .map(move |(index, cell)| (spot(Some(index)), Some(cell.row), cell.text.as_str()));
            of_cells.chain(text.map(move |text| (spot(None), None, text)))
        })
    })
}

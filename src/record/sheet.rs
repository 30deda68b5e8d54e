//! Reading a sheet: from the text that a PDF-to-text tool leaves to records.
//!
//! The reader goes by the *kind* of document and not by one file: a table with a title, column headers, and for each
//! item a head (division, number, category) and a text (goal and result). In order:
//!
//! 1. `lines`: the lines that hold anything;
//! 2. `kinds`: title, page furniture, column headers and statements of policy are told from content;
//! 3. `heads`: the heads of the items, chosen over the whole sheet by the order of their numbers;
//! 4. `body`: the text below each head is parted into goal and result;
//! 5. `paragraphs`: lines are joined.
//!
//! Every line keeps its range, so that the ledger accounts for every character.

pub(super) mod lines;
pub(super) mod headers;
pub(super) mod furniture;
pub(super) mod title;
mod kinds;
pub(super) mod heads;
mod body;
pub(super) mod paragraphs;

use std::collections::HashMap;
use std::ops::Range;

use crate::notice::{Notice, NoticeKind};
use crate::record::identity::{self, Ordinals};
use crate::record::ledger::{self, Entry, Ledger, LedgerRole};
use crate::record::sheet::body::{Boundary, Order, TextLine};
use crate::record::sheet::heads::{Head, Heads};
use crate::record::sheet::kinds::Kind;
use crate::record::sheet::lines::Line;
use crate::record::sheet::paragraphs::LineHabits;
use crate::record::sheet::title::Title;
use crate::record::sources_file::Declared;
use crate::record::tables::{ColumnRole, Tables};
use crate::record::{Provenance, Record, RecordId, Role, Section, SheetReading};
use crate::source::Source;

/// Reads the text of a sheet.
pub(super) fn read(source: &Source, tables: &Tables, declared: &Declared) -> SheetReading {
    let sheet = Sheet::of(source, tables, declared);
    let records = sheet.records();
    let mut notices = source.notices.clone();
    let ledger = sheet.ledger(&records, &mut notices);
    SheetReading { records: records.into_iter().map(|r| r.record).collect(), notices, ledger }
}

/// A sheet with everything that was made out, before records are written.
struct Sheet<'s> {
    source: &'s Source,
    tables: &'s Tables,
    declared: &'s Declared,
    lines: Vec<Line<'s>>,
    kinds: Vec<Kind>,
    title: Title,
    habits: LineHabits,
    heads: Heads,
    /// The text below each head.
    texts: Vec<Vec<TextLine>>,
    order: Order,
    /// The column headers of goal and result: the line of each, its role, its text.
    headings: Vec<(usize, ColumnRole, String)>,
}

/// A record with the lines it was made of.
struct SheetRecord {
    record: Record,
    goal: Vec<usize>,
    result: Vec<usize>,
    /// The head that prints the record's division, which may be the head of an earlier record.
    division_head: Option<usize>,
}

impl<'s> Sheet<'s> {
    fn of(source: &'s Source, tables: &'s Tables, declared: &'s Declared) -> Sheet<'s> {
        let lines = lines::lines(&source.text);
        let habits = LineHabits::of(&lines);
        let (kinds, title) = kinds::kinds(&lines, tables, &habits);
        let heads = heads::heads(&lines, &kinds, tables, &habits);
        let texts = texts(&lines, &kinds, &heads);
        let order = body::order(&texts, &lines, &habits);
        let headings = headings(&kinds);
        Sheet {
            source,
            tables,
            declared,
            lines,
            kinds,
            title,
            habits,
            heads,
            texts,
            order,
            headings,
        }
    }

    fn records(&self) -> Vec<SheetRecord> {
        let mut ordinals = Ordinals::default();
        let mut records: Vec<SheetRecord> = Vec::new();
        for (index, head) in self.heads.heads.iter().enumerate() {
            // A merged cell is printed once and holds for the items below.
            let division_head = match head.division.is_empty() {
                true => records.last().and_then(|last| last.division_head),
                false => Some(index),
            };
            let mut read = self.record(index, division_head);
            let (id, notice) = ordinals.settle(identity::derive(&read.record), &self.place(head));
            read.record.id = id;
            read.record.notices.extend(notice);
            records.push(read);
        }
        records
    }

    fn record(&self, index: usize, division_head: Option<usize>) -> SheetRecord {
        let head = &self.heads.heads[index];
        let text = &self.texts[index];
        let parting = body::part(text, &self.lines, &self.habits, self.order);
        let line = |t: &TextLine| t.line;
        let first: Vec<usize> = text[..parting.n_first].iter().map(line).collect();
        let second: Vec<usize> = text[parting.n_first..].iter().map(line).collect();
        let (goal, result) = match self.order {
            Order::GoalFirst => (first.clone(), second.clone()),
            Order::ResultFirst => (second.clone(), first.clone()),
        };
        let (first_role, second_role) = match self.order {
            Order::GoalFirst => (Role::Goal, Role::Result),
            Order::ResultFirst => (Role::Result, Role::Goal),
        };
        let sections =
            [self.section(first_role, &first, head), self.section(second_role, &second, head)];
        let printed = self.title.organization.as_ref().map(|(name, _)| name.clone());
        let organization = self.declared.organization.clone().or(printed);
        let printed = self.title.fiscal_year.as_ref().map(|(year, _)| *year);
        let fiscal_year = self.declared.fiscal_year.or(printed);
        let division =
            division_head.map(|i| self.heads.heads[i].division.clone()).unwrap_or_default();
        let mut record = Record {
            organization,
            fiscal_year,
            division,
            category: head.category.clone(),
            number: head.number.as_ref().map(|(number, _)| *number),
            sections: sections.into_iter().flatten().collect(),
            sources: vec![self.provenance(head)],
            ..Record::default()
        };
        record.fill_canonical(self.tables);
        record.notices = self.remarks(&record, head, goal.is_empty(), result.is_empty());
        SheetRecord { record, goal, result, division_head }
    }

    /// The section that `lines` make, if there are any.
    fn section(&self, role: Role, lines: &[usize], head: &Head) -> Option<Section> {
        let lines: Vec<&Line<'_>> = lines.iter().map(|&i| &self.lines[i]).collect();
        let text = paragraphs::join(&lines, &self.habits);
        let heading = self.heading(role, head);
        (!text.is_empty()).then_some(Section { role, heading, text, source: 0 })
    }

    /// The header printed for a role: the nearest above the head, else the first of the sheet.
    fn heading(&self, role: Role, head: &Head) -> Option<String> {
        let column = match role {
            Role::Goal => ColumnRole::Goal,
            Role::Result => ColumnRole::Result,
            Role::Body => return None,
        };
        let first_line = head.lines.first().copied().unwrap_or_default();
        // Headings stand in the order of the lines.
        let of_role = || self.headings.iter().filter(|(_, role, _)| *role == column);
        let above = of_role().take_while(|(line, ..)| *line < first_line).last();
        above.or_else(|| of_role().next()).map(|(_, _, text)| text.clone())
    }

    fn provenance(&self, head: &Head) -> Provenance {
        let line = head.lines.first().map(|&i| self.lines[i].number);
        let sha256 = (!self.source.sha256.is_empty()).then(|| self.source.sha256.clone());
        Provenance { file: self.source.file.clone(), sha256, line, ..Provenance::default() }
    }

    fn place(&self, head: &Head) -> String {
        let line = head.lines.first().map_or(1, |&i| self.lines[i].number);
        format!("{}:{line}", self.source.file)
    }

    /// What was inferred and what is missing in a record.
    fn remarks(&self, record: &Record, head: &Head, no_goal: bool, no_result: bool) -> Vec<Notice> {
        let place = self.place(head);
        let mut notices = Vec::new();
        if record.division_inferred {
            let path = record.division_canonical.join("/");
            let message = format!("部署は、ここに印刷されていない「{path}」として数えます。");
            notices.push(Notice::new(NoticeKind::Inferred, message, &place));
        }
        let missing = [
            (record.division.is_empty(), "部署"),
            (record.number.is_none(), "番号"),
            (record.category.is_none(), "区分"),
            (no_goal, "目標"),
            (no_result, "実施結果"),
        ];
        for (_, part) in missing.iter().filter(|(is_missing, _)| *is_missing) {
            let message = format!("この取組には{part}が印刷されていません。");
            notices.push(Notice::new(NoticeKind::Missing, message, &place));
        }
        notices
    }

    /// Accounts for every character.
    fn ledger(&self, records: &[SheetRecord], notices: &mut Vec<Notice>) -> Ledger {
        let mut entries = Entries { text: &self.source.text, entries: Vec::new() };
        let all: Vec<RecordId> = records.iter().map(|r| r.record.id.clone()).collect();
        let mut placed = vec![false; self.lines.len()];
        for (index, kind) in self.kinds.iter().enumerate() {
            let role = match kind {
                Kind::Title => {
                    self.title_entries(index, &all, &mut entries);
                    placed[index] = true;
                    continue;
                }
                Kind::Furniture => LedgerRole::Furniture,
                Kind::Header(_) => LedgerRole::Heading,
                Kind::Policy => LedgerRole::Policy,
                Kind::Content => continue,
            };
            entries.add(self.range(index), self.lines[index].number, role, &[]);
            placed[index] = true;
        }
        for &index in &self.heads.page_numbers {
            entries.add(self.range(index), self.lines[index].number, LedgerRole::Furniture, &[]);
            placed[index] = true;
        }
        for (index, read) in records.iter().enumerate() {
            let id = std::slice::from_ref(&read.record.id);
            for (lines, role) in
                [(&read.goal, LedgerRole::Goal), (&read.result, LedgerRole::Result)]
            {
                for &line in lines {
                    entries.add(self.range(line), self.lines[line].number, role, id);
                    placed[line] = true;
                }
            }
            self.head_entries(index, records, &mut entries);
            self.heads.heads[index].lines.iter().for_each(|&line| placed[line] = true);
        }
        self.unplaced(&placed, &mut entries, notices);
        entries.finish()
    }

    fn title_entries(&self, index: usize, all: &[RecordId], entries: &mut Entries<'_>) {
        let line = &self.lines[index];
        let range = self.range(index);
        let mut fields: Vec<(Range<usize>, LedgerRole)> = Vec::new();
        let name =
            self.title.organization.as_ref().map(|(_, r)| (r.clone(), LedgerRole::Organization));
        let year =
            self.title.fiscal_year.as_ref().map(|(_, r)| (r.clone(), LedgerRole::FiscalYear));
        fields.extend([name, year].into_iter().flatten().filter(|(r, _)| range.contains(&r.start)));
        fields.sort_by_key(|(r, _)| r.start);
        let mut from = range.start;
        for (field, role) in fields {
            entries.add(from..field.start, line.number, LedgerRole::Title, &[]);
            entries.add(field.clone(), line.number, role, all);
            from = field.end;
        }
        entries.add(from..range.end, line.number, LedgerRole::Title, &[]);
    }

    fn head_entries(&self, index: usize, records: &[SheetRecord], entries: &mut Entries<'_>) {
        let head = &self.heads.heads[index];
        let id = std::slice::from_ref(&records[index].record.id);
        // The records that the division of this head holds for follow one another.
        let carried: Vec<RecordId> = records[index..]
            .iter()
            .take_while(|r| r.division_head == Some(index))
            .map(|r| r.record.id.clone())
            .collect();
        let line_of: HashMap<usize, u32> =
            head.lines.iter().map(|&i| (i, self.lines[i].number)).collect();
        let line = |range: &Range<usize>| {
            let found = head.lines.iter().find(|&&i| self.range(i).contains(&range.start));
            found.and_then(|i| line_of.get(i)).copied().unwrap_or(1)
        };
        for range in &head.division_ranges {
            entries.add(range.clone(), line(range), LedgerRole::Division, &carried);
        }
        for range in head.number.iter().map(|(_, range)| range) {
            entries.add(range.clone(), line(range), LedgerRole::Number, id);
        }
        for range in &head.category_ranges {
            entries.add(range.clone(), line(range), LedgerRole::Category, id);
        }
        for range in &head.furniture {
            entries.add(range.clone(), line(range), LedgerRole::Furniture, &[]);
        }
    }

    /// Lines that belong to no record: one notice for each block.
    fn unplaced(&self, placed: &[bool], entries: &mut Entries<'_>, notices: &mut Vec<Notice>) {
        let mut index = 0;
        while index < placed.len() {
            if placed[index] {
                index += 1;
                continue;
            }
            let first = index;
            while index < placed.len()
                && !placed[index]
                && (index == first || !self.lines[index].gap)
            {
                index += 1;
            }
            let number = self.lines[first].number;
            let range = self.lines[first].start..self.lines[index - 1].end();
            let message =
                format!("どの取組のものか分からない文字です：{}", &self.source.text[range.clone()]);
            notices.push(Notice::new(
                NoticeKind::Unplaced,
                message,
                format!("{}:{number}", self.source.file),
            ));
            entries.add(range, number, LedgerRole::Notice, &[]);
        }
    }

    fn range(&self, index: usize) -> Range<usize> {
        self.lines[index].start..self.lines[index].end()
    }
}

impl Record {
    /// Fills the canonical values from the tables.
    pub(super) fn fill_canonical(&mut self, tables: &Tables) {
        let found = tables.canonical_division(
            self.organization.as_deref(),
            self.fiscal_year,
            &self.division,
        );
        self.division_canonical = found.path;
        self.division_inferred = found.inferred;
        self.category_canonical =
            self.category.as_deref().map(|c| tables.canonical_category(c)).unwrap_or_default();
        self.settle_canonical();
    }
}

/// Entries of a ledger while they are gathered.
struct Entries<'t> {
    text: &'t str,
    entries: Vec<Entry>,
}

impl Entries<'_> {
    fn add(&mut self, range: Range<usize>, line: u32, role: LedgerRole, records: &[RecordId]) {
        let characters = ledger::characters(self.text, &range);
        if 0 < characters {
            let (start, end) = (range.start, range.end);
            self.entries.push(Entry {
                start,
                end,
                line,
                role,
                records: records.to_vec(),
                characters,
                place: None,
            });
        }
    }

    /// Puts the entries in order and accounts for what lies between them: characters without a glyph.
    fn finish(mut self) -> Ledger {
        self.entries.sort_by_key(|entry| entry.start);
        let mut between = Vec::new();
        let (mut from, mut line, mut counted) = (0, 1, 0);
        let ends: Vec<Range<usize>> = self.entries.iter().map(|e| e.start..e.end).collect();
        for next in ends.into_iter().chain(std::iter::once(self.text.len()..self.text.len())) {
            let gap = from..next.start.max(from);
            if 0 < ledger::characters(self.text, &gap) {
                line +=
                    u32::try_from(self.text[counted..gap.start].matches('\n').count()).unwrap_or(0);
                counted = gap.start;
                between.push((gap, line));
            }
            from = next.end.max(from);
        }
        for (gap, line) in between {
            self.add(gap, line, LedgerRole::Furniture, &[]);
        }
        self.entries.sort_by_key(|entry| entry.start);
        Ledger { entries: self.entries }
    }
}

/// The lines of text below each head.
fn texts(lines: &[Line<'_>], kinds: &[Kind], heads: &Heads) -> Vec<Vec<TextLine>> {
    let mut texts: Vec<Vec<TextLine>> = vec![Vec::new(); heads.heads.len()];
    let mut head_of = HashMap::new();
    for (index, head) in heads.heads.iter().enumerate() {
        head_of.extend(head.lines.iter().map(|&line| (line, index)));
    }
    let page_numbers: std::collections::HashSet<usize> =
        heads.page_numbers.iter().copied().collect();
    let mut current: Option<usize> = None;
    let mut boundary = Boundary::None;
    let mut headers = Vec::new();
    for index in 0..lines.len() {
        if let Some(&head) = head_of.get(&index) {
            current = Some(head);
            boundary = Boundary::None;
            headers.clear();
            continue;
        }
        let interrupts = kinds[index] != Kind::Content || page_numbers.contains(&index);
        if let Kind::Header(found) = &kinds[index] {
            headers.extend(found.iter().map(|header| header.role));
        }
        if interrupts {
            boundary = Boundary::Interruption;
            continue;
        }
        if lines[index].gap && boundary == Boundary::None {
            boundary = Boundary::Blank;
        }
        if let Some(head) = current {
            let headers = std::mem::take(&mut headers);
            texts[head].push(TextLine { line: index, boundary, headers });
        }
        boundary = Boundary::None;
    }
    texts
}

/// The headers of goal and result, broken ones joined, in the order of the lines.
fn headings(kinds: &[Kind]) -> Vec<(usize, ColumnRole, String)> {
    let mut headings: Vec<(usize, ColumnRole, String)> = Vec::new();
    let mut last_line = None;
    for (line, kind) in kinds.iter().enumerate() {
        let Kind::Header(headers) = kind else { continue };
        for header in headers {
            let joins = last_line.is_some_and(|last| last + 1 == line)
                && headings.last().is_some_and(|(_, _, text)| {
                    text.ends_with(['の', '・', 'な', 'び', 'と', '、'])
                        || header.text.starts_with(['の', '及', 'と', '・'])
                });
            match headings.last_mut() {
                Some((_, role, text)) if joins => {
                    text.push_str(&header.text);
                    // 目標の above 達成度 is a header of results.
                    *role = (*role).max(header.role);
                }
                _ => headings.push((line, header.role, header.text.clone())),
            }
            last_line = Some(line);
        }
    }
    headings.retain(|(_, role, _)| matches!(role, ColumnRole::Goal | ColumnRole::Result));
    headings
}

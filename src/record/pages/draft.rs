//! Drafts: records with the places of the pages that they were made of.

use crate::notice::{Notice, NoticeKind};
use crate::record::fiscal_year::FiscalYear;
use crate::record::ledger::LedgerRole;
use crate::record::pages::divisions::{self, Division};
use crate::record::pages::facts::Facts;
use crate::record::pages::grid::{is_blank, one_line, squeezed};
use crate::record::pages::items::{BULLETS, CellAt, Chain, Item};
use crate::record::pages::number::item_number;
use crate::record::sheet::lines::is_empty;
use crate::record::sheet::paragraphs::{ends_sentence, marker};
use crate::record::tables::{ColumnRole, Tables};
use crate::record::{Record, Role, Section};

/// A cell, or a block that is no table.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct Spot {
    pub(super) page: usize,
    pub(super) block: usize,
    /// None for a paragraph.
    pub(super) cell: Option<usize>,
}

/// A record before its identity is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) record: Record,
    /// The first of the places it was made of.
    pub(super) at: Spot,
    /// The row of the table, from 0.
    pub(super) row: Option<usize>,
    /// What was made of which place.
    pub(super) marks: Vec<(Spot, LedgerRole)>,
}

impl Draft {
    /// Whether there is anything to read and to find.
    pub(super) fn is_record(&self) -> bool {
        self.record.title.is_some() || !self.record.sections.is_empty()
    }

    /// Takes in a text whose column or label has a role; several texts of one column are parts of one section.
    pub(super) fn take(
        &mut self,
        role: Option<ColumnRole>,
        heading: Option<&str>,
        text: &str,
        spots: &[Spot],
    ) {
        let ledger_role = match role {
            Some(ColumnRole::Number)
                if item_number(text).is_some() && self.record.number.is_none() =>
            {
                self.record.number = item_number(text);
                LedgerRole::Number
            }
            Some(ColumnRole::Category) if self.record.category.is_none() => {
                self.record.category = Some(one_line(text));
                LedgerRole::Category
            }
            Some(ColumnRole::Title) if self.record.title.is_none() => {
                self.record.title = Some(one_line(text));
                LedgerRole::Title
            }
            Some(ColumnRole::FiscalYear) if self.take_year(text) => LedgerRole::FiscalYear,
            Some(ColumnRole::Organization) => {
                let name: String = text.chars().filter(|&c| !is_empty(c)).collect();
                self.record.organization.get_or_insert_default().push_str(&name);
                LedgerRole::Organization
            }
            role => self.take_text(role, heading, text),
        };
        self.marks.extend(spots.iter().map(|&spot| (spot, ledger_role)));
    }

    fn take_text(
        &mut self,
        role: Option<ColumnRole>,
        heading: Option<&str>,
        text: &str,
    ) -> LedgerRole {
        let (role, ledger_role) = match role {
            Some(ColumnRole::Goal) => (Role::Goal, LedgerRole::Goal),
            Some(ColumnRole::Result) => (Role::Result, LedgerRole::Result),
            _ => (Role::Body, LedgerRole::Body),
        };
        let text = text.trim_end_matches(is_empty).trim_start_matches(['\n', '\r', ' ', '\t']);
        let heading = heading.map(str::to_owned);
        self.record.sections.push(Section { role, heading, text: text.to_owned(), source: 0 });
        ledger_role
    }

    /// Reads the year that a row says of itself; a run of years is counted under its first.
    fn take_year(&mut self, text: &str) -> bool {
        if self.record.fiscal_year.is_some() {
            return false;
        }
        if let Some((first, last)) = FiscalYear::find_span(text) {
            self.record.fiscal_year = Some(first);
            let message = format!(
                "年度は「{}」（{first}から{last}まで）なので、初めの{first}としました。",
                one_line(text)
            );
            self.record.notices.push(Notice::new(NoticeKind::Inferred, message, ""));
            return true;
        }
        self.record.fiscal_year = FiscalYear::parse(&one_line(text));
        self.record.fiscal_year.is_some()
    }

    /// Fills in what stands around the row and the row does not say.
    pub(super) fn settle(&mut self, facts: &Facts, tables: &Tables) {
        let record = &mut self.record;
        record.organization = record.organization.take().or_else(|| facts.organization.clone());
        record.fiscal_year = record.fiscal_year.or(facts.fiscal_year);
        record.fill_canonical(tables);
        if record.division_inferred {
            let path = record.division_canonical.join("/");
            let message = format!("部署は、ここに印刷されていない「{path}」として数えます。");
            record.notices.push(Notice::new(NoticeKind::Inferred, message, ""));
        }
    }
}

/// The drafts of the items of a chain.
pub(super) fn drafts(chain: &Chain<'_>, items: &[Item], tables: &Tables) -> Vec<Draft> {
    let divisions = divisions::divisions(chain, items, tables);
    items.iter().zip(&divisions).map(|(item, division)| draft(chain, item, division)).collect()
}

fn draft(chain: &Chain<'_>, item: &Item, division: &Division) -> Draft {
    let part = &chain.parts[item.part];
    let first = item.cells.iter().flatten().find(|at| at.part == item.part);
    let at = Spot { page: part.page, block: part.block, cell: first.map(|at| at.cell) };
    let row = Some(part.grid.rows[item.row].number);
    let mut draft = Draft { record: Record::default(), at, row, marks: Vec::new() };
    draft.record.division = division.path.clone();
    let is_placed = !division.path.is_empty();
    draft.marks.extend(
        division
            .cells
            .iter()
            .filter(|_| is_placed)
            .map(|&at| (spot(chain, at), LedgerRole::Division)),
    );
    if division.is_inferred && is_placed {
        let message = "部署は、次のページに続く欄に印刷されたものとしました。";
        draft.record.notices.push(Notice::new(NoticeKind::Inferred, message, ""));
    }
    for (index, column) in chain.schema.columns.iter().enumerate() {
        let filled: Vec<CellAt> =
            item.cells[index].iter().copied().filter(|&at| !is_blank(chain.text(at))).collect();
        if filled.is_empty() || column.role == Some(ColumnRole::Division) {
            continue;
        }
        take_cells(&mut draft, chain, item, index, &filled);
    }
    for &at in item.beyond.iter().filter(|&&at| !is_blank(chain.text(at))) {
        draft.take(None, None, chain.text(at), &[spot(chain, at)]);
    }
    if let Some(group) = item.group.filter(|_| draft.record.category.is_none()) {
        let name = one_line(chain.text(group));
        let name = name.trim_matches(|c| BULLETS.contains(&c) || matches!(c, '】' | '＞' | '〉'));
        draft.record.category = Some(name.to_owned());
        draft.marks.push((spot(chain, group), LedgerRole::Category));
    }
    draft.record.notices.extend(missing(chain, &draft.record));
    draft
}

/// Takes in the cells that an item has in a column.
fn take_cells(draft: &mut Draft, chain: &Chain<'_>, item: &Item, column: usize, cells: &[CellAt]) {
    let Some(named) = chain.schema.columns.get(column) else { return };
    let heading = named.heading.as_deref();
    let is_text = matches!(named.role, None | Some(ColumnRole::Goal | ColumnRole::Result));
    if !is_text {
        // The pieces of a short text belong together, wherever the page breaks.
        let spots: Vec<Spot> = cells.iter().map(|&at| spot(chain, at)).collect();
        let mut texts: Vec<&str> = cells.iter().map(|&at| chain.text(at)).collect();
        // What both pages print whole is one text.
        texts.dedup_by(|next, before| squeezed(next) == squeezed(before));
        let whole = texts.join("\n");
        draft.take(named.role, heading, &whole, &spots);
        return;
    }
    // Below one header side by side: a section each. Below one another: one section.
    let place = |at: &CellAt| chain.parts[at.part].grid.cells[at.cell].column;
    let mut places: Vec<usize> = cells.iter().map(place).collect();
    places.sort_unstable();
    places.dedup();
    for wanted in places {
        let of_place: Vec<CellAt> =
            cells.iter().copied().filter(|at| place(at) == wanted).collect();
        let spots: Vec<Spot> = of_place.iter().map(|&at| spot(chain, at)).collect();
        let text = text(chain, item, &of_place);
        draft.take(named.role, heading, &text, &spots);
    }
}

/// The text of cells below one another; where a page break cuts them, a sentence goes on.
fn text(chain: &Chain<'_>, item: &Item, cells: &[CellAt]) -> String {
    let mut text = String::new();
    let mut before: Option<CellAt> = None;
    for &at in cells {
        let next = chain.text(at);
        let is_cut = before.is_some_and(|before| before.part < at.part);
        if before.is_some() {
            match is_cut && !begins_paragraph(&text, next) {
                true => join_cut(&mut text, next),
                false => {
                    text.push('\n');
                    text.push_str(next.trim_start_matches('\n'));
                }
            }
        } else {
            text.push_str(next);
        }
        before = Some(at);
    }
    debug_assert!(item.last_part < chain.parts.len(), "an item ends in its chain");
    text
}

/// Whether a paragraph begins with the text behind a page break.
fn begins_paragraph(before: &str, next: &str) -> bool {
    let is_marked = next.starts_with('　') || next.starts_with('【') || marker(next).is_some();
    // Where paragraphs are indented, one without an indent goes on.
    let are_indented = before.starts_with('　');
    is_marked || (!are_indented && ends_sentence(before))
}

/// Joins the halves of a sentence, with a space between Latin words.
fn join_cut(text: &mut String, next: &str) {
    text.truncate(text.trim_end_matches(is_empty).len());
    let next = next.trim_start_matches(is_empty);
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if is_latin(text.chars().next_back()) && is_latin(next.chars().next()) {
        text.push(' ');
    }
    text.push_str(next);
}

fn spot(chain: &Chain<'_>, at: CellAt) -> Spot {
    let part = &chain.parts[at.part];
    Spot { page: part.page, block: part.block, cell: Some(at.cell) }
}

/// What a table has a column for and an item lacks.
fn missing(chain: &Chain<'_>, record: &Record) -> Vec<Notice> {
    let has_section = |role| record.sections.iter().any(|section| section.role == role);
    let parts = [
        (ColumnRole::Division, record.division.is_empty(), "部署"),
        (ColumnRole::Number, record.number.is_none(), "番号"),
        (ColumnRole::Category, record.category.is_none(), "区分"),
        (ColumnRole::Title, record.title.is_none(), "名称"),
        (ColumnRole::Goal, !has_section(Role::Goal), "目標"),
        (ColumnRole::Result, !has_section(Role::Result), "実施結果"),
    ];
    let lacking = parts.into_iter().filter(|(role, lacks, _)| *lacks && chain.schema.has(*role));
    let notice = |(_, _, part)| {
        Notice::new(NoticeKind::Missing, format!("この取組には{part}が印刷されていません。"), "")
    };
    lacking.map(notice).collect()
}

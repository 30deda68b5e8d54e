//! Cards: sheets that print a great many figures, each beside its name, in several small tables side by side.
//!
//! A row of a card is no row of one table: it is cut into *fields*, each a name with the figures behind it.
//! A figure is read with the name at its left and the name of its column above it, as
//! `地方税：決算額 172、構成比 22.5`; the fields below one caption are a section.
//! A card is one record, since all of it is about one thing.

use std::collections::HashMap;

use crate::record::ledger::LedgerRole;
use crate::record::pages::columns::is_figure;
use crate::record::pages::draft::{Draft, Spot};
use crate::record::pages::grid::{Grid, one_line, squeezed};
use crate::record::sheet::lines::is_empty;
use crate::record::{Record, Role, Section};

/// A card, read.
#[derive(Debug, Default)]
pub(super) struct Card {
    fields: Vec<Field>,
    /// Cells that are the name of a column or a caption.
    names: Vec<usize>,
    /// Rows of what is none of this.
    rest: Vec<Vec<usize>>,
}

/// A name with its figures.
#[derive(Clone, Debug, Default)]
struct Field {
    labels: Vec<usize>,
    values: Vec<Value>,
    /// The merged cell beside several names.
    outer: Option<usize>,
}

/// A figure, with its unit.
#[derive(Clone, Debug, Default)]
struct Value {
    cells: Vec<usize>,
    /// The names of its column, from top to bottom.
    column: Vec<usize>,
    caption: Option<usize>,
}

/// The names that stand above the places of the row that is read.
#[derive(Default)]
struct Above {
    by_column: HashMap<usize, Name>,
}

/// A name above figures.
#[derive(Clone, Debug)]
struct Name {
    cells: Vec<usize>,
    caption: Option<usize>,
}

impl Card {
    /// Reads a table as a card; none where hardly anything on it is a name with figures.
    pub(super) fn of(grid: &Grid<'_>) -> Option<Card> {
        const FEWEST_FIELDS: usize = 12;
        let mut card = Card::default();
        let mut above = Above::default();
        let (mut n_cells, mut n_placed) = (0, 0);
        // Several fields in one row are what tells a card from a table.
        let mut n_rows_of_several = 0;
        for row in 0..grid.rows.len() {
            let fields = fields(grid, row, &above);
            let (fields, bare): (Vec<Field>, Vec<Field>) = fields
                .into_iter()
                .partition(|field| !field.values.is_empty() && !field.labels.is_empty());
            let of_field = |field: &Field| {
                field.labels.len() + field.values.iter().map(|v| v.cells.len()).sum::<usize>()
            };
            n_placed += fields.iter().map(of_field).sum::<usize>();
            n_cells += grid.filled(row).filter(|&cell| grid.begins(cell, row)).count();
            n_rows_of_several += usize::from(1 < fields.len());
            for cell in grid.filled(row).filter(|&cell| grid.begins(cell, row)) {
                let is_in_value =
                    |field: &Field| field.values.iter().any(|value| value.cells.contains(&cell));
                if !fields.iter().any(is_in_value) && !bare.iter().any(is_in_value) {
                    above.put(grid, cell);
                }
            }
            card.fields.extend(fields);
            let cells = |field: Field| {
                field.labels.into_iter().chain(field.values.into_iter().flat_map(|v| v.cells))
            };
            card.rest.push(bare.into_iter().flat_map(cells).collect());
        }
        let is_card = FEWEST_FIELDS <= card.fields.len()
            && n_cells < n_placed * 2
            && grid.rows.len() < n_rows_of_several * 3;
        is_card.then(|| card.settled())
    }

    /// Takes the names and captions out of the rest.
    fn settled(mut self) -> Card {
        let values = self.fields.iter().flat_map(|field| &field.values);
        let mut names: Vec<usize> =
            values.flat_map(|v| v.column.iter().copied().chain(v.caption)).collect();
        names.extend(self.fields.iter().filter_map(|field| field.outer));
        names.sort_unstable();
        names.dedup();
        for cells in &mut self.rest {
            let n_cells = cells.len();
            cells.retain(|cell| names.binary_search(cell).is_err());
            // 区分 beside the names of columns is the name of the column of names.
            if cells.len() + 2 <= n_cells {
                names.append(cells);
                names.sort_unstable();
            }
        }
        self.rest.retain(|cells| !cells.is_empty());
        self.names = names;
        self
    }

    /// The record of the card.
    pub(super) fn draft(
        &self,
        grid: &Grid<'_>,
        page: usize,
        block: usize,
        title: Option<&str>,
    ) -> Draft {
        let spot = |cell: usize| Spot { page, block, cell: Some(cell) };
        let mut marks: Vec<(Spot, LedgerRole)> = Vec::new();
        let mut sections: Vec<(Option<usize>, Section)> = Vec::new();
        let text = |cells: &[usize]| -> String {
            cells.iter().map(|&cell| one_line(grid.text(cell))).collect::<Vec<_>>().join("　")
        };
        for field in &self.fields {
            let (group, line) = (field.group(), field.line(grid));
            match sections.iter_mut().find(|(of, _)| *of == group) {
                Some((_, section)) => {
                    section.text.push('\n');
                    section.text += &line;
                }
                None => {
                    let caption = field.values.iter().find_map(|value| value.caption);
                    let heading = caption.map(|cell| one_line(grid.text(cell)));
                    sections.push((group, body(heading, line)));
                }
            }
            let values = field.values.iter().flat_map(|value| &value.cells);
            marks.extend(field.labels.iter().chain(values).map(|&c| (spot(c), LedgerRole::Body)));
        }
        if !self.rest.is_empty() {
            let lines: Vec<String> = self.rest.iter().map(|cells| text(cells)).collect();
            sections.push((None, body(None, lines.join("\n"))));
        }
        marks.extend(self.rest.iter().flatten().map(|&cell| (spot(cell), LedgerRole::Body)));
        marks.extend(self.names.iter().map(|&cell| (spot(cell), LedgerRole::Heading)));
        let sections = sections.into_iter().map(|(_, section)| section).collect();
        let record = Record { title: title.map(str::to_owned), sections, ..Record::default() };
        let first = marks.iter().filter_map(|(spot, _)| spot.cell).min();
        Draft { record, at: Spot { page, block, cell: first }, row: None, marks }
    }
}

fn body(heading: Option<String>, text: String) -> Section {
    Section { role: Role::Body, heading, text, source: 0 }
}

impl Value {
    fn of(cell: usize, name: Option<&Name>) -> Value {
        Value {
            cells: vec![cell],
            column: name.map(|name| name.cells.clone()).unwrap_or_default(),
            caption: name.and_then(|name| name.caption),
        }
    }
}

impl Field {
    /// What its section is told by: the caption above its columns, or the names of the columns.
    fn group(&self) -> Option<usize> {
        let caption = self.values.iter().find_map(|value| value.caption);
        caption.or_else(|| self.values.first().and_then(|value| value.column.first().copied()))
    }

    /// `内訳　地方税：決算額 172、構成比 22.5`.
    fn line(&self, grid: &Grid<'_>) -> String {
        let text = |&cell: &usize| one_line(grid.text(cell)).trim_matches(is_empty).to_owned();
        let labels: Vec<String> = self.outer.iter().chain(&self.labels).map(text).collect();
        let value = |value: &Value| {
            let names = value.column.iter().map(text);
            names.chain(value.cells.iter().map(text)).collect::<Vec<_>>().join(" ")
        };
        let values: Vec<String> = self.values.iter().map(value).collect();
        format!("{}：{}", labels.join("　"), values.join("、"))
    }
}

impl Above {
    /// A name stands above the places below it from now on.
    fn put(&mut self, grid: &Grid<'_>, cell: usize) {
        // What a workbook claims beyond is no table that anybody reads.
        const MOST_COLUMNS: usize = 4096;
        let text = squeezed(grid.text(cell));
        if text.starts_with(['（', '(']) && text.contains("単位") {
            return;
        }
        let columns = grid.columns(cell);
        let begins = grid.cells[cell].row;
        let before = self.by_column.get(&columns.start).cloned().filter(|name| {
            let last = name.cells.last().map(|&last| &grid.cells[last]);
            last.is_some_and(|last| last.row.saturating_add(last.n_rows.max(1)) == begins)
        });
        let name = match before {
            // 決算額 below 歳入: names of one column below one another, or a caption above several.
            Some(before) if before.cells.last().is_some_and(|&c| grid.columns(c) == columns) => {
                let cells = before.cells.into_iter().chain([cell]).collect();
                Name { cells, caption: before.caption }
            }
            Some(before) => Name { cells: vec![cell], caption: before.cells.last().copied() },
            None => Name { cells: vec![cell], caption: None },
        };
        for column in columns.take(MOST_COLUMNS) {
            self.by_column.insert(column, name.clone());
        }
    }

    /// The name of the column of a figure.
    fn of(&self, grid: &Grid<'_>, cell: usize) -> Option<&Name> {
        let columns = grid.columns(cell);
        let middle = columns.start + (columns.len() - 1) / 2;
        let name = self.by_column.get(&middle)?;
        let above = grid.columns(*name.cells.last()?);
        let shared = columns.end.min(above.end).saturating_sub(columns.start.max(above.start));
        (columns.len() * 6 <= shared * 10 && above.len() <= columns.len() * 3).then_some(name)
    }
}

/// The names and figures of a row, from left to right.
fn fields(grid: &Grid<'_>, row: usize, above: &Above) -> Vec<Field> {
    let covering: Vec<usize> = grid.filled(row).collect();
    let mut fields: Vec<Field> = Vec::new();
    for (index, &cell) in covering.iter().enumerate() {
        if !grid.begins(cell, row) {
            continue;
        }
        let before = index.checked_sub(1).map(|before| covering[before]);
        let gap = before.map(|before| grid.columns(cell).start.abs_diff(grid.columns(before).end));
        let touches = gap == Some(0);
        let name = above.of(grid, cell);
        if is_value(grid, cell) {
            // What stands far from a name and below none is the number of the page.
            let is_near = gap.is_some_and(|gap| gap < 3);
            let value = Value::of(cell, name);
            match fields.last_mut() {
                Some(field) if field.values.is_empty() || name.is_some() || is_near => {
                    field.values.push(value);
                }
                _ => fields.push(Field { values: vec![value], ..Field::default() }),
            }
            continue;
        }
        let is_last = index + 1 == covering.len();
        match fields.last_mut() {
            Some(Field { values, .. }) if touches && ends_value(grid, cell, values, is_last) => {
                values.last_mut().expect("a value ends").cells.push(cell);
            }
            Some(field) if field.values.is_empty() && touches => field.labels.push(cell),
            _ => {
                let is_beside =
                    |&before: &usize| !grid.begins(before, row) && !is_value(grid, before);
                let outer = before.filter(is_beside);
                fields.push(Field { labels: vec![cell], outer, ..Field::default() });
            }
        }
    }
    fields
}

/// Whether a text goes with the figure that it stands behind: its unit, or its words (02 青森県).
fn ends_value(grid: &Grid<'_>, cell: usize, values: &[Value], is_last: bool) -> bool {
    const UNITS: [&str; 21] = [
        "人",
        "％",
        "%",
        "円",
        "千円",
        "百万円",
        "億円",
        "件",
        "回",
        "世帯",
        "戸",
        "㎡",
        "k㎡",
        "km",
        "ha",
        "台",
        "校",
        "点",
        "倍",
        "年",
        "か所",
    ];
    let text = squeezed(grid.text(cell));
    let is_unit = UNITS.contains(&text.as_str()) || matches!(text.as_str(), "）" | ")");
    let is_word = values.last().is_some_and(|value| value.column.is_empty()) && is_last;
    !values.is_empty() && (is_unit || is_word)
}

/// A figure, or the sign that there is none.
fn is_value(grid: &Grid<'_>, cell: usize) -> bool {
    let text = squeezed(grid.text(cell));
    let is_none = |c| matches!(c, '-' | '－' | '―' | '—' | 'ー' | '…' | '*' | '＊');
    is_figure(&text) || text.chars().all(is_none)
}

//! The columns of a table, by the words of its header.
//!
//! A header may stand on any row, over one row or more, and again on every page; its cells may be merged.
//! It is known by its words (`headers.tsv`) or, in a file that is nothing but a table, by standing above figures.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::record::fiscal_year::FiscalYear;
use crate::record::pages::division;
use crate::record::pages::facts::Evidence;
use crate::record::pages::grid::{Grid, is_blank, one_line, squeezed};
use crate::record::pages::number::item_number;
use crate::record::sheet::furniture::half_width;
use crate::record::sheet::headers;
use crate::record::sheet::lines::is_empty;
use crate::record::sources_file::Declared;
use crate::record::tables::{ColumnRole, Tables};

/// The words that headers are read by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'t> {
    pub(super) tables: &'t Tables,
    pub(super) declared: &'t Declared,
}

/// What the columns of a table hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Schema {
    /// From left to right, without overlap.
    pub(super) columns: Vec<Column>,
    /// The texts of each row of the header, to know it again.
    lines: Vec<Vec<String>>,
    /// Where the cells of the header stand.
    places: Vec<Range<usize>>,
    /// The fiscal years that the header names.
    pub(super) years: BTreeSet<FiscalYear>,
    /// Whether the header was told by the shape of the table, so that every row is an item of its own.
    pub(super) is_of_list: bool,
}

/// A column as its header makes it; a merged header may stand above several columns of the grid.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) range: Range<usize>,
    /// None for text without a role.
    pub(super) role: Option<ColumnRole>,
    /// The weight of the word that speaks for the role.
    weight: u32,
    /// The texts of the header's cells from top to bottom.
    pub(super) heading: Option<String>,
}

/// A header, and the rows it stands on.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) rows: Range<usize>,
    pub(super) schema: Schema,
}

/// How surely a row is a header.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Strength {
    Weak,
    Strong,
}

impl Schema {
    /// Whether a row repeats the header or a row of it.
    pub(super) fn repeats(&self, grid: &Grid<'_>, row: usize) -> bool {
        let begins = || grid.filled(row).filter(|&cell| grid.begins(cell, row));
        let shows = |cell: usize, text: &String| {
            grid.text(cell).chars().filter(|&c| !is_empty(c)).eq(text.chars())
        };
        let is_row = |line: &Vec<String>| {
            let mut texts = line.iter();
            begins().all(|cell| texts.next().is_some_and(|text| shows(cell, text)))
                && texts.next().is_none()
        };
        self.lines.iter().any(|line| !line.is_empty() && is_row(line))
    }

    /// Whether two tables have the same header.
    pub(super) fn is_like(&self, other: &Schema) -> bool {
        self.lines == other.lines
    }

    /// Where these columns stand in another table below the same header, if it stands elsewhere there.
    pub(super) fn ranges_in(&self, other: &Schema) -> Option<Vec<Range<usize>>> {
        if self.places == other.places {
            return None;
        }
        let mut rest = other.columns.iter();
        let mut found = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let same = rest.find(|other| other.heading == column.heading)?;
            found.push(same.range.clone());
        }
        // A name above several columns must stand above as many there.
        let n_named =
            |schema: &Schema| schema.columns.iter().filter(|c| c.heading.is_some()).count();
        (n_named(self) == n_named(other)).then_some(found)
    }

    /// The columns with a role.
    pub(super) fn with(&self, role: ColumnRole) -> impl Iterator<Item = usize> + '_ {
        let has =
            move |(index, column): (usize, &Column)| (column.role == Some(role)).then_some(index);
        self.columns.iter().enumerate().filter_map(has)
    }

    /// Whether some column has a role.
    pub(super) fn has(&self, role: ColumnRole) -> bool {
        self.with(role).next().is_some()
    }

    /// How many columns the grid has for it to be read by this schema.
    pub(super) fn width(&self) -> usize {
        self.columns.last().map_or(0, |column| column.range.end)
    }
}

/// The headers of a table, from top to bottom; one that repeats the one before is left to [`Schema::repeats`].
///
/// `is_list` says that the file is nothing but a table, so that it is likely to have a header whatever its words.
pub(super) fn headers(grid: &Grid<'_>, words: Words<'_>, is_list: bool) -> Vec<Header> {
    let mut found: Vec<Header> = Vec::new();
    let mut row = 0;
    let mut above_all = true;
    while row < grid.rows.len() {
        let repeats = found.last().is_some_and(|header| header.schema.repeats(grid, row));
        let strength = if repeats { None } else { strength(grid, row, words) };
        let is_header = match strength {
            Some(Strength::Strong) => true,
            Some(Strength::Weak) => above_all && stands_above(grid, row, words, is_list),
            None => false,
        };
        if is_header {
            let from = found.last().map_or(0, |header| header.rows.end);
            let rows = extent(grid, row, from, words);
            let schema = schema(grid, rows.clone(), words);
            row = rows.end;
            found.push(Header { rows, schema });
            above_all = false;
            continue;
        }
        // A title in one cell may stand above the header.
        above_all &= grid.filled(row).count() < 2;
        row += 1;
    }
    for index in 0..found.len() {
        let end = found.get(index + 1).map_or(grid.rows.len(), |next| next.rows.start);
        let body = found[index].rows.end..end;
        infer(&mut found[index].schema, grid, body, words.tables);
        if is_list {
            name_rows(&mut found[index].schema);
        }
    }
    found
}

/// In a list of things that have no title, no goal and no result, the first column that ends in 名 (農園名) names them.
fn name_rows(schema: &mut Schema) {
    let tells = [ColumnRole::Title, ColumnRole::Goal, ColumnRole::Result];
    if tells.iter().any(|&role| schema.has(role)) {
        return;
    }
    let is_name = |column: &&mut Column| {
        let heading = squeezed(column.heading.as_deref().unwrap_or_default());
        let stem = heading.strip_suffix("名称").or(heading.strip_suffix('名'));
        column.role.is_none() && stem.is_some_and(|stem| !stem.is_empty())
    };
    if let Some(column) = schema.columns.iter_mut().find(is_name) {
        column.role = Some(ColumnRole::Title);
    }
}

/// The header of a list (see `lists`) on a row; of a numbered one the first column is the number.
pub(super) fn header_of_list(
    grid: &Grid<'_>,
    row: usize,
    is_numbered: bool,
    words: Words<'_>,
) -> Header {
    let mut schema = schema(grid, row..row + 1, words);
    schema.is_of_list = true;
    if is_numbered {
        keep_only(&mut schema, ColumnRole::Number, |index| index == 0);
        let first = schema.columns.iter_mut().find(|column| column.heading.is_some());
        if let Some(first) = first {
            first.role = Some(ColumnRole::Number);
        }
    }
    Header { rows: row..row + 1, schema }
}

/// The role of a header by its words, with the weight of the word that speaks for it.
pub(super) fn role(text: &str, words: Words<'_>) -> Option<(ColumnRole, u32)> {
    // Longer texts are no headers, and parting them would take long.
    const LONGEST_CHARS: usize = 60;
    const BARE: u32 = 3;
    let text = squeezed(text);
    if text.is_empty() || LONGEST_CHARS < text.chars().count() {
        return None;
    }
    if is_bare_division(&text) {
        return Some((ColumnRole::Division, BARE));
    }
    let tables = words.tables;
    let trimmed = text.trim_end_matches(|c: char| {
        matches!(half_width(c), '0'..='9' | '*' | '※' | ':' | '①'..='⑨') || c == '注'
    });
    // Most texts are the same without what is taken away.
    let other =
        |form: &str, known: &str| (form != known).then(|| headers::role(form, tables)).flatten();
    headers::role(&text, tables)
        .or_else(|| other(trimmed, &text))
        .or_else(|| other(&without_years(trimmed), trimmed))
        .or_else(|| other(&without_years(&without_brackets(trimmed)), trimmed))
}

/// 部, 課, 係: levels of a path, which are too short to be words of the table.
fn is_bare_division(text: &str) -> bool {
    matches!(
        text,
        "部" | "局"
            | "課"
            | "室"
            | "係"
            | "班"
            | "担当"
            | "部局"
            | "局部"
            | "グループ"
            | "センター"
    )
}

/// A header without the years that it carries: 令和４年度の目標, 目標（R4）.
fn without_years(text: &str) -> Cow<'_, str> {
    if !FiscalYear::may_stand_in(text) && !text.contains("（）") && !text.contains("()") {
        return without_particle(text).into();
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match year_at_start(rest) {
            Some(end) => rest = &rest[end..],
            None => {
                kept.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    without_particle(&kept.replace("（）", "").replace("()", "")).to_owned().into()
}

/// A text without what ties it to a year in front.
fn without_particle(text: &str) -> &str {
    text.trim_start_matches(['の', '・', '、', '末', '～', '〜'])
}

/// Where the year that `text` begins with ends.
fn year_at_start(text: &str) -> Option<usize> {
    const LONGEST_CHARS: usize = 8;
    if !text.starts_with(FiscalYear::may_begin) {
        return None;
    }
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let ends: Vec<usize> = ends.take(LONGEST_CHARS).skip(1).collect();
    ends.into_iter().rev().find(|&end| {
        let form = &text[..end];
        // A bare number is no year here: 目標2025 stays whole where it is no word.
        let is_named = !form.chars().all(|c| half_width(c).is_ascii_digit());
        is_named && FiscalYear::parse(form).is_some()
    })
}

/// A header without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '（' | '(' | '［' | '[' | '【' | '〔' => depth += 1,
            '）' | ')' | '］' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// The role that is declared for a header, else the one of its words.
pub(super) fn declared_or_read(text: &str, words: Words<'_>) -> Option<(Option<ColumnRole>, u32)> {
    match words.declared.role(&squeezed(text)) {
        Some(role) => Some((role, u32::MAX)),
        None => role(text, words).map(|(role, weight)| (Some(role), weight)),
    }
}

/// The texts of the cells that begin in a row.
pub(super) fn texts(grid: &Grid<'_>, row: usize) -> Vec<String> {
    let begins = grid.filled(row).filter(|&cell| grid.begins(cell, row));
    begins.map(|cell| squeezed(grid.text(cell))).collect()
}

/// Whether a text could stand in a header, whatever its words.
fn is_header_like(text: &str) -> bool {
    const LONGEST_CHARS: usize = 60;
    text.chars().count() <= LONGEST_CHARS && !text.contains('。') && !is_figure(text)
}

/// A number, an amount, a date: what stands in rows and not in headers.
pub(super) fn is_figure(text: &str) -> bool {
    let is_sign = |c| {
        matches!(c, '0'..='9' | ',' | '.' | '-' | '+' | '%' | '/' | ':' | '▲' | '△' | '(' | ')')
    };
    let is_unit = |c| matches!(c, '円' | '人' | '件' | '回' | '歳');
    let half = || text.chars().map(half_width);
    let mut behind = half().skip_while(|&c| is_sign(c));
    // Nearly every text that is no figure is told by its first character.
    behind.all(is_unit) && half().any(|c| c.is_ascii_digit())
}

/// How surely a row is a header, by its words.
fn strength(grid: &Grid<'_>, row: usize, words: Words<'_>) -> Option<Strength> {
    let begun = grid.filled(row).filter(|&cell| grid.begins(cell, row));
    let texts = begun.map(|cell| Some(squeezed(grid.text(cell))).filter(|t| is_header_like(t)));
    let texts: Vec<String> = texts.collect::<Option<_>>()?;
    if texts.len() < 2 {
        return None;
    }
    let found: Vec<_> = texts.iter().filter_map(|text| declared_or_read(text, words)).collect();
    let roles: BTreeSet<_> = found.iter().map(|(role, _)| role).collect();
    let telling = found.len() * 3;
    Some(match roles.len() {
        0 | 1 => Strength::Weak,
        2 if telling < texts.len() => Strength::Weak,
        _ => Strength::Strong,
    })
}

/// Whether the first row of a table is its header though its words do not say so surely.
fn stands_above(grid: &Grid<'_>, row: usize, words: Words<'_>, is_list: bool) -> bool {
    let header: Vec<usize> = grid.filled(row).collect();
    let texts: BTreeSet<String> = texts(grid, row).into_iter().collect();
    let width = grid.cells.iter().enumerate().map(|(cell, _)| grid.columns(cell).end).max();
    let n_covered: usize = header.iter().map(|&cell| grid.columns(cell).len()).sum();
    let n_below = grid.rows.len() - row - 1;
    // Every column has a name of its own.
    if n_below == 0 || texts.len() < header.len() || n_covered * 5 < width.unwrap_or_default() * 4 {
        return false;
    }
    let has_role = texts.iter().any(|text| declared_or_read(text, words).is_some());
    let above_figures = header.iter().any(|&cell| {
        let column = grid.columns(cell).start;
        let below = (row + 1..grid.rows.len()).filter_map(|r| grid.at(r, column));
        let below: Vec<String> =
            below.map(|c| squeezed(grid.text(c))).filter(|text| !text.is_empty()).collect();
        let n_figures = below.iter().filter(|text| is_figure(text)).count();
        below.len() * 3 <= n_figures * 5 && !below.is_empty()
    });
    (has_role && (above_figures || is_list)) || (is_list && above_figures)
}

/// The rows of the header that has its words on `row`: cells merged over rows, groups above, names below.
fn extent(grid: &Grid<'_>, row: usize, from: usize, words: Words<'_>) -> Range<usize> {
    let mut rows = row..row + 1;
    while from < rows.start && is_group_row(grid, rows.start - 1, rows.start, words) {
        rows.start -= 1;
    }
    while rows.end < grid.rows.len() && is_row_of_names(grid, rows.clone()) {
        rows.end += 1;
    }
    rows
}

/// Whether a row names groups of the columns that the row below names: 令和４年度 above 目標 and 結果.
fn is_group_row(grid: &Grid<'_>, row: usize, below: usize, words: Words<'_>) -> bool {
    let cells: Vec<usize> = grid.filled(row).collect();
    let is_title = |cell: &usize| {
        let text = squeezed(grid.text(*cell));
        let is_word =
            FiscalYear::parse(&text).is_some() || declared_or_read(&text, words).is_some();
        !is_word && Evidence::of_title(grid.text(*cell)).is_some()
    };
    if cells
        .iter()
        .any(|&cell| !is_header_like(&squeezed(grid.text(cell))) || !grid.begins(cell, row))
        || cells.iter().any(is_title)
    {
        return false;
    }
    let is_over_blank = |cell: &usize| {
        let beneath = grid.at(below, grid.columns(*cell).start);
        beneath.is_none_or(|beneath| beneath == *cell || is_blank(grid.text(beneath)))
    };
    let n_over_blank = cells.iter().filter(|cell| is_over_blank(cell)).count();
    let n_merged = cells.iter().filter(|&&cell| 1 < grid.columns(cell).len()).count();
    2 <= cells.len() && 0 < n_over_blank + n_merged
        || (n_over_blank == cells.len() && n_over_blank == 1 && n_merged == 0)
}

/// Whether the row behind a header names the columns below its merged cells.
fn is_row_of_names(grid: &Grid<'_>, header: Range<usize>) -> bool {
    let (last, row) = (header.end - 1, header.end);
    let begun: Vec<usize> = grid.filled(row).filter(|&cell| grid.begins(cell, row)).collect();
    let reaches_down = |cell: usize| {
        let reached = &grid.cells[cell];
        grid.rows[row].number < reached.row.saturating_add(reached.n_rows)
    };
    let has_merged_rows = grid.filled(last).any(reaches_down);
    if begun.is_empty() {
        return has_merged_rows;
    }
    let is_below_group = |&cell: &usize| {
        let column = grid.columns(cell).start;
        match grid.at(last, column) {
            // A group is wider than the names below it.
            Some(above) if !is_blank(grid.text(above)) => {
                grid.columns(cell).len() < grid.columns(above).len()
                    || is_followed_by_blank(grid, last, above)
                        && has_merged_or_blank(grid, last, row)
            }
            // Without merging, a group stands in the first of its columns.
            _ => grid.rows[last]
                .cells
                .iter()
                .any(|&c| grid.columns(c).start < column && !is_blank(grid.text(c))),
        }
    };
    begun.iter().all(|&cell| is_header_like(&squeezed(grid.text(cell))))
        && begun.iter().all(is_below_group)
        && 2 <= begun.len()
        && (has_merged_rows || has_merged_or_blank(grid, last, row))
}

/// Whether the place behind a cell is empty, so that the cell may name a group.
fn is_followed_by_blank(grid: &Grid<'_>, row: usize, cell: usize) -> bool {
    grid.at(row, grid.columns(cell).end).is_none_or(|next| is_blank(grid.text(next)))
}

/// Whether some name of the header stands above an empty place, as where names and groups are mixed.
fn has_merged_or_blank(grid: &Grid<'_>, header: usize, row: usize) -> bool {
    grid.filled(header).any(|cell| {
        let below = grid.at(row, grid.columns(cell).start);
        below.is_none_or(|below| below == cell || is_blank(grid.text(below)))
    })
}

/// The schema that the rows of a header make.
fn schema(grid: &Grid<'_>, rows: Range<usize>, words: Words<'_>) -> Schema {
    let stacks = stacks(grid, rows.clone());
    let mut schema = Schema::default();
    let mut last: Option<&[usize]> = None;
    for (column, stack) in &stacks {
        if last == Some(stack.as_slice()) && !stack.is_empty() {
            let open = schema.columns.last_mut().expect("a stack was seen before");
            open.range.end = column + 1;
            continue;
        }
        schema.columns.push(named(grid, *column, stack, words));
        last = Some(stack);
    }
    for row in rows.clone() {
        schema.lines.push(texts(grid, row));
        schema.places.extend(grid.filled(row).map(|cell| grid.columns(cell)));
        for cell in grid.filled(row) {
            schema.years.extend(FiscalYear::find(grid.text(cell)));
        }
    }
    schema.lines.retain(|line| !line.is_empty());
    settle_roles(&mut schema);
    schema
}

/// For each column of the grid the cells of the header above it, from top to bottom.
fn stacks(grid: &Grid<'_>, rows: Range<usize>) -> Vec<(usize, Vec<usize>)> {
    // No header is wider; what a workbook claims beyond has no text.
    const MOST_COLUMNS: usize = 4096;
    let filled = (0..grid.rows.len()).flat_map(|row| grid.filled(row));
    let width = filled.map(|cell| grid.columns(cell).end).max().unwrap_or_default();
    let mut stacks: Vec<(usize, Vec<usize>)> =
        (0..width.min(MOST_COLUMNS)).map(|column| (column, Vec::new())).collect();
    for row in rows.clone() {
        let mut group: Option<usize> = None;
        for (column, stack) in &mut stacks {
            let column = *column;
            let cell = grid.at(row, column).filter(|&cell| !is_blank(grid.text(cell)));
            if let Some(cell) = cell {
                group = Some(cell);
                if stack.last() != Some(&cell) {
                    stack.push(cell);
                }
            } else if row + 1 < rows.end
                && let Some(group) = group
                && is_named_below(grid, rows.clone(), column)
                && is_named_below(grid, rows.clone(), grid.columns(group).start)
            {
                // Without merging, a group's name stands in the first of its columns.
                stack.push(group);
            }
        }
    }
    stacks
}

/// Whether the last row of a header has a name of its own in a column.
fn is_named_below(grid: &Grid<'_>, rows: Range<usize>, column: usize) -> bool {
    let last = rows.end - 1;
    let cell = grid.at(last, column).filter(|&cell| grid.begins(cell, last));
    cell.is_some_and(|cell| !is_blank(grid.text(cell)))
}

/// The column below a stack of header cells.
fn named(grid: &Grid<'_>, column: usize, stack: &[usize], words: Words<'_>) -> Column {
    let texts: Vec<String> = stack.iter().map(|&cell| one_line(grid.text(cell))).collect();
    let heading = texts.join(" ");
    let whole = words.declared.role(&squeezed(&heading)).map(|role| (role, u32::MAX));
    // Of several names the lowest wins among equals: 実績 above 件数 is a result, 目標 above 結果 as well.
    let found = texts.iter().filter_map(|text| declared_or_read(text, words));
    let best = whole.or_else(|| found.reduce(|a, b| if a.1 <= b.1 { b } else { a }));
    let (role, weight) = best.unwrap_or((None, 0));
    let heading = (!heading.is_empty()).then_some(heading);
    Column { range: column..column + 1, role, weight, heading }
}

/// One column is the number, the category, the title, the year; the others of that role are text.
fn settle_roles(schema: &mut Schema) {
    let first = [ColumnRole::Number, ColumnRole::Category, ColumnRole::FiscalYear];
    for role in first {
        let best = schema.with(role).reduce(|best, next| {
            if schema.columns[best].weight < schema.columns[next].weight { next } else { best }
        });
        keep_only(schema, role, |index| Some(index) == best);
    }
    // Of 施策名 and 事業名 the one farther to the right names the row.
    let last = schema.with(ColumnRole::Title).last();
    keep_only(schema, ColumnRole::Title, |index| Some(index) == last);
    // 都道府県名 and 市区町村名 are one name; of other offices the first is whose the row is.
    let offices: Vec<usize> = schema.with(ColumnRole::Organization).collect();
    let is_region = |index: usize| {
        let heading = schema.columns[index].heading.as_deref().unwrap_or_default();
        heading.contains("都道府県")
    };
    let n_kept = if offices.first().is_some_and(|&first| is_region(first)) { 2 } else { 1 };
    let kept: Vec<usize> = offices.into_iter().take(n_kept).collect();
    keep_only(schema, ColumnRole::Organization, |index| kept.contains(&index));
    let path = division_columns(schema);
    keep_only(schema, ColumnRole::Division, |index| path.contains(&index));
}

fn keep_only(schema: &mut Schema, role: ColumnRole, is_kept: impl Fn(usize) -> bool) {
    for (index, column) in schema.columns.iter_mut().enumerate() {
        if column.role == Some(role) && !is_kept(index) {
            column.role = None;
        }
    }
}

/// The columns that make a path: 部, 課 and 係, or the first of several of one rank (所管課, 関係課).
fn division_columns(schema: &Schema) -> Vec<usize> {
    let mut path: Vec<usize> = Vec::new();
    let mut deepest: Option<u8> = None;
    for index in schema.with(ColumnRole::Division) {
        let heading = schema.columns[index].heading.as_deref().unwrap_or_default();
        let heading = squeezed(heading);
        let level = heading.trim_end_matches('名').trim_end_matches("名称");
        let rank = division::rank(level);
        let is_below = match (deepest, rank) {
            (Some(above), Some(rank)) => above < rank,
            _ => false,
        };
        if path.is_empty() || is_below {
            path.push(index);
            // 部署 may be of any rank: what follows is below it only if it says so.
            deepest = Some(rank.unwrap_or(0));
        }
    }
    path
}

/// Tells the columns below one merged header, or without a name, apart by what they hold.
///
/// 部署名 above three columns may hold divisions, numbers and categories.
fn infer(schema: &mut Schema, grid: &Grid<'_>, body: Range<usize>, tables: &Tables) {
    let mut columns: Vec<Column> = Vec::new();
    let mut has_number = schema.has(ColumnRole::Number);
    let mut has_category = schema.has(ColumnRole::Category);
    // Whether the columns so far stand below a division or beside it.
    let mut beside_division = false;
    let mut behind_number = false;
    for mut column in std::mem::take(&mut schema.columns) {
        if column.role == Some(ColumnRole::Number) && 1 == column.range.len() {
            // Identifiers like A-1 are no numbers of items.
            let held = Held::of(grid, body.clone(), column.range.start, tables);
            if 0 < held.n_texts && held.n_numbers == 0 {
                column.role = None;
                has_number = false;
            }
        }
        let is_division = column.role == Some(ColumnRole::Division);
        let is_nameless = column.heading.is_none();
        let is_one_division = !is_division || column.range.len() < 2;
        if is_one_division && !is_nameless {
            beside_division = is_division;
            behind_number = false;
            columns.push(column);
            continue;
        }
        for place in column.range.clone() {
            let held = Held::of(grid, body.clone(), place, tables);
            let below_division = is_division || beside_division;
            let is_first = place == column.range.start;
            let role = if held.is_numbers() && !has_number && (below_division || columns.is_empty())
            {
                has_number = true;
                behind_number = true;
                Some(ColumnRole::Number)
            } else if below_division && held.is_divisions() {
                Some(ColumnRole::Division)
            } else if below_division
                && !has_category
                && (held.is_categories() || (behind_number && held.is_short()))
            {
                has_category = true;
                Some(ColumnRole::Category)
            } else {
                column.role
            };
            beside_division = below_division;
            // Places that no cell begins in belong to the column before.
            let same =
                columns.last().is_some_and(|last| last.range.end == place && last.role == role);
            if held.n_texts == 0 && !is_first && same {
                columns.last_mut().expect("it was seen above").range.end = place + 1;
                continue;
            }
            let heading = column.heading.clone();
            columns.push(Column { range: place..place + 1, role, weight: column.weight, heading });
        }
    }
    schema.columns = columns;
}

/// What the cells of a column hold.
struct Held {
    n_texts: usize,
    n_numbers: usize,
    n_divisions: usize,
    n_categories: usize,
    n_short: usize,
}

impl Held {
    fn of(grid: &Grid<'_>, body: Range<usize>, column: usize, tables: &Tables) -> Held {
        const SHORT_CHARS: usize = 16;
        let mut held =
            Held { n_texts: 0, n_numbers: 0, n_divisions: 0, n_categories: 0, n_short: 0 };
        // What the first rows hold, the others do.
        const MOST_ROWS: usize = 500;
        for row in body.take(MOST_ROWS) {
            let begun = grid
                .filled(row)
                .find(|&cell| grid.begins(cell, row) && grid.columns(cell).start == column);
            let Some(cell) = begun else { continue };
            let text = squeezed(grid.text(cell));
            held.n_texts += 1;
            held.n_numbers += usize::from(item_number(&text).is_some());
            held.n_categories += usize::from(tables.knows_category(&text));
            let names = crate::record::sheet::heads::is_division(&text, tables);
            held.n_divisions += usize::from(names);
            held.n_short +=
                usize::from(text.chars().count() <= SHORT_CHARS && !text.contains('。'));
        }
        held
    }

    fn is_numbers(&self) -> bool {
        0 < self.n_texts && self.n_texts * 3 <= self.n_numbers * 5
    }

    fn is_divisions(&self) -> bool {
        0 < self.n_texts && self.n_texts < self.n_divisions * 2
    }

    fn is_categories(&self) -> bool {
        0 < self.n_texts && self.n_texts < self.n_categories * 2
    }

    fn is_short(&self) -> bool {
        0 < self.n_texts && self.n_texts * 4 <= self.n_short * 5
    }
}

//! Heads of records: the lines with division, number and category that stand above the text of each item.
//!
//! A head is found in three steps. Every line is judged by itself: could it be part of a head, and how surely?
//! Neighbouring lines that could be are a run. A chain over the whole sheet then chooses which runs are heads and which
//! of their figures is the item's number: numbers that count up, begin again at 1 under another division, and have
//! text between them win over page numbers and over text that looks like a head.

use std::collections::HashMap;
use std::ops::Range;

use crate::record::sheet::furniture::half_width;
use crate::record::sheet::kinds::Kind;
use crate::record::sheet::lines::{Line, is_empty, is_invisible};
use crate::record::sheet::paragraphs::{
    LineHabits, ends_sentence, is_empty_cell, is_label, marker, starts_paragraph,
};
use crate::record::tables::Tables;

/// The head of a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Head {
    /// The lines from the first to the last of the head, as indices.
    pub(super) lines: Vec<usize>,
    pub(super) number: Option<(u32, Range<usize>)>,
    /// The elements of the path, where the head prints one.
    pub(super) division: Vec<String>,
    pub(super) division_ranges: Vec<Range<usize>>,
    pub(super) category: Option<String>,
    pub(super) category_ranges: Vec<Range<usize>>,
    /// Figures inside the head that are page numbers.
    pub(super) furniture: Vec<Range<usize>>,
}

/// What was found: heads in the order of the sheet, and lines that are bare page numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Heads {
    pub(super) heads: Vec<Head>,
    pub(super) page_numbers: Vec<usize>,
}

/// A piece of a line that could be part of a head.
#[derive(Clone, Debug, PartialEq)]
struct Token<'s> {
    range: Range<usize>,
    text: &'s str,
    part: Part,
    line: usize,
    /// Whether nothing but this token stands on the line.
    alone: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    Number(u32),
    /// Ends like the name of a division, or is one of the table.
    Division,
    /// Is a category of the table.
    Category,
    /// One character, as in a vertical category.
    Single,
    Unknown,
}

/// How surely a line is part of a head.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Strength {
    Strong,
    /// Figures and nothing else: an item's number or a page number.
    Figures,
    /// Short and without punctuation; counts beside surer lines only.
    Weak,
}

#[derive(Clone, Debug, PartialEq)]
struct HeadLine<'s> {
    tokens: Vec<Token<'s>>,
    strength: Strength,
    /// Whether the text above breaks off in the middle of a sentence.
    mid_sentence: bool,
}

/// Neighbouring lines that could be a head.
#[derive(Clone, Debug, Default)]
struct Run {
    lines: Vec<usize>,
    has_division: bool,
    has_category: bool,
    /// A category that is likely but not known.
    may_have_category: bool,
    mid_sentence: bool,
    /// Figures and nothing else at the edge of a page, as page numbers stand.
    at_page_edge: bool,
    /// The text lines between the run before and this one.
    n_text_lines_before: usize,
}

/// A figure that may be an item's number, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
struct NumberToken {
    line: usize,
    token: usize,
    value: u32,
}

/// A way to read a run: which of its tokens is the item's number.
#[derive(Clone, Copy, Debug)]
struct Choice {
    run: usize,
    number: Option<NumberToken>,
    score: f32,
}

/// How a sheet prints the numbers of its items; other figures in it are marks of lists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum NumberStyle {
    /// `1`, `１．`, `No.1`.
    Plain,
    /// `(1)`, `（１）`, `⑴`.
    Bracketed,
    /// `①`.
    Circled,
}

/// Plain first: where two readings are as good, brackets and circles are the marks of a list.
const NUMBER_STYLES: [NumberStyle; 3] =
    [NumberStyle::Plain, NumberStyle::Bracketed, NumberStyle::Circled];

/// Whether `line` by itself reads as a head with a number: 総務課 1.
pub(super) fn has_number(line: &Line<'_>, tables: &Tables) -> bool {
    NUMBER_STYLES.iter().any(|&style| {
        let tokens = tokens(line, 0, tables, style);
        let has_number = tokens.iter().any(|t| matches!(t.part, Part::Number(_)));
        has_number && strength(line, &tokens) == Some(Strength::Strong)
    })
}

/// Finds the heads of a sheet.
pub(super) fn heads(
    lines: &[Line<'_>],
    kinds: &[Kind],
    tables: &Tables,
    habits: &LineHabits,
) -> Heads {
    // How much better brackets and circles must read than plain figures: the marks of lists count up as well.
    const MARGIN: f32 = 1.5;
    let styles = NUMBER_STYLES.into_iter().filter(|&style| prints_style(lines, style));
    let best = styles
        .map(|style| Reading::of(lines, kinds, tables, habits, style))
        .reduce(|best, next| if best.score.max(0.0) * MARGIN < next.score { next } else { best });
    let Some(Reading { page_numbers, judged, runs, chosen, .. }) = best else {
        return Heads::default();
    };
    let habit = category_habit(&runs, &chosen, &judged, lines, tables);
    let mut found = Heads { page_numbers, ..Heads::default() };
    for (run, choice) in runs.iter().zip(&chosen) {
        match choice {
            Some(number) => found.heads.push(label(lines, run, &judged, *number, tables, habit)),
            None => found.page_numbers.extend(run.lines.iter().filter(|&&index| {
                let figures =
                    judged[index].as_ref().is_some_and(|h| h.strength == Strength::Figures);
                figures && is_apart(lines, kinds, index)
            })),
        }
    }
    found
}

/// A sheet read by one style of numbers.
struct Reading<'s> {
    score: f32,
    /// Bare figures, where the style of the items is another.
    page_numbers: Vec<usize>,
    judged: Vec<Option<HeadLine<'s>>>,
    runs: Vec<Run>,
    chosen: Vec<Option<Option<NumberToken>>>,
}

impl<'s> Reading<'s> {
    fn of(
        lines: &[Line<'s>],
        kinds: &[Kind],
        tables: &Tables,
        habits: &LineHabits,
        style: NumberStyle,
    ) -> Reading<'s> {
        let mut kinds = kinds.to_vec();
        let page_numbers: Vec<usize> = (0..lines.len())
            .filter(|&index| {
                let is_end = lines.get(index + 1).is_none_or(|below| below.gap);
                style != NumberStyle::Plain
                    && kinds[index] == Kind::Content
                    && lines[index].gap
                    && is_end
                    && plain_number(lines[index].content).is_some()
            })
            .collect();
        page_numbers.iter().for_each(|&index| kinds[index] = Kind::Furniture);
        let judged = judge(lines, &kinds, tables, habits, style);
        let mut runs = runs(lines, &kinds, &judged, tables);
        let (mut score, mut chosen) = choose(&runs, &judged);
        if prints_bare_numbers(&runs, &chosen, &judged) {
            runs.iter_mut().for_each(|run| run.at_page_edge = false);
            (score, chosen) = choose(&runs, &judged);
        }
        Reading { score, page_numbers, judged, runs, chosen }
    }
}

/// Whether many items of the sheet have a head of bare figures: what stands at a page's edge may be one as well.
fn prints_bare_numbers(
    runs: &[Run],
    chosen: &[Option<Option<NumberToken>>],
    judged: &[Option<HeadLine<'_>>],
) -> bool {
    let is_bare = |run: &Run| match run.lines[..] {
        [line] => judged[line].as_ref().is_some_and(|h| h.strength == Strength::Figures),
        _ => false,
    };
    let heads = || runs.iter().zip(chosen).filter(|(_, choice)| choice.is_some());
    heads().count() < 4 * heads().filter(|(run, _)| is_bare(run)).count()
}

/// Whether a reading by `style` can differ from the plain one: a number of that style stands by itself on some line.
fn prints_style(lines: &[Line<'_>], style: NumberStyle) -> bool {
    let prints = |line: &Line<'_>| line.content.split(is_empty).any(|t| number(t, style).is_some());
    style == NumberStyle::Plain || lines.iter().any(prints)
}

/// Whether a line stands apart from the text around it, as page numbers do.
fn is_apart(lines: &[Line<'_>], kinds: &[Kind], index: usize) -> bool {
    let is_text = |i: usize| kinds.get(i).is_some_and(|kind| *kind == Kind::Content);
    let above = index.checked_sub(1).is_none_or(|above| lines[index].gap || !is_text(above));
    let below = lines.get(index + 1).is_none_or(|below| below.gap || !is_text(index + 1));
    above || below
}

/// Judges every line by itself and against the line above.
fn judge<'s>(
    lines: &[Line<'s>],
    kinds: &[Kind],
    tables: &Tables,
    habits: &LineHabits,
    style: NumberStyle,
) -> Vec<Option<HeadLine<'s>>> {
    let columns = columns(lines, habits);
    let mut judged: Vec<Option<HeadLine<'s>>> = Vec::with_capacity(lines.len());
    // The content line above, and whether it is text.
    let mut above: Option<usize> = None;
    for (index, line) in lines.iter().enumerate() {
        if kinds[index] != Kind::Content {
            judged.push(None);
            continue;
        }
        let tokens = tokens(line, index, tables, style);
        let head = strength(line, &tokens).map(|strength| HeadLine {
            tokens,
            strength,
            mid_sentence: false,
        });
        let text_above = above.filter(|&i| judged[i].is_none());
        let broken_off = text_above.is_some_and(|i| {
            // A label announces text, so that what follows it is no head either.
            is_label(lines[i].content) || breaks_off(&lines[i], columns[i], habits)
        });
        let adjacent = !line.gap && above.is_some_and(|above| above + 1 == index);
        let head = head.and_then(|head| keep_beside_text(head, broken_off, adjacent));
        let below_head = adjacent && text_above.is_none() && above.is_some();
        let head = head.or_else(|| second_half(line, index, below_head.then(|| &lines[index - 1])));
        let head = head.filter(|_| text_above.is_none() || !is_empty_cell(line));
        judged.push(head);
        above = Some(index);
    }
    judged
}

/// ・障害課 below 高齢: a name broken before its middle dot, which is no bullet there.
fn second_half<'s>(
    line: &Line<'s>,
    index: usize,
    upper: Option<&Line<'_>>,
) -> Option<HeadLine<'s>> {
    const LONGEST_CHARS: usize = 12;
    let is_short = |line: &Line<'_>| line.content.chars().count() <= LONGEST_CHARS;
    let upper = upper.filter(|upper| is_short(upper) && marker(upper.content).is_none())?;
    let is_name = !upper.content.ends_with(['）', ')'])
        && !line.content.contains(is_empty)
        && !line.content.contains(['。', '、', '「', '：', 'を']);
    if !is_short(line) || !is_name || !line.content.starts_with('・') {
        return None;
    }
    let range = line.start..line.end();
    let part = if ends_like_division(line.content) { Part::Division } else { Part::Unknown };
    let token = Token { range, text: line.content, part, line: index, alone: true };
    Some(HeadLine { tokens: vec![token], strength: Strength::Weak, mid_sentence: false })
}

/// Whether a line of text stops in the middle of a sentence at the end of its column.
fn breaks_off(text: &Line<'_>, column: usize, habits: &LineHabits) -> bool {
    if ends_sentence(text.content) || is_label(text.content) || is_empty_cell(text) {
        return false;
    }
    text.content.ends_with(['、', '，', '・']) || habits.is_full(text.width, column)
}

/// What could be a head by itself may be the tail of the sentence above.
fn keep_beside_text(
    mut head: HeadLine<'_>,
    broken_off: bool,
    adjacent: bool,
) -> Option<HeadLine<'_>> {
    if !broken_off {
        return Some(head);
    }
    // Division and number on one line are too much for a coincidence.
    let sure = head.strength == Strength::Strong && 2 <= head.tokens.len();
    if (adjacent || head.strength == Strength::Weak) && !sure {
        return None;
    }
    head.mid_sentence = true;
    Some(head)
}

/// For each line the width of the column it stands in: the widest line of its block.
fn columns(lines: &[Line<'_>], habits: &LineHabits) -> Vec<usize> {
    // A block of few lines shows no column, one of very many holds several.
    const SHOWING: std::ops::RangeInclusive<usize> = 2..=40;
    let mut columns = vec![habits.full_width; lines.len()];
    let mut start = 0;
    for end in 1..=lines.len() {
        if end < lines.len() && !lines[end].gap {
            continue;
        }
        if SHOWING.contains(&(end - start)) {
            let widest = lines[start..end].iter().map(|l| l.width).max().unwrap_or_default();
            columns[start..end].fill(widest);
        }
        start = end;
    }
    columns
}

/// Cuts a line at its spaces, and figures off a division or a category.
fn tokens<'s>(
    line: &Line<'s>,
    index: usize,
    tables: &Tables,
    style: NumberStyle,
) -> Vec<Token<'s>> {
    // Longer lines are text; looking at all their pieces would be for nothing.
    const LONGEST_CHARS: usize = 48;
    if LONGEST_CHARS < line.content.chars().count() {
        return Vec::new();
    }
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut start = None;
    for (at, c) in line.content.char_indices().chain([(line.content.len(), ' ')]) {
        match (is_empty(c), start) {
            (true, Some(from)) => {
                pieces.push(from..at);
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    join_number_signs(line.content, &mut pieces, style);
    let pieces: Vec<Range<usize>> = pieces
        .into_iter()
        .flat_map(|piece| cut_figures(line.content, piece, tables, style))
        .collect();
    let alone = pieces.len() == 1;
    let token = |range: Range<usize>| {
        let text = &line.content[range.clone()];
        let range = line.start + range.start..line.start + range.end;
        Token { range, text, part: part(text, tables, style), line: index, alone }
    };
    pieces.into_iter().map(token).collect()
}

/// `No. 1`: the sign and the figures are one token.
fn join_number_signs(content: &str, pieces: &mut Vec<Range<usize>>, style: NumberStyle) {
    let mut index = 0;
    while index + 1 < pieces.len() {
        let sign: String = content[pieces[index].clone()].chars().map(half_width).collect();
        let is_sign =
            matches!(sign.to_lowercase().as_str(), "no." | "no" | "№" | "第" | "#" | "番号");
        if is_sign && number(&content[pieces[index + 1].clone()], style).is_some() {
            let end = pieces.remove(index + 1).end;
            pieces[index].end = end;
        }
        index += 1;
    }
}

/// `総務課1` and `1共通` are two tokens each.
fn cut_figures(
    content: &str,
    piece: Range<usize>,
    tables: &Tables,
    style: NumberStyle,
) -> Vec<Range<usize>> {
    let text = &content[piece.clone()];
    let name = &text[..text.len() - figures_at_end(text, style)];
    if !name.is_empty() && name.len() < text.len() {
        let sign = ["No.", "Ｎｏ．", "№", "No"].iter().find_map(|sign| name.strip_suffix(sign));
        let name = sign.unwrap_or(name);
        if is_division(name, tables) && number(&text[name.len()..], style).is_some() {
            let cut = piece.start + name.len();
            return vec![piece.start..cut, cut..piece.end];
        }
    }
    let rest = &text[figures_at_start(text, style)..];
    if !rest.is_empty() && rest.len() < text.len() && tables.knows_category(rest) {
        let cut = piece.end - rest.len();
        return vec![piece.start..cut, cut..piece.end];
    }
    vec![piece]
}

/// The length of the figures that `text` begins with.
fn figures_at_start(text: &str, style: NumberStyle) -> usize {
    let bracketed = || {
        let close = text.find(['）', ')'])?;
        let end = close + text[close..].chars().next()?.len_utf8();
        text.starts_with(['（', '(']).then_some(end)
    };
    match style {
        NumberStyle::Bracketed => bracketed().unwrap_or_default(),
        _ => text.len() - text.trim_start_matches(|c| is_figure(c, style)).len(),
    }
}

/// The length of the figures that `text` ends with.
fn figures_at_end(text: &str, style: NumberStyle) -> usize {
    let bracketed = || {
        let open = text.rfind(['（', '('])?;
        text.ends_with(['）', ')']).then_some(text.len() - open)
    };
    match style {
        NumberStyle::Bracketed => bracketed().unwrap_or_default(),
        _ => text.len() - text.trim_end_matches(|c| is_figure(c, style)).len(),
    }
}

fn is_figure(c: char, style: NumberStyle) -> bool {
    match style {
        NumberStyle::Circled => circled(c).is_some(),
        _ => half_width(c).is_ascii_digit(),
    }
}

fn part(text: &str, tables: &Tables, style: NumberStyle) -> Part {
    if let Some(number) = number(text, style) {
        return Part::Number(number);
    }
    if tables.knows_category(text) {
        return Part::Category;
    }
    if is_division(text, tables) {
        return Part::Division;
    }
    if text.chars().filter(|&c| !is_invisible(c)).count() == 1 {
        return Part::Single;
    }
    Part::Unknown
}

/// An item's number as sheets of `style` print it.
fn number(text: &str, style: NumberStyle) -> Option<u32> {
    match style {
        NumberStyle::Plain => plain_number(text),
        NumberStyle::Bracketed => bracketed_number(text),
        NumberStyle::Circled => {
            let mut chars = text.chars();
            chars.next().and_then(circled).filter(|_| chars.next().is_none())
        }
    }
}

/// `1`, `１`, `No.1`, `№１`, `第１`, `1.`.
fn plain_number(text: &str) -> Option<u32> {
    const LARGEST: u32 = 999;
    let text: String = text.chars().filter(|&c| !is_empty(c)).map(half_width).collect();
    let text = text.to_lowercase();
    let signs = ["no.", "no", "№", "第", "#", "番号"];
    let text = signs.iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(&text);
    let text = text.trim();
    let text = text.strip_suffix(['.', '番', '号']).unwrap_or(text);
    let digits = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| digits && (1..=LARGEST).contains(n))
}

/// `(1)`, `（１）`, `[1]`, `1)`, `⑴`.
pub(in crate::record) fn bracketed_number(text: &str) -> Option<u32> {
    let mut chars = text.chars();
    if let (Some(c @ '⑴'..='⒇'), None) = (chars.next(), chars.next()) {
        return Some(u32::from(c) - u32::from('⑴') + 1);
    }
    let inner = text.strip_suffix(['）', ')', ']', '］', '】', '〕'])?;
    let inner = inner.strip_prefix(['（', '(', '[', '［', '【', '〔']).unwrap_or(inner);
    let is_bare = inner.chars().all(|c| half_width(c).is_ascii_digit());
    plain_number(inner).filter(|_| is_bare)
}

pub(in crate::record) fn circled(c: char) -> Option<u32> {
    match c {
        '①'..='⑳' => Some(u32::from(c) - u32::from('①') + 1),
        '㉑'..='㉟' => Some(u32::from(c) - u32::from('㉑') + 21),
        _ => None,
    }
}

/// What names of divisions end with.
const DIVISION_ENDINGS: [&str; 26] = [
    "課",
    "部",
    "室",
    "係",
    "所",
    "局",
    "館",
    "署",
    "班",
    "園",
    "校",
    "担当",
    "センター",
    "グループ",
    "チーム",
    "プラザ",
    "ステーション",
    "事務局",
    "委員会",
    "本部",
    "支部",
    "分室",
    "院",
    "団",
    "窓口係",
    "推進員",
];

/// Whether `text` ends like the name of a division, brackets behind it aside.
pub(in crate::record) fn is_division(text: &str, tables: &Tables) -> bool {
    const LONGEST_CHARS: usize = 24;
    let n_chars = text.chars().count();
    if !(2..=LONGEST_CHARS).contains(&n_chars) {
        return false;
    }
    // Particles and verbs make a sentence of it.
    const OF_SENTENCES: [&str; 10] = [
        "ます",
        "ました",
        "された",
        "される",
        "できる",
        "ている",
        "から",
        "など",
        "場合",
        "ような",
    ];
    if text.contains(['。', '、', 'を', '「', '：'])
        || OF_SENTENCES.iter().any(|piece| text.contains(piece))
    {
        return false;
    }
    if let Some(inner) = bracketed(text) {
        return ends_like_division(inner);
    }
    let name = match text.rfind(['（', '(']) {
        Some(at) if text.ends_with(['）', ')']) && 0 < at => &text[..at],
        _ => text,
    };
    ends_like_division(name) || tables.knows_division(text)
}

pub(in crate::record) fn ends_like_division(name: &str) -> bool {
    DIVISION_ENDINGS.iter().any(|ending| name.ends_with(ending) && ending.len() <= name.len())
}

/// What stands in the brackets of a text that is nothing but brackets.
fn bracketed(text: &str) -> Option<&str> {
    text.strip_prefix(['（', '('])?.strip_suffix(['）', ')'])
}

/// How surely a line is part of a head, judged by itself.
fn strength(line: &Line<'_>, tokens: &[Token<'_>]) -> Option<Strength> {
    const LONGEST_TOKEN_CHARS: usize = 24;
    const MOST_TOKENS: usize = 6;
    let single = line.content.chars().filter(|&c| !is_invisible(c)).count() == 1;
    if tokens.is_empty()
        || MOST_TOKENS < tokens.len()
        || line.content.contains(['。', '、', '！', '？', '：', '『', '「', '」'])
        || line.content.starts_with('【')
        || tokens.iter().any(|t| LONGEST_TOKEN_CHARS < t.text.chars().count())
    {
        return None;
    }
    let has_number = tokens.iter().any(|t| matches!(t.part, Part::Number(_)));
    if !single && !has_number && marker(line.content).is_some() {
        return None;
    }
    let n_numbers = tokens.iter().filter(|t| matches!(t.part, Part::Number(_))).count();
    let known = tokens.iter().all(|t| t.part != Part::Unknown);
    match (tokens.len(), n_numbers) {
        (1, 1) => Some(Strength::Figures),
        (1, 0) if tokens[0].part == Part::Unknown => {
            // An indent begins a paragraph; names of divisions are seldom indented.
            (!line.printed.starts_with('　')).then_some(Strength::Weak)
        }
        (1, 0) => Some(Strength::Strong),
        (_, 0) if known || tokens.iter().any(|t| t.part == Part::Division) => {
            Some(Strength::Strong)
        }
        (_, 1) if !line.printed.starts_with('　') || known => Some(Strength::Strong),
        _ => None,
    }
}

/// The longest head has a dozen names and a vertical category; longer runs are no heads, and would take long.
const MOST_HEAD_LINES: usize = 80;

/// Gathers neighbouring lines that could be heads.
fn runs(
    lines: &[Line<'_>],
    kinds: &[Kind],
    judged: &[Option<HeadLine<'_>>],
    tables: &Tables,
) -> Vec<Run> {
    let mut recurring: HashMap<&str, usize> = HashMap::new();
    for (index, head) in judged.iter().enumerate() {
        if head.as_ref().is_some_and(|h| h.strength == Strength::Weak) {
            *recurring.entry(lines[index].content).or_default() += 1;
        }
    }
    let mut runs = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut n_text_lines = 0;
    let mut text_above: Option<usize> = None;
    let close = |open: &mut Vec<usize>,
                 text_above: Option<usize>,
                 n_text_lines: &mut usize,
                 runs: &mut Vec<Run>| {
        let gathered = std::mem::take(open);
        let n_gathered = gathered.len();
        let ended = text_above.is_none_or(|i| ends_sentence(lines[i].content));
        let trimmed = trim(gathered, lines, judged, &recurring, ended);
        let Some((leading, kept)) = trimmed else {
            *n_text_lines += n_gathered;
            return;
        };
        let n_trailing = n_gathered - leading - kept.len();
        let mut run = describe(kept, judged, tables, *n_text_lines + leading);
        run.at_page_edge = is_at_page_edge(&run, kinds, judged);
        runs.push(run);
        *n_text_lines = n_trailing;
    };
    for index in 0..lines.len() {
        if kinds[index] != Kind::Content {
            continue;
        }
        let Some(head) = &judged[index] else {
            if !open.is_empty() {
                close(&mut open, text_above, &mut n_text_lines, &mut runs);
            }
            n_text_lines += 1;
            text_above = Some(index);
            continue;
        };
        let is_dash = lines[index].content != "ー" && is_empty_cell(&lines[index]);
        let is_head = is_complete(&open, judged) || (is_dash && may_be_complete(&open, judged));
        let splits = is_head
            && (head.strength == Strength::Weak || is_dash)
            && !is_beside_division(index, lines, judged)
            && !is_half_of_category(index, lines, judged);
        if splits {
            close(&mut open, text_above, &mut n_text_lines, &mut runs);
            n_text_lines += 1;
            text_above = Some(index);
            continue;
        }
        open.push(index);
        if MOST_HEAD_LINES <= open.len() {
            close(&mut open, text_above, &mut n_text_lines, &mut runs);
        }
    }
    if !open.is_empty() {
        close(&mut open, text_above, &mut n_text_lines, &mut runs);
    }
    runs
}

/// Whether the gathered lines hold a number and a category: a weak line after them is text.
fn is_complete(open: &[usize], judged: &[Option<HeadLine<'_>>]) -> bool {
    let tokens = || open.iter().filter_map(|&i| judged[i].as_ref()).flat_map(|h| &h.tokens);
    let has_number = tokens().any(|t| matches!(t.part, Part::Number(_)));
    let has_category = tokens().any(|t| t.part == Part::Category)
        || 2 <= tokens().filter(|t| t.part == Part::Single).count();
    has_number && has_category
}

/// Whether the gathered lines hold a number and something that may be a category.
fn may_be_complete(open: &[usize], judged: &[Option<HeadLine<'_>>]) -> bool {
    let tokens = || open.iter().filter_map(|&i| judged[i].as_ref()).flat_map(|h| &h.tokens);
    tokens().any(|t| matches!(t.part, Part::Number(_)))
        && tokens().any(|t| matches!(t.part, Part::Category | Part::Single | Part::Unknown))
}

/// 改善 below 窓口: the rest of a category that begins with the name of another.
fn is_half_of_category(index: usize, lines: &[Line<'_>], judged: &[Option<HeadLine<'_>>]) -> bool {
    const LONGEST_CHARS: usize = 5;
    let line = &lines[index];
    let above = index.checked_sub(1).and_then(|above| judged[above].as_ref());
    let below_category = above.is_some_and(|head| {
        head.tokens.last().is_some_and(|t| t.part == Part::Category && t.alone)
    });
    let ends = lines.get(index + 1).is_none_or(|next| next.gap);
    below_category
        && !line.gap
        && ends
        && line.content.chars().count() <= LONGEST_CHARS
        && !is_empty_cell(line)
}

/// Whether a division is printed directly above or below a line.
fn is_beside_division(index: usize, lines: &[Line<'_>], judged: &[Option<HeadLine<'_>>]) -> bool {
    let prints = |i: usize| {
        judged[i].as_ref().is_some_and(|h| h.tokens.iter().any(|t| t.part == Part::Division))
    };
    // A name may be broken twice: 道路公園セン, ター above 整備課.
    const MOST_HALVES: usize = 2;
    let mut above = (0..index).rev().take(MOST_HALVES).take_while(|&i| {
        lines.get(i + 1).is_some_and(|l| !l.gap) && judged.get(i).is_some_and(Option::is_some)
    });
    let above = above.any(prints);
    let mut below = (index + 1..).take(MOST_HALVES).take_while(|&i| {
        lines.get(i).is_some_and(|l| !l.gap) && judged.get(i).is_some_and(Option::is_some)
    });
    let below = below.any(prints);
    above || below
}

/// Takes the weak lines off the ends of a run that belong to the text around it.
/// Returns how many were taken off the start, and what is left.
fn trim(
    gathered: Vec<usize>,
    lines: &[Line<'_>],
    judged: &[Option<HeadLine<'_>>],
    recurring: &HashMap<&str, usize>,
    text_above_ended: bool,
) -> Option<(usize, Vec<usize>)> {
    let is_weak = |i: usize| judged[i].as_ref().is_none_or(|h| h.strength == Strength::Weak);
    let first = gathered.iter().position(|&i| !is_weak(i))?;
    let last = gathered.iter().rposition(|&i| !is_weak(i))?;
    let mut start = first;
    while 0 < start {
        let candidate = gathered[start - 1];
        let beside = !lines[gathered[start]].gap && candidate + 1 == gathered[start];
        let recurs = recurring.get(lines[candidate].content).is_some_and(|&n| 2 <= n);
        if !(beside || recurs || text_above_ended) {
            break;
        }
        start -= 1;
    }
    let mut end = last + 1;
    if is_complete(&gathered[start..end], judged) {
        end += trailing_division(&gathered[end..], lines, judged);
        let half = gathered.get(end).filter(|&&i| is_half_of_category(i, lines, judged));
        end += usize::from(half.is_some());
    } else {
        end += trailing_category(&gathered[end..], lines, judged, &gathered[start..end]);
    }
    Some((start, gathered[start..end].to_vec()))
}

/// How many weak lines behind a complete head go on with the division it ends with.
fn trailing_division(weak: &[usize], lines: &[Line<'_>], judged: &[Option<HeadLine<'_>>]) -> usize {
    const MOST_LINES: usize = 2;
    let Some(&first) = weak.first() else { return 0 };
    let above = first.checked_sub(1).and_then(|above| judged[above].as_ref());
    let below_division = !lines[first].gap
        && above.is_some_and(|head| head.tokens.iter().all(|t| t.part == Part::Division));
    if !below_division {
        return 0;
    }
    let beside = weak.windows(2).take_while(|w| w[0] + 1 == w[1] && !lines[w[1]].gap).count();
    let n_lines = 1 + beside;
    // Text follows the division after a gap, or shows by itself that it begins.
    let ends = lines.get(first + n_lines).is_none_or(|next| next.gap || starts_paragraph(next));
    if ends && n_lines <= MOST_LINES { n_lines } else { 0 }
}

/// How many weak lines behind a head without a category are its category.
fn trailing_category(
    weak: &[usize],
    lines: &[Line<'_>],
    judged: &[Option<HeadLine<'_>>],
    head: &[usize],
) -> usize {
    const LONGEST_CHARS: usize = 12;
    let has_category = head
        .iter()
        .filter_map(|&i| judged[i].as_ref())
        .flat_map(|h| &h.tokens)
        .any(|t| t.part == Part::Category);
    let is_short = |index: usize| lines[index].content.chars().count() <= LONGEST_CHARS;
    let mut n_taken = 0;
    // A division without an ending, directly below the one it belongs to, is no category.
    if let [first, second, ..] = weak
        && is_beside_division(*first, lines, judged)
        && is_short(*second)
    {
        n_taken = 1;
    }
    if has_category || weak.get(n_taken).is_none_or(|&index| !is_short(index)) {
        return n_taken;
    }
    n_taken += 1;
    // A category broken in its narrow cell: 電話・ above 対面応対.
    while let Some(&index) = weak.get(n_taken)
        && !lines[index].gap
        && weak[n_taken - 1] + 1 == index
        && is_short(index)
    {
        n_taken += 1;
    }
    n_taken
}

fn describe(
    lines: Vec<usize>,
    judged: &[Option<HeadLine<'_>>],
    tables: &Tables,
    n_text_lines_before: usize,
) -> Run {
    let tokens: Vec<&Token<'_>> =
        lines.iter().filter_map(|&i| judged[i].as_ref()).flat_map(|h| &h.tokens).collect();
    let singles = tokens.windows(2).any(|w| w[0].part == Part::Single && w[1].part == Part::Single);
    let known = tokens.iter().any(|t| t.part == Part::Category && tables.knows_category(t.text));
    Run {
        has_division: tokens.iter().any(|t| t.part == Part::Division),
        has_category: singles || known,
        may_have_category: tokens.iter().any(|t| matches!(t.part, Part::Unknown | Part::Single)),
        mid_sentence: lines
            .first()
            .is_some_and(|&i| judged[i].as_ref().is_some_and(|h| h.mid_sentence)),
        at_page_edge: false,
        n_text_lines_before,
        lines,
    }
}

/// Whether a run is bare figures beside furniture or column headers.
fn is_at_page_edge(run: &Run, kinds: &[Kind], judged: &[Option<HeadLine<'_>>]) -> bool {
    let figures = |&i: &usize| judged[i].as_ref().is_some_and(|h| h.strength == Strength::Figures);
    let [index] = run.lines[..] else { return false };
    let is_edge = |i: Option<usize>| {
        i.and_then(|i| kinds.get(i))
            .is_some_and(|kind| !matches!(kind, Kind::Content | Kind::Policy))
    };
    run.lines.iter().all(figures) && (is_edge(index.checked_sub(1)) || is_edge(Some(index + 1)))
}

/// Chooses the heads: for each run its number (or none printed), or nothing where it is no head.
/// Returns how good the choice is as well.
fn choose(
    runs: &[Run],
    judged: &[Option<HeadLine<'_>>],
) -> (f32, Vec<Option<Option<NumberToken>>>) {
    // How far the chain looks back: runs that are no heads are few in a row.
    const WINDOW: usize = 24;
    let choices: Vec<Choice> =
        runs.iter().enumerate().flat_map(|(index, run)| ways_to_read(index, run, judged)).collect();
    // skipped[n]: what it costs to read none of the first n runs as a head.
    let mut skipped = vec![0.0_f32];
    let mut n_text_lines = vec![0_usize];
    for run in runs {
        skipped.push(skipped[skipped.len() - 1] + cost_of_skipping(run, judged));
        let text = n_text_lines[n_text_lines.len() - 1] + run.n_text_lines_before;
        n_text_lines.push(text);
    }
    let mut best: Vec<(f32, Option<usize>)> = Vec::with_capacity(choices.len());
    for (index, choice) in choices.iter().enumerate() {
        let run = &runs[choice.run];
        let first = match choice.number {
            Some(NumberToken { value: 1, .. }) => 2.0,
            _ => 0.0,
        };
        let mut found = (first - skipped[choice.run], None);
        for before in (index.saturating_sub(WINDOW)..index).rev() {
            let previous = &choices[before];
            if previous.run == choice.run {
                continue;
            }
            let has_text = n_text_lines[previous.run + 1] < n_text_lines[choice.run + 1]
                || previous.run + 1 < choice.run;
            let score = best[before].0 - (skipped[choice.run] - skipped[previous.run + 1])
                + follows(previous.number, choice.number, run.has_division, has_text);
            if found.0 < score {
                found = (score, Some(before));
            }
        }
        best.push((found.0 + choice.score, found.1));
    }
    let all = skipped[runs.len()];
    let end = (0..choices.len())
        .map(|i| (i, best[i].0 - (all - skipped[choices[i].run + 1])))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let mut chosen = vec![None; runs.len()];
    let score = end.map_or(-all, |(_, score)| score);
    let mut at = end.map(|(index, _)| index);
    while let Some(index) = at {
        chosen[choices[index].run] = Some(choices[index].number);
        at = best[index].1;
    }
    (score, chosen)
}

/// Every way to read a run as a head.
fn ways_to_read(index: usize, run: &Run, judged: &[Option<HeadLine<'_>>]) -> Vec<Choice> {
    let evidence = match (run.has_category, run.may_have_category) {
        (true, _) => 2.0,
        (false, true) => 1.0,
        (false, false) => -1.0,
    } + if run.has_division { 2.0 } else { 0.0 }
        - if run.mid_sentence { 4.0 } else { 0.0 }
        - if run.at_page_edge { 3.0 } else { 0.0 };
    let mut choices = Vec::new();
    let flat: Vec<(usize, usize, &Token<'_>)> = run
        .lines
        .iter()
        .filter_map(|&line| Some((line, judged[line].as_ref()?)))
        .flat_map(|(line, head)| head.tokens.iter().enumerate().map(move |(i, t)| (line, i, t)))
        .collect();
    for (position, &(line, token_index, token)) in flat.iter().enumerate() {
        let Part::Number(value) = token.part else { continue };
        let next = flat.get(position + 1).map(|(_, _, t)| t.part);
        let before = position.checked_sub(1).map(|p| flat[p].2.part);
        // Beside its category or behind its division a figure is more likely the item's.
        let beside_category = matches!(next, Some(Part::Category | Part::Single | Part::Unknown));
        let behind_division = matches!(before, Some(Part::Division | Part::Unknown));
        let score = evidence
            + if beside_category { 0.6 } else { 0.0 }
            + if behind_division { 0.5 } else { 0.0 }
            + if token.alone { 0.0 } else { 1.0 };
        choices.push(Choice {
            run: index,
            number: Some(NumberToken { line, token: token_index, value }),
            score,
        });
    }
    if run.has_category || (run.has_division && choices.is_empty()) {
        choices.push(Choice { run: index, number: None, score: evidence - 3.5 });
    }
    choices
}

/// What it costs to read a run as anything but a head.
fn cost_of_skipping(run: &Run, judged: &[Option<HeadLine<'_>>]) -> f32 {
    let has_number = run
        .lines
        .iter()
        .filter_map(|&i| judged[i].as_ref())
        .flat_map(|h| &h.tokens)
        .any(|t| matches!(t.part, Part::Number(_)));
    let evidence =
        if run.has_category { 2.0 } else { 0.0 } + if run.has_division { 1.0 } else { 0.0 };
    if has_number { evidence } else { evidence / 2.0 }
}

/// How well one number follows another.
fn follows(
    before: Option<NumberToken>,
    number: Option<NumberToken>,
    has_division: bool,
    has_text: bool,
) -> f32 {
    let text = if has_text { 0.0 } else { -6.0 };
    let order = match (before.map(|b| b.value), number.map(|n| n.value)) {
        (Some(before), Some(number)) if number == before + 1 => 3.0,
        (_, Some(1)) if has_division => 3.0,
        (_, None) | (None, _) => 0.0,
        (_, Some(1)) => -1.5,
        _ => -2.0,
    };
    text + order
}

/// A group of tokens that is one thing: a word, or a vertical word.
#[derive(Clone, Debug)]
struct Item {
    text: String,
    ranges: Vec<Range<usize>>,
    part: Part,
    lines: Range<usize>,
    /// Whether the item stands behind the number.
    behind_number: bool,
    /// Whether white space or another kind of line separates it from the item before.
    apart: bool,
    vertical: bool,
}

/// Where a sheet prints its categories.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Habit {
    behind_number: bool,
    behind_division: bool,
}

/// Where the categories that are known beyond doubt stand, by majority over the sheet.
fn category_habit(
    runs: &[Run],
    chosen: &[Option<Option<NumberToken>>],
    judged: &[Option<HeadLine<'_>>],
    lines: &[Line<'_>],
    tables: &Tables,
) -> Habit {
    let vote = |behind: bool| if behind { 1_i64 } else { -1 };
    let (mut number_votes, mut division_votes) = (0, 0);
    for (run, choice) in runs.iter().zip(chosen) {
        let Some(number @ Some(_)) = choice else { continue };
        let (_, items) = items(lines, run, judged, *number, tables);
        let division = items.iter().position(|item| item.part == Part::Division);
        for (index, item) in items.iter().enumerate() {
            if item.part == Part::Category || item.vertical {
                number_votes += vote(item.behind_number);
                division_votes += division.map_or(0, |division| vote(division < index));
            }
        }
    }
    Habit { behind_number: 0 <= number_votes, behind_division: 0 <= division_votes }
}

/// Gives every token of a head its role.
fn label(
    lines: &[Line<'_>],
    run: &Run,
    judged: &[Option<HeadLine<'_>>],
    number: Option<NumberToken>,
    tables: &Tables,
    habit: Habit,
) -> Head {
    let (mut head, mut items) = items(lines, run, judged, number, tables);
    decide_unknown(&mut items, tables, habit);
    for item in items {
        if item.part == Part::Category {
            head.category = Some(head.category.take().unwrap_or_default() + &item.text);
            head.category_ranges.extend(item.ranges);
        } else {
            add_division(&mut head.division, &item.text);
            head.division_ranges.extend(item.ranges);
        }
    }
    head
}

/// The head with its figures, and everything else in it as items that have no role yet.
fn items(
    lines: &[Line<'_>],
    run: &Run,
    judged: &[Option<HeadLine<'_>>],
    number: Option<NumberToken>,
    tables: &Tables,
) -> (Head, Vec<Item>) {
    let mut head = Head { lines: run.lines.clone(), ..Head::default() };
    let mut items: Vec<Item> = Vec::new();
    let mut behind_number = false;
    for &line in &run.lines {
        let Some(judged) = &judged[line] else { continue };
        for (index, token) in judged.tokens.iter().enumerate() {
            let Part::Number(value) = token.part else {
                add_item(&mut items, token, lines, behind_number);
                continue;
            };
            if number.is_some_and(|n| (n.line, n.token) == (line, index)) {
                head.number = Some((value, token.range.clone()));
                behind_number = true;
            } else {
                head.furniture.push(token.range.clone());
            }
        }
    }
    complete_broken_divisions(&mut items, tables);
    (head, items)
}

/// Adds a token; characters of a vertical word become one item.
fn add_item(items: &mut Vec<Item>, token: &Token<'_>, lines: &[Line<'_>], behind_number: bool) {
    let text: String = token.text.chars().filter(|&c| !is_invisible(c)).collect();
    let line = token.line;
    if token.part == Part::Single
        && token.alone
        && let Some(last) = items.last_mut()
        && last.part == Part::Single
        && last.behind_number == behind_number
    {
        last.text += &text;
        last.ranges.push(token.range.clone());
        last.lines.end = line + 1;
        last.vertical = true;
        return;
    }
    let apart = items.last().is_none_or(|last| {
        lines[line].gap && last.lines.end <= line || last.lines.end + 1 < line + 1
    });
    items.push(Item {
        text,
        ranges: vec![token.range.clone()],
        part: token.part,
        lines: line..line + 1,
        behind_number,
        apart,
        vertical: false,
    });
}

/// 窓口サービス above 部, 地域みまもり above 支援センター: the halves of a name broken in its cell.
fn complete_broken_divisions(items: &mut [Item], tables: &Tables) {
    let is_category = |item: &Item| item.part == Part::Category || item.vertical;
    for index in (1..items.len()).rev() {
        // 防災 above 安全担当 is no category where the head has another, elsewhere.
        let beside = |i: usize| i + 2 == index && !items[index - 1].apart;
        let mut others =
            items.iter().enumerate().filter(|(i, item)| i + 1 != index && is_category(item));
        let has_other = others.any(|(i, _)| !beside(i));
        let (before, after) = items.split_at_mut(index);
        let (half, rest) = (&mut before[index - 1], &mut after[0]);
        let beside = !rest.apart
            && half.behind_number == rest.behind_number
            && half.lines.end == rest.lines.start;
        let is_half = (half.part == Part::Unknown && !half.text.ends_with('・'))
            || (half.part == Part::Category && has_other);
        let names = is_division(&format!("{}{}", half.text, rest.text), tables);
        if beside
            && is_half
            && names
            && matches!(rest.part, Part::Division | Part::Single)
            && !rest.vertical
        {
            half.part = Part::Division;
            rest.part = Part::Division;
        }
    }
}

/// Decides whether what is neither known nor ends like a division is the category or part of the division.
fn decide_unknown(items: &mut [Item], tables: &Tables, habit: Habit) {
    let has_vertical = items.iter().any(|item| item.vertical);
    for item in items.iter_mut().filter(|item| item.part == Part::Single) {
        // A character alone beside a vertical category is a piece of a name.
        item.part = if item.vertical || !has_vertical { Part::Category } else { Part::Unknown };
    }
    join_broken_categories(items);
    join_category_cell(items, tables, habit);
    // On the side of the categories one item is one: behind the division's names or before them.
    let has_category = items.iter().any(|item| item.part == Part::Category);
    let mut unknown = (0..items.len()).filter(|&i| {
        items[i].part == Part::Unknown && items[i].behind_number == habit.behind_number
    });
    let category = if habit.behind_division { unknown.next_back() } else { unknown.next() };
    for (index, item) in items.iter_mut().enumerate() {
        if item.part == Part::Unknown {
            let is_category = !has_category && category == Some(index);
            item.part = if is_category { Part::Category } else { Part::Division };
        }
    }
}

/// 庁内 above 体制: a category broken in its narrow cell, on the side of the categories and of the division's names.
fn join_category_cell(items: &mut [Item], tables: &Tables, habit: Habit) {
    const LONGEST_CHARS: usize = 5;
    let is_piece = |item: &Item| {
        let is_flat = matches!(item.part, Part::Category | Part::Unknown) && !item.vertical;
        is_flat
            && item.behind_number == habit.behind_number
            && item.text.chars().count() <= LONGEST_CHARS
    };
    let n_behind = items.iter().rev().take_while(|item| is_piece(item)).count();
    let n_before = items.iter().take_while(|item| is_piece(item)).count();
    let names_beside = items
        .iter()
        .any(|item| item.part == Part::Division && item.behind_number == habit.behind_number);
    let (start, end) = match (names_beside, habit.behind_division) {
        (true, false) => (0, n_before),
        _ if habit.behind_number || names_beside => (items.len() - n_behind, items.len()),
        _ => (0, n_before),
    };
    let is_joined = |i: usize| !items[i].apart && items[i - 1].lines.end == items[i].lines.start;
    if end.saturating_sub(start) < 2 || !(start + 1..end).all(is_joined) {
        return;
    }
    let cell = &items[start..end];
    let whole: String = cell.iter().map(|item| item.text.as_str()).collect();
    let is_known = |item: &Item| item.part == Part::Category && 1 < item.text.chars().count();
    let n_known = cell.iter().filter(|item| is_known(item)).count();
    // Beside a category that is whole, another word is rather a name without an ending.
    let begins_known = is_known(&cell[0]) && habit.behind_division;
    if n_known == 0 || begins_known || !names_beside || tables.knows_category(&whole) {
        items[start..end].iter_mut().for_each(|item| item.part = Part::Category);
    }
}

/// 電話・ above 対面応対: a category broken in its cell.
fn join_broken_categories(items: &mut [Item]) {
    for index in 1..items.len() {
        let (before, after) = items.split_at_mut(index);
        let (upper, lower) = (&mut before[index - 1], &mut after[0]);
        let beside = !lower.apart && upper.behind_number == lower.behind_number;
        let linked = upper.text.ends_with('・') || lower.text.starts_with('・');
        let is_one = |item: &Item| matches!(item.part, Part::Category | Part::Unknown);
        if beside && linked && is_one(upper) && is_one(lower) {
            upper.part = Part::Category;
            lower.part = Part::Category;
        }
    }
}

/// Adds a printed piece to a path: a name goes on until it ends like a division, brackets belong to the name before.
pub(in crate::record) fn add_division(path: &mut Vec<String>, piece: &str) {
    let Some(last) = path.last_mut() else {
        path.push(piece.to_owned());
        return;
    };
    let open = last.matches(['（', '(']).count() > last.matches(['）', ')']).count();
    let complete = !open && (ends_like_division(last) || last.ends_with(['）', ')']));
    if complete && !piece.starts_with(['（', '(']) && !is_bare_ending(piece) {
        path.push(piece.to_owned());
    } else {
        last.push_str(piece);
    }
}

/// Whether a piece is the ending of a name and nothing else: センター, 課.
fn is_bare_ending(piece: &str) -> bool {
    piece.chars().count() == 1 || matches!(piece, "センター" | "担当" | "事務局")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sheet::kinds;
    use crate::record::sheet::lines::lines;

    /// Division, number and category of every head, separated by `|`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let (lines, tables) = (lines(text), Tables::carried());
        let habits = LineHabits::of(&lines);
        let (kinds, _) = kinds::kinds(&lines, &tables, &habits);
        let found: Vec<String> = heads(&lines, &kinds, &tables, &habits)
            .heads
            .iter()
            .map(|head| {
                let number = head.number.as_ref().map(|(n, _)| n.to_string()).unwrap_or_default();
                let category = head.category.clone().unwrap_or_default();
                format!("{}|{number}|{category}", head.division.join("/"))
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    const BODY: &str = "　窓口の案内を直します。\n\n　窓口の案内を直しました。\n\n";

    #[test]
    fn numbers_stand_in_brackets_and_circles() {
        for [one, two] in [["1", "2"], ["（１）", "（２）"], ["(1)", "(2)"], ["①", "②"], ["⑴", "⑵"]]
        {
            let text = format!("総務課\n{one}\n共\n通\n\n{BODY}総務課 {two}\n広\n報\n\n{BODY}");
            check(&text, &["総務課|1|共通", "総務課|2|広報"]);
        }
    }

    #[test]
    fn lists_are_no_heads() {
        let list = "（１） 窓口\n（２） 電話\n　案内を直します。\n\n　直しました。\n\n";
        check(
            &format!("総務課\n1\n共通\n\n{list}総務課\n2\n共通\n\n{list}"),
            &["総務課|1|共通", "総務課|2|共通"],
        );
    }

    #[test]
    fn cells_are_broken_anywhere() {
        check(&format!("総務課\n1\n庁内\n体制\n\n{BODY}"), &["総務課|1|庁内体制"]);
        check(&format!("高齢\n・障害課\n1\n共\n通\n\n{BODY}"), &["高齢・障害課|1|共通"]);
        check(&format!("防災\n安全担当\n1\n共\n通\n\n{BODY}"), &["防災安全担当|1|共通"]);
    }

    #[test]
    fn a_dash_is_no_head() {
        let empty = "　窓口の案内を直します。\n\n－\n\n";
        check(
            &format!("総務課\n1\n共\n通\n\n{empty}税務課\n1\n共\n通\n\n{BODY}"),
            &["総務課|1|共通", "税務課|1|共通"],
        );
    }
}

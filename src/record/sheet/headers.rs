//! Column headers: lines that consist of the words of `headers.tsv` and nothing else.

use crate::record::sheet::lines::is_empty;
use crate::record::tables::{ColumnRole, HeaderWord, Tables};

/// A column header of a sheet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Header {
    /// As printed, the parts of a broken one joined.
    pub(super) text: String,
    pub(super) role: ColumnRole,
    /// How many of its words speak for a role; one word alone may also be a piece of ordinary text.
    pub(super) n_telling_words: usize,
}

/// The headers that a line holds, if it holds nothing else: `部署名 番号 区分` holds three.
pub(super) fn headers(content: &str, tables: &Tables) -> Option<Vec<Header>> {
    // Headers are short; longer lines are text, and segmenting them would take long.
    const LONGEST_CHARS: usize = 60;
    let n_chars = content.chars().count();
    // A character alone is read together with its neighbours.
    if !(2..=LONGEST_CHARS).contains(&n_chars) || content.starts_with(['（', '(', '・', '、']) {
        return None;
    }
    let tokens: Vec<&str> = content.split(is_empty).filter(|t| !t.is_empty()).collect();
    let spaced = 1 < tokens.len() && tokens.iter().all(|t| t.chars().count() == 1);
    if spaced {
        // Letter-spaced: 区　分.
        return header(&tokens.concat(), tables).map(|header| vec![header]);
    }
    let found: Option<Vec<Header>> = tokens.iter().map(|token| header(token, tables)).collect();
    // Spaces inside one header: 実施結果 及び 達成度.
    found.or_else(|| header(&tokens.concat(), tables).map(|header| vec![header]))
}

/// The header that `token` is, if the words of the table make it up and one of them has a role.
pub(super) fn header(token: &str, tables: &Tables) -> Option<Header> {
    let chars: Vec<char> = token.chars().collect();
    let words = segment(&chars, tables)?;
    let telling = || words.iter().filter_map(|word| Some((word.role?, word.weight)));
    let (role, _) = telling().reduce(|best, next| if best.1 < next.1 { next } else { best })?;
    Some(Header { text: token.to_owned(), role, n_telling_words: telling().count() })
}

/// The role of a header that is `token` and nothing else, with the weight of the word that speaks for it most.
pub(in crate::record) fn role(token: &str, tables: &Tables) -> Option<(ColumnRole, u32)> {
    let chars: Vec<char> = token.chars().collect();
    let words = segment(&chars, tables)?;
    let telling = words.iter().filter_map(|word| Some((word.role?, word.weight)));
    telling.reduce(|best, next| if best.1 < next.1 { next } else { best })
}

/// Whether words of the table, with a role or without, make up `token`: the half of a header that was broken.
pub(super) fn is_fragment(token: &str, tables: &Tables) -> bool {
    let chars: Vec<char> = token.chars().filter(|&c| !is_empty(c)).collect();
    segment(&chars, tables).is_some()
}

/// The segmentation into the fewest words; longer words know more.
fn segment<'t>(chars: &'t [char], tables: &'t Tables) -> Option<Vec<&'t HeaderWord>> {
    if !chars.is_empty() && tables.headers_at(chars).next().is_none() {
        return None;
    }
    // best[end]: the number of words up to `end`, and the last of them.
    let mut best: Vec<Option<(usize, &HeaderWord)>> = vec![None; chars.len() + 1];
    for start in 0..chars.len() {
        let Some(n_words) = (if start == 0 { Some(0) } else { best[start].map(|(n, _)| n) }) else {
            continue;
        };
        for word in tables.headers_at(&chars[start..]) {
            let cell = &mut best[start + word.word.len()];
            if cell.is_none_or(|(n, _)| n_words + 1 < n) {
                *cell = Some((n_words + 1, word));
            }
        }
    }
    let mut found = Vec::new();
    let mut end = chars.len();
    while 0 < end {
        let (_, word) = best[end]?;
        found.push(word);
        end -= word.word.len();
    }
    found.reverse();
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[(&str, ColumnRole)]) {
        let found = headers(line, &Tables::carried()).unwrap_or_default();
        let found: Vec<_> = found.iter().map(|h| (h.text.as_str(), h.role)).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn headers_of_many_offices() {
        check("部署名", &[("部署名", ColumnRole::Division)]);
        check("実施結果及び目標の達成度", &[("実施結果及び目標の達成度", ColumnRole::Result)]);
        check("目標及び具体的な取組内容", &[("目標及び具体的な取組内容", ColumnRole::Goal)]);
        check("取組結果", &[("取組結果", ColumnRole::Result)]);
        check("今年度の取組目標", &[("今年度の取組目標", ColumnRole::Goal)]);
        check("取組状況", &[("取組状況", ColumnRole::Result)]);
        check("実施内容", &[("実施内容", ColumnRole::Result)]);
        check("区　分", &[("区分", ColumnRole::Category)]);
        check(
            "所属 No. 分類",
            &[
                ("所属", ColumnRole::Division),
                ("No.", ColumnRole::Number),
                ("分類", ColumnRole::Category),
            ],
        );
    }

    #[test]
    fn text_is_no_header() {
        check("及び", &[]);
        check("【目標】", &[]);
        check("総務課", &[]);
        check("お知らせ", &[]);
        check("目標を定めます。", &[]);
    }
}

//! The query language: text to [`Ast`], and never a failure.
//!
//! ```text
//! space (any width)  all of these            OR  ｜  |      any of these
//! -word   NOT word   without                 "…"  「…」       these characters
//! ( … )              grouping                field:value    a value of a facet
//! ```
//!
//! "All of these" binds tighter than "any of these".
//! Length, nesting and number of terms are bounded before anything recursive runs;
//! what lies beyond the bounds, or cannot be understood, is searched as text, with a notice.

use crate::notice::{Notice, NoticeKind, Reading};
use crate::record::FiscalYear;

use super::ast::{Ast, FilterField};

/// The most terms, phrases and filters of one query.
pub const MAX_TERMS: usize = 32;

/// The deepest nesting of parentheses.
pub const MAX_DEPTH: usize = 8;

/// What stands for the records without a fiscal year in `year:`.
pub const NO_YEAR: [&str; 2] = ["none", "なし"];

/// Reads a query; `None` if it asks for nothing in particular.
pub fn parse(q: &str) -> Reading<Option<Ast>> {
    let mut parser = Parser { rest: q, q, n_terms: 0, depth: 0, notices: Vec::new() };
    let mut parts = Vec::new();
    loop {
        parts.extend(parser.any_of());
        // Whatever stopped the reading of a whole query is text: a closing parenthesis without an opening one.
        let Some(stray) = parser.rest.chars().next() else { break };
        parser.notice("この括弧には対になる開き括弧がないので、読み飛ばしました。");
        parser.rest = &parser.rest[stray.len_utf8()..];
    }
    Reading { value: all_of(parts), notices: parser.notices }
}

struct Parser<'q> {
    rest: &'q str,
    q: &'q str,
    n_terms: usize,
    depth: usize,
    notices: Vec<Notice>,
}

impl<'q> Parser<'q> {
    /// `all OR all OR …`, up to the end or a closing parenthesis.
    fn any_of(&mut self) -> Option<Ast> {
        let mut alternatives = Vec::new();
        loop {
            alternatives.extend(self.all_of());
            if !self.take_operator(&["OR"]) && !self.take_symbol(&['|', '｜']) {
                break;
            }
        }
        match alternatives.len() {
            0 | 1 => alternatives.pop(),
            _ => Some(Ast::Or(alternatives)),
        }
    }

    /// `part part …`, up to an OR, the end or a closing parenthesis.
    fn all_of(&mut self) -> Option<Ast> {
        let mut parts = Vec::new();
        while let Some(part) = self.part() {
            parts.extend(part);
        }
        all_of(parts)
    }

    /// One part; the inner `None` is a part that asks for nothing, the outer one the end of the list.
    fn part(&mut self) -> Option<Option<Ast>> {
        self.skip_space();
        if self.n_terms == MAX_TERMS && !self.at_end_of_list() {
            return Some(self.everything_else("語が多すぎる"));
        }
        let mut is_negative = false;
        loop {
            self.skip_space();
            if self.take_operator(&["NOT"]) || self.take_minus() {
                is_negative = !is_negative;
            } else if !self.take_operator(&["AND"]) {
                break;
            }
        }
        if self.at_end_of_list() {
            return None;
        }
        let next = self.rest.chars().next()?;
        let part = match next {
            '(' | '（' if self.depth == MAX_DEPTH => self.everything_else("括弧が深すぎる"),
            '(' | '（' => self.group(next),
            _ => self.word(),
        };
        Some(match (part, is_negative) {
            (Some(part), true) => Some(Ast::Not(Box::new(part))),
            (part, _) => part,
        })
    }

    fn at_end_of_list(&self) -> bool {
        self.rest.is_empty()
            || self.rest.starts_with(['|', '｜', ')', '）'])
            || self.at_operator("OR")
    }

    fn group(&mut self, open: char) -> Option<Ast> {
        self.rest = &self.rest[open.len_utf8()..];
        self.depth += 1;
        let inner = self.any_of();
        self.depth -= 1;
        if !self.take_symbol(&[')', '）']) {
            self.notice("閉じ括弧がないので、終わりまでを括弧の中とみなしました。");
        }
        inner
    }

    /// A phrase, a filter, or a term.
    fn word(&mut self) -> Option<Ast> {
        self.n_terms += 1;
        if let Some(phrase) = self.quoted() {
            return Some(Ast::Phrase(phrase));
        }
        if let Some(filter) = self.filter() {
            return Some(filter);
        }
        let end = self.rest.find(|c: char| self.ends_term(c)).unwrap_or(self.rest.len());
        // A character that could begin something else and did not is text.
        let end = end.max(self.rest.chars().next().map_or(0, char::len_utf8));
        let (term, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(Ast::Term(term.to_owned()))
    }

    fn ends_term(&self, c: char) -> bool {
        c.is_whitespace() || matches!(c, '|' | '｜') || (0 < self.depth && matches!(c, ')' | '）'))
    }

    /// `"…"` with `\"` for a quotation mark inside, `“…”`, `「…」`, `『…』`; an unclosed one is text.
    fn quoted(&mut self) -> Option<String> {
        let open = self.rest.chars().next()?;
        let close = closing_mark(open)?;
        let mut phrase = String::new();
        let mut is_escaped = false;
        // Japanese quotation marks nest: 「「手紙」を書く」.
        let mut n_open = 1;
        for (at, c) in self.rest.char_indices().skip(1) {
            if is_escaped {
                if !(c == '\\' || c == open || c == close) {
                    phrase.push('\\');
                }
                phrase.push(c);
                is_escaped = false;
                continue;
            }
            if c == '\\' {
                is_escaped = true;
                continue;
            }
            if c == close {
                n_open -= 1;
                if n_open == 0 {
                    self.rest = &self.rest[at + c.len_utf8()..];
                    return Some(phrase);
                }
            } else if c == open {
                n_open += 1;
            }
            phrase.push(c);
        }
        self.notice("引用符が閉じていないので、そのまま文字として探します。");
        None
    }

    fn filter(&mut self) -> Option<Ast> {
        let colon = self.rest.find([':', '：'])?;
        let field = FilterField::named(&self.rest[..colon])?;
        let before = self.rest;
        let colon_width = self.rest[colon..].chars().next().map_or(1, char::len_utf8);
        self.rest = &self.rest[colon + colon_width..];
        let value = self.quoted().unwrap_or_else(|| {
            let end = self.rest.find(|c: char| self.ends_term(c)).unwrap_or(self.rest.len());
            let (value, rest) = self.rest.split_at(end);
            self.rest = rest;
            value.to_owned()
        });
        let refusal = match field {
            _ if value.trim().is_empty() => {
                Some("絞り込む値がないので、そのまま文字として探します。")
            }
            FilterField::Year if !is_year(&value) => {
                Some("年度として読めないので、そのまま文字として探します。")
            }
            _ => None,
        };
        if let Some(refusal) = refusal {
            self.rest = before;
            self.notice(refusal);
            return None;
        }
        Some(Ast::Filter(field, value))
    }

    /// All that is left, as one text.
    fn everything_else(&mut self, why: &str) -> Option<Ast> {
        self.notice(&format!("{why}ので、ここから先は文章として探します。"));
        let text = std::mem::take(&mut self.rest).trim().to_owned();
        Some(Ast::Term(text))
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes one of `words` if it stands alone here.
    fn take_operator(&mut self, words: &[&str]) -> bool {
        self.skip_space();
        let Some(word) = words.iter().find(|word| self.at_operator(word)) else { return false };
        self.rest = &self.rest[word.len()..];
        true
    }

    fn at_operator(&self, word: &str) -> bool {
        self.rest.strip_prefix(word).is_some_and(|rest| {
            rest.chars().next().is_some_and(|c| c.is_whitespace() || matches!(c, '(' | '（'))
        })
    }

    fn take_symbol(&mut self, symbols: &[char]) -> bool {
        self.skip_space();
        let Some(rest) = self.rest.strip_prefix(symbols) else { return false };
        self.rest = rest;
        true
    }

    /// A minus sign negates when something follows it at once.
    fn take_minus(&mut self) -> bool {
        let Some(rest) = self.rest.strip_prefix(['-', '－', '−']) else { return false };
        if rest.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | '）' | '-')) {
            return false;
        }
        self.rest = rest;
        true
    }

    fn notice(&mut self, message: &str) {
        let at = self.q[..self.q.len() - self.rest.len()].chars().count() + 1;
        // A query can be wrong in as many places as it has characters; the reader needs the first few.
        const MOST: usize = 8;
        let is_said = self.notices.iter().any(|notice| notice.message == message);
        if !is_said && self.notices.len() < MOST {
            self.notices.push(Notice::new(NoticeKind::QueryAsText, message, format!("q:{at}")));
        }
    }
}

/// Whether a value names a fiscal year, or the want of one.
fn is_year(value: &str) -> bool {
    NO_YEAR.contains(&value) || FiscalYear::parse(value).is_some()
}

/// The mark that closes a quotation which `open` begins; nothing if it begins none.
pub(super) fn closing_mark(open: char) -> Option<char> {
    match open {
        '"' | '＂' => Some(open),
        '“' => Some('”'),
        '「' => Some('」'),
        '『' => Some('』'),
        _ => None,
    }
}

/// All of `parts`; what is grouped within is one of them, so that nothing of a group is asked for less than the rest.
fn all_of(parts: Vec<Ast>) -> Option<Ast> {
    let flat = parts.into_iter().flat_map(|part| match part {
        Ast::And(parts) => parts,
        part => vec![part],
    });
    let mut parts: Vec<Ast> = flat.collect();
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(Ast::And(parts)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes a tree so that a table can show it.
    fn show(ast: &Ast) -> String {
        let list = |parts: &[Ast]| parts.iter().map(show).collect::<Vec<_>>().join(" ");
        match ast {
            Ast::Term(term) => term.clone(),
            Ast::Phrase(phrase) => format!("{phrase:?}"),
            Ast::Filter(field, value) => format!("{field:?}={value}"),
            Ast::Not(part) => format!("-{}", show(part)),
            Ast::And(parts) => format!("({})", list(parts)),
            Ast::Or(parts) => format!("[{}]", list(parts)),
        }
    }

    #[track_caller]
    fn check(q: &str, expected: &str, n_notices: usize) {
        let reading = parse(q);
        assert_eq!(reading.value.as_ref().map(show).unwrap_or_default(), expected, "{q}");
        assert_eq!(reading.notices.len(), n_notices, "{q}: {:?}", reading.notices);
    }

    #[test]
    fn the_language_as_documented() {
        check("", "", 0);
        check("　 ", "", 0);
        check("個人情報", "個人情報", 0);
        check("個人情報　研修", "(個人情報 研修)", 0);
        check("個人情報 -研修", "(個人情報 -研修)", 0);
        check("個人情報 NOT 研修", "(個人情報 -研修)", 0);
        check("離乳食 OR 理容所", "[離乳食 理容所]", 0);
        check("離乳食｜理容所", "[離乳食 理容所]", 0);
        check("a b OR c d", "[(a b) (c d)]", 0);
        check("a (b OR c) d", "(a [b c] d)", 0);
        check("a（b）", "a（b）", 0);
        check("（b OR c）", "[b c]", 0);
        check("\"正しい 知識\"", "\"正しい 知識\"", 0);
        check("「正しい知識」", "\"正しい知識\"", 0);
        check(r#""「手紙」と\"印\"""#, r#""「手紙」と\"印\"""#, 0);
        check("「「手紙」を書く」", "\"「手紙」を書く\"", 0);
        check("-\"研修\"", "-\"研修\"", 0);
        check("-(a b)", "-(a b)", 0);
        check("NOT NOT a", "a", 0);
        check("a AND b", "(a b)", 0);
        check("division:総務課 防災", "(Division=総務課 防災)", 0);
        check("部署：総務課", "Division=総務課", 0);
        check(
            "年度:令和4 区分:\"共 通\" 組織:浜手区役所",
            "(Year=令和4 Category=共 通 Organization=浜手区役所)",
            0,
        );
        check("ｅ－ラーニング", "ｅ－ラーニング", 0);
        check("市長への「手紙」", "市長への「手紙」", 0);
        check("OR", "OR", 0);
        check("ORANGE", "ORANGE", 0);
        check("http://x", "http://x", 0);
    }

    #[test]
    fn what_cannot_be_understood_is_text_with_a_notice() {
        check("\"個人情報", "\"個人情報", 1);
        check("(a b", "(a b)", 1);
        check("a) b", "(a) b)", 0);
        check("） a", "a", 1);
        check("(a (b", "(a b)", 1);
        check(") a", "a", 1);
        check("年度:", "年度:", 1);
        check("年度:あした 研修", "(年度:あした 研修)", 1);
        check("年度:なし", "Year=なし", 0);
        check("a OR", "(a OR)", 0);
        check("OR a", "a", 0);
        check("- a", "(- a)", 0);
        check("()", "", 0);
    }

    #[test]
    fn beyond_the_bounds_the_rest_is_text() {
        let many = vec!["a"; MAX_TERMS].join(" ") + " -b c";
        let reading = parse(&many);
        assert_eq!(reading.notices.len(), 1);
        let Some(Ast::And(parts)) = reading.value else { panic!("many terms are a list") };
        assert_eq!(parts.len(), MAX_TERMS + 1);
        assert_eq!(parts.last(), Some(&Ast::Term("-b c".to_owned())));

        let deep = format!("{}a", "(".repeat(MAX_DEPTH + 2));
        assert_eq!(parse(&deep).value, Some(Ast::Term("((a".to_owned())));
    }

    #[test]
    fn killers_are_read_in_no_time() {
        for killer in
            ["(".repeat(100_000), "NOT ".repeat(20_000), "-(".repeat(5_000), "\"".repeat(100_000)]
        {
            let reading = parse(&killer);
            assert!(reading.notices.len() <= 8, "{}", killer.len());
        }
    }

    fn depth(ast: &Ast) -> usize {
        match ast {
            Ast::Term(_) | Ast::Phrase(_) | Ast::Filter(..) => 0,
            Ast::Not(part) => 1 + depth(part),
            Ast::And(parts) | Ast::Or(parts) => 1 + parts.iter().map(depth).max().unwrap_or(0),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn any_text_is_read_within_the_bounds(q in r#"([ 　()（）"「」|｜:：-]|OR |NOT |年度|個人|情報|a|\PC){0,200}"#) {
            let reading = parse(&q);
            if let Some(ast) = &reading.value {
                prop_assert!(depth(ast) <= 3 * (MAX_DEPTH + 1));
            }
        }
    }
}

//! Dictionary files of the query's side: UTF-8, one fact a line, `#` begins a remark.

/// A bad line of a dictionary file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{file} line {line}: {message}")]
pub struct LineFault {
    /// The file's name.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// The lines of `text` that say something, numbered from 1, without their remarks.
///
/// A `#` that stands behind something other than white space is part of a word (C#).
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let lines = text.lines().zip(1..).map(|(line, number)| (number, without_remark(line).trim()));
    lines.filter(|(_, line)| !line.is_empty())
}

fn without_remark(line: &str) -> &str {
    let is_remark = |at: usize| line[..at].chars().next_back().is_none_or(char::is_whitespace);
    let remark = line.match_indices('#').map(|(at, _)| at).find(|at| is_remark(*at));
    remark.map_or(line, |at| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_and_empty_lines_say_nothing() {
        let text = "\u{FEFF}# a\n\n甲, 乙 # b\n  \nC#, シーシャープ\n";
        let found: Vec<_> = lines(text).collect();
        assert_eq!(found, [(3, "甲, 乙"), (5, "C#, シーシャープ")]);
    }
}

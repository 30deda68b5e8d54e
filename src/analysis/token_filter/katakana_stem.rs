//! The long vowel at the end of a word of katakana.

/// Folds the spelling that loanwords carry or drop at will: `サーバー` and `サーバ` are one word.
pub(crate) fn katakana_stem(term: &mut String) {
    // Three characters and fewer are left alone: `キー` would become `キ`, and `コピー` would meet `コピ`.
    const SHORTEST: usize = 4;
    let is_katakana = |character| matches!(character, 'ァ'..='ヺ' | 'ー');
    if term.ends_with('ー') && SHORTEST <= term.chars().count() && term.chars().all(is_katakana) {
        term.truncate(term.len() - 'ー'.len_utf8());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(term: &str, expected: &str) {
        let mut stem = term.to_owned();
        katakana_stem(&mut stem);
        assert_eq!(stem, expected);
    }

    #[test]
    fn loanwords_lose_the_mark() {
        check("サーバー", "サーバ");
        check("プリンター", "プリンタ");
        check("プリンタ", "プリンタ");
    }

    #[test]
    fn short_words_keep_the_mark() {
        check("キー", "キー");
        check("コピー", "コピー");
    }

    #[test]
    fn only_katakana_has_a_stem() {
        check("らーめんー", "らーめんー");
        check("xyzー", "xyzー");
    }
}

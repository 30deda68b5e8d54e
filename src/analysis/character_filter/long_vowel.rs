//! A dash that was typed for the long vowel: `サ－バ－` is `サーバー`.
//!
//! No word of katakana has a hyphen inside, and one at its end stands before a number at most (`フロア−3`).

use super::Cluster;

pub(super) fn filter(cluster: &mut Cluster) {
    let is_long_vowel = cluster.single().is_some_and(is_dash)
        && cluster.before.is_some_and(is_katakana)
        && cluster.after.is_none_or(ends_word);
    if is_long_vowel {
        cluster.replace('ー');
    }
}

/// A plain `-` never comes here: whoever types it means it.
fn is_dash(character: char) -> bool {
    matches!(character, '-' | '‐'..='―' | '−' | '─' | '━')
}

/// Whether a word of katakana goes on or ends before the character.
fn ends_word(after: char) -> bool {
    is_katakana(after)
        || matches!(after, 'ぁ'..='ゖ' | 'ｦ'..='ﾝ')
        || !after.is_alphanumeric() && !is_dash(after)
}

fn is_katakana(character: char) -> bool {
    matches!(character, 'ァ'..='ヺ')
}

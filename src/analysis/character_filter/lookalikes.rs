//! Characters that are typed for one another.
//!
//! Two kinds: doubles, that is one character of the Japanese standards under several code points, and characters that
//! only look alike, which a reader tells apart and a word does not.

use super::Cluster;

/// One character under several code points: which one a text has depends on the machine it was typed on.
///
/// Each character by itself, since some stand within a compatibility form (`ŀ` is `l·`).
pub(super) fn doubles(cluster: &mut Cluster) {
    if cluster.text.chars().any(|character| one_of(character) != character) {
        cluster.text = cluster.text.chars().map(one_of).collect();
    }
}

/// The one that stands for a character and its doubles.
fn one_of(character: char) -> char {
    match character {
        '‐' | '‑' | '−' | '﹣' => '-',
        '—' => '―',
        '〜' | '∼' => '~',
        '‧' | '·' | '∙' | '⋅' => '・',
        '‘' | '’' | '‛' => '\'',
        '“' | '”' | '‟' => '"',
        '∥' => '‖',
        _ => character,
    }
}

/// Dashes become `-`, wave dashes `~`, dots between words `・`.
pub(super) fn filter(cluster: &mut Cluster) {
    let Some(character) = cluster.single() else { return };
    match character {
        '‐'..='―' | '─' | '━' | '⁃' | '➖' => cluster.replace('-'),
        '∾' | '〰' | '˜' => cluster.replace('~'),
        '•' => cluster.replace('・'),
        '′' => cluster.replace('\''),
        '″' => cluster.replace('"'),
        _ => {}
    }
}

//! Characters that are typed for one another.
//!
//! Two kinds: doubles, that is one character of the Japanese standards under several code points, and characters that
//! only look alike, which a reader tells apart and a word does not.

use super::Cluster;

/// One character under several code points: which one a text has depends on the machine it was typed on.
pub(super) fn doubles(cluster: &mut Cluster) {
    let Some(character) = cluster.single() else { return };
    match character {
        '‐' | '‑' | '−' | '﹣' => cluster.replace('-'),
        '—' => cluster.replace('―'),
        '〜' | '∼' => cluster.replace('~'),
        '‧' | '·' | '∙' | '⋅' => cluster.replace('・'),
        '‘' | '’' | '‛' => cluster.replace('\''),
        '“' | '”' | '‟' => cluster.replace('"'),
        '∥' => cluster.replace('‖'),
        _ => {}
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

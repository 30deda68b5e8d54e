//! Characters that are typed for one another because they look alike.
//!
//! Dashes become `-`, wave dashes `~`, dots between words `・`.

use super::Cluster;

pub(super) fn filter(cluster: &mut Cluster) {
    let Some(character) = cluster.single() else { return };
    match character {
        '‐'..='―' | '−' | '─' | '━' | '⁃' | '﹣' | '➖' => cluster.replace('-'),
        '〜' | '∼' | '∾' | '〰' | '˜' => cluster.replace('~'),
        '‧' | '·' | '•' | '∙' | '⋅' => cluster.replace('・'),
        '‘' | '’' | '‛' | '′' => cluster.replace('\''),
        '“' | '”' | '‟' | '″' => cluster.replace('"'),
        _ => {}
    }
}

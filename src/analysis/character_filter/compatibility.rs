//! Width and compatibility forms: NFKC, one cluster at a time.
//!
//! `Ａ` becomes `A`, `ﾎﾟ` becomes `ポ`, `㍑` becomes `リットル`, `①` becomes `1`, `⽤` becomes `用`.
//! A cluster holds all that composes, so that NFKC of the clusters is NFKC of the text for what is written here.

use super::Cluster;
use unicode_normalization::UnicodeNormalization;

pub(super) fn filter(cluster: &mut Cluster) {
    if cluster.single().is_some_and(is_kept) {
        return;
    }
    let normal: String = cluster.text.nfkc().collect();
    // A free-standing accent would become a space and a mark, and `゛` would part a word.
    if normal.starts_with(' ') && normal != " " {
        return;
    }
    cluster.text = normal;
}

/// Dots that stand for an omission are not full stops, and `™` is no part of a name.
fn is_kept(character: char) -> bool {
    matches!(character, '…' | '‥' | '™' | '℠')
}

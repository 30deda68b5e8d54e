//! Width and compatibility forms: NFKC, one cluster at a time.
//!
//! `Ａ` becomes `A`, `ﾎﾟ` becomes `ポ`, `㍑` becomes `リットル`, `①` becomes `1`, `⽤` becomes `用`.
//! For [`width`], numbers and letters that are raised, lowered, in circles or in fractions are characters of their own,
//! since a reader tells them apart.
//! A cluster holds all that composes, so that NFKC of the clusters is NFKC of the text for what is written here.

use super::Cluster;
use unicode_normalization::UnicodeNormalization;

/// All compatibility forms.
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

/// Compatibility forms that are the same characters in another width or in one cell.
pub(super) fn width(cluster: &mut Cluster) {
    if !cluster.single().is_some_and(is_told_apart) {
        filter(cluster);
    }
}

/// Whether the form says something: `10²` is not `102`, and `①` is not `1`.
fn is_told_apart(character: char) -> bool {
    matches!(character,
        'ª' | '²' | '³' | '¹' | 'º' | '¼'..='¾'
        | '\u{2070}'..='\u{209f}' | '\u{2150}'..='\u{215f}' | '↉'
        | '\u{2460}'..='\u{24ff}' | '\u{2776}'..='\u{2793}'
        | '\u{3244}'..='\u{324f}' | '\u{3251}'..='\u{325f}' | '\u{3280}'..='\u{32bf}' | '\u{32d0}'..='\u{32fe}'
        | '\u{1f100}'..='\u{1f1ff}' | '\u{1f200}'..='\u{1f2ff}')
}

/// Dots that stand for an omission are not full stops, and `™` is no part of a name.
fn is_kept(character: char) -> bool {
    matches!(character, '…' | '‥' | '™' | '℠')
}

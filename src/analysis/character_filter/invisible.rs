//! Characters that print nothing: variation selectors, zero-width marks, soft hyphens.
//!
//! `葛` with and without a selector is the same character of the same name, and a soft hyphen only says where a line
//! may break.

use super::Cluster;

pub(super) fn filter(cluster: &mut Cluster) {
    cluster.text.retain(|character| !is_invisible(character));
}

/// Whether the character chooses a shape of the one before it.
pub(super) fn is_selector(character: char) -> bool {
    matches!(character, '\u{180b}'..='\u{180d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_invisible(character: char) -> bool {
    is_selector(character)
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

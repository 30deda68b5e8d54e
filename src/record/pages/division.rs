//! Division paths, as cells print them: the elements below one another, in a row, or run together.

use crate::record::sheet::heads::{add_division, ends_like_division};
use crate::record::sheet::lines::is_empty;
use crate::record::tables::Tables;

/// What names of divisions end with, by how high in a path they stand.
const RANKS: [(&str, u8); 26] = [
    ("事務局", 0),
    ("本部", 0),
    ("局", 0),
    ("支所", 0),
    ("出張所", 0),
    ("区役所", 0),
    ("部", 1),
    // An institution stands below a 部 and above its own 課.
    ("センター", 2),
    ("消防署", 2),
    ("事務所", 2),
    ("市民館", 2),
    ("図書館", 2),
    ("公民館", 2),
    ("博物館", 2),
    ("美術館", 2),
    ("体育館", 2),
    ("病院", 2),
    ("保健所", 2),
    ("課", 3),
    ("室", 3),
    ("係", 4),
    ("班", 4),
    ("グループ", 4),
    ("チーム", 4),
    ("担当", 4),
    ("窓口", 4),
];

/// The path that a cell prints, outermost first.
pub(super) fn path(text: &str, tables: &Tables) -> Vec<String> {
    let mut path = Vec::new();
    for piece in pieces(text) {
        add_division(&mut path, &piece);
    }
    path.into_iter().flat_map(|name| parted(name, tables)).collect()
}

/// The pieces that the layout or a sign separates; characters below one another are one piece.
fn pieces(text: &str) -> Vec<String> {
    let is_separator = |c: char| is_empty(c) || matches!(c, '/' | '／' | '＞' | '>' | '→' | '＼');
    let pieces = text.split(is_separator).filter(|piece| !piece.is_empty());
    let pieces: Vec<String> = pieces.map(str::to_owned).collect();
    let is_vertical = 1 < pieces.len() && pieces.iter().all(|piece| piece.chars().count() == 1);
    if is_vertical { vec![pieces.concat()] } else { pieces }
}

/// 区民部区民課 is two elements: a name ends inside, and a lower one follows.
fn parted(name: String, tables: &Tables) -> Vec<String> {
    if tables.knows_division(&name) {
        return vec![name];
    }
    let Some(cut) = cut(&name) else { return vec![name] };
    let mut path = vec![name[..cut].to_owned()];
    path.extend(parted(name[cut..].to_owned(), tables));
    path
}

/// Where the first of several names that run together ends.
fn cut(name: &str) -> Option<usize> {
    const SHORTEST_CHARS: usize = 2;
    // 部長, 部門, 局面, 課題: the character is part of a word.
    const IN_WORDS: &str = "長門面題会員局部課室所署内外間等級数材品分隊族員";
    let rest_rank = rank(strip_brackets(name))?;
    let mut depth = 0_usize;
    for (at, c) in name.char_indices() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let end = at + c.len_utf8();
        let (head, rest) = (&name[..end], &name[end..]);
        let Some(next) = rest.chars().next().filter(|_| depth == 0) else { continue };
        let Some(head_rank) = rank(strip_brackets(head)) else { continue };
        let follows = head_rank < rest_rank
            && SHORTEST_CHARS <= head.chars().count()
            && has_stem(rest)
            && !IN_WORDS.contains(next)
            && !matches!(next, '・' | '（' | '(' | '、');
        if follows {
            return Some(end);
        }
    }
    None
}

/// Whether a name is more than its ending: not 担当 alone.
fn has_stem(name: &str) -> bool {
    RANKS.iter().all(|(ending, _)| *ending != name) && ends_like_division(strip_brackets(name))
}

/// How high in a path a name stands, 0 the highest.
pub(super) fn rank(name: &str) -> Option<u8> {
    RANKS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, rank)| *rank)
}

/// A name without the remark in brackets behind it.
fn strip_brackets(name: &str) -> &str {
    match name.rfind(['（', '(']) {
        Some(at) if 0 < at && name.ends_with(['）', ')']) => &name[..at],
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(path(text, &Tables::carried()).join("/"), expected, "{text}");
    }

    #[test]
    fn elements_stand_below_one_another() {
        check("くらし部\n年金課", "くらし部/年金課");
        check("くらし部　年金課", "くらし部/年金課");
        check("くらし部／年金課/給付係", "くらし部/年金課/給付係");
        check("暮らしみまもり\n支援センター\n保護課", "暮らしみまもり支援センター/保護課");
    }

    #[test]
    fn elements_run_together() {
        check("くらし部年金課", "くらし部/年金課");
        check("くらし部年金\n課", "くらし部/年金課");
        check("く\nら\nし\n部\n年\n金\n課", "くらし部/年金課");
        check("暮らし支援センター（福祉事務所）保護課", "暮らし支援センター（福祉事務所）/保護課");
        check("学校・地域連携担当", "学校・地域連携担当");
        check("総務課庶務係", "総務課/庶務係");
        check("生涯学習部中央図書館", "生涯学習部/中央図書館");
        check("生涯学習部\n中央図書館", "生涯学習部/中央図書館");
        check("福祉部保健センター管理課", "福祉部/保健センター/管理課");
        check("教育委員会事務局総務部学務課", "教育委員会事務局/総務部/学務課");
    }

    #[test]
    fn a_name_stays_whole() {
        for name in [
            "総務課",
            "防災担当",
            "人事部門担当",
            "保育所等・地域連携担当",
            "総務部（部長室）",
            "議会",
        ] {
            check(name, name);
        }
        check("", "");
    }
}

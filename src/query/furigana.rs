//! Furigana: how words in ideographs are read, for those who cannot read them.
//!
//! A word's reading comes from the dictionary and covers its kana as well; what stands above the ideographs is what is
//! left when the kana that are printed are taken away: 取り組み, トリクミ → 取(と)り組(く)み.

use std::ops::Range;

use crate::analysis::Analyzer;

/// How a stretch of a text is read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Furigana {
    /// Bytes of the text: ideographs, without the kana around them.
    pub range: Range<usize>,
    /// In hiragana.
    pub reading: String,
}

/// The readings of a text's ideographs, in order; words whose reading is not known have none.
pub(super) fn furigana(analyzer: &Analyzer, text: &str) -> Vec<Furigana> {
    let mut all = Vec::new();
    for token in analyzer.explain(text) {
        if token.reading.is_empty() || !token.surface.chars().any(is_ideograph) {
            continue;
        }
        let stretches = stretches(&token.surface);
        let reading: Vec<char> = token.reading.chars().map(katakana).collect();
        let start = token.range.start;
        match aligned(&stretches, &reading) {
            Some(readings) => {
                let read = stretches.iter().zip(readings);
                all.extend(read.filter(|(stretch, _)| !stretch.is_kana).map(
                    |(stretch, reading)| Furigana {
                        range: start + stretch.range.start..start + stretch.range.end,
                        reading: reading.iter().copied().map(hiragana).collect(),
                    },
                ));
            }
            None => all.push(Furigana {
                range: token.range.clone(),
                reading: reading.iter().copied().map(hiragana).collect(),
            }),
        }
    }
    all
}

/// A run of kana, or of anything else.
struct Stretch {
    range: Range<usize>,
    is_kana: bool,
    /// As katakana.
    characters: Vec<char>,
}

fn stretches(surface: &str) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (at, character) in surface.char_indices() {
        let (is_kana, end) = (is_kana(character), at + character.len_utf8());
        match stretches.last_mut().filter(|last| last.is_kana == is_kana) {
            Some(last) => {
                last.range.end = end;
                last.characters.push(katakana(character));
            }
            None => stretches.push(Stretch {
                range: at..end,
                is_kana,
                characters: vec![katakana(character)],
            }),
        }
    }
    stretches
}

/// What of `reading` belongs to each stretch: kana to themselves, at least one character to everything else.
fn aligned<'r>(stretches: &[Stretch], reading: &'r [char]) -> Option<Vec<&'r [char]>> {
    let Some((first, rest)) = stretches.split_first() else {
        return reading.is_empty().then(Vec::new);
    };
    let lengths = if first.is_kana {
        let n = first.characters.len();
        reading.starts_with(&first.characters).then_some(n..=n)?
    } else {
        1..=reading.len()
    };
    lengths.into_iter().filter(|n| *n <= reading.len()).find_map(|n| {
        let mut all = vec![&reading[..n]];
        all.extend(aligned(rest, &reading[n..])?);
        Some(all)
    })
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '々' | '〆' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_kana(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー')
}

fn katakana(character: char) -> char {
    moved(character, 'ぁ'..='ゖ', 0x60)
}

fn hiragana(character: char) -> char {
    moved(character, 'ァ'..='ヶ', -0x60)
}

/// The character so many code points away, if it is one of `moved`.
fn moved(character: char, moved: std::ops::RangeInclusive<char>, by: i32) -> char {
    let target = u32::from(character).checked_add_signed(by).and_then(char::from_u32);
    target.filter(|_| moved.contains(&character)).unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(surface: &str, reading: &str, expected: Option<&str>) {
        let reading: Vec<char> = reading.chars().collect();
        let stretches = stretches(surface);
        let shown = aligned(&stretches, &reading).map(|readings| {
            let pairs = stretches.iter().zip(readings).map(|(stretch, reading)| {
                let text = &surface[stretch.range.clone()];
                let reading: String = reading.iter().copied().map(hiragana).collect();
                if stretch.is_kana { text.to_owned() } else { format!("{text}({reading})") }
            });
            pairs.collect::<String>()
        });
        assert_eq!(shown.as_deref(), expected, "{surface} {reading:?}");
    }

    #[test]
    fn readings_stand_above_ideographs_only() {
        check("取り組み", "トリクミ", Some("取(と)り組(く)み"));
        check("個人", "コジン", Some("個人(こじん)"));
        check("お知らせ", "オシラセ", Some("お知(し)らせ"));
        check("見る", "ミル", Some("見(み)る"));
        check("打ち合わせ", "ウチアワセ", Some("打(う)ち合(あ)わせ"));
        check("行う", "オコナウ", Some("行(おこな)う"));
        check("引越し", "ヒッコス", None);
    }

    #[test]
    fn every_reading_stands_at_a_place_of_the_text() {
        let analyzer = Analyzer::open(None).expect("the carried dictionary opens");
        let text = "令和４年度の取り組みを、お知らせします。髙橋さんへ。";
        let all = furigana(&analyzer, text);
        let shown: Vec<(&str, &str)> =
            all.iter().map(|one| (&text[one.range.clone()], one.reading.as_str())).collect();
        assert!(shown.contains(&("取", "と")) && shown.contains(&("知", "し")), "{shown:?}");
        assert!(all.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
    }
}

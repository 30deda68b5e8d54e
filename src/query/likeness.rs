//! How alike texts are: the words that they share, the rare ones weighing most.
//!
//! A word weighs as much as it tells within the texts that are compared: `ln(1 + n / holders)`.
//! The likeness of two texts is the cosine of their words' weights: 0 without a common word, 1 with the same words.

use std::collections::{BTreeMap, BTreeSet};

/// Texts by their words, each word once, ready to be compared.
#[derive(Debug)]
pub(super) struct Likeness {
    /// By text: its words in the order of their numbers, with weights whose squares add up to one.
    weighed: Vec<Vec<(usize, f32)>>,
    n_words: usize,
}

impl Likeness {
    /// Weighs the words of all texts that are to be compared.
    pub(super) fn of(texts: &[BTreeSet<String>]) -> Likeness {
        let mut holders: BTreeMap<&str, u32> = BTreeMap::new();
        for word in texts.iter().flatten() {
            *holders.entry(word).or_default() += 1;
        }
        let n_texts = texts.len() as f64;
        let weight = |n_holders: u32| (1.0 + n_texts / f64::from(n_holders)).ln();
        let words: BTreeMap<&str, (usize, f64)> =
            holders.into_iter().zip(0..).map(|((word, n), id)| (word, (id, weight(n)))).collect();
        let weighed = |text: &BTreeSet<String>| {
            let own: Vec<(usize, f64)> = text.iter().map(|word| words[word.as_str()]).collect();
            let length = own.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
            own.into_iter().map(|(id, weight)| (id, (weight / length) as f32)).collect()
        };
        Likeness { weighed: texts.iter().map(weighed).collect(), n_words: words.len() }
    }

    /// The likeness of every text of `some` to every text of `others` that shares a word with it, where it is at
    /// least `least`.
    pub(super) fn pairs(
        &self,
        some: &[usize],
        others: &[usize],
        least: f32,
    ) -> Vec<(usize, usize, f32)> {
        let mut holders: Vec<Vec<(usize, f32)>> = vec![Vec::new(); self.n_words];
        for (place, other) in others.iter().enumerate() {
            for (word, weight) in &self.weighed[*other] {
                holders[*word].push((place, *weight));
            }
        }
        let mut pairs = Vec::new();
        let mut sums = vec![0.0; others.len()];
        for one in some {
            sums.fill(0.0);
            for (word, weight) in &self.weighed[*one] {
                for (place, other_weight) in &holders[*word] {
                    sums[*place] += weight * other_weight;
                }
            }
            let alike = sums.iter().zip(others).filter(|(sum, _)| least <= **sum);
            pairs.extend(alike.map(|(sum, other)| (*one, *other, *sum)));
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(texts: &[&str]) -> Likeness {
        let words = |text: &&str| text.split(' ').map(str::to_owned).collect();
        Likeness::of(&texts.iter().map(words).collect::<Vec<_>>())
    }

    #[test]
    fn likeness_goes_from_nothing_in_common_to_the_same_words() {
        let likeness = likeness(&["橋 点検", "点検 橋", "窓口 案内", "橋 案内"]);
        let pairs = likeness.pairs(&[0], &[1, 2, 3], 0.01);
        assert_eq!(pairs.len(), 2, "{pairs:?}");
        assert!((pairs[0].2 - 1.0).abs() < 1e-6, "{pairs:?}");
        assert!((0.3..0.7).contains(&pairs[1].2), "{pairs:?}");
    }

    #[test]
    fn rare_words_tell_more() {
        let likeness = likeness(&["区 橋", "区 道", "区 池", "区 森", "橋 川"]);
        let alike = |one, other| likeness.pairs(&[one], &[other], 0.0)[0].2;
        assert!(alike(0, 1) < alike(0, 4));
    }
}

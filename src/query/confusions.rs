//! Characters that are taken for one another, from `dictionaries/confusions.txt`: one group a line, separated by spaces.

use std::collections::{BTreeSet, HashMap};

use super::word_file::{LineFault, lines};

/// The file's name.
pub const FILE: &str = "confusions.txt";

/// Which characters are taken for which.
#[derive(Clone, Debug, Default)]
pub struct Confusions {
    others: HashMap<char, BTreeSet<char>>,
}

impl Confusions {
    /// Reads a list; every bad line is reported and left out.
    pub fn parse(text: &str) -> (Confusions, Vec<LineFault>) {
        let mut confusions = Confusions::default();
        let mut faults = Vec::new();
        for (line, content) in lines(text) {
            match group(content) {
                Ok(group) => confusions.add(&group),
                Err(message) => faults.push(LineFault { file: FILE, line, message }),
            }
        }
        (confusions, faults)
    }

    /// Whether `a` is taken for `b`.
    pub fn are_alike(&self, a: char, b: char) -> bool {
        self.others.get(&a).is_some_and(|others| others.contains(&b))
    }

    /// The characters that `character` is taken for.
    pub fn taken_for(&self, character: char) -> impl Iterator<Item = char> {
        self.others.get(&character).into_iter().flatten().copied()
    }

    fn add(&mut self, group: &[char]) {
        for a in group {
            let others = group.iter().filter(|b| *b != a);
            self.others.entry(*a).or_default().extend(others);
        }
    }
}

fn group(line: &str) -> Result<Vec<char>, String> {
    let mut group = Vec::new();
    for word in line.split_whitespace() {
        let mut characters = word.chars();
        let (Some(character), None) = (characters.next(), characters.next()) else {
            return Err(format!("{word:?} is more than one character"));
        };
        if group.contains(&character) {
            return Err(format!("{character:?} stands twice"));
        }
        group.push(character);
    }
    if group.len() < 2 {
        return Err("names one character only; a group needs two".to_owned());
    }
    Ok(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_a_group_are_alike() {
        let (confusions, faults) = Confusions::parse("# 形が近い\n未 末\n遇 偶 隅\n");
        assert_eq!(faults, []);
        for (a, b, expected) in
            [('未', '末', true), ('隅', '遇', true), ('未', '遇', false), ('未', '未', false)]
        {
            assert_eq!(confusions.are_alike(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_bad_line_is_named_and_left_out() {
        for (line, expected) in
            [("未", "one character only"), ("未 末日", "more than one"), ("未 未", "twice")]
        {
            let (confusions, faults) = Confusions::parse(&format!("{line}\n土 士\n"));
            assert_eq!(faults.len(), 1, "{line}");
            assert!(faults[0].to_string().contains(expected), "{}", faults[0]);
            assert!(confusions.are_alike('土', '士'));
        }
    }
}

//! Bar charts as drawings made here: every bar carries its number, so that nothing hangs on its height or colour.
//!
//! Sizes are in em, so that a chart grows with the text around it.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::serve::wording;

/// Units of the drawing for one em of the text around it.
const EM: usize = 16;
/// The width of a bar with the space around it.
const SLOT: usize = 96;
/// The width of a bar.
const BAR: usize = 48;
/// The height of the highest bar.
const HEIGHT: usize = 112;
/// The room above the highest bar, for its number.
const ABOVE: usize = 28;
/// The room below the bars, for their names.
const BELOW: usize = 28;
/// The least height of a bar that counts anything.
const LEAST: usize = 2;

/// A bar chart.
#[derive(Template)]
#[template(path = "chart.html")]
pub(super) struct Chart {
    /// Begins the identities of its parts; one a page.
    id: String,
    title: String,
    /// Every mark in words.
    description: String,
    width_em: usize,
    height_em: String,
    width: usize,
    height: usize,
    baseline: usize,
    bars: Vec<Bar>,
}

// The template escapes what it shows; escaping its result again would show its markup.
impl HtmlSafe for Chart {}

struct Bar {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    /// Where the texts stand, which are centred.
    middle: usize,
    above: usize,
    below: usize,
    value: String,
    name: String,
}

impl Chart {
    /// The chart of named counts; `highest` is the count that reaches to the top.
    pub(super) fn new(
        id: String,
        title: String,
        description: String,
        marks: &[(String, usize)],
        highest: usize,
    ) -> Chart {
        let (width, height) = (SLOT * marks.len().max(1), ABOVE + HEIGHT + BELOW);
        let bar = |(at, (name, count)): (usize, &(String, usize))| {
            let height = (count * HEIGHT / highest.max(1)).max(if *count == 0 { 0 } else { LEAST });
            let y = ABOVE + HEIGHT - height;
            Bar {
                x: at * SLOT + (SLOT - BAR) / 2,
                y,
                width: BAR,
                height,
                middle: at * SLOT + SLOT / 2,
                above: y - 8,
                below: ABOVE + HEIGHT + 20,
                value: wording::grouped(*count),
                name: name.clone(),
            }
        };
        Chart {
            id,
            title,
            description,
            width_em: width / EM,
            height_em: format!("{}", height as f64 / EM as f64),
            width,
            height,
            baseline: ABOVE + HEIGHT,
            bars: marks.iter().enumerate().map(bar).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn heights(counts: &[usize], highest: usize, expected: &[usize]) {
        let marks: Vec<(String, usize)> = counts.iter().map(|n| (n.to_string(), *n)).collect();
        let chart = Chart::new(String::new(), String::new(), String::new(), &marks, highest);
        let heights: Vec<usize> = chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, expected, "{counts:?}");
        assert!(chart.bars.iter().all(|bar| bar.y + bar.height == chart.baseline));
    }

    #[test]
    fn bars_are_as_high_as_their_counts() {
        heights(&[0, 1, 2, 4], 4, &[0, 28, 56, 112]);
        heights(&[5, 10], 20, &[28, 56]);
        heights(&[0, 0], 0, &[0, 0]);
    }

    #[test]
    fn what_is_counted_is_seen() {
        heights(&[1, 100_000], 100_000, &[2, 112]);
    }
}

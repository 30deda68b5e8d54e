//! Dunning's log-likelihood ratio G² of a two-by-two table.
//!
//! T. Dunning, "Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 19 (1993);
//! P. Rayson and R. Garside, "Comparing corpora using frequency profiling" (2000).
//! All four cells take part, as in Dunning's paper: a record holds a word or it does not.

/// How many of two groups of records hold a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Contingency {
    /// Records of the first group that hold it.
    pub count_in: usize,
    /// Records of the first group.
    pub n_in: usize,
    /// Records of the second group that hold it.
    pub count_out: usize,
    /// Records of the second group.
    pub n_out: usize,
}

impl Contingency {
    /// G²: 0 if both groups hold the word equally often; above 3.84, 6.63 and 10.83 a difference as large as this comes
    /// by chance once in 20, 100 and 1000 times (χ² with one degree of freedom).
    pub fn g2(self) -> f64 {
        let Contingency { count_in, n_in, count_out, n_out } = self;
        let observed = [
            [count_in, n_in.saturating_sub(count_in)],
            [count_out, n_out.saturating_sub(count_out)],
        ];
        let rows = observed.map(|row| row[0] + row[1]);
        let columns = [0, 1].map(|column| observed[0][column] + observed[1][column]);
        let n = (rows[0] + rows[1]) as f64;
        let mut sum = 0.0;
        for (row, row_total) in observed.iter().zip(rows) {
            for (count, column_total) in row.iter().zip(columns) {
                if 0 < *count {
                    let expected = row_total as f64 * column_total as f64 / n;
                    sum += *count as f64 * (*count as f64 / expected).ln();
                }
            }
        }
        // Equal shares give a sum that rounding may leave below nothing.
        (2.0 * sum).max(0.0)
    }

    /// Whether the first group holds the word more often than the second, records compared with records.
    pub fn is_more(self) -> bool {
        let (n_in, n_out) = (self.n_in as u128, self.n_out as u128);
        self.count_out as u128 * n_in < self.count_in as u128 * n_out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(cells: [usize; 4], expected: f64) {
        let [count_in, n_in, count_out, n_out] = cells;
        let g2 = Contingency { count_in, n_in, count_out, n_out }.g2();
        assert!((g2 - expected).abs() < 5e-3, "{cells:?}: {g2} instead of {expected}");
    }

    #[test]
    fn g2_follows_its_definition() {
        check([0, 0, 0, 0], 0.0);
        check([5, 10, 50, 100], 0.0);
        // 2 (10 ln 2 + 10 ln 2): the two groups share nothing.
        check([10, 10, 0, 10], 27.726);
        // 2 (10 ln(10/6.5) + 10 ln(10/13.5) + 3 ln(3/6.5) + 17 ln(17/13.5)).
        check([10, 20, 3, 20], 5.812);
        // The pair "the swiss" of Dunning's table: 110, 2442, 111 and 29114 in four cells.
        check([110, 110 + 2442, 111, 111 + 29114], 270.72);
    }

    proptest! {
        #[test]
        fn which_group_is_first_does_not_matter(a in 0usize..50, b in 0usize..50, c in 0usize..50, d in 0usize..50) {
            let one = Contingency { count_in: a, n_in: a + b, count_out: c, n_out: c + d };
            let other = Contingency { count_in: c, n_in: c + d, count_out: a, n_out: a + b };
            prop_assert!((one.g2() - other.g2()).abs() < 1e-9);
            prop_assert!(!(one.is_more() && other.is_more()));
            prop_assert!(0.0 <= one.g2());
        }
    }
}

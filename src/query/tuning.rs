//! The numbers of the ranking; how they were chosen stands in `docs/relevance.md`.
//!
//! What belongs to a field stands in `index/schema.toml`; what belongs to the query stands here.

/// The numbers of the ranking. A weight of zero switches its feature off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuning {
    /// How much a unit's match in a further field adds to its best one.
    pub field_tie_breaker: f32,
    /// A record must hold as much of a question as this many of its units weigh on average;
    /// people's questions tell stories, and a share of all their units would leave out the best answers.
    pub least_units: f32,
    /// Of a short question no more than this share must be held.
    pub least_share: f32,
    /// A question of so few units must be held whole: ごみの分別 asks for neither alone.
    pub whole_units: usize,
    /// Whether words of questions that say nothing about the answer are left out.
    pub question_words: bool,
    /// Factor of the fields' weights for the bigrams of a question.
    pub question_bigrams: f32,
    /// Factor of a synonym's score in a short term, as against the word's own.
    pub synonym: f32,
    /// Factor of a synonym's score in a question.
    pub question_synonym: f32,
    /// Factor of the score of two neighbouring units of a question that stand near each other in a record.
    pub proximity: f32,
    /// How many further words may stand between two neighbouring units.
    pub proximity_slop: u32,
    /// Factor of the score of two neighbouring terms that stand near each other in a record.
    pub terms_proximity: f32,
    /// How much the fiscal year of a date in the query weighs, as against the rarest unit.
    pub date: f32,
    /// Whether what matches as written is put before what matches by a widening.
    pub as_written_first: bool,
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning {
            field_tie_breaker: 0.2,
            least_units: 0.8,
            least_share: 0.6,
            whole_units: 2,
            question_words: true,
            question_bigrams: 1.0,
            synonym: 0.5,
            question_synonym: 0.6,
            proximity: 0.0,
            proximity_slop: 3,
            terms_proximity: 0.3,
            date: 1.0,
            as_written_first: true,
        }
    }
}

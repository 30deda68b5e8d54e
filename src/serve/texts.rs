//! The words of the interface, in each of its languages.
//!
//! A page names a field of [`Texts`] and never a word; a language that lacks one does not compile.
//! Each part of the interface has a file with its three languages side by side.
//! Easy Japanese follows 在留支援のためのやさしい日本語ガイドライン (出入国在留管理庁・文化庁, 2020): one thing a
//! sentence, common words, です・ます.

pub(crate) mod words;
pub(super) mod site;
pub(super) mod suggestions;
pub(super) mod start;
pub(super) mod results;
pub(super) mod filters;
pub(super) mod record;
pub(super) mod analysis;
pub(super) mod problem;
pub(super) mod help;
pub(super) mod accessibility;
pub(super) mod feed;
pub(super) mod compare;

use self::accessibility::AccessibilityTexts;
use self::analysis::AnalysisTexts;
use self::compare::CompareTexts;
use self::feed::FeedTexts;
use self::filters::FilterTexts;
use self::help::HelpTexts;
use self::problem::ProblemTexts;
use self::record::RecordTexts;
use self::results::ResultsTexts;
use self::site::SiteTexts;
use self::start::StartTexts;
use self::suggestions::SuggestionTexts;
use self::words::Words;
use super::language::Language;

/// All words of the interface in one language.
pub(crate) struct Texts {
    /// What things are called, and sentences about queries.
    pub(crate) words: Words,
    pub(super) site: SiteTexts,
    pub(super) suggestions: SuggestionTexts,
    pub(super) start: StartTexts,
    pub(super) results: ResultsTexts,
    pub(super) filters: FilterTexts,
    pub(super) record: RecordTexts,
    pub(super) analysis: AnalysisTexts,
    pub(super) problem: ProblemTexts,
    pub(super) help: HelpTexts,
    pub(super) accessibility: AccessibilityTexts,
    pub(super) compare: CompareTexts,
    pub(super) feed: FeedTexts,
}

/// What programs are told, and whoever has not chosen.
pub(crate) static JAPANESE: Texts = Texts {
    words: words::JAPANESE,
    site: site::JAPANESE,
    suggestions: suggestions::JAPANESE,
    start: start::JAPANESE,
    results: results::JAPANESE,
    filters: filters::JAPANESE,
    record: record::JAPANESE,
    analysis: analysis::JAPANESE,
    problem: problem::JAPANESE,
    help: help::JAPANESE,
    accessibility: accessibility::JAPANESE,
    compare: compare::JAPANESE,
    feed: feed::JAPANESE,
};

static EASY: Texts = Texts {
    words: words::EASY,
    site: site::EASY,
    suggestions: suggestions::EASY,
    start: start::EASY,
    results: results::EASY,
    filters: filters::EASY,
    record: record::EASY,
    analysis: analysis::EASY,
    problem: problem::EASY,
    help: help::EASY,
    accessibility: accessibility::EASY,
    compare: compare::EASY,
    feed: feed::EASY,
};

static ENGLISH: Texts = Texts {
    words: words::ENGLISH,
    site: site::ENGLISH,
    suggestions: suggestions::ENGLISH,
    start: start::ENGLISH,
    results: results::ENGLISH,
    filters: filters::ENGLISH,
    record: record::ENGLISH,
    analysis: analysis::ENGLISH,
    problem: problem::ENGLISH,
    help: help::ENGLISH,
    accessibility: accessibility::ENGLISH,
    compare: compare::ENGLISH,
    feed: feed::ENGLISH,
};

/// The words of a language.
pub(super) fn of(language: Language) -> &'static Texts {
    match language {
        Language::Japanese => &JAPANESE,
        Language::Easy => &EASY,
        Language::English => &ENGLISH,
    }
}

//! What a feed says around its entries.

pub(in crate::serve) struct FeedTexts {
    /// The title of the feed of all records.
    pub(in crate::serve) everything: &'static str,
    /// The title of the feed of what a query finds.
    pub(in crate::serve) found: fn(&str) -> String,
}

pub(super) const JAPANESE: FeedTexts =
    FeedTexts { everything: "すべての取組", found: |q| format!("「{q}」の取組") };

pub(super) const EASY: FeedTexts =
    FeedTexts { everything: "ぜんぶの取組", found: |q| format!("「{q}」がある取組") };

pub(super) const ENGLISH: FeedTexts =
    FeedTexts { everything: "All initiatives", found: |q| format!("Initiatives for “{q}”") };

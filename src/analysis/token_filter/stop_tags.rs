//! Words that carry no content, by part of speech: particles, auxiliaries, signs.

const LIST: &str = include_str!("../../../dictionaries/stop_tags.txt");

/// The parts of speech that are stopped.
#[derive(Clone, Debug)]
pub(crate) struct StopTags {
    tags: Vec<&'static str>,
}

impl StopTags {
    /// Those of `dictionaries/stop_tags.txt`.
    pub(crate) fn carried() -> StopTags {
        StopTags { tags: super::entries(LIST).collect() }
    }

    /// Whether words of `part_of_speech` are stopped: a tag means all that begin with it.
    pub(crate) fn stops(&self, part_of_speech: &str) -> bool {
        self.tags.iter().any(|tag| {
            part_of_speech
                .strip_prefix(tag)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &'static str> {
        self.tags.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(part_of_speech: &str, stopped: bool) {
        assert_eq!(StopTags::carried().stops(part_of_speech), stopped, "{part_of_speech}");
    }

    #[test]
    fn a_tag_means_all_below_it() {
        check("助詞-格助詞", true);
        check("助詞", true);
        check("名詞-非自立-一般", true);
    }

    #[test]
    fn content_is_kept() {
        check("名詞-一般", false);
        check("動詞-自立", false);
        check("形容詞-非自立", false);
        check("助詞類", false);
    }
}

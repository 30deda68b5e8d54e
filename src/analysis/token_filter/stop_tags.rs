//! Words that carry no content, by part of speech: particles, auxiliaries, signs.

use crate::analysis::word_lists::{LineError, LineErrorKind, STOP_TAGS, rows};

const LIST: &str = include_str!("../../../dictionaries/stop_tags.txt");

/// The parts of speech that are stopped, each with its line.
#[derive(Clone, Debug)]
pub(crate) struct StopTags {
    tags: Vec<(String, usize)>,
}

impl StopTags {
    /// Those of `list`, or of `dictionaries/stop_tags.txt`.
    pub(crate) fn parse(list: Option<&str>) -> (StopTags, Vec<LineError>) {
        let mut tags: Vec<(String, usize)> = Vec::new();
        let mut errors = Vec::new();
        for (line, tag) in rows(list.unwrap_or(LIST)) {
            match tags.iter().find(|(other, _)| other == tag) {
                Some((_, earlier)) => {
                    let kind = LineErrorKind::Repeated(tag.to_owned(), *earlier);
                    errors.push(LineError { file: STOP_TAGS, line, kind });
                }
                None => tags.push((tag.to_owned(), line)),
            }
        }
        (StopTags { tags }, errors)
    }

    /// The line that stops words of `part_of_speech`: a tag means all that begin with it.
    pub(crate) fn stops(&self, part_of_speech: &str) -> Option<usize> {
        let tag = self.tags.iter().find(|(tag, _)| is_within(part_of_speech, tag))?;
        Some(tag.1)
    }

    /// The tags that none of `parts_of_speech` has.
    pub(crate) fn unknown<'a>(
        &self,
        parts_of_speech: impl IntoIterator<Item = &'a str>,
    ) -> Vec<LineError> {
        let mut unknown: Vec<&(String, usize)> = self.tags.iter().collect();
        for part_of_speech in parts_of_speech {
            unknown.retain(|(tag, _)| !is_within(part_of_speech, tag));
        }
        let error = |(tag, line): &(String, usize)| {
            let kind = LineErrorKind::UnknownTag(tag.clone());
            LineError { file: STOP_TAGS, line: *line, kind }
        };
        unknown.into_iter().map(error).collect()
    }

    /// The tags.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().map(|(tag, _)| tag.as_str())
    }
}

fn is_within(part_of_speech: &str, tag: &str) -> bool {
    part_of_speech.strip_prefix(tag).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(part_of_speech: &str, stopped: bool) {
        let (tags, errors) = StopTags::parse(None);
        assert_eq!((tags.stops(part_of_speech).is_some(), errors), (stopped, vec![]));
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

    #[test]
    fn the_line_that_stops_is_named() {
        let (tags, errors) = StopTags::parse(Some("# a\n\n助詞\n  助動詞 \n助詞\n名詞-夢\n"));
        assert_eq!(tags.stops("助動詞"), Some(4));
        let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["stop_tags.txt line 5: \"助詞\" is on line 3 already"]);
        let unknown = tags.unknown(["助詞-格助詞", "助動詞", "名詞-夢想"]);
        let shown: Vec<String> = unknown.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["stop_tags.txt line 6: no word of the dictionary is \"名詞-夢\""]);
    }
}

//! The dictionaries of the query's side, followed while the program runs.
//!
//! Each may stand in a directory of the operator's; one that does not is the one inside the program.
//! A change takes effect with the next query, without a new index.
//! A change that holds a bad line does not take effect at all: what was in use stays in use, and the line is named.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::analysis::Analyzer;

use super::confusions;
use super::confusions::Confusions;
use super::question_words;
use super::question_words::QuestionWords;
use super::synonyms;
use super::synonyms::Synonyms;
use super::word_file::LineFault;

/// A file that was changed less long ago than this may change again without looking changed: clocks of disks are coarse.
const SETTLED: Duration = Duration::from_secs(2);

/// The files, with what the program carries for each.
const FILES: [(&str, &str); 3] = [
    (synonyms::FILE, include_str!("../../dictionaries/synonyms.txt")),
    (question_words::FILE, question_words::CARRIED),
    (confusions::FILE, include_str!("../../dictionaries/confusions.txt")),
];

/// What queries are read with.
#[derive(Clone, Debug, Default)]
pub struct Dictionaries {
    /// Words that mean the same.
    pub synonyms: Synonyms,
    /// Words of questions that say nothing about the answer.
    pub question_words: QuestionWords,
    /// Characters that are taken for one another.
    pub confusions: Confusions,
    fingerprint: String,
}

impl Dictionaries {
    /// Those inside the program.
    pub fn carried(analyzer: &Analyzer) -> Dictionaries {
        Dictionaries::parse(&FILES.map(|(_, text)| text.to_owned()), analyzer).0
    }

    /// Those of `directory`, those inside the program for the rest; bad lines are reported and left out.
    ///
    /// # Errors
    ///
    /// A file exists and cannot be read.
    pub fn read(
        directory: &Path,
        analyzer: &Analyzer,
    ) -> io::Result<(Dictionaries, Vec<LineFault>)> {
        Ok(Dictionaries::parse(&texts(Some(directory))?, analyzer))
    }

    fn parse(texts: &[String; 3], analyzer: &Analyzer) -> (Dictionaries, Vec<LineFault>) {
        let (synonyms, mut faults) = Synonyms::parse(&texts[0], &mut analyzer.worker());
        let (question_words, more) = QuestionWords::parse(&texts[1]);
        faults.extend(more);
        let (confusions, more) = Confusions::parse(&texts[2]);
        faults.extend(more);
        let fingerprint = fingerprint(texts);
        (Dictionaries { synonyms, question_words, confusions, fingerprint }, faults)
    }

    /// Changes when any line does.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// Something that happened to the files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    /// They were changed, and the change is in use.
    Read,
    /// They are faulty; the sentence names file and line, and says what is used instead.
    Fault(String),
}

/// The dictionaries as they are at the moment of each query.
pub struct LiveDictionaries {
    heed: fn(&Event),
    analyzer: Analyzer,
    directory: Option<PathBuf>,
    state: Mutex<State>,
}

struct State {
    current: Arc<Dictionaries>,
    /// What is wrong with the files as they stand; `current` is older than they are if there is anything.
    faults: Vec<String>,
    /// What the files looked like when they were last read, and their contents.
    seen: [Option<Stamp>; 3],
    texts: Option<[String; 3]>,
}

/// What tells that a file may have changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl std::fmt::Debug for LiveDictionaries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveDictionaries")
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}

impl LiveDictionaries {
    /// The dictionaries of `directory`, or those inside the program.
    ///
    /// What is wrong with them is in [`faults`](Self::faults), and `heed` is told of it once.
    pub fn open(
        directory: Option<PathBuf>,
        analyzer: &Analyzer,
        heed: fn(&Event),
    ) -> LiveDictionaries {
        let mut state =
            State { current: Arc::default(), faults: Vec::new(), seen: [None; 3], texts: None };
        let (dictionaries, faults) = match &directory {
            None => (Dictionaries::carried(analyzer), Vec::new()),
            Some(directory) => {
                state.seen = stamps(directory);
                match texts(Some(directory)) {
                    Ok(texts) => {
                        let (dictionaries, faults) = Dictionaries::parse(&texts, analyzer);
                        state.texts = Some(texts);
                        (dictionaries, faults.iter().map(ToString::to_string).collect())
                    }
                    Err(error) => (Dictionaries::carried(analyzer), vec![error.to_string()]),
                }
            }
        };
        for fault in &faults {
            heed(&Event::Fault(format!("{fault}; what is sound is used")));
        }
        state.current = Arc::new(dictionaries);
        state.faults = faults;
        LiveDictionaries { heed, analyzer: analyzer.clone(), directory, state: Mutex::new(state) }
    }

    /// The dictionaries in use at this moment.
    pub fn current(&self) -> Arc<Dictionaries> {
        Arc::clone(&self.up_to_date().current)
    }

    /// What is wrong with the files as they stand, a line each.
    pub fn faults(&self) -> Vec<String> {
        self.up_to_date().faults.clone()
    }

    fn up_to_date(&self) -> MutexGuard<'_, State> {
        // The state is replaced as a whole or not at all: a panic elsewhere leaves it sound.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(directory) = &self.directory {
            let stamps = stamps(directory);
            if stamps != state.seen || stamps.iter().flatten().any(Stamp::is_fresh) {
                state.seen = stamps;
                self.reload(directory, &mut state);
            }
        }
        state
    }

    fn reload(&self, directory: &Path, state: &mut State) {
        let faults = match texts(Some(directory)) {
            Ok(texts) if state.texts.as_ref() == Some(&texts) => return,
            Ok(texts) => {
                let (dictionaries, faults) = Dictionaries::parse(&texts, &self.analyzer);
                state.texts = Some(texts);
                if faults.is_empty() {
                    state.current = Arc::new(dictionaries);
                    (self.heed)(&Event::Read);
                }
                faults.iter().map(ToString::to_string).collect()
            }
            Err(error) => {
                // What could not be read is no text to compare with when it is mended.
                state.texts = None;
                vec![error.to_string()]
            }
        };
        if state.faults != faults {
            for fault in &faults {
                let event = Event::Fault(format!("{fault}; what was in use stays in use"));
                (self.heed)(&event);
            }
        }
        state.faults = faults;
    }
}

impl Stamp {
    fn is_fresh(&self) -> bool {
        self.modified.is_none_or(|modified| {
            // A time in the future is a clock that jumped: such a file is looked into every time.
            modified.elapsed().map_or(true, |age| age < SETTLED)
        })
    }
}

fn stamps(directory: &Path) -> [Option<Stamp>; 3] {
    FILES.map(|(name, _)| {
        let metadata = fs::metadata(directory.join(name)).ok()?;
        Some(Stamp { modified: metadata.modified().ok(), length: metadata.len() })
    })
}

/// The contents of the files; what the program carries for one that is not there.
fn texts(directory: Option<&Path>) -> io::Result<[String; 3]> {
    let mut texts = FILES.map(|(_, carried)| carried.to_owned());
    let Some(directory) = directory else { return Ok(texts) };
    for ((name, _), text) in FILES.iter().zip(&mut texts) {
        let path = directory.join(name);
        match fs::read_to_string(&path) {
            Ok(content) => *text = content,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let why = match error.kind() {
                    io::ErrorKind::InvalidData => "it is not UTF-8; save it as UTF-8".to_owned(),
                    _ => error.to_string(),
                };
                return Err(io::Error::new(
                    error.kind(),
                    format!("cannot read {}: {why}", path.display()),
                ));
            }
        }
    }
    Ok(texts)
}

fn fingerprint(texts: &[String]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_takes_effect_and_a_broken_one_does_not() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(synonyms::FILE);
        fs::write(&file, "窓口, カウンター\n").unwrap();
        let analyzer = Analyzer::open(None).unwrap();
        let live = LiveDictionaries::open(Some(directory.path().to_owned()), &analyzer, |_| {});
        let first = live.current();
        assert_eq!((first.synonyms.n_groups(), live.faults()), (1, Vec::new()));
        assert!(first.question_words.contains("教え"), "what the directory lacks is carried");

        fs::write(&file, "窓口, カウンター\n苦情, クレーム\n").unwrap();
        let second = live.current();
        assert_eq!(second.synonyms.n_groups(), 2);
        assert_ne!(first.fingerprint(), second.fingerprint());

        fs::write(&file, "窓口, カウンター\n苦情\n").unwrap();
        let third = live.current();
        assert_eq!(third.fingerprint(), second.fingerprint(), "what was in use stays in use");
        assert_eq!(live.faults().len(), 1);
        assert!(live.faults()[0].starts_with("synonyms.txt line 2: "));

        fs::write(&file, [0x8C, 0xF6]).unwrap();
        assert!(live.faults()[0].contains("not UTF-8"));
        assert_eq!(live.current().fingerprint(), second.fingerprint());

        fs::write(&file, "窓口, カウンター\n苦情, クレーム\n").unwrap();
        assert_eq!(live.faults(), Vec::<String>::new(), "what is repaired is no fault");

        fs::remove_file(&file).unwrap();
        assert_eq!(live.faults(), Vec::<String>::new());
        assert!(2 < live.current().synonyms.n_groups(), "without a file the carried one is used");
    }

    #[test]
    fn what_the_program_carries_is_sound() {
        let texts = texts(None).unwrap();
        let (_, faults) = Dictionaries::parse(&texts, &Analyzer::open(None).unwrap());
        assert_eq!(faults, []);
    }
}

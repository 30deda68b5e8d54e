//! Following folders: looked at again and again, and what changed and came to rest is due.
//!
//! Looking costs a listing and one question a file, works on every system, and works on the network drives where
//! offices keep their files, of which systems report no changes.
//! A file is due once it has looked the same for a while, so that one that is being copied is not read half.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::declarations::SOURCES_FILE;
use super::files::{Found, find};
use super::stamp::{REST, Stamp};

/// The shortest time between two looks.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// Looking takes no more than one part in so many of the time.
const PAUSE_PER_LOOK: u32 = 20;

/// What was seen of each place.
type View = BTreeMap<PathBuf, Stamp>;

/// Whoever follows the files below some paths.
#[derive(Debug)]
pub struct Follower {
    roots: Vec<PathBuf>,
    /// What has been handed over.
    done: View,
    /// What looks different from what was handed over: how it looks, if it is there, and since when.
    changing: BTreeMap<PathBuf, (Option<Stamp>, Instant)>,
    /// What cannot be looked into, as it was said.
    failures: BTreeSet<(PathBuf, Option<String>)>,
    pause: Duration,
}

impl Follower {
    /// Follows the files below `roots`, with everything there is at the beginning.
    pub fn begin(roots: &[PathBuf]) -> (Follower, Found) {
        let found = find(roots);
        let now = SystemTime::now();
        let mut done = view(&found);
        // What changed a moment ago may change again without looking different: it comes a second time.
        done.retain(|_, stamp| stamp.has_rested(now));
        let mut follower = Follower {
            roots: roots.to_owned(),
            done,
            changing: BTreeMap::new(),
            failures: BTreeSet::new(),
            pause: SHORTEST_PAUSE,
        };
        follower.unsaid(&found);
        (follower, found)
    }

    /// How long to wait before looking again.
    pub fn pause(&self) -> Duration {
        self.pause
    }

    /// What is due, if anything is: files that changed, that came, or that are gone.
    pub fn look(&mut self) -> Option<Found> {
        let begun = Instant::now();
        let mut found = find(&self.roots);
        let seen = view(&found);
        let due = self.due(&seen, begun);
        self.pause = SHORTEST_PAUSE.max(begun.elapsed() * PAUSE_PER_LOOK);
        found.failures = self.unsaid(&found);
        if due.is_empty() && found.failures.is_empty() {
            return None;
        }
        // What is declared about a folder is about every file below it.
        let declared: Vec<&Path> = due
            .iter()
            .filter(|place| place.ends_with(SOURCES_FILE))
            .filter_map(|place| place.parent())
            .collect();
        let is_due = |place: &PathBuf| {
            due.contains(place) || declared.iter().any(|folder| place.starts_with(folder))
        };
        (found.files, found.resting) =
            found.files.into_iter().partition(|file| is_due(&file.place));
        Some(found)
    }

    /// The places that look different from what was handed over, and have looked the same for a while.
    fn due(&mut self, seen: &View, now: Instant) -> BTreeSet<PathBuf> {
        let gone = self.done.keys().filter(|place| !seen.contains_key(*place));
        let different = seen.iter().filter(|(place, stamp)| self.done.get(*place) != Some(stamp));
        let mut changing = BTreeMap::new();
        let mut due = BTreeSet::new();
        for place in gone.chain(different.map(|(place, _)| place)) {
            let stamp = seen.get(place);
            let since = match self.changing.get(place) {
                Some((before, since)) if before.as_ref() == stamp => *since,
                _ => now,
            };
            match REST <= now.duration_since(since) {
                true => drop(due.insert(place.clone())),
                false => drop(changing.insert(place.clone(), (stamp.cloned(), since))),
            }
        }
        self.changing = changing;
        for place in &due {
            match seen.get(place) {
                Some(stamp) => drop(self.done.insert(place.clone(), stamp.clone())),
                None => drop(self.done.remove(place)),
            }
        }
        due
    }

    /// The failures that were not there at the last look.
    fn unsaid(&mut self, found: &Found) -> Vec<super::FileOutcome> {
        let named = |failure: &super::FileOutcome| (failure.path.clone(), failure.failure.clone());
        let new = found.failures.iter().filter(|failure| !self.failures.contains(&named(failure)));
        let new = new.cloned().collect();
        self.failures = found.failures.iter().map(named).collect();
        new
    }
}

/// What there is to see: the files, and what is declared about them.
fn view(found: &Found) -> View {
    let mut view = View::new();
    let mut folders = BTreeSet::new();
    let mut see = |place: &Path| {
        if let Ok(metadata) = fs::metadata(place) {
            view.insert(place.to_owned(), Stamp::of(&metadata));
        }
    };
    for file in &found.files {
        see(&file.place);
        let n_below = file.path.components().count() - file.base.components().count();
        folders.extend(file.place.ancestors().skip(1).take(n_below).map(Path::to_owned));
    }
    for folder in folders {
        see(&folder.join(SOURCES_FILE));
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of what is due after a while, if it goes on looking as it does.
    fn due(follower: &mut Follower) -> Vec<String> {
        assert!(follower.look().is_none(), "nothing has rested");
        for (_, since) in follower.changing.values_mut() {
            *since -= REST;
        }
        let found = follower.look().unwrap_or_default();
        found.files.iter().map(|file| file.name()).collect()
    }

    #[test]
    fn what_changed_is_due_once_it_rests() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["a.txt", "b.txt"] {
            fs::write(path(name), "取組").unwrap();
        }
        let (mut follower, found) = Follower::begin(&[folder.path().to_owned()]);
        assert_eq!(found.files.len(), 2);
        // They are younger than the tick of a clock.
        assert_eq!(due(&mut follower), ["a.txt", "b.txt"]);
        assert!(follower.look().is_none());
        fs::write(path("b.txt"), "取組二").unwrap();
        fs::write(path("c.txt"), "取組").unwrap();
        assert_eq!(due(&mut follower), ["b.txt", "c.txt"]);
        fs::write(path("sources.toml"), "").unwrap();
        assert_eq!(due(&mut follower), ["a.txt", "b.txt", "c.txt"]);
        fs::remove_file(path("a.txt")).unwrap();
        assert_eq!(due(&mut follower), Vec::<String>::new());
        assert!(follower.look().is_none());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("nowhere", path("d.txt")).unwrap();
            assert_eq!(follower.look().unwrap().failures.len(), 1);
            assert!(follower.look().is_none(), "it is said once");
        }
    }
}

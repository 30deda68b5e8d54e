//! A small engine that searches by substring, so that the HTTP face is tested without an index.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use torikumi::notice::Notice;
use torikumi::notice::NoticeKind;
use torikumi::query::Answer;
use torikumi::query::Completion;
use torikumi::query::Engine;
use torikumi::query::Furigana;
use torikumi::query::Match;
use torikumi::query::Matches;
use torikumi::query::QueryError;
use torikumi::query::SearchRequest;
use torikumi::query::answer::DivisionNode;
use torikumi::query::answer::Facet;
use torikumi::query::answer::Facets;
use torikumi::query::answer::Fragment;
use torikumi::query::answer::Hit;
use torikumi::query::answer::Interpretation;
use torikumi::query::answer::Snippet;
use torikumi::query::answer::SnippetField;
use torikumi::query::answer::Suggestion;
use torikumi::query::answer::Value;
use torikumi::query::comparison::ComparableOffice;
use torikumi::query::comparison::CompareRequest;
use torikumi::query::comparison::Comparison;
use torikumi::query::comparison::Counterparts;
use torikumi::query::comparison::Neighbours;
use torikumi::query::comparison::Similar;
use torikumi::query::crosstab::Crosstab;
use torikumi::query::crosstab::CrosstabRequest;
use torikumi::query::distinctive::Distinctive;
use torikumi::query::distinctive::DistinctiveRequest;
use torikumi::query::explanation::Explanation;
use torikumi::query::request::Filters;
use torikumi::query::request::Sort;
use torikumi::query::trend::Trend;
use torikumi::query::trend::TrendRequest;
use torikumi::query::widening::WideningKind;
use torikumi::record::FiscalYear;
use torikumi::record::Provenance;
use torikumi::record::Record;
use torikumi::record::RecordId;
use torikumi::record::Role;
use torikumi::record::Section;

/// When every record last changed: 2023-11-14T22:13:20Z.
const CHANGED: u64 = 1_700_000_000;

/// Records in memory, and switches for what can go wrong.
pub(crate) struct Shelf {
    records: Vec<Record>,
    pub(crate) generation: Mutex<String>,
    pub(crate) ready: AtomicBool,
    pub(crate) n_searches: AtomicUsize,
    /// By content: where a file was ingested from.
    pub(crate) originals: Mutex<Vec<(String, PathBuf)>>,
}

impl Shelf {
    pub(crate) fn new(records: Vec<Record>) -> Shelf {
        Shelf {
            records,
            generation: Mutex::new("g1".to_owned()),
            ready: AtomicBool::new(true),
            n_searches: AtomicUsize::new(0),
            originals: Mutex::default(),
        }
    }

    fn matching(&self, request: &SearchRequest, filters: &Filters) -> Vec<&Record> {
        let words = request.q.split_whitespace().filter(|word| *word != "cut");
        let words: Vec<&str> = words.collect();
        self.records
            .iter()
            .filter(|record| words.iter().all(|word| has_word(record, word, request.within)))
            .filter(|record| passes(record, filters))
            .collect()
    }
}

impl Engine for Shelf {
    fn search(&self, request: &SearchRequest) -> Result<Answer, QueryError> {
        self.n_searches.fetch_add(1, Ordering::Relaxed);
        match request.q.as_str() {
            "panic" => panic!("asked to panic"),
            "broken" => return Err(QueryError::Index("the disk is gone".to_owned())),
            "timeout" => return Err(QueryError::TimedOut { limit_ms: 2000 }),
            "sleep" => std::thread::sleep(Duration::from_secs(1)),
            _ => {}
        }
        let mut found = self.matching(request, &request.filters);
        match request.sort {
            Sort::Relevance => {}
            Sort::Newest => found.sort_by_key(|record| std::cmp::Reverse(record.fiscal_year)),
            Sort::Oldest => found.sort_by_key(|record| record.fiscal_year),
        }
        let first = (request.page - 1) * request.per_page;
        let hits =
            found.iter().skip(first).take(request.per_page).map(|record| hit(record, request));
        Ok(Answer {
            total: found.len(),
            hits: hits.collect(),
            facets: self.facets(request),
            interpretation: interpretation(request),
            did_you_mean: suggestions(request),
            notices: notices(request),
        })
    }

    fn matches(&self, request: &SearchRequest) -> Result<Matches, QueryError> {
        let everything = SearchRequest { page: 1, per_page: usize::MAX, ..request.clone() };
        let mut found = self.search(&everything)?.hits.into_iter();
        let is_cut = request.q == "cut";
        let next = move || {
            let record = found.next()?.record;
            Some(if is_cut && record.id.0 == "kunren" {
                Err(QueryError::Index("the disk is gone".to_owned()))
            } else {
                Ok(Match { record, changed: CHANGED })
            })
        };
        let total = self.search(request)?.total;
        Ok(Matches::new(total, std::iter::from_fn(next)))
    }

    fn catalogue(&self) -> Result<Vec<(RecordId, u64)>, QueryError> {
        Ok(self.records.iter().map(|record| (record.id.clone(), CHANGED)).collect())
    }

    fn suggest(&self, q: &str, limit: usize) -> Result<Vec<Completion>, QueryError> {
        self.n_searches.fetch_add(1, Ordering::Relaxed);
        match q {
            "panic" => panic!("asked to panic"),
            "broken" => return Err(QueryError::Index("the disk is gone".to_owned())),
            _ => {}
        }
        let words = [("花壇", Some("カダン"), 2), ("花だより", None, 1)];
        let begun = words.into_iter().filter(|(word, ..)| !q.is_empty() && word.starts_with(q));
        let completions = begun.map(|(word, reading, count)| Completion {
            text: word.to_owned(),
            reading: reading.map(str::to_owned),
            count,
        });
        Ok(completions.take(limit).collect())
    }

    fn crosstab(&self, _: &CrosstabRequest) -> Result<Crosstab, QueryError> {
        Err(not_on_a_shelf())
    }

    fn trend(&self, _: &TrendRequest) -> Result<Trend, QueryError> {
        Err(not_on_a_shelf())
    }

    fn distinctive(&self, _: &DistinctiveRequest) -> Result<Distinctive, QueryError> {
        Err(not_on_a_shelf())
    }

    fn record(&self, id: &RecordId) -> Result<Option<Record>, QueryError> {
        Ok(self.records.iter().find(|record| record.id == *id).cloned())
    }

    fn compare(&self, _: &CompareRequest) -> Result<Comparison, QueryError> {
        Ok(Comparison::default())
    }

    fn comparable(&self) -> Result<Vec<ComparableOffice>, QueryError> {
        Ok(Vec::new())
    }

    fn counterparts(&self, id: &RecordId) -> Result<Option<Counterparts>, QueryError> {
        let record = self.record(id)?;
        Ok(record.map(|record| Counterparts { record, others: Vec::new() }))
    }

    fn similar(&self, id: &RecordId, limit: usize) -> Result<Option<Vec<Similar>>, QueryError> {
        let others = self.records.iter().filter(|record| record.id != *id).take(limit);
        let similar = |record: &Record| Similar {
            record: record.clone(),
            score: 1.0,
            words: vec!["花壇".to_owned()],
        };
        Ok(self.record(id)?.map(|_| others.map(similar).collect()))
    }

    fn neighbours(&self, id: &RecordId) -> Result<Option<Neighbours>, QueryError> {
        Ok(self.record(id)?.map(|_| Neighbours::default()))
    }

    fn highlighted(
        &self,
        record: &Record,
        request: &SearchRequest,
    ) -> Result<Vec<Vec<Fragment>>, QueryError> {
        let word = request.q.split_whitespace().next().unwrap_or("");
        Ok(record.sections.iter().map(|section| fragments(&section.text, word)).collect())
    }

    fn furigana(&self, text: &str) -> Result<Vec<Furigana>, QueryError> {
        let places = text.match_indices("花壇");
        let reading = |(start, word): (usize, &str)| Furigana {
            range: start..start + word.len(),
            reading: "かだん".to_owned(),
        };
        Ok(places.map(reading).collect())
    }

    fn originals(&self, sha256: &str) -> Result<Vec<PathBuf>, QueryError> {
        let originals = self.originals.lock().unwrap();
        Ok(originals.iter().filter(|(hash, _)| hash == sha256).map(|(_, p)| p.clone()).collect())
    }

    fn generation(&self) -> String {
        let generation = self.generation.lock().unwrap().clone();
        assert_ne!(generation, "panic", "asked to panic");
        generation
    }

    fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    fn faults(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Counts are tested over an index.
fn not_on_a_shelf() -> QueryError {
    QueryError::Index("a shelf has no index".to_owned())
}

fn has_word(record: &Record, word: &str, within: Option<Role>) -> bool {
    let sections =
        record.sections.iter().filter(|section| within.is_none_or(|r| r == section.role));
    let in_sections = sections.map(|section| section.text.as_str()).any(|text| text.contains(word));
    in_sections || within.is_none() && record.title.as_deref().is_some_and(|t| t.contains(word))
}

fn passes(record: &Record, filters: &Filters) -> bool {
    let any = |is_empty: bool, holds: bool| is_empty || holds;
    let division = |path: &Vec<String>| record.division_canonical.starts_with(path);
    any(filters.division.is_empty(), filters.division.iter().any(division))
        && any(
            filters.category.is_empty(),
            filters.category.iter().any(|c| record.category_canonical.contains(c)),
        )
        && any(filters.fiscal_year.is_empty(), filters.fiscal_year.contains(&record.fiscal_year))
        && any(
            filters.organization.is_empty(),
            record.organization.as_ref().is_some_and(|o| filters.organization.contains(o)),
        )
}

impl Shelf {
    fn facets(&self, request: &SearchRequest) -> Facets {
        let own = &request.filters;
        let by_year = self.matching(request, &Filters { fiscal_year: vec![], ..own.clone() });
        let by_category = self.matching(request, &Filters { category: vec![], ..own.clone() });
        let by_office = self.matching(request, &Filters { organization: vec![], ..own.clone() });
        let by_division = self.matching(request, &Filters { division: vec![], ..own.clone() });
        let limit = request.facet_limit;
        Facets {
            division: cut(limit, nodes(&by_division, &own.division, &[])),
            category: cut(
                limit,
                values(
                    by_category.iter().flat_map(|r| r.category_canonical.clone()),
                    &own.category,
                ),
            ),
            fiscal_year: cut(
                limit,
                values(by_year.iter().map(|r| r.fiscal_year), &own.fiscal_year),
            ),
            organization: cut(
                limit,
                values(by_office.iter().filter_map(|r| r.organization.clone()), &own.organization),
            ),
        }
    }
}

fn cut<T>(limit: usize, mut values: Vec<T>) -> Facet<T> {
    let others = values.len().saturating_sub(limit);
    values.truncate(limit);
    Facet { values, others }
}

fn values<T: PartialEq + Clone>(all: impl Iterator<Item = T>, chosen: &[T]) -> Vec<Value<T>> {
    let mut values: Vec<Value<T>> = Vec::new();
    for value in all {
        match values.iter_mut().find(|known| known.value == value) {
            Some(known) => known.count += 1,
            None => {
                let selected = chosen.contains(&value);
                values.push(Value { value, count: 1, selected });
            }
        }
    }
    values
}

fn nodes(records: &[&Record], chosen: &[Vec<String>], above: &[String]) -> Vec<DivisionNode> {
    let names = records.iter().filter_map(|record| {
        let path = &record.division_canonical;
        path.starts_with(above).then(|| path.get(above.len()).cloned())?
    });
    let node = |value: Value<String>| {
        let path = [above, std::slice::from_ref(&value.value)].concat();
        DivisionNode {
            selected: chosen.contains(&path),
            children: nodes(records, chosen, &path),
            value: value.value,
            count: value.count,
            path,
        }
    };
    values(names, &[]).into_iter().map(node).collect()
}

fn hit(record: &Record, request: &SearchRequest) -> Hit {
    let snippets = record.sections.iter().map(|section| Snippet {
        field: match section.role {
            Role::Goal => SnippetField::Goal,
            Role::Result => SnippetField::Result,
            Role::Body => SnippetField::Body,
        },
        fragments: fragments(&section.text, request.q.split_whitespace().next().unwrap_or("")),
    });
    Hit {
        record: record.clone(),
        score: 7.123_456,
        snippets: snippets.collect(),
        explanation: request.explain.then(|| Explanation {
            matches: Vec::new(),
            tree: r#"{"description":"1.0 = <b>tf</b>"}"#.to_owned(),
        }),
    }
}

fn fragments(text: &str, word: &str) -> Vec<Fragment> {
    let plain = |text: &str, hit| Fragment { text: text.to_owned(), hit };
    match text.split_once(word) {
        Some((before, after)) if !word.is_empty() => {
            vec![plain(before, false), plain(word, true), plain(after, false)]
        }
        _ => vec![plain(text, false)],
    }
}

fn interpretation(request: &SearchRequest) -> Vec<Interpretation> {
    let is_read = request.q.contains("花だん") && !request.exact;
    let undo = SearchRequest { exact: true, ..request.clone() };
    let reading = || Interpretation {
        kind: WideningKind::Variant,
        from: "花だん".to_owned(),
        to: "花壇".to_owned(),
        undo,
    };
    is_read.then(reading).into_iter().collect()
}

fn suggestions(request: &SearchRequest) -> Vec<Suggestion> {
    let suggestion = || Suggestion { text: "花壇".to_owned(), count: 2 };
    (request.q == "花段").then(suggestion).into_iter().collect()
}

fn notices(request: &SearchRequest) -> Vec<Notice> {
    let notice =
        || Notice::new(NoticeKind::QueryAsText, "閉じていない「(」は文字として探しました。", "q:1");
    request.q.starts_with('(').then(notice).into_iter().collect()
}

/// A record with the parts that most tests look at.
pub(crate) fn record(
    id: &str,
    year: u16,
    division: &[&str],
    category: &str,
    goal: &str,
    result: &str,
) -> Record {
    let section = |role, heading: &str, text: &str| Section {
        role,
        heading: Some(heading.to_owned()),
        text: text.to_owned(),
        source: 0,
    };
    let division: Vec<String> = division.iter().map(|name| (*name).to_owned()).collect();
    Record {
        id: RecordId(id.to_owned()),
        organization: Some("浜手区役所".to_owned()),
        fiscal_year: FiscalYear::from_gregorian(year),
        division_canonical: division.clone(),
        division,
        category: Some(category.to_owned()),
        category_canonical: vec![category.to_owned()],
        number: Some(1),
        sections: vec![
            section(Role::Goal, "目標及び取組内容", goal),
            section(Role::Result, "実施結果", result),
        ],
        sources: vec![Provenance {
            file: "hamate-r4.txt".to_owned(),
            line: Some(12),
            ..Provenance::default()
        }],
        ..Record::default()
    }
}

/// A handful of invented records.
pub(crate) fn records() -> Vec<Record> {
    vec![
        record(
            "kadan",
            2022,
            &["まちづくり部", "緑の係"],
            "環境",
            "駅前の花壇を地域の皆さんと手入れし、歩いて楽しいまちにします。",
            "花壇の手入れを年12回行い、延べ240人が参加しました。\n冬の花の選び方に課題が残りました。",
        ),
        record(
            "kunren",
            2023,
            &["危機管理室"],
            "防災",
            "夜間の避難訓練を行い、停電のときの誘導を確かめます。",
            "避難訓練を2回行い、照明の不足がわかりました。",
        ),
        record(
            "madoguchi",
            2022,
            &["区民部", "窓口係"],
            "共通",
            "窓口の待ち時間を短くするため、記入台に見本を置きます。",
            "見本を置いたところ、平均の待ち時間が4分短くなりました。",
        ),
    ]
}

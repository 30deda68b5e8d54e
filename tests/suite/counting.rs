//! Counts crossed, over the years and by words equal plain loops over all records, and lead to what they count.

use std::collections::{BTreeMap, BTreeSet};

use torikumi::analysis;
use torikumi::index::document;
use torikumi::query::crosstab::{Crosstab, CrosstabRequest};
use torikumi::query::dimension::{Dimension, Group, Value, narrowed};
use torikumi::query::distinctive::{Distinctive, DistinctiveRequest, LEAST_G2};
use torikumi::query::log_likelihood::Contingency;
use torikumi::query::request::Filters;
use torikumi::query::trend::TrendRequest;
use torikumi::query::{Engine, SearchRequest};
use torikumi::record::{FiscalYear, Record, Role};

use crate::search::random_request;
use crate::workspace::{Workspace, analyzer, real_data, samples};

/// Whether a record meets all filters, read off the record.
fn passes(record: &Record, filters: &Filters) -> bool {
    let path = &record.division_canonical;
    let division = !filters.narrows_division()
        || filters.division.iter().any(|wanted| path.starts_with(wanted))
        || filters.division_itself.contains(path)
        || filters.no_division && path.is_empty();
    let categories = &record.category_canonical;
    let category = !filters.narrows_category()
        || filters.category.iter().any(|wanted| categories.contains(wanted))
        || filters.no_category && categories.is_empty();
    let year = filters.fiscal_year.is_empty() || filters.fiscal_year.contains(&record.fiscal_year);
    let organization = !filters.narrows_organization()
        || match &record.organization {
            Some(name) => filters.organization.contains(name),
            None => filters.no_organization,
        };
    division && category && year && organization
}

/// The groups of a record in a dimension, read off the record.
fn groups(record: &Record, dimension: Dimension, level: usize, filters: &Filters) -> Vec<Group> {
    let values: Vec<Value> = match dimension {
        Dimension::Division => {
            let path = record.division_canonical.clone();
            match path.len() {
                0 => vec![],
                n if n < level => vec![Value::DivisionItself(path)],
                _ => vec![Value::Division(path[..level].to_vec())],
            }
        }
        Dimension::Category => {
            let all = record.category_canonical.iter();
            let chosen =
                all.filter(|name| !filters.narrows_category() || filters.category.contains(name));
            chosen.cloned().map(Value::Category).collect()
        }
        Dimension::FiscalYear => record.fiscal_year.map(Value::FiscalYear).into_iter().collect(),
        Dimension::Organization => {
            record.organization.clone().map(Value::Organization).into_iter().collect()
        }
    };
    if values.is_empty() {
        return vec![Group::without(dimension)];
    }
    values.into_iter().map(Group::of).collect()
}

/// The records that a request finds: what its query matches, then a loop over the filters.
fn found<'w>(
    workspace: &'w Workspace,
    by_id: &BTreeMap<&str, &'w Record>,
    request: &SearchRequest,
) -> Vec<&'w Record> {
    let alone = SearchRequest { filters: Filters::default(), ..request.clone() };
    let matching = workspace.matching(&alone);
    let matching = matching.iter().map(|id| by_id[id.as_str()]);
    matching.filter(|record| passes(record, &request.filters)).collect()
}

fn by_id(workspace: &Workspace) -> BTreeMap<&str, &Record> {
    workspace.records.iter().map(|record| (record.id.0.as_str(), record)).collect()
}

/// A request with every kind of filter, drawn from what the records hold.
fn random_search(records: &[Record], random: &mut fastrand::Rng) -> SearchRequest {
    let mut request = random_request(records, random);
    if random.u8(..) < 40 {
        let path = records[random.usize(..records.len())].division_canonical.clone();
        let depth = random.usize(0..=path.len());
        if 0 < depth {
            request.filters.division_itself.push(path[..depth].to_vec());
        }
    }
    request.filters.no_division = random.u8(..) < 20;
    request.filters.no_category = random.u8(..) < 20;
    request.filters.no_organization = random.u8(..) < 20;
    request.within = [None, None, None, Some(Role::Goal), Some(Role::Result)][random.usize(0..5)];
    request.exact = random.u8(..) < 30;
    request
}

fn random_pair(random: &mut fastrand::Rng) -> (Dimension, Dimension) {
    let rows = random.usize(0..4);
    let columns = (rows + random.usize(1..4)) % 4;
    (Dimension::ALL[rows], Dimension::ALL[columns])
}

/// The number of cells that were looked at and that are not empty.
fn check_crosstabs(workspace: &Workspace, n_cases: usize, seed: u64) -> usize {
    let mut random = fastrand::Rng::with_seed(seed);
    let by_id = by_id(workspace);
    let mut n_cells = 0;
    for _ in 0..n_cases {
        let search = random_search(&workspace.records, &mut random);
        let (rows, columns) = random_pair(&mut random);
        let level = random.usize(1..4);
        let limit = CrosstabRequest::MAX_LIMIT;
        let request = CrosstabRequest { search, rows, columns, level, limit };
        let table = workspace.searcher.crosstab(&request).unwrap();
        let filters = &request.search.filters;
        let records = found(workspace, &by_id, &request.search);
        assert_eq!(table.total, records.len(), "{request:?}");
        let mut cells: BTreeMap<(Group, Group), usize> = BTreeMap::new();
        let mut totals: [BTreeMap<Group, usize>; 2] = Default::default();
        for record in records {
            let of_rows = groups(record, rows, level, filters);
            let of_columns = groups(record, columns, level, filters);
            for row in &of_rows {
                *totals[0].entry(row.clone()).or_default() += 1;
                for column in &of_columns {
                    *cells.entry((row.clone(), column.clone())).or_default() += 1;
                }
            }
            for column in &of_columns {
                *totals[1].entry(column.clone()).or_default() += 1;
            }
        }
        let listed = |groups: &[Group], totals: &[usize]| -> BTreeMap<Group, usize> {
            groups.iter().cloned().zip(totals.iter().copied()).collect()
        };
        assert_eq!(listed(&table.rows, &table.row_totals), totals[0], "{request:?}");
        assert_eq!(listed(&table.columns, &table.column_totals), totals[1], "{request:?}");
        assert_eq!((table.other_rows, table.other_columns), (0, 0));
        for (row, counts) in table.rows.iter().zip(&table.counts) {
            for (column, count) in table.columns.iter().zip(counts) {
                let expected = cells.remove(&(row.clone(), column.clone())).unwrap_or_default();
                assert_eq!(*count, expected, "{row:?} {column:?} of {request:?}");
                n_cells += usize::from(0 < expected);
            }
        }
        assert!(cells.is_empty(), "{cells:?} of {request:?}");
        follow(workspace, &request, &table, &mut random);
    }
    n_cells
}

/// The searches of a row, a column and some cells find as many records as they are counted.
fn follow(
    workspace: &Workspace,
    request: &CrosstabRequest,
    table: &Crosstab,
    random: &mut fastrand::Rng,
) {
    let total = |request: &SearchRequest| workspace.answer(request).total;
    assert_eq!(total(&request.search), table.total, "{request:?}");
    if table.rows.is_empty() {
        return;
    }
    for _ in 0..4 {
        let (r, c) = (random.usize(..table.rows.len()), random.usize(..table.columns.len()));
        let row = narrowed(&request.search, &table.rows[r]);
        assert_eq!(total(&row), table.row_totals[r], "{row:?}");
        let column = narrowed(&request.search, &table.columns[c]);
        assert_eq!(total(&column), table.column_totals[c], "{column:?}");
        let cell = narrowed(&row, &table.columns[c]);
        assert_eq!(total(&cell), table.counts[r][c], "{cell:?}");
    }
}

/// Records with everything that sheets rarely have: no value, several categories, divisions of any depth.
fn sparse_records(n: usize) -> Workspace {
    let mut random = fastrand::Rng::with_seed(7);
    let names = ["総務部", "企画部", "緑の係", "窓口係", "分室"];
    let categories = ["環境", "防災", "共通"];
    let words = ["花壇", "避難訓練", "窓口", "研修", "公園"];
    let lines = (0..n).map(|number| {
        let division: Vec<&str> =
            (0..random.usize(0..4)).map(|_| names[random.usize(..names.len())]).collect();
        let chosen: BTreeSet<&str> =
            (0..random.usize(0..3)).map(|_| categories[random.usize(..categories.len())]).collect();
        let text: Vec<&str> = (0..3).map(|_| words[random.usize(..words.len())]).collect();
        let year = (random.u8(..) < 200).then(|| random.u16(2019..2023));
        let organization = (random.u8(..) < 200).then_some("丘浜市");
        serde_json::json!({
            "id": format!("r{number}"), "organization": organization, "fiscal_year": year,
            "division": division, "category_canonical": chosen,
            "sections": [{ "role": "goal", "text": text.join("と") }],
        })
        .to_string()
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let workspace = Workspace::of(&[path]);
    let several = workspace.records.iter().filter(|r| 1 < r.category_canonical.len()).count();
    assert!(n / 10 < several, "{several} records have several categories");
    workspace
}

#[test]
fn crosstabs_equal_plain_loops_on_sparse_records() {
    assert!(1_000 < check_crosstabs(&sparse_records(300), 100, 1));
}

#[test]
fn crosstabs_equal_plain_loops_on_the_samples() {
    assert!(1_000 < check_crosstabs(&Workspace::of(&[samples()]), 200, 2));
}

#[test]
fn crosstabs_equal_plain_loops_on_real_records() {
    let Some(data) = real_data() else { return };
    check_crosstabs(&Workspace::of(&[data.join("nakahara-r4-sheet.txt")]), 50, 3);
    check_crosstabs(&Workspace::of(&[data.join("corpora/ofunato2025.jsonl")]), 100, 4);
}

#[test]
fn a_table_that_is_cut_says_how_much_is_left_out() {
    let workspace = sparse_records(200);
    let (rows, columns) = (Dimension::Division, Dimension::FiscalYear);
    let request = |limit| {
        let search = SearchRequest::default();
        workspace
            .searcher
            .crosstab(&CrosstabRequest { search, rows, columns, level: 2, limit })
            .unwrap()
    };
    let (whole, cut) = (request(500), request(3));
    assert_eq!((cut.rows.len(), cut.other_rows), (3, whole.rows.len() - 3));
    assert_eq!((cut.columns.len(), cut.other_columns), (3, whole.columns.len() - 3));
    assert_eq!(cut.total, whole.total);
    let largest = whole.row_totals.iter().max();
    assert!(cut.row_totals.iter().max() == largest, "the largest rows stay");
    for (row, total) in cut.rows.iter().zip(&cut.row_totals) {
        let at = whole.rows.iter().position(|known| known == row).unwrap();
        assert_eq!(whole.row_totals[at], *total);
    }
}

fn check_trends(workspace: &Workspace, n_cases: usize, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let by_id = by_id(workspace);
    for _ in 0..n_cases {
        let search = random_search(&workspace.records, &mut random);
        let compare: Vec<String> = (0..random.usize(0..3))
            .map(|_| random_request(&workspace.records, &mut random).q)
            .collect();
        let request = TrendRequest { search: search.clone(), compare: compare.clone() };
        let trend = workspace.searcher.trend(&request).unwrap();
        let in_year = |records: &[&Record], year: Option<FiscalYear>| {
            records.iter().filter(|record| record.fiscal_year == year).count()
        };
        let all: Vec<&Record> =
            workspace.records.iter().filter(|r| passes(r, &search.filters)).collect();
        let counts: Vec<usize> =
            trend.years.iter().map(|year| in_year(&all, Some(*year))).collect();
        assert_eq!(trend.records, counts, "{request:?}");
        assert_eq!(trend.records_without_year, in_year(&all, None));
        assert_eq!(all.len(), counts.iter().sum::<usize>() + trend.records_without_year);
        assert_eq!(trend.series.len(), 1 + compare.len());
        for (series, q) in trend.series.iter().zip(std::iter::once(&search.q).chain(&compare)) {
            assert_eq!(&series.request.q, q);
            let records = found(workspace, &by_id, &series.request);
            let counts: Vec<usize> =
                trend.years.iter().map(|year| in_year(&records, Some(*year))).collect();
            assert_eq!(series.counts, counts, "{:?}", series.request);
            assert_eq!(series.without_year, in_year(&records, None));
            assert_eq!(series.total, records.len());
            let Some(at) = (0..trend.years.len()).next_back() else { continue };
            let year = Group::of(Value::FiscalYear(trend.years[at]));
            let linked = workspace.answer(&narrowed(&series.request, &year));
            assert_eq!(linked.total, series.counts[at], "{:?}", series.request);
        }
    }
}

#[test]
fn trends_equal_plain_loops() {
    check_trends(&Workspace::of(&[samples()]), 50, 5);
    check_trends(&sparse_records(300), 50, 6);
}

#[test]
fn years_between_the_first_and_the_last_are_shown_though_nothing_is_found() {
    let workspace = Workspace::of(&[samples()]);
    let search =
        SearchRequest { q: "ハザードマップ".to_owned(), ..SearchRequest::default() };
    let compare = vec!["存在しない語句甲乙丙".to_owned()];
    let trend = workspace.searcher.trend(&TrendRequest { search, compare }).unwrap();
    let years: Vec<u16> = trend.years.iter().map(|year| year.gregorian()).collect();
    assert_eq!(years, [2021, 2022, 2023]);
    assert_eq!(trend.records.iter().sum::<usize>(), 318);
}

/// A record holds a word if its characters stand in a text that is searched, width and case folded.
fn holds(record: &Record, word: &str, within: Option<Role>) -> bool {
    let word = analysis::fold(word).text;
    match within {
        None => document::printed(record)
            .iter()
            .any(|(_, text)| analysis::fold(text).text.contains(&word)),
        Some(role) => {
            let mut sections = record.sections.iter().filter(|section| section.role == role);
            sections.any(|section| analysis::fold(&section.text).text.contains(&word))
        }
    }
}

fn check_distinctive(workspace: &Workspace, request: &DistinctiveRequest) -> Distinctive {
    let by_id = by_id(workspace);
    let told = workspace.searcher.distinctive(request).unwrap();
    let inside: BTreeSet<String> =
        workspace.matching(&narrowed(&request.search, &request.group)).into_iter().collect();
    let all = found(workspace, &by_id, &request.search);
    assert_eq!((told.n_in, told.n_out), (inside.len(), all.len() - inside.len()), "{request:?}");
    let mut last = f64::INFINITY;
    let mut was_more = true;
    for word in &told.words {
        let holders: Vec<&&Record> =
            all.iter().filter(|record| holds(record, &word.text, request.search.within)).collect();
        let count_in = holders.iter().filter(|record| inside.contains(&record.id.0)).count();
        let expected = (count_in, holders.len() - count_in);
        let counts = word.counts;
        assert_eq!((counts.count_in, counts.count_out), expected, "{} of {request:?}", word.text);
        assert_eq!((counts.n_in, counts.n_out), (told.n_in, told.n_out));
        assert!(LEAST_G2 <= counts.g2());
        if counts.is_more() != was_more {
            (was_more, last) = (false, f64::INFINITY);
        }
        assert!(counts.g2() <= last && counts.is_more() == was_more, "{}", word.text);
        last = counts.g2();
        if let Some(link) = &word.link {
            assert_eq!(workspace.answer(link).total, count_in, "{link:?}");
        }
    }
    told
}

/// A value of a record in a dimension.
fn random_group(workspace: &Workspace, random: &mut fastrand::Rng) -> Group {
    let record = &workspace.records[random.usize(..workspace.records.len())];
    let dimension = Dimension::ALL[random.usize(0..4)];
    let all = groups(record, dimension, random.usize(1..3), &Filters::default());
    all[random.usize(..all.len())].clone()
}

fn check_distinctives(workspace: &Workspace, n_cases: usize, seed: u64) -> (usize, usize) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut n_words, mut n_links) = (0, 0);
    for n in 0..n_cases {
        let mut search = random_search(&workspace.records, &mut random);
        if n % 3 != 0 {
            // Words differ where there are many records.
            search = SearchRequest { within: search.within, ..SearchRequest::default() };
        }
        let mut group = random_group(workspace, &mut random);
        if search.filters.narrows_category() && group.dimension == Dimension::Category {
            group = Group::of(Value::FiscalYear(FiscalYear::from_gregorian(2022).unwrap()));
        }
        if group.dimension == Dimension::Division && search.filters.narrows_division()
            || group.dimension == Dimension::Organization && search.filters.narrows_organization()
            || group.dimension == Dimension::FiscalYear && !search.filters.fiscal_year.is_empty()
        {
            search.filters = Filters::default();
        }
        let told = check_distinctive(workspace, &DistinctiveRequest { search, group, limit: 10 });
        n_words += told.words.len();
        n_links += told.words.iter().filter(|word| word.link.is_some()).count();
    }
    (n_words, n_links)
}

#[test]
fn distinctive_words_equal_plain_loops() {
    let (n_words, n_links) = check_distinctives(&Workspace::of(&[samples()]), 30, 8);
    assert!(100 < n_words && 100 < n_links, "{n_words} words, {n_links} links");
    check_distinctives(&sparse_records(300), 30, 9);
}

/// How many records hold a word in the printed name of their division or category.
fn holders_by_name(records: &[Record], word: &str) -> usize {
    let has_name = |record: &&Record| {
        let names = [record.division.concat(), record.category.clone().unwrap_or_default()];
        names.iter().any(|name| analysis::fold(name).text.contains(word))
    };
    records.iter().filter(has_name).count()
}

/// No word of any text differs more than the first that is told.
#[test]
fn the_first_word_is_the_one_that_differs_most() {
    let workspace = Workspace::of(&[samples()]);
    let analyzer = analyzer();
    let mut worker = analyzer.worker();
    let (mut words, mut of_text) = (BTreeSet::new(), Vec::new());
    for record in &workspace.records {
        for (_, text) in document::printed(record) {
            worker.words(&text, &mut of_text);
            words.extend(of_text.iter().map(|word| word.surface.clone()));
        }
    }
    words.retain(|word| word.chars().all(is_kanji) && 1 < word.chars().count());
    assert!(1_000 < words.len());
    for name in ["対面応対", "窓口"] {
        let group = Group::of(Value::Category(name.to_owned()));
        let request = DistinctiveRequest { search: SearchRequest::default(), group, limit: 5 };
        let told = workspace.searcher.distinctive(&request).unwrap();
        let of_kanji = told.words.iter().find(|word| word.text.chars().all(is_kanji)).unwrap();
        let (n_in, n_out) = (told.n_in, told.n_out);
        let folded = |text: &str| analysis::fold(text).text;
        let texts: Vec<(&Record, String)> = workspace
            .records
            .iter()
            .map(|record| {
                let texts = document::printed(record);
                (record, texts.iter().map(|(_, text)| folded(text)).collect::<Vec<_>>().join("\n"))
            })
            .collect();
        let best = words
            .iter()
            .filter_map(|word| {
                let is_in = |r: &Record| r.category_canonical.iter().any(|c| c == name);
                let word = folded(word);
                let holders = texts.iter().filter(|(_, text)| text.contains(&word));
                let holders: Vec<&Record> = holders.map(|(record, _)| *record).collect();
                let count_in = holders.iter().filter(|record| is_in(record)).count();
                let count_out = holders.len() - count_in;
                let counts = Contingency { count_in, n_in, count_out, n_out };
                let g2 = counts.g2();
                let is_told = counts.is_more() && LEAST_G2 <= g2;
                (is_told && 2 * holders_by_name(&workspace.records, &word) < holders.len())
                    .then_some((g2, word))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap();
        assert!((best.0 - of_kanji.counts.g2()).abs() < 1e-9, "{best:?} and {of_kanji:?}");
    }
}

fn is_kanji(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn distinctive_words_equal_plain_loops_on_real_records() {
    let Some(data) = real_data() else { return };
    check_distinctives(&Workspace::of(&[data.join("corpora/ofunato2025.jsonl")]), 20, 10);
}

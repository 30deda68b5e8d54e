//! The page that counts: a search crossed by two facets, over the years, and by words.

use askama::Template;

use super::Link;
use super::chart::Chart;
use super::frame::Frame;
use super::rendered;
use super::results_filters;
use crate::query::Answer;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::answer::DivisionNode;
use crate::query::answer::Interpretation;
use crate::query::crosstab::Crosstab;
use crate::query::crosstab::CrosstabRequest;
use crate::query::dimension::Dimension;
use crate::query::dimension::Group;
use crate::query::dimension::Value;
use crate::query::dimension::lets_through;
use crate::query::dimension::narrowed;
use crate::query::distinctive::Distinctive;
use crate::query::distinctive::DistinctiveRequest;
use crate::query::distinctive::DistinctiveWord;
use crate::query::request::Filters;
use crate::query::trend::Series;
use crate::query::trend::Trend;
use crate::query::trend::TrendRequest;
use crate::serve::analysis::share;
use crate::serve::analysis::tables;
use crate::serve::analysis_parameters;
use crate::serve::analysis_parameters::AnalysisRequest;
use crate::serve::analysis_parameters::Format;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::texts::Texts;
use crate::serve::view::View;
use crate::serve::wording;

/// The levels of divisions that the form offers.
const LEVELS: usize = 4;

/// The values of each facet whose words the form offers.
const N_OFFERED: usize = 100;

#[derive(Template)]
#[template(path = "analysis.html")]
struct AnalysisPage<'a> {
    frame: Frame<'a>,
    chips: Vec<Link>,
    without_filters: String,
    form: Form,
    readings: Vec<Reading>,
    notices: Vec<String>,
    /// How many records are counted, as a heading.
    counted: String,
    results_url: String,
    is_empty: bool,
    crosstab: CrosstabView,
    trend: TrendView,
    distinctive: Option<DistinctiveView>,
}

struct Form {
    q: &'static str,
    /// What the form carries along without showing it.
    hidden: Vec<(String, String)>,
    rows: Vec<Choice>,
    columns: Vec<Choice>,
    levels: Vec<Choice>,
    compare: Vec<Field>,
    groups: Vec<ChoiceGroup>,
    max_chars: usize,
}

struct Choice {
    value: String,
    label: String,
    selected: bool,
}

struct ChoiceGroup {
    label: &'static str,
    choices: Vec<Choice>,
}

struct Field {
    id: String,
    label: String,
    value: String,
}

struct Reading {
    sentence: String,
    undo: &'static str,
    url: String,
}

/// A number that leads to what it counts, if it counts anything.
struct Count {
    number: String,
    url: Option<String>,
}

struct CrosstabView {
    name: String,
    corner: &'static str,
    columns: Vec<String>,
    rows: Vec<(String, Vec<Count>)>,
    totals: Vec<Count>,
    /// That records of several categories count several times.
    counts_several: bool,
    cut: Option<String>,
    list_all: Option<String>,
    files: Files,
}

struct TrendView {
    charts: Vec<(String, Chart)>,
    headings: Vec<String>,
    rows: Vec<TrendRow>,
    files: Files,
}

struct TrendRow {
    name: String,
    records: String,
    /// Count and share of each series.
    cells: Vec<(Count, String)>,
}

struct DistinctiveView {
    compared: String,
    no_rest: bool,
    no_links: bool,
    lists: Vec<WordList>,
    files: Files,
}

/// The words of one direction.
struct WordList {
    id: &'static str,
    name: String,
    words: Vec<WordView>,
}

struct WordView {
    text: String,
    url: Option<String>,
    records_in: String,
    share_in: String,
    records_out: String,
    share_out: String,
    g2: String,
    /// The lengths of two bars, in hundredths.
    bars: [usize; 2],
}

/// The same table as files.
struct Files {
    label: String,
    csv: String,
    xlsx: String,
    json: String,
}

/// The page that counts what `request` finds.
pub(super) fn page(
    engine: &dyn Engine,
    view: View,
    request: &AnalysisRequest,
) -> Result<String, Problem> {
    let search = &request.search;
    let frame = Frame::new(view, &search.q, request.url());
    let offered = SearchRequest { per_page: 1, facet_limit: N_OFFERED, ..search.clone() };
    let answer = engine.search(&offered)?;
    let (crosstab, trend) = (request.crosstab(), request.trend());
    let distinctive = request.distinctive().filter(|_| answer.total != 0);
    let to =
        |search: SearchRequest| frame.link(&AnalysisRequest { search, ..request.clone() }.url());
    let page = AnalysisPage {
        chips: results_filters::chips(frame.t, search)
            .into_iter()
            .map(|chip| Link { url: to(chip.without), label: chip.label })
            .collect(),
        without_filters: to(SearchRequest { filters: Filters::default(), ..search.clone() }),
        form: Form::new(frame.t, request, &answer),
        readings: answer
            .interpretation
            .iter()
            .map(|told| Reading::new(&frame, told, &to))
            .collect(),
        notices: answer.notices.iter().map(frame.t.words.query_notice).collect(),
        counted: (frame.t.analysis.counted)(answer.total),
        results_url: frame.link(&parameters::search_url(search)),
        is_empty: answer.total == 0,
        crosstab: CrosstabView::new(&frame, request, &crosstab, &engine.crosstab(&crosstab)?),
        trend: TrendView::new(&frame, &trend, &engine.trend(&trend)?),
        distinctive: match &distinctive {
            Some(asked) => Some(DistinctiveView::new(&frame, asked, &engine.distinctive(asked)?)),
            None => None,
        },
        frame,
    };
    rendered(&page)
}

impl Form {
    fn new(t: &Texts, request: &AnalysisRequest, answer: &Answer) -> Form {
        let axis = |chosen: Dimension| -> Vec<Choice> {
            let choice = |dimension: Dimension| Choice {
                value: dimension.name().to_owned(),
                label: tables::dimension_name(t, dimension).to_owned(),
                selected: dimension == chosen,
            };
            Dimension::ALL.map(choice).into()
        };
        let level = |level: usize| Choice {
            value: level.to_string(),
            label: (t.analysis.level_of)(level),
            selected: level == request.level,
        };
        let field = |at: usize| Field {
            id: format!("compare-{}", at + 1),
            label: (t.analysis.compare)(at + 1),
            value: request.compare.get(at).cloned().unwrap_or_default(),
        };
        // One field more than there are queries, as long as there is room for one.
        let n_fields = (request.compare.len() + 1).clamp(2, TrendRequest::MAX_COMPARED);
        Form {
            q: "q",
            hidden: hidden(request),
            rows: axis(request.rows),
            columns: axis(request.columns),
            levels: (1..=LEVELS.max(request.level)).map(level).collect(),
            compare: (0..n_fields).map(field).collect(),
            groups: groups(t, request, answer),
            max_chars: SearchRequest::MAX_QUERY_CHARS,
        }
    }
}

/// The conditions that the form has no field for.
fn hidden(request: &AnalysisRequest) -> Vec<(String, String)> {
    let without_words = SearchRequest { q: String::new(), ..request.search.clone() };
    let query = parameters::write(&without_words);
    parameters::pairs(&query).filter_map(|(name, value)| Some((name.ok()?, value.ok()?))).collect()
}

/// The groups whose words can be asked for: what the records of the search can be narrowed to.
fn groups(t: &Texts, request: &AnalysisRequest, answer: &Answer) -> Vec<ChoiceGroup> {
    let facets = &answer.facets;
    let mut divisions = Vec::new();
    facets.division.values.iter().for_each(|node| divisions_below(node, &mut divisions));
    let years = facets.fiscal_year.values.iter().map(|year| match year.value {
        Some(year) => Group::of(Value::FiscalYear(year)),
        None => Group::without(Dimension::FiscalYear),
    });
    let categories = facets.category.values.iter().map(|v| Value::Category(v.value.clone()));
    let offices = facets.organization.values.iter().map(|v| Value::Organization(v.value.clone()));
    let offered: [Vec<Group>; 4] = [
        divisions.into_iter().map(Group::of).collect(),
        categories.map(Group::of).collect(),
        years.collect(),
        offices.map(Group::of).collect(),
    ];
    let choice = |group: &Group| Choice {
        value: analysis_parameters::write_of(group),
        label: tables::group_name(t, group),
        selected: request.group.as_ref() == Some(group),
    };
    let mut lists = Vec::new();
    for (dimension, mut offered) in Dimension::ALL.into_iter().zip(offered) {
        // The values of a facet leave out its own filter, and a group that is filtered out has no words.
        offered.retain(|group| lets_through(&request.search.filters, group));
        let chosen = request.group.iter().filter(|group| group.dimension == dimension);
        for group in chosen {
            if !offered.contains(group) {
                offered.insert(0, group.clone());
            }
        }
        if !offered.is_empty() {
            let label = tables::dimension_name(t, dimension);
            lists.push(ChoiceGroup { label, choices: offered.iter().map(choice).collect() });
        }
    }
    lists
}

/// A division and those directly below it.
fn divisions_below(node: &DivisionNode, all: &mut Vec<Value>) {
    all.push(Value::Division(node.path.clone()));
    all.extend(node.children.iter().map(|child| Value::Division(child.path.clone())));
}

impl Reading {
    fn new(
        frame: &Frame<'_>,
        told: &Interpretation,
        to: &impl Fn(SearchRequest) -> String,
    ) -> Reading {
        let (sentence, undo) = wording::interpretation(&frame.t.words, told);
        Reading { sentence, undo, url: to(told.undo.clone()) }
    }
}

impl Count {
    fn new(frame: &Frame<'_>, count: usize, request: &SearchRequest) -> Count {
        let url = (0 < count).then(|| frame.link(&parameters::search_url(request)));
        Count { number: wording::grouped(count), url }
    }
}

impl CrosstabView {
    fn new(
        frame: &Frame<'_>,
        page: &AnalysisRequest,
        request: &CrosstabRequest,
        table: &Crosstab,
    ) -> CrosstabView {
        let t = frame.t;
        let name = tables::crosstab_name(t, request);
        let row = |(at, group): (usize, &Group)| {
            let of_row = narrowed(&request.search, group);
            let cells = table.columns.iter().zip(&table.counts[at]);
            let cells =
                cells.map(|(column, count)| Count::new(frame, *count, &narrowed(&of_row, column)));
            let total = Count::new(frame, table.row_totals[at], &of_row);
            (tables::group_name(t, group), cells.chain([total]).collect())
        };
        let totals = table.columns.iter().zip(&table.column_totals);
        let totals = totals
            .map(|(group, count)| Count::new(frame, *count, &narrowed(&request.search, group)));
        let is_cut = 0 < table.other_rows + table.other_columns;
        let everything = AnalysisRequest { limit: CrosstabRequest::MAX_LIMIT, ..page.clone() };
        let whole = CrosstabRequest { limit: CrosstabRequest::MAX_LIMIT, ..request.clone() };
        CrosstabView {
            corner: tables::dimension_name(t, request.rows),
            columns: table.columns.iter().map(|column| tables::group_name(t, column)).collect(),
            rows: table.rows.iter().enumerate().map(row).collect(),
            totals: totals.chain([Count::new(frame, table.total, &request.search)]).collect(),
            counts_several: [request.rows, request.columns].contains(&Dimension::Category),
            cut: is_cut.then(|| (t.analysis.cut)(table.other_rows, table.other_columns)),
            list_all: (is_cut && request.limit < CrosstabRequest::MAX_LIMIT)
                .then(|| frame.link(&everything.url())),
            files: Files::new(frame, &name, |format| {
                analysis_parameters::crosstab_url(&whole, format)
            }),
            name,
        }
    }
}

impl TrendView {
    fn new(frame: &Frame<'_>, request: &TrendRequest, trend: &Trend) -> TrendView {
        let t = frame.t;
        let texts = &t.analysis;
        let counts = trend.series.iter().flat_map(|series| series.counts.iter().copied());
        let highest = counts.max().unwrap_or(0);
        let chart = |(at, series): (usize, &Series)| {
            let name = tables::series_name(t, series);
            let marks: Vec<(String, usize)> = trend
                .years
                .iter()
                .zip(&series.counts)
                .map(|(year, count)| ((t.words.year)(*year), *count))
                .collect();
            let described: Vec<String> =
                marks.iter().map(|(year, count)| (texts.mark)(year, *count)).collect();
            let described = described.join(texts.marks_are_joined_by);
            let title = (texts.chart)(&name);
            (
                title.clone(),
                Chart::new(format!("chart-{}", at + 1), title, described, &marks, highest),
            )
        };
        let mut headings = vec![t.filters.year.to_owned(), texts.all_records.to_owned()];
        for series in &trend.series {
            let name = tables::series_name(t, series);
            headings.extend([(texts.count_of)(&name), (texts.share_of)(&name)]);
        }
        TrendView {
            charts: trend.series.iter().enumerate().map(chart).collect(),
            headings,
            rows: trend_rows(frame, trend),
            files: Files::new(frame, texts.trend_table, |format| {
                analysis_parameters::trend_url(request, format)
            }),
        }
    }
}

/// A row for each year, one for the records without a year, and one for all.
fn trend_rows(frame: &Frame<'_>, trend: &Trend) -> Vec<TrendRow> {
    let t = frame.t;
    let row = |name: String, records, group: Option<&Group>, count: &dyn Fn(&Series) -> usize| {
        let cell = |series: &Series| {
            let count = count(series);
            let request = group
                .map_or_else(|| series.request.clone(), |group| narrowed(&series.request, group));
            (Count::new(frame, count, &request), percent(share(count, records)))
        };
        TrendRow {
            name,
            records: wording::grouped(records),
            cells: trend.series.iter().map(cell).collect(),
        }
    };
    let mut rows = Vec::new();
    for (at, (year, records)) in trend.years.iter().zip(&trend.records).enumerate() {
        let group = Group::of(Value::FiscalYear(*year));
        let name = (t.words.year_in_full)(*year);
        rows.push(row(name, *records, Some(&group), &|series| series.counts[at]));
    }
    if 0 < trend.records_without_year {
        let group = Group::without(Dimension::FiscalYear);
        let name = tables::group_name(t, &group);
        let records = trend.records_without_year;
        rows.push(row(name, records, Some(&group), &|series| series.without_year));
    }
    let all = trend.records.iter().sum::<usize>() + trend.records_without_year;
    rows.push(row(t.analysis.total.to_owned(), all, None, &|series| series.total));
    rows
}

/// A share for people; a dash where there is nothing to be a share of.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1}%", share * 100.0))
}

impl DistinctiveView {
    fn new(frame: &Frame<'_>, request: &DistinctiveRequest, told: &Distinctive) -> DistinctiveView {
        let t = frame.t;
        let texts = &t.analysis;
        let name = tables::group_name(t, &request.group);
        let list = |id, name, is_more: bool| {
            let words = told.words.iter().filter(|word| word.counts.is_more() == is_more);
            let longest = words.clone().flat_map(shares).flatten().fold(0.0, f64::max);
            let words = words.map(|word| WordView::new(frame, word, longest));
            WordList { id, name, words: words.collect() }
        };
        let lists =
            [list("more", (texts.more)(&name), true), list("less", (texts.less)(&name), false)];
        DistinctiveView {
            compared: (texts.compared)(&name, told.n_in, told.n_out),
            no_rest: told.n_in == 0 || told.n_out == 0,
            no_links: told.words.iter().any(|word| word.link.is_none()),
            lists: lists.into_iter().filter(|list| !list.words.is_empty()).collect(),
            files: Files::new(frame, &format!("{} {name}", texts.distinctive), |format| {
                analysis_parameters::distinctive_url(request, format)
            }),
        }
    }
}

/// The parts of the group's records, and of the others, that hold a word.
fn shares(word: &DistinctiveWord) -> [Option<f64>; 2] {
    let counts = word.counts;
    [share(counts.count_in, counts.n_in), share(counts.count_out, counts.n_out)]
}

impl WordView {
    /// The word; a share of `longest` has a bar of full length.
    fn new(frame: &Frame<'_>, word: &DistinctiveWord, longest: f64) -> WordView {
        let shares = shares(word);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share lies between 0 and the longest"
        )]
        let bar = |share: Option<f64>| (share.unwrap_or(0.0) / longest * 100.0).round() as usize;
        WordView {
            text: word.text.clone(),
            url: word.link.as_ref().map(|link| frame.link(&parameters::search_url(link))),
            records_in: wording::grouped(word.counts.count_in),
            share_in: percent(shares[0]),
            records_out: wording::grouped(word.counts.count_out),
            share_out: percent(shares[1]),
            g2: format!("{:.2}", word.counts.g2()),
            bars: shares.map(bar),
        }
    }
}

impl Files {
    fn new(frame: &Frame<'_>, name: &str, url: impl Fn(Format) -> String) -> Files {
        let language = frame.language();
        Files {
            label: (frame.t.analysis.take)(name),
            csv: url(Format::Csv { bom: true, language }),
            xlsx: url(Format::Xlsx { language }),
            json: url(Format::Json),
        }
    }
}

//! The page that compares: a division's items year by year, or one item in several divisions.

use askama::Template;

use super::Link;
use super::frame::Frame;
use super::rendered;
use crate::query::Engine;
use crate::query::comparison::ComparableDivision;
use crate::query::comparison::ComparableOffice;
use crate::query::comparison::CompareRequest;
use crate::query::comparison::ComparedCell;
use crate::query::comparison::ComparedItem;
use crate::query::comparison::Comparison;
use crate::query::comparison::Counterparts;
use crate::query::comparison::ItemStatus;
use crate::query::comparison::goal_text;
use crate::query::comparison::result_text;
use crate::query::difference;
use crate::query::difference::Change;
use crate::query::difference::ChangedFragment;
use crate::record::FiscalYear;
use crate::record::Record;
use crate::record::RecordId;
use crate::serve::compare_parameters;
use crate::serve::compare_parameters::Asked;
use crate::serve::compare_parameters::Format;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::view::View;
use crate::serve::wording;

/// The most items that a page shows; the rest is told by number.
const MAX_SHOWN: usize = 200;

/// The most organisations whose divisions are listed without being asked for.
const MAX_OPEN: usize = 3;

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage<'a> {
    frame: Frame<'a>,
    title: String,
    /// Chooses what is compared; none beside a single record.
    form: Option<Form>,
    /// The organisations that have the division, where one has to be chosen.
    organizations: Vec<Link>,
    /// Ways to divisions, by organisation; before one was chosen.
    offices: Vec<Office>,
    comparison: Option<ComparisonView>,
    counterparts: Option<CounterpartsView>,
    files: Option<Files>,
    /// Why there is nothing, if there is nothing.
    nothing: Option<&'static str>,
}

/// The form over a comparison.
struct Form {
    organizations: Vec<Choice>,
    /// None before an organisation was chosen.
    divisions: Vec<Choice>,
    from: Vec<Choice>,
    to: Vec<Choice>,
    q: String,
}

struct Choice {
    value: String,
    label: String,
    is_selected: bool,
}

/// An organisation and its divisions.
struct Office {
    name: String,
    divisions: Vec<DivisionLink>,
    is_open: bool,
}

struct DivisionLink {
    label: String,
    url: String,
    /// Its fiscal years, in words.
    years: String,
    /// How far below the first level it stands.
    depth: usize,
}

struct ComparisonView {
    count: String,
    /// For each year but the first: its name and how many items have each status.
    overview: Vec<(String, Vec<usize>)>,
    statuses: Vec<&'static str>,
    groups: Vec<Group>,
    n_years: usize,
    others: Option<String>,
    without_year: Option<String>,
}

/// The items of one division.
struct Group {
    heading: String,
    items: Vec<ItemView>,
}

struct ItemView {
    anchor: String,
    heading: String,
    category: Option<String>,
    cells: Vec<CellView>,
}

struct CellView {
    /// The year, or the division where divisions stand side by side.
    heading: String,
    /// For the style sheet and for the reader: what became of the item.
    status: Option<(&'static str, &'static str)>,
    remark: Option<String>,
    /// None where the item is not there.
    record: Option<CellRecord>,
}

struct CellRecord {
    name: String,
    url: String,
    goal: Vec<ChangedFragment>,
    result: String,
}

struct CounterpartsView {
    count: String,
    own: CellView,
    others: Vec<CellView>,
}

struct Files {
    csv: String,
    xlsx: String,
    json: String,
}

impl ComparePage<'_> {
    fn is_removed(fragment: &ChangedFragment) -> bool {
        fragment.change == Change::Removed
    }

    fn is_added(fragment: &ChangedFragment) -> bool {
        fragment.change == Change::Added
    }
}

/// The page of what is asked.
pub(super) fn page(engine: &dyn Engine, view: View, asked: &Asked) -> Result<String, Problem> {
    let frame = Frame::new(view, "", compare_parameters::page_url(asked));
    match (&asked.record, &asked.division) {
        (Some(id), _) => counterparts_page(engine, frame, id, asked),
        (None, Some(request)) => comparison_page(engine, frame, request, asked),
        (None, None) => choosing_page(engine, frame, asked),
    }
}

fn choosing_page(engine: &dyn Engine, frame: Frame<'_>, asked: &Asked) -> Result<String, Problem> {
    let offices = engine.comparable()?;
    let texts = &frame.t.compare;
    let request =
        CompareRequest { organization: asked.organization.clone(), ..CompareRequest::default() };
    let form = (!offices.is_empty()).then(|| form(&frame, &offices, &request));
    let is_chosen = |office: &&ComparableOffice| {
        asked.organization.is_none() || office.organization == asked.organization
    };
    let is_open = offices.iter().filter(is_chosen).count() <= MAX_OPEN;
    let page = ComparePage {
        title: texts.title.to_owned(),
        nothing: offices.is_empty().then_some(texts.nothing_to_compare),
        form,
        organizations: Vec::new(),
        offices: offices
            .iter()
            .filter(is_chosen)
            .map(|office| office_view(&frame, office, is_open))
            .collect(),
        comparison: None,
        counterparts: None,
        files: None,
        frame,
    };
    rendered(&page)
}

fn comparison_page(
    engine: &dyn Engine,
    frame: Frame<'_>,
    request: &CompareRequest,
    asked: &Asked,
) -> Result<String, Problem> {
    let comparison = engine.compare(request)?;
    let texts = &frame.t.compare;
    let has_to_choose = request.organization.is_none() && 1 < comparison.organizations.len();
    let organization = comparison.organization.as_deref().or(request.organization.as_deref());
    let resolved =
        CompareRequest { organization: organization.map(str::to_owned), ..request.clone() };
    let choose = |name: &String| Link {
        label: name.clone(),
        url: frame.link(&compare_parameters::page_url(&Asked {
            division: Some(CompareRequest { organization: Some(name.clone()), ..request.clone() }),
            ..Asked::default()
        })),
    };
    let organizations = comparison.organizations.iter().filter(|_| has_to_choose).map(choose);
    let is_empty = comparison.items.is_empty() && !has_to_choose;
    let page = ComparePage {
        title: (texts.heading)(organization.unwrap_or_default(), &request.division.join(" ")),
        form: Some(form(&frame, &engine.comparable()?, &resolved)),
        organizations: organizations.collect(),
        offices: Vec::new(),
        comparison: (!comparison.items.is_empty()).then(|| comparison_view(&frame, &comparison)),
        counterparts: None,
        files: (!comparison.items.is_empty()).then(|| files(asked)),
        nothing: is_empty.then_some(texts.nothing),
        frame,
    };
    rendered(&page)
}

fn counterparts_page(
    engine: &dyn Engine,
    frame: Frame<'_>,
    id: &RecordId,
    asked: &Asked,
) -> Result<String, Problem> {
    let counterparts = engine.counterparts(id)?.ok_or_else(Problem::no_such_record)?;
    let name = wording::record_name(&frame.t.words, &counterparts.record);
    let page = ComparePage {
        title: (frame.t.compare.counterparts)(&name),
        form: None,
        organizations: Vec::new(),
        offices: Vec::new(),
        comparison: None,
        counterparts: Some(counterparts_view(&frame, &counterparts)),
        files: Some(files(asked)),
        nothing: counterparts.others.is_empty().then_some(frame.t.compare.no_counterparts),
        frame,
    };
    rendered(&page)
}

fn files(asked: &Asked) -> Files {
    Files {
        csv: compare_parameters::file_url(asked, Format::Csv),
        xlsx: compare_parameters::file_url(asked, Format::Xlsx),
        json: compare_parameters::api_url(asked),
    }
}

/// The form, filled in with what was asked.
fn form(frame: &Frame<'_>, offices: &[ComparableOffice], request: &CompareRequest) -> Form {
    let texts = &frame.t.compare;
    // With a single organisation there is nothing to choose.
    let office = match offices {
        [only] => Some(only),
        _ => offices.iter().find(|office| office.organization == request.organization),
    };
    let organization = |office: &ComparableOffice| Choice {
        value: office.organization.clone().unwrap_or_default(),
        label: office.organization.clone().unwrap_or_else(|| texts.no_organization.to_owned()),
        is_selected: office.organization == request.organization,
    };
    let divisions = office.map_or(&[][..], |office| &office.divisions);
    let mut years: Vec<FiscalYear> = divisions
        .iter()
        .flat_map(|division| division.years.iter().map(|(year, _)| *year))
        .collect();
    years.sort_unstable();
    years.dedup();
    Form {
        organizations: offices.iter().map(organization).collect(),
        divisions: divisions.iter().map(|division| division_choice(division, request)).collect(),
        from: year_choices(frame, &years, request.from),
        to: year_choices(frame, &years, request.to),
        q: request.q.clone(),
    }
}

fn division_choice(division: &ComparableDivision, request: &CompareRequest) -> Choice {
    let above = division.path.len().saturating_sub(1);
    let name = division.path.last().map_or("", String::as_str);
    Choice {
        value: parameters::write_path(&division.path),
        label: format!("{}{name}", "　".repeat(above)),
        is_selected: division.path == request.division,
    }
}

fn year_choices(
    frame: &Frame<'_>,
    years: &[FiscalYear],
    chosen: Option<FiscalYear>,
) -> Vec<Choice> {
    let any = Choice {
        value: String::new(),
        label: frame.t.compare.any_year.to_owned(),
        is_selected: chosen.is_none(),
    };
    let year = |year: &FiscalYear| Choice {
        value: year.gregorian().to_string(),
        label: (frame.t.words.year_in_full)(*year),
        is_selected: chosen == Some(*year),
    };
    std::iter::once(any).chain(years.iter().map(year)).collect()
}

fn office_view(frame: &Frame<'_>, office: &ComparableOffice, is_open: bool) -> Office {
    let texts = &frame.t.compare;
    let link = |division: &ComparableDivision| DivisionLink {
        label: division.path.last().cloned().unwrap_or_default(),
        url: division_url(frame, office.organization.clone(), division.path.clone()),
        years: years_in_words(frame, &division.years),
        depth: division.path.len().saturating_sub(1).min(3),
    };
    let name = office.organization.clone();
    Office {
        name: name.unwrap_or_else(|| texts.no_organization.to_owned()),
        divisions: office.divisions.iter().map(link).collect(),
        is_open,
    }
}

/// The page of a division's comparison.
pub(super) fn division_url(
    frame: &Frame<'_>,
    organization: Option<String>,
    division: Vec<String>,
) -> String {
    let request = CompareRequest { division, organization, ..CompareRequest::default() };
    let asked = Asked { division: Some(request), ..Asked::default() };
    frame.link(&compare_parameters::page_url(&asked))
}

/// 令和3年度、令和4年度.
fn years_in_words(frame: &Frame<'_>, years: &[(FiscalYear, usize)]) -> String {
    let labels: Vec<String> = years.iter().map(|(year, _)| (frame.t.words.year)(*year)).collect();
    labels.join(frame.t.compare.year_joint)
}

fn comparison_view(frame: &Frame<'_>, comparison: &Comparison) -> ComparisonView {
    let texts = &frame.t.compare;
    let labels: Vec<String> =
        comparison.years.iter().map(|year| (frame.t.words.year)(*year)).collect();
    let counts = |place: usize| -> Vec<usize> {
        ItemStatus::ALL.into_iter().map(|status| comparison.count(place, status)).collect()
    };
    let shown = comparison.items.iter().take(MAX_SHOWN).enumerate();
    let mut groups: Vec<Group> = Vec::new();
    for (place, item) in shown {
        let heading = division_of(item);
        let item = item_view(frame, item, place, &labels);
        match groups.last_mut() {
            Some(group) if group.heading == heading => group.items.push(item),
            _ => groups.push(Group { heading, items: vec![item] }),
        }
    }
    let n_others = comparison.items.len().saturating_sub(MAX_SHOWN);
    let n_without = comparison.n_without_year;
    ComparisonView {
        count: (texts.n_items)(comparison.items.len()),
        overview: labels.iter().cloned().zip(0..).skip(1).map(|(l, n)| (l, counts(n))).collect(),
        statuses: ItemStatus::ALL.into_iter().map(texts.short_status).collect(),
        groups,
        n_years: comparison.years.len(),
        others: (0 < n_others).then(|| (texts.others)(n_others)),
        without_year: (0 < n_without).then(|| (texts.without_year)(n_without)),
    }
}

/// The latest record of an item.
fn latest(item: &ComparedItem) -> Option<&Record> {
    item.cells.iter().rev().find_map(|cell| cell.record.as_ref())
}

/// The division that an item belongs to in the end.
fn division_of(item: &ComparedItem) -> String {
    latest(item).map(|record| record.division_canonical.join(" ")).unwrap_or_default()
}

fn item_view(frame: &Frame<'_>, item: &ComparedItem, place: usize, labels: &[String]) -> ItemView {
    let latest = latest(item);
    ItemView {
        anchor: format!("item-{}", place + 1),
        heading: latest.map(|record| name_in_division(frame, record)).unwrap_or_default(),
        category: latest.and_then(|record| record.category.clone()),
        cells: item
            .cells
            .iter()
            .zip(labels)
            .map(|(cell, label)| year_view(frame, cell, label))
            .collect(),
    }
}

/// What a record is called below the name of its division.
fn name_in_division(frame: &Frame<'_>, record: &Record) -> String {
    let words = &frame.t.words;
    match (&record.title, record.number) {
        (None, Some(number)) => (words.numbered)(number),
        _ => wording::record_name(words, record),
    }
}

fn year_view(frame: &Frame<'_>, cell: &ComparedCell, label: &str) -> CellView {
    let texts = &frame.t.compare;
    let status = |status| (status_class(status), (texts.full_status)(status));
    CellView {
        heading: label.to_owned(),
        status: cell.status.map(status),
        remark: cell.resumes.map(|year| (texts.resumes)(&(frame.t.words.year)(year))),
        record: cell.record.as_ref().map(|record| cell_record(frame, record, cell.goal.clone())),
    }
}

fn cell_record(frame: &Frame<'_>, record: &Record, goal: Vec<ChangedFragment>) -> CellRecord {
    CellRecord {
        name: wording::record_name(&frame.t.words, record),
        url: frame.link(&parameters::record_url(&record.id.0)),
        goal,
        result: result_text(record),
    }
}

/// What the style sheet calls a status.
fn status_class(status: ItemStatus) -> &'static str {
    match status {
        ItemStatus::Kept => "kept",
        ItemStatus::Reworded => "reworded",
        ItemStatus::New => "new",
        ItemStatus::Dropped => "dropped",
    }
}

fn counterparts_view(frame: &Frame<'_>, counterparts: &Counterparts) -> CounterpartsView {
    let texts = &frame.t.compare;
    let view = |record: &Record, goal, remark| CellView {
        heading: wording::record_name(&frame.t.words, record),
        status: None,
        remark,
        record: Some(cell_record(frame, record, goal)),
    };
    let own = &counterparts.record;
    let others = counterparts.others.iter().map(|other| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a likeness lies between 0 and 1"
        )]
        let percent = (other.likeness * 100.0).round() as u32;
        view(&other.record, other.goal.clone(), Some((texts.alike)(percent)))
    });
    CounterpartsView {
        count: (texts.n_counterparts)(counterparts.others.len()),
        own: view(own, difference::unchanged(&goal_text(own)), None),
        others: others.collect(),
    }
}

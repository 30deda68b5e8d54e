//! Narrowing: what is chosen, as chips, and what can be chosen, as boxes to tick.

use askama::Template;
use askama::filters::HtmlSafe;
use unicode_normalization::UnicodeNormalization;

use super::frame::Frame;
use crate::query::SearchRequest;
use crate::query::answer::DivisionNode;
use crate::query::answer::Facet;
use crate::query::answer::Facets;
use crate::query::answer::Value;
use crate::query::dimension::Dimension;
use crate::query::request::Filters;
use crate::query::request::Sort;
use crate::record::Role;
use crate::serve::api::MAX_DEPTH;
use crate::serve::parameters;
use crate::serve::texts::Texts;
use crate::serve::texts::filters::FilterTexts;
use crate::serve::wording;

/// Values that stand open; the others wait behind a fold.
const N_OPEN: usize = 8;

/// A condition in force.
pub(super) struct Chip {
    /// 区分：共通.
    pub(super) label: String,
    /// The same search without this condition.
    pub(super) without: SearchRequest,
}

/// Everything that narrows or shapes a search beside its words.
pub(super) struct FilterPanel {
    /// What the panel is called, with how many conditions are in force.
    pub(super) summary: String,
    pub(super) groups: Vec<Group>,
    pub(super) divisions: Vec<Division>,
    pub(super) other_divisions: Option<String>,
    /// The same search with every value listed, where some are not.
    pub(super) list_all: Option<String>,
    /// What the values are looked through for.
    pub(super) looked_for: String,
    /// That no value holds it.
    pub(super) no_choice: Option<String>,
    pub(super) places: Vec<Choice>,
    pub(super) exact: bool,
    /// What the form carries along without showing it.
    pub(super) hidden: Vec<(&'static str, String)>,
}

/// One facet whose values are a plain list.
pub(super) struct Group {
    pub(super) legend: &'static str,
    pub(super) open: Vec<Choice>,
    pub(super) folded: Vec<Choice>,
    /// What the fold is called.
    pub(super) more: String,
    /// Whose fold it is.
    pub(super) of: String,
    pub(super) others: Option<String>,
}

/// One box to tick.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) label: String,
    /// Records it would give, thousands set apart; empty where that is not known.
    pub(super) count: String,
    pub(super) selected: bool,
    /// What follows the count, for those who hear it.
    pub(super) unit: &'static str,
}

/// A division to tick, with those below it.
#[derive(Template)]
#[template(path = "division.html")]
pub(super) struct Division {
    choice: Choice,
    children: Vec<Division>,
    /// What the fold of those below is called.
    below: String,
    /// Whose fold it is.
    of: String,
    /// Whether something below is chosen.
    open: bool,
}

// The template escapes what it shows; escaping its result again would show its markup.
impl HtmlSafe for Division {}

/// The conditions in force, in the order of the form.
pub(super) fn chips(t: &Texts, request: &SearchRequest) -> Vec<Chip> {
    let (words, texts) = (&t.words, &t.filters);
    let mut chips = Vec::new();
    let mut push = |label: String, without: SearchRequest| chips.push(Chip { label, without });
    let without = |remove: &dyn Fn(&mut Filters)| {
        let mut request = request.clone();
        remove(&mut request.filters);
        request
    };
    let filters = &request.filters;
    for (at, path) in filters.division.iter().enumerate() {
        push(
            (texts.condition)(texts.division, &path.join(" ")),
            without(&|filters| {
                filters.division.remove(at);
            }),
        );
    }
    for (at, path) in filters.division_itself.iter().enumerate() {
        push(
            (texts.condition)(texts.division, &(t.analysis.itself)(&path.join(" "))),
            without(&|filters| {
                filters.division_itself.remove(at);
            }),
        );
    }
    let wanting = [
        (filters.no_division, Dimension::Division),
        (filters.no_category, Dimension::Category),
        (filters.no_organization, Dimension::Organization),
    ];
    for (_, dimension) in wanting.into_iter().filter(|(is_wanted, _)| *is_wanted) {
        push(
            (t.analysis.without)(dimension).to_owned(),
            without(&|filters| match dimension {
                Dimension::Division => filters.no_division = false,
                Dimension::Category => filters.no_category = false,
                _ => filters.no_organization = false,
            }),
        );
    }
    for (at, category) in filters.category.iter().enumerate() {
        push(
            (texts.condition)(texts.category, category),
            without(&|filters| {
                filters.category.remove(at);
            }),
        );
    }
    for (at, year) in filters.fiscal_year.iter().enumerate() {
        let label = (texts.condition)(texts.year, &wording::year_label(words, *year));
        push(
            label,
            without(&|filters| {
                filters.fiscal_year.remove(at);
            }),
        );
    }
    for (at, organization) in filters.organization.iter().enumerate() {
        push(
            (texts.condition)(texts.organization, organization),
            without(&|filters| {
                filters.organization.remove(at);
            }),
        );
    }
    if let Some(role) = request.within {
        let label = (texts.condition)(texts.place, (words.role)(role));
        push(label, SearchRequest { within: None, ..request.clone() });
    }
    if request.exact {
        push(texts.exact.to_owned(), SearchRequest { exact: false, ..request.clone() });
    }
    for (at, unwanted) in request.without.iter().enumerate() {
        let mut request = request.clone();
        request.without.remove(at);
        push(wording::unwanted(words, unwanted), request);
    }
    chips
}

/// What the reader looks for among the values: part of a name, in any width and case.
struct Sought(String);

impl Sought {
    fn new(text: &str) -> Sought {
        Sought(folded(text))
    }

    fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    fn is_in(&self, name: &str) -> bool {
        self.is_any() || folded(name).contains(&self.0)
    }
}

fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

impl FilterPanel {
    /// The panel of `request`, whose answer has `facets`; only values that hold `looked_for` are listed.
    pub(super) fn new(
        frame: &Frame<'_>,
        request: &SearchRequest,
        facets: &Facets,
        looked_for: &str,
    ) -> FilterPanel {
        let (words, texts) = (&frame.t.words, &frame.t.filters);
        let sought = Sought::new(looked_for);
        let years = choices(&facets.fiscal_year, |value| Choice {
            name: "fiscal_year",
            value: parameters::write_year(value.value),
            label: value.value.map_or_else(|| words.no_year.to_owned(), words.year_in_full),
            count: wording::grouped(value.count),
            selected: value.selected,
            unit: texts.count_unit,
        });
        let named = |name| {
            move |value: &Value<String>| Choice {
                name,
                value: value.value.clone(),
                label: value.value.clone(),
                count: wording::grouped(value.count),
                selected: value.selected,
                unit: texts.count_unit,
            }
        };
        let group = |legend, choices, others| Group::new(texts, legend, choices, others, &sought);
        let organizations = choices(&facets.organization, named("organization"));
        let categories = choices(&facets.category, named("category"));
        let groups = vec![
            group(texts.year, years, facets.fiscal_year.others),
            group(texts.organization, organizations, facets.organization.others),
            group(texts.category, categories, facets.category.others),
        ];
        let nodes = facets.division.values.iter();
        let divisions: Vec<Division> =
            nodes.filter_map(|node| Division::new(texts, node, 1, &sought)).collect();
        let groups: Vec<Group> =
            groups.into_iter().filter(|group| !group.open.is_empty()).collect();
        let has_more = [
            facets.division.others,
            facets.fiscal_year.others,
            facets.organization.others,
            facets.category.others,
        ]
        .iter()
        .any(|others| 0 < *others);
        let n_chosen = chips(frame.t, request).len();
        let everything =
            SearchRequest { facet_limit: SearchRequest::MAX_FACET_LIMIT, ..request.clone() };
        FilterPanel {
            summary: (texts.summary)(n_chosen),
            hidden: hidden(request, &groups, &divisions),
            no_choice: (groups.is_empty() && divisions.is_empty() && !sought.is_any())
                .then(|| (texts.no_choice)(looked_for)),
            groups,
            divisions,
            other_divisions: others(texts, facets.division.others),
            list_all: (has_more && request.facet_limit < SearchRequest::MAX_FACET_LIMIT)
                .then(|| frame.link(&parameters::search_url(&everything))),
            places: places(frame.t, request),
            exact: request.exact,
            looked_for: looked_for.to_owned(),
        }
    }
}

/// How many values are not listed, as a sentence.
fn others(texts: &FilterTexts, others: usize) -> Option<String> {
    (0 < others).then(|| (texts.others)(others))
}

fn choices<T>(facet: &Facet<T>, choice: impl Fn(&T) -> Choice) -> Vec<Choice> {
    facet.values.iter().map(choice).collect()
}

impl Group {
    fn new(
        texts: &FilterTexts,
        legend: &'static str,
        mut choices: Vec<Choice>,
        n_others: usize,
        sought: &Sought,
    ) -> Group {
        // What is chosen is never hidden, neither behind the fold nor by what is looked for.
        choices.retain(|choice| choice.selected || sought.is_in(&choice.label));
        let last_chosen = choices.iter().rposition(|choice| choice.selected).map_or(0, |at| at + 1);
        let n_open = if sought.is_any() { N_OPEN.max(last_chosen) } else { choices.len() };
        let folded = choices.split_off(choices.len().min(n_open));
        Group {
            legend,
            open: choices,
            more: (texts.more)(folded.len()),
            of: (texts.of)(legend),
            folded,
            others: others(texts, n_others),
        }
    }
}

impl Division {
    /// The division, unless neither it nor anything below is looked for or chosen.
    fn new(
        texts: &FilterTexts,
        node: &DivisionNode,
        depth: usize,
        sought: &Sought,
    ) -> Option<Division> {
        let below: &[DivisionNode] = if depth < MAX_DEPTH { &node.children } else { &[] };
        // Whoever finds a division by its name wants to see what belongs to it.
        let any = Sought::new("");
        let sought_below = if sought.is_in(&node.value) { &any } else { sought };
        let children: Vec<Division> = below
            .iter()
            .filter_map(|child| Division::new(texts, child, depth + 1, sought_below))
            .collect();
        if children.is_empty() && !node.selected && !sought.is_in(&node.value) {
            return None;
        }
        let is_found_below = !sought_below.is_any() && !children.is_empty();
        Some(Division {
            open: is_found_below
                || children.iter().any(|child| child.open || child.choice.selected),
            below: (texts.below)(children.len()),
            of: (texts.of)(&node.value),
            choice: Choice {
                name: "division",
                value: parameters::write_path(&node.path),
                label: node.value.clone(),
                count: wording::grouped(node.count),
                selected: node.selected,
                unit: texts.count_unit,
            },
            children,
        })
    }

    fn holds(&self, value: &str) -> bool {
        self.choice.value == value || self.children.iter().any(|child| child.holds(value))
    }
}

fn places(t: &Texts, request: &SearchRequest) -> Vec<Choice> {
    let mut roles = vec![None, Some(Role::Goal), Some(Role::Result)];
    if !roles.contains(&request.within) {
        roles.push(request.within);
    }
    let choice = |role: Option<Role>| Choice {
        name: "in",
        value: role.map(parameters::role_name).unwrap_or_default().to_owned(),
        label: role.map_or(t.filters.everywhere, t.words.role).to_owned(),
        count: String::new(),
        selected: role == request.within,
        unit: "",
    };
    roles.into_iter().map(choice).collect()
}

/// What a search keeps when the form is sent: its order, its size, and conditions that no box stands for.
fn hidden(
    request: &SearchRequest,
    groups: &[Group],
    divisions: &[Division],
) -> Vec<(&'static str, String)> {
    let default = SearchRequest::default();
    let mut hidden = Vec::new();
    if request.sort != Sort::default() {
        hidden.push(("sort", parameters::sort_name(request.sort).to_owned()));
    }
    if request.per_page != default.per_page {
        hidden.push(("per_page", request.per_page.to_string()));
    }
    if request.facet_limit != default.facet_limit {
        hidden.push(("facet_limit", request.facet_limit.to_string()));
    }
    if request.explain {
        hidden.push(("explain", "true".to_owned()));
    }
    let without = request.without.iter().map(parameters::write_unwanted);
    hidden.extend(without.map(|value| ("without", value)));
    let filters = &request.filters;
    let paths = filters.division.iter().map(|path| parameters::write_path(path));
    hidden.extend(
        paths
            .filter(|value| !divisions.iter().any(|division| division.holds(value)))
            .map(|value| ("division", value)),
    );
    let itself = filters.division_itself.iter().map(|path| parameters::write_path_itself(path));
    hidden.extend(itself.map(|value| ("division", value)));
    hidden.extend(parameters::missing(filters).map(|name| ("missing", name.to_owned())));
    let has_box = |name: &str, value: &str| {
        let mut choices = groups.iter().flat_map(|group| group.open.iter().chain(&group.folded));
        choices.any(|choice| choice.name == name && choice.value == value)
    };
    let categories = filters.category.iter().map(|value| ("category", value.clone()));
    let years =
        filters.fiscal_year.iter().map(|year| ("fiscal_year", parameters::write_year(*year)));
    let organizations = filters.organization.iter().map(|value| ("organization", value.clone()));
    let listed = categories.chain(years).chain(organizations);
    hidden.extend(listed.filter(|(name, value)| !has_box(name, value)));
    hidden
}

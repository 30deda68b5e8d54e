//! Narrowing: what is chosen, as chips, and what can be chosen, as boxes to tick.

use askama::Template;
use askama::filters::HtmlSafe;

use super::results::first_page;
use crate::query::SearchRequest;
use crate::query::answer::DivisionNode;
use crate::query::answer::Facet;
use crate::query::answer::Facets;
use crate::query::answer::Value;
use crate::query::request::Filters;
use crate::query::request::Sort;
use crate::record::Role;
use crate::serve::api::MAX_DEPTH;
use crate::serve::parameters;
use crate::serve::wording;

/// Values that stand open; the others wait behind a fold.
const N_OPEN: usize = 8;

/// A condition in force, with the address of the search without it.
pub(super) struct Chip {
    /// 区分：共通.
    pub(super) label: String,
    pub(super) url: String,
    /// The same search without this condition.
    pub(super) without: SearchRequest,
}

/// Everything that narrows or shapes a search beside its words.
pub(super) struct FilterPanel {
    /// Conditions in force.
    pub(super) n_chosen: usize,
    pub(super) groups: Vec<Group>,
    pub(super) divisions: Vec<Division>,
    pub(super) other_divisions: usize,
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
    pub(super) others: usize,
}

/// One box to tick.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) label: String,
    /// Records it would give, thousands set apart; empty where that is not known.
    pub(super) count: String,
    pub(super) selected: bool,
}

/// A division to tick, with those below it.
#[derive(Template)]
#[template(path = "division.html")]
pub(super) struct Division {
    choice: Choice,
    children: Vec<Division>,
    /// Whether something below is chosen.
    open: bool,
}

// The template escapes what it shows; escaping its result again would show its markup.
impl HtmlSafe for Division {}

/// The conditions in force, in the order of the form.
pub(super) fn chips(request: &SearchRequest) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut push = |label: String, without: SearchRequest| {
        let url = first_page(without.clone());
        chips.push(Chip { label, url, without });
    };
    let without = |remove: &dyn Fn(&mut Filters)| {
        let mut request = request.clone();
        remove(&mut request.filters);
        request
    };
    let filters = &request.filters;
    for (at, path) in filters.division.iter().enumerate() {
        push(
            format!("部署：{}", path.join(" ")),
            without(&|filters| {
                filters.division.remove(at);
            }),
        );
    }
    for (at, category) in filters.category.iter().enumerate() {
        push(
            format!("区分：{category}"),
            without(&|filters| {
                filters.category.remove(at);
            }),
        );
    }
    for (at, year) in filters.fiscal_year.iter().enumerate() {
        let label = format!("年度：{}", wording::year_label(*year));
        push(
            label,
            without(&|filters| {
                filters.fiscal_year.remove(at);
            }),
        );
    }
    for (at, organization) in filters.organization.iter().enumerate() {
        push(
            format!("組織：{organization}"),
            without(&|filters| {
                filters.organization.remove(at);
            }),
        );
    }
    if let Some(role) = request.within {
        let label = format!("探すところ：{}", wording::role_label(role));
        push(label, SearchRequest { within: None, ..request.clone() });
    }
    if request.exact {
        push("言い換えをしない".to_owned(), SearchRequest { exact: false, ..request.clone() });
    }
    for (at, unwanted) in request.without.iter().enumerate() {
        let mut request = request.clone();
        request.without.remove(at);
        push(wording::unwanted(unwanted), request);
    }
    chips
}

impl FilterPanel {
    /// The panel of `request`, whose answer has `facets`.
    pub(super) fn new(request: &SearchRequest, facets: &Facets) -> FilterPanel {
        let years = choices(&facets.fiscal_year, |value| Choice {
            name: "fiscal_year",
            value: parameters::write_year(value.value),
            label: wording::year_label(value.value),
            count: wording::grouped(value.count),
            selected: value.selected,
        });
        let named = |name| {
            move |value: &Value<String>| Choice {
                name,
                value: value.value.clone(),
                label: value.value.clone(),
                count: wording::grouped(value.count),
                selected: value.selected,
            }
        };
        let groups = vec![
            Group::new("年度", years, facets.fiscal_year.others),
            Group::new(
                "組織",
                choices(&facets.organization, named("organization")),
                facets.organization.others,
            ),
            Group::new(
                "区分",
                choices(&facets.category, named("category")),
                facets.category.others,
            ),
        ];
        let divisions: Vec<Division> =
            facets.division.values.iter().map(|node| Division::new(node, 1)).collect();
        FilterPanel {
            n_chosen: chips(request).len(),
            hidden: hidden(request, &groups, &divisions),
            groups: groups.into_iter().filter(|group| !group.open.is_empty()).collect(),
            divisions,
            other_divisions: facets.division.others,
            places: places(request),
            exact: request.exact,
        }
    }
}

fn choices<T>(facet: &Facet<T>, choice: impl Fn(&T) -> Choice) -> Vec<Choice> {
    facet.values.iter().map(choice).collect()
}

impl Group {
    fn new(legend: &'static str, mut choices: Vec<Choice>, others: usize) -> Group {
        // What is chosen is never behind the fold.
        let last_chosen = choices.iter().rposition(|choice| choice.selected).map_or(0, |at| at + 1);
        let folded = choices.split_off(choices.len().min(N_OPEN.max(last_chosen)));
        Group { legend, open: choices, folded, others }
    }
}

impl Division {
    fn new(node: &DivisionNode, depth: usize) -> Division {
        let below: &[DivisionNode] = if depth < MAX_DEPTH { &node.children } else { &[] };
        let children: Vec<Division> =
            below.iter().map(|child| Division::new(child, depth + 1)).collect();
        Division {
            open: children.iter().any(|child| child.open || child.choice.selected),
            choice: Choice {
                name: "division",
                value: parameters::write_path(&node.path),
                label: node.value.clone(),
                count: wording::grouped(node.count),
                selected: node.selected,
            },
            children,
        }
    }

    fn holds(&self, value: &str) -> bool {
        self.choice.value == value || self.children.iter().any(|child| child.holds(value))
    }
}

fn places(request: &SearchRequest) -> Vec<Choice> {
    let mut roles = vec![None, Some(Role::Goal), Some(Role::Result)];
    if !roles.contains(&request.within) {
        roles.push(request.within);
    }
    let choice = |role: Option<Role>| Choice {
        name: "in",
        value: role.map(parameters::role_name).unwrap_or_default().to_owned(),
        label: role.map_or("すべて", wording::role_label).to_owned(),
        count: String::new(),
        selected: role == request.within,
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

//! The facets that records are counted by, and the groups that they fall into.
//!
//! A group is a promise: [`narrowed`] makes the request that finds exactly the records of a group.

use crate::record::FiscalYear;

use super::request::{Filters, SearchRequest};

/// A facet that records are counted by.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Dimension {
    /// Canonical divisions, counted by the path down to a level.
    Division,
    /// Canonical categories; a record may have several, and counts in each.
    Category,
    /// Fiscal years.
    FiscalYear,
    /// Organisations.
    Organization,
}

impl Dimension {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Dimension; 4] =
        [Dimension::Division, Dimension::Category, Dimension::FiscalYear, Dimension::Organization];

    /// The name of its parameter and of its facet.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Division => "division",
            Dimension::Category => "category",
            Dimension::FiscalYear => "fiscal_year",
            Dimension::Organization => "organization",
        }
    }

    /// The dimension of that name.
    pub fn named(name: &str) -> Option<Dimension> {
        Dimension::ALL.into_iter().find(|dimension| dimension.name() == name)
    }
}

/// One value that records are counted under.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Value {
    /// A division with those below it.
    Division(Vec<String>),
    /// A division without those below it: it ends above the level that is counted at.
    DivisionItself(Vec<String>),
    /// A category.
    Category(String),
    /// A fiscal year.
    FiscalYear(FiscalYear),
    /// An organisation.
    Organization(String),
}

/// A value of a dimension, or the want of one.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Group {
    /// What is grouped by.
    pub dimension: Dimension,
    /// The value; `None` for the records that have none.
    pub value: Option<Value>,
}

impl Group {
    /// The group of a value.
    pub fn of(value: Value) -> Group {
        let dimension = match value {
            Value::Division(_) | Value::DivisionItself(_) => Dimension::Division,
            Value::Category(_) => Dimension::Category,
            Value::FiscalYear(_) => Dimension::FiscalYear,
            Value::Organization(_) => Dimension::Organization,
        };
        Group { dimension, value: Some(value) }
    }

    /// The group of the records without a value.
    pub fn without(dimension: Dimension) -> Group {
        Group { dimension, value: None }
    }
}

/// The first page of the records that `request` finds and that are of `group`.
///
/// Exact where at least one such record is found and, for categories, the group is one that the filter of `request`
/// lets through: a search cannot ask for records that have two categories at once.
pub fn narrowed(request: &SearchRequest, group: &Group) -> SearchRequest {
    let mut request = SearchRequest { page: 1, ..request.clone() };
    let filters = &mut request.filters;
    match (group.dimension, &group.value) {
        (_, Some(Value::Division(path))) => narrow_to_division(filters, path),
        (_, Some(Value::DivisionItself(path))) => {
            filters.division.clear();
            filters.division_itself = vec![path.clone()];
            filters.no_division = false;
        }
        (_, Some(Value::Category(name))) => {
            filters.category = vec![name.clone()];
            filters.no_category = false;
        }
        (_, Some(Value::FiscalYear(year))) => filters.fiscal_year = vec![Some(*year)],
        (_, Some(Value::Organization(name))) => {
            filters.organization = vec![name.clone()];
            filters.no_organization = false;
        }
        (Dimension::Division, None) => {
            filters.division.clear();
            filters.division_itself.clear();
            filters.no_division = true;
        }
        (Dimension::Category, None) => {
            filters.category.clear();
            filters.no_category = true;
        }
        (Dimension::FiscalYear, None) => filters.fiscal_year = vec![None],
        (Dimension::Organization, None) => {
            filters.organization.clear();
            filters.no_organization = true;
        }
    }
    request
}

/// Whether the filter of its own dimension leaves anything of a group.
pub fn lets_through(filters: &Filters, group: &Group) -> bool {
    match (group.dimension, &group.value) {
        (Dimension::Division, _) if !filters.narrows_division() => true,
        (_, Some(Value::Division(path))) => {
            let mut wanted = filters.division.iter();
            wanted.any(|wanted| path.starts_with(wanted) || wanted.starts_with(path))
                || filters.division_itself.iter().any(|wanted| wanted.starts_with(path))
        }
        (_, Some(Value::DivisionItself(path))) => {
            filters.division_itself.contains(path)
                || filters.division.iter().any(|wanted| path.starts_with(wanted))
        }
        (Dimension::Division, _) => filters.no_division,
        (Dimension::Category, _) if !filters.narrows_category() => true,
        (_, Some(Value::Category(name))) => filters.category.contains(name),
        (Dimension::Category, _) => filters.no_category,
        (_, Some(Value::FiscalYear(year))) => {
            filters.fiscal_year.is_empty() || filters.fiscal_year.contains(&Some(*year))
        }
        (Dimension::FiscalYear, _) => {
            filters.fiscal_year.is_empty() || filters.fiscal_year.contains(&None)
        }
        (Dimension::Organization, _) if !filters.narrows_organization() => true,
        (_, Some(Value::Organization(name))) => filters.organization.contains(name),
        (Dimension::Organization, None) => filters.no_organization,
    }
}

/// What the division filter and `path` have in common.
fn narrow_to_division(filters: &mut Filters, path: &[String]) {
    let includes_all = !filters.narrows_division()
        || filters.division.iter().any(|wanted| path.starts_with(wanted));
    filters.no_division = false;
    if includes_all {
        filters.division = vec![path.to_vec()];
        filters.division_itself.clear();
        return;
    }
    filters.division.retain(|wanted| wanted.starts_with(path));
    filters.division_itself.retain(|wanted| wanted.starts_with(path));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        text.split('/').map(str::to_owned).collect()
    }

    #[track_caller]
    fn check(division: &[&str], itself: &[&str], to: &str, expected: (&[&str], &[&str])) {
        let paths = |texts: &[&str]| texts.iter().map(|text| path(text)).collect::<Vec<_>>();
        let filters = Filters {
            division: paths(division),
            division_itself: paths(itself),
            ..Filters::default()
        };
        let request = SearchRequest { filters, page: 3, ..SearchRequest::default() };
        let narrowed = narrowed(&request, &Group::of(Value::Division(path(to))));
        assert_eq!(narrowed.filters.division, paths(expected.0), "{to}");
        assert_eq!(narrowed.filters.division_itself, paths(expected.1), "{to}");
        assert_eq!(narrowed.page, 1);
    }

    #[test]
    fn a_division_and_a_filter_have_in_common_what_lies_within_both() {
        check(&[], &[], "a", (&["a"], &[]));
        check(&["a"], &[], "a", (&["a"], &[]));
        check(&["a"], &[], "a/b", (&["a/b"], &[]));
        check(&["a/b", "a/c", "d"], &[], "a", (&["a/b", "a/c"], &[]));
        check(&["a/b"], &["a", "d"], "a", (&["a/b"], &["a"]));
        check(&["a"], &["a/b"], "a/b", (&["a/b"], &[]));
    }

    #[test]
    fn a_filter_lets_through_what_it_has_in_common_with() {
        let category = |name: &str| Group::of(Value::Category(name.to_owned()));
        let division = |text: &str| Group::of(Value::Division(path(text)));
        let itself = |text: &str| Group::of(Value::DivisionItself(path(text)));
        let none = Filters::default();
        let some = Filters {
            division: vec![path("a/b")],
            division_itself: vec![path("c")],
            category: vec!["d".to_owned()],
            no_organization: true,
            ..Filters::default()
        };
        for dimension in Dimension::ALL {
            assert!(lets_through(&none, &Group::without(dimension)));
        }
        for group in [
            division("a"),
            division("a/b"),
            division("a/b/c"),
            division("c"),
            itself("c"),
            itself("a/b"),
            category("d"),
        ] {
            assert!(lets_through(&none, &group) && lets_through(&some, &group), "{group:?}");
        }
        for group in [division("b"), division("a/c"), itself("a"), division("c/d"), category("e")] {
            assert!(lets_through(&none, &group) && !lets_through(&some, &group), "{group:?}");
        }
        assert!(!lets_through(&some, &Group::without(Dimension::Category)));
        assert!(lets_through(&some, &Group::without(Dimension::Organization)));
        let office = Group::of(Value::Organization("f".to_owned()));
        assert!(!lets_through(&some, &office) && lets_through(&none, &office));
    }

    #[test]
    fn every_dimension_is_found_by_its_name() {
        for dimension in Dimension::ALL {
            assert_eq!(Dimension::named(dimension.name()), Some(dimension));
        }
        assert_eq!(Dimension::named("page"), None);
    }
}

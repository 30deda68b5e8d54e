//! stub
use super::ast::Ast;
use super::plan::Substitutes;
use super::widening::{Unwanted, Widening};
pub struct Corrector<'c> { pub analyzer: &'c crate::analysis::Analyzer, pub confusions: &'c super::confusions::Confusions }
pub fn by_reading(_: &Corrector<'_>, _: &Ast, _: &[Unwanted], _: &Substitutes) -> Substitutes { Substitutes::new() }
pub fn by_spelling(_: &Corrector<'_>, _: &Ast, _: &[Unwanted], _: &Substitutes) -> Substitutes { Substitutes::new() }
pub fn variants(_: &Corrector<'_>, _: &Ast, _: &[Unwanted]) -> Vec<Widening> { Vec::new() }

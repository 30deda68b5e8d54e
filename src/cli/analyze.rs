//! `analyze`: what the analyzer makes of a text.

use std::io;
use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use crate::analysis;
use crate::analysis::{
    Date, Origin, STOP_TAGS, STOP_WORDS, Stop, Token, USER_WORDS, Unit, is_date_term,
};

use crate::query::synonyms;
use crate::query::synonyms::{Span, Synonym};

use super::Exit;
use super::place::DictionaryPlace;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The text.
    text: String,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    dictionaries: DictionaryPlace,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let analyzer = arguments.dictionaries.analyzer()?;
    let text = arguments.text;
    let tokens = analyzer.explain(&text);
    let dates = analysis::dates(&text);
    let mut terms = Vec::new();
    analyzer.worker().units(&text, &mut terms);
    let dictionaries = arguments.dictionaries.query_dictionaries(&analyzer);
    let asked = analysis::query_units(terms.clone());
    let spans = dictionaries.synonyms.spans(&asked);
    let mut out = io::BufWriter::new(io::stdout().lock());
    if arguments.json {
        let synonyms: Vec<Value> =
            spans.iter().flat_map(|span| synonyms_body(&text, &asked, span)).collect();
        let tokens: Vec<Value> = tokens.iter().map(token_body).collect();
        let dates: Vec<Value> = dates
            .iter()
            .map(|(date, range)| {
                json!({ "date": date.to_string(), "start": range.start, "end": range.end })
            })
            .collect();
        let terms: Vec<Value> = terms.iter().map(unit_body).collect();
        let body = json!({ "text": text, "tokens": tokens, "dates": dates, "terms": terms,
                           "synonyms": synonyms });
        writeln!(out, "{body}")?;
    } else {
        for token in &tokens {
            writeln!(out, "{}", line(token))?;
        }
        for (date, range) in dates {
            let written = text.get(range.clone()).unwrap_or_default();
            let written = on_one_line(written);
            writeln!(out, "{written}\t{}..{}\t{}", range.start, range.end, named(date))?;
        }
        writeln!(out, "索引語\t{}", terms.iter().map(term).collect::<Vec<_>>().join(" "))?;
        for span in &spans {
            let written = on_one_line(span.written(&text, &asked));
            for synonym in &span.synonyms {
                let (surface, line) = (&synonym.surface, synonym.line);
                writeln!(out, "同義語\t{written}\t{surface}\t{} {line}行目", synonyms::FILE)?;
            }
        }
    }
    out.flush()?;
    Ok(Exit::Success)
}

/// What a search finds as well as a stretch of the text.
fn synonyms_body(text: &str, units: &[Unit], span: &Span) -> Vec<Value> {
    let written = span.written(text, units);
    let body = |synonym: &Synonym| json!({ "from": written, "to": synonym.surface, "file": synonyms::FILE, "line": synonym.line });
    span.synonyms.iter().map(body).collect()
}

fn token_body(token: &Token) -> Value {
    let units: Vec<Value> = token
        .units
        .iter()
        .zip(&token.unit_stops)
        .map(|(unit, stop)| {
            let mut body = unit_body(unit);
            body["stopped_by"] = stop.map_or(Value::Null, stop_body);
            body
        })
        .collect();
    let dictionary = match token.origin {
        Origin::Dictionary(entry) => json!({ "entry": entry }),
        Origin::UserWords(line) => json!({ "file": USER_WORDS, "line": line }),
        Origin::Unknown => Value::Null,
    };
    json!({
        "surface": token.surface, "start": token.range.start, "end": token.range.end,
        "part_of_speech": token.part_of_speech, "base_form": token.base_form,
        "reading": token.reading, "units": units, "stopped": token.stopped,
        "stopped_by": token.stop.map_or(Value::Null, stop_body), "dictionary": dictionary,
    })
}

/// The term of a date as it is shown, without its mark.
fn unit_body(unit: &Unit) -> Value {
    let range = &unit.range;
    let mut body = json!({ "term": shown(unit), "start": range.start, "end": range.end,
                           "position": unit.position });
    if is_date_term(&unit.term) {
        body["date"] = Value::Bool(true);
    }
    body
}

fn stop_body(stop: Stop) -> Value {
    match stop {
        Stop::Sign => json!({ "rule": "sign" }),
        Stop::Kana => json!({ "rule": "single hiragana" }),
        Stop::Grammar => json!({ "rule": "grammar in a word" }),
        Stop::Tag(line) => json!({ "file": STOP_TAGS, "line": line }),
        Stop::Word(line) => json!({ "file": STOP_WORDS, "line": line }),
    }
}

/// Surface, range, part of speech, reading, units, and where the word is known from, separated by tabs.
fn line(token: &Token) -> String {
    let units = token.units.iter().zip(&token.unit_stops).map(|(unit, stop)| match stop {
        // What stops the whole word is said once.
        Some(stop) if token.stop.is_none() => format!("{}{}", unit.term, stopped(*stop)),
        _ => unit.term.clone(),
    });
    let units = units.collect::<Vec<_>>().join(" + ");
    let origin = match token.origin {
        Origin::Dictionary(entry) => format!("辞書 {entry} {}", token.base_form),
        Origin::UserWords(line) => format!("{USER_WORDS} {line}行目"),
        Origin::Unknown => "未知語".to_owned(),
    };
    format!(
        "{}\t{}..{}\t{}\t{}\t{units}{}\t{origin}",
        on_one_line(&token.surface),
        token.range.start,
        token.range.end,
        token.part_of_speech,
        token.reading,
        token.stop.map_or(String::new(), stopped),
    )
}

/// Why something is not in the index.
fn stopped(stop: Stop) -> String {
    let why = match stop {
        Stop::Sign => "記号".to_owned(),
        Stop::Kana => "ひらがな1字".to_owned(),
        Stop::Grammar => "語中の文法".to_owned(),
        Stop::Tag(line) => format!("{STOP_TAGS} {line}行目"),
        Stop::Word(line) => format!("{STOP_WORDS} {line}行目"),
    };
    format!("(索引しない: {why})")
}

fn named(date: Date) -> String {
    let name = match date {
        Date::FiscalYear(_) => "年度",
        Date::Year(_) => "年",
        Date::Month { .. } => "年月",
        Date::Day { .. } => "年月日",
    };
    format!("{name} {date}")
}

fn term(unit: &Unit) -> String {
    on_one_line(if is_date_term(&unit.term) { shown(unit) } else { &unit.term })
}

fn shown(unit: &Unit) -> &str {
    unit.term.trim_start_matches(char::is_control)
}

fn on_one_line(text: &str) -> String {
    text.replace(['\n', '\t'], " ")
}

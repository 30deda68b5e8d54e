//! `analyze`: what the analyzer makes of a text.

use std::io;
use std::io::Write;

use clap::Args;
use serde_json::json;

use crate::analysis::{Origin, Token};

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
    let tokens = arguments.dictionaries.analyzer()?.explain(&arguments.text);
    let mut out = io::BufWriter::new(io::stdout().lock());
    if arguments.json {
        let tokens: Vec<serde_json::Value> = tokens.iter().map(body).collect();
        writeln!(out, "{}", json!({ "text": arguments.text, "tokens": tokens }))?;
    } else {
        for token in &tokens {
            writeln!(out, "{}", line(token))?;
        }
    }
    out.flush()?;
    Ok(Exit::Success)
}

fn body(token: &Token) -> serde_json::Value {
    let units: Vec<serde_json::Value> = token
        .units
        .iter()
        .map(|unit| {
            json!({ "term": unit.term, "start": unit.range.start, "end": unit.range.end,
                    "position": unit.position })
        })
        .collect();
    json!({
        "surface": token.surface, "start": token.range.start, "end": token.range.end,
        "part_of_speech": token.part_of_speech, "base_form": token.base_form,
        "reading": token.reading, "units": units, "stopped": token.stopped,
    })
}

/// Surface, range, part of speech, reading, units, and where the word is known from, separated by tabs.
fn line(token: &Token) -> String {
    let units: Vec<&str> = token.units.iter().map(|unit| unit.term.as_str()).collect();
    let entry = match token.origin {
        Origin::Dictionary(entry) => format!("辞書 {entry}"),
        Origin::UserWords(line) => format!("user.csv {line}行目"),
        Origin::Unknown => "未知語".to_owned(),
    };
    let searched = if token.stopped { "(索引しない)" } else { "" };
    format!(
        "{}\t{}..{}\t{}\t{}\t{}{searched}\t{entry}",
        token.surface.replace(['\n', '\t'], " "),
        token.range.start,
        token.range.end,
        token.part_of_speech,
        token.reading,
        units.join(" + "),
    )
}

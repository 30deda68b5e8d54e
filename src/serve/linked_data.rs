//! A record in the words of schema.org, for programs that read pages.

use serde_json::Value;
use serde_json::json;

use super::citation;
use super::texts;
use super::wording;
use crate::record::FiscalYear;
use crate::record::Provenance;
use crate::record::Record;

/// The record as JSON-LD that can stand inside a page: nothing in it ends the element around it.
pub(super) fn record(record: &Record, permalink: &str) -> String {
    let mut body = json!({
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "@id": permalink,
        "url": permalink,
        "identifier": record.id.0,
        "name": wording::record_name(&texts::JAPANESE.words, record),
        "inLanguage": "ja",
        "creditText": citation::citation(record, permalink),
    });
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body[name] = value;
        }
    };
    put("publisher", record.organization.as_ref().map(|name| organization(name)));
    put("temporalCoverage", record.fiscal_year.map(period));
    let keywords = &record.category_canonical;
    put("keywords", (!keywords.is_empty()).then(|| json!(keywords)));
    let licences: Vec<&str> = record.sources.iter().filter_map(|s| s.licence.as_deref()).collect();
    put(
        "license",
        licences.first().filter(|one| licences.iter().all(|l| l == *one)).map(|l| json!(l)),
    );
    let sources: Vec<Value> = record.sources.iter().map(source).collect();
    put("isBasedOn", (!sources.is_empty()).then(|| json!(sources)));
    escaped(&body.to_string())
}

fn organization(name: &str) -> Value {
    json!({"@type": "GovernmentOrganization", "name": name})
}

/// A fiscal year as the dates that it runs from and to.
fn period(year: FiscalYear) -> Value {
    let first = year.gregorian();
    json!(format!("{first}-04-01/{}-03-31", first + 1))
}

fn source(source: &Provenance) -> Value {
    let mut body = json!({"@type": "DigitalDocument", "name": source.file});
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body[name] = value;
        }
    };
    put("url", citation::web_address(source).map(|url| json!(url)));
    put("license", source.licence.as_ref().map(|licence| json!(licence)));
    put("creditText", source.attribution.as_ref().map(|attribution| json!(attribution)));
    put("pageStart", source.page.map(|page| json!(page)));
    put("sha256", source.sha256.as_ref().map(|sha256| json!(sha256)));
    let place = citation::place(source);
    put("description", (!place.is_empty()).then(|| json!(place)));
    body
}

/// JSON in which no character means anything to HTML.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\'' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_record_ends_the_element() {
        let payload = "</script><script>alert(1)</script>&<!--";
        let hostile = Record { title: Some(payload.to_owned()), ..Record::default() };
        let text = record(&hostile, "/records/1");
        assert!(!text.contains(['<', '>', '&']), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["name"], payload);
    }

    #[test]
    fn a_record_says_whose_it_is_and_what_it_rests_on() {
        let record_ = Record {
            organization: Some("浜手区役所".to_owned()),
            fiscal_year: FiscalYear::from_gregorian(2022),
            sources: vec![Provenance {
                file: "r4.pdf".to_owned(),
                page: Some(3),
                url: Some("https://hamate.example.jp/r4.pdf".to_owned()),
                licence: Some("CC BY 4.0".to_owned()),
                attribution: Some("浜手市".to_owned()),
                ..Provenance::default()
            }],
            ..Record::default()
        };
        let read: Value = serde_json::from_str(&record(&record_, "/records/1")).unwrap();
        assert_eq!(read["temporalCoverage"], "2022-04-01/2023-03-31");
        assert_eq!(read["publisher"]["name"], "浜手区役所");
        assert_eq!(read["license"], "CC BY 4.0");
        let source = &read["isBasedOn"][0];
        assert_eq!(source["url"], "https://hamate.example.jp/r4.pdf");
        assert_eq!(source["pageStart"], 3);
        assert_eq!(source["creditText"], "浜手市");
        assert_eq!(source["description"], "3ページ");
    }
}

//! Torikumi (取組): full-text search for municipal reports.
//!
//! City offices report each year, in sheets, what they promised and what they did.
//! This library reads such sheets into *records*, one for each reported initiative, and searches them:
//!
//! ```
//! use torikumi::record::{self, Role, tables::Tables};
//! use torikumi::source::Source;
//!
//! let sheet = "\
//! 令和4年度　区役所サービス向上取組シート　松風区役所
//!
//! 部署名 番号 区分
//! 取組目標
//! 取組結果
//!
//! 窓口サービス部　区民課 1 共通
//!
//! 　転入の手続の待ち時間を短くするため、予約の受付を始めます。
//!
//! 　予約の受付を始め、待ち時間を平均１２分短くしました。
//! ";
//! let source = Source::from_bytes("matsukaze-r4.txt", sheet.as_bytes());
//! let reading = record::read(&source, &Tables::carried());
//!
//! let record = &reading.records[0];
//! assert_eq!(record.organization.as_deref(), Some("松風区役所"));
//! assert_eq!(record.fiscal_year.map(|year| year.gregorian()), Some(2022));
//! assert_eq!(record.number, Some(1));
//! let goal = record.sections.iter().find(|section| section.role == Role::Goal);
//! assert!(goal.is_some_and(|goal| goal.text.contains("予約の受付を始めます")));
//! ```
//!
//! Reading never fails on content: what could not be made out is a [`notice`].
//! The modules are layers, from the bottom up; each uses those above it in this list and none below.
//!
//! - [`notice`]: remarks about content;
//! - [`era`]: the names that Japanese years are counted by;
//! - [`source`]: files to text;
//! - [`record`]: text to records;
//! - [`analysis`]: text to terms;
//! - [`report`]: what an office can be told about its files;
//! - [`index`]: records to a store and a search index;
//! - [`ingest`]: files and folders to the store, each file in a process of its own;
//! - [`query`]: a question to hits;
//! - [`export`]: tables to files that spreadsheets open;
//! - [`serve`]: the page and the JSON interface;
//! - [`cli`]: the command line.
//!
//! [`architecture`] says what belongs where, and why.

pub mod notice;
pub mod era;
pub mod source;
pub mod record;
pub mod analysis;
pub mod report;
pub mod index;
pub mod ingest;
pub mod query;
pub mod export;
pub mod serve;
pub mod cli;

#[doc = include_str!("../ARCHITECTURE.md")]
pub mod architecture {}

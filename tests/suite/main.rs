//! The one integration binary. Each module is a table of laws across layers.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it measured or skipped"
)]

/// A fresh index over sources, for the modules that search.
mod workspace;
/// Sheets of text become exactly the records they print.
mod sheets;
/// Workbooks, documents, CSV and HTML show their tables cell by cell.
mod office;
/// Real PDFs become tables and text.
mod pdf;
/// Writings of a word meet, and a passage is cut wherever it stands as in its text.
mod analysis;
/// One sheet, laid out anew by many programs, gives the same records.
mod pages;
/// One sheet, laid out anew in ways that the readers were not made with, gives the same records.
mod layouts;
/// Published files become records, and nothing of them is lost.
mod real_files;
/// Searching finds what is there, all of it and nothing else.
mod search;
mod counting;
/// The words of an index: each is found, counted as the records say, and finds what it promises.
mod words;
/// What must meet, and what must not: each row a query and the text that it finds and shows.
mod meeting;
/// What became of an item over the years, and what stands around it.
mod comparing;
/// Files that print the same record become one record.
mod merging;
/// What is ingested stays, whatever happens to the process.
mod ingest;
/// Damaged and hostile files are named with the reason, and harm nothing.
mod damaged;
/// A worker can do nothing but read, and the parent knows why it ended.
mod workers;
/// The command as scripts see it.
mod command;
/// The page and the JSON interface, over a small engine in memory.
mod http;
/// A file of records has exactly what the search finds, and spreadsheets show it as it is.
mod exports;
/// What an office is told about its files.
mod report;
/// The arrows between layers, and who may name which library.
mod layers;
/// The third-party notices name everything that the program carries.
mod licenses;

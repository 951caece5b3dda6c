//! Numbers and names in sentences.

use std::borrow::Borrow;

/// A number and what it counts: "1 track", "3 tracks".
pub fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Names that a message lists before an ellipsis.
pub const LISTED: usize = 5;

/// The first names of some, and an ellipsis where there are more.
pub fn listed(names: &[impl Borrow<str>], most: usize) -> String {
    let more = if names.len() > most { ", …" } else { "" };
    names[..names.len().min(most)].join(", ") + more
}

/// A name in one line: tabs and line breaks become spaces.
pub fn in_line(name: &str) -> String {
    name.replace(['\t', '\r', '\n'], " ")
}

/// A name as one cell of a table that a spreadsheet may open: in one line, and what a spreadsheet would compute stands
/// behind an apostrophe, by which spreadsheets tell text.
pub fn cell(name: &str) -> String {
    let line = in_line(name);
    let text = line.trim_start();
    let is_computed = text.len() > 1 && text.starts_with(['=', '+', '-', '@']) && text.parse::<f64>().is_err();
    if is_computed { format!("'{line}") } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(0, "track"), "0 tracks");
        assert_eq!(counted(1, "track"), "1 track");
        assert_eq!(counted(2, "track"), "2 tracks");
    }
}

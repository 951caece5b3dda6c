//! The columns of a table, recognised from its first row.

use std::collections::HashMap;

use super::Layout;
use super::cells::{self, Cells, Row};
use super::error::{InputError, Place};
use super::number;
use super::problem::Problem;
use super::unsupported::UnsupportedLayout;

/// The columns of a table.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub layout: Layout,
    /// Separator of cells: a comma, a tab or a semicolon.
    pub separator: u8,
    /// Columns of every row.
    pub width: usize,
    /// Marks with their columns, counted from 0.
    pub marks: Vec<(String, usize)>,
    /// The column of the label, counted from 0.
    pub label: Option<usize>,
}

/// The gene and bin of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position<'a> {
    pub gene: &'a str,
    /// Counted from 1.
    pub bin: usize,
}

/// Names seen so far, case-insensitive, each with its position. A hash map, because comparing all pairs of a header as
/// long as a line may be would take hours.
#[derive(Debug, Default)]
pub(super) struct Met(HashMap<String, u64>);

impl Met {
    /// Adds a name at a position; returns the earlier position of the same name.
    pub fn add(&mut self, name: &str, at: usize) -> Option<usize> {
        let earlier = self.0.insert(name.to_ascii_lowercase(), at as u64);
        earlier.map(|at| at as usize)
    }
}

impl Columns {
    /// Recognises the layout from the first row, which is the header of a [`Layout::Headed`] table.
    pub fn recognise(file: &str, line: u64, text: &str, cells: &mut Cells) -> Result<Self, InputError> {
        let separator = cells::separator(text);
        let row = cells.split(text, separator);
        if is_header(row) {
            return Self::from_header(file, line, separator, row);
        }
        let layout = if row.len() == 8 && is_number(row.cell(1)) {
            Layout::Labelled
        } else if row.len() == 6 && split_key(row.cell(0)).is_ok() && is_number(row.cell(1)) {
            Layout::Keyed
        } else {
            return Err(InputError::new(
                Place::line(file, line),
                Problem::UnknownLayout {
                    columns: row.len(),
                    first_row: cells::shortened(text),
                    content: UnsupportedLayout::of(&row.cells().collect::<Vec<_>>()),
                },
            ));
        };
        let first_mark = if layout == Layout::Keyed { 1 } else { 2 };
        let marks = layout.published_marks().into_iter().flatten();
        Ok(Self {
            layout,
            separator,
            width: row.len(),
            marks: marks
                .zip(first_mark..)
                .map(|(mark, column)| (mark.to_owned(), column))
                .collect(),
            label: (layout == Layout::Labelled).then_some(7),
        })
    }

    fn from_header(file: &str, line: u64, separator: u8, row: Row<'_>) -> Result<Self, InputError> {
        let mut marks: Vec<(String, usize)> = Vec::new();
        let (mut met, mut label) = (Met::default(), None);
        for (column, name) in row.cells().enumerate().skip(2) {
            let error = |problem| Err(InputError::new(Place::cell(file, line, column + 1, name), problem));
            let doubled = |first: usize| Problem::MarkDoubled {
                name: name.to_owned(),
                first: first + 1,
            };
            if name.is_empty() {
                return error(Problem::HeaderCellEmpty);
            }
            if name.eq_ignore_ascii_case("label") {
                if let Some(first) = label.replace(column) {
                    return error(doubled(first));
                }
            } else if let Some(first) = met.add(name, column) {
                return error(doubled(first));
            } else {
                marks.push((name.to_owned(), column));
            }
        }
        if marks.is_empty() {
            return Err(InputError::new(Place::line(file, line), Problem::HeaderWithoutMarks));
        }
        Ok(Self {
            layout: Layout::Headed,
            separator,
            width: row.len(),
            marks,
            label,
        })
    }

    /// The gene and bin of a row; an error has its column, counted from 0.
    pub fn position<'a>(&self, row: Row<'a>) -> Result<Position<'a>, (usize, Problem)> {
        let first = row.cell(0);
        let (gene, bin) = match self.layout {
            Layout::Keyed => split_key(first).map_err(|problem| (0, problem))?,
            Layout::Labelled | Layout::Headed | Layout::ComputeMatrix => {
                (first, cells::bin(row.cell(1)).map_err(|problem| (1, problem))?)
            }
        };
        if gene.is_empty() {
            return Err((0, Problem::GeneEmpty));
        }
        Ok(Position { gene, bin })
    }

    /// The gene and bin of a row, if it has all columns and they are valid.
    pub fn position_if_whole<'a>(&self, row: Row<'a>) -> Option<Position<'a>> {
        (row.len() == self.width).then(|| self.position(row).ok())?
    }

    /// The column of the bin, counted from 0.
    pub fn bin_column(&self) -> usize {
        usize::from(self.layout != Layout::Keyed)
    }

    /// A column's name for messages.
    pub fn name(&self, column: usize) -> &str {
        if let Some((mark, _)) = self.marks.iter().find(|(_, at)| *at == column) {
            return mark;
        }
        match column {
            _ if self.label == Some(column) => "label",
            0 if self.layout == Layout::Keyed => "key",
            0 => "gene",
            _ => "bin",
        }
    }

    /// Describes the recognised columns, for a user.
    pub fn note(&self) -> String {
        let marks: Vec<_> = self.marks.iter().map(|(mark, _)| mark.as_str()).collect();
        let marks = marks.join(", ");
        match self.layout {
            Layout::Labelled => {
                format!("no header: read as the published AttentiveChrome layout: gene, bin, {marks}, label")
            }
            Layout::Keyed => format!(
                "no header: read as the published DeepDiff layout: GENE_SYMBOL_BIN, {marks}; \
                 the gene is the part before the first underscore"
            ),
            Layout::Headed if self.label.is_some() => format!("header: marks {marks}; with labels"),
            Layout::Headed | Layout::ComputeMatrix => {
                format!("header: marks {marks}; without labels")
            }
        }
    }
}

/// Returns true if a first row has column names: `gene,bin,…`, or as described in the papers `GeneID,BinID,…`.
fn is_header(row: Row<'_>) -> bool {
    let named = |index: usize, names: [&str; 3]| names.iter().any(|name| row.cell(index).eq_ignore_ascii_case(name));
    row.len() >= 2 && named(0, ["gene", "geneid", "gene_id"]) && named(1, ["bin", "binid", "bin_id"])
}

fn is_number(cell: &str) -> bool {
    number::float64(cell).is_some()
}

/// Gene and bin of a DeepDiff key: the gene precedes the first underscore, the bin follows the last.
fn split_key(key: &str) -> Result<(&str, usize), Problem> {
    let malformed = || Problem::Key {
        found: cells::shortened(key),
    };
    let (gene, _) = key.split_once('_').ok_or_else(malformed)?;
    let (_, bin) = key.rsplit_once('_').ok_or_else(malformed)?;
    Ok((gene, cells::bin(bin)?))
}

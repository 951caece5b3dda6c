//! Expression of genes, from which labels are made.

use std::collections::HashMap;

use super::cells::{self, Cells};
use super::decimals::Decimals;
use super::error::{InputError, Place};
use super::number;
use super::problem::Problem;
use super::text::TextReader;

/// Expression counts of one cell type: rows `gene,count`, plain or gzipped, with or without a header.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    file: String,
    counts: HashMap<String, f64>,
    median: f64,
    /// Whether all of them are 0 or 1.
    is_labels: bool,
}

impl Expression {
    /// Reads a whole file that is in memory; `file` is its name for messages.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let mut rows = Rows {
            file,
            cells: Cells::default(),
            format: None,
            counts: HashMap::new(),
        };
        let mut text = TextReader::new(file);
        text.push(bytes, &mut |line, row| rows.line(line, row))?;
        text.finish(&mut |line, row| rows.line(line, row))?;

        let mut sorted: Vec<f64> = rows.counts.values().map(|&(count, _)| count).collect();
        if sorted.is_empty() {
            let problem = if rows.format.is_some() {
                Problem::NoRows
            } else {
                Problem::Empty
            };
            return Err(InputError::new(Place::file(file), problem));
        }
        sorted.sort_unstable_by(f64::total_cmp);
        Ok(Self {
            file: file.to_owned(),
            is_labels: sorted.iter().all(|count| [0.0, 1.0].contains(count)),
            median: f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]),
            counts: rows
                .counts
                .into_iter()
                .map(|(gene, (count, _))| (gene, count))
                .collect(),
        })
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Number of genes.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there is no gene; never true of a file that was read.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The same counts under other ids: pairs of such an id and that of the file.
    pub fn renamed<'a>(&self, ids: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let count = |(id, of): (&str, &str)| Some((id.to_owned(), self.get(of)?));
        Self {
            file: self.file.clone(),
            counts: ids.into_iter().filter_map(count).collect(),
            ..*self
        }
    }

    /// The count of a gene, found by its exact id.
    pub fn get(&self, gene: &str) -> Option<f64> {
        self.counts.get(gene).copied()
    }

    /// Every gene with its count, in no order.
    pub fn counts(&self) -> impl Iterator<Item = (&str, f64)> {
        self.counts.iter().map(|(gene, &count)| (gene.as_str(), count))
    }

    /// The median count over all genes; of an even number of genes the mean of the middle two.
    pub fn median(&self) -> f64 {
        self.median
    }

    /// Whether all counts are 0 or 1: then they say themselves which genes are on.
    pub fn is_labels(&self) -> bool {
        self.is_labels
    }

    /// Whether a gene of this count is on: at or above the [`median`](Self::median), or where the file
    /// [has labels](Self::is_labels) at 1.
    pub fn is_on(&self, count: f64) -> bool {
        count >= if self.is_labels { 1.0 } else { self.median }
    }
}

struct Rows<'a> {
    file: &'a str,
    cells: Cells,
    /// What separates the cells, and how decimals are written; known from the first row.
    format: Option<(u8, Decimals)>,
    /// Count and line of each gene.
    counts: HashMap<String, (f64, u64)>,
}

impl Rows<'_> {
    fn line(&mut self, line: u64, text: &str) -> Result<(), InputError> {
        let first = self.format.is_none();
        let (separator, decimals) = self.format.get_or_insert_with(|| {
            let separator = cells::separator(text);
            (separator, Decimals::between(separator))
        });
        let row = self.cells.split(text, *separator);
        if row.len() != 2 {
            let problem = Problem::ColumnCount {
                found: row.len(),
                expected: 2,
            };
            return Err(InputError::new(Place::line(self.file, line), problem));
        }
        let gene = row.cell(0);
        if first
            && gene.to_ascii_lowercase().starts_with("gene")
            && number::float64(&row.cell(1).replace(',', ".")).is_none()
        {
            return Ok(());
        }
        if gene.is_empty() {
            return Err(InputError::new(
                Place::cell(self.file, line, 1, "gene"),
                Problem::GeneEmpty,
            ));
        }
        let count = decimals
            .count(row.cell(1))
            .map_err(|problem| InputError::new(Place::cell(self.file, line, 2, "count"), problem))?;
        if let Some((_, first_line)) = self.counts.insert(gene.to_owned(), (count, line)) {
            let problem = Problem::GeneRepeated {
                gene: gene.to_owned(),
                first_line,
            };
            return Err(InputError::new(Place::cell(self.file, line, 1, "gene"), problem));
        }
        Ok(())
    }
}

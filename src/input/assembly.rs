//! Assembles rows to genes: every gene has bins 1 … T in order, once, with the same T for all.

use std::collections::HashMap;

use super::budget::Budget;
use super::columns::Position;
use super::limits::GENE_OVERHEAD;
use super::problem::Problem;

/// Genes and values, row by row.
#[derive(Debug)]
pub(super) struct Assembly {
    pub genes: Vec<String>,
    /// Values of all rows so far, [genes, bins, marks].
    pub values: Vec<f32>,
    pub labels: Vec<bool>,
    pub rows: usize,
    /// Bins of the first gene, known at its end.
    pub bins: Option<usize>,
    /// Number of genes whose rows have different labels.
    pub mixed_labels: usize,
    first_lines: HashMap<String, u64>,
    current: Option<Current>,
    memory_limit: usize,
    name_bytes: usize,
    /// Memory budget: a table of very many genes with few values takes more memory than bytes.
    pub budget: Budget,
}

/// The current gene.
#[derive(Debug)]
struct Current {
    /// Its last bin.
    bin: usize,
    /// The line of its last row.
    line: u64,
    /// A bin missing from its place.
    gap: Option<Gap>,
    mixed_labels: bool,
}

/// A bin replaced by another one. Only the rest of the gene shows if it is missing or comes later.
#[derive(Debug, Clone, Copy)]
struct Gap {
    line: u64,
    expected: usize,
    found: usize,
}

/// The part of a row with a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Gene,
    Bin,
    Row,
}

/// A problem with its line and its part of the row.
pub(super) type Misplaced = (u64, Part, Problem);

impl Assembly {
    pub fn new(memory_limit: usize) -> Self {
        Self {
            genes: Vec::new(),
            values: Vec::new(),
            labels: Vec::new(),
            rows: 0,
            bins: None,
            mixed_labels: 0,
            first_lines: HashMap::new(),
            current: None,
            memory_limit,
            name_bytes: 0,
            budget: Budget::of_lines(),
        }
    }

    /// Returns true if an earlier row already showed that the table is wrong; the end of the gene shows in which way.
    pub fn in_gap(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.gap.is_some())
    }

    /// Adds the gene and bin of the next row, which has `marks` values.
    pub fn place(&mut self, line: u64, position: Position<'_>, marks: usize) -> Result<(), Misplaced> {
        let same_gene = self.current.is_some() && self.genes.last().is_some_and(|gene| gene == position.gene);
        if same_gene {
            self.next_bin(line, position)?;
        } else {
            self.end_gene()?;
            self.start_gene(line, position)?;
        }
        self.rows += 1;
        self.reserve(marks).map_err(|problem| (line, Part::Row, problem))
    }

    /// Adds the label of the current row. A gene has the label of its last row, as in the published reader.
    pub fn label(&mut self, label: bool) {
        let Some(current) = &mut self.current else {
            return;
        };
        if self.labels.len() < self.genes.len() {
            self.labels.push(label);
        } else if let Some(last) = self.labels.last_mut()
            && *last != label
        {
            *last = label;
            current.mixed_labels = true;
        }
    }

    /// Ends the last gene.
    pub fn finish(&mut self) -> Result<(), Misplaced> {
        self.end_gene()
    }

    fn start_gene(&mut self, line: u64, position: Position<'_>) -> Result<(), Misplaced> {
        let gene = position.gene.to_owned();
        if let Some(&first_line) = self.first_lines.get(&gene) {
            return Err((line, Part::Gene, Problem::GeneRepeated { gene, first_line }));
        }
        let has_room = self.budget.draw::<String>(2 * gene.len()) && self.budget.hashed::<(String, u64)>(0);
        if !has_room {
            return Err((line, Part::Row, Problem::Memory));
        }
        self.name_bytes += 2 * gene.len();
        self.first_lines.insert(gene.clone(), line);
        self.genes.push(gene);
        self.current = Some(Current {
            bin: position.bin,
            line,
            gap: (position.bin != 1).then_some(Gap {
                line,
                expected: 1,
                found: position.bin,
            }),
            mixed_labels: false,
        });
        Ok(())
    }

    fn next_bin(&mut self, line: u64, position: Position<'_>) -> Result<(), Misplaced> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        let Position { gene, bin } = position;
        if let Some(gap) = current.gap {
            if bin == gap.expected {
                let Gap { expected, found, .. } = gap;
                let gene = gene.to_owned();
                return Err((gap.line, Part::Bin, Problem::BinsOutOfOrder { gene, expected, found }));
            }
            return Ok(());
        }
        let last = current.bin;
        if bin == last + 1 {
            if let Some(expected) = self.bins.filter(|&bins| bin > bins) {
                let problem = self.bin_count(gene.to_owned(), bin, expected);
                return Err((line, Part::Bin, problem));
            }
            current.bin = bin;
            current.line = line;
        } else if bin == 1 && last > 1 && self.bins.is_none_or(|bins| bins == last) {
            let first_line = self.first_lines.get(gene).copied().unwrap_or(line);
            let gene = gene.to_owned();
            return Err((line, Part::Gene, Problem::GeneRepeated { gene, first_line }));
        } else if bin <= last {
            let gene = gene.to_owned();
            return Err((line, Part::Bin, Problem::BinRepeated { gene, bin }));
        } else {
            let expected = last + 1;
            current.gap = Some(Gap {
                line,
                expected,
                found: bin,
            });
        }
        Ok(())
    }

    fn end_gene(&mut self) -> Result<(), Misplaced> {
        let Some(current) = self.current.take() else {
            return Ok(());
        };
        let gene = self.genes.last().cloned().unwrap_or_default();
        if let Some(Gap { line, expected, found }) = current.gap {
            return Err((line, Part::Bin, Problem::BinMissing { gene, expected, found }));
        }
        let expected = *self.bins.get_or_insert(current.bin);
        if current.bin != expected {
            let problem = self.bin_count(gene, current.bin, expected);
            return Err((current.line, Part::Gene, problem));
        }
        self.mixed_labels += usize::from(current.mixed_labels);
        Ok(())
    }

    fn bin_count(&self, gene: String, found: usize, expected: usize) -> Problem {
        Problem::BinCount {
            gene,
            found,
            first_gene: self.genes.first().cloned().unwrap_or_default(),
            expected,
        }
    }

    fn reserve(&mut self, marks: usize) -> Result<(), Problem> {
        let values = (self.values.len() + marks) * size_of::<f32>();
        let names = self.name_bytes + self.genes.len() * GENE_OVERHEAD;
        let has_room = self.budget.bytes(3 * marks * size_of::<f32>());
        if !has_room || values + names > self.memory_limit || self.values.try_reserve(marks).is_err() {
            return Err(Problem::TooLarge {
                genes: self.genes.len(),
                limit: self.memory_limit,
            });
        }
        Ok(())
    }
}

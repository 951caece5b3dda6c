//! Tables of signal in memory, and their preparation for a model.

use std::collections::HashSet;

use super::error::{InputError, Place};
use super::problem::Problem;
use super::{Expression, Layout, MarkDistribution, TableReader, distribution};

/// Signal of histone marks around the transcription start sites (TSS) of genes.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalTable {
    /// The file's name, for messages.
    pub file: String,
    /// Layout of the columns.
    pub layout: Layout,
    /// Marks in column order.
    pub marks: Vec<String>,
    /// Bins of each gene, in genomic order.
    pub bins: usize,
    /// Gene ids in file order, each once.
    pub genes: Vec<String>,
    /// Signal as in the file, [genes, bins, marks] row-major; finite and not negative.
    pub values: Vec<f32>,
    /// Labels of the genes, true for on, if the table has them.
    pub labels: Option<Vec<bool>>,
    /// Window of each gene's bins, if the file has it.
    pub windows: Option<Vec<Window>>,
    /// Notes on what was recognised or assumed in reading, for a user.
    pub notes: Vec<String>,
}

/// A half-open range of a chromosome, in bp from 0; the bins of a gene may begin before its chromosome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its name.
    pub chromosome: String,
    /// First base.
    pub start: i64,
    /// Exclusive end.
    pub end: i64,
}

impl SignalTable {
    /// Reads a file in memory, plain or gzipped; `file` is its name in messages.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let mut reader = TableReader::new(file);
        reader.push(bytes)?;
        reader.finish()
    }

    /// The signal of gene `index`, [bins, marks] row-major.
    ///
    /// # Panics
    /// If the gene is out of bounds.
    pub fn gene(&self, index: usize) -> &[f32] {
        let size = self.bins * self.marks.len();
        &self.values[index * size..(index + 1) * size]
    }

    /// The windows of genes, by index.
    ///
    /// # Panics
    /// If a gene is out of bounds.
    pub fn windows_at(&self, places: &[usize]) -> Option<Vec<Window>> {
        let windows = self.windows.as_ref()?;
        Some(places.iter().map(|&place| windows[place].clone()).collect())
    }

    /// Checks that the table has the model's number of bins; the error proposes the middle ones.
    pub fn expect_bins(&self, model: usize) -> Result<(), InputError> {
        if self.bins == model {
            return Ok(());
        }
        Err(self.error(Problem::BinsOfModel {
            table: self.bins,
            model,
            selectable: middle_bins(self.bins, model),
        }))
    }

    /// The table with bins `first` to `last` of each gene, counted from 1, inclusive.
    pub fn select_bins(&self, first: usize, last: usize) -> Result<Self, InputError> {
        if first == 0 || first > last || last > self.bins {
            let bins = self.bins;
            return Err(self.error(Problem::BinRange { first, last, bins }));
        }
        let marks = self.marks.len();
        let mut values = Vec::with_capacity(self.genes.len() * (last - first + 1) * marks);
        for gene in 0..self.genes.len() {
            values.extend_from_slice(&self.gene(gene)[(first - 1) * marks..last * marks]);
        }
        let note = format!("bins {first}-{last} of {} selected", self.bins);
        let mut table = self.derived(last - first + 1, self.marks.clone(), values, [note]);
        for window in table.windows.iter_mut().flatten() {
            let size = (window.end - window.start) / self.bins as i64;
            window.end = window.start + last as i64 * size;
            window.start += (first - 1) as i64 * size;
        }
        Ok(table)
    }

    /// The table with exactly `marks`, in that order, matched by name.
    ///
    /// Names that differ only in case are accepted with a note; further marks of the table are dropped with a note. The
    /// error for a missing mark names both sides.
    pub fn order_marks(&self, marks: &[String]) -> Result<Self, InputError> {
        let columns: Vec<_> = marks.iter().map(|mark| self.mark_column(mark)).collect();
        let missing: Vec<_> = marks
            .iter()
            .zip(&columns)
            .filter(|(_, column)| column.is_none())
            .map(|(mark, _)| mark.clone())
            .collect();
        if !missing.is_empty() {
            return Err(self.error(Problem::MarkMissing {
                missing,
                table: self.marks.clone(),
                wanted: marks.to_vec(),
            }));
        }
        let columns: Vec<usize> = columns.into_iter().flatten().collect();

        let mut values = Vec::with_capacity(self.genes.len() * self.bins * columns.len());
        for row in self.values.chunks_exact(self.marks.len()) {
            values.extend(columns.iter().map(|&column| row[column]));
        }
        let mut notes = Vec::new();
        for (mark, &column) in marks.iter().zip(&columns) {
            if self.marks[column] != *mark {
                notes.push(format!("column {} read as the mark {mark}", self.marks[column]));
            }
        }
        let unused: HashSet<_> = columns.iter().collect();
        let unused: Vec<_> = (0..self.marks.len())
            .filter(|column| !unused.contains(column))
            .map(|column| self.marks[column].as_str())
            .collect();
        if !unused.is_empty() {
            notes.push(format!("not used by the model: {}", unused.join(", ")));
        }
        Ok(self.derived(self.bins, marks.to_vec(), values, notes))
    }

    /// The column of `mark`, counted from 0: by exact name, else case-insensitive.
    pub fn mark_column(&self, mark: &str) -> Option<usize> {
        let exact = self.marks.iter().position(|name| name == mark);
        exact.or_else(|| self.marks.iter().position(|name| name.eq_ignore_ascii_case(mark)))
    }

    /// The table with the signal of each named mark multiplied by its factor.
    pub fn scale(&self, factors: &[(String, f32)]) -> Result<Self, InputError> {
        let mut by_column = vec![1.0_f32; self.marks.len()];
        let mut notes = Vec::new();
        for (mark, factor) in factors {
            let Some(column) = self.mark_column(mark) else {
                return Err(self.error(Problem::MarkUnknown {
                    mark: mark.clone(),
                    table: self.marks.clone(),
                }));
            };
            by_column[column] *= factor;
            // Several factors of a mark are multiplied.
            for factor in [*factor, by_column[column]] {
                if !(factor.is_finite() && factor > 0.0) {
                    return Err(self.error(Problem::Factor {
                        mark: mark.clone(),
                        factor,
                    }));
                }
            }
            notes.push(format!("{} multiplied by {factor}", self.marks[column]));
        }
        let mut values = self.values.clone();
        for row in values.chunks_exact_mut(self.marks.len()) {
            for (value, factor) in row.iter_mut().zip(&by_column) {
                // A product out of float32's range becomes the largest number: a model's input must be finite.
                *value = (*value * factor).min(f32::MAX);
            }
        }
        Ok(self.derived(self.bins, self.marks.clone(), values, notes))
    }

    /// The table with an additional mark that was not measured: `value` in all bins of all genes. `what` says briefly
    /// where the value is from, for the table's notes.
    pub fn with_stand_in(&self, mark: &str, value: f32, what: &str) -> Self {
        let mut marks = self.marks.clone();
        marks.push(mark.to_owned());
        let mut values = Vec::with_capacity(self.values.len() / self.marks.len() * marks.len());
        for row in self.values.chunks_exact(self.marks.len()) {
            values.extend_from_slice(row);
            values.push(value);
        }
        let note = format!("{mark}: not measured; {value} stands in for it in all bins: {what}");
        self.derived(self.bins, marks, values, [note])
    }

    /// The marks that were not measured, each with its stand-in value, from the notes of
    /// [`with_stand_in`](Self::with_stand_in).
    #[cfg(not(target_family = "wasm"))]
    pub fn stand_ins(&self) -> impl Iterator<Item = (&str, &str)> {
        let said = self.notes.iter().filter_map(|note| note.split_once(": not measured; "));
        said.filter_map(|(mark, rest)| Some((mark, rest.split_once(" stands in for it")?.0)))
    }

    /// Distribution of each mark's values, in the order of `marks`.
    pub fn distribution(&self) -> Vec<MarkDistribution> {
        distribution::of_table(self)
    }

    /// The table with [labels](Expression::label) from expression; drops genes without a label.
    pub fn with_labels_from(&self, expression: &Expression) -> Result<Self, InputError> {
        let of_gene = |gene: &String| match expression.get(gene) {
            Some(count) => Ok(expression.label(count)),
            None => Err(self.error(Problem::ExpressionMissing {
                gene: gene.clone(),
                expression: expression.file().to_owned(),
            })),
        };
        let labels = self.genes.iter().map(of_gene).collect::<Result<Vec<_>, _>>()?;
        let mut table = self.clone();
        let left_out = labels.iter().filter(|label| label.is_none()).count();
        if left_out > 0 {
            let kept = |place: &usize| labels[*place].is_some();
            let places: Vec<usize> = (0..labels.len()).filter(kept).collect();
            table.genes = places.iter().map(|&place| self.genes[place].clone()).collect();
            table.values = places.iter().flat_map(|&place| self.gene(place)).copied().collect();
            table.windows = self.windows_at(&places);
        }
        let labels: Vec<bool> = labels.into_iter().flatten().collect();
        let on = labels.iter().filter(|&&on| on).count();
        let rule = match expression.is_labels() {
            true => "0 and 1".to_owned(),
            false => expression.rule(),
        };
        let mut note = format!(
            "labels: {rule} of {}; {on} of {} genes on",
            expression.file(),
            labels.len()
        );
        if left_out > 0 {
            note += &format!(", {left_out} between left out");
        }
        table.notes.push(note);
        table.labels = Some(labels);
        Ok(table)
    }

    #[cfg(any(feature = "flex", feature = "wgpu", feature = "cuda"))]
    /// The error of a model of two cell types for a single table.
    pub(crate) fn only_one(&self) -> InputError {
        self.error(Problem::OneTable)
    }

    fn derived(
        &self,
        bins: usize,
        marks: Vec<String>,
        values: Vec<f32>,
        notes: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            file: self.file.clone(),
            layout: self.layout,
            marks,
            bins,
            genes: self.genes.clone(),
            values,
            labels: self.labels.clone(),
            windows: self.windows.clone(),
            notes: self.notes.iter().cloned().chain(notes).collect(),
        }
    }

    fn error(&self, problem: Problem) -> InputError {
        InputError::new(Place::file(&self.file), problem)
    }
}

/// The middle `model` of `table` bins, counted from 1, inclusive; `None` if there is no exact middle.
pub fn middle_bins(table: usize, model: usize) -> Option<(usize, usize)> {
    let surplus = table.checked_sub(model)?;
    (model > 0 && surplus % 2 == 0).then(|| (surplus / 2 + 1, surplus / 2 + model))
}

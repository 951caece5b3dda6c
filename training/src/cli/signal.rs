//! Tables of signal as the commands' flags describe them.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::input::{Expression, MarkDistribution, SignalTable, Threshold, compare_noted};
use regulens::weights::ModelCard;

use super::error::CliError;
use super::{cells, files};

/// The flags of a command that needs to know which genes are on.
#[derive(Debug, Clone, Args)]
pub struct LabelArgs {
    /// Expression counts (gene,count); --threshold decides which genes are on. Default: the labels of the tables. For
    /// change models two files, A and B. For tables with a cell type column, CELL=FILE for each
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = "Labels and bins")]
    expression: Vec<PathBuf>,
    /// Count column of --expression, by name or number (from 1), if there are several; one value per file
    #[arg(long, value_name = "NAME", num_args = 1..=2, requires = "expression", help_heading = "Labels and bins")]
    column: Vec<String>,
    /// Lowest count at which a gene is on: a number, median, median-of-expressed (genes with counts above 0),
    /// quantile:Q, or top/bottom:SHARE, which leaves out the genes between [default: from the model card; median in
    /// training]
    #[arg(long, requires = "expression", help_heading = "Labels and bins")]
    threshold: Option<Threshold>,
    /// Bins of each gene to keep, such as 51-150
    #[arg(long, value_name = "FIRST-LAST", value_parser = files::bin_range, help_heading = "Labels and bins")]
    select_bins: Option<(usize, usize)>,
}

impl LabelArgs {
    /// The threshold that was asked for, else that of a model's training, else the median.
    pub fn threshold(&self, card: Option<&ModelCard>) -> Threshold {
        let of_card = || card.map(threshold_of);
        self.threshold.or_else(of_card).unwrap_or_default()
    }

    /// Reads the file of expression, if one is given, labelled as for a model that is there, or for a new one.
    ///
    /// # Errors
    /// Also if there are two, which only a model of change reads.
    pub fn expression(&self, card: Option<&ModelCard>) -> Result<Option<Expression>, CliError> {
        match self.expression.as_slice() {
            // Each cell type's is read with its examples.
            _ if self.by_cell().is_some() => Ok(None),
            [] => Ok(None),
            [file] => {
                let expression = files::expression_of(file, self.column(0))?;
                files::labelled(expression, self.threshold(card)).map(Some)
            }
            _ => Err(CliError::Usage(
                "--expression takes two files only for change models; give one".to_owned(),
            )),
        }
    }

    /// The column of a file of expression; one name is for both.
    fn column(&self, file: usize) -> Option<&str> {
        let column = self.column.get(file).or(self.column.first());
        column.map(String::as_str)
    }

    /// Reads both files of expression, of A and of B.
    ///
    /// # Errors
    /// Where there are not two.
    pub fn expression_pair(&self) -> Result<[Expression; 2], CliError> {
        match self.expression.as_slice() {
            [a, b] => Ok([
                files::expression_of(a, self.column(0))?,
                files::expression_of(b, self.column(1))?,
            ]),
            files => Err(CliError::Usage(format!(
                "a change model needs measured counts in both cell types: --expression A B; found {}",
                files.len()
            ))),
        }
    }

    /// Reads the file of counts of a model of level.
    ///
    /// # Errors
    /// Where there is not one, its counts are labels, or a threshold is given.
    pub fn counts(&self) -> Result<Expression, CliError> {
        if self.threshold.is_some() {
            return Err(CliError::Usage(
                "--threshold defines which genes are on, but a level model uses the counts themselves. Leave it out"
                    .to_owned(),
            ));
        }
        let [file] = self.expression.as_slice() else {
            return Err(CliError::Usage(format!(
                "a level model needs the measured counts of one cell type: --expression FILE (gene,count); found {} \
                    files",
                self.expression.len()
            )));
        };
        let expression = files::expression_of(file, self.column(0))?;
        if expression.is_labels() {
            return Err(CliError::file(
                expression.file(),
                "found counts that are all 0 or 1, which are labels; expected expression counts. Give another file \
                    or --column, or leave --outcome level out.",
            ));
        }
        Ok(expression)
    }

    /// Reads a table and its labels. Expression takes precedence over labels in the table.
    ///
    /// # Errors
    /// Also if it has no labels, or the same label for all genes.
    pub fn table(&self, path: &Path, expression: Option<&Expression>) -> Result<SignalTable, CliError> {
        let mut table = select_bins(files::table(path)?, self.select_bins)?;
        if cells::are_in(&table) {
            table = self.of_cells(table)?;
        } else if self.by_cell().is_some() {
            return Err(CliError::Usage(format!(
                "--expression CELL=FILE requires tables with a column `cell` after the gene; {} has none. Give \
                    --expression FILE",
                table.file
            )));
        } else if let Some(expression) = expression {
            table = table.with_labels_from(expression)?;
        }
        let Some(labels) = &table.labels else {
            return Err(CliError::Usage(format!(
                "{} has no labels: give --expression, or a table with a column `label`",
                table.file
            )));
        };
        both_classes(&table.file, labels)?;
        Ok(table)
    }

    /// The files of counts of each cell type, where they are given as CELL=FILE.
    fn by_cell(&self) -> Option<Vec<(&str, &Path)>> {
        let files: Option<Vec<_>> = self.expression.iter().map(|file| of_cell(file)).collect();
        files.filter(|files| !files.is_empty())
    }

    /// A table of several cell types with the labels of each.
    fn of_cells(&self, table: SignalTable) -> Result<SignalTable, CliError> {
        if self.expression.is_empty() {
            return Ok(table);
        }
        let wrong = |found: &str| {
            Err(CliError::Usage(format!(
                "{}: found {found}; expected counts of each cell type, {}. Give --expression CELL=FILE for each",
                table.file,
                cells::names(&table).unwrap_or_default()
            )))
        };
        let Some(files) = self.by_cell() else {
            return wrong("--expression without the names of the cell types");
        };
        cells::labelled(&table, |cell, of_cell| {
            let Some(place) = files.iter().position(|(name, _)| *name == cell) else {
                return wrong(&format!("no --expression {cell}=FILE"));
            };
            let expression = files::expression_of(files[place].1, self.column(place))?;
            let expression = files::labelled(expression, self.threshold(None))?;
            Ok(of_cell.with_labels_from(&expression)?)
        })
    }

    /// The same with the threshold of a model, unless another was asked for.
    #[must_use]
    pub fn of_model(&self, card: &ModelCard) -> Self {
        Self {
            threshold: (!self.expression.is_empty()).then(|| self.threshold(Some(card))),
            ..self.clone()
        }
    }

    /// Reads a table as [`table`](Self::table) does and puts it into the form of another: the same marks in the same
    /// order.
    ///
    /// # Errors
    /// Also if it lacks a mark, or has another number of bins.
    pub fn table_like(
        &self,
        path: &Path,
        expression: Option<&Expression>,
        other: &SignalTable,
    ) -> Result<SignalTable, CliError> {
        let table = self.table(path, expression)?.order_marks(&other.marks)?;
        table.expect_bins(other.bins)?;
        Ok(table)
    }

    /// The bins that `--select-bins` names.
    pub fn bins(&self) -> Option<(usize, usize)> {
        self.select_bins
    }

    /// The files of counts.
    pub fn expression_files(&self) -> Vec<PathBuf> {
        match self.by_cell() {
            Some(files) => files.into_iter().map(|(_, path)| path.to_owned()).collect(),
            None => self.expression.clone(),
        }
    }

    /// Returns true if labels come from expression.
    pub fn by_expression(&self) -> bool {
        !self.expression.is_empty()
    }
}

/// A cell type and its file, of CELL=FILE; none of the name of a file that is there.
fn of_cell(given: &Path) -> Option<(&str, &Path)> {
    let (cell, path) = given.to_str()?.split_once('=')?;
    (!given.exists()).then_some((cell, Path::new(path)))
}

/// The threshold by which the training genes of a model were on; the median where its card names none.
pub fn threshold_of(card: &ModelCard) -> Threshold {
    let kept = || card.training.as_ref()?.recipe.get("threshold")?.as_str()?.parse().ok();
    kept().unwrap_or_default()
}

/// Without genes of both classes there is nothing to rank or to learn.
fn both_classes(file: &str, labels: &[bool]) -> Result<(), CliError> {
    let class = match (labels.contains(&true), labels.contains(&false)) {
        (true, true) => return Ok(()),
        (true, false) => "on",
        (false, _) => "off",
    };
    Err(CliError::file(
        file,
        format!(
            "found all {} genes {class}; expected both classes. Add genes, or check the labels.",
            labels.len()
        ),
    ))
}

/// The bins, first and last of all, that a note of a table says were chosen.
pub fn selection(note: &str) -> Option<[usize; 3]> {
    let (chosen, all) = note
        .strip_prefix("bins ")?
        .strip_suffix(" selected")?
        .split_once(" of ")?;
    let (first, last) = chosen.split_once('-')?;
    Some([first.parse().ok()?, last.parse().ok()?, all.parse().ok()?])
}

/// Keeps the bins that `--select-bins` names.
pub fn select_bins(table: SignalTable, bins: Option<(usize, usize)>) -> Result<SignalTable, CliError> {
    match bins {
        Some((first, last)) => Ok(table.select_bins(first, last)?),
        None => Ok(table),
    }
}

/// Prints how a table was read.
pub fn tell_notes(table: &SignalTable) {
    for note in &table.notes {
        eprintln!("{}: {note}", files::name(&table.file));
    }
}

/// Prints where the signal differs from the training data, and the factor that corrects it.
pub fn tell_deviations(table: &SignalTable, card: &ModelCard) {
    tell_deviations_from(table, card, &card.input_distribution);
}

/// The same of one of two cell types.
pub fn tell_deviations_from(table: &SignalTable, card: &ModelCard, trained_on: &[MarkDistribution]) {
    let of_values = compare_noted(&table.notes, &table.distribution(), trained_on);
    // Bins that were chosen from a table are as many as the model's.
    let whole = !table.notes.iter().any(|note| selection(note).is_some());
    let of_window = card.geometry().compare(&table.notes, whole && table.bins == card.bins);
    for deviation in of_values.into_iter().chain(of_window) {
        let remedy = deviation.factor.map(|factor| match &deviation.mark {
            Some(mark) => format!(" If so, run with --scale {mark}={factor}."),
            None => format!(" If so, run with --scale MARK={factor} for each mark."),
        });
        let file = files::name(&table.file);
        eprintln!("warning: {file}: {}.{}", deviation.message, remedy.unwrap_or_default());
    }
}

/// Parses one `--scale`.
pub fn factor(text: &str) -> Result<(String, f32), String> {
    let wrong = || format!("`{text}` is not MARK=FACTOR; expected it as in H3K4me3=0.5");
    let (mark, factor) = text
        .rsplit_once('=')
        .filter(|(mark, _)| !mark.is_empty())
        .ok_or_else(wrong)?;
    match factor.parse::<f32>() {
        Ok(factor) if factor.is_finite() && factor > 0.0 => Ok((mark.to_owned(), factor)),
        _ => Err(format!(
            "`{factor}` is not a valid factor for {mark}; expected a finite number above 0"
        )),
    }
}

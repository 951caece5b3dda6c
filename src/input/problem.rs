//! Problems of tables: found content, expected content, remedy.

use super::budget;
use super::limits::LINE_LIMIT;
use super::unsupported::UnsupportedLayout;

/// Problem of a file: found and expected content.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// No bytes, or only blank lines.
    #[error("found an empty file; expected a table with one row per bin")]
    Empty,
    /// A header without rows.
    #[error("found a header without rows; expected one row per bin below it")]
    NoRows,
    /// Truncated compressed data.
    #[error("found gzip data that end early; expected the complete compressed file")]
    GzipTruncated,
    /// Corrupt compressed data.
    #[error("found damaged gzip data; expected a file with a valid checksum")]
    GzipCorrupt,
    /// An error of the operating system.
    #[error("found that it cannot be read: {0}; expected a readable file")]
    Io(String),
    /// Not text.
    #[error("found {kind}; expected a table as text, plain or gzipped")]
    Binary {
        /// Apparent kind of the content, with its article.
        kind: &'static str,
        /// Remedy for a file of that kind.
        remedy: &'static str,
    },
    /// Another encoding.
    #[error("found {found}; expected text in UTF-8 or UTF-16")]
    NotUtf8 {
        /// Found encoding, or its fault.
        found: &'static str,
    },
    /// A line longer than any table has.
    #[error("found a line of more than {LINE_LIMIT} bytes; expected one row per line")]
    LineTooLong,
    /// A first row that matches none of the layouts.
    #[error("{}", content.said().unwrap_or_else(|| fits_no_layout(*columns, first_row)))]
    UnknownLayout {
        /// Columns of the first row.
        columns: usize,
        /// The first row, truncated if long.
        first_row: String,
        /// The layout that it looks like.
        content: UnsupportedLayout,
    },
    /// A computeMatrix file without bins around a TSS.
    #[error("found {found}; expected {expected}")]
    Matrix {
        /// Content of its first line.
        found: String,
        /// Expected content.
        expected: &'static str,
        /// Remedy.
        remedy: &'static str,
    },
    /// A problem of a file of counts, with messages that differ from those of a table.
    #[error("{}", said_of_counts(.0))]
    OfCounts(Box<Self>),
    /// A file of counts with several possible columns.
    #[error("found {found}; expected one of counts")]
    Columns {
        /// The columns.
        found: String,
        /// Remedy: the way to choose one.
        remedy: String,
    },
    /// A header without marks.
    #[error("found a header without marks; expected `gene,bin,MARK,…` and optionally `label`")]
    HeaderWithoutMarks,
    /// A header cell without a name.
    #[error("found a column without a name; expected the name of a mark")]
    HeaderCellEmpty,
    /// A mark with two columns.
    #[error("found {name} a second time, first in column {first}; expected each mark once")]
    MarkDoubled {
        /// The name in the second column.
        name: String,
        /// The first column of this name, counted from 1.
        first: usize,
    },
    /// A mark of the model that the table lacks.
    #[error(
        "found the marks {}, without {}; expected {}",
        list(table),
        list(missing),
        list(wanted)
    )]
    MarkMissing {
        /// Marks of the model that the table lacks.
        missing: Vec<String>,
        /// The table's marks.
        table: Vec<String>,
        /// The model's marks.
        wanted: Vec<String>,
    },
    /// A mark named by the caller that the table lacks.
    #[error("found no mark {mark}; expected one of {}", list(table))]
    MarkUnknown {
        /// The requested name.
        mark: String,
        /// The table's marks.
        table: Vec<String>,
    },
    /// An invalid factor.
    #[error("found the factor {factor} for {mark}; expected a finite number above 0")]
    Factor {
        /// The mark.
        mark: String,
        /// The number.
        factor: f32,
    },
    /// A row of another width.
    #[error("found {found} column{}; expected {expected}", if *found == 1 { "" } else { "s" })]
    ColumnCount {
        /// Columns of this row.
        found: usize,
        /// Expected columns, from the first row or the format.
        expected: usize,
    },
    /// A cell that is not a number.
    #[error("found {}; expected a number, 0 or more", cell(found))]
    NotANumber {
        /// The cell's text.
        found: String,
    },
    /// A decimal point after decimal commas, or the reverse.
    #[error("found {found}; expected decimals written as those before it")]
    DecimalsMixed {
        /// The cell's text.
        found: String,
    },
    /// NaN, an infinity, or a number out of float32's range.
    #[error("found {found}; expected a finite number, 0 or more")]
    NotFinite {
        /// The cell's text.
        found: String,
    },
    /// A negative signal or count.
    #[error("found {found}; expected a number, 0 or more")]
    Negative {
        /// The cell's text.
        found: String,
    },
    /// A label that is neither class.
    #[error("found the label {}; expected 0 (off) or 1 (on)", cell(found))]
    Label {
        /// The cell's text.
        found: String,
    },
    /// A row without a gene.
    #[error("found no gene; expected its name")]
    GeneEmpty,
    /// A key of the DeepDiff layout without its three parts.
    #[error("found the key {found:?}; expected GENE_SYMBOL_BIN, with the bin after the last underscore")]
    Key {
        /// The cell's text.
        found: String,
    },
    /// An invalid bin number.
    #[error("found the bin {}; expected a whole number counted from 1", cell(found))]
    BinNumber {
        /// The cell's text.
        found: String,
    },
    /// A repeated bin of a gene.
    #[error("found bin {bin} of gene {gene} again; expected bin {}", bin + 1)]
    BinRepeated {
        /// The gene.
        gene: String,
        /// The bin, counted from 1.
        bin: usize,
    },
    /// A bin missing from a gene.
    #[error("found bin {found} of gene {gene}; expected bin {expected}, which this gene lacks")]
    BinMissing {
        /// The gene.
        gene: String,
        /// The missing bin.
        expected: usize,
        /// The bin in its place.
        found: usize,
    },
    /// Bins in the wrong order.
    #[error("found bin {found} of gene {gene}; expected bin {expected}, which comes later in the file")]
    BinsOutOfOrder {
        /// The gene.
        gene: String,
        /// The expected bin.
        expected: usize,
        /// The bin in its place.
        found: usize,
    },
    /// Genes of different lengths.
    #[error(
        "found {found} bin{} of gene {gene}{}; expected {expected}, as many as the first gene, {first_gene}, has",
        if *found == 1 { "" } else { "s" },
        if found > expected { " or more" } else { "" }
    )]
    BinCount {
        /// The gene.
        gene: String,
        /// Its bins, or the first extra one.
        found: usize,
        /// The first gene of the table.
        first_gene: String,
        /// Its bins.
        expected: usize,
    },
    /// A repeated gene.
    #[error("found gene {gene} again, first on line {first_line}; expected all rows of a gene next to each other")]
    GeneRepeated {
        /// The gene.
        gene: String,
        /// The line of its first row.
        first_line: u64,
    },
    /// A table whose number of bins differs from the model's.
    #[error("found {table} bin{} per gene; expected the {model} that the model \
        reads", if *table == 1 { "" } else { "s" })]
    BinsOfModel {
        /// Bins per gene in the table.
        table: usize,
        /// Bins of the model.
        model: usize,
        /// The middle bins of the table that would fit, counted from 1, inclusive.
        selectable: Option<(usize, usize)>,
    },
    /// A selection of bins that the table does not have.
    #[error("found the selected bins {first}-{last}; expected a range within 1-{bins}")]
    BinRange {
        /// First selected bin.
        first: usize,
        /// Last selected bin.
        last: usize,
        /// Bins per gene in the table.
        bins: usize,
    },
    /// Larger than the memory limit.
    #[error("found a table that needs more than {} MiB after {genes} genes; expected at most that", limit >> 20)]
    TooLarge {
        /// Genes read so far.
        genes: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// Entries that exceed the memory limit.
    #[error("found {}; expected {}", budget::FOUND, budget::EXPECTED)]
    Memory,
    /// A gene of the table without expression.
    #[error("found no count for gene {gene}; expected one in {expression}")]
    ExpressionMissing {
        /// The gene.
        gene: String,
        /// The expression file.
        expression: String,
    },
    /// Two tables without common genes.
    #[error(
        "found no gene that is also in {other}: {here} here, {there} there; expected the same IDs (versions may \
            differ)"
    )]
    NoCommonGene {
        /// The other table.
        other: String,
        /// The first gene of this one.
        here: String,
        /// The first gene of the other.
        there: String,
    },
    /// Two genes that differ only in their versions.
    #[error("found {gene} and {again}, versions of one gene; expected each gene once")]
    GeneAgain {
        /// The first.
        gene: String,
        /// The second.
        again: String,
    },
    /// A table of one of two cell types without any signal.
    #[error("found no signal: all {values} values are 0; expected signal in both cell types")]
    NoSignal {
        /// Number of values.
        values: usize,
    },
    /// One table for a model of two cell types.
    #[error("found one table; expected two, of cell types A and B")]
    OneTable,
}

impl Problem {
    /// Stable code of the problem, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NoRows => "no-rows",
            Self::GzipTruncated => "gzip-truncated",
            Self::GzipCorrupt => "gzip-corrupt",
            Self::Io(_) => "io",
            Self::Binary { .. } => "binary",
            Self::NotUtf8 { .. } => "not-utf8",
            Self::LineTooLong => "line-too-long",
            Self::UnknownLayout { .. } => "unknown-layout",
            Self::Matrix { .. } => "matrix",
            Self::OfCounts(problem) => problem.code(),
            Self::Columns { .. } => "columns",
            Self::HeaderWithoutMarks => "header-without-marks",
            Self::HeaderCellEmpty => "header-cell-empty",
            Self::MarkDoubled { .. } => "mark-doubled",
            Self::MarkMissing { .. } => "mark-missing",
            Self::MarkUnknown { .. } => "mark-unknown",
            Self::Factor { .. } => "factor",
            Self::ColumnCount { .. } => "column-count",
            Self::NotANumber { .. } => "not-a-number",
            Self::DecimalsMixed { .. } => "decimals-mixed",
            Self::NotFinite { .. } => "not-finite",
            Self::Negative { .. } => "negative",
            Self::Label { .. } => "label",
            Self::GeneEmpty => "gene-empty",
            Self::Key { .. } => "key",
            Self::BinNumber { .. } => "bin-number",
            Self::BinRepeated { .. } => "bin-repeated",
            Self::BinMissing { .. } => "bin-missing",
            Self::BinsOutOfOrder { .. } => "bins-out-of-order",
            Self::BinCount { .. } => "bin-count",
            Self::GeneRepeated { .. } => "gene-repeated",
            Self::BinsOfModel { .. } => "bins-of-model",
            Self::BinRange { .. } => "bin-range",
            Self::TooLarge { .. } | Self::Memory => "too-large",
            Self::ExpressionMissing { .. } => "expression-missing",
            Self::NoCommonGene { .. } => "no-common-gene",
            Self::GeneAgain { .. } => "gene-again",
            Self::NoSignal { .. } => "no-signal",
            Self::OneTable => "one-table",
        }
    }

    /// The same problem of a number, with the text of the file's cell.
    pub(super) fn about(self, found: String) -> Self {
        match self {
            Self::NotANumber { .. } => Self::NotANumber { found },
            Self::NotFinite { .. } => Self::NotFinite { found },
            Self::Negative { .. } => Self::Negative { found },
            other => other,
        }
    }

    /// The remedy, in a sentence, when reading other text than a table of signal.
    pub fn remedy_of_text(&self) -> &'static str {
        match self {
            Self::Binary { remedy, .. } => super::as_text(remedy),
            Self::NotUtf8 { .. } => "Save it as UTF-8.",
            Self::GzipTruncated | Self::GzipCorrupt => "Download or copy it again.",
            Self::Io(_) => "Check the disk and the permissions of the file.",
            _ => "Choose another file.",
        }
    }

    /// Remedy for the user.
    pub(super) fn remedy(&self) -> String {
        match self {
            Self::Empty => "Choose the file with the signal; this one may be a failed download.".into(),
            Self::NoRows => "Check that the table was exported completely.".into(),
            Self::GzipTruncated => "Download or copy the file again; its end is missing.".into(),
            Self::GzipCorrupt => "Download or copy the file again; check it with `gzip -t`.".into(),
            Self::Io(_) => "Check the disk and the permissions of the file.".into(),
            Self::Binary { remedy, .. } => format!("{remedy}."),
            Self::NotUtf8 { .. } => "Save the table as \"CSV UTF-8\".".into(),
            Self::LineTooLong => "Check that rows end with line breaks and that the file is a table.".into(),
            Self::UnknownLayout { content, .. } => content.remedy().into(),
            Self::Matrix { remedy, .. } => (*remedy).into(),
            Self::OfCounts(problem) => remedy_of_counts(problem),
            Self::Columns { remedy, .. } => remedy.clone(),
            Self::HeaderWithoutMarks => "Add one column per mark, named like H3K4me3.".into(),
            Self::HeaderCellEmpty => "Name the column in the header, or remove it.".into(),
            Self::MarkDoubled { .. } => "Remove or rename one of the two columns.".into(),
            Self::MarkMissing { missing, table, wanted } => mark_missing_remedy(missing, table, wanted),
            Self::MarkUnknown { .. } => "Use the names that the marks have in the table.".into(),
            Self::Factor { .. } => "Give a factor like 0.5 or 100.".into(),
            Self::ColumnCount { .. } => "Correct this row, or remove it with all rows of its gene.".into(),
            Self::NotANumber { found } if found.contains(',') => {
                "Write numbers without thousands separators, and with a decimal point; decimal commas are read \
                    where semicolons separate the cells."
                    .into()
            }
            Self::DecimalsMixed { .. } => "Write all decimals with a point, or all with a comma.".into(),
            Self::NotANumber { .. } | Self::NotFinite { .. } => {
                "Write 0 where there is no signal, or remove all rows of this gene.".into()
            }
            Self::Negative { .. } => "Give counts or mean signal; log ratios and input-subtracted signal cannot be \
                converted to them."
                .into(),
            Self::Label { .. } => "Write 1 for a gene that is on and 0 for one that is off, or remove the column and \
                add a header."
                .into(),
            Self::GeneEmpty => "Name the gene in every row.".into(),
            Self::Key { .. } => "Write keys like ENSG00000130749_ZC3H4_1, or use columns `gene` and `bin` with a \
                header."
                .into(),
            Self::BinNumber { .. } => "Number the bins of each gene 1, 2, 3, … in genomic order.".into(),
            Self::BinRepeated { .. } => "Remove the repeated row.".into(),
            Self::BinMissing { .. } => "Add the missing row (0 where there is no signal), or remove all rows of this \
                gene."
                .into(),
            Self::BinsOutOfOrder { .. } => "Sort the rows of each gene by bin, numerically.".into(),
            Self::BinCount { .. } => "Give every gene the same number of bins, or remove all rows of this gene.".into(),
            Self::GeneRepeated { .. } => "Sort the table by gene and then by bin, and keep one window per gene.".into(),
            Self::BinsOfModel {
                selectable: Some((first, last)),
                table,
                ..
            } => {
                format!("Select bins {first}-{last}, the middle of the {table}, if they are as wide as the model's.")
            }
            Self::BinsOfModel {
                selectable: None,
                model,
                ..
            } => {
                format!("Make a table with {model} bins around each TSS.")
            }
            Self::BinRange { bins, .. } => {
                format!("Give the first and last bin, from 1 to {bins}, the first not larger than the last.")
            }
            Self::TooLarge { .. } => "Split the table by genes and run each part separately.".into(),
            Self::Memory => budget::REMEDY.into(),
            Self::ExpressionMissing { .. } => {
                "Use the expression file with the same gene IDs (published AttentiveChrome tables shorten theirs to \
                    six digits), or remove the gene."
                    .into()
            }
            Self::NoCommonGene { .. } => "Give two tables of the same genes, with the same IDs.".into(),
            Self::GeneAgain { .. } => "Keep one of them in the table.".into(),
            Self::NoSignal { .. } => {
                "Check that the table comes from the right file and assembly: a change from or to no signal \
                    does not describe the genes."
                    .into()
            }
            Self::OneTable => "Give the table of the second cell type as well (--input-b).".into(),
        }
    }
}

fn said_of_counts(problem: &Problem) -> String {
    match problem {
        Problem::Empty => "found an empty file; expected counts of genes".to_owned(),
        Problem::NoRows => "found no gene; expected one gene and its count per row".to_owned(),
        Problem::GeneRepeated { gene, first_line } => {
            format!("found gene {gene} again, first on line {first_line}; expected each gene once")
        }
        other => other.to_string().replace("a table as text", "counts as text"),
    }
}

fn remedy_of_counts(problem: &Problem) -> String {
    match problem {
        Problem::Empty | Problem::NoRows => "Choose the file of counts; this one may be a failed download.",
        Problem::ColumnCount { .. } => "Correct this row, or remove it.",
        Problem::NotANumber { found } if found.contains(',') => return problem.remedy(),
        Problem::NotANumber { .. } | Problem::NotFinite { .. } => {
            "Write 0 where nothing was counted, or remove the row; a header may be in the first row only."
        }
        Problem::Negative { .. } => "Give counts, TPM or FPKM, without logarithms.",
        Problem::GeneRepeated { .. } => "Keep one row per gene.",
        Problem::Binary { .. } | Problem::NotUtf8 { .. } | Problem::LineTooLong => problem.remedy_of_text(),
        other => return other.remedy(),
    }
    .to_owned()
}

/// A cell's text for a message, quoted, or a word for an empty one.
fn cell(text: &str) -> String {
    if text.is_empty() {
        "an empty cell".to_owned()
    } else {
        format!("{text:?}")
    }
}

/// Names for a message.
fn list(names: &[String]) -> String {
    names.join(", ")
}

fn fits_no_layout(columns: usize, first_row: &str) -> String {
    format!(
        "found {columns} column{} in a first row that matches no layout: {first_row:?}; expected one of: {}",
        if columns == 1 { "" } else { "s" },
        super::layout::ACCEPTED
    )
}

fn mark_missing_remedy(missing: &[String], table: &[String], wanted: &[String]) -> String {
    let extra: Vec<_> = table
        .iter()
        .filter(|mark| !wanted.iter().any(|other| other.eq_ignore_ascii_case(mark)))
        .collect();
    match (missing, extra.as_slice()) {
        ([missing], [extra]) => {
            format!("If column {extra} is {missing}, rename it in the header; otherwise add {missing}.")
        }
        (_, []) => format!("Add {} to the table.", list(missing)),
        _ => format!(
            "Add {} to the table, or rename its columns to the model's marks.",
            list(missing)
        ),
    }
}

/// `1 gene`, `2 genes`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

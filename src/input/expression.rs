//! Expression of genes, for labels.

use std::collections::HashMap;

use super::budget::Budget;
use super::cells::{self, Cells};
use super::decimals::Decimals;
use super::error::{InputError, Place};
use super::number;
use super::problem::{Problem, counted};
use super::text::Lines;

/// Expression counts of one cell type: rows `gene,count`, plain or gzipped, with or without a header.
///
/// In a table with more columns, the numeric or the named one is read, as written by featureCounts, STAR, RSEM, Salmon
/// and others. Rows of counting programs about reads are skipped.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    file: String,
    counts: HashMap<String, f64>,
    pub(super) cut: Cut,
    /// True if all counts are 0 or 1.
    is_labels: bool,
    notes: Vec<String>,
}

/// Thresholds of on and off.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    /// Smallest count that is on.
    pub on_from: f64,
    /// Largest count that is off, if genes between are left out.
    pub off_to: Option<f64>,
    /// In words, after "count"; `None` for the median.
    pub words: Option<String>,
}

impl Expression {
    /// Reads a file in memory; `file` is its name in messages.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        Self::read_column(file, bytes, None)
    }

    /// Reads the counts in a column, by name or by number from 1; `None` for the only one.
    pub fn read_column(file: &str, bytes: &[u8], column: Option<&str>) -> Result<Self, InputError> {
        let mut rows = Rows {
            file,
            column,
            cells: Cells::default(),
            first: None,
            gct: Gct::No,
            format: None,
            counts: HashMap::new(),
            about_reads: Vec::new(),
            notes: Vec::new(),
            budget: Budget::of_lines(),
        };
        let read = rows.all(bytes);
        read.map_err(|error| error.map(|problem| Problem::OfCounts(Box::new(problem))))?;
        let mut sorted: Vec<f64> = rows.counts.values().map(|&(count, _)| count).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        Ok(Self {
            file: file.to_owned(),
            is_labels: sorted.iter().all(|count| [0.0, 1.0].contains(count)),
            cut: Cut {
                on_from: f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]),
                off_to: None,
                words: None,
            },
            notes: rows.notes,
            counts: rows
                .counts
                .into_iter()
                .map(|(gene, (count, _))| (gene, count))
                .collect(),
        })
    }

    /// Notes on how the file was read, in sentences, if needed.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Number of genes.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Returns true if there are no genes; false for all files that were read.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The same counts under other ids, given as pairs of a new id and the file's id.
    pub fn renamed<'a>(&self, ids: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let count = |(id, of): (&str, &str)| Some((id.to_owned(), self.get(of)?));
        Self {
            file: self.file.clone(),
            counts: ids.into_iter().filter_map(count).collect(),
            notes: self.notes.clone(),
            cut: self.cut.clone(),
            is_labels: self.is_labels,
        }
    }

    /// The count of a gene, found by its exact id.
    pub fn get(&self, gene: &str) -> Option<f64> {
        self.counts.get(gene).copied()
    }

    /// All genes with their counts, unordered.
    pub fn counts(&self) -> impl Iterator<Item = (&str, f64)> {
        self.counts.iter().map(|(gene, &count)| (gene.as_str(), count))
    }

    /// Smallest count of a gene that is on: the median over all genes (for an even number the mean of the middle two),
    /// unless another threshold was chosen.
    pub fn on_from(&self) -> f64 {
        self.cut.on_from
    }

    /// Returns true if all counts are 0 or 1: they are labels.
    pub fn is_labels(&self) -> bool {
        self.is_labels
    }

    /// True for a gene that is on by its count: at or [above](Self::on_from) the threshold, or 1 if the file [has
    /// labels](Self::is_labels).
    pub fn is_on(&self, count: f64) -> bool {
        count >= if self.is_labels { 1.0 } else { self.cut.on_from }
    }

    /// The label of a gene with this count; `None` if it is left out.
    pub fn label(&self, count: f64) -> Option<bool> {
        let on = self.is_on(count);
        (on || self.cut.off_to.is_none_or(|off_to| count <= off_to)).then_some(on)
    }

    /// The rule of labels in words, such as "count at or above 7.5, the median of 19795 genes".
    pub fn rule(&self) -> String {
        match &self.cut.words {
            Some(words) => format!("count {words}"),
            None => format!(
                "count at or above {}, the median of {} genes",
                self.cut.on_from,
                self.len()
            ),
        }
    }
}

struct Rows<'a> {
    file: &'a str,
    column: Option<&'a str>,
    cells: Cells,
    /// The first row, until the second one shows if it is a header.
    first: Option<(u64, String)>,
    gct: Gct,
    format: Option<Format>,
    /// Count and line of each gene.
    counts: HashMap<String, (f64, u64)>,
    /// Rows that are not genes.
    about_reads: Vec<String>,
    notes: Vec<String>,
    budget: Budget,
}

/// GCT begins with its version and a line with the numbers of rows and columns.
#[derive(PartialEq)]
enum Gct {
    No,
    Version,
    Yes,
}

/// Format, known from the first two rows.
#[derive(Clone, Copy)]
struct Format {
    separator: u8,
    decimals: Decimals,
    width: usize,
    /// The column of the counts, from 0.
    count: usize,
}

/// Columns that describe genes, in lower case, whose numbers are not counts.
const DESCRIBING: [&str; 12] = [
    "chr",
    "start",
    "end",
    "strand",
    "length",
    "effectivelength",
    "effective_length",
    "eff_length",
    "description",
    "gene_name",
    "transcript_id(s)",
    "gene_length",
];

/// Rows about reads: those of htseq-count before it added two underscores, and of STAR.
const ABOUT_READS: [&str; 9] = [
    "no_feature",
    "ambiguous",
    "too_low_aQual",
    "not_aligned",
    "alignment_not_unique",
    "N_unmapped",
    "N_multimapping",
    "N_noFeature",
    "N_ambiguous",
];

fn is_number(cell: &str) -> bool {
    number::float64(&cell.replace(',', ".")).is_some()
}

/// True for a cell of a missing number.
fn is_missing(cell: &str) -> bool {
    cell.is_empty() || cell.eq_ignore_ascii_case("na") || cell == "-"
}

impl Rows<'_> {
    fn all(&mut self, bytes: &[u8]) -> Result<(), InputError> {
        let mut lines = Lines::new(self.file, bytes);
        while let Some((line, text)) = lines.next()? {
            self.budget.earn(text.len() + 1);
            if self.format.is_some() {
                self.row(line, text)?;
            } else if let Some((number, first)) = self.first.take() {
                self.begin(number, &first, text)?;
                self.row(line, text)?;
            } else if text.starts_with('#') {
                if text.starts_with("#1.2") {
                    self.gct = Gct::Version;
                }
            } else if self.gct == Gct::Version {
                self.gct = Gct::Yes;
            } else {
                self.first = Some((line, text.to_owned()));
            }
        }
        if let Some((number, first)) = self.first.take() {
            self.begin(number, &first, "")?;
        }
        if let [first, ..] = self.about_reads.as_slice() {
            let number = self.about_reads.len();
            self.notes.push(format!(
                "{} about reads, such as {first}, left out",
                counted(number, "row")
            ));
        }
        if self.counts.is_empty() {
            let problem = match self.format {
                Some(_) => Problem::NoRows,
                None => Problem::Empty,
            };
            return Err(InputError::new(Place::file(self.file), problem));
        }
        Ok(())
    }

    /// Recognises the columns from the first two rows; reads the first one unless it is a header.
    fn begin(&mut self, line: u64, first: &str, second: &str) -> Result<(), InputError> {
        // Cells of the two rows, their positions and those with counts; lines are limited, and so are these.
        let cells = first.len() + second.len() + 2;
        if !self.budget.bytes(cells * (size_of::<String>() + size_of::<usize>())) {
            return Err(InputError::new(Place::line(self.file, line), Problem::Memory));
        }
        let separated = if first.contains([',', ';', '\t', ' ']) {
            first
        } else {
            second
        };
        let separator = match separated.contains([',', ';', '\t']) {
            false if separated.contains(' ') => b' ',
            _ => cells::separator(separated),
        };
        let mut names: Vec<String> = self.cells.split(first, separator).cells().map(str::to_owned).collect();
        let below: Vec<String> = self.cells.split(second, separator).cells().map(str::to_owned).collect();
        // R writes no name for the column of row names.
        let is_short = names.len() + 1 == below.len();
        if is_short {
            names.insert(0, String::new());
        }
        let is_header =
            is_short || names.len() > 1 && !is_missing(&names[1]) && !names[1..].iter().any(|cell| is_number(cell));
        let row = if is_header { &below } else { &names };
        let is_count = |&at: &usize| {
            let describes = is_header && DESCRIBING.contains(&names[at].to_ascii_lowercase().as_str());
            let cell = row.get(at).map_or("0", String::as_str);
            !describes && (is_number(cell) || is_missing(cell) || names.len() == 2)
        };
        let counts: Vec<usize> = (1..names.len()).filter(is_count).collect();
        let named = |name: &str| {
            let by_name = |same: fn(&str, &str) -> bool| names.iter().position(|one| is_header && same(one, name));
            let number = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            by_name(|one, name| one == name)
                .or_else(|| by_name(str::eq_ignore_ascii_case))
                .or(number.filter(|&at| at < names.len()))
                .filter(|&at| at > 0)
        };
        let count = match (self.column, counts.as_slice()) {
            (Some(name), _) => named(name),
            (None, [one]) => Some(*one),
            _ => None,
        };
        let Some(count) = count else {
            let problem = several(&names, &counts, is_header, separator, self.column);
            return Err(InputError::new(Place::line(self.file, line), problem));
        };
        if names.len() > 2 && is_header {
            self.notes.push(format!("counts of the column {}", names[count]));
        }
        self.format = Some(Format {
            separator,
            decimals: Decimals::between(separator),
            width: names.len(),
            count,
        });
        if is_header { Ok(()) } else { self.row(line, first) }
    }

    fn row(&mut self, line: u64, text: &str) -> Result<(), InputError> {
        let Some(Format {
            separator,
            decimals,
            width,
            count,
        }) = &mut self.format
        else {
            return Ok(());
        };
        let row = self.cells.split(text, *separator);
        if row.len() != *width {
            let problem = Problem::ColumnCount {
                found: row.len(),
                expected: *width,
            };
            return Err(InputError::new(Place::line(self.file, line), problem));
        }
        let gene = row.cell(0);
        let wrong = |column: usize, name, problem| InputError::new(Place::cell(self.file, line, column, name), problem);
        if gene.is_empty() {
            return Err(wrong(1, "gene", Problem::GeneEmpty));
        }
        // With its count, and later once more without its line.
        let has_room = self.budget.hashed::<(String, (f64, u64))>(2 * gene.len())
            && self.budget.bytes(2 * size_of::<(String, f64)>() + 2 * size_of::<f64>());
        if !has_room {
            return Err(InputError::new(Place::line(self.file, line), Problem::Memory));
        }
        if gene.starts_with("__") || ABOUT_READS.contains(&gene) {
            self.about_reads.push(gene.to_owned());
            return Ok(());
        }
        let cell = row.cell(*count);
        let value = decimals
            .count(cell)
            .map_err(|problem| wrong(*count + 1, "count", problem))?;
        if let Some((_, first_line)) = self.counts.insert(gene.to_owned(), (value, line)) {
            let gene = gene.to_owned();
            return Err(wrong(1, "gene", Problem::GeneRepeated { gene, first_line }));
        }
        Ok(())
    }
}

/// The problem of a table with several columns of counts, none, or not the requested one.
fn several(names: &[String], counts: &[usize], is_header: bool, separator: u8, asked: Option<&str>) -> Problem {
    let has = |name: &str| names.iter().any(|one| one == name);
    let program = match () {
        () if has("expected_count") => "RSEM's table",
        () if has("NumReads") => "Salmon's table",
        () if has("est_counts") => "kallisto's table",
        () if has("Geneid") => "featureCounts' table",
        () if !is_header && names[0].starts_with("N_") => "STAR's ReadsPerGene.out.tab",
        () => "a table",
    };
    let called = |at: usize| match is_header {
        true => names[at].clone(),
        false => (at + 1).to_string(),
    };
    const SHOWN: usize = 6;
    let listed: Vec<String> = counts.iter().take(SHOWN).map(|&at| called(at)).collect();
    let more = if counts.len() > SHOWN { ", …" } else { "" };
    let found = match asked {
        _ if counts.is_empty() => format!("no column of numbers in {:?}", cells::shortened(&names.join(" "))),
        Some(name) => format!("no column {name}, but {}{more}", listed.join(", ")),
        None => format!(
            "{program} with {} of numbers: {}{more}",
            counted(counts.len(), "column"),
            listed.join(", ")
        ),
    };
    let tpm = counts.iter().copied().find(|&at| names[at].eq_ignore_ascii_case("tpm"));
    let remedy = match tpm.or(counts.first().copied()) {
        None => "Give a gene and its count in each row.".to_owned(),
        Some(at) => {
            let comma = match separator {
                b'\t' => "",
                b';' => " -d';'",
                b' ' => " -d' '",
                _ => " -d,",
            };
            let strand = match program.starts_with("STAR") {
                true => " Columns 2, 3 and 4 are of libraries without strand, of the first and of the second read's.",
                false => "",
            };
            let isoforms = match names[0].as_str() {
                "target_id" | "transcript_id" => " Its rows are transcripts: sum them up by gene, as tximport does.",
                _ => "",
            };
            format!(
                "Choose one: `--column {}`, or `cut{comma} -f1,{} FILE`.{strand}{isoforms}",
                called(at),
                at + 1
            )
        }
    };
    Problem::Columns { found, remedy }
}

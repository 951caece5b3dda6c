//! Genes and their TSSs from GTF, GFF3 and BED, recognised by content.

mod bed;
mod find;
mod gff3;
mod gtf;
mod models;
mod parts;
mod records;
mod starts;

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};

use super::error::{PrepareError, PrepareProblem};
use super::lines::{Lines, is_comment, shortened};
use crate::input::{Budget, without_version};

pub use models::{Completion, GeneModel, GeneModels, GeneReader, OverlappingGene};
pub use records::{GeneRecord, NearbyRecord, NearestRecord, OverlapRecord};
pub use starts::{NearGene, Starts};

/// Strand of a gene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strand {
    /// The forward strand.
    Plus,
    /// The reverse strand.
    Minus,
    /// Unknown; treated as the plus strand.
    Unknown,
}

impl Strand {
    /// Parses a strand: `.` and, for trans-spliced genes, `?` are unknown.
    fn of(symbol: &str) -> Option<Self> {
        match symbol {
            "+" => Some(Self::Plus),
            "-" => Some(Self::Minus),
            "." | "?" => Some(Self::Unknown),
            _ => None,
        }
    }

    /// In the notation of formats: `+`, `-` or `.`.
    pub fn symbol(self) -> char {
        match self {
            Self::Plus => '+',
            Self::Minus => '-',
            Self::Unknown => '.',
        }
    }
}

/// A gene and its TSS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gene {
    /// The id, its name in tables.
    pub id: String,
    /// The symbol, if any.
    pub name: Option<String>,
    /// The biotype, if the file has it: `protein_coding`, `lncRNA`, …
    pub biotype: Option<String>,
    /// Name of the chromosome in the annotation.
    pub chromosome: String,
    /// The strand.
    pub strand: Strand,
    /// The first transcribed base, counted from 1.
    pub tss: u32,
    /// The first and the last base on the genome, counted from 1.
    pub bases: (u32, u32),
}

/// The formats of annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationFormat {
    /// Nine columns, attributes like `gene_id "ENSG…";`.
    Gtf,
    /// Nine columns, attributes like `ID=gene:ENSG…;`.
    Gff3,
    /// Three columns or more: chromosome, start, end, name, score, strand.
    Bed,
}

impl AnnotationFormat {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gtf => "GTF",
            Self::Gff3 => "GFF3",
            Self::Bed => "BED",
        }
    }
}

impl Gene {
    /// Draws the memory of a gene: itself, in the lists of all and of kept genes, and its id among those seen, during
    /// reading and after it.
    fn draw(&self, budget: &Budget) -> Result<(), PrepareProblem> {
        let others = [&self.name, &self.biotype].into_iter().flatten();
        let texts = self.chromosome.len() + others.map(String::len).sum::<usize>();
        let has_room = budget.draw::<Self>(size_of::<Self>() + texts) && budget.hashed::<String>(3 * self.id.len());
        if has_room { Ok(()) } else { Err(PrepareProblem::Memory) }
    }
}

/// The genes of an annotation, in file order, each id once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The file's name, for messages.
    pub file: String,
    /// Format of the file.
    pub format: AnnotationFormat,
    /// The genes.
    pub genes: Vec<Gene>,
    /// Number of transcript rows; 0 for BED.
    pub transcripts: usize,
    /// Genes with a repeated id; of several, the first one with signal is kept.
    pub repeated: Vec<Gene>,
    /// Notes on what was recognised or assumed in reading, for a user.
    pub notes: Vec<String>,
}

/// Selection of an annotation's genes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GeneFilter {
    /// Genes of one of these biotypes; all if empty.
    pub biotypes: Vec<String>,
    /// Genes with one of these ids (with or without version) or symbols; all if `None`.
    pub names: Option<Vec<String>>,
}

const EXPECTED: &str = "an annotation in GTF, GFF3 or BED, plain or gzipped";

impl Annotation {
    /// Reads an annotation; `file` is its name in messages.
    ///
    /// The TSS is the first base of the gene's own row: its start on the plus strand, its end on the minus strand. In a
    /// GTF without gene rows, genes are made from transcripts. BED's name is the id; without a name it is
    /// `chromosome:start-end`.
    pub fn read(file: &str, source: impl Read) -> Result<Self, PrepareError> {
        let mut reading = Reading::open(file, source)?;
        reading.step(usize::MAX, &mut |_, _, _| Ok(()))?;
        let (rows, _) = reading.finish()?;
        let Rows {
            all,
            format,
            transcripts,
            notes,
        } = rows;
        let mut seen = HashSet::new();
        let (mut genes, mut repeated) = (Vec::with_capacity(all.len()), Vec::new());
        for gene in all {
            if seen.insert(gene.id.clone()) {
                genes.push(gene);
            } else {
                repeated.push(gene);
            }
        }
        Ok(Self {
            file: file.to_owned(),
            format,
            genes,
            transcripts,
            repeated,
            notes,
        })
    }

    /// Removes versions from ids: `ENSG00000000003.15` becomes `ENSG00000000003`. An id that then occurs twice counts
    /// as repeated.
    pub fn drop_versions(&mut self) {
        let mut seen = HashSet::new();
        for mut gene in std::mem::take(&mut self.genes) {
            gene.id = without_version(&gene.id).to_owned();
            if seen.insert(gene.id.clone()) {
                self.genes.push(gene);
            } else {
                self.repeated.push(gene);
            }
        }
        for gene in &mut self.repeated {
            gene.id = without_version(&gene.id).to_owned();
        }
    }

    /// Keeps the genes that `filter` accepts; adds notes on those removed.
    pub fn choose(&mut self, filter: &GeneFilter) -> Result<(), PrepareError> {
        let all = self.genes.len();
        if !filter.biotypes.is_empty() {
            let wanted = &filter.biotypes;
            self.keep(
                |gene| {
                    let biotype = gene.biotype.as_ref();
                    biotype.is_some_and(|biotype| wanted.contains(biotype))
                },
                &format!("is {}", wanted.join(" or ")),
            )?;
        }
        if let Some(names) = &filter.names {
            let mut found: HashMap<&str, bool> = names.iter().map(|name| (name.as_str(), false)).collect();
            self.keep(
                |gene| {
                    let keys = [
                        Some(gene.id.as_str()),
                        Some(without_version(&gene.id)),
                        gene.name.as_deref(),
                    ];
                    let mut taken = false;
                    for key in keys.into_iter().flatten() {
                        if let Some(found) = found.get_mut(key) {
                            *found = true;
                            taken = true;
                        }
                    }
                    taken
                },
                "is in the list of genes",
            )?;
            let missing: Vec<&str> = names.iter().map(String::as_str).filter(|name| !found[name]).collect();
            if !missing.is_empty() {
                self.notes.push(format!(
                    "{} of {} listed genes are not in {}: {}{}",
                    missing.len(),
                    names.len(),
                    self.file,
                    missing[..missing.len().min(5)].join(", "),
                    if missing.len() > 5 { ", …" } else { "" }
                ));
            }
        }
        if self.genes.len() < all {
            self.notes.push(format!("{} of {all} genes chosen", self.genes.len()));
        }
        Ok(())
    }

    fn keep(&mut self, mut taken: impl FnMut(&Gene) -> bool, choice: &str) -> Result<(), PrepareError> {
        let genes = self.genes.len();
        self.genes.retain(&mut taken);
        self.repeated.retain(taken);
        if self.genes.is_empty() {
            let choice = choice.to_owned();
            return Err(PrepareError::file(
                &self.file,
                PrepareProblem::NoneChosen { choice, genes },
            ));
        }
        Ok(())
    }
}

/// Content of an annotation's rows.
struct Rows {
    /// Genes in file order; ids may be repeated.
    all: Vec<Gene>,
    format: AnnotationFormat,
    transcripts: usize,
    notes: Vec<String>,
}

/// State of reading an annotation.
struct Reading<'a> {
    file: String,
    lines: Lines<'a>,
    format: Option<AnnotationFormat>,
    rows: u64,
    transcripts: usize,
    reader: Option<RowReader>,
    budget: Budget,
}

impl<'a> Reading<'a> {
    fn open(file: &str, source: impl Read + 'a) -> Result<Self, PrepareError> {
        Ok(Self {
            file: file.to_owned(),
            lines: Lines::open(file, EXPECTED, source),
            format: None,
            rows: 0,
            transcripts: 0,
            reader: None,
            budget: Budget::of_lines(),
        })
    }

    /// Reads `lines` lines and passes each row to `each`; returns false at the end.
    fn step(
        &mut self,
        lines: usize,
        each: &mut dyn FnMut(AnnotationFormat, &str, &Budget) -> Result<(), PrepareProblem>,
    ) -> Result<bool, PrepareError> {
        for _ in 0..lines {
            let Some((number, line)) = self.lines.next()? else {
                return Ok(false);
            };
            let budget = &self.budget;
            budget.earn(line.len() + 1);
            if line.starts_with("##gff-version 3") {
                self.format = Some(AnnotationFormat::Gff3);
            }
            // Sequences follow, whose lines may have any length.
            if line.starts_with("##FASTA") || line.starts_with('>') {
                return Ok(false);
            }
            if is_comment(line) {
                continue;
            }
            self.rows += 1;
            if self.reader.is_none() {
                let Some(found) = recognise(line, self.format) else {
                    return Err(PrepareError::line(&self.file, number, unknown(&shortened(line))));
                };
                self.format = Some(found);
                self.reader = Some(RowReader::new(found));
            }
            if self.format != Some(AnnotationFormat::Bed) && is_transcript(row_type(line)) {
                self.transcripts += 1;
            }
            if let (Some(reader), Some(format)) = (&mut self.reader, self.format) {
                let read = caught(|| reader.row(line, budget).and_then(|()| each(format, line, budget)));
                read.map_err(|problem| PrepareError::line(&self.file, number, problem))?;
            }
        }
        Ok(true)
    }

    /// The rows, and the rest of their budget.
    fn finish(self) -> Result<(Rows, Budget), PrepareError> {
        let Self { file, rows, .. } = self;
        let (Some(reader), Some(format)) = (self.reader, self.format) else {
            return Err(PrepareError::file(&file, PrepareProblem::Empty { expected: EXPECTED }));
        };
        let (all, mut notes) = reader.finish();
        if all.is_empty() {
            let expected = match format {
                AnnotationFormat::Gtf => "rows of the type gene, transcript or exon",
                AnnotationFormat::Gff3 => "rows of the type gene, or of one that ends in _gene",
                AnnotationFormat::Bed => "a gene a row",
            };
            return Err(PrepareError::file(&file, PrepareProblem::NoGenes { rows, expected }));
        }
        if let Some(gene) = all.iter().find(|gene| gene.id.contains(['"', '\n', '\r'])) {
            let found = format!("the id {:?}", gene.id);
            let expected = "one that a cell of a table can hold";
            return Err(PrepareError::file(&file, PrepareProblem::Row { found, expected }));
        }
        let unknown = all.iter().filter(|gene| gene.strand == Strand::Unknown).count();
        if unknown > 0 {
            notes.push(format!(
                "{unknown} of {} genes without a strand: read as genes of the plus strand",
                all.len()
            ));
        }
        let rows = Rows {
            all,
            format,
            transcripts: self.transcripts,
            notes,
        };
        Ok((rows, self.budget))
    }
}

/// Reader of one format's rows.
enum RowReader {
    Gtf(gtf::Rows),
    Gff3(gff3::Rows),
    Bed(bed::Rows),
}

impl RowReader {
    fn new(format: AnnotationFormat) -> Self {
        match format {
            AnnotationFormat::Gtf => Self::Gtf(gtf::Rows::default()),
            AnnotationFormat::Gff3 => Self::Gff3(gff3::Rows::default()),
            AnnotationFormat::Bed => Self::Bed(bed::Rows::default()),
        }
    }

    fn row(&mut self, line: &str, budget: &Budget) -> Result<(), PrepareProblem> {
        match self {
            Self::Gtf(rows) => rows.row(line, budget),
            Self::Gff3(rows) => rows.row(line, budget),
            Self::Bed(rows) => rows.row(line, budget),
        }
    }

    fn finish(self) -> (Vec<Gene>, Vec<String>) {
        match self {
            Self::Gtf(rows) => rows.finish(),
            Self::Gff3(rows) => rows.finish(),
            Self::Bed(rows) => (rows.genes, Vec::new()),
        }
    }
}

/// Reads a row. A panic of a library's reader becomes an error of the row; in WebAssembly it ends the engine, which the
/// page restarts.
fn caught(read: impl FnOnce() -> Result<(), PrepareProblem>) -> Result<(), PrepareProblem> {
    panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(PrepareProblem::Row {
            found: "a row on which the reader of its format fails".to_owned(),
            expected: "a row as the format says",
        })
    })
}

fn recognise(line: &str, said: Option<AnnotationFormat>) -> Option<AnnotationFormat> {
    let columns: Vec<&str> = line.split('\t').collect();
    let whole = |index: usize| columns[index].parse::<u32>().is_ok();
    if columns.len() >= 9 && whole(3) && whole(4) {
        if said == Some(AnnotationFormat::Gff3) {
            return said;
        }
        let end_of_key = columns[8].trim_start().find(['=', ' ', '"']);
        return Some(match end_of_key.map(|at| columns[8].trim_start().as_bytes()[at]) {
            Some(b'=') => AnnotationFormat::Gff3,
            _ => AnnotationFormat::Gtf,
        });
    }
    (columns.len() >= 3 && whole(1) && whole(2)).then_some(AnnotationFormat::Bed)
}

fn unknown(first_row: &str) -> PrepareProblem {
    PrepareProblem::Format {
        found: format!("a first row that is none of an annotation: {first_row:?}"),
        expected: EXPECTED,
        remedy: "Choose the annotation as --annotation and signal as --mark; columns are separated by tabs.",
    }
}

/// The type of a GTF or GFF3 row, its third column.
fn row_type(line: &str) -> &str {
    line.split('\t').nth(2).unwrap_or_default()
}

/// Returns true if rows of a type are transcripts: `transcript` in GTF; in GFF3 also `mRNA`, `lnc_RNA` and similar
/// types.
fn is_transcript(row_type: &str) -> bool {
    row_type == "transcript" || row_type.ends_with("RNA") || row_type.ends_with("_transcript")
}

/// First and last base, from the columns of GTF; or the problem of the row.
fn span(start: &str, end: &str) -> Result<(u32, u32), &'static str> {
    let base = |text: &str| text.parse::<u32>().ok().filter(|&base| base > 0);
    let start = base(start).ok_or("without a start")?;
    let end = base(end).ok_or("without an end")?;
    if end < start {
        return Err("that ends before it begins");
    }
    Ok((start, end))
}

/// The TSS of a gene with this first and last base, all counted from 1.
fn tss(start: u32, end: u32, strand: Strand) -> u32 {
    if strand == Strand::Minus { end } else { start }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A base from a format's position.
fn base(position: usize) -> Result<u32, PrepareProblem> {
    u32::try_from(position).map_err(|_| PrepareProblem::Row {
        found: format!("the base {position}"),
        expected: "a place on a chromosome",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_on_which_a_library_panics_is_an_error_of_its_line() {
        let text = "# a comment\nchr1\t10\t20\tone\nchr1\t30\t40\ttwo\n";
        let mut reading = Reading::open("genes.bed", text.as_bytes()).unwrap();
        let mut rows = 0;
        let error = reading
            .step(9, &mut |_, row, _| {
                rows += 1;
                assert!(!row.ends_with("two"), "on purpose");
                Ok(())
            })
            .unwrap_err();
        assert_eq!(rows, 2);
        let said = error.to_string();
        assert!(
            said.starts_with("genes.bed, line 3: found a row on which the reader"),
            "{said}"
        );
    }
}

//! `regulens prepare`: tables of signal, and sequences with tracks, from sequencing data.

mod read;
mod tracks;
mod write;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use regulens::input::{Expression, Threshold, without_version};
use regulens::prepare::{Annotation, GeneFilter, Outcome, Plan, ReadFilter, Settings, Summary, Windows, mark_problem};

use self::read::Track;
use super::error::CliError;
use super::output::Output;
use super::renames::RenameArgs;
use super::threads::ThreadArgs;
use super::{files, interrupt};

/// Data to prepare.
#[derive(Debug, Subcommand)]
pub enum PrepareArgs {
    /// Make a table of histone mark signal in bins around each TSS
    Hm(Box<HmArgs>),
    /// Make training data for sequence models: sequences with measured tracks
    Tracks(Box<tracks::TracksArgs>),
}

/// Preparation of histone marks.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct HmArgs {
    /// Mark and its signal file: bigWig, BAM (with .bai or .csi), bedGraph, BED of reads, or single-cell fragments
    /// (fragments.tsv.gz); plain or gzipped. Repeat for each mark
    #[arg(long = "mark", value_name = "MARK=FILE", required = true, value_parser = track)]
    marks: Vec<Track>,
    /// Gene annotation: GTF, GFF3 or BED, plain or gzipped
    #[arg(long, value_name = "FILE")]
    annotation: PathBuf,
    /// Table to write, gzipped if the name ends in .gz. NAME.notes.tsv beside it lists the omitted genes and the
    /// reasons
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Number of bins per gene, centred on the TSS
    #[arg(long, default_value_t = 100, conflicts_with_all = ["upstream", "downstream"], help_heading = "Bins")]
    bins: u32,
    /// Bin size in bp
    #[arg(long, default_value_t = 100, help_heading = "Bins")]
    bin_size: u32,
    /// Length upstream of the TSS in bp, instead of --bins
    #[arg(long, value_name = "BP", requires = "downstream", help_heading = "Bins")]
    upstream: Option<u32>,
    /// Length downstream of the TSS in bp, instead of --bins
    #[arg(long, value_name = "BP", requires = "upstream", help_heading = "Bins")]
    downstream: Option<u32>,
    /// Reverse the bins of genes on the minus strand, so that bin 1 is the furthest upstream. The published data are
    /// not reversed
    #[arg(long, help_heading = "Bins")]
    strand_flip: bool,
    /// Summary of bigWig and bedGraph values in a bin: mean, mean-covered (over bases with a value, as for
    /// methylation), sum or max; for one mark MARK=HOW. Accepts several
    #[arg(long, value_name = "[MARK=]HOW", num_args = 1.., default_value = "mean", value_parser = values, help_heading = "Signal")]
    values: Vec<Values>,
    /// Minimum mapping quality of the reads to count (BAM)
    #[arg(long, value_name = "Q", default_value_t = 0, help_heading = "Signal")]
    min_mapq: u8,
    /// Count reads marked as duplicates (BAM). Unmapped, QC-failed, secondary and supplementary alignments never count
    #[arg(long, help_heading = "Signal")]
    keep_duplicates: bool,
    /// Gene type to include, such as protein_coding; repeatable [default: all]
    #[arg(long = "biotype", value_name = "KIND", help_heading = "Genes")]
    biotypes: Vec<String>,
    /// File of the genes to include: IDs (with or without version) or symbols, the first word of each line
    #[arg(long, value_name = "FILE", help_heading = "Genes")]
    genes: Option<PathBuf>,
    /// Remove version suffixes from gene IDs: ENSG00000000003.15 becomes ENSG00000000003
    #[arg(long, help_heading = "Genes")]
    drop_versions: bool,
    /// Include genes on chromosomes that some signal files lack, with 0 for those files [default: omit these genes]
    #[arg(long, help_heading = "Signal")]
    missing_as_zero: bool,
    #[command(flatten)]
    renames: RenameArgs,
    /// Expression counts (gene,count); adds labels by --threshold and omits genes without a count
    #[arg(long, value_name = "FILE", help_heading = "Labels")]
    expression: Option<PathBuf>,
    /// Count column of --expression, by name or number (from 1), if there are several
    #[arg(long, value_name = "NAME", requires = "expression", help_heading = "Labels")]
    column: Option<String>,
    /// Lowest count at which a gene is on: a number, median, median-of-expressed (genes with counts above 0),
    /// quantile:Q, or top/bottom:SHARE, which omits the genes between
    #[arg(long, requires = "expression", default_value_t = Threshold::Median, help_heading = "Labels")]
    threshold: Threshold,
    #[command(flatten)]
    threads: ThreadArgs,
}

const AFTER_HELP: &str = "\
VALUE OF A BIN
  BAM, BED of reads      number of reads that overlap the bin; a read across a border counts in both
  single-cell fragments  number of cuts, at the first and last base of each fragment, whatever its
                         barcode and its number of duplicate reads
  bigWig, bedGraph       mean over the bases of the bin; 0 for bases without a value; see --values

With the TSS at base c (from 1), bins tile c - 5000 … c + 5000 in genomic order, as published with
AttentiveChrome and DeepDiff.";

/// The value of a bin from those of its bases, of one mark or of all others.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Values {
    mark: Option<String>,
    summary: Summary,
}

/// Parses `--values`.
fn values(text: &str) -> Result<Values, String> {
    let (mark, name) = match text.rsplit_once('=') {
        Some((mark, name)) => (Some(mark.to_owned()), name),
        None => (None, text),
    };
    let summary =
        Summary::named(name).ok_or_else(|| format!("`{name}` is not one of {}", Summary::NAMES.join(", ")))?;
    Ok(Values { mark, summary })
}

impl HmArgs {
    fn windows(&self) -> Result<Windows, CliError> {
        let strand_flip = self.strand_flip;
        let bin_size = self.bin_size;
        let windows = match (self.upstream, self.downstream) {
            (Some(upstream), Some(downstream)) => Some(Windows {
                upstream,
                downstream,
                bin_size,
                strand_flip,
            }),
            _ => Windows::centred(self.bins, bin_size).map(|windows| Windows { strand_flip, ..windows }),
        };
        windows.filter(Windows::is_whole).ok_or_else(|| {
            CliError::Usage(format!(
                "no window of whole bins of {bin_size} bp is possible; --bins and --bin-size must be above zero, \
                    and --upstream and --downstream together a multiple of --bin-size"
            ))
        })
    }

    /// The settings that each mark is read by, in the order of `--mark`.
    fn settings(&self) -> Result<Vec<Settings>, CliError> {
        let of_mark = |values: &Values, mark: &str| {
            values
                .mark
                .as_ref()
                .is_some_and(|other| other.eq_ignore_ascii_case(mark))
        };
        let unknown =
            |values: &&Values| values.mark.is_some() && !self.marks.iter().any(|track| of_mark(values, &track.mark));
        if let Some(mark) = self.values.iter().find(unknown).and_then(|values| values.mark.as_ref()) {
            return Err(CliError::Usage(format!(
                "--values names {mark}, which is not a --mark; name one of the marks, or give HOW alone for all"
            )));
        }
        let others = self.values.iter().find(|values| values.mark.is_none());
        let others = others.map_or_else(Summary::default, |values| values.summary);
        let settings = self.marks.iter().map(|track| {
            let own = self.values.iter().find(|values| of_mark(values, &track.mark));
            Settings {
                summary: own.map_or(others, |values| values.summary),
                reads: ReadFilter {
                    min_mapq: self.min_mapq,
                    keep_duplicates: self.keep_duplicates,
                },
            }
        });
        Ok(settings.collect())
    }
}

/// Prepares the data.
pub fn run(args: &PrepareArgs) -> Result<(), CliError> {
    match args {
        PrepareArgs::Hm(args) => histone_marks(args),
        PrepareArgs::Tracks(args) => tracks::run(args),
    }
}

/// Reads annotation and signal, and writes the table.
fn histone_marks(args: &HmArgs) -> Result<(), CliError> {
    interrupt::watch();
    let windows = args.windows()?;
    let settings = args.settings()?;
    for (index, track) in args.marks.iter().enumerate() {
        let same = |other: &&Track| other.mark.eq_ignore_ascii_case(&track.mark);
        if args.marks[..index].iter().any(|other| same(&other)) {
            let mark = &track.mark;
            return Err(CliError::Usage(format!(
                "--mark {mark} is given twice; give each mark once"
            )));
        }
    }
    let expression = args.expression.as_deref();
    let expression = expression.map(|file| files::expression_of(file, args.column.as_deref()));
    let expression = expression.transpose()?;
    let expression = expression.map(|expression| files::labelled(expression, args.threshold));
    let expression = expression.transpose()?;
    let annotation = annotation(args)?;
    let mut table = Output::create(&args.out)?;
    let notes_path = notes_path(&args.out);
    let mut notes = notes_path.as_deref().map(Output::create).transpose()?;

    let mut genes = annotation.genes;
    genes.extend(annotation.repeated);
    let mut plan = Plan::new(&annotation.file, genes, windows, args.marks.len())?;
    (args.renames).apply("the annotation has no gene on", |other, name| plan.rename(other, name))?;
    let threads = args.threads.number();
    let columns = read::columns(&plan, &args.marks, &settings, threads)?;
    let name = args.out.display().to_string();
    let mut outcome = plan.assemble(&name, &columns, args.missing_as_zero)?;
    drop(columns);
    if let Some(expression) = expression {
        let expression = &in_common(expression, &plan, &outcome.table.genes)?;
        outcome.require_expression(plan.genes(), |gene| expression.get(gene).is_some());
        outcome.table = outcome.table.with_labels_from(expression)?;
    }
    let packed = args.out.extension().is_some_and(|ending| ending == "gz");
    write::table(&outcome.table, &mut table, packed, threads)?;
    if let Some(notes) = &mut notes {
        notes.write(|mut out| outcome.write_notes(&mut out))?;
    }
    interrupt::check()?;
    table.commit()?;
    notes.map_or(Ok(()), Output::commit)?;
    tell(&outcome, &args.out, notes_path.as_deref());
    Ok(())
}

/// Number of genes of the smaller file of which one at least is in both.
const COMMON: usize = 20;

/// Ids that a message shows.
const SHOWN: usize = 3;

/// The expression under the ids of a table's genes: where the files have none in common as they are, without versions,
/// else by the annotation's symbols.
fn in_common(expression: Expression, plan: &Plan, genes: &[String]) -> Result<Expression, CliError> {
    let least = genes.len().min(expression.len()).div_ceil(COMMON).max(1);
    let common = |counts: &Expression| genes.iter().filter(|gene| counts.get(gene).is_some()).count();
    let as_they_are = common(&expression);
    if as_they_are >= least {
        return Ok(expression);
    }
    let mut bare: HashMap<&str, Option<&str>> = HashMap::new();
    for (id, _) in expression.counts() {
        // Two versions of an id are not one gene.
        bare.entry(without_version(id))
            .and_modify(|one| *one = None)
            .or_insert(Some(id));
    }
    let of_bare = |gene: &str| bare.get(without_version(gene)).copied().flatten();
    let versions = expression.renamed(genes.iter().filter_map(|gene| Some((gene.as_str(), of_bare(gene)?))));
    let file = expression.file();
    if common(&versions) >= least {
        eprintln!("{file}: IDs match those of the annotation without their versions");
        return Ok(versions);
    }
    let named: Vec<(&str, &str)> = (plan.genes().iter())
        .filter_map(|gene| Some((gene.id.as_str(), gene.name.as_deref()?)))
        .collect();
    let symbols = expression.renamed(named);
    if common(&symbols) >= least {
        eprintln!("{file}: symbols instead of IDs, matched with those of the annotation");
        return Ok(symbols);
    }
    let mut found: Vec<&str> = expression.counts().map(|(id, _)| id).collect();
    found.sort_unstable();
    found.truncate(SHOWN);
    Err(CliError::file(
        file,
        format!(
            "found {as_they_are} of {} genes of the annotation, and IDs such as {}; expected IDs (with or without \
                versions) or symbols of the annotation, which has IDs such as {}. Use counts and annotation of the \
                same genome and kind of ID",
            genes.len(),
            found.join(", "),
            genes[..genes.len().min(SHOWN)].join(", ")
        ),
    ))
}

/// Reads the annotation and chooses its genes; prints what it understood.
fn annotation(args: &HmArgs) -> Result<Annotation, CliError> {
    let file = fs::File::open(&args.annotation).map_err(|error| CliError::io(&args.annotation, error))?;
    let mut annotation = Annotation::read(&args.annotation.display().to_string(), file)?;
    let all = annotation.genes.len();
    if args.drop_versions {
        annotation.drop_versions();
    }
    let names = args.genes.as_deref().map(listed).transpose()?;
    annotation.choose(&GeneFilter {
        biotypes: args.biotypes.clone(),
        names,
    })?;
    let name = files::name(&annotation.file);
    eprintln!("{name}: {}, {all} genes", annotation.format.name());
    for note in &annotation.notes {
        eprintln!("{name}: {note}");
    }
    Ok(annotation)
}

/// The first word of each line.
fn listed(path: &Path) -> Result<Vec<String>, CliError> {
    let text = files::text(path, "a list of genes, one per line")?;
    let words = text.lines().filter_map(|line| {
        let word = line.split([',', '\t', ' ', ';']).next()?.trim().trim_matches('"');
        (!word.is_empty() && !word.starts_with('#')).then(|| word.to_owned())
    });
    let words: Vec<String> = words.collect();
    match words.is_empty() {
        false => Ok(words),
        true => Err(CliError::file(
            path.display(),
            "found no name; expected a list of genes, one per line. Choose another file.",
        )),
    }
}

/// The path of the notes: beside the table, if that is a file.
fn notes_path(out: &Path) -> Option<PathBuf> {
    if fs::metadata(out).is_ok_and(|there| !there.is_file()) {
        return None;
    }
    let name = out.to_string_lossy();
    let stem = [".csv.gz", ".csv", ".gz"]
        .into_iter()
        .find_map(|ending| name.strip_suffix(ending));
    Some(format!("{}.notes.tsv", stem.unwrap_or(&name)).into())
}

/// Prints what the table contains, and what happened to genes.
fn tell(outcome: &Outcome, out: &Path, notes: Option<&Path>) {
    let table = &outcome.table;
    for note in &table.notes {
        eprintln!("{note}");
    }
    eprintln!("{} genes in {}", table.genes.len(), out.display());
    for line in outcome.summary() {
        eprintln!("  {line}");
    }
    if let Some(notes) = notes
        && !outcome.notes.is_empty()
    {
        eprintln!("  each of them in {}", notes.display());
    }
}

/// Parses `--mark`.
fn track(text: &str) -> Result<Track, String> {
    let wrong = |what: &str| format!("`{text}` {what}; expected MARK=FILE, such as H3K4me3=signal.bw");
    let (mark, path) = text.split_once('=').ok_or_else(|| wrong("has no `=`"))?;
    let mark = mark.trim();
    if mark.is_empty() || path.is_empty() {
        return Err(wrong("lacks the mark or the file"));
    }
    if let Some(problem) = mark_problem(mark) {
        return Err(wrong(&format!("names a mark that {problem}")));
    }
    Ok(Track {
        mark: mark.to_owned(),
        path: path.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_named_before_its_file() {
        let track = track("H3K4me3=a=b.bw").unwrap();
        assert_eq!((track.mark.as_str(), track.path), ("H3K4me3", "a=b.bw".into()));
    }

    #[test]
    fn what_is_no_mark_with_a_file_is_said() {
        for text in ["H3K4me3", "=a.bw", "H3K4me3=", "a,b=c.bw", "label=c.bw"] {
            let error = track(text).unwrap_err();
            assert!(error.contains("H3K4me3=signal.bw"), "{text}: {error}");
        }
    }

    #[test]
    fn notes_are_named_after_the_table() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["t.csv.gz", "t.csv", "t.gz", "t"] {
            let notes = notes_path(&folder.path().join(name));
            assert_eq!(notes, Some(folder.path().join("t.notes.tsv")), "{name}");
        }
        assert_eq!(notes_path(folder.path()), None);
    }
}

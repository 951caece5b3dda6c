//! `regulens interpret held-out`: figure 2b and table 3, explanations against a track that no model has seen.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use pollster::block_on;
use regulens::input::{Expression, SignalTable, expression_of_pair, log2_fold_change};
use regulens::interpret::class_optimisation::Class;
use regulens::interpret::held_out::{Apart, Explained, Profiles};
use regulens::interpret::{Maps, Profile};
use regulens::task::Task;
use serde_json::json;

use super::class_optimisation::{ClassName, DescentArgs, optimise};
use super::outputs::Outputs;
use super::subject::{CallingArgs, Subject, SubjectsArgs, called_on};
use super::table::{Cell, Table};
use crate::cli::error::CliError;
use crate::cli::runner::BATCH;
use crate::cli::{files, interrupt, output, progress, signal};

/// Which models' explanations, and the track.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct HeldOutArgs {
    #[command(flatten)]
    subjects: SubjectsArgs,
    /// For change models, the signal table of cell type B: one for all models, or one per model
    #[arg(long, value_name = "FILE")]
    input_b: Vec<PathBuf>,
    /// Class whose genes are explained [default: on; up for change models]
    #[arg(long, value_enum)]
    class: Option<ClassName>,
    /// For change models, the cell type of the explained mark and of the held-out track [default: b]
    #[arg(long, value_enum)]
    cell_type: Option<CellType>,
    #[command(flatten)]
    calling: CallingArgs,
    /// Mark whose explanation is compared
    #[arg(long, value_name = "MARK", default_value = "H3K4me3")]
    mark: String,
    /// Held-out track: a column of --input or of --held-out-input
    #[arg(long, value_name = "NAME", default_value = "H3K27ac")]
    held_out: String,
    /// Table with the held-out track, matched by gene ID: one for all models, or one per model
    #[arg(long, value_name = "FILE")]
    held_out_input: Vec<PathBuf>,
    /// Expression counts (gene,count): one file for all models, or one per model. Genes at or above the median are on
    /// [default: labels of the tables]. For change models, the counts in A
    #[arg(long, value_name = "FILE")]
    expression: Vec<PathBuf>,
    /// For change models, expression counts in B; with --expression they give the measured change
    #[arg(long, value_name = "FILE")]
    expression_b: Vec<PathBuf>,
    #[command(flatten)]
    descent: DescentArgs,
    /// Table of correlations to write
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Table of the correlated profiles to write
    #[arg(long, value_name = "FILE.tsv")]
    profiles: Option<PathBuf>,
    /// Print one JSON object instead of the table: correlations and unmatched genes
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
The explanation is averaged over the genes predicted on. The track is averaged over these genes and,
if there are labels, also over the genes labelled on; track_over distinguishes the two. Genes must
be in both tables. For change models, genes are up from a log2 fold change of 0 and down below it,
and are matched by ID without version.

EXPLANATIONS
  alpha               attention to bins; shared by all marks in variants with a single α
  alpha-beta          attention to bins times attention to the mark
  saliency            ∂ score(class) / ∂ signal, signed
  absolute-saliency   absolute value of the saliency, taken gene by gene
  class-optimisation  optimised input of the class
  signal              mean signal of the mark: an explanation that does no better adds nothing to it
  difference          change models: signal minus the other cell type's signal
  tss-distance        minus the distance from the middle of the window; no model, no signal
  uniform             constant, so that r is undefined and left empty

OUTPUT, columns of --out
  model, variant, cell_type, explanation
  of               the mark, or all marks; change models: A_MARK, B_MARK or diff_MARK
  explained_genes  number of genes in the explanation's mean
  track_over       genes over which the track is averaged
  track_genes      their number
  r                Pearson correlation of the two profiles

OUTPUT, columns of --profiles
  model, profile, genes, bin, position (centre of the bin in bp from the anchor), mean";

/// One of two cell types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CellType {
    /// Cell type of --input
    A,
    /// Cell type of --input-b
    B,
}

/// The track, for the genes of an input.
struct Track {
    /// [N, T]; NaN for a gene without the track.
    values: Vec<f32>,
    /// Genes of the input without the track.
    lacking: Vec<String>,
    /// Genes of the track that the input lacks.
    further: Vec<String>,
}

/// Correlates, and writes the table.
pub fn run(args: &HeldOutArgs) -> Result<(), CliError> {
    args.subjects.begin()?;
    let task = args.subjects.task()?;
    args.check(task)?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out)), ("--profiles", args.profiles.as_deref())])?;
    let inputs = match &args.held_out_input[..] {
        [] => None,
        files => Some(args.subjects.paired("--held-out-input", files)?),
    };
    let expression = match &args.expression[..] {
        [] => None,
        files => Some(args.subjects.paired("--expression", files)?),
    };
    let mut report = Report::new();
    let mut unmatched = Vec::new();
    let expression_b = match &args.expression_b[..] {
        [] => None,
        files => Some(args.subjects.paired("--expression-b", files)?),
    };
    let look = |index: usize, mut subject: Subject| {
        let track = args.track(&subject, inputs.as_ref().map(|inputs| inputs[index]))?;
        let at = |files: &Option<Vec<&Path>>| files.as_ref().map(|files| files::expression(files[index]));
        let counts = [at(&expression).transpose()?, at(&expression_b).transpose()?];
        let labels = labels(&subject, counts)?;
        args.correlate(&mut subject, &track, labels.as_deref(), &mut report)?;
        unmatched.push(json!({
            "model": subject.model.file,
            "without_track": track.lacking,
            "without_signal": track.further,
        }));
        Ok(())
    };
    match task {
        Task::Change => args.subjects.each_pair(&args.input_b, args.cell_type(), look)?,
        Task::OnOff | Task::Level | Task::Tracks => args.subjects.each(look)?,
    }
    outputs.write("--out", |out| report.correlations.write(out))?;
    outputs.write("--profiles", |out| report.profiles.write(out))?;
    outputs.commit()?;
    match args.json {
        true => output::print_json(&json!({
            "correlations": report.correlations.json(),
            "unmatched": unmatched,
        }))?,
        false => report.correlations.print(false)?,
    }
    eprintln!("written to {}", args.out.display());
    Ok(())
}

/// The result, model by model.
struct Report {
    correlations: Table,
    profiles: Table,
}

impl Report {
    fn new() -> Self {
        Self {
            correlations: Table::new([
                "model",
                "variant",
                "cell_type",
                "explanation",
                "of",
                "explained_genes",
                "track_over",
                "track_genes",
                "r",
            ]),
            profiles: Table::new(["model", "profile", "genes", "bin", "position", "mean"]),
        }
    }

    fn profile(&mut self, subject: &Subject, name: &str, profile: &Profile) {
        for (bin, &mean) in profile.mean.iter().flatten().enumerate() {
            self.profiles.push([
                Cell::file(&subject.model.file),
                Cell::text(name),
                Cell::Count(profile.genes),
                Cell::Count(bin + 1),
                Cell::Number(subject.model.position(bin)),
                Cell::Number(mean),
            ]);
        }
    }
}

impl HeldOutArgs {
    /// Refuses flags that mean nothing to models of a task.
    fn check(&self, task: Task) -> Result<(), CliError> {
        let (given, remedy) = match task {
            Task::Change => (
                [self.calling.given(), None, None],
                "applies to on/off models, which predict a probability; in change models genes are up from a log2 \
                    fold change of 0, and --class down chooses the others. Leave it out",
            ),
            Task::OnOff | Task::Level | Task::Tracks => (
                [
                    self.cell_type.map(|_| "--cell-type"),
                    self.input_b.first().map(|_| "--input-b"),
                    self.expression_b.first().map(|_| "--expression-b"),
                ],
                "applies to change models, which read two cell types; models of one cell type are compared with the \
                    track of their own table. Leave it out",
            ),
        };
        match given.into_iter().flatten().next() {
            Some(flag) => Err(CliError::Usage(format!("{flag} {remedy}"))),
            None => Ok(()),
        }
    }

    /// The cell type that is looked at, of two.
    fn cell_type(&self) -> usize {
        self.cell_type.unwrap_or(CellType::B) as usize
    }

    /// Finds the track and reports which genes lack it.
    fn track(&self, subject: &Subject, file: Option<&Path>) -> Result<Track, CliError> {
        let card = subject.model.card();
        let inputs = &card.marks;
        if inputs.iter().any(|mark| mark.eq_ignore_ascii_case(&self.held_out)) {
            return Err(subject.model.problem(format!(
                "found {} among the model's marks; expected a track that the model has not seen. Name another with \
                    --held-out.",
                self.held_out
            )));
        }
        let table = match file {
            Some(path) => {
                let reading = &self.subjects.reading;
                let table = signal::select_bins(files::table(path)?, reading.select_bins)?;
                table.expect_bins(card.bins)?;
                Some(table)
            }
            None => None,
        };
        let track = if subject.model.cell_types().is_empty() {
            Track::of(&subject.table, table.as_ref(), &self.held_out)?
        } else {
            let table = table.as_ref().unwrap_or(&subject.table);
            let (genes, places) = (subject.prepared.names(), subject.prepared.places_in(&table.genes));
            Track::at(table, genes, &places, &self.held_out, &subject.table.file)?
        };
        let listed = |genes: &[String]| match genes {
            [] => String::new(),
            few if few.len() <= 10 => format!(": {}", few.join(", ")),
            many => format!(": {} … (all with --json)", many[..10].join(", ")),
        };
        if !track.lacking.is_empty() {
            eprintln!(
                "{} of {} genes of {} have no {} and are left out{}",
                track.lacking.len(),
                subject.prepared.genes(),
                files::name(&subject.table.file),
                self.held_out,
                listed(&track.lacking)
            );
        }
        if !track.further.is_empty() {
            eprintln!(
                "{} of {} genes with {} have no signal in {}{}",
                track.further.len(),
                track.further.len() + subject.prepared.genes() - track.lacking.len(),
                self.held_out,
                files::name(&subject.table.file),
                listed(&track.further)
            );
        }
        Ok(track)
    }

    /// Adds one model's rows.
    fn correlate(
        &self,
        subject: &mut Subject,
        track: &Track,
        labels: Option<&[bool]>,
        report: &mut Report,
    ) -> Result<(), CliError> {
        let row = subject.model.row_of(&self.mark, "--mark")?;
        let class = ClassName::of(self.class, &subject.model)?;
        let predicted = subject.predict()?.values;
        let engine = subject.model.engine();
        let outcome = engine.outcome();
        let called = called_on(predicted.predicted(outcome), self.calling.threshold(outcome));
        let map = optimise(&subject.model, self.descent.settings(class))?.map;
        let card = subject.model.card();
        let mark = &card.marks[row];
        let cell_type = subject.model.cell_types().get(self.cell_type());
        let column = cell_type.map_or(row, |_| self.cell_type() * card.marks.len() + row);
        let is_high = class == Class::High;
        let maps = Maps::of_attention(&track.values, 1, card.bins);
        let has_track = |gene: usize| !maps.at(gene, 0, 0).is_nan();
        let is_predicted = |gene: usize| called[gene] == Some(is_high);
        let counts: Vec<usize> = (0..called.len())
            .filter(|&gene| is_predicted(gene) && has_track(gene))
            .collect();
        let profiles = profiles(subject, class, &counts)?;

        let name = class.name(outcome);
        let mut tracks = vec![(
            format!("predicted {name}"),
            maps.profile(0, is_predicted, |count| count),
        )];
        if let Some(labels) = labels {
            let labelled = maps.profile(0, |gene| labels[gene] == is_high, |count| count);
            tracks.push((
                format!("{} {name}", cell_type.map_or("labelled", |_| "measured")),
                labelled,
            ));
        }
        for Explained { kind, apart, profile } in profiles.explained(column, Some(&map)) {
            let of = match (apart, cell_type) {
                (Apart::Nothing, _) => "all marks".to_owned(),
                (Apart::Marks, Some(_)) => format!("diff_{mark}"),
                (_, Some(cell_type)) => format!("{cell_type}_{mark}"),
                (_, None) => mark.clone(),
            };
            for (over, track) in &tracks {
                report.correlations.push([
                    Cell::file(&subject.model.file),
                    Cell::text(&card.variant),
                    Cell::text(subject.model.cell_type()),
                    Cell::text(kind.name()),
                    Cell::text(&of),
                    Cell::Count(profile.genes),
                    Cell::text(over),
                    Cell::Count(track.genes),
                    profile.correlation(track).into(),
                ]);
            }
            report.profile(subject, kind.name(), &profile);
        }
        for (over, track) in &tracks {
            report.profile(subject, &format!("{}, {over}", self.held_out), track);
        }
        Ok(())
    }
}

/// Which genes are labelled on, or are measured to go up by counts in A and in B.
fn labels(subject: &Subject, counts: [Option<Expression>; 2]) -> Result<Option<Vec<bool>>, CliError> {
    let two = !subject.model.cell_types().is_empty();
    match counts {
        [Some(counts), _] if !two => {
            let counts = files::labelled(counts, signal::threshold_of(subject.model.card()))?;
            let labelled = subject.table.with_labels_from(&counts)?;
            if labelled.genes.len() < subject.table.genes.len() {
                return Err(CliError::file(
                    &subject.table.file,
                    format!(
                        "found genes that this model's training excluded because of their counts; expected labels \
                            for all {} genes. Give a table with a column `label`.",
                        subject.table.genes.len()
                    ),
                ));
            }
            Ok(labelled.labels)
        }
        [None, _] if !two => Ok(subject.table.labels.clone()),
        [None, None] => Ok(None),
        [Some(a), Some(b)] => {
            let counts = expression_of_pair(&subject.table.file, subject.prepared.names(), &a, &b)?;
            Ok(Some(
                counts.into_iter().map(|pair| log2_fold_change(pair) >= 0.0).collect(),
            ))
        }
        _ => Err(CliError::Usage(
            "a change needs counts in both cell types; give --expression and --expression-b".to_owned(),
        )),
    }
}

/// Computes the profiles of these genes, with a progress bar on a terminal.
fn profiles(subject: &Subject, class: Class, genes: &[usize]) -> Result<Profiles, CliError> {
    let engine = subject.model.engine();
    let mut profiles = engine.profiles(class);
    let bar = progress::counting("explaining", genes.len(), "genes");
    for genes in genes.chunks(BATCH) {
        interrupt::check()?;
        let values: Vec<f32> = genes
            .iter()
            .flat_map(|&gene| subject.prepared.values(gene, gene + 1))
            .copied()
            .collect();
        block_on(profiles.add(&values, genes.len(), engine))?;
        bar.inc(genes.len() as u64);
    }
    bar.finish_and_clear();
    Ok(profiles)
}

impl Track {
    /// The column `name` of `table`, or else of the input itself, on the input's genes; matched by id.
    fn of(input: &SignalTable, table: Option<&SignalTable>, name: &str) -> Result<Self, CliError> {
        let table = table.unwrap_or(input);
        let places: HashMap<&str, usize> = table.genes.iter().map(String::as_str).zip(0..).collect();
        let places = input.genes.iter().map(|gene| places.get(gene.as_str()).copied());
        Self::at(table, &input.genes, &places.collect::<Vec<_>>(), name, &input.file)
    }

    /// The column `name` of `table` on `genes` of `file`, each at its place in the table, where it has one.
    fn at(
        table: &SignalTable,
        genes: &[String],
        places: &[Option<usize>],
        name: &str,
        file: &str,
    ) -> Result<Self, CliError> {
        let column = table.mark_column(name).ok_or_else(|| CliError::file(&table.file, format!(
                "found the columns {}; expected {name} among them. Name the track with --held-out, and a table that \
                    has it with --held-out-input.",
                table.marks.join(", ")
            )))?;
        let mut values = Vec::with_capacity(genes.len() * table.bins);
        let mut lacking = Vec::new();
        let mut is_known = vec![false; table.genes.len()];
        for (gene, place) in genes.iter().zip(places) {
            if let Some(place) = *place {
                let signal = table.gene(place).iter().skip(column);
                values.extend(signal.step_by(table.marks.len()));
                is_known[place] = true;
            } else {
                values.resize(values.len() + table.bins, f32::NAN);
                lacking.push(gene.clone());
            }
        }
        if lacking.len() == genes.len() {
            return Err(CliError::file(
                &table.file,
                format!(
                    "found none of the genes of {}; expected the same IDs. The first are {} here and {} there.",
                    files::name(file),
                    table.genes.first().map_or("none", String::as_str),
                    genes.first().map_or("none", String::as_str),
                ),
            ));
        }
        let further = table.genes.iter().zip(is_known).filter(|(_, is_known)| !is_known);
        Ok(Self {
            values,
            further: further.map(|(gene, _)| gene.clone()).collect(),
            lacking,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> SignalTable {
        SignalTable::read("t.csv", text.as_bytes()).unwrap()
    }

    #[test]
    fn genes_meet_by_id_and_those_without_a_partner_are_listed() {
        let input = table("gene,bin,A\nx,1,1\nx,2,1\ny,1,1\ny,2,1\n");
        let other = table("gene,bin,B,C\nz,1,0,5\nz,2,0,6\ny,1,0,7\ny,2,0,8\n");
        let track = Track::of(&input, Some(&other), "C").unwrap();
        assert!(track.values[..2].iter().all(|value| value.is_nan()));
        assert_eq!(track.values[2..], [7.0, 8.0]);
        assert_eq!(
            (track.lacking, track.further),
            (vec!["x".to_owned()], vec!["z".to_owned()])
        );
    }

    #[test]
    fn a_track_may_be_a_column_of_the_input() {
        let input = table("gene,bin,A,B\nx,1,1,2\nx,2,1,3\n");
        let track = Track::of(&input, None, "b").unwrap();
        assert_eq!(track.values, [2.0, 3.0]);
        let error = Track::of(&input, None, "C").err().unwrap().to_string();
        assert!(error.contains("found the columns A, B; expected C"), "{error}");
    }

    #[test]
    fn tables_without_a_gene_in_common_are_refused() {
        let input = table("gene,bin,A\nENSG1,1,1\n");
        let other = table("gene,bin,B\n1,1,1\n");
        let error = Track::of(&input, Some(&other), "B").err().unwrap().to_string();
        assert!(error.contains("The first are 1 here and ENSG1 there"), "{error}");
    }
}

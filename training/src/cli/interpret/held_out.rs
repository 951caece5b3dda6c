//! `regulens interpret held-out`: figure 2b and table 3, explanations against a track that no model has seen.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::Args;
use pollster::block_on;
use regulens::input::SignalTable;
use regulens::interpret::class_optimisation::Class;
use regulens::interpret::held_out::{Explained, Profiles};
use regulens::interpret::{Maps, Profile};
use serde_json::json;

use super::class_optimisation::{DescentArgs, optimise};
use super::outputs::Outputs;
use super::subject::{CallingArgs, Subject, SubjectsArgs, called_on, go_on, progress};
use super::table::{Cell, Table};
use crate::cli::error::CliError;
use crate::cli::runner::BATCH;
use crate::cli::{files, output, signal};

/// Which models' explanations, and the track.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct HeldOutArgs {
    #[command(flatten)]
    subjects: SubjectsArgs,
    #[command(flatten)]
    calling: CallingArgs,
    /// The mark whose explanation is compared
    #[arg(long, value_name = "MARK", default_value = "H3K4me3")]
    mark: String,
    /// The held-out track: a column of the input, or of --held-out-input
    #[arg(long, value_name = "NAME", default_value = "H3K27ac")]
    held_out: String,
    /// A table with the track for genes with the same ids: one for all models, or one for each in the same order
    #[arg(long, value_name = "FILE")]
    held_out_input: Vec<PathBuf>,
    /// Expression counts (gene,count), which label a gene on at or above the median of the file: one for all models, or
    /// one for each. Without it the tables may have labels
    #[arg(long, value_name = "FILE")]
    expression: Vec<PathBuf>,
    #[command(flatten)]
    descent: DescentArgs,
    /// The table to write: model, variant, cell_type, explanation, of (the mark, or all marks), explained_genes,
    /// track_over, track_genes, r
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Also write the profiles that are correlated: model, profile, genes, bin, position of the bin's centre in bp from
    /// the anchor, mean
    #[arg(long, value_name = "FILE.tsv")]
    profiles: Option<PathBuf>,
    /// Print one JSON object instead of the table: correlations, and unmatched genes
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
An explanation is averaged over the genes predicted on; the track over the genes predicted on and, where there are \
labels, also over those
labelled on (track_over says which). Only genes that both tables have count.
  alpha               attention to bins; of all marks together where a variant has one α for all
  alpha-beta          the same times attention to the mark
  saliency            ∂ score(on) / ∂ signal, with its sign
  absolute-saliency   its absolute value, gene by gene
  class-optimisation  the map of class on
  signal              the mark's own mean signal: an explanation that does not beat it says no more than the input
  tss-distance        minus the distance from the middle of the window: no model, no signal
  uniform             r is undefined for what does not vary, and left empty";

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
    args.subjects.each(|index, mut subject| {
        let track = args.track(&subject, inputs.as_ref().map(|inputs| inputs[index]))?;
        let labels = match &expression {
            Some(files) => {
                let expression = files::expression(files[index])?;
                subject.table.with_labels_from(&expression)?.labels
            }
            None => subject.table.labels.clone(),
        };
        args.correlate(&mut subject, &track, labels.as_deref(), &mut report)?;
        unmatched.push(json!({
            "model": subject.model.file,
            "without_track": track.lacking,
            "without_signal": track.further,
        }));
        Ok(())
    })?;
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
    /// Finds the track and reports which genes lack it.
    fn track(&self, subject: &Subject, file: Option<&Path>) -> Result<Track, CliError> {
        let card = subject.model.card();
        let inputs = &card.marks;
        if inputs.iter().any(|mark| mark.eq_ignore_ascii_case(&self.held_out)) {
            return Err(subject.model.problem(format!(
                "found {} among the model's marks; expected a track that it has not seen. Name another with \
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
        let track = Track::of(&subject.table, table.as_ref(), &self.held_out)?;
        let listed = |genes: &[String]| match genes {
            [] => String::new(),
            few if few.len() <= 10 => format!(": {}", few.join(", ")),
            many => format!(": {} … (all with --json)", many[..10].join(", ")),
        };
        if !track.lacking.is_empty() {
            eprintln!(
                "{} of {} genes of {} have no {} and are left out{}",
                track.lacking.len(),
                subject.table.genes.len(),
                files::name(&subject.table.file),
                self.held_out,
                listed(&track.lacking)
            );
        }
        if !track.further.is_empty() {
            eprintln!(
                "{} of {} genes with {} have no signal in {}{}",
                track.further.len(),
                track.further.len() + subject.table.genes.len() - track.lacking.len(),
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
        let on = called_on(&subject.predict()?.values.probability, self.calling.threshold);
        let class_on = optimise(&subject.model, self.descent.settings(Class::On))?.map;
        let card = subject.model.card();
        let mark = &card.marks[row];
        let maps = Maps::of_attention(&track.values, 1, card.bins);
        let has_track = |gene: usize| !maps.at(gene, 0, 0).is_nan();
        let predicted_on = |gene: usize| on[gene] == Some(true);
        let counts: Vec<usize> = (0..on.len())
            .filter(|&gene| predicted_on(gene) && has_track(gene))
            .collect();
        let profiles = profiles(subject, &counts)?;

        let mut tracks = vec![("predicted on", maps.profile(0, predicted_on, |count| count))];
        if let Some(labels) = labels {
            let labelled_on = maps.profile(0, |gene| labels[gene], |count| count);
            tracks.push(("labelled on", labelled_on));
        }
        for Explained {
            kind,
            tells_marks_apart,
            profile,
        } in profiles.explained(row, Some(&class_on))
        {
            for (over, track) in &tracks {
                report.correlations.push([
                    Cell::file(&subject.model.file),
                    Cell::text(&card.variant),
                    Cell::text(subject.model.cell_type()),
                    Cell::text(kind.name()),
                    Cell::text(if tells_marks_apart { mark } else { "all marks" }),
                    Cell::Count(profile.genes),
                    Cell::text(*over),
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

/// What explains these genes, with a progress bar on a terminal.
fn profiles(subject: &Subject, genes: &[usize]) -> Result<Profiles, CliError> {
    let engine = subject.model.engine();
    let mut profiles = Profiles::new(engine.card().bins, engine.card().marks.len());
    let bar = progress("explaining", genes.len(), "genes");
    for genes in genes.chunks(BATCH) {
        go_on()?;
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
        let column = table.mark_column(name).ok_or_else(|| CliError::File {
            file: table.file.clone(),
            problem: format!(
                "found the columns {}; expected {name} among them. Name the track with --held-out, and a table that \
                    has it with --held-out-input.",
                table.marks.join(", ")
            ),
        })?;
        let places: HashMap<&str, usize> = table.genes.iter().map(String::as_str).zip(0..).collect();
        let mut values = Vec::with_capacity(input.genes.len() * table.bins);
        let mut lacking = Vec::new();
        for gene in &input.genes {
            if let Some(&place) = places.get(gene.as_str()) {
                let signal = table.gene(place).iter().skip(column);
                values.extend(signal.step_by(table.marks.len()));
            } else {
                values.resize(values.len() + table.bins, f32::NAN);
                lacking.push(gene.clone());
            }
        }
        if lacking.len() == input.genes.len() {
            return Err(CliError::File {
                file: table.file.clone(),
                problem: format!(
                    "found none of the genes of {}; expected the same ids. The first are {} here and {} there.",
                    files::name(&input.file),
                    table.genes.first().map_or("none", String::as_str),
                    input.genes.first().map_or("none", String::as_str),
                ),
            });
        }
        let known: HashMap<&str, usize> = input.genes.iter().map(String::as_str).zip(0..).collect();
        let further = table.genes.iter().filter(|gene| !known.contains_key(gene.as_str()));
        Ok(Self {
            values,
            further: further.cloned().collect(),
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

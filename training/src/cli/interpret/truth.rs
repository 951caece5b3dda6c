//! `regulens interpret truth`: compares explanations with what was planted in simulated genes.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::interpret::{Maps, Mean, PlantedTruth, Recovery, deletion, importance};
use regulens::metrics::pearson;
use regulens::task::{Contrast, Task};

use super::bases::{self, BaseName, BasesArgs};
use super::class_optimisation::DescentArgs;
use super::explanation::{AttributionName, Evidence, Explanation, random};
use super::outputs::Outputs;
use super::subject::{CallingArgs, Subject, SubjectsArgs};
use super::table::{Cell, Table};
use crate::cli::contrasts::contrast;
use crate::cli::error::CliError;
use crate::cli::{files, interrupt};

/// Which models' explanations, and the truth.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct TruthArgs {
    #[command(flatten)]
    subjects: SubjectsArgs,
    #[command(flatten)]
    calling: CallingArgs,
    /// Planted truth from `regulens simulate hm` (.truth.tsv or .truth.json) or `simulate sequence` (.sites.tsv): one
    /// file for all models, or one per model
    #[arg(long, value_name = "FILE", required = true)]
    truth: Vec<PathBuf>,
    /// Mark whose mean explanation is compared, as in table 3 of AttentiveChrome
    #[arg(long, value_name = "MARK", default_value = "H3K4me3")]
    mark: String,
    /// Number of top-ranked places to compare [default: the number planted in the gene]
    #[arg(long, value_name = "K", value_parser = places)]
    top: Option<usize>,
    /// Attributions to compare, for the predicted class; occlusion needs one prediction per value
    #[arg(long, value_enum, value_name = "METHOD,…", value_delimiter = ',', default_values = ["gradient-x-input", "integrated-gradients"])]
    attributions: Vec<AttributionName>,
    /// Baseline of attributions: zero, class-mean, gene-mean or training-mean [default: the model's contrast]
    #[arg(long, value_name = "CONTRAST", value_parser = contrast)]
    baseline: Option<Contrast>,
    #[command(flatten)]
    bases: BasesArgs,
    /// Explanations to compare [default: all but mutagenesis, which needs three predictions per base]
    #[arg(
        long,
        value_enum,
        value_name = "NAME,…",
        value_delimiter = ',',
        help_heading = "Sequence models"
    )]
    explanations: Option<Vec<BaseName>>,
    #[command(flatten)]
    descent: DescentArgs,
    /// Table to write
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Print one JSON array instead of the table
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
LEVELS of comparison
  marks x bins     each gene's map [marks, bins] with the places planted in it; means over genes
  bins             the same summed over marks, with the bins in which any mark was planted
  profile of MARK  mean over genes predicted on, with the number of them planted at each bin (as in
                   table 3 of AttentiveChrome)

OUTPUT, columns of --out
  model, variant, cell_type, explanation, level, genes
  r         Pearson correlation with planted (1) or not (0); empty if the explanation is constant
  recovery  share of the top-ranked places that are planted
  chance    recovery expected for random places
r and recovery have their standard errors in the columns beside them.

Explanations are those of `interpret held-out --help`. Here `signal` is each gene's own, each mark
relative to its mean in the training data; class optimisation is for the predicted class; and
`random` depends on --seed. `interpret deletion --truth` reports the recovery of its orders of
replacement.

SEQUENCE MODELS
In each window, as many places are chosen as it has functional sites, so that recovery equals both
recall and precision. Decoys are planted sites without function.
  bases  non-overlapping stretches of 13 bases with the largest absolute sums
  bins   bins of the model with the largest absolute values
Explanations: gradient, integrated-gradients and mutagenesis as in `interpret attribute`; attention
that a bin receives from other bins; motifs, -log10 p of the best match of --motifs over a base.
Columns of --out: model, variant, track, explanation, level, sites, found, recovery and its standard
error, decoys, decoys_found.";

/// Compares, and writes the table.
pub fn run(args: &TruthArgs) -> Result<(), CliError> {
    args.subjects.begin()?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out))])?;
    let truths = args.subjects.paired("--truth", &args.truth)?;
    let table = match args.subjects.task()? {
        Task::OnOff | Task::Level | Task::Change => args.of_genes(&truths)?,
        Task::Tracks => args.of_bases(&truths)?,
    };
    outputs.write("--out", |out| table.write(out))?;
    outputs.commit()?;
    table.print(args.json)?;
    eprintln!("written to {}", args.out.display());
    Ok(())
}

impl TruthArgs {
    /// The rows of models of tables.
    fn of_genes(&self, truths: &[&Path]) -> Result<Table, CliError> {
        self.bases.check()?;
        if self.explanations.is_some() {
            return Err(CliError::Usage(
                "--explanations applies to sequence models; for tables all are compared, with those of \
                    --attributions. Leave it out"
                    .to_owned(),
            ));
        }
        let mut table = Table::new([
            "model",
            "variant",
            "cell_type",
            "explanation",
            "level",
            "genes",
            "r",
            "r_standard_error",
            "recovery",
            "recovery_standard_error",
            "chance",
        ]);
        self.subjects.each(|index, mut subject| {
            let path = truths[index];
            let file = path.display().to_string();
            let truth = PlantedTruth::read(&file, &files::read(path)?)?;
            let masks = self.masks(&subject, &truth, &file)?;
            self.compare(&mut subject, &masks, &mut table)
        })?;
        Ok(table)
    }

    /// The rows of models of sequences.
    fn of_bases(&self, truths: &[&Path]) -> Result<Table, CliError> {
        let named = self.explanations.as_ref();
        let named: Option<Vec<_>> = named.map(|names| names.iter().map(|&name| name.into()).collect());
        let mut table = bases::truth::table();
        for ((model, input), truth) in self.subjects.files()?.into_iter().zip(truths) {
            let on = (self.subjects.device(), input, *truth);
            let weights = (model, files::model(model)?);
            bases::truth::compare(
                &self.bases,
                weights,
                on,
                named.as_deref(),
                self.descent.seed,
                &mut table,
            )?;
        }
        Ok(table)
    }

    /// Reads the planted bins of each gene, [M, T]; `None` for a gene that the truth lacks.
    fn masks(&self, subject: &Subject, truth: &PlantedTruth, file: &str) -> Result<Vec<Option<Vec<bool>>>, CliError> {
        let card = subject.model.card();
        let selected = self.subjects.reading.select_bins;
        let names = subject.prepared.names();
        let known = truth.check(
            file,
            (files::name(&subject.table.file), names),
            selected.is_none().then_some(card.bins),
        )?;
        let skipped = selected.map_or(0, |(first, _)| first - 1);
        let mask = |gene: &String| truth.mask(gene, &card.marks, skipped, card.bins);
        let masks: Vec<_> = names.iter().map(mask).collect();
        if known < names.len() {
            eprintln!(
                "{} of {} genes of {} are not in {} and are left out",
                names.len() - known,
                names.len(),
                files::name(&subject.table.file),
                files::name(file)
            );
        }
        Ok(masks)
    }

    /// Adds one model's rows.
    fn compare(&self, subject: &mut Subject, masks: &[Option<Vec<bool>>], table: &mut Table) -> Result<(), CliError> {
        let row = subject.model.row_of(&self.mark, "--mark")?;
        let evidence = Evidence::gather(
            subject,
            &self.calling,
            &self.descent,
            (&self.attributions, self.baseline),
        )?;
        let card = subject.model.card();
        let (marks, bins) = (card.marks.len(), card.bins);
        let signal = importance::signal(subject.signal(), &deletion::Subject::units(subject.model.engine()));
        let chance = random(masks.len(), marks, bins, self.descent.seed);
        let mut explanations = evidence.explanations(&signal);
        explanations.push(Explanation::random(&chance, marks, bins));

        let genes: Vec<(usize, &Vec<bool>)> = (0..)
            .zip(masks)
            .filter_map(|(gene, mask)| Some((gene, mask.as_ref()?)))
            .collect();
        let any_mark: Vec<Vec<bool>> = genes
            .iter()
            .map(|(_, mask)| {
                (0..bins)
                    .map(|bin| (0..marks).any(|mark| mask[mark * bins + bin]))
                    .collect()
            })
            .collect();
        // Number of the genes predicted on that have something planted in a bin of the mark.
        let taken = |gene: usize| masks[gene].is_some() && evidence.on[gene] == Some(true);
        let nothing = vec![false; marks * bins];
        let planted: Vec<f32> = masks
            .iter()
            .flat_map(|mask| mask.as_ref().unwrap_or(&nothing)[row * bins..][..bins].iter())
            .map(|&planted| f32::from(u8::from(planted)))
            .collect();
        let planted = Maps::of_attention(&planted, 1, bins).profile(0, taken, |value| value);

        for explanation in &explanations {
            interrupt::check()?;
            let maps: Vec<Vec<f32>> = genes.iter().map(|&(gene, _)| explanation.map(gene, marks)).collect();
            let sums: Vec<Vec<f32>> = maps
                .iter()
                .map(|map| (0..bins).map(|bin| map.iter().skip(bin).step_by(bins).sum()).collect())
                .collect();
            let places = maps.iter().zip(&genes).map(|(map, (_, mask))| (&map[..], &mask[..]));
            let by_bin = sums.iter().zip(&any_mark).map(|(sum, mask)| (&sum[..], &mask[..]));
            let profile = explanation.profile(row, taken);
            let r = match (&profile.mean, &planted.mean) {
                (Some(profile), Some(planted)) => pearson(profile, planted),
                _ => None,
            };
            let profile = Recovery {
                correlation: single(r, profile.genes),
                top: Mean::of([]),
                chance: Mean::of([]),
            };
            for (level, found) in [
                ("marks x bins".to_owned(), Recovery::of(places, self.top)),
                ("bins".to_owned(), Recovery::of(by_bin, self.top)),
                (format!("profile of {}", card.marks[row]), profile),
            ] {
                table.push([
                    Cell::file(&subject.model.file),
                    Cell::text(&card.variant),
                    Cell::text(subject.model.cell_type()),
                    Cell::text(explanation.name),
                    Cell::text(level),
                    Cell::Count(found.correlation.n.max(found.top.n)),
                    found.correlation.mean.into(),
                    found.correlation.standard_error.into(),
                    found.top.mean.into(),
                    found.top.standard_error.into(),
                    found.chance.mean.into(),
                ]);
            }
        }
        Ok(())
    }
}

/// A correlation of means over `n` genes: one number, without a standard error.
fn single(r: Option<f64>, n: usize) -> Mean {
    Mean {
        n,
        mean: r,
        standard_error: None,
    }
}

/// Parses `--top`.
fn places(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("`{text}` is not a number of places; expected 1 or more")),
        Ok(places) => Ok(places),
    }
}

//! `regulens calibrate explanations`: which explanation wins the deletion test, put into a model's card.

use std::path::PathBuf;

use clap::Args;
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use regulens::engine::PrepareOptions;
use regulens::interpret::Mean;
use regulens::interpret::deletion::{DeletionSettings, DeletionTest, Explanation};
use regulens::task::Contrast;
use regulens::task::explanation::{ExplanationArea, ExplanationChoice};
use regulens::weights::WeightFile;
use regulens::weights::card::{ClassMeans, gene_ranges};

use super::contrasts::{self, Planted};
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::interpret::deletion::{name, test_genes};
use crate::cli::interpret::subject::Model;
use crate::cli::interpret::tables::TablesArgs;
use crate::cli::opened::Opened;
use crate::cli::signal::threshold_of;

/// Explanations that are tested: all that a gene has by itself. The maps of class optimisation are the same for every
/// gene.
const TESTED: [Explanation; 6] = [
    Explanation::Attention,
    Explanation::Saliency,
    Explanation::GradientXInput,
    Explanation::IntegratedGradients,
    Explanation::Occlusion,
    Explanation::Signal,
];

/// Genes to test on, and the file of the model to write.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ExplanationsArgs {
    #[command(flatten)]
    tables: TablesArgs,
    /// Number of genes to draw at random [default: all genes of the table]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    genes: Option<u32>,
    /// Seed of the drawn genes and of the random orders
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Signal table of the training genes, from which the card gets its contrasts: mean profile of each class and range
    /// of each mark; for change models two tables, A and B
    #[arg(long, value_name = "FILE", num_args = 1..=2)]
    train: Vec<PathBuf>,
    /// Expression counts (gene,count) of the training genes, if their table has no labels
    #[arg(long, value_name = "FILE", requires = "train")]
    expression: Option<PathBuf>,
    /// Signal table of simulated genes, to check the signs of contributions against the planted signs; for change
    /// models two tables
    #[arg(long, value_name = "FILE", num_args = 1..=2, requires = "truth")]
    simulated: Vec<PathBuf>,
    /// Planted truth of the --simulated genes (.truth.tsv)
    #[arg(long, value_name = "FILE", requires = "simulated")]
    truth: Option<PathBuf>,
    /// Name of the gene set for the card [default: genes of FILE]
    #[arg(long, value_name = "WORDS")]
    data: Option<String>,
    /// Model file to write: the same weights, with the chosen explanation in the card
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
}

const AFTER_HELP: &str = "\
Use validation genes, which the model saw only when its weights were chosen. Keep test genes for
`interpret deletion`, which runs and reports the same test.

The default becomes the explanation with the largest area among those that the page can draw along a
gene: attention, integrated gradients and, for on/off models, saliency. The card lists the others
too. Occlusion is not a candidate, although its area is often among the largest: replacing single
bins is already the first step of the test. The signal itself explains nothing; it is the reference
for comparison. If no explanation exceeds it beyond the 95 % interval, the page says so.";

/// Tests, chooses, and writes the model.
pub fn run(args: &ExplanationsArgs) -> Result<(), CliError> {
    args.tables.begin()?;
    let (input, input_b) = args.tables.inputs();
    let mut weights = match args.tables.opened()? {
        Opened::OnOff(weights) | Opened::Change(weights) => weights,
        // Contrasts of different questions would be ranked by one number.
        Opened::Level(weights) => {
            return Err(CliError::Usage(format!(
                "{} is a level model, for which no default explanation is chosen: a contrast needs a baseline that \
                    is predicted off or unchanged, and levels have no such value. Pages show its attention first. \
                    `interpret deletion` compares its explanations.",
                weights.card.name
            )));
        }
        Opened::Tracks(weights) => {
            return Err(CliError::Usage(format!(
                "{} reads sequences; this test needs a model that reads signal tables. `interpret deletion` \
                    compares explanations of bases.",
                weights.card.name
            )));
        }
    };
    args.describe_training(&mut weights)?;
    let (model, _, prepared) = args.tables.read_for(weights.clone())?;
    let all = prepared.genes();
    let wanted = args.genes.map_or(all, |genes| genes as usize);
    if all < 2 || wanted > all {
        return Err(CliError::File {
            file: input.display().to_string(),
            problem: format!(
                "found {all} genes; expected at least {}. Give a larger table{}.",
                wanted.max(2),
                if wanted > all { ", or fewer --genes" } else { "" }
            ),
        });
    }
    let genes = drawn(all, wanted, args.seed);
    let planted = args.planted(&model)?;
    let found = contrasts::compare(&model, &prepared, &genes, args.seed, planted.as_ref())?;
    let usual = Contrast::usual(model.card().conditions());
    let contrast = contrasts::chosen(found.iter().map(|(one, _)| one)).map_or(usual, |one| one.contrast);
    let mut settings = DeletionSettings::whole_curve(model.card().bins, contrast);
    settings.seed = args.seed;
    settings.outcome = model.engine().outcome();
    let test = test_genes(&model, (&prepared, None), &genes, &TESTED, settings, None)?;

    let areas = areas(&test);
    let task = model.card().task;
    let winner = ExplanationChoice::winner(task, &areas).expect("integrated gradients are tested of every model");
    let signal = areas.iter().find(|area| area.explanation == name(Explanation::Signal));
    let said = said(winner, signal.expect("signal was tested"), genes.len());
    let names = [Some(input), input_b].into_iter().flatten();
    let names: Vec<String> = names
        .map(|path| files::name(&path.display().to_string()).to_owned())
        .collect();
    let data = args.data.clone();
    let data = data.unwrap_or_else(|| format!("genes of {}", names.join(" and ")));
    let (_, contributed) = found
        .iter()
        .find(|(one, _)| one.contrast == contrast)
        .expect("it was compared");
    let [roles_high, roles_low] = contrasts::roles(contributed, model.card().columns());
    weights.card.explanation = Some(ExplanationChoice {
        contrasts: found.iter().map(|(one, _)| one.clone()).collect(),
        roles_high,
        roles_low,
        ..ExplanationChoice::new((winner, &areas), contrast, genes.len(), data, args.seed)
    });
    let dtype = weights.card.dtype;
    let bytes = WeightFile::write(&weights.card, &weights.tensors, dtype)?;
    files::write(&args.out, &bytes)?;
    eprintln!("{}: {said}", args.out.display());
    Ok(())
}

impl ExplanationsArgs {
    /// Puts what contrasts need of the training genes into the card.
    fn describe_training(&self, weights: &mut WeightFile) -> Result<(), CliError> {
        let cell_types = weights.card.conditions();
        if self.train.is_empty() {
            return Ok(());
        }
        if self.train.len() != cell_types {
            return Err(CliError::Usage(format!(
                "--train: found {} tables; {} needs {cell_types}",
                self.train.len(),
                weights.card.name
            )));
        }
        let mut ranges = Vec::new();
        for path in &self.train {
            let mut table = self.tables.read_table(path)?;
            table = table.order_marks(&weights.card.marks)?;
            table.expect_bins(weights.card.bins)?;
            ranges.extend(gene_ranges(&table.values, [table.bins, table.marks.len()]));
            if cell_types == 1 {
                if let Some(expression) = &self.expression {
                    table = {
                        let expression = files::expression(expression)?;
                        let threshold = threshold_of(&weights.card);
                        table.with_labels_from(&files::labelled(expression, threshold)?)?
                    };
                }
                let labels = table.labels.as_ref().ok_or_else(|| {
                    CliError::Usage(format!(
                        "{} has no labels: give --expression, or a table with a column `label`",
                        table.file
                    ))
                })?;
                let means = ClassMeans::of(&table.values, labels);
                weights.card.class_means = Some(means.ok_or_else(|| {
                    CliError::File {
                        file: path.display().to_string(),
                        problem: "found genes of a single class, or means beyond the range of float16; the contrast \
                                class-mean needs genes that are on and genes that are off"
                            .to_owned(),
                    }
                })?);
            }
        }
        weights.card.gene_ranges = ranges;
        Ok(())
    }

    /// The simulated genes, where some are given.
    fn planted(&self, model: &Model) -> Result<Option<Planted>, CliError> {
        let Some(truth) = &self.truth else {
            return Ok(None);
        };
        let tables = self
            .simulated
            .iter()
            .map(|path| files::table(path))
            .collect::<Result<Vec<_>, _>>()?;
        let (engine, options) = (model.engine(), PrepareOptions::default());
        let prepared = match tables.as_slice() {
            [table] => engine.prepare(table, &options)?,
            [a, b] => engine.prepare_pair([a, b], [&options, &options])?,
            _ => unreachable!("clap asks for one or two"),
        };
        Planted::read(truth, model, prepared).map(Some)
    }
}

/// The places of `wanted` of `all` genes, in the table's order.
fn drawn(all: usize, wanted: usize, seed: u64) -> Vec<usize> {
    if wanted == all {
        return (0..all).collect();
    }
    let mut genes = sample(&mut ChaCha8Rng::seed_from_u64(seed), all, wanted).into_vec();
    genes.sort_unstable();
    genes
}

/// Each explanation's mean area, and by how much it is ahead of signal, gene by gene.
fn areas(test: &DeletionTest) -> Vec<ExplanationArea> {
    let is_signal = |explanation| explanation == Explanation::Signal;
    let signal = test.curves().iter().find(|tested| is_signal(tested.explanation));
    let signal = &signal.expect("signal was tested").area;
    let curves = test.curves().iter();
    curves
        .map(|tested| {
            let area = Mean::of(tested.area.iter().copied().map(f64::from));
            let pairs = tested.area.iter().zip(signal);
            let ahead = Mean::of(pairs.map(|(&one, &signal)| f64::from(one) - f64::from(signal)));
            let of_genes = |number: Option<f64>| number.expect("two genes or more were tested");
            ExplanationArea {
                explanation: name(tested.explanation),
                area: of_genes(area.mean),
                ahead_of_signal: of_genes(ahead.mean),
                standard_error: of_genes(ahead.standard_error),
            }
        })
        .collect()
}

/// The choice in words.
fn said(winner: &ExplanationArea, signal: &ExplanationArea, genes: usize) -> String {
    let ExplanationArea { explanation, area, .. } = winner;
    let against = format!(" ({:+.3} ± {:.3})", winner.ahead_of_signal, winner.half_interval());
    let verdict = if winner.beats_signal() {
        ""
    } else {
        "; no explanation that can be shown exceeds signal beyond its 95 % interval"
    };
    format!(
        "{explanation} is shown first: on {genes} genes its area is {area:.3}, that of signal {:.3}{against}{verdict}",
        signal.area
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_genes_once_each_and_another_seed_others() {
        let genes = drawn(100, 30, 7);
        assert!(genes.len() == 30 && genes.is_sorted_by(|a, b| a < b) && genes[29] < 100);
        assert_eq!(genes, drawn(100, 30, 7));
        assert_ne!(genes, drawn(100, 30, 8));
        assert_eq!(drawn(5, 5, 7), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_winner_that_is_not_ahead_of_signal_is_said_not_to_be() {
        let area = |explanation: &str, area, ahead_of_signal| ExplanationArea {
            explanation: explanation.to_owned(),
            area,
            ahead_of_signal,
            standard_error: 0.01,
        };
        let signal = area("signal", 0.2, 0.0);
        let clear = said(&area("attention", 0.3, 0.1), &signal, 40);
        assert!(
            clear.contains("on 40 genes its area is 0.300, that of signal 0.200 (+0.100 ± 0.020)"),
            "{clear}"
        );
        assert!(!clear.contains("nothing"), "{clear}");
        let close = said(&area("attention", 0.21, 0.01), &signal, 40);
        assert!(
            close.ends_with("no explanation that can be shown exceeds signal beyond its 95 % interval"),
            "{close}"
        );
    }
}

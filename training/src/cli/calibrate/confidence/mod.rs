//! `regulens calibrate confidence`: confidence in predictions, measured on genes that chose nothing, for the
//! card.

use std::path::{Path, PathBuf};

use clap::Args;
use pollster::block_on;
use regulens::engine::Predictions;
use regulens::interpret::deletion::Outcome;
use regulens::task::Task;
use regulens::task::confidence::{Calibration, Classes, Conformal, TrackCalibration, short};
use regulens::weights::{ModelCard, WeightFile, half_of};

use super::contrasts::median;
use super::{check, hashes_of, refused, write};
use crate::cli::contrasts::SymmetricFlag;
use crate::cli::error::CliError;
use crate::cli::evaluate::tracks::{SplitName, columns, has_windows, watched};
use crate::cli::evaluate::{change, level, on_off};
use crate::cli::files;
use crate::cli::opened::Opened;
use crate::cli::runner::{Runner, TrackRunner};
use crate::cli::signal::LabelArgs;
use crate::cli::threads::ComputeArgs;
use crate::cli::words::counted;
use crate::tracks::dataset::Dataset;

/// Fewest windows to calibrate on: with them a coverage of 0.9 can be had.
const FEWEST_WINDOWS: usize = 9;

/// The table of predictions that is read.
const TABLE: &str = "predictions.tsv of `train --folds`";

/// The genes to measure on, and the model file to write.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ConfidenceArgs {
    /// Model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal table of genes with known expression that were not used in training; for change models two tables, A and
    /// B; for sequence models the folder made by `regulens prepare tracks`
    #[arg(long, value_name = "FILE", num_args = 1..=2, required_unless_present = "out_of_fold")]
    input: Vec<PathBuf>,
    /// Instead of --input: predictions.tsv of `train --folds` with the same settings, where each gene is predicted by a
    /// model that was not trained on it
    #[arg(long, value_name = "FILE.tsv", conflicts_with = "input")]
    out_of_fold: Option<PathBuf>,
    /// Signal table of test genes, on which calibrated probabilities are compared with observed frequencies for the
    /// card
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
    /// Calibrate on half of the --input genes (stratified by class) and test on the other half
    #[arg(long, conflicts_with_all = ["test", "out_of_fold"])]
    half: bool,
    /// For sequence models, the windows to calibrate on [default: valid]
    #[arg(long, value_enum)]
    split: Option<SplitName>,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    symmetric: SymmetricFlag,
    /// Name of the gene set for the card [default: genes of FILE]
    #[arg(long, value_name = "WORDS")]
    data: Option<String>,
    /// Seed of the cross-validation folds
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Model file to write: the same weights, with the results in the card
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    #[command(flatten)]
    compute: ComputeArgs,
}

const AFTER_HELP: &str = "\
On/off models: five-fold cross-validation on these genes chooses a map from log-odds to probability:
none, temperature, Platt scaling or (from 1,000 genes) isotonic regression. The simplest map whose
log loss is within one standard error of the minimum wins. From then on `probability` is calibrated,
and `probability_raw` is not.

All table models: the card stores the distribution of the prediction errors, for `predict
--coverage`. Sequence models: the same for bins, one sample per window, so that 45 windows support a
coverage of at most 45/46.

Which genes to use: genes that were used neither to train nor to choose the model. On validation
genes, which chose the epoch, the model looks more certain than it is. The guarantee holds for genes
drawn like these, on and off genes together. --half tests on your own labelled genes how well the
probabilities fit, before and after calibration. With --out-of-fold each model was trained on fewer
genes: the result is near, but not guaranteed.";

/// Measures, and writes the model.
pub fn run(args: &ConfidenceArgs) -> Result<(), CliError> {
    args.compute.begin()?;
    let mut weights = files::model(&args.model)?;
    if weights.card.takes_sequences() {
        return of_windows(args, weights);
    }
    if args.split.is_some() {
        return Err(CliError::Usage(format!(
            "--split applies to sequence models; {} reads tables. Leave it out",
            weights.card.name
        )));
    }
    args.refuse_learned(&weights.card)?;
    // The form is asked for; the card's own, with its figures, stays.
    let own_form = weights.card.symmetric.clone();
    args.symmetric.apply(&mut weights)?;
    let joined = !weights.card.members.is_empty();
    // Measured is the model without results of an earlier calibration.
    if !weights.card.transfer.is_empty() {
        eprintln!(
            "warning: the card's scores on cell types were computed from the earlier probabilities; compute them \
                again with `calibrate transfer`"
        );
    }
    weights.card.forget_confidence();
    let mut runner = Runner::new(weights.clone(), args.compute.device)?;
    let data = args.data();
    match weights.clone().into() {
        Opened::OnOff(_) => {
            let (file, genes) = args.classes(&mut runner)?;
            let (genes, held_out) = if args.half {
                let [genes, other] = genes.halved(args.seed).map_err(|unfit| refused(&file, unfit))?;
                (genes, Some(other))
            } else {
                let test = args
                    .test
                    .as_ref()
                    .map(|test| on_off::predict(&mut runner, test, &args.labels));
                (genes, test.transpose()?.map(|test| classes(&test)))
            };
            let (mut calibration, conformal) = genes.calibrated(args.seed, &data);
            calibration.test = held_out.map(|held_out| held_out.compared(Some(&calibration)));
            tell(&calibration);
            weights.card.calibration = Some(calibration);
            weights.card.conformal = Some(conformal);
        }
        Opened::Level(_) => {
            let found = if let Some(path) = &args.out_of_fold {
                Distances::read(path, ["level", "measured"], joined)?
            } else {
                let table = args.one_table(&weights.card)?;
                Distances::of(level::predict(&mut runner, table, &args.labels)?, Outcome::Level)
            };
            weights.card.conformal = Some(found.conformal(data)?);
        }
        Opened::Change(_) => {
            let found = if let Some(path) = &args.out_of_fold {
                Distances::read(path, ["log2_fold_change", "value"], joined)?
            } else {
                let found = change::predict(&mut runner, &args.input, &args.labels)?;
                Distances::of(found, Outcome::FoldChange)
            };
            weights.card.conformal = Some(found.conformal(data)?);
        }
        Opened::Tracks(_) => unreachable!("models of sequences are calibrated on windows"),
    }
    let symmetric = weights.card.is_symmetric();
    if let Some(conformal) = &mut weights.card.conformal {
        conformal.symmetric = symmetric;
    }
    weights.card.symmetric = own_form;
    write(&args.out, &weights)?;
    eprintln!("wrote {}", args.out.display());
    Ok(())
}

/// Measures on windows of sequences, and writes the model.
fn of_windows(args: &ConfidenceArgs, mut weights: WeightFile) -> Result<(), CliError> {
    let name = weights.card.name.clone();
    for (given, flag) in [
        (args.out_of_fold.is_some(), "--out-of-fold"),
        (args.test.is_some(), "--test"),
        (args.half, "--half"),
    ] {
        if given {
            return Err(CliError::Usage(format!(
                "{flag} applies to genes; {name} reads sequences. Give the folder made by `prepare tracks` as \
                    --input"
            )));
        }
    }
    let folder = args.one_table(&weights.card)?;
    let split = args.split.unwrap_or(SplitName::Valid);
    match split {
        SplitName::Train => {
            return Err(CliError::Usage(format!(
                "--split train: {name} was trained on these windows, so that its errors are too small here. Give \
                    valid or test"
            )));
        }
        SplitName::Valid => {
            eprintln!(
                "warning: validation windows chose the epoch, so that the model's errors are somewhat too \
                small here"
            );
        }
        SplitName::Test => {}
    }
    let split = split.into();
    let data = Dataset::open(folder)?;
    let columns = columns(&weights.card, data.manifest(), folder)?;
    has_windows(&data, split, folder)?;
    let mut runner = TrackRunner::new(weights.clone(), args.compute.device)?;
    let mut found = TrackCalibration::new(columns.len());
    let predict = |runner: &mut TrackRunner, bases: &[u8]| runner.run(|engine| block_on(engine.predict(bases, false)));
    watched(
        &data,
        split,
        &columns,
        &mut runner,
        predict,
        |batch, measured, masked| {
            let sd = batch.spread().map(|spread| spread.sd).unwrap_or_default();
            found.add(&batch.prediction, &sd, measured, masked);
        },
    )?;
    let windows = found.windows();
    if windows < FEWEST_WINDOWS {
        return Err(CliError::file(
            folder.display(),
            format!(
                "found {windows} {} windows; expected at least {FEWEST_WINDOWS} for calibration. Prepare more \
                    windows",
                split.name()
            ),
        ));
    }
    let of = args.data.clone().unwrap_or_else(|| {
        let folder = folder.display().to_string();
        format!("{windows} {} windows of {}", split.name(), files::name(&folder))
    });
    weights.card.track_conformal = Some(found.distances(of));
    write(&args.out, &weights)?;
    eprintln!(
        "prediction errors of {} in {windows} windows support a coverage of at most {:.4}; wrote {}",
        counted(columns.len(), "track"),
        Conformal::most(windows),
        args.out.display()
    );
    Ok(())
}

impl ConfidenceArgs {
    /// The genes of known class, and the file that they are from.
    fn classes(&self, runner: &mut Runner) -> Result<(String, Classes), CliError> {
        let (file, found) = if let Some(path) = &self.out_of_fold {
            let joined = !runner.engine().card().members.is_empty();
            let table = OutOfFold::read(path, "probability", joined)?;
            let (log_odds, labels) = (table.column("logit")?, table.column("label")?);
            if let Some(other) = labels.iter().find(|label| ![0.0, 1.0].contains(*label)) {
                return Err(table.wrong(format!(
                    "found the label {other}; expected 0 or 1. Write the table again"
                )));
            }
            let labels = labels.into_iter().map(|label| label > 0.5).collect();
            (path.display().to_string(), Classes { log_odds, labels })
        } else {
            let table = self.one_table(runner.engine().card())?;
            let known = on_off::predict(runner, table, &self.labels)?;
            (known.file.clone(), classes(&known))
        };
        check(&file, found.log_odds.len(), Some(&found.labels))?;
        Ok((file, found))
    }

    fn one_table(&self, card: &ModelCard) -> Result<&Path, CliError> {
        match self.input.as_slice() {
            [one] => Ok(one),
            several => Err(CliError::Usage(format!(
                "--input: {} takes one {}; found {}",
                card.name,
                if card.takes_sequences() { "folder" } else { "table" },
                several.len()
            ))),
        }
    }

    /// Which genes they are.
    fn data(&self) -> String {
        let name = |path: &PathBuf| files::name(&path.display().to_string()).to_owned();
        let names: Vec<String> = self.input.iter().map(name).collect();
        self.data.clone().unwrap_or_else(|| match &self.out_of_fold {
            Some(path) => format!("genes that the folds of {} left out", name(path)),
            None if self.half => half_of(&names.join(" and ")),
            None => format!("genes of {}", names.join(" and ")),
        })
    }

    /// Refuses genes that the weights were fitted to, whose files the card knows, and test genes that chose something.
    fn refuse_learned(&self, card: &ModelCard) -> Result<(), CliError> {
        let (learned, chosen) = (hashes_of(card, "train"), hashes_of(card, "valid"));
        let hashed = |path: &PathBuf| Ok::<_, CliError>(regulens::weights::sha256(&files::read(path)?));
        let inputs = self.input.iter().map(hashed).collect::<Result<Vec<_>, _>>()?;
        let test = self.test.as_ref().map(hashed).transpose()?;
        if self.half && card.task != Task::OnOff {
            return Err(CliError::Usage(format!(
                "--half compares probabilities; {} predicts none. Leave it out",
                card.name
            )));
        }
        if let (Some(test), Some(found)) = (&self.test, &test) {
            if inputs.contains(found) || chosen.contains(&found.as_str()) {
                return Err(CliError::Usage(format!(
                    "--test {}: the model was chosen or is calibrated on these genes. Give other genes, or leave \
                        --test out",
                    test.display()
                )));
            }
            if card.task != Task::OnOff {
                return Err(CliError::Usage(format!(
                    "--test compares probabilities; {} predicts none. Leave it out",
                    card.name
                )));
            }
        }
        for (path, sha256) in self.input.iter().zip(&inputs) {
            if chosen.contains(&sha256.as_str()) {
                eprintln!(
                    "warning: {}: these genes chose the epoch, so that the model looks more certain on them than on \
                        others",
                    path.display()
                );
            }
        }
        let paths = self.input.iter().chain(&self.test);
        for (path, sha256) in paths.zip(inputs.iter().chain(&test)) {
            if learned.contains(&sha256.as_str()) {
                return Err(CliError::Usage(format!(
                    "{}: {} was trained on these genes, so that it looks more certain on them than on others. Give \
                        genes that were not used in training",
                    path.display(),
                    card.name
                )));
            }
        }
        Ok(())
    }
}

fn classes(known: &on_off::Known) -> Classes {
    Classes {
        log_odds: doubles(&known.predictions.values.logit),
        labels: known.labels.clone(),
    }
}

fn doubles(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}

/// Measurements beside predictions, of genes that were not used to train or choose the model.
struct Distances {
    file: String,
    /// |measured - predicted|.
    distances: Vec<f64>,
    /// The members' standard deviations, of an ensemble.
    sd: Option<Vec<f64>>,
}

impl Distances {
    fn of((predictions, measured, file): (Predictions, Vec<f64>, String), outcome: Outcome) -> Self {
        let predicted = predictions.values.predicted(outcome).iter();
        let distances = predicted.zip(&measured).map(|(&p, m)| (m - f64::from(p)).abs());
        Self {
            distances: distances.collect(),
            sd: predictions
                .values
                .spread(outcome, None)
                .map(|spread| doubles(&spread.sd)),
            file,
        }
    }

    /// The same of a table of predictions, by models of `joined` seeds or of one.
    fn read(path: &Path, [predicted, measured]: [&str; 2], joined: bool) -> Result<Self, CliError> {
        let table = OutOfFold::read(path, predicted, joined)?;
        let (of_model, measured) = (table.column(predicted)?, table.column(measured)?);
        let distances = of_model.iter().zip(&measured).map(|(p, m)| (m - p).abs());
        let sd = joined.then(|| table.column(&format!("{predicted}_sd")));
        Ok(Self {
            distances: distances.collect(),
            sd: sd.transpose()?,
            file: path.display().to_string(),
        })
    }

    /// The scores of intervals. Where the members' standard deviations are known they are over these and their median,
    /// so that intervals are wider where members differ.
    fn conformal(self, data: String) -> Result<Conformal, CliError> {
        check(&self.file, self.distances.len(), None)?;
        let floor = short(self.sd.clone().map_or(0.0, |mut sd| median(&mut sd)));
        let scores = match &self.sd {
            Some(sd) if floor > 0.0 => self
                .distances
                .iter()
                .zip(sd)
                .map(|(far, sd)| far / (floor + sd))
                .collect(),
            _ => self.distances,
        };
        Ok(Conformal::of(scores, floor, data))
    }
}

/// The table of predictions that `train --folds` wrote.
struct OutOfFold<'a> {
    path: &'a Path,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl<'a> OutOfFold<'a> {
    /// Reads it. Predictions of folds whose models are of one seed are refused where the model joins several, and the
    /// reverse: the two are not equally sure.
    fn read(path: &'a Path, predicted: &str, joined: bool) -> Result<Self, CliError> {
        let text = files::text(path, TABLE)?;
        let mut lines = text
            .lines()
            .map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
        let table = Self {
            path,
            header: lines.next().unwrap_or_default(),
            rows: lines.collect(),
        };
        let has = |name: &str| table.header.iter().any(|column| column == name);
        // A column that is missing altogether is said by its name.
        if !has(predicted) || has(&format!("{predicted}_sd")) == joined {
            return Ok(table);
        }
        let (found, remedy) = if joined {
            ("one seed, but the model joins several", "with --seeds and --ensemble")
        } else {
            ("several seeds, but the model has one", "without --ensemble")
        };
        Err(CliError::Usage(format!(
            "--out-of-fold {}: its folds have {found}. Train the folds {remedy}",
            path.display()
        )))
    }

    /// A column of numbers.
    fn column(&self, name: &str) -> Result<Vec<f64>, CliError> {
        let at = self.header.iter().position(|column| column == name).ok_or_else(|| {
            self.wrong(format!(
                "found no column {name}; expected predictions.tsv of `train --folds`, for a model of the same task"
            ))
        })?;
        let cells = self.rows.iter().map(|row| row.get(at).map_or("", String::as_str));
        let numbers = cells.zip(2..).map(|(cell, line)| {
            let number = cell.parse::<f64>().ok().filter(|number| number.is_finite());
            number.ok_or_else(|| {
                self.wrong(format!(
                    "found `{cell}` in line {line}, column {name}; expected a number. Run `train --folds` again"
                ))
            })
        });
        numbers.collect()
    }

    fn wrong(&self, problem: String) -> CliError {
        CliError::file(self.path.display(), problem)
    }
}

/// Tells what was chosen, beside what was not, and how it does on test genes.
fn tell(calibration: &Calibration) {
    let name = |method: &_| serde_json::to_value(method).map_or_else(|_| String::new(), |name| name.to_string());
    for one in &calibration.compared {
        eprintln!(
            "  {}: out-of-fold log loss {:.4}, Brier score {:.4}",
            name(&one.method).trim_matches('"'),
            one.log_loss,
            one.brier
        );
    }
    let map = match calibration.knots.len() {
        0 => format!("P(on) = \u{3c3}({} z + {})", calibration.slope, calibration.offset),
        steps => format!("{steps} steps"),
    };
    eprintln!(
        "{} on {} genes (share on {:.3}): {map}",
        name(&calibration.method).trim_matches('"'),
        calibration.genes,
        calibration.on
    );
    if let Some(test) = &calibration.test {
        eprintln!(
            "test ({} genes): Brier score {:.4}, was {:.4}; calibration error {:.4}, was {:.4}",
            test.n, test.brier, test.brier_raw, test.calibration_error, test.calibration_error_raw
        );
    }
}

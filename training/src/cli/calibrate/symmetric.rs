//! `regulens calibrate symmetric`: which form of a change a model predicts by default, decided over seeds on validation
//! genes and put into its card.

use std::path::PathBuf;

use clap::Args;
use regulens::weights::WeightFile;
use regulens::weights::card::Symmetry;

use super::contrasts::{median, rounded};
use super::write;
use crate::cli::error::CliError;
use crate::cli::evaluate::change;
use crate::cli::files;
use crate::cli::opened::Opened;
use crate::cli::pairs::Tables;
use crate::cli::runner::Runner;
use crate::cli::signal::{LabelArgs, select_bins};
use crate::cli::threads::ComputeArgs;

/// The models and genes to compare both forms on, and the model file to write.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct SymmetricArgs {
    /// Model file of a change model
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Models of the same recipe from other seeds, at least two; they decide the form
    #[arg(long, value_name = "FILE", num_args = 2.., required = true)]
    seeds: Vec<PathBuf>,
    /// Signal tables A and B of the validation genes, plain or gzipped
    #[arg(long, value_name = "FILE", num_args = 2, required = true)]
    valid: Vec<PathBuf>,
    /// Signal tables A and B of the test genes, for the scores of both forms only
    #[arg(long, value_name = "FILE", num_args = 2, required = true)]
    test: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelArgs,
    /// Model file to write: the same weights, with the results in the card
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    #[command(flatten)]
    compute: ComputeArgs,
}

const AFTER_HELP: &str = "\
The symmetric form of a model f is (f(A, B) - f(B, A)) / 2. It is 0 for identical cell types and
changes sign when they are swapped.

It becomes the default if its Pearson correlation on validation genes exceeds that of f by more than
two standard errors of the difference over seeds. `predict`, `evaluate` and `interpret` still accept
--symmetric true or false.";

/// Compares both forms, and writes the model.
pub fn run(args: &SymmetricArgs) -> Result<(), CliError> {
    args.compute.begin()?;
    let mut weights = opened(&args.model)?;
    let of_seeds: Vec<[f64; 2]> = args
        .seeds
        .iter()
        .map(|file| {
            let mut runner = Runner::new(opened(file)?, args.compute.device)?;
            both(&mut runner, &args.valid, &args.labels)
        })
        .collect::<Result<_, _>>()?;
    let mut runner = Runner::new(weights.clone(), args.compute.device)?;
    let tested = both(&mut runner, &args.test, &args.labels)?;
    let found = Symmetry {
        no_change: rounded(no_change(&mut runner, args)?, 4),
        ..decided(&of_seeds, tested)
    };
    eprintln!("{}", said(&found));
    let was = weights.card.is_symmetric();
    weights.card.symmetric = Some(found);
    if weights.card.is_symmetric() != was && weights.card.conformal.take().is_some() {
        eprintln!("its intervals were for the other form and were removed: run `calibrate confidence` again");
    }
    write(&args.out, &weights)
}

fn opened(file: &std::path::Path) -> Result<WeightFile, CliError> {
    match Opened::read(file)? {
        Opened::Change(weights) => Ok(weights),
        Opened::OnOff(weights) | Opened::Level(weights) | Opened::Tracks(weights) => Err(CliError::Usage(format!(
            "{}: {} is not a change model. Give a model of deep-diff",
            file.display(),
            weights.card.name
        ))),
    }
}

/// Pearson's correlation of f and of its symmetric form.
fn both(runner: &mut Runner, input: &[PathBuf], labels: &LabelArgs) -> Result<[f64; 2], CliError> {
    let mut score = |symmetric| -> Result<f64, CliError> {
        runner.engine().set_symmetric(symmetric);
        Ok(change::measure(runner, input, labels)?.mean.pearson)
    };
    Ok([score(false)?, score(true)?])
}

/// The median of |f(A, A)| and |f(B, B)| over the test genes.
fn no_change(runner: &mut Runner, args: &SymmetricArgs) -> Result<f64, CliError> {
    runner.engine().set_symmetric(false);
    let mut sizes = Vec::new();
    for file in &args.test {
        let table = select_bins(files::table(file)?, args.labels.bins())?;
        let tables = Tables {
            b: Some(table.clone()),
            a: table,
        };
        let prepared = tables.prepare(runner.engine())?;
        let changes = runner.predict(&prepared)?.values.fold_change;
        sizes.extend(changes.into_iter().map(|change| f64::from(change.abs())));
    }
    Ok(median(&mut sizes))
}

/// Which form is the default, by the validation scores of seeds, [f, symmetric].
fn decided(of_seeds: &[[f64; 2]], [test, test_symmetric]: [f64; 2]) -> Symmetry {
    let seeds = of_seeds.len();
    let mean = |of: &dyn Fn(&[f64; 2]) -> f64| of_seeds.iter().map(of).sum::<f64>() / seeds as f64;
    let [plain, symmetric] = [mean(&|scores| scores[0]), mean(&|scores| scores[1])];
    let ahead = symmetric - plain;
    let squares: f64 = of_seeds.iter().map(|[f, other]| (other - f - ahead).powi(2)).sum();
    let standard_error = (squares / (seeds - 1) as f64 / seeds as f64).sqrt();
    Symmetry {
        default: ahead > 2.0 * standard_error,
        seeds,
        validation: rounded(plain, 4),
        validation_symmetric: rounded(symmetric, 4),
        standard_error: rounded(standard_error, 4),
        test: rounded(test, 4),
        test_symmetric: rounded(test_symmetric, 4),
        no_change: 0.0,
    }
}

fn said(found: &Symmetry) -> String {
    let form = if found.default {
        "the symmetric form is the default"
    } else {
        "f stays the default"
    };
    format!(
        "validation Pearson over {} seeds: f {:.4}, symmetric {:.4}, standard error of the difference {:.4}: \
            {form}\ntest Pearson of this model: f {:.4}, symmetric {:.4}; median |f| without change {:.4}",
        found.seeds,
        found.validation,
        found.validation_symmetric,
        found.standard_error,
        found.test,
        found.test_symmetric,
        found.no_change
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_symmetric_form_is_the_default_where_it_is_ahead_by_more_than_two_standard_errors() {
        // Ahead by 0.02 in each: no error at all.
        let sure = decided(&[[0.60, 0.62], [0.70, 0.72], [0.65, 0.67]], [0.5, 0.6]);
        assert!(sure.default);
        assert_eq!((sure.validation, sure.validation_symmetric), (0.65, 0.67));
        // Ahead by 0.02 on average, by -0.04 to 0.08: a standard error of 0.0346.
        let unsure = decided(&[[0.60, 0.56], [0.70, 0.72], [0.65, 0.73]], [0.5, 0.6]);
        assert!(!unsure.default);
        assert_eq!(unsure.standard_error, 0.0346);
        // Better on test genes alone changes nothing.
        assert!(!decided(&[[0.7, 0.6], [0.7, 0.6]], [0.1, 0.9]).default);
    }
}

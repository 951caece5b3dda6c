//! Quality of a trained model: for its card, and for people.

use std::path::Path;

use regulens::task::{Report, Score, SeedScore};
use regulens::weights::card::TrainingRecord;

use super::args::RunArgs;
use super::runs::Run;
use super::{Job, On};
use crate::cli::error::CliError;
use crate::cli::scores::{figures, size};

/// Scores of every seed's best weights, and of the baselines beside those of the chosen runs, whose mean is predicted.
pub fn report<J: Job>(args: &RunArgs, job: &J, runs: &[Run], chosen: &[&Run]) -> Result<Report<J::Score>, CliError> {
    let mut seeds = Vec::with_capacity(runs.len());
    for run in runs {
        let (validation_loss, validation) = job.validation(run);
        seeds.push(SeedScore {
            seed: run.seed,
            validation_loss,
            validation,
            test: job.score(&[run], On::Test)?,
        });
    }
    // A score that is not defined has no place in a card.
    seeds.retain(|seed| !seed.validation.is_nan());
    let test = match chosen {
        [one] => seeds
            .iter()
            .find(|seed| seed.seed == one.seed)
            .and_then(|seed| seed.test.clone()),
        several => job.score(several, On::Test)?,
    };
    Ok(Report {
        validation: job.score(chosen, On::Validation)?,
        test,
        seeds,
        baselines: if args.no_baselines {
            Vec::new()
        } else {
            job.baselines(chosen)?
        },
        ceilings: job.ceilings(),
    })
}

/// Tells how well the model does, beside other seeds and simpler predictors, and where it was written.
pub fn tell<S: Score>(training: &TrainingRecord, report: &Report<S>, joined: bool, out: &Path) {
    if let Some(validation) = &report.validation {
        let of = if joined {
            format!("mean of {} seeds", report.seeds.len())
        } else {
            format!("seed {}, best epoch {}", training.seed, training.best_epoch)
        };
        eprintln!("{of}: validation {}", figures(validation));
    }
    if let Some(test) = &report.test {
        eprintln!("test ({}): {}", size(test).unwrap_or_default(), figures(test));
        if let Some(warning) = test.warning() {
            eprintln!("warning: {warning}");
        }
    }
    for seed in report.seeds.iter().filter(|_| report.seeds.len() > 1) {
        if let Some(test) = &seed.test {
            eprintln!(
                "  seed {}: validation {} {:.4}, test {}",
                seed.seed,
                S::HEADLINE,
                seed.validation,
                figures(test)
            );
        }
    }
    for other in report.baselines.iter().chain(&report.ceilings) {
        eprintln!("  {}: test {}", other.name, figures(&other.score));
    }
    eprintln!("wrote {}", out.display());
}

//! `regulens calibrate scores`: the scores in a model's card, measured again.

use std::path::PathBuf;

use clap::Args;
use regulens::engine::PrepareOptions;
use regulens::input::SignalTable;
use regulens::task::Report;
use regulens::task::on_off::OnOffScore;
use regulens::weights::ModelCard;

use super::{on_off, write};
use crate::baseline::attentive_chrome::{Baseline, fit};
use crate::cli::error::CliError;
use crate::cli::interrupt;
use crate::cli::runner::Runner;
use crate::cli::scores::figures;
use crate::cli::signal::LabelArgs;
use crate::cli::threads::ComputeArgs;

/// The genes to measure on, and the model file to write.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ScoresArgs {
    /// Model file of an on/off model
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal table of the training genes, to which the baselines are fitted
    #[arg(long, value_name = "FILE")]
    train: PathBuf,
    /// Signal table of the validation genes
    #[arg(long, value_name = "FILE")]
    valid: PathBuf,
    /// Signal table of the test genes
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    #[command(flatten)]
    labels: LabelArgs,
    /// Model file to write: the same weights, with the results in the card
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    #[command(flatten)]
    compute: ComputeArgs,
}

const AFTER_HELP: &str = "\
For cards of earlier versions, which had the area under the precision-recall curve in place of
average precision, lacked class counts, and compared AUROCs as if of different genes.

Validation and test scores are computed from the stored weights. The baselines are fitted again and
compared with the model gene by gene. For other seeds only the AUROC in the card is kept, because
the file does not contain their weights.";

/// Measures, and writes the model.
pub fn run(args: &ScoresArgs) -> Result<(), CliError> {
    args.compute.begin()?;
    let mut weights = on_off(&args.model)?;
    let expression = args.labels.expression(Some(&weights.card))?;
    let training = args.labels.table(&args.train, expression.as_ref())?;
    let like_training = |path| args.labels.table_like(path, expression.as_ref(), &training);
    let (validation, test) = (like_training(&args.valid)?, like_training(&args.test)?);
    let mut runner = Runner::new(weights.clone(), args.compute.device)?;
    let [on_validation, on_test] = [log_odds(&mut runner, &validation)?, log_odds(&mut runner, &test)?];
    let baselines = fit(&training, &validation, &test, interrupt::flow)?;
    let labels = test.labels.as_deref().unwrap_or_default();
    let found = Report {
        validation: Some(score(&validation, &on_validation)?),
        test: Some(score(&test, &on_test)?),
        baselines: Baseline::for_card(&baselines, &on_test, labels),
        ..Report::default()
    };
    let before = weights.card.metrics.as_ref().and_then(|metrics| metrics.test);
    for (when, test) in [("was ", before), ("is  ", found.test)] {
        if let Some(test) = test {
            eprintln!("test {when} {}", figures(&test));
        }
    }
    renew(&mut weights.card, found);
    write(&args.out, &weights)
}

fn log_odds(runner: &mut Runner, table: &SignalTable) -> Result<Vec<f64>, CliError> {
    let prepared = runner.engine().prepare(table, &PrepareOptions::default())?;
    let logit = runner.predict(&prepared)?.values.logit;
    Ok(logit.into_iter().map(f64::from).collect())
}

fn score(table: &SignalTable, log_odds: &[f64]) -> Result<OnOffScore, CliError> {
    let labels = table.labels.as_deref().unwrap_or_default();
    OnOffScore::of_log_odds(log_odds, labels).ok_or_else(|| {
        CliError::file(
            &table.file,
            "the log-odds of some genes are not numbers. Check the table for extreme values.",
        )
    })
}

/// Puts scores into a card, and tells its notes on them anew.
fn renew(card: &mut ModelCard, found: Report<OnOffScore>) {
    let mut seeds = card.metrics.take().map(|before| before.seeds).unwrap_or_default();
    for test in seeds.iter_mut().filter_map(|seed| seed.test.as_mut()) {
        test.auprc = None;
    }
    let joined = !card.members.is_empty();
    let metrics = card.metrics.insert(Report { seeds, ..found });
    let others = card.notes.drain(..).filter(|note| !is_of_scores(note));
    card.notes = metrics
        .verdict(joined)
        .into_iter()
        .chain(others.collect::<Vec<_>>())
        .collect();
    card.tested_as = Some(card.dtype);
}

/// Returns true of a note on the reading of scores.
fn is_of_scores(note: &str) -> bool {
    const BEGINNINGS: [&str; 4] = [
        "On test genes, ",
        "Not scored on test genes",
        "The best simple predictor on the same test genes",
        "This model ",
    ];
    BEGINNINGS.iter().any(|beginning| note.starts_with(beginning))
        || note.contains("95 % interval of AUROC")
        || note.contains(" seeds: test AUROC ")
}

#[cfg(test)]
mod tests {
    use regulens::task::{Named, SeedScore};

    use super::*;

    #[test]
    fn a_card_gets_new_scores_and_what_they_show_and_keeps_its_other_notes() {
        let scored = |auroc: f64| OnOffScore {
            n: 200,
            auroc,
            auprc: Some(0.9),
            on: Some(123),
            ..OnOffScore::default()
        };
        let mut card = ModelCard::new("attentive-chrome", "lstm", vec!["A".to_owned()], 10);
        card.notes = [
            "With 200 test genes the 95 % interval of AUROC is about ±0.047 (Hanley and McNeil 1982): smaller \
                differences mean nothing here.",
            "2 seeds: test AUROC 0.882 on average, from 0.876 to 0.890; validation chose this one.",
            "This model beats the best simple predictor on the same test genes, x with AUROC 0.8.",
            "The weights were rounded.",
        ]
        .map(str::to_owned)
        .to_vec();
        let seed = |seed| SeedScore {
            seed,
            validation_loss: None,
            validation: 0.9,
            test: Some(scored(0.88)),
        };
        card.metrics = Some(Report {
            seeds: vec![seed(1), seed(2)],
            ..Report::default()
        });
        let baseline = OnOffScore {
            difference: Some(0.01),
            difference_low: Some(-0.01),
            difference_high: Some(0.03),
            ..scored(0.9)
        };
        renew(
            &mut card,
            Report {
                test: Some(scored(0.89)),
                baselines: vec![Named {
                    name: "x".to_owned(),
                    score: baseline,
                }],
                ..Report::default()
            },
        );
        let [interval, seeds, beside, kept] = &card.notes[..] else {
            panic!("{:?}", card.notes);
        };
        assert!(
            interval.starts_with("With 200 test genes, of which 123 are on"),
            "{interval}"
        );
        assert!(seeds.starts_with("2 seeds: test AUROC 0.880"), "{seeds}");
        assert!(
            beside.contains("+0.010 to this model's") && beside.ends_with("neither is better."),
            "{beside}"
        );
        assert_eq!(kept, "The weights were rounded.");
        let seeds = card.metrics.unwrap().seeds;
        assert!(
            seeds
                .iter()
                .all(|seed| seed.test.is_some_and(|test| test.auroc == 0.88 && test.auprc.is_none()))
        );
    }
}

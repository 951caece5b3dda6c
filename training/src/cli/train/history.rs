//! Every epoch of a training: `OUT.history.tsv`, and in short for the card.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use regulens::weights::card::TrainingHistory;

use crate::train::trainer::EpochRecord;

/// Most epochs that a card keeps.
const KEPT: usize = 40;

/// A seed, its best epoch so far, and its epochs.
type OfSeed<'a> = (u64, usize, &'a [EpochRecord]);

/// Where the history of a training to `out` stands.
pub fn path(out: &Path) -> PathBuf {
    let mut path = out.as_os_str().to_owned();
    path.push(".history.tsv");
    path.into()
}

/// The table: a header, and a row for each epoch of each seed.
pub fn text<'a>(metrics: &[&str], seeds: impl IntoIterator<Item = OfSeed<'a>>) -> String {
    let metrics: String = metrics
        .iter()
        .map(|name| format!("\tvalidation_{}", key(name)))
        .collect();
    format!(
        "seed\tepoch\ttraining_loss{metrics}\tlearning_rate\tseconds\tbest\n{}",
        rows(seeds)
    )
}

/// Its rows.
pub fn rows<'a>(seeds: impl IntoIterator<Item = OfSeed<'a>>) -> String {
    let mut text = String::new();
    for (seed, best, history) in seeds {
        for record in history {
            let EpochRecord {
                epoch,
                training_loss,
                validation,
                rate,
                seconds,
            } = record;
            let values: String = validation.iter().map(|value| format!("\t{value}")).collect();
            let is_best = u8::from(*epoch == best);
            writeln!(
                text,
                "{seed}\t{epoch}\t{training_loss}{values}\t{rate}\t{seconds:.3}\t{is_best}"
            )
            .expect("a String takes any text");
        }
    }
    text
}

/// The epochs of a run for its card: all of them, or some that lie evenly, the best and the last among them. Neither
/// times nor more than four digits, so that the same training gives the same card.
pub fn of_card(metrics: &[&str], best: usize, history: &[EpochRecord]) -> TrainingHistory {
    let step = history.len().div_ceil(KEPT).max(1);
    let is_kept = |at: &usize| at.is_multiple_of(step) || at + 1 == history.len() || at + 1 == best;
    let kept: Vec<&EpochRecord> = (0..history.len()).filter(is_kept).map(|at| &history[at]).collect();
    let column = |of: &dyn Fn(&EpochRecord) -> f64| kept.iter().map(|record| rounded(of(record))).collect();
    let mut values: Vec<Vec<Option<f64>>> = vec![column(&|record| record.training_loss)];
    values.extend((0..metrics.len()).map(|at| column(&|record| record.validation[at])));
    let names = metrics.iter().map(|name| format!("validation {name}"));
    TrainingHistory {
        columns: std::iter::once("training loss".to_owned()).chain(names).collect(),
        epochs: kept.iter().map(|record| record.epoch).collect(),
        values,
    }
}

/// Lower case, with underscores.
fn key(name: &str) -> String {
    name.to_lowercase().replace([' ', '-'], "_")
}

/// To four digits; none of what is no number.
fn rounded(value: f64) -> Option<f64> {
    let text = format!("{value:.3e}");
    value.is_finite().then(|| text.parse().unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(epochs: usize) -> Vec<EpochRecord> {
        let of = |epoch| EpochRecord {
            epoch,
            training_loss: 1.0 / epoch as f64,
            validation: vec![0.123_456, 0.5],
            rate: 2e-4,
            seconds: 1.5,
        };
        (1..=epochs).map(of).collect()
    }

    #[test]
    fn a_row_for_each_epoch_of_each_seed_says_which_was_best() {
        let two = history(2);
        let text = text(&["loss", "log Pearson"], [(1, 2, &two[..]), (2, 1, &two[..])]);
        let expected = [
            "seed\tepoch\ttraining_loss\tvalidation_loss\tvalidation_log_pearson\tlearning_rate\tseconds\tbest",
            "1\t1\t1\t0.123456\t0.5\t0.0002\t1.500\t0",
            "1\t2\t0.5\t0.123456\t0.5\t0.0002\t1.500\t1",
            "2\t1\t1\t0.123456\t0.5\t0.0002\t1.500\t1",
            "2\t2\t0.5\t0.123456\t0.5\t0.0002\t1.500\t0",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_card_keeps_some_epochs_with_the_best_and_the_last() {
        let kept = of_card(&["loss", "AUROC"], 78, &history(120));
        assert_eq!(kept.columns, ["training loss", "validation loss", "validation AUROC"]);
        assert!(kept.epochs.len() <= KEPT + 2 && kept.epochs.contains(&78) && kept.epochs.contains(&120));
        assert_eq!((kept.values[0][1], kept.values[1][0]), (Some(0.25), Some(0.1235)));
    }
}

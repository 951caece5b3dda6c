//! Metrics against what scikit-learn and scipy gave for the same numbers (`benches/metrics.py` of commit 5109c77a).

use regulens::metrics::{auroc, average_precision, classes, mse, pearson, r2, spearman};
use regulens::task::level::LevelScore;
use regulens::task::on_off::OnOffScore;
use serde::Deserialize;

#[derive(Deserialize)]
struct Stored {
    classes: Vec<Classes>,
    numbers: Vec<Numbers>,
}

#[derive(Deserialize)]
struct Classes {
    name: String,
    log_odds: Vec<f64>,
    labels: Vec<u8>,
    auroc: f64,
    average_precision: f64,
    brier: f64,
    log_loss: f64,
    accuracy: f64,
}

#[derive(Deserialize)]
struct Numbers {
    name: String,
    prediction: Vec<f64>,
    target: Vec<f64>,
    pearson: Option<f64>,
    spearman: Option<f64>,
    r2: Option<f64>,
    mse: f64,
}

fn stored() -> Stored {
    serde_json::from_str(include_str!("metrics.json")).expect("stored metrics")
}

#[track_caller]
fn agrees(case: &str, got: Option<f64>, wanted: Option<f64>) {
    let agrees = match (got, wanted) {
        (Some(got), Some(wanted)) => (got - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
        (got, wanted) => got == wanted,
    };
    assert!(agrees, "{case}: {got:?}, stored {wanted:?}");
}

#[test]
fn classes_are_scored_as_by_scikit_learn() {
    let cases = stored().classes;
    assert_eq!(cases.len(), 11);
    for case in cases {
        let (z, labels) = (
            &case.log_odds,
            case.labels.iter().map(|&one| one == 1).collect::<Vec<_>>(),
        );
        agrees(&case.name, auroc(z, &labels), Some(case.auroc));
        agrees(&case.name, average_precision(z, &labels), Some(case.average_precision));
        agrees(&case.name, classes::brier(z, &labels), Some(case.brier));
        agrees(&case.name, classes::log_loss(z, &labels), Some(case.log_loss));
        agrees(&case.name, classes::accuracy(z, &labels), Some(case.accuracy));
        // Cards and `evaluate` have the same.
        let score = OnOffScore::of_log_odds(z, &labels).expect("both classes");
        let kept: OnOffScore = serde_json::from_value(serde_json::to_value(score).unwrap()).unwrap();
        assert_eq!(kept, score);
        agrees(&case.name, kept.auprc, Some(case.average_precision));
        agrees(&case.name, kept.brier, Some(case.brier));
        assert_eq!(kept.on, Some(labels.iter().filter(|&&on| on).count()));
    }
}

#[test]
fn numbers_are_scored_as_by_scipy_and_scikit_learn() {
    let cases = stored().numbers;
    assert_eq!(cases.len(), 7);
    for case in cases {
        let (x, y) = (&case.prediction, &case.target);
        agrees(&case.name, pearson(x, y), case.pearson);
        agrees(&case.name, spearman(x, y), case.spearman);
        agrees(&case.name, r2(x, y), case.r2);
        agrees(&case.name, mse(x, y), Some(case.mse));
        // Cards and `evaluate` have the same of levels.
        let score = LevelScore::of(x, y);
        assert_eq!(score.is_some(), case.pearson.is_some(), "{}", case.name);
        if let Some(score) = score {
            assert_eq!(score.n, x.len());
            agrees(&case.name, Some(score.pearson), case.pearson);
            agrees(&case.name, Some(score.spearman), case.spearman);
            agrees(&case.name, Some(score.r2), case.r2);
            agrees(&case.name, Some(score.mse), Some(case.mse));
        }
    }
}

#[test]
fn whoever_scores_all_alike_has_the_prevalence_as_average_precision() {
    let labels: Vec<bool> = (0..200).map(|gene| gene < 123).collect();
    agrees("constant", average_precision(&[0.5; 200], &labels), Some(0.615));
}

#[test]
fn what_was_sure_of_the_wrong_class_has_no_log_loss() {
    let labels = [true, false];
    assert_eq!(classes::log_loss(&[f64::NEG_INFINITY, 0.0], &labels), None);
    assert_eq!(classes::brier(&[f64::NEG_INFINITY, 0.0], &labels), Some(0.625));
    assert_eq!(classes::brier(&[f64::NAN, 0.0], &labels), None);
    assert_eq!(classes::accuracy::<f64>(&[], &[]), None);
    assert_eq!(classes::accuracy(&[1.0], &labels), None);
    assert_eq!(classes::called(&[0.0, -0.1, 3.0]), 2);
}

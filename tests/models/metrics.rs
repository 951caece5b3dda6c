//! Metrics against numbers computed elsewhere, and where they are not defined.

use std::path::PathBuf;

use regulens::metrics::tracks::{TrackComparison, TrackFit};
use regulens::metrics::{auroc, average_precision, mse, pearson, quantile, r2, spearman, wilson};
use serde_json::Value;

/// The golden figures; `None`, with a line that says so, where a checkout has none beside it.
fn golden() -> Option<Value> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/golden/metrics.json");
    if let Ok(bytes) = std::fs::read(&file) {
        Some(serde_json::from_slice(&bytes).expect("json"))
    } else {
        eprintln!("skipped: {} is not there", file.display());
        None
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().expect("a number")],
    }
}

#[track_caller]
fn assert_close(got: Option<f64>, wanted: f64) {
    let got = got.expect("a defined metric");
    assert!((got - wanted).abs() <= 1e-9, "{got} is not {wanted}");
}

#[test]
fn quantiles_between_infinities_are_the_nearer_number() {
    const INFINITE: f32 = f32::INFINITY;
    let sorted = [-INFINITE, -INFINITE, 1.0, INFINITE, INFINITE];
    let at = |level: f64| quantile(&sorted, level);
    let found = [0.0, 0.125, 0.3, 0.45, 0.5, 0.6, 0.7, 0.875, 1.0].map(at);
    let wanted = [
        -INFINITE, -INFINITE, -INFINITE, 1.0, 1.0, 1.0, INFINITE, INFINITE, INFINITE,
    ];
    assert_eq!(found, wanted.map(Some));
    assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), Some(3.0));
}

#[test]
fn classification_agrees_with_the_golden_figures() {
    let Some(golden) = golden() else { return };
    let golden = &golden["classification"];
    let scores = numbers(&golden["probability"]);
    let labels: Vec<bool> = numbers(&golden["label"]).iter().map(|&label| label == 1.0).collect();
    assert_close(auroc(&scores, &labels), numbers(&golden["auc"])[0]);
}

#[test]
fn regression_agrees_with_the_golden_figures() {
    let Some(golden) = golden() else { return };
    let golden = &golden["regression"];
    let (prediction, target) = (numbers(&golden["prediction"]), numbers(&golden["target"]));
    assert_close(pearson(&prediction, &target), numbers(&golden["pearson"])[0]);
    assert_close(mse(&prediction, &target), numbers(&golden["mean_squared_error"])[0]);
}

#[test]
fn tracks_agree_with_the_golden_figures() {
    let Some(golden) = golden() else { return };
    let golden = &golden["tracks"];
    let tracks = numbers(&golden["shape"])[2] as usize;
    for track in 0..tracks {
        let of = |name: &str| -> Vec<f64> { numbers(&golden[name]).into_iter().skip(track).step_by(tracks).collect() };
        let logarithms = |values: &[f64]| -> Vec<f64> { values.iter().map(|value| (value + 1.0).log2()).collect() };
        let (prediction, target) = (of("prediction"), of("target"));
        let wanted = |name: &str| numbers(&golden["per_track"][name])[track];
        assert_close(pearson(&prediction, &target), wanted("pearson"));
        assert_close(r2(&prediction, &target), wanted("r2"));
        assert_close(
            pearson(&logarithms(&prediction), &logarithms(&target)),
            wanted("log2_pearson"),
        );
    }
}

#[test]
fn what_does_not_vary_has_no_correlation_even_where_its_mean_is_rounded() {
    let even = [0.01_f64; 100];
    assert_ne!(even.iter().sum::<f64>() / 100.0, 0.01);
    let rising: Vec<f64> = (0..100).map(f64::from).collect();
    assert_eq!(pearson(&even, &rising), None);
    assert_eq!(pearson(&rising, &even), None);
    assert_eq!(spearman(&even, &rising), None);
    assert_eq!(r2(&rising, &even), None);
}

#[test]
fn a_tie_counts_one_half() {
    assert_close(auroc(&[0.5, 0.5], &[true, false]), 0.5);
    assert_close(auroc(&[0.9, 0.5, 0.5, 0.1], &[true, true, false, false]), 0.875);
}

#[test]
fn the_order_of_examples_does_not_matter() {
    let scores = [0.1_f32, 0.4, 0.4, 0.8, 0.9];
    let labels = [false, true, false, false, true];
    let reversed: Vec<f32> = scores.iter().rev().copied().collect();
    let relabelled: Vec<bool> = labels.iter().rev().copied().collect();
    assert_eq!(auroc(&scores, &labels), auroc(&reversed, &relabelled));
    assert_eq!(
        average_precision(&scores, &labels),
        average_precision(&reversed, &relabelled)
    );
}

#[test]
fn perfect_and_reversed_rankings_have_1_and_0() {
    let labels = [true, true, false, false];
    assert_close(auroc(&[4.0, 3.0, 2.0, 1.0], &labels), 1.0);
    assert_close(average_precision(&[4.0, 3.0, 2.0, 1.0], &labels), 1.0);
    assert_close(auroc(&[1.0, 2.0, 3.0, 4.0], &labels), 0.0);
}

#[test]
fn infinite_logits_can_be_ranked() {
    assert_close(auroc(&[f64::INFINITY, f64::NEG_INFINITY], &[true, false]), 1.0);
}

#[test]
fn positive_and_negative_zero_are_a_tie() {
    assert_close(auroc(&[0.0, -0.0], &[true, false]), 0.5);
    assert_close(spearman(&[0.0, -0.0, 1.0], &[1.0, 1.0, 2.0]), 1.0);
}

#[test]
fn spearman_is_pearson_of_ranks_with_ties_shared() {
    assert_close(spearman(&[1.0, 2.0, 3.0, 4.0], &[1.0, 8.0, 27.0, 1e6]), 1.0);
    // Ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4.
    assert_close(
        spearman(&[1.0, 2.0, 2.0, 9.0], &[0.0, 2.0, 1.0, 3.0]),
        4.5 / (4.5 * 5.0_f64).sqrt(),
    );
}

#[test]
fn a_metric_that_is_not_defined_is_none() {
    let labels = [true, false];
    assert_eq!(auroc::<f64>(&[], &[]), None);
    assert_eq!(auroc(&[0.5, 0.6], &[true, true]), None);
    assert_eq!(average_precision(&[0.5, 0.6], &[false, false]), None);
    assert_eq!(auroc(&[0.5], &labels), None);
    assert_eq!(auroc(&[0.5, f64::NAN], &labels), None);
    assert_eq!(average_precision(&[0.5, f64::NAN], &labels), None);
    assert_eq!(pearson(&[1.0, 1.0], &[1.0, 2.0]), None);
    assert_eq!(pearson(&[1.0, f64::NAN], &[1.0, 2.0]), None);
    assert_eq!(spearman(&[1.0], &[1.0, 2.0]), None);
    assert_eq!(r2(&[1.0, 2.0], &[3.0, 3.0]), None);
    assert_eq!(mse(&[1.0], &[1.0, 2.0]), None);
    assert_eq!(mse::<f64>(&[], &[]), None);
}

#[test]
fn a_comparison_of_tracks_agrees_with_the_golden_figures() {
    let Some(golden) = golden() else { return };
    let golden = &golden["tracks"];
    let [_, _, tracks] = numbers(&golden["shape"])[..] else {
        panic!("a shape of three")
    };
    let narrow = |name: &str| -> Vec<f32> {
        let wide = numbers(&golden[name]);
        wide.iter().map(|&value| value as f32).collect()
    };
    let mut comparison = TrackComparison::new(tracks as usize);
    comparison.add(&narrow("prediction"), &narrow("target"), None);
    let fits = comparison.fits();
    let (per_track, mean) = (&golden["per_track"], &golden["mean"]);
    for (figure, name) in [
        ((|fit| fit.pearson) as fn(&TrackFit) -> _, "pearson"),
        (|fit| fit.log_pearson, "log2_pearson"),
        (|fit| fit.r2, "r2"),
    ] {
        for (fit, wanted) in fits.iter().zip(numbers(&per_track[name])) {
            assert_close(figure(fit), wanted);
        }
        assert_close(figure(&TrackFit::mean(&fits)), numbers(&mean[name])[0]);
    }
}

#[test]
fn the_interval_of_a_share_is_wilsons() {
    // Wilson (1927): 10 of 20 lie between 29.9 and 70.1 %.
    let interval = wilson(0.5, 20.0);
    assert!((interval.start - 0.2993).abs() < 1e-4 && (interval.end - 0.7007).abs() < 1e-4);
    assert_eq!((wilson(0.0, 7.0).start, wilson(1.0, 7.0).end), (0.0, 1.0));
}

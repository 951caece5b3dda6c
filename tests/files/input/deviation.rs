//! Distributions of values, and the warnings where they differ from those of training.

use regulens::input::{DeviationKind, MarkDistribution, SignalTable, compare, compare_noted};

use crate::input::made;

const MARKS: [&str; 4] = ["H3K4me3", "H3K4me1", "H3K27me3", "H3K9me3"];

/// Skewed counts like those of the marks; the same for a gene, bin and mark in every run.
fn count(gene: usize, bin: usize, mark: usize) -> f32 {
    let mixed = (gene * 7919 + bin * 104_729 + mark * 1_299_709).wrapping_mul(2_654_435_761) >> 7;
    let uniform = (mixed % 10_007) as f64 / 10_007.0;
    (-(1.0 - uniform).ln() * [4.0, 3.0, 1.2, 1.5][mark]).floor() as f32
}

fn counts(genes: usize) -> SignalTable {
    made(genes, 100, &MARKS, count)
}

fn changed(change: impl Fn(usize, f32) -> f32) -> Vec<MarkDistribution> {
    made(40, 100, &MARKS, |gene, bin, mark| {
        change(mark, count(gene + 1000, bin, mark))
    })
    .distribution()
}

/// The warnings as (code, mark, factor).
fn said(table: &[MarkDistribution]) -> Vec<(DeviationKind, Option<String>, Option<f64>)> {
    compare(table, &counts(100).distribution())
        .into_iter()
        .map(|found| (found.code, found.mark, found.factor))
        .collect()
}

#[test]
fn a_distribution_describes_the_values_of_each_mark() {
    let table = made(2, 4, &["M", "N"], |gene, bin, mark| match mark {
        0 => (4 * gene + bin) as f32,
        _ => 0.5,
    });
    let [m, n] = &table.distribution()[..] else {
        panic!("two marks")
    };
    assert_eq!(
        (m.mark.as_str(), m.mean, m.median, m.max, m.values),
        ("M", 3.5, 3.0, 7.0, 8)
    );
    assert!((m.standard_deviation - 5.25_f64.sqrt()).abs() < 1e-12);
    assert_eq!((m.zero_fraction, m.integer_fraction), (0.125, 1.0));
    assert_eq!((m.p90, m.p99, m.step), (7.0, 7.0, None));
    assert_eq!(
        (n.mean, n.zero_fraction, n.integer_fraction, n.step),
        (0.5, 0.0, 0.0, None)
    );
}

#[test]
fn the_step_is_what_all_values_are_multiples_of() {
    let step = |change: fn(f32) -> f32| {
        let table = made(4, 100, &["M"], |gene, bin, _| change(count(gene, bin, 0)));
        table.distribution()[0].step
    };
    assert_eq!(step(|value| value), Some(1.0));
    assert_eq!(step(|value| 2.0 * value), Some(2.0));
    let hundredth = step(|value| value / 100.0).expect("a step");
    assert!((hundredth - 0.01).abs() < 1e-6, "{hundredth}");
    assert_eq!(step(f32::sqrt), None);
    assert_eq!(step(|value| if value > 11.0 { value } else { 0.0 }), None);
}

#[test]
fn percentiles_of_a_large_table_come_from_an_even_sample() {
    // 400,000 values of a mark, each bin with its own level: a sample that met some bins only would be far off.
    let table = made(4_000, 100, &["M"], |_, bin, _| bin as f32);
    let found = &table.distribution()[0];
    assert_eq!((found.mean, found.max), (49.5, 99.0));
    for (percentile, wanted) in [(found.median, 49.0), (found.p90, 89.0), (found.p99, 98.0)] {
        assert!((percentile - wanted).abs() <= 1.0, "{percentile} is not about {wanted}");
    }
}

#[test]
fn a_distribution_survives_json_and_older_cards_lack_its_newest_fields() {
    let found = made(2, 64, &["M"], |gene, bin, _| (gene * bin % 4) as f32).distribution();
    let json = serde_json::to_string(&found).expect("json");
    assert_eq!(
        serde_json::from_str::<Vec<MarkDistribution>>(&json).expect("the same"),
        found
    );
    let older = r#"{"mark":"M","mean":1,"standard_deviation":1,"zero_fraction":0,"integer_fraction":1,
        "median":1,"p90":2,"p99":3,"max":4}"#;
    let older: MarkDistribution = serde_json::from_str(older).expect("a distribution");
    assert_eq!((older.step, older.values), (None, 0));
}

#[test]
fn nothing_is_said_of_other_genes_with_the_same_distribution() {
    assert_eq!(said(&changed(|_, value| value)), []);
}

#[test]
fn nothing_is_said_of_marks_that_vary_as_between_cell_types() {
    // The means of H1 by those of K562 in the published DeepDiff sample.
    let ratios = [2.03, 0.78, 3.30, 1.09];
    assert_eq!(said(&changed(|mark, value| (value * ratios[mark]).round())), []);
}

#[test]
fn nothing_is_said_of_the_mean_of_few_genes() {
    let few = made(3, 100, &MARKS, |gene, bin, mark| {
        (0..3).map(|run| count(gene + 1000 * run, bin, mark)).sum()
    });
    assert_eq!(said(&few.distribution()), []);
}

#[test]
fn all_marks_times_three_is_another_depth() {
    assert_eq!(
        said(&changed(|_, value| 3.0 * value)),
        [(DeviationKind::Depth, None, Some(0.333))]
    );
}

#[test]
fn counts_of_three_times_the_reads_are_another_depth() {
    let deep = made(40, 100, &MARKS, |gene, bin, mark| {
        (0..3).map(|run| count(gene + 1000 * run, bin, mark)).sum()
    });
    let found = said(&deep.distribution());
    let [(DeviationKind::Depth, None, Some(factor))] = found[..] else {
        panic!("{found:?}")
    };
    assert!((0.30..=0.37).contains(&factor), "{factor} is not about a third");
}

#[test]
fn a_quarter_of_the_depth_is_another_depth() {
    let found = said(&changed(|_, value| (value / 4.0).round()));
    let [(DeviationKind::Depth, None, Some(factor))] = found[..] else {
        panic!("{found:?}")
    };
    assert!(factor > 2.0, "{factor}");
}

#[test]
fn one_doubled_mark_is_said_to_be_doubled() {
    let found = said(&changed(|mark, value| if mark == 0 { 2.0 * value } else { value }));
    assert_eq!(found, [(DeviationKind::Doubled, Some("H3K4me3".to_owned()), Some(0.5))]);
}

#[test]
fn all_marks_doubled_is_said_once() {
    assert_eq!(
        said(&changed(|_, value| 2.0 * value)),
        [(DeviationKind::Depth, None, Some(0.5))]
    );
}

#[test]
fn a_multiple_is_seen_even_where_the_cell_type_differs_too() {
    let ratios = [2.03, 0.78, 3.30, 1.09];
    let found = said(&changed(|mark, value| 3.0 * (value * ratios[mark]).round()));
    assert_eq!(found, [(DeviationKind::Depth, None, Some(0.333))]);
}

#[test]
fn counts_for_a_model_of_doubled_ones_are_said_to_be_half() {
    let doubled = changed(|mark, value| if mark == 1 { 2.0 * value } else { value });
    let found = compare(&counts(40).distribution(), &doubled);
    let found: Vec<_> = found
        .iter()
        .map(|found| (found.code, found.mark.as_deref(), found.factor))
        .collect();
    assert_eq!(found, [(DeviationKind::Halved, Some("H3K4me1"), Some(2.0))]);
}

#[test]
fn means_instead_of_counts_are_said_with_their_divisor() {
    assert_eq!(
        said(&changed(|_, value| value / 100.0)),
        [(DeviationKind::NotCounts, None, Some(100.0))]
    );
}

#[test]
fn means_that_are_no_divided_counts_get_the_factor_of_their_means() {
    let found = said(&changed(|mark, value| {
        value * (0.0213 + 0.001 * mark as f32) + 0.00017 * value.sqrt()
    }));
    let [(DeviationKind::NotCounts, None, Some(factor))] = found[..] else {
        panic!("{found:?}")
    };
    assert!((35.0..=55.0).contains(&factor), "{factor} is not about 44");
}

#[test]
fn one_mark_of_means_is_said_of_that_mark() {
    let found = said(&changed(|mark, value| if mark == 2 { value / 100.0 } else { value }));
    assert_eq!(
        found,
        [(DeviationKind::NotCounts, Some("H3K27me3".to_owned()), Some(100.0))]
    );
}

#[test]
fn counts_for_a_model_of_means_are_said() {
    let means = changed(|_, value| value / 100.0);
    let found = compare(&counts(40).distribution(), &means);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].code, found[0].mark.as_deref()),
        (DeviationKind::NotMeans, None)
    );
}

#[test]
fn a_mark_that_is_zero_everywhere_is_said() {
    let found = said(&changed(|mark, value| if mark == 3 { 0.0 } else { value }));
    assert_eq!(found, [(DeviationKind::NoSignal, Some("H3K9me3".to_owned()), None)]);
}

#[test]
fn a_single_mark_on_another_scale_is_said() {
    let multiplied = said(&changed(|mark, value| if mark == 3 { 31.0 * value } else { value }));
    let wanted = (DeviationKind::MarkScale, Some("H3K9me3".to_owned()), Some(0.0323));
    assert_eq!(multiplied, [wanted]);

    let larger = said(&changed(
        |mark, value| {
            if mark == 3 { 31.0 * value + value % 7.0 } else { value }
        },
    ));
    let [(DeviationKind::MarkScale, Some(mark), Some(factor))] = &larger[..] else {
        panic!("{larger:?}")
    };
    assert_eq!(mark, "H3K9me3");
    assert!((0.027..=0.036).contains(factor), "{factor} is not about 1/32");
}

#[test]
fn marks_are_matched_by_name_and_strangers_passed_over() {
    let mut table = changed(|mark, value| if mark == 3 { 31.0 * value } else { value });
    table.reverse();
    assert_eq!(said(&table).len(), 1);
    assert_eq!(compare(&table, &[]), []);
    table[0].mark = "H2A.Z".to_owned();
    assert_eq!(said(&table), []);
}

#[test]
fn messages_and_codes_are_for_people_and_programs() {
    let found = compare(&changed(|_, value| value / 100.0), &counts(100).distribution());
    let json = serde_json::to_value(&found).expect("json");
    assert_eq!(json[0]["code"], "not-counts");
    assert!(
        json[0]["message"]
            .as_str()
            .is_some_and(|text| text.contains("means instead of counts"))
    );
}

#[test]
fn fractions_on_the_scale_of_training_are_neither_advised_nor_warned_of() {
    // Counts of reads in bins that lie a little off: fractions, and the mean of training.
    let off = |factor: f32| {
        changed(move |_, value| {
            if value > 0.0 {
                factor * (value + 0.37 * value.sqrt().fract())
            } else {
                0.0
            }
        })
    };
    let ratio = off(1.0)[0].mean / counts(100).distribution()[0].mean;
    for (factor, is_said) in [(0.96, false), (1.0, false), (1.04, false), (0.7, true), (1.4, true)] {
        let found = said(&off((factor / ratio) as f32));
        assert_eq!(!found.is_empty(), is_said, "{factor}: {found:?}");
    }
}

#[test]
fn marks_by_themselves_on_the_scale_of_training_are_passed_over() {
    let found = said(&changed(|mark, value| match mark {
        0 => 0.98 * value + 0.011 * value.sqrt(),
        1 => value * 0.01,
        _ => value,
    }));
    assert_eq!(
        found,
        [(DeviationKind::NotCounts, Some("H3K4me1".to_owned()), Some(100.0))]
    );
}

#[test]
fn what_cannot_be_turned_into_counts_is_said_in_place_of_a_factor() {
    let note = "H3K4me1: fold change over control, by the name of a.fc.signal.bigwig: cannot be turned into counts";
    let trained = counts(100).distribution();
    let table = changed(|_, value| 0.0071 * value + 0.00017 * value.sqrt());
    let found = compare_noted(&[note.to_owned()], &table, &trained);
    let first = &found[0];
    assert_eq!(
        (first.code, first.mark.as_deref(), first.factor),
        (DeviationKind::Derived, Some("H3K4me1"), None)
    );
    assert!(
        first.message.starts_with(note) && first.message.contains("BAM"),
        "{}",
        first.message
    );
    // The factor of the others is not of all marks any more.
    let others: Vec<_> = found[1..].iter().map(|one| (one.code, one.mark.as_deref())).collect();
    let means = ["H3K4me3", "H3K27me3", "H3K9me3"].map(|mark| (DeviationKind::NotCounts, Some(mark)));
    assert_eq!(others, means);
    // A model that was trained on such values takes them.
    assert_eq!(compare_noted(&[note.to_owned()], &table, &table), []);
    // And a note of a mark that the model does not read is none of it.
    let other = note.replace("H3K4me1", "H2A.Z");
    assert_eq!(compare_noted(&[other], &trained, &trained), []);
}

#[test]
fn of_means_without_a_step_it_is_said_that_they_may_be_none() {
    let found = compare(
        &changed(|_, value| 0.71 * value + 0.017 * value.sqrt()),
        &counts(100).distribution(),
    );
    assert!(
        found[0].message.contains("fold change over control or p-values"),
        "{}",
        found[0].message
    );
    let divided = compare(&changed(|_, value| value / 100.0), &counts(100).distribution());
    assert!(!divided[0].message.contains("p-values"), "{}", divided[0].message);
}

#[test]
fn of_a_mark_that_was_not_measured_nothing_is_said() {
    let note = "H3K4me1: not measured; 1.375 stands in for it in all bins: its mean".to_owned();
    let trained = counts(100).distribution();
    let table = changed(|mark, value| if mark == 1 { 1.375 } else { value });
    assert!(!compare(&table, &trained).is_empty());
    assert_eq!(compare_noted(&[note], &table, &trained), []);
}

//! Simulated signal: the same for a seed, shaped like the real marks, with a truth that holds.

use std::sync::LazyLock;

use regulens::input::{Expression, Layout, SignalTable, write_headed, write_published};
use regulens::metrics::{auroc, pearson};
use regulens::simulate::hm::{
    Simulated, SimulationConfig, SimulationError, Strand, simulate, write_expression, write_truth_json, write_truth_tsv,
};

fn simulated(genes: usize, seed: u64) -> Simulated {
    let config = SimulationConfig {
        genes,
        seed,
        ..SimulationConfig::default()
    };
    simulate(&config).expect("a sound configuration")
}

/// 2,000 genes of seed 1, simulated once for all tests.
static MANY: LazyLock<Simulated> = LazyLock::new(|| simulated(2_000, 1));

/// Counts of one mark on one gene, bin by bin.
fn track<'a>(table: &'a SignalTable, gene: usize, mark: &str) -> impl Iterator<Item = f64> + 'a {
    let column = table.mark_column(mark).expect("a mark of the table");
    let marks = table.marks.len();
    table
        .gene(gene)
        .iter()
        .skip(column)
        .step_by(marks)
        .map(|&count| f64::from(count))
}

/// Mean count of a mark in each bin over the genes that `take` accepts.
fn profile(data: &Simulated, mark: &str, take: impl Fn(usize) -> bool) -> Vec<f64> {
    let genes: Vec<usize> = (0..data.table.genes.len()).filter(|&gene| take(gene)).collect();
    let mut profile = vec![0.0; data.table.bins];
    for &gene in &genes {
        for (sum, count) in profile.iter_mut().zip(track(&data.table, gene, mark)) {
            *sum += count / genes.len() as f64;
        }
    }
    profile
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn the_same_seed_gives_the_same_data_and_another_one_other_data() {
    assert_eq!(simulated(50, 7), simulated(50, 7));
    assert_ne!(simulated(50, 7).table.values, simulated(50, 8).table.values);
}

#[test]
fn the_signal_of_a_gene_does_not_depend_on_how_many_there_are() {
    let (few, many) = (simulated(10, 3), simulated(30, 3));
    assert_eq!(few.table.values[..], many.table.values[..few.table.values.len()]);
    assert_eq!(few.truth[9].planted, many.truth[9].planted);
}

#[test]
fn the_numbers_of_a_seed_do_not_change_from_version_to_version() {
    let data = simulated(5, 1);
    assert_eq!(data.table.genes[4], "SIM000005");
    let sum: f64 = data.table.values.iter().map(|&value| f64::from(value)).sum();
    assert_eq!(sum, PINNED_SUM);
}

/// Sum of all counts of five genes of seed 1. It may change only with a line in the change log: examples and
/// benches are made anew then.
const PINNED_SUM: f64 = 4_748.0;

#[test]
fn depth_and_overdispersion_are_like_those_of_k562() {
    let data = &*MANY;
    for found in data.table.distribution() {
        let wanted = match found.mark.as_str() {
            "H3K4me1" => 3.2,
            "H3K4me3" => 3.8,
            "H3K9me3" => 1.4,
            "H3K27me3" => 1.1,
            _ => 1.8,
        };
        assert!(
            (found.mean / wanted - 1.0).abs() < 0.2,
            "{}: mean {}",
            found.mark,
            found.mean
        );
        let variance = found.standard_deviation.powi(2);
        assert!(variance > 1.3 * found.mean, "{}: variance {variance}", found.mark);
        assert_eq!(found.integer_fraction, 1.0);
    }
}

#[test]
fn marks_lie_where_they_do_in_cells_and_turn_with_the_strand() {
    let data = &*MANY;
    let on = |strand| {
        let truth = &data.truth;
        move |gene: usize| truth[gene].on && truth[gene].strand == strand
    };
    let half = data.table.bins / 2;
    for (strand, body) in [(Strand::Plus, half..data.table.bins), (Strand::Minus, 0..half)] {
        let promoter = profile(data, "H3K4me3", on(strand));
        assert!(mean(&promoter[half - 10..half + 10]) > 3.0 * mean(&promoter[..20]));
        let transcribed = profile(data, "H3K36me3", on(strand));
        let other = 2.0 * mean(&transcribed) - mean(&transcribed[body.clone()]);
        assert!(mean(&transcribed[body]) > 1.5 * other, "{strand}: {other}");
        let flanks = profile(data, "H3K4me1", on(strand));
        let sides = mean(&[mean(&flanks[25..35]), mean(&flanks[65..75])]);
        assert!(sides > 1.2 * mean(&flanks[half - 5..half + 5]));
    }
    let strands = data.truth.iter().filter(|gene| gene.strand == Strand::Plus).count();
    assert!((800..1200).contains(&strands), "{strands} of 2,000 on the plus strand");
}

#[test]
fn planted_stretches_change_counts_by_their_effect() {
    let data = &*MANY;
    let mut sums = std::collections::BTreeMap::<(&str, bool), (f64, f64)>::new();
    for (index, gene) in data.truth.iter().enumerate() {
        for planted in &gene.planted {
            assert!((1..=planted.last_bin).contains(&planted.first_bin) && planted.last_bin <= 100);
            let repressing = planted.mark == "H3K27me3";
            assert_eq!(
                planted.effect > 1.0,
                gene.on != repressing,
                "{}: {planted:?}",
                gene.gene
            );
            let counts: Vec<f64> = track(&data.table, index, &planted.mark)
                .skip(planted.first_bin - 1)
                .take(planted.last_bin + 1 - planted.first_bin)
                .collect();
            let sum = sums.entry((planted.mark.as_str(), planted.effect > 1.0)).or_default();
            *sum = (sum.0 + mean(&counts), sum.1 + 1.0);
        }
    }
    for mark in ["H3K4me3", "H3K4me1", "H3K36me3", "H3K27me3"] {
        let mean = |raised| sums[&(mark, raised)].0 / sums[&(mark, raised)].1;
        assert!(
            mean(true) > 3.0 * mean(false),
            "{mark}: {} and {}",
            mean(true),
            mean(false)
        );
    }
}

#[test]
fn each_gene_tells_its_state_in_some_mark_and_decoys_tell_nothing() {
    let data = &*MANY;
    assert!(data.truth.iter().all(|gene| !gene.planted.is_empty()));
    assert!(
        data.truth
            .iter()
            .flat_map(|gene| &gene.planted)
            .all(|planted| planted.mark != "H3K9me3")
    );
    let score = |mark: &str| {
        let means: Vec<f64> = (0..data.truth.len())
            .map(|gene| track(&data.table, gene, mark).sum())
            .collect();
        let states: Vec<bool> = data.truth.iter().map(|gene| gene.on).collect();
        auroc(&means, &states).expect("both states")
    };
    assert!((score("H3K9me3") - 0.5).abs() < 0.04, "decoy: {}", score("H3K9me3"));
    assert!(score("H3K4me3") > 0.65, "H3K4me3: {}", score("H3K4me3"));
    assert!(score("H3K27me3") < 0.40, "H3K27me3: {}", score("H3K27me3"));
}

#[test]
fn labels_are_those_of_the_expression_and_mostly_the_states() {
    let data = &*MANY;
    let mut written = Vec::new();
    write_expression(&data.truth, &mut written).expect("memory takes every byte");
    let expression = Expression::read("expression", &written).expect("expression");
    let labelled = data.table.with_labels_from(&expression).expect("all genes have counts");
    assert_eq!(labelled.labels, data.table.labels);
    let labels: Vec<bool> = data.truth.iter().map(|gene| gene.label).collect();
    assert_eq!(data.table.labels, Some(labels));
    let same = data.truth.iter().filter(|gene| gene.label == gene.on).count();
    assert!((1_900..2_000).contains(&same), "{same} of 2,000 labels are the state");
}

#[test]
fn logistic_regression_learns_it_well_but_not_perfectly() {
    let data = &*MANY;
    let labels = data.table.labels.as_deref().expect("labels");
    let (train, test) = (0..600, 600..1_200);
    let weights = logistic_regression(&data.table, labels, train.clone());
    let area = |genes: std::ops::Range<usize>| {
        let scores: Vec<f64> = genes.clone().map(|gene| score(&data.table, gene, &weights)).collect();
        auroc(&scores, &labels[genes]).expect("both labels")
    };
    let found = area(test);
    println!(
        "logistic regression: AUROC {found:.3} on test, {:.3} on training genes",
        area(train)
    );
    assert!((0.88..0.98).contains(&found), "{found}");
}

/// Weights of all values (as log(1 + count)) and a last one for the constant: gradient descent with momentum on the
/// mean cross-entropy plus a small squared norm.
fn logistic_regression(table: &SignalTable, labels: &[bool], genes: std::ops::Range<usize>) -> Vec<f64> {
    let size = table.bins * table.marks.len();
    let (mut weights, mut speed) = (vec![0.0; size + 1], vec![0.0; size + 1]);
    for _ in 0..80 {
        let mut gradient: Vec<f64> = weights.iter().map(|weight| 0.02 * weight).collect();
        for gene in genes.clone() {
            let probability = 1.0 / (1.0 + (-score(table, gene, &weights)).exp());
            let error = (probability - f64::from(u8::from(labels[gene]))) / genes.len() as f64;
            for (gradient, value) in gradient.iter_mut().zip(features(table, gene)) {
                *gradient += error * value;
            }
        }
        for ((weight, speed), gradient) in weights.iter_mut().zip(&mut speed).zip(gradient) {
            *speed = 0.9 * *speed - 0.01 * gradient;
            *weight += *speed;
        }
    }
    weights
}

fn features(table: &SignalTable, gene: usize) -> impl Iterator<Item = f64> + '_ {
    table
        .gene(gene)
        .iter()
        .map(|&count| f64::from(count.ln_1p()))
        .chain([1.0])
}

fn score(table: &SignalTable, gene: usize, weights: &[f64]) -> f64 {
    features(table, gene)
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum()
}

#[test]
fn tables_are_written_in_the_layouts_that_are_read() {
    let data = simulated(20, 1);
    for layout in [Layout::Headed, Layout::Labelled] {
        let mut written = Vec::new();
        match layout {
            Layout::Headed => write_headed(&data.table, &mut written),
            _ => write_published(&data.table, layout, &mut written),
        }
        .expect("memory takes every byte");
        let table = SignalTable::read("simulated.csv", &written).expect("a table");
        assert_eq!(table.layout, layout);
        assert_eq!((&table.genes, &table.marks), (&data.table.genes, &data.table.marks));
        assert_eq!((&table.values, &table.labels), (&data.table.values, &data.table.labels));
    }
}

#[test]
fn the_truth_is_written_as_a_table_and_as_json() {
    let config = SimulationConfig {
        genes: 10,
        ..SimulationConfig::default()
    };
    let data = simulate(&config).expect("a sound configuration");
    let mut tsv = Vec::new();
    write_truth_tsv(&data.truth, &mut tsv).expect("memory takes every byte");
    let tsv = String::from_utf8(tsv).expect("text");
    let planted: usize = data.truth.iter().map(|gene| gene.planted.len()).sum();
    assert_eq!(tsv.lines().count(), 1 + planted);
    assert!(tsv.lines().all(|line| line.split('\t').count() == 9));

    let mut json = Vec::new();
    write_truth_json(&config, &data, &mut json).expect("memory takes every byte");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("json");
    assert_eq!(json["simulated"], true);
    assert_eq!(json["config"]["seed"], 1);
    assert_eq!(json["genes"][9]["gene"], "SIM000010");
    assert!(json["genes"][0]["planted"][0]["effect"].is_number());
}

#[test]
fn a_held_out_track_changes_nothing_else() {
    let config = SimulationConfig {
        genes: 20,
        held_out: Some("H3K27ac".to_owned()),
        ..SimulationConfig::default()
    };
    let with = simulate(&config).expect("a sound configuration");
    let without = simulated(20, 1);
    assert_eq!(with.table, without.table);
    assert_eq!(with.truth, without.truth);
    assert_eq!(without.held_out, None);
    let track = with.held_out.as_ref().expect("a track");
    assert_eq!(track.marks, ["H3K27ac"]);
    assert_eq!((&track.genes, &track.labels), (&with.table.genes, &None));
    assert_eq!(track.values.len(), 20 * 100);
    let few = SimulationConfig { genes: 5, ..config };
    let few = simulate(&few).expect("a sound configuration").held_out;
    assert_eq!(few.expect("a track").values[..], track.values[..5 * 100]);
}

#[test]
fn a_held_out_track_lies_where_h3k4me3_does_and_tells_the_state() {
    let data = simulate(&SimulationConfig {
        genes: 1_000,
        held_out: Some("H3K27ac".to_owned()),
        ..SimulationConfig::default()
    })
    .expect("a sound configuration");
    let track = data.held_out.clone().expect("a track");
    let on: Vec<bool> = data.truth.iter().map(|gene| gene.on).collect();
    let sums: Vec<f64> = (0..1_000)
        .map(|gene| self::track(&track, gene, "H3K27ac").sum())
        .collect();
    assert!(auroc(&sums, &on) > Some(0.8), "{:?}", auroc(&sums, &on));
    let held_out = Simulated {
        table: track,
        ..data.clone()
    };
    let active = |gene: usize| on[gene];
    let near = pearson(
        &profile(&held_out, "H3K27ac", active),
        &profile(&data, "H3K4me3", active),
    );
    let far = pearson(
        &profile(&held_out, "H3K27ac", active),
        &profile(&data, "H3K36me3", active),
    );
    assert!(near > Some(0.95) && far < Some(0.5), "{near:?}, {far:?}");
}

#[test]
fn other_windows_and_marks_can_be_simulated() {
    let config = SimulationConfig {
        genes: 5,
        bins: 33,
        bin_size: 200,
        marks: ["H3K4me3", "H2A.Z", "H3K9me3"].map(String::from).into(),
        decoys: Vec::new(),
        ..SimulationConfig::default()
    };
    let data = simulate(&config).expect("a sound configuration");
    assert_eq!(
        (data.table.bins, data.table.marks.len(), data.table.values.len()),
        (33, 3, 5 * 33 * 3)
    );
    assert!(
        data.truth
            .iter()
            .flat_map(|gene| &gene.planted)
            .all(|planted| planted.mark != "H2A.Z")
    );
}

#[test]
fn unsound_configurations_are_refused() {
    let refused = |change: fn(&mut SimulationConfig)| {
        let mut config = SimulationConfig::default();
        change(&mut config);
        simulate(&config).expect_err("a refusal")
    };
    assert_eq!(
        refused(|config| config.genes = 0),
        SimulationError::Zero { name: "genes" }
    );
    assert_eq!(
        refused(|config| config.bins = 0),
        SimulationError::Zero { name: "bins" }
    );
    assert!(matches!(
        refused(|config| config.on_fraction = 1.5),
        SimulationError::OnFraction { .. }
    ));
    assert!(matches!(
        refused(|config| config.on_fraction = f64::NAN),
        SimulationError::OnFraction { .. }
    ));
    assert!(matches!(
        refused(|config| config.marks[0] = "a,b".into()),
        SimulationError::Marks { .. }
    ));
    assert!(matches!(
        refused(|config| config.marks[0] = "h3k9me3".into()),
        SimulationError::Marks { .. }
    ));
    assert!(matches!(
        refused(|config| config.decoys = vec!["X".into()]),
        SimulationError::Decoy { .. }
    ));
    for track in ["", "a\tb", "h3k4me3"] {
        let config = SimulationConfig {
            held_out: Some(track.to_owned()),
            ..SimulationConfig::default()
        };
        let refusal = simulate(&config).expect_err("a refusal");
        assert!(matches!(refusal, SimulationError::HeldOut { .. }), "{refusal}");
    }
}

mod pairs {
    use regulens::metrics::pearson;
    use regulens::simulate::hm::SimulationError;
    use regulens::simulate::hm_pair::{Direction, PairConfig, SimulatedPair, simulate_pair};

    use super::track;

    fn simulated(genes: usize, seed: u64) -> SimulatedPair {
        let config = PairConfig {
            genes,
            seed,
            ..PairConfig::default()
        };
        simulate_pair(&config).expect("a sound configuration")
    }

    #[test]
    fn a_seed_gives_one_pair_and_its_genes_do_not_depend_on_how_many_there_are() {
        let (few, many) = (simulated(5, 3), simulated(9, 3));
        assert_eq!(few, simulated(5, 3));
        assert_ne!(few.tables[0].values, few.tables[1].values);
        for (few, many) in few.tables.iter().zip(&many.tables) {
            assert_eq!(few.values[..], many.values[..few.values.len()]);
            assert_eq!((few.bins, few.genes.len()), (200, 5));
        }
        assert_eq!(few.truth[..], many.truth[..5]);
        assert_ne!(few.truth, simulated(5, 4).truth);
    }

    #[test]
    fn counts_of_expression_show_the_change_that_is_planted() {
        let pair = simulated(300, 1);
        let changes = pair.truth.iter().map(|gene| {
            let [a, b] = gene.expression.map(|count| count as f64 + 1.0);
            ((b / a).log2(), gene.log2_fold_change)
        });
        let (measured, planted): (Vec<f64>, Vec<f64>) = changes.unzip();
        assert!(pearson(&measured, &planted).unwrap() > 0.97);
        for (direction, share) in [
            (Direction::Up, 0.375),
            (Direction::Down, 0.375),
            (Direction::Unchanged, 0.25),
        ] {
            let found = pair.truth.iter().filter(|gene| gene.direction == direction);
            assert!((found.count() as f64 / 300.0 - share).abs() < 0.08, "{direction:?}");
        }
    }

    #[test]
    fn marks_follow_the_change_where_they_drive_it_and_decoys_do_not() {
        let pair = simulated(400, 2);
        let planted: Vec<f64> = pair.truth.iter().map(|gene| gene.log2_fold_change).collect();
        let r = |mark: &str| {
            let ratio = |gene| {
                let [a, b] = pair
                    .tables
                    .each_ref()
                    .map(|table| track(table, gene, mark).sum::<f64>() + 1.0);
                (b / a).log2()
            };
            let ratios: Vec<f64> = (0..400).map(ratio).collect();
            pearson(&ratios, &planted).unwrap()
        };
        assert!(r("H3K4me3") > 0.7 && r("H3K36me3") > 0.4 && r("H3K4me1") > 0.4);
        assert!(r("H3K27me3") < -0.4, "{}", r("H3K27me3"));
        assert!(r("H3K9me3").abs() < 0.15, "{}", r("H3K9me3"));
    }

    #[test]
    fn planted_bins_hold_the_difference_that_the_truth_tells() {
        let pair = simulated(400, 5);
        let (mut a, mut b, mut expected) = (0.0, 0.0, 0.0);
        for (index, gene) in pair.truth.iter().enumerate() {
            for planted in gene.planted.iter().filter(|planted| planted.mark == "H3K4me3") {
                if gene.direction != Direction::Up {
                    continue;
                }
                let [of_a, of_b] = pair.tables.each_ref().map(|table| {
                    let bins = planted.last_bin + 1 - planted.first_bin;
                    let track = track(table, index, "H3K4me3").skip(planted.first_bin - 1);
                    track.take(bins).sum::<f64>()
                });
                (a, b) = (a + of_a, b + of_b);
                // Counts expected in B from those of A, if only the effects differed.
                expected += of_a * planted.effects[1] / planted.effects[0];
            }
        }
        assert!(b > 3.0 * a, "{a} in A, {b} in B");
        assert!(
            (b / expected - 1.0).abs() < 0.25,
            "{b} in B, {expected} by A and the effects"
        );
    }

    #[test]
    fn a_chance_that_is_none_is_refused() {
        let config = PairConfig {
            changed_fraction: -0.1,
            ..PairConfig::default()
        };
        let found = -0.1;
        assert_eq!(simulate_pair(&config), Err(SimulationError::ChangedFraction { found }));
    }
}

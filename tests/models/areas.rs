//! Intervals of areas under the ROC curve, and of differences of two, on simulated test sets whose areas are known.

use std::f64::consts::TAU;

use regulens::metrics::areas::{auroc_difference, auroc_interval};
use regulens::metrics::auroc;

const SETS: usize = 2000;
const GENES: usize = 200;

/// Distance between the classes' normal scores, and the area that it gives: Φ(distance / √2).
const AREAS: [(f64, f64); 2] = [(0.9539, 0.75), (1.4657, 0.85)];

/// Normal numbers, by Box and Muller from SplitMix64.
struct Normal(u64);

impl Normal {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn draw(&mut self) -> f64 {
        let [a, b] = [self.uniform(), self.uniform()];
        (-2.0 * (1.0 - a).ln()).sqrt() * (TAU * b).cos()
    }
}

fn share(of: usize) -> f64 {
    of as f64 / SETS as f64
}

#[test]
fn intervals_hold_the_true_area_of_95_percent_of_test_sets_however_few_genes_are_on() {
    for (seed, on) in [(1, 12), (2, 60), (3, 100)] {
        for (distance, area) in AREAS {
            let mut normal = Normal(seed);
            let labels: Vec<bool> = (0..GENES).map(|gene| gene < on).collect();
            let held = (0..SETS).filter(|_| {
                let scores: Vec<f64> = labels
                    .iter()
                    .map(|&on| normal.draw() + if on { distance } else { 0.0 })
                    .collect();
                let found = auroc(&scores, &labels).unwrap();
                let (low, high) = auroc_interval(found, on, GENES - on).unwrap();
                assert!(low <= found && found <= high);
                (low..=high).contains(&area)
            });
            let held = share(held.count());
            assert!((0.93..=0.97).contains(&held), "{on} of {GENES} on, area {area}: {held}");
        }
    }
}

/// Two scores of the same genes, which share half of their noise.
#[test]
fn intervals_of_differences_hold_the_true_one() {
    for (seed, on) in [(4, 12), (5, 60), (6, 100)] {
        let mut normal = Normal(seed);
        let labels: Vec<bool> = (0..GENES).map(|gene| gene < on).collect();
        let [(far, better), (near, worse)] = [AREAS[1], AREAS[0]];
        let mut held = 0;
        for _ in 0..SETS {
            let [mut first, mut second] = [Vec::new(), Vec::new()];
            for &on in &labels {
                let shared = normal.draw();
                let mut score = |distance: f64| {
                    let noise = (shared + normal.draw()) / 2.0_f64.sqrt();
                    noise + if on { distance } else { 0.0 }
                };
                first.push(score(far));
                second.push(score(near));
            }
            let found = auroc_difference(&first, &second, &labels).unwrap();
            held += usize::from((found.low..=found.high).contains(&(better - worse)));
        }
        let held = share(held);
        assert!((0.93..=0.97).contains(&held), "{on} of {GENES} on: {held}");
    }
}

/// With 8 of 129 genes on, an AUROC says little; as if half of them were on, it seemed to say much.
#[test]
fn few_genes_on_make_a_wide_interval() {
    let width = |on| {
        let (low, high) = auroc_interval(0.9, on, 129 - on).unwrap();
        high - low
    };
    assert!(width(8) > 2.0 * width(64), "{} {}", width(8), width(64));
    assert_eq!(auroc_interval(1.0, 5, 5).unwrap().1, 1.0);
    assert_eq!(auroc_interval(0.5, 0, 5), None);
}

#[test]
fn equal_scores_do_not_differ_and_one_gene_of_a_class_tells_no_spread() {
    let scores = [0.9, 0.4, 0.4, 0.1];
    let found = auroc_difference(&scores, &scores, &[true, true, false, false]).unwrap();
    assert_eq!([found.difference, found.low, found.high], [0.0; 3]);
    assert_eq!(auroc_difference(&scores, &scores, &[true, false, false, false]), None);
}

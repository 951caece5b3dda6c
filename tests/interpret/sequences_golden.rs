//! Contributions of bases to tracks against those of PyTorch and tangermeme in double precision, from the same model
//! files; `benches/golden_sequence_gradients.py` of commit e7db7fa7 made the former.

use std::ops::Range;

use burn::tensor::Device;
use pollster::block_on;
use regulens::engine::{ExplainedBases, TrackEngine, TrackSum};
use regulens::interpret::attribution::{SequenceMethod, Steps};
use regulens::interpret::deletion::BaseExplanation;
use regulens::interpret::variants::Strands;
use serde::Deserialize;

use crate::common::stored::Stored;

/// Differences of a map, relative to its largest value; of scores, relative to themselves.
const TOLERANCE: f64 = 1e-4;

/// A map that is stored.
#[derive(Deserialize)]
struct Case {
    track: String,
    strands: String,
    method: String,
    /// The first, and the one behind the last.
    bins: [usize; 2],
    score: f64,
    /// The largest value of the whole map.
    largest: f64,
    steps: Option<usize>,
    shuffles: Option<usize>,
    seed: Option<u64>,
    baseline_score: Option<f64>,
    /// The first base that is exchanged.
    start: Option<usize>,
}

impl Case {
    fn strands(&self) -> Strands {
        match self.strands.as_str() {
            "both" => Strands::Both,
            "forward" => Strands::Forward,
            other => panic!("{other}"),
        }
    }

    fn bins(&self) -> Range<usize> {
        self.bins[0]..self.bins[1]
    }
}

/// A model, its window, and its maps.
struct Golden {
    engine: TrackEngine,
    stored: Stored<Case>,
}

impl Golden {
    fn all() -> Vec<Self> {
        let loaded = |stored: Stored<Case>| Self {
            engine: TrackEngine::load(&stored.name, &stored.model, &Device::flex()).expect("a model that ships"),
            stored,
        };
        Stored::all("golden_sequences").into_iter().map(loaded).collect()
    }

    /// The bases whose rows are stored.
    fn rows(&self) -> Vec<usize> {
        let data = self.stored.data("rows");
        let words = data.as_chunks().0.iter();
        words.map(|&word| u32::from_le_bytes(word) as usize).collect()
    }

    fn map(&self, case: &Case) -> Vec<f64> {
        let name = format!("{}.{}.{}", case.track, case.strands, case.method);
        self.stored.numbers(&name)
    }

    fn track(&self, case: &Case) -> usize {
        let tracks = &self.engine.card().tracks;
        tracks
            .iter()
            .position(|track| track.name == case.track)
            .expect("a track")
    }

    fn holds(&self, case: &Case, what: &str, found: f64, expected: f64, scale: f64) {
        let model = &self.engine.card().name;
        let (track, strands, method) = (&case.track, &case.strands, &case.method);
        let error = (found - expected).abs() / scale;
        // NaN is not within anything.
        assert!(
            error < TOLERANCE,
            "{model}, {track}, {strands}, {method}, {what}: {found} is not {expected}, {error:e}"
        );
    }

    /// By gradients: the rows that are stored, and what is added up.
    fn derived(&self, case: &Case, method: SequenceMethod) {
        let (codes, gradients) = (self.stored.data("codes"), self.engine.gradients());
        let go_on = &mut async |_: f64| Ok(());
        let summed = (self.track(case), case.bins());
        let found = self
            .engine
            .attribute(&gradients, &codes, summed, case.strands(), method, go_on);
        let found = block_on(found).expect("attributions");
        self.holds(case, "score", found.score.into(), case.score, case.score);
        if let Some(expected) = case.baseline_score {
            let score = found.baseline_score.expect("shuffles").into();
            self.holds(case, "baseline's score", score, expected, expected);
        }
        let expected = self.map(case);
        let rows = self.rows();
        assert_eq!(expected.len(), 4 * rows.len());
        for (&base, expected) in rows.iter().zip(expected.chunks_exact(4)) {
            let letters = &found.hypothetical[4 * base..][..4];
            for (&letter, &expected) in letters.iter().zip(expected) {
                self.holds(case, &format!("base {base}"), letter.into(), expected, case.largest);
            }
            let there = expected[usize::from(codes[base])];
            let own = found.contributions[base].into();
            self.holds(case, &format!("contribution {base}"), own, there, case.largest);
        }
    }

    /// By exchanging bases.
    fn exchanged(&self, case: &Case) {
        let (codes, gradients) = (self.stored.data("codes"), self.engine.gradients());
        let expected = self.map(case);
        let sum = TrackSum {
            track: self.track(case),
            bins: case.bins(),
        };
        let settings = ExplainedBases {
            strands: case.strands(),
            shuffles: 1,
            seed: 1,
            motifs: &[],
        };
        let start = case.start.expect("a first base");
        let go_on = &mut async || Ok(());
        let found = self.engine.base_importance(
            &gradients,
            ("window", &codes),
            (&sum, start..start + expected.len()),
            BaseExplanation::Mutagenesis,
            &settings,
            go_on,
        );
        let found = block_on(found).expect("heights");
        assert_eq!(found.len(), expected.len());
        for (number, (&found, &expected)) in found.iter().zip(&expected).enumerate() {
            // A height is a difference of sums.
            let base = format!("base {}", start + number);
            self.holds(case, &base, found.into(), expected, case.largest);
        }
    }
}

/// Compares every stored map of a method, and returns how many there are.
fn compared(method: &str) -> usize {
    let mut count = 0;
    for golden in Golden::all() {
        for case in golden.stored.cases.iter().filter(|case| case.method == method) {
            match method {
                "gradient" => golden.derived(case, SequenceMethod::Gradient),
                "integrated-gradients" => {
                    let method = SequenceMethod::IntegratedGradients {
                        shuffles: case.shuffles.expect("shuffles"),
                        seed: case.seed.expect("a seed"),
                        steps: Steps::Fixed(case.steps.expect("steps")),
                    };
                    golden.derived(case, method);
                }
                "mutagenesis" => golden.exchanged(case),
                other => panic!("{other} is no method"),
            }
            count += 1;
        }
    }
    count
}

#[test]
fn gradients_of_either_strand_are_those_of_tangermeme() {
    assert_eq!(compared("gradient"), 6);
}

#[test]
fn integrated_gradients_from_shuffles_are_those_of_pytorch() {
    assert_eq!(compared("integrated-gradients"), 4);
}

#[test]
fn exchanged_bases_cost_what_tangermeme_says() {
    assert_eq!(compared("mutagenesis"), 2);
}

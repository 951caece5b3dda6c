//! Compares ways to score variants where what each does was planted: from which windows, over which strands, summed
//! over which bins. For each seed and way it writes the area under the ROC curve of |score| for "this variant does
//! something" and Pearson's r of the score with the planted change, of single bases and of deletions, as a table in
//! Markdown.
//!
//! ```sh
//! cargo run --release --example variant_scores --features flex,simulate -- MODEL TRACK 3000000 3000 78 79 80
//! ```

use std::ops::Range;

use pollster::block_on;
use regulens::engine::{DeviceKind, TrackEngine};
use regulens::interpret::variants::{ScoreSettings, VariantPlace};
use regulens::metrics::{auroc, pearson};
use regulens::sequence::Shape;
use regulens::sequence::codes::reverse_complement;
use regulens::sequence::vcf::Variant;
use regulens::simulate::sequence::{Effect, SequenceConfig, simulate};

/// The planted track that scores are held against.
const PLANTED: usize = 0;

/// Bins on either side of the variant that are summed; the last is the whole window.
const AROUND: [usize; 6] = [0, 1, 2, 4, 8, usize::MAX];

/// From which windows and strands a score is made.
#[derive(Clone, Copy)]
struct Way {
    says: &'static str,
    stitched: bool,
    both: bool,
}

const WAYS: [Way; 4] = [
    Way {
        says: "one window, one strand",
        stitched: false,
        both: false,
    },
    Way {
        says: "one window, both strands",
        stitched: false,
        both: true,
    },
    Way {
        says: "stitched, one strand",
        stitched: true,
        both: false,
    },
    Way {
        says: "stitched, both strands",
        stitched: true,
        both: true,
    },
];

/// Predicted changes of one track of one window, on each strand: [bins].
struct Changes {
    plain: Vec<f32>,
    stitched: Vec<f32>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, track, length, variants, seeds @ ..] = &arguments[..] else {
        panic!("expected MODEL TRACK LENGTH VARIANTS SEED [SEED …]");
    };
    let number = |text: &String| text.parse::<usize>().expect("a whole number");
    let bytes = std::fs::read(model).expect("a model file");
    let device = DeviceKind::Cpu.open().expect("the CPU");
    let engine = TrackEngine::load(model, &bytes, &device).expect("a model of sequences");
    let named = |of: &regulens::weights::Track| of.name == *track;
    let track = engine
        .card()
        .tracks
        .iter()
        .position(named)
        .expect("a track of the model");
    println!("| seed | score | bins around | single bases | deletions |\n|--:|---|--:|--:|--:|");
    for seed in seeds {
        let config = SequenceConfig {
            records: 1,
            length: number(length),
            variants: number(variants),
            seed: number(seed) as u64,
        };
        compare(&engine, track, &config);
    }
}

fn compare(engine: &TrackEngine, track: usize, config: &SequenceConfig) {
    let simulated = simulate(config).expect("a simulation");
    // By way, number of bins and sort of variant: scores, what was planted, and whether it is an effect.
    let mut found =
        vec![[const { (Vec::<f64>::new(), Vec::<f64>::new(), Vec::<bool>::new()) }; 2]; WAYS.len() * AROUND.len()];
    for planted in &simulated.variants {
        let record = &simulated.records[planted.record].codes;
        let variant = Variant {
            row: 0,
            alternative: 0,
            record: planted.record,
            position: planted.position,
            from: planted.reference.clone(),
            to: planted.alternative.clone(),
        };
        let shape: Shape = engine.shape().into();
        let place = VariantPlace::of(&variant, record, &shape, &ScoreSettings::default()).expect("a small one");
        let strands = [false, true].map(|reverse| changes(engine, track, &place, record, reverse));
        for (way, bins, all) in WAYS
            .iter()
            .flat_map(|way| AROUND.map(|around| (way, around)))
            .zip(&mut found)
            .map(|((way, around), all)| (way, bins(&place, record, &shape, around), all))
        {
            let of = |changes: &Changes| -> f64 {
                let values = if way.stitched {
                    &changes.stitched
                } else {
                    &changes.plain
                };
                values[bins.clone()].iter().map(|&change| f64::from(change)).sum()
            };
            let score = match way.both {
                true => f64::midpoint(of(&strands[0]), of(&strands[1])),
                false => of(&strands[0]),
            };
            let (scores, changes, effects) =
                &mut all[usize::from(planted.reference.len() != planted.alternative.len())];
            scores.push(score);
            changes.push(planted.change[PLANTED]);
            effects.push(planted.effect == Effect::Breaks);
        }
    }
    let names = WAYS.iter().flat_map(|way| AROUND.map(|around| (way.says, around)));
    for ((says, around), sorts) in names.zip(&found) {
        let cells = sorts.each_ref().map(|(scores, changes, effects)| {
            let sizes: Vec<f64> = scores.iter().map(|score| score.abs()).collect();
            let area = auroc(&sizes, effects).expect("both sorts");
            let r = pearson(scores, changes).expect("scores that differ");
            format!("{area:.3}; r {r:.2}")
        });
        let around = if around == usize::MAX {
            "all".to_owned()
        } else {
            around.to_string()
        };
        println!("| {} | {says} | {around} | {} | {} |", config.seed, cells[0], cells[1]);
    }
    let counts = found[0].each_ref().map(|(scores, ..)| scores.len());
    eprintln!(
        "seed {}: {} single bases, {} deletions",
        config.seed, counts[0], counts[1]
    );
}

fn bins(place: &VariantPlace, record: &[u8], shape: &Shape, around: usize) -> Range<usize> {
    let settings = ScoreSettings {
        around,
        ..ScoreSettings::default()
    };
    settings.bins(place.start, place.alleles.bases(), record.len(), shape)
}

fn changes(engine: &TrackEngine, track: usize, place: &VariantPlace, record: &[u8], reverse: bool) -> Changes {
    let sizes = engine.shape();
    let windows = place.windows(record, sizes.length, 0);
    let turned = |codes: &[u8]| {
        let mut codes = codes.to_vec();
        if reverse {
            reverse_complement(&mut codes);
        }
        codes
    };
    let of_track = |prediction: &[f32]| -> Vec<f32> {
        let mut bins: Vec<f32> = prediction.chunks_exact(sizes.tracks).map(|row| row[track]).collect();
        if reverse {
            bins.reverse();
        }
        bins
    };
    let reference = turned(&windows.reference);
    let without = block_on(engine.reference(&reference, false)).expect("a prediction");
    let with = |codes: &[u8]| {
        let codes = turned(codes);
        let differs = |at: &usize| codes[*at] != reference[*at];
        let range = (0..codes.len()).find(differs).zip((0..codes.len()).rev().find(differs));
        match range {
            Some((first, last)) => {
                let batch = block_on(engine.edited(&without, first, &codes[first..=last], false));
                of_track(&batch.expect("a prediction").prediction)
            }
            None => of_track(&without.batch().prediction),
        }
    };
    let left = with(&windows.left);
    let mut stitched = left.clone();
    if let Some(right) = &windows.right {
        windows.stitch(&mut stitched, &with(right), 1, &engine.shape().into());
    }
    let without = of_track(&without.batch().prediction);
    let less = |with: Vec<f32>| {
        with.iter()
            .zip(&without)
            .map(|(with, without)| with - without)
            .collect()
    };
    Changes {
        plain: less(left),
        stitched: less(stitched),
    }
}

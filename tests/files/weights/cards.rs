//! Models and cards to test with.

use std::collections::BTreeMap;

use regulens::input::MarkDistribution;
use regulens::task::change::ChangeScore;
use regulens::task::confidence::{
    Calibration, CalibrationMethod, Compared, Conformal, Reliability, ReliabilityBin, TrackConformal, TrackDistances,
};
use regulens::task::explanation::{ContrastFound, ExplanationChoice};
use regulens::task::level::LevelScore;
use regulens::task::missing::MissingMarks;
use regulens::task::on_off::OnOffScore;
use regulens::task::tracks::{EffectNull, NullDraw, TrackNull, TrackScore, TrackValue, VariantKind};
use regulens::task::transfer::Transfer;
use regulens::task::{Contrast, Named, Report, SeedScore};
use regulens::weights::card::{
    CellType, ClassMeans, Member, ModelCard, Stretch, Symmetry, Track, TrainingRecord, Transform, TransformKind,
};
use regulens::weights::{Dtype, Tensor, WeightFile};
use serde_json::{Map, json};

/// The tensors of LSTM-α,β at `size` hidden units and as many marks, holding numbers between −1 and 1.
pub fn tensors(size: usize, marks: usize) -> BTreeMap<String, Tensor> {
    let mut shapes = Vec::new();
    let mut lstm = |prefix: String, input: usize, hidden: usize| {
        for direction in ["", "_reverse"] {
            shapes.push((format!("{prefix}.weight_ih_l0{direction}"), vec![4 * hidden, input]));
            shapes.push((format!("{prefix}.weight_hh_l0{direction}"), vec![4 * hidden, hidden]));
            shapes.push((format!("{prefix}.bias_ih_l0{direction}"), vec![4 * hidden]));
            shapes.push((format!("{prefix}.bias_hh_l0{direction}"), vec![4 * hidden]));
        }
    };
    for mark in 0..marks {
        lstm(format!("rnn_hms.{mark}.rnn"), 1, size);
    }
    lstm("hm_level_rnn_1.rnn".to_owned(), 2 * size, size / 2);
    for mark in 0..marks {
        shapes.push((
            format!("rnn_hms.{mark}.bin_attention.bin_context_vector"),
            vec![2 * size, 1],
        ));
    }
    shapes.push((
        "hm_level_rnn_1.bin_attention.bin_context_vector".to_owned(),
        vec![size, 1],
    ));
    shapes.push(("fdiff1_1.weight".to_owned(), vec![1, size]));
    shapes.push(("fdiff1_1.bias".to_owned(), vec![1]));

    let mut state = 1_u32;
    let mut number = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    shapes
        .into_iter()
        .map(|(name, shape)| {
            let values = (0..shape.iter().product::<usize>()).map(|_| number()).collect();
            (name, Tensor::new(shape, values))
        })
        .collect()
}

/// A model of 10 bins with no more than its architecture on the card.
pub fn small(size: usize, marks: usize) -> (ModelCard, BTreeMap<String, Tensor>) {
    let marks_named = (1..=marks).map(|mark| format!("mark {mark}")).collect();
    (
        ModelCard::new("attentive-chrome", "lstm-alpha-beta", marks_named, 10),
        tensors(size, marks),
    )
}

/// The bytes of a small model file in float16.
pub fn small_file() -> Vec<u8> {
    let (card, tensors) = small(4, 2);
    WeightFile::write(&card, &tensors, Dtype::F16).expect("a model")
}

/// Null distribution of a few random variants.
fn null() -> TrackNull {
    let draws = [VariantKind::Base, VariantKind::Indel].map(|kind| NullDraw {
        kind,
        activity: 3.5,
        effect: -0.25,
    });
    TrackNull::of("ATAC", &draws)
}

/// A card with every field.
pub fn full() -> ModelCard {
    let least = small(4, 2).0;
    let score = |n, auroc, auprc| OnOffScore {
        n,
        auroc,
        auprc: Some(auprc),
        on: Some(3300),
        called_on: Some(3200),
        accuracy: Some(0.9),
        brier: Some(0.08),
        log_loss: Some(0.3),
        difference: Some(-0.009),
        difference_low: Some(-0.02),
        difference_high: Some(0.002),
    };
    let change = || ChangeScore {
        n: 200,
        pearson: 0.7,
        spearman: 0.65,
        r2: 0.48,
        mse: 7.5,
        sign_accuracy: Some(0.8),
        changed: Some(127),
    };
    let distribution = || MarkDistribution {
        mark: "mark 1".to_owned(),
        mean: 1.5,
        standard_deviation: 2.0,
        zero_fraction: 0.25,
        integer_fraction: 1.0,
        median: 1.0,
        p90: 4.0,
        p99: 9.0,
        max: 31.0,
        step: Some(1.0),
        values: 1_320_200,
    };
    let level = || LevelScore {
        n: 200,
        pearson: 0.71,
        spearman: 0.66,
        r2: 0.5,
        mse: 6.25,
    };
    let coverage = || TrackScore {
        n: 11_952,
        pearson: 0.79,
        log_pearson: 0.6,
        r2: 0.62,
        per_track: vec![TrackValue {
            name: "ATAC".to_owned(),
            pearson: Some(0.79),
            log_pearson: Some(0.6),
            r2: Some(0.62),
        }],
    };
    let beside = |name: &str| Named {
        name: name.to_owned(),
        score: coverage(),
    };
    let settings = |value: serde_json::Value| -> Map<_, _> { serde_json::from_value(value).expect("an object") };
    ModelCard {
        format_version: 2,
        name: "LSTM-α,β on K562".to_owned(),
        hyperparameters: settings(json!({"bin_rnn_size": 4})),
        assembly: Some("hg19".to_owned()),
        cell_type: Some(CellType {
            id: "E123".to_owned(),
            name: "K562".to_owned(),
        }),
        cell_type_b: Some(CellType {
            id: "E003".to_owned(),
            name: "H1".to_owned(),
        }),
        transform: Transform {
            kind: TransformKind::Log1p,
            scale: Some(vec![0.5, 0.25]),
        },
        dtype: Dtype::F16,
        parameters: 665,
        training: Some(TrainingRecord {
            data: "the sample set of the paper".to_owned(),
            split: "train, valid and test files as published".to_owned(),
            genes: Some(6601),
            recipe: settings(json!({"optimiser": "adam", "learning_rate": 2e-4})),
            seed: 3,
            epochs: 30,
            best_epoch: 12,
            date: Some("2025-01-31".to_owned()),
            program: "regulens 0.1.0".to_owned(),
            command: Some("attentive-chrome --variant lstm".to_owned()),
            files: Some(json!([{"flag": "train", "name": "a.csv", "sha256": "0"}])),
            processor: Some("x86_64, AVX2".to_owned()),
            history: Some(json!({"columns": ["training loss"], "epochs": [1], "values": [[0.5]]})),
        }),
        input_distribution: vec![distribution()],
        input_distribution_b: vec![distribution()],
        change_metrics: Some(Report {
            validation: Some(change()),
            test: Some(change()),
            seeds: vec![SeedScore {
                seed: 3,
                validation_loss: None,
                validation: 0.71,
                test: Some(change()),
            }],
            baselines: vec![Named {
                name: "ridge on binned log ratio".to_owned(),
                score: change(),
            }],
            ceilings: Vec::new(),
        }),
        level_metrics: Some(Report {
            validation: Some(level()),
            test: Some(level()),
            seeds: vec![SeedScore {
                seed: 3,
                validation_loss: Some(6.5),
                validation: 0.71,
                test: Some(level()),
            }],
            baselines: vec![Named {
                name: "ridge on ln(1 + count)".to_owned(),
                score: level(),
            }],
            ceilings: Vec::new(),
        }),
        unit: Some("log2(count + 1)".to_owned()),
        sequence: Some(Stretch {
            length: 16_384,
            buffer: 2048,
        }),
        tracks: vec![Track {
            name: "ATAC".to_owned(),
            assay: "ATAC".to_owned(),
            description: "open chromatin of yeast".to_owned(),
            unit: "fragment coverage summed over 128 bp".to_owned(),
        }],
        track_metrics: Some(Report {
            validation: Some(coverage()),
            test: Some(coverage()),
            seeds: vec![SeedScore {
                seed: 3,
                validation_loss: Some(0.4),
                validation: 0.8,
                test: Some(coverage()),
            }],
            baselines: vec![beside("ridge on 4-mers")],
            ceilings: vec![beside("half of the fragments against the other")],
        }),
        variant_null: Some(EffectNull {
            genome: "sacCer3.2bit".to_owned(),
            drawn: "places and bases at random".to_owned(),
            seed: 7,
            around: 2,
            strands: "both".to_owned(),
            shifts: vec![0, -1],
            tracks: vec![null()],
        }),
        class_means: Some(ClassMeans {
            on: "0000".repeat(least.bins * least.marks.len()),
            off: "003c".repeat(least.bins * least.marks.len()),
        }),
        gene_ranges: vec![[0.5, 12.25]; least.columns()],
        members: [3, 4]
            .map(|seed| Member {
                variant: "lstm-alpha-beta".to_owned(),
                hyperparameters: settings(json!({"bin_rnn_size": 4})),
                seed: Some(seed),
            })
            .into(),
        calibration: Some(Calibration {
            method: CalibrationMethod::Isotonic,
            slope: 1.0,
            offset: 0.0,
            knots: vec![[-1.0, 0.2], [1.5, 0.8]],
            genes: 2000,
            on: 0.5,
            data: "simulated genes".to_owned(),
            compared: vec![Compared {
                method: CalibrationMethod::None,
                log_loss: 0.3,
                brier: 0.09,
            }],
            test: Some(Reliability {
                n: 5000,
                brier: 0.08,
                brier_raw: 0.09,
                calibration_error: 0.01,
                calibration_error_raw: 0.05,
                bins: vec![ReliabilityBin {
                    n: 500,
                    mean: 0.95,
                    on: 0.94,
                    low: 0.916,
                    high: 0.957,
                }],
            }),
        }),
        conformal: Some(Conformal {
            scores: vec![-2.0, 0.5],
            floor: 0.25,
            genes: 2,
            symmetric: true,
            data: "simulated genes".to_owned(),
        }),
        track_conformal: Some(TrackConformal {
            tracks: vec![TrackDistances {
                scores: vec![0.25, 2.5],
                floor: 4.5,
            }],
            windows: 45,
            data: "validation windows".to_owned(),
        }),
        transfer: vec![Transfer {
            cell_type: "H1".to_owned(),
            data: "test genes of H1".to_owned(),
            genes: 200,
            on: 123,
            called_on: 141,
            auroc: 0.825,
            brier: 0.176,
            calibration_error: 0.112,
        }],
        symmetric: Some(Symmetry {
            default: true,
            seeds: 5,
            validation: 0.7,
            validation_symmetric: 0.72,
            standard_error: 0.004,
            test: 0.68,
            test_symmetric: 0.7,
            no_change: 0.61,
        }),
        explanation: Some(ExplanationChoice {
            contrast: Some(Contrast::Zero),
            contrasts: vec![ContrastFound {
                contrast: Contrast::Zero,
                meets: true,
                answers: 1.0,
                signs: Some(0.95),
                ahead_of_signal: 0.033,
                standard_error: 0.008,
                recovered: Some(0.354),
                outside: 1.0,
            }],
            roles_high: vec![0.344, -0.04],
            roles_low: vec![0.25, -0.5],
            best: "integrated-gradients".to_owned(),
            genes: 200,
            data: "validation genes of K562".to_owned(),
            seed: 1,
            tested: vec!["integrated-gradients".to_owned(), "signal".to_owned()],
            areas: vec![0.31, 0.24],
            ahead_of_signal: vec![0.07, 0.0],
            standard_errors: vec![0.01, 0.0],
        }),
        missing_marks: Some(MissingMarks {
            data: "test genes of K562".to_owned(),
            genes: 200,
            score: 0.948,
            scores: vec![0.9, 0.947],
            changed_calls: vec![21, 0],
        }),
        metrics: Some(Report {
            validation: Some(score(6601, 0.95, 0.94)),
            test: Some(score(6600, 0.949, 0.939)),
            seeds: vec![SeedScore {
                seed: 3,
                validation_loss: Some(0.31),
                validation: 0.95,
                // A card keeps of each seed its areas alone.
                test: Some(OnOffScore {
                    auroc: 0.949,
                    auprc: Some(0.939),
                    ..OnOffScore::default()
                }),
            }],
            baselines: vec![Named {
                name: "logistic regression".to_owned(),
                score: score(0, 0.94, 0.93),
            }],
            ceilings: Vec::new(),
        }),
        quantity: Some("H3K4me3: counts of reads".to_owned()),
        source: Some("model.pt".to_owned()),
        citation: vec!["Singh et al. 2017".to_owned()],
        notes: vec!["A note.".to_owned()],
        tested_as: Some(Dtype::I8),
        ..least
    }
}

//! Scores of variants and in-silico mutagenesis by real models: what is computed again is what the whole window would
//! give.
#![cfg(feature = "flex")]

use std::ops::ControlFlow;
use std::path::PathBuf;

use pollster::block_on;
use regulens::Error;
use regulens::engine::{DeviceKind, TrackEngine};
use regulens::interpret::variants::{Edited, ScoreSettings, attention_change, track_changes};
use regulens::sequence::Fasta;
use regulens::sequence::vcf::Vcf;
use regulens::weights::{Dtype, ImportOptions, WeightFile, import};

/// The golden models, of one sort of context stage each.
const MODELS: [&str; 5] = [
    "basenji",
    "standard",
    "exp-variable",
    "attention-two-sided",
    "attention-variable.two-layers",
];

/// All of their tracks.
const TRACKS: [usize; 7] = [0, 1, 2, 3, 4, 5, 6];

/// All that is predicted is summed.
const WHOLE: ScoreSettings = ScoreSettings { around: None };

/// A golden model on the CPU; in CI it must be there.
fn engine(name: &str) -> Option<TrackEngine> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/golden/basenji")
        .join(format!("{name}.weights.safetensors"));
    let Ok(bytes) = std::fs::read(&file) else {
        assert!(std::env::var_os("CI").is_none(), "{} is missing", file.display());
        eprintln!("skipped: {} is not there", file.display());
        return None;
    };
    let variant = name.split('.').next().expect("a variant");
    let (card, tensors) = import("basenji", variant, name, &bytes, &ImportOptions::default()).expect("a model");
    let written = WeightFile::write(&card, &tensors, Dtype::F32).expect("a model file");
    let device = DeviceKind::Cpu.open().expect("the CPU");
    Some(TrackEngine::load(name, &written, &device).expect("an engine"))
}

/// Two records: one longer than the models take, one shorter.
fn fasta() -> Fasta {
    let mut state = 7_u32;
    let mut bases = |count: usize| -> String {
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(b"ACGT"[(state >> 30) as usize])
            })
            .collect()
    };
    let text = format!(">long\n{}\n>short\n{}\n", bases(6_000), bases(1_500));
    Fasta::read("g.fa", text.as_bytes()).expect("FASTA")
}

/// A base, one beside it, an insertion and a deletion, at the ends of records too.
fn vcf(fasta: &Fasta) -> Vcf {
    let letters = |record: usize, position: usize, count: usize| -> String {
        let codes = &fasta.records[record].codes[position - 1..position - 1 + count];
        codes
            .iter()
            .map(|code| char::from(b"ACGT"[usize::from(*code)]))
            .collect()
    };
    let other = |letters: &str| if letters.starts_with('A') { "C" } else { "A" };
    let mut text = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
    for (record, position) in [(0, 3_000), (0, 3_001), (0, 5), (0, 6_000), (1, 1), (1, 700)] {
        let name = &fasta.records[record].name;
        let base = letters(record, position, 1);
        text += &format!(
            "{name}\t{position}\t.\t{base}\t{},{base}GATTACA\t.\t.\t.\n",
            other(&base)
        );
    }
    let deleted = letters(0, 2_500, 4);
    text += &format!("long\t2500\t.\t{deleted}\t{}\t.\t.\t.\n", &deleted[..1]);
    Vcf::read("v.vcf", text.as_bytes()).expect("a VCF")
}

fn assert_close(found: f64, expected: f64, scale: f64, what: &str) {
    assert!(
        (found - expected).abs() <= 2e-5 * scale.max(1.0),
        "{what}: {found}; expected {expected}"
    );
}

#[test]
fn scores_are_those_of_whole_windows() {
    let fasta = fasta();
    let variants = vcf(&fasta).place(&fasta).expect("the reference's bases");
    assert_eq!(variants.len(), 13);
    for name in MODELS {
        let Some(engine) = engine(name) else { return };
        let shape = engine.shape();
        let scores =
            block_on(engine.score_variants(&fasta, &variants, &TRACKS, &WHOLE, |_, _| ControlFlow::Continue(())))
                .expect("scores");
        for (variant, score) in variants.iter().zip(&scores) {
            let score = score.as_ref().expect("a small one");
            let record = &fasta.records[variant.record].codes;
            let edited = Edited::of(variant, record, &shape.into(), &WHOLE).expect("windows");
            let predict = |codes| block_on(engine.predict(codes, true)).expect("a prediction");
            let (without, with) = (predict(&edited.reference), predict(&edited.alternative));
            let expected = track_changes(
                &without.prediction,
                &with.prediction,
                shape.tracks,
                &TRACKS,
                edited.bins,
            );
            for (found, expected) in score.tracks.iter().zip(&expected) {
                assert_close(found.difference(), expected.difference(), expected.reference, name);
                assert_close(f64::from(found.log2), f64::from(expected.log2), 1.0, name);
            }
            let attention = attention_change(&without.attention, &with.attention, shape.bins);
            assert_eq!(score.attention.is_some(), shape.heads > 0);
            if let (Some(found), Some(expected)) = (score.attention, attention) {
                assert_close(f64::from(found.variation), f64::from(expected.variation), 1.0, name);
                assert!(found.variation > 0.0 && found.variation <= 1.0);
            }
        }
        let moved = scores.iter().flatten().flat_map(|score| &score.tracks);
        assert!(
            moved.clone().any(|change| change.difference() != 0.0),
            "{name} sees no variant"
        );
    }
}

#[test]
fn a_variant_of_the_same_base_changes_nothing() {
    let fasta = fasta();
    let base = char::from(b"ACGT"[usize::from(fasta.records[0].codes[2_999])]);
    let vcf = Vcf::typed("typed", &format!("long:3000 {base}>{base}")).expect("a variant");
    let variants = vcf.place(&fasta).expect("its place");
    let Some(engine) = engine("attention-two-sided") else {
        return;
    };
    let scores = block_on(engine.score_variants(&fasta, &variants, &TRACKS, &WHOLE, |_, _| ControlFlow::Continue(())))
        .expect("scores");
    let score = scores[0].as_ref().expect("a small one");
    assert!(
        score
            .tracks
            .iter()
            .all(|change| change.difference() == 0.0 && change.log2 == 0.0)
    );
    assert_eq!(score.attention.expect("heads").variation, 0.0);
}

#[test]
fn an_allele_longer_than_what_is_seen_has_no_score() {
    let fasta = fasta();
    let base = char::from(b"ACGT"[usize::from(fasta.records[0].codes[2_999])]);
    let long = "A".repeat(2_000);
    let vcf = Vcf::typed("typed", &format!("long:3000 {base}>{long}")).expect("a variant");
    let variants = vcf.place(&fasta).expect("its place");
    let Some(engine) = engine("standard") else {
        return;
    };
    let scores = block_on(engine.score_variants(&fasta, &variants, &TRACKS, &WHOLE, |_, _| ControlFlow::Continue(())))
        .expect("scores");
    assert_eq!(scores, [None]);
}

#[test]
fn mutagenesis_is_that_of_whole_windows() {
    let fasta = fasta();
    for (name, record, region) in [
        ("basenji", 0, 3_000..3_003),
        ("attention-two-sided", 0, 0..2),
        ("standard", 1, 1_498..1_500),
        // Wider than one window: two parts.
        ("standard", 0, 2_000..2_000 + 1_793),
    ] {
        let Some(engine) = engine(name) else { return };
        let codes = &fasta.records[record].codes;
        let wide = region.len() > 100;
        let track = 3;
        // Of the wide region a few exchanges are enough.
        let mut told = 0;
        let between = async |done: usize, total: usize| {
            // Before each exchange, and between the steps of a window.
            assert!(done == told || done == told + 1, "{done} after {told}");
            assert_eq!(total, 3 * region.len());
            told = done;
            if wide && done > 20 {
                return Err(Error::Cancelled);
            }
            Ok(())
        };
        let found = block_on(engine.mutagenesis(codes, region.clone(), &[0, track], &WHOLE, between));
        if wide {
            assert!(matches!(found, Err(Error::Cancelled)));
            continue;
        }
        let found = &found.expect("exchanges")[1];
        assert_eq!(told, 3 * region.len() - 1);
        assert_eq!(
            (found.start, &found.reference[..]),
            (region.start, &codes[region.clone()])
        );
        let shape = engine.shape();
        let part = &regulens::interpret::mutagenesis::parts(region.clone(), &shape.into())[0];
        let window = |codes: &[u8]| {
            let window = regulens::sequence::Window {
                start: part.start,
                keep: 0..1,
                first_bin: 0,
            };
            block_on(engine.predict(&window.codes(codes, shape.length), false))
                .expect("a prediction")
                .prediction
        };
        let without = window(codes);
        let bins = regulens::interpret::variants::bins_within(part.start, codes.len(), &shape.into());
        for (position, changes) in region.zip(&found.changes) {
            for to in 0..4_u8 {
                let mut changed = codes.clone();
                changed[position] = to;
                let expected = track_changes(&without, &window(&changed), shape.tracks, &[track], bins.clone())[0];
                assert_close(
                    f64::from(changes[usize::from(to)]),
                    expected.difference(),
                    expected.reference,
                    name,
                );
            }
            assert_eq!(changes[usize::from(codes[position])], 0.0);
        }
    }
}

#[test]
fn whoever_cancels_gets_nothing() {
    let fasta = fasta();
    let variants = vcf(&fasta).place(&fasta).expect("the reference's bases");
    let Some(engine) = engine("standard") else {
        return;
    };
    let mut told = 0;
    let cancelled = block_on(
        engine.score_variants(&fasta, &variants, &TRACKS, &WHOLE, |done, total| {
            assert_eq!((done, total), (told, variants.len()));
            told += 1;
            if done == 2 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }),
    );
    assert!(matches!(cancelled, Err(Error::Cancelled)));
}

//! Scores of variants and in-silico mutagenesis by real models: what is computed again is what the whole window would
//! give.

use std::ops::ControlFlow;
use std::path::PathBuf;

use pollster::block_on;
use regulens::Error;
use regulens::engine::{DeviceKind, TrackEngine};
use regulens::interpret::variants::{
    ScoreSettings, Strands, VariantPlace, VariantScore, attention_change, track_changes,
};
use regulens::sequence::Fasta;
use regulens::sequence::codes::{encode, letter, reverse_complement};
use regulens::sequence::vcf::{Variant, Vcf};
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

fn settings(around: usize, strands: Strands, shifts: &[isize]) -> ScoreSettings {
    ScoreSettings {
        around,
        strands,
        shifts: shifts.to_vec(),
    }
}

/// All that is predicted is summed, of one strand.
fn whole() -> ScoreSettings {
    settings(usize::MAX, Strands::Forward, &[0])
}

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
    assert_within(2e-5, found, expected, scale, what);
}

#[track_caller]
fn assert_within(most: f64, found: f64, expected: f64, scale: f64, what: &str) {
    assert!(
        (found - expected).abs() <= most * scale.max(1.0),
        "{what}: {found}; expected {expected}"
    );
}

/// The prediction for whole windows with the variant and without, written out: every window on every strand and shift,
/// bins before the variant's middle from the window that begins where the reference's does, bins behind it from the one
/// that ends there.
fn in_whole_windows(
    engine: &TrackEngine,
    place: &VariantPlace,
    record: &[u8],
    settings: &ScoreSettings,
) -> [Vec<f64>; 2] {
    let shape = engine.shape();
    let predict = |codes: &[u8], reverse: bool| -> Vec<f32> {
        let mut codes = codes.to_vec();
        if reverse {
            reverse_complement(&mut codes);
        }
        let mut rows: Vec<Vec<f32>> = block_on(engine.predict(&codes, false))
            .expect("a prediction")
            .prediction
            .chunks(shape.tracks)
            .map(<[f32]>::to_vec)
            .collect();
        if reverse {
            rows.reverse();
        }
        rows.concat()
    };
    let strands: &[bool] = match settings.strands {
        Strands::Both => &[false, true],
        Strands::Forward => &[false],
    };
    let count = (strands.len() * settings.shifts.len()) as f64;
    let mut sums = [(); 2].map(|()| vec![0.0; shape.cropped * shape.tracks]);
    for &shift in &settings.shifts {
        let windows = place.windows(record, shape.length, shift);
        let middle = (windows.replaced.start + windows.replaced.end) as f64 / 2.0;
        for &reverse in strands {
            let without = predict(&windows.reference, reverse);
            let left = predict(&windows.left, reverse);
            let right = windows.right.as_ref().map(|codes| predict(codes, reverse));
            for at in 0..without.len() {
                let bin = shape.crop + at / shape.tracks;
                let of_bin = (bin as f64 + 0.5) * shape.bin as f64;
                let with = match &right {
                    Some(right) if of_bin > middle => f64::from(right[at]),
                    Some(right) if of_bin == middle => f64::midpoint(f64::from(left[at]), f64::from(right[at])),
                    _ => f64::from(left[at]),
                };
                sums[0][at] += f64::from(without[at]) / count;
                sums[1][at] += with / count;
            }
        }
    }
    sums
}

#[test]
fn scores_are_those_of_whole_windows() {
    let fasta = fasta();
    let variants = vcf(&fasta).place(&mut fasta.clone()).expect("the reference's bases");
    assert_eq!(variants.len(), 13);
    for (name, settings) in MODELS.into_iter().zip([
        whole(),
        ScoreSettings::default(),
        settings(1, Strands::Both, &[0, 3]),
        ScoreSettings::default(),
        settings(4, Strands::Forward, &[0, -1, 1]),
    ]) {
        let Some(engine) = engine(name) else { return };
        let shape = engine.shape();
        let scores = block_on(
            engine.score_variants(&mut fasta.clone(), &variants, &TRACKS, &settings, |_, _| {
                ControlFlow::Continue(())
            }),
        )
        .expect("scores");
        for (variant, score) in variants.iter().zip(&scores) {
            let score = score.as_ref().expect("a small one");
            let record = &fasta.records[variant.record].codes;
            let place = VariantPlace::of(variant, record, &shape.into(), &settings).expect("a place");
            let predicted = in_whole_windows(&engine, &place, record, &settings);
            let [without, with] = predicted.map(|sums| sums.into_iter().map(|sum| sum as f32).collect::<Vec<_>>());
            let expected = track_changes(&without, &with, shape.tracks, &TRACKS, &place.bins, &place.whole);
            for (found, expected) in score.tracks.iter().zip(&expected) {
                assert_close(found.difference(), expected.difference(), expected.reference, name);
                assert_close(found.total, expected.total, expected.reference, name);
                assert_close(f64::from(found.log2), f64::from(expected.log2), 1.0, name);
            }
            assert_eq!(score.attention.is_some(), shape.heads > 0);
            let windows = place.windows(record, shape.length, settings.shifts[0]);
            if let (Some(found), None) = (score.attention, &windows.right) {
                let attention = |codes| block_on(engine.predict(codes, true)).expect("a prediction").attention;
                let expected = attention_change(&attention(&windows.reference), &attention(&windows.left), shape.bins)
                    .expect("heads");
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

/// The scores of typed variants of the first record.
fn typed(engine: &TrackEngine, fasta: &Fasta, variants: &[String], settings: &ScoreSettings) -> Vec<VariantScore> {
    let of = |text: &String| {
        Vcf::typed("typed", text)
            .expect("a variant")
            .place(&mut fasta.clone())
            .expect("its place")
    };
    let variants: Vec<_> = variants.iter().flat_map(of).collect();
    block_on(
        engine.score_variants(&mut fasta.clone(), &variants, &TRACKS, settings, |_, _| {
            ControlFlow::Continue(())
        }),
    )
    .expect("scores")
    .into_iter()
    .map(|score| score.expect("a small one"))
    .collect()
}

fn letters(codes: &[u8]) -> String {
    codes.iter().map(|&code| char::from(letter(code))).collect()
}

#[test]
fn the_other_strand_of_the_same_window_gives_the_same_score() {
    let fasta = fasta();
    let codes = &fasta.records[0].codes;
    let mut turned = codes.clone();
    reverse_complement(&mut turned);
    let other = Fasta::read("r.fa", format!(">long\n{}\n", letters(&turned)).as_bytes()).expect("FASTA");
    // As many bases on either side of what is replaced: the window of one strand is that of the other. The first allele
    // bases differ from those around them, so that nothing is trimmed or moved.
    let (from, to) = (3_000, 3_004);
    let ends = |inserted: &str| {
        let mut both = inserted.as_bytes().to_vec();
        both.iter_mut().for_each(|base| *base = encode(*base));
        reverse_complement(&mut both);
        letters(&both)
    };
    let reference = letters(&codes[from..to]);
    for alternative in ["GG", "TTTTTTTT"] {
        let forward = format!("long:{} {reference}>{alternative}", from + 1);
        let backward = format!(
            "long:{} {}>{}",
            codes.len() - to + 1,
            letters(&turned[codes.len() - to..codes.len() - from]),
            ends(alternative)
        );
        for name in MODELS {
            let Some(engine) = engine(name) else { return };
            let settings = ScoreSettings::default();
            let of = |fasta: &Fasta, text: &String| typed(&engine, fasta, std::slice::from_ref(text), &settings);
            let (forward, backward) = (of(&fasta, &forward), of(&other, &backward));
            for (a, b) in forward[0].tracks.iter().zip(&backward[0].tracks) {
                assert_within(1e-5, a.difference(), b.difference(), a.reference, name);
                assert_within(1e-5, a.reference, b.reference, a.reference, name);
                assert_within(1e-5, a.total, b.total, a.reference, name);
                assert_within(1e-5, f64::from(a.log2), f64::from(b.log2), 1.0, name);
            }
        }
    }
}

#[test]
fn a_deletion_in_a_repeat_scores_the_same_however_it_is_written() {
    let text = format!(">long\n{}CACACACA{}\n", "ACGTTGCA".repeat(300), "GGATCTTA".repeat(300));
    let fasta = Fasta::read("g.fa", text.as_bytes()).expect("FASTA");
    let Some(engine) = engine("attention-two-sided") else {
        return;
    };
    let first = 2_400;
    let written = [
        format!("long:{first} ACA>A"),
        format!("long:{} CACA>CA", first + 3),
        format!("long:{} ACAG>AG", first + 6),
    ];
    let scores = typed(&engine, &fasta, &written, &ScoreSettings::default());
    assert_ne!(scores[0].tracks[0].difference(), 0.0);
    assert!(scores.iter().all(|score| *score == scores[0]));
}

#[test]
fn bins_that_do_not_see_a_variant_are_the_same_to_the_bit() {
    let fasta = fasta();
    let record = &fasta.records[0].codes;
    // A shipped model: those of the golden cases predict fewer bins than they see.
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models/basenji-yeast-atac.safetensors");
    let bytes = std::fs::read(&file).expect("a shipped model");
    let engine = TrackEngine::load("yeast", &bytes, &DeviceKind::Cpu.open().expect("the CPU")).expect("an engine");
    let shape = engine.shape();
    let insertion = format!("long:3000 {0}>{0}GATTACA", letters(&record[2_999..3_000]));
    let deletion = format!(
        "long:3000 {}>{}",
        letters(&record[2_999..3_006]),
        letters(&record[2_999..3_000])
    );
    let base = format!(
        "long:3000 {}>{}",
        letters(&record[2_999..3_000]),
        letters(&[(record[2_999] + 1) % 4])
    );
    for text in [insertion, deletion, base] {
        let variant = &Vcf::typed("typed", &text)
            .expect("a variant")
            .place(&mut fasta.clone())
            .expect("its place")[0];
        let go_on = &mut async || Ok::<_, Error>(());
        let settings = ScoreSettings::default();
        let effect = block_on(engine.variant(record, variant, &[0], &settings, Vec::new(), go_on));
        let effect = effect.expect("an effect").expect("a small one");
        let rows = |batch: &regulens::engine::TrackBatch| -> Vec<Vec<f32>> {
            batch.prediction.chunks(shape.tracks).map(<[f32]>::to_vec).collect()
        };
        let (without, with) = (rows(&effect.reference()), rows(&effect.alternative));
        let same = |bin: &usize| without[*bin] == with[*bin];
        let before = (0..shape.cropped).take_while(same).count();
        let behind = (0..shape.cropped).rev().take_while(same).count();
        assert!(
            before > 0 && behind > 0,
            "{text}: {before} and {behind} of {}",
            shape.cropped
        );
        assert!(before + behind < shape.cropped, "{text} is seen");
    }
}

#[test]
fn a_base_exchanged_in_mutagenesis_does_what_it_does_as_a_variant() {
    let fasta = fasta();
    let codes = &fasta.records[0].codes;
    let at = 3_000;
    let Some(engine) = engine("exp-variable") else { return };
    let settings = ScoreSettings::default();
    let found = block_on(engine.mutagenesis(codes, at..at + 1, &TRACKS, &settings, async |_, _| Ok(())));
    let found = found.expect("exchanges");
    let variants: Vec<String> = (0..4)
        .map(|to| format!("long:{} {}>{}", at + 1, letters(&codes[at..=at]), letters(&[to])))
        .collect();
    for (to, score) in typed(&engine, &fasta, &variants, &settings).iter().enumerate() {
        for (found, change) in found.iter().zip(&score.tracks) {
            assert_close(
                f64::from(found.changes[0][to]),
                change.difference(),
                change.reference,
                "exp-variable",
            );
        }
    }
}

#[test]
fn a_variant_of_the_same_base_changes_nothing() {
    let mut fasta = fasta();
    let base = char::from(b"ACGT"[usize::from(fasta.records[0].codes[2_999])]);
    let vcf = Vcf::typed("typed", &format!("long:3000 {base}>{base}")).expect("a variant");
    let variants = vcf.place(&mut fasta.clone()).expect("its place");
    let Some(engine) = engine("attention-two-sided") else {
        return;
    };
    let scores = block_on(engine.score_variants(&mut fasta, &variants, &TRACKS, &whole(), |_, _| {
        ControlFlow::Continue(())
    }))
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
    let mut fasta = fasta();
    let base = char::from(b"ACGT"[usize::from(fasta.records[0].codes[2_999])]);
    let long = "A".repeat(2_000);
    let vcf = Vcf::typed("typed", &format!("long:3000 {base}>{long}")).expect("a variant");
    let variants = vcf.place(&mut fasta.clone()).expect("its place");
    let Some(engine) = engine("standard") else {
        return;
    };
    let scores = block_on(engine.score_variants(&mut fasta, &variants, &TRACKS, &whole(), |_, _| {
        ControlFlow::Continue(())
    }))
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
        // A few exchanges of the wide region are enough.
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
        let found = block_on(engine.mutagenesis(codes, region.clone(), &[0, track], &whole(), between));
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
                let expected = track_changes(&without, &window(&changed), shape.tracks, &[track], &bins, &bins)[0];
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
    let mut fasta = fasta();
    let variants = vcf(&fasta).place(&mut fasta.clone()).expect("the reference's bases");
    let Some(engine) = engine("standard") else {
        return;
    };
    let mut told = 0;
    let cancelled = block_on(
        engine.score_variants(&mut fasta, &variants, &TRACKS, &whole(), |done, total| {
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

/// The record of the cases of www/tests/app/tracks/near-genes.test.ts.
#[test]
fn a_variant_changes_the_same_bases_however_it_is_written() {
    let Some(engine) = engine("basenji") else { return };
    let changed = |there: &str, position: usize, from: &str, to: &str| {
        let codes = |bases: &str| -> Vec<u8> { bases.bytes().map(encode).collect() };
        let record = codes(&format!("{}{there}{}", "TC".repeat(50), "GGTT".repeat(50)));
        assert_eq!(
            record[position..position + from.len()],
            codes(from),
            "{from} at {position}"
        );
        let variant = Variant {
            row: 0,
            alternative: 0,
            record: 0,
            position,
            from: codes(from),
            to: codes(to),
        };
        engine.changed_bases(&record, &variant)
    };
    // Alone: without what both alleles share.
    for (from, to, bases) in [
        ("A", "G", 100..101),
        ("AT", "A", 101..102),
        ("ATTT", "A", 101..104),
        ("A", "AT", 100..101),
        ("CAT", "CGT", 101..102),
        ("AC", "GT", 100..102),
    ] {
        assert_eq!(changed(from, 100, from, to), bases, "{from}>{to}");
    }
    // In a repeat, at its first place.
    for (there, position, from, to, bases) in [
        ("AAAA", 99, "CA", "C", 100..101),
        ("AAAA", 100, "AA", "A", 100..101),
        ("AAAA", 103, "AG", "G", 100..101),
        ("AAAA", 99, "C", "CA", 99..100),
        ("AAAA", 103, "A", "AA", 99..100),
        ("ACACAC", 99, "CAC", "C", 99..101),
        ("ACACAC", 103, "CAC", "C", 99..101),
        ("ACACAC", 104, "ACG", "G", 99..101),
        ("ACACAC", 105, "C", "CAC", 98..99),
    ] {
        assert_eq!(
            changed(there, position, from, to),
            bases,
            "{there}: {position} {from}>{to}"
        );
    }
    // One that is too long for a score, too.
    let long = "ACAC".repeat(5_000);
    for position in [100, 102, 500] {
        let bases = changed(&long, position, &long[..19_000], "");
        assert_eq!(bases, 99..19_099, "{position}");
    }
}

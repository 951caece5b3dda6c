//! The numbers of the analyses are stated in the crate; the package's copy is written by this test.

use std::path::PathBuf;

use regulens::engine::TOLERANCE;
use regulens::interpret::attribution::SHUFFLES;
use regulens::interpret::class_optimisation::ClassOptimisationSettings;
use regulens::interpret::deletion::THRESHOLD;
use regulens::interpret::motifs::{NAMES_Q, PATTERN, SEQLET};
use regulens::interpret::variants::ScoreSettings;

#[test]
fn the_package_has_the_crates_constants() {
    let ClassOptimisationSettings {
        lambda, steps, seed, ..
    } = ClassOptimisationSettings::default();
    let ScoreSettings {
        around,
        strands,
        shifts,
    } = ScoreSettings::default();
    let strands = strands.id();
    let expected = format!(
        "/**
 * Numbers of the analyses, as the crate has them. Change them there, then write this by
 * `REGULENS_WRITE=1 cargo test --workspace --test interpret constants`.
 */

/** A gene is predicted on from this probability on. */
export const THRESHOLD = {THRESHOLD};

/** Largest allowed difference of a GPU's answer from the CPU's, relative to the larger of the two beyond 1. */
export const TOLERANCE = {TOLERANCE};

/** Class optimisation as DeepChrome published it. */
export const CLASS_OPTIMISATION = {{ lambda: {lambda}, steps: {steps}, seed: {seed} }} as const;

/** Part of a window's prediction that is summed, for a score of a variant and for mutagenesis alike. */
export const SCORE = {{ around: {around}, strands: \"{strands}\", shifts: {shifts:?} }} as const;

/** The share of wrong ones among names of motifs. */
export const NAMES_Q = {NAMES_Q};

/** Stretches that make a pattern, at least. */
export const PATTERN = {PATTERN};

/** Bases of a seqlet: a stretch that contributes more than those of shuffles do. */
export const SEQLET = {SEQLET};

/** Shuffles of a window that integrated gradients start from. */
export const SHUFFLES = {SHUFFLES};
"
    );
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("pkg/src/constants.ts");
    if std::env::var_os("REGULENS_WRITE").is_some() {
        std::fs::write(&file, &expected).expect("the file is written");
    }
    let found = std::fs::read_to_string(&file).expect("the file is there");
    assert_eq!(
        found, expected,
        "write it with REGULENS_WRITE=1 cargo test --workspace --test interpret constants"
    );
}

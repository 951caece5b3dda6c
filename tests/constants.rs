//! The numbers of the analyses are stated in the crate; the package's copy is written by this test.
#![cfg(all(feature = "flex", not(target_arch = "wasm32")))]

use std::path::PathBuf;

use regulens::engine::TOLERANCE;
use regulens::interpret::class_optimisation::ClassOptimisationSettings;
use regulens::interpret::deletion::{PERCENT, THRESHOLD};

#[test]
fn the_package_has_the_crates_constants() {
    let ClassOptimisationSettings {
        lambda, steps, seed, ..
    } = ClassOptimisationSettings::default();
    let percent = PERCENT.map(|percent| percent.to_string()).join(", ");
    let expected = format!(
        "/**
 * Numbers of the analyses, as the crate has them. Written by `REGULENS_WRITE=1 cargo test --test constants`: change
 * them in the crate.
 */

/** A gene is predicted on from this probability on. */
export const THRESHOLD = {THRESHOLD};

/** How far a GPU's answer may be from the CPU's, relative to the larger of the two beyond 1. */
export const TOLERANCE = {TOLERANCE};

/** Class optimisation as DeepChrome published it. */
export const CLASS_OPTIMISATION = {{ lambda: {lambda}, steps: {steps}, seed: {seed} }} as const;

/** Percent of a gene's bins that a deletion test removes. */
export const PERCENT = [{percent}] as const;
"
    );
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("pkg/src/constants.ts");
    if std::env::var_os("REGULENS_WRITE").is_some() {
        std::fs::write(&file, &expected).expect("the file is written");
    }
    let found = std::fs::read_to_string(&file).expect("the file is there");
    assert_eq!(
        found, expected,
        "write it with REGULENS_WRITE=1 cargo test --test constants"
    );
}

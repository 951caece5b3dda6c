//! Model files for the page's parity tests, made from reference weights and expected outputs that lie in `../shared`.
//!
//! Those are no part of this repository; where they are not there, the tests that need them are skipped, except in CI.

use crate::command::{Outcome, command, run, step};
use crate::program;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the page's tests find `NAME.safetensors`, a model file, beside `NAME.case.safetensors`, its inputs and
/// outputs.
const OUT: &str = "target/golden";

/// Imports every reference case with the native program, which must have been built. Gives the folder.
pub fn import(root: &Path) -> Outcome<Option<PathBuf>> {
    let golden = root.join("../shared/golden");
    if !golden.is_dir() {
        return if std::env::var_os("CI").is_some() {
            Err(format!(
                "{} is missing: CI must not skip the parity tests",
                golden.display()
            ))
        } else {
            println!(
                "── parity tests in the page: skipped, {} is not there",
                golden.display()
            );
            Ok(None)
        };
    }
    let out = root.join(OUT);
    step("reference models for the page", || {
        fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
        for family in entries(&golden)?.iter().filter(|path| path.is_dir()) {
            for file in entries(family)? {
                if file.to_string_lossy().ends_with(".weights.safetensors") {
                    import_case(root, &file, &out)?;
                }
            }
        }
        Ok(())
    })?;
    Ok(Some(out))
}

/// Entries of a folder.
fn entries(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let problem = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(problem)?;
    entries.map(|entry| Ok(entry.map_err(problem)?.path())).collect()
}

/// Imports the weights `NAME.weights.safetensors`, of which `NAME.json` beside them says what they are.
fn import_case(root: &Path, weights: &Path, out: &Path) -> Outcome<()> {
    let file = weights.file_name().unwrap_or_default().to_string_lossy();
    let name = file.trim_end_matches(".weights.safetensors");
    let description = description(&weights.with_file_name(format!("{name}.json")))?;
    let [family, variant] = ["family", "variant"].map(|field| description[field].as_str().unwrap_or_default());
    let mut import = command(root, root, program::path(root));
    import
        .args(["import", family, "--variant", variant, "--dtype", "f32"])
        .arg(weights)
        .arg("--out")
        .arg(out.join(format!("{name}.safetensors")));
    if let Some(marks) = invented_marks(&description) {
        import.args(["--marks", &marks]);
    }
    // Some weights do not tell the number of bins.
    if let Some(bins) = description["hyperparameters"]["bins"].as_u64() {
        import.args(["--bins", &bins.to_string()]);
    }
    run(import)?;
    let case = format!("{name}.case.safetensors");
    fs::copy(weights.with_file_name(&case), out.join(&case)).map_err(|error| format!("{case}: {error}"))?;
    Ok(())
}

fn description(path: &Path) -> Outcome<Value> {
    let problem = |error: String| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| problem(error.to_string()))
}

/// Names for the marks of a case that has only their number, since they stand for no real ones: `m1,m2,…`.
fn invented_marks(case: &Value) -> Option<String> {
    if case["marks"].is_array() {
        return None;
    }
    let count = case["hyperparameters"]["marks"].as_u64()?;
    let names: Vec<String> = (1..=count).map(|mark| format!("m{mark}")).collect();
    Some(names.join(","))
}

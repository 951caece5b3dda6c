//! Model files for the page's parity tests, made from reference weights and expected outputs that lie in `../shared`.
//!
//! Those are no part of this repository; where they are not there, the tests that need them are skipped, except in CI.

use crate::command::{Outcome, command, run, step};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the page's tests find `NAME.safetensors`, a model file, beside `NAME.case.safetensors`, its inputs and
/// outputs.
const OUT: &str = "target/golden";

/// The families that have reference cases, and how `regulens import` calls them.
const FAMILIES: [&str; 3] = ["attentive-chrome", "deep-diff", "basenji"];

/// Imports every reference case with the native program, which must have been built. Gives the folder.
pub fn import(root: &Path) -> Outcome<Option<PathBuf>> {
    let golden = root.join("../shared/golden");
    let missing = FAMILIES.map(|family| golden.join(family));
    if let Some(source) = missing.iter().find(|source| !source.is_dir()) {
        return if std::env::var_os("CI").is_some() {
            Err(format!(
                "{} is missing: CI must not skip the parity tests",
                source.display()
            ))
        } else {
            println!(
                "── parity tests in the page: skipped, {} is not there",
                source.display()
            );
            Ok(None)
        };
    }
    let out = root.join(OUT);
    step("reference models for the page", || {
        let problem = |error: std::io::Error| format!("{}: {error}", out.display());
        fs::create_dir_all(&out).map_err(problem)?;
        for family in FAMILIES {
            import_family(root, family, &golden.join(family), &out)?;
        }
        Ok(())
    })?;
    Ok(Some(out))
}

fn import_family(root: &Path, family: &str, source: &Path, out: &Path) -> Outcome<()> {
    let problem = |error: std::io::Error| format!("{}: {error}", source.display());
    let program = root
        .join("target/release")
        .join(format!("regulens{}", std::env::consts::EXE_SUFFIX));
    for entry in fs::read_dir(source).map_err(problem)? {
        let weights = entry.map_err(problem)?.path();
        let file = weights.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(name) = file.strip_suffix(".weights.safetensors") else {
            continue;
        };
        // `lstm-alpha.linear-head` is a case of the variant `lstm-alpha`.
        let variant = name.split('.').next().unwrap_or(name);
        let mut import = command(root, root, &program);
        import
            .args(["import", family, "--variant", variant, "--dtype", "f32"])
            .arg(&weights)
            .arg("--out")
            .arg(out.join(format!("{name}.safetensors")));
        let description = description(&source.join(format!("{name}.json")))?;
        // A model of sequences has none.
        if family != "basenji"
            && let Some(marks) = invented_marks(&description)?
        {
            import.args(["--marks", &marks]);
        }
        // Weights of a change do not tell the number of bins.
        if let Some(bins) = description["hyperparameters"]["bins"]
            .as_u64()
            .filter(|_| family == "deep-diff")
        {
            import.args(["--bins", &bins.to_string()]);
        }
        run(import)?;
        let case = format!("{name}.case.safetensors");
        fs::copy(source.join(&case), out.join(&case)).map_err(problem)?;
    }
    Ok(())
}

fn description(path: &Path) -> Outcome<Value> {
    let problem = |error: String| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| problem(error.to_string()))
}

/// Names for the marks of a case that has none, since its marks stand for no real ones: `m1,m2,…`.
fn invented_marks(case: &Value) -> Outcome<Option<String>> {
    if case["marks"].is_array() {
        return Ok(None);
    }
    let count = case["hyperparameters"]["marks"]
        .as_u64()
        .ok_or("a reference case has neither the names nor the number of its marks")?;
    let names: Vec<String> = (1..=count).map(|mark| format!("m{mark}")).collect();
    Ok(Some(names.join(",")))
}

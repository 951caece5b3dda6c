//! `models/catalogue.json`: what the page must know of every file that ships with it before it fetches any.

use crate::command::{Outcome, command};
use crate::program;
use base16ct::lower::encode_string;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Ending of the file of all seeds, whose mean is predicted, beside the model's own `.safetensors`.
const ENSEMBLE: &str = "-ensemble.safetensors";

/// Models of genes on or off that are recommended, one of each cell type: of all seven variants those whose five seeds
/// have the lowest log loss on genes that folds of training and validation genes left out
/// (benches/results/confidence-of-other-variants-2026-11-30.md).
const RECOMMENDED: [&str; 2] = ["lstm-alpha-k562", "cnn-attn-h1"];

fn path(root: &Path) -> PathBuf {
    root.join("models/catalogue.json")
}

/// Writes the models' entries anew from the cards of the files in `models/`, and sizes and hashes of the examples.
/// Models keep their order, the first being the one that the page opens; new ones come last, by name.
pub fn update(root: &Path) -> Outcome<()> {
    let before = read(root)?;
    let after = renewed(root, &before)?;
    let changed = differences(&before, &after);
    for line in &changed {
        println!("  {line}");
    }
    let text = serde_json::to_string_pretty(&after).map_err(|error| error.to_string())?;
    let path = path(root);
    fs::write(&path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{}: {} entries changed", path.display(), changed.len());
    Ok(())
}

/// The entries that are not what their files say, each as a line.
pub fn stale(root: &Path) -> Outcome<Vec<String>> {
    let before = read(root)?;
    let changed = differences(&before, &renewed(root, &before)?);
    Ok(changed
        .iter()
        .map(|line| format!("{line} since `cargo xtask catalogue` was run"))
        .collect())
}

fn read(root: &Path) -> Outcome<Value> {
    let path = path(root);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn entries<'a>(catalogue: &'a Value, list: &str) -> &'a [Value] {
    catalogue[list].as_array().map_or(&[], Vec::as_slice)
}

/// Differences between two catalogues, by file.
fn differences(before: &Value, after: &Value) -> Vec<String> {
    let named = |entry: &Value| entry["file"].as_str().unwrap_or("?").to_string();
    let mut lines = Vec::new();
    for list in ["models", "examples"] {
        let (before, after) = (entries(before, list), entries(after, list));
        let has = |all: &[Value], entry: &Value| all.iter().any(|other| other["id"] == entry["id"]);
        for entry in after.iter().filter(|entry| !before.contains(entry)) {
            let what = if has(before, entry) { "changed" } else { "is new" };
            lines.push(format!("{} {what}", named(entry)));
        }
        for entry in before.iter().filter(|entry| !has(after, entry)) {
            lines.push(format!("{} went", named(entry)));
        }
    }
    lines
}

/// The catalogue as the files have it.
fn renewed(root: &Path, before: &Value) -> Outcome<Value> {
    let folder = root.join("models");
    program::build(root)?;
    let mut ids = model_ids(&folder)?;
    let listed = |id: &String| {
        let listed = entries(before, "models");
        let at = listed.iter().position(|entry| entry["id"] == **id);
        at.unwrap_or(listed.len())
    };
    ids.sort_by_key(|id| (listed(id), id.clone()));
    let mut after = before.clone();
    after["models"] = ids.iter().map(|id| model(root, id)).collect::<Outcome<_>>()?;
    for entry in after["examples"].as_array_mut().into_iter().flatten() {
        let file = entry["file"]
            .as_str()
            .ok_or("models/catalogue.json: an example names no file")?;
        let content = content(&folder.join(file))?;
        entry["bytes"] = content.len().into();
        entry["sha256"] = encode_string(&Sha256::digest(&content)).into();
        for part in ["b", "truth"] {
            let Some(file) = entry[part]["file"].as_str() else {
                if let Some(entry) = entry.as_object_mut() {
                    entry.remove(part);
                }
                continue;
            };
            let content = self::content(&folder.join(file))?;
            entry[part]["bytes"] = content.len().into();
            entry[part]["sha256"] = encode_string(&Sha256::digest(&content)).into();
        }
    }
    Ok(after)
}

/// The names of the model files without their ending; an ensemble belongs to the model beside it.
fn model_ids(folder: &Path) -> Outcome<Vec<String>> {
    let listed = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut ids = Vec::new();
    for entry in listed {
        let name = entry
            .map_err(|error| format!("{}: {error}", folder.display()))?
            .file_name();
        let name = name.to_string_lossy();
        if let Some(id) = name.strip_suffix(".safetensors")
            && !name.ends_with(ENSEMBLE)
        {
            ids.push(id.to_string());
        }
    }
    Ok(ids)
}

/// The entry of a model, from its card.
fn model(root: &Path, id: &str) -> Outcome<Value> {
    let file = format!("{id}.safetensors");
    let inspected = inspected(root, &file)?;
    let card = &inspected["card"];
    let mut entry = Map::new();
    entry.insert("id".into(), id.into());
    entry.insert("file".into(), file.as_str().into());
    entry.insert("description".into(), brief(&inspected["description"]));
    for field in ["name", "family", "variant", "cell_type", "cell_type_b"] {
        if !card[field].is_null() {
            entry.insert(field.into(), card[field].clone());
        }
    }
    // The page offers a model for tables that fit it, before it loads the model.
    if card["marks"].as_array().is_some_and(|marks| !marks.is_empty()) {
        for field in ["marks", "bins"] {
            entry.insert(field.into(), card[field].clone());
        }
    }
    if RECOMMENDED.contains(&id) {
        entry.insert("recommended".into(), true.into());
    }
    if card["simulated"] == true {
        entry.insert("simulated".into(), true.into());
    }
    if let Some(auroc) = test_auroc(card) {
        entry.insert("test_auroc".into(), auroc.into());
    }
    if let Some(best) = best(report(card), "auroc") {
        entry.insert("best_simple".into(), best);
    }
    if let Some(pearson) = pearson(card, "test") {
        entry.insert("test_pearson".into(), pearson.into());
    }
    if let Some(best) = best(report(card), "pearson") {
        entry.insert("best_simple_pearson".into(), best);
    }
    if let Some(pearson) = pearson(card, "validation") {
        entry.insert("validation_pearson".into(), pearson.into());
    }
    for field in ["bytes", "sha256"] {
        entry.insert(field.into(), inspected[field].clone());
    }
    if let Some(ensemble) = ensemble(root, id)? {
        entry.insert("ensemble".into(), ensemble);
    }
    Ok(entry.into())
}

/// The entry of a model's ensemble, where there is one.
fn ensemble(root: &Path, id: &str) -> Outcome<Option<Value>> {
    let file = format!("{id}{ENSEMBLE}");
    if !root.join("models").join(&file).exists() {
        return Ok(None);
    }
    let inspected = inspected(root, &file)?;
    let card = &inspected["card"];
    let members = card["members"].as_array().map_or(0, Vec::len);
    let mut entry =
        json!({ "file": file, "bytes": inspected["bytes"], "sha256": inspected["sha256"], "members": members });
    let scores = [
        ("test_auroc", test_auroc(card)),
        ("test_pearson", pearson(card, "test")),
    ];
    for (name, score) in scores.into_iter().filter(|_| is_tested(card)) {
        if let Some(score) = score {
            entry[name] = score.into();
        }
    }
    Ok(Some(entry))
}

/// True if a card's test scores are of the file's own weights: one that was only copied into int8 has those of the
/// weights before they were rounded.
fn is_tested(card: &Value) -> bool {
    card["dtype"] != "i8" || card["tested_as"] == "i8"
}

fn content(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The program's description of a model file: its size and hash, its card, and what the model is.
pub(crate) fn inspected(root: &Path, file: &str) -> Outcome<Value> {
    let mut inspect = command(root, &root.join("models"), program::path(root));
    let output = inspect.args(["inspect", "--json", file]).output();
    let output = output.map_err(|error| format!("`regulens inspect` does not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("models/{file}: {error}"))
}

/// Fields of a model that the page shows before it fetches its file.
fn brief(description: &Value) -> Value {
    let field = |name: &str| description[name].clone();
    json!({ "task": field("task"), "family": field("family"), "variant": field("variant"), "rank": field("rank") })
}

/// The scores of a card, which stand under a name of its task's; null where it has none.
fn report(card: &Value) -> &Value {
    let reports = ["metrics", "change_metrics", "track_metrics"].map(|name| &card[name]);
    reports
        .into_iter()
        .find(|report| !report.is_null())
        .unwrap_or(&Value::Null)
}

fn test_auroc(card: &Value) -> Option<f64> {
    report(card)["test"]["auroc"].as_f64().map(rounded)
}

/// Pearson's correlation on a set of data, `test` or `validation`, for a change; for tracks the mean.
fn pearson(card: &Value, set: &str) -> Option<f64> {
    report(card)[set]["pearson"].as_f64().map(rounded)
}

/// The simple predictor of a card's metrics with the highest score of this name; of equal ones the first.
fn best(metrics: &Value, score: &str) -> Option<Value> {
    let scores = metrics["baselines"].as_array()?.iter();
    let (name, highest) = scores
        .rev()
        .filter_map(|baseline| Some((&baseline["name"], baseline[score].as_f64()?)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(json!({ "name": name, score: rounded(highest) }))
}

/// Four decimals.
fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

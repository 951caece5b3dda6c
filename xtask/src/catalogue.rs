//! `models/catalogue.json`: size and SHA-256 of every file that ships with the page.

use crate::command::Outcome;
use crate::stamp::hex;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

fn path(root: &Path) -> PathBuf {
    root.join("models/catalogue.json")
}

/// Writes the fields `bytes` and `sha256` anew from the files; everything else in the catalogue is written by hand.
pub fn update(root: &Path) -> Outcome<()> {
    let (mut catalogue, changes) = read_and_compare(root)?;
    for Change {
        list,
        at,
        bytes,
        sha256,
        ..
    } in &changes
    {
        catalogue[*list][*at]["bytes"] = Value::from(*bytes);
        catalogue[*list][*at]["sha256"] = Value::from(sha256.as_str());
    }
    for change in &changes {
        println!(
            "  {}: {} bytes, {}",
            change.file, change.bytes, change.sha256
        );
    }
    let text = serde_json::to_string_pretty(&catalogue).map_err(|error| error.to_string())?;
    let path = path(root);
    fs::write(&path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{}: {} entries changed", path.display(), changes.len());
    Ok(())
}

/// The entries whose size or hash is not that of their file, each as a line.
pub fn stale(root: &Path) -> Outcome<Vec<String>> {
    let (_, changes) = read_and_compare(root)?;
    Ok(changes
        .iter()
        .map(|change| {
            format!(
                "{} changed since `cargo xtask catalogue` was run",
                change.file
            )
        })
        .collect())
}

/// An entry that needs a new size and hash.
struct Change {
    list: &'static str,
    at: usize,
    file: String,
    bytes: u64,
    sha256: String,
}

fn read_and_compare(root: &Path) -> Outcome<(Value, Vec<Change>)> {
    let path = path(root);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let catalogue: Value =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut changes = Vec::new();
    for list in ["models", "examples"] {
        for (at, entry) in catalogue[list].as_array().into_iter().flatten().enumerate() {
            let file = entry["file"]
                .as_str()
                .ok_or_else(|| format!("{}: {list}[{at}] names no file", path.display()))?;
            let place = path.with_file_name(file);
            let content =
                fs::read(&place).map_err(|error| format!("{}: {error}", place.display()))?;
            let bytes = content.len() as u64;
            let sha256 = hex(&Sha256::digest(&content));
            if entry["bytes"] != bytes || entry["sha256"] != sha256.as_str() {
                changes.push(Change {
                    list,
                    at,
                    file: file.to_string(),
                    bytes,
                    sha256,
                });
            }
        }
    }
    Ok((catalogue, changes))
}

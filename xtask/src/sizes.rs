//! Sizes of a visitor's downloads: the gzipped size of each engine, held to its limit, and of the page.

use crate::command::{Outcome, printed};
use crate::engines::{ALL, CPU, CPU_RELAXED, Engine};
use crate::page;
use crate::tally::Tally;
use std::fs;
use std::path::{Path, PathBuf};

/// Most bytes after `gzip -9` that are loaded for a first prediction of which genes are on.
const FIRST_PREDICTION: u64 = 450_000;

/// Prints the sizes; an engine above its limit counts as a failed test. Engines and page must have been built.
pub fn check(root: &Path) -> Outcome<Tally> {
    let mut tally = Tally::default();
    println!("gzip -9, 1 MB = 1,000,000 bytes");
    for engine in ALL {
        let Engine { name, limit, .. } = engine;
        let bytes = gzipped(root, &engine.files(root))?;
        tally += Tally::one(bytes <= limit);
        let verdict = if bytes <= limit {
            "at most"
        } else {
            "TOO LARGE, at most"
        };
        println!(
            "  engine {name:<11} {} ({verdict} {})",
            megabytes(bytes),
            megabytes(limit)
        );
    }
    for engine in [CPU, CPU_RELAXED] {
        let package = ["index.js", "shared.js"].map(|file| root.join("pkg/dist").join(file));
        let model = root.join("models/attentive-chrome-k562.safetensors");
        let files = [&engine.files(root)[..], &package, &[model]].concat();
        let bytes = gzipped(root, &files)?;
        tally += Tally::one(bytes <= FIRST_PREDICTION);
        println!(
            "  first prediction   {} ({} {}): engine {}, package and a model",
            megabytes(bytes),
            if bytes <= FIRST_PREDICTION {
                "at most"
            } else {
                "TOO LARGE, at most"
            },
            megabytes(FIRST_PREDICTION),
            engine.name
        );
    }
    let site = root.join(page::DEFAULT_OUT);
    let mut files = Vec::new();
    page_files(&site, &mut files)?;
    println!(
        "  page               {} (without engines, models and examples)",
        megabytes(gzipped(root, &files)?)
    );
    Ok(tally)
}

/// Folders of the site that are no part of the page: engines and data, the page of the API, parts of the one-file page.
const ELSEWHERE: [&str; 5] = ["wasm", "models", "examples", "api", "standalone"];

/// Files of the package that others load, but not the page.
const FOR_OTHERS: [&str; 3] = ["element", "parsers", "plots"];

/// The page's own files: everything that is neither an engine, nor data, nor for other pages.
fn page_files(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome<()> {
    let problem = |error: std::io::Error| format!("{}: {error}", folder.display());
    let package = folder.ends_with("regulens/dist");
    for entry in fs::read_dir(folder).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !ELSEWHERE.contains(&&*name) {
                page_files(&path, files)?;
            }
        } else if !(package && FOR_OTHERS.iter().any(|other| name.starts_with(other)))
            && path.extension().is_none_or(|extension| extension != "map")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The sum of the files' sizes after zlib's level 9, which is what `gzip -9` and most hosts use. Node brings zlib; a
/// compressor in Rust would be one more crate to compile before anything starts.
fn gzipped(root: &Path, files: &[PathBuf]) -> Outcome<u64> {
    const SCRIPT: &str = "const { readFileSync } = require('node:fs'), { gzipSync } = require('node:zlib');\
        console.log(process.argv.slice(1).reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 \
        }).length, 0));";
    let mut node = crate::command::command(root, root, "node");
    node.args(["-e", SCRIPT, "--"]).args(files);
    printed(node)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("node could not compress {files:?}"))
}

fn megabytes(bytes: u64) -> String {
    format!("{:.3} MB", bytes as f64 / 1e6)
}

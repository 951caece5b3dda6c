//! Damaged files for every reader, for as long as is asked.

use crate::command::{Outcome, command, run_reading};
use crate::node::{self, node};
use crate::{page, program};
use std::fs;
use std::path::Path;

/// Seconds for which a target tries files by itself, before a release.
pub const SECONDS: u64 = 60;

/// Where the targets are, as cargo's arguments, and what their names have in common there.
const PLACES: [(&[&str], &str); 2] = [
    (&["--test", "readers"], ""),
    // Readers that the program alone has.
    (&["--bin", "regulens"], "damaged::"),
];

/// Targets of the readers that are written in TypeScript, and where they are in `www/`.
const IN_TYPESCRIPT: [&str; 5] = [
    "catalogue",
    "page_of_one_file",
    "workspace_changes",
    "workspace_genes",
    "workspace_tracks",
];
const TYPESCRIPT: &str = "tests/app/damaged-files.test.ts";

/// Prefix of the names of the package's readers, which read through the engines, and where they are in
/// `tests/packages/`.
const ENGINES: (&str, &str) = ("engine_", "damaged.test.mjs");

/// A target's report at its end.
#[derive(Debug, PartialEq)]
struct Tried {
    name: String,
    files: u64,
    megabytes: f64,
    seconds: f64,
}

/// Runs all targets, or those with `only` in their name, for so many seconds each, says how many files were tried, and
/// writes a table of them to `out`.
///
/// # Errors
/// Where a reader fails, or no target has the name.
pub fn run(root: &Path, seconds: u64, only: Option<&str>, out: Option<&Path>) -> Outcome<()> {
    let mut tried = Vec::new();
    let mut passed = true;
    for (place, names) in PLACES {
        let mut tests = command(root, root, "cargo");
        tests
            .arg("test")
            .args(program::NATIVE)
            .args(place)
            .args(["--", "--show-output", &format!("{names}{}", only.unwrap_or_default())])
            .env("REGULENS_FUZZ_SECONDS", seconds.to_string());
        passed &= run_reading(tests, |line| tried.extend(read(line)))?;
    }
    let name = only.unwrap_or_default();
    let wanted = IN_TYPESCRIPT.into_iter().filter(|of| of.contains(name));
    if wanted.clone().next().is_some() {
        page::engines(root)?;
        node::install(root, "www")?;
        let mut tests = node(root, &root.join("www"), "tests/run-unit.mjs");
        tests
            .arg(TYPESCRIPT)
            .env("NODE_OPTIONS", "--test-reporter=spec")
            .env("REGULENS_FUZZ_SECONDS", seconds.to_string())
            .env("REGULENS_FUZZ_ONLY", name);
        passed &= run_reading(tests, |line| tried.extend(read(line)))?;
        for name in wanted {
            if passed && !tried.iter().any(|one| one.name == name) {
                return Err(format!("www/{TYPESCRIPT} has no target {name}"));
            }
        }
    }
    let (engines, test) = ENGINES;
    if only.is_none_or(|name| name.starts_with(engines)) {
        page::build(root, &root.join(page::DEFAULT_OUT))?;
        node::install(root, "tests/packages")?;
        let mut tests = node(root, &root.join("tests/packages"), "--test");
        tests
            .args(["--test-reporter=spec", test])
            .env("REGULENS_FUZZ_SECONDS", seconds.to_string())
            .env("REGULENS_FUZZ_ONLY", name);
        passed &= run_reading(tests, |line| tried.extend(read(line)))?;
    }
    let files: u64 = tried.iter().map(|one| one.files).sum();
    println!("\n{files} files, {} targets", tried.len());
    if !passed {
        return Err("a reader failed: the file that it failed on is above; put it into fuzz/corpus/TARGET".to_owned());
    }
    if tried.is_empty() {
        return Err(format!("no target has `{}` in its name", only.unwrap_or_default()));
    }
    match out {
        Some(out) => {
            fs::write(out, table(&tried, seconds, files)).map_err(|error| format!("{}: {error}", out.display()))
        }
        None => Ok(()),
    }
}

/// `NAME: N files, M MB held at most, S s at most`.
fn read(line: &str) -> Option<Tried> {
    let (name, rest) = line.split_once(": ")?;
    let (files, rest) = rest.split_once(" files, ")?;
    let (megabytes, rest) = rest.split_once(" MB held at most, ")?;
    Some(Tried {
        name: name.to_owned(),
        files: files.parse().ok()?,
        megabytes: megabytes.parse().ok()?,
        seconds: rest.strip_suffix(" s at most")?.parse().ok()?,
    })
}

fn table(tried: &[Tried], seconds: u64, files: u64) -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let names = info.lines().find_map(|line| line.strip_prefix("model name"));
    let processor = names.map_or(std::env::consts::ARCH, |name| name.trim_start_matches(['\t', ' ', ':']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut text = format!(
        "# Damaged files\n\n{cores} cores ({processor}), {}. Regulens {}. `cargo xtask fuzz --seconds {seconds}`: \
         {files} files, {} targets; none panics, holds more than 64 MiB and eight times its file, or takes \
         a second.\n\n\
         | target | files | MB held at most | s at most |\n| --- | --: | --: | --: |\n",
        std::env::consts::OS,
        env!("CARGO_PKG_VERSION"),
        tried.len()
    );
    for one in tried {
        text += &format!(
            "| {} | {} | {:.1} | {:.3} |\n",
            one.name, one.files, one.megabytes, one.seconds
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_target_is_read_and_stands_in_the_table() {
        let read = [
            "test tables::table ... ok",
            "table: 120 files, 0.5 MB held at most, 0.002 s at most",
            "run: many files, 1 MB",
        ]
        .map(read);
        let expected = Tried {
            name: "table".to_owned(),
            files: 120,
            megabytes: 0.5,
            seconds: 0.002,
        };
        assert_eq!(read, [None, Some(expected), None]);
        let tried: Vec<Tried> = read.into_iter().flatten().collect();
        let text = table(&tried, 60, 120);
        assert!(text.contains("--seconds 60`: 120 files, 1 targets"), "{text}");
        assert!(text.ends_with("| table | 120 | 0.5 | 0.002 |\n"), "{text}");
    }
}

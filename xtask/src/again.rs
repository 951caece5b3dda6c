//! The page, built a second time from the same engines: the same bytes, in whatever folder.

use crate::command::{Outcome, run};
use crate::node::node;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Builds the page beside the one in `first` and compares them.
///
/// # Errors
/// The files that differ, or are in one of them alone.
pub fn compare(root: &Path, first: &Path) -> Outcome<()> {
    let second = root.join("target/page-again");
    let _ = fs::remove_dir_all(&second);
    let mut bundle = node(root, &root.join("www"), "build.mjs");
    bundle.arg("--out").arg(&second);
    run(bundle)?;
    let differing = differing(first, &second)?;
    fs::remove_dir_all(&second).map_err(|error| format!("{}: {error}", second.display()))?;
    if differing.is_empty() {
        return Ok(());
    }
    Err(format!("two builds of the page differ in {}", differing.join(", ")))
}

/// Files of two folders that are not the same in both, by their path in them.
fn differing(a: &Path, b: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let names: BTreeSet<PathBuf> = files(a, a)?.into_iter().chain(files(b, b)?).collect();
    for name in names {
        let [one, other] = [a, b].map(|folder| fs::read(folder.join(&name)).ok());
        if one.is_none() || one != other {
            found.push(name.display().to_string());
        }
    }
    Ok(found)
}

/// All files below a folder, by their path from `top`.
fn files(top: &Path, folder: &Path) -> Outcome<Vec<PathBuf>> {
    let problem = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        if path.is_dir() {
            found.extend(files(top, &path)?);
        } else {
            found.push(path.strip_prefix(top).unwrap_or(&path).to_owned());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_differs_or_is_in_one_folder_alone_is_named() {
        let top = std::env::temp_dir().join(format!("regulens-again-{}", std::process::id()));
        let [a, b] = ["a", "b"].map(|name| top.join(name));
        for folder in [&a, &b] {
            fs::create_dir_all(folder.join("deep")).unwrap();
            fs::write(folder.join("deep/same"), "x").unwrap();
        }
        assert_eq!(differing(&a, &b).unwrap(), Vec::<String>::new());
        fs::write(a.join("only"), "x").unwrap();
        fs::write(a.join("deep/other"), "x").unwrap();
        fs::write(b.join("deep/other"), "y").unwrap();
        assert_eq!(differing(&a, &b).unwrap(), ["deep/other", "only"]);
        fs::remove_dir_all(top).unwrap();
    }
}

//! The version: one number, wherever it stands.

use crate::command::Outcome;
use std::fs;
use std::path::Path;

/// Files that state it, and what stands before it there.
const STATED: [(&str, &str); 9] = [
    ("pkg/package.json", "\"version\": \""),
    ("pkg/src/index.ts", "VERSION = \""),
    ("www/package.json", "\"version\": \""),
    ("www/package-lock.json", "\"version\": \""),
    ("tests/browser/package.json", "\"version\": \""),
    ("tests/packages/package.json", "\"version\": \""),
    ("benches/package.json", "\"version\": \""),
    ("CITATION.cff", "\nversion: "),
    ("CHANGELOG.md", "\n## ["),
];

/// Compares them with the workspace's.
///
/// # Errors
/// A line for each that differs.
pub fn check(root: &Path) -> Outcome<()> {
    let version = env!("CARGO_PKG_VERSION");
    let mut faults = Vec::new();
    for (file, before) in STATED {
        let text = fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"))?;
        match after(&text, before) {
            // Unreleased changes stand above the last release.
            Some("Unreleased") if file == "CHANGELOG.md" => {}
            Some(found) if found == version => {}
            found => faults.push(format!(
                "{file}: found {}; the workspace has {version}",
                found.unwrap_or("none")
            )),
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!("versions differ:\n  {}", faults.join("\n  ")))
    }
}

/// Text after the first `before`, up to what ends a version.
fn after<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split(['"', '\n', ']', ' ']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_ends_where_its_text_does() {
        assert_eq!(
            after("{\n  \"version\": \"1.2.3\",\n", "\"version\": \""),
            Some("1.2.3")
        );
        assert_eq!(after("type: x\nversion: 1.2.3\nauthors:", "\nversion: "), Some("1.2.3"));
        assert_eq!(after("# C\n\n## [1.2.3] - 2026", "\n## ["), Some("1.2.3"));
        assert_eq!(after("none", "version"), None);
    }
}

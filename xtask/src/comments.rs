//! Comments are no wider than code: the formatters, which keep code within 120 characters, leave comments as they are.
//! And they begin with a noun or a verb, not with a relative clause.

use crate::command::Outcome;
use std::fs;
use std::path::Path;

/// Characters of a line.
const WIDTH: usize = 120;

/// Folders with code, from the workspace's folder.
const FOLDERS: [&str; 11] = [
    "src", "kernel", "training", "xtask", "pkg", "www", "tests", "benches", "examples", "fuzz", "models",
];

/// Folders of what is installed or made.
const MADE: [&str; 5] = ["node_modules", "target", "dist", "pkg/wasm", "results"];

/// Words with which no comment begins: a relative clause stands where English has a noun.
const OPENINGS: [&str; 5] = ["What", "Whether", "How", "Of", "Whose"];

/// Looks at all code in Rust, TypeScript and JavaScript.
///
/// # Errors
/// A line for each comment that is too wide, or begins with one of [`OPENINGS`].
pub fn check(root: &Path) -> Outcome<()> {
    let mut faults = Vec::new();
    for folder in FOLDERS {
        look(root, &root.join(folder), &mut faults)?;
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "comments of more than {WIDTH} characters, to be broken, or that begin with {}:\n  {}",
            OPENINGS.join(", "),
            faults.join("\n  ")
        ))
    }
}

fn look(root: &Path, folder: &Path, faults: &mut Vec<String>) -> Outcome<()> {
    let io = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut entries = fs::read_dir(folder)
        .map_err(io)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(io)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() {
            if !MADE.iter().any(|made| path.ends_with(made)) && !name.starts_with('.') {
                look(root, &path, faults)?;
            }
        } else if [".rs", ".ts", ".mjs"].iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(&path).map_err(io)?;
            let shown = path.strip_prefix(root).unwrap_or(&path).display();
            faults.extend(wide(&text).map(|(line, width)| format!("{shown}:{line}: {width}")));
            faults.extend(openings(&text).map(|(line, word)| format!("{shown}:{line}: {word} …")));
        }
    }
    Ok(())
}

/// Lines, counted from 1, whose comments are too wide, and how wide they are. Rows of tables and what stands between
/// fences, which are drawings, cannot be broken.
fn wide(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut is_drawing = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let comment = commented(line)?;
        if comment.starts_with("```") {
            is_drawing = !is_drawing;
        }
        let width = line.chars().count();
        (width > WIDTH && !is_drawing && !comment.starts_with('|')).then_some((at + 1, width))
    })
}

/// Lines, counted from 1, with which a comment begins by one of [`OPENINGS`], and the word. Lines that go on with a
/// sentence are none.
fn openings(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let mut goes_on = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let comment = commented(line);
        let begins = !goes_on;
        goes_on = comment.is_some_and(|comment| !comment.is_empty());
        let first = comment
            .filter(|_| begins)?
            .split(|letter: char| !letter.is_alphabetic())
            .next()?;
        let word = OPENINGS.into_iter().find(|word| *word == first)?;
        Some((at + 1, word))
    })
}

/// Text of a line that is a comment as a whole.
fn commented(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let marks = ["///", "//!", "//", "/**", "* "];
    marks
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
        .map(str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_and_drawings_and_tables_are_not() {
        let long = "word ".repeat(30);
        for comment in ["//! ", "    /// ", "// ", " * ", "/** "] {
            let text = format!("{comment}short\n{comment}{long}\nlet code = 1;\n");
            assert_eq!(wide(&text).map(|(line, _)| line).collect::<Vec<_>>(), [2], "{comment}");
        }
        let text = format!("/// ```text\n/// {long}\n/// ```\n/// | {long} |\nlet text = \"{long}\";\n");
        assert_eq!(wide(&text).count(), 0);
        let text = format!("/// ```text\n/// {long}\n/// ```\n/// {long}\n");
        assert_eq!(wide(&text).map(|(line, _)| line).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn a_relative_clause_begins_no_comment() {
        let found = |text: &str| openings(text).map(|(line, _)| line).collect::<Vec<_>>();
        assert_eq!(found("/// Whether it runs.\nfn runs();\n    // Of these.\n"), [1, 3]);
        assert_eq!(found("/**\n * What it is.\n */\n/** How many. */\n"), [2, 4]);
        assert_eq!(found("/// Errors:\n///\n/// What is missing.\n"), [3]);
        assert_eq!(
            found("/// It says\n/// What a table is.\n/// Whatever it is.\n"),
            Vec::<usize>::new()
        );
        assert_eq!(found("//! Often.\nlet text = \"What?\";\n"), Vec::<usize>::new());
    }

    #[test]
    fn a_letter_of_several_bytes_is_one_character() {
        assert_eq!(wide(&format!("/// {}\n", "β".repeat(116))).count(), 0);
        assert_eq!(wide(&format!("/// {}\n", "β".repeat(117))).count(), 1);
    }
}

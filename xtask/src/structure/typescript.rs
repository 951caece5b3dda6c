//! Imports between the rooms of a folder of TypeScript, types too.

use super::Import;
use crate::command::Outcome;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// A folder of this name has a room in each of its folders, and is one itself.
const OF_ROOMS: &str = "tasks";

/// Reads the imports of all files below `folder`.
pub fn imports(root: &Path, folder: &str) -> Outcome<Vec<Import>> {
    let mut imports = Vec::new();
    read(root, folder, &root.join(folder), &mut imports)?;
    Ok(imports)
}

fn read(root: &Path, folder: &str, at: &Path, imports: &mut Vec<Import>) -> Outcome<()> {
    let io = |error: std::io::Error| format!("{}: {error}", at.display());
    let mut entries = fs::read_dir(at)
        .map_err(io)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(io)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            read(root, folder, &path, imports)?;
        } else if path.extension().is_some_and(|extension| extension == "ts") {
            let text = fs::read_to_string(&path).map_err(io)?;
            let shown = path.strip_prefix(root).unwrap_or(&path);
            let from = room(folder, shown);
            let beside = shown.parent().unwrap_or(Path::new(""));
            for (address, lazy) in addresses(&text) {
                let to = room(folder, &resolved(&beside.join(address)));
                if to != from {
                    imports.push(Import {
                        from: from.clone(),
                        to,
                        file: shown.display().to_string(),
                        lazy,
                    });
                }
            }
        }
    }
    Ok(())
}

/// The relative addresses that a module imports, and which of them by `import()`. Its text is formatted, so that an
/// address stands behind its keyword.
fn addresses(text: &str) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    for (mark, lazy) in [("from \"", false), ("import \"", false), ("import(\"", true)] {
        for (at, _) in text.match_indices(mark) {
            let rest = &text[at + mark.len()..];
            // `typeof import("…")` and `import("…").Type` are types, and loaded by nothing.
            let is_type = lazy && (text[..at].ends_with("typeof ") || is_type_of(rest));
            if let Some(end) = rest.find('"')
                && rest.starts_with('.')
            {
                found.push((&rest[..end], lazy && !is_type));
            }
        }
    }
    found
}

/// Returns true if the text that follows `import("` names a type: `…").Name` with a capital.
fn is_type_of(rest: &str) -> bool {
    let behind = rest.find("\").").map(|at| &rest[at + 3..]);
    behind.is_some_and(|behind| rest.find('"') == rest.find("\").") && behind.starts_with(char::is_uppercase))
}

/// Takes `.` and `..` out of a path.
fn resolved(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// The room of a path below `folder`; of another path, the first folder of it.
fn room(folder: &str, path: &Path) -> String {
    let parts = |path: &Path| -> Vec<String> {
        let names = path
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned());
        names.collect()
    };
    let Ok(inner) = path.strip_prefix(folder) else {
        return parts(path).into_iter().next().unwrap_or_default();
    };
    let inner = parts(inner);
    match inner.as_slice() {
        [first, second, _, ..] if first == OF_ROOMS => format!("{first}/{second}"),
        [first, ..] => first.strip_suffix(".ts").unwrap_or(first).to_owned(),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_with_how_they_are_loaded() {
        let text = "import { a } from \"./a\";\nexport * from \"../b\";\nimport \"./c\";\nimport d from \"lit\";\n\
                    const e = await import(\"./e\");\nlet f: import(\"./f\").F;\nlet g: typeof import(\"./g\");\n";
        let mut found = addresses(text);
        found.sort_unstable();
        let expected = [
            ("../b", false),
            ("./a", false),
            ("./c", false),
            ("./e", true),
            ("./f", false),
            ("./g", false),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn rooms_are_folders_and_files_and_each_task() {
        let of = |path: &str| room("www/src", &resolved(Path::new(path)));
        assert_eq!(of("www/src/ui/figure.ts"), "ui");
        assert_eq!(of("www/src/app.ts"), "app");
        assert_eq!(of("www/src/ui/../plots"), "plots");
        assert_eq!(of("www/src/tasks/genes/table"), "tasks/genes");
        assert_eq!(of("www/src/tasks/index.ts"), "tasks");
        assert_eq!(of("www/src/ui/../../../pkg/src/index"), "pkg");
    }
}

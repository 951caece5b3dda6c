//! Direction of dependencies: compares the imports with what `CONTRIBUTING.md` states.
//!
//! A block of it that opens with "```rooms FOLDER" states, a line a room, which other rooms of the folder it may import
//! from, statically and, behind `lazily`, by `import()` alone:
//!
//! ```text
//! engine: model weights kernel
//! tasks: session lazily tasks/genes
//! ```
//!
//! A room is a folder or a file right below FOLDER; of `tasks` each folder is one. A room that is not stated, an import
//! that is not allowed, and one that is allowed and not there are faults; in TypeScript, so are more rooms than a room
//! may import from. In Rust, so is a circle of modules that stand
//! side by side, rooms or what is in them; in TypeScript the linter looks for circles, file by file.

mod rust;
mod typescript;

use crate::command::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Opening of a block, before the folder's name.
const OPENS: &str = "```rooms ";

/// An import of one room from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    from: String,
    to: String,
    /// The file that it stands in, from the workspace's folder.
    file: String,
    /// By `import()`: loaded when it is needed.
    lazy: bool,
}

/// Rooms that a room may import from.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Allowed {
    always: BTreeSet<String>,
    lazily: BTreeSet<String>,
}

/// Most rooms of TypeScript that a room may import from, and that those may that bring others together.
const MOST: usize = 8;
const MOST_TOGETHER: usize = 12;

/// Rooms that bring others together: the shells around the tasks, and the two tasks.
const TOGETHER: [&str; 5] = ["app", "element", "standalone", "tasks/genes", "tasks/tracks"];

/// A block: the folder, and what each of its rooms may import from.
type Stated = (String, BTreeMap<String, Allowed>);

/// Compares what is stated with what is imported, and looks for circles.
///
/// # Errors
/// A line for each fault.
pub fn check(root: &Path) -> Outcome<()> {
    let path = root.join("CONTRIBUTING.md");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let blocks = stated(&text)?;
    if blocks.is_empty() {
        return Err(format!("CONTRIBUTING.md: found no block that opens with \"{OPENS}\""));
    }
    let mut faults = Vec::new();
    for (folder, rooms) in &blocks {
        let imports = if root.join(folder).join("lib.rs").is_file() || root.join(folder).join("main.rs").is_file() {
            let modules = rust::modules(&root.join(folder), folder)?;
            faults.extend(rust::circles(folder, &modules));
            rust::imports(&modules)
        } else {
            faults.extend(too_many(folder, rooms));
            typescript::imports(root, folder)?
        };
        faults.extend(compare(folder, rooms, &imports));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "dependencies are not as CONTRIBUTING.md states them:\n  {}",
            faults.join("\n  ")
        ))
    }
}

/// Reads the blocks of a text.
fn stated(text: &str) -> Outcome<Vec<Stated>> {
    let mut blocks: Vec<Stated> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        if let Some(folder) = line.strip_prefix(OPENS) {
            blocks.push((folder.trim().to_owned(), BTreeMap::new()));
            is_open = true;
        } else if line.starts_with("```") {
            is_open = false;
        } else if let (true, Some((folder, rooms))) = (is_open && !line.trim().is_empty(), blocks.last_mut()) {
            let (room, rest) = line
                .split_once(':')
                .ok_or_else(|| format!("CONTRIBUTING.md, rooms of {folder}: found `{line}`; expected `room: rooms`"))?;
            let mut words = rest.split_whitespace();
            let always = words.by_ref().take_while(|word| *word != "lazily").map(str::to_owned);
            let allowed = Allowed {
                always: always.collect(),
                lazily: words.map(str::to_owned).collect(),
            };
            rooms.insert(room.trim().to_owned(), allowed);
        }
    }
    Ok(blocks)
}

/// Lists the rooms that may import from more than a room may.
fn too_many(folder: &str, rooms: &BTreeMap<String, Allowed>) -> Vec<String> {
    let fault = |(room, Allowed { always, lazily }): (&String, &Allowed)| {
        let most = if TOGETHER.contains(&room.as_str()) {
            MOST_TOGETHER
        } else {
            MOST
        };
        let found = always.union(lazily).count();
        (found > most).then(|| format!("{folder}: {room} may import from {found} rooms; at most {most}"))
    };
    rooms.iter().filter_map(fault).collect()
}

/// Lists what is imported and not stated, and what is stated and not imported.
fn compare(folder: &str, rooms: &BTreeMap<String, Allowed>, imports: &[Import]) -> Vec<String> {
    let mut faults = BTreeSet::new();
    let mut used = BTreeSet::new();
    for Import { from, to, file, lazy } in imports {
        let Some(allowed) = rooms.get(from) else {
            faults.insert(format!("{folder}: the room {from} is not stated"));
            continue;
        };
        if allowed.always.contains(to) || (*lazy && allowed.lazily.contains(to)) {
            used.insert((from, to));
        } else {
            let how = if allowed.lazily.contains(to) { " but lazily" } else { "" };
            faults.insert(format!("{file}: {from} may not import from {to}{how}"));
        }
    }
    for (from, allowed) in rooms {
        for to in allowed.always.iter().chain(&allowed.lazily) {
            if !used.contains(&(from, to)) {
                faults.insert(format!("{folder}: {from} may import from {to}, and does not"));
            }
        }
    }
    faults.into_iter().collect()
}

/// The first circle of a graph, written `a → b → a`.
fn find_circle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    fn visit<'a>(
        at: &'a str,
        edges: &'a BTreeMap<String, BTreeSet<String>>,
        path: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<String> {
        if let Some(start) = path.iter().position(|room| *room == at) {
            return Some([&path[start..], &[at]].concat().join(" → "));
        }
        if done.contains(at) {
            return None;
        }
        path.push(at);
        for next in edges.get(at).into_iter().flatten() {
            if let Some(circle) = visit(next, edges, path, done) {
                return Some(circle);
            }
        }
        path.pop();
        done.insert(at);
        None
    }
    let mut done = BTreeSet::new();
    edges
        .keys()
        .find_map(|room| visit(room, edges, &mut Vec::new(), &mut done))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "words\n```rooms src\nengine: model\nmodel:\npage: engine lazily model\n```\nmore: words\n";

    fn import(from: &str, to: &str, lazy: bool) -> Import {
        Import {
            from: from.to_owned(),
            to: to.to_owned(),
            file: format!("src/{from}.rs"),
            lazy,
        }
    }

    fn rooms() -> BTreeMap<String, Allowed> {
        stated(TEXT).unwrap().remove(0).1
    }

    #[test]
    fn what_is_stated_is_read() {
        let blocks = stated(TEXT).unwrap();
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].0, "src");
        assert!(rooms()["engine"].always.contains("model"));
        assert!(rooms()["page"].lazily.contains("model") && !rooms()["page"].always.contains("model"));
    }

    #[test]
    fn imports_as_stated_are_no_fault_and_others_are() {
        let right = [
            import("engine", "model", false),
            import("page", "engine", false),
            import("page", "model", true),
        ];
        assert_eq!(compare("src", &rooms(), &right), Vec::<String>::new());
        let wrong = [
            right.as_slice(),
            &[
                import("model", "engine", false),
                import("page", "model", false),
                import("new", "engine", false),
            ],
        ];
        assert_eq!(
            compare("src", &rooms(), &wrong.concat()),
            [
                "src/model.rs: model may not import from engine",
                "src/page.rs: page may not import from model but lazily",
                "src: the room new is not stated",
            ]
        );
        assert_eq!(
            compare("src", &rooms(), &right[..2]),
            ["src: page may import from model, and does not"]
        );
    }

    #[test]
    fn a_room_that_imports_from_too_many_is_a_fault() {
        let stated_with = |room: &str, rooms: usize| {
            let names: Vec<String> = (0..rooms).map(|i| format!("room{i}")).collect();
            let text = format!("{OPENS}src\n{room}: {} lazily room0\n```\n", names.join(" "));
            too_many("src", &stated(&text).unwrap()[0].1)
        };
        assert_eq!(stated_with("ui", 8), Vec::<String>::new());
        assert_eq!(stated_with("ui", 9), ["src: ui may import from 9 rooms; at most 8"]);
        for room in ["app", "tasks/genes"] {
            assert_eq!(stated_with(room, 12), Vec::<String>::new());
            assert_eq!(stated_with(room, 13).len(), 1);
        }
        for room in ["tasks", "tasks/shared"] {
            assert_eq!(stated_with(room, 9).len(), 1, "{room} is no task");
        }
    }

    #[test]
    fn a_circle_is_found() {
        let edges = |pairs: &[(&str, &str)]| {
            let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (from, to) in pairs {
                edges.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            }
            edges
        };
        assert_eq!(find_circle(&edges(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
        assert_eq!(
            find_circle(&edges(&[("a", "b"), ("b", "c"), ("c", "b")])),
            Some("b → c → b".to_owned())
        );
    }
}

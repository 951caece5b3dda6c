//! The modules of a crate, and what they import from each other. Tests are left out.

use super::{Import, find_circle};
use crate::command::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use syn::visit::{self, Visit};

/// A module: `["model", "basenji"]`; the crate's root is empty.
type Name = Vec<String>;

/// A module's file, and the paths in it that begin with `crate`, `self` or `super`, made absolute.
pub struct Module {
    file: String,
    paths: BTreeSet<Name>,
}

/// Reads all modules below a crate's `src`, which errors and results call `shown`.
pub fn modules(src: &Path, shown: &str) -> Outcome<BTreeMap<Name, Module>> {
    let mut modules = BTreeMap::new();
    read(src, shown, &Vec::new(), &mut modules)?;
    Ok(modules)
}

fn read(folder: &Path, shown: &str, name: &Name, modules: &mut BTreeMap<Name, Module>) -> Outcome<()> {
    let io = |error: std::io::Error| format!("{shown}: {error}");
    let mut entries = fs::read_dir(folder)
        .map_err(io)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(io)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let file = entry.file_name().to_string_lossy().into_owned();
        let shown = format!("{shown}/{file}");
        if entry.path().is_dir() {
            let inner = [name.as_slice(), &[file]].concat();
            read(&entry.path(), &shown, &inner, modules)?;
        } else if let Some(stem) = file.strip_suffix(".rs").filter(|stem| *stem != "tests") {
            let module = match stem {
                "lib" | "main" | "mod" => name.clone(),
                _ => [name.as_slice(), &[stem.to_owned()]].concat(),
            };
            let text = fs::read_to_string(entry.path()).map_err(io)?;
            let syntax = syn::parse_file(&text).map_err(|error| format!("{shown}: {error}"))?;
            let mut paths = Paths {
                module: module.clone(),
                found: BTreeSet::new(),
            };
            paths.visit_file(&syntax);
            let found = paths.found;
            modules.insert(
                module,
                Module {
                    file: shown,
                    paths: found,
                },
            );
        }
    }
    Ok(())
}

/// Gathers paths.
struct Paths {
    module: Name,
    found: BTreeSet<Name>,
}

impl Paths {
    /// Takes a path where it begins in this crate.
    fn take(&mut self, segments: &[String]) {
        let mut base = match segments.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.module.clone(),
            _ => return,
        };
        let up = segments.iter().take_while(|segment| *segment == "super").count();
        base.truncate(base.len().saturating_sub(up));
        let rest = &segments[up.max(1)..];
        self.found.insert([base.as_slice(), rest].concat());
    }

    fn take_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.take_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.take_tree(before, tree)),
            syn::UseTree::Name(name) => self.take(&with(&name.ident)),
            syn::UseTree::Rename(name) => self.take(&with(&name.ident)),
            syn::UseTree::Glob(_) => self.take(before),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.take_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.take(&segments);
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }
}

/// Returns true if something is there for tests alone.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
    })
}

/// The module that a path leads into: the longest beginning that is one.
fn target<'a>(path: &'a [String], modules: &BTreeMap<Name, Module>) -> &'a [String] {
    let mut end = path.len();
    while end > 0 && !modules.contains_key(&path[..end]) {
        end -= 1;
    }
    &path[..end]
}

/// Imports between rooms, the modules right below the root.
pub fn imports(modules: &BTreeMap<Name, Module>) -> Vec<Import> {
    let mut imports = Vec::new();
    for (module, Module { file, paths }) in modules {
        let Some(from) = module.first() else { continue };
        for path in paths {
            match target(path, modules).first() {
                Some(to) if to != from => imports.push(Import {
                    from: from.clone(),
                    to: to.clone(),
                    file: file.clone(),
                    lazy: false,
                }),
                _ => {}
            }
        }
    }
    imports
}

/// The circles among modules that stand side by side, folder by folder.
pub fn circles(folder: &str, modules: &BTreeMap<Name, Module>) -> Vec<String> {
    let mut folders: BTreeMap<Name, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (module, Module { paths, .. }) in modules {
        for path in paths {
            let to = target(path, modules);
            let shared = module.iter().zip(to).take_while(|(a, b)| a == b).count();
            // A module and its own parent or child are one thing in several files: imports between them are no edges.
            if let (Some(from), Some(to)) = (module.get(shared), to.get(shared)) {
                let edges = folders.entry(module[..shared].to_vec()).or_default();
                edges.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    folders
        .iter()
        .filter_map(|(name, edges)| Some((name, find_circle(edges)?)))
        .map(|(name, circle)| {
            format!(
                "{}: in a circle: {circle}",
                [&[folder.to_owned()], name.as_slice()].concat().join("/")
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(name: &[&str], text: &str) -> (Name, Module) {
        let module: Name = name.iter().map(|part| (*part).to_owned()).collect();
        let mut paths = Paths {
            module: module.clone(),
            found: BTreeSet::new(),
        };
        paths.visit_file(&syn::parse_file(text).unwrap());
        let file = format!("src/{}.rs", name.join("/"));
        (
            module,
            Module {
                file,
                paths: paths.found,
            },
        )
    }

    #[test]
    fn imports_and_paths_of_other_rooms_are_found_and_those_of_tests_are_not() {
        let modules = BTreeMap::from([
            module(&["a"], "use crate::{b::X, c}; fn f() { c::g() }"),
            module(&["a", "inner"], "fn f(x: super::super::b::X) -> u8 { super::y }"),
            module(&["b"], "#[cfg(test)] mod tests { use crate::a::Y; }"),
            module(&["c"], "fn f() { crate::b::g() }"),
        ]);
        let found: BTreeSet<String> = imports(&modules)
            .iter()
            .map(|import| format!("{} {} {}", import.file, import.from, import.to))
            .collect();
        let expected = ["src/a.rs a b", "src/a.rs a c", "src/a/inner.rs a b", "src/c.rs c b"];
        assert_eq!(found, expected.map(str::to_owned).into());
        assert_eq!(circles("src", &modules), Vec::<String>::new());
    }

    #[test]
    fn neighbours_in_a_circle_are_found() {
        let modules = BTreeMap::from([
            module(&["a"], "pub use one::One;"),
            module(&["a", "one"], "use super::two::Two;"),
            module(&["a", "two"], "use super::one::One;"),
        ]);
        assert_eq!(circles("src", &modules), ["src/a: in a circle: one → two → one"]);
    }
}

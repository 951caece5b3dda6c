//! The licences of all that is linked: into the engines, and into the program. They lie in the repository, so that
//! every artefact has them without a tool more; a test of the structure holds them to Cargo.lock.

use crate::command::{Outcome, command, run};
use crate::engines;
use crate::tools;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Line above the crates of one licence.
const ABOVE: &str = "================================================================================";

/// Line between them and its text.
const BELOW: &str = "--------------------------------------------------------------------------------";

/// Behind it Apache's licence says how to apply it.
const END_OF_APACHE: &str = "END OF TERMS AND CONDITIONS";

/// A product, and the crate whose dependencies are linked into it.
struct Linked {
    /// Its file of notices.
    file: &'static str,
    /// Settings file of `cargo about`, in `xtask/notices/`.
    settings: &'static str,
    /// The crate, and where it is.
    package: &'static str,
    manifest: &'static str,
    features: String,
    targets: &'static [&'static str],
    /// Description, in a sentence.
    says: &'static str,
}

fn all() -> [Linked; 2] {
    let features: BTreeSet<&str> = engines::ALL
        .iter()
        .flat_map(|engine| engine.features.split(','))
        .collect();
    [
        Linked {
            file: "pkg/NOTICES.txt",
            settings: "engines.toml",
            package: "regulens",
            manifest: "Cargo.toml",
            features: features.into_iter().collect::<Vec<&str>>().join(","),
            targets: &["wasm32-unknown-unknown"],
            says: "Linked into the WebAssembly engines of Regulens:",
        },
        Linked {
            file: "training/NOTICES.txt",
            settings: "program.toml",
            package: "regulens-training",
            manifest: "training/Cargo.toml",
            features: "wgpu,cuda".to_owned(),
            targets: &[
                "x86_64-unknown-linux-gnu",
                "aarch64-unknown-linux-gnu",
                "aarch64-apple-darwin",
                "x86_64-apple-darwin",
                "x86_64-pc-windows-msvc",
            ],
            says: "Linked into the program `regulens`, for one system or another:",
        },
    ]
}

/// The crates that are linked into the engines, and those of the program, as `NAME VERSION`.
pub fn linked(root: &Path) -> Outcome<[BTreeSet<String>; 2]> {
    let [engines, program] = all();
    Ok([wanted(root, &engines)?, wanted(root, &program)?])
}

/// Writes the notices anew, with `cargo about`.
pub fn write(root: &Path) -> Outcome<()> {
    tools::install_about(root)?;
    for linked in all() {
        let made = root.join("target/notices.txt");
        let mut about = command(root, root, "cargo-about");
        about
            .args(["about", "generate", "--offline", "--fail", "--no-default-features"])
            .args(["--features", &linked.features, "--manifest-path", linked.manifest])
            .args(["--config", &format!("xtask/notices/{}", linked.settings)])
            .arg("--output-file")
            .arg(&made)
            .arg("xtask/notices/about.hbs");
        run(about)?;
        let made = fs::read_to_string(&made).map_err(|error| format!("{}: {error}", made.display()))?;
        let text = format!(
            "{}\nThe source of each is at https://crates.io/crates/NAME/VERSION.\n\n{}",
            linked.says,
            tidy(&made, &wanted(root, &linked)?)
        );
        fs::write(root.join(linked.file), text).map_err(|error| format!("{}: {error}", linked.file))?;
    }
    check(root)
}

/// Crates under one text.
struct Licence {
    crates: BTreeSet<String>,
    name: String,
    /// Who has the copyright, where the text itself does not say it.
    holders: BTreeSet<String>,
    text: String,
}

/// Tidies the output of `cargo about` for the crates that are linked, with each text once: where only spaces tell two
/// texts apart, or the pages behind Apache's terms on how to apply them, one of them.
fn tidy(made: &str, linked: &BTreeSet<String>) -> String {
    let mut merged: Vec<(String, Licence)> = Vec::new();
    for entry in made.split(&format!("{ABOVE}\n")).skip(1) {
        let Some(licence) = licence(entry, linked) else {
            continue;
        };
        let words = licence.text.split_whitespace().collect::<Vec<&str>>().join(" ");
        let key = format!("{} {}", licence.name, words.to_lowercase().replace("https:", "http:"));
        match merged.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => {
                known.crates.extend(licence.crates);
                known.holders.extend(licence.holders);
            }
            None => merged.push((key, licence)),
        }
    }
    merged.sort_by(|(_, a), (_, b)| (&a.name, a.crates.first()).cmp(&(&b.name, b.crates.first())));
    let each = merged.into_iter().map(|(_, licence)| {
        let lines = |lines: BTreeSet<String>| lines.into_iter().map(|line| line + "\n").collect::<String>();
        let Licence {
            crates,
            name,
            holders,
            text,
        } = licence;
        format!(
            "{ABOVE}\n{}\n{name}\n{}{BELOW}\n{text}\n",
            lines(crates),
            lines(holders)
        )
    });
    each.collect()
}

/// An entry of what `cargo about` made; `None` of crates alone that are not linked, such as macros.
fn licence(entry: &str, linked: &BTreeSet<String>) -> Option<Licence> {
    let (head, text) = entry.split_once(BELOW)?;
    let (crates, name) = head.split_once("\n\n")?;
    let crates: BTreeSet<String> = crates
        .lines()
        .map(str::to_owned)
        .filter(|line| linked.contains(line))
        .collect();
    let mut text: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let mut holders = BTreeSet::new();
    if let Some((terms, after)) = text.split_once(END_OF_APACHE)
        && (after.trim().is_empty() || after.trim_start().starts_with("APPENDIX"))
    {
        let named = after
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("Copyright "));
        holders.extend(named.filter(|line| !line.contains(['[', '{'])).map(str::to_owned));
        text = format!("{terms}{END_OF_APACHE}\n");
    }
    let text = text.trim_matches('\n').to_owned();
    (!crates.is_empty()).then(|| Licence {
        crates,
        name: name.trim().to_owned(),
        holders,
        text,
    })
}

fn is_ours(line: &str) -> bool {
    let ours = ["regulens ", "regulens-kernel ", "regulens-serve ", "regulens-training "];
    ours.iter().any(|name| {
        line.strip_prefix(name)
            .is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// Compares the notices with what is linked.
///
/// # Errors
/// A line for each crate that one of them lacks or has too much.
pub fn check(root: &Path) -> Outcome<()> {
    let mut faults = Vec::new();
    for linked in all() {
        let text = fs::read_to_string(root.join(linked.file)).map_err(|error| format!("{}: {error}", linked.file))?;
        let named = named(&text);
        let wanted = wanted(root, &linked)?;
        let lacks = wanted
            .difference(&named)
            .map(|name| format!("{} lacks {name}", linked.file));
        let spare = named
            .difference(&wanted)
            .map(|name| format!("{} has {name}, which is not linked", linked.file));
        faults.extend(lacks.chain(spare));
    }
    if faults.is_empty() {
        return Ok(());
    }
    faults.push("write them anew: cargo xtask notices".to_owned());
    Err(faults.join("\n"))
}

/// The crates that notices name, as `NAME VERSION`.
fn named(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut lines = text.lines();
    while lines.any(|line| line == ABOVE) {
        found.extend(lines.by_ref().take_while(|line| !line.is_empty()).map(str::to_owned));
    }
    found
}

/// The crates that are linked, by cargo's own account.
fn wanted(root: &Path, linked: &Linked) -> Outcome<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for target in linked.targets {
        let mut tree = Command::new("cargo");
        tree.current_dir(root)
            .args([
                "tree",
                "--locked",
                "--edges",
                "normal,no-proc-macro",
                "--prefix",
                "none",
                "--format",
                "{p}",
            ])
            .args(["--no-default-features", "--features", &linked.features])
            .args(["--package", linked.package, "--target", target]);
        let output = tree.output().map_err(|error| format!("cargo tree: {error}"))?;
        if !output.status.success() {
            return Err(format!("cargo tree: {}", String::from_utf8_lossy(&output.stderr)));
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            // `NAME vVERSION`, and what follows.
            let mut words = line.split_whitespace();
            let (Some(name), Some(version)) = (words.next(), words.next()) else {
                continue;
            };
            let named = format!("{name} {}", version.trim_start_matches('v'));
            if !is_ours(&named) {
                found.insert(named);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_named_between_a_bar_and_an_empty_line() {
        let text = format!("Linked:\n\n{ABOVE}\na 1.0.0\nb-c 2.1.0\n\nMIT\n----\ntext\n{ABOVE}\nd 3.0.0\n\nISC\n");
        assert_eq!(
            named(&text),
            ["a 1.0.0", "b-c 2.1.0", "d 3.0.0"].map(str::to_owned).into()
        );
    }

    #[test]
    fn each_text_is_there_once_with_all_of_its_crates_and_their_holders() {
        let apache = |name: &str, after: &str| {
            format!("{ABOVE}\n{name} 1.0.0\n\nApache\n{BELOW}\nThe  terms \n{END_OF_APACHE}\n{after}\n")
        };
        let made = [
            apache("b", "APPENDIX\n Copyright [yyyy] [name]"),
            apache("a", "APPENDIX\n Copyright 2020 Ada"),
            apache("c", "Exceptions to the terms"),
            format!("{ABOVE}\nregulens 0.1.0\nregulens-x 1.0.0\n\nMIT\n{BELOW}\nDo.\n"),
            format!("{ABOVE}\nregulens 0.1.0\n\nMIT\n{BELOW}\nDo not.\n"),
        ];
        let linked = ["a", "b", "c", "regulens-x"].map(|name| format!("{name} 1.0.0")).into();
        let tidied = tidy(&made.concat(), &linked);
        let expected = [
            format!("{ABOVE}\na 1.0.0\nb 1.0.0\n\nApache\nCopyright 2020 Ada\n{BELOW}\nThe  terms\n{END_OF_APACHE}\n"),
            format!("{ABOVE}\nc 1.0.0\n\nApache\n{BELOW}\nThe  terms\n{END_OF_APACHE}\nExceptions to the terms\n"),
            format!("{ABOVE}\nregulens-x 1.0.0\n\nMIT\n{BELOW}\nDo.\n"),
        ];
        assert_eq!(tidied, expected.concat());
    }
}

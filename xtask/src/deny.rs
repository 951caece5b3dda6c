//! Dependencies as `deny.toml` allows them: their licences, where they come from, and what is known against them.

use crate::command::{Outcome, command, printed, run};
use crate::tools;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The Rust registry as Cargo.lock names it.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks that need no network and no store: they hold of Cargo.lock alone.
const ALWAYS: [&str; 3] = ["bans", "licenses", "sources"];

/// Where cargo-deny keeps RustSec's database, as `deny.toml` says.
const STORE: &str = ".tools/advisories";

/// Greatest age of a stored database, in days: one that nobody renews would say of everything that it is well.
const OLDEST: u64 = 30;

/// Checks them. Advisories come from RustSec's database, which is fetched unless what was `stored` of it is to do.
pub fn check(root: &Path, advisories: bool, stored: bool) -> Outcome<()> {
    if advisories && stored {
        check_age(root, SystemTime::now())?;
    }
    tools::install_deny(root)?;
    // Crates of all systems are needed, since their licences are looked at too; what is there already asks nobody.
    let mut fetch = command(root, root, "cargo");
    fetch.args(["fetch", "--locked"]);
    run(fetch)?;
    let mut deny = command(root, root, "cargo-deny");
    deny.args(["--all-features", "--locked"]);
    if stored || !advisories {
        deny.arg("--offline");
    }
    deny.args(["check", "--hide-inclusion-graph"]).args(ALWAYS);
    if advisories {
        deny.arg("advisories");
    }
    run(deny)
}

/// Holds Cargo.lock to the Rust registry, without compiling cargo-deny, which holds all of `deny.toml` in `checks.yml`.
///
/// # Errors
/// The lines that name another source.
pub fn check_sources(root: &Path) -> Outcome<()> {
    let lock = root.join("Cargo.lock");
    let text = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    foreign_sources(&text)
}

fn foreign_sources(lock: &str) -> Outcome<()> {
    let foreign: Vec<&str> = lock
        .lines()
        .filter(|line| line.starts_with("source = ") && *line != format!("source = \"{REGISTRY}\""))
        .collect();
    if foreign.is_empty() {
        return Ok(());
    }
    Err(format!(
        "Cargo.lock: other than the Rust registry: {}",
        foreign.join("; ")
    ))
}

/// Refuses a stored database that is too old, or none.
fn check_age(root: &Path, now: SystemTime) -> Outcome<()> {
    let remedy = "`cargo xtask deny --advisories` fetches it, where there is a network";
    let store = stored(root).ok_or(format!("{STORE} has no database of advisories; {remedy}"))?;
    let mut committed = command(root, &store, "git");
    committed.args(["show", "--no-patch", "--format=%ct", "HEAD"]);
    let seconds = printed(committed).and_then(|text| text.parse().ok());
    let seconds: u64 = seconds.ok_or(format!("{}: no repository; {remedy}", store.display()))?;
    let now = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let days = now.saturating_sub(seconds) / (24 * 60 * 60);
    if days > OLDEST {
        return Err(format!(
            "the advisories in {STORE} are {days} days old, and {OLDEST} are allowed; {remedy}"
        ));
    }
    Ok(())
}

fn stored(root: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(root.join(STORE)).ok()?;
    entries.flatten().map(|entry| entry.path()).find(|path| path.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_crate_that_the_registry_does_not_have_is_named() {
        let lock = format!("name = \"a\"\nsource = \"{REGISTRY}\"\nname = \"ours\"\n");
        assert_eq!(foreign_sources(&lock), Ok(()));
        let foreign = "source = \"git+https://example.org/b\"";
        let refused = foreign_sources(&format!("{lock}{foreign}\n")).unwrap_err();
        assert!(refused.ends_with(foreign), "{refused}");
    }

    #[test]
    fn a_store_of_advisories_that_is_old_or_not_there_is_refused() {
        let root = std::env::temp_dir().join(format!("regulens-advisories-{}", std::process::id()));
        let store = root.join(STORE).join("advisory-db-1");
        assert!(
            check_age(&root, SystemTime::now())
                .unwrap_err()
                .contains("has no database")
        );
        fs::create_dir_all(&store).unwrap();
        let git = |arguments: &[&str]| {
            let mut git = command(&root, &store, "git");
            git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
                .args(arguments);
            run(git).unwrap();
        };
        git(&["init", "--quiet"]);
        git(&["commit", "--quiet", "--allow-empty", "--message", "a"]);
        assert_eq!(check_age(&root, SystemTime::now()), Ok(()));
        let later = SystemTime::now() + Duration::from_hours(31 * 24) + Duration::from_mins(1);
        let refused = check_age(&root, later).unwrap_err();
        assert!(refused.contains("31 days old, and 30 are allowed"), "{refused}");
        fs::remove_dir_all(root).unwrap();
    }
}

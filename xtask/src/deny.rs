//! Dependencies as `deny.toml` allows them: their licences, where they come from, and what is known against them.

use crate::command::{Outcome, command, run};
use crate::tools;
use std::path::Path;

/// What needs no network and no store: it holds of Cargo.lock alone.
const ALWAYS: [&str; 3] = ["bans", "licenses", "sources"];

/// Checks them. Advisories come from a clone of RustSec's database in `.tools/advisories/`, which is fetched unless
/// `stored`; one that is older than `deny.toml` allows is a fault.
pub fn check(root: &Path, advisories: bool, stored: bool) -> Outcome<()> {
    tools::install_deny(root)?;
    let mut deny = command(root, root, "cargo-deny");
    deny.args(["--all-features", "--locked"]);
    if stored || !advisories {
        deny.arg("--offline");
    }
    // Twice the same crate is no fault here: most are others' choice.
    deny.args(["check", "--hide-inclusion-graph"]).args(ALWAYS);
    if advisories {
        deny.arg("advisories");
    }
    run(deny)
}

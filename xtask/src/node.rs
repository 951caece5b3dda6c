//! Node and npm: the packages of a folder, and running what they bring.

use crate::command::{Outcome, command, run};
use crate::stamp::{Inputs, unless_current};
use std::path::Path;
use std::process::Command;

/// `npm`, to be run in `folder`. npm is a script, which Windows starts only under its full name.
pub fn npm(root: &Path, folder: &Path) -> Command {
    command(root, folder, if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// `node SCRIPT`, to be run in `folder`.
pub fn node(root: &Path, folder: &Path, script: impl AsRef<Path>) -> Command {
    let mut command = command(root, folder, "node");
    command.arg(script.as_ref());
    command
}

/// Installs the packages of `folder` exactly as its lockfile has them.
pub fn install(root: &Path, folder: &str) -> Outcome<()> {
    let inputs = Inputs::new(root)
        .path(&format!("{folder}/package.json"))?
        .path(&format!("{folder}/package-lock.json"))?;
    let place = root.join(folder);
    let outputs = [place.join("node_modules")];
    unless_current(root, &format!("npm packages of {folder}"), inputs, &outputs, || {
        let mut install = npm(root, &place);
        // Playwright's own browser is not wanted: the tests use the one that is installed.
        install
            .args(["ci", "--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        run(install)
    })
}

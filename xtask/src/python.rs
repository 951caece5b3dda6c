//! The project's own Python environment, pinned, in `.tools/`: Snakemake for the workflow's tests, and another reader
//! of bigWig.

use crate::command::{Outcome, command, printed, run};
use crate::stamp::{Inputs, unless_current};
use std::path::{Path, PathBuf};

const FOLDER: &str = ".tools/workflow-venv";
const REQUIREMENTS: [&str; 2] = [
    "training/workflow/requirements.txt",
    "training/workflow/requirements-tests.txt",
];

/// The oldest Python that the pinned Snakemake runs on.
const OLDEST: (u32, u32) = (3, 11);

/// Environment in which to test the workflow.
pub enum Environment {
    /// Its Python, with the packages installed.
    Ready(PathBuf),
    /// Why there is none, and what to do.
    Missing(String),
}

/// Makes the environment, unless it is there.
pub fn environment(root: &Path) -> Outcome<Environment> {
    let Some(python) = find(root) else {
        return Ok(Environment::Missing(format!(
            "no Python {}.{} or newer with the module venv; install it (Debian: python3-venv)",
            OLDEST.0, OLDEST.1
        )));
    };
    let inside = root.join(FOLDER).join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let mut inputs = Inputs::new(root);
    for requirements in REQUIREMENTS {
        inputs = inputs.path(requirements)?;
    }
    unless_current(root, "workflow-venv", inputs, std::slice::from_ref(&inside), || {
        let mut venv = command(root, root, python);
        venv.args(["-m", "venv", "--clear", FOLDER]);
        run(venv)?;
        let mut install = command(root, root, &inside);
        install.args(["-m", "pip", "install", "--disable-pip-version-check"]);
        install.arg("--quiet");
        for requirements in REQUIREMENTS {
            install.args(["--requirement", requirements]);
        }
        run(install)
    })?;
    Ok(Environment::Ready(inside))
}

/// A Python that is new enough and can make environments.
fn find(root: &Path) -> Option<&'static str> {
    ["python3", "python"].into_iter().find(|name| {
        let mut version = command(root, root, name);
        version.args(["-c", "import ensurepip, sys, venv; print(*sys.version_info[:2])"]);
        printed(version).is_some_and(|version| is_new_enough(&version))
    })
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split_whitespace().map(str::parse::<u32>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_too_old_for_snakemake_is_none() {
        assert!(is_new_enough("3 11") && is_new_enough("3 14") && is_new_enough("4 0"));
        for version in ["3 10", "2 7", "", "three eleven"] {
            assert!(!is_new_enough(version), "{version}");
        }
    }
}

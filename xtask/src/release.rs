//! The program as a release has it: built for a system, packed with its licences under the name that `cargo binstall`
//! looks for.

use crate::command::{Outcome, command, printed, run};
use std::fs;
use std::path::{Path, PathBuf};

/// Files that are packed with the program.
const BESIDE: [&str; 4] = ["LICENSE-MIT", "LICENSE-APACHE", "training/NOTICES.txt", "CITATION.cff"];

/// Builds the program for `target` and packs it into the folder `out`; gives the archive.
pub fn pack(root: &Path, target: &str, out: &Path) -> Outcome<PathBuf> {
    let mut build = command(root, root, "cargo");
    build.args([
        "build",
        "--locked",
        "--release",
        "--package",
        "regulens-training",
        "--target",
        target,
    ]);
    if is_static(target) {
        // A static program loads no driver: it has the CPU alone, and says so of other devices.
        build.arg("--no-default-features");
    }
    run(build)?;
    let ending = if target.contains("windows") { ".exe" } else { "" };
    let program = root.join(format!("target/{target}/release/regulens{ending}"));
    starts(root, target, &program)?;

    let name = name(target);
    let folder = root.join("target/packed").join(&name);
    let problem = |error: std::io::Error| format!("{}: {error}", folder.display());
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(problem)?;
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let files = BESIDE.iter().map(|file| root.join(file)).chain([program]);
    for file in files {
        let to = folder.join(file.file_name().unwrap_or_default());
        fs::copy(&file, to).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let archive = out.join(format!("{name}{}", suffix(target)));
    let mut tar = command(root, &root.join("target/packed"), "tar");
    // The kind is told by the name; on Windows, and only there, tar makes zip files.
    tar.arg("-a").arg("-cf").arg(&archive).arg(&name);
    run(tar)?;
    Ok(archive)
}

/// Starts the program where this machine can.
fn starts(root: &Path, target: &str, program: &Path) -> Outcome<()> {
    if !target.starts_with(std::env::consts::ARCH) {
        println!("{} is for another processor: not started", program.display());
        return Ok(());
    }
    let mut version = command(root, root, program);
    version.arg("--version");
    match printed(version) {
        Some(said) if said == format!("regulens {}", env!("CARGO_PKG_VERSION")) => Ok(()),
        said => Err(format!("{} --version says {said:?}", program.display())),
    }
}

fn is_static(target: &str) -> bool {
    target.ends_with("-musl")
}

/// The archive's name without its ending, and the folder in it.
fn name(target: &str) -> String {
    format!("regulens-{}-{target}", env!("CARGO_PKG_VERSION"))
}

fn suffix(target: &str) -> &'static str {
    if target.contains("windows") { ".zip" } else { ".tgz" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills in a pattern of `training/Cargo.toml` as `cargo binstall` does.
    fn looked_for(pattern: &str, target: &str) -> String {
        let manifest = fs::read_to_string(crate::root().join("training/Cargo.toml")).unwrap();
        let (_, after) = manifest.split_once(&format!("{pattern} = \"")).unwrap();
        let (value, _) = after.split_once('"').unwrap();
        let filled = value.replace("{ version }", env!("CARGO_PKG_VERSION"));
        let filled = filled
            .replace("{ archive-suffix }", suffix(target))
            .replace("{ target }", target);
        filled
            .replace("{ bin }", "regulens")
            .replace("{ binary-ext }", if suffix(target) == ".zip" { ".exe" } else { "" })
    }

    #[test]
    fn archives_have_the_names_that_binstall_looks_for_and_the_workflow_makes_them_all() {
        let workflow = fs::read_to_string(crate::root().join(".github/workflows/release.yml")).unwrap();
        for target in [
            "x86_64-unknown-linux-musl",
            "aarch64-unknown-linux-musl",
            "x86_64-unknown-linux-gnu",
            "aarch64-apple-darwin",
            "x86_64-apple-darwin",
            "x86_64-pc-windows-msvc",
        ] {
            let archive = format!("{}{}", name(target), suffix(target));
            assert!(looked_for("pkg-url", target).ends_with(&format!("/v{}/{archive}", env!("CARGO_PKG_VERSION"))));
            let program = if target.contains("windows") {
                "regulens.exe"
            } else {
                "regulens"
            };
            assert_eq!(looked_for("bin-dir", target), format!("{}/{program}", name(target)));
            assert!(
                workflow.contains(&format!("target: {target}\n")),
                "release.yml has no {target}"
            );
        }
    }
}

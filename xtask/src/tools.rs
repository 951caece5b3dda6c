//! The tools around WebAssembly, pinned, in `.tools/` of this folder.

use crate::command::{Outcome, command, printed, run};
use crate::node::npm;
use crate::stamp::{Inputs, unless_current};
use std::path::Path;

/// Where their programs lie; first on the PATH of every command.
pub const BIN: &str = ".tools/bin";

/// Where they are compiled; they have many dependencies in common.
const BUILD: &str = "target/tools";

const CARGO_ABOUT: &str = "0.9.3";
const WASM_PACK: &str = "0.15.1";
/// Must equal the `wasm-bindgen` crate in Cargo.lock.
const WASM_BINDGEN: &str = "0.2.130";
/// The npm package that brings `wasm-opt`; Debian's binaryen is too old for what rustc writes today.
const BINARYEN: &str = "132.0.0";

/// The parts of wasm-bindgen-cli that read and write wasm.
const OPTIMISED: [&str; 4] = ["walrus", "wasmparser", "wasm-encoder", "wasm-bindgen-cli-support"];

/// Installs what is missing.
pub fn install(root: &Path) -> Outcome<()> {
    wasm_target(root)?;
    // --locked: wasm-pack's own lockfile resolves, and keeps the choice of a reader's machine equal to ours.
    cargo_install(root, "wasm-pack", WASM_PACK, &["--locked"])?;
    // Not locked: wasm-bindgen-cli's lockfile names a version that has been yanked since.
    cargo_install(root, "wasm-bindgen-cli", WASM_BINDGEN, &[])?;
    // 700 MB that served both, and nothing else.
    let _ = std::fs::remove_dir_all(root.join(BUILD));
    unless_current(
        root,
        "wasm-opt",
        Inputs::new(root).text(BINARYEN),
        &[wasm_opt(root)],
        || {
            let mut install = npm(root, root);
            install
                .args(["install", "--no-save", "--no-package-lock", "--prefix", ".tools"])
                .arg(format!("binaryen@{BINARYEN}"));
            run(install)
        },
    )
}

/// What writes the notices of licences; nothing else needs it.
pub fn install_about(root: &Path) -> Outcome<()> {
    cargo_install(root, "cargo-about", CARGO_ABOUT, &["--locked", "--features", "cli"])?;
    let _ = std::fs::remove_dir_all(root.join(BUILD));
    Ok(())
}

/// The script that Node runs as `wasm-opt`.
pub fn wasm_opt(root: &Path) -> std::path::PathBuf {
    root.join(".tools/node_modules/binaryen/bin/wasm-opt")
}

/// Runs the tests in a wasm file; cargo calls it.
pub fn wasm_test_runner(root: &Path) -> std::path::PathBuf {
    root.join(BIN)
        .join(format!("wasm-bindgen-test-runner{}", std::env::consts::EXE_SUFFIX))
}

/// rustup takes the wasm target from rust-toolchain.toml by itself, unless it was told not to install anything unasked.
fn wasm_target(root: &Path) -> Outcome<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let mut library = command(root, root, "rustc");
    library.args(["--print", "target-libdir", "--target", TARGET]);
    if printed(library).is_some_and(|folder| Path::new(&folder).exists()) {
        return Ok(());
    }
    let mut add = command(root, root, "rustup");
    add.args(["target", "add", TARGET]);
    run(add).map_err(|error| format!("the Rust target {TARGET} is missing and could not be added: {error}"))
}

/// The tools are built once and run a few times: quick to compile matters more than quick to run. Only what reads and
/// writes wasm files of many megabytes is optimised at all.
fn cargo_install(root: &Path, package: &str, version: &str, flags: &[&str]) -> Outcome<()> {
    let program = package.trim_end_matches("-cli");
    let output = root
        .join(BIN)
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    unless_current(root, package, Inputs::new(root).text(version), &[output], || {
        let mut install = command(root, root, "cargo");
        install
            .args(["install", "--root", ".tools", "--version", version, package])
            .args(flags)
            .env("CARGO_TARGET_DIR", root.join(BUILD))
            // The one that looks for licences in tens of thousands of files would take minutes.
            .env(
                "CARGO_PROFILE_RELEASE_OPT_LEVEL",
                if package == "cargo-about" { "2" } else { "0" },
            )
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        for package in OPTIMISED.iter().filter(|_| package == "wasm-bindgen-cli") {
            install.args(["--config", &format!("profile.release.package.{package}.opt-level=2")]);
        }
        run(install)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_bindgens_program_and_crate_have_one_version() {
        let lock = std::fs::read_to_string(crate::root().join("Cargo.lock")).unwrap();
        let entry = format!("name = \"wasm-bindgen\"\nversion = \"{WASM_BINDGEN}\"");
        assert!(
            lock.contains(&entry),
            "Cargo.lock holds another wasm-bindgen than {WASM_BINDGEN}"
        );
    }
}

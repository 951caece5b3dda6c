//! The tools around WebAssembly, pinned, in `.tools/` of this folder.

use crate::command::{Outcome, command, printed, run};
use crate::node;
use crate::stamp::{Inputs, unless_current};
use std::path::Path;

/// Where their programs lie; first on the PATH of every command.
pub const BIN: &str = ".tools/bin";

/// Where they are compiled; they have many dependencies in common.
const BUILD: &str = "target/tools";

const CARGO_ABOUT: &str = "0.9.3";
const CARGO_DENY: &str = "0.20.2";

/// Target that engines are compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// wasm-bindgen's programs, with a lockfile.
const WASM_BINDGEN: &str = "xtask/tools/wasm-bindgen";

/// The npm package that brings `wasm-opt`, with a lockfile; Debian's binaryen is too old for what rustc writes today.
const BINARYEN: &str = "xtask/tools/binaryen";

/// The parts of wasm-bindgen-cli that read and write wasm.
const OPTIMISED: [&str; 4] = ["walrus", "wasmparser", "wasm-encoder", "wasm-bindgen-cli-support"];

/// Installs what is missing.
pub fn install(root: &Path) -> Outcome<()> {
    wasm_target(root)?;
    std::thread::scope(|scope| {
        let binaryen = scope.spawn(|| node::install(root, BINARYEN));
        cargo_install(root, "wasm-bindgen", &Source::Folder(WASM_BINDGEN))?;
        binaryen
            .join()
            .map_err(|_| "the installation of binaryen panicked".to_owned())?
    })?;
    // Hundreds of megabytes that served it, and nothing else.
    let _ = std::fs::remove_dir_all(root.join(BUILD));
    Ok(())
}

/// Installs cargo-about, which writes the notices of licences; nothing else needs it.
pub fn install_about(root: &Path) -> Outcome<()> {
    cargo_install(root, "cargo-about", &Source::Registry(CARGO_ABOUT))?;
    let _ = std::fs::remove_dir_all(root.join(BUILD));
    Ok(())
}

/// Installs cargo-deny, which holds dependencies to `deny.toml`; nothing else needs it.
pub fn install_deny(root: &Path) -> Outcome<()> {
    cargo_install(root, "cargo-deny", &Source::Registry(CARGO_DENY))?;
    let _ = std::fs::remove_dir_all(root.join(BUILD));
    Ok(())
}

/// The script that Node runs as `wasm-opt`.
pub fn wasm_opt(root: &Path) -> std::path::PathBuf {
    root.join(BINARYEN).join("node_modules/binaryen/bin/wasm-opt")
}

/// Runs the tests in a wasm file; cargo calls it.
pub fn wasm_test_runner(root: &Path) -> std::path::PathBuf {
    root.join(BIN)
        .join(format!("wasm-bindgen-test-runner{}", std::env::consts::EXE_SUFFIX))
}

/// rustup takes the wasm target from rust-toolchain.toml by itself, unless it was told not to install anything unasked.
pub fn wasm_target(root: &Path) -> Outcome<()> {
    let mut library = command(root, root, "rustc");
    library.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    if printed(library).is_some_and(|folder| Path::new(&folder).exists()) {
        return Ok(());
    }
    let mut add = command(root, root, "rustup");
    add.args(["target", "add", WASM_TARGET]);
    run(add).map_err(|error| format!("the Rust target {WASM_TARGET} is missing and could not be added: {error}"))
}

/// Where a tool comes from. Either way its lockfile says what it is made of, on every machine.
enum Source {
    /// A version of it, with the lockfile that it ships.
    Registry(&'static str),
    /// A package of ours around it, with a lockfile of ours.
    Folder(&'static str),
}

/// The tools are built once and run a few times: quick to compile matters more than quick to run. Only what reads and
/// writes wasm files of many megabytes is optimised at all.
fn cargo_install(root: &Path, program: &str, source: &Source) -> Outcome<()> {
    let output = root
        .join(BIN)
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    let inputs = match source {
        Source::Registry(version) => Inputs::new(root).text(version),
        Source::Folder(folder) => Inputs::new(root).path(folder)?,
    };
    unless_current(root, program, inputs, &[output], || {
        let mut install = command(root, root, "cargo");
        install
            // The stamp tells whether it has to be done; a program of another package by that name is in the way
            // otherwise.
            .args(["install", "--locked", "--force", "--root", ".tools"])
            .env("CARGO_TARGET_DIR", root.join(BUILD))
            // The one that looks for licences in tens of thousands of files would take minutes.
            .env(
                "CARGO_PROFILE_RELEASE_OPT_LEVEL",
                if program == "cargo-about" { "2" } else { "0" },
            )
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            // Clippy in the compiler's place, as CI has it natively, looks at our own code alone.
            .env_remove("RUSTC_WORKSPACE_WRAPPER");
        match source {
            Source::Registry(version) => install.args(["--version", version, program]),
            Source::Folder(folder) => install.args(["--path", folder]),
        };
        if program == "cargo-about" {
            install.args(["--features", "cli"]);
        }
        for package in OPTIMISED.iter().filter(|_| program == "wasm-bindgen") {
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
        let version = |lock: &str, name: &str| {
            let text = std::fs::read_to_string(crate::root().join(lock)).unwrap();
            let (_, after) = text.split_once(&format!("name = \"{name}\"\nversion = \"")).unwrap();
            after.split_once('"').unwrap().0.to_owned()
        };
        assert_eq!(
            version(&format!("{WASM_BINDGEN}/Cargo.lock"), "wasm-bindgen-cli"),
            version("Cargo.lock", "wasm-bindgen")
        );
    }
}

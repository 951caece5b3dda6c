//! The program for CUDA, built with an LLVM that is installed. Left to itself, the build downloads one.

use crate::command::{Outcome, command, printed, run};
use std::fs;
use std::path::{Path, PathBuf};

/// The crate that looks for LLVM; its version names the folder that it looks into.
const BUNDLER: &str = "tracel-llvm-bundler";

/// Releases of LLVM that do, the best first.
const RELEASES: [u32; 2] = [23, 22];

/// Where that folder lies.
const DATA: &str = ".tools/llvm";

/// The oldest driver that the program is to run with, as cudarc counts: 12.4.
const DRIVER: &str = "12040";

/// Builds it.
pub fn build(root: &Path, arguments: &[String]) -> Outcome<()> {
    if cfg!(not(all(target_os = "linux", target_arch = "x86_64"))) {
        return Err(
            "this is tried on Linux and x86-64 alone; elsewhere: cargo build --release --features cuda, which \
            downloads LLVM"
                .to_owned(),
        );
    }
    let config = find(root)?;
    lay(root, &config)?;
    let mut build = command(root, root, "cargo");
    build
        .args([
            "build",
            "--release",
            "--package",
            "regulens-training",
            "--features",
            "cuda",
        ])
        .args(arguments)
        .env("XDG_DATA_HOME", root.join(DATA));
    if std::env::var_os("CUDARC_CUDA_VERSION").is_none() {
        build.env("CUDARC_CUDA_VERSION", DRIVER);
    }
    run(build)?;
    println!(
        "target/release/regulens is built for CUDA. Where it runs it takes an NVIDIA driver, and CUDA_PATH, a toolkit \
         that has nvvm/libdevice/libdevice.10.bc."
    );
    Ok(())
}

/// LLVM's own account of where its parts are.
fn find(root: &Path) -> Outcome<PathBuf> {
    for release in RELEASES {
        for program in [
            format!("llvm-config-{release}"),
            format!("/usr/lib/llvm-{release}/bin/llvm-config"),
        ] {
            let mut version = command(root, root, &program);
            version.arg("--version");
            if printed(version).is_some_and(|version| version.starts_with(&format!("{release}."))) {
                return Ok(program.into());
            }
        }
    }
    Err(format!(
        "found neither llvm-config-{} nor llvm-config-{}. On Debian: apt-get install llvm-22-dev libzstd-dev \
         zlib1g-dev g++; or let the build download LLVM: cargo build --release --package \
         regulens-training --features cuda",
        RELEASES[0], RELEASES[1]
    ))
}

/// Lays out what the bundler takes for an LLVM that it has downloaded: links to this one, and its `llvm-config` but for
/// two things. Debian's names z3 by its file, which no linker takes as a library's name, and Polly, which is in a
/// package of its own and not needed.
fn lay(root: &Path, config: &Path) -> Outcome<()> {
    let lock = fs::read_to_string(root.join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
    let version = version_of(&lock, BUNDLER).ok_or(format!("Cargo.lock has no {BUNDLER}"))?;
    let place = root.join(DATA).join(format!("tracel/tracel-llvm-{version}"));
    let problem = |error: std::io::Error| format!("{}: {error}", place.display());
    fs::create_dir_all(place.join("bin")).map_err(problem)?;
    for (name, asked) in [("lib", "--libdir"), ("include", "--includedir")] {
        let mut where_is = command(root, root, config);
        where_is.arg(asked);
        let folder = printed(where_is).ok_or(format!("{} {asked} says nothing", config.display()))?;
        let link = place.join(name);
        let _ = fs::remove_file(&link);
        symlink(Path::new(&folder), &link).map_err(problem)?;
    }
    let script = place.join("bin/llvm-config");
    fs::write(&script, wrapper(&config.display().to_string())).map_err(problem)?;
    executable(&script).map_err(problem)?;
    fs::write(place.join(".tracel-llvm-installed"), "").map_err(problem)
}

fn wrapper(config: &str) -> String {
    format!(
        "#!/bin/sh\n{config} \"$@\" | sed -E 's#/[^ ]*/lib([A-Za-z0-9_+-]+)\\.so#-l\\1#g; s#-lPolly(ISL)?( |$)# #g'\n"
    )
}

/// A package's version in a lockfile.
fn version_of<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    after.split_once('"').map(|(version, _)| version)
}

#[cfg(unix)]
fn symlink(to: &Path, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn executable(path: &Path) -> std::io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755))
}

#[cfg(not(unix))]
fn executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_bundlers_version_is_in_the_lockfile() {
        let lock = fs::read_to_string(crate::root().join("Cargo.lock")).unwrap();
        assert!(version_of(&lock, BUNDLER).is_some_and(|version| version.contains('.')));
        assert_eq!(version_of(&lock, "no-such-crate"), None);
    }

    #[test]
    fn a_library_that_is_named_by_its_file_becomes_a_name_and_polly_goes() {
        let folder = std::env::temp_dir().join(format!("regulens-llvm-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (fake, script) = (folder.join("fake"), folder.join("llvm-config"));
        fs::write(
            &fake,
            "#!/bin/sh\necho \"$1 -lLLVMCore -lPolly -lPollyISL /usr/lib/x/libz3.so -lz\"\n",
        )
        .unwrap();
        fs::write(&script, wrapper(&fake.display().to_string())).unwrap();
        for path in [&fake, &script] {
            executable(path).unwrap();
        }
        let said = printed({
            let mut asked = command(&folder, &folder, &script);
            asked.arg("--libs");
            asked
        });
        let said = said.unwrap();
        let words: Vec<&str> = said.split_whitespace().collect();
        assert_eq!(words, ["--libs", "-lLLVMCore", "-lz3", "-lz"]);
        fs::remove_dir_all(folder).unwrap();
    }
}

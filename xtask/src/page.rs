//! The page: engines, models and examples, and the bundle that `www/build.mjs` makes of them.

use crate::command::{Outcome, run};
use crate::engines::{self, Engine};
use crate::node::{self, node};
use crate::stamp::{Inputs, stamp_of, unless_current};
use crate::tools;
use std::fs;
use std::path::{Path, PathBuf};

/// Where `serve` and `test` leave the built page.
pub const DEFAULT_OUT: &str = "www/dist";

/// Where `serve` leaves the page with its first engine alone; nothing else lies there.
const FIRST_OUT: &str = "target/first-page";

/// Folder of TypeDoc, which reads the declarations of the npm package, on a TypeScript of its own, with a lockfile.
const TYPEDOC: &str = "xtask/tools/typedoc";

/// A folder that only a page of Regulens has: the engines.
const MARK: &str = "regulens/wasm";

/// Builds the engines, where they are out of date.
pub fn engines(root: &Path) -> Outcome<()> {
    engines_one_by_one(root, |_| Ok(()))
}

/// The same; `built` is told each that is there.
pub fn engines_one_by_one(root: &Path, built: impl Fn(&Engine) -> Outcome<()> + Sync) -> Outcome<()> {
    tools::install(root)?;
    let build = |engine: &Engine| engine.build(root).and_then(|()| built(engine));
    // Our own crate is one unit, which one core compiles: profiles, which share nothing, are built side by side.
    std::thread::scope(|scope| {
        let webgpu = scope.spawn(|| build(&engines::WEBGPU));
        let built = engines::ALL
            .iter()
            .filter(|engine| engine.profile != engines::WEBGPU.profile)
            .try_for_each(build);
        let webgpu = webgpu
            .join()
            .map_err(|_| "building the WebGPU engine panicked".to_owned())?;
        built.and(webgpu)
    })
}

/// Builds the page into the folder `out`, with all that it needs.
pub fn build(root: &Path, out: &Path) -> Outcome<()> {
    refuse_foreign_folder(out)?;
    engines(root)?;
    node::install(root, "www")?;
    node::install(root, TYPEDOC)?;
    engines::ALL.iter().try_for_each(|engine| engine.minify(root))?;
    let mut inputs = Inputs::new(root)
        .text(&out.to_string_lossy())
        .path("www")?
        .path(&format!("{TYPEDOC}/package-lock.json"))?
        .path("pkg/src")?
        .path("pkg/package.json")?
        .path("pkg/NOTICES.txt")?
        .path("pkg/tsconfig.json")?
        .path("docs/guides")?
        .path("models")?;
    for engine in engines::ALL {
        inputs = inputs.path(&stamp_of(&engine.step()))?;
    }
    unless_current(
        root,
        &format!("page in {}", out.display()),
        inputs,
        &[out.join("index.html")],
        || bundle(root, out, &[]),
    )
}

/// Builds the page with its first engine alone, and with those that are there already; `waiting` says what it is
/// without. Tools, packages and crates come at the same time: none needs another. Gives its folder.
pub fn build_first(root: &Path, waiting: &str) -> Outcome<PathBuf> {
    tools::wasm_target(root)?;
    std::thread::scope(|scope| {
        let packages = scope.spawn(|| node::install(root, "www"));
        let crates = scope.spawn(|| engines::CPU.compile(root));
        let tools = tools::install(root);
        let ended =
            [packages, crates].map(|thread| thread.join().unwrap_or_else(|_| Err("a step panicked".to_owned())));
        ended.into_iter().chain([tools]).collect::<Outcome<()>>()
    })?;
    engines::CPU.build(root)?;
    let out = root.join(FIRST_OUT);
    bundle(root, &out, &["--waiting", waiting])?;
    for engine in engines::ALL {
        if engine.is_current(root)? {
            place(root, &out, &engine)?;
        }
    }
    Ok(out)
}

/// Puts an engine into a page that was built with the first alone. Until the one for relaxed SIMD is there as well, it
/// stands in for that.
pub fn place(root: &Path, site: &Path, engine: &Engine) -> Outcome<()> {
    engine.place(root, site)?;
    for (plain, relaxed) in [
        (engines::CPU, engines::CPU_RELAXED),
        (engines::FULL, engines::FULL_RELAXED),
    ] {
        if engine.name == plain.name && !relaxed.is_current(root)? {
            engine.copy_as(&relaxed, root, site)?;
        }
    }
    Ok(())
}

fn bundle(root: &Path, out: &Path, flags: &[&str]) -> Outcome<()> {
    let mut bundle = node(root, &root.join("www"), "build.mjs");
    bundle.arg("--out").arg(out).args(flags);
    run(bundle)
}

/// The bundler empties `out` before it writes. Only a folder that it has made, or an empty one, may go that way.
fn refuse_foreign_folder(out: &Path) -> Outcome<()> {
    let Ok(mut entries) = fs::read_dir(out) else {
        return Ok(());
    };
    if entries.next().is_none() || out.join(MARK).is_dir() {
        return Ok(());
    }
    Err(format!(
        "{} holds files that are no page of Regulens; name a new or an empty folder",
        out.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_with_other_files_is_never_emptied() {
        let folder = std::env::temp_dir().join(format!("regulens-page-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        assert!(refuse_foreign_folder(&folder).is_ok(), "not there yet");
        fs::create_dir_all(&folder).unwrap();
        assert!(refuse_foreign_folder(&folder).is_ok(), "empty");
        fs::write(folder.join("index.html"), "someone's page").unwrap();
        assert!(refuse_foreign_folder(&folder).is_err());
        fs::create_dir_all(folder.join(MARK)).unwrap();
        assert!(refuse_foreign_folder(&folder).is_ok(), "made by the bundler before");
        fs::remove_dir_all(folder).unwrap();
    }
}

//! The page: engines, models and examples, and the bundle that `www/build.mjs` makes of them.

use crate::command::{Outcome, run};
use crate::engines;
use crate::node::{self, node};
use crate::stamp::{Inputs, stamp_of, unless_current};
use crate::tools;
use std::path::Path;

/// Where `serve` and `test` leave the built page.
pub const DEFAULT_OUT: &str = "www/dist";

/// Folder of TypeDoc, which reads the declarations of the npm package, on a TypeScript of its own, with a lockfile.
const TYPEDOC: &str = "xtask/tools/typedoc";

/// A folder that only a page of Regulens has: the engines.
const MARK: &str = "regulens/wasm";

/// Builds the engines, where they are out of date.
pub fn engines(root: &Path) -> Outcome<()> {
    tools::install(root)?;
    // Our own crate is one unit, which one core compiles: profiles, which share nothing, are built side by side.
    std::thread::scope(|scope| {
        let webgpu = scope.spawn(|| engines::WEBGPU.build(root));
        let built = engines::ALL
            .iter()
            .filter(|engine| engine.profile != engines::WEBGPU.profile)
            .try_for_each(|engine| engine.build(root));
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
        || {
            let mut bundle = node(root, &root.join("www"), "build.mjs");
            bundle.arg("--out").arg(out);
            run(bundle)
        },
    )
}

/// The bundler empties `out` before it writes. Only a folder that it has made, or an empty one, may go that way.
fn refuse_foreign_folder(out: &Path) -> Outcome<()> {
    let Ok(mut entries) = std::fs::read_dir(out) else {
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

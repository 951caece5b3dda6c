//! The page: engines, models and examples, and the bundle that `www/build.mjs` makes of them.

use crate::command::{Outcome, run};
use crate::engines;
use crate::node::{self, node};
use crate::stamp::{Inputs, unless_current};
use crate::tools;
use std::path::Path;

/// Where `serve` and `test` leave the built page.
pub const DEFAULT_OUT: &str = "www/dist";

/// Builds the engines, where they are out of date.
pub fn engines(root: &Path) -> Outcome<()> {
    tools::install(root)?;
    engines::CPU.build(root)?;
    engines::WEBGPU.build(root)
}

/// Builds the page into the folder `out`, with all that it needs.
pub fn build(root: &Path, out: &Path) -> Outcome<()> {
    engines(root)?;
    node::install(root, "www")?;
    let inputs = Inputs::new(root)
        .text(&out.to_string_lossy())
        .path("www")?
        .path("pkg")?
        .path("models")?;
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

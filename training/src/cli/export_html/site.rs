//! The parts of a page, from a built site.

use std::env;
use std::path::{Path, PathBuf};

use regulens::page::{PageError, Parts};
use regulens::task::Task;

use crate::cli::error::CliError;
use crate::cli::files;

/// The folder of a site that has the parts, and the list in it.
const FOLDER: &str = "standalone";
const LIST: &str = "parts.json";

/// Default folders of a site, after that of the environment.
fn usual() -> Vec<PathBuf> {
    let beside = env::current_exe().ok();
    let beside = beside.and_then(|program| Some(program.parent()?.join("site")));
    let named = env::var_os("REGULENS_SITE").filter(|path| !path.is_empty());
    let usual = ["www/dist", "site"].map(PathBuf::from);
    named
        .map(PathBuf::from)
        .into_iter()
        .chain(usual)
        .chain(beside)
        .collect()
}

/// Loads the parts.
pub fn parts(site: Option<&Path>, task: Task, with_webgpu: bool) -> Result<Parts, CliError> {
    let places = site.map_or_else(usual, |site| vec![site.to_owned()]);
    let has_parts = |place: &&PathBuf| place.join(FOLDER).join(LIST).is_file();
    let Some(place) = places.iter().find(has_parts) else {
        let looked: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
        return Err(CliError::Usage(format!(
            "the page is built from a site with {FOLDER}/{LIST}; found none in {}. Build one with `cargo xtask site \
                --out site`, and name it with --site or REGULENS_SITE",
            looked.join(", ")
        )));
    };
    let folder = place.join(FOLDER);
    let load = |file: &str| files::read(&folder.join(file)).map_err(LoadError::Read);
    Parts::load(load, task, with_webgpu).map_err(|error| match error {
        LoadError::Read(error) => error,
        LoadError::Parts(error) => CliError::file(folder.display(), error.to_string()),
    })
}

/// The error for a site that does not fit.
pub fn wrong(error: PageError) -> CliError {
    CliError::file(FOLDER, error.to_string())
}

enum LoadError {
    Read(CliError),
    Parts(PageError),
}

impl From<PageError> for LoadError {
    fn from(error: PageError) -> Self {
        Self::Parts(error)
    }
}

//! `regulens import --all`: every file of weights in a folder, each with its card.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regulens::weights::import::published::{self, BINS, EPIGENOMES, MARKS, NOT_RELEASED};
use regulens::weights::{ImportOptions, WeightFile, import};
use serde_json::json;

use super::ImportArgs;
use crate::cli::error::CliError;
use crate::cli::{files, interrupt};

/// Endings of the names of files of weights.
const ENDINGS: [&str; 3] = ["pt", "pth", "safetensors"];

/// The variant of the published models.
pub const VARIANT: &str = "lstm-alpha-beta";

/// Imports every file of weights in `folder` into `args.out`, a folder too. A file that cannot be imported is named,
/// and the others are written.
///
/// # Errors
/// After the last file, where there was one that could not be imported.
pub fn run(args: &ImportArgs, variant: &str, options: ImportOptions, folder: &Path) -> Result<(), CliError> {
    let inputs = inputs(folder)?;
    fs::create_dir_all(&args.out).map_err(|error| CliError::io(&args.out, error))?;
    let place = |path: &Path| fs::canonicalize(path).map_err(|error| CliError::io(path, error));
    if place(folder)? == place(&args.out)? {
        return Err(CliError::Usage(format!(
            "--out {} is the folder to import from; name another one",
            args.out.display()
        )));
    }
    let options = ImportOptions {
        defaults: Some(
            [("marks".to_owned(), json!(MARKS)), ("bins".to_owned(), json!(BINS))]
                .into_iter()
                .collect(),
        ),
        ..options
    };
    eprintln!(
        "{}: {} files; marks {} and {BINS} bins, as published, unless a flag or the file gives others",
        folder.display(),
        inputs.len(),
        MARKS.join(", ")
    );

    interrupt::watch();
    let (mut written, mut failed, mut found) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    for input in &inputs {
        if interrupt::flow().is_break() {
            return Err(CliError::Interrupted(format!(
                "{} of {} files were imported",
                written.len(),
                inputs.len()
            )));
        }
        let imported = one(args, variant, &options, input, &written);
        match imported {
            Ok((name, cell)) => {
                written.insert(name);
                found.extend(cell);
            }
            Err(error) => {
                eprintln!("not imported: {error}");
                failed.push(files::name(&input.display().to_string()).to_owned());
            }
        }
    }
    summary(args, &inputs, &failed, &found);
    if failed.is_empty() {
        return Ok(());
    }
    Err(CliError::file(
        folder.display(),
        format!(
            "found {} of {} files that were not imported ({}); the reasons are listed above. Download or copy these \
                again.",
            failed.len(),
            inputs.len(),
            failed.join(", ")
        ),
    ))
}

/// The files of weights in a folder, by name.
fn inputs(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let io = |error| CliError::io(folder, error);
    let mut inputs = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        let weights = ending.is_some_and(|ending| ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)));
        if weights && !path.is_dir() {
            inputs.push(path);
        }
    }
    if inputs.is_empty() {
        return Err(CliError::file(
            folder.display(),
            "found no weight file; expected names that end in .pt, .pth or .safetensors. Name the folder that \
                contains them.",
        ));
    }
    inputs.sort();
    Ok(inputs)
}

/// Imports one file. Returns the name of the model file and the cell type's identifier.
fn one(
    args: &ImportArgs,
    variant: &str,
    options: &ImportOptions,
    input: &Path,
    written: &BTreeSet<String>,
) -> Result<(String, Option<String>), CliError> {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let name = format!("{stem}.safetensors");
    if written.contains(&name) {
        return Err(CliError::file(
            input.display(),
            format!("found a second file for {name}; expected one file per name. Rename one of the two."),
        ));
    }
    let bytes = files::read(input)?;
    let (mut card, tensors) = import(&args.family, variant, &input.display().to_string(), &bytes, options)?;
    if let Some(cell) = published::cell_type(&stem) {
        published::name_cell(&mut card, cell);
    }
    let model = WeightFile::write(&card, &tensors, args.dtype)?;
    files::write(&args.out.join(&name), &model)?;
    let cell = card.cell_type.as_ref().map_or("cell type unknown".to_owned(), |cell| {
        format!("{} {}", cell.id, cell.name).trim_end().to_owned()
    });
    eprintln!(
        "{name}: {cell}; {} weights as {}, {} bytes",
        card.parameters,
        args.dtype,
        model.len()
    );
    Ok((name, card.cell_type.map(|cell| cell.id)))
}

/// Prints how many files were imported, and which published cell types are missing.
fn summary(args: &ImportArgs, inputs: &[PathBuf], failed: &[String], found: &BTreeSet<String>) {
    let absent: Vec<&str> = EPIGENOMES
        .iter()
        .map(|(id, _)| *id)
        .filter(|id| !found.contains(*id))
        .collect();
    eprintln!(
        "{}: {} of {} files imported; {} of the {} published cell types",
        args.out.display(),
        inputs.len() - failed.len(),
        inputs.len(),
        EPIGENOMES.len() - absent.len(),
        EPIGENOMES.len()
    );
    if !absent.is_empty() {
        let released = if absent.contains(&NOT_RELEASED) {
            format!(" (Kipoi's table of released weights has none for {NOT_RELEASED})")
        } else {
            String::new()
        };
        eprintln!("absent: {}{released}", absent.join(", "));
    }
}

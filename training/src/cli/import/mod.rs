//! `regulens import`: model files of weights trained elsewhere.

mod all;
mod sequences;
mod tensorflow;

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::weights::{Dtype, ImportOptions, WeightFile, architecture, import, import_state};
use serde_json::{Map, Value};

use super::error::CliError;
use super::files;
use super::words::counted;

/// Weights to import.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Model family: attentive-chrome, deep-diff or basenji
    family: String,
    /// Variant as named in the paper, such as lstm-alpha-beta, which is the default of --all
    #[arg(long, required_unless_present = "all")]
    variant: Option<String>,
    /// Weights: PyTorch `.pt` (either format), a state dict in safetensors, or a TensorFlow checkpoint by prefix
    /// (`model.tf`) or index (`model.tf.index`)
    #[arg(value_name = "IN", required_unless_present = "all")]
    input: Option<PathBuf>,
    /// Folder whose `.pt`, `.pth` and `.safetensors` files are all imported, each for the cell type in its name
    /// (E003_….pt). Default marks and bins: as published
    #[arg(long, value_name = "DIR", conflicts_with = "input")]
    all: Option<PathBuf>,
    /// Model file to write; with --all a folder
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    /// Settings that the weights lack, as a JSON object: marks, bins, transform, task, hyperparameters
    #[arg(long, value_name = "FILE.json")]
    config: Option<PathBuf>,
    /// Marks in the order of the model's input columns, such as H3K27me3,H3K36me3,H3K4me1,H3K4me3,H3K9me3
    #[arg(long, value_name = "MARK,…", value_delimiter = ',')]
    marks: Option<Vec<String>>,
    /// Number of bins per gene
    #[arg(long, value_name = "N", value_parser = bins)]
    bins: Option<usize>,
    #[command(flatten)]
    sequences: sequences::SequenceArgs,
    /// Number format of the weights: f16, f32 (exactly as trained) or i8 (integers with one scale per row)
    #[arg(long, default_value = "f16", value_parser = files::dtype)]
    dtype: Dtype,
}

/// Imports, and prints what it understood.
pub fn run(args: &ImportArgs) -> Result<(), CliError> {
    // The names come from the command line, not from a file: a wrong name is wrong usage.
    let variant = args.variant.as_deref().unwrap_or(all::VARIANT);
    architecture::find(&args.family, variant)
        .map_err(|problem| CliError::Usage(format!("{problem}; this version has no others")))?;
    let options = ImportOptions {
        marks: args.marks.clone(),
        bins: args.bins,
        config: args.config.as_deref().map(config).transpose()?,
        hyperparameters: args.sequences.hyperparameters(),
        tracks: args.sequences.tracks()?,
        defaults: None,
        dtype: args.dtype,
    };
    let Some(input) = &args.input else {
        let folder = args.all.as_deref().expect("clap asks for one of the two");
        return all::run(args, variant, options, folder);
    };
    let (card, tensors) = if let Some(prefix) = tensorflow::prefix(input)? {
        let state = tensorflow::read(&prefix)?;
        import_state(&args.family, variant, &prefix, state, &options)?
    } else {
        let file = input.display().to_string();
        import(&args.family, variant, &file, &files::read(input)?, &options)?
    };
    let model = WeightFile::write(&card, &tensors, args.dtype)?;
    files::write(&args.out, &model)?;
    for note in &card.notes {
        eprintln!("{note}");
    }
    let takes = match &card.sequence {
        Some(sequence) => format!(
            "{} bp to {} of {} bp in {}",
            sequence.length,
            counted(card.bins, "bin"),
            card.bin_size,
            counted(card.tracks.len(), "track")
        ),
        None => format!("marks {}; {} bins", card.marks.join(", "), card.bins),
    };
    eprintln!(
        "{}: {} weights as {}, {} bytes; {takes}",
        args.out.display(),
        card.parameters,
        args.dtype,
        model.len(),
    );
    Ok(())
}

/// Reads a settings file.
fn config(path: &Path) -> Result<Map<String, Value>, CliError> {
    serde_json::from_slice(&files::read(path)?).map_err(|error| CliError::file(path.display(), format!(
            "found no valid JSON object ({error}); expected one like {{\"marks\": [\"H3K4me1\", …], \"bins\": 100}}. \
             Correct it, or give --marks and --bins."
        )))
}

/// Parses `--bins`.
fn bins(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("`{text}` is not a number of bins; expected 1 or more")),
        Ok(bins) => Ok(bins),
    }
}

//! `regulens export`: a model file with another element type, or its weights for PyTorch.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::engine::DeviceKind;
use regulens::task::Task;
use regulens::weights::{Dtype, ModelCard, WeightFile};

use super::error::CliError;
use super::runner::Runner;
use super::signal::LabelArgs;
use super::{ensemble, evaluate, files};

/// Model and form to export.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Model file. Several models of the same input, also of different variants, are joined in one file that predicts
    /// their mean
    #[arg(value_name = "MODEL", required = true)]
    models: Vec<PathBuf>,
    /// Model file to write
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
    /// Number format of the weights: f16, f32 or i8 (integers with one scale per row)
    #[arg(long, value_parser = files::dtype, required_unless_present = "state_dict")]
    dtype: Option<Dtype>,
    /// Write only the weights, as float32 under their published names, for PyTorch's `load_state_dict`
    #[arg(long, conflicts_with = "dtype")]
    state_dict: bool,
    /// Signal table on which to recompute the card's test scores with the exported weights
    #[arg(long, value_name = "FILE", conflicts_with = "state_dict")]
    test: Option<PathBuf>,
    #[command(flatten)]
    labels: LabelArgs,
    /// Compute device for test scores: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu, help_heading = "Compute")]
    device: DeviceKind,
}

/// Exports, and prints what it wrote.
pub fn run(args: &ExportArgs) -> Result<(), CliError> {
    if args.test.is_none() && (args.labels.by_expression() || args.labels.bins().is_some()) {
        return Err(CliError::Usage(
            "--expression and --select-bins apply to the table of --test: give --test as well".to_owned(),
        ));
    }
    let models = ensemble::read(&args.models)?;
    let dtype = args.dtype.unwrap_or(Dtype::F32);
    let stored = models[0].card.dtype;
    let note = models.iter().find_map(|model| rounded(model.card.dtype, dtype));
    let mut model = ensemble::join(models, &args.models)?;
    let names: Vec<String> = args.models.iter().map(|path| path.display().to_string()).collect();
    if let [first, .., _] = names.as_slice() {
        say_whose(&mut model.card, first);
    }
    if let Some(note) = &note {
        eprintln!("{note}");
    }
    let bytes = if args.state_dict {
        if !model.card.members.is_empty() {
            return Err(CliError::Usage(format!(
                "--state-dict: {} joins {} models; a state dict holds one. Export the file of one seed, as written \
                    by `train --keep-seeds`",
                names.join(", "),
                model.card.members.len()
            )));
        }
        if model.card.calibration.is_some() {
            eprintln!("warning: a state dict has no calibration: it gives the uncalibrated probabilities");
        }
        model.state_dict()?
    } else {
        if let Some(note) = note.filter(|note| !model.card.notes.contains(note)) {
            model.card.notes.push(note);
        }
        if let Some(table) = &args.test {
            test_again(&mut model, dtype, table, args)?;
        }
        WeightFile::write(&model.card, &model.tensors, dtype)?
    };
    files::write(&args.out, &bytes)?;
    let form = if args.state_dict {
        ", a state dict without a card"
    } else {
        ""
    };
    let from = match names.as_slice() {
        [one] => format!("{one} was {stored}"),
        several => format!("joined {}", several.join(", ")),
    };
    eprintln!(
        "{}: {} weights as {dtype}, {} bytes{form}; {from}",
        args.out.display(),
        model.card.parameters,
        bytes.len(),
    );
    Ok(())
}

/// Leaves out of the card what was measured of the first of several models, and says whose the rest is.
fn say_whose(card: &mut ModelCard, first: &str) {
    card.explanation = None;
    card.missing_marks = None;
    let file = files::name(first);
    card.notes = vec![format!(
        "Training data and training signal are those of the first model, {file}."
    )];
}

/// Measures the card's test scores with the weights as they will be written, and notes that in the card.
fn test_again(model: &mut WeightFile, dtype: Dtype, table: &Path, args: &ExportArgs) -> Result<(), CliError> {
    let bytes = WeightFile::write(&model.card, &model.tensors, dtype)?;
    let name = args.out.display().to_string();
    let mut written = WeightFile::read(&name, &bytes)?;
    // The card's scores are of the model as it was trained; those after calibration stand with that.
    written.card.calibration = None;
    let mut runner = Runner::new(written, args.device)?;
    if model.card.task == Task::Level {
        let score = evaluate::level::measure(&mut runner, table, &args.labels)?.mean;
        let metrics = model.card.level_metrics.get_or_insert_default();
        let before = metrics.test.replace(score);
        let was = before.map_or(String::new(), |before| {
            format!(", was {:.4} as {}", before.pearson, model.card.dtype)
        });
        eprintln!("Pearson {:.4} on {} genes as {dtype}{was}", score.pearson, score.n);
        model.card.tested_as = Some(dtype);
        return Ok(());
    }
    let score = evaluate::on_off::measure(&mut runner, table, &args.labels)?.mean;
    let metrics = model.card.metrics.get_or_insert_default();
    let before = metrics.test.replace(score);
    let was = before.map_or(String::new(), |before| {
        format!(", was {:.4} as {}", before.auroc, model.card.dtype)
    });
    eprintln!("AUROC {:.4} on {} genes as {dtype}{was}", score.auroc, score.n);
    model.card.tested_as = Some(dtype);
    Ok(())
}

/// The warning if numbers are written with more precision than the file held.
fn rounded(stored: Dtype, written: Dtype) -> Option<String> {
    let fineness = |dtype| match dtype {
        Dtype::I8 => 0,
        Dtype::F16 => 1,
        Dtype::F32 => 2,
    };
    (fineness(written) > fineness(stored)).then(|| {
        format!(
            "The weights were rounded to {stored} before they were written as {written}; the lost precision cannot be \
                restored."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_written_more_finely_than_they_were_stored_have_a_note() {
        for (stored, written, noted) in [
            (Dtype::I8, Dtype::F32, true),
            (Dtype::I8, Dtype::F16, true),
            (Dtype::F16, Dtype::F32, true),
            (Dtype::F16, Dtype::F16, false),
            (Dtype::F32, Dtype::I8, false),
            (Dtype::F16, Dtype::I8, false),
        ] {
            assert_eq!(rounded(stored, written).is_some(), noted, "{stored} {written}");
        }
    }
}

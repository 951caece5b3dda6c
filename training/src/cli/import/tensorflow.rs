//! Checkpoints of TensorFlow's, which are several files of one prefix.

use std::path::Path;

use regulens::weights::StateDict;
use regulens::weights::tensorflow::{self, INDEX};

use crate::cli::error::CliError;
use crate::cli::files;

/// The prefix of the checkpoint that `input` names, by itself or by its index; `None` where it names something else.
///
/// # Errors
/// Where it names another file of a checkpoint, or the folder of one.
pub fn prefix(input: &Path) -> Result<Option<String>, CliError> {
    let name = input.display().to_string();
    let prefix = tensorflow::prefix(&name);
    if prefix != name || (!input.exists() && index(&name).exists()) {
        return Ok(Some(prefix.to_owned()));
    }
    let of_another = [".data-", ".meta"]
        .iter()
        .filter_map(|part| Some(&name[..name.rfind(part)?]))
        .find(|prefix| index(prefix).exists());
    if let Some(prefix) = of_another {
        let problem =
            format!("found a data file of a TensorFlow checkpoint; expected its index. Name {prefix}{INDEX}.");
        return Err(CliError::file(name, problem));
    }
    if input.is_dir() {
        let problem = "found a folder; expected a weight file, or the index of a TensorFlow checkpoint. Name the \
            file that ends in .index, or give --all for a folder of PyTorch files.";
        return Err(CliError::file(name, problem.to_owned()));
    }
    Ok(None)
}

/// Reads a checkpoint, and lists on stderr which of its tensors are used and which are not.
pub fn read(prefix: &str) -> Result<StateDict, CliError> {
    let bytes = files::read(&index(prefix))?;
    let checkpoint = tensorflow::read(prefix, &bytes, |name| std::fs::read(name))?;
    eprintln!("{prefix}: {} tensors used", checkpoint.tensors.len());
    for (name, tensor) in &checkpoint.tensors {
        eprintln!("  {name} {:?}", tensor.shape);
    }
    eprintln!("{prefix}: {} tensors of the training, not used", checkpoint.left.len());
    for name in &checkpoint.left {
        eprintln!("  {name}");
    }
    Ok(checkpoint.into_state())
}

fn index(prefix: &str) -> std::path::PathBuf {
    format!("{prefix}{INDEX}").into()
}

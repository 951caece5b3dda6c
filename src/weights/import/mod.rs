//! Imports a foreign state dict as a model.
//!
//! The sizes of the architecture are inferred from the shapes of tensors. Marks and their order, the number of bins and
//! the transform, which cannot be inferred, come from flags, a settings file or the file's own metadata, in this order;
//! a contradiction in a later source becomes a note on the card.

#[cfg(feature = "import")]
mod fit;
#[cfg(feature = "import")]
pub mod published;
mod sequences;
mod statement;

#[cfg(feature = "import")]
pub use fit::{Fit, fits, known};

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use self::statement::Statement;
use super::architecture::{self, Variant};
use super::card::Track;
use super::{Dtype, FileKind, ModelCard, Problem, StateDict, Tensor, WeightsError, card};

/// Statements of the caller about weights.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// The marks, in the order of the model's inputs (`--marks`).
    pub marks: Option<Vec<String>>,
    /// Bins per example (`--bins`).
    pub bins: Option<usize>,
    /// Hyperparameters of a sequence model from flags, by name (`--length`, `--pools` …).
    pub hyperparameters: Map<String, Value>,
    /// Tracks that a sequence model predicts, in the order of its outputs (`--tracks`).
    pub tracks: Vec<Track>,
    /// A JSON object with `marks`, `bins`, `transform` as in a card, and the variant's hyperparameters by name
    /// (`--config`).
    pub config: Option<Map<String, Value>>,
    /// Defaults if no other source, the file included, has a value: an object like `config`.
    pub defaults: Option<Map<String, Value>>,
    /// Element type in the card, for the file to be written (`--dtype`).
    pub dtype: Dtype,
}

/// Reads weights without a card and makes one. `bytes` are a state dict in safetensors or, with the feature `import`, a
/// PyTorch file; `file` names it in errors and on the card.
///
/// # Errors
/// [`Problem::Unknown`] with the flag of missing information; [`Problem::Size`] if a statement contradicts the tensors;
/// [`Problem::AnotherModel`] if the file names another model; any problem of the file.
pub fn import(
    family: &str,
    variant: &str,
    file: &str,
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<(ModelCard, BTreeMap<String, Tensor>), WeightsError> {
    // Names first: a wrong name is wrong for any file.
    architecture::find(family, variant).map_err(|problem| problem.of(file))?;
    import_state(family, variant, file, read(file, bytes)?, options)
}

/// The same for tensors that were read already, such as those of a TensorFlow checkpoint.
///
/// # Errors
/// As [`import`].
pub fn import_state(
    family: &str,
    variant: &str,
    file: &str,
    mut state: StateDict,
    options: &ImportOptions,
) -> Result<(ModelCard, BTreeMap<String, Tensor>), WeightsError> {
    let card = architecture::find(family, variant)
        .and_then(|variant| {
            architecture::family(family)?.rename_older(variant.variant, &mut state)?;
            describe(variant, file, &state, options)
        })
        .map_err(|problem| problem.of(file))?;
    Ok((card, state.tensors))
}

/// Reads a state dict from safetensors or, with the feature `import`, from a PyTorch file.
///
/// # Errors
/// Any [`Problem`] of the file.
pub fn read(file: &str, bytes: &[u8]) -> Result<StateDict, WeightsError> {
    match FileKind::of(bytes) {
        FileKind::Safetensors => StateDict::read_safetensors(file, bytes),
        #[cfg(feature = "import")]
        FileKind::Zip | FileKind::Pickle => super::torch::read(file, bytes),
        found => {
            let expected = "a PyTorch file (`.pt`) or a state dict in safetensors";
            Err(Problem::AnotherKind { found, expected }.of(file))
        }
    }
}

/// The card of weights of a variant.
fn describe(variant: &Variant, file: &str, state: &StateDict, options: &ImportOptions) -> Result<ModelCard, Problem> {
    if state.metadata.contains_key(card::KEY) {
        return Err(Problem::AlreadyAModel);
    }
    let statements = [
        Statement::of_flags(options)?,
        Statement::of_config(options)?,
        Statement::of_metadata(&state.metadata)?,
    ];
    for statement in &statements {
        statement.check_model(variant)?;
    }
    let family = architecture::family(variant.family)?;
    if family.task().takes_sequences() {
        return sequences::describe(variant, file, state, options, &statements);
    }
    let layout = variant.layout(&state.tensors)?;
    let mut notes = state.notes.clone();
    for statement in &statements {
        statement.check_sizes(layout.as_ref(), &mut notes)?;
    }
    let defaults = Statement::of_defaults(options)?;
    let marks = first(
        &statements,
        "marks",
        &defaults,
        |statement| statement.marks.as_ref(),
        &mut notes,
    );
    let marks = marks.ok_or_else(|| Problem::Unknown {
        flag: "--marks",
        what: format!("the names and the order of the {} marks", layout.marks()),
    })?;
    let bins = first(
        &statements,
        "bins",
        &defaults,
        |statement| statement.bins.as_ref(),
        &mut notes,
    );
    let bins = bins.ok_or_else(|| Problem::Unknown {
        flag: "--bins",
        what: "the number of bins".to_owned(),
    })?;
    notes.push("Bins of 100 bp around the TSS in genomic order are assumed, as published.".to_owned());

    let transform = first(
        &statements,
        "transform",
        &defaults,
        |statement| statement.transform.as_ref(),
        &mut notes,
    );

    let mut card = ModelCard::new(variant.family, variant.variant, marks.clone(), *bins);
    for statement in statements.iter().rev() {
        card.task = statement.task(family)?.unwrap_or(card.task);
    }
    #[cfg(any(not(target_family = "wasm"), feature = "import"))]
    if card.task == crate::task::Task::Level {
        card.unit = Some(crate::task::level::UNIT.to_owned());
    }
    name_source(&mut card, variant, file, state);
    card.dtype = options.dtype;
    card.transform = transform.cloned().unwrap_or_default();
    card.notes = notes;
    variant.complete(&mut card, &state.tensors)?;
    Ok(card)
}

/// Adds the origin of the weights and the citation to a card.
fn name_source(card: &mut ModelCard, variant: &Variant, file: &str, state: &StateDict) {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    card.name = format!("{} from {name}", variant.title);
    card.source = Some(match state.metadata.get("source") {
        Some(source) => format!("{name}: {source}"),
        None => name.to_owned(),
    });
    card.citation = vec![variant.citation().to_owned()];
}

/// The first stated value of `what`, or the default. Adds a note for a contradiction in a later source, and for a
/// default.
fn first<'s, T: PartialEq + std::fmt::Debug>(
    statements: &'s [Statement],
    what: &str,
    defaults: &'s Statement,
    said: impl Fn(&'s Statement) -> Option<&'s T>,
    notes: &mut Vec<String>,
) -> Option<&'s T> {
    let mut all = statements
        .iter()
        .filter_map(|statement| Some((statement.source, said(statement)?)));
    let Some((source, first)) = all.next() else {
        let default = said(defaults)?;
        notes.push(format!("{what}: {default:?} {}.", defaults.source));
        return Some(default);
    };
    for (other, value) in all.filter(|(_, value)| *value != first) {
        notes.push(format!(
            "{what}: {first:?} by {source}, although {other} says {value:?}."
        ));
    }
    Some(first)
}

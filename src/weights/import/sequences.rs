//! Cards of imported sequence models: settings that cannot be inferred from tensors, and the names of tracks.

use std::collections::BTreeMap;

use serde_json::Value;

use super::statement::Statement;
use super::{ImportOptions, name_source};
use crate::weights::architecture::basenji::{self, Config, Context};
use crate::weights::architecture::{Variant, agree};
use crate::weights::card::Track;
use crate::weights::{ModelCard, Problem, StateDict};

/// Entries of a file that are not settings of the model.
const BESIDES: [&str; 3] = ["family", "variant", "tracks"];

/// Collects the settings: from the tensors, or from the first source that states them.
pub(super) fn describe(
    variant: &Variant,
    file: &str,
    state: &StateDict,
    options: &ImportOptions,
    statements: &[Statement],
) -> Result<ModelCard, Problem> {
    let layout = variant.layout(&state.tensors)?;
    let context = Context::of(variant.variant)?;
    let known = Config::published(context).hyperparameters();
    let mut notes = state.notes.clone();
    let told = layout.named_sizes();
    let mut settings = told.clone();
    let mut said_by: BTreeMap<String, &str> = BTreeMap::new();
    for statement in statements {
        for (name, stated) in &statement.others {
            if name == "parameters" {
                agree(name, statement.source, stated.clone(), layout.parameters())?;
                continue;
            }
            if BESIDES.contains(&name.as_str()) {
                continue;
            }
            if let Some(held) = told.get(name) {
                agree(name, statement.source, stated.clone(), held.clone())?;
                continue;
            }
            if !known.contains_key(name) && !basenji::OPTIONS.contains(&name.as_str()) {
                notes.push(format!("`{name}` by {} was not used.", statement.source));
                continue;
            }
            match settings.get(name) {
                None => {
                    settings.insert(name.clone(), stated.clone());
                    said_by.insert(name.clone(), statement.source);
                }
                Some(first) if first != stated => notes.push(format!(
                    "{name}: {first} by {}, although {} says {stated}.",
                    said_by[name], statement.source
                )),
                Some(_) => {}
            }
        }
    }
    let config = Config::read(context, &settings, "the settings given for the weights")?;
    let mut card = ModelCard::of_sequences(&config, tracks(options, statements, &config)?);
    if options.tracks.is_empty() && card.tracks[0].name == "track 1" {
        notes.push("Tracks are numbered, because no names were given.".to_owned());
    }
    name_source(&mut card, variant, file, state);
    card.dtype = options.dtype;
    card.notes = notes;
    variant.complete(&mut card, &state.tensors)?;
    Ok(card)
}

/// The tracks named by flags or a statement; empty if there are none.
fn tracks(options: &ImportOptions, statements: &[Statement], config: &Config) -> Result<Vec<Track>, Problem> {
    let mut told = None;
    if !options.tracks.is_empty() {
        told = Some((options.tracks.clone(), "the flags"));
    }
    for statement in statements {
        if let (None, Some(value)) = (&told, statement.others.get("tracks")) {
            let tracks = value.as_array().and_then(|all| all.iter().map(track).collect());
            let tracks = tracks.ok_or_else(|| Problem::Statement {
                what: "tracks".to_owned(),
                source_name: statement.source.to_owned(),
                found: value.to_string(),
                expected: "a list of names, or of objects with name, assay, description and unit",
            })?;
            told = Some((tracks, statement.source));
        }
    }
    let Some((tracks, source)) = told else {
        return Ok(Vec::new());
    };
    agree("tracks", source, tracks.len(), config.targets)?;
    Ok(tracks)
}

fn track(value: &Value) -> Option<Track> {
    match value {
        Value::String(name) => Some(Track {
            name: name.clone(),
            ..Track::default()
        }),
        object => serde_json::from_value(object.clone()).ok(),
    }
}

//! The sizes of the model to train: a preset's, a file's over them, and what the data say.

use regulens::weights::architecture::basenji::{Config, Context, OPTIONS};
use serde_json::{Map, Value};

use super::BasenjiArgs;
use crate::cli::error::CliError;
use crate::cli::train::config as settings_from;
use crate::tracks::dataset::Dataset;
use crate::train::tracks::recipe::Preset;

/// Bases of the published models' sequences.
const PUBLISHED_LENGTH: usize = 131_072;

/// The preset that was asked for, or the one that suits the sequences.
pub fn preset(args: &BasenjiArgs, data: &Dataset) -> Preset {
    args.preset.unwrap_or(if data.manifest().length < PUBLISHED_LENGTH {
        Preset::Small
    } else {
        Preset::Published
    })
}

/// The model's sizes. Length, buffer and number of tracks are the data's.
pub fn config(args: &BasenjiArgs, preset: Preset, data: &Dataset) -> Result<Config, CliError> {
    let context = Context::of(&args.variant).map_err(|problem| CliError::Usage(problem.to_string()))?;
    let config = match preset {
        Preset::Published => Config::published(context),
        Preset::Small => Config::small(context),
        Preset::Tutorial if context == Context::Dilated => Config::tutorial(),
        Preset::Tutorial => {
            return Err(CliError::Usage(format!(
                "--preset tutorial applies to the variant basenji, not to {}; use --preset small or published",
                args.variant
            )));
        }
    };
    let mut settings = config.hyperparameters();
    let mut stated: Map<String, Value> = Map::new();
    let mut source = "the preset".to_owned();
    if let Some(sizes) = &args.sizes {
        source = settings_from::source();
        stated = serde_json::from_str(sizes).map_err(|error| {
            CliError::file(
                &source,
                format!("{error}; expected sizes such as {{\"filters\": [32, 48]}}"),
            )
        })?;
    }
    for (name, number) in [("heads", args.heads), ("layers", args.layers)] {
        if let Some(number) = number {
            if !matches!(context, Context::Attention(_)) {
                return Err(CliError::Usage(format!(
                    "--{name}: {} has no attention; leave it out, or train an attention variant",
                    args.variant
                )));
            }
            settings.insert(name.to_owned(), number.into());
            stated.remove(name);
        }
    }
    let of_data = [
        ("length", data.manifest().length),
        ("buffer", data.manifest().buffer),
        ("targets", data.tracks()),
    ];
    for (name, number) in of_data {
        if let Some(value) = stated.get(name).filter(|value| value.as_u64() != Some(number as u64)) {
            return Err(CliError::Usage(format!(
                "{source} has {name} {value}, but {} was prepared with {number}. Leave it out, or prepare the data \
                    for it",
                args.data.display()
            )));
        }
        settings.insert(name.to_owned(), number.into());
    }
    for (name, value) in stated {
        if !settings.contains_key(&name) && !OPTIONS.contains(&name.as_str()) {
            let mut known: Vec<&str> = settings.keys().map(String::as_str).collect();
            known.extend(OPTIONS);
            return Err(CliError::Usage(format!(
                "{source} has {name}, which {} lacks; it has {}",
                args.variant,
                known.join(", ")
            )));
        }
        settings.insert(name, value);
    }
    // Checked before anything that depends on whole bins.
    let pools = settings["pools"].as_array();
    let bin = pools.and_then(|pools| {
        let sizes = pools.iter().map(Value::as_u64);
        sizes.reduce(|all, pool| all?.checked_mul(pool?)).flatten()
    });
    if let Some(bin) = bin.filter(|&bin| bin != data.manifest().bin_size as u64) {
        return Err(CliError::Usage(format!(
            "the model's pools {} give bins of {bin} bp; {} has bins of {}. Change the pools with --config, or \
                prepare the data with --bin-size {bin}",
            settings["pools"],
            args.data.display(),
            data.manifest().bin_size,
        )));
    }
    Config::read(context, &settings, &source).map_err(|problem| CliError::Usage(problem.to_string()))
}

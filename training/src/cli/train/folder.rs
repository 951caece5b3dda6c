//! A folder of several trainings, which the same command again goes on with.

use std::fs;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::args::RunArgs;
use super::runs;
use crate::cli::error::CliError;
use crate::cli::files;

/// Creates the folder, or sees to it that it holds the beginning of the same training: `settings.json` says which.
pub fn same_training(out: &Path, settings: &Value) -> Result<(), CliError> {
    fs::create_dir_all(out).map_err(|error| CliError::io(out, error))?;
    let path = out.join("settings.json");
    let asked = pretty(settings);
    if !path.exists() {
        return files::write(&path, asked.as_bytes());
    }
    let found = files::read(&path)?;
    if found == asked.as_bytes() {
        return Ok(());
    }
    let differs = serde_json::from_slice::<Value>(&found)
        .ok()
        .zip(serde_json::from_str(&asked).ok())
        .map_or_else(
            || "it is damaged".to_owned(),
            |(found, asked)| first_difference(&found, &asked, ""),
        );
    Err(CliError::Usage(format!(
        "{} is from another training: {differs}; give the same data and settings, or another folder",
        path.display()
    )))
}

/// True where a seed of a training left a checkpoint.
pub fn is_interrupted(run: &RunArgs) -> bool {
    (run.seed..)
        .take(usize::from(run.seeds))
        .any(|seed| runs::checkpoint_path(&run.out, seed).exists())
}

/// The file is written when all seeds have ended, and then their checkpoints go.
pub fn is_finished(run: &RunArgs) -> bool {
    run.out.exists() && !is_interrupted(run)
}

/// JSON for people.
pub fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("settings and scores are plain values") + "\n"
}

fn first_difference(found: &Value, asked: &Value, name: &str) -> String {
    let (Value::Object(these), Value::Object(those)) = (found, asked) else {
        return format!("`{name}` is {found} there and {asked} here");
    };
    let mut names = these.keys().chain(those.keys());
    match names.find(|name| these.get(*name) != those.get(*name)) {
        Some(name) => first_difference(
            these.get(name).unwrap_or(&Value::Null),
            those.get(name).unwrap_or(&Value::Null),
            name,
        ),
        None => "the settings are written differently".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_setting_that_differs_is_named_with_both_values() {
        let found = json!({"data": "a", "recipe": {"epochs": 30, "beta_1": 0.9}});
        let asked = json!({"data": "a", "recipe": {"epochs": 10, "beta_1": 0.9}});
        assert_eq!(first_difference(&found, &asked, ""), "`epochs` is 30 there and 10 here");
        let other = json!({"data": "b", "recipe": {"epochs": 10, "beta_1": 0.9}});
        assert_eq!(
            first_difference(&asked, &other, ""),
            "`data` is \"a\" there and \"b\" here"
        );
    }
}

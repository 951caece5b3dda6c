//! Settings of a training from a file (`--config`) or from a card (`--from-card`), as flags in front of those of the
//! command line, which win; and the settings of a command line as such a file (`--print-config`).

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::{Arg, ArgAction, Command};
use regulens::weights::card::TrainingFile;
use regulens::weights::sha256;
use serde_json::{Map, Value};

use crate::cli::error::CliError;
use crate::cli::files;

/// The key of a file that names the family, where the command line does not.
const FAMILY: &str = "family";
/// Flags that are about the command and not about the training.
const OF_THE_COMMAND: [&str; 5] = ["config", "from-card", "files", "print-config", "help"];

/// The hidden flag that takes a model's sizes, of a family that has more of them than flags.
const SIZES: &str = "sizes";

/// The words of the command line as they were read, and where settings came from.
static GIVEN: OnceLock<Given> = OnceLock::new();

#[derive(Debug)]
struct Given {
    words: Vec<String>,
    source: Option<String>,
}

/// The command line with the settings of its file or card, for clap; none where it names neither.
///
/// `program` is the whole program, of which the flags of each family are asked.
///
/// # Errors
/// If a file cannot be read, or says what the family has no flag for.
pub fn expand(words: Vec<String>, program: &Command) -> Result<Option<Vec<String>>, CliError> {
    let Some(asked) = Asked::of(&words) else {
        GIVEN.get_or_init(|| Given { words, source: None });
        return Ok(None);
    };
    let (words, source) = asked.expanded(&words, program)?;
    let source = Some(source);
    Ok(Some(GIVEN.get_or_init(|| Given { words, source }).words.clone()))
}

/// The words of this process's command line, with the settings of its file.
pub fn words() -> Vec<String> {
    GIVEN.get().map_or_else(Vec::new, |given| given.words.clone())
}

/// The file that settings came from, for messages.
pub fn source() -> String {
    let source = GIVEN.get().and_then(|given| given.source.clone());
    source.unwrap_or_else(|| "--config".to_owned())
}

/// The files that the command line asks to be read.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    config: Option<PathBuf>,
    card: Option<PathBuf>,
    files: PathBuf,
}

impl Asked {
    fn of(words: &[String]) -> Option<Self> {
        if words.get(1).map(String::as_str) != Some("train") {
            return None;
        }
        let value = |flag: &str| {
            let at = words
                .iter()
                .position(|word| word == flag || word.strip_prefix(flag).is_some_and(|rest| rest.starts_with('=')))?;
            let word = &words[at];
            word.split_once('=')
                .map_or_else(|| words.get(at + 1).cloned(), |(_, value)| Some(value.to_owned()))
        };
        let asked = Self {
            config: value("--config").map(PathBuf::from),
            card: value("--from-card").map(PathBuf::from),
            files: value("--files").map_or_else(|| PathBuf::from("."), PathBuf::from),
        };
        (asked.config.is_some() || asked.card.is_some()).then_some(asked)
    }

    /// All words, and the file that some came from.
    fn expanded(&self, words: &[String], program: &Command) -> Result<(Vec<String>, String), CliError> {
        let (source, mut settings) = match (&self.config, &self.card) {
            (Some(file), None) => (file.display().to_string(), of_file(file)?),
            (None, Some(model)) => (model.display().to_string(), of_card(model, &self.files, program)?),
            _ => {
                return Err(CliError::Usage(
                    "found both --config and --from-card; give one of them, and other settings as flags".to_owned(),
                ));
            }
        };
        let train = program.find_subcommand("train").expect("a command of this program");
        let named = words.get(2).filter(|word| !word.starts_with('-')).cloned();
        let family = named
            .clone()
            .or_else(|| settings.get(FAMILY)?.as_str().map(str::to_owned));
        let families: Vec<&str> = train.get_subcommands().map(Command::get_name).collect();
        let Some(command) = family.as_deref().and_then(|family| train.find_subcommand(family)) else {
            let found = family.map_or_else(
                || "names no family".to_owned(),
                |name| format!("names the family {name}"),
            );
            return Err(CliError::Usage(format!(
                "{source} {found}; expected `family` to be one of {}, or `regulens train FAMILY --config …`",
                families.join(", ")
            )));
        };
        if let Some(other) = settings.remove(FAMILY).filter(|other| *other != command.get_name()) {
            return Err(CliError::Usage(format!(
                "{source} has settings for {other}, but the command trains {}; give a file for that family",
                command.get_name()
            )));
        }
        let own = &words[if named.is_some() { 3 } else { 2 }..];
        let mut all = vec![words[0].clone(), "train".to_owned(), command.get_name().to_owned()];
        all.extend(flags(settings, own, command, &source)?);
        all.extend_from_slice(own);
        Ok((all, source))
    }
}

/// A table of TOML, or an object of JSON.
fn of_file(path: &Path) -> Result<Map<String, Value>, CliError> {
    let bytes = files::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let wrong = |problem: String| {
        CliError::file(
            path.display(),
            format!(
                "{}; expected settings by flag name, such as epochs = 30, or {{\"epochs\": 30}}. `regulens train … \
                    --print-config` writes such a file",
                problem.trim_end()
            ),
        )
    };
    if text.trim_start().starts_with('{') {
        serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
    } else {
        toml::from_str(&text).map_err(|error| wrong(error.to_string()))
    }
}

/// The settings of the training that a card records, with its files found again.
fn of_card(model: &Path, folder: &Path, program: &Command) -> Result<Map<String, Value>, CliError> {
    let card = files::model(model)?.card;
    let training = card.training.unwrap_or_default();
    let Some(command) = training.command.as_deref() else {
        return Err(CliError::file(
            model.display(),
            "its card records no command, because it was trained by an older version or elsewhere; give the \
                settings as flags or with --config",
        ));
    };
    let words: Vec<String> = shlex::split(command).unwrap_or_default();
    let family = words.first().cloned().unwrap_or_default();
    let train = program
        .find_subcommand("train")
        .and_then(|train| train.find_subcommand(&family));
    let Some(of_family) = train else {
        return Err(CliError::file(
            model.display(),
            format!(
                "its card's command begins with `{family}`, which is not a model family; give the settings as \
                flags"
            ),
        ));
    };
    let mut settings = Map::new();
    settings.insert(FAMILY.to_owned(), family.into());
    let mut flag = String::new();
    for word in &words[1..] {
        if let Some(name) = word.strip_prefix("--") {
            let (name, value) = name
                .split_once('=')
                .map_or((name, None), |(name, value)| (name, Some(value)));
            name.clone_into(&mut flag);
            let is_switch = find(of_family, name).is_some_and(is_switch);
            let first = value.map(|value| vec![Value::from(value)]).unwrap_or_default();
            settings.insert(flag.clone(), if is_switch { true.into() } else { first.into() });
        } else if let Some(Value::Array(values)) = settings.get_mut(&flag) {
            values.push(word.as_str().into());
        }
    }
    find_files(&mut settings, training.files.as_ref(), folder, model)?;
    Ok(settings)
}

/// Puts the paths of recorded files in the place of their names, where their bytes are the recorded ones.
fn find_files(
    settings: &mut Map<String, Value>,
    recorded: Option<&Value>,
    folder: &Path,
    model: &Path,
) -> Result<(), CliError> {
    let recorded: Vec<TrainingFile> = recorded
        .and_then(|files| serde_json::from_value(files.clone()).ok())
        .unwrap_or_default();
    let mut wrong = Vec::new();
    for file in &recorded {
        let Some(Value::Array(values)) = settings.get_mut(&file.flag) else {
            continue;
        };
        // A folder of prepared sequences is recorded by the file that describes it.
        let of_cell = format!("={}", file.name);
        // The word is CELL=FILE where there are several cell types.
        let cell = |word: &str| match word == file.name {
            true => Some(String::new()),
            false => word
                .ends_with(&of_cell)
                .then(|| word[..=word.len() - of_cell.len()].to_owned()),
        };
        let is_named = values.iter().filter_map(Value::as_str).any(|word| cell(word).is_some());
        for value in values.iter_mut() {
            let name = value.as_str().unwrap_or_default().to_owned();
            let (before, path) = match cell(&name) {
                Some(cell) => (cell, folder.join(&file.name)),
                None if is_named => continue,
                None => (String::new(), folder.join(&name).join(&file.name)),
            };
            match std::fs::read(&path) {
                Err(error) => wrong.push(format!("{}: {error}", path.display())),
                Ok(bytes) if sha256(&bytes) != file.sha256 => {
                    wrong.push(format!("{}: its SHA-256 differs from that in the card", path.display()));
                }
                Ok(_) => {
                    let found = folder.join(&name[before.len()..]);
                    *value = format!("{before}{}", found.display()).into();
                }
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(CliError::Data(format!(
        "{}: files of its training are missing or have changed.\n{}\nName their folder with --files, or give the \
            settings with --config to train on other data",
        model.display(),
        wrong.join("\n")
    )))
}

/// Settings as flags, but for those that the command line gives itself.
fn flags(
    settings: Map<String, Value>,
    own: &[String],
    command: &Command,
    source: &str,
) -> Result<Vec<String>, CliError> {
    let given: HashSet<&str> = own
        .iter()
        .filter_map(|word| word.strip_prefix("--"))
        .map(|word| word.split_once('=').map_or(word, |(name, _)| name))
        .collect();
    let wrong = |problem: String| CliError::Usage(format!("{source}: {problem}"));
    let sizes_flag = find(command, SIZES);
    let mut sizes = Map::new();
    let mut words = Vec::new();
    for (key, value) in settings {
        let name = key.replace('_', "-");
        if given.contains(name.as_str()) {
            continue;
        }
        let Some(arg) = find(command, &name).filter(|_| !OF_THE_COMMAND.contains(&name.as_str())) else {
            if sizes_flag.is_some() {
                sizes.insert(key, value);
                continue;
            }
            return Err(wrong(format!(
                "found `{key}`, which is not a setting of {0}; `regulens train {0} --help` lists them",
                command.get_name()
            )));
        };
        match value {
            Value::Bool(on) if is_switch(arg) => words.extend(on.then(|| format!("--{name}"))),
            _ if is_switch(arg) => {
                return Err(wrong(format!("found `{key}` = {value}; expected true or false")));
            }
            value => {
                words.push(format!("--{name}"));
                words.extend(values(&value).ok_or_else(|| {
                    wrong(format!(
                        "found `{key}` = {value}; expected text, a number or a list of them"
                    ))
                })?);
            }
        }
    }
    if !sizes.is_empty() && !given.contains(SIZES) {
        words.extend([format!("--{SIZES}"), Value::from(sizes).to_string()]);
    }
    Ok(words)
}

fn find<'a>(command: &'a Command, long: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|arg| arg.get_long() == Some(long))
}

fn is_switch(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}

fn values(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Number(number) => Some(vec![number.to_string()]),
        Value::Array(all) => all.iter().map(|one| Some(values(one)?.concat())).collect(),
        _ => None,
    }
}

/// Every setting of a command line, defaults too, as TOML. `more` has what a preset set, which no flag says.
///
/// # Errors
/// If the words are not those of a training.
pub fn text(words: &[String], program: Command, more: Map<String, Value>) -> Result<String, CliError> {
    let families = program.clone();
    let matches = program
        .try_get_matches_from(words)
        .map_err(|error| CliError::Usage(error.to_string()))?;
    let found = matches.subcommand_matches("train").and_then(|train| train.subcommand());
    let (Some((family, matches)), Some(train)) = (found, families.find_subcommand("train")) else {
        return Err(CliError::Usage(
            "--print-config works only with `regulens train`".to_owned(),
        ));
    };
    let command = train.find_subcommand(family).expect("clap found it");
    let mut table = toml::Table::new();
    table.insert(FAMILY.to_owned(), family.into());
    for arg in command.get_arguments() {
        let Some(name) = arg
            .get_long()
            .filter(|name| !OF_THE_COMMAND.contains(name) && *name != SIZES)
        else {
            continue;
        };
        if is_switch(arg) {
            table.insert(name.to_owned(), matches.get_flag(arg.get_id().as_str()).into());
            continue;
        }
        let Ok(Some(raw)) = matches.try_get_raw(arg.get_id().as_str()) else {
            continue;
        };
        let mut values: Vec<toml::Value> = raw.map(|value| typed(&value.to_string_lossy())).collect();
        let one = match values.len() {
            0 => continue,
            1 => values.remove(0),
            _ => values.into(),
        };
        table.insert(name.to_owned(), one);
    }
    for (key, value) in more {
        let name = key.replace('_', "-");
        let key = if find(command, &name).is_some() { name } else { key };
        if !table.contains_key(&key)
            && let Ok(value) = toml::Value::try_from(value)
        {
            table.insert(key, value);
        }
    }
    Ok(table.to_string())
}

/// A number where it is written as TOML writes it, else a text.
fn typed(text: &str) -> toml::Value {
    let whole = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
    let broken = text
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite() && text.contains(['.', 'e']));
    match (whole, broken) {
        (Some(number), _) => number.into(),
        (None, Some(number)) => number.into(),
        (None, None) => text.into(),
    }
}

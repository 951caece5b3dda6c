//! Other names of the sequences of a genome, as users give them.

use clap::Args;
use regulens::sequence::Names;

use super::error::CliError;

/// The flag of every command that matches names of sequences.
#[derive(Debug, Clone, Default, Args)]
pub struct RenameArgs {
    /// Sequence name OTHER in the other files, read as NAME: NC_000001.11=chr1. Repeatable, or comma-separated. A
    /// missing or extra `chr` prefix needs no rename
    #[arg(long = "rename", value_name = "OTHER=NAME", value_delimiter = ',', value_parser = rename)]
    renames: Vec<(String, String)>,
}

impl RenameArgs {
    /// Returns true if there are renames.
    pub fn are_given(&self) -> bool {
        !self.renames.is_empty()
    }

    /// Other names, and those of the sequences.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.renames
    }

    /// Tells each rename to `rename`, which is false where there is no sequence of the second name; `lacks` says then
    /// what lacks it.
    pub fn apply(&self, lacks: &str, mut rename: impl FnMut(&str, &str) -> bool) -> Result<(), CliError> {
        match self.renames.iter().find(|(other, name)| !rename(other, name)) {
            None => Ok(()),
            Some((other, name)) => Err(CliError::Usage(format!("--rename {other}={name}: {lacks} {name}"))),
        }
    }

    /// The sequences of a file, as other files name them.
    pub fn names<'a>(&self, file: &str, names: impl IntoIterator<Item = &'a str>) -> Result<Names, CliError> {
        let mut names = Names::new(names);
        self.apply(&no_sequence(file), |other, name| names.rename(other, name))?;
        Ok(names)
    }

    /// Returns a test that a sequence may be meant by one of these names.
    pub fn may_be<'a>(&self, asked: &'a Names) -> impl Fn(&str) -> bool + use<'a, '_> {
        |name| asked.find(name).is_some() || self.renames.iter().any(|(_, renamed)| renamed == name)
    }
}

/// Beginning of the error where a file has no sequence of a name, which follows.
pub fn no_sequence(file: &str) -> String {
    format!("{file} has no sequence")
}

/// Error of two names that mean the same sequence.
pub fn alike(found: [&str; 2], sequence: &str) -> String {
    let [first, second] = found;
    format!(
        "found {first} and {second}, which both match {sequence}; expected one of them. Choose one with --rename \
            OTHER=NAME; the other is then left out"
    )
}

/// Parses the flag.
fn rename(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((other, name)) if !other.trim().is_empty() && !name.trim().is_empty() => {
            Ok((other.trim().to_owned(), name.trim().to_owned()))
        }
        _ => Err(format!(
            "`{text}` is not a rename; expected OTHER=NAME, such as NC_001133.9=chrI"
        )),
    }
}

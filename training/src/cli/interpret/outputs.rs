//! The files of one analysis: all of them or none.

use std::io::{self, Write};
use std::path::Path;

use crate::cli::error::CliError;
use crate::cli::output::Output;

/// Files by the flags that name them.
pub struct Outputs(Vec<(&'static str, Output)>);

impl Outputs {
    /// Opens the requested files.
    ///
    /// # Errors
    /// If a file cannot be written, or two flags name the same file.
    pub fn create<const N: usize>(flags: [(&'static str, Option<&Path>); N]) -> Result<Self, CliError> {
        let mut begun: Vec<(&str, Output)> = Vec::new();
        for (flag, path) in flags {
            let Some(path) = path else { continue };
            let output = Output::create(path)?;
            if let Some((other, _)) = begun.iter().find(|(_, other)| other.is_same_file(&output)) {
                return Err(CliError::Usage(format!(
                    "{other} and {flag} name the same file; give two different ones"
                )));
            }
            begun.push((flag, output));
        }
        Ok(Self(begun))
    }

    /// Returns true if a flag names a file.
    pub fn has(&self, flag: &str) -> bool {
        self.0.iter().any(|(name, _)| *name == flag)
    }

    /// Lets `write` fill the file of a flag, if it was given.
    pub fn write(&mut self, flag: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
        let file = self.0.iter_mut().find(|(name, _)| *name == flag);
        file.map_or(Ok(()), |(_, output)| output.write(write))
    }

    /// Puts all files in their places.
    pub fn commit(self) -> Result<(), CliError> {
        let mut files = self.0.into_iter();
        files.try_for_each(|(_, output)| output.commit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_flags_cannot_name_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a.tsv", "./a.tsv"].map(|name| folder.path().join(name));
        let error = Outputs::create([("--out", Some(&*a)), ("--curves", Some(&*b))]);
        let error = error.err().unwrap().to_string();
        assert!(error.contains("--out and --curves name the same file"), "{error}");
    }

    #[test]
    fn all_files_appear_together_and_those_not_asked_for_are_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tsv");
        let mut outputs = Outputs::create([("--out", Some(&*path)), ("--curves", None)]).unwrap();
        outputs.write("--out", |out| out.write_all(b"a")).unwrap();
        outputs.write("--curves", |_| unreachable!("no such file")).unwrap();
        assert!(outputs.has("--out") && !outputs.has("--curves") && !path.exists());
        outputs.commit().unwrap();
        assert!(path.exists());
    }
}

//! Record of a training in its card, enough to run it again: the command, the files with their hashes, the processor.

use std::path::Path;

use regulens::weights::card::TrainingFile;
use regulens::weights::sha256;

use super::config;
use crate::cli::error::CliError;
use crate::cli::files;

/// Flags that change no weight, with whether a value follows.
const LEFT_OUT: [(&str, bool); 9] = [
    ("--config", true),
    ("--from-card", true),
    ("--files", true),
    ("--keep-seeds", false),
    ("--out", true),
    ("--threads", true),
    ("--resume", false),
    ("--all-variants", false),
    ("--variant", true),
];

/// The arguments of this process behind `train`, for one variant.
pub fn command(variant: &str) -> Option<String> {
    let words = config::words();
    let begin = words.iter().position(|word| word == "train")?;
    Some(of_words(&words[begin + 1..], variant))
}

/// Words of a command line: files without their folders, and without flags that change no weight.
fn of_words(words: &[String], variant: &str) -> String {
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (flag, value) = word
            .split_once('=')
            .map_or((word.as_str(), None), |(flag, value)| (flag, Some(value)));
        if let Some((_, takes)) = LEFT_OUT.iter().find(|(left_out, _)| *left_out == flag) {
            if *takes && value.is_none() {
                words.next();
            }
            continue;
        }
        kept.push(match (of_file(word), value.and_then(of_file)) {
            (Some(name), _) => quoted(&name),
            // A file of a cell type, CELL=FILE.
            (None, Some(name)) => quoted(&format!("{flag}={name}")),
            (None, None) => quoted(word),
        });
    }
    let family = kept.first().map_or(0, |_| 1);
    kept.insert(family, format!("--variant {variant}"));
    kept.join(" ")
}

/// The name of a file that is there.
fn of_file(word: &str) -> Option<String> {
    let path = Path::new(word);
    let name = path.file_name().filter(|_| path.exists())?;
    Some(name.to_string_lossy().into_owned())
}

/// A word for a shell. The crate quotes `=` too, which no shell needs within a word.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./=,:+@%".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), Into::into)
}

/// The files that flags named.
pub fn files<'a>(named: impl IntoIterator<Item = (&'a str, &'a Path)>) -> Result<Vec<TrainingFile>, CliError> {
    let of = |(flag, path): (&str, &Path)| {
        Ok(TrainingFile {
            flag: flag.to_owned(),
            name: files::name(&path.display().to_string()).to_owned(),
            sha256: sha256(&files::read(path)?),
        })
    };
    named.into_iter().map(of).collect()
}

/// The architecture and the widest vectors of this machine.
pub fn processor() -> String {
    let vectors = vectors().map_or(String::new(), |name| format!(", {name}"));
    format!("{}{vectors}", std::env::consts::ARCH)
}

#[cfg(target_arch = "x86_64")]
fn vectors() -> Option<&'static str> {
    match () {
        () if std::is_x86_feature_detected!("avx512f") => Some("AVX-512"),
        () if std::is_x86_feature_detected!("avx2") => Some("AVX2"),
        () => None,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn vectors() -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_keeps_what_its_weights_depend_on() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let given =
            words("attentive-chrome --all-variants --seeds 5 --out a/b.safetensors --threads=2 --resume --data D");
        let kept = of_words(&given, "lstm");
        assert_eq!(kept, "attentive-chrome --variant lstm --seeds 5 --data D");
        let mut given = words("deep-diff --variant raw --data");
        given.push("it's mine".to_owned());
        assert_eq!(of_words(&given, "raw"), r#"deep-diff --variant raw --data "it's mine""#);
    }

    #[test]
    fn a_file_is_named_without_its_folder() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        for (given, kept) in [
            (manifest.to_owned(), "Cargo.toml"),
            (format!("K562={manifest}"), "K562=Cargo.toml"),
        ] {
            let given = ["basenji".to_owned(), "--data".to_owned(), given];
            assert_eq!(
                of_words(&given, "basenji"),
                format!("basenji --variant basenji --data {kept}")
            );
        }
        let found = files([("data", Path::new(manifest))]).unwrap();
        assert_eq!((found[0].name.as_str(), found[0].sha256.len()), ("Cargo.toml", 64));
    }
}

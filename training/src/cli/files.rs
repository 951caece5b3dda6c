//! Reading of files, and the arguments that describe them.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use regulens::Error;
use regulens::input::{Expression, InputError, SignalTable, TableReader, Threshold, read_text};
use regulens::sequence::motifs::MotifFile;
use regulens::weights::{Dtype, WeightFile};

use super::error::CliError;
use super::{cells, interrupt, output, progress};

/// Bytes that are read at a time: large enough to be fast, small enough for Ctrl-C to be heard.
const CHUNK: usize = 1 << 20;

/// Reads a whole file.
pub fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|error| CliError::io(path, error))
}

/// Reads a whole text, of which messages say what is `expected`.
pub fn text(path: &Path, expected: &str) -> Result<String, CliError> {
    let file = path.display().to_string();
    read_text(&file, &read(path)?).map_err(|error| CliError::file(file, said_of_text(&error, expected)))
}

/// Describes the fault of a text that is no table of signal.
fn said_of_text(error: &InputError, expected: &str) -> String {
    let line = error
        .location()
        .line
        .map_or(String::new(), |line| format!("line {line}: "));
    let said = error.problem().to_string();
    let found = said.split("; expected").next().unwrap_or(&said);
    let remedy = error.problem().remedy_of_text();
    format!("{line}{found}; expected {expected}, plain or gzipped. {remedy}")
}

/// Writes a whole file, or nothing.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let mut file = output::Output::create(path)?;
    file.write(|out| out.write_all(bytes))?;
    file.commit()
}

/// Reads a table of signal, which may have a column of [cell types](super::cells).
pub fn table(path: &Path) -> Result<SignalTable, CliError> {
    match of_one_cell_type(path) {
        Err(CliError::Engine(Error::Input(error))) if error.code() == "unknown-layout" => {
            let text = text(path, "a table of signal")?;
            cells::table(path, &text)?.ok_or_else(|| error.into())
        }
        read => read,
    }
}

/// Reads a table of signal piece by piece, with a progress bar on a terminal.
fn of_one_cell_type(path: &Path) -> Result<SignalTable, CliError> {
    let mut reader = TableReader::new(&path.display().to_string());
    watched(path, |bytes| Ok(reader.push(bytes)?))?;
    Ok(reader.finish()?)
}

/// Gives a file to `take`, piece by piece.
pub fn pieces(path: &Path, mut take: impl FnMut(&[u8]) -> Result<(), CliError>) -> Result<(), CliError> {
    let io = |error| CliError::io(path, error);
    let mut file = File::open(path).map_err(io)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk).map_err(io)? {
            0 => return Ok(()),
            read => take(&chunk[..read])?,
        }
    }
}

/// The same until it is interrupted, with a progress bar on a terminal.
pub fn watched(path: &Path, mut take: impl FnMut(&[u8]) -> Result<(), CliError>) -> Result<(), CliError> {
    let length = fs::metadata(path).map_err(|error| CliError::io(path, error))?.len();
    let bar = progress::bytes("reading", name(&path.display().to_string()), length);
    pieces(path, |bytes| {
        take(bytes)?;
        bar.inc(bytes.len() as u64);
        interrupt::check()
    })?;
    bar.finish_and_clear();
    Ok(())
}

/// Says which genes of a file of expression are on.
pub fn labelled(expression: Expression, threshold: Threshold) -> Result<Expression, CliError> {
    let file = expression.file().to_owned();
    expression
        .by(threshold)
        .map_err(|problem| CliError::file(file, problem))
}

/// Reads a file of expression counts.
pub fn expression(path: &Path) -> Result<Expression, CliError> {
    expression_of(path, None)
}

/// Reads a file of expression counts, of one column where it has several; prints what is to be known of it.
pub fn expression_of(path: &Path, column: Option<&str>) -> Result<Expression, CliError> {
    let file = path.display().to_string();
    let expression = Expression::read_column(&file, &read(path)?, column)?;
    for note in expression.notes() {
        eprintln!("{}: {note}", name(&file));
    }
    Ok(expression)
}

/// Reads a file of motifs; prints what is to be known of it.
pub fn motifs(path: &Path) -> Result<MotifFile, CliError> {
    let file = path.display().to_string();
    let motifs = MotifFile::read(&file, &read(path)?).map_err(Error::from)?;
    for note in &motifs.notes {
        eprintln!("{}: {note}", name(&file));
    }
    Ok(motifs)
}

/// Reads a model file.
pub fn model(path: &Path) -> Result<WeightFile, CliError> {
    Ok(WeightFile::read(&path.display().to_string(), &read(path)?)?)
}

/// The last part of a path.
pub fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Parses `--select-bins`: two bins counted from 1, both included.
pub fn bin_range(text: &str) -> Result<(usize, usize), String> {
    let wrong = || format!("`{text}` is not a range of bins; expected a range such as 51-150");
    let (first, last) = text.split_once('-').ok_or_else(wrong)?;
    let bin = |text: &str| text.trim().parse::<usize>().map_err(|_| wrong());
    match (bin(first)?, bin(last)?) {
        (first, last) if 1 <= first && first <= last => Ok((first, last)),
        _ => Err(format!(
            "`{text}` is not a range of bins; bins count from 1, and the first must not exceed the last"
        )),
    }
}

/// Parses `--dtype`.
pub fn dtype(text: &str) -> Result<Dtype, String> {
    match text {
        "f16" => Ok(Dtype::F16),
        "f32" => Ok(Dtype::F32),
        "i8" => Ok(Dtype::I8),
        other => Err(format!("unknown type `{other}`: expected f16, f32 or i8")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_bins_counts_from_one_and_includes_both_ends() {
        assert_eq!(bin_range("51-150"), Ok((51, 150)));
        assert_eq!(bin_range("7-7"), Ok((7, 7)));
    }

    #[test]
    fn what_is_no_range_of_bins_is_said() {
        for text in ["", "5", "0-3", "9-3", "a-b", "-3", "1-", "1-2-3"] {
            let error = bin_range(text).unwrap_err();
            assert!(error.contains("not a range of bins"), "{text}: {error}");
        }
    }

    #[test]
    fn a_name_is_the_last_part_of_a_path() {
        assert_eq!(name("a/b/table.csv"), "table.csv");
        assert_eq!(name("table.csv"), "table.csv");
    }
}

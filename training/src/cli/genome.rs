//! Sequences from a file: by slices where it has an index or is 2bit, else whole.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use regulens::sequence::genome::{GenomeFormat, Indexes};
use regulens::sequence::{Bases, Counts, Fasta, Genome, Record, SequenceError, SequenceProblem, Window};

use super::error::CliError;
use super::{files, interrupt};

/// Sequences of a file.
pub enum Sequences {
    /// All of them, in memory.
    Whole(Fasta),
    /// Read as they are asked for.
    Sliced(Box<Genome<File>>),
}

impl Sequences {
    /// Opens a file: by slices if it is 2bit or a `.fai` lies beside it, else whole.
    pub fn open(path: &Path) -> Result<Self, CliError> {
        if let Some(genome) = sliced(path)? {
            return Ok(Self::Sliced(Box::new(genome)));
        }
        let name = path.display().to_string();
        Ok(Self::Whole(Fasta::read(&name, &files::read(path)?)?))
    }

    /// The file's name, for messages.
    pub fn file(&self) -> &str {
        match self {
            Self::Whole(fasta) => &fasta.file,
            Self::Sliced(genome) => genome.file(),
        }
    }

    /// Names and lengths in bases, in the file's order; none is empty.
    pub fn lengths(&mut self) -> Result<Vec<(String, usize)>, CliError> {
        match self {
            Self::Whole(fasta) => {
                let records = fasta.records.iter();
                Ok(records
                    .map(|record| (record.name.clone(), record.codes.len()))
                    .collect())
            }
            Self::Sliced(genome) => {
                let names = genome.sequences().to_vec();
                let mut lengths = Vec::with_capacity(names.len());
                for (sequence, name) in names.into_iter().enumerate() {
                    let length = genome.length(sequence)? as usize;
                    if length == 0 {
                        return Err(SequenceError {
                            file: genome.file().to_owned(),
                            record: Some(name),
                            line: None,
                            column: None,
                            problem: Box::new(SequenceProblem::NoBases),
                        }
                        .into());
                    }
                    lengths.push((name, length));
                }
                Ok(lengths)
            }
        }
    }

    /// A sequence as a whole, by its number.
    pub fn record(&mut self, sequence: usize) -> Result<Record, CliError> {
        match self {
            Self::Whole(fasta) => Ok(fasta.records[sequence].clone()),
            Self::Sliced(genome) => Ok(record(genome, sequence)?),
        }
    }

    /// The codes of a window of `length` bases of a sequence, by its number.
    pub fn window(&mut self, sequence: usize, window: &Window, length: usize) -> Result<Vec<u8>, CliError> {
        match self {
            Self::Whole(fasta) => Ok(window.codes(&fasta.records[sequence].codes, length)),
            Self::Sliced(genome) => Ok(genome.window(sequence, window.start, length)?),
        }
    }

    /// A note on unusual letters of a sequence that is in memory.
    pub fn note(&self, sequence: usize) -> Option<String> {
        match self {
            Self::Whole(fasta) => fasta.records[sequence].note(),
            Self::Sliced(_) => None,
        }
    }
}

impl Bases for Sequences {
    fn file(&self) -> &str {
        self.file()
    }

    fn names(&self) -> Vec<&str> {
        match self {
            Self::Whole(fasta) => fasta.names(),
            Self::Sliced(genome) => genome.names(),
        }
    }

    fn length(&mut self, sequence: usize) -> Result<u64, SequenceError> {
        match self {
            Self::Whole(fasta) => fasta.length(sequence),
            Self::Sliced(genome) => genome.length(sequence),
        }
    }

    fn codes(&mut self, sequence: usize, range: Range<u64>) -> Result<Cow<'_, [u8]>, SequenceError> {
        match self {
            Self::Whole(fasta) => fasta.codes(sequence, range),
            Self::Sliced(genome) => Bases::codes(&mut **genome, sequence, range),
        }
    }
}

/// A sequence of a genome as a whole. What is not kept in codes, lower case and letters for several bases, is not
/// counted.
pub fn record(genome: &mut Genome<File>, sequence: usize) -> Result<Record, SequenceError> {
    let length = genome.length(sequence)?;
    let codes = genome.codes(sequence, 0..length)?;
    Ok(Record {
        name: genome.sequences()[sequence].clone(),
        description: String::new(),
        counts: Counts::of(&codes),
        codes,
    })
}

/// Opens a file of which parts can be read at once: 2bit, and FASTA with `.fai` beside it. `None` of any other.
pub fn sliced(path: &Path) -> Result<Option<Genome<File>>, CliError> {
    // What comes through a pipe can be read only once.
    if !path.is_file() {
        return Ok(None);
    }
    let is_sliced = match format(path)? {
        GenomeFormat::TwoBit => true,
        GenomeFormat::Fasta | GenomeFormat::FastaBlocks => beside(path, "fai").exists(),
        GenomeFormat::FastaGzip => false,
    };
    is_sliced.then(|| open(path)).transpose()
}

/// Opens a genome of which parts are read, with the indexes that lie beside it. Without `.fai` it is read once, with a
/// progress bar on a terminal.
pub fn open(path: &Path) -> Result<Genome<File>, CliError> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| CliError::io(path, error))?;
    let format = format(path)?;
    let is_fasta = matches!(format, GenomeFormat::Fasta | GenomeFormat::FastaBlocks);
    let fai = is_fasta.then(|| index(path, "fai")).transpose()?.flatten();
    let gzi = (format == GenomeFormat::FastaBlocks).then(|| index(path, "gzi"));
    let gzi = gzi.transpose()?.flatten();
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{prefix} {bar:24} {bytes}/{total_bytes}").expect("a valid template"));
    bar.set_prefix(format!("indexing {}", files::name(&name)));
    let mut turn = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
        interrupt::flow()
    };
    let indexes = Indexes {
        fai: fai.as_ref().map(|(file, bytes)| (file.as_str(), bytes.as_slice())),
        gzi: gzi.as_ref().map(|(file, bytes)| (file.as_str(), bytes.as_slice())),
    };
    let genome = Genome::open(&name, file, indexes, &mut turn)?;
    bar.finish_and_clear();
    if is_fasta && fai.is_none() {
        eprintln!("{name}: no index beside it, so all of it was read; samtools faidx makes one that stays");
    }
    Ok(genome)
}

/// Says which names `file` has otherwise. `read`: a name that was asked for, and that of the sequence that was read.
pub fn tell_renamed<'a>(file: &str, read: impl Iterator<Item = (&'a str, &'a str)>) {
    const SHOWN: usize = 5;
    let renamed: BTreeSet<(&str, &str)> = read.filter(|(asked, name)| asked != name).collect();
    if renamed.is_empty() {
        return;
    }
    let names = renamed.iter().take(SHOWN);
    let names: Vec<String> = names.map(|(asked, name)| format!("{asked} as {name}")).collect();
    let more = if renamed.len() > SHOWN { ", …" } else { "" };
    eprintln!("{file}: read {}{more}", names.join(", "));
}

fn format(path: &Path) -> Result<GenomeFormat, CliError> {
    let io = |error| CliError::io(path, error);
    let mut opening = Vec::new();
    let file = File::open(path).map_err(io)?;
    file.take(18).read_to_end(&mut opening).map_err(io)?;
    Ok(GenomeFormat::of(&opening))
}

/// The path of an index: the file's with another ending behind its own.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(ending);
    name.into()
}

/// The name and content of an index, if there is one.
fn index(path: &Path, ending: &str) -> Result<Option<(String, Vec<u8>)>, CliError> {
    let beside = beside(path, ending);
    let changed = |path: &Path| fs::metadata(path).and_then(|there| there.modified());
    let Ok(made) = changed(&beside) else {
        return Ok(None);
    };
    let name = beside.display().to_string();
    // Where the system keeps no times, nothing can be said.
    if changed(path).is_ok_and(|changed| made < changed) {
        return Err(Indexes::older(&name, &path.display().to_string()).into());
    }
    Ok(Some((name, files::read(&beside)?)))
}

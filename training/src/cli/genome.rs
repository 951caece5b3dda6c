//! Sequences from a file: by slices where it has an index or is 2bit, else whole.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use regulens::sequence::genome::{GenomeFormat, Indexes};
use regulens::sequence::{Bases, Counts, Fasta, FastaReader, Genome, Record, SequenceError, SequenceProblem, Window};

use super::error::CliError;
use super::words::{LISTED, listed};
use super::{files, interrupt, progress};

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

    /// Numbers, names and lengths of the sequences that have a known base, in the file's order; the others are said.
    ///
    /// # Errors
    /// Those of the file, and where no sequence has a base.
    pub fn with_bases(&mut self) -> Result<Vec<(usize, String, usize)>, CliError> {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for (number, (name, length)) in self.lengths()?.into_iter().enumerate() {
            match self.check_known(number) {
                Ok(()) => with.push((number, name, length)),
                Err(error) if is_without_base(&error) => without.push((name, error)),
                Err(error) => return Err(error.into()),
            }
        }
        if with.is_empty()
            && let Some((_, error)) = without.pop()
        {
            return Err(error.into());
        }
        if !without.is_empty() {
            let names: Vec<&str> = without.iter().map(|(name, _)| name.as_str()).collect();
            eprintln!("{}", without_base(self.file(), &names));
        }
        Ok(with)
    }

    /// Names and lengths in bases, in the file's order.
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
                    lengths.push((name, genome.length(sequence)? as usize));
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

/// Returns true if a sequence is refused because it has no known base.
pub fn is_without_base(error: &SequenceError) -> bool {
    matches!(
        *error.problem,
        SequenceProblem::NoBases | SequenceProblem::OnlyUnknown { .. }
    )
}

/// The error of a record that is asked for and has no known base.
pub fn asked_without_base(file: &str, record: Record) -> SequenceError {
    let records = vec![record];
    let mut alone = Fasta {
        file: file.to_owned(),
        records,
    };
    alone.check_known(0).expect_err("no base is known")
}

/// Message about sequences that are left out because they have no known base.
pub fn without_base(file: &str, names: &[&str]) -> String {
    let listed = listed(names, LISTED);
    format!("{file}: left out {listed}: without known bases")
}

/// The names of a file's sequences.
pub fn names(path: &Path) -> Result<Vec<String>, CliError> {
    if let Some(genome) = sliced(path)? {
        return Ok(genome.sequences().to_vec());
    }
    let mut reader = FastaReader::new(&path.display().to_string());
    let mut names = Vec::new();
    files::pieces(path, |bytes| {
        reader.push(bytes)?;
        names.extend(reader.take().into_iter().map(|record| record.name));
        interrupt::check()
    })?;
    names.extend(reader.finish()?.into_iter().map(|record| record.name));
    Ok(names)
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
    // A pipe can be read only once.
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
    let bar = progress::bytes("indexing", files::name(&name), 0);
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
        eprintln!("{name}: no index beside it, so that the whole file was read; `samtools faidx` creates one");
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

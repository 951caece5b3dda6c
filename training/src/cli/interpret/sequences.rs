//! A model of sequences and its sequences, as the flags name them.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::engine::DeviceKind;
use regulens::sequence::{Fasta, FastaReader, Record};
use regulens::weights::{ModelCard, WeightFile};

use crate::cli::error::CliError;
use crate::cli::genome::Sequences;
use crate::cli::opened::Opened;
use crate::cli::runner::TrackRunner;
use crate::cli::threads::ThreadArgs;
use crate::cli::{files, genome, interrupt};

/// The flags of an analysis of a model of sequences.
#[derive(Debug, Args)]
pub struct SequencesArgs {
    /// Model file of a sequence model (Basenji)
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Genome: FASTA, plain or gzipped, or 2bit. From 2bit, and from FASTA with a .fai index, only the necessary parts
    /// are read
    #[arg(long, alias = "input", value_name = "FILE")]
    fasta: PathBuf,
    /// Compute device: cpu, wgpu or cuda
    #[arg(long, default_value_t = DeviceKind::Cpu, help_heading = "Compute")]
    device: DeviceKind,
    #[command(flatten)]
    threads: ThreadArgs,
}

impl SequencesArgs {
    /// Called first: Ctrl-C is handled from here on, and the number of CPU threads is set.
    pub fn begin(&self) -> Result<(), CliError> {
        interrupt::watch();
        self.threads.apply()
    }

    /// The genome's file.
    pub fn path(&self) -> &Path {
        &self.fasta
    }

    /// The model on its device.
    pub fn runner(&self) -> Result<TrackRunner, CliError> {
        TrackRunner::new(self.weights()?, self.device)
    }

    /// The model.
    pub fn weights(&self) -> Result<WeightFile, CliError> {
        match Opened::read(&self.model)? {
            Opened::Tracks(weights) => Ok(weights),
            Opened::OnOff(weights) | Opened::Level(weights) | Opened::Change(weights) => Err(CliError::file(
                self.model.display(),
                format!(
                    "found a model of the family {}, which reads signal tables; expected basenji, which reads \
                        sequences. Choose another model file.",
                    weights.card.family
                ),
            )),
        }
    }

    /// The genome, by slices where it can be read so.
    pub fn genome(&self) -> Result<Sequences, CliError> {
        Sequences::open(&self.fasta)
    }

    /// The genome: by slices where it can be read so; else the records that are `wanted`, and only the names of the
    /// others.
    pub fn genome_with(&self, wanted: impl Fn(&str) -> bool) -> Result<Sequences, CliError> {
        match genome::sliced(&self.fasta)? {
            Some(genome) => Ok(Sequences::Sliced(Box::new(genome))),
            None => Ok(Sequences::Whole(fasta(&self.fasta, wanted)?)),
        }
    }
}

fn fasta(path: &Path, wanted: impl Fn(&str) -> bool) -> Result<Fasta, CliError> {
    let name = path.display().to_string();
    let mut records: Vec<Record> = Vec::new();
    let mut keep = |done: Vec<Record>| {
        for mut record in done {
            if !wanted(&record.name) {
                record.codes = Vec::new();
            }
            records.push(record);
        }
    };
    let mut reader = FastaReader::new(&name);
    files::watched(path, |bytes| {
        reader.push(bytes)?;
        keep(reader.take());
        Ok(())
    })?;
    keep(reader.finish()?);
    Ok(Fasta { file: name, records })
}

/// The numbers of the named tracks; all if none is named.
///
/// # Errors
/// [`CliError::Usage`] with the existing names.
pub fn tracks(card: &ModelCard, named: &[String]) -> Result<Vec<usize>, CliError> {
    if named.is_empty() {
        return Ok((0..card.tracks.len()).collect());
    }
    named
        .iter()
        .map(|name| {
            let found = card.tracks.iter().position(|track| track.name == *name);
            found.ok_or_else(|| {
                const SHOWN: usize = 12;
                let names: Vec<&str> = card
                    .tracks
                    .iter()
                    .take(SHOWN)
                    .map(|track| track.name.as_str())
                    .collect();
                let more = match card.tracks.len() {
                    ..=SHOWN => String::new(),
                    all => format!(" and {} more", all - SHOWN),
                };
                CliError::Usage(format!(
                    "--track {name} is not a track of the model; it has {}{more}",
                    names.join(", ")
                ))
            })
        })
        .collect()
}

/// The number of the one track that an analysis is of: that named with --track, or the only one.
///
/// # Errors
/// [`CliError::Usage`] with the existing names.
pub fn one_track(card: &ModelCard, named: Option<&String>) -> Result<usize, CliError> {
    match named {
        None if card.tracks.len() > 1 => Err(CliError::Usage(format!(
            "the model has {} tracks; name one with --track, such as --track \"{}\"",
            card.tracks.len(),
            card.tracks[0].name
        ))),
        named => Ok(tracks(card, named.map(std::slice::from_ref).unwrap_or_default())?[0]),
    }
}

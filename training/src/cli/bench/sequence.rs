//! A model of sequences with one of them, and the calls that are timed.

use std::path::Path;
use std::time::Instant;

use pollster::block_on;
use regulens::engine::{DeviceKind, TrackBatch, TrackEngine, TrackShape};
use regulens::sequence::Fasta;
use regulens::weights::WeightFile;

use super::serve::{self, Timed};
use super::subject::milliseconds;
use crate::cli::error::CliError;
use crate::cli::{files, runner};

/// What is timed.
pub struct Sequence {
    engine: TrackEngine,
    codes: Vec<u8>,
    found: Option<TrackBatch>,
}

impl Sequence {
    /// Places the model on the device, and nowhere else; the bases are those of the first record of `fasta`.
    pub fn new(
        weights: WeightFile,
        device: DeviceKind,
        fasta: Option<&Path>,
    ) -> Result<Self, CliError> {
        let engine = TrackEngine::new(weights, &runner::open(device)?)?;
        let length = engine.shape().length;
        let codes = match fasta {
            Some(path) => first_record(path, length)?,
            None => random(length),
        };
        Ok(Self {
            engine,
            codes,
            found: None,
        })
    }

    /// The model's name.
    pub fn name(&self) -> &str {
        &self.engine.card().name
    }

    /// Bases of the sequence.
    pub fn bases(&self) -> usize {
        self.codes.len()
    }
}

impl Timed for Sequence {
    fn predict(&mut self, sequences: usize) -> Result<f64, String> {
        if sequences != 1 {
            return Err(format!("asked for {sequences} sequences, and there is one"));
        }
        let begin = Instant::now();
        let run = self.engine.predict(&self.codes, false);
        self.found = Some(block_on(run).map_err(|error| error.to_string())?);
        Ok(milliseconds(begin))
    }

    fn outputs(&self) -> Option<Vec<u8>> {
        let TrackShape {
            cropped, tracks, ..
        } = self.engine.shape();
        let prediction = &self.found.as_ref()?.prediction;
        let named = (
            "prediction".to_owned(),
            vec![cropped, tracks],
            prediction.as_slice(),
        );
        Some(serve::safetensors(&[named]))
    }

    fn step(&mut self, _: usize) -> Result<f64, String> {
        Err("a model of sequences is not trained here; `regulens train basenji` says how long it takes".to_owned())
    }

    fn trained(&self) -> Option<Vec<u8>> {
        None
    }

    fn reset(&mut self) {}
}

/// The codes of the first record, of as many bases as the model takes.
fn first_record(path: &Path, length: usize) -> Result<Vec<u8>, CliError> {
    let file = path.display().to_string();
    let fasta = Fasta::read(&file, &files::read(path)?)?;
    let record = fasta.records.into_iter().next().expect("at least one");
    if record.codes.len() == length {
        return Ok(record.codes);
    }
    let problem = format!(
        "record {} has {} bases, and the model takes {length}; give a record of that length",
        record.name,
        record.codes.len()
    );
    Err(CliError::File { file, problem })
}

/// Bases of a linear congruential sequence (Numerical Recipes' constants).
fn random(length: usize) -> Vec<u8> {
    let mut state = 2018_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 30) as u8
    };
    (0..length).map(|_| next()).collect()
}

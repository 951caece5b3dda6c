//! Genomes in the page, with random access.

use std::ops::ControlFlow;

use js_sys::{Function, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::blob::Blob;
use super::object::{Js, to_js};
use crate::error::Error;
use crate::sequence::genome::{self, Indexes};
use crate::sequence::{self, GenomeError, Region};

/// A genome: 2bit, or FASTA with its indexes.
#[wasm_bindgen]
pub struct Genome {
    genome: sequence::Genome<Blob>,
}

#[wasm_bindgen]
impl Genome {
    /// Opens a file of `size` bytes. `read(offset, size)` returns a `Uint8Array` of that part; `file` is its name in
    /// messages. `fai` and `gzi` are the contents of a FASTA file's indexes; without them, this call reads the whole
    /// file.
    #[wasm_bindgen(constructor)]
    pub fn new(
        file: &str,
        size: f64,
        read: Function,
        fai: Option<Vec<u8>>,
        gzi: Option<Vec<u8>>,
    ) -> Result<Genome, JsValue> {
        let names = ["fai", "gzi"].map(|ending| format!("{file}.{ending}"));
        let indexes = Indexes {
            fai: fai.as_deref().map(|bytes| (names[0].as_str(), bytes)),
            gzi: gzi.as_deref().map(|bytes| (names[1].as_str(), bytes)),
        };
        let mut go_on = |_, _| ControlFlow::Continue(());
        match sequence::Genome::open(file, Blob::of_few(size, read), indexes, &mut go_on) {
            Ok(genome) => Ok(Self { genome }),
            Err(GenomeError::Sequence(error)) => Err(Error::from(error).into()),
            Err(GenomeError::Cancelled) => Err(Error::Cancelled.into()),
        }
    }

    /// The names of its sequences.
    #[wasm_bindgen(getter)]
    pub fn names(&self) -> Vec<String> {
        self.genome.sequences().to_vec()
    }

    /// Length of a sequence.
    pub fn length(&mut self, sequence: usize) -> Result<f64, JsValue> {
        let sequence = self.checked(sequence)?;
        Ok(self.genome.length(sequence).map_err(Error::from)? as f64)
    }

    /// The codes of the bases from `start` to `end` (exclusive).
    pub fn codes(&mut self, sequence: usize, start: f64, end: f64) -> Result<Uint8Array, JsValue> {
        let sequence = self.checked(sequence)?;
        let codes = self
            .genome
            .codes(sequence, start as u64..end as u64)
            .map_err(Error::from)?;
        Ok(Uint8Array::from(codes.as_slice()))
    }

    fn checked(&self, sequence: usize) -> Result<usize, JsValue> {
        let sequences = self.genome.sequences().len();
        if sequence < sequences {
            return Ok(sequence);
        }
        let message = format!("found sequence {sequence}; expected one below {sequences}");
        Err(js_sys::RangeError::new(&message).into())
    }
}

/// The error for an index, called `index`, that is older than the file `genome`.
#[wasm_bindgen(js_name = olderIndex)]
pub fn older_index(index: &str, genome: &str) -> JsValue {
    Error::from(Indexes::older(index, genome)).into()
}

/// Builds the indexes of a FASTA file that is pushed in pieces.
#[wasm_bindgen]
pub struct GenomeIndexer {
    indexer: genome::Indexer,
}

#[wasm_bindgen]
impl GenomeIndexer {
    /// Starts a file; `file` is its name in messages.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str) -> GenomeIndexer {
        let indexer = genome::Indexer::new(file);
        Self { indexer }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        Ok(self.indexer.push(bytes).map_err(Error::from)?)
    }

    /// `{fai, gzi}`, the contents of the indexes; `gzi` is undefined for an uncompressed file.
    pub fn finish(self) -> Result<JsValue, JsValue> {
        let made = self.indexer.finish().map_err(Error::from)?;
        Ok(to_js(&Made {
            fai: Js::bytes(made.fai.as_bytes()),
            gzi: made.gzi.as_deref().map(Js::bytes),
        }))
    }
}

#[derive(Serialize)]
struct Made {
    fai: Js,
    gzi: Option<Js>,
}

/// A [`Region`] with positions as JavaScript numbers, of any size.
#[derive(Serialize)]
struct Place<'a> {
    name: &'a str,
    sequence: &'a str,
    start: f64,
    end: f64,
    line: Option<u64>,
}

/// The regions of a BED file, plain or gzipped, as `{name, sequence, start, end, line}`, half-open, counted from 0.
#[wasm_bindgen(js_name = readRegions)]
pub fn read_regions(file: &str, bytes: &[u8]) -> Result<js_sys::Array, JsValue> {
    let regions = Region::read_bed(file, bytes).map_err(Error::from)?;
    let row = |region: &Region| {
        to_js(&Place {
            name: &region.name,
            sequence: &region.sequence,
            start: region.start as f64,
            end: region.end as f64,
            line: region.written.1,
        })
    };
    Ok(regions.iter().map(row).collect())
}

//! Genomes read by slices: 2bit and indexed FASTA give what the whole FASTA gives, and little is read.

mod faults;
mod made;
mod python;
mod sizes;
mod slices;

use std::io::{Cursor, Read, Seek};
use std::ops::ControlFlow;

use regulens::sequence::genome::Indexes;
use regulens::sequence::{Genome, GenomeError};

/// A genome of bytes.
type Opened = Genome<Cursor<Vec<u8>>>;

/// Opens a genome called `g` with its indexes `g.fai` and `g.gzi`.
fn open_from<R: Read + Seek>(source: R, fai: Option<&[u8]>, gzi: Option<&[u8]>) -> Result<Genome<R>, GenomeError> {
    let indexes = Indexes {
        fai: fai.map(|bytes| ("g.fai", bytes)),
        gzi: gzi.map(|bytes| ("g.gzi", bytes)),
    };
    Genome::open("g", source, indexes, &mut |_, _| ControlFlow::Continue(()))
}

fn open(bytes: &[u8], fai: Option<&[u8]>, gzi: Option<&[u8]>) -> Opened {
    open_from(Cursor::new(bytes.to_vec()), fai, gzi).unwrap_or_else(|error| panic!("{error}"))
}

/// Numbers that a seed settles.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

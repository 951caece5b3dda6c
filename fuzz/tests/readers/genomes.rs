//! Genomes of which parts are read, and their indexes.

use std::io::Cursor;
use std::ops::ControlFlow;

use regulens::sequence::genome::Indexer;
use regulens::sequence::{Genome, genome::Indexes};
use regulens_fuzz::target;

use crate::genome_files::{Letters, blocks, fasta, two_bit};
use crate::wraps;

fn letters() -> Vec<Letters> {
    let two = b"ACGTNNNNacgtACGTTTTTGACCA".repeat(4);
    vec![
        ("chr1".to_owned(), b"ACGTACGTnnACGT".to_vec()),
        ("chr2".to_owned(), two),
    ]
}

/// Opens a genome and reads the ends and the middle of its first sequences.
pub fn open(bytes: &[u8], indexes: Indexes<'_>) {
    let mut go_on = |_, _| ControlFlow::Continue(());
    let Ok(mut genome) = Genome::open("genome", Cursor::new(bytes), indexes, &mut go_on) else {
        return;
    };
    for sequence in 0..genome.sequences().len().min(3) {
        let Ok(length) = genome.length(sequence) else { continue };
        let middle = length / 2;
        for range in [
            0..length.min(40),
            middle..length.min(middle + 40),
            length.saturating_sub(40)..length,
        ] {
            if let Ok(codes) = genome.codes(sequence, range.clone()) {
                assert_eq!(codes.len() as u64, range.end - range.start);
            }
        }
        let _ = genome.window(sequence, -10, 64);
        let _ = genome.window(sequence, length as i64 - 10, 64);
    }
}

fn plain() -> (Vec<u8>, Vec<u8>) {
    fasta(&letters(), 10, "\n")
}

target!(
    two_bit_files,
    vec![two_bit(&letters(), false, 0), two_bit(&letters(), true, 1)],
    wraps::plain,
    |bytes| {
        open(bytes, Indexes::default());
    }
);

target!(
    indexed_fasta,
    vec![plain().0, fasta(&letters(), 7, "\r\n").0],
    wraps::plain,
    |bytes| {
        open(bytes, Indexes::default());
        let fai = plain().1;
        open(
            bytes,
            Indexes {
                fai: Some(("genome.fai", &fai)),
                gzi: None,
            },
        );
    }
);

target!(blocked_fasta, vec![blocks(&plain().0).0], wraps::plain, |bytes| {
    open(bytes, Indexes::default());
    let (_, gzi) = blocks(&plain().0);
    let fai = plain().1;
    open(
        bytes,
        Indexes {
            fai: Some(("genome.fai", &fai)),
            gzi: Some(("genome.gzi", &gzi)),
        },
    );
});

target!(inside_blocks, vec![plain().0], wraps::bgzf, |bytes| open(
    bytes,
    Indexes::default()
));

target!(fai, vec![plain().1], wraps::plain, |bytes| {
    open(
        &plain().0,
        Indexes {
            fai: Some(("genome.fai", bytes)),
            gzi: None,
        },
    );
});

target!(
    gzi,
    vec![blocks(&b"ACGT".repeat(40_000)).1, blocks(&plain().0).1],
    wraps::plain,
    |bytes| {
        let fai = plain().1;
        open(
            &blocks(&plain().0).0,
            Indexes {
                fai: Some(("genome.fai", &fai)),
                gzi: Some(("genome.gzi", bytes)),
            },
        );
    }
);

target!(indexer, vec![plain().0, blocks(&plain().0).0], wraps::plain, |bytes| {
    let made = |size: usize| {
        let mut indexer = Indexer::new("genome");
        for piece in bytes.chunks(size) {
            indexer.push(piece).map_err(|error| error.to_string())?;
        }
        let made = indexer.finish().map_err(|error| error.to_string())?;
        Ok::<_, String>((made.fai, made.gzi))
    };
    let whole = made(bytes.len().max(1));
    for size in [1, 50] {
        assert!(whole == made(size), "another index in pieces of {size}");
    }
});

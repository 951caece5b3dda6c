//! Bytes read and held of a genome of 3.1 Gb for one locus.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::rc::Rc;

use regulens::sequence::Genome;
use regulens::sequence::codes::{C, UNKNOWN, encode};

use crate::genome::open_from;
use crate::memory::most_held;

/// Bases of the genome, and of a locus: the window of published models.
const GENOME: u64 = 3_100_000_000;
const LOCUS: u64 = 131_072;
const AT: u64 = 2_200_000_000;

/// A file that counts what is read of it.
struct Counted {
    file: File,
    bytes: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.bytes.set(self.bytes.get() + read as u64);
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A file with holes, removed in the end; `None` where the disk has none.
struct Sparse(PathBuf);

impl Sparse {
    fn new(name: &str, size: u64, parts: &[(u64, &[u8])]) -> Option<Self> {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
        let mut file = File::create(&path).unwrap();
        let made = Self(path);
        for (at, bytes) in parts {
            file.seek(SeekFrom::Start(*at)).unwrap();
            file.write_all(bytes).unwrap();
        }
        if file.set_len(size).is_err() {
            eprintln!("skipped: no sparse files here");
            return None;
        }
        Some(made)
    }

    /// Opens it and reads the locus; gives its codes, the bytes that were read and the memory that was held.
    fn locus(&self, fai: Option<&[u8]>) -> (Vec<u8>, u64, usize) {
        let bytes = Rc::new(Cell::new(0));
        let source = Counted {
            file: File::open(&self.0).unwrap(),
            bytes: Rc::clone(&bytes),
        };
        let (codes, held) = most_held(|| {
            let mut genome: Genome<Counted> = open_from(source, fai, None).unwrap_or_else(|error| panic!("{error}"));
            let sequence = genome.find("1").unwrap();
            assert_eq!(genome.length(sequence).unwrap(), GENOME);
            genome.window(sequence, AT as i64, LOCUS as usize).unwrap()
        });
        (codes, bytes.get(), held)
    }
}

impl Drop for Sparse {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn of_a_2bit_of_3_gb_a_locus_reads_less_than_200_kb() {
    // As many blocks as hg38 has: 1,000 of N, and 5,500,000 in lower case, which are skipped.
    let (unknown, lower) = (1_000_u32, 5_500_000_u32);
    let word = |number: u32| number.to_le_bytes();
    let mut head = [0x1a41_2743, 0, 1, 0].map(word).concat();
    head.extend(b"\x04chr1");
    head.extend(word(16 + 5 + 4));
    head.extend(word(GENOME as u32));
    head.extend(word(unknown));
    head.extend((0..unknown).flat_map(|block| word(block * 3_000_000 + 1_000)));
    head.extend((0..unknown).flat_map(|_| word(500)));
    head.extend(word(lower));
    let packed = head.len() as u64 + 8 * u64::from(lower) + 4;
    // Four times C a byte; all else is T.
    let locus = vec![0b0101_0101; LOCUS as usize / 4];
    let parts = [(0, head.as_slice()), (packed + AT / 4, &locus)];
    let Some(file) = Sparse::new("g.2bit", packed + GENOME / 4, &parts) else {
        return;
    };
    let (codes, read, held) = file.locus(None);
    println!("2bit: {read} bytes read, {held} bytes held");
    // A block of N begins at 2,199,001,000; none reaches the locus.
    assert!(codes.iter().all(|&code| code == C));
    assert!(read < 200_000, "{read} bytes");
    assert!(held < 2 << 20, "{held} bytes");
}

#[test]
fn of_a_fasta_of_3_gb_a_locus_reads_less_than_200_kb() {
    let header = b">chr1 all\n";
    let byte = |base: u64| header.len() as u64 + base / 60 * 61 + base % 60;
    // Whole lines around the locus.
    let first = AT / 60 * 60;
    let lines: Vec<u8> = (0..LOCUS / 60 + 3)
        .flat_map(|_| [&b"ACGTN".repeat(12)[..], b"\n"].concat())
        .collect();
    let size = byte(GENOME - 1) + 2;
    let parts = [(0, &header[..]), (byte(first), &lines), (size - 2, b"A\n")];
    let Some(file) = Sparse::new("g.fa", size, &parts) else {
        return;
    };
    let fai = format!("chr1\t{GENOME}\t{}\t60\t61\n", header.len());
    let (codes, read, held) = file.locus(Some(fai.as_bytes()));
    println!("FASTA: {read} bytes read, {held} bytes held");
    let wanted = (AT - first..)
        .take(LOCUS as usize)
        .map(|base| encode(b"ACGTN"[(base % 5) as usize]));
    assert!(codes.iter().copied().eq(wanted));
    assert!(codes.contains(&UNKNOWN));
    assert!(read < 200_000, "{read} bytes");
    assert!(held < 2 << 20, "{held} bytes");
}

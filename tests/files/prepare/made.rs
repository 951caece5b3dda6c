//! Small files of signal, written here from their formats' descriptions.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes every byte");
    encoder.finish().expect("memory takes every byte")
}

/// BGZF: gzip members of at most 64 KB that tell their length, and an empty one at the end.
pub fn bgzf(bytes: &[u8]) -> Vec<u8> {
    bgzf_blocks(bytes, 1 << 12).0
}

/// BGZF with blocks of `size` bytes, and where each begins.
fn bgzf_blocks(bytes: &[u8], size: usize) -> (Vec<u8>, Vec<u64>) {
    let mut packed = Vec::new();
    let mut starts = Vec::new();
    for block in bytes.chunks(size).chain([&[][..]]) {
        starts.push(packed.len() as u64);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(block).expect("memory takes every byte");
        let mut data = encoder.finish().expect("memory takes every byte");
        if block.is_empty() {
            data = vec![3, 0];
        }
        let mut crc = flate2::Crc::new();
        crc.update(block);
        packed.extend([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, b'B', b'C', 2, 0]);
        packed.extend((data.len() as u16 + 25).to_le_bytes());
        packed.extend(data);
        packed.extend(crc.sum().to_le_bytes());
        packed.extend((block.len() as u32).to_le_bytes());
    }
    (packed, starts)
}

/// A chromosome: name, length, and intervals with their values.
pub type Track<'a> = (&'a str, u32, &'a [(u32, u32, f32)]);

/// bigWig with blocks of two intervals, packed; leaves of three blocks below one root.
pub fn bigwig(chromosomes: &[Track<'_>]) -> Vec<u8> {
    bigwig_with(chromosomes, true, false)
}

/// bigWig, its blocks packed or not, of either byte order.
pub fn bigwig_with(chromosomes: &[Track<'_>], packed: bool, big_endian: bool) -> Vec<u8> {
    let mut file = Numbers {
        bytes: vec![0; 64],
        big_endian,
    };
    // B+ tree of chromosomes: one leaf.
    let tree = file.bytes.len() as u64;
    let key = chromosomes.iter().map(|(name, ..)| name.len()).max().unwrap_or(1);
    file.u32s(&[0x78ca_8c91, chromosomes.len() as u32, key as u32, 8]);
    file.u64(chromosomes.len() as u64);
    file.u64(0);
    file.bytes.extend([1, 0]);
    file.u16(chromosomes.len() as u16);
    for (number, (name, length, _)) in chromosomes.iter().enumerate() {
        let mut padded = name.as_bytes().to_vec();
        padded.resize(key, 0);
        file.bytes.extend(padded);
        file.u32s(&[number as u32, *length]);
    }
    // Blocks.
    let data = file.bytes.len() as u64;
    let mut blocks = Vec::new();
    for (number, (_, _, intervals)) in chromosomes.iter().enumerate() {
        for part in intervals.chunks(2) {
            let (start, end) = (part[0].0, part[part.len() - 1].1);
            let mut block = Numbers {
                bytes: Vec::new(),
                big_endian,
            };
            block.u32s(&[number as u32, start, end, 0, 0]);
            block.bytes.extend([1, 0]);
            block.u16(part.len() as u16);
            for &(start, end, value) in part {
                block.u32s(&[start, end, value.to_bits()]);
            }
            let bytes = if packed {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(&block.bytes).expect("memory takes every byte");
                encoder.finish().expect("memory takes every byte")
            } else {
                block.bytes
            };
            let offset = file.bytes.len() as u64;
            blocks.push(([number as u32, start, number as u32, end], offset, bytes.len() as u64));
            file.bytes.extend(bytes);
        }
    }
    // R tree: a root above leaves of three blocks.
    let index = file.bytes.len() as u64;
    file.u32s(&[0x2468_ace0, 3]);
    file.u64(blocks.len() as u64);
    file.u32s(&[0, 0, 0, 0]);
    file.u64(index);
    file.u32s(&[2, 0]);
    let leaves: Vec<_> = blocks.chunks(3).collect();
    let mut offset = file.bytes.len() as u64 + 4 + 24 * leaves.len() as u64;
    file.bytes.extend([0, 0]);
    file.u16(leaves.len() as u16);
    for leaf in &leaves {
        let (first, last) = (leaf[0].0, leaf[leaf.len() - 1].0);
        file.u32s(&[first[0], first[1], last[2], last[3]]);
        file.u64(offset);
        offset += 4 + 32 * leaf.len() as u64;
    }
    for leaf in leaves {
        file.bytes.extend([1, 0]);
        file.u16(leaf.len() as u16);
        for (region, offset, size) in leaf {
            file.u32s(region);
            file.u64(*offset);
            file.u64(*size);
        }
    }
    let mut header = Numbers {
        bytes: Vec::new(),
        big_endian,
    };
    header.u32s(&[0x888f_fc26]);
    header.u16(4);
    header.u16(0);
    for offset in [tree, data, index] {
        header.u64(offset);
    }
    header.u16(0);
    header.u16(0);
    header.u64(0);
    header.u64(0);
    header.u32s(&[if packed { 1 << 12 } else { 0 }]);
    header.u64(0);
    file.bytes[..64].copy_from_slice(&header.bytes);
    file.bytes
}

struct Numbers {
    bytes: Vec<u8>,
    big_endian: bool,
}

impl Numbers {
    fn u16(&mut self, number: u16) {
        let bytes = match self.big_endian {
            true => number.to_be_bytes(),
            false => number.to_le_bytes(),
        };
        self.bytes.extend(bytes);
    }

    fn u32s(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.bytes.extend(match self.big_endian {
                true => number.to_be_bytes(),
                false => number.to_le_bytes(),
            });
        }
    }

    fn u64(&mut self, number: u64) {
        self.bytes.extend(match self.big_endian {
            true => number.to_be_bytes(),
            false => number.to_le_bytes(),
        });
    }
}

/// A read: chromosome, start, operations (length and kind), mapping quality, flags.
#[derive(Debug, Clone)]
pub struct Read {
    pub chromosome: i32,
    pub start: i32,
    pub operations: Vec<(u32, char)>,
    pub mapq: u8,
    pub flags: u16,
}

/// A read of `length` matching bases.
pub fn read(chromosome: i32, start: i32, length: u32) -> Read {
    Read {
        chromosome,
        start,
        operations: vec![(length, 'M')],
        mapq: 60,
        flags: 0,
    }
}

/// BAM with small blocks, and its index. Reads are in the order of the genome where the index is to be right.
pub fn bam(chromosomes: &[(&str, u32)], reads: &[Read]) -> (Vec<u8>, Vec<u8>) {
    let (plain, placed) = plain_bam(chromosomes, reads);
    // For each chromosome and 16,384 bases: where the first read is that overlaps them.
    let mut first: Vec<Vec<Option<usize>>> = vec![Vec::new(); chromosomes.len()];
    for Placed {
        chromosome,
        start,
        end,
        at,
    } in placed
    {
        let windows = &mut first[chromosome];
        for window in start >> 14..=(end - 1) >> 14 {
            if windows.len() <= window {
                windows.resize(window + 1, None);
            }
            windows[window].get_or_insert(at);
        }
    }
    let (packed, starts) = bgzf_blocks(&plain, BLOCK);
    let mut index = b"BAI\x01".to_vec();
    index.extend((chromosomes.len() as u32).to_le_bytes());
    for windows in first {
        // One bin with a chunk, which counting does not need.
        index.extend(1_u32.to_le_bytes());
        index.extend(4_681_u32.to_le_bytes());
        index.extend(1_u32.to_le_bytes());
        index.extend([0; 16]);
        index.extend((windows.len() as u32).to_le_bytes());
        for at in windows {
            index.extend(at.map_or(0, |at| virtual_place(&starts, at)).to_le_bytes());
        }
    }
    (packed, index)
}

/// The `.csi` of the same BAM file, with bins of 16,384 bases and more, before it is packed.
pub fn csi(chromosomes: &[(&str, u32)], reads: &[Read]) -> Vec<u8> {
    const DEPTH: u32 = 6;
    let (plain, placed) = plain_bam(chromosomes, reads);
    let (_, starts) = bgzf_blocks(&plain, BLOCK);
    let mut index = b"CSI\x01".to_vec();
    for word in [14, DEPTH, 0, chromosomes.len() as u32] {
        index.extend(word.to_le_bytes());
    }
    for wanted in 0..chromosomes.len() {
        let placed: Vec<&Placed> = placed.iter().filter(|read| read.chromosome == wanted).collect();
        // The bin of a read is the smallest that holds all of it.
        let mut bins = std::collections::BTreeMap::<u32, (usize, Vec<usize>)>::new();
        for read in &placed {
            let level = (0..=DEPTH).rev().find(|level| {
                let shift = 14 + 3 * (DEPTH - level);
                read.start >> shift == (read.end - 1) >> shift
            });
            let level = level.expect("the first bin holds everything");
            let shift = 14 + 3 * (DEPTH - level);
            let number = ((1_u32 << (3 * level)) - 1) / 7 + (read.start >> shift) as u32;
            let bin = read.start >> shift << shift;
            let overlaps = |other: &&&Placed| other.start < bin + (1 << shift) && other.end > bin;
            let first = placed.iter().find(overlaps).expect("the read itself").at;
            bins.entry(number).or_insert((first, Vec::new())).1.push(read.at);
        }
        index.extend((bins.len() as u32 + 1).to_le_bytes());
        for (number, (first, reads)) in bins {
            index.extend(number.to_le_bytes());
            index.extend(virtual_place(&starts, first).to_le_bytes());
            index.extend((reads.len() as u32).to_le_bytes());
            for at in reads {
                index.extend(virtual_place(&starts, at).to_le_bytes());
                index.extend(u64::MAX.to_le_bytes());
            }
        }
        // The bin behind all others counts reads.
        index.extend((((1_u32 << (3 * (DEPTH + 1))) - 1) / 7 + 1).to_le_bytes());
        index.extend(0_u64.to_le_bytes());
        index.extend(2_u32.to_le_bytes());
        index.extend([0; 32]);
    }
    index
}

/// Bytes of a block of a made BAM file, before it is packed.
const BLOCK: usize = 100;

/// The place in the packed file of a byte of the unpacked one.
fn virtual_place(starts: &[u64], at: usize) -> u64 {
    starts[at / BLOCK] << 16 | (at % BLOCK) as u64
}

/// A read that has a place: its chromosome, its bases, and where its record begins.
struct Placed {
    chromosome: usize,
    start: usize,
    end: usize,
    at: usize,
}

/// A BAM file before it is packed.
fn plain_bam(chromosomes: &[(&str, u32)], reads: &[Read]) -> (Vec<u8>, Vec<Placed>) {
    let mut plain = b"BAM\x01".to_vec();
    let header = "@HD\tVN:1.6\tSO:coordinate\n";
    plain.extend((header.len() as u32).to_le_bytes());
    plain.extend(header.bytes());
    plain.extend((chromosomes.len() as u32).to_le_bytes());
    for (name, length) in chromosomes {
        plain.extend((name.len() as u32 + 1).to_le_bytes());
        plain.extend(name.bytes().chain([0]));
        plain.extend(length.to_le_bytes());
    }
    let mut placed = Vec::new();
    for read in reads {
        let at = plain.len();
        let record = record(read);
        plain.extend((record.len() as u32).to_le_bytes());
        plain.extend(record);
        if let (Ok(chromosome), Ok(start)) = (usize::try_from(read.chromosome), usize::try_from(read.start)) {
            let end = start + length(read).max(1);
            placed.push(Placed {
                chromosome,
                start,
                end,
                at,
            });
        }
    }
    (plain, placed)
}

fn length(read: &Read) -> usize {
    let operations = read.operations.iter();
    let taken = operations.filter(|(_, kind)| "MDN=X".contains(*kind));
    taken.map(|(length, _)| *length as usize).sum()
}

fn record(read: &Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(read.chromosome.to_le_bytes());
    bytes.extend(read.start.to_le_bytes());
    bytes.extend([2, read.mapq, 0, 0]);
    bytes.extend((read.operations.len() as u16).to_le_bytes());
    bytes.extend(read.flags.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend((-1_i32).to_le_bytes());
    bytes.extend((-1_i32).to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(b"r\0");
    for (length, kind) in &read.operations {
        let kind = "MIDNSHP=X".find(*kind).expect("an operation") as u32;
        bytes.extend((length << 4 | kind).to_le_bytes());
    }
    bytes
}

/// A file with nodes at every fourth byte behind its end, each of which claims `count` entries of `width` bytes.
fn with_overlapping_nodes(file: &mut Vec<u8>, nodes: u64, count: u8, width: usize, child: impl Fn(&mut Vec<u8>, u64)) {
    file.extend([0, 0]);
    file.extend((nodes as u16).to_le_bytes());
    let first = file.len() as u64 + nodes * 24;
    for node in 0..nodes {
        child(file, first + 4 * node);
    }
    file.resize(first as usize, 0);
    for _ in 0..nodes + (usize::from(count) * width / 4) as u64 + 1 {
        file.extend([1, 0, count, 0]);
    }
}

/// A bigWig file whose list of chromosomes, and one whose index of blocks, has so many nodes that overlap.
pub fn bigwigs_with_overlapping_nodes(sound: &[u8], nodes: u64) -> [Vec<u8>; 2] {
    // Chromosomes: a node above leaves, entries of a name of 16 bytes, so that children take 24.
    let mut chromosomes = sound.to_vec();
    let tree = chromosomes.len() as u64;
    for number in [0x78ca_8c91_u32, 256, 16, 8, 1, 0, 0, 0] {
        chromosomes.extend(number.to_le_bytes());
    }
    with_overlapping_nodes(&mut chromosomes, nodes, 255, 24, |file, place| {
        file.extend([b'c'; 16]);
        file.extend(place.to_le_bytes());
    });
    chromosomes[8..16].copy_from_slice(&tree.to_le_bytes());

    // Blocks: all children may have the genes' bases.
    let mut blocks = sound.to_vec();
    let index = u64::from_le_bytes(blocks[24..32].try_into().expect("eight")) as usize;
    let tree = blocks.len() as u64;
    blocks.extend_from_within(index..index + 48);
    with_overlapping_nodes(&mut blocks, nodes, 255, 32, |file, place| {
        for number in [0_u32, 0, 0, 1_000] {
            file.extend(number.to_le_bytes());
        }
        file.extend(place.to_le_bytes());
    });
    blocks[24..32].copy_from_slice(&tree.to_le_bytes());
    [chromosomes, blocks]
}

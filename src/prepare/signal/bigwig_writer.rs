//! bigWig files of predicted tracks. The layout is that of the [reader](super::bigwig). There are no zoom levels;
//! programs compute them if they are missing.
//!
//! Kept by hand: bigtools writes natively only, and the page writes too.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::bigwig::{CHROMOSOMES_MAGIC, INDEX_MAGIC, MAGIC};

/// Values a block.
const ITEMS: usize = 1024;

/// Most entries of a node of a tree: their number has 16 bits.
const NODE: usize = u16::MAX as usize;

/// Bins of one chromosome, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// Its name.
    pub chromosome: &'a str,
    /// Its length in base pairs.
    pub length: u32,
    /// The first base of the first bin, counted from 0.
    pub start: u32,
    /// Values; NaN stands for none.
    pub values: &'a [f32],
}

/// A block of data, packed.
struct Section {
    chromosome: u32,
    start: u32,
    end: u32,
    packed: Vec<u8>,
}

/// The bytes of a bigWig file of bins of `size` base pairs; a chromosome stands in one stretch. A bin ends with its
/// chromosome.
pub fn write(stretches: &[Stretch<'_>], size: u32) -> Vec<u8> {
    let mut stretches: Vec<&Stretch<'_>> = stretches.iter().collect();
    // The tree of chromosomes is searched by name.
    stretches.sort_by_key(|stretch| stretch.chromosome);
    let mut summary = Summary::default();
    let mut sections = Vec::new();
    let mut unpacked = 0;
    for (number, stretch) in stretches.iter().enumerate() {
        let bins = stretch.values.iter().enumerate().filter_map(|(bin, &value)| {
            let start = stretch.start + bin as u32 * size;
            let end = (start + size).min(stretch.length);
            (!value.is_nan() && start < end).then_some((start, end, value))
        });
        let bins: Vec<(u32, u32, f32)> = bins.collect();
        for items in bins.chunks(ITEMS) {
            items.iter().for_each(|&item| summary.add(item));
            let section = Section::new(number as u32, items, &mut unpacked);
            sections.push(section);
        }
    }
    file(&stretches, &sections, &summary, unpacked)
}

impl Section {
    fn new(chromosome: u32, items: &[(u32, u32, f32)], unpacked: &mut u32) -> Self {
        let (start, end) = (items[0].0, items[items.len() - 1].1);
        let mut bytes = Vec::with_capacity(24 + 12 * items.len());
        for word in [chromosome, start, end, 0, 0] {
            bytes.extend(word.to_le_bytes());
        }
        // Kind 1: start, end and value each.
        bytes.extend([1, 0]);
        bytes.extend((items.len() as u16).to_le_bytes());
        for (start, end, value) in items {
            bytes.extend(start.to_le_bytes());
            bytes.extend(end.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        *unpacked = (*unpacked).max(bytes.len() as u32);
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        let packed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
        Self {
            chromosome,
            start,
            end,
            packed: packed.expect("memory takes any bytes"),
        }
    }
}

/// Summary of the whole file.
struct Summary {
    bases: u64,
    least: f64,
    most: f64,
    sum: f64,
    squares: f64,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            bases: 0,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            sum: 0.0,
            squares: 0.0,
        }
    }
}

impl Summary {
    fn add(&mut self, (start, end, value): (u32, u32, f32)) {
        let (bases, value) = (u64::from(end - start), f64::from(value));
        self.bases += bases;
        self.least = self.least.min(value);
        self.most = self.most.max(value);
        self.sum += value * bases as f64;
        self.squares += value * value * bases as f64;
    }

    fn bytes(&self) -> Vec<u8> {
        let empty = self.bases == 0;
        let or_zero = |value: f64| if empty { 0.0 } else { value };
        let mut bytes = self.bases.to_le_bytes().to_vec();
        for value in [or_zero(self.least), or_zero(self.most), self.sum, self.squares] {
            bytes.extend(value.to_le_bytes());
        }
        bytes
    }
}

fn file(chromosomes: &[&Stretch<'_>], sections: &[Section], summary: &Summary, unpacked: u32) -> Vec<u8> {
    let key = chromosomes.iter().map(|one| one.chromosome.len()).max();
    let key = key.unwrap_or(1).max(1);
    let summary_at = 64_u64;
    let chromosomes_at = summary_at + 40;
    let data_at = chromosomes_at + 32 + tree_size(chromosomes.len(), [key + 8; 2]) as u64;
    let packed: u64 = sections.iter().map(|one| one.packed.len() as u64).sum();
    let index_at = data_at + 8 + packed;

    let mut bytes = Vec::with_capacity(index_at as usize + 64 + 32 * sections.len());
    put_32(&mut bytes, &[MAGIC]);
    put_16(&mut bytes, &[4, 0]); // version, zoom levels
    put_64(&mut bytes, &[chromosomes_at, data_at, index_at]);
    put_16(&mut bytes, &[0, 0]); // fields, of bigBed
    put_64(&mut bytes, &[0, summary_at]);
    put_32(&mut bytes, &[unpacked]);
    put_64(&mut bytes, &[0]);
    bytes.extend(summary.bytes());

    let block = chromosomes.len().min(NODE) as u32;
    put_32(&mut bytes, &[CHROMOSOMES_MAGIC, block, key as u32, 8]);
    put_64(&mut bytes, &[chromosomes.len() as u64, 0]);
    let name = |bytes: &mut Vec<u8>, one: &Stretch<'_>| {
        let end = bytes.len() + key;
        bytes.extend(one.chromosome.as_bytes());
        bytes.resize(end, 0);
    };
    let numbered: Vec<(u32, &Stretch<'_>)> = (0..).zip(chromosomes.iter().copied()).collect();
    let of_leaf = |bytes: &mut Vec<u8>, leaf: &[(u32, &Stretch<'_>)]| name(bytes, leaf[0].1);
    tree(&mut bytes, &numbered, [key + 8; 2], of_leaf, |bytes, (number, one)| {
        name(bytes, one);
        put_32(bytes, &[*number, one.length]);
    });

    put_64(&mut bytes, &[sections.len() as u64]);
    let mut places = Vec::with_capacity(sections.len());
    for section in sections {
        places.push(bytes.len() as u64);
        bytes.extend(&section.packed);
    }

    let (first, last) = (sections.first(), sections.last());
    put_32(&mut bytes, &[INDEX_MAGIC, sections.len().max(256) as u32]);
    put_64(&mut bytes, &[sections.len() as u64]);
    let start = first.map_or([0, 0], |one| [one.chromosome, one.start]);
    let end = last.map_or([0, 0], |one| [one.chromosome, one.end]);
    put_32(&mut bytes, &[start[0], start[1], end[0], end[1]]);
    put_64(&mut bytes, &[index_at]);
    put_32(&mut bytes, &[1, 0]);
    let placed: Vec<(&Section, u64)> = sections.iter().zip(places).collect();
    let of_leaf = |bytes: &mut Vec<u8>, leaf: &[(&Section, u64)]| {
        let (first, last) = (leaf[0].0, leaf[leaf.len() - 1].0);
        put_32(bytes, &[first.chromosome, first.start, last.chromosome, last.end]);
    };
    tree(&mut bytes, &placed, [24, 32], of_leaf, |bytes, (one, at)| {
        put_32(bytes, &[one.chromosome, one.start, one.chromosome, one.end]);
        put_64(bytes, &[*at, one.packed.len() as u64]);
    });
    put_32(&mut bytes, &[MAGIC]);
    bytes
}

/// Writes a tree: one leaf where it takes all entries, else a root and its leaves. `sizes` are the bytes of an entry of
/// the root and of a leaf; `of_leaf` writes the root's entry of a leaf up to its place, which comes last.
fn tree<T>(
    bytes: &mut Vec<u8>,
    entries: &[T],
    sizes: [usize; 2],
    of_leaf: impl Fn(&mut Vec<u8>, &[T]),
    of_entry: impl Fn(&mut Vec<u8>, &T),
) {
    if entries.len() > NODE {
        let leaves = entries.chunks(NODE);
        let mut at = bytes.len() + 4 + leaves.len() * sizes[0];
        bytes.extend([0, 0]);
        put_16(bytes, &[leaves.len() as u16]);
        for leaf in leaves {
            of_leaf(bytes, leaf);
            put_64(bytes, &[at as u64]);
            at += 4 + leaf.len() * sizes[1];
        }
    }
    // A tree without an entry is one leaf.
    let (first, others) = entries.split_at(entries.len().min(NODE));
    for leaf in std::iter::once(first).chain(others.chunks(NODE)) {
        bytes.extend([1, 0]);
        put_16(bytes, &[leaf.len() as u16]);
        leaf.iter().for_each(|entry| of_entry(bytes, entry));
    }
}

/// The bytes of a tree.
fn tree_size(entries: usize, sizes: [usize; 2]) -> usize {
    let leaves = entries.div_ceil(NODE).max(1);
    let root = if leaves > 1 { 4 + leaves * sizes[0] } else { 0 };
    root + 4 * leaves + entries * sizes[1]
}

fn put_16(bytes: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
}

fn put_32(bytes: &mut Vec<u8>, values: &[u32]) {
    values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
}

fn put_64(bytes: &mut Vec<u8>, values: &[u64]) {
    values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::bigwig::BigWig;
    use super::*;
    use crate::prepare::signal::Summary;
    use crate::prepare::window::Bins;

    #[test]
    fn more_chromosomes_and_blocks_than_a_node_takes_are_read_again() {
        let names: Vec<String> = (0..NODE + 2).map(|number| format!("scaffold_{number:06}")).collect();
        let values: Vec<f32> = (0..names.len()).map(|number| number as f32 + 1.0).collect();
        let stretches: Vec<Stretch<'_>> = names
            .iter()
            .zip(&values)
            .map(|(name, value)| Stretch {
                chromosome: name,
                length: 100,
                start: 0,
                values: std::slice::from_ref(value),
            })
            .collect();
        let mut file = BigWig::open("m.bw", Cursor::new(write(&stretches, 100))).unwrap();
        assert_eq!(file.chromosomes().len(), names.len());
        for wanted in [0, 1, NODE - 1, NODE, NODE + 1] {
            let at = file
                .chromosomes()
                .iter()
                .position(|one| one.name == names[wanted])
                .unwrap();
            let mut sums = [0.0];
            let bins = Bins {
                start: 0,
                size: 100,
                count: 1,
            };
            file.window(at, bins, Summary::Mean, &mut sums).unwrap();
            assert_eq!(sums, [100.0 * f64::from(values[wanted])], "{}", names[wanted]);
        }
    }
}

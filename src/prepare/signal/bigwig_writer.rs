//! bigWig files of predicted tracks. The layout is that of the [reader](super::bigwig). There are no zoom levels;
//! programs compute them if they are missing.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::bigwig::{CHROMOSOMES_MAGIC, INDEX_MAGIC, MAGIC};

/// Values a block.
const ITEMS: usize = 1024;

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
    let data_at = chromosomes_at + 36 + (chromosomes.len() * (key + 8)) as u64;
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

    put_32(
        &mut bytes,
        &[CHROMOSOMES_MAGIC, chromosomes.len() as u32, key as u32, 8],
    );
    put_64(&mut bytes, &[chromosomes.len() as u64, 0]);
    bytes.extend([1, 0]);
    put_16(&mut bytes, &[chromosomes.len() as u16]);
    for (number, one) in chromosomes.iter().enumerate() {
        let end = bytes.len() + key;
        bytes.extend(one.chromosome.as_bytes());
        bytes.resize(end, 0);
        put_32(&mut bytes, &[number as u32, one.length]);
    }

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
    // One leaf takes 65,535 blocks: more than any genome has bins for.
    bytes.extend([1, 0]);
    put_16(&mut bytes, &[sections.len() as u16]);
    for (section, &at) in sections.iter().zip(&places) {
        let Section {
            chromosome,
            start,
            end,
            packed,
        } = section;
        put_32(&mut bytes, &[*chromosome, *start, *chromosome, *end]);
        put_64(&mut bytes, &[at, packed.len() as u64]);
    }
    put_32(&mut bytes, &[MAGIC]);
    bytes
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

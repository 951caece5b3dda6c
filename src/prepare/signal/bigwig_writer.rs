//! bigWig files of predicted tracks, in the layout of the [reader](super::bigwig); after the values come zoom levels,
//! from which browsers draw whole chromosomes, as in the output of UCSC's bedGraphToBigWig:
//!
//! ```text
//! header ─► zoom level: bases, … ─► summaries of ever more bins, in packed blocks
//!                           └─────► R tree of those blocks
//! ```
//!
//! Own writer: bigtools writes natively only, and the page writes too.

use std::iter::successors;

use miniz_oxide::deflate::{CompressionLevel, compress_to_vec_zlib};

use super::bigwig::{CHROMOSOMES_MAGIC, INDEX_MAGIC, MAGIC};

/// Values per block, and summaries per block.
const ITEMS: usize = 1024;
/// Largest number of entries of a tree's node.
const NODE: usize = 256;

/// Bytes of the header, and of each zoom level's header.
const HEADER_BYTES: usize = 64;
const LEVEL_BYTES: usize = 24;
/// Bytes of a value with its position.
const VALUE_BYTES: usize = 12;
/// Bytes of a summary with its position.
const SUMMARY_BYTES: usize = 32;

/// Smallest number of bases of a summary.
const FEWEST_BASES: u32 = 10;
/// Ratio of bases per summary between consecutive levels.
const REDUCTION: u32 = 4;
/// Largest number of zoom levels.
const LEVELS: usize = 10;

/// Consecutive bins of one chromosome.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// Its name.
    pub chromosome: &'a str,
    /// Its length in base pairs.
    pub length: u32,
    /// The first base of the first bin, counted from 0.
    pub start: u32,
    /// Values; NaN for none.
    pub values: &'a [f32],
}

/// A bin with a value.
struct Item {
    chromosome: u32,
    /// Its index in its stretch.
    bin: u32,
    start: u32,
    end: u32,
    value: f32,
}

/// Consecutive bins of a chromosome combined, from the first to the last one with a value.
#[derive(Clone)]
struct Record {
    chromosome: u32,
    /// Its index in its zoom level and stretch.
    number: u32,
    start: u32,
    end: u32,
    summary: Summary,
}

/// A zoom level.
struct Level {
    /// Bases per summary.
    bases: u32,
    records: Vec<Record>,
}

/// A compressed block of data.
struct Section {
    chromosome: u32,
    start: u32,
    end: u32,
    unpacked: usize,
    packed: Vec<u8>,
}

/// The bytes of a bigWig file with bins of `size` base pairs; each chromosome has one stretch. The last bin ends with
/// its chromosome.
pub fn write(stretches: &[Stretch<'_>], size: u32) -> Vec<u8> {
    let mut stretches: Vec<&Stretch<'_>> = stretches.iter().collect();
    // The tree of chromosomes is searched by name.
    stretches.sort_by_key(|stretch| stretch.chromosome);
    let mut summary = Summary::default();
    let mut sections = Vec::new();
    let mut count = 0;
    for stretch in (0..).zip(&stretches) {
        let items: Vec<Item> = items(stretch, size).collect();
        count += items.len();
        items.iter().for_each(|item| summary.merge(&Summary::of(item)));
        sections.extend(items.chunks(ITEMS).map(Section::of_items));
    }
    let levels = levels(&stretches, size, count);
    file(&stretches, &sections, &levels, &summary)
}

/// The bins of a stretch with a value.
fn items<'a>((chromosome, stretch): (u32, &'a &Stretch<'_>), size: u32) -> impl Iterator<Item = Item> + 'a {
    (0_u32..).zip(stretch.values).filter_map(move |(bin, &value)| {
        // A bin beyond the largest position is beyond its chromosome.
        let start = stretch.start.checked_add(bin.checked_mul(size)?)?;
        let end = start.saturating_add(size).min(stretch.length);
        (!value.is_nan() && start < end).then_some(Item {
            chromosome,
            bin,
            start,
            end,
            value,
        })
    })
}

/// The zoom levels, chosen as by UCSC's programs: the first takes at most half of the uncompressed size of the `count`
/// values, if any does, and each later one has fewer summaries than the one before.
fn levels(stretches: &[&Stretch<'_>], size: u32, count: usize) -> Vec<Level> {
    let records = |bins: u32| {
        let items = (0..).zip(stretches).flat_map(move |stretch| items(stretch, size));
        items.map(move |item| Record::of(&item, bins))
    };
    let fewest = FEWEST_BASES.div_ceil(size);
    let more = |&bins: &u32| {
        bins.checked_mul(REDUCTION)
            .filter(|bins| bins.checked_mul(size).is_some())
    };
    let takes_little = |&bins: &u32| {
        let mut before = None;
        let firsts = records(bins).filter(|record| before.replace(record.place()) != Some(record.place()));
        firsts.count() * SUMMARY_BYTES <= count * VALUE_BYTES / 2
    };
    let bins = successors(Some(fewest), more).find(takes_little).unwrap_or(fewest);
    let first = (count > 0).then(|| Level {
        bases: bins * size,
        records: joined(records(bins)),
    });
    successors(first, Level::reduced).take(LEVELS).collect()
}

impl Level {
    /// The next level, if any.
    fn reduced(&self) -> Option<Self> {
        let next = Self {
            bases: self.bases.checked_mul(REDUCTION)?,
            records: joined(self.records.iter().map(|record| Record {
                number: record.number / REDUCTION,
                ..record.clone()
            })),
        };
        (next.records.len() < self.records.len()).then_some(next)
    }
}

/// Combines consecutive records with the same number.
fn joined(records: impl Iterator<Item = Record>) -> Vec<Record> {
    let mut joined: Vec<Record> = Vec::new();
    for record in records {
        match joined.last_mut().filter(|last| last.place() == record.place()) {
            Some(last) => {
                last.end = record.end;
                last.summary.merge(&record.summary);
            }
            None => joined.push(record),
        }
    }
    joined
}

impl Record {
    fn of(item: &Item, bins: u32) -> Self {
        Self {
            chromosome: item.chromosome,
            number: item.bin / bins,
            start: item.start,
            end: item.end,
            summary: Summary::of(item),
        }
    }

    fn place(&self) -> (u32, u32) {
        (self.chromosome, self.number)
    }
}

impl Section {
    fn of_items(items: &[Item]) -> Self {
        let (first, last) = (&items[0], &items[items.len() - 1]);
        let mut bytes = Vec::with_capacity(24 + VALUE_BYTES * items.len());
        put_32(&mut bytes, &[first.chromosome, first.start, last.end, 0, 0]);
        // Kind 1: start, end and value each.
        bytes.extend([1, 0]);
        put_16(&mut bytes, &[items.len() as u16]);
        for item in items {
            put_32(&mut bytes, &[item.start, item.end, item.value.to_bits()]);
        }
        Self::new(first.chromosome, first.start, last.end, &bytes)
    }

    fn of_records(records: &[Record]) -> Self {
        let (first, last) = (&records[0], &records[records.len() - 1]);
        let mut bytes = Vec::with_capacity(SUMMARY_BYTES * records.len());
        for record in records {
            let of = &record.summary;
            put_32(
                &mut bytes,
                &[record.chromosome, record.start, record.end, of.bases as u32],
            );
            let values = [of.least, of.most, of.sum, of.squares];
            put_32(&mut bytes, &values.map(|value| (value as f32).to_bits()));
        }
        Self::new(first.chromosome, first.start, last.end, &bytes)
    }

    fn new(chromosome: u32, start: u32, end: u32, bytes: &[u8]) -> Self {
        Self {
            chromosome,
            start,
            end,
            unpacked: bytes.len(),
            // With an implementation that runs in WebAssembly as well, so that page and program write the same bytes.
            packed: compress_to_vec_zlib(bytes, CompressionLevel::DefaultLevel as u8),
        }
    }
}

/// Summary of values.
#[derive(Clone)]
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
    fn of(item: &Item) -> Self {
        let (bases, value) = (item.end - item.start, f64::from(item.value));
        Self {
            bases: u64::from(bases),
            least: value,
            most: value,
            sum: value * f64::from(bases),
            squares: value * value * f64::from(bases),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.bases += other.bases;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        self.sum += other.sum;
        self.squares += other.squares;
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

fn file(chromosomes: &[&Stretch<'_>], sections: &[Section], levels: &[Level], summary: &Summary) -> Vec<u8> {
    // The header is written last.
    let mut bytes = vec![0; HEADER_BYTES + LEVEL_BYTES * levels.len()];
    let summary_at = bytes.len() as u64;
    bytes.extend(summary.bytes());
    let chromosomes_at = bytes.len() as u64;
    put_chromosomes(&mut bytes, chromosomes);
    let data_at = bytes.len() as u64;
    put_64(&mut bytes, &[sections.len() as u64]);
    let index_at = put_sections(&mut bytes, sections, 1);

    let mut unpacked = sections.iter().map(|section| section.unpacked).max().unwrap_or(0);
    let mut of_levels = Vec::new();
    for Level { bases, records } in levels {
        let at = bytes.len() as u64;
        put_32(&mut bytes, &[records.len() as u32]);
        let of_chromosomes = records.chunk_by(|one, next| one.chromosome == next.chromosome);
        let blocks = of_chromosomes.flat_map(|records| records.chunks(ITEMS));
        let sections: Vec<Section> = blocks.map(Section::of_records).collect();
        unpacked = sections
            .iter()
            .map(|section| section.unpacked)
            .fold(unpacked, usize::max);
        put_32(&mut of_levels, &[*bases, 0]);
        let index_at = put_sections(&mut bytes, &sections, ITEMS as u32);
        put_64(&mut of_levels, &[at, index_at]);
    }
    put_32(&mut bytes, &[MAGIC]);

    let mut header = Vec::new();
    put_32(&mut header, &[MAGIC]);
    put_16(&mut header, &[4, levels.len() as u16]); // version, zoom levels
    put_64(&mut header, &[chromosomes_at, data_at, index_at]);
    put_16(&mut header, &[0, 0]); // fields, of bigBed
    put_64(&mut header, &[0, summary_at]);
    put_32(&mut header, &[unpacked as u32]);
    put_64(&mut header, &[0]);
    header.extend(of_levels);
    bytes[..header.len()].copy_from_slice(&header);
    bytes
}

fn put_chromosomes(bytes: &mut Vec<u8>, chromosomes: &[&Stretch<'_>]) {
    let key = chromosomes.iter().map(|one| one.chromosome.len()).max();
    let key = key.unwrap_or(1).max(1);
    put_32(bytes, &[CHROMOSOMES_MAGIC, NODE as u32, key as u32, 8]);
    put_64(bytes, &[chromosomes.len() as u64, 0]);
    let name = |bytes: &mut Vec<u8>, one: &Stretch<'_>| {
        let end = bytes.len() + key;
        bytes.extend(one.chromosome.as_bytes());
        bytes.resize(end, 0);
    };
    let numbered: Vec<(u32, &Stretch<'_>)> = (0..).zip(chromosomes.iter().copied()).collect();
    let of_node = |bytes: &mut Vec<u8>, below: &[(u32, &Stretch<'_>)]| name(bytes, below[0].1);
    tree(bytes, &numbered, [key + 8; 2], of_node, |bytes, (number, one)| {
        name(bytes, one);
        put_32(bytes, &[*number, one.length]);
    });
}

/// Writes blocks and their index, and returns the offset of the index.
fn put_sections(bytes: &mut Vec<u8>, sections: &[Section], items: u32) -> u64 {
    let mut placed = Vec::with_capacity(sections.len());
    for section in sections {
        placed.push((section, bytes.len() as u64));
        bytes.extend(&section.packed);
    }
    let index_at = bytes.len() as u64;
    let spanned = |bytes: &mut Vec<u8>, of: &[(&Section, u64)]| {
        let ends = of.first().zip(of.last());
        let [start, end] = ends.map_or([[0; 2]; 2], |((first, _), (last, _))| {
            [[first.chromosome, first.start], [last.chromosome, last.end]]
        });
        put_32(bytes, &[start[0], start[1], end[0], end[1]]);
    };
    put_32(bytes, &[INDEX_MAGIC, NODE as u32]);
    put_64(bytes, &[sections.len() as u64]);
    spanned(bytes, &placed);
    put_64(bytes, &[index_at]);
    put_32(bytes, &[items, 0]);
    tree(bytes, &placed, [24, 32], spanned, |bytes, (section, at)| {
        put_32(
            bytes,
            &[section.chromosome, section.start, section.chromosome, section.end],
        );
        put_64(bytes, &[*at, section.packed.len() as u64]);
    });
    index_at
}

/// Writes a tree, from root to leaves. `sizes` are the bytes of an entry of an inner node and of a leaf; `of_node`
/// writes an inner node's entry, given the entries below it, except its offset, which comes last.
fn tree<T>(
    bytes: &mut Vec<u8>,
    entries: &[T],
    sizes: [usize; 2],
    of_node: impl Fn(&mut Vec<u8>, &[T]),
    of_entry: impl Fn(&mut Vec<u8>, &T),
) {
    // Number of entries below a node, by level.
    let more = |below: &usize| (*below < entries.len()).then(|| below * NODE);
    let levels: Vec<usize> = successors(Some(NODE), more).collect();
    for &below_node in levels[1..].iter().rev() {
        let below = below_node / NODE;
        let size = if below == NODE { sizes[1] } else { sizes[0] };
        let (nodes, children) = (entries.len().div_ceil(below_node), entries.len().div_ceil(below));
        let mut at = bytes.len() + 4 * nodes + sizes[0] * children;
        for node in entries.chunks(below_node) {
            bytes.extend([0, 0]);
            put_16(bytes, &[node.len().div_ceil(below) as u16]);
            for child in node.chunks(below) {
                of_node(bytes, child);
                put_64(bytes, &[at as u64]);
                at += 4 + size * child.len().div_ceil(below / NODE);
            }
        }
    }
    // A tree without entries is a single leaf.
    let (first, others) = entries.split_at(entries.len().min(NODE));
    for leaf in std::iter::once(first).chain(others.chunks(NODE)) {
        bytes.extend([1, 0]);
        put_16(bytes, &[leaf.len() as u16]);
        leaf.iter().for_each(|entry| of_entry(bytes, entry));
    }
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
    use super::super::bigwig::tests::Zoomed;
    use super::*;
    use crate::prepare::signal::Summary;
    use crate::prepare::window::Bins;

    fn opened(stretches: &[Stretch<'_>], size: u32) -> BigWig<Cursor<Vec<u8>>> {
        let bytes = write(stretches, size);
        assert!(bytes == write(stretches, size), "twice the same bytes");
        BigWig::open("m.bw", Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn more_chromosomes_and_blocks_than_a_node_of_nodes_takes_are_read_again() {
        let names: Vec<String> = (0..NODE * NODE + 2)
            .map(|number| format!("scaffold_{number:06}"))
            .collect();
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
        let mut file = opened(&stretches, 100);
        assert_eq!(file.chromosomes().len(), names.len());
        for wanted in [0, 1, NODE - 1, NODE, NODE * NODE - 1, NODE * NODE, NODE * NODE + 1] {
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
            // No level has fewer summaries than one a chromosome.
            let levels = file.zoom_levels(at, 0, 100);
            let value = values[wanted];
            let values = [value, value, 100.0 * value, 100.0 * value * value];
            let (start, end, bases) = (0, 100, 100);
            assert_eq!(
                levels,
                [(
                    100,
                    vec![Zoomed {
                        start,
                        end,
                        bases,
                        values
                    }]
                )]
            );
        }
    }

    /// Summaries that a zoom level of `bins` bins must have of a stretch.
    fn expected(stretch: &Stretch<'_>, size: u32, bins: usize) -> Vec<Zoomed> {
        let mut expected = Vec::new();
        for (number, values) in stretch.values.chunks(bins).enumerate() {
            let first = stretch.start + (number * bins) as u32 * size;
            let of_base = (0..values.len() as u32 * size).filter_map(|base| {
                let value = values[(base / size) as usize];
                (!value.is_nan() && first + base < stretch.length).then_some((first + base, f64::from(value)))
            });
            let of_base: Vec<(u32, f64)> = of_base.collect();
            let (Some(&(start, _)), Some(&(last, _))) = (of_base.first(), of_base.last()) else {
                continue;
            };
            let values = || of_base.iter().map(|&(_, value)| value);
            let squares: f64 = values().map(|value| value * value).sum();
            let all = [
                values().fold(f64::INFINITY, f64::min),
                values().fold(f64::NEG_INFINITY, f64::max),
                values().sum(),
                squares,
            ];
            expected.push(Zoomed {
                start,
                end: last + 1,
                bases: of_base.len() as u32,
                values: all.map(|value| value as f32),
            });
        }
        expected
    }

    #[test]
    fn zoom_levels_summarise_all_bins_with_a_value() {
        // Quarters, so that sums are the same in any order.
        let dense: Vec<f32> = (0..40_000).map(|bin| ((bin * 7) % 31) as f32 * 0.25 - 2.0).collect();
        let mut gaps = dense.clone();
        for (bin, value) in gaps.iter_mut().enumerate() {
            if bin % 5000 > 900 || bin % 11 == 3 {
                *value = f32::NAN;
            }
        }
        for size in [1, 3, 128] {
            let stretches = [
                // The last bin ends with its chromosome, if it is longer than a base.
                Stretch {
                    chromosome: "chr1",
                    length: 77 + 40_000 * size - size / 2,
                    start: 77,
                    values: &dense,
                },
                Stretch {
                    chromosome: "chr2",
                    length: 40_000 * size,
                    start: 0,
                    values: &gaps,
                },
            ];
            let mut file = opened(&stretches, size);
            for (chromosome, stretch) in stretches.iter().enumerate() {
                let levels = file.zoom_levels(chromosome, 0, stretch.length);
                assert!((5..=LEVELS).contains(&levels.len()), "{size}: {} levels", levels.len());
                for (level, (bases, found)) in levels.iter().enumerate() {
                    assert_eq!(*bases, levels[0].0 * REDUCTION.pow(level as u32), "{size}");
                    let expected = expected(stretch, size, (bases / size) as usize);
                    assert!(*found == expected, "{size}, {}, {bases} bases", stretch.chromosome);
                }
                assert!(levels[levels.len() - 1].1.len() <= 4, "{size}");
            }
            // A single place gives no more than the block that has it.
            let first = &file.zoom_levels(0, 0, u32::MAX)[0].1;
            assert!(first.len() > ITEMS, "{size}: {}", first.len());
            let last = first[first.len() - 1].start;
            let block = &file.zoom_levels(0, last, last + 1)[0].1;
            assert!(*block == first[first.len() / ITEMS * ITEMS..], "{size}");
        }
    }

    #[test]
    fn the_first_zoom_level_takes_half_of_the_room_of_the_values_at_most() {
        let first = |values: &[f32], size: u32| {
            let stretch = Stretch {
                chromosome: "chr1",
                length: u32::MAX,
                start: 0,
                values,
            };
            opened(&[stretch], size).zoom_levels(0, 0, u32::MAX)[0].0
        };
        let dense = vec![1.0; 10_000];
        assert_eq!(first(&dense, 1), 10);
        assert_eq!(first(&dense, 128), 16 * 128);
        let mut sparse = vec![f32::NAN; 10_000];
        sparse.iter_mut().step_by(50).for_each(|value| *value = 1.0);
        assert_eq!(first(&sparse, 128), 1024 * 128);
        // One summary takes more than half of the room of one value; and no level is of more bases than there are.
        assert_eq!(first(&[1.0], 1), 10);
        assert_eq!(first(&[1.0], 1 << 31), 1 << 31);
    }

    /// Places are of 32 bits: a bin that would begin beyond them does not come back at the chromosome's begin.
    #[test]
    fn bins_at_the_end_of_the_longest_chromosome_end_with_it() {
        let values = [1.0_f32; 40];
        for start in [u32::MAX - 2_000, u32::MAX - 100] {
            let stretch = Stretch {
                chromosome: "chr1",
                length: u32::MAX,
                start,
                values: &values,
            };
            let found: Vec<(u32, u32)> = items((0, &&stretch), 128).map(|item| (item.start, item.end)).collect();
            let wanted = (u32::MAX - start).div_ceil(128);
            assert_eq!(found.len() as u32, wanted);
            assert_eq!(found[0].0, start);
            assert_eq!(found[found.len() - 1].1, u32::MAX);
            assert!(found.iter().all(|(from, to)| from < to && *from >= start));
            assert!(!write(&[stretch], 128).is_empty());
        }
        let far: Vec<f32> = vec![f32::NAN, 2.0];
        let stretch = Stretch {
            chromosome: "chr1",
            length: u32::MAX,
            start: 5,
            values: &far,
        };
        assert_eq!(items((0, &&stretch), u32::MAX).count(), 0);
    }

    #[test]
    fn a_file_without_values_has_no_zoom_levels() {
        for values in [&[][..], &[f32::NAN; 3]] {
            let stretch = Stretch {
                chromosome: "chr1",
                length: 1000,
                start: 0,
                values,
            };
            assert_eq!(opened(&[stretch], 128).zoom_levels(0, 0, 1000), []);
        }
    }

    #[test]
    fn the_bytes_are_those_that_are_written_in_webassembly() {
        let values: Vec<f32> = (0..1000_u16).map(|bin| f32::from(bin % 7)).collect();
        let stretch = Stretch {
            chromosome: "chr1",
            length: 100_000,
            start: 0,
            values: &values,
        };
        // tests/packages/node.test.mjs has the package write the same.
        let kept = include_bytes!("../../../tests/files/prepare/written.bw");
        assert!(
            write(&[stretch], 100) == kept,
            "other bytes than those of tests/files/prepare/written.bw"
        );
    }
}

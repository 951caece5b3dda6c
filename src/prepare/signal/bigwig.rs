//! bigWig: values of bases in compressed blocks, indexed by an R tree.
//!
//! ```text
//! header ─► B+ tree of chromosomes: name, number, length
//!    └────► R tree: chromosome and bases ─► block ─ inflate ─► section: start, end, value
//! ```
//!
//! Kent et al., Bioinformatics 26(17), 2010, doi 10.1093/bioinformatics/btq351, and its supplement. All offsets,
//! lengths and counts of the file are checked before use; trees with loops are refused.
//!
//! Own reader: bigtools 0.5 asserts on numbers of the file, and its libdeflater is C, which WebAssembly cannot link.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{Read, Seek, SeekFrom};
use std::rc::Rc;

use flate2::{Decompress, FlushDecompress, Status};

use super::{Summary, add_signal, signal};
use crate::input::Budget;
use crate::prepare::chromosome::Chromosome;
use crate::prepare::error::{PrepareError, PrepareProblem, of_io};
use crate::prepare::window::Bins;

pub(super) const MAGIC: u32 = 0x888f_fc26;
pub(super) const CHROMOSOMES_MAGIC: u32 = 0x78ca_8c91;
pub(super) const INDEX_MAGIC: u32 = 0x2468_ace0;

/// Largest decompressed block, in bytes. UCSC's have 12 KB; a block counts its values in 16 bits, and so has less than
/// 1 MB.
const BLOCK_LIMIT: u64 = 8 << 20;

/// Largest size of the data of a file without values: their number, and the magic number again.
const EMPTY_DATA: u64 = 16;
/// Decompressed blocks in the cache: windows of neighbouring genes share them.
const KEPT_BLOCKS: usize = 8;
/// Largest number of cached R tree entries: 32 MB. A human genome's tree has some hundred thousand.
const KEPT_ENTRIES: usize = 1 << 20;
/// Bytes of an entry in an inner node of the R tree, which are smaller than those of leaves.
const ENTRY: u64 = 24;

/// Returns true if a file begins with the bigWig signature, in either byte order.
pub fn is_bigwig(opening: &[u8]) -> bool {
    let magic = opening.first_chunk::<4>().copied().unwrap_or_default();
    u32::from_le_bytes(magic) == MAGIC || u32::from_be_bytes(magic) == MAGIC
}

/// A bigWig file.
pub struct BigWig<R> {
    file: String,
    source: R,
    size: u64,
    big_endian: bool,
    /// Decompressed size of the largest block; 0 if blocks are not compressed.
    unpacked: u64,
    root: u64,
    chromosomes: Vec<Chromosome>,
    /// Ids of the chromosomes in the trees.
    numbers: Vec<u32>,
    nodes: HashMap<u64, Rc<Node>>,
    /// Number of entries in `nodes`, plus one per node.
    kept_entries: usize,
    blocks: VecDeque<(u64, Rc<Section>)>,
    inflate: Decompress,
    packed_bytes: Vec<u8>,
    unpacked_bytes: Vec<u8>,
}

enum Node {
    Leaf(Vec<(Region, Block)>),
    Inner(Vec<(Region, u64)>),
}

impl Node {
    fn len(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.len(),
            Self::Inner(inner) => inner.len(),
        }
    }
}

/// A half-open range of positions, (chromosome, base), possibly across chromosomes.
struct Region {
    start: (u32, u32),
    end: (u32, u32),
}

impl Region {
    fn overlaps(&self, chromosome: u32, start: u32, end: u32) -> bool {
        self.start < (chromosome, end) && self.end > (chromosome, start)
    }
}

#[derive(Clone, Copy)]
struct Block {
    offset: u64,
    size: u64,
}

struct Section {
    chromosome: u32,
    items: Vec<Item>,
}

/// Start, end and value.
type Item = (u32, u32, f32);

/// The items, if all are valid, sorted and without overlaps.
fn ordered(items: impl Iterator<Item = Option<Item>>) -> Option<Vec<Item>> {
    let (mut end, mut good) = (0, true);
    // Valid or not, so that the number is known and allocated at once.
    let items = items.map(|item| match item {
        Some((from, to, value)) if from >= end && to >= from => {
            end = to;
            (from, to, value)
        }
        _ => {
            good = false;
            Item::default()
        }
    });
    let items = items.collect();
    good.then_some(items)
}

impl<R: Read + Seek> BigWig<R> {
    pub fn open(file: &str, mut source: R) -> Result<Self, PrepareError> {
        let size = source
            .seek(SeekFrom::End(0))
            .map_err(|error| PrepareError::file(file, of_io(&error)))?;
        let mut opened = Self {
            file: file.to_owned(),
            source,
            size,
            big_endian: false,
            unpacked: 0,
            root: 0,
            chromosomes: Vec::new(),
            numbers: Vec::new(),
            nodes: HashMap::new(),
            kept_entries: 0,
            blocks: VecDeque::new(),
            inflate: Decompress::new(true),
            packed_bytes: Vec::new(),
            unpacked_bytes: Vec::new(),
        };
        let header = opened.bytes(0, 64, "the header")?;
        opened.big_endian = header.starts_with(&MAGIC.to_be_bytes());
        let mut fields = opened.fields(&header);
        fields.skip(8);
        let chromosomes = fields.u64();
        let data = fields.u64();
        let index = fields.u64();
        fields.skip(20);
        opened.unpacked = u64::from(fields.u32());
        if opened.unpacked > BLOCK_LIMIT {
            let bytes = opened.unpacked;
            return Err(opened.damaged(format!("blocks of {bytes} bytes")));
        }
        // Without values there is no index. A file truncated while it was written has none either, but has values after
        // the number of its blocks.
        if index == 0 && size <= data.saturating_add(EMPTY_DATA) {
            return Err(PrepareError::file(file, PrepareProblem::NoValues));
        }
        opened.read_chromosomes(chromosomes)?;
        let tree = opened.bytes(index, 48, "the index")?;
        if opened.fields(&tree).u32() != INDEX_MAGIC {
            return Err(opened.damaged("no index where it should be".to_owned()));
        }
        opened.root = index + 48;
        Ok(opened)
    }

    pub fn chromosomes(&self) -> &[Chromosome] {
        &self.chromosomes
    }

    pub fn file(&self) -> &str {
        &self.file
    }

    /// Sums a window's signal.
    pub fn window(
        &mut self,
        chromosome: usize,
        bins: Bins,
        summary: Summary,
        sums: &mut [f64],
    ) -> Result<(), PrepareError> {
        let length = self.chromosomes[chromosome].length.unwrap_or(u32::MAX);
        let base = |base: i64| base.clamp(0, i64::from(length)) as u32;
        let (start, end) = (base(bins.start), base(bins.end()));
        if start >= end {
            return Ok(());
        }
        let number = self.numbers[chromosome];
        for block in self.find(number, start, end)? {
            let section = self.section(block)?;
            if section.chromosome != number {
                continue;
            }
            // Items are sorted without overlaps, so both ends are sorted.
            let first = section.items.partition_point(|item| item.1 <= start);
            for &(from, to, value) in &section.items[first..] {
                if from >= end {
                    break;
                }
                let place = || format!("{}:{from}-{to}", self.chromosomes[chromosome].name);
                let value = signal(value, place).map_err(|problem| PrepareError::file(&self.file, problem))?;
                if let Some(value) = value {
                    add_signal(bins, from.max(start), to.min(end), value, summary, sums);
                }
            }
        }
        Ok(())
    }

    /// The blocks that may overlap these bases, in the order of the tree.
    fn find(&mut self, chromosome: u32, start: u32, end: u32) -> Result<Vec<Block>, PrepareError> {
        let mut found = Vec::new();
        let mut waiting = vec![self.root];
        let mut seen = HashSet::new();
        let mut room = self.size / ENTRY;
        while let Some(offset) = waiting.pop() {
            if !seen.insert(offset) {
                return Err(self.damaged(format!("its index comes back to byte {offset}")));
            }
            let node = self.node(offset)?;
            // Nodes that do not overlap have no more entries than the file has bytes for.
            room = match room.checked_sub(node.len() as u64) {
                Some(room) => room,
                None => return Err(self.damaged("the nodes of its index overlap".to_owned())),
            };
            match &*node {
                Node::Leaf(leaf) => found.extend(
                    leaf.iter()
                        .filter(|(region, _)| region.overlaps(chromosome, start, end))
                        .map(|&(_, block)| block),
                ),
                Node::Inner(inner) => waiting.extend(
                    inner
                        .iter()
                        .rev()
                        .filter(|(region, _)| region.overlaps(chromosome, start, end))
                        .map(|&(_, child)| child),
                ),
            }
        }
        Ok(found)
    }

    fn node(&mut self, offset: u64) -> Result<Rc<Node>, PrepareError> {
        if let Some(node) = self.nodes.get(&offset) {
            return Ok(Rc::clone(node));
        }
        let head = self.bytes(offset, 4, "a node of the index")?;
        let mut fields = self.fields(&head);
        let leaf = fields.u8();
        fields.skip(1);
        let count = u64::from(fields.u16());
        let width = match leaf {
            0 => ENTRY,
            1 => 32,
            other => return Err(self.damaged(format!("a node of kind {other} at byte {offset}"))),
        };
        let bytes = self.bytes(offset + 4, count * width, "a node of the index")?;
        let mut fields = self.fields(&bytes);
        let mut region = || {
            let start = (fields.u32(), fields.u32());
            let end = (fields.u32(), fields.u32());
            let offset = fields.u64();
            let size = if leaf == 1 { fields.u64() } else { 0 };
            (Region { start, end }, Block { offset, size })
        };
        let children: Vec<_> = (0..count).map(|_| region()).collect();
        let node = Rc::new(if leaf == 1 {
            Node::Leaf(children)
        } else {
            let children = children.into_iter();
            Node::Inner(children.map(|(region, block)| (region, block.offset)).collect())
        });
        self.kept_entries += node.len() + 1;
        if self.kept_entries > KEPT_ENTRIES {
            self.nodes.clear();
            self.kept_entries = node.len() + 1;
        }
        self.nodes.insert(offset, Rc::clone(&node));
        Ok(node)
    }

    /// Reads and decompresses a block.
    fn section(&mut self, block: Block) -> Result<Rc<Section>, PrepareError> {
        if let Some((_, section)) = self.blocks.iter().find(|(at, _)| *at == block.offset) {
            return Ok(Rc::clone(section));
        }
        if block.size > BLOCK_LIMIT {
            return Err(self.damaged(format!("a block of {} bytes", block.size)));
        }
        let mut bytes = std::mem::take(&mut self.packed_bytes);
        self.read(block.offset, block.size, "a block", &mut bytes)?;
        let section = if self.unpacked > 0 {
            let mut unpacked = std::mem::take(&mut self.unpacked_bytes);
            let length = self.unpack(&bytes, block.offset, &mut unpacked)?;
            let section = self.items(&unpacked[..length], block.offset)?;
            self.unpacked_bytes = unpacked;
            section
        } else {
            self.items(&bytes, block.offset)?
        };
        self.packed_bytes = bytes;
        let section = Rc::new(section);
        if self.blocks.len() >= KEPT_BLOCKS {
            self.blocks.pop_front();
        }
        self.blocks.push_back((block.offset, Rc::clone(&section)));
        Ok(section)
    }

    /// Decompresses a block to the beginning of `unpacked`, which grows to hold any block, and returns the length.
    fn unpack(&mut self, packed: &[u8], offset: u64, unpacked: &mut Vec<u8>) -> Result<usize, PrepareError> {
        unpacked.resize(self.unpacked as usize, 0);
        self.inflate.reset(true);
        match self.inflate.decompress(packed, unpacked, FlushDecompress::Finish) {
            Ok(Status::StreamEnd) => Ok(self.inflate.total_out() as usize),
            _ => Err(self.damaged(format!("the block at byte {offset} cannot be unpacked"))),
        }
    }

    fn items(&self, bytes: &[u8], offset: u64) -> Result<Section, PrepareError> {
        let broken = || self.damaged(format!("the block at byte {offset} contradicts itself"));
        if bytes.len() < 24 {
            return Err(broken());
        }
        let mut fields = self.fields(bytes);
        let chromosome = fields.u32();
        let mut start = fields.u32();
        let _end = fields.u32();
        let (step, span) = (fields.u32(), fields.u32());
        let kind = fields.u8();
        fields.skip(1);
        let count = usize::from(fields.u16());
        let width = match kind {
            1 => 12,
            2 => 8,
            3 => 4,
            other => {
                return Err(self.damaged(format!("a block of kind {other} at byte {offset}")));
            }
        };
        let Some(records) = bytes[24..].get(..count * width) else {
            return Err(broken());
        };
        // Without `Fields`, for speed: a genome's windows take hundreds of millions of these numbers.
        let big_endian = self.big_endian;
        let number = |bytes: [u8; 4]| {
            if big_endian {
                u32::from_be_bytes(bytes)
            } else {
                u32::from_le_bytes(bytes)
            }
        };
        let value = |bytes| f32::from_bits(number(bytes));
        let items = match kind {
            1 => {
                let items = records.as_chunks::<12>().0.iter();
                ordered(items.map(|&[a, b, c, d, e, f, g, h, i, j, k, l]| {
                    Some((number([a, b, c, d]), number([e, f, g, h]), value([i, j, k, l])))
                }))
            }
            2 => {
                let items = records.as_chunks::<8>().0.iter();
                ordered(items.map(|&[a, b, c, d, e, f, g, h]| {
                    let from = number([a, b, c, d]);
                    Some((from, from.checked_add(span)?, value([e, f, g, h])))
                }))
            }
            _ => ordered(records.as_chunks::<4>().0.iter().map(|&bytes| {
                let from = start;
                start = start.checked_add(step)?;
                Some((from, from.checked_add(span)?, value(bytes)))
            })),
        };
        let items = items.ok_or_else(broken)?;
        Ok(Section { chromosome, items })
    }

    fn read_chromosomes(&mut self, offset: u64) -> Result<(), PrepareError> {
        let head = self.bytes(offset, 32, "the list of chromosomes")?;
        let mut fields = self.fields(&head);
        let magic = fields.u32();
        fields.skip(4);
        let (key, value) = (u64::from(fields.u32()), fields.u32());
        if magic != CHROMOSOMES_MAGIC || value != 8 || key == 0 || key > 1 << 16 {
            return Err(self.damaged("no list of chromosomes where it should be".to_owned()));
        }
        let mut waiting = vec![offset + 32];
        let mut seen = HashSet::new();
        let mut room = self.size / (key + 8);
        let budget = Budget::of(self.size);
        while let Some(offset) = waiting.pop() {
            if !seen.insert(offset) {
                return Err(self.damaged("its list of chromosomes comes back".to_owned()));
            }
            let head = self.bytes(offset, 4, "the list of chromosomes")?;
            let mut fields = self.fields(&head);
            let leaf = fields.u8() == 1;
            fields.skip(1);
            let count = u64::from(fields.u16());
            room = match room.checked_sub(count) {
                Some(room) => room,
                None => return Err(self.damaged("the nodes of its list of chromosomes overlap".to_owned())),
            };
            let bytes = self.bytes(offset + 4, count * (key + 8), "the list of chromosomes")?;
            for entry in bytes.chunks_exact(key as usize + 8) {
                let (name, value) = entry.split_at(key as usize);
                let mut fields = self.fields(value);
                if !leaf {
                    waiting.push(fields.u64());
                    continue;
                }
                let end = name.iter().position(|&byte| byte == 0);
                let name = &name[..end.unwrap_or(name.len())];
                // An invalid byte is shown as three.
                if !budget.draw::<(Chromosome, u32)>(3 * name.len()) {
                    return Err(self.damaged("more chromosomes than a file of its size may have".to_owned()));
                }
                self.numbers.push(fields.u32());
                self.chromosomes.push(Chromosome {
                    name: String::from_utf8_lossy(name).into_owned(),
                    length: Some(fields.u32()),
                });
            }
        }
        if self.chromosomes.is_empty() {
            return Err(self.damaged("it has no chromosomes".to_owned()));
        }
        Ok(())
    }

    fn bytes(&mut self, offset: u64, size: u64, what: &str) -> Result<Vec<u8>, PrepareError> {
        let mut bytes = Vec::new();
        self.read(offset, size, what, &mut bytes)?;
        Ok(bytes)
    }

    fn read(&mut self, offset: u64, size: u64, what: &str, bytes: &mut Vec<u8>) -> Result<(), PrepareError> {
        if offset.checked_add(size).is_none_or(|end| end > self.size) {
            return Err(self.damaged(format!("{what} should be at byte {offset}, the file has {}", self.size)));
        }
        bytes.resize(size as usize, 0);
        let read = match self.source.seek(SeekFrom::Start(offset)) {
            Ok(_) => self.source.read_exact(bytes),
            Err(error) => Err(error),
        };
        read.map_err(|error| PrepareError::file(&self.file, of_io(&error)))
    }

    fn fields<'a>(&self, bytes: &'a [u8]) -> Fields<'a> {
        Fields {
            bytes,
            big_endian: self.big_endian,
        }
    }

    fn damaged(&self, how: String) -> PrepareError {
        PrepareError::file(&self.file, PrepareProblem::BigWig(how))
    }
}

/// Consecutive numbers. Callers check that they exist.
struct Fields<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (taken, rest) = self.bytes.split_at(N);
        self.bytes = rest;
        let mut taken: [u8; N] = taken.try_into().expect("split there");
        if self.big_endian {
            taken.reverse();
        }
        taken
    }

    fn skip(&mut self, bytes: usize) {
        self.bytes = &self.bytes[bytes..];
    }

    fn u8(&mut self) -> u8 {
        u8::from_le_bytes(self.take())
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A summary of a zoom level.
    #[derive(Debug, PartialEq)]
    pub struct Zoomed {
        pub start: u32,
        pub end: u32,
        pub bases: u32,
        /// Least, most, sum, and sum of squares.
        pub values: [f32; 4],
    }

    impl<R: Read + Seek> BigWig<R> {
        /// Bases of a summary of each zoom level, and its summaries of a chromosome from `start` to `end`.
        pub fn zoom_levels(&mut self, chromosome: usize, start: u32, end: u32) -> Vec<(u32, Vec<Zoomed>)> {
            let header = self.bytes(6, 2, "the header").unwrap();
            let levels = self.fields(&header).u16();
            let root = self.root;
            let mut found = Vec::new();
            for level in 0..u64::from(levels) {
                let header = self.bytes(64 + 24 * level, 24, "a zoom level").unwrap();
                let mut fields = self.fields(&header);
                let bases = fields.u32();
                fields.skip(4 + 8);
                let index = fields.u64();
                let tree = self.bytes(index, 48, "the index").unwrap();
                assert_eq!(self.fields(&tree).u32(), INDEX_MAGIC);
                self.root = index + 48;
                let number = self.numbers[chromosome];
                let mut summaries = Vec::new();
                for block in self.find(number, start, end).unwrap() {
                    let packed = self.bytes(block.offset, block.size, "a block").unwrap();
                    let mut unpacked = Vec::new();
                    let length = self.unpack(&packed, block.offset, &mut unpacked).unwrap();
                    for record in unpacked[..length].chunks_exact(32) {
                        let mut fields = self.fields(record);
                        assert_eq!(fields.u32(), number, "a block is of one chromosome");
                        let (start, end, bases) = (fields.u32(), fields.u32(), fields.u32());
                        let values = [(); 4].map(|()| f32::from_bits(fields.u32()));
                        summaries.push(Zoomed {
                            start,
                            end,
                            bases,
                            values,
                        });
                    }
                }
                found.push((bases, summaries));
            }
            self.root = root;
            found
        }
    }
}

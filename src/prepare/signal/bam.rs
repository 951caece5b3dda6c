//! BAM: aligned reads in BGZF blocks, with random access through an index (`.bai`, or `.csi` for chromosomes with more
//! than 2²⁹ bases).
//!
//! The SAM/BAM format specification, sections 4 and 5.2, and that of CSI. Reads only the fields for counting: position,
//! length on the genome, quality, flags.
//!
//! Own reader: noodles-bam 0.98 allocates the numbers of records, bins and letters that a file claims, up to 4 GiB,
//! which ends the engine in a page.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use flate2::read::{GzDecoder, MultiGzDecoder};
use noodles::bgzf::{self, VirtualPosition};

use super::{ReadFilter, add_read};
use crate::input::Budget;
use crate::prepare::chromosome::Chromosome;
use crate::prepare::error::{PrepareError, PrepareProblem, SignalError, of_io};
use crate::prepare::plan::Plan;
use crate::prepare::window::Bins;

const MAGIC: &[u8; 4] = b"BAM\x01";
/// The empty block at the end of a complete file.
const END: [u8; 28] = [
    0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];
/// Largest record, in bytes: a read of ten million bases has some 15 MB.
const RECORD_LIMIT: usize = 256 << 20;
/// The longest name of a chromosome, in bytes.
const NAME_LIMIT: u32 = 1 << 16;
/// Bases of a window of the linear index, as a power of two.
const LINEAR_SHIFT: u32 = 14;
/// Largest decompressed `.csi`, in bytes: that of a wheat genome has some 10 MB.
const INDEX_LIMIT: u64 = 256 << 20;
/// Problem of an index that exceeds the memory limit of its size.
const TOO_MANY: &str = "it lists more than a file of its size may";
/// Largest span of a `.csi` tree in bases, as a power of two.
const WIDEST_SHIFT: u32 = 60;
/// Reads between two checks for cancellation.
const TURN: u64 = 1 << 12;

/// Unmapped, secondary, failed quality checks, supplementary.
const NEVER_COUNTED: u16 = 0x4 | 0x100 | 0x200 | 0x800;
const DUPLICATE: u16 = 0x400;

/// Returns true if a file begins like BGZF: gzip with its own extra field.
pub fn is_bgzf(opening: &[u8]) -> bool {
    opening.starts_with(&END[..4]) && opening.get(12..14) == Some(b"BC")
}

/// Returns true if the decompressed data begin like BAM.
pub fn is_bam(source: &mut impl Read) -> io::Result<bool> {
    let mut magic = [0; 4];
    match GzDecoder::new(source).read_exact(&mut magic) {
        Ok(()) => Ok(&magic == MAGIC),
        Err(error) if error.kind() == io::ErrorKind::Other => Err(error),
        // The reader of text reports damage.
        Err(_) => Ok(false),
    }
}

/// A BAM file.
pub struct Bam<R> {
    file: String,
    reader: bgzf::io::Reader<R>,
    chromosomes: Vec<Chromosome>,
    first_record: VirtualPosition,
    index: Option<Index>,
    record: Vec<u8>,
}

/// A counted read: its chromosome and half-open range of bases, from 0.
struct Alignment {
    chromosome: usize,
    start: u32,
    end: u32,
    mapq: u8,
    flags: u16,
}

impl<R: Read + Seek> Bam<R> {
    pub fn open(file: &str, mut source: R, index: Option<&[u8]>) -> Result<Self, PrepareError> {
        let io = |error| PrepareError::file(file, of_io(&error));
        let mut end = [0; END.len()];
        let size = source.seek(SeekFrom::End(0)).map_err(io)?;
        if size >= END.len() as u64 {
            source
                .seek(SeekFrom::End(-(END.len() as i64)))
                .and_then(|_| source.read_exact(&mut end))
                .map_err(io)?;
        }
        if end != END {
            return Err(PrepareError::file(file, PrepareProblem::BamTruncated));
        }
        source.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut reader = bgzf::io::Reader::new(source);
        let chromosomes = read_header(&mut reader, &Budget::of(size))
            .map_err(|error| PrepareError::file(file, damaged(&error, "its header")))?;
        let index = match index {
            None => None,
            Some(bytes) => {
                let index = Index::read(bytes)
                    .map_err(|problem| PrepareError::file(file, PrepareProblem::Index(problem.to_owned())))?;
                let indexed = index.chromosomes();
                if indexed != chromosomes.len() {
                    let problem = format!("it has {indexed} chromosomes, the file {}", chromosomes.len());
                    return Err(PrepareError::file(file, PrepareProblem::Index(problem)));
                }
                Some(index)
            }
        };
        Ok(Self {
            file: file.to_owned(),
            first_record: reader.virtual_position(),
            reader,
            chromosomes,
            index,
            record: Vec::new(),
        })
    }

    pub fn chromosomes(&self) -> &[Chromosome] {
        &self.chromosomes
    }

    pub fn is_indexed(&self) -> bool {
        self.index.is_some()
    }

    /// Counts the reads of a window.
    pub fn window(
        &mut self,
        chromosome: usize,
        bins: Bins,
        filter: ReadFilter,
        counts: &mut [f64],
    ) -> Result<(), PrepareError> {
        let (start, end) = (bins.start.max(0), bins.end());
        let position = match &self.index {
            Some(index) if start < end => index.position(chromosome, start, end),
            _ => None,
        };
        let Some(position) = position else {
            return Ok(());
        };
        self.seek(position)?;
        let mut met = false;
        while let Some(read) = self.read()? {
            met = true;
            let Some(read) = read else { break };
            if read.chromosome != chromosome || i64::from(read.start) >= end {
                break;
            }
            if read.counts(filter) {
                add_read(bins, read.start, read.end, counts);
            }
        }
        // An index entry points to a read.
        if met {
            Ok(())
        } else {
            Err(self.index_problem("a place behind the last read"))
        }
    }

    /// Counts the reads of all windows, reading the file once.
    pub fn all(
        &mut self,
        plan: &Plan,
        filter: ReadFilter,
        counts: &mut [f64],
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<(), SignalError> {
        let owners = plan.owners(&self.file, &self.chromosomes)?;
        let mut of_plan = vec![None; self.chromosomes.len()];
        for chromosome in 0..plan.chromosomes.len() {
            if let Some(at) = owners.of(chromosome) {
                of_plan[at] = Some(chromosome);
            }
        }
        self.seek(self.first_record)?;
        let mut turn = 0;
        while let Some(read) = self.read()? {
            turn += 1;
            if turn % TURN == 0 && go_on().is_break() {
                return Err(SignalError::Cancelled);
            }
            let Some(read) = read else { continue };
            let Some(chromosome) = of_plan[read.chromosome] else {
                continue;
            };
            if !read.counts(filter) {
                continue;
            }
            for rank in plan.overlapped(chromosome, read.start, read.end) {
                let bins = plan.placed[rank].bins;
                let counts = &mut counts[rank * bins.count..(rank + 1) * bins.count];
                add_read(bins, read.start, read.end, counts);
            }
        }
        Ok(())
    }

    fn seek(&mut self, position: VirtualPosition) -> Result<(), PrepareError> {
        let (block, within) = <(u64, u16)>::from(position);
        let start =
            VirtualPosition::try_from((block, 0)).map_err(|_| self.index_problem("a place that no file has"))?;
        let skipped = self.reader.seek(start).and_then(|_| {
            let mut before = (&mut self.reader).take(u64::from(within));
            io::copy(&mut before, &mut io::sink())
        });
        match skipped {
            Ok(skipped) if skipped == u64::from(within) => Ok(()),
            _ => Err(self.index_problem("a place beyond the file's end")),
        }
    }

    /// The next record: `None` at the end, `Some(None)` for a read without position.
    #[allow(clippy::option_option, reason = "the end, and a read without a place")]
    fn read(&mut self) -> Result<Option<Option<Alignment>>, PrepareError> {
        let record = read_record(&mut self.reader, &mut self.record);
        match record.and_then(|there| match there {
            true => parse(&self.record, self.chromosomes.len()).map(Some),
            false => Ok(None),
        }) {
            Ok(read) => Ok(read),
            Err(error) => Err(PrepareError::file(&self.file, damaged(&error, "a record"))),
        }
    }

    fn index_problem(&self, what: &str) -> PrepareError {
        PrepareError::file(&self.file, PrepareProblem::Index(format!("it names {what}")))
    }
}

impl Alignment {
    fn counts(&self, filter: ReadFilter) -> bool {
        self.flags & NEVER_COUNTED == 0
            && (filter.keep_duplicates || self.flags & DUPLICATE == 0)
            && self.mapq >= filter.min_mapq
    }
}

fn damaged(error: &io::Error, what: &str) -> PrepareProblem {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => PrepareProblem::Bam(format!("{what} ends early")),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            PrepareProblem::Bam(format!("{what} cannot be read ({error})"))
        }
        _ => of_io(error),
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

fn u32_of(reader: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn read_header(reader: &mut impl Read, budget: &Budget) -> io::Result<Vec<Chromosome>> {
    let mut magic = [0; 4];
    reader.read_exact(&mut magic)?;
    let text = u64::from(u32_of(reader)?);
    if io::copy(&mut reader.by_ref().take(text), &mut io::sink())? != text {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let count = u32_of(reader)?;
    let mut chromosomes = Vec::new();
    for _ in 0..count {
        let length = u32_of(reader)?;
        if length > NAME_LIMIT {
            return Err(invalid("a name of a chromosome is too long"));
        }
        // An invalid byte is shown as three, and memory is allocated in pieces of 32.
        if !budget.draw::<Chromosome>(32 + 3 * length as usize) {
            return Err(invalid("it has more chromosomes than a file of its size may have"));
        }
        let mut name = vec![0; length as usize];
        reader.read_exact(&mut name)?;
        let end = name.iter().position(|&byte| byte == 0);
        name.truncate(end.unwrap_or(name.len()));
        chromosomes.push(Chromosome {
            name: String::from_utf8_lossy(&name).into_owned(),
            length: Some(u32_of(reader)?),
        });
    }
    Ok(chromosomes)
}

/// Reads the next record's bytes; returns false at the end of the file.
fn read_record(reader: &mut impl Read, record: &mut Vec<u8>) -> io::Result<bool> {
    let mut size = [0; 4];
    match reader.read(&mut size)? {
        0 => return Ok(false),
        read => reader.read_exact(&mut size[read..])?,
    }
    let size = u32::from_le_bytes(size) as usize;
    if !(32..=RECORD_LIMIT).contains(&size) {
        return Err(invalid("its length is none of a record"));
    }
    record.clear();
    // Grows with the bytes in the file, not with the length that it claims.
    let read = reader.take(size as u64).read_to_end(record)?;
    if read < size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(true)
}

/// Position, quality and flags of a record; `None` for a read without position.
fn parse(record: &[u8], chromosomes: usize) -> io::Result<Option<Alignment>> {
    let u32_at = |at: usize| {
        let bytes = record.get(at..at + 4).and_then(<[u8]>::first_chunk);
        bytes
            .map(|&bytes| u32::from_le_bytes(bytes))
            .ok_or_else(|| invalid("it is too short"))
    };
    let (chromosome, start) = (u32_at(0)? as i32, u32_at(4)? as i32);
    let (Ok(chromosome), Ok(start)) = (usize::try_from(chromosome), u32::try_from(start)) else {
        return Ok(None);
    };
    if chromosome >= chromosomes {
        return Err(invalid("its chromosome is not in the header"));
    }
    let name_and_mapq = u32_at(8)?;
    let flags_and_operations = u32_at(12)?;
    let name = (name_and_mapq & 0xff) as usize;
    let operations = (flags_and_operations & 0xffff) as usize;
    let mut length: u64 = 0;
    for operation in 0..operations {
        let operation = u32_at(32 + name + 4 * operation)?;
        // M, D, N, = and X consume the reference.
        if matches!(operation & 0xf, 0 | 2 | 3 | 7 | 8) {
            length += u64::from(operation >> 4);
        }
    }
    // Like samtools, a read without operations covers one base.
    let end = u64::from(start) + length.max(1);
    Ok(Some(Alignment {
        chromosome,
        start,
        end: u32::try_from(end).map_err(|_| invalid("it ends beyond every chromosome"))?,
        mapq: (name_and_mapq >> 8 & 0xff) as u8,
        flags: (flags_and_operations >> 16) as u16,
    }))
}

/// Offsets in the file of the reads of each chromosome.
enum Index {
    /// From a `.bai`: for each 16,384 bases, the offset of the first read that overlaps them.
    Linear(Vec<Vec<u64>>),
    /// From a `.csi`: first bases of bins, in order, and an offset before which no read extends to this base or beyond.
    Binned(Vec<Vec<(u64, u64)>>),
}

impl Index {
    fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let early = "it ends early";
        let budget = Budget::of(bytes.len() as u64);
        if let Some(mut rest) = bytes.strip_prefix(b"BAI\x01") {
            return linear(&mut rest, &budget)
                .map_err(|few| few.unwrap_or(early))
                .map(Self::Linear);
        }
        let mut rest = MultiGzDecoder::new(bytes).take(INDEX_LIMIT);
        let mut magic = [0; 4];
        match rest.read_exact(&mut magic) {
            Ok(()) if &magic == b"CSI\x01" => {}
            _ => return Err("it begins neither as a .bai nor as a .csi does"),
        }
        let mut unpacked = BufReader::new(&mut rest);
        let read = binned(&mut unpacked, &budget).and_then(|chromosomes| {
            // Also detects truncation after the content that is read.
            io::copy(&mut unpacked, &mut io::sink())?;
            Ok(chromosomes)
        });
        match read {
            Ok(chromosomes) => Ok(Self::Binned(chromosomes)),
            Err(_) if rest.limit() == 0 => Err("it is too large"),
            Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Err(TOO_MANY),
            Err(_) => Err(early),
        }
    }

    /// Number of chromosomes.
    fn chromosomes(&self) -> usize {
        match self {
            Self::Linear(chromosomes) => chromosomes.len(),
            Self::Binned(chromosomes) => chromosomes.len(),
        }
    }

    /// The offset to start reading for reads that overlap these bases; `None` if there are none.
    fn position(&self, chromosome: usize, start: i64, end: i64) -> Option<VirtualPosition> {
        let offset = match self {
            Self::Linear(chromosomes) => {
                let windows = chromosomes.get(chromosome)?;
                let window = |base: i64| usize::try_from(base >> LINEAR_SHIFT).unwrap_or(usize::MAX);
                let (first, last) = (window(start), window(end - 1).saturating_add(1));
                let offsets = windows.get(first..last.min(windows.len()))?;
                // Some programs write 0 if there are no reads.
                *offsets.iter().find(|&&offset| offset != 0)?
            }
            Self::Binned(chromosomes) => {
                let bins = chromosomes.get(chromosome)?;
                let after = bins.partition_point(|(base, _)| *base <= start.unsigned_abs());
                bins.get(after.saturating_sub(1))?.1
            }
        };
        Some(VirtualPosition::from(offset))
    }
}

/// The linear index of each chromosome; an error without message if truncated.
fn linear(rest: &mut &[u8], budget: &Budget) -> Result<Vec<Vec<u64>>, Option<&'static str>> {
    let mut chromosomes = Vec::new();
    for _ in 0..take_u32(rest).ok_or(None)? {
        // Offsets take as many bytes here as in the file.
        if !budget.draw::<Vec<u64>>(0) {
            return Err(Some(TOO_MANY));
        }
        chromosomes.push(windows(rest).ok_or(None)?);
    }
    Ok(chromosomes)
}

/// The linear index of the next chromosome.
fn windows(rest: &mut &[u8]) -> Option<Vec<u64>> {
    for _ in 0..take_u32(rest)? {
        take_u32(rest)?;
        let chunks = (take_u32(rest)? as usize).checked_mul(16)?;
        *rest = rest.get(chunks..)?;
    }
    let windows = take_u32(rest)? as usize;
    let (offsets, behind) = rest.split_at_checked(windows.checked_mul(8)?)?;
    *rest = behind;
    let offsets = offsets.as_chunks::<8>().0.iter();
    Some(offsets.map(|&word| u64::from_le_bytes(word)).collect())
}

/// The bins of each chromosome; an error if truncated, or if the tree spans more than any genome.
fn binned(rest: &mut impl Read, budget: &Budget) -> io::Result<Vec<Vec<(u64, u64)>>> {
    let room = |is_left: bool| is_left.then_some(()).ok_or(io::ErrorKind::OutOfMemory);
    let (smallest, depth) = (u32_of(rest)?, u32_of(rest)?);
    if depth > WIDEST_SHIFT / 3 || smallest > WIDEST_SHIFT - 3 * depth {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let more = u64::from(u32_of(rest)?);
    io::copy(&mut rest.by_ref().take(more), &mut io::sink())?;
    // Bins are numbered level by level, from the root.
    let before = |level: u32| ((1_u64 << (3 * level)) - 1) / 7;
    let mut chromosomes = Vec::new();
    for _ in 0..u32_of(rest)? {
        room(budget.draw::<Vec<(u64, u64)>>(0))?;
        let mut bins = Vec::new();
        let mut first = u64::MAX;
        for _ in 0..u32_of(rest)? {
            let bin = u64::from(u32_of(rest)?);
            let overlapping = u64_of(rest)?;
            // A bin with a number beyond the tree has metadata.
            let level = (0..=depth).find(|level| bin < before(level + 1));
            for _ in 0..u32_of(rest)? {
                let begins = u64_of(rest)?;
                u64_of(rest)?;
                if level.is_some() {
                    first = first.min(begins);
                }
            }
            let Some(level) = level else { continue };
            room(budget.draw::<(u64, u64)>(0))?;
            let base = (bin - before(level)) << (smallest + 3 * (depth - level));
            bins.push((base, overlapping));
        }
        bins.sort_unstable();
        let mut place = first;
        if first == u64::MAX {
            bins.clear();
        }
        for bin in &mut bins {
            place = place.max(bin.1);
            bin.1 = place;
        }
        chromosomes.push(bins);
    }
    Ok(chromosomes)
}

fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    let (word, behind) = rest.split_first_chunk::<4>()?;
    *rest = behind;
    Some(u32::from_le_bytes(*word))
}

fn u64_of(reader: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    reader.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

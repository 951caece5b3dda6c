//! Signal files, and the value of a bin.

#[cfg(feature = "prepare")]
mod bam;
mod bigwig;
mod bigwig_writer;
mod intervals;
mod measured;

#[cfg(feature = "prepare")]
use std::io::{Read, Seek, SeekFrom};
#[cfg(feature = "prepare")]
use std::ops::{ControlFlow, Range};
#[cfg(feature = "prepare")]
use std::sync::Arc;

#[cfg(feature = "prepare")]
use self::bam::Bam;
#[cfg(feature = "prepare")]
use self::bigwig::BigWig;
pub use self::bigwig_writer::{Stretch, write as write_bigwig};
#[cfg(feature = "prepare")]
use self::intervals::IntervalKind;
pub use self::measured::Measured;
use super::error::PrepareProblem;
pub use super::quantity::{Quantity, Summary};
use super::window::Bins;
#[cfg(feature = "prepare")]
use super::{
    chromosome::Chromosome,
    error::{PrepareError, SignalError, of_io},
    lines::{Lines, OPENING},
    plan::Plan,
    tiling::{Coverage, Halves, Tiling},
};
#[cfg(feature = "prepare")]
use crate::sequence::{Names, Owners};

/// Formats of signal files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalFormat {
    /// One value per base, indexed.
    BigWig,
    /// Aligned reads.
    Bam,
    /// One value per interval, as text: chromosome, start, end, value.
    BedGraph,
    /// Aligned reads as text: BED with three, six or twelve columns, such as tagAlign.
    Reads,
    /// Single-cell fragments as text, such as Cell Ranger's `fragments.tsv.gz`.
    Fragments,
}

impl SignalFormat {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::BigWig => "bigWig",
            Self::Bam => "BAM",
            Self::BedGraph => "bedGraph",
            Self::Reads => "reads as BED",
            Self::Fragments => "fragments of single cells",
        }
    }

    /// Quantity of a bin's value.
    pub fn quantity(self, settings: &Settings) -> Quantity {
        match self {
            Self::Bam | Self::Reads => Quantity::Counts,
            Self::Fragments => Quantity::Cuts,
            Self::BigWig | Self::BedGraph => Quantity::Signal(settings.summary),
        }
    }
}

/// Filter of reads in a BAM file. Unmapped reads, reads that failed quality checks, and secondary and supplementary
/// alignments never count, so that a read counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadFilter {
    /// Smallest mapping quality; reads without one have 255.
    pub min_mapq: u8,
    /// True to count reads marked as duplicates; by default they do not count, as in `bedtools multicov`.
    pub keep_duplicates: bool,
}

/// Settings for computing values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// Summary for bigWig and bedGraph.
    pub summary: Summary,
    /// Filter for BAM.
    pub reads: ReadFilter,
}

#[cfg(feature = "prepare")]
/// A signal file, recognised by content.
pub struct Signal<R> {
    file: String,
    source: Source<R>,
    /// Its chromosomes by those of the last plan: windows are requested a few at a time.
    owners: Option<(Arc<Names>, Owners)>,
}

#[cfg(feature = "prepare")]
enum Source<R> {
    BigWig(BigWig<R>),
    Bam(Bam<R>),
    Intervals(R, IntervalKind),
}

const EXPECTED: &str =
    "signal as bigWig, BAM, bedGraph, reads as BED, or single-cell fragments (plain or gzipped text)";

#[cfg(feature = "prepare")]
impl<R: Read + Seek> Signal<R> {
    /// Opens a file; `file` is its name in messages, `index` the content of a BAM file's `.bai` or `.csi`.
    pub fn open(file: &str, mut source: R, index: Option<&[u8]>) -> Result<Self, PrepareError> {
        let io = |error| PrepareError::file(file, of_io(&error));
        let mut opening = Vec::with_capacity(OPENING);
        source.seek(SeekFrom::Start(0)).map_err(io)?;
        source
            .by_ref()
            .take(OPENING as u64)
            .read_to_end(&mut opening)
            .map_err(io)?;
        source.seek(SeekFrom::Start(0)).map_err(io)?;
        let source = if bigwig::is_bigwig(&opening) {
            Source::BigWig(BigWig::open(file, source)?)
        } else if let Some(problem) = foreign(&opening) {
            return Err(PrepareError::file(file, problem));
        } else if bam::is_bgzf(&opening) && bam::is_bam(&mut source).map_err(io)? {
            source.seek(SeekFrom::Start(0)).map_err(io)?;
            Source::Bam(Bam::open(file, source, index)?)
        } else {
            source.seek(SeekFrom::Start(0)).map_err(io)?;
            let kind = intervals::recognise(Lines::open(file, EXPECTED, &mut source), file)?;
            source.seek(SeekFrom::Start(0)).map_err(io)?;
            Source::Intervals(source, kind)
        };
        Ok(Self {
            file: file.to_owned(),
            source,
            owners: None,
        })
    }

    /// The format.
    pub fn format(&self) -> SignalFormat {
        match &self.source {
            Source::BigWig(_) => SignalFormat::BigWig,
            Source::Bam(_) => SignalFormat::Bam,
            Source::Intervals(_, IntervalKind::Values) => SignalFormat::BedGraph,
            Source::Intervals(_, IntervalKind::Reads) => SignalFormat::Reads,
            Source::Intervals(_, IntervalKind::Fragments) => SignalFormat::Fragments,
        }
    }

    /// True for random access, with [`windows`](Self::windows): then genes can be distributed over readers. Other files
    /// are read once, with [`all`](Self::all).
    pub fn is_indexed(&self) -> bool {
        match &self.source {
            Source::BigWig(_) => true,
            Source::Bam(bam) => bam.is_indexed(),
            Source::Intervals(..) => false,
        }
    }

    /// The chromosomes of a file that lists them.
    pub fn chromosomes(&self) -> Option<&[Chromosome]> {
        match &self.source {
            Source::BigWig(bigwig) => Some(bigwig.chromosomes()),
            Source::Bam(bam) => Some(bam.chromosomes()),
            Source::Intervals(..) => None,
        }
    }

    /// Values of the windows of these ranks, [ranks, bins], from an indexed file. `go_on` is called before each window.
    ///
    /// # Panics
    /// If the file is not [indexed](Self::is_indexed).
    pub fn windows(
        &mut self,
        plan: &Plan,
        ranks: Range<usize>,
        settings: &Settings,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Vec<f32>, SignalError> {
        let Some([sum, covered]) = self.parts(settings) else {
            return self.summed(plan, ranks, settings, go_on);
        };
        let sums = self.summed(plan, ranks.clone(), &sum, go_on)?;
        Ok(ratios(sums, &self.summed(plan, ranks, &covered, go_on)?))
    }

    /// Settings for the parts of the mean over covered bases: their sum, and their number.
    fn parts(&self, settings: &Settings) -> Option<[Settings; 2]> {
        let of = |summary| Settings { summary, ..*settings };
        let is_ratio = self.format().quantity(settings) == Quantity::Signal(Summary::MeanCovered);
        is_ratio.then(|| [of(Summary::Sum), of(Summary::Covered)])
    }

    /// True for a track read with [`Summary::Mean`] that looks like fractions which most bases cannot have, such as
    /// methylation: all values are between 0 and 1, some strictly, and fewer than half of the bases have one. `values`
    /// are those of all windows; an indexed file is sampled at some of them.
    ///
    /// # Errors
    /// As for reading.
    pub fn looks_like_shares(
        &mut self,
        plan: &Plan,
        values: &[f32],
        settings: &Settings,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<bool, SignalError> {
        let is_mean = self.format().quantity(settings) == Quantity::Signal(Summary::Mean);
        if !is_mean || values.iter().any(|&value| value > 1.0) || values.iter().all(|&value| value == 0.0) {
            return Ok(false);
        }
        let mut read = |summary| {
            let settings = Settings { summary, ..*settings };
            if !self.is_indexed() {
                return self.all(plan, &settings, go_on).map(|(values, _)| values);
            }
            let step = (plan.len() / ASKED).max(1);
            let mut found = Vec::new();
            for rank in (0..plan.len()).step_by(step) {
                found.extend(self.windows(plan, rank..rank + 1, &settings, go_on)?);
            }
            Ok(found)
        };
        let largest = read(Summary::Max)?;
        if largest.iter().any(|&value| value > 1.0) || !largest.iter().any(|&value| value > 0.0 && value < 1.0) {
            return Ok(false);
        }
        let covered = read(Summary::Covered)?;
        let bases = covered.len() as f64 * f64::from(plan.windows().bin_size);
        Ok(covered.iter().map(|&bases| f64::from(bases)).sum::<f64>() < bases / 2.0)
    }

    fn summed(
        &mut self,
        plan: &Plan,
        ranks: Range<usize>,
        settings: &Settings,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Vec<f32>, SignalError> {
        let bins = plan.bins();
        let mut values = Vec::with_capacity(ranks.len() * bins);
        let mut sums = vec![0.0; bins];
        let owners = match self.owners.take() {
            Some((names, owners)) if Arc::ptr_eq(&names, plan.names()) => owners,
            _ => plan.owners(&self.file, self.chromosomes().unwrap_or_default())?,
        };
        for window in &plan.placed[ranks] {
            if go_on().is_break() {
                return Err(SignalError::Cancelled);
            }
            sums.fill(0.0);
            if let Some(chromosome) = owners.of(window.chromosome) {
                match &mut self.source {
                    Source::BigWig(bigwig) => {
                        bigwig.window(chromosome, window.bins, settings.summary, &mut sums)?;
                    }
                    Source::Bam(bam) => {
                        bam.window(chromosome, window.bins, settings.reads, &mut sums)?;
                    }
                    Source::Intervals(..) => panic!("{} has no index", self.file),
                }
            }
            let quantity = self.format().quantity(settings);
            values.extend(sums.iter().map(|&sum| value(sum, quantity, window.bins)));
        }
        self.owners = Some((Arc::clone(plan.names()), owners));
        Ok(values)
    }

    /// Values of all windows, [ranks, bins], and the chromosomes, reading the file once. `go_on` is called
    /// occasionally.
    pub fn all(
        &mut self,
        plan: &Plan,
        settings: &Settings,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<(Vec<f32>, Vec<Chromosome>), SignalError> {
        if let Some([sum, covered]) = self.parts(settings) {
            let (sums, chromosomes) = self.all(plan, &sum, go_on)?;
            let (covered, _) = self.all(plan, &covered, go_on)?;
            return Ok((ratios(sums, &covered), chromosomes));
        }
        let bins = plan.bins();
        let mut sums = vec![0.0; plan.len() * bins];
        let chromosomes = match &mut self.source {
            Source::BigWig(bigwig) => {
                let chromosomes = bigwig.chromosomes().to_vec();
                let values = self.windows(plan, 0..plan.len(), settings, go_on)?;
                return Ok((values, chromosomes));
            }
            Source::Bam(bam) => {
                bam.all(plan, settings.reads, &mut sums, go_on)?;
                bam.chromosomes().to_vec()
            }
            Source::Intervals(source, kind) => {
                let io = |error| PrepareError::file(&self.file, of_io(&error));
                source.seek(SeekFrom::Start(0)).map_err(io)?;
                let lines = Lines::open(&self.file, EXPECTED, source);
                intervals::all(lines, &self.file, *kind, plan, settings, &mut sums, go_on)?
            }
        };
        let quantity = self.format().quantity(settings);
        let values = sums
            .chunks_exact(bins)
            .zip(&plan.placed)
            .flat_map(|(sums, window)| sums.iter().map(|&sum| value(sum, quantity, window.bins)))
            .collect();
        Ok((values, chromosomes))
    }
}

/// Windows of an indexed file that are sampled to recognise fractions.
#[cfg(feature = "prepare")]
const ASKED: usize = 256;

#[cfg(feature = "prepare")]
/// Bins of a bigWig file between two checks for cancellation.
const TURN: usize = 1 << 13;

#[cfg(feature = "prepare")]
impl<R: Read + Seek> Signal<R> {
    /// Coverage summed over the bins of whole sequences: for bigWig and bedGraph the value of a base, for BED the
    /// number of rows that cover it, for single-cell fragments the number of cuts there. `go_on` is called
    /// occasionally.
    ///
    /// # Errors
    /// [`PrepareError`] as for tables; if a chromosome and its sequence differ in length, or a row is beyond its end;
    /// if no chromosome matches a sequence. BAM is refused: the coverage of its reads depends on fragments that it may
    /// not contain.
    pub fn coverage(
        &mut self,
        tiling: &Tiling,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Coverage, SignalError> {
        let mut coverage = Coverage {
            sums: vec![0.0; tiling.bins()],
            halves: None,
            matched: Vec::new(),
            unmatched: Vec::new(),
        };
        let chromosomes = match &mut self.source {
            Source::BigWig(bigwig) => bigwig_coverage(bigwig, tiling, &mut coverage.sums, go_on)?,
            Source::Bam(_) => {
                return Err(PrepareError::file(
                    &self.file,
                    PrepareProblem::Format {
                        found: "a BAM file".to_owned(),
                        expected: "coverage as bigWig or bedGraph, or fragments as BED",
                        remedy: "Convert it to bigWig: bamCoverage -b FILE -o OUT.bw; or read pairs to fragments: \
                            samtools sort -n FILE | bedtools bamtobed -bedpe -i - | awk '$1 != \".\" && $1 == $4 \
                            {print $1 \"\\t\" $2 \"\\t\" $6}'.",
                    },
                )
                .into());
            }
            Source::Intervals(source, kind) => {
                let io = |error| PrepareError::file(&self.file, of_io(&error));
                source.seek(SeekFrom::Start(0)).map_err(io)?;
                let lines = Lines::open(&self.file, EXPECTED, source);
                let mut halves = (*kind != IntervalKind::Values).then(|| Halves::new(tiling.bins()));
                let found = intervals::coverage(
                    lines,
                    &self.file,
                    *kind,
                    tiling,
                    &mut coverage.sums,
                    halves.as_mut(),
                    go_on,
                )?;
                coverage.halves = halves;
                found
            }
        };
        let owners = tiling.owners(&self.file, &chromosomes)?;
        let mut sequence_of = vec![None; chromosomes.len()];
        for sequence in 0..tiling.len() {
            if let Some(at) = owners.of(sequence) {
                sequence_of[at] = Some(sequence);
            }
        }
        for (chromosome, sequence) in chromosomes.into_iter().zip(sequence_of) {
            match sequence {
                Some(sequence) => coverage.matched.push((chromosome.name, sequence)),
                None => coverage.unmatched.push(chromosome.name),
            }
        }
        if coverage.matched.is_empty() {
            let sequences = (0..tiling.len()).map(|one| tiling.name(one).to_owned());
            return Err(PrepareError::file(
                &self.file,
                PrepareProblem::NoCommonSequence {
                    signal: coverage.unmatched,
                    sequences: sequences.collect(),
                    genome: tiling.file.clone(),
                },
            )
            .into());
        }
        Ok(coverage)
    }
}

#[cfg(feature = "prepare")]
/// Sums an indexed file, and returns its chromosomes.
fn bigwig_coverage<R: Read + Seek>(
    bigwig: &mut BigWig<R>,
    tiling: &Tiling,
    sums: &mut [f64],
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<Vec<Chromosome>, SignalError> {
    let chromosomes = bigwig.chromosomes().to_vec();
    let owners = tiling.owners(bigwig.file(), &chromosomes)?;
    for sequence in 0..tiling.len() {
        let Some(number) = owners.of(sequence) else {
            continue;
        };
        tiling.check_length(bigwig.file(), sequence, &chromosomes[number])?;
        let mut first = 0;
        for part in sums[tiling.bins_of(sequence)].chunks_mut(TURN) {
            if go_on().is_break() {
                return Err(SignalError::Cancelled);
            }
            let bins = Bins {
                start: (first * tiling.bin_size()) as i64,
                size: tiling.bin_size() as i64,
                count: part.len(),
            };
            bigwig.window(number, bins, Summary::Sum, part)?;
            first += part.len();
        }
    }
    Ok(chromosomes)
}

/// Means from sums and numbers; NaN without values.
#[cfg(feature = "prepare")]
fn ratios(mut sums: Vec<f32>, covered: &[f32]) -> Vec<f32> {
    for (sum, &covered) in sums.iter_mut().zip(covered) {
        *sum /= covered;
    }
    sums
}

/// A bin's value from its sum.
fn value(sum: f64, quantity: Quantity, bins: Bins) -> f32 {
    match quantity {
        Quantity::Signal(Summary::Mean) => (sum / bins.size as f64) as f32,
        _ => sum as f32,
    }
}

/// Adds an interval's value to the bins that it overlaps.
fn add_signal(bins: Bins, start: u32, end: u32, value: f32, summary: Summary, sums: &mut [f64]) {
    let value = f64::from(value);
    match summary {
        Summary::Mean | Summary::MeanCovered | Summary::Sum => {
            bins.overlapped(start, end, |bin, bases| sums[bin] += value * bases as f64);
        }
        Summary::Covered => bins.overlapped(start, end, |bin, bases| sums[bin] += bases as f64),
        Summary::Max => bins.overlapped(start, end, |bin, _| sums[bin] = sums[bin].max(value)),
    }
}

#[cfg(feature = "prepare")]
/// Counts a read in every bin that it overlaps.
fn add_read(bins: Bins, start: u32, end: u32, sums: &mut [f64]) {
    bins.overlapped(start, end, |bin, _| sums[bin] += 1.0);
}

/// Signal is finite and not negative; NaN is no value.
fn signal(value: f32, place: impl FnOnce() -> String) -> Result<Option<f32>, PrepareProblem> {
    if value < 0.0 || value.is_infinite() {
        let place = place();
        return Err(PrepareProblem::NoSignal { value, place });
    }
    Ok((!value.is_nan()).then_some(value))
}

/// Problem of a file with this beginning, if it is not signal.
fn foreign(opening: &[u8]) -> Option<PrepareProblem> {
    const AS_BAM: &str = "Convert it to BAM: samtools sort FILE > OUT.bam.";
    const BIG_BED: &str = "Convert it to BED: bigBedToBed FILE OUT.bed; for reads, keep the first three columns.";
    const KNOWN: [(&[u8], &str, &str); 7] = [
        (
            b"CRAM",
            "a CRAM file",
            "Convert it to BAM: samtools view -b -T GENOME.fa FILE > OUT.bam.",
        ),
        (b"\xeb\xf2\x89\x87", "a bigBed file", BIG_BED),
        (b"\x87\x89\xf2\xeb", "a bigBed file", BIG_BED),
        (
            b"BAI\x01",
            "the index of a BAM file",
            "Name the BAM file; its index is found automatically.",
        ),
        (b"CSI\x01", "an index", "Name the file that it indexes."),
        (b"@HD\t", "SAM", AS_BAM),
        (b"@SQ\t", "SAM", AS_BAM),
    ];
    let empty = opening.is_empty();
    if empty {
        return Some(PrepareProblem::Empty { expected: EXPECTED });
    }
    let (_, found, remedy) = KNOWN.into_iter().find(|(bytes, ..)| opening.starts_with(bytes))?;
    Some(PrepareProblem::Format {
        found: found.to_owned(),
        expected: EXPECTED,
        remedy,
    })
}

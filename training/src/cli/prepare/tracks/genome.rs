//! A genome with signal files.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

use regulens::metrics::tracks::{TrackComparison, TrackFit};
use regulens::prepare::{Halves, Signal, SignalError, SignalFormat, Tiling};
use regulens::sequence::codes::UNKNOWN;
use regulens::sequence::{FastaReader, Record};

use super::folder::{self, Sequences, Targets};
use super::regions::{Grid, Region};
use super::track::{TrackArg, quantile, smooth};
use super::{TracksArgs, regions};
use crate::cli::error::CliError;
use crate::cli::renames::{alike, no_sequence};
use crate::cli::{files, genome, interrupt, progress};
use crate::tracks::manifest::{
    BySplit, Ceiling, Clip, Files, Manifest, Sequence, Source, Split, Stored, Track, Window,
};

/// The sequences that were written.
pub struct SequencesRead {
    pub sequences: Vec<Sequence>,
    /// Unknown bases of each bin.
    pub unknown: Vec<u32>,
    /// Names of those that are not in use.
    pub others: Vec<String>,
    pub notes: Vec<String>,
}

pub fn run(args: &TracksArgs) -> Result<Manifest, CliError> {
    let Some(fasta) = &args.fasta else {
        return Err(CliError::Usage("give --fasta".to_owned()));
    };
    check_tracks(&args.tracks)?;
    let grid = args.grid(None)?;
    let mut watch = progress::watch();
    let mut output = Sequences::create(&args.out)?;
    let wanted = Wanted::new(args, fasta)?;
    let SequencesRead {
        sequences,
        unknown,
        others,
        mut notes,
    } = sequences(
        fasta,
        |_| grid.bin_size,
        &mut output,
        |name| wanted.of(name),
        &mut watch,
    )?;
    let lengths: Vec<usize> = sequences.iter().map(|one| one.length).collect();
    let tiling = tiling(args, fasta, (&sequences, &others), grid.bin_size)?;
    let (mask, blacklists) = mask(args, &tiling, &lengths, grid.bin_size, &mut notes)?;
    let windows = windows(args, &tiling, &lengths, grid, &mask, &unknown, &mut notes)?;

    let mut sources = vec![source("sequence", fasta)?];
    sources.extend(blacklists);
    let bins = tiling.bins();
    let mut targets = Targets::create(&args.out, bins, args.tracks.len())?;
    let mut tracks = Vec::with_capacity(args.tracks.len());
    let predicted = Predicted::new(&windows, &sequences, grid, &mask);
    for (at, track) in args.tracks.iter().enumerate() {
        if watch(&format!("track {}", track.name)).is_break() {
            return Err(interrupt::nothing_written());
        }
        sources.push(source(&track.name, &track.path)?);
        let (values, described) = one_track(args, track, &tiling, &mask, &predicted, &mut notes, &mut watch)?;
        targets.column(at, values);
        tracks.push(described);
    }
    interrupt::check()?;
    let manifest = Manifest {
        format_version: 0,
        bin_size: grid.bin_size,
        length: grid.length,
        buffer: grid.buffer,
        tracks,
        sequences,
        windows,
        files: no_files(),
        sources,
        notes,
    };
    folder::commit(&args.out, output, targets, &mask, manifest)
}

/// To be filled in when the files are written.
pub fn no_files() -> Files {
    let none = || Stored {
        file: String::new(),
        bytes: 0,
        sha256: String::new(),
    };
    Files {
        sequences: none(),
        targets: none(),
        mask: none(),
    }
}

/// Use of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It is named, and must have bases.
    Asked,
    /// It is used where it has bases.
    Free,
    /// It is left out.
    No,
}

/// Which sequences are used: with training regions, only those of the regions; never those that are dropped.
#[derive(Default)]
struct Wanted {
    only_named: bool,
    named: HashSet<String>,
    dropped: HashSet<String>,
}

impl Wanted {
    fn new(args: &TracksArgs, fasta: &Path) -> Result<Self, CliError> {
        let regions: Vec<&str> = [&args.train, &args.valid, &args.test]
            .into_iter()
            .flatten()
            .map(|region| region.name.as_str())
            .collect();
        if regions.is_empty() && args.drop.is_empty() {
            return Ok(Self::default());
        }
        let all = genome::names(fasta)?;
        let names = (args.renames).names(&fasta.display().to_string(), all.iter().map(String::as_str))?;
        let named = |flags: &str, mut asked: Vec<&str>| {
            let mut met = HashSet::new();
            asked.retain(|name| met.insert(*name));
            let owners = names.owners(asked.iter().copied());
            if let Some((sequence, first, second)) = owners.doubled() {
                let found = alike([asked[first], asked[second]], &all[sequence]);
                return Err(CliError::Usage(format!("{flags}: {found}")));
            }
            let meant = (0..all.len()).filter(|&sequence| owners.of(sequence).is_some());
            Ok(meant.map(|sequence| all[sequence].clone()).collect())
        };
        Ok(Self {
            only_named: !args.train.is_empty(),
            named: named("--train, --valid and --test", regions)?,
            dropped: named("--drop", args.drop.iter().map(String::as_str).collect())?,
        })
    }

    fn of(&self, name: &str) -> Use {
        match self.named.contains(name) {
            _ if self.dropped.contains(name) => Use::No,
            true => Use::Asked,
            false if self.only_named => Use::No,
            false => Use::Free,
        }
    }
}

fn check_tracks(tracks: &[TrackArg]) -> Result<(), CliError> {
    if tracks.is_empty() {
        return Err(CliError::Usage(
            "no measurements are given; give --track NAME=FILE, --targets FILE.npy or --hdf5 FILE.h5".to_owned(),
        ));
    }
    for (at, track) in tracks.iter().enumerate() {
        if tracks[..at].iter().any(|other| other.name == track.name) {
            return Err(CliError::Usage(format!(
                "--track {} is given twice; give each track its own name",
                track.name
            )));
        }
    }
    Ok(())
}

/// Reads sequences piece by piece and writes those that `of` uses, with one in memory at a time. `bin_size` gives
/// the bases of a bin for the length of a sequence.
pub fn sequences(
    fasta: &Path,
    bin_size: impl Fn(usize) -> usize,
    output: &mut Sequences,
    of: impl Fn(&str) -> Use,
    watch: &mut impl FnMut(&str) -> ControlFlow<()>,
) -> Result<SequencesRead, CliError> {
    let name = fasta.display().to_string();
    let mut read = SequencesRead {
        sequences: Vec::new(),
        unknown: Vec::new(),
        others: Vec::new(),
        notes: Vec::new(),
    };
    let (mut offset, mut left_out, mut without) = (0, Vec::new(), Vec::<String>::new());
    let mut keep = |record: Record| -> Result<(), CliError> {
        let has_bases = record.codes.iter().any(|&code| code < UNKNOWN);
        match of(&record.name) {
            Use::Asked if !has_bases => return Err(genome::asked_without_base(&name, record).into()),
            Use::Free if !has_bases => {
                without.push(record.name);
                return Ok(());
            }
            Use::No => {
                left_out.push(record.name);
                return Ok(());
            }
            Use::Asked | Use::Free => {}
        }
        if let Some(note) = record.note() {
            read.notes.push(format!("{}: {note}", record.name));
        }
        output.write(&record.codes)?;
        let length = record.codes.len();
        read.sequences.push(Sequence {
            name: record.name,
            length,
            offset,
            first_bin: read.unknown.len(),
        });
        offset += length;
        let bins = record.codes.chunks_exact(bin_size(length));
        read.unknown
            .extend(bins.map(|bin| bin.iter().filter(|&&code| code >= UNKNOWN).count() as u32));
        Ok(())
    };
    let mut go_on = || match watch(&format!("reading {}", files::name(&name))) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(interrupt::nothing_written()),
    };
    if let Some(mut genome) = genome::sliced(fasta)? {
        for sequence in 0..genome.sequences().len() {
            keep(genome::record(&mut genome, sequence)?)?;
            go_on()?;
        }
    } else {
        let mut reader = FastaReader::new(&name);
        files::pieces(fasta, |bytes| {
            reader.push(bytes)?;
            reader.take().into_iter().try_for_each(&mut keep)?;
            go_on()
        })?;
        reader.finish()?.into_iter().try_for_each(&mut keep)?;
    }
    if read.sequences.is_empty() {
        return Err(CliError::Usage(format!(
            "no sequence of {name} is used: found {}; name some of these with --train, --valid and --test, and drop \
                fewer",
            left_out.join(", ")
        )));
    }
    if !without.is_empty() {
        let names: Vec<&str> = without.iter().map(String::as_str).collect();
        read.notes.push(genome::without_base(files::name(&name), &names));
    }
    if !left_out.is_empty() {
        read.notes.push(format!("left out: {}", shortened(&left_out)));
    }
    read.others = [left_out, without].concat();
    Ok(read)
}

/// The first names, and how many more.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// The sequences in use, as other files name them; `others` are in the FASTA, too.
pub fn tiling(
    args: &TracksArgs,
    fasta: &Path,
    (sequences, others): (&[Sequence], &[String]),
    bin_size: usize,
) -> Result<Tiling, CliError> {
    let named: Vec<_> = sequences.iter().map(|one| (one.name.clone(), one.length)).collect();
    let file = fasta.display().to_string();
    let mut tiling = Tiling::new(&file, &named, bin_size);
    (args.renames).apply(&no_sequence(&file), |other, name| {
        tiling.rename(other, name) || others.iter().any(|one| one == name)
    })?;
    Ok(tiling)
}

/// The bins that do not count, and the files that list them.
fn mask(
    args: &TracksArgs,
    tiling: &Tiling,
    lengths: &[usize],
    bin_size: usize,
    notes: &mut Vec<String>,
) -> Result<(Vec<u8>, Vec<Source>), CliError> {
    let mut mask = vec![0; tiling.bins()];
    let mut cover = |sequence: usize, start: usize, end: usize| {
        let bins = tiling.bins_of(sequence);
        let first = (bins.start + start / bin_size).min(bins.end);
        let last = (bins.start + end.div_ceil(bin_size)).min(bins.end);
        mask[first..last.max(first)].fill(1);
    };
    let mut sources = Vec::new();
    for entry in &args.blacklist {
        let path = Path::new(entry);
        if !path.is_file() {
            let region: Region = entry
                .parse()
                .map_err(|problem| CliError::Usage(format!("--blacklist: {problem}; and there is no such file")))?;
            let regions = [region];
            let meant = regions::meant(&regions, tiling)?;
            for region in regions::place("--blacklist", &regions, &meant, tiling, lengths)? {
                cover(region.sequence, region.start, region.end);
            }
            continue;
        }
        sources.push(source("blacklist", path)?);
        let mut names = BTreeSet::new();
        each_row(path, |name, _, _| {
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        })?;
        let names: Vec<String> = names.into_iter().collect();
        let owners = tiling.names().owners(names.iter().map(String::as_str));
        if let Some((sequence, first, second)) = owners.doubled() {
            return Err(CliError::file(
                entry,
                alike([&names[first], &names[second]], tiling.name(sequence)),
            ));
        }
        let meant = |sequence| Some((names[owners.of(sequence)?].as_str(), sequence));
        let sequences: HashMap<&str, usize> = (0..tiling.len()).filter_map(meant).collect();
        let (mut used, mut others) = (0, 0);
        each_row(path, |name, start, end| match sequences.get(name).copied() {
            Some(sequence) => {
                used += 1;
                cover(sequence, start, end);
            }
            None => others += 1,
        })?;
        if used == 0 {
            return Err(CliError::file(
                entry,
                format!(
                    "found none of {others} regions on the sequences used; expected some. Use a blacklist of the \
                        same genome"
                ),
            ));
        }
        notes.push(format!(
            "{}: {used} regions, and {others} on sequences that are not used",
            files::name(entry)
        ));
    }
    let masked = mask.iter().filter(|&&byte| byte != 0).count();
    if masked > 0 {
        notes.push(format!("{masked} of {} bins are ignored", mask.len()));
    }
    Ok((mask, sources))
}

/// Chromosome, start and end of each row of a BED file, plain or gzipped.
fn each_row(path: &Path, mut each: impl FnMut(&str, usize, usize)) -> Result<(), CliError> {
    let text = files::text(path, "regions as BED")?;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let comment = ["#", "track", "browser"].iter().any(|start| line.starts_with(start));
        if line.is_empty() || comment {
            continue;
        }
        let mut columns = line.split_ascii_whitespace();
        let name = columns.next().unwrap_or_default();
        let mut number = || columns.next().and_then(|text| text.parse::<usize>().ok());
        match (number(), number()) {
            (Some(start), Some(end)) if start <= end => each(name, start, end),
            _ => {
                return Err(CliError::file(
                    format!("{}, line {}", path.display(), at + 1),
                    format!(
                        "found {:?}; expected chromosome, start and end (BED). Correct or remove the row",
                        line.chars().take(80).collect::<String>()
                    ),
                ));
            }
        }
    }
    Ok(())
}

/// The windows of each split that are used.
pub fn windows(
    args: &TracksArgs,
    tiling: &Tiling,
    lengths: &[usize],
    grid: Grid,
    mask: &[u8],
    unknown: &[u32],
    notes: &mut Vec<String>,
) -> Result<BySplit<Vec<Window>>, CliError> {
    let meant = regions::meant([&args.train, &args.valid, &args.test].into_iter().flatten(), tiling)?;
    if !meant.left_out.is_empty() {
        notes.push(format!(
            "regions on {} are not used: other names match their sequences better",
            shortened(&meant.left_out)
        ));
    }
    let place = |flag, regions: &[Region]| regions::place(flag, regions, &meant, tiling, lengths);
    let placed = BySplit {
        train: place("--train", &args.train)?,
        valid: place("--valid", &args.valid)?,
        test: place("--test", &args.test)?,
    };
    let splits = regions::splits(placed, !args.train.is_empty(), tiling, lengths)?;
    let crop = grid.buffer / grid.bin_size;
    let bins = grid.length / grid.bin_size;
    let (mut short, mut masked, mut blank) = (Vec::new(), 0, 0);
    let mut windows = BySplit::<Vec<Window>>::default();
    for split in Split::ALL {
        for region in splits.of(split) {
            let candidates = regions::windows(region, split, grid);
            if candidates.is_empty() {
                let name = tiling.name(region.sequence);
                short.push(format!("{name}:{}-{}", region.start, region.end));
            }
            for window in candidates {
                let first = tiling.bins_of(window.sequence).start + window.start / grid.bin_size;
                let all = first..first + bins;
                let predicted = first + crop..first + bins - crop;
                let not_known: u64 = unknown[all].iter().map(|&bases| u64::from(bases)).sum();
                if mask[predicted].iter().all(|&byte| byte != 0) {
                    masked += 1;
                } else if not_known as f64 > args.max_unknown * grid.length as f64 {
                    blank += 1;
                } else {
                    windows.of_mut(split).push(window);
                }
            }
        }
    }
    if !short.is_empty() {
        notes.push(format!(
            "shorter than a window of {} bp, and therefore left out: {}",
            grid.length,
            shortened(&short)
        ));
    }
    if masked > 0 {
        notes.push(format!("{masked} windows left out: no usable bin"));
    }
    if blank > 0 {
        notes.push(format!(
            "{blank} windows left out: more than {} of their bases unknown",
            args.max_unknown
        ));
    }
    if windows.train.is_empty() {
        return Err(CliError::Usage(format!(
            "no window of {} bp is left for training; give a smaller --length, or other regions",
            grid.length
        )));
    }
    Ok(windows)
}

/// The bins that the windows of each split predict and that count, each once, in order.
struct Predicted(BySplit<Vec<usize>>);

impl Predicted {
    fn new(windows: &BySplit<Vec<Window>>, sequences: &[Sequence], grid: Grid, mask: &[u8]) -> Self {
        let crop = grid.buffer / grid.bin_size;
        let bins = grid.length / grid.bin_size;
        let of = |split| {
            let mut all: Vec<usize> = windows
                .of(split)
                .iter()
                .flat_map(|window: &Window| {
                    let first = sequences[window.sequence].first_bin + window.start / grid.bin_size;
                    first + crop..first + bins - crop
                })
                .filter(|&bin| mask[bin] == 0)
                .collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        Self(BySplit {
            train: of(Split::Train),
            valid: of(Split::Valid),
            test: of(Split::Test),
        })
    }
}

/// Reads a track, and gives its values [bins] and what it is.
fn one_track(
    args: &TracksArgs,
    track: &TrackArg,
    tiling: &Tiling,
    mask: &[u8],
    predicted: &Predicted,
    notes: &mut Vec<String>,
    watch: &mut impl FnMut(&str) -> ControlFlow<()>,
) -> Result<(Vec<f32>, Track), CliError> {
    let path = &track.path;
    let file = path.display().to_string();
    let source = File::open(path).map_err(|error| CliError::io(path, error))?;
    let mut signal = Signal::open(&file, source, None)?;
    let format = signal.format();
    let doing = format!("reading {}", files::name(&file));
    let coverage = signal
        .coverage(tiling, &mut || watch(&doing))
        .map_err(|error| match error {
            SignalError::Cancelled => interrupt::nothing_written(),
            SignalError::Prepare(error) => error.into(),
        })?;
    matched(args, track, tiling, &coverage.matched, &coverage.unmatched, notes)?;
    let deviation = args.smooth.map(|bases| bases / tiling.bin_size() as f64);
    let prepare = |mut sums: Vec<f64>| {
        if let Some(deviation) = deviation {
            for sequence in 0..tiling.len() {
                let bins = tiling.bins_of(sequence);
                smooth(&mut sums[bins.clone()], &mask[bins], deviation);
            }
        }
        sums.into_iter().map(|sum| sum as f32).collect::<Vec<f32>>()
    };
    let mut values = prepare(coverage.sums);
    let mut training: Vec<f32> = predicted.0.train.iter().map(|&bin| values[bin]).collect();
    if training.iter().all(|&value| value == 0.0) {
        return Err(CliError::file(
            file,
            "found no coverage in any training bin; expected some. Check that the file is complete and of this \
                genome, or train on other regions",
        ));
    }
    let clip = track.clip.and_then(|share| {
        let value = quantile(&mut training, share)?;
        Some(Clip { quantile: share, value })
    });
    let largest = clip.map_or(f32::INFINITY, |clip| clip.value);
    values.iter_mut().for_each(|value| *value = value.min(largest));
    let ceiling = coverage
        .halves
        .map(|halves| ceiling(halves, prepare, largest, predicted));
    let unit = match format {
        SignalFormat::Reads => "coverage by fragments",
        SignalFormat::Fragments => "cuts, two of a fragment",
        _ => "signal",
    };
    let described = Track {
        name: track.name.clone(),
        assay: track.assay.clone().unwrap_or_default(),
        description: track.description.clone().unwrap_or_default(),
        unit: track
            .unit
            .clone()
            .unwrap_or_else(|| format!("{unit}, summed over {} bp", tiling.bin_size())),
        clip,
        smooth: args.smooth,
        ceiling,
    };
    Ok((values, described))
}

/// One half of the fragments against the other.
fn ceiling(halves: Halves, prepare: impl Fn(Vec<f64>) -> Vec<f32>, largest: f32, predicted: &Predicted) -> Ceiling {
    let [one, other] = halves.sums.map(|sums| {
        let doubled = sums.into_iter().map(|sum| 2.0 * sum).collect();
        let mut values = prepare(doubled);
        values.iter_mut().for_each(|value| *value = value.min(largest));
        values
    });
    let fit = |split| {
        let bins = predicted.0.of(split);
        let of = |values: &[f32]| bins.iter().map(|&bin| values[bin]).collect::<Vec<_>>();
        let mut comparison = TrackComparison::new(1);
        comparison.add(&of(&one), &of(&other), None);
        comparison.fits().first().copied().unwrap_or_default()
    };
    Ceiling {
        what: "one half of the fragments against the other, both doubled and clipped like the track".to_owned(),
        fragments: halves.fragments,
        fit: BySplit::<TrackFit> {
            train: fit(Split::Train),
            valid: fit(Split::Valid),
            test: fit(Split::Test),
        },
    }
}

/// Prints how names were matched, and refuses a file that lacks sequences.
fn matched(
    args: &TracksArgs,
    track: &TrackArg,
    tiling: &Tiling,
    found: &[(String, usize)],
    others: &[String],
    notes: &mut Vec<String>,
) -> Result<(), CliError> {
    let mut there = vec![false; tiling.len()];
    let mut renamed = Vec::new();
    for (name, sequence) in found {
        if std::mem::replace(&mut there[*sequence], true) {
            return Err(CliError::file(
                track.path.display(),
                format!(
                    "found two chromosomes for {}, {name} the second; expected one. Rename one with --rename",
                    tiling.name(*sequence)
                ),
            ));
        }
        if name != tiling.name(*sequence) {
            renamed.push(format!("{name} as {}", tiling.name(*sequence)));
        }
    }
    if !renamed.is_empty() {
        notes.push(format!("{}: read {}", track.name, shortened(&renamed)));
    }
    if !others.is_empty() {
        notes.push(format!("{}: not used: {}", track.name, shortened(others)));
    }
    let lacking: Vec<String> = (0..tiling.len())
        .filter(|&sequence| !there[sequence])
        .map(|sequence| tiling.name(sequence).to_owned())
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    if !args.missing_as_zero {
        return Err(CliError::file(
            track.path.display(),
            format!(
                "found no signal for {}; expected it for every sequence used. Choose training sequences with \
                    --train, omit these with --drop, or count them as 0 with --missing-as-zero",
                shortened(&lacking)
            ),
        ));
    }
    notes.push(format!("{}: 0 on {}", track.name, shortened(&lacking)));
    Ok(())
}

/// A file with its hash.
pub fn source(what: &str, path: &Path) -> Result<Source, CliError> {
    Ok(Source {
        what: what.to_owned(),
        file: files::name(&path.display().to_string()).to_owned(),
        sha256: folder::sha256_of(path)?,
    })
}

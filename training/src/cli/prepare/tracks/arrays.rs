//! Records whose bins were measured elsewhere: FASTA with a NumPy array, or the published HDF5.

use std::path::Path;

use regulens::sequence::codes::UNKNOWN;

use super::TracksArgs;
use super::folder::{self, Sequences, Targets};
use super::genome::{self, Use, no_files, sequences, source, tiling};
use super::hdf5::{Example, Published};
use super::npy::Npy;
use super::regions::Region;
use crate::cli::error::CliError;
use crate::cli::words::counted;
use crate::cli::{interrupt, progress};
use crate::tracks::manifest::{BySplit, Manifest, Sequence, Split, Track, Window};

/// FASTA and an array of measurements for each record.
pub fn npy(args: &TracksArgs, file: &Path) -> Result<Manifest, CliError> {
    let Some(fasta) = &args.fasta else {
        return Err(CliError::Usage("give --fasta".to_owned()));
    };
    if !args.drop.is_empty() {
        return Err(CliError::Usage(
            "--drop does not apply to arrays, which have values for every record; name the training records with \
                --train"
                .to_owned(),
        ));
    }
    let mut array = Npy::open(file)?;
    let [records, bins, tracks] = array.shape;
    if !args.names.is_empty() && args.names.len() != tracks {
        return Err(CliError::Usage(format!(
            "--names gives {}; the array has {tracks}",
            counted(args.names.len(), "track")
        )));
    }
    let mut watch = progress::watch();
    let mut output = Sequences::create(&args.out)?;
    let bin_of = |length: usize| (length / bins).max(1);
    let read = sequences(fasta, bin_of, &mut output, |_| Use::Asked, &mut watch)?;
    let lengths: Vec<usize> = read.sequences.iter().map(|one| one.length).collect();
    let length = lengths[0];
    let same = lengths.iter().all(|&other| other == length);
    if lengths.len() != records || !same || !length.is_multiple_of(bins) {
        return Err(CliError::file(
            file.display(),
            format!(
                "found {records} records of {bins} bins; expected one for each of {} records of {}, whose first has \
                    {length} bp, all of one length that is a whole number of bins. Give the sequences of the array, \
                    in the same order",
                lengths.len(),
                fasta.display()
            ),
        ));
    }
    let grid = args.grid(Some((length, length / bins)))?;
    let sequences = read.sequences;
    let tiling = tiling(args, fasta, (&sequences, &[]), grid.bin_size)?;
    let mut notes = read.notes;
    let mut mask = vec![0; records * bins];
    let mut targets = Targets::create(&args.out, records * bins, tracks)?;
    for record in 0..records {
        if watch(&format!("record {record} of {records}")).is_break() {
            return Err(interrupt::nothing_written());
        }
        let (values, unmeasured) = array.record(record)?;
        targets.rows(record * bins, &values);
        for bin in unmeasured {
            mask[record * bins + bin] = 1;
        }
    }
    let masked = mask.iter().filter(|&&byte| byte != 0).count();
    if masked > 0 {
        notes.push(format!(
            "{masked} of {} bins are ignored: a track has NaN there",
            mask.len()
        ));
    }
    let windows = genome::windows(args, &tiling, &lengths, grid, &mask, &read.unknown, &mut notes)?;
    let track = |at: usize| Track {
        name: args.names.get(at).cloned().unwrap_or_else(|| format!("track_{at}")),
        assay: args.assay.clone().unwrap_or_default(),
        unit: format!("coverage summed over {} bp", grid.bin_size),
        ..Track::default()
    };
    let manifest = Manifest {
        format_version: 0,
        bin_size: grid.bin_size,
        length: grid.length,
        buffer: grid.buffer,
        tracks: (0..tracks).map(track).collect(),
        sequences,
        windows,
        files: no_files(),
        sources: vec![source("sequence", fasta)?, source("targets", file)?],
        notes,
    };
    folder::commit(&args.out, output, targets, &mask, manifest)
}

/// The published layout, whose sequences are in splits already.
pub fn hdf5(args: &TracksArgs, file: &Path) -> Result<Manifest, CliError> {
    let named: [(&str, &Vec<Region>); 3] = [
        ("--train", &args.train),
        ("--valid", &args.valid),
        ("--test", &args.test),
    ];
    if let Some((flag, _)) = named.iter().find(|(_, regions)| !regions.is_empty()) {
        return Err(CliError::Usage(format!(
            "{flag}: the HDF5 file assigns the sequences to splits; leave it out"
        )));
    }
    if args.renames.are_given() {
        return Err(CliError::Usage(
            "--rename: the HDF5 file has no sequence names; leave it out".to_owned(),
        ));
    }
    let published = Published::open(file)?;
    let grid = args.grid(Some((published.length, published.bin_size())))?;
    if grid.length != published.length {
        return Err(CliError::Usage(format!(
            "--length {}: the sequences of the HDF5 file have {} bp; leave it out",
            grid.length, published.length
        )));
    }
    let (bins, tracks) = (published.bins, published.tracks.len());
    let all: usize = published.splits.iter().map(|(_, n)| n).sum();
    let mut watch = progress::watch();
    let mut output = Sequences::create(&args.out)?;
    let mut targets = Targets::create(&args.out, all * bins, tracks)?;
    let mut mask = Vec::with_capacity(all * bins);
    let mut sequences = Vec::with_capacity(all);
    let mut windows = BySplit::<Vec<Window>>::default();
    let mut blank = 0;
    for &(split, n) in &published.splits {
        for row in 0..n {
            if watch(&format!("{} {row} of {n}", split.name())).is_break() {
                return Err(interrupt::nothing_written());
            }
            let example: Example = published.example(split, row)?;
            let at = sequences.len();
            output.write(&example.codes)?;
            targets.rows(at * bins, &example.targets);
            let unknown = example.codes.iter().filter(|&&code| code >= UNKNOWN).count();
            let crop = grid.buffer / grid.bin_size;
            let counts = example.mask[crop..bins - crop].contains(&0);
            if counts && unknown as f64 <= args.max_unknown * grid.length as f64 {
                windows.of_mut(split).push(Window { sequence: at, start: 0 });
            } else {
                blank += 1;
            }
            mask.extend(example.mask);
            sequences.push(Sequence {
                name: format!("{}_{row}", split.name()),
                length: published.length,
                offset: at * published.length,
                first_bin: at * bins,
            });
        }
    }
    let mut notes = Vec::new();
    if blank > 0 {
        notes.push(format!(
            "{blank} sequences left out: no usable bin, or more than {} of their bases unknown",
            args.max_unknown
        ));
    }
    let missing: Vec<&str> = Split::ALL
        .into_iter()
        .filter(|split| windows.of(*split).is_empty())
        .map(Split::name)
        .collect();
    if !missing.is_empty() {
        notes.push(format!("no sequences in {}", missing.join(", ")));
    }
    let manifest = Manifest {
        format_version: 0,
        bin_size: grid.bin_size,
        length: grid.length,
        buffer: grid.buffer,
        tracks: published.tracks,
        sequences,
        windows,
        files: no_files(),
        sources: vec![source("sequences and targets", file)?],
        notes,
    };
    folder::commit(&args.out, output, targets, &mask, manifest)
}

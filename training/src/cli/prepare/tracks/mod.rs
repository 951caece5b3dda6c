//! `regulens prepare tracks`: sequences with measured tracks, for models of sequence.
//!
//! ```text
//! genome   FASTA and signal files        regions   which bases are in which split, and their windows
//! arrays   FASTA and a NumPy array,      track     a track's settings, clipping, smoothing
//!          or the published HDF5         folder    what is written
//! ```

mod arrays;
mod folder;
mod genome;
mod hdf5;
mod npy;
mod regions;
mod track;

use std::path::PathBuf;

use clap::Args;

use self::regions::{Grid, Region};
use self::track::TrackArg;
use crate::cli::error::CliError;
use crate::cli::interrupt;
use crate::cli::renames::RenameArgs;
use crate::cli::words::counted;
use crate::tracks::manifest::{Manifest, Split};

/// Preparation of sequences with tracks.
#[derive(Debug, Args)]
pub struct TracksArgs {
    /// Sequences: FASTA, plain or gzipped, or 2bit
    #[arg(long, value_name = "FILE", required_unless_present = "hdf5", conflicts_with = "hdf5")]
    fasta: Option<PathBuf>,
    /// A track and its signal: bigWig, bedGraph, BED of fragments, or fragments of single cells (fragments.tsv.gz, by
    /// their two cuts), plain or gzipped. Settings may follow:
    /// assay=ATAC, clip=0.999 (cut at this quantile of the training bins), description=…, unit=…. Give it once for each
    /// track
    #[arg(long = "track", value_name = "NAME=FILE[,KEY=VALUE]…", value_parser = track::track)]
    tracks: Vec<TrackArg>,
    /// In place of --track, the measurements for the FASTA file's records: a NumPy array [records, bins, tracks] of
    /// float16 or float32
    #[arg(long, value_name = "FILE.npy", requires = "fasta", conflicts_with_all = ["tracks", "hdf5"])]
    targets: Option<PathBuf>,
    /// In place of all these, a file in the layout published with Basenji: train_in, train_out, valid_in, …
    #[arg(long, value_name = "FILE.h5", conflicts_with = "tracks")]
    hdf5: Option<PathBuf>,
    /// The folder to write
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Base pairs of a bin [default: 128, or those of the array or file]
    #[arg(long, value_name = "BP")]
    bin_size: Option<usize>,
    /// Base pairs that a model reads at once [default: 131072, or the length of the records of the array or file]
    #[arg(long, value_name = "BP")]
    length: Option<usize>,
    /// Base pairs at each end of a window without predictions
    #[arg(long, value_name = "BP", default_value_t = 4096)]
    buffer: usize,
    /// Training regions: sequences, or parts of them like chrII:0-609888, with the first base counted from 0 and the
    /// end not included [default: all that the other splits leave]
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    train: Vec<Region>,
    /// Validation regions, which choose the epoch
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    valid: Vec<Region>,
    /// Test regions, which are not used to choose anything
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    test: Vec<Region>,
    /// Sequences to leave out, such as chrM
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    drop: Vec<String>,
    /// Leave out bins that overlap these: a region, or a BED file, plain or gzipped. May be repeated
    #[arg(long, value_name = "FILE|REGION", requires = "fasta")]
    blacklist: Vec<String>,
    #[command(flatten)]
    renames: RenameArgs,
    /// Smooth coverage with a Gaussian of this standard deviation, in base pairs [default: no smoothing]
    #[arg(long, value_name = "BP", requires = "tracks", value_parser = above_zero)]
    smooth: Option<f64>,
    /// Take sequences that a signal file lacks, with coverage 0 [default: refuse them]
    #[arg(long, requires = "tracks")]
    missing_as_zero: bool,
    /// Leave out windows with a larger share of unknown bases (N)
    #[arg(long, value_name = "SHARE", default_value_t = 0.35, value_parser = share)]
    max_unknown: f64,
    /// Names of the array's tracks [default: track_0, track_1, …]
    #[arg(long, value_name = "NAME", value_delimiter = ',', requires = "targets")]
    names: Vec<String>,
    /// Assay of the array's tracks, such as CAGE
    #[arg(long, value_name = "NAME", requires = "targets")]
    assay: Option<String>,
}

/// Published with Basenji.
const BIN_SIZE: usize = 128;
/// Published with Basenji.
const LENGTH: usize = 131_072;

impl TracksArgs {
    /// The windows, for records of this length and number of bins, if these are known.
    fn grid(&self, told: Option<(usize, usize)>) -> Result<Grid, CliError> {
        let bin_size = match (self.bin_size, told) {
            (Some(asked), Some((_, told))) if asked != told => {
                return Err(CliError::Usage(format!(
                    "--bin-size {asked}: the data have bins of {told} bp; leave it out"
                )));
            }
            (asked, told) => asked.or(told.map(|(_, bin_size)| bin_size)).unwrap_or(BIN_SIZE),
        };
        let length = self.length.or(told.map(|(length, _)| length)).unwrap_or(LENGTH);
        let whole = |bases: usize| bin_size > 0 && bases.is_multiple_of(bin_size);
        if length == 0 || !whole(length) || !whole(self.buffer) {
            return Err(CliError::Usage(format!(
                "--length {length} and --buffer {} are no whole bins of {bin_size} bp; give multiples of --bin-size",
                self.buffer
            )));
        }
        if 2 * self.buffer >= length {
            return Err(CliError::Usage(format!(
                "--buffer {}:with --length {length} nothing is left between the ends; give a smaller one",
                self.buffer
            )));
        }
        Ok(Grid {
            bin_size,
            length,
            buffer: self.buffer,
        })
    }
}

/// Reads sequences and signal, and writes the folder.
pub fn run(args: &TracksArgs) -> Result<(), CliError> {
    interrupt::watch();
    let there = args.out.exists();
    let prepared = match (&args.hdf5, &args.targets) {
        (Some(file), _) => arrays::hdf5(args, file),
        (None, Some(file)) => arrays::npy(args, file),
        (None, None) => genome::run(args),
    };
    if prepared.is_err() && !there {
        // Only an empty folder is removed; if there is none, there is nothing to do.
        let _ = std::fs::remove_dir(&args.out);
    }
    tell(&prepared?, args);
    Ok(())
}

/// Prints what the folder contains.
fn tell(manifest: &Manifest, args: &TracksArgs) {
    for note in &manifest.notes {
        eprintln!("{note}");
    }
    for track in &manifest.tracks {
        let name = &track.name;
        if let Some(clip) = track.clip {
            eprintln!(
                "{name}: cut at {}, the quantile {} of the training bins",
                clip.value, clip.quantile
            );
        }
        if let Some(ceiling) = &track.ceiling
            && let (Some(r), Some(log_r)) = (ceiling.fit.test.pearson, ceiling.fit.test.log_pearson)
        {
            eprintln!(
                "{name}: half of the fragments against the other, test bins: r {r:.3}, of log2(x + 1) {log_r:.3}"
            );
        }
    }
    let windows = Split::ALL.map(|split| format!("{} to {}", manifest.windows.of(split).len(), verb(split)));
    eprintln!(
        "{}, {} of {} bp in all; windows of {} bp, {} of {} bp predicted: {}, in {}",
        counted(manifest.tracks.len(), "track"),
        counted(manifest.sequences.len(), "sequence"),
        manifest.all_bases(),
        manifest.length,
        counted(manifest.cropped(), "bin"),
        manifest.bin_size,
        windows.join(", "),
        args.out.display()
    );
}

fn verb(split: Split) -> &'static str {
    match split {
        Split::Train => "train",
        Split::Valid => "validate",
        Split::Test => "test",
    }
}

fn above_zero(text: &str) -> Result<f64, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number: &f64| *number > 0.0 && number.is_finite());
    number.ok_or_else(|| format!("`{text}` is no number above 0"))
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| format!("`{text}` is no share from 0 to 1"))
}

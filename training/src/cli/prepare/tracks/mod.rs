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
#[command(after_help = AFTER_HELP)]
pub struct TracksArgs {
    /// Sequences: FASTA, plain or gzipped, or 2bit
    #[arg(long, value_name = "FILE", required_unless_present = "hdf5", conflicts_with = "hdf5")]
    fasta: Option<PathBuf>,
    /// Track and its signal file: bigWig, bedGraph, BED of fragments, or single-cell fragments (fragments.tsv.gz);
    /// plain or gzipped. Repeat for each track. Optional keys: assay, description, unit, clip (see TRACK SETTINGS)
    #[arg(long = "track", value_name = "NAME=FILE[,KEY=VALUE]…", value_parser = track::track)]
    tracks: Vec<TrackArg>,
    /// Measurements of the FASTA records, instead of --track: NumPy array [records, bins, tracks], float16 or float32
    #[arg(long, value_name = "FILE.npy", requires = "fasta", conflicts_with_all = ["tracks", "hdf5"], help_heading = "Measurements from arrays")]
    targets: Option<PathBuf>,
    /// File in the layout published with Basenji (train_in, train_out, valid_in, …), instead of --fasta, --track and
    /// --targets
    #[arg(
        long,
        value_name = "FILE.h5",
        conflicts_with = "tracks",
        help_heading = "Measurements from arrays"
    )]
    hdf5: Option<PathBuf>,
    /// Folder to write
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Bin size in bp [default: 128, or that of the array or file]
    #[arg(long, value_name = "BP", help_heading = "Windows")]
    bin_size: Option<usize>,
    /// Length of a window, the input of a model, in bp [default: 131072, or the record length of the array or file]
    #[arg(long, value_name = "BP", help_heading = "Windows")]
    length: Option<usize>,
    /// Length without predictions at each end of a window, in bp
    #[arg(long, value_name = "BP", default_value_t = 4096, help_heading = "Windows")]
    buffer: usize,
    /// Training regions: sequences, or parts such as chrII:0-609888 (from 0, end excluded) [default: everything not in
    /// another split]
    #[arg(long, value_name = "REGION", value_delimiter = ',', help_heading = "Splits")]
    train: Vec<Region>,
    /// Validation regions, which choose the epoch
    #[arg(long, value_name = "REGION", value_delimiter = ',', help_heading = "Splits")]
    valid: Vec<Region>,
    /// Held-out test regions
    #[arg(long, value_name = "REGION", value_delimiter = ',', help_heading = "Splits")]
    test: Vec<Region>,
    /// Sequences to omit, such as chrM
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Splits")]
    drop: Vec<String>,
    /// Regions whose bins are omitted: a region, or a BED file, plain or gzipped; repeatable
    #[arg(long, value_name = "FILE|REGION", requires = "fasta", help_heading = "Splits")]
    blacklist: Vec<String>,
    #[command(flatten)]
    renames: RenameArgs,
    /// Standard deviation of Gaussian smoothing of the coverage, in bp [default: no smoothing]
    #[arg(long, value_name = "BP", requires = "tracks", value_parser = above_zero, help_heading = "Signal")]
    smooth: Option<f64>,
    /// Include sequences that a signal file lacks, with coverage 0 [default: refuse them]
    #[arg(long, requires = "tracks", help_heading = "Signal")]
    missing_as_zero: bool,
    /// Maximum share of unknown bases (N) in a window; others are omitted
    #[arg(long, value_name = "SHARE", default_value_t = 0.35, value_parser = share, help_heading = "Windows")]
    max_unknown: f64,
    /// Names of the tracks of --targets [default: track_0, track_1, …]
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        requires = "targets",
        help_heading = "Measurements from arrays"
    )]
    names: Vec<String>,
    /// Assay of the tracks of --targets, such as CAGE
    #[arg(
        long,
        value_name = "NAME",
        requires = "targets",
        help_heading = "Measurements from arrays"
    )]
    assay: Option<String>,
}

const AFTER_HELP: &str = "\
VALUE OF A BIN: sum of the coverage over its bases
  bigWig, bedGraph       values of the file; a base without a value counts as 0
  BED of fragments       number of fragments that cover each base
  single-cell fragments  number of cuts at each base: both ends of each fragment

TRACK SETTINGS, as in --track ATAC=k562.bw,assay=ATAC,clip=0.999
  assay        name of the assay
  description  free text
  unit         unit of the values
  clip         quantile of the training bins at which values are cut off

SPLITS
Whole sequences, or parts of them, are held out for validation and test. Windows of different splits
share no base.";

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
                "--length {length} and --buffer {} are not whole bins of {bin_size} bp; give multiples of --bin-size",
                self.buffer
            )));
        }
        if 2 * self.buffer >= length {
            return Err(CliError::Usage(format!(
                "--buffer {}: with --length {length} nothing is left between the ends; give a smaller one",
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
                "{name}: clipped at {}, the {} quantile of the training bins",
                clip.value, clip.quantile
            );
        }
        if let Some(ceiling) = &track.ceiling
            && let (Some(r), Some(log_r)) = (ceiling.fit.test.pearson, ceiling.fit.test.log_pearson)
        {
            eprintln!(
                "{name}: half of the fragments against the other half, test bins: r {r:.3}, r of log2(x + 1) \
                    {log_r:.3}"
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
    number.ok_or_else(|| format!("`{text}` is not a number above 0"))
}

fn share(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| format!("`{text}` is not a share from 0 to 1"))
}

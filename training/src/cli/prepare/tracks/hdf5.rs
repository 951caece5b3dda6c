//! The HDF5 layout that Basenji was published with.
//!
//! ```text
//! train_in  [sequences, length, 4] bool        A, C, G, T; all four for an unknown base, none for padding
//! train_out [sequences, bins, targets] float16 coverage summed over `pool_width` bases
//! train_na  [sequences, bins] bool             optional: bins that do not count
//! valid_…, test_…                              the same
//! pool_width, target_ids, target_labels, target_strands
//! ```
//!
//! hdf5-pure reads the file; kept by hand is the layout alone.

use std::path::Path;

use hdf5_pure::{Dataset, Datatype, DatatypeByteOrder, File};
use regulens::sequence::codes::{NOTHING, UNKNOWN};
use regulens::weights::{float16, float32};

use super::npy;
use crate::cli::error::CliError;
use crate::tracks::manifest::{Split, Track};

/// Bytes that a file may take beside eight times its own.
const SPARE: u128 = 64 << 20;

/// An open file.
pub struct Published {
    file: String,
    source: File,
    /// Bases of each sequence.
    pub length: usize,
    /// Bins of each.
    pub bins: usize,
    /// The tracks.
    pub tracks: Vec<Track>,
    /// Its splits, and their numbers of sequences.
    pub splits: Vec<(Split, usize)>,
}

/// One sequence.
pub struct Example {
    pub codes: Vec<u8>,
    /// [bins, tracks].
    pub targets: Vec<f32>,
    /// [bins].
    pub mask: Vec<u8>,
}

impl Published {
    pub fn open(path: &Path) -> Result<Self, CliError> {
        let file = path.display().to_string();
        let source = File::open_streaming(path).map_err(|error| match error {
            hdf5_pure::Error::Io(error) => CliError::io(path, error),
            error => wrong(&file, &format!("that it cannot be read ({error})"), "an HDF5 file"),
        })?;
        let mut opened = Self {
            file,
            source,
            length: 0,
            bins: 0,
            tracks: Vec::new(),
            splits: Vec::new(),
        };
        let mut targets = 0;
        for split in Split::ALL {
            let (sequences, coverage) = (format!("{}_in", split.name()), format!("{}_out", split.name()));
            if opened.source.dataset(&sequences).is_err() && split != Split::Train {
                continue;
            }
            let [n, length, channels] = opened.shape(&sequences)?;
            let [measured, bins, tracks] = opened.shape(&coverage)?;
            if channels != 4 || n != measured || n == 0 {
                return Err(opened.wrong(
                    &format!("{sequences} [{n}, {length}, {channels}] and {coverage} [{measured}, {bins}, {tracks}]"),
                    "[sequences, length, 4] and [sequences, bins, targets]",
                ));
            }
            if split == Split::Train {
                (opened.length, opened.bins, targets) = (length, bins, tracks);
            } else if (opened.length, opened.bins, targets) != (length, bins, tracks) {
                return Err(opened.wrong(
                    &format!(
                        "sequences of {length} bp, {bins} bins and {tracks} targets in {}",
                        split.name()
                    ),
                    &format!(
                        "{} bp, {} bins and {targets} targets, as in train",
                        opened.length, opened.bins
                    ),
                ));
            }
            opened.splits.push((split, n));
        }
        opened.check_bins()?;
        opened.check_room(path, targets)?;
        opened.tracks = opened.read_tracks(targets)?;
        Ok(opened)
    }

    /// Bases of a bin.
    pub fn bin_size(&self) -> usize {
        self.length / self.bins
    }

    /// Reads a sequence.
    pub fn example(&self, split: Split, row: usize) -> Result<Example, CliError> {
        let name = split.name();
        let (sequences, coverage) = (format!("{name}_in"), format!("{name}_out"));
        let one_hot = self.row(&sequences, row)?;
        let codes = one_hot.chunks_exact(4).enumerate().map(|(base, channels)| {
            let set = |channel: usize| channels[channel] != 0;
            match (set(0), set(1), set(2), set(3)) {
                (true, false, false, false) => Ok(0),
                (false, true, false, false) => Ok(1),
                (false, false, true, false) => Ok(2),
                (false, false, false, true) => Ok(3),
                (true, true, true, true) => Ok(UNKNOWN),
                (false, false, false, false) => Ok(NOTHING),
                _ => Err(self.wrong(
                    &format!("two or three bases at once in {sequences}, row {row}, base {base} (counted from 0)"),
                    "one, all or none",
                )),
            }
        });
        let codes: Vec<u8> = codes.collect::<Result<_, _>>()?;
        let values = self.numbers(&coverage, row)?;
        let (targets, unmeasured) = npy::signal(values, self.tracks.len()).map_err(|(bin, track, value)| {
            self.wrong(
                &format!("{value} in {coverage}, row {row}, bin {bin}, target {track} (counted from 0)"),
                "coverage of 0 or more",
            )
        })?;
        let left_out = format!("{name}_na");
        let mask = match self.source.dataset(&left_out) {
            Ok(_) => self.row(&left_out, row)?,
            Err(_) => vec![0; self.bins],
        };
        let sizes = (codes.len(), targets.len(), mask.len());
        if sizes != (self.length, self.bins * self.tracks.len(), self.bins) {
            return Err(self.wrong(
                &format!("rows of different sizes in {name}, row {row}: {sizes:?}"),
                "rows of equal size",
            ));
        }
        Ok(Example {
            codes,
            targets,
            mask: (mask.into_iter().enumerate())
                .map(|(bin, byte)| u8::from(byte != 0 || unmeasured.contains(&bin)))
                .collect(),
        })
    }

    /// Refuses shapes that take more memory than such a file may: HDF5 states them freely, and what was never written
    /// takes no byte of the file.
    fn check_room(&self, path: &Path, targets: usize) -> Result<(), CliError> {
        let size = std::fs::metadata(path)
            .map_err(|error| CliError::io(path, error))?
            .len();
        let limit = SPARE + 8 * u128::from(size);
        let [length, bins, tracks] = [self.length, self.bins, targets].map(|size| size as u128);
        // A row of each, and what is said of every track.
        let needed = 4 * length + 4 * bins * tracks + size_of::<Track>() as u128 * tracks;
        if needed <= limit {
            return Ok(());
        }
        Err(self.wrong(
            &format!("{length} bp, {bins} bins and {tracks} targets, {needed} bytes a sequence, in a file of {size}"),
            &format!("at most {limit} for it"),
        ))
    }

    fn check_bins(&self) -> Result<(), CliError> {
        let whole = self.bins > 0 && self.length.is_multiple_of(self.bins) && self.length > 0;
        let width = match self.source.dataset("pool_width") {
            Ok(width) => width.read_i64().ok().and_then(|width| width.first().copied()),
            Err(_) => None,
        };
        let told = width.is_none_or(|width| whole && width == self.bin_size() as i64);
        if whole && told {
            return Ok(());
        }
        let width = width.map_or_else(String::new, |width| format!(", pool_width {width}"));
        Err(self.wrong(
            &format!("sequences of {} bp in {} bins{width}", self.length, self.bins),
            "bins that divide them",
        ))
    }

    fn read_tracks(&self, targets: usize) -> Result<Vec<Track>, CliError> {
        let strings = |name: &str| -> Result<Option<Vec<String>>, CliError> {
            let Ok(dataset) = self.source.dataset(name) else {
                return Ok(None);
            };
            let strings = dataset
                .read_string()
                .map_err(|error| self.wrong(&format!("{error} in {name}"), "text"))?;
            if strings.len() != targets {
                return Err(self.wrong(
                    &format!("{} of {name}", strings.len()),
                    &format!("one for each of {targets} targets"),
                ));
            }
            Ok(Some(strings))
        };
        let ids = strings("target_ids")?;
        let labels = strings("target_labels")?;
        let strands = strings("target_strands")?;
        let of = |all: &Option<Vec<String>>, track: usize| all.as_ref().map(|all| all[track].clone());
        let track = |track: usize| {
            let label = of(&labels, track).unwrap_or_default();
            let strand = of(&strands, track).filter(|strand| matches!(strand.as_str(), "+" | "-"));
            Track {
                name: of(&ids, track).unwrap_or_else(|| format!("target_{track}")),
                assay: assay(&label).to_owned(),
                description: match strand {
                    Some(strand) => format!("{label}, strand {strand}"),
                    None => label,
                },
                unit: format!("coverage summed over {} bp", self.bin_size()),
                ..Track::default()
            }
        };
        Ok((0..targets).map(track).collect())
    }

    fn shape(&self, name: &str) -> Result<[usize; 3], CliError> {
        let shape = self
            .dataset(name)?
            .shape()
            .map_err(|error| self.wrong(&format!("{error} in {name}"), "an array"))?;
        let sizes: Vec<usize> = shape.iter().map(|&size| size as usize).collect();
        sizes
            .try_into()
            .map_err(|_| self.wrong(&format!("{name} of shape {shape:?}"), "three dimensions"))
    }

    fn dataset(&self, name: &str) -> Result<Dataset, CliError> {
        self.source.dataset(name).map_err(|_| {
            self.wrong(
                &format!("no dataset {name}"),
                "train_in, train_out and pool_width, as published with Basenji",
            )
        })
    }

    /// One row of bytes: booleans.
    fn row(&self, name: &str, row: usize) -> Result<Vec<u8>, CliError> {
        let dataset = self.dataset(name)?;
        let bytes = dataset
            .read_raw_rows(row as u64, 1)
            .map_err(|error| self.wrong(&format!("{error} in {name}, row {row}"), "whole data"))?;
        match dataset.element_size() {
            Ok(1) => Ok(bytes),
            _ => Err(self.wrong(&format!("{name} of another element type"), "booleans, or bytes")),
        }
    }

    /// One row of numbers.
    fn numbers(&self, name: &str, row: usize) -> Result<Vec<f32>, CliError> {
        let dataset = self.dataset(name)?;
        let read = |error| self.wrong(&format!("{error} in {name}, row {row}"), "whole data");
        let datatype = dataset.datatype().map_err(read)?;
        let bytes = dataset.read_raw_rows(row as u64, 1).map_err(read)?;
        match datatype {
            Datatype::FloatingPoint {
                size: 2,
                byte_order: DatatypeByteOrder::LittleEndian,
                ..
            } => Ok(float16(&bytes)),
            Datatype::FloatingPoint {
                size: 4,
                byte_order: DatatypeByteOrder::LittleEndian,
                ..
            } => Ok(float32(&bytes)),
            Datatype::FloatingPoint { size, byte_order, .. } => Err(self.wrong(
                &format!("{name} of float{}, {byte_order:?}", 8 * size),
                "float16 or float32, little-endian",
            )),
            other => Err(self.wrong(&format!("{name} of {other:?}"), "float16 or float32")),
        }
    }

    fn wrong(&self, found: &str, expected: &str) -> CliError {
        wrong(&self.file, found, expected)
    }
}

fn wrong(file: &str, found: &str, expected: &str) -> CliError {
    CliError::file(
        file,
        format!(
            "found {found}; expected {expected}. Copy the file again, or write it like basenji_hdf5_single.py: with \
                the defaults of h5py, without libver=\"latest\""
        ),
    )
}

/// The kind of experiment: the part of a label before the colon, in the usual spelling.
pub fn assay(label: &str) -> &str {
    match label.split_once(':').map_or("", |(kind, _)| kind.trim()) {
        "DNASE" => "DNase",
        "CHIP" => "ChIP",
        kind => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assay_is_the_prefix_of_the_label() {
        assert_eq!(assay("CAGE:adipose"), "CAGE");
        assert_eq!(assay("DNASE:K562"), "DNase");
        assert_eq!(assay("CHIP:H3K4me3:K562"), "ChIP");
        assert_eq!(assay("no colon"), "");
    }
}

/// Files that were damaged at random; `cargo xtask fuzz` finds them by this name.
#[cfg(test)]
mod damaged {
    use super::*;

    regulens_fuzz::target!(hdf5, vec![made(false), made(true)], |damaged| damaged, |bytes| {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), bytes).expect("it is written");
        let Ok(published) = Published::open(file.path()) else {
            return;
        };
        for &(split, records) in &published.splits {
            for row in 0..records.min(2) {
                if let Ok(example) = published.example(split, row) {
                    assert_eq!(example.codes.len(), published.length);
                    assert_eq!(example.targets.len(), published.bins * published.tracks.len());
                    assert_eq!(example.mask.len(), published.bins);
                }
            }
        }
    });

    /// Two sequences of 8 bp in 2 bins, and one to validate on.
    fn made(packed: bool) -> Vec<u8> {
        let mut file = hdf5_pure::FileBuilder::new();
        for (split, records) in [("train", 2_u64), ("valid", 1)] {
            let one_hot: Vec<u8> = (0..records * 8 * 4).map(|at| u8::from(at % 4 == at / 4 % 4)).collect();
            file.create_dataset(&format!("{split}_in"))
                .with_u8_data(&one_hot)
                .with_shape(&[records, 8, 4]);
            let coverage: Vec<f32> = (0..records * 4).map(|at| at as f32).collect();
            let name = format!("{split}_out");
            let targets = file.create_dataset(&name);
            targets.with_f32_data(&coverage).with_shape(&[records, 2, 2]);
            if packed {
                targets.with_chunks(&[1, 2, 2]).with_deflate(4);
            }
        }
        file.create_dataset("train_na")
            .with_u8_data(&[0, 1, 0, 0])
            .with_shape(&[2, 2]);
        file.create_dataset("pool_width").with_i64_data(&[4]);
        file.create_dataset("target_ids")
            .with_ascii_strings(&["a", "b"])
            .expect("two names");
        file.finish().expect("a file")
    }

    #[test]
    fn a_shape_that_the_file_has_no_room_for_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), made(false)).unwrap();
        let mut published = Published::open(file.path()).unwrap_or_else(|error| panic!("{error}"));
        assert!(published.check_room(file.path(), 2).is_ok());
        // As if its header had said it: what was never written takes no byte.
        published.length = 1 << 34;
        let error = published.check_room(file.path(), 2).unwrap_err().to_string();
        assert!(
            error.contains("17179869184 bp") && error.contains("at most 67"),
            "{error}"
        );
    }

    #[test]
    fn the_files_that_are_damaged_are_whole() {
        for packed in [false, true] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), made(packed)).unwrap();
            let published = Published::open(file.path()).unwrap_or_else(|error| panic!("{error}"));
            let example = published
                .example(Split::Train, 1)
                .unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(example.codes, [0, 1, 2, 3, 0, 1, 2, 3]);
            assert_eq!(example.targets, [4.0, 5.0, 6.0, 7.0]);
        }
    }
}

//! `dataset.json`: the content of a prepared folder.

use regulens::metrics::tracks::TrackFit;
use serde::{Deserialize, Serialize};

/// The version that this program writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// Non-overlapping splits of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Split {
    /// Training: fits the weights.
    Train,
    /// Validation: selects the epoch and the settings.
    Valid,
    /// Test: held out.
    Test,
}

impl Split {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Train, Self::Valid, Self::Test];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Valid => "valid",
            Self::Test => "test",
        }
    }
}

/// One value per split.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BySplit<T> {
    /// The part for [`Split::Train`].
    pub train: T,
    /// The part for [`Split::Valid`].
    pub valid: T,
    /// The part for [`Split::Test`].
    pub test: T,
}

impl<T> BySplit<T> {
    /// The value of a split.
    pub fn of(&self, split: Split) -> &T {
        match split {
            Split::Train => &self.train,
            Split::Valid => &self.valid,
            Split::Test => &self.test,
        }
    }

    /// The value of a split.
    pub fn of_mut(&mut self, split: Split) -> &mut T {
        match split {
            Split::Train => &mut self.train,
            Split::Valid => &mut self.valid,
            Split::Test => &mut self.test,
        }
    }
}

/// Content of a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// Bases per bin.
    pub bin_size: usize,
    /// Bases per window; a multiple of `bin_size`.
    pub length: usize,
    /// Bases at each end of a window without predictions; a multiple of `bin_size`.
    pub buffer: usize,
    /// In the order of the target columns.
    pub tracks: Vec<Track>,
    /// In the order of the files.
    pub sequences: Vec<Sequence>,
    /// Windows by index in `sequences` and first base.
    pub windows: BySplit<Vec<Window>>,
    /// The files beside this one.
    pub files: Files,
    /// Source files.
    pub sources: Vec<Source>,
    /// Notes for a reader, such as on matched names.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// One measured track.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Track {
    /// Its name, unique.
    pub name: String,
    /// Assay, such as `ATAC` or `CAGE`.
    pub assay: String,
    /// Description.
    pub description: String,
    /// Unit of a bin's value.
    pub unit: String,
    /// Clipping of large values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip: Option<Clip>,
    /// Standard deviation of the Gaussian smoothing, in base pairs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smooth: Option<f64>,
    /// Agreement of the measurement with itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Ceiling>,
}

/// Clipping limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// Its quantile among the training bins.
    pub quantile: f64,
    /// The value.
    pub value: f32,
}

/// One half of a track's fragments as a prediction of the other half, on the predicted bins. Both halves are doubled,
/// and clipped like the track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ceiling {
    /// Description of the comparison.
    pub what: String,
    /// Number of fragments of the halves.
    pub fragments: [u64; 2],
    /// Agreement of the halves.
    pub fit: BySplit<TrackFit>,
}

/// One sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its name in the FASTA file.
    pub name: String,
    /// Bases.
    pub length: usize,
    /// Offset of its bases in `sequences.u8`.
    pub offset: usize,
    /// Index of its first bin in `targets.f32` and `mask.u8`. It has `length / bin_size` bins, rounded down.
    pub first_bin: usize,
}

/// `length` bases of a sequence. In JSON: [sequence, start].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "[usize; 2]", into = "[usize; 2]")]
pub struct Window {
    /// Index of the sequence.
    pub sequence: usize,
    /// Its first base, counted from 0; a multiple of `bin_size`.
    pub start: usize,
}

impl From<[usize; 2]> for Window {
    fn from([sequence, start]: [usize; 2]) -> Self {
        Self { sequence, start }
    }
}

impl From<Window> for [usize; 2] {
    fn from(Window { sequence, start }: Window) -> Self {
        [sequence, start]
    }
}

/// The three files of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// `sequences.u8`.
    pub sequences: Stored,
    /// `targets.f32`.
    pub targets: Stored,
    /// `mask.u8`.
    pub mask: Stored,
}

/// A file of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Its name in the folder.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// A source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Content: `sequence`, the name of a track, `blacklist`, …
    pub what: String,
    /// Its name, without folders.
    pub file: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Bins per window.
    pub fn bins(&self) -> usize {
        self.length / self.bin_size
    }

    /// Bins at each end of a window without predictions.
    pub fn crop(&self) -> usize {
        self.buffer / self.bin_size
    }

    /// Predicted bins per window.
    pub fn cropped(&self) -> usize {
        self.bins() - 2 * self.crop()
    }

    /// Number of bases of all sequences.
    pub fn all_bases(&self) -> usize {
        self.sequences.iter().map(|sequence| sequence.length).sum()
    }

    /// Checks for consistency.
    ///
    /// # Errors
    /// A sentence with the value found, the value expected, and the remedy.
    pub fn check(&self) -> Result<(), String> {
        const AGAIN: &str = "Prepare the data again";
        if self.format_version != FORMAT_VERSION {
            return Err(format!(
                "found format {}; expected {FORMAT_VERSION}. Prepare the data again with this version",
                self.format_version
            ));
        }
        let whole = |bases: usize| self.bin_size > 0 && bases.is_multiple_of(self.bin_size);
        if self.length == 0 || !whole(self.length) || !whole(self.buffer) || self.buffer >= self.length.div_ceil(2) {
            return Err(format!(
                "found windows of {} bp without predictions for {} bp at each end, and bins of {} bp; expected \
                    whole bins, some of them predicted. {AGAIN}",
                self.length, self.buffer, self.bin_size
            ));
        }
        if self.tracks.is_empty() {
            return Err(format!("found no track; expected one or more. {AGAIN}"));
        }
        let (mut base, mut bin) = (0, 0);
        for sequence in &self.sequences {
            if (sequence.offset, sequence.first_bin) != (base, bin) {
                return Err(format!(
                    "found {} at base {} and bin {}; expected it at {base} and {bin}, directly after the one \
                        before. {AGAIN}",
                    sequence.name, sequence.offset, sequence.first_bin
                ));
            }
            base += sequence.length;
            bin += sequence.length / self.bin_size;
        }
        for (file, bytes) in [
            (&self.files.sequences, base),
            (&self.files.targets, bin * self.tracks.len() * 4),
            (&self.files.mask, bin),
        ] {
            if file.file.contains(['/', '\\', ':']) {
                return Err(format!(
                    "found the file name {:?}; expected a file in this folder. {AGAIN}",
                    file.file
                ));
            }
            if file.bytes != bytes as u64 {
                return Err(format!(
                    "found {} bytes for {}; expected {bytes}. {AGAIN}",
                    file.bytes, file.file
                ));
            }
        }
        self.check_windows()
    }

    /// Checks that every window lies in its sequence, and that windows of different splits do not overlap.
    fn check_windows(&self) -> Result<(), String> {
        let mut placed = Vec::new();
        for split in Split::ALL {
            for &window in self.windows.of(split) {
                let sequence = self.sequences.get(window.sequence);
                let inside = sequence.is_some_and(|sequence| {
                    window.start.is_multiple_of(self.bin_size) && window.start + self.length <= sequence.length
                });
                if !inside {
                    return Err(format!(
                        "found a {} window at base {} of sequence {}; expected a multiple of the bin size within \
                            the sequence. Prepare the data again",
                        split.name(),
                        window.start,
                        window.sequence
                    ));
                }
                placed.push((window, split));
            }
        }
        placed.sort_by_key(|(window, _)| *window);
        // The last end of each split so far, on the current sequence.
        let mut ends = BySplit::<usize>::default();
        let mut sequence = None;
        for (window, split) in placed {
            if sequence != Some(window.sequence) {
                sequence = Some(window.sequence);
                ends = BySplit::default();
            }
            for other in Split::ALL {
                if other != split && *ends.of(other) > window.start {
                    return Err(format!(
                        "found a {} window at {}:{} that shares bases with one of {}; expected splits without \
                            common bases. Prepare the data again",
                        split.name(),
                        self.sequences[window.sequence].name,
                        window.start,
                        other.name()
                    ));
                }
            }
            *ends.of_mut(split) = window.start + self.length;
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Two sequences of 100 and 65 bases, windows of 20 in bins of 5.
    pub fn small() -> Manifest {
        let stored = |file: &str, bytes| Stored {
            file: file.to_owned(),
            bytes,
            sha256: String::new(),
        };
        let sequence = |name: &str, length, offset, first_bin| Sequence {
            name: name.to_owned(),
            length,
            offset,
            first_bin,
        };
        Manifest {
            format_version: FORMAT_VERSION,
            bin_size: 5,
            length: 20,
            buffer: 5,
            tracks: vec![Track::default(); 2],
            sequences: vec![sequence("a", 100, 0, 0), sequence("b", 64, 100, 20)],
            windows: BySplit {
                train: vec![[0, 0].into(), [0, 10].into()],
                valid: vec![[0, 30].into()],
                test: vec![[1, 0].into()],
            },
            files: Files {
                sequences: stored("sequences.u8", 164),
                targets: stored("targets.f32", 32 * 8),
                mask: stored("mask.u8", 32),
            },
            sources: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn windows_of_two_splits_that_share_a_base_are_refused() {
        assert_eq!(small().check(), Ok(()));
        for (split, start) in [(Split::Valid, 25), (Split::Test, 45), (Split::Train, 35)] {
            let mut manifest = small();
            manifest.windows.of_mut(split).push([0, start].into());
            let problem = manifest.check().unwrap_err();
            assert!(problem.contains("shares bases"), "{start}: {problem}");
        }
        let mut manifest = small();
        manifest.windows.test.push([0, 50].into());
        assert_eq!(manifest.check(), Ok(()), "they touch and share nothing");
    }

    #[test]
    fn a_manifest_that_contradicts_itself_is_refused() {
        type Change = fn(&mut Manifest);
        let changes: [(Change, &str); 8] = [
            (|m| m.format_version = 2, "format 2"),
            (|m| m.length = 18, "whole bins"),
            (|m| m.buffer = 10, "some of them predicted"),
            (|m| m.tracks.clear(), "no track"),
            (|m| m.sequences[1].offset = 99, "directly after the one before"),
            (|m| m.files.mask.bytes = 33, "33 bytes for mask.u8"),
            (|m| m.windows.test[0].start = 50, "within the sequence"),
            (|m| m.windows.test[0].start = 3, "a multiple of the bin size"),
        ];
        for (change, words) in changes {
            let mut manifest = small();
            change(&mut manifest);
            let problem = manifest.check().unwrap_err();
            assert!(problem.contains(words), "`{words}` is not in: {problem}");
        }
    }

    #[test]
    fn windows_are_pairs_of_numbers_in_json() {
        let text = serde_json::to_string(&small()).unwrap();
        assert!(text.contains(r#""train":[[0,0],[0,10]]"#), "{text}");
        assert_eq!(serde_json::from_str::<Manifest>(&text).unwrap(), small());
    }
}

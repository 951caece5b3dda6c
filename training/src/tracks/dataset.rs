//! Prepared folders, mapped into memory on demand.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;
use regulens::weights::sha256;

use super::TracksError;
use super::manifest::{Manifest, Split, Stored, Window};

/// File name of the manifest.
pub const MANIFEST: &str = "dataset.json";

/// A prepared folder, which threads may share.
#[derive(Debug)]
pub struct Dataset {
    manifest: Manifest,
    fingerprint: String,
    sequences: Mapped,
    targets: Mapped,
    mask: Mapped,
}

impl Dataset {
    /// Opens a folder that `regulens prepare tracks` wrote.
    ///
    /// # Errors
    /// [`TracksError`] if a file is missing or has another size than in the manifest, or windows of two splits overlap.
    pub fn open(folder: &Path) -> Result<Self, TracksError> {
        let path = folder.join(MANIFEST);
        let wrong = |problem: String| TracksError {
            file: path.display().to_string(),
            problem,
        };
        let bytes = std::fs::read(&path).map_err(|error| {
            wrong(format!(
                "found that it cannot be read: {error}; expected the description of prepared data. \
                 Name a folder that `regulens prepare tracks` wrote"
            ))
        })?;
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| {
            wrong(format!(
                "found {error}; expected the description of prepared data. Prepare the data again"
            ))
        })?;
        manifest.check().map_err(wrong)?;
        let map = |stored: &Stored| Mapped::open(folder, stored);
        Ok(Self {
            sequences: map(&manifest.files.sequences)?,
            targets: map(&manifest.files.targets)?,
            mask: map(&manifest.files.mask)?,
            fingerprint: sha256(&bytes),
            manifest,
        })
    }

    /// Manifest of the folder.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of `dataset.json`, which contains those of the other files.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Number of tracks.
    pub fn tracks(&self) -> usize {
        self.manifest.tracks.len()
    }

    /// The windows of a split.
    pub fn windows(&self, split: Split) -> &[Window] {
        self.manifest.windows.of(split)
    }

    /// A window's bases, as codes [length].
    pub fn codes(&self, window: Window) -> &[u8] {
        let start = self.manifest.sequences[window.sequence].offset + window.start;
        &self.sequences.bytes()[start..start + self.manifest.length]
    }

    /// Measured values of a window's bins [bins, tracks], cropped bins included.
    pub fn targets(&self, window: Window) -> &[f32] {
        let (first, tracks) = (self.bin(window), self.tracks());
        &self.targets.numbers()[first * tracks..(first + self.manifest.bins()) * tracks]
    }

    /// Mask of a window's bins [bins]: 0 for bins that count.
    pub fn mask(&self, window: Window) -> &[u8] {
        let first = self.bin(window);
        &self.mask.bytes()[first..first + self.manifest.bins()]
    }

    /// Index of the window's first bin among all.
    fn bin(&self, window: Window) -> usize {
        let sequence = &self.manifest.sequences[window.sequence];
        sequence.first_bin + window.start / self.manifest.bin_size
    }
}

/// A memory-mapped file of numbers.
#[derive(Debug)]
struct Mapped(Option<Mmap>);

impl Mapped {
    fn open(folder: &Path, stored: &Stored) -> Result<Self, TracksError> {
        let path = folder.join(&stored.file);
        let wrong = |problem: String| TracksError {
            file: path.display().to_string(),
            problem,
        };
        let unreadable = |error: std::io::Error| {
            wrong(format!(
                "found that it cannot be read: {error}; expected the file that {MANIFEST} names. Prepare the data again"
            ))
        };
        let file = File::open(&path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        if bytes != stored.bytes {
            return Err(wrong(format!(
                "found {bytes} bytes; expected {}, as {MANIFEST} says. Copy the folder again, or prepare the data \
                    again",
                stored.bytes
            )));
        }
        if bytes == 0 {
            return Ok(Self(None));
        }
        // SAFETY: the program never writes to a folder once it is prepared. If another program cuts a file short
        // meanwhile, the system ends this one; no other value is ever taken for one that it is not, since every bit
        // pattern is a code or a float.
        let map = unsafe { Mmap::map(&file) }.map_err(unreadable)?;
        Ok(Self(Some(map)))
    }

    fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Little-endian floats, as written; the program does not run on big-endian machines.
    fn numbers(&self) -> &[f32] {
        const { assert!(cfg!(target_endian = "little"), "targets are little-endian") };
        // SAFETY: every pattern of four bytes is a float.
        let (before, numbers, behind) = unsafe { self.bytes().align_to::<f32>() };
        debug_assert!(before.is_empty() && behind.is_empty(), "maps begin on pages");
        numbers
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::manifest::tests::small;
    use super::*;

    /// The small manifest's folder: codes count up to 3, targets are the places they stand at.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        write(MANIFEST, &serde_json::to_vec(&small()).unwrap());
        write("sequences.u8", &(0..164).map(|base| base % 4).collect::<Vec<u8>>());
        let targets: Vec<u8> = (0..64_u8).flat_map(|at| f32::from(at).to_le_bytes()).collect();
        write("targets.f32", &targets);
        write(
            "mask.u8",
            &(0..32).map(|bin| u8::from(bin % 8 == 0)).collect::<Vec<u8>>(),
        );
        folder
    }

    #[test]
    fn a_window_has_its_bases_bins_and_mask() {
        let folder = folder();
        let dataset = Dataset::open(folder.path()).unwrap();
        assert_eq!(dataset.windows(Split::Train).len(), 2);
        let window = dataset.windows(Split::Test)[0];
        assert_eq!(
            dataset.codes(window),
            (100..120).map(|base| base % 4).collect::<Vec<u8>>()
        );
        // Bins 20 to 23 of all, two tracks each.
        assert_eq!(dataset.targets(window), (40_u8..48).map(f32::from).collect::<Vec<_>>());
        assert_eq!(dataset.mask(window), [0; 4]);
        let window = dataset.windows(Split::Valid)[0];
        assert_eq!(dataset.mask(window), [0, 0, 1, 0]);
        assert_eq!(dataset.fingerprint().len(), 64);
    }

    #[test]
    fn a_folder_that_is_not_whole_says_which_file() {
        let refused = |folder: &Path| Dataset::open(folder).unwrap_err().to_string();
        let none = tempfile::tempdir().unwrap();
        assert!(refused(none.path()).contains("`regulens prepare tracks` wrote"));

        let short = folder();
        fs::write(short.path().join("targets.f32"), [0; 8]).unwrap();
        let said = refused(short.path());
        assert!(said.contains("targets.f32: found 8 bytes; expected 256"), "{said}");

        let missing = folder();
        fs::remove_file(missing.path().join("mask.u8")).unwrap();
        assert!(refused(missing.path()).contains("mask.u8: found that it cannot be read"));

        let text = folder();
        fs::write(text.path().join(MANIFEST), "{}").unwrap();
        assert!(refused(text.path()).contains("Prepare the data again"));
    }
}

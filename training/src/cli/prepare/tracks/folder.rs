//! Writing of a prepared folder. Its files appear whole, `dataset.json` last.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use memmap2::MmapMut;
use sha2::{Digest, Sha256};

use crate::cli::error::CliError;
use crate::cli::output::{Output, persist, temporary};
use crate::tracks::dataset::MANIFEST;
use crate::tracks::manifest::{FORMAT_VERSION, Files, Manifest, Stored};

const SEQUENCES: &str = "sequences.u8";
const TARGETS: &str = "targets.f32";
const MASK: &str = "mask.u8";

/// Codes, written as they come.
pub struct Sequences {
    output: Output,
    hash: Sha256,
    bytes: u64,
}

impl Sequences {
    /// Opens the folder; creates it if it does not exist.
    pub fn create(folder: &Path) -> Result<Self, CliError> {
        fs::create_dir_all(folder).map_err(|error| CliError::io(folder, error))?;
        Ok(Self {
            output: Output::create(&folder.join(SEQUENCES))?,
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    pub fn write(&mut self, codes: &[u8]) -> Result<(), CliError> {
        self.hash.update(codes);
        self.bytes += codes.len() as u64;
        self.output.write(|out| out.write_all(codes))
    }
}

/// Targets [bins, tracks], on disk and mapped into memory, so that each track can be written on its own.
pub struct Targets {
    path: PathBuf,
    file: tempfile::NamedTempFile,
    map: Option<MmapMut>,
    tracks: usize,
}

impl Targets {
    /// Begins with zeros.
    pub fn create(folder: &Path, bins: usize, tracks: usize) -> Result<Self, CliError> {
        let path = folder.join(TARGETS);
        let io = |error| CliError::io(&path, error);
        let file = temporary(folder).map_err(io)?;
        let bytes = (bins as u64)
            .checked_mul(tracks as u64 * 4)
            .ok_or_else(|| io(io::ErrorKind::FileTooLarge.into()))?;
        reserve(file.as_file(), bytes).map_err(io)?;
        let map = if bytes == 0 {
            None
        } else {
            // SAFETY: the file is new and has a name that no one knows.
            Some(unsafe { MmapMut::map_mut(file.as_file()) }.map_err(io)?)
        };
        Ok(Self {
            path,
            file,
            map,
            tracks,
        })
    }

    /// Writes a track's values of all bins.
    pub fn column(&mut self, track: usize, values: impl IntoIterator<Item = f32>) {
        let width = 4 * self.tracks;
        let rows = self.bytes().chunks_exact_mut(width);
        for (row, value) in rows.zip(values) {
            row[4 * track..4 * track + 4].copy_from_slice(&value.to_le_bytes());
        }
    }

    /// Writes the values of all tracks for some bins.
    pub fn rows(&mut self, first_bin: usize, values: &[f32]) {
        let first = 4 * first_bin * self.tracks;
        let bytes = &mut self.bytes()[first..first + 4 * values.len()];
        for (place, value) in bytes.chunks_exact_mut(4).zip(values) {
            place.copy_from_slice(&value.to_le_bytes());
        }
    }

    fn bytes(&mut self) -> &mut [u8] {
        self.map.as_deref_mut().unwrap_or_default()
    }
}

/// Gives a file its length, with room on the disk behind all of it: where a map had none to be written to, the system
/// would end the program without a word.
#[cfg(unix)]
fn reserve(file: &fs::File, bytes: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::Errno;
    if bytes == 0 {
        return Ok(());
    }
    match fallocate(file, FallocateFlags::empty(), 0, bytes) {
        // File systems that cannot be asked.
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {}
        Err(error) => return Err(error.into()),
        Ok(()) => {}
    }
    file.set_len(bytes)
}

#[cfg(not(unix))]
fn reserve(file: &fs::File, bytes: u64) -> io::Result<()> {
    file.set_len(bytes)
}

/// Puts the files in their places, and then the manifest, whose `files` are filled in. A folder that holds another
/// dataset loses its manifest first, so that files of two are never taken for one.
pub fn commit(
    folder: &Path,
    sequences: Sequences,
    targets: Targets,
    mask: &[u8],
    mut manifest: Manifest,
) -> Result<Manifest, CliError> {
    let stored = |file: &str, bytes: u64, hash: Sha256| Stored {
        file: file.to_owned(),
        bytes,
        sha256: hexadecimal(hash),
    };
    let Targets { path, file, map, .. } = targets;
    let io = |error| CliError::io(&path, error);
    let numbers = map.as_deref().unwrap_or_default();
    manifest.format_version = FORMAT_VERSION;
    manifest.files = Files {
        sequences: stored(SEQUENCES, sequences.bytes, sequences.hash),
        targets: stored(TARGETS, numbers.len() as u64, Sha256::new_with_prefix(numbers)),
        mask: stored(MASK, mask.len() as u64, Sha256::new_with_prefix(mask)),
    };
    let checked = manifest.check();
    checked.map_err(|problem| CliError::file(folder.join(MANIFEST).display(), problem))?;
    if let Some(map) = map {
        map.flush().map_err(io)?;
    }
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| io(error.into()))?;
    let mut masked = Output::create(&folder.join(MASK))?;
    masked.write(|out| out.write_all(mask))?;
    let mut description = Output::create(&folder.join(MANIFEST))?;
    description.write(|out| out.write_all(&text).and_then(|()| out.write_all(b"\n")))?;
    let old = folder.join(MANIFEST);
    match fs::remove_file(&old) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(CliError::io(&old, error)),
        _ => {}
    }
    sequences.output.commit()?;
    persist(file, &path).map_err(io)?;
    masked.commit()?;
    description.commit()?;
    Ok(manifest)
}

/// SHA-256 of a file, read piece by piece.
pub fn sha256_of(path: &Path) -> Result<String, CliError> {
    let io = |error| CliError::io(path, error);
    let mut hash = Sha256::new();
    io::copy(&mut fs::File::open(path).map_err(io)?, &mut Hashing(&mut hash)).map_err(io)?;
    Ok(hexadecimal(hash))
}

struct Hashing<'a>(&'a mut Sha256);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hexadecimal(hash: Sha256) -> String {
    base16ct::lower::encode_string(&hash.finalize())
}

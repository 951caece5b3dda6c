//! PyTorch's files since 1.6: a zip archive of `NAME/data.pkl`, `NAME/byteorder` and one `NAME/data/KEY` per storage.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::names::Named;
use super::pickle::Pickle;
use super::storage::{Storage, wrong};
use super::view::read_views;
use crate::input::Budget;
use crate::weights::{Problem, StateDict};

/// Largest unpacked size of an archive's entries, as a multiple of the file: weights barely compress, and a few
/// kilobytes must not unpack to gigabytes.
const MAX_EXPANSION: usize = 16;

/// Reads a file of that format.
pub fn read(bytes: &[u8]) -> Result<StateDict, Problem> {
    let budget = &Budget::of(bytes.len() as u64);
    let mut archive = Archive::open(bytes, budget)?;
    let pickle = archive.read("data.pkl", usize::MAX)?;
    let big_endian = match archive.position("byteorder") {
        Some(_) => archive.read("byteorder", 16)?.trim_ascii() == b"big",
        // Older files without this entry are little-endian.
        None => false,
    };
    let pickle = Pickle::read(&pickle, 0, "data.pkl", budget)?;
    let Named { views, notes } = Named::of(&pickle, budget)?;

    let mut contents = BTreeMap::new();
    for storage in views.values().map(|view| view.storage) {
        if contents.contains_key(storage.key) {
            continue;
        }
        let size = storage.size()?;
        let mut content = archive.read(&format!("data/{}", storage.key), size)?;
        if content.len() != size {
            return Err(wrong(
                storage.key,
                format!("of {} bytes, for tensors that need {size}", content.len()),
            ));
        }
        if big_endian {
            storage.swap(&mut content);
        }
        contents.insert(storage.key, content);
    }
    let tensors = read_views(views, budget, |storage: &Storage<'_>| {
        let content = contents.get(storage.key).map(Vec::as_slice);
        content.ok_or_else(|| wrong(storage.key, "nowhere in the archive".to_owned()))
    })?;
    Ok(StateDict {
        tensors,
        metadata: BTreeMap::new(),
        notes,
    })
}

/// Largest memory of an archive's entry, without its name, which is no longer than the entry.
const ENTRY: usize = 1 << 10;

/// An archive being read.
struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// PyTorch's top folder in the archive, with its slash.
    folder: String,
    /// Bytes that may still be unpacked.
    allowance: usize,
    budget: &'a Budget,
}

impl<'a> Archive<'a> {
    fn open(bytes: &'a [u8], budget: &'a Budget) -> Result<Self, Problem> {
        let listed = memchr::memmem::find_iter(bytes, b"PK\x01\x02").count();
        if !budget.bytes(listed.saturating_mul(ENTRY)) {
            return Err(Problem::Archive {
                reason: "of more entries than a file of its size may have".to_owned(),
            });
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged("that cannot be opened", &error))?;
        let names: Vec<String> = zip
            .file_names()
            .filter_map(|name| Some(name.ok()?.into_owned()))
            .collect();
        let folders: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix("data.pkl")).collect();
        let &[folder] = folders.as_slice() else {
            return Err(Problem::Archive {
                reason: format!("with {} `data.pkl`", folders.len()),
            });
        };
        if names
            .iter()
            .any(|name| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with("code/")))
        {
            return Err(Problem::Archive {
                reason: "with TorchScript code in it".to_owned(),
            });
        }
        let allowance = bytes.len().saturating_mul(MAX_EXPANSION);
        Ok(Self {
            folder: folder.to_owned(),
            zip,
            allowance,
            budget,
        })
    }

    /// Index of an entry in PyTorch's folder.
    fn position(&self, entry: &str) -> Option<usize> {
        self.zip.index_for_name(&format!("{}{entry}", self.folder))
    }

    /// Unpacks an entry; reads at most `expected` bytes and one more, to detect longer ones.
    fn read(&mut self, entry: &str, expected: usize) -> Result<Vec<u8>, Problem> {
        let Some(position) = self.position(entry) else {
            return Err(Problem::Archive {
                reason: format!("without `{}{entry}`", self.folder),
            });
        };
        let file = self
            .zip
            .by_index(position)
            .map_err(|error| damaged(&format!("whose entry `{entry}` cannot be read"), &error))?;
        let stated = usize::try_from(file.size()).unwrap_or(usize::MAX);
        let stated = stated.min(expected).min(self.allowance);
        if !self.budget.bytes(stated) {
            let reason = format!("whose entry `{entry}` takes more than 64 MiB and eight times the file");
            return Err(Problem::Archive { reason });
        }
        let mut content = Vec::with_capacity(stated);
        // One more byte detects an entry that is longer than stated.
        file.take(stated as u64 + 1)
            .read_to_end(&mut content)
            .map_err(|error| damaged(&format!("whose entry `{entry}` cannot be unpacked"), &error))?;
        if let Some(allowance) = self.allowance.checked_sub(content.len()) {
            self.allowance = allowance;
        } else {
            let reason = format!("that unpacks to more than {MAX_EXPANSION} times its size");
            return Err(Problem::Archive { reason });
        }
        if content.len() > stated && stated < expected {
            let reason = format!("whose entry `{entry}` is longer than it says");
            return Err(Problem::Archive { reason });
        }
        Ok(content)
    }
}

fn damaged(what: &str, error: &dyn std::error::Error) -> Problem {
    Problem::Archive {
        reason: format!("{what} ({error})"),
    }
}

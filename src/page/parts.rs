//! Parts of a page, from a built site's folder `standalone/`.

use std::io::Read;

use flate2::read::GzDecoder;
use serde::Deserialize;

use super::block::Block;
use super::error::PageError;
use super::manifest::BlockEntry;
use crate::task::Task;
use crate::weights::sha256;

/// A part in `parts.json`. Names ending in `.gz` are compressed; size and hash are those of the uncompressed content.
#[derive(Debug, Deserialize)]
struct Part {
    file: String,
    bytes: usize,
    sha256: String,
}

/// `parts.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct List {
    #[serde(rename = "format_version")]
    format_version: u32,
    version: String,
    template: Part,
    view: Part,
    view_webgpu: Part,
    engine_tables: Part,
    engine_full: Part,
    engine_webgpu: Part,
}

/// Checked parts of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Version of Regulens.
    pub version: String,
    pub(super) template: String,
    pub(super) view: Block,
    pub(super) engines: Vec<Block>,
}

impl Parts {
    /// Loads the parts of a page for a task, with or without WebGPU. `load` reads a file of the folder.
    ///
    /// # Errors
    /// Errors of `load`; [`PageError`] if a file does not match the list.
    pub fn load<E: From<PageError>>(
        mut load: impl FnMut(&str) -> Result<Vec<u8>, E>,
        task: Task,
        with_webgpu: bool,
    ) -> Result<Self, E> {
        let list = read_list(&load(LIST)?)?;
        let template = load(&list.template.file)?;
        expect_hash(&list.template, &template)?;
        let mut packed = |id: &str, part: &Part| -> Result<Block, E> {
            let packed = load(&part.file)?;
            let mut content = Vec::new();
            // One more byte detects content that is longer than listed.
            let mut unpacked = GzDecoder::new(packed.as_slice()).take(part.bytes as u64 + 1);
            // Content that cannot be decompressed has another hash.
            let _ = unpacked.read_to_end(&mut content);
            expect_hash(part, &content)?;
            let entry = BlockEntry {
                id: id.to_owned(),
                bytes: part.bytes,
                sha256: part.sha256.clone(),
            };
            Ok(Block { entry, packed })
        };
        let view = if with_webgpu { &list.view_webgpu } else { &list.view };
        let view = packed("view", view)?;
        let engine = match task {
            Task::OnOff | Task::Level | Task::Change => &list.engine_tables,
            Task::Tracks => &list.engine_full,
        };
        let mut engines = vec![packed("engine-cpu", engine)?];
        if with_webgpu {
            engines.push(packed("engine-webgpu", &list.engine_webgpu)?);
        }
        Ok(Self {
            version: list.version,
            template: String::from_utf8_lossy(&template).into_owned(),
            view,
            engines,
        })
    }
}

/// File name of the list.
const LIST: &str = "parts.json";

fn read_list(bytes: &[u8]) -> Result<List, PageError> {
    let wrong = |found: String| PageError::Parts {
        file: LIST.to_owned(),
        found,
    };
    let list: List = serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
    if list.format_version != super::FORMAT_VERSION {
        return Err(wrong(format!("format {}", list.format_version)));
    }
    Ok(list)
}

fn expect_hash(part: &Part, content: &[u8]) -> Result<(), PageError> {
    let found = sha256(content);
    if found == part.sha256 {
        return Ok(());
    }
    Err(PageError::Hash {
        file: part.file.clone(),
        found,
        expected: part.sha256.clone(),
    })
}

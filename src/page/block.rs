//! Blocks of compressed bytes.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::manifest::BlockEntry;
use crate::weights::sha256;

/// Compressed bytes in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its name and content.
    pub entry: BlockEntry,
    /// Its gzipped content.
    pub packed: Vec<u8>,
}

impl Block {
    /// Compresses bytes.
    pub fn new(id: &str, bytes: &[u8]) -> Self {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes).expect("memory takes all");
        Self {
            entry: BlockEntry {
                id: id.to_owned(),
                bytes: bytes.len(),
                sha256: sha256(bytes),
            },
            packed: gzip.finish().expect("memory takes all"),
        }
    }

    /// Its element in a page.
    pub(super) fn element(&self) -> String {
        format!(
            "<script type=\"text/plain\" id=\"regulens-block-{}\">{}</script>",
            self.entry.id,
            STANDARD.encode(&self.packed)
        )
    }
}

/// Converts hexadecimal digits to base64, the notation of script hashes in a content security policy.
pub(super) fn base64_of_hex(digits: &str) -> String {
    let bytes: Vec<u8> = (0..digits.len() / 2)
        .filter_map(|i| u8::from_str_radix(digits.get(2 * i..2 * i + 2)?, 16).ok())
        .collect();
    STANDARD.encode(bytes)
}

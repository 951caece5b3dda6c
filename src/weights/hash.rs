//! SHA-256 of files.

use sha2::{Digest, Sha256};

use super::container::{PIECE, Source};

/// SHA-256 of `bytes`: 64 hexadecimal digits in lower case.
pub fn sha256(bytes: &[u8]) -> String {
    sha256_of(&bytes)
}

/// The same of a file.
pub(super) fn sha256_of(source: &dyn Source) -> String {
    let (size, mut hash) = (source.size(), Sha256::new());
    for first in (0..size).step_by(PIECE) {
        hash.update(source.part(first..size.min(first + PIECE)));
    }
    base16ct::lower::encode_string(&hash.finalize())
}

//! SHA-256 of files.

use sha2::{Digest, Sha256};

/// SHA-256 of `bytes`: 64 hexadecimal digits in lower case.
pub fn sha256(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

//! SHA-256 of files.

use sha2::{Digest, Sha256};

/// SHA-256 of `bytes`: 64 hexadecimal digits in lower case.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

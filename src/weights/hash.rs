//! SHA-256 of files.

use sha2::{Digest, Sha256};

use super::WeightsError;
use super::error::Fault;

/// SHA-256 of `bytes`: 64 hexadecimal digits in lower case.
pub fn sha256(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        text.push(DIGITS[usize::from(byte >> 4)].into());
        text.push(DIGITS[usize::from(byte & 15)].into());
    }
    text
}

/// That a file has the hash it should have, in digits of either case. Returns the hash.
///
/// # Errors
/// [`Fault::WrongHash`], which names both.
pub fn verify(file: &str, bytes: &[u8], expected: &str) -> Result<String, WeightsError> {
    let found = sha256(bytes);
    if found.eq_ignore_ascii_case(expected.trim()) {
        return Ok(found);
    }
    Err(Fault::WrongHash {
        found,
        expected: expected.trim().to_owned(),
    }
    .of(file))
}

//! Wrappers around a damaged file, so that readers look into it.

use std::cell::Cell;

use crate::signal_files;

/// As it is.
pub fn plain(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

/// Every third one in gzip, every ninth with damage to that.
pub fn gzip() -> impl Fn(Vec<u8>) -> Vec<u8> {
    let count = Cell::new(0_usize);
    move |bytes| {
        let number = count.replace(count.get() + 1);
        if number % 3 != 2 {
            return bytes;
        }
        let mut packed = signal_files::gzip(&bytes);
        if number % 9 == 8 {
            let at = number % packed.len();
            packed[at] ^= 1 << (number % 8);
        }
        packed
    }
}

/// In BGZF's blocks, with sound checksums.
pub fn bgzf(bytes: Vec<u8>) -> Vec<u8> {
    signal_files::bgzf(&bytes)
}

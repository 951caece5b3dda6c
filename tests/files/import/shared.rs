//! The fixtures beside the checkout, where it has them; in CI it must.

use std::path::PathBuf;

/// A file below `../shared`, or `None`, with a line that says so.
pub fn read(path: &str) -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if let Ok(bytes) = std::fs::read(&file) {
        Some(bytes)
    } else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing: CI must not skip what compares with it",
            file.display()
        );
        eprintln!("skipped: {} is not there", file.display());
        None
    }
}

//! Formats that are no tables, recognised by their first bytes, so that a message can name the format.

use super::problem::Problem;

const AS_TEXT: &str = "Save the table as comma- or tab-separated text; gzip is the only packing that is read";
const AS_MODEL: &str = "Choose it as the model, and a table of signal as the table";

/// Binary content of no known format.
pub(super) const BINARY: Problem = Problem::Binary {
    kind: "binary data",
    remedy: AS_TEXT,
};

/// First bytes, what they tell, and what to do.
const SIGNATURES: [(&[u8], &str, &str); 12] = [
    (
        b"PK\x03\x04",
        "a zip archive (workbooks and PyTorch files are such too)",
        "Unpack it, or save the sheet as CSV UTF-8",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook",
        "Save the sheet as CSV UTF-8",
    ),
    (b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46", "a PyTorch file", AS_MODEL),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", AS_TEXT),
    (
        b"BAM\x01",
        "a BAM file",
        "Make a table of it with `regulens prepare hm`, which counts reads in bins around each TSS",
    ),
    (
        b"\x26\xfc\x8f\x88",
        "a bigWig file",
        "Make a table of it with `regulens prepare hm`, which takes means of bins around each TSS",
    ),
    (
        b"\x88\x8f\xfc\x26",
        "a bigWig file",
        "Make a table of it with `regulens prepare hm`, which takes means of bins around each TSS",
    ),
    (b"BZh", "a bzip2 file", "Unpack it, or pack the table with gzip"),
    (b"\xfd7zXZ\x00", "an xz file", "Unpack it, or pack the table with gzip"),
    (
        b"\x28\xb5\x2f\xfd",
        "a Zstandard file",
        "Unpack it, or pack the table with gzip",
    ),
    (b"%PDF", "a PDF", AS_TEXT),
    (b"\x89PNG", "a picture", AS_TEXT),
];

/// The problem with a file that starts with these bytes, if it is no table; `opening` is up to 16 bytes.
pub(crate) fn foreign(opening: &[u8]) -> Option<Problem> {
    if let Some(&(_, kind, remedy)) = SIGNATURES.iter().find(|(bytes, ..)| opening.starts_with(bytes)) {
        return Some(Problem::Binary { kind, remedy });
    }
    if opening.starts_with(b"\xff\xfe") || opening.starts_with(b"\xfe\xff") {
        return Some(Problem::NotUtf8 {
            found: "text in UTF-16",
        });
    }
    if is_safetensors(opening) {
        return Some(Problem::Binary {
            kind: "a model file (safetensors)",
            remedy: AS_MODEL,
        });
    }
    let text = opening.to_ascii_lowercase();
    if text.starts_with(b"<!doctype") || text.starts_with(b"<html") {
        return Some(Problem::Binary {
            kind: "a web page",
            remedy: "Download the file itself; on GitHub that is the \"raw\" link",
        });
    }
    None
}

/// Safetensors: the length of a JSON header as a little-endian u64, then the header.
fn is_safetensors(opening: &[u8]) -> bool {
    match opening.split_first_chunk::<8>() {
        Some((length, rest)) => rest.first() == Some(&b'{') && u64::from_le_bytes(*length) < 1 << 32,
        None => false,
    }
}

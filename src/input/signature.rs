//! Recognises formats other than tables by their first bytes, so that a message can name the format.

use super::problem::Problem;

/// Number of first bytes examined; enough for the name of a zip archive's first entry.
pub(crate) fn opening(held: &[u8]) -> usize {
    if held.starts_with(ZIP) { 64 } else { 16 }
}

const AS_TEXT: &str = "Save the table as comma- or tab-separated text; gzip is the only packing that is read";
const AS_MODEL: &str = "Choose it as the model, and a table of signal as the table";
const AS_SHEET: &str = "Save the sheet as tab-separated text";
const UNPACK: &str = "Unpack it, or pack the text with gzip";
const RAW: &str = "Download the file itself; on GitHub that is the \"raw\" link";
const COUNT: &str = "Make a table of it with `regulens prepare hm`, which counts reads in bins around each TSS";
const MEAN: &str = "Make a table of it with `regulens prepare hm`, which takes means of bins around each TSS";

/// Binary content of no known format.
pub(super) const BINARY: Problem = Problem::Binary {
    kind: "binary data",
    remedy: AS_TEXT,
};

const ZIP: &[u8] = b"PK\x03\x04";

/// First bytes, the format, and the remedy when reading a table.
const SIGNATURES: [(&[u8], &str, &str); 13] = [
    (ZIP, "a zip archive (as PyTorch files are)", UNPACK),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", AS_SHEET),
    (b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46", "a PyTorch file", AS_MODEL),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", AS_TEXT),
    (b"BAM\x01", "a BAM file", COUNT),
    (b"BCF\x02", BCF, AS_TEXT),
    (b"\x26\xfc\x8f\x88", "a bigWig file", MEAN),
    (b"\x88\x8f\xfc\x26", "a bigWig file", MEAN),
    (b"BZh", "a bzip2 file", UNPACK),
    (b"\xfd7zXZ\x00", "an xz file", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", UNPACK),
    (b"%PDF", "a PDF", AS_TEXT),
    (b"\x89PNG", "a picture", AS_TEXT),
];

/// Name of the binary format of variants.
pub(crate) const BCF: &str = "a BCF file";

/// The problem of a file with these first bytes, if it is not text.
pub(crate) fn foreign(opening: &[u8]) -> Option<Problem> {
    let binary = |kind, remedy| Some(Problem::Binary { kind, remedy });
    if opening.starts_with(ZIP) && is_workbook(opening) {
        return binary("a workbook of a spreadsheet, such as Excel's", AS_SHEET);
    }
    if let Some(&(_, kind, remedy)) = SIGNATURES.iter().find(|(bytes, ..)| opening.starts_with(bytes)) {
        return binary(kind, remedy);
    }
    if is_safetensors(opening) {
        return binary("a model file (safetensors)", AS_MODEL);
    }
    let text = opening.trim_ascii_start().to_ascii_lowercase();
    if text.starts_with(b"<!doctype") || text.starts_with(b"<html") {
        return binary("a web page", RAW);
    }
    None
}

/// The remedy for a binary file when reading other text than a table of signal.
pub(crate) fn as_text(remedy: &'static str) -> &'static str {
    match remedy {
        AS_SHEET => "Save the sheet as tab-separated text.",
        UNPACK => "Unpack it, or pack the text with gzip.",
        RAW => "Download the file itself; on GitHub that is the \"raw\" link.",
        _ => "Choose the file that is meant.",
    }
}

/// By the name of a zip archive's first entry.
fn is_workbook(opening: &[u8]) -> bool {
    let name = opening.get(30..).unwrap_or_default();
    [
        &b"[Content_Types]"[..],
        b"_rels/",
        b"docProps/",
        b"xl/",
        b"mimetypeapplication/vnd.oasis",
    ]
    .iter()
    .any(|known| name.starts_with(known))
}

/// Safetensors: the length of a JSON header as a little-endian u64, followed by the header.
fn is_safetensors(opening: &[u8]) -> bool {
    match opening.split_first_chunk::<8>() {
        Some((length, rest)) => rest.first() == Some(&b'{') && u64::from_le_bytes(*length) < 1 << 32,
        None => false,
    }
}

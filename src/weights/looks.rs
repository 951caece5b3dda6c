//! Recognises files of other formats, so that an error can name them.

/// The kinds of file that people hand over by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksLike {
    /// Nothing in it.
    Empty,
    /// A page of a web server, most often of an error or a login.
    WebPage,
    /// The text that stands for a large file in a Git repository.
    LfsPointer,
    /// Lines of cells.
    Table,
    /// JSON text.
    Json,
    /// Any other text.
    Text,
    /// gzip.
    Gzip,
    /// A zip archive; PyTorch's files since 1.6 are such.
    Zip,
    /// A Python pickle; PyTorch's files before 1.6 begin with one.
    Pickle,
    /// safetensors.
    Safetensors,
    /// HDF5, such as Keras writes.
    Hdf5,
    /// Anything else.
    Binary,
}

/// First bytes that tell a format.
const SIGNATURES: [(&[u8], LooksLike); 5] = [
    (b"\x1f\x8b", LooksLike::Gzip),
    (b"PK\x03\x04", LooksLike::Zip),
    (b"\x80\x02", LooksLike::Pickle),
    (b"\x80\x04", LooksLike::Pickle),
    (b"\x89HDF\r\n\x1a\n", LooksLike::Hdf5),
];

/// Number of bytes of a text that are looked at; no other format takes more to tell.
pub(super) const SAMPLE: usize = 1024;

impl LooksLike {
    /// Looks at the first bytes.
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        if is_safetensors(bytes) {
            return Self::Safetensors;
        }
        match SIGNATURES.iter().find(|(opening, _)| bytes.starts_with(opening)) {
            Some((_, kind)) => *kind,
            None => of_text(&bytes[..bytes.len().min(SAMPLE)]),
        }
    }

    /// Remedy for such a file.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Self::Empty => "Download or copy the file again.",
            Self::WebPage => "Download the file itself; on GitHub that is the \"raw\" link.",
            Self::LfsPointer => "Fetch the file that it points to, with `git lfs pull`.",
            Self::Table | Self::Gzip => "Choose a signal table as the table, and a model file as the model.",
            Self::Zip | Self::Pickle => "If it is a PyTorch file, convert it to a model file with `regulens import`.",
            Self::Safetensors => "Choose it as the model; weights without a card need `regulens import` first.",
            Self::Json | Self::Text | Self::Hdf5 | Self::Binary => {
                "Choose a model file written by Regulens (`.safetensors`)."
            }
        }
    }
}

/// The length of a JSON header as a little-endian u64, then the header. A text whose ninth character is a brace would
/// claim more than 2⁶¹ bytes, in printable characters.
fn is_safetensors(bytes: &[u8]) -> bool {
    match bytes.split_first_chunk::<8>() {
        Some((length, rest)) => rest.first() == Some(&b'{') && !length.iter().all(|byte| matches!(byte, b' '..=b'~')),
        None => false,
    }
}

fn of_text(sample: &[u8]) -> LooksLike {
    let text = match std::str::from_utf8(sample) {
        Ok(text) => text,
        // The sample may end inside of a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&sample[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return LooksLike::Binary,
    };
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return LooksLike::Binary;
    }
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if text.starts_with('<') {
        LooksLike::WebPage
    } else if text.starts_with("version https://git-lfs") {
        LooksLike::LfsPointer
    } else if text.starts_with(['{', '[']) {
        LooksLike::Json
    } else if text.lines().next().is_some_and(|line| line.contains([',', '\t'])) {
        LooksLike::Table
    } else {
        LooksLike::Text
    }
}

impl std::fmt::Display for LooksLike {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "an empty file",
            Self::WebPage => "a web page",
            Self::LfsPointer => "a Git LFS pointer",
            Self::Table => "a table of text",
            Self::Json => "JSON text",
            Self::Text => "text",
            Self::Gzip => "a gzip file",
            Self::Zip => "a zip archive (as PyTorch files are)",
            Self::Pickle => "a Python pickle (as old PyTorch files are)",
            Self::Safetensors => "a safetensors file",
            Self::Hdf5 => "an HDF5 file",
            Self::Binary => "binary data",
        })
    }
}

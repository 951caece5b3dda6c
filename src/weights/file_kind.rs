//! Recognises file formats by their first bytes, so that an error can name what was given.

/// Kinds of file that users give, some by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// No bytes.
    Empty,
    /// HTML, most often an error or login page.
    WebPage,
    /// A Git LFS pointer.
    LfsPointer,
    /// Lines of cells separated by commas or tabs.
    Table,
    /// JSON text.
    Json,
    /// Any other text.
    Text,
    /// gzip.
    Gzip,
    /// A zip archive, as PyTorch writes since 1.6.
    Zip,
    /// A Python pickle, with which files of PyTorch before 1.6 begin.
    Pickle,
    /// safetensors.
    Safetensors,
    /// HDF5, as Keras writes.
    Hdf5,
    /// Anything else.
    Binary,
}

/// First bytes of formats.
const SIGNATURES: [(&[u8], FileKind); 5] = [
    (b"\x1f\x8b", FileKind::Gzip),
    (b"PK\x03\x04", FileKind::Zip),
    (b"\x80\x02", FileKind::Pickle),
    (b"\x80\x04", FileKind::Pickle),
    (b"\x89HDF\r\n\x1a\n", FileKind::Hdf5),
];

/// Number of first bytes that are enough to recognise any format.
pub(super) const SAMPLE: usize = 1024;

impl FileKind {
    /// Recognises a file by its first bytes.
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

    /// Remedy for a file of this kind in place of a model.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Self::Empty => "Download or copy the file again.",
            Self::WebPage => "Download the file itself; on GitHub that is the \"raw\" link.",
            Self::LfsPointer => "Fetch the file that it stands for, by `git lfs pull`.",
            Self::Table | Self::Gzip => "Choose a table of signal as the table, and a model file as the model.",
            Self::Zip | Self::Pickle => "If it is a PyTorch file, make a model file of it with `regulens import`.",
            Self::Safetensors => "Choose it as the model; weights without a card need `regulens import` first.",
            Self::Json | Self::Text | Self::Hdf5 | Self::Binary => {
                "Choose a model file that Regulens wrote (`.safetensors`)."
            }
        }
    }
}

/// True for the length of a JSON header, as a little-endian u64, followed by the header. Excludes text whose ninth
/// character is a brace: its first eight, all printable, would be a length above 2⁶¹ bytes.
fn is_safetensors(bytes: &[u8]) -> bool {
    match bytes.split_first_chunk::<8>() {
        Some((length, rest)) => rest.first() == Some(&b'{') && !length.iter().all(|byte| matches!(byte, b' '..=b'~')),
        None => false,
    }
}

fn of_text(sample: &[u8]) -> FileKind {
    let text = match std::str::from_utf8(sample) {
        Ok(text) => text,
        // The sample may end within a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&sample[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return FileKind::Binary,
    };
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return FileKind::Binary;
    }
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if text.starts_with('<') {
        FileKind::WebPage
    } else if text.starts_with("version https://git-lfs") {
        FileKind::LfsPointer
    } else if text.starts_with(['{', '[']) {
        FileKind::Json
    } else if text.lines().next().is_some_and(|line| line.contains([',', '\t'])) {
        FileKind::Table
    } else {
        FileKind::Text
    }
}

impl std::fmt::Display for FileKind {
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

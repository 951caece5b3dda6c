//! What a file looks like that is not what was asked for, so that an error can say it.

/// The kinds of file that people hand over by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksLike {
    /// Nothing in it.
    Empty,
    /// A page of a web server, most often of an error or a login.
    WebPage,
    /// Lines of cells.
    Table,
    /// JSON text.
    Json,
    /// Any other text.
    Text,
    /// gzip.
    Gzip,
    /// A zip archive that holds no PyTorch weights, or that nobody looked into.
    Zip,
    /// PyTorch before 1.6.
    LegacyTorch,
    /// safetensors.
    Safetensors,
    /// HDF5, such as Keras writes.
    Hdf5,
    /// Anything else.
    Binary,
}

impl LooksLike {
    /// Looks at the first bytes.
    pub fn of(bytes: &[u8]) -> Self {
        const SAMPLE: usize = 1024;
        if bytes.is_empty() {
            return Self::Empty;
        }
        let magic: [(&[u8], Self); 4] = [
            (b"\x1f\x8b", Self::Gzip),
            (b"PK\x03\x04", Self::Zip),
            // A pickle of protocol 2 that holds an integer of ten bytes: PyTorch's magic number.
            (b"\x80\x02\x8a\x0a", Self::LegacyTorch),
            (b"\x89HDF\r\n\x1a\n", Self::Hdf5),
        ];
        if let Some((_, kind)) = magic
            .into_iter()
            .find(|(magic, _)| bytes.starts_with(magic))
        {
            return kind;
        }
        if bytes.get(8) == Some(&b'{') && bytes.contains(&0) {
            return Self::Safetensors;
        }
        let sample = &bytes[..bytes.len().min(SAMPLE)];
        let text = match std::str::from_utf8(sample) {
            Ok(text) => text,
            // The sample may end inside of a character.
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&sample[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(_) => return Self::Binary,
        };
        if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            return Self::Binary;
        }
        match text
            .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
            .chars()
            .next()
        {
            Some('<') => Self::WebPage,
            Some('{' | '[') => Self::Json,
            _ if text
                .lines()
                .next()
                .is_some_and(|line| line.contains([',', '\t'])) =>
            {
                Self::Table
            }
            _ => Self::Text,
        }
    }

    /// The end of a remedy: what to do with such a file instead.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Empty => "Download or copy the file again",
            Self::WebPage => {
                "The server sent a page in place of the file: check the address, or download it by hand"
            }
            Self::Table | Self::Gzip => {
                "Tables of signal go where a table is asked for; give a model file here"
            }
            Self::Zip | Self::LegacyTorch => {
                "If this is a PyTorch file, make a model file of it with `regulens import`"
            }
            Self::Safetensors => "Make a model file of it with `regulens import`",
            Self::Json | Self::Text | Self::Hdf5 | Self::Binary => {
                "Give a model file that Regulens wrote (`.safetensors`)"
            }
        }
    }
}

impl std::fmt::Display for LooksLike {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "an empty file",
            Self::WebPage => "a web page (HTML or XML)",
            Self::Table => "a table of text",
            Self::Json => "JSON text",
            Self::Text => "text",
            Self::Gzip => "a gzip file",
            Self::Zip => "a zip archive",
            Self::LegacyTorch => "a PyTorch file (before 1.6)",
            Self::Safetensors => "a safetensors file",
            Self::Hdf5 => "an HDF5 file",
            Self::Binary => "a binary file of another kind",
        })
    }
}

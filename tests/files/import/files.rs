//! PyTorch's files of both formats, made of pickles.

use std::io::{Cursor, Write};

use regulens::weights::{StateDict, WeightsError, torch};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::pickles::{Item, pickle, text};

/// The start of a file before PyTorch 1.6: magic number, protocol 1001, and a little-endian machine.
const LEGACY: &[u8] = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.";

/// A storage by key: how many elements it says it has, and its bytes.
pub type Storages<'a> = &'a [(&'a str, i64, Vec<u8>)];

/// A file of the format before 1.6.
pub fn legacy(object: &Item, storages: Storages<'_>) -> Vec<u8> {
    let system = Item::Dict(vec![(text("little_endian"), Item::Bool(true))]);
    let keys = Item::List(storages.iter().map(|(key, ..)| text(key)).collect());
    let mut bytes = LEGACY.to_vec();
    for item in [&system, object, &keys] {
        bytes.extend(pickle(item, 2));
    }
    for (_, count, content) in storages {
        bytes.extend(count.to_le_bytes());
        bytes.extend(content);
    }
    bytes
}

/// A file of the format since 1.6.
pub fn archive(object: &Item, storages: Storages<'_>) -> Vec<u8> {
    Archive::default().of(&pickle(object, 2), storages)
}

/// Layout of an archive.
pub struct Archive {
    pub folder: &'static str,
    pub method: CompressionMethod,
    pub byte_order: Option<&'static str>,
}

impl Default for Archive {
    fn default() -> Self {
        Self {
            folder: "model/",
            method: CompressionMethod::Stored,
            byte_order: Some("little"),
        }
    }
}

impl Archive {
    /// An archive of a pickle and storages.
    pub fn of(&self, pickle: &[u8], storages: Storages<'_>) -> Vec<u8> {
        let mut entries = vec![("data.pkl".to_owned(), pickle.to_vec())];
        if let Some(order) = self.byte_order {
            entries.push(("byteorder".to_owned(), order.as_bytes().to_vec()));
        }
        entries.push(("version".to_owned(), b"3\n".to_vec()));
        for (key, _, content) in storages {
            entries.push((format!("data/{key}"), content.clone()));
        }
        self.of_entries(&entries)
    }

    /// An archive of entries by name in its folder.
    pub fn of_entries(&self, entries: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(self.method);
        for (name, content) in entries {
            writer
                .start_file(format!("{}{name}", self.folder), options)
                .expect("an entry");
            writer.write_all(content).expect("its content");
        }
        writer.finish().expect("an archive").into_inner()
    }
}

/// Little-endian float32.
pub fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

pub fn read(bytes: &[u8]) -> StateDict {
    torch::read("model.pt", bytes).expect("a state dict")
}

pub fn refusal(bytes: &[u8]) -> WeightsError {
    let error = torch::read("model.pt", bytes).expect_err("no state dict");
    let words = error.to_string();
    assert!(
        words.starts_with("model.pt: found ") && words.ends_with(&error.remedy()),
        "{words}"
    );
    error
}

#[track_caller]
pub fn assert_refused(bytes: &[u8], code: &str, words: &[&str]) {
    let error = refusal(bytes);
    assert_eq!(error.code(), code, "{error}");
    for word in words {
        assert!(error.to_string().contains(word), "`{word}` is not in: {error}");
    }
}

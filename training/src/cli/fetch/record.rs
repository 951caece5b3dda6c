//! Answers of Zenodo's API for a record.
//!
//! `GET /api/records/ID` answers with JSON in one of several forms: `files` is a list (what Zenodo sends today), an
//! object whose `entries` are a list or an object by name (what its software InvenioRDM sends), or is left out; then
//! `GET /api/records/ID/files` lists them. A file's link is under `content`, `download` or `self`, the first of these
//! that exists: in the listing of `/files`, `self` is the file's description, and `content` the file.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

use super::http::{Client, Failure};
use super::names;
use crate::cli::error::CliError;

/// Largest size of a record's description; Zenodo allows 100 files in a record.
const LARGEST: usize = 16 << 20;

/// A record.
#[derive(Debug)]
pub struct Record {
    /// The number that the answer gives: of the latest version, where a number of all versions was asked for.
    pub id: String,
    /// The title, on one line.
    pub title: String,
    /// The files as the record lists them.
    pub files: Vec<RecordFile>,
}

/// A file of a record.
#[derive(Debug, PartialEq, Eq)]
pub struct RecordFile {
    /// The name in the record.
    pub key: String,
    /// The name to write.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// MD5 as 32 hexadecimal digits in lower case.
    pub md5: Option<String>,
    /// Where it is.
    pub link: String,
}

/// Parses a record's number, DOI or address.
pub fn number(text: &str) -> Result<u64, String> {
    let wrong = || {
        format!(
            "`{text}` is not a record; expected a number such as 2652278, a DOI such as 10.5281/zenodo.2652278, or \
                a URL"
        )
    };
    let rest = text.trim().trim_end_matches('/');
    let digits = ["/records/", "/record/", "zenodo."]
        .iter()
        .find_map(|before| rest.rsplit_once(before))
        .map_or(rest, |(_, after)| after);
    let digits = digits.split(['/', '?', '#']).next().unwrap_or_default();
    digits.parse().ok().filter(|number| *number > 0).ok_or_else(wrong)
}

/// Reads a record from the server at `base`.
pub fn read(client: &Client, base: &str, id: u64) -> Result<Record, CliError> {
    let address = format!("{base}/api/records/{id}");
    let answer = json(client, &address)?;
    let wrong = |problem: String| CliError::file(&address, problem);
    let id = match &answer["id"] {
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) => text.clone(),
        _ => id.to_string(),
    };
    let mut entries = entries(&answer["files"]);
    if entries.is_empty() {
        entries = self::entries(&json(client, &format!("{base}/api/records/{id}/files"))?);
    }
    if entries.is_empty() {
        let access = answer["metadata"]["access_right"].as_str();
        let access = access.or(answer["access"]["files"].as_str()).unwrap_or("unknown");
        return Err(wrong(format!(
            "found no files (access: {}); expected a record with open files. Check the number, or ask the record's \
                authors.",
            one_line(access)
        )));
    }
    let mut taken = BTreeSet::new();
    let mut files = Vec::with_capacity(entries.len());
    for (key, entry) in entries {
        let file = file(base, &id, &key, &entry).map_err(wrong)?;
        // Letters of either case are one on some file systems.
        for name in [file.name.to_lowercase(), format!("{}.part", file.name.to_lowercase())] {
            if !taken.insert(name) {
                return Err(wrong(format!(
                    "found two files that would both be written to {}; expected distinct names. Fetch one of them \
                        with --only",
                    file.name
                )));
            }
        }
        files.push(file);
    }
    let title = answer["metadata"]["title"].as_str().or(answer["title"].as_str());
    Ok(Record {
        id,
        title: one_line(title.unwrap_or("without a title")),
        files,
    })
}

/// The JSON at an address.
fn json(client: &Client, address: &str) -> Result<Value, CliError> {
    let bytes = client.retrying(address, || {
        let mut answer = client.get(address, 0)?;
        answer.expect_success()?;
        let mut bytes = Vec::new();
        while let Some(piece) = answer.next()? {
            bytes.extend(piece);
            if bytes.len() > LARGEST {
                return Err(Failure::Fatal(format!(
                    "found more than {LARGEST} bytes; expected the description of a record. Check the address."
                )));
            }
        }
        Ok(bytes)
    })?;
    serde_json::from_slice(&bytes).map_err(|error| {
        CliError::file(
            address,
            format!(
                "found no valid JSON ({error}); expected the description of a record. Check that the server speaks \
                Zenodo's API."
            ),
        )
    })
}

/// The entries of files by name, in whichever form they come.
fn entries(files: &Value) -> Vec<(String, Value)> {
    let inner = files.get("entries").unwrap_or(files);
    let key = |entry: &Value| {
        let key = entry["key"].as_str().or(entry["filename"].as_str());
        key.map(str::to_owned)
    };
    match inner {
        Value::Array(list) => list
            .iter()
            .map(|entry| (key(entry).unwrap_or_default(), entry.clone()))
            .collect(),
        Value::Object(by_name) => by_name
            .iter()
            .filter(|(_, entry)| entry.is_object() && entry.get("size").is_some())
            .map(|(name, entry)| (key(entry).unwrap_or_else(|| name.clone()), entry.clone()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The file that an entry describes.
fn file(base: &str, id: &str, key: &str, entry: &Value) -> Result<RecordFile, String> {
    let name = names::safe(key);
    if key.is_empty() {
        return Err("found a file without a name; expected `key` in each entry of `files`".to_owned());
    }
    let size = entry["size"]
        .as_u64()
        .or(entry["filesize"].as_u64())
        .ok_or_else(|| format!("found no size for {name}; expected `size` in its entry"))?;
    let md5 = entry["checksum"].as_str().and_then(|checksum| {
        let digits = checksum.strip_prefix("md5:").unwrap_or(checksum);
        let whole = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        whole.then(|| digits.to_lowercase())
    });
    let links = &entry["links"];
    let link = ["content", "download", "self"]
        .iter()
        .find_map(|kind| links[*kind].as_str());
    let link = match link {
        Some(link) => followed(base, link),
        None => format!("{base}/api/records/{id}/files/{key}/content"),
    };
    Ok(RecordFile {
        key: key.to_owned(),
        name,
        size,
        md5,
        link: utf8_percent_encode(&link, ESCAPED).to_string(),
    })
}

/// The target of a link: links to Zenodo go to the mirror, if there is one.
fn followed(base: &str, link: &str) -> String {
    if link.starts_with('/') {
        // Relative to the host.
        let host = base.find("://").map_or(0, |at| at + 3);
        let end = base[host..].find('/').map_or(base.len(), |at| host + at);
        return format!("{}{link}", &base[..end]);
    }
    let zenodo = ["https://zenodo.org", "https://www.zenodo.org", "http://zenodo.org"];
    zenodo
        .iter()
        .find_map(|host| link.strip_prefix(host).filter(|path| path.starts_with('/')))
        .map_or(link.to_owned(), |path| format!("{base}{path}"))
}

/// Characters that may not stand in an address as they are.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A text of the server without characters that move a terminal's cursor.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_a_number_a_doi_or_an_address() {
        for text in [
            "2652278",
            "10.5281/zenodo.2652278",
            "https://doi.org/10.5281/zenodo.2652278",
            "https://zenodo.org/records/2652278",
            "https://zenodo.org/record/2652278#.Xyz",
            "https://zenodo.org/api/records/2652278/files",
            "https://zenodo.org/records/2652278/",
        ] {
            assert_eq!(number(text), Ok(2_652_278), "{text}");
        }
        for text in ["", "0", "-1", "https://zenodo.org/", "10.1000/182", "12a"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn files_come_in_several_forms() {
        let entry = json!({ "key": "a.csv", "size": 3, "checksum": "md5:900150983cd24fb0d6963f7d28e17f72" });
        for files in [
            json!([entry]),
            json!({ "enabled": true, "entries": [entry] }),
            json!({ "enabled": true, "entries": { "a.csv": { "size": 3, "checksum": entry["checksum"] } } }),
            json!([{ "filename": "a.csv", "filesize": 3, "checksum": "900150983CD24FB0D6963F7D28E17F72" }]),
        ] {
            let entries = entries(&files);
            let [(key, entry)] = entries.as_slice() else {
                panic!("{files}");
            };
            let file = file("https://zenodo.org", "7", key, entry).unwrap();
            assert_eq!((file.key.as_str(), file.size), ("a.csv", 3));
            assert_eq!(file.md5.as_deref(), Some("900150983cd24fb0d6963f7d28e17f72"));
            assert_eq!(file.link, "https://zenodo.org/api/records/7/files/a.csv/content");
        }
        assert!(entries(&Value::Null).is_empty());
        assert!(entries(&json!({ "enabled": false })).is_empty());
    }

    #[test]
    fn links_to_zenodo_lead_to_the_mirror() {
        let mirror = "http://127.0.0.1:9/zenodo";
        for (link, led) in [
            ("https://zenodo.org/api/x", "http://127.0.0.1:9/zenodo/api/x"),
            ("/zenodo/api/x", "http://127.0.0.1:9/zenodo/api/x"),
            ("https://zenodo.org.example/x", "https://zenodo.org.example/x"),
            ("https://s3.example/x", "https://s3.example/x"),
        ] {
            assert_eq!(followed(mirror, link), led);
        }
        assert_eq!(
            followed("https://zenodo.org", "https://zenodo.org/x"),
            "https://zenodo.org/x"
        );
    }

    #[test]
    fn the_content_is_taken_before_the_description() {
        let entry = json!({ "key": "a b", "size": 1, "links": { "self": "https://zenodo.org/d", "content": "\
            https://zenodo.org/a b" } });
        let file = file("https://zenodo.org", "7", "a b", &entry).unwrap();
        assert_eq!(file.link, "https://zenodo.org/a%20b");
        assert_eq!(file.md5, None);
    }
}

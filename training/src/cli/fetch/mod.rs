//! `regulens fetch`: the files of a Zenodo record, whole and as they were deposited.
//!
//! ```text
//! record     what the API says of the files       http       one request, and what is worth another
//! download   one file: resumed, checked, named    names      names that are safe to write, patterns
//! ```

mod download;
mod http;
mod names;
mod record;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use indicatif::HumanBytes;

use self::download::{Ended, Kept};
use self::http::Client;
use self::record::{Record, RecordFile};
use super::error::CliError;
use super::{interrupt, output};

/// The server of the records.
const ZENODO: &str = "https://zenodo.org";

/// Data set to fetch.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Zenodo record: number, DOI or URL
    #[arg(value_parser = record::number)]
    record: u64,
    /// Folder to write to; created if necessary
    #[arg(long, value_name = "DIR", required_unless_present = "list")]
    out: Option<PathBuf>,
    /// Pattern of file names to fetch (* any characters, ? one character); repeatable [default: all files]
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
    /// List the files (bytes, MD5, name) without downloading
    #[arg(long)]
    list: bool,
    /// Server to use in place of Zenodo, with the same interface; links to Zenodo are redirected to it
    #[arg(long, value_name = "URL", value_parser = mirror, help_heading = "Connection")]
    mirror: Option<String>,
    /// Number of retries after a broken connection or a busy server; the count restarts whenever data arrive
    #[arg(long, value_name = "N", default_value_t = 5, help_heading = "Connection")]
    retries: u32,
    /// Seconds before the first retry; doubles with each retry up to one minute, unless the server requests another
    /// delay
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds, help_heading = "Connection")]
    retry_delay: Duration,
    /// Seconds without data before a connection is closed
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds, help_heading = "Connection")]
    timeout: Duration,
}

/// Fetches, and reports on every file.
pub fn run(args: &FetchArgs) -> Result<(), CliError> {
    interrupt::watch();
    let client = Client::new(args.retries, args.retry_delay, args.timeout);
    let base = args.mirror.as_deref().unwrap_or(ZENODO);
    let record = record::read(&client, base, args.record)?;
    let files = select(&record, &args.only)?;
    if args.list {
        let lines = files.iter().map(|file| {
            let md5 = file.md5.as_deref().unwrap_or("-");
            format!("{}\t{md5}\t{}\n", file.size, file.name)
        });
        return output::print(&lines.collect::<String>());
    }
    let folder = args.out.as_deref().expect("clap asks for it");
    fs::create_dir_all(folder).map_err(|error| CliError::io(folder, error))?;
    eprintln!(
        "record {}, {}: {} of {} files, {}",
        record.id,
        record.title,
        files.len(),
        record.files.len(),
        HumanBytes(files.iter().map(|file| file.size).sum())
    );

    let mut failed = Vec::new();
    for file in &files {
        if file.name != file.key {
            eprintln!("{}: named {:?} in the record", file.name, file.key);
        }
        match download::download(&client, file, folder) {
            Ok(Kept::AsItWas) => {
                eprintln!("{}: already there, with the right MD5; kept", file.name);
            }
            Ok(Kept::Fetched) => {
                eprintln!("{}: {} bytes, MD5 as in the record", file.name, file.size);
            }
            Err(Ended::ThisFile(error)) => {
                eprintln!("not fetched: {error}");
                failed.push(file.name.as_str());
            }
            Err(Ended::All(error)) => return Err(error),
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(CliError::file(
        format!("record {}", record.id),
        format!(
            "{} of {} files were not fetched ({}); each reason is listed above",
            failed.len(),
            files.len(),
            failed.join(", ")
        ),
    ))
}

/// The files that the patterns ask for; all where there is no pattern.
fn select<'r>(record: &'r Record, patterns: &[String]) -> Result<Vec<&'r RecordFile>, CliError> {
    for pattern in patterns {
        if !record.files.iter().any(|file| names::matches(pattern, &file.key)) {
            return Err(CliError::Usage(format!(
                "--only {pattern}: found no matching file in record {}, which has {}",
                record.id,
                names::list(record.files.iter().map(|file| file.name.as_str()))
            )));
        }
    }
    let asked =
        |file: &&RecordFile| patterns.is_empty() || patterns.iter().any(|pattern| names::matches(pattern, &file.key));
    Ok(record.files.iter().filter(asked).collect())
}

/// Parses `--mirror`.
fn mirror(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.trim_matches('/').is_empty() => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err(format!(
            "`{text}` is not an address; expected a URL such as https://zenodo.org"
        )),
    }
}

/// Parses a time in seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .filter(|seconds| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("`{text}` is not a duration; expected seconds, above zero"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_is_an_address() {
        assert_eq!(mirror("https://a.org/zenodo/"), Ok("https://a.org/zenodo".to_owned()));
        assert_eq!(mirror("http://127.0.0.1:80"), Ok("http://127.0.0.1:80".to_owned()));
        for text in ["", "zenodo.org", "ftp://zenodo.org", "https://"] {
            assert!(mirror(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_above_zero() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["", "0", "-1", "NaN", "inf", "soon"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}

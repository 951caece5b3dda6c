//! One file: what is there already, what is missing, and whether it is right.
//!
//! ```text
//! NAME       there: right, and kept; or another file, and left as it is
//! NAME.part  what has come; resumed by HTTP Range, locked while it grows
//!            whole and of the right MD5: becomes NAME, unless that is there by now
//!            whole and of another MD5: begun again, once
//! ```

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use md5::{Digest, Md5};
use tempfile::TempPath;

use super::http::{Answer, Client, Failure, Pause};
use super::record::RecordFile;
use crate::cli::error::CliError;
use crate::cli::{interrupt, progress};

/// Bytes that are hashed at a time.
const CHUNK: usize = 1 << 20;

/// Why a file is there.
pub enum Kept {
    /// It was before.
    AsItWas,
    /// It was fetched.
    Fetched,
}

/// Why a file is missing, and whether the next one is worth trying.
pub enum Ended {
    /// A problem of this file only.
    ThisFile(CliError),
    /// A problem for every file: the disk, the network, Ctrl-C.
    All(CliError),
}

/// Fetches a file into a folder.
pub fn download(client: &Client, file: &RecordFile, folder: &Path) -> Result<Kept, Ended> {
    let Some(md5) = &file.md5 else {
        return Err(Ended::ThisFile(CliError::file(
            &file.name,
            "found no MD5 in the record; expected one, because files that cannot be verified are not fetched",
        )));
    };
    let target = folder.join(&file.name);
    if fs::symlink_metadata(&target).is_ok() {
        return there(&target, file, md5).map(|()| Kept::AsItWas);
    }
    let mut part = Part::open(folder, file)?;
    // Another run may have given it its name before its part could be locked here.
    if fs::symlink_metadata(&target).is_ok() {
        if part.held == 0 {
            part.remove();
        }
        return there(&target, file, md5).map(|()| Kept::AsItWas);
    }
    let bar = progress(file, "fetching");
    let fetched = part.fetch(client, file, md5, &bar);
    bar.finish_and_clear();
    fetched?;
    part.finish(&target)?;
    Ok(Kept::Fetched)
}

/// Checks that the existing file is the record's.
fn there(target: &Path, file: &RecordFile, md5: &str) -> Result<(), Ended> {
    let io = |error| Ended::All(CliError::io(target, error));
    let mut held = File::open(target).map_err(io)?;
    let size = held.metadata().map_err(io)?.len();
    // The size comes before the MD5: it rules out another file without reading it.
    let found = if size == file.size {
        let bar = progress(file, "checking");
        let found = digest(&mut held, target, &bar);
        bar.finish_and_clear();
        let found = found?;
        if found == *md5 {
            return Ok(());
        }
        format!("{size} bytes with the MD5 {found}")
    } else {
        format!("{size} bytes")
    };
    Err(Ended::ThisFile(CliError::file(
        target.display(),
        format!(
            "found a different file there, with {found}; expected {} bytes with the MD5 {md5}. It was left \
                unchanged: move it away, or name another folder.",
            file.size
        ),
    )))
}

/// The part of a file that was received.
struct Part {
    path: PathBuf,
    file: File,
    held: u64,
}

impl Part {
    /// Opens the part that an earlier run left, or starts one.
    fn open(folder: &Path, file: &RecordFile) -> Result<Self, Ended> {
        let path = folder.join(format!("{}.part", file.name));
        let io = |error| Ended::All(CliError::io(&path, error));
        let mut options = File::options();
        let opened = options.read(true).write(true).create(true).truncate(false).open(&path);
        let part = opened.map_err(io)?;
        match part.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Ended::ThisFile(CliError::file(
                    path.display(),
                    "found another program writing to it. Wait until it has finished, or name another folder.",
                )));
            }
            // A file system without locks.
            Err(TryLockError::Error(_)) => {}
        }
        let held = part.metadata().map_err(io)?.len();
        Ok(Self { path, file: part, held })
    }

    /// Fetches what is missing until the file is complete and right.
    fn fetch(&mut self, client: &Client, file: &RecordFile, md5: &str, bar: &ProgressBar) -> Result<(), Ended> {
        let say = |what: String| bar.suspend(|| eprintln!("{}: {what}", file.name));
        if self.held > file.size {
            say(format!(
                "found {} bytes of a file of {}; started again",
                self.held, file.size
            ));
            self.clear()?;
        } else if self.held > 0 {
            say(format!(
                "{} of {} bytes were downloaded before; resuming",
                self.held, file.size
            ));
        }
        let mut attempts = client.attempts();
        let mut wrong_before = false;
        loop {
            bar.set_position(self.held);
            if self.held == file.size {
                let found = self.digest(bar)?;
                if found == md5 {
                    return Ok(());
                }
                if wrong_before {
                    return Err(self.damaged(file, &found, md5));
                }
                wrong_before = true;
                say(format!(
                    "found the MD5 {found} after download; expected {md5}; started again"
                ));
                self.clear()?;
                if file.size == 0 {
                    return Err(self.damaged(file, &found, md5));
                }
            }
            let before = self.held;
            let result = self.more(client, file, bar, &say);
            if self.held > before {
                attempts.went_on();
            }
            let this = |problem: String| CliError::file(&file.name, problem);
            match result {
                Ok(()) => {}
                Err(Failure::Retryable(problem, asked)) => {
                    let problem = format!("{problem} at byte {} of {}", self.held, file.size);
                    match attempts.pause(&problem, asked, say) {
                        Pause::Over => {}
                        Pause::Enough(problem) => {
                            return Err(Ended::All(this(format!("{problem} {}", self.left(file)))));
                        }
                        Pause::Interrupted => return Err(self.interrupted(file)),
                    }
                }
                Err(Failure::Fatal(problem)) => {
                    // Nothing was received, so no part is left.
                    if self.held == 0 {
                        self.remove();
                    }
                    return Err(Ended::ThisFile(this(problem)));
                }
                Err(Failure::Interrupted) => return Err(self.interrupted(file)),
                Err(Failure::Local(error)) => return Err(self.unwritten(&error, file)),
            }
        }
    }

    /// One request for what is missing.
    fn more(
        &mut self,
        client: &Client,
        file: &RecordFile,
        bar: &ProgressBar,
        say: &dyn Fn(String),
    ) -> Result<(), Failure> {
        let mut answer = client.get(&file.link, self.held)?;
        self.begin(&answer, file, say)?;
        self.file
            .seek(SeekFrom::Start(self.held))
            .map_err(|error| Failure::Local(CliError::io(&self.path, error)))?;
        while self.held < file.size {
            let Some(mut piece) = answer.next()? else {
                return Err(Failure::Retryable("the connection ended".to_owned(), None));
            };
            // If there is too much, the MD5 does not match.
            let missing = usize::try_from(file.size - self.held).unwrap_or(usize::MAX);
            piece.truncate(missing);
            self.file
                .write_all(&piece)
                .map_err(|error| Failure::Local(CliError::io(&self.path, error)))?;
            self.held += piece.len() as u64;
            bar.set_position(self.held);
        }
        Ok(())
    }

    /// Checks that an answer continues where the part ends. If the server starts again, so does the part.
    fn begin(&mut self, answer: &Answer, file: &RecordFile, say: &dyn Fn(String)) -> Result<(), Failure> {
        let local = |ended| match ended {
            Ended::All(error) | Ended::ThisFile(error) => Failure::Local(error),
        };
        if answer.status == 416 && self.held > 0 {
            self.clear().map_err(local)?;
            return Err(Failure::Retryable(
                "the server does not have this range of the file (status 416); started again".to_owned(),
                None,
            ));
        }
        answer.expect_success()?;
        let (first, whole) = match (answer.status, answer.range) {
            (206, Some((first, whole))) => (first, whole),
            (206, None) => (self.held, None),
            _ => (0, answer.length),
        };
        if let Some(whole) = whole.filter(|whole| *whole != file.size) {
            return Err(Failure::Fatal(format!(
                "the server offers {whole} bytes; expected {}, as in the record. Try another mirror.",
                file.size
            )));
        }
        if first == self.held {
            return Ok(());
        }
        if first == 0 {
            say("the server did not resume where the download had stopped; started again".to_owned());
            return self.clear().map_err(local);
        }
        self.clear().map_err(local)?;
        Err(Failure::Retryable(
            format!("the server resumed at byte {first}; started again"),
            None,
        ))
    }

    /// Drops what was received.
    fn clear(&mut self) -> Result<(), Ended> {
        self.held = 0;
        let cleared = self.file.set_len(0);
        cleared.map_err(|error| Ended::All(CliError::io(&self.path, error)))
    }

    /// The MD5 of what was received.
    fn digest(&mut self, bar: &ProgressBar) -> Result<String, Ended> {
        self.file
            .seek(SeekFrom::Start(0))
            .map_err(|error| Ended::All(CliError::io(&self.path, error)))?;
        bar.set_message("checking");
        digest(&mut self.file, &self.path, bar)
    }

    /// Gives the complete file its name, unless a file of that name exists by now.
    fn finish(self, target: &Path) -> Result<(), Ended> {
        let io = |error| Ended::All(CliError::io(target, error));
        self.file.sync_all().map_err(io)?;
        let part = TempPath::try_from_path(&self.path).map_err(io)?;
        part.persist_noclobber(target).map_err(|error| {
            // It is the user's, not a temporary file: it stays.
            let _ = error.path.keep();
            io(error.error)
        })
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.path);
    }

    /// The file was wrong twice. None of it can be used.
    fn damaged(&self, file: &RecordFile, found: &str, md5: &str) -> Ended {
        self.remove();
        Ended::ThisFile(CliError::file(
            &file.name,
            format!(
                "found the MD5 {found} after two downloads; expected {md5}, as in the record. Try another mirror, \
                    or inform the operator of this one."
            ),
        ))
    }

    /// Describes the part that is kept for another run, and how to continue. An empty part is removed.
    fn left(&self, file: &RecordFile) -> String {
        if self.held == 0 {
            self.remove();
            return "Nothing was received; run the same command to start again.".to_owned();
        }
        format!(
            "{} holds {} of {} bytes; run the same command to resume.",
            self.path.display(),
            self.held,
            file.size
        )
    }

    /// The part cannot be written. What it holds by now is told: of the last piece, too, some may have been taken.
    fn unwritten(&mut self, error: &CliError, file: &RecordFile) -> Ended {
        self.held = self.file.metadata().map_or(self.held, |part| part.len());
        Ended::All(CliError::file(&file.name, format!("{error} {}", self.left(file))))
    }

    fn interrupted(&self, file: &RecordFile) -> Ended {
        Ended::All(CliError::Interrupted(self.left(file).trim_end_matches('.').to_owned()))
    }
}

/// MD5 of the rest of a file, 32 hexadecimal digits in lower case.
fn digest(file: &mut File, path: &Path, bar: &ProgressBar) -> Result<String, Ended> {
    let mut md5 = Md5::new();
    let mut chunk = vec![0; CHUNK];
    bar.set_position(0);
    loop {
        let read = file
            .read(&mut chunk)
            .map_err(|error| Ended::All(CliError::io(path, error)))?;
        if read == 0 {
            return Ok(base16ct::lower::encode_string(&md5.finalize()));
        }
        md5.update(&chunk[..read]);
        bar.inc(read as u64);
        if interrupt::flow().is_break() {
            return Err(Ended::All(CliError::Interrupted(format!(
                "{} was being verified; run the same command to resume",
                path.display()
            ))));
        }
    }
}

/// A bar on a terminal, nothing elsewhere.
fn progress(file: &RecordFile, doing: &'static str) -> ProgressBar {
    let template = "{msg} {prefix} {bar:24} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    let bar = progress::bar(file.size, template);
    bar.set_prefix(file.name.clone());
    bar.set_message(doing);
    bar
}

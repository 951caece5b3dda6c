//! Writing: to files that appear complete or not at all, and to stdout.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::CliError;

/// A file that is being written. It gets its name when it is [committed](Self::commit); without that it is removed.
pub struct Output {
    /// The name that the user gave, for messages.
    path: PathBuf,
    /// The final path, with links and `..` resolved.
    place: PathBuf,
    file: BufWriter<Target>,
}

enum Target {
    /// A file beside the final path, on the same file system.
    Beside(NamedTempFile),
    /// An existing path that is no regular file, such as `/dev/stdout`.
    Direct(fs::File),
}

impl Output {
    /// Opens a file. Fails early if the path cannot be written.
    pub fn create(path: &Path) -> Result<Self, CliError> {
        let io = |error| CliError::io(path, error);
        let place = place(path).map_err(io)?;
        let target = match fs::metadata(&place) {
            Ok(there) if there.is_dir() => return Err(io(io::ErrorKind::IsADirectory.into())),
            Ok(there) if !there.is_file() => Target::Direct(fs::File::options().write(true).open(&place).map_err(io)?),
            _ => Target::Beside(temporary(folder(&place)).map_err(io)?),
        };
        let path = path.to_owned();
        Ok(Self {
            path,
            place,
            file: BufWriter::new(target),
        })
    }

    /// Returns true if another output would replace this one, under any name.
    pub fn is_same_file(&self, other: &Self) -> bool {
        matches!(self.file.get_ref(), Target::Beside(_)) && self.place == other.place
    }

    /// Lets `write` write.
    pub fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
        write(&mut self.file).map_err(|error| CliError::io(&self.path, error))
    }

    /// Puts the file in its place, over one that is there.
    pub fn commit(self) -> Result<(), CliError> {
        let Self { path, place, file } = self;
        let io = |error| CliError::io(&path, error);
        match file.into_inner().map_err(|error| io(error.into_error()))? {
            Target::Beside(file) => persist(file, &place).map_err(io),
            Target::Direct(_) => Ok(()),
        }
    }
}

/// Gives a file its name. It is on the disk before it has it: a full disk of another machine says so only now, and a
/// power cut leaves the old file or the new one.
pub fn persist(file: NamedTempFile, place: &Path) -> io::Result<()> {
    match file.as_file().sync_data() {
        // File systems that cannot be asked.
        Err(error) if !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Err(error),
        _ => file.persist(place).map(drop).map_err(|error| error.error),
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside(file) => file.write(bytes),
            Self::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside(file) => file.flush(),
            Self::Direct(file) => file.flush(),
        }
    }
}

/// The path of a file of this name, existing or not. A link stays a link: its target is replaced.
fn place(path: &Path) -> io::Result<PathBuf> {
    if let Ok(place) = fs::canonicalize(path) {
        return Ok(place);
    }
    let Some(name) = path.file_name() else {
        return Err(io::ErrorKind::NotFound.into());
    };
    Ok(fs::canonicalize(folder(path))?.join(name))
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

const PREFIX: &str = ".regulens-";
const SUFFIX: &str = ".partial";

/// A file in this folder that is removed unless it is persisted. What runs that were killed left there is removed, too.
pub fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    sweep(folder);
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // Gives it the permissions of other new files: by default only the owner can read a temporary file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    loop {
        let file = builder.tempfile_in(folder)?;
        if is_kept(file.as_file())? {
            return Ok(file);
        }
    }
}

/// Locks a new file for as long as it is written. False where another run swept it before it was locked.
#[cfg(unix)]
fn is_kept(file: &fs::File) -> io::Result<bool> {
    // A file system without locks is one where nothing is swept.
    drop(file.lock());
    Ok(std::os::unix::fs::MetadataExt::nlink(&file.metadata()?) > 0)
}

#[cfg(not(unix))]
fn is_kept(_: &fs::File) -> io::Result<bool> {
    Ok(true)
}

/// Removes what runs that were killed left: a file that still has its writer is locked.
#[cfg(unix)]
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if ours
            && entry.metadata().is_ok_and(|there| there.is_file())
            && let Ok(file) = fs::File::open(entry.path())
            && file.try_lock().is_ok()
        {
            // The lock ends after the file: a writer that waits for it sees that its file is gone.
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// Elsewhere what is left stays: a locked file could not be renamed.
#[cfg(not(unix))]
fn sweep(_: &Path) {}

/// Prints a command's answer. A reader that closes the pipe, such as `head`, is no error.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::io(Path::new("stdout"), error)),
        _ => Ok(()),
    }
}

/// Prints an answer for programs: JSON, indented, and a line break.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| CliError::io(Path::new("stdout"), error.into()))?;
    print(&(text + "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_only_when_it_is_committed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result.tsv");
        let mut output = Output::create(&path).unwrap();
        output.write(|out| out.write_all(b"whole")).unwrap();
        assert!(!path.exists());
        output.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
    }

    #[test]
    fn nothing_is_left_of_a_file_that_is_not_committed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result.tsv");
        fs::write(&path, "as it was").unwrap();
        let mut output = Output::create(&path).unwrap();
        output.write(|out| out.write_all(b"half")).unwrap();
        drop(output);
        assert_eq!(fs::read(&path).unwrap(), b"as it was");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn what_a_killed_run_left_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in [".regulens-killed.partial", ".regulens-mine", "table.partial"] {
            fs::write(at(name), "half").unwrap();
        }
        let mut first = Output::create(&at("first.tsv")).unwrap();
        first.write(|out| out.write_all(b"first")).unwrap();
        assert!(!at(".regulens-killed.partial").exists());
        Output::create(&at("second.tsv")).unwrap().commit().unwrap();
        first.commit().unwrap();
        assert_eq!(fs::read(at("first.tsv")).unwrap(), b"first");
        assert!(at(".regulens-mine").exists() && at("table.partial").exists());
    }

    #[test]
    #[cfg(unix)]
    fn runs_that_begin_at_once_sweep_no_file_that_is_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                scope.spawn(move || {
                    for file in 0..200 {
                        let name = format!("{writer}-{file}");
                        let mut output = Output::create(&path.join(&name)).unwrap();
                        output.write(|out| out.write_all(name.as_bytes())).unwrap();
                        output.commit().unwrap();
                    }
                });
            }
        });
        let names: Vec<String> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names.len(), 800);
        for name in names {
            assert_eq!(fs::read_to_string(path.join(&name)).unwrap(), name);
        }
    }

    #[test]
    fn two_names_of_one_file_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let create = |name: &str| Output::create(&folder.path().join(name)).unwrap();
        assert!(create("a.tsv").is_same_file(&create("./a.tsv")));
        assert!(!create("a.tsv").is_same_file(&create("b.tsv")));
    }

    #[test]
    fn a_folder_that_is_not_there_is_said_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let error = Output::create(&folder.path().join("missing/result.tsv")).err().unwrap();
        assert!(error.to_string().contains("missing/result.tsv"), "{error}");
        assert!(error.to_string().contains("Check the name and the folder."), "{error}");
    }
}

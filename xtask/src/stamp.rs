//! Steps that are skipped while nothing they read has changed.
//!
//! A step's inputs (files, folders, versions) are hashed; the hash of the last success lies in `.tools/stamps/`.
//! Content decides, not time: a checkout, a copy or a touched file builds nothing again.

use crate::command::{Outcome, step};
use base16ct::lower::encode_string;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Folder names that never are inputs: they are made by steps.
const MADE: [&str; 3] = ["node_modules", "dist", "target"];

/// The inputs of one step, hashed as they are named.
pub struct Inputs {
    root: PathBuf,
    hash: Sha256,
}

impl Inputs {
    /// No inputs yet; paths will be relative to `root`.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            hash: Sha256::new(),
        }
    }

    /// A setting, such as a version or the arguments of a command.
    pub fn text(mut self, text: &str) -> Self {
        self.add(b"text", text.as_bytes());
        self
    }

    /// A file, or a folder with all below it. What is not there counts as such, so that its coming is a change.
    pub fn path(mut self, path: &str) -> Outcome<Self> {
        self.walk(&self.root.join(path))?;
        Ok(self)
    }

    fn walk(&mut self, path: &Path) -> Outcome<()> {
        let problem = |error: std::io::Error| format!("{}: {error}", path.display());
        let name = path
            .strip_prefix(&self.root)
            .unwrap_or(path)
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            let mut entries = Vec::new();
            for entry in fs::read_dir(path).map_err(problem)? {
                entries.push(entry.map_err(problem)?.path());
            }
            entries.sort();
            for entry in entries {
                let made = entry.is_dir() && MADE.iter().any(|made| entry.ends_with(made));
                if !made {
                    self.walk(&entry)?;
                }
            }
        } else if path.is_file() {
            let content = fs::read(path).map_err(problem)?;
            self.add(name.as_bytes(), &content);
        } else {
            self.add(name.as_bytes(), b"absent");
        }
        Ok(())
    }

    /// Lengths go in as well, so that no two lists of inputs run together into the same bytes.
    fn add(&mut self, name: &[u8], content: &[u8]) {
        for part in [name, content] {
            self.hash.update((part.len() as u64).to_le_bytes());
            self.hash.update(part);
        }
    }

    fn digest(self) -> String {
        encode_string(&self.hash.finalize())
    }
}

/// Where the stamp of a step lies. As an input of another step it stands for all that the step has made, without the
/// time that hashing megabytes takes.
pub fn stamp_of(what: &str) -> String {
    let name: String = what
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!(".tools/stamps/{name}")
}

/// True if a step's inputs are those of its last success and its `outputs` are still there.
pub fn is_current(root: &Path, what: &str, inputs: Inputs, outputs: &[PathBuf]) -> bool {
    is_stamped(&root.join(stamp_of(what)), &inputs.digest(), outputs)
}

fn is_stamped(stamp: &Path, digest: &str, outputs: &[PathBuf]) -> bool {
    fs::read_to_string(stamp).is_ok_and(|stored| stored == digest) && outputs.iter().all(|output| output.exists())
}

/// Does `work` unless its inputs are those of its last success and its `outputs` are still there.
pub fn unless_current(
    root: &Path,
    what: &str,
    inputs: Inputs,
    outputs: &[PathBuf],
    work: impl FnOnce() -> Outcome<()>,
) -> Outcome<()> {
    let stamp = root.join(stamp_of(what));
    let digest = inputs.digest();
    if is_stamped(&stamp, &digest, outputs) {
        println!("── {what}: up to date");
        return Ok(());
    }
    // A step that fails half-way leaves outputs that fit neither the old inputs nor the new.
    let _ = fs::remove_file(&stamp);
    step(what, work)?;
    if let Some(missing) = outputs.iter().find(|output| !output.exists()) {
        return Err(format!("{what}: {} was not made", missing.display()));
    }
    fs::create_dir_all(stamp.parent().expect("a stamp lies in a folder"))
        .and_then(|()| fs::write(&stamp, digest))
        .map_err(|error| format!("{}: {error}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("regulens-stamp-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("src/node_modules")).unwrap();
        fs::write(folder.join("src/a.rs"), "a").unwrap();
        folder
    }

    #[test]
    fn a_step_is_done_again_only_when_content_changes_or_an_output_is_gone() {
        let root = scratch("again");
        let output = root.join("out");
        let mut done = 0;
        let mut build = || {
            let inputs = Inputs::new(&root).text("v1").path("src").unwrap();
            unless_current(&root, "a step", inputs, std::slice::from_ref(&output), || {
                done += 1;
                fs::write(&output, "made").map_err(|error| error.to_string())
            })
            .unwrap();
            done
        };
        assert_eq!(build(), 1);
        assert_eq!(build(), 1, "nothing changed");
        fs::write(root.join("src/node_modules/package.js"), "made by a step").unwrap();
        assert_eq!(build(), 1, "what steps make is no input");
        fs::write(root.join("src/a.rs"), "b").unwrap();
        assert_eq!(build(), 2, "the content of a source changed");
        fs::write(root.join("src/b.rs"), "").unwrap();
        assert_eq!(build(), 3, "a source was added");
        fs::remove_file(&output).unwrap();
        assert_eq!(build(), 4, "the output was gone");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_step_that_fails_is_tried_again_with_the_same_inputs() {
        let root = scratch("fail");
        let inputs = || Inputs::new(&root).path("src").unwrap();
        assert!(unless_current(&root, "s", inputs(), &[], || Err("no".to_owned())).is_err());
        let mut done = false;
        unless_current(&root, "s", inputs(), &[], || {
            done = true;
            Ok(())
        })
        .unwrap();
        assert!(done);
        fs::remove_dir_all(root).unwrap();
    }
}

//! Which file a request means. Only files below the folder are ever given.

use crate::ServeError;
use std::io;
use std::path::{Component, Path, PathBuf};

/// A folder of files and the path of its page, such as `/` or `/some/where/`.
pub struct Site {
    folder: PathBuf,
    base: String,
}

/// What a request gets.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// A file that is there, below the folder.
    File(PathBuf),
    /// The path that was meant.
    Elsewhere(String),
    /// Nothing.
    NotFound,
}

impl Site {
    /// The files of `folder` under the path `base`, with or without slashes at its ends.
    pub fn new(folder: &Path, base: &str) -> Result<Self, ServeError> {
        let problem = |error| ServeError::Folder {
            folder: folder.to_path_buf(),
            error,
        };
        let inner = base.trim_matches('/');
        let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && part.bytes().all(is_plain);
        if !inner.is_empty() && !inner.split('/').all(plain) {
            return Err(ServeError::Base(base.to_string()));
        }
        let real = folder.canonicalize().map_err(problem)?;
        if !real.is_dir() {
            return Err(problem(io::ErrorKind::NotADirectory.into()));
        }
        let base = match inner {
            "" => "/".to_string(),
            inner => format!("/{inner}/"),
        };
        Ok(Self { folder: real, base })
    }

    /// The path of the page.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What a request target such as `/models/catalogue.json?x` asks for.
    pub fn answer(&self, target: &str) -> Answer {
        let path = target.split(['?', '#']).next().unwrap_or("");
        let at_base = self.base.trim_end_matches('/');
        if self.base != "/" && (path == "/" || path == at_base) {
            return Answer::Elsewhere(self.base.clone());
        }
        let Some(below) = path.strip_prefix(&self.base).and_then(percent_decoded) else {
            return Answer::NotFound;
        };
        // `..`, a drive or a root anywhere in it would lead out of the folder. The backslash is a separator on Windows.
        let plain = Path::new(&below)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !plain || below.contains(['\\', '\0', ':']) {
            return Answer::NotFound;
        }
        // A link could still lead out.
        let Ok(file) = self.folder.join(&below).canonicalize() else {
            return Answer::NotFound;
        };
        if !file.starts_with(&self.folder) {
            return Answer::NotFound;
        }
        match (file.is_dir(), path.ends_with('/')) {
            // Links in the folder's page are relative to the folder. What begins with two slashes would be another
            // host.
            (true, false) if !path.starts_with("//") => Answer::Elsewhere(format!("{path}/")),
            (true, true) => self.page_of(&file),
            (false, false) if file.is_file() => Answer::File(file),
            _ => Answer::NotFound,
        }
    }

    /// The page of a folder, which may be a link too.
    fn page_of(&self, folder: &Path) -> Answer {
        match folder.join("index.html").canonicalize() {
            Ok(index) if index.starts_with(&self.folder) && index.is_file() => Answer::File(index),
            _ => Answer::NotFound,
        }
    }
}

/// What an address has unescaped.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// `%2e` and the like as the bytes they stand for; `None` where they are no UTF-8 or no hexadecimal.
fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let digits = tail.get(..2)?;
            // `from_str_radix` takes a sign, too.
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder with a page, a folder in it, links that lead out or not, and a secret beside it.
    fn site(name: &str, base: &str) -> (PathBuf, Site) {
        let top = std::env::temp_dir().join(format!("regulens-serve-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&top);
        let folder = top.join("site");
        fs::create_dir_all(folder.join("models/linked")).unwrap();
        fs::write(top.join("secret"), "s").unwrap();
        fs::write(folder.join("index.html"), "<p>page").unwrap();
        fs::write(folder.join("models/a b.json"), "{}").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;
            symlink(top.join("secret"), folder.join("link")).unwrap();
            symlink(&top, folder.join("up")).unwrap();
            symlink(top.join("secret"), folder.join("models/linked/index.html")).unwrap();
            symlink(folder.join("index.html"), folder.join("inside")).unwrap();
        }
        let site = Site::new(&folder, base).unwrap();
        (top, site)
    }

    #[test]
    fn only_files_below_the_folder_are_given() {
        let (top, site) = site("below", "/");
        assert_eq!(site.answer("/"), Answer::File(site.folder.join("index.html")));
        assert_eq!(
            site.answer("/models/a%20b.json?v=1"),
            Answer::File(site.folder.join("models/a b.json"))
        );
        for outside in [
            "/../secret",
            "/%2e%2e/secret",
            "/models/../../secret",
            "/models/%2e%2e%2f%2e%2e%2fsecret",
            "/..%5csecret",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/link",
            "/up/secret",
            "/models/linked/",
            "/%zz",
            "/%+1",
            "/%",
            "/%ff",
            "/a%00",
            "/none",
            "/index.html/",
            "secret",
            "http://127.0.0.1/index.html",
            "",
        ] {
            assert_eq!(site.answer(outside), Answer::NotFound, "{outside}");
        }
        fs::remove_dir_all(top).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_file_of_the_folder_is_followed() {
        let (top, site) = site("inside", "/");
        assert_eq!(site.answer("/inside"), Answer::File(site.folder.join("index.html")));
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn below_a_base_path_only_that_path_is_served() {
        let (top, site) = site("base", "some/where");
        for start in ["/", "/some/where"] {
            assert_eq!(site.answer(start), Answer::Elsewhere("/some/where/".to_string()));
        }
        assert_eq!(
            site.answer("/some/where/"),
            Answer::File(site.folder.join("index.html"))
        );
        for elsewhere in ["/index.html", "/some/", "/some/wherever/", "/some/where//"] {
            assert_eq!(site.answer(elsewhere), Answer::NotFound, "{elsewhere}");
        }
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn a_folder_without_its_slash_is_sent_to_the_one_with_it_and_never_to_another_host() {
        let (top, site) = site("slash", "/");
        assert_eq!(site.answer("/models"), Answer::Elsewhere("/models/".to_string()));
        assert_eq!(site.answer("/models/"), Answer::NotFound, "no index.html there");
        assert_eq!(site.answer("//models"), Answer::NotFound);
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn a_base_that_is_no_path_and_a_folder_that_is_none_are_refused() {
        let (top, site) = site("refused", "/");
        for base in ["/a b/", "/../", "/a/./b", "/a//b", "/?x", "/ä"] {
            assert!(
                matches!(Site::new(&site.folder, base), Err(ServeError::Base(_))),
                "{base}"
            );
        }
        for folder in ["index.html", "none"] {
            let refused = Site::new(&site.folder.join(folder), "/");
            assert!(matches!(refused, Err(ServeError::Folder { .. })), "{folder}");
        }
        fs::remove_dir_all(top).unwrap();
    }
}

//! The answer to a request: a file below the folder, under the path of the page, and nothing else.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, HeaderValue, LOCATION, X_CONTENT_TYPE_OPTIONS};
use hyper::http::uri::{Authority, PathAndQuery};
use hyper::{Method, Request, Response, StatusCode, Uri};
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, DefaultServeDirFallback, TokioBackend, TokioFile};

use crate::ServeError;

/// A folder of files and the path of its page, such as `/` or `/some/where/`.
#[derive(Debug)]
pub struct Site {
    base: String,
    /// A name that is this machine's besides its own.
    named: Option<String>,
    given: RwLock<Given>,
}

/// Files as they are given at the moment.
#[derive(Debug, Clone)]
struct Given {
    files: ServeDir<DefaultServeDirFallback, Inside>,
    /// Beginnings of the paths below the folder whose files may still come.
    awaited: &'static [&'static str],
}

impl Given {
    /// The files of `folder` below the path `base`.
    fn of(folder: &Path, base: &str) -> Result<Self, ServeError> {
        let problem = |error| ServeError::Folder {
            folder: folder.to_path_buf(),
            error,
        };
        let folder = folder.canonicalize().map_err(problem)?;
        if !folder.is_dir() {
            return Err(problem(io::ErrorKind::NotADirectory.into()));
        }
        let files = ServeDir::with_backend(&folder, Inside { folder: folder.clone() })
            .redirect_path_prefix(base.trim_end_matches('/'))
            .ignore_multi_range_requests(true);
        Ok(Self { files, awaited: &[] })
    }
}

/// Time between two looks for a file that may still come.
const LOOKS_AGAIN: Duration = Duration::from_millis(500);

/// Body of an answer.
type Body = UnsyncBoxBody<Bytes, io::Error>;

impl Site {
    /// The files of `folder` under the path `base`, with or without slashes at its ends.
    pub fn new(folder: &Path, base: &str) -> Result<Self, ServeError> {
        let inner = base.trim_matches('/');
        let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && part.bytes().all(is_plain);
        if !inner.is_empty() && !inner.split('/').all(plain) {
            return Err(ServeError::Base(base.to_owned()));
        }
        let base = match inner {
            "" => "/".to_owned(),
            inner => format!("/{inner}/"),
        };
        Ok(Self {
            given: RwLock::new(Given::of(folder, &base)?),
            base,
            named: None,
        })
    }

    /// Takes a name for this machine's.
    pub fn answer_to(&mut self, host: &str) {
        self.named = Some(host.to_ascii_lowercase());
    }

    /// Waits from now on for files whose paths below the folder begin so, as long as they are not there.
    pub fn wait_for(&self, beginnings: &'static [&'static str]) {
        self.given.write().unwrap_or_else(PoisonError::into_inner).awaited = beginnings;
    }

    /// Gives the files of another folder from now on, and waits for none.
    pub fn give(&self, folder: &Path) -> Result<(), ServeError> {
        let given = Given::of(folder, &self.base)?;
        *self.given.write().unwrap_or_else(PoisonError::into_inner) = given;
        Ok(())
    }

    /// The path of the page.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Answers a request.
    pub async fn answer<T>(&self, request: Request<T>) -> Result<Response<Body>, Infallible> {
        let target = request.uri().clone();
        if let Some(host) = foreign_host(&request, self.named.as_deref()) {
            let text = format!("This page is served to 127.0.0.1 and localhost, not to {host}\n");
            return Ok(of_text(StatusCode::FORBIDDEN, text));
        }
        let mut answer = self.file(request).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            let text = format!("There is no {} here; the page is at {}\n", target.path(), self.base);
            answer = of_text(StatusCode::NOT_FOUND, text);
        }
        // Nothing is kept by the browser: what was built last is what is seen.
        set(&mut answer, CACHE_CONTROL, "no-store");
        set(&mut answer, X_CONTENT_TYPE_OPTIONS, "nosniff");
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if let Some(kind) = kind.filter(|kind| kind.starts_with("text/")) {
            let kind = format!("{kind}; charset=utf-8");
            set(&mut answer, CONTENT_TYPE, &kind);
        }
        Ok(answer)
    }

    /// The file that is meant, or where it is instead; not found where there is none.
    async fn file<T>(&self, request: Request<T>) -> Result<Response<Body>, Infallible> {
        let path = request.uri().path();
        let reads = [Method::GET, Method::HEAD].contains(request.method());
        if reads && self.base != "/" && (path == "/" || path == self.base.trim_end_matches('/')) {
            let mut answer = of_text(StatusCode::TEMPORARY_REDIRECT, String::new());
            set(&mut answer, LOCATION, &self.base);
            return Ok(answer);
        }
        let mut below = Request::new(Empty::<Bytes>::new());
        *below.method_mut() = request.method().clone();
        *below.headers_mut() = request.headers().clone();
        // A path that is not below the base has no name below the folder.
        *below.uri_mut() = self.below(path).unwrap_or_else(|| Uri::from_static("/.."));
        loop {
            let mut given = self.given.read().unwrap_or_else(PoisonError::into_inner).clone();
            let answer = match given.files.try_call(below.clone()).await {
                Ok(answer) => answer.map(BodyExt::boxed_unsync),
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    of_text(StatusCode::NOT_FOUND, String::new())
                }
                Err(error) => of_text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
            };
            let path = below.uri().path();
            let is_awaited = given.awaited.iter().any(|beginning| path.starts_with(beginning));
            if !is_awaited || answer.status() != StatusCode::NOT_FOUND {
                return Ok(answer);
            }
            tokio::time::sleep(LOOKS_AGAIN).await;
        }
    }

    /// A path from the folder on; `None` outside of the base, or with an empty part: a redirection to what begins with
    /// two slashes would lead to another host.
    fn below(&self, path: &str) -> Option<Uri> {
        let below = path.strip_prefix(self.base.trim_end_matches('/'))?;
        if !below.starts_with('/') || below.contains("//") {
            return None;
        }
        let path: PathAndQuery = below.parse().ok()?;
        Some(Uri::from(path))
    }
}

/// The host that a request names, where that is not this machine: a page elsewhere that has its own name lead here
/// would else read what is served.
fn foreign_host<T>(request: &Request<T>, named: Option<&str>) -> Option<String> {
    let hosts = request.headers().get_all(HOST).iter();
    let hosts = hosts.map(|host| host.to_str().unwrap_or("?"));
    let target = request.uri().authority().map(Authority::as_str);
    hosts
        .chain(target)
        .find(|host| !is_this_machine(host, named))
        .map(|host| host.escape_default().to_string())
}

/// Returns true if a host, with or without a port, is a name of this machine or an address: names can be made to lead
/// here, addresses cannot.
fn is_this_machine(host: &str, named: Option<&str>) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    if host.contains('@') {
        return false;
    }
    let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
    let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    name == "localhost"
        || name.ends_with(".localhost")
        || named == Some(name.as_str())
        || address.unwrap_or(&name).parse::<IpAddr>().is_ok()
}

fn of_text(status: StatusCode, text: String) -> Response<Body> {
    let body = Full::from(text).map_err(|never| match never {});
    let mut answer = Response::new(body.boxed_unsync());
    *answer.status_mut() = status;
    set(&mut answer, CONTENT_TYPE, "text/plain");
    answer
}

fn set(answer: &mut Response<Body>, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).expect("a path or a media type");
    answer.headers_mut().insert(name, value);
}

/// Returns true for a byte that stands unescaped in an address.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Files below a folder; a link that leads out of it leads nowhere.
#[derive(Debug, Clone)]
struct Inside {
    folder: PathBuf,
}

impl Inside {
    /// The file or folder itself, behind all links. What is neither, such as a pipe, would wait for ever.
    async fn real(self, path: PathBuf) -> io::Result<PathBuf> {
        let real = tokio::task::spawn_blocking(move || path.canonicalize()).await??;
        if real.starts_with(&self.folder) && (real.is_file() || real.is_dir()) {
            return Ok(real);
        }
        Err(io::ErrorKind::NotFound.into())
    }
}

impl Backend for Inside {
    type File = TokioFile;
    type Metadata = std::fs::Metadata;
    type OpenFuture = Pin<Box<dyn Future<Output = io::Result<TokioFile>> + Send>>;
    type MetadataFuture = Pin<Box<dyn Future<Output = io::Result<std::fs::Metadata>> + Send>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        let inside = self.clone();
        Box::pin(async move { TokioBackend.open(inside.real(path).await?).await })
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        let inside = self.clone();
        Box::pin(async move { TokioBackend.metadata(inside.real(path).await?).await })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Answer to a request for `target`.
    #[derive(Debug, PartialEq, Eq)]
    enum Answer {
        /// A file's content.
        File(String),
        /// The path that was meant.
        Elsewhere(String),
        NotFound,
    }

    fn ask(site: &Site, target: &str) -> Answer {
        let request = Request::builder().uri(target).body(()).expect("a target");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let Ok(answer) = site.answer(request).await;
            match answer.status() {
                StatusCode::OK => {
                    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
                    Answer::File(String::from_utf8(bytes.to_vec()).unwrap())
                }
                StatusCode::TEMPORARY_REDIRECT => {
                    Answer::Elsewhere(answer.headers()[LOCATION].to_str().unwrap().to_owned())
                }
                StatusCode::NOT_FOUND => Answer::NotFound,
                other => panic!("{target}: {other}"),
            }
        })
    }

    fn file(content: &str) -> Answer {
        Answer::File(content.to_owned())
    }

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
        assert_eq!(ask(&site, "/"), file("<p>page"));
        assert_eq!(ask(&site, "/models/a%20b.json?v=1"), file("{}"));
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
            "http://127.0.0.1/secret",
        ] {
            assert_eq!(ask(&site, outside), Answer::NotFound, "{outside}");
        }
        fs::remove_dir_all(top).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_file_of_the_folder_is_followed() {
        let (top, site) = site("inside", "/");
        assert_eq!(ask(&site, "/inside"), file("<p>page"));
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn below_a_base_path_only_that_path_is_served() {
        let (top, site) = site("base", "some/where");
        for start in ["/", "/some/where"] {
            assert_eq!(ask(&site, start), Answer::Elsewhere("/some/where/".to_string()));
        }
        assert_eq!(ask(&site, "/some/where/"), file("<p>page"));
        for elsewhere in ["/index.html", "/some/", "/some/wherever/", "/some/where//"] {
            assert_eq!(ask(&site, elsewhere), Answer::NotFound, "{elsewhere}");
        }
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn a_folder_without_its_slash_is_sent_to_the_one_with_it_and_never_to_another_host() {
        let (top, site) = site("slash", "/");
        assert_eq!(ask(&site, "/models"), Answer::Elsewhere("/models/".to_string()));
        assert_eq!(ask(&site, "/models/"), Answer::NotFound, "no index.html there");
        assert_eq!(ask(&site, "//models"), Answer::NotFound);
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn only_names_of_this_machine_and_addresses_are_answered() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:8017",
            "localhost:1",
            "LOCALHOST.",
            "a.localhost",
            "[::1]:80",
            "10.0.0.7",
        ] {
            assert!(is_this_machine(host, None), "{host}");
        }
        assert!(is_this_machine("page.test:80", Some("page.test")));
        assert!(!is_this_machine("page.test", None));
        for host in [
            "",
            "example.org",
            "example.org:8017",
            "localhost.example.org",
            "127.0.0.1.example.org",
            "1.2.3.4.nip.io",
            "a b",
            "notlocalhost",
            "user@example.org",
        ] {
            assert!(!is_this_machine(host, None), "{host}");
        }
    }

    #[test]
    fn a_base_that_is_no_path_and_a_folder_that_is_none_are_refused() {
        let (top, _) = site("refused", "/");
        for base in ["/a b/", "/../", "/a/./b", "/a//b", "/?x", "/ä"] {
            assert!(
                matches!(Site::new(&top.join("site"), base), Err(ServeError::Base(_))),
                "{base}"
            );
        }
        for folder in ["index.html", "none"] {
            let refused = Site::new(&top.join("site").join(folder), "/");
            assert!(matches!(refused, Err(ServeError::Folder { .. })), "{folder}");
        }
        fs::remove_dir_all(top).unwrap();
    }
}

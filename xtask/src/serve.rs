//! A static file server for this machine only: the page as any static host would give it, under any path.

use crate::command::Outcome;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Where the page is served unless `--port` says otherwise; the next free port is taken where this one is in use.
const FIRST_PORT: u16 = 8017;

/// Longest request line and headers together that are read, in bytes.
const LONGEST_HEAD: u64 = 16 * 1024;

/// A server that listens, but does not answer yet.
pub struct Server {
    listener: TcpListener,
    site: Arc<Site>,
}

/// A folder of files and the path of its page, such as `/` or `/some/where/`.
struct Site {
    folder: PathBuf,
    base: String,
}

/// What a request gets.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    File(PathBuf),
    /// The path that was meant.
    Elsewhere(String),
    NotFound,
}

/// Reads `--port`.
pub fn parse_port(text: &str) -> Outcome<u16> {
    text.parse().map_err(|_| {
        format!("--port is `{text}`, which is no port number (0 to 65535; 0 takes any free one)")
    })
}

impl Server {
    /// Listens on 127.0.0.1 at `port`, or at the first free one from [`FIRST_PORT`] on, for the files of `folder` under the path `base`.
    pub fn bind(folder: &Path, base: &str, port: Option<u16>) -> Outcome<Self> {
        let folder = folder
            .canonicalize()
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        let base = match base.trim_matches('/') {
            "" => "/".to_string(),
            inner => format!("/{inner}/"),
        };
        let ports = match port {
            Some(port) => port..=port,
            None => FIRST_PORT..=FIRST_PORT + 20,
        };
        let mut refusal = String::new();
        for port in ports {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(listener) => {
                    return Ok(Self {
                        listener,
                        site: Arc::new(Site { folder, base }),
                    });
                }
                Err(error) => {
                    refusal = format!(
                        "cannot listen on 127.0.0.1:{port}: {error}; choose another with --port N"
                    )
                }
            }
        }
        Err(refusal)
    }

    /// Where the page is.
    pub fn url(&self) -> String {
        let port = self
            .listener
            .local_addr()
            .map_or(0, |address| address.port());
        format!("http://127.0.0.1:{port}{}", self.site.base)
    }

    /// Answers until the program ends.
    pub fn run(self) {
        for stream in self.listener.incoming().flatten() {
            let site = Arc::clone(&self.site);
            // A browser that went away in the middle of an answer is nobody's error.
            std::thread::spawn(move || site.serve(stream).ok());
        }
    }
}

impl Site {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.set_write_timeout(Some(Duration::from_secs(60)))?;
        let mut head = BufReader::new(stream.try_clone()?.take(LONGEST_HEAD));
        let mut request = String::new();
        head.read_line(&mut request)?;
        // The headers do not matter here, but a connection closed with unread bytes is reset, and the answer with it.
        let mut header = String::new();
        while head.read_line(&mut header)? > 2 {
            header.clear();
        }

        let mut words = request.split_whitespace();
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        if method != "GET" && method != "HEAD" {
            return respond(
                &mut stream,
                "405 Method Not Allowed",
                "Allow: GET, HEAD\r\n",
                b"",
            );
        }
        let (status, headers, body) = match self.answer(target) {
            Answer::File(path) => match fs::read(&path) {
                Ok(content) => (
                    "200 OK",
                    format!("Content-Type: {}\r\n", media_type(&path)),
                    content,
                ),
                Err(error) => (
                    "500 Internal Server Error",
                    String::new(),
                    error.to_string().into_bytes(),
                ),
            },
            Answer::Elsewhere(path) => ("302 Found", format!("Location: {path}\r\n"), Vec::new()),
            Answer::NotFound => (
                "404 Not Found",
                "Content-Type: text/plain; charset=utf-8\r\n".to_string(),
                format!("There is no {target} here; the page is at {}\n", self.base).into_bytes(),
            ),
        };
        if method == "HEAD" {
            let headers = format!("{headers}Content-Length: {}\r\n", body.len());
            return respond_head(&mut stream, status, &headers);
        }
        respond(&mut stream, status, &headers, &body)
    }

    /// What a request target such as `/models/catalogue.json?x` asks for. Only files below the folder are ever given.
    fn answer(&self, target: &str) -> Answer {
        let path = target.split(['?', '#']).next().unwrap_or("");
        if path == "/" && self.base != "/" {
            return Answer::Elsewhere(self.base.clone());
        }
        let Some(below) = path.strip_prefix(&self.base) else {
            return Answer::NotFound;
        };
        let Some(below) = percent_decoded(below) else {
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
        if file.is_dir() {
            if !path.ends_with('/') {
                // Links in the folder's page are relative to the folder.
                return Answer::Elsewhere(format!("{path}/"));
            }
            let index = file.join("index.html");
            return if index.is_file() {
                Answer::File(index)
            } else {
                Answer::NotFound
            };
        }
        if path.ends_with('/') {
            Answer::NotFound
        } else {
            Answer::File(file)
        }
    }
}

fn respond_head(stream: &mut TcpStream, status: &str, headers: &str) -> std::io::Result<()> {
    // Nothing is kept by the browser: what was built last is what is seen.
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
}

fn respond(
    stream: &mut TcpStream,
    status: &str,
    headers: &str,
    body: &[u8],
) -> std::io::Result<()> {
    respond_head(
        stream,
        status,
        &format!("{headers}Content-Length: {}\r\n", body.len()),
    )?;
    stream.write_all(body)?;
    stream.flush()
}

/// `%2e` and the like as the bytes they stand for; `None` where they are no UTF-8 or no hexadecimal.
fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The media type by the end of the file's name. A browser refuses module scripts, and compiles wasm slowly, under a wrong one.
fn media_type(path: &Path) -> &'static str {
    match path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or("")
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "tsv" => "text/tab-separated-values; charset=utf-8",
        "gz" => "application/gzip",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with a page, a folder in it, a link that leads out and a secret beside it.
    fn site(name: &str, base: &str) -> (PathBuf, Site) {
        let top =
            std::env::temp_dir().join(format!("regulens-serve-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&top);
        let folder = top.join("site");
        fs::create_dir_all(folder.join("models")).unwrap();
        fs::write(top.join("secret"), "s").unwrap();
        fs::write(folder.join("index.html"), "<p>page").unwrap();
        fs::write(folder.join("models/a b.json"), "{}").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(top.join("secret"), folder.join("link")).unwrap();
        let folder = folder.canonicalize().unwrap();
        let site = Site {
            folder: folder.clone(),
            base: base.to_string(),
        };
        (top, site)
    }

    #[test]
    fn only_files_below_the_folder_are_given() {
        let (top, site) = site("below", "/");
        assert_eq!(
            site.answer("/"),
            Answer::File(site.folder.join("index.html"))
        );
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
            "/link",
            "/%zz",
            "/%",
            "/none",
            "/index.html/",
            "secret",
            "",
        ] {
            assert_eq!(site.answer(outside), Answer::NotFound, "{outside}");
        }
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn below_a_base_path_only_that_path_is_served() {
        let (top, site) = site("base", "/some/where/");
        assert_eq!(
            site.answer("/"),
            Answer::Elsewhere("/some/where/".to_string())
        );
        assert_eq!(
            site.answer("/some/where/"),
            Answer::File(site.folder.join("index.html"))
        );
        assert_eq!(site.answer("/index.html"), Answer::NotFound);
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn a_folder_without_its_slash_is_sent_to_the_one_with_it() {
        let (top, site) = site("slash", "/");
        assert_eq!(
            site.answer("/models"),
            Answer::Elsewhere("/models/".to_string())
        );
        assert_eq!(
            site.answer("/models/"),
            Answer::NotFound,
            "no index.html there"
        );
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn a_request_over_the_wire_gets_type_length_and_content() {
        let (top, site) = site("wire", "/");
        let server = Server::bind(&site.folder, "some/where", Some(0)).unwrap();
        let address = server.listener.local_addr().unwrap();
        assert_eq!(server.url(), format!("http://{address}/some/where/"));
        std::thread::spawn(move || server.run());
        let ask = |request: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        let page = ask("GET /some/where/ HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert!(
            page.contains("Content-Type: text/html; charset=utf-8\r\n"),
            "{page}"
        );
        assert!(page.contains("Content-Length: 7\r\n"), "{page}");
        assert!(page.ends_with("\r\n\r\n<p>page"), "{page}");
        let head = ask("HEAD /some/where/ HTTP/1.1\r\n\r\n");
        assert!(
            head.contains("Content-Length: 7\r\n") && head.ends_with("\r\n\r\n"),
            "{head}"
        );
        assert!(ask("POST / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
        assert!(ask("GET /other HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
        fs::remove_dir_all(top).unwrap();
    }
}

//! A static file server for this machine only: a folder as any static host would give it, under any path.
//!
//! ```text
//! Server ─► hyper ─► Site: the page's path, no link that leads out ─► ServeDir: types, ranges, folders
//! ```
//!
//! It listens on 127.0.0.1 alone, and reads every file anew, so that what was built last is seen.

mod site;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use site::Site;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

/// Where a folder is served unless a port is given; the next free one is taken where this one is in use.
pub const FIRST_PORT: u16 = 8017;

/// Number of ports that are tried from [`FIRST_PORT`] on.
const TRIES: u16 = 20;

/// Longest request line and headers together that are read, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// Time limit for a request's head.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// Time limit for a connection, its answer included: who reads nothing of it does not hold it for ever.
const ANSWER_WITHIN: Duration = Duration::from_mins(10);

/// Most connections that are open at once; later ones wait. Far below the files that a system lets a program open.
const MOST_CONNECTIONS: usize = 128;

/// A server that listens, but does not answer yet.
#[derive(Debug)]
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
    head_within: Duration,
}

/// Changes what a server gives, from any thread: for a site that is still being built.
#[derive(Debug, Clone)]
pub struct Switch(Arc<Site>);

impl Switch {
    /// Lets requests for files whose paths below the folder begin so, such as `/wasm/`, wait until they are there, but
    /// no longer than a connection may last. With none nothing waits any more.
    pub fn wait_for(&self, beginnings: &'static [&'static str]) {
        self.0.wait_for(beginnings);
    }

    /// Gives the files of another folder from now on, and lets nothing wait.
    ///
    /// # Errors
    ///
    /// Where there is no such folder.
    pub fn give(&self, folder: &Path) -> Result<(), ServeError> {
        self.0.give(folder)
    }
}

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The folder cannot be read, or is a file.
    #[error("{}: {error}. Name the folder that holds the site's index.html.", folder.display())]
    Folder {
        /// As it was given.
        folder: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The port is taken, or not allowed.
    #[error("cannot listen on 127.0.0.1{}", why_not(*port, *asked, error))]
    Port {
        /// The one that was asked for, or the first of those that were tried.
        port: u16,
        /// True if the user asked for it.
        asked: bool,
        /// Why.
        error: io::Error,
    },
    /// The path has parts that an address cannot have.
    #[error("--base is `{0}`; expected a path such as /some/where/, of letters, digits, and any of - . _ ~")]
    Base(String),
    /// The system gives what answering needs no more.
    #[error("cannot serve: {0}")]
    System(io::Error),
}

fn why_not(port: u16, asked: bool, error: &io::Error) -> String {
    if !asked {
        return format!(
            " at any port from {port} to {}: {error}. Choose one with --port N.",
            port + TRIES
        );
    }
    let why = match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there".to_owned(),
        io::ErrorKind::PermissionDenied => "the system keeps it for privileged programs".to_owned(),
        _ => error.to_string(),
    };
    format!(":{port}: {why}. Choose another with --port N, or 0 for any free one.")
}

impl Server {
    /// Listens on 127.0.0.1 at `port`, or at the first free one from [`FIRST_PORT`] on, for the files of `folder` under
    /// the path `base`.
    ///
    /// # Errors
    ///
    /// Where there is no such folder, no free port, or `base` is no path.
    pub fn bind(folder: &Path, base: &str, port: Option<u16>) -> Result<Self, ServeError> {
        let site = Site::new(folder, base)?;
        // Files are read on threads of their own.
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().map_err(ServeError::System)?;
        let ports = match port {
            Some(port) => port..=port,
            None => FIRST_PORT..=FIRST_PORT + TRIES,
        };
        let first = *ports.start();
        let mut refusal = io::Error::from(io::ErrorKind::AddrInUse);
        for port in ports {
            match listen(port, &runtime) {
                Ok((address, listener)) => {
                    return Ok(Self {
                        runtime,
                        listener,
                        address,
                        site: Arc::new(site),
                        head_within: HEAD_WITHIN,
                    });
                }
                Err(error) => refusal = error,
            }
        }
        Err(ServeError::Port {
            port: first,
            asked: port.is_some(),
            error: refusal,
        })
    }

    /// Answers to this name too, besides this machine's own and addresses.
    #[must_use]
    pub fn named(mut self, host: &str) -> Self {
        let site = Arc::get_mut(&mut self.site).expect("nothing is served yet");
        site.answer_to(host);
        self
    }

    /// Changes what is served while it is.
    #[must_use]
    pub fn switch(&self) -> Switch {
        Switch(Arc::clone(&self.site))
    }

    /// Where the page is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.site.base())
    }

    /// Answers until the program ends.
    pub fn run(self) {
        self.runtime.block_on(async {
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new())
                .header_read_timeout(self.head_within)
                .max_buf_size(LONGEST_HEAD)
                .title_case_headers(true)
                .keep_alive(false);
            let free = Arc::new(Semaphore::new(MOST_CONNECTIONS));
            loop {
                let place = Arc::clone(&free).acquire_owned().await;
                let Ok((stream, _)) = self.listener.accept().await else {
                    // Mostly files that the system has no more of: some may be given back meanwhile.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                let site = Arc::clone(&self.site);
                let answer = service_fn(move |request| {
                    let site = Arc::clone(&site);
                    async move { site.answer(request).await }
                });
                // A browser that went away in the middle of an answer is nobody's error.
                let connection = http.serve_connection(TokioIo::new(stream), answer);
                tokio::spawn(async move {
                    let _ = tokio::time::timeout(ANSWER_WITHIN, connection).await;
                    drop(place);
                });
            }
        });
    }
}

fn listen(port: u16, runtime: &Runtime) -> io::Result<(SocketAddr, TcpListener)> {
    let _within = runtime.enter();
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok((listener.local_addr()?, TcpListener::from_std(listener)?))
}

/// Names the parts of a site of Regulens that `folder` lacks, in a sentence; `None` where it is one.
#[must_use]
pub fn not_a_site(folder: &Path) -> Option<String> {
    let missing: Vec<&str> = ["index.html", "app.js", "regulens/wasm", "models/catalogue.json"]
        .into_iter()
        .filter(|part| !folder.join(part).exists())
        .collect();
    if missing.is_empty() {
        return None;
    }
    Some(format!(
        "{} is no site of Regulens: it has no {}. Its files are served all the same; `cargo xtask site` makes a site.",
        folder.display(),
        missing.join(", no ")
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::Instant;

    use super::*;

    #[test]
    fn who_says_nothing_keeps_nobody_else_from_an_answer() {
        let folder = std::env::temp_dir().join(format!("regulens-silent-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), "<p>page").unwrap();
        let mut server = Server::bind(&folder, "/", Some(0)).unwrap();
        server.head_within = Duration::from_millis(300);
        let address = server.address;
        std::thread::spawn(move || server.run());

        // More than are served at once; each says a part of a request and no more.
        let silent: Vec<TcpStream> = (0..MOST_CONNECTIONS + 20)
            .map(|_| {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.write_all(b"GET / HTTP/1.1\r\nX: ").unwrap();
                stream
            })
            .collect();
        let begin = Instant::now();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("<p>page"), "{answer}");
        assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
        // And they are let go.
        for mut stream in silent {
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let mut rest = Vec::new();
            let ended = stream.read_to_end(&mut rest);
            let reset = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionReset;
            assert!(ended.as_ref().map_or_else(reset, |_| true), "{ended:?}");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}

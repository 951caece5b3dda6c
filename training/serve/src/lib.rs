//! A static file server for this machine only: a folder as any static host would give it, under any path.
//!
//! ```text
//! Server ─► connection ─► Site: which file a target means, never one outside of the folder
//!                     └─► range: which of its bytes
//! ```
//!
//! It listens on 127.0.0.1 alone, needs nothing but the standard library, and reads every file anew, so that what was
//! built last is seen.

mod connection;
mod media_type;
mod range;
mod site;

use site::Site;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a folder is served unless a port is given; the next free one is taken where this one is in use.
pub const FIRST_PORT: u16 = 8017;

/// How many ports are tried from [`FIRST_PORT`] on.
const TRIES: u16 = 20;

/// A server that listens, but does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
}

/// Why a folder cannot be served.
#[derive(Debug)]
pub enum ServeError {
    /// The folder cannot be read, or is a file.
    Folder {
        /// As it was given.
        folder: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The port is taken, or not allowed.
    Port {
        /// The one that was asked for, or the first of those that were tried.
        port: u16,
        /// Whether it was asked for.
        asked: bool,
        /// Why.
        error: io::Error,
    },
    /// The path has parts that an address cannot have.
    Base(String),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { folder, error } => write!(
                f,
                "{}: {error}. Name the folder that holds the site's index.html.",
                folder.display()
            ),
            Self::Port {
                port,
                asked: true,
                error,
            } => {
                let why = match error.kind() {
                    io::ErrorKind::AddrInUse => "another program listens there".to_string(),
                    io::ErrorKind::PermissionDenied => "the system keeps it for privileged programs".to_string(),
                    _ => error.to_string(),
                };
                write!(
                    f,
                    "cannot listen on 127.0.0.1:{port}: {why}. Choose another with --port N, or 0 for any free one."
                )
            }
            Self::Port { port, error, .. } => write!(
                f,
                "cannot listen on 127.0.0.1 at any port from {port} to {}: {error}. Choose one with --port N.",
                port + TRIES
            ),
            Self::Base(base) => write!(
                f,
                "--base is `{base}`; expected a path such as /some/where/, of letters, digits, and any of - . _ ~"
            ),
        }
    }
}

impl std::error::Error for ServeError {}

impl Server {
    /// Listens on 127.0.0.1 at `port`, or at the first free one from [`FIRST_PORT`] on, for the files of `folder` under
    /// the path `base`.
    ///
    /// # Errors
    ///
    /// Where there is no such folder, no free port, or `base` is no path.
    pub fn bind(folder: &Path, base: &str, port: Option<u16>) -> Result<Self, ServeError> {
        let site = Site::new(folder, base)?;
        let ports = match port {
            Some(port) => port..=port,
            None => FIRST_PORT..=FIRST_PORT + TRIES,
        };
        let first = *ports.start();
        let mut refusal = io::Error::from(io::ErrorKind::AddrInUse);
        for port in ports {
            let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                .and_then(|listener| Ok((listener.local_addr()?, listener)));
            match bound {
                Ok((address, listener)) => {
                    return Ok(Self {
                        listener,
                        address,
                        site: Arc::new(site),
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

    /// Where the page is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.site.base())
    }

    /// Answers until the program ends.
    pub fn run(self) {
        for stream in self.listener.incoming().flatten() {
            let site = Arc::clone(&self.site);
            // A browser that went away in the middle of an answer is nobody's error.
            std::thread::spawn(move || connection::serve(&site, stream).ok());
        }
    }
}

/// What `folder` lacks of a site of Regulens, in a sentence; `None` where it is one.
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

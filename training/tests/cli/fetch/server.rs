//! A server of HTTP/1.1 on this machine, with a connection a request, that can break as it is told.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Time for which a connection that says nothing more stays open.
const SILENCE: Duration = Duration::from_secs(20);

/// Request that was received.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    /// The first byte of `Range: bytes=N-`.
    pub from: Option<usize>,
}

/// Reply to a request.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Number of bytes of the body that are sent before the connection ends.
    sent: usize,
    /// True if it stays open after them.
    silent: bool,
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            sent: usize::MAX,
            silent: false,
        }
    }

    pub fn json(value: Value) -> Self {
        Self {
            body: value.to_string().into_bytes(),
            ..Self::status(200).header("Content-Type", "application/json")
        }
    }

    pub fn redirect(to: &str) -> Self {
        Self::status(302).header("Location", to)
    }

    /// All bytes, whatever was asked for.
    pub fn whole(bytes: &[u8]) -> Self {
        Self {
            body: bytes.to_vec(),
            ..Self::status(200)
        }
    }

    /// The bytes from `first` on.
    pub fn range(bytes: &[u8], first: usize) -> Self {
        let range = format!("bytes {first}-{}/{}", bytes.len() - 1, bytes.len());
        Self {
            body: bytes[first..].to_vec(),
            ..Self::status(206).header("Content-Range", &range)
        }
    }

    /// The bytes that were asked for.
    pub fn of(request: &Request, bytes: &[u8]) -> Self {
        match request.from {
            Some(first) if first < bytes.len() => Self::range(bytes, first),
            Some(_) => Self::status(416),
            None => Self::whole(bytes),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Ends the connection after some bytes of the body.
    pub fn cut(self, sent: usize) -> Self {
        Self { sent, ..self }
    }

    /// Says nothing more after some bytes of the body.
    pub fn stall_after(self, sent: usize) -> Self {
        Self {
            sent,
            silent: true,
            ..self
        }
    }

    fn send(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let headers: String = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        write!(
            stream,
            "HTTP/1.1 {} Status\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
            self.status,
            self.body.len()
        )?;
        stream.write_all(&self.body[..self.body.len().min(self.sent)])?;
        stream.flush()?;
        if self.silent {
            thread::sleep(SILENCE);
        }
        Ok(())
    }
}

/// A server; it ends when it is dropped.
pub struct Server {
    /// Its address, as for `--mirror`.
    pub base: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    requests: Mutex<Vec<Request>>,
    ended: AtomicBool,
}

impl Server {
    /// Answers each request by what `reply` says of the server's address, the request, and how many came for that path
    /// before.
    pub fn start(reply: impl Fn(&str, &Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State::default());
        let (server, address) = (Arc::clone(&state), base.clone());
        let reply = Arc::new(reply);
        let seen: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
        thread::spawn(move || {
            for stream in listener.incoming() {
                if server.ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(mut stream) = stream else { continue };
                let (server, address) = (Arc::clone(&server), address.clone());
                let (reply, seen) = (Arc::clone(&reply), Arc::clone(&seen));
                // One that says nothing must not hold up the others.
                thread::spawn(move || {
                    let Some(request) = read(&stream) else { return };
                    server.requests.lock().unwrap().push(request.clone());
                    let before = {
                        let mut seen = seen.lock().unwrap();
                        let count = seen.entry(request.path.clone()).or_default();
                        *count += 1;
                        *count - 1
                    };
                    // A client that has enough goes away.
                    let _ = reply(&address, &request, before).send(&mut stream);
                });
            }
        });
        Self { base, state }
    }

    /// Requests that were received so far.
    pub fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::SeqCst);
        // Wakes it, so that it looks.
        let _ = TcpStream::connect(self.base.trim_start_matches("http://"));
    }
}

/// Reads the head of a request; none has a body here.
fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut from = None;
    for line in lines {
        let line = line.ok()?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ")?;
        if name.eq_ignore_ascii_case("range") {
            from = value.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok();
        }
    }
    Some(Request { path, from })
}

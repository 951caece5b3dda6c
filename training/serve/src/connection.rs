//! One request over HTTP/1.1, and its answer; then the connection is closed.

use crate::media_type::media_type;
use crate::range::{Wanted, wanted};
use crate::site::{Answer, Site};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

/// Longest request line and headers together that are read, in bytes.
const LONGEST_HEAD: u64 = 16 * 1024;

/// Reads one request from `stream` and answers it.
pub fn serve(site: &Site, stream: TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.set_write_timeout(Some(Duration::from_secs(60)))?;
    let mut head = BufReader::new(stream.try_clone()?.take(LONGEST_HEAD));
    let mut request = String::new();
    head.read_line(&mut request)?;
    // All headers are read, though only one matters: a connection closed with unread bytes is reset, and the answer
    // with it.
    let mut range = None;
    let mut header = String::new();
    while head.read_line(&mut header)? > 2 {
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("range")
        {
            range = Some(value.trim().to_string());
        }
        header.clear();
    }
    let mut words = request.split_whitespace();
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let mut reply = Reply {
        stream,
        with_body: method != "HEAD",
    };
    if method != "GET" && method != "HEAD" {
        return reply.text("405 Method Not Allowed", "Allow: GET, HEAD\r\n", "");
    }
    match site.answer(target) {
        Answer::File(path) => {
            let opened = File::open(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
            match opened {
                Ok((length, file)) => reply.file(&path, file, length, range.as_deref()),
                Err(error) => reply.text("500 Internal Server Error", "", &error.to_string()),
            }
        }
        Answer::Elsewhere(path) => reply.text("302 Found", &format!("Location: {path}\r\n"), ""),
        Answer::NotFound => reply.text(
            "404 Not Found",
            "",
            &format!("There is no {target} here; the page is at {}\n", site.base()),
        ),
    }
}

struct Reply {
    stream: TcpStream,
    with_body: bool,
}

impl Reply {
    fn head(&mut self, status: &str, headers: &str, length: u64) -> io::Result<()> {
        // Nothing is kept by the browser: what was built last is what is seen.
        write!(
            self.stream,
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nCache-Control: \
                no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        )
    }

    fn text(&mut self, status: &str, headers: &str, text: &str) -> io::Result<()> {
        let headers = format!("{headers}Content-Type: text/plain; charset=utf-8\r\n");
        self.head(status, &headers, text.len() as u64)?;
        if self.with_body {
            self.stream.write_all(text.as_bytes())?;
        }
        self.stream.flush()
    }

    fn file(&mut self, path: &Path, mut file: File, length: u64, range: Option<&str>) -> io::Result<()> {
        let kind = format!("Content-Type: {}\r\nAccept-Ranges: bytes\r\n", media_type(path));
        let (first, count) = match wanted(range, length) {
            Wanted::Unsatisfiable => {
                let headers = format!("Content-Range: bytes */{length}\r\n");
                return self.text("416 Range Not Satisfiable", &headers, "");
            }
            Wanted::All => {
                self.head("200 OK", &kind, length)?;
                (0, length)
            }
            Wanted::Part(first, last) => {
                let headers = format!("{kind}Content-Range: bytes {first}-{last}/{length}\r\n");
                self.head("206 Partial Content", &headers, last - first + 1)?;
                (first, last - first + 1)
            }
        };
        if self.with_body {
            file.seek(SeekFrom::Start(first))?;
            io::copy(&mut file.take(count), &mut self.stream)?;
        }
        self.stream.flush()
    }
}

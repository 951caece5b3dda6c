//! A folder over the wire, as a browser asks for it.

use regulens_serve::{FIRST_PORT, ServeError, Server, Switch, not_a_site};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;

/// A folder with a page and a module, and where it is served.
struct Served {
    folder: PathBuf,
    authority: String,
    switch: Switch,
}

impl Served {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("regulens-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("wasm")).unwrap();
        fs::write(folder.join("index.html"), "<p>page").unwrap();
        fs::write(folder.join("wasm/engine.wasm"), [0, b'a', b's', b'm', 1]).unwrap();
        fs::write(folder.join("manifest.webmanifest"), "{}").unwrap();
        let server = Server::bind(&folder, "some/where", Some(0)).unwrap();
        let switch = server.switch();
        let url = server.url();
        let authority = url
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix("/some/where/"))
            .unwrap()
            .to_string();
        std::thread::spawn(move || server.run());
        Self {
            folder,
            authority,
            switch,
        }
    }

    /// Head and body of the answer.
    fn ask(&self, request: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let body = answer.split_off(end + 4);
        (String::from_utf8(answer).unwrap(), body)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_file_that_is_still_being_made_is_waited_for_until_another_folder_is_given() {
    let served = Served::new("later");
    let ask = |path: &str| served.ask(&format!("GET /some/where/{path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    served.switch.wait_for(&["/later/"]);
    let (head, _) = ask("wasm/none.wasm");
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
    let (folder, switch) = (served.folder.join("later"), served.switch.clone());
    let made = std::thread::spawn(move || {
        let pause = || std::thread::sleep(std::time::Duration::from_millis(300));
        pause();
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("engine.new"), "engine").unwrap();
        fs::rename(folder.join("engine.new"), folder.join("engine.js")).unwrap();
        // Long after the first file was found: what waits for another is told that there is none.
        for _ in 0..5 {
            pause();
        }
        fs::write(folder.join("index.html"), "<p>whole").unwrap();
        switch.give(&folder).unwrap();
        assert!(switch.give(&folder.join("none")).is_err());
    });
    let (head, body) = ask("later/engine.js");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, b"engine");
    let (head, _) = ask("later/none.js");
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
    made.join().unwrap();
    assert_eq!(ask("").1, b"<p>whole");
}

#[test]
fn a_request_gets_type_length_and_content() {
    let served = Served::new("wire");
    let (head, body) = served.ask("GET /some/where/ HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.contains("Content-Type: text/html; charset=utf-8\r\n"), "{head}");
    assert!(head.contains("Content-Length: 7\r\n"), "{head}");
    assert_eq!(body, b"<p>page");
    for (path, kind) in [
        ("wasm/engine.wasm", "application/wasm"),
        ("manifest.webmanifest", "application/manifest+json"),
    ] {
        let (head, _) = served.ask(&format!("GET /some/where/{path} HTTP/1.1\r\n\r\n"));
        assert!(head.contains(&format!("Content-Type: {kind}\r\n")), "{head}");
    }
}

#[test]
fn a_request_for_the_head_gets_no_content_and_others_than_reading_are_refused() {
    let served = Served::new("methods");
    let (head, body) = served.ask("HEAD /some/where/ HTTP/1.1\r\n\r\n");
    assert!(head.contains("Content-Length: 7\r\n"), "{head}");
    assert!(body.is_empty());
    let (head, _) = served.ask("POST / HTTP/1.1\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 405 "), "{head}");
    let (head, body) = served.ask("GET /other HTTP/1.1\r\n\r\n");
    assert!(head.starts_with("HTTP/1.1 404 "), "{head}");
    assert!(String::from_utf8(body).unwrap().contains("the page is at /some/where/"));
}

#[test]
fn a_range_gets_its_bytes_alone() {
    let served = Served::new("range");
    let ask = |range: &str| {
        served.ask(&format!(
            "GET /some/where/wasm/engine.wasm HTTP/1.1\r\nrange: {range}\r\n\r\n"
        ))
    };
    let (head, body) = ask("bytes=1-3");
    assert!(head.starts_with("HTTP/1.1 206 Partial Content\r\n"), "{head}");
    assert!(head.contains("Content-Range: bytes 1-3/5\r\n"), "{head}");
    assert!(head.contains("Content-Length: 3\r\n"), "{head}");
    assert_eq!(body, b"asm");
    let (head, body) = ask("bytes=9-");
    assert!(head.starts_with("HTTP/1.1 416 "), "{head}");
    assert!(head.contains("Content-Range: bytes */5\r\n"), "{head}");
    assert!(body.is_empty());
    let (head, body) = ask("bytes=0-0,2-2");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert_eq!(body.len(), 5);
}

#[test]
fn nothing_outside_of_the_folder_is_given_over_the_wire() {
    let served = Served::new("outside");
    for path in [
        "/some/where/../../etc/passwd",
        "/some/where/%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "//etc/passwd",
    ] {
        let (head, _) = served.ask(&format!("GET {path} HTTP/1.1\r\n\r\n"));
        assert!(head.starts_with("HTTP/1.1 404 "), "{path}: {head}");
    }
}

#[test]
fn another_host_s_name_gets_nothing() {
    let served = Served::new("hosts");
    for request in [
        "GET /some/where/ HTTP/1.1\r\nHost: example.org\r\n\r\n",
        "GET /some/where/ HTTP/1.1\r\nHost: localhost\r\nHost: example.org\r\n\r\n",
        "GET http://example.org/some/where/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /some/where/ HTTP/1.1\r\nHost: localhost.example.org\r\n\r\n",
    ] {
        let (head, body) = served.ask(request);
        assert!(head.starts_with("HTTP/1.1 4"), "{request}: {head}");
        assert!(!String::from_utf8(body).unwrap().contains("<p>page"), "{request}");
    }
}

#[test]
fn what_is_huge_or_no_request_is_refused_and_the_next_one_answered() {
    let served = Served::new("huge");
    let long = "x".repeat(1 << 20);
    let many: String = (0..5_000).map(|at| format!("X-{at}: y\r\n")).collect();
    for request in [
        format!("GET /some/where/{long} HTTP/1.1\r\n\r\n"),
        format!("GET /some/where/ HTTP/1.1\r\nX: {long}\r\n\r\n"),
        format!("GET /some/where/ HTTP/1.1\r\n{many}\r\n"),
        format!("{long}{long}"),
        "\0\0\0\0\r\n\r\n".to_owned(),
        "GET /some/where/ HTTP/9.9\r\n\r\n".to_owned(),
        "GET /some/where/ HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n".to_owned(),
        "GET /some/where/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n".to_owned(),
        format!("POST /some/where/ HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n{long}"),
    ] {
        let mut stream = TcpStream::connect(&served.authority).unwrap();
        // It may hang up before it has heard all.
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let status = String::from_utf8_lossy(&answer)
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        let refused = status.is_empty() || status.starts_with("HTTP/1.1 4") || status.starts_with("HTTP/1.1 505");
        // A body that nobody asked for is not read.
        let ignored = request.contains("chunked") && status.starts_with("HTTP/1.1 200");
        assert!(refused || ignored, "{}: {status}", &request[..40.min(request.len())]);
        let (head, body) = served.ask("GET /some/where/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert!(head.starts_with("HTTP/1.1 200 OK") && body == b"<p>page", "{head}");
    }
}

#[test]
fn ranges_beyond_all_numbers_are_refused_or_the_whole_file() {
    let served = Served::new("ranges");
    let many = format!("bytes={}", vec!["0-1"; 2_000].join(","));
    for range in [
        "bytes=18446744073709551615-",
        "bytes=0-99999999999999999999999",
        "bytes=-18446744073709551616",
        "bytes=-0",
        "bytes=3-1",
        "bytes=",
        "bytes=a-b",
        "lines=0-1",
        many.as_str(),
    ] {
        let request = format!("GET /some/where/wasm/engine.wasm HTTP/1.1\r\nRange: {range}\r\n\r\n");
        let (head, body) = served.ask(&request);
        let whole = [0, b'a', b's', b'm', 1];
        let is_whole = head.starts_with("HTTP/1.1 20") && body == whole;
        assert!(
            is_whole || head.starts_with("HTTP/1.1 416 ") && body.is_empty(),
            "{}: {head}",
            &range[..30.min(range.len())]
        );
    }
}

#[test]
fn a_port_that_is_taken_is_said_with_its_number_and_a_way_out() {
    let served = Served::new("taken");
    let port: u16 = served.authority.rsplit(':').next().unwrap().parse().unwrap();
    let error = Server::bind(&served.folder, "/", Some(port)).expect_err("the port is taken");
    assert!(matches!(error, ServeError::Port { asked: true, .. }));
    let text = error.to_string();
    assert!(text.contains(&port.to_string()) && text.contains("--port N"), "{text}");
    // Without a port asked for, the next free one is taken.
    let servers: Vec<Server> = (0..2)
        .map(|_| Server::bind(&served.folder, "/", None).unwrap())
        .collect();
    assert_ne!(servers[0].url(), servers[1].url());
    assert!(
        servers[0]
            .url()
            .starts_with(&format!("http://127.0.0.1:{}", FIRST_PORT / 100))
    );
}

#[test]
fn a_folder_that_is_none_is_said_by_its_name() {
    let error = Server::bind(&PathBuf::from("no/such/folder"), "/", Some(0)).expect_err("there is none");
    assert!(error.to_string().starts_with("no/such/folder: "), "{error}");
}

#[test]
fn a_folder_that_is_no_site_of_regulens_is_told_apart() {
    let served = Served::new("site");
    let said = not_a_site(&served.folder).expect("it has a page, and no engines");
    assert!(said.contains("no app.js") && !said.contains("index.html"), "{said}");
    for part in ["regulens/wasm", "models"] {
        fs::create_dir_all(served.folder.join(part)).unwrap();
    }
    for part in ["app.js", "models/catalogue.json"] {
        fs::write(served.folder.join(part), "").unwrap();
    }
    assert_eq!(not_a_site(&served.folder), None);
}

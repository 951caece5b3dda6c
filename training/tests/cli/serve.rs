//! `regulens serve`: a folder on this machine's own address until Ctrl-C.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

use crate::support::setup::{Folder, regulens, run};

#[test]
fn a_folder_is_served_at_the_address_that_is_printed_until_the_program_is_ended() {
    let folder = Folder::new();
    fs::write(folder.path("index.html"), "<p>page").unwrap();
    let mut child = regulens()
        .args(["serve", "--port", "0", "--base", "/a/b/"])
        .arg(folder.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let authority = line
        .split_once("http://")
        .and_then(|(_, rest)| rest.split_once("/a/b/"))
        .map(|(authority, _)| authority.to_owned())
        .expect("an address is printed");
    assert!(authority.starts_with("127.0.0.1:"), "{line}");

    let mut stream = TcpStream::connect(&authority).unwrap();
    stream
        .write_all(b"GET /a/b/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("\r\n\r\n<p>page"), "{answer}");

    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    // Served all the same, and said.
    assert!(stderr.contains("is no site of Regulens"), "{stderr}");
}

#[test]
fn what_cannot_be_served_is_said_with_what_to_do() {
    let folder = Folder::new();
    run(["serve", "no-such-folder"]).fails(1, &["no-such-folder: ", "index.html"]);
    let here = folder.path(".").display().to_string();
    run(["serve", here.as_str(), "--base", "a b"]).fails(2, &["--base is `a b`", "/some/where/"]);
    run(["serve", here.as_str(), "--port", "eighty"]).fails(2, &["eighty"]);
}

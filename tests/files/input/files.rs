//! Files that are no table, or not a whole one: code, place and remedy.

use crate::input::{HEADED, assert_refused, gzip};

#[test]
fn an_empty_file_is_refused() {
    for bytes in [b"".as_slice(), b"\n\r\n  \n", b"\xef\xbb\xbf", &gzip(b"")] {
        assert_refused(bytes, "empty", None, None, &["empty file", "Choose"]);
    }
}

#[test]
fn a_header_without_rows_is_refused() {
    assert_refused("gene,bin,M\n", "no-rows", None, None, &["without rows"]);
}

#[test]
fn gzip_that_ends_early_is_refused_wherever_it_ends() {
    let whole = gzip(HEADED.as_bytes());
    for end in 2..whole.len() {
        assert_refused(&whole[..end], "gzip-truncated", None, None, &["end early", "again"]);
    }
}

#[test]
fn damaged_gzip_is_refused() {
    let mut checksum = gzip(HEADED.as_bytes());
    let last = checksum.len() - 6;
    checksum[last] ^= 1;
    assert_refused(&checksum, "gzip-corrupt", None, None, &["damaged", "gzip -t"]);
    let behind = [gzip(HEADED.as_bytes()), b"\0\0junk".into()].concat();
    assert_refused(behind, "gzip-corrupt", None, None, &[]);
}

#[test]
fn binary_files_are_named() {
    for (bytes, kind) in [
        (b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0".as_slice(), "zip"),
        (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "PyTorch"),
        (b"\x20\0\0\0\0\0\0\0{\"a\":{\"dtype\"}", "safetensors"),
        (b"\x89HDF\r\n\x1a\n\0\0\0\0\0\0\0\0", "HDF5"),
        (b"\x26\xfc\x8f\x88\x04\0\x08\0\0\0\0\0\0\0\0\0", "bigWig"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"%PDF-1.7", "PDF"),
    ] {
        assert_refused(bytes, "binary", None, None, &[kind]);
        assert_refused(gzip(bytes), "binary", None, None, &[kind]);
    }
}

#[test]
fn zeros_within_text_are_binary_data() {
    assert_refused(
        format!("{HEADED}C,1,\0\0,1,0\n"),
        "binary",
        Some(6),
        None,
        &["binary data"],
    );
    assert_refused(b"\0\x01\x02", "binary", Some(1), None, &["binary data", "text"]);
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let latin = [b"gene,bin,M\ng".as_slice(), b"\xe8ne,1,0\n"].concat();
    assert_refused(latin, "not-utf8", Some(2), None, &["not UTF-8"]);
}

#[test]
fn utf16_with_half_a_character_is_refused() {
    let whole = crate::input::utf16(HEADED, u16::to_le_bytes);
    assert_refused(
        &whole[..whole.len() - 1],
        "not-utf8",
        Some(5),
        None,
        &["UTF-16", "CSV UTF-8"],
    );
    let lone: Vec<u8> = [0xfeff, 0xd83d, 0x0041]
        .into_iter()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_refused(lone, "not-utf8", Some(1), None, &["UTF-16"]);
    // Text before it counts, in one piece as in many.
    let behind = [whole.as_slice(), &0xdc0a_u16.to_le_bytes()].concat();
    assert_refused(behind, "not-utf8", Some(6), None, &["UTF-16"]);
}

#[test]
fn a_line_without_end_is_refused() {
    let endless = "1,".repeat(1 << 20);
    assert_refused(&endless, "line-too-long", Some(1), None, &["line breaks"]);
    assert_refused(format!("{HEADED}{endless}\n"), "line-too-long", Some(6), None, &[]);
}

//! Bundles that are not read, and the error of each.

use std::io;

use regulens::weights::tensorflow;

use super::Bundle;
use super::made::{Table, block, bundle, bytes, entry, floats, header, masked_crc, number, typed_entry, varint};

/// A bundle of one tensor, with another header or entry.
fn with(header: Vec<u8>, entry: Vec<u8>) -> Bundle {
    bundle(header, &[("a/kernel", entry)], &floats(&[1.0, 2.0]), 9)
}

fn sound() -> Vec<u8> {
    entry(&[2], 0, &floats(&[1.0, 2.0]))
}

#[test]
fn the_made_bundle_is_sound() {
    let checkpoint = with(header(), sound()).read().expect("a checkpoint");
    assert_eq!(checkpoint.tensors["a/kernel"].values, [1.0, 2.0]);
}

#[test]
fn another_file_is_told_by_what_it_is() {
    for (file, words) in [
        (&b""[..], "an empty file"),
        (
            b"<!DOCTYPE html><html><body>Not here, and this is quite a long page of nothing.",
            "a web page",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0123456789abcdef",
            "a Git LFS pointer",
        ),
    ] {
        let bundle = Bundle {
            index: file.to_vec(),
            data: vec![],
        };
        bundle.assert_refused("another-kind-of-file", &["model.tf.index", words, "`X.index`"]);
    }
    let mut cut = with(header(), sound());
    cut.index.truncate(cut.index.len() - 1);
    cut.assert_refused("bundle-index", &["model.tf.index", "cut short"]);
}

#[test]
fn compressed_blocks_are_refused() {
    let mut table = Table::default();
    let pairs: [(&[u8], _); 2] = [(b"", header()), (b"a/kernel", sound())];
    table.data(b"a/kernel", &block(&pairs, 2), 1);
    let bundle = Bundle {
        index: table.finish(),
        data: floats(&[1.0, 2.0]),
    };
    bundle.assert_refused("bundle-refused", &["compressed block (type 1) at byte 0"]);
}

#[test]
fn headers_of_another_kind_are_refused() {
    let big = [number(1, 1), number(2, 1)].concat();
    with(big, sound()).assert_refused("bundle-refused", &["big-endian"]);
    let newer = [number(1, 1), bytes(3, &number(2, 2))].concat();
    with(newer, sound()).assert_refused("bundle-refused", &["version 2"]);
    with(vec![], sound()).assert_refused("bundle-index", &["0 data files"]);
    with(number(1, 100_000), sound()).assert_refused("bundle-index", &["100000 data files"]);
    with(bytes(1, b"x"), sound()).assert_refused("bundle-index", &["another type"]);

    let mut table = Table::default();
    table.data(b"a/kernel", &block(&[(b"a/kernel", sound())], 1), 0);
    let bundle = Bundle {
        index: table.finish(),
        data: vec![],
    };
    bundle.assert_refused("bundle-index", &["no header"]);
}

#[test]
fn sliced_tensors_are_refused_by_name() {
    let sliced = [sound(), bytes(7, &[])].concat();
    with(header(), sliced).assert_refused("bundle-refused", &["`a/kernel` in slices"]);
}

#[test]
fn other_elements_are_refused_by_name() {
    for (kind, words) in [
        (2, "float64"),
        (7, "texts"),
        (19, "float16"),
        (23, "type 23"),
        (0, "type 0"),
    ] {
        let other = typed_entry(kind, &[2], 0, &floats(&[1.0, 2.0]));
        with(header(), other).assert_refused("tensor-type", &["`a/kernel`", words]);
    }
    // A whole number is a counter, and no weight.
    let whole = typed_entry(9, &[1], 0, &floats(&[1.0, 2.0]));
    with(header(), whole).assert_refused("tensor-type", &["`a/kernel`", "int64", "float32"]);
}

#[test]
fn places_that_cannot_be_are_refused_by_name() {
    let content = floats(&[1.0, 2.0]);
    for (shape, offset, code, words) in [
        (&[3_u64][..], 0, "tensor-entry", "[3] in 8 bytes"),
        (&[u64::MAX / 2, 8], 0, "tensor-entry", "in 8 bytes"),
        (&[u64::MAX], 0, "tensor-entry", "unknown size"),
        (&[2], u64::MAX, "tensor-entry", "beyond the end"),
        (&[2], 4, "weights-cut-short", "to byte 12"),
        (&[2], 1 << 50, "weights-cut-short", "at byte 8"),
    ] {
        let bundle = with(header(), entry(shape, offset, &content));
        bundle.assert_refused(code, &["`a/kernel`", words]);
    }
    let elsewhere = [sound(), number(3, 1)].concat();
    with(header(), elsewhere).assert_refused("tensor-entry", &["`a/kernel` in file 1 of 1"]);
    let unknown = [sound(), bytes(2, &number(3, 1))].concat();
    with(header(), unknown).assert_refused("tensor-entry", &["unknown shape"]);
    let deep = entry(&[1; 300], 0, &content[..4]);
    with(header(), deep).assert_refused("tensor-entry", &["254 dimensions"]);
}

#[test]
fn tensors_that_share_bytes_are_refused() {
    let content = floats(&[1.0, 2.0]);
    let entries = [("a", entry(&[2], 0, &content)), ("b", entry(&[1], 4, &content[4..]))];
    bundle(header(), &entries, &content, 9).assert_refused("tensor-entry", &["`b`", "shares bytes with `a`"]);
}

#[test]
fn weights_that_are_no_numbers_are_refused_and_those_of_the_training_left() {
    let content = floats(&[1.0, f32::NAN]);
    let nan = entry(&[2], 0, &content);
    bundle(header(), &[("a", nan.clone())], &content, 9).assert_refused("weight-not-finite", &["`a` at index 1"]);
    let checkpoint = bundle(header(), &[("a/Adam", nan)], &content, 9)
        .read()
        .expect("a checkpoint");
    assert_eq!(checkpoint.left, ["a/Adam"]);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let sound = with([number(1, 2)].concat(), sound());
    let error = tensorflow::read("folder/model.tf", &sound.index, |_| Err(io::ErrorKind::NotFound.into()))
        .expect_err("no data");
    assert_eq!(error.code(), "shard-missing");
    let words = error.to_string();
    assert!(
        words.starts_with("folder/model.tf.index: found no `model.tf.data-00000-of-00002`"),
        "{words}"
    );
}

#[test]
fn every_file_of_data_is_read() {
    let (first, second) = (floats(&[1.0]), floats(&[2.0, 3.0]));
    let entries = [
        ("a", entry(&[1], 0, &first)),
        ("b", [entry(&[2], 0, &second), number(3, 1)].concat()),
    ];
    let bundle = bundle(number(1, 2), &entries, &[], 9);
    let open = |name: &str| match name {
        "m.data-00000-of-00002" => Ok(first.clone()),
        "m.data-00001-of-00002" => Ok(second.clone()),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let checkpoint = tensorflow::read("m", &bundle.index, open).expect("a checkpoint");
    assert_eq!(checkpoint.tensors["b"].values, [2.0, 3.0]);
    let swapped = |name: &str| match name {
        "m.data-00000-of-00002" => Ok(second.clone()),
        _ => Ok(first.clone()),
    };
    let error = tensorflow::read("m", &bundle.index, swapped).expect_err("swapped");
    assert_eq!(error.code(), "checksum");
    assert_eq!(error.file(), "m.data-00000-of-00002");
}

/// A bundle whose one block of data is `raw`, with a sound checksum.
fn of_block(raw: &[u8]) -> Bundle {
    let mut table = Table::default();
    table.data(b"zz", raw, 0);
    Bundle {
        index: table.finish(),
        data: vec![],
    }
}

#[test]
fn blocks_that_do_not_hang_together_are_refused() {
    let end = |restarts: &[u32]| -> Vec<u8> {
        let count = restarts.len() as u32;
        restarts
            .iter()
            .chain([&count])
            .flat_map(|number| number.to_le_bytes())
            .collect()
    };
    let key = |shared: u64, own: &[u8]| -> Vec<u8> {
        [varint(shared), varint(own.len() as u64), varint(0), own.to_vec()].concat()
    };
    for (raw, words) in [
        (vec![], "more restarts than"),
        (vec![0xff; 8], "more restarts than"),
        ([vec![0xff; 12], end(&[0])].concat(), "more than 64 bits"),
        ([vec![0x80; 2], end(&[0])].concat(), "without an end"),
        ([key(3, b"a"), end(&[0])].concat(), "no restart where one was announced"),
        (
            [key(0, b"a"), key(2, b"b"), end(&[0])].concat(),
            "shares 2 bytes with one of 1",
        ),
        ([key(0, b"b"), key(0, b"a"), end(&[0])].concat(), "does not come after"),
        ([key(0, b"a"), key(0, b"a"), end(&[0])].concat(), "does not come after"),
        ([key(0, b"a"), end(&[0, 1])].concat(), "a restart where no key begins"),
        (
            [key(0, b"a"), end(&[u32::MAX])].concat(),
            "a restart where no key begins",
        ),
        (
            [varint(0), varint(u64::MAX), varint(1), end(&[0])].concat(),
            "an entry of",
        ),
        ([key(0, &[b'a'; 600]), end(&[0])].concat(), "more than 512 bytes"),
    ] {
        of_block(&raw).assert_refused("bundle-index", &[words]);
    }
}

#[test]
fn blocks_out_of_order_are_refused() {
    let mut table = Table::default();
    table.data(b"b", &block(&[(b"", header()), (b"b", sound())], 2), 0);
    table.data(b"c", &block(&[(b"a", sound())], 2), 0);
    let bundle = Bundle {
        index: table.finish(),
        data: vec![],
    };
    bundle.assert_refused("bundle-index", &["out of order"]);
}

#[test]
fn handles_beyond_the_file_are_refused() {
    for handle in [
        [varint(u64::MAX), varint(u64::MAX)],
        [varint(0), varint(1 << 40)],
        [varint(1 << 20), varint(0)],
    ] {
        let mut index = with(header(), sound()).index;
        let footer = index.len() - 48;
        let mut handles = [handle.clone(), handle].concat().concat();
        handles.resize(40, 0);
        index[footer..footer + 40].copy_from_slice(&handles);
        let bundle = Bundle { index, data: vec![] };
        bundle.assert_refused("bundle-index", &["a block of", "reaches beyond byte"]);
    }
}

#[test]
fn a_checksum_that_was_made_to_fit_is_the_only_way_to_change_a_weight() {
    let bundle = with(header(), sound());
    let other = Bundle {
        data: floats(&[1.0, 4.0]),
        ..bundle
    };
    other.assert_refused(
        "checksum",
        &["model.tf.data-00000-of-00001", "`a/kernel`", "8 bytes at byte 0"],
    );
    // The checksum of this test agrees with the one under test.
    assert_eq!(
        masked_crc(b"123456789"),
        0xe306_9283_u32.rotate_right(15).wrapping_add(0xa282_ead8)
    );
}

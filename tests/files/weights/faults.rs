//! Each way a model file can be wrong, and its message.

use std::collections::BTreeMap;

use regulens::weights::{Dtype, ModelCard, Tensor, WeightFile, WeightsError};
use serde_json::{Value, json};

use crate::weights::cards;

/// A model file with another header.
fn with_header(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let bytes = cards::small_file();
    let (length, rest) = bytes.split_first_chunk::<8>().expect("a length");
    let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let mut header: Value = serde_json::from_slice(header).expect("JSON");
    change(&mut header);
    let header = header.to_string();
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// A model file with another card.
fn with_card(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    with_header(|header| {
        let text = header["__metadata__"]["regulens.card"].as_str().expect("a card");
        let mut card: Value = serde_json::from_str(text).expect("JSON");
        change(&mut card);
        header["__metadata__"]["regulens.card"] = card.to_string().into();
    })
}

fn refusal(bytes: &[u8]) -> WeightsError {
    let error = WeightFile::read("model.safetensors", bytes).expect_err("no model");
    assert_eq!(error.file(), "model.safetensors");
    let text = error.to_string();
    assert!(text.starts_with("model.safetensors: found "), "{text}");
    assert!(text.ends_with(&error.remedy()) && !error.remedy().is_empty(), "{text}");
    error
}

#[track_caller]
fn assert_refused(bytes: &[u8], code: &str, words: &[&str]) {
    let error = refusal(bytes);
    assert_eq!(error.code(), code, "{error}");
    for word in words {
        assert!(error.to_string().contains(word), "`{word}` is not in: {error}");
    }
}

#[test]
fn a_file_of_another_kind_is_called_by_its_kind() {
    let cases: [(&[u8], &str); 11] = [
        (b"", "an empty file"),
        (b"<!doctype html><title>404</title>", "a web page"),
        (b"\xef\xbb\xbfgene,bin,H3K4me3\r\n1,1,2\r\n", "a table of text"),
        (b"gene\tbin\n", "a table of text"),
        (b"{\"models\": []}", "JSON text"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            "a Git LFS pointer",
        ),
        (b"see the other file", "text"),
        (b"\x1f\x8b\x08\x00", "a gzip file"),
        (b"PK\x03\x04\x00\x00", "a zip archive"),
        (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.", "a Python pickle"),
        (b"\x00\x01\x02\x03\x04\x05\x06\x07\x08", "binary data"),
    ];
    for (bytes, words) in cases {
        assert_refused(bytes, "another-kind-of-file", &[words, "expected a model file"]);
    }
}

#[test]
fn a_file_cut_short_names_the_tensor_that_is_not_whole() {
    let bytes = cards::small_file();
    let last = bytes.len() - 1;
    assert_refused(
        &bytes[..last],
        "weights-cut-short",
        &[
            "rnn_hms.1.rnn.weight_ih_l0_reverse",
            &format!("byte {last};"),
            &format!("byte {}.", bytes.len()),
        ],
    );
}

#[test]
fn a_header_that_claims_more_than_the_file_holds_is_no_allocation() {
    let mut bytes = cards::small_file();
    bytes[..8].copy_from_slice(&(1_u64 << 40).to_le_bytes());
    assert_refused(
        &bytes,
        "header-exceeds-file",
        &["1099511627776", &(bytes.len() - 8).to_string()],
    );
    bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert_refused(&bytes, "header-exceeds-file", &["18446744073709551615"]);
}

#[test]
fn a_tensor_that_claims_more_than_the_file_holds_is_no_allocation() {
    let bytes = with_header(|header| {
        // The last tensor, so that nothing else is out of place.
        let entry = &mut header["rnn_hms.1.rnn.weight_ih_l0_reverse"];
        let start = entry["data_offsets"][0].as_u64().expect("an offset");
        entry["shape"] = json!([1_u64 << 40, 1]);
        entry["data_offsets"][1] = json!(start + (1_u64 << 41));
    });
    assert_refused(&bytes, "weights-cut-short", &["rnn_hms.1.rnn.weight_ih_l0_reverse"]);
    let bytes = with_header(|header| header["fdiff1_1.bias"]["shape"] = json!([1_u64 << 40, 1_u64 << 40]));
    assert_refused(
        &bytes,
        "tensor-entry",
        &["fdiff1_1.bias", "[1099511627776, 1099511627776]"],
    );
}

#[test]
fn bytes_after_the_last_tensor_are_counted() {
    let mut bytes = cards::small_file();
    let end = bytes.len();
    bytes.extend([0; 3]);
    assert_refused(&bytes, "trailing-bytes", &["3 bytes", &format!("byte {end}")]);
}

#[test]
fn a_header_that_is_no_list_of_tensors_is_refused() {
    let bytes = [&9_u64.to_le_bytes()[..], b"{\"a\": 1, "].concat();
    assert_refused(&bytes, "header", &["EOF"]);
    let bytes = with_header(|header| header["__metadata__"] = json!({"a": 1}));
    assert_refused(&bytes, "header", &["__metadata__", "expected a string"]);
}

#[test]
fn an_entry_that_does_not_fit_names_its_tensor() {
    let bytes = with_header(|header| header["fdiff1_1.bias"] = json!(7));
    assert_refused(&bytes, "tensor-entry", &["`fdiff1_1.bias`"]);
    let bytes = with_header(|header| header["fdiff1_1.bias"]["dtype"] = json!("F17"));
    assert_refused(&bytes, "tensor-entry", &["`fdiff1_1.bias`", "F17"]);
    // Overlap: two tensors on the same bytes.
    let bytes = with_header(|header| {
        header["fdiff1_1.weight"]["data_offsets"] = json!([0, 8]);
    });
    assert_refused(
        &bytes,
        "tensor-entry",
        &["`fdiff1_1.weight` at byte 0", "byte 2 is next"],
    );
    let bytes = with_header(|header| header["fdiff1_1.bias"]["data_offsets"] = json!([0, -2]));
    assert_refused(&bytes, "tensor-entry", &["`fdiff1_1.bias`"]);
    let bytes = with_header(|header| header["fdiff1_1.bias"]["shape"] = json!([3]));
    assert_refused(&bytes, "tensor-entry", &["`fdiff1_1.bias`", "F16", "[3]"]);
}

#[test]
fn a_file_without_a_card_is_sent_to_import() {
    let bytes = with_header(|header| drop(header.as_object_mut().map(|header| header.remove("__metadata__"))));
    assert_refused(&bytes, "no-card", &["regulens.card", "regulens import"]);
}

#[test]
fn a_card_that_is_none_is_shown() {
    let bytes = with_header(|header| header["__metadata__"]["regulens.card"] = json!("no JSON"));
    assert_refused(&bytes, "card", &["expected ident"]);
    let bytes = with_card(|card| drop(card.as_object_mut().map(|card| card.remove("marks"))));
    assert_refused(&bytes, "card", &["missing field `marks`"]);
}

#[test]
fn a_card_of_a_later_version_asks_for_an_update() {
    let bytes = with_card(|card| card["format_version"] = json!(9));
    assert_refused(&bytes, "card-too-new", &["version 9", "Update Regulens."]);
}

#[test]
fn another_family_or_variant_is_named_with_those_that_run() {
    let bytes = with_card(|card| card["family"] = json!("enformer"));
    assert_refused(
        &bytes,
        "unknown-family",
        &["`enformer`", "attentive-chrome, deep-diff, basenji"],
    );
    let bytes = with_card(|card| card["variant"] = json!("lstm-gamma"));
    assert_refused(
        &bytes,
        "unknown-variant",
        &["`lstm-gamma` of attentive-chrome", "lstm-alpha-beta"],
    );
}

#[test]
fn sizes_on_the_card_must_be_those_of_the_tensors() {
    let bytes = with_card(|card| card["marks"] = json!(["H3K4me3"]));
    assert_refused(
        &bytes,
        "sizes-disagree",
        &["1 for marks in the model card", "expected 2"],
    );
    let bytes = with_card(|card| card["hyperparameters"]["bin_rnn_size"] = json!(32));
    assert_refused(&bytes, "sizes-disagree", &["32 for bin_rnn_size", "expected 4"]);
    let bytes = with_card(|card| card["parameters"] = json!(1));
    assert_refused(&bytes, "sizes-disagree", &["1 for parameters"]);
}

/// Error of writing a changed model.
fn written(dtype: Dtype, change: impl FnOnce(&mut ModelCard, &mut BTreeMap<String, Tensor>)) -> WeightsError {
    let (mut card, mut tensors) = cards::small(4, 2);
    change(&mut card, &mut tensors);
    let error = WeightFile::write(&card, &tensors, dtype).expect_err("no model");
    assert_eq!(error.file(), card.name);
    error
}

#[test]
fn tensors_must_be_those_of_the_variant() {
    let error = written(Dtype::F32, |_, tensors| drop(tensors.remove("fdiff1_1.bias")));
    assert_eq!(error.code(), "tensor-missing");
    assert!(
        error
            .to_string()
            .contains("`fdiff1_1.bias`; expected it with the shape [1]"),
        "{error}"
    );

    let error = written(Dtype::F32, |_, tensors| {
        drop(tensors.insert("x".to_owned(), Tensor::new([1], vec![0.0])));
    });
    assert_eq!(error.code(), "tensor-unexpected");
    assert!(error.to_string().contains("tensor `x`"), "{error}");

    let error = written(Dtype::F32, |_, tensors| {
        tensors.insert("fdiff1_1.weight".to_owned(), Tensor::new([2, 2], vec![0.0; 4]));
    });
    assert_eq!(error.code(), "tensor-shape");
    assert!(
        error
            .to_string()
            .contains("`fdiff1_1.weight` with the shape [2, 2]; expected [1, 4]"),
        "{error}"
    );

    let error = written(Dtype::F32, |_, tensors| {
        tensors.insert(
            "rnn_hms.0.rnn.weight_hh_l0".to_owned(),
            Tensor::new([3, 3], vec![0.0; 9]),
        );
    });
    assert_eq!(error.code(), "tensor-shape");
    assert!(error.to_string().contains("even"), "{error}");
}

#[test]
fn the_elements_must_be_of_a_type_that_is_written_here() {
    let bytes = with_header(|header| {
        for (name, entry) in header.as_object_mut().expect("an object") {
            if name != "__metadata__" {
                entry["dtype"] = json!("BF16");
            }
        }
    });
    assert_refused(&bytes, "tensor-type", &["BF16", "expected F16, F32, I8"]);
}

#[test]
fn weights_that_are_no_numbers_are_found_at_their_place() {
    let mut bytes = cards::small_file();
    let end = bytes.len();
    // The last weight of the last tensor: NaN in float16.
    bytes[end - 2..].copy_from_slice(&[0x00, 0x7e]);
    assert_refused(
        &bytes,
        "weight-not-finite",
        &["NaN in tensor `rnn_hms.1.rnn.weight_ih_l0_reverse` at index 15"],
    );

    for value in [f32::INFINITY, f32::NAN] {
        let error = written(Dtype::F32, |_, tensors| {
            tensors.insert("fdiff1_1.bias".to_owned(), Tensor::new([1], vec![value]));
        });
        assert_eq!(error.code(), "weight-not-finite");
    }
}

#[test]
fn weights_beyond_float16_are_not_written_as_infinite() {
    let change = |_: &mut ModelCard, tensors: &mut BTreeMap<String, Tensor>| {
        tensors.insert("fdiff1_1.bias".to_owned(), Tensor::new([1], vec![65_520.0]));
    };
    let error = written(Dtype::F16, change);
    assert_eq!(error.code(), "weight-too-large");
    assert!(
        error.to_string().contains("65520 in tensor `fdiff1_1.bias` at index 0"),
        "{error}"
    );

    let (mut card, mut tensors) = cards::small(4, 2);
    change(&mut card, &mut tensors);
    WeightFile::write(&card, &tensors, Dtype::F32).expect("float32 holds it");
}

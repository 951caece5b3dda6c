//! Damaged and malicious model files: an error, little memory, and never a panic.

use regulens::weights::{Dtype, WeightFile};

use crate::memory;
use crate::weights::cards;

/// The most memory that reading a file may take: JSON's smallest values grow most.
fn limit(bytes: &[u8]) -> usize {
    64 * bytes.len() + (1 << 16)
}

/// Reads a file that must not hurt; whether it was a model.
#[track_caller]
fn endure(bytes: &[u8]) -> bool {
    let (result, most) = memory::most_held(|| WeightFile::read("attack", bytes));
    assert!(most <= limit(bytes), "{most} bytes for a file of {}", bytes.len());
    if let Err(error) = &result {
        assert!(!error.to_string().is_empty() && !error.remedy().is_empty());
    }
    result.is_ok()
}

/// A header, with nothing after it.
fn header_only(header: &str) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat()
}

#[test]
fn every_beginning_of_a_file_is_refused() {
    let bytes = cards::small_file();
    for length in 0..bytes.len() {
        assert!(!endure(&bytes[..length]), "{length} bytes passed for a model");
    }
    assert!(endure(&bytes));
}

#[test]
fn no_changed_byte_of_the_header_hurts() {
    let bytes = cards::small_file();
    let header = 8 + u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    for position in 0..header {
        let mut bytes = bytes.clone();
        bytes[position] ^= 1 << (position % 7);
        endure(&bytes);
    }
}

#[test]
fn no_beginning_and_no_changed_byte_of_a_file_of_integers_hurts() {
    // Large enough for integers to be smaller than float16.
    let (card, tensors) = cards::small(8, 1);
    let bytes = WeightFile::write(&card, &tensors, Dtype::I8).expect("a model");
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("rnn_hms.0.rnn.weight_hh_l0.scale"));
    assert!(endure(&bytes));
    for length in 0..bytes.len() {
        assert!(!endure(&bytes[..length]), "{length} bytes passed for a model");
    }
    for position in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[position] ^= 1 << (position % 7);
        endure(&bytes);
    }
}

#[test]
fn headers_of_many_small_values_take_memory_in_proportion() {
    let zeros = "0,".repeat(100_000);
    let attacks = [
        format!(r#"{{"a":[{zeros}0]}}"#),
        format!(r#"{{"a":{{"dtype":"F16","shape":[{zeros}0],"data_offsets":[0,0]}}}}"#),
        format!(r#"{{"__metadata__":{{"regulens.card":"{{\"family\":\"attentive-chrome\",\"x\":[{zeros}0]}}"}}}}"#),
        format!(
            "{{{}\"z\":0}}",
            (0..20_000).map(|i| format!("\"{i}\":0,")).collect::<String>()
        ),
        format!(r#"{{"a":{}"#, "[".repeat(100_000)),
        format!(r#"{{"a":{}"#, "{\"a\":".repeat(100_000)),
    ];
    for header in attacks {
        assert!(!endure(&header_only(&header)));
    }
}

#[test]
fn a_name_cannot_claim_a_billion_marks() {
    let empty = r#"{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"#;
    let square = r#"{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]}"#;
    let card = r#"{\"family\":\"attentive-chrome\",\"variant\":\"lstm-alpha-beta\",\"marks\":[\"a\"],\"bins\":1}"#;
    let header = format!(
        r#"{{"__metadata__":{{"regulens.card":"{card}"}},"rnn_hms.0.rnn.weight_hh_l0":{square},"rnn_hms.4000000000.x":{empty}}}"#
    );
    assert!(!endure(&header_only(&header)));
}

#[test]
fn sizes_near_the_largest_number_do_not_wrap_around() {
    for size in [u64::MAX, u64::MAX / 2 + 1, 1 << 62, 1 << 32] {
        let entry = format!(
            r#"{{"dtype":"F32","shape":[{size},4],"data_offsets":[0,{}]}}"#,
            size.wrapping_mul(16)
        );
        assert!(!endure(&header_only(&format!(r#"{{"a":{entry}}}"#))));
        let entry = format!(r#"{{"dtype":"F32","shape":[0,{size}],"data_offsets":[0,0]}}"#);
        let card = r#"{\"family\":\"attentive-chrome\",\"variant\":\"lstm-alpha-beta\",\"marks\":[\"a\"],\"bins\":1}"#;
        assert!(!endure(&header_only(&format!(
            r#"{{"__metadata__":{{"regulens.card":"{card}"}},"rnn_hms.0.rnn.weight_hh_l0":{entry}}}"#
        ))));
    }
}

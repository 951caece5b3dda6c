//! Damaged copies of bundles: an error or the same tensors, little memory, and never a panic.

use super::Bundle;
use super::made::{Table, bundle, entry, floats, header, typed_entry, varint};
use super::real::{VARIANTS, golden};
use crate::memory;

/// Bundles to damage: a made one, and the real ones where they are there.
fn bundles() -> Vec<Bundle> {
    let content = floats(&[1.0, 2.0, 3.0, 4.0]);
    let step = 9_u64.to_le_bytes();
    let entries = [
        ("a/kernel", entry(&[2, 2], 0, &content)),
        ("a/kernel/Adam", entry(&[0], 16, &[])),
        ("global_step", typed_entry(9, &[], 16, &step)),
    ];
    let data = [content.as_slice(), &step].concat();
    let mut bundles = vec![bundle(header(), &entries, &data, 2)];
    bundles.extend(VARIANTS.iter().filter_map(|variant| golden(variant)));
    bundles
}

/// Reads a damaged copy; whether it still gives what the sound one does.
#[track_caller]
fn endure(damaged: &Bundle, sound: &Bundle) -> bool {
    let (result, most) = memory::most_held(|| damaged.read());
    let size = damaged.index.len() + damaged.data.len();
    assert!(most <= 64 * size + (1 << 17), "{most} bytes for files of {size}");
    match result {
        Ok(checkpoint) => {
            assert!(
                checkpoint == sound.read().expect("a sound one"),
                "other tensors, and no error"
            );
            true
        }
        Err(error) => {
            assert!(error.to_string().contains(": found ") && !error.remedy().is_empty());
            false
        }
    }
}

#[test]
fn no_bit_of_an_index_can_flip_unnoticed() {
    for sound in bundles() {
        let mut damaged = sound.clone();
        let end = damaged.index.len();
        for at in 0..end {
            for bit in 0..8 {
                damaged.index[at] ^= 1 << bit;
                // Only the zeros that fill the footer say nothing.
                let padding = (end - 48..end - 8).contains(&at);
                assert!(!endure(&damaged, &sound) || padding, "bit {bit} of byte {at}");
                damaged.index[at] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn no_bit_of_the_data_can_flip_unnoticed() {
    for sound in bundles() {
        let mut damaged = sound.clone();
        // A stride that meets every byte of a word and, over the bundles, every tensor.
        for at in (0..damaged.data.len()).step_by(sound.data.len().div_ceil(2000) | 1) {
            damaged.data[at] ^= 1 << (at % 8);
            assert!(!endure(&damaged, &sound), "byte {at}");
            damaged.data[at] ^= 1 << (at % 8);
        }
    }
}

#[test]
fn files_that_are_cut_short_are_refused() {
    for sound in bundles() {
        for length in (0..sound.index.len()).step_by(sound.index.len().div_ceil(3000)) {
            let mut damaged = sound.clone();
            damaged.index.truncate(length);
            assert!(!endure(&damaged, &sound), "an index of {length} bytes");
        }
        for length in (0..sound.data.len()).step_by(sound.data.len().div_ceil(300)) {
            let mut damaged = sound.clone();
            damaged.data.truncate(length);
            damaged.assert_refused("weights-cut-short", &["model.tf.data-00000-of-00001", "tensor `"]);
        }
    }
}

#[test]
fn the_data_of_another_bundle_is_refused() {
    let (Some(basenji), Some(attention)) = (golden(VARIANTS[0]), golden(VARIANTS[1])) else {
        return;
    };
    let mixed = Bundle {
        index: attention.index,
        data: basenji.data,
    };
    mixed.assert_refused("checksum", &["model.tf.data-00000-of-00001", "two checkpoints"]);
}

#[test]
fn bytes_changed_together_with_their_checksum_never_panic() {
    // Code behind the checksum is reached only by an index that someone made, so blocks are made here.
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let sound = super::made::block(
        &[
            (b"", header()),
            (b"a/kernel", entry(&[2], 0, &floats(&[1.0, 2.0]))),
            (b"b", entry(&[2], 8, &floats(&[1.0, 2.0]))),
        ],
        2,
    );
    for _ in 0..20_000 {
        let mut block = sound.clone();
        for _ in 0..1 + next() % 4 {
            let at = (next() % block.len() as u64) as usize;
            block[at] = next() as u8;
        }
        let mut table = Table::default();
        table.data(b"zz", &block, 0);
        let bundle = Bundle {
            index: table.finish(),
            data: floats(&[1.0, 2.0, 1.0, 2.0]),
        };
        let (_, most) = memory::most_held(|| bundle.read());
        assert!(most < 1 << 17, "{most} bytes");
    }
}

#[test]
fn keys_that_share_almost_all_meet_a_limit() {
    // Each key takes a few bytes of the file and hundreds in memory.
    let mut block = [varint(0), varint(500), varint(0), vec![b'a'; 500]].concat();
    for first in 0..=255_u8 {
        for second in 0..=255_u8 {
            for third in [1, 2] {
                let own = [b"c".as_slice(), &[first, second, third]].concat();
                block.extend([varint(400), varint(4), varint(0), own].concat());
            }
        }
    }
    block.extend([0_u32, 1].map(u32::to_le_bytes).concat());
    let mut table = Table::default();
    table.data(&[0xff], &block, 0);
    let bundle = Bundle {
        index: table.finish(),
        data: vec![],
    };
    let (result, most) = memory::most_held(|| bundle.read());
    let error = result.expect_err("too many");
    assert!(error.to_string().contains("more than 65536 keys"), "{error}");
    assert!(most < 64 << 20, "{most} bytes");
}

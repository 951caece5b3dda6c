//! The real bundles, and what they must give.

use std::collections::BTreeSet;

use regulens::weights::StateDict;

use super::Bundle;
use super::made::{bundle, entry, floats, header, number, typed_entry};
use crate::common::shared;

/// The variants of which there is a bundle.
pub const VARIANTS: [&str; 2] = ["basenji", "attention-two-sided"];

/// The bundle of a variant, where it is there.
pub fn golden(variant: &str) -> Option<Bundle> {
    let file = |name| shared(&format!("golden/basenji/{variant}.tf-checkpoint/model.tf.{name}"));
    Some(Bundle {
        index: file("index")?,
        data: file("data-00000-of-00001")?,
    })
}

#[test]
fn real_bundles_hold_the_golden_tensors_and_nothing_else_but_the_training() {
    for variant in VARIANTS {
        let (Some(bundle), Some(golden)) = (
            golden(variant),
            shared(&format!("golden/basenji/{variant}.weights.safetensors")),
        ) else {
            return;
        };
        let golden = StateDict::read_safetensors("golden", &golden).expect("tensors").tensors;
        let checkpoint = bundle.read().expect("a checkpoint");
        assert!(checkpoint.tensors == golden, "{variant} holds other tensors");
        // Adam keeps two numbers for each weight that it trains.
        let trained = golden.keys().filter(|name| !name.contains("/moving_"));
        let mut expected: BTreeSet<String> = trained
            .flat_map(|name| [format!("{name}/Adam"), format!("{name}/Adam_1")])
            .collect();
        expected.extend(["beta1_power", "beta2_power", "global_step"].map(str::to_owned));
        let left: BTreeSet<String> = checkpoint.left.into_iter().collect();
        assert_eq!(left, expected, "{variant}");
    }
}

#[test]
fn names_in_several_blocks_share_what_they_begin_with() {
    let content = floats(&[1.0, -2.5, 3.0e-40, 7.0]);
    let names = ["a/kernel", "a/kernel/Adam", "a/kernel2", "b", "global_step"];
    let step = 7_u64.to_le_bytes();
    let data = [content.as_slice(), &step].concat();
    for per_block in 1..=6 {
        let entries = [
            (names[0], entry(&[2, 1], 0, &content[..8])),
            (names[1], entry(&[1], 8, &content[8..12])),
            (names[2], entry(&[], 12, &content[12..])),
            (names[3], entry(&[0, 3], 16, &[])),
            (names[4], typed_entry(9, &[], 16, &step)),
        ];
        let checkpoint = bundle(header(), &entries, &data, per_block)
            .read()
            .expect("a checkpoint");
        assert_eq!(checkpoint.left, ["a/kernel/Adam", "global_step"]);
        let shapes: Vec<_> = checkpoint
            .tensors
            .iter()
            .map(|(name, tensor)| (name.as_str(), tensor.shape.clone(), tensor.values.clone()))
            .collect();
        assert_eq!(
            shapes,
            [
                ("a/kernel", vec![2, 1], vec![1.0, -2.5]),
                ("a/kernel2", vec![], vec![7.0]),
                ("b", vec![0, 3], vec![]),
            ]
        );
    }
}

#[test]
fn fields_that_later_versions_may_add_are_passed_over() {
    let content = floats(&[1.0]);
    let mut later = entry(&[1], 0, &content);
    later.extend(number(99, 1 << 40));
    later.extend([&[0xa5, 0x06][..], &[1, 2, 3, 4]].concat());
    later.extend([&[0xa1, 0x06][..], &[0; 8]].concat());
    let checkpoint = bundle(header(), &[("a", later)], &content, 9)
        .read()
        .expect("a checkpoint");
    assert_eq!(checkpoint.tensors["a"].values, [1.0]);
}

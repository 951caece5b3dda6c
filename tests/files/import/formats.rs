//! Contents of PyTorch's files, and their reading.

use half::{bf16, f16};
use regulens::weights::Tensor;
use zip::CompressionMethod;

use crate::import::files::{Archive, archive, assert_refused, floats, legacy, read};
use crate::import::pickles::{Item, call, module, ordered, parameter, pickle, tensor, text};

/// Two tensors, of which one lies across the other's grain.
fn two_tensors() -> Item {
    ordered(vec![
        ("a", tensor("FloatStorage", "7", 6, 0, &[2, 3], &[3, 1])),
        ("b", tensor("FloatStorage", "7", 6, 1, &[2, 2], &[1, 3])),
    ])
}

const SIX: [f32; 6] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];

#[track_caller]
fn assert_two_tensors(bytes: &[u8]) {
    let state = read(bytes);
    assert_eq!(state.tensors.len(), 2);
    assert_eq!(state.tensors["a"], Tensor::new([2, 3], SIX.to_vec()));
    assert_eq!(state.tensors["b"], Tensor::new([2, 2], vec![1.0, 4.0, 2.0, 5.0]));
}

#[test]
fn tensors_are_views_by_offset_shape_and_strides() {
    assert_two_tensors(&archive(&two_tensors(), &[("7", 6, floats(&SIX))]));
    assert_two_tensors(&legacy(&two_tensors(), &[("7", 6, floats(&SIX))]));
}

#[test]
fn archives_may_be_deflated_and_their_folder_has_any_name() {
    for folder in ["archive/", "", "a/b/"] {
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            let form = Archive {
                folder,
                method,
                byte_order: None,
            };
            assert_two_tensors(&form.of(&pickle(&two_tensors(), 2), &[("7", 6, floats(&SIX))]));
        }
    }
}

#[test]
fn big_endian_archives_are_turned_around() {
    let content = SIX.iter().flat_map(|value| value.to_be_bytes()).collect();
    let form = Archive {
        byte_order: Some("big"),
        ..Archive::default()
    };
    assert_two_tensors(&form.of(&pickle(&two_tensors(), 2), &[("7", 6, content)]));
}

#[test]
fn pickles_of_protocol_4_are_read() {
    let item = Item::Dict(vec![(text("a"), tensor("FloatStorage", "0", 1, 0, &[], &[]))]);
    let bytes = Archive::default().of(&pickle(&item, 4), &[("0", 1, floats(&[2.5]))]);
    assert_eq!(read(&bytes).tensors["a"], Tensor::new([], vec![2.5]));
}

#[test]
fn every_floating_point_type_is_read() {
    let values = [0.5_f32, -2.0, 1024.0];
    let cases: [(&str, Vec<u8>); 4] = [
        ("FloatStorage", floats(&values)),
        (
            "DoubleStorage",
            values
                .iter()
                .flat_map(|value| f64::from(*value).to_le_bytes())
                .collect(),
        ),
        (
            "HalfStorage",
            values
                .iter()
                .flat_map(|value| f16::from_f32(*value).to_le_bytes())
                .collect(),
        ),
        (
            "BFloat16Storage",
            values
                .iter()
                .flat_map(|value| bf16::from_f32(*value).to_le_bytes())
                .collect(),
        ),
    ];
    for (class, content) in cases {
        let item = Item::Dict(vec![(text("a"), tensor(class, "0", 3, 0, &[3], &[1]))]);
        let storages = [("0", 3, content)];
        for bytes in [archive(&item, &storages), legacy(&item, &storages)] {
            assert_eq!(read(&bytes).tensors["a"].values, values, "{class}");
        }
    }
}

#[test]
fn other_types_are_named() {
    let item = Item::Dict(vec![(text("steps"), tensor("LongStorage", "0", 1, 0, &[1], &[1]))]);
    for bytes in [
        archive(&item, &[("0", 1, vec![0; 8])]),
        legacy(&item, &[("0", 1, vec![0; 8])]),
    ] {
        assert_refused(&bytes, "tensor-type", &["I64", "`steps`"]);
    }
}

/// A module with a parameter and another module in it, of classes that `class` makes.
fn two_modules(class: fn(&'static str) -> Item) -> Item {
    let weight = parameter(tensor("FloatStorage", "0", 6, 0, &[2], &[1]));
    let bias = parameter(tensor("FloatStorage", "0", 6, 5, &[1], &[1]));
    let inner = module(
        class("Inner"),
        vec![("weight", weight), ("nothing", Item::None)],
        vec![],
    );
    module(
        class("Outer"),
        vec![("bias", bias)],
        vec![("0", inner), ("none", Item::None)],
    )
}

#[test]
fn a_whole_module_gives_the_names_of_its_state_dict() {
    // Since 1.6 classes stand as they are, before as persistent ids with their source.
    let plain = |name| Item::Global("models", name);
    let with_source = |name| {
        let id = vec![
            text("module"),
            Item::Global("models", name),
            text("models.py"),
            text("import os"),
        ];
        Item::Persistent(Box::new(Item::Tuple(id)))
    };
    let storages = [("0", 6, floats(&SIX))];
    for bytes in [
        archive(&two_modules(plain), &storages),
        legacy(&two_modules(with_source), &storages),
    ] {
        let tensors = read(&bytes).tensors;
        assert_eq!(tensors.keys().collect::<Vec<_>>(), ["0.weight", "bias"]);
        assert_eq!(tensors["0.weight"].values, [0.0, 1.0]);
        assert_eq!(tensors["bias"].values, [5.0]);
    }
}

#[test]
fn a_checkpoint_gives_its_state_dict_and_says_so() {
    let item = Item::Dict(vec![
        (text("epoch"), Item::Int(30)),
        (text("best_auc"), tensor("FloatStorage", "7", 6, 0, &[], &[])),
        (text("optimizer"), Item::Dict(vec![(text("state"), Item::Dict(vec![]))])),
        (text("state_dict"), two_tensors()),
    ]);
    let bytes = archive(&item, &[("7", 6, floats(&SIX))]);
    assert_two_tensors(&bytes);
    let notes = read(&bytes).notes;
    assert!(
        matches!(notes.as_slice(), [note] if note.contains("`state_dict` of a checkpoint")),
        "{notes:?}"
    );
}

#[test]
fn the_prefix_of_data_parallel_is_taken_off() {
    let item = ordered(vec![("module.a", tensor("FloatStorage", "0", 1, 0, &[1], &[1]))]);
    let state = read(&archive(&item, &[("0", 1, floats(&[1.0]))]));
    assert_eq!(state.tensors.keys().collect::<Vec<_>>(), ["a"]);
    assert!(state.notes[0].contains("`module.`"), "{:?}", state.notes);
}

#[test]
fn a_state_dict_by_python_2_is_read() {
    // Pairs as the argument of OrderedDict, and texts without an encoding.
    let key = Item::Raw(b"U\x01a".to_vec());
    let pair = Item::List(vec![key, tensor("FloatStorage", "0", 1, 0, &[1], &[1])]);
    let item = call("collections", "OrderedDict", vec![Item::List(vec![pair])]);
    assert_eq!(
        read(&legacy(&item, &[("0", 1, floats(&[1.0]))])).tensors["a"].values,
        [1.0]
    );
}

#[test]
fn storages_that_are_views_of_others_are_read() {
    let Item::Call(function, mut arguments) = tensor("FloatStorage", "0", 6, 1, &[2], &[1]) else {
        unreachable!()
    };
    let view = Item::Tuple(vec![text("1"), Item::Int(3), Item::Int(3)]);
    let storage = vec![
        text("storage"),
        Item::Global("torch", "FloatStorage"),
        text("0"),
        text("cpu"),
        Item::Int(6),
        view,
    ];
    arguments[0] = Item::Persistent(Box::new(Item::Tuple(storage)));
    let item = Item::Dict(vec![(text("a"), Item::Call(function, arguments))]);
    assert_eq!(
        read(&legacy(&item, &[("0", 6, floats(&SIX))])).tensors["a"].values,
        [4.0, 5.0]
    );
}

#[test]
fn weights_that_are_no_numbers_are_found_at_their_place() {
    let mut values = SIX;
    values[4] = f32::NAN;
    let bytes = archive(&two_tensors(), &[("7", 6, floats(&values))]);
    assert_refused(&bytes, "weight-not-finite", &["NaN in tensor `a` at index 4"]);
}

#[test]
fn what_holds_no_tensors_by_name_is_said() {
    let cases = [
        (Item::Int(3), "a number"),
        (Item::None, "nothing (None)"),
        (text("hello"), "a text"),
        (Item::List(vec![Item::Int(1)]), "a list"),
        (Item::Dict(vec![(text("epoch"), Item::Int(1))]), "a dictionary"),
        (tensor("FloatStorage", "0", 1, 0, &[1], &[1]), "a tensor without a name"),
        (
            module(Item::Global("models", "Net"), vec![], vec![]),
            "an object of `models.Net`",
        ),
    ];
    for (item, words) in cases {
        assert_refused(
            &archive(&item, &[("0", 1, floats(&[1.0]))]),
            "no-state-dict",
            &[words, "torch.save"],
        );
    }
}

//! Damaged and malicious PyTorch files: an error, little memory, and never a panic.

use regulens::weights::torch;
use zip::CompressionMethod;

use crate::common::shared;
use crate::import::files::{Archive, archive, assert_refused, floats, legacy};
use crate::import::pickles::{Item, call, module, ordered, parameter, pickle, pickle_fragment, tensor, text};
use crate::memory;

/// The most memory that reading a file may take: values of one byte in a pickle grow most.
fn limit(bytes: &[u8]) -> usize {
    128 * bytes.len() + (1 << 17)
}

/// The most that any file may take beyond a small multiple of itself: what the limits of the machine come to.
const CEILING: usize = 64 << 20;

/// Reads a file that must not hurt; whether it was a state dict.
#[track_caller]
fn endure(bytes: &[u8]) -> bool {
    let (result, most) = memory::most_held(|| torch::read("attack", bytes));
    let limit = limit(bytes).min(CEILING + 20 * bytes.len());
    assert!(most <= limit, "{most} bytes for a file of {}", bytes.len());
    if let Err(error) = &result {
        assert!(!error.to_string().is_empty() && !error.remedy().is_empty());
    }
    result.is_ok()
}

/// Small files of each kind.
fn sound_files() -> Vec<Vec<u8>> {
    let values: Vec<f32> = (0..24).map(|i| i as f32).collect();
    let storages = [("0", 24, floats(&values)), ("1", 2, vec![0; 8])];
    let state = || {
        ordered(vec![
            ("a.weight", tensor("FloatStorage", "0", 24, 2, &[4, 3], &[1, 5])),
            ("a.bias", tensor("HalfStorage", "1", 2, 0, &[2], &[1])),
        ])
    };
    let half = [storages[0].clone(), ("1", 2, vec![0; 4])];
    let whole = || {
        let weight = parameter(tensor("FloatStorage", "0", 24, 0, &[24], &[1]));
        let inner = module(Item::Global("models", "Inner"), vec![("weight", weight)], vec![]);
        module(Item::Global("models", "Outer"), vec![], vec![("inner", inner)])
    };
    let deflated = Archive {
        method: CompressionMethod::Deflated,
        ..Archive::default()
    };
    vec![
        legacy(&state(), &half),
        legacy(&whole(), &half[..1]),
        archive(&state(), &half),
        archive(&whole(), &half[..1]),
        deflated.of(&pickle(&state(), 2), &half),
        deflated.of(&pickle(&Item::Dict(vec![(text("state_dict"), state())]), 4), &half),
    ]
}

/// Numbers that look random and are the same in every run.
fn numbers() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(1_u64), |state| {
        Some(
            state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407),
        )
    })
    .map(|state| (state >> 33) as usize)
}

#[test]
fn sound_files_take_little_memory() {
    for bytes in sound_files() {
        assert!(endure(&bytes));
    }
}

#[test]
fn every_beginning_of_a_file_is_refused() {
    for bytes in sound_files() {
        for length in 0..bytes.len() {
            assert!(
                !endure(&bytes[..length]),
                "{length} of {} bytes passed for a state dict",
                bytes.len()
            );
        }
    }
}

#[test]
fn changed_bytes_do_not_hurt() {
    let mut numbers = numbers();
    let mut number = || numbers.next().expect("endless");
    for bytes in sound_files() {
        for _ in 0..3_000 {
            let mut bytes = bytes.clone();
            for _ in 0..=number() % 3 {
                let place = number() % bytes.len();
                bytes[place] = number() as u8;
            }
            endure(&bytes);
        }
    }
}

#[test]
fn the_authors_files_cut_short_are_refused() {
    let mut numbers = numbers();
    for file in [
        "model_weights.pt",
        "Results/Cell1/Cell1_attchrome/Cell1_attchrome_R2_model.source-blanked.pt",
    ] {
        let Some(bytes) = shared(&format!("data/attentivechrome/v2PyTorch/{file}")) else {
            return;
        };
        for _ in 0..100 {
            let length = numbers.next().expect("endless") % bytes.len();
            assert!(!endure(&bytes[..length]), "{length} bytes passed for a state dict");
        }
        assert!(endure(&bytes));
    }
}

/// An archive whose pickle is these opcodes, with one storage of a single number.
fn of_opcodes(opcodes: &[u8]) -> Vec<u8> {
    Archive::default().of(&[b"\x80\x02", opcodes, b"."].concat(), &[("0", 1, floats(&[1.0]))])
}

#[test]
fn pickles_of_a_million_values_meet_a_limit() {
    for (opcode, words) in [
        (&b"N"[..], "values on the stack"),
        (b"]", "values on the stack"),
        (b"(", "marks on the stack"),
        (b"]0", "values"),
        (b")\x85", "values on the stack"),
    ] {
        let bytes = of_opcodes(&opcode.repeat(1 << 20));
        endure(&bytes);
        assert_refused(&bytes, "pickle-too-large", &[words]);
    }
    let memo: Vec<u8> = (0..1_u32 << 20)
        .flat_map(|key| [&b"r"[..], &key.to_le_bytes()].concat())
        .collect();
    let bytes = of_opcodes(&[b"N", memo.as_slice()].concat());
    endure(&bytes);
    assert_refused(&bytes, "pickle-too-large", &["memo entries"]);
}

#[test]
fn a_memo_key_is_no_size() {
    assert!(!endure(&of_opcodes(b"Nr\xff\xff\xff\xff")));
}

#[test]
fn one_list_copied_again_and_again_meets_a_limit() {
    // A long list as the argument of OrderedDict and of set, called thousands of times.
    let pairs = [b"](".as_slice(), &b"NN\x86".repeat(20_000), b"e\x85q\x00"].concat();
    let items = [b"](".as_slice(), &b"N".repeat(20_000), b"e\x85q\x00"].concat();
    for (argument, function) in [(pairs, "collections\nOrderedDict"), (items, "builtins\nset")] {
        let calls = [format!("c{function}\n").as_bytes(), b"h\x00R0"]
            .concat()
            .repeat(10_000);
        let bytes = of_opcodes(&[argument, calls].concat());
        endure(&bytes);
        assert_refused(&bytes, "pickle-too-large", &["copied values"]);
    }
}

#[test]
fn tensors_that_share_their_arguments_take_no_memory_each() {
    // A shape of many thousand dimensions, shared by thousands of tensors.
    let sizes = [b"(".as_slice(), &b"K\x01".repeat(50_000), b"tq\x01"].concat();
    let mut opcodes = sizes;
    opcodes.extend(pickle_fragment(&Item::Global("torch._utils", "_rebuild_tensor_v2"), 2));
    opcodes.extend(b"q\x02");
    let storage = crate::import::pickles::storage("FloatStorage", "0", 1);
    opcodes.extend(pickle_fragment(&Item::Persistent(Box::new(storage)), 2));
    opcodes.extend(b"q\x03}(");
    for name in 0..5_000 {
        opcodes.extend(pickle_fragment(&text(&format!("{name}")), 2));
        opcodes.extend(b"h\x02(h\x03K\x00h\x01h\x01tR");
    }
    opcodes.extend(b"u");
    assert!(!endure(&of_opcodes(&opcodes)));
}

#[test]
fn tensors_that_read_one_storage_again_and_again_meet_a_limit() {
    let count = 10_000;
    let names: Vec<String> = (0..1_000).map(|name| format!("{name}")).collect();
    let views = names
        .iter()
        .map(|name| (name.as_str(), tensor("FloatStorage", "0", count, 0, &[count], &[1])));
    let item = ordered(views.collect());
    let storages = [("0", count, floats(&vec![0.0; count as usize]))];
    for bytes in [archive(&item, &storages), legacy(&item, &storages)] {
        assert!(!endure(&bytes));
        assert_refused(&bytes, "tensor-view", &["8 times over"]);
    }
}

/// The opcodes of a module of no parameters that holds `modules`, opcodes of a dictionary, memoized under `key`.
fn module_with(key: u8, modules: &[u8]) -> Vec<u8> {
    let name = pickle_fragment(&text("_modules"), 2);
    [b"cmodels\nNet\n)\x81q".as_slice(), &[key], b"}(", &name, modules, b"ub"].concat()
}

#[test]
fn modules_within_themselves_have_an_end() {
    let short = pickle_fragment(&text("a"), 2);
    let long = pickle_fragment(&text(&"a".repeat(100_000)), 2);
    for name in [short, long] {
        let attack = module_with(9, &[b"}(", name.as_slice(), b"h\x09u"].concat());
        assert!(!endure(&of_opcodes(&attack)));
    }
}

#[test]
fn modules_shared_by_modules_do_not_multiply() {
    // Forty modules, each of which holds the one before twice: 2⁴⁰ paths.
    let mut opcodes = module_with(100, b"}");
    for key in 101..140 {
        let (a, b) = (pickle_fragment(&text("a"), 2), pickle_fragment(&text("b"), 2));
        let recall = [b'h', key - 1];
        opcodes.extend(b"0");
        opcodes.extend(module_with(
            key,
            &[b"}(", a.as_slice(), &recall, &b, &recall, b"u"].concat(),
        ));
    }
    assert!(!endure(&of_opcodes(&opcodes)));
}

#[test]
fn modules_that_share_many_attributes_are_not_searched_without_end() {
    // A thousand modules of one dictionary of two thousand attributes: each is searched three times.
    let attributes: Vec<u8> = (0..2_000)
        .flat_map(|number| [pickle_fragment(&text(&number.to_string()), 2), b"N".to_vec()].concat())
        .collect();
    let state = [b"}q\x09(".as_slice(), &attributes, b"u0"].concat();
    let modules: Vec<u8> = (0..1_000)
        .flat_map(|number| {
            let name = pickle_fragment(&text(&number.to_string()), 2);
            [name.as_slice(), b"cmodels\nNet\n)\x81h\x09b"].concat()
        })
        .collect();
    let opcodes = [state, module_with(100, &[b"}(".as_slice(), &modules, b"u"].concat())].concat();
    assert_refused(&of_opcodes(&opcodes), "no-state-dict", &["1048576 attributes"]);
}

#[test]
fn values_nested_a_hundred_thousand_deep_do_not_overflow_the_stack() {
    let lists = [b"N".as_slice(), &b"\x85".repeat(100_000)].concat();
    assert!(!endure(&of_opcodes(&lists)));
    let calls = [
        &b"ctorch\nSize\n".repeat(30_000)[..],
        b")",
        &b"R\x85".repeat(29_999),
        b"R",
    ]
    .concat();
    assert!(!endure(&of_opcodes(&calls)));
}

#[test]
fn an_archive_that_unpacks_to_gigabytes_meets_a_limit() {
    let deflated = Archive {
        method: CompressionMethod::Deflated,
        ..Archive::default()
    };
    let count = 4 << 20;
    let item = ordered(vec![("a", tensor("FloatStorage", "0", count, 0, &[count], &[1]))]);
    let bytes = deflated.of(&pickle(&item, 2), &[("0", count, vec![0; 16 << 20])]);
    assert!(bytes.len() < 1 << 18, "{} bytes", bytes.len());
    assert!(!endure(&bytes));
    assert_refused(&bytes, "archive", &["16 times its size"]);

    let bytes = deflated.of(&vec![b'N'; 16 << 20], &[]);
    assert!(!endure(&bytes));
}

#[test]
fn an_archive_that_claims_many_entries_allocates_none() {
    let mut bytes = archive(&ordered(vec![]), &[]);
    // The end record: entries on this disk and in all.
    let end = bytes
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .expect("an end");
    bytes[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
    assert!(!endure(&bytes));
}

#[test]
fn a_call_with_itself_as_argument_is_read_once() {
    // The tuple of arguments holds a list that holds the tuple.
    let attack = [
        b"]q\x00\x85q\x01h\x00h\x01a0".as_slice(),
        &pickle_fragment(&call("torch", "Size", vec![]), 2),
    ]
    .concat();
    assert!(!endure(&of_opcodes(&attack)));
}

//! PyTorch files that are refused, and errors of damaged ones.

use regulens::weights::torch;

use crate::import::files::{Archive, archive, assert_refused, floats, legacy};
use crate::import::pickles::{Item, call, ordered, pickle, storage, tensor, text};

/// One sound tensor of one element in storage `0`.
fn sound() -> Item {
    ordered(vec![("a", tensor("FloatStorage", "0", 1, 0, &[1], &[1]))])
}

#[track_caller]
fn assert_pickle_refused(item: &Item, code: &str, words: &[&str]) {
    let storages = [("0", 1, floats(&[1.0]))];
    assert_refused(&archive(item, &storages), code, words);
    assert_refused(&legacy(item, &storages), code, words);
}

#[test]
fn calls_of_functions_are_refused_by_name() {
    let attacks = [
        (call("os", "system", vec![text("echo")]), "`os.system`"),
        (call("builtins", "eval", vec![text("1")]), "`builtins.eval`"),
        (
            call("builtins", "getattr", vec![Item::None, text("x")]),
            "`builtins.getattr`",
        ),
        (call("torch", "load", vec![text("x")]), "`torch.load`"),
        (
            call("torch._utils", "_rebuild_tensor_v2 ", vec![]),
            "`torch._utils._rebuild_tensor_v2 `",
        ),
    ];
    for (attack, name) in attacks {
        // Alone, and where nothing would ever look.
        assert_pickle_refused(&attack, "pickle-refused", &["the call of", name]);
        let hidden = Item::Dict(vec![(text("a"), sound()), (text("b"), attack)]);
        assert_pickle_refused(&hidden, "pickle-refused", &[name]);
    }
}

#[test]
fn calls_of_what_is_no_function_are_refused() {
    assert_pickle_refused(
        &Item::Call(Box::new(text("os.system")), vec![]),
        "pickle-refused",
        &["not a function"],
    );
    // A call whose function is what another call returns.
    let inner = call("torch", "Size", vec![]);
    assert_pickle_refused(
        &Item::Call(Box::new(inner), vec![]),
        "pickle-refused",
        &["not a function"],
    );
}

#[test]
fn objects_are_never_constructed() {
    let mut bytes = b"csubprocess\nPopen\n(X\x02\x00\x00\x00lst\x81".to_vec();
    assert_pickle_refused(
        &Item::Raw(bytes.clone()),
        "pickle-refused",
        &["the construction of `subprocess.Popen` with arguments"],
    );
    bytes = b"X\x01\x00\x00\x00x)\x81".to_vec();
    assert_pickle_refused(&Item::Raw(bytes), "pickle-refused", &["a text, which is not a class"]);
    // Without arguments it is an inert object, which holds no tensors.
    let object = Item::Object(Box::new(Item::Global("subprocess", "Popen")), vec![]);
    assert_pickle_refused(&object, "no-state-dict", &["an object of `subprocess.Popen`"]);
}

#[test]
fn opcodes_that_pytorch_does_not_write_are_refused_by_name() {
    for (opcodes, name) in [
        (&b"(ios\nsystem\n"[..], "INST (0x69)"),
        (b"(cos\nsystem\no", "OBJ (0x6f)"),
        (b"I1\n", "INT (0x49)"),
        (b"S'x'\n", "STRING (0x53)"),
        (b"\x82\x01", "EXT1 (0x82)"),
        (b"Pid\n", "PERSID (0x50)"),
        (b"g0\n", "GET (0x67)"),
        (b"cos\nsystem\n)}\x92", "NEWOBJ_EX (0x92)"),
        (b"\x97", "NEXT_BUFFER (0x97)"),
        (b"\xff", "the opcode 0xff"),
    ] {
        assert_pickle_refused(&Item::Raw(opcodes.to_vec()), "pickle-refused", &[name]);
    }
}

#[test]
fn the_place_of_an_opcode_is_said() {
    let bytes = Archive::default().of(b"\x80\x02N\xff.", &[]);
    assert_refused(&bytes, "pickle-refused", &["at byte 3 of data.pkl"]);
    let bytes = legacy(&Item::Raw(vec![0xff]), &[]);
    let at = bytes.iter().position(|byte| *byte == 0xff).expect("the opcode");
    assert_refused(&bytes, "pickle-refused", &[&format!("at byte {at} of the file")]);
}

#[test]
fn pickles_that_do_not_hang_together_are_refused() {
    for (opcodes, words) in [
        (&b"0"[..], "lacks its"),
        (b"t", "lacks its mark"),
        (b"(0t", "lacks its mark"),
        (b"N(\x85", "lacks its operands"),
        (b"h\x05", "memo entry 5"),
        (b"j\xff\xff\xff\xff", "memo entry 4294967295"),
        (b"NNa", "not a list"),
        (b"NNNs", "not a dictionary"),
        (b"}(Nu", "not a dictionary"),
        (b"NNb", "not an object"),
        (b"cos\nsystem\nNR", "not a tuple"),
        (b"NN\x93", "without a name"),
        (b"cos", "a line without an end"),
        (b"X\xff\xff\xff\xffx", "where 4294967295 are needed"),
        (b"\x80\x06", "protocol 6"),
    ] {
        let bytes = Archive::default().of(&[b"\x80\x02", opcodes].concat(), &[]);
        assert_refused(&bytes, "pickle", &[words, "data.pkl"]);
    }
}

#[test]
fn tensors_beyond_their_storage_are_refused() {
    let cases: [(i64, &[i64], &[i64]); 9] = [
        (0, &[7], &[1]),
        (6, &[1], &[1]),
        (0, &[2], &[6]),
        (0, &[2, 3], &[3, 2]),
        // More elements than the storage has, all of them the same one.
        (0, &[1_000_000_000], &[0]),
        (0, &[7, 0, 7], &[1]),
        (0, &[i64::MAX, i64::MAX], &[1, 1]),
        (i64::MAX, &[2], &[i64::MAX]),
        (-1, &[1], &[1]),
    ];
    for (offset, shape, strides) in cases {
        let item = ordered(vec![("a", tensor("FloatStorage", "0", 6, offset, shape, strides))]);
        let storages = [("0", 6, floats(&[0.0; 6]))];
        assert_refused(&archive(&item, &storages), "tensor-view", &["`a`"]);
        assert_refused(&legacy(&item, &storages), "tensor-view", &["`a`"]);
    }
}

#[test]
fn an_empty_tensor_is_no_fault() {
    let item = ordered(vec![("a", tensor("FloatStorage", "0", 0, 0, &[0, 5], &[5, 1]))]);
    for bytes in [archive(&item, &[("0", 0, vec![])]), legacy(&item, &[("0", 0, vec![])])] {
        assert_eq!(
            torch::read("model.pt", &bytes).expect("a state dict").tensors["a"].shape,
            [0, 5]
        );
    }
}

#[test]
fn tensors_without_a_storage_are_refused() {
    let rebuild = |storage| {
        call(
            "torch._utils",
            "_rebuild_tensor_v2",
            vec![storage, Item::Int(0), Item::Tuple(vec![]), Item::Tuple(vec![])],
        )
    };
    for (storage, code) in [
        (Item::None, "tensor-view"),
        (Item::Persistent(Box::new(text("0"))), "tensor-view"),
        (
            Item::Persistent(Box::new(Item::Tuple(vec![text("storage")]))),
            "storage",
        ),
        (Item::Persistent(Box::new(storage("QInt8Storage", "0", 1))), "storage"),
        (Item::Persistent(Box::new(storage("FloatStorage", "0", -1))), "storage"),
    ] {
        assert_pickle_refused(&ordered(vec![("a", rebuild(storage))]), code, &[]);
    }
    assert_pickle_refused(
        &ordered(vec![("a", call("torch._utils", "_rebuild_tensor_v2", vec![]))]),
        "tensor-view",
        &["`a`"],
    );
}

#[test]
fn storages_that_are_not_whole_are_refused() {
    let one = floats(&[1.0]);
    assert_refused(&archive(&sound(), &[]), "archive", &["without `model/data/0`"]);
    assert_refused(
        &archive(&sound(), &[("0", 1, vec![0; 3])]),
        "storage",
        &["`0` of 3 bytes", "need 4"],
    );
    assert_refused(
        &archive(&sound(), &[("0", 1, vec![0; 5])]),
        "storage",
        &["`0` of 5 bytes", "need 4"],
    );
    assert_refused(&legacy(&sound(), &[]), "storage", &["`0` nowhere"]);
    assert_refused(
        &legacy(&sound(), &[("0", 2, vec![0; 8])]),
        "storage",
        &["`0` of 2 elements", "need 1"],
    );
    assert_refused(
        &legacy(&sound(), &[("0", i64::MAX, one.clone())]),
        "storage",
        &["`0` of 9223372036854775807 elements"],
    );
    assert_refused(
        &legacy(&sound(), &[("0", -1, one.clone())]),
        "storage",
        &["`0` of -1 elements"],
    );
    assert_refused(&legacy(&sound(), &[("9", 1, one.clone())]), "storage", &["`9`"]);
    assert_refused(
        &legacy(&sound(), &[("0", 1, vec![0; 3])]),
        "weights-cut-short",
        &["storage `0`"],
    );

    let huge = ordered(vec![("a", tensor("FloatStorage", "0", i64::MAX, 0, &[1], &[1]))]);
    assert_refused(
        &archive(&huge, &[("0", 1, one.clone())]),
        "storage",
        &["9223372036854775807"],
    );
    let two = ordered(vec![
        ("a", tensor("FloatStorage", "0", 1, 0, &[1], &[1])),
        ("b", tensor("DoubleStorage", "0", 1, 0, &[1], &[1])),
    ]);
    assert_refused(&legacy(&two, &[("0", 1, one)]), "storage", &["two classes"]);
}

#[test]
fn archives_that_pytorch_did_not_write_are_refused() {
    let form = Archive::default();
    assert_refused(
        &form.of_entries(&[("x".to_owned(), vec![])]),
        "archive",
        &["0 `data.pkl`"],
    );
    assert_refused(
        &form.of_entries(&[("data.pkl".to_owned(), vec![]), ("b/data.pkl".to_owned(), vec![])]),
        "archive",
        &["2 `data.pkl`"],
    );
    let script = [
        ("data.pkl".to_owned(), vec![]),
        ("code/__torch__.py".to_owned(), vec![]),
    ];
    assert_refused(&form.of_entries(&script), "archive", &["TorchScript"]);
    assert_refused(b"PK\x03\x04 and nothing else", "archive", &["cannot be opened"]);

    // A content that is not what its checksum says.
    let mut bytes = archive(&sound(), &[("0", 1, floats(&[1.5]))]);
    let at = bytes
        .windows(4)
        .position(|window| window == floats(&[1.5]))
        .expect("the storage");
    bytes[at] ^= 1;
    assert_refused(&bytes, "archive", &["`data/0`", "checksum"]);
}

#[test]
fn pickles_that_are_not_pytorchs_are_refused() {
    assert_refused(
        &pickle(&text("hello"), 2),
        "another-kind-of-file",
        &["a Python pickle", "`.pt`"],
    );
    let mut bytes = legacy(&sound(), &[("0", 1, floats(&[1.0]))]);
    // The protocol, 1001, becomes 1002.
    bytes[18] = 0xea;
    assert_refused(&bytes, "pickle", &["another protocol than 1001"]);
    assert_refused(b"a,b,c\n", "another-kind-of-file", &["a table of text"]);
    let mut bytes = legacy(&sound(), &[("0", 1, floats(&[1.0]))]);
    let at = bytes
        .windows(13)
        .position(|window| window == b"little_endian")
        .expect("the mark")
        + 13;
    let at = at + bytes[at..].iter().position(|byte| *byte == 0x88).expect("true");
    bytes[at] = 0x89;
    assert_refused(&bytes, "pickle-refused", &["big-endian"]);
}

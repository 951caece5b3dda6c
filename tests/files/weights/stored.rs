//! Model files whose weights are read one by one.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use regulens::weights::{Dtype, Source, StoredWeights, WeightFile, Weights, sha256};

use crate::weights::cards;

/// A file, and the most of it that was asked for at once.
struct Counted {
    bytes: Vec<u8>,
    most: Cell<usize>,
}

impl Counted {
    fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            most: Cell::new(0),
        }
    }
}

impl Source for Counted {
    fn size(&self) -> usize {
        self.bytes.len()
    }

    fn part(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        self.most.set(self.most.get().max(range.len()));
        Cow::Borrowed(&self.bytes[range])
    }
}

#[test]
fn weights_read_one_by_one_are_those_of_the_whole_file() {
    let (card, tensors) = cards::small(32, 5);
    for dtype in [Dtype::F32, Dtype::F16, Dtype::I8] {
        let bytes = WeightFile::write(&card, &tensors, dtype).expect("a model");
        let whole = WeightFile::read("a.safetensors", &bytes).expect("a model");
        let source = Counted::new(bytes);
        for check in [false, true] {
            let (card, stored) = StoredWeights::open("a.safetensors", &source, check).expect("a model");
            assert_eq!(card, whole.card);
            let mut weights = stored.reading(&source).expect("the file");
            for (name, tensor) in &whole.tensors {
                assert_eq!(weights.take(name), tensor.values, "{name} of {dtype}");
            }
            weights.outcome().expect("weights");
        }
        assert_eq!(StoredWeights::sha256(&source), whole.sha256);
    }
}

#[test]
fn no_more_of_a_large_tensor_than_a_mebibyte_is_asked_for_at_once() {
    // A tensor of 4 MiB: the recurrent weights of 512 units.
    let (card, tensors) = cards::small(512, 5);
    let source = Counted::new(WeightFile::write(&card, &tensors, Dtype::F32).expect("a model"));
    assert!(tensors.values().any(|tensor| tensor.values.len() >= 1 << 20));
    let (_, stored) = StoredWeights::open("a.safetensors", &source, true).expect("a model");
    let mut weights = stored.reading(&source).expect("the file");
    for (name, tensor) in &tensors {
        assert_eq!(weights.take(name), tensor.values, "{name}");
    }
    assert_eq!(StoredWeights::sha256(&source), sha256(&source.bytes));
    assert_eq!(source.most.get(), 1 << 20);
}

#[test]
fn a_number_that_is_none_is_found_when_the_file_is_opened_or_when_it_is_read() {
    let (card, tensors) = cards::small(512, 5);
    let mut bytes = WeightFile::write(&card, &tensors, Dtype::F32).expect("a model");
    let expected = WeightFile::read("a.safetensors", &bytes).map(|_| ());
    assert!(expected.is_ok());
    // The last number of the file.
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    let expected = WeightFile::read("a.safetensors", &bytes).unwrap_err().to_string();
    assert!(expected.contains("NaN"), "{expected}");
    let source = bytes.as_slice();
    let found = StoredWeights::open("a.safetensors", &source, true).unwrap_err();
    assert_eq!(found.to_string(), expected);
    let (_, stored) = StoredWeights::open("a.safetensors", &source, false).expect("unchecked");
    let mut weights = stored.reading(&source).expect("the file");
    for (name, tensor) in &tensors {
        assert_eq!(weights.take(name).len(), tensor.values.len(), "{name}");
    }
    let found = weights.outcome().unwrap_err().of("a.safetensors");
    assert_eq!(found.to_string(), expected);
}

#[test]
fn a_file_that_is_given_away_after_it_was_opened_is_not_read() {
    let bytes = cards::small_file();
    let (_, stored) = StoredWeights::open("a.safetensors", &bytes.as_slice(), true).expect("a model");
    let nothing: &[u8] = &[];
    let problem = stored.reading(&nothing).err().expect("a file that is not there");
    let error = problem.of("a.safetensors").to_string();
    assert!(error.contains("end at byte 0"), "{error}");
}

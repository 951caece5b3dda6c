//! A file comes in pieces of any size, and may hold anything.

use regulens::input::{InputError, SignalTable, TableReader};

use crate::input::{ATTENTIVE_CHROME, DEEP_DIFF, HEADED, gzip};

fn in_pieces(bytes: &[u8], size: usize) -> Result<SignalTable, InputError> {
    let mut reader = TableReader::new("table.csv");
    for piece in bytes.chunks(size) {
        reader.push(piece)?;
    }
    reader.finish()
}

/// Files that are whole, and files that are wrong in some place.
fn files() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for text in [HEADED, ATTENTIVE_CHROME, DEEP_DIFF] {
        for text in [
            text.to_owned(),
            text.replace('\n', "\r\n"),
            text.replace('\n', "\r"),
            format!("\u{feff}{text}"),
            text.replace("_2,", "_3,").replace(",2,", ",3,"),
            format!("{text}x"),
        ] {
            files.push(gzip(text.as_bytes()));
            files.push([gzip(text.as_bytes()), gzip(b"\n"), vec![0; 3]].concat());
            files.push([gzip(text.as_bytes()), text.clone().into_bytes()].concat());
            files.push(text.into_bytes());
        }
    }
    files
}

#[test]
fn pieces_of_any_size_give_the_same_as_the_whole() {
    for file in files() {
        let whole = SignalTable::read("table.csv", &file);
        for size in 1..40 {
            assert_eq!(in_pieces(&file, size), whole, "in pieces of {size}");
        }
    }
}

#[test]
fn rows_are_counted_as_they_come() {
    let mut reader = TableReader::new("table.csv");
    reader.push(&HEADED.as_bytes()[..50]).expect("no fault");
    assert_eq!(reader.rows(), 1);
    reader.push(&HEADED.as_bytes()[50..]).expect("no fault");
    assert_eq!(reader.rows(), 4);
}

/// Numbers that look random and are the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn no_mutation_of_a_file_panics_and_what_is_read_is_sound() {
    let mut numbers = Numbers(42);
    let mut read = 0;
    let files = files();
    for round in 0..20_000 {
        let mut file = files[round % files.len()].clone();
        for _ in 0..1 + numbers.below(3) {
            let at = numbers.below(file.len().max(1)).min(file.len().saturating_sub(1));
            match numbers.below(5) {
                0 => file.truncate(at),
                1 if !file.is_empty() => file[at] = numbers.below(256) as u8,
                2 if !file.is_empty() => file[at] = b",\n\r\t\"-.01_N"[numbers.below(11)],
                3 if !file.is_empty() => drop(file.remove(at)),
                _ => file.insert(at, b",\n\r\t\"-.019_eN"[numbers.below(13)]),
            }
        }
        if let Ok(table) = in_pieces(&file, 1 + numbers.below(64)) {
            read += 1;
            assert!(table.bins > 0 && !table.genes.is_empty() && !table.marks.is_empty());
            assert_eq!(table.values.len(), table.genes.len() * table.bins * table.marks.len());
            assert!(table.values.iter().all(|value| value.is_finite() && *value >= 0.0));
            assert!(table.labels.is_none_or(|labels| labels.len() == table.genes.len()));
        }
    }
    assert!(
        read > 200,
        "only {read} mutations could be read: the test sees too little"
    );
}

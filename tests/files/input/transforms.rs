//! Choosing bins, ordering marks by name, scaling.

use std::io::Read;

use regulens::input::{InputError, middle_bins, table_part, write_comment, write_headed};

use crate::input::{HEADED, made, read};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[track_caller]
fn assert_error(error: &InputError, code: &str, words: &[&str]) {
    let message = error.to_string();
    assert_eq!(error.code(), code, "{message}");
    assert_eq!(error.location().file, "table.csv");
    for word in words.iter().chain(&[error.remedy().as_str()]) {
        assert!(message.contains(word), "{word:?} is not in: {message}");
    }
}

#[test]
fn chosen_bins_are_counted_from_1_and_include_both_ends() {
    let table = made(3, 5, &["M", "N"], |gene, bin, mark| {
        (100 * gene + 10 * bin + mark) as f32
    });
    let chosen = table.select_bins(2, 4).expect("bins of the table");
    assert_eq!((chosen.bins, chosen.genes.len()), (3, 3));
    assert_eq!(chosen.gene(2), [210.0, 211.0, 220.0, 221.0, 230.0, 231.0]);
    assert_eq!(chosen.notes.last().map(String::as_str), Some("bins 2-4 of 5 selected"));
}

#[test]
fn bins_that_the_table_lacks_cannot_be_chosen() {
    let table = made(1, 5, &["M"], |_, _, _| 0.0);
    for (first, last) in [(0, 3), (2, 6), (4, 3)] {
        let error = table.select_bins(first, last).expect_err("a refusal");
        assert_error(&error, "bin-range", &[&format!("{first}-{last}"), "1-5"]);
    }
}

#[test]
fn a_table_of_200_bins_is_refused_by_a_model_of_100_with_the_middle_proposed() {
    let table = made(1, 200, &["M"], |_, _, _| 0.0);
    let error = table.expect_bins(100).expect_err("a refusal");
    assert_error(&error, "bins-of-model", &["200 bins", "100", "Select bins 51-150"]);
    assert_eq!(table.expect_bins(200), Ok(()));
}

#[test]
fn bins_without_an_exact_middle_are_refused_without_a_proposal() {
    assert_eq!(middle_bins(200, 100), Some((51, 150)));
    assert_eq!(middle_bins(101, 100), None);
    assert_eq!(middle_bins(50, 100), None);
    let table = made(1, 50, &["M"], |_, _, _| 0.0);
    assert_error(
        &table.expect_bins(100).expect_err("a refusal"),
        "bins-of-model",
        &["a table with 100 bins"],
    );
}

#[test]
fn marks_are_ordered_by_name() {
    let table = read(HEADED)
        .order_marks(&names(&["H3K27me3", "H3K4me3"]))
        .expect("both marks");
    assert_eq!(table.marks, ["H3K27me3", "H3K4me3"]);
    assert_eq!(table.gene(0), [1.5, 0.0, 3.0, 2.0]);
    assert_eq!(table.notes.len(), 1);
}

#[test]
fn a_mark_in_other_letters_is_found_and_that_is_said() {
    let table = read(HEADED)
        .order_marks(&names(&["H3K4ME3", "H3K27me3"]))
        .expect("both marks");
    assert_eq!(table.gene(0), [0.0, 1.5, 2.0, 3.0]);
    assert_eq!(table.notes[1], "column H3K4me3 read as the mark H3K4ME3");
}

#[test]
fn marks_that_the_model_does_not_use_are_left_out_and_listed() {
    let table = read(HEADED).order_marks(&names(&["H3K27me3"])).expect("the mark");
    assert_eq!((table.gene(1), table.marks.len()), ([5.0, 7.0].as_slice(), 1));
    assert_eq!(table.notes[1], "not used by the model: H3K4me3");
}

#[test]
fn a_missing_mark_names_both_sides() {
    let error = read(HEADED)
        .order_marks(&names(&["H3K4me3", "H3K27me3", "H3K9me3"]))
        .expect_err("a refusal");
    let words = [
        "marks H3K4me3, H3K27me3, without H3K9me3",
        "expected H3K4me3, H3K27me3, H3K9me3",
        "Add H3K9me3",
    ];
    assert_error(&error, "mark-missing", &words);
}

#[test]
fn an_unknown_mark_in_place_of_a_missing_one_is_pointed_at() {
    let error = read(HEADED)
        .order_marks(&names(&["H3K4me3", "H3K36me3"]))
        .expect_err("a refusal");
    assert_error(&error, "mark-missing", &["If column H3K27me3 is H3K36me3, rename it"]);
}

#[test]
fn each_mark_is_scaled_by_its_own_factor() {
    let table = read(HEADED)
        .scale(&[("H3K27me3".to_owned(), 0.5)])
        .expect("a mark of the table");
    assert_eq!(table.gene(0), [0.0, 0.75, 2.0, 1.5]);
    assert_eq!(table.notes[1], "H3K27me3 multiplied by 0.5");
}

#[test]
fn a_factor_never_makes_an_infinity() {
    let mut table = read(HEADED);
    table.values[0] = f32::MAX;
    let table = table
        .scale(&[("H3K4me3".to_owned(), f32::MAX)])
        .expect("a mark of the table");
    assert!(table.values.iter().all(|value| value.is_finite()));
}

#[test]
fn factors_for_unknown_marks_and_factors_that_are_none_are_refused() {
    let table = read(HEADED);
    let error = table.scale(&[("H3K9ac".to_owned(), 2.0)]).expect_err("a refusal");
    assert_error(&error, "mark-unknown", &["H3K9ac", "H3K4me3, H3K27me3"]);
    for factor in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let error = table.scale(&[("H3K4me3".to_owned(), factor)]).expect_err("a refusal");
        assert_error(&error, "factor", &["H3K4me3", "above 0"]);
    }
    // Several factors of a mark: 0 times an infinite product is no number.
    for factor in [1e30, 1e-30] {
        let twice = [("H3K4me3".to_owned(), factor), ("h3k4me3".to_owned(), factor)];
        let error = table.scale(&twice).expect_err("a refusal");
        assert_error(&error, "factor", &["h3k4me3", "above 0"]);
    }
}

#[test]
fn a_mark_that_was_not_measured_has_one_value_and_a_note() {
    let table = made(2, 2, &["M", "N"], |gene, bin, mark| {
        (100 * gene + 10 * bin + mark) as f32
    });
    let with = table.with_stand_in("L", 0.43, "the mark's mean");
    assert_eq!(with.marks, ["M", "N", "L"]);
    assert_eq!(with.gene(1), [100.0, 101.0, 0.43, 110.0, 111.0, 0.43]);
    let note = "L: not measured; 0.43 stands in for it in all bins: the mark's mean";
    assert_eq!(with.notes.last().map(String::as_str), Some(note));
    // The file tells it, and who reads that hears of it.
    let bytes = table_part::bytes(&with, 0, false).expect("a table that can be written");
    let again = read(std::str::from_utf8(&bytes).expect("text"));
    assert_eq!((&again.marks, again.gene(1)), (&with.marks, with.gene(1)));
    assert!(again.notes.iter().any(|other| other == note), "{:?}", again.notes);
}

#[test]
fn parts_of_a_table_are_its_file_once_they_are_together_packed_or_not() {
    let table = made(300, 2, &["M"], |gene, bin, _| (gene + bin) as f32 / 3.0);
    assert_eq!(table_part::count(&table), 2);
    let all = |packed| -> Vec<u8> {
        let parts = (0..2).map(|part| table_part::bytes(&table, part, packed));
        parts.flat_map(|part| part.expect("memory")).collect()
    };
    let mut whole = Vec::new();
    for note in &table.notes {
        write_comment(note, &mut whole).expect("memory");
    }
    write_headed(&table, &mut whole).expect("memory");
    assert_eq!(all(false), whole);
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(all(true).as_slice())
        .read_to_end(&mut unpacked)
        .expect("gzip");
    assert_eq!(unpacked, whole);
}

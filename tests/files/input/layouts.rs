//! The accepted layouts, and the spellings of each that are fine.

use regulens::input::{Layout, SignalTable, TableReader, write_headed, write_published};

use crate::input::{ATTENTIVE_CHROME, DEEP_DIFF, HEADED, gzip, read, utf16};

#[test]
fn a_header_names_the_marks() {
    let table = read(HEADED);
    assert_eq!(table.layout, Layout::Headed);
    assert_eq!(table.marks, ["H3K4me3", "H3K27me3"]);
    assert_eq!(
        (table.genes.as_slice(), table.bins),
        (["A", "B"].map(String::from).as_slice(), 2)
    );
    assert_eq!(table.values, [0.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    assert_eq!(table.labels, Some(vec![true, false]));
    assert_eq!(table.notes, ["header: marks H3K4me3, H3K27me3; with labels"]);
}

#[test]
fn semicolons_with_decimal_commas_are_read_and_said() {
    let table = read(&HEADED.replace(',', ";").replace('.', ","));
    let wanted = read(HEADED);
    assert_eq!((&table.values, &table.labels), (&wanted.values, &wanted.labels));
    assert_eq!(
        table.notes[1],
        "semicolons between cells, and decimal commas: 0,5 is read as 0.5"
    );
    assert_eq!(read(&HEADED.replace(',', ";")).values, wanted.values);
    assert_eq!(read(&HEADED.replace(',', ";")).notes[1], "semicolons between cells");
    for published in [ATTENTIVE_CHROME, DEEP_DIFF] {
        assert_eq!(read(&published.replace(',', ";")).values, read(published).values);
    }
}

#[test]
fn every_number_of_a_table_with_decimal_commas_may_have_one() {
    let table = read("172936;1;0,5;6,25;1,5;2,5;0,5;0\n172936;2;1e-3;10;1,0;0;2;0\n");
    assert_eq!(table.values, [0.5, 6.25, 1.5, 2.5, 0.5, 0.001, 10.0, 1.0, 0.0, 2.0]);
}

#[test]
fn utf16_is_read_and_said_in_pieces_of_any_size() {
    let text = HEADED.replace('A', "🧬A").replace(',', "\t");
    let wanted = read(&text);
    for bytes in [utf16(&text, u16::to_le_bytes), utf16(&text, u16::to_be_bytes)] {
        for piece in [1, 2, 3, 5, 64, bytes.len()] {
            let mut reader = TableReader::new("table.csv");
            for chunk in bytes.chunks(piece) {
                reader.push(chunk).expect("a part of a table");
            }
            let table = reader.finish().expect("a table");
            assert_eq!((&table.genes, &table.values), (&wanted.genes, &wanted.values));
            assert_eq!(table.notes[1], "text in UTF-16");
        }
        assert_eq!(
            SignalTable::read("table.csv", &gzip(&bytes)).expect("a table").values,
            wanted.values
        );
    }
}

#[test]
fn quotes_are_taken_off_and_said() {
    let table = read("\"gene\",\"bin\",\"M\"\n\"A\",1,0\n");
    assert_eq!((table.genes[0].as_str(), table.marks[0].as_str()), ("A", "M"));
    assert_eq!(table.notes[1], "quotes around cells removed");
}

#[test]
fn headed_ids_are_kept_as_they_are() {
    assert_eq!(read("gene,bin,M\nENSG1.2_X_7,1,0\n").genes, ["ENSG1.2_X_7"]);
}

#[test]
fn a_header_without_a_label_gives_no_labels() {
    let table = read("GeneID,BinID,M\nA,1,0\n");
    assert_eq!(table.labels, None);
    assert_eq!(table.notes, ["header: marks M; without labels"]);
}

#[test]
fn the_label_may_stand_in_any_column_of_a_header() {
    let table = read("gene,bin,Label,M\nA,1,1,5\n");
    assert_eq!(
        (table.marks, table.values, table.labels),
        (vec!["M".to_owned()], vec![5.0], Some(vec![true]))
    );
}

#[test]
fn the_attentive_chrome_layout_is_stated_with_its_marks() {
    let table = read(ATTENTIVE_CHROME);
    assert_eq!(table.layout, Layout::Labelled);
    assert_eq!(table.marks, ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"]);
    assert_eq!(table.genes, ["172936", "000003"]);
    assert_eq!(table.gene(1), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
    assert_eq!(table.labels, Some(vec![false, true]));
    assert_eq!(
        table.notes,
        ["no header: read as the published AttentiveChrome layout: \
          gene, bin, H3K27me3, H3K36me3, H3K4me1, H3K4me3, H3K9me3, label"]
    );
}

#[test]
fn ids_beside_a_column_of_bins_stay_whole() {
    let table = read(
        &ATTENTIVE_CHROME
            .replace("172936", "NM_172936")
            .replace("000003", "NM_000003"),
    );
    assert_eq!(table.genes, ["NM_172936", "NM_000003"]);
}

#[test]
fn a_gene_has_the_label_of_its_last_row_and_a_mixture_is_said() {
    let table = read("7,1,0,0,0,0,0,0\n7,2,0,0,0,0,0,1\n");
    assert_eq!(table.labels, Some(vec![true]));
    assert!(
        table.notes[1].starts_with("1 gene with different labels"),
        "{:?}",
        table.notes
    );
}

#[test]
fn the_deep_diff_layout_takes_gene_and_bin_from_the_key() {
    let table = read(DEEP_DIFF);
    assert_eq!(table.layout, Layout::Keyed);
    assert_eq!(table.marks, ["H3K4me1", "H3K4me3", "H3K9me3", "H3K27me3", "H3K36me3"]);
    assert_eq!(table.genes, ["ENSG00000130749", "ENSG00000000003"]);
    assert_eq!((table.bins, table.labels), (2, None));
    assert!(
        table.notes[0].contains("published DeepDiff layout"),
        "{:?}",
        table.notes
    );
}

/// The same table, whatever the text around its cells.
#[track_caller]
fn assert_same(bytes: &[u8], wanted: &str) {
    let table = SignalTable::read("table.csv", bytes).expect("a table");
    assert_eq!(table, read(wanted));
}

#[test]
fn line_breaks_of_every_system_are_fine() {
    for text in [HEADED, ATTENTIVE_CHROME, DEEP_DIFF] {
        assert_same(text.replace('\n', "\r\n").as_bytes(), text);
        assert_same(text.replace('\n', "\r").as_bytes(), text);
        assert_same(text.trim_end().as_bytes(), text);
    }
}

#[test]
fn a_byte_order_mark_is_fine() {
    for text in [HEADED, ATTENTIVE_CHROME, DEEP_DIFF] {
        assert_same(format!("\u{feff}{text}").as_bytes(), text);
    }
}

#[test]
fn blank_lines_are_fine() {
    for text in [HEADED, ATTENTIVE_CHROME, DEEP_DIFF] {
        assert_same(format!("\n{text}\n  \r\n,,,\n\n").as_bytes(), text);
    }
}

#[test]
fn tabs_quotes_and_spaces_are_fine() {
    for text in [HEADED, ATTENTIVE_CHROME, DEEP_DIFF] {
        assert_same(text.replace(',', "\t").as_bytes(), text);
        assert_same(text.replace(',', " , ").as_bytes(), text);
        let quoted: String = text
            .lines()
            .map(|line| format!("\"{}\"\n", line.replace(',', "\",\"")))
            .collect();
        assert_eq!(read(&quoted).values, read(text).values);
    }
    assert_eq!(read("gene,bin,M\n\"A, the first\",1,\"2\"\n").genes, ["A, the first"]);
}

#[test]
fn fractions_exponents_and_signs_of_plus_are_numbers() {
    let table = read("gene,bin,M\nA,1,0.25\nA,2,1e-3\nA,3,+2.5E2\nA,4,-0\nA,5,12345678\n");
    assert_eq!(table.values, [0.25, 0.001, 250.0, 0.0, 12_345_678.0]);
    assert!(table.values[3].is_sign_positive());
}

#[test]
fn gzip_is_found_by_content() {
    for text in [HEADED, ATTENTIVE_CHROME, DEEP_DIFF] {
        assert_same(&gzip(text.as_bytes()), text);
    }
}

#[test]
fn gzip_of_several_members_is_one_table() {
    let (first, second) = HEADED.split_at(50);
    assert_same(
        &[gzip(first.as_bytes()), gzip(second.as_bytes()), gzip(b"")].concat(),
        HEADED,
    );
}

#[test]
fn zeros_behind_gzip_are_padding() {
    for zeros in [1, 2, 500] {
        assert_same(&[gzip(HEADED.as_bytes()), vec![0; zeros]].concat(), HEADED);
    }
}

#[test]
fn plain_text_behind_gzip_belongs_to_the_table() {
    let (first, second) = HEADED.split_at(50);
    assert_same(&[gzip(first.as_bytes()), second.into()].concat(), HEADED);
}

#[test]
fn what_is_written_is_read_again() {
    let mut headed = Vec::new();
    write_headed(&read(HEADED), &mut headed).expect("memory takes every byte");
    assert_eq!(String::from_utf8_lossy(&headed), HEADED);
    for (layout, text) in [(Layout::Labelled, ATTENTIVE_CHROME), (Layout::Keyed, DEEP_DIFF)] {
        let table = read(text);
        let mut written = Vec::new();
        write_published(&table, layout, &mut written).expect("a table of that layout");
        assert_eq!(SignalTable::read("table.csv", &written), Ok(table));
    }
}

#[test]
fn every_float32_survives_being_written() {
    let mut table = read("gene,bin,M\n\"a, b\",1,0\nB,1,0\n");
    for value in [f32::MIN_POSITIVE, 0.1, 1.0 / 3.0, 16_777_217.0, f32::MAX] {
        table.values = vec![value, value];
        let mut written = Vec::new();
        write_headed(&table, &mut written).expect("memory takes every byte");
        let again = SignalTable::read("again", &written).expect("a table");
        assert_eq!((again.values, &again.genes), (table.values.clone(), &table.genes));
    }
}

#[test]
fn a_layout_that_cannot_hold_a_table_is_not_written() {
    let refused = |table: &SignalTable, layout| {
        let error = write_published(table, layout, &mut Vec::new()).expect_err("a refusal");
        error.to_string()
    };
    let table = read(ATTENTIVE_CHROME);
    assert!(refused(&table, Layout::Keyed).contains("has the marks H3K4me1"));
    assert!(refused(&table, Layout::Headed).contains("has a header"));
    let unlabelled = SignalTable {
        labels: None,
        ..table.clone()
    };
    assert!(refused(&unlabelled, Layout::Labelled).contains("has labels"));
    let underscored = SignalTable {
        genes: vec!["a_b".into(), "c".into()],
        ..table
    };
    assert!(refused(&underscored, Layout::Labelled).contains("a_b"));
}

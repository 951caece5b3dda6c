//! Every way the rows of a table can be wrong: code, place and remedy.

use regulens::input::TableReader;

use crate::input::{ATTENTIVE_CHROME, DEEP_DIFF, HEADED, assert_refused, refused};

/// A change of one line of a headed table, counted from 1.
fn headed_with(line: usize, text: &str) -> String {
    let mut lines: Vec<_> = HEADED.lines().collect();
    lines[line - 1] = text;
    lines.join("\n")
}

#[test]
fn a_first_row_of_no_layout_is_shown_with_the_accepted_ones() {
    let layouts = ["gene,bin,MARK", "AttentiveChrome", "DeepDiff", "Add a first row"];
    for text in ["A,1,2,3,4,5,6\n", "hello world\n", "x,y,1,2,3,4,5,6\n"] {
        assert_refused(text, "unknown-layout", Some(1), None, &layouts);
    }
    let error = refused(b"A,1,2,3,4,5,6\n");
    assert!(error.to_string().contains("7 columns"), "{error}");
    assert!(error.to_string().contains("A,1,2,3,4,5,6"), "{error}");
    for (text, says) in [
        (
            "gene,H3K4me3,H3K27ac\nTP53,1,2\n",
            ["one value per mark and gene", "bigWig or BAM"],
        ),
        (
            "TP53\t20.5\t3\nMYC\t1.5\t2\n",
            ["one value per mark and gene", "bigWig or BAM"],
        ),
        (
            "gene,A_1,A_2,A_3,A_4,A_5,A_6,A_7,A_8\n",
            ["8 columns of A", "one row per bin"],
        ),
        (
            "chr1\t100\t250\tpeak\t88\n",
            ["genomic intervals", "Peaks show where signal is, not how much"],
        ),
    ] {
        assert_refused(text, "unknown-layout", Some(1), None, &says);
    }
    let cells = ["gene,cell,bin,A", "rows of one cell type", "`regulens train`"];
    assert_refused("gene,cell,bin,A\ng,K562,1,3\n", "unknown-layout", Some(1), None, &cells);
}

#[test]
fn points_and_commas_are_no_decimals_of_one_table() {
    let text = "gene;bin;M;N\nA;1;0,5;3\nA;2;4;1.5\n";
    assert_refused(text, "decimals-mixed", Some(3), Some(4), &["1.5", "all with a comma"]);
    let grouped = "gene;bin;M\nA;1;1.234,5\n";
    assert_refused(grouped, "not-a-number", Some(2), Some(3), &["1.234,5", "thousands"]);
    let both = "gene;bin;M\nA;1;1,234.5\n";
    assert_refused(both, "not-a-number", Some(2), Some(3), &["1,234.5", "thousands"]);
}

#[test]
fn a_decimal_comma_between_tabs_could_group_thousands() {
    let text = "gene\tbin\tM\nA\t1\t1,234\n";
    assert_refused(text, "not-a-number", Some(2), Some(3), &["1,234", "semicolons"]);
}

#[test]
fn a_negative_number_with_a_comma_is_shown_as_it_stands() {
    assert_refused("gene;bin;M\nA;1;-0,5\n", "negative", Some(2), Some(3), &["-0,5"]);
}

#[test]
fn a_row_of_another_width_is_refused() {
    assert_refused(
        headed_with(3, "A,2,2,3"),
        "column-count",
        Some(3),
        None,
        &["found 4", "expected 5"],
    );
    assert_refused(
        headed_with(4, "B,1,4,5,0,9"),
        "column-count",
        Some(4),
        None,
        &["found 6"],
    );
    assert_refused(
        format!("{ATTENTIVE_CHROME}9\n"),
        "column-count",
        Some(5),
        None,
        &["found 1 column;"],
    );
}

#[test]
fn a_doubled_mark_is_refused() {
    let doubled = "gene,bin,H3K4me3,H3K9me3,H3K4ME3\nA,1,0,0,0\n";
    assert_refused(
        doubled,
        "mark-doubled",
        Some(1),
        Some(5),
        &["H3K4ME3", "column 3", "rename"],
    );
    let labels = "gene,bin,M,label,LABEL\nA,1,0,0,0\n";
    assert_refused(labels, "mark-doubled", Some(1), Some(5), &["LABEL", "column 4"]);
}

#[test]
fn a_header_of_very_many_marks_is_read_in_one_go() {
    // Each compared with all before it, they would take minutes.
    let names: Vec<String> = (0..120_000).map(|mark| format!("m{mark}")).collect();
    let zeros = vec!["0"; names.len()].join(",");
    let table = format!("gene,bin,{}\nA,1,{zeros}\n", names.join(","));
    let read = crate::input::read(&table);
    assert_eq!(read.marks.len(), names.len());
}

#[test]
fn a_header_with_an_unnamed_column_or_without_marks_is_refused() {
    assert_refused(
        "gene,bin,,M\nA,1,0,0\n",
        "header-cell-empty",
        Some(1),
        Some(3),
        &["without a name"],
    );
    for header in ["gene,bin\nA,1\n", "gene,bin,label\nA,1,0\n"] {
        assert_refused(header, "header-without-marks", Some(1), None, &["H3K4me3"]);
    }
}

#[test]
fn a_cell_that_is_no_number_is_refused() {
    for (cell, word) in [
        ("NA", "\"NA\""),
        ("", "an empty cell"),
        ("1.2.3", "1.2.3"),
        ("0x10", "0x10"),
    ] {
        let text = headed_with(3, &format!("A,2,{cell},3,1"));
        assert_refused(text, "not-a-number", Some(3), Some(3), &[word, "H3K4me3", "Write 0"]);
    }
    let comma = "gene\tbin\tM\nA\t1\t1,5\n";
    assert_refused(comma, "not-a-number", Some(2), Some(3), &["1,5", "point"]);
}

#[test]
fn nan_infinite_and_negative_values_are_refused_in_every_layout() {
    for (cell, code) in [
        ("NaN", "not-finite"),
        ("inf", "not-finite"),
        ("-inf", "not-finite"),
        ("1e39", "not-finite"),
        ("-1", "negative"),
        ("-0.5", "negative"),
    ] {
        let headed = headed_with(4, &format!("B,1,4,{cell},0"));
        assert_refused(headed, code, Some(4), Some(4), &[cell, "H3K27me3"]);
        let published = ATTENTIVE_CHROME.replace("000003,1,1,2,", &format!("000003,1,1,{cell},"));
        assert_refused(published, code, Some(3), Some(4), &[cell, "H3K36me3"]);
        let published = DEEP_DIFF.replace("_2,9,", &format!("_2,{cell},"));
        assert_refused(published, code, Some(4), Some(2), &[cell, "H3K4me1"]);
    }
}

#[test]
fn a_label_other_than_0_and_1_is_refused() {
    for cell in ["2", "-1", "on", "", "0.5", "NaN"] {
        let text = headed_with(2, &format!("A,1,0,1.5,{cell}"));
        assert_refused(text, "label", Some(2), Some(5), &["label", "0 (off) or 1 (on)"]);
    }
    let text = ATTENTIVE_CHROME
        .replace("2,4,5,1", "2,4,5,7")
        .replace("4,5,1\n", "4,5,7\n");
    assert_refused(text, "label", Some(3), Some(8), &["\"7\"", "header"]);
}

#[test]
fn a_row_without_a_gene_is_refused() {
    assert_refused(headed_with(3, ",2,2,3,1"), "gene-empty", Some(3), Some(1), &["name"]);
    assert_refused(
        format!("{DEEP_DIFF}_X_1,1,1,1,1,1\n"),
        "gene-empty",
        Some(5),
        Some(1),
        &[],
    );
}

#[test]
fn a_deep_diff_key_without_its_parts_is_refused() {
    let text = format!("{DEEP_DIFF}ENSG3,1,1,1,1,1\n");
    assert_refused(text, "key", Some(5), Some(1), &["ENSG3", "GENE_SYMBOL_BIN"]);
    let text = format!("{DEEP_DIFF}ENSG3_A_x,1,1,1,1,1\n");
    assert_refused(text, "bin-number", Some(5), Some(1), &["\"x\"", "key"]);
}

#[test]
fn a_bin_that_is_no_bin_number_is_refused() {
    for cell in ["0", "-1", "1.5", "x", "", "+1", "99999999999999999999999"] {
        let text = headed_with(2, &format!("A,{cell},0,0,0"));
        assert_refused(text, "bin-number", Some(2), Some(2), &["counted from 1"]);
    }
}

/// A headed table of one mark with these genes and bins.
fn bins(rows: &[(&str, usize)]) -> String {
    let rows: String = rows.iter().map(|(gene, bin)| format!("{gene},{bin},0\n")).collect();
    format!("gene,bin,M\n{rows}")
}

#[test]
fn a_repeated_bin_is_refused() {
    let text = bins(&[("A", 1), ("A", 2), ("A", 2), ("A", 3)]);
    assert_refused(
        text,
        "bin-repeated",
        Some(4),
        Some(2),
        &["bin 2 of gene A", "expected bin 3"],
    );
    let text = bins(&[("A", 1), ("A", 1)]);
    assert_refused(text, "bin-repeated", Some(3), Some(2), &["Remove"]);
    let text = bins(&[("A", 1), ("A", 2), ("A", 3), ("B", 1), ("B", 2), ("B", 1)]);
    assert_refused(text, "bin-repeated", Some(7), Some(2), &["gene B"]);
}

#[test]
fn a_missing_bin_is_refused() {
    let text = bins(&[("A", 1), ("A", 3), ("A", 4), ("B", 1)]);
    assert_refused(
        text,
        "bin-missing",
        Some(3),
        Some(2),
        &["bin 3 of gene A", "bin 2", "Add"],
    );
    let text = bins(&[("A", 1), ("A", 2), ("B", 2)]);
    assert_refused(text, "bin-missing", Some(4), Some(2), &["bin 2 of gene B", "bin 1"]);
}

#[test]
fn bins_out_of_order_are_told_from_missing_ones() {
    let text = bins(&[("A", 1), ("A", 3), ("A", 2)]);
    assert_refused(
        text,
        "bins-out-of-order",
        Some(3),
        Some(2),
        &["bin 2, which comes later", "Sort"],
    );
    let text = bins(&[("A", 3), ("A", 2), ("A", 1)]);
    assert_refused(
        text,
        "bins-out-of-order",
        Some(2),
        Some(2),
        &["bin 3 of gene A", "bin 1"],
    );
    let text = DEEP_DIFF
        .replace("ZC3H4_1,", "ZC3H4_3,")
        .replace("ZC3H4_2,", "ZC3H4_1,");
    assert_refused(text, "bins-out-of-order", Some(1), Some(1), &["key"]);
}

#[test]
fn a_row_that_cannot_be_read_does_not_hide_a_missing_bin() {
    let text = bins(&[("A", 1), ("A", 3)]) + "A,x,0\n";
    assert_refused(text, "bin-missing", Some(3), Some(2), &[]);
}

#[test]
fn genes_of_different_lengths_are_refused() {
    let fewer = bins(&[("A", 1), ("A", 2), ("A", 3), ("B", 1), ("B", 2), ("C", 1)]);
    assert_refused(
        fewer,
        "bin-count",
        Some(6),
        Some(1),
        &["2 bins of gene B", "expected 3", "gene, A"],
    );
    let more = bins(&[("A", 1), ("A", 2), ("B", 1), ("B", 2), ("B", 3)]);
    assert_refused(
        more,
        "bin-count",
        Some(6),
        Some(2),
        &["3 bins of gene B or more", "expected 2"],
    );
    let cut = HEADED.strip_suffix("B,2,6,7,0\n").expect("the last row");
    assert_refused(cut, "bin-count", Some(4), Some(1), &["1 bin of gene B"]);
}

#[test]
fn a_gene_that_appears_twice_is_refused() {
    let text = bins(&[("A", 1), ("A", 2), ("B", 1), ("B", 2), ("A", 1), ("A", 2)]);
    assert_refused(
        text,
        "gene-repeated",
        Some(6),
        Some(1),
        &["gene A again", "line 2", "Sort"],
    );
    let text = bins(&[("A", 1), ("A", 2), ("A", 1), ("A", 2)]);
    assert_refused(text, "gene-repeated", Some(4), Some(1), &["gene A again", "line 2"]);
    let by_bin = bins(&[("A", 1), ("B", 1), ("A", 2), ("B", 2)]);
    assert_refused(
        by_bin,
        "gene-repeated",
        Some(4),
        Some(1),
        &["all rows of a gene next to each other"],
    );
}

#[test]
fn a_table_beyond_the_limit_is_refused_with_the_limit_named() {
    let mut reader = TableReader::with_memory_limit("table.csv", 1 << 20);
    let error = (0..100_000)
        .find_map(|gene| {
            let rows = format!("ENSG{gene}_X_1,1,2,3,4,5\nENSG{gene}_X_2,1,2,3,4,5\n");
            reader.push(rows.as_bytes()).err()
        })
        .expect("a refusal");
    assert_eq!(error.code(), "too-large");
    assert!(error.location().line.is_some());
    assert!(error.to_string().contains("more than 1 MiB after"), "{error}");
    assert!(error.to_string().contains("Split the table"), "{error}");
}

#[test]
fn after_a_fault_the_reader_keeps_to_it() {
    let mut reader = TableReader::new("table.csv");
    reader.push(b"gene,bin,M\nA,1,x\n").expect_err("a refusal");
    assert_eq!(
        reader.push(b"A,1,0\n").map_err(|error| error.code()),
        Err("not-a-number")
    );
    assert_eq!(reader.finish().map_err(|error| error.code()), Err("not-a-number"));
}

#[test]
fn line_numbers_are_those_of_an_editor() {
    for breaks in ["\n", "\r\n", "\r"] {
        let text = format!("\n\n{HEADED}\nC,1,x,0,0\n").replace('\n', breaks);
        assert_refused(text, "not-a-number", Some(9), Some(3), &[]);
    }
}

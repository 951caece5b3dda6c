//! Expression files, and the labels made from them.

use regulens::input::Expression;

use crate::input::{DEEP_DIFF, HEADED, gzip, read};

const COUNTS: &str = "A,5\nB,10\nC,0\nD,10.5\n";

fn expression(text: &str) -> Expression {
    Expression::read("expr.csv", text.as_bytes()).expect("expression")
}

#[test]
fn counts_are_read_plain_gzipped_with_tabs_and_with_a_header() {
    let wanted = expression(COUNTS);
    assert_eq!((wanted.len(), wanted.get("D"), wanted.get("E")), (4, Some(10.5), None));
    assert_eq!(
        Expression::read("expr.csv", &gzip(COUNTS.as_bytes())).as_ref(),
        Ok(&wanted)
    );
    assert_eq!(expression(&COUNTS.replace(',', "\t").replace('\n', "\r\n")), wanted);
    assert_eq!(expression(&format!("gene_id,count\n{COUNTS}")), wanted);
    let european = COUNTS.replace(',', ";").replace('.', ",");
    assert_eq!(expression(&european), wanted);
    assert_eq!(expression(&format!("gene;count\n{european}")), wanted);
    assert_eq!(
        Expression::read("expr.csv", &crate::input::utf16(&european, u16::to_le_bytes)).as_ref(),
        Ok(&wanted)
    );
}

#[test]
fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
    assert_eq!(expression(COUNTS).on_from(), 7.5);
    assert_eq!(expression("A,5\nB,10\nC,0\n").on_from(), 5.0);
}

#[test]
fn a_gene_at_the_median_of_the_whole_file_is_on() {
    let table = read(HEADED)
        .with_labels_from(&expression("A,5\nB,4\nC,9\n"))
        .expect("counts of both");
    assert_eq!(table.labels, Some(vec![true, false]));
    assert_eq!(
        table.notes[1],
        "labels: count at or above 5, the median of 3 genes of expr.csv; 1 of 2 genes on"
    );
}

#[test]
fn a_file_of_0_and_1_says_itself_which_genes_are_on() {
    let labels = expression("A,0\nB,1\nC,0\nD,0\n");
    assert!(labels.is_labels() && !expression(COUNTS).is_labels());
    // Where most values are 0, so is the median, at which every gene would be on.
    assert_eq!(labels.on_from(), 0.0);
    let table = read(HEADED).with_labels_from(&labels).expect("labels of both");
    assert_eq!(table.labels, Some(vec![false, true]));
    assert_eq!(table.notes[1], "labels: 0 and 1 of expr.csv; 1 of 2 genes on");
}

#[test]
fn a_gene_without_a_count_is_named_with_both_files() {
    let error = read(DEEP_DIFF)
        .with_labels_from(&expression(COUNTS))
        .expect_err("a refusal");
    assert_eq!(error.code(), "expression-missing");
    for word in ["table.csv", "expr.csv", "ENSG00000130749", "same gene IDs"] {
        assert!(error.to_string().contains(word), "{word} is not in: {error}");
    }
}

#[test]
fn faults_are_refused_with_their_place() {
    for (text, code, line, column) in [
        ("", "empty", None, None),
        ("gene,count\n", "no-rows", None, None),
        ("A,5\nB\n", "column-count", Some(2), None),
        ("A,5\nC,5\nB,5,6\n", "column-count", Some(3), None),
        ("A,5,6\n", "columns", Some(1), None),
        ("A,5\nB,x\n", "not-a-number", Some(2), Some(2)),
        ("A,x\n", "no-rows", None, None),
        ("A,NA\nB,5\n", "not-a-number", Some(1), Some(2)),
        ("A,5\nB,NaN\n", "not-finite", Some(2), Some(2)),
        ("A,5\nB,-5\n", "negative", Some(2), Some(2)),
        ("A,5\n,5\n", "gene-empty", Some(2), Some(1)),
        ("A,5\nB,6\nA,5\n", "gene-repeated", Some(3), Some(1)),
    ] {
        let error = Expression::read("expr.csv", text.as_bytes()).expect_err("a refusal");
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(
            (error.location().line, error.location().column),
            (line, column),
            "{error}"
        );
        assert!(error.to_string().starts_with("expr.csv"), "{error}");
    }
}

/// Rows of genes in the layouts of counters, with A at 5, B at 10, C at 0 and D at 10.5.
#[test]
fn tables_of_counters_are_read_as_such() {
    let wanted = expression(COUNTS);
    let htseq = "__no_feature\t900\n__ambiguous\t80\n__too_low_aQual\t0\n__not_aligned\t7\n__alignment_not_unique\t9\n";
    let old = htseq.replace("__", "");
    let plain = COUNTS.replace(',', "\t");
    let files = [
        ("htseq-count", format!("{plain}{htseq}")),
        ("htseq-count before 0.6", format!("{plain}{old}")),
        (
            "htseq-count with symbols",
            "A\tSa\t5\nB\tSb\t10\nC\tSc\t0\nD\tSd\t10.5\n__no_feature\t\t9\n".to_owned(),
        ),
        (
            "featureCounts",
            "# Program:featureCounts v2.0.1; Command:\"featureCounts\" \"-a\" \"x.gtf\"\nGeneid\tChr\tStart\tEnd\t\
                Strand\tLength\ta.bam\nA\t1;1;1;1;1;1;1\t1;5;1;1;1;1;1\t2;6;1;1;1;1;1\t+;+;+;+;+;+;+\t9\t5\n\
                B\t1\t1\t2\t+\t9\t10\nC\t1\t1\t2\t+\t9\t0\nD\t1\t1\t2\t+\t9\t10.5\n"
                .to_owned(),
        ),
        (
            "GCT",
            "#1.2\n4\t1\nName\tDescription\tS1\nA\tSa\t5\nB\tSb\t10\nC\tSc\t0\nD\tSd\t10.5\n".to_owned(),
        ),
        ("R", "\"S1\"\n\"A\" 5\n\"B\" 10\n\"C\" 0\n\"D\" 10.5\n".to_owned()),
        ("a header of any names", format!("Name\tTPM\n{plain}")),
        (
            "a length beside",
            "gene_id,length,count\nA,900,5\nB,900,10\nC,9,0\nD,7,10.5\n".to_owned(),
        ),
    ];
    for (name, text) in files {
        let read = Expression::read("expr.csv", text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        for gene in ["A", "B", "C", "D"] {
            assert_eq!(read.get(gene), wanted.get(gene), "{name}: {gene}");
        }
        assert_eq!((read.len(), read.on_from()), (4, 7.5), "{name}");
        let is_noted = read
            .notes()
            .iter()
            .any(|note| note.contains("rows about reads") || note.contains("row about"));
        assert_eq!(is_noted, name.starts_with("htseq"), "{name}: {:?}", read.notes());
    }
}

#[test]
fn of_several_columns_one_is_chosen_by_name_or_number() {
    let star = "N_unmapped\t9\t9\t9\nN_multimapping\t9\t9\t9\nN_noFeature\t9\t8\t7\nN_ambiguous\t1\t1\t1\n\
        A\t5\t2\t3\nB\t10\t10\t0\n";
    let salmon = "Name\tLength\tEffectiveLength\tTPM\tNumReads\nA\t90\t80\t0.5\t5\nB\t90\t80\t1.5\t10\n";
    let kallisto = "target_id\tlength\teff_length\test_counts\ttpm\nA\t90\t80\t5\t0.5\nB\t90\t80\t10\t1.5\n";
    let matrix = "\tS1\tS2\nA\t5\t1\nB\t10\t2\n";
    let from_r = "S1\tS2\nA\t5\t1\nB\t10\t2\n";
    for (text, said, column, b) in [
        (star, ["STAR's", "--column 2", "cut -f1,2 "], "3", 10.0),
        (salmon, ["Salmon's", "--column TPM", "cut -f1,4 "], "NumReads", 10.0),
        (kallisto, ["kallisto's", "transcripts", "cut -f1,5 "], "tpm", 1.5),
        (matrix, ["2 columns", "--column S1", "cut -f1,2 "], "s2", 2.0),
        (from_r, ["2 columns", "S1, S2", "cut -f1,2 "], "S2", 2.0),
    ] {
        let error = Expression::read("expr.csv", text.as_bytes()).expect_err("several columns");
        assert_eq!(error.code(), "columns");
        for word in said {
            assert!(error.to_string().contains(word), "{word} is not in: {error}");
        }
        let read = Expression::read_column("expr.csv", text.as_bytes(), Some(column)).expect(column);
        assert_eq!((read.len(), read.get("B")), (2, Some(b)), "{column}");
        let error = Expression::read_column("expr.csv", text.as_bytes(), Some("S9")).expect_err("no such column");
        assert!(error.to_string().contains("no column S9, but "), "{error}");
    }
}

#[test]
fn a_message_about_counts_is_not_that_of_a_table() {
    for (text, word) in [
        ("", "counts of genes"),
        ("A,5\nB,x\n", "where nothing was counted"),
        ("A,5\nB,-5\n", "FPKM"),
        ("A,5\nB,6\nA,5\n", "Keep one row per gene"),
        ("<html>", "Download the file itself"),
    ] {
        let error = Expression::read("expr.csv", text.as_bytes())
            .expect_err("a refusal")
            .to_string();
        assert!(error.contains(word), "{word} is not in: {error}");
        for of_tables in ["each bin", "all rows of", "the table"] {
            assert!(!error.contains(of_tables), "{error}");
        }
    }
}

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
    assert_eq!(expression(COUNTS).median(), 7.5);
    assert_eq!(expression("A,5\nB,10\nC,0\n").median(), 5.0);
}

#[test]
fn a_gene_at_the_median_of_the_whole_file_is_on() {
    let table = read(HEADED)
        .with_labels_from(&expression("A,5\nB,4\nC,9\n"))
        .expect("counts of both");
    assert_eq!(table.labels, Some(vec![true, false]));
    assert_eq!(
        table.notes[1],
        "labels: count at or above 5, the median of the 3 genes of expr.csv"
    );
}

#[test]
fn a_file_of_0_and_1_says_itself_which_genes_are_on() {
    let labels = expression("A,0\nB,1\nC,0\nD,0\n");
    assert!(labels.is_labels() && !expression(COUNTS).is_labels());
    // Of mostly 0 the median is 0, at which every gene would be on.
    assert_eq!(labels.median(), 0.0);
    let table = read(HEADED).with_labels_from(&labels).expect("labels of both");
    assert_eq!(table.labels, Some(vec![false, true]));
    assert_eq!(table.notes[1], "labels: 0 and 1 of expr.csv");
}

#[test]
fn a_gene_without_a_count_is_named_with_both_files() {
    let error = read(DEEP_DIFF)
        .with_labels_from(&expression(COUNTS))
        .expect_err("a refusal");
    assert_eq!(error.code(), "expression-missing");
    for word in ["table.csv", "expr.csv", "ENSG00000130749", "same gene ids"] {
        assert!(error.to_string().contains(word), "{word} is not in: {error}");
    }
}

#[test]
fn faults_are_refused_with_their_place() {
    for (text, code, line, column) in [
        ("", "empty", None, None),
        ("gene,count\n", "no-rows", None, None),
        ("A,5\nB\n", "column-count", Some(2), None),
        ("A,5,6\n", "column-count", Some(1), None),
        ("A,5\nB,x\n", "not-a-number", Some(2), Some(2)),
        ("A,x\n", "not-a-number", Some(1), Some(2)),
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

//! The output of deepTools' computeMatrix.

use std::path::PathBuf;

use regulens::input::{Layout, SignalTable};

use crate::input::{gzip, read, refused};

/// Two marks, two bins of 50 bp, with these settings in place of the usual ones.
fn header(changes: &[(&str, &str)]) -> String {
    let mut settings = vec![
        ("upstream", "50"),
        ("downstream", "50"),
        ("body", "0"),
        ("bin size", "50"),
        ("ref point", "\"TSS\""),
        ("sample_labels", "[\"H3K4me3\",\"H3K27me3\"]"),
        ("sample_boundaries", "[0,2,4]"),
        ("group_labels", "[\"genes\"]"),
        ("group_boundaries", "[0,2]"),
    ];
    for &(name, value) in changes {
        match settings.iter_mut().find(|(other, _)| *other == name) {
            Some(setting) => setting.1 = value,
            None => settings.push((name, value)),
        }
    }
    let settings: Vec<_> = settings
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("@{{{}}}\n", settings.join(","))
}

const ROWS: &str = "chr1\t100\t200\tA\t0.0\t+\t1\t2.5\t10\t20\n\
    chr2\t300\t400\tB\t0.0\t-\t3\tnan\t30\t40\n";

fn matrix(changes: &[(&str, &str)]) -> String {
    header(changes) + ROWS
}

#[test]
fn samples_are_marks_and_regions_are_genes_in_genomic_order() {
    let table = read(&matrix(&[]));
    assert_eq!(table.layout, Layout::ComputeMatrix);
    assert_eq!(table.marks, ["H3K4me3", "H3K27me3"]);
    assert_eq!((table.bins, &table.labels), (2, &None));
    assert_eq!(table.genes, ["A", "B"]);
    assert_eq!(table.gene(0), [1.0, 10.0, 2.5, 20.0]);
    // A gene on the minus strand: computeMatrix has turned it round.
    assert_eq!(table.gene(1), [0.0, 40.0, 3.0, 30.0]);
    assert!(
        table.notes[0].contains("bins of 50 bp, 50 bp before and 50 bp behind"),
        "{:?}",
        table.notes
    );
    assert!(
        table.notes[1].contains("1 region on the minus strand restored"),
        "{:?}",
        table.notes
    );
    assert!(
        table.notes[2].contains("1 value without signal (nan) read as 0"),
        "{:?}",
        table.notes
    );
}

#[test]
fn settings_are_read_as_numbers_and_as_lists_of_one_for_each_sample() {
    let lists = matrix(&[
        ("upstream", "[50,50]"),
        ("downstream", "[50,50]"),
        ("body", "[0,0]"),
        ("bin size", "[50,50]"),
        ("ref point", "[\"TSS\",\"TSS\"]"),
    ]);
    assert_eq!(read(&lists), read(&matrix(&[])));
}

#[test]
fn a_packed_matrix_is_read_as_the_plain_one() {
    let plain = matrix(&[]);
    let packed = SignalTable::read("table.csv", &gzip(plain.as_bytes())).expect("a table");
    assert_eq!(packed, read(&plain));
}

#[test]
fn a_region_without_a_name_is_called_by_its_place() {
    let rows = ROWS.replace("\tA\t", "\t.\t");
    assert_eq!(read(&(header(&[]) + &rows)).genes, ["chr1:100-200", "B"]);
}

#[track_caller]
fn assert_refused(text: &str, code: &str, words: &[&str]) {
    let error = refused(text.as_bytes());
    let message = error.to_string();
    assert_eq!(error.code(), code, "{message}");
    for word in words.iter().chain(&["found ", "expected ", error.remedy().as_str()]) {
        assert!(message.contains(word), "{word:?} is not in: {message}");
    }
}

#[test]
fn scaled_regions_are_refused_with_the_reason() {
    for body in ["1000", "[1000,1000]"] {
        let text = matrix(&[("body", body)]);
        assert_refused(
            &text,
            "matrix",
            &["line 1", "scale-regions", "1000 bp", "computeMatrix reference-point"],
        );
    }
}

#[test]
fn a_header_that_contradicts_itself_is_refused() {
    for (changes, words) in [
        (&[("upstream", "")], &["upstream", "nothing"][..]),
        (&[("upstream", "-50")], &["upstream", "-50"]),
        (&[("bin size", "[50,25]")], &["bin size", "[50,25]"]),
        (&[("bin size", "0")], &["bins of 0 bp"]),
        (&[("bin size", "30")], &["bins of 30 bp in 100 bp"]),
        (&[("sample_labels", "")], &["sample_labels"]),
        (
            &[("sample_labels", "[\"A\",\"a\"]")],
            &["sample a twice", "--samplesLabel"],
        ),
        (&[("sample_boundaries", "[0,2,5]")], &["[0, 2, 5]"]),
        (&[("sample_boundaries", "[0,2]")], &["[0, 2]"]),
        (&[("upstream", "18446744073709551615")], &["bp"]),
        (&[("upstream", "900000000000000000")], &["bins"]),
    ] {
        assert_refused(&matrix(changes), "matrix", &[words, &["line 1"]].concat());
    }
    assert_refused("@{\"upstream\":\n", "matrix", &["not JSON"]);
}

#[test]
fn a_row_that_its_header_does_not_allow_is_refused_with_its_place() {
    let text = |row: &str| header(&[]) + row;
    let row = "chr1\t1\t2\tA\t0\t+\t1\t2\t3\t4\n";
    assert_refused(
        &text("chr1\t1\t2\tA\t0\t+\t1\t2\t3\n"),
        "column-count",
        &["line 2", "9 columns", "10"],
    );
    assert_refused(
        &text("chr1\t1\t2\tA\t0\t+\t1\t2\t-3\t4\n"),
        "negative",
        &["line 2, column 9 (H3K27me3)"],
    );
    assert_refused(
        &text("chr1\t1\t2\tA\t0\t+\t1\tinf\t3\t4\n"),
        "not-finite",
        &["line 2, column 8 (H3K4me3)"],
    );
    assert_refused(
        &text(&row.repeat(2)),
        "gene-repeated",
        &["line 3, column 4 (name)", "gene A"],
    );
    assert_refused(&header(&[]), "no-rows", &[]);
}

#[test]
fn comments_before_a_header_become_notes() {
    let table = read("# counts of reads; 2 bins\n#second\ngene,bin,H3K4me3\nA,1,1\nA,2,2\n");
    assert_eq!(table.genes, ["A"]);
    assert_eq!(table.notes[1..], ["counts of reads; 2 bins", "second"]);
    // Behind the header a `#` belongs to an id.
    let table = read("gene,bin,H3K4me3\n#A,1,1\n");
    assert_eq!(table.genes, ["#A"]);
}

/// A file of deepTools' own tests; `None`, with a line that says so, where it is not there.
fn deep_tools(name: &str) -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/computematrix/deeptools/test")
        .join(name);
    let found = std::fs::read(&file).ok();
    if found.is_none() {
        assert!(
            option_env!("CI").is_none(),
            "{} is missing, and in CI it must be there",
            file.display()
        );
        eprintln!("skipped: {} is not there", file.display());
    }
    found
}

#[test]
fn a_large_real_matrix_is_read() {
    let Some(bytes) = deep_tools("test_heatmapper/large_matrix.mat.gz") else {
        return;
    };
    let table = SignalTable::read("large_matrix.mat.gz", &bytes).expect("a table");
    assert_eq!((table.genes.len(), table.bins, table.marks.len()), (4_999, 40, 1));
    assert_eq!(table.marks, ["heatmap"]);
    assert_eq!(table.genes[0], "peak_1");
    assert_eq!(table.gene(0)[..4], [1.143_247, 0.0, 0.0, 3.593_062]);
    let sum: f64 = table.values.iter().map(|&value| f64::from(value)).sum();
    assert!((sum - 2_046_421.001_5).abs() < 0.1, "{sum}");
}

#[test]
fn a_real_matrix_of_two_groups_and_both_strands_is_read() {
    let Some(bytes) = deep_tools("test_heatmapper/master.mat.gz") else {
        return;
    };
    let table = SignalTable::read("master.mat.gz", &bytes).expect("a table");
    assert_eq!((table.genes.len(), table.bins), (6, 200));
    let notes = table.notes.join("\n");
    assert!(notes.contains("50 values without signal (nan) read as 0"), "{notes}");
    assert!(notes.contains("2 regions on the minus strand restored"), "{notes}");
    let sum: f32 = table.values.iter().sum();
    assert_eq!(sum, 425.0);
    // cda5, ch2:150-175 on the minus strand: the window reaches from 75 to 275, and bases 150 to 175 have 1.
    let cda5 = table.genes.iter().position(|gene| gene == "cda5").expect("a gene");
    let expected: Vec<f32> = (75..275).map(|base| f32::from((150..175).contains(&base))).collect();
    assert_eq!(table.gene(cda5), expected);
}

#[test]
fn real_matrices_that_are_no_tables_are_refused_with_the_reason() {
    for (name, words) in [
        ("test_heatmapper/master_scale_reg.mat.gz", "scale-regions"),
        ("test_data/computeMatrixOperations.mat.gz", "scale-regions"),
        ("test_heatmapper/master_multi.mat.gz", "the sample test twice"),
    ] {
        let Some(bytes) = deep_tools(name) else {
            return;
        };
        let error = refused(&bytes);
        assert!(error.to_string().contains(words), "{name}: {error}");
    }
}

#[test]
fn bins_around_another_point_than_the_tss_are_said_or_refused() {
    let noted = |point: &str| {
        let table = read(&matrix(&[("ref point", point)]));
        table.notes.iter().any(|note| note.contains("reference point is"))
    };
    assert!(!noted("\"TSS\"") && !noted("[\"TSS\",\"TSS\"]") && !noted("null") && !noted(""));
    assert!(noted("\"center\"") && noted("[\"TSS\",\"center\"]"));
    for point in ["\"TES\"", "[\"TSS\",\"TES\"]"] {
        let error = refused(matrix(&[("ref point", point)]).as_bytes());
        assert_eq!((error.code(), error.location().line), ("matrix", Some(1)), "{error}");
        assert!(error.to_string().contains("ref point TES"), "{error}");
    }
}

//! Outcome of genes: at chromosome ends, on chromosomes that files lack, without expression.

use regulens::input::{SignalTable, write_comment, write_headed};
use regulens::prepare::{
    Chromosome, Column, Fate, Gene, Outcome, Plan, Settings, SignalFormat, Strand, Summary, Windows, mark_problem,
};

use crate::prepare::{SMALL, assert_refused, column, gene, made, plan, prepared, with};

const LEVEL: [(u32, u32, f32); 1] = [(0, 100, 1.0)];

fn genes(places: &[(&str, u32)]) -> Vec<Gene> {
    places
        .iter()
        .enumerate()
        .map(|(index, &(chromosome, tss))| gene(&format!("G{index}"), chromosome, Strand::Plus, tss))
        .collect()
}

fn fates(outcome: &Outcome) -> Vec<(&str, Fate)> {
    let notes = outcome.notes.iter();
    notes.map(|note| (note.gene.id.as_str(), note.fate.clone())).collect()
}

#[test]
fn bins_beyond_a_chromosome_are_0_and_told() {
    let bytes = made::bigwig(&[("chr1", 100, &LEVEL)]);
    let genes = genes(&[
        ("chr1", 50),
        ("chr1", 20),
        ("chr1", 19),
        ("chr1", 1),
        ("chr1", 80),
        ("chr1", 81),
        ("chr1", 100),
    ]);
    let outcome = prepared(&genes, SMALL, &bytes, &Settings::default());
    let table = &outcome.table;
    assert_eq!(table.genes.len(), 7);
    assert_eq!(table.gene(0), [1.0; 4]);
    assert_eq!(table.gene(1), [1.0; 4]);
    // One base of ten lies before the chromosome.
    assert_eq!(table.gene(2), [0.9, 1.0, 1.0, 1.0]);
    assert_eq!(table.gene(3), [0.0, 0.1, 1.0, 1.0]);
    assert_eq!(table.gene(4), [1.0; 4]);
    assert_eq!(table.gene(5), [1.0, 1.0, 1.0, 0.9]);
    assert_eq!(table.gene(6), [1.0, 1.0, 0.0, 0.0]);
    assert_eq!(
        fates(&outcome),
        [
            ("G2", Fate::Padded(1)),
            ("G3", Fate::Padded(2)),
            ("G5", Fate::Padded(1)),
            ("G6", Fate::Padded(2))
        ]
    );
    assert_eq!(
        outcome.summary(),
        ["4 genes kept: extend beyond their chromosome, where the signal is 0 (on chr1)"]
    );
}

#[test]
fn a_tss_beyond_its_chromosome_is_left_out_and_told() {
    let bytes = made::bigwig(&[("chr1", 100, &LEVEL)]);
    let outcome = prepared(
        &genes(&[("chr1", 50), ("chr1", 101)]),
        SMALL,
        &bytes,
        &Settings::default(),
    );
    assert_eq!(outcome.table.genes, ["G0"]);
    assert_eq!(fates(&outcome), [("G1", Fate::BeyondEnd(100))]);
    assert!(
        outcome.summary()[0].contains("another assembly"),
        "{:?}",
        outcome.summary()
    );
}

fn two_marks(missing_as_zero: bool) -> Result<Outcome, regulens::prepare::PrepareError> {
    let genes = genes(&[("chr1", 50), ("chrY", 50), ("chrUn", 50), ("chr1", 60)]);
    let plan = plan(&genes, SMALL);
    let column = |mark: &str, bytes: &[u8]| Column {
        mark: mark.to_owned(),
        ..column(&plan, bytes, None, &Settings::default()).unwrap()
    };
    let columns = [
        column(
            "H3K4me3",
            &made::bigwig(&[("chr1", 100, &LEVEL), ("chrY", 100, &LEVEL)]),
        ),
        column("H3K9me3", b"1\t0\t100\t2\n"),
    ];
    plan.assemble("table.csv", &columns, missing_as_zero)
}

#[test]
fn a_gene_on_a_chromosome_that_a_file_lacks_is_left_out_and_told() {
    let outcome = two_marks(false).unwrap();
    assert_eq!(outcome.table.genes, ["G0", "G3"]);
    assert_eq!(outcome.table.marks, ["H3K4me3", "H3K9me3"]);
    assert_eq!(outcome.table.gene(1), [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0]);
    let both = vec!["H3K4me3".to_owned(), "H3K9me3".to_owned()];
    assert_eq!(
        fates(&outcome),
        [
            ("G1", Fate::NoChromosome(vec!["H3K9me3".to_owned()])),
            ("G2", Fate::NoChromosome(both))
        ]
    );
    assert_eq!(
        outcome.summary(),
        [
            "1 gene left out: no such chromosome in H3K4me3, H3K9me3 (on chrUn)",
            "1 gene left out: no such chromosome in H3K9me3 (on chrY)"
        ]
    );
}

#[test]
fn on_request_a_missing_chromosome_is_0_where_another_file_has_it() {
    let outcome = two_marks(true).unwrap();
    assert_eq!(outcome.table.genes, ["G0", "G1", "G3"]);
    assert_eq!(outcome.table.gene(1), [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
    assert_eq!(fates(&outcome)[0], ("G1", Fate::Zero(vec!["H3K9me3".to_owned()])));
}

#[test]
fn files_without_a_common_chromosome_are_refused_with_the_names_of_both() {
    let genes = genes(&[("NC_000001.11", 50)]);
    let plan = plan(&genes, SMALL);
    let found = column(
        &plan,
        &made::bigwig(&[("chr1", 100, &LEVEL)]),
        None,
        &Settings::default(),
    );
    assert_refused(
        plan.assemble("table.csv", &[found.unwrap()], false),
        "no-common-chromosome",
        &["signal", "chr1", "NC_000001.11", "same genome"],
    );
}

#[test]
fn a_plan_that_leaves_no_gene_is_refused() {
    let plan = plan(&genes(&[("chr1", 5_000)]), SMALL);
    let found = column(
        &plan,
        &made::bigwig(&[("chr1", 100, &LEVEL)]),
        None,
        &Settings::default(),
    );
    assert_refused(
        plan.assemble("table.csv", &[found.unwrap()], false),
        "none-left",
        &["1 genes"],
    );
}

#[test]
fn a_plan_larger_than_a_table_may_be_is_refused() {
    let windows = Windows::centred(1_000_000, 1).unwrap();
    let many = genes(&[("chr1", 50); 100]);
    assert_refused(
        Plan::new("genes.gtf", many, windows, 5),
        "too-large",
        &["100 genes", "1000000 bins"],
    );
}

#[test]
fn genes_stay_in_the_order_of_the_annotation() {
    let bytes = made::bigwig(&[
        ("chr1", 1_000, &[(0, 500, 1.0), (500, 1_000, 2.0)]),
        ("chr2", 1_000, &[(0, 1_000, 3.0)]),
    ]);
    let outcome = prepared(
        &genes(&[("chr2", 50), ("chr1", 900), ("chr1", 50)]),
        SMALL,
        &bytes,
        &Settings::default(),
    );
    assert_eq!(outcome.table.genes, ["G0", "G1", "G2"]);
    assert_eq!(outcome.table.values, [[3.0; 4], [2.0; 4], [1.0; 4]].concat());
}

#[test]
fn the_table_says_what_it_holds_and_is_read_back_whole() {
    let table = two_marks(false).unwrap().table;
    let said =
        "H3K4me3, H3K9me3: mean signal; 4 bins of 10 bp, 20 bp before and 20 bp behind the TSS, in genomic order";
    assert_eq!(table.notes, [said]);
    let mut bytes = Vec::new();
    for note in &table.notes {
        write_comment(note, &mut bytes).unwrap();
    }
    write_headed(&table, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        text.starts_with(&format!("# {said}\ngene,bin,H3K4me3,H3K9me3\nG0,1,1,2\n")),
        "{text}"
    );
    let read = SignalTable::read("table.csv", text.as_bytes()).unwrap();
    assert_eq!((&read.genes, &read.values, read.bins), (&table.genes, &table.values, 4));
    assert!(read.notes.contains(&said.to_owned()), "{:?}", read.notes);
}

#[test]
fn counts_and_means_are_told_apart() {
    let genes = genes(&[("chr1", 50)]);
    let plan = plan(&genes, SMALL);
    let named = |mark: &str, bytes: &[u8]| Column {
        mark: mark.to_owned(),
        ..column(&plan, bytes, None, &Settings::default()).unwrap()
    };
    let columns = [
        named("A", b"chr1\t40\t76\n"),
        named("B", b"chr1\t40\t76\t2\n"),
        named("C", &made::bam(&[("chr1", 100)], &[]).0),
    ];
    let said = plan.describe(&columns);
    assert!(
        said.starts_with("A, C: counts of reads; B: mean signal; 4 bins"),
        "{said}"
    );
}

#[test]
fn a_file_whose_name_says_fold_change_or_p_values_is_noted() {
    let genes = genes(&[("chr1", 50)]);
    let plan = plan(&genes, SMALL);
    let named = |mark: &str, file: &str, bytes: &[u8]| Column {
        mark: mark.to_owned(),
        file: file.to_owned(),
        ..column(&plan, bytes, None, &Settings::default()).unwrap()
    };
    let signal = b"chr1\t40\t76\t2\n";
    let columns = [
        named("A", "data/E003-A.fc.signal.bigwig", signal),
        named("B", "B.bw", signal),
        named("C", "C.pval.signal.bedGraph", signal),
        // Reads become counts, whatever the file is called.
        named("D", "D.fc.signal.bed", b"chr1\t40\t76\n"),
    ];
    let table = plan.assemble("t.csv", &columns, false).unwrap().table;
    assert_eq!(
        table.notes[1..],
        [
            "A: fold change over control, by the name of E003-A.fc.signal.bigwig: cannot be turned into counts",
            "C: p-values, by the name of C.pval.signal.bedGraph: cannot be turned into counts",
        ]
    );
}

#[test]
fn genes_without_expression_are_left_out_and_told() {
    let mut outcome = two_marks(false).unwrap();
    let all = genes(&[("chr1", 50), ("chrY", 50), ("chrUn", 50), ("chr1", 60)]);
    outcome.require_expression(&all, |gene| gene == "G3");
    assert_eq!(outcome.table.genes, ["G3"]);
    assert_eq!(outcome.table.values.len(), 8);
    assert!(fates(&outcome).contains(&("G0", Fate::NoExpression)));
    let mut notes = Vec::new();
    outcome.write_notes(&mut notes).unwrap();
    let notes = String::from_utf8(notes).unwrap();
    assert!(
        notes.starts_with("gene\tchromosome\ttss\tstrand\tkept\tnote\tdetail\n"),
        "{notes}"
    );
    assert!(
        notes.contains("G0\tchr1\t50\t+\tno\tno-expression\tno expression count\n"),
        "{notes}"
    );
    assert_eq!(notes.lines().count(), 4);
}

#[test]
fn chromosomes_are_checked_before_any_value_is_read() {
    let plan = plan(&genes(&[("chr1", 50)]), SMALL);
    let column = |name: &str| Column {
        mark: "H3K4me3".to_owned(),
        file: "signal.bw".to_owned(),
        quantity: SignalFormat::BigWig.quantity(&Settings::default()),
        values: Vec::new(),
        chromosomes: vec![Chromosome {
            name: name.to_owned(),
            length: Some(100),
        }],
        looks_like_shares: false,
    };
    assert_eq!(plan.check_chromosomes(&[column("1")]), Ok(()));
    assert_refused(
        plan.check_chromosomes(&[column("1"), column("chrIV")]),
        "no-common-chromosome",
        &["signal.bw", "chrIV", "chr1"],
    );
}

#[test]
fn a_mark_has_a_name_that_a_header_can_hold() {
    for name in ["", " ", "a,b", "a\tb", "a\"b", "label", "Label"] {
        assert!(mark_problem(name).is_some(), "{name:?}");
    }
    assert_eq!(mark_problem("H2A.Z"), None);
}

#[test]
fn of_copies_of_a_gene_the_first_that_has_signal_stays() {
    let bytes = made::bigwig(&[("chr1", 200, &LEVEL)]);
    let copy = |chromosome, tss| gene("A", chromosome, Strand::Plus, tss);
    let genes = [
        copy("chr6_alt", 50),
        gene("B", "chr1", Strand::Plus, 50),
        copy("chr1", 60),
        copy("chr1", 90),
    ];
    let outcome = prepared(&genes, SMALL, &bytes, &Settings::default());
    assert_eq!(outcome.table.genes, ["B", "A"]);
    assert_eq!(outcome.table.gene(1), [1.0; 4]);
    let told: Vec<(u32, &str)> = outcome
        .notes
        .iter()
        .map(|note| (note.gene.tss, note.fate.code()))
        .collect();
    assert_eq!(told, [(50, "no-chromosome"), (90, "repeated")]);
}

/// Methylation of single bases: those that could be measured have a share, the others no value.
const SHARES: &str = "chr1\t31\t32\t0.9\nchr1\t34\t35\t0.3\nchr1\t42\t43\t0\nchr1\t51\t52\t1\nchr1\t53\t54\t0.5\n";

#[test]
fn the_mean_over_covered_bases_leaves_out_bases_without_a_value_and_what_stands_in_is_told() {
    let runs = [
        (31, 32, 0.9),
        (34, 35, 0.3),
        (42, 43, 0.0),
        (51, 52, 1.0),
        (53, 54, 0.5),
    ];
    for bytes in [SHARES.as_bytes().to_vec(), made::bigwig(&[("chr1", 100, &runs)])] {
        let of = |summary| prepared(&genes(&[("chr1", 51)]), SMALL, &bytes, &with(summary)).table;
        let covered = of(Summary::MeanCovered);
        // Bases 32 to 41, 42 to 51, 52 to 61 and 62 to 71, the last without a value.
        let expected = [0.6, 0.0, 0.75, 0.45];
        for (value, expected) in covered.values.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-6, "{:?}", covered.values);
        }
        let note = covered
            .notes
            .iter()
            .find(|note| note.contains("stands in"))
            .expect("a note");
        assert!(
            note.contains("1 of 4 bins (25.0 %)") && note.contains("0.4500"),
            "{note}"
        );
        assert!(
            covered.notes[0].contains("mean over bases with a value"),
            "{}",
            covered.notes[0]
        );
        // With 0 for the others: the same file, and another answer.
        for (value, expected) in of(Summary::Mean).values.iter().zip([0.12, 0.0, 0.15, 0.0]) {
            assert!((value - expected).abs() < 1e-6);
        }
    }
}

#[test]
fn the_mean_over_covered_bases_is_proposed_for_shares_with_gaps_alone() {
    let of = |text: &str, summary| {
        let made = prepared(&genes(&[("chr1", 51)]), SMALL, text.as_bytes(), &with(summary));
        let is_said = made
            .table
            .notes
            .iter()
            .any(|note| note.contains("H3K4me3=mean-covered"));
        assert_eq!(made.proposed, if is_said { vec!["H3K4me3"] } else { vec![] });
        is_said
    };
    assert!(of(SHARES, Summary::Mean));
    // Asked for already; counts; shares everywhere; 0 and 1 alone, as a mask has them.
    assert!(!of(SHARES, Summary::MeanCovered));
    assert!(!of("chr1\t31\t32\t2\nchr1\t34\t35\t0.3\n", Summary::Mean));
    assert!(!of("chr1\t0\t100\t0.3\n", Summary::Mean));
    assert!(!of("chr1\t31\t32\t1\nchr1\t34\t35\t1\n", Summary::Mean));
}

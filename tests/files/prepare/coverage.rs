//! Coverage summed over the bins of whole sequences.

use std::ops::ControlFlow;

use regulens::prepare::{Coverage, SignalError, Tiling};

use crate::prepare::{assert_refused, made, open};

/// Two sequences of four bins and two of 10 bp; the first has five bases more.
fn tiling() -> Tiling {
    let sequences = [("chr1".to_owned(), 45), ("chr2".to_owned(), 20)];
    Tiling::new("genome.fa", &sequences, 10)
}

fn coverage(bytes: &[u8], tiling: &Tiling) -> Result<Coverage, regulens::Error> {
    Ok(open(bytes, None)?.coverage(tiling, &mut || ControlFlow::Continue(()))?)
}

const FIRST: [(u32, u32, f32); 4] = [(0, 5, 2.0), (5, 12, 1.0), (30, 31, f32::NAN), (38, 45, 3.0)];
const SECOND: [(u32, u32, f32); 1] = [(19, 20, 0.5)];
const SUMS: [f64; 6] = [15.0, 2.0, 0.0, 6.0, 0.0, 0.5];

fn bed_graph() -> String {
    let row = |name: &str, (start, end, value): &(u32, u32, f32)| format!("{name}\t{start}\t{end}\t{value}\n");
    let first = FIRST.iter().map(|one| row("1", one));
    first.chain(SECOND.iter().map(|one| row("2", one))).collect()
}

#[test]
fn a_bin_has_the_sum_of_its_bases_in_every_format_and_nan_is_0() {
    let bigwig = made::bigwig(&[("chr1", 45, &FIRST), ("chr2", 20, &SECOND)]);
    let text = bed_graph();
    for bytes in [&bigwig, text.as_bytes(), &made::gzip(text.as_bytes())] {
        let coverage = coverage(bytes, &tiling()).unwrap();
        assert_eq!(coverage.sums, SUMS);
        assert_eq!(coverage.halves, None);
        let sequences: Vec<usize> = coverage.matched.iter().map(|(_, at)| *at).collect();
        assert_eq!((sequences, coverage.unmatched), (vec![0, 1], vec![]));
    }
}

#[test]
fn fragments_count_on_every_base_they_lie_over_whatever_their_order() {
    let text = "chr2\t0\t20\nchr1\t8\t12\nchr1\t9\t33\nchr1\t9\t33\nchrM\t0\t9999\n";
    let coverage = coverage(text.as_bytes(), &tiling()).unwrap();
    assert_eq!(coverage.sums, [4.0, 22.0, 20.0, 6.0, 10.0, 10.0]);
    assert_eq!(coverage.unmatched, ["chrM"]);
    let halves = coverage.halves.expect("fragments have halves");
    assert_eq!(halves.fragments.iter().sum::<u64>(), 4, "those on sequences");
    for (bin, sum) in coverage.sums.iter().enumerate() {
        assert_eq!(halves.sums[0][bin] + halves.sums[1][bin], *sum, "bin {bin}");
    }
}

#[test]
fn fragments_of_single_cells_are_their_cuts() {
    let text = "# id=made\nchr1\t0\t20\tAAACGAAAGAAACGAG-1\t3\nchr1\t8\t40\tAAACGAAAGAAACGCC-1\t1\n";
    let coverage = coverage(text.as_bytes(), &tiling()).unwrap();
    assert_eq!(coverage.sums, [2.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
    let halves = coverage.halves.expect("fragments have halves");
    assert_eq!(halves.sums[0][0] + halves.sums[1][0], 2.0);
}

#[test]
fn sequences_are_found_by_other_names_where_the_user_says_so() {
    let mut tiling = tiling();
    let text = b"NC_1\t0\t10\t1\nchr2\t0\t1\t1\n";
    assert_eq!(coverage(text, &tiling).unwrap().unmatched, ["NC_1"]);
    assert!(tiling.rename("NC_1", "chr1"));
    let coverage = coverage(text, &tiling).unwrap();
    assert_eq!(coverage.sums[0], 10.0);
    assert_eq!(coverage.matched[0], ("NC_1".to_owned(), 0));
}

#[test]
fn signal_of_another_genome_is_refused_with_both_sides_named() {
    let other = made::bigwig(&[("scaffold_1", 45, &FIRST)]);
    for bytes in [other.as_slice(), b"scaffold_1\t0\t5\t1\n", b"scaffold_1\t0\t5\n"] {
        assert_refused(
            coverage(bytes, &tiling()),
            "no-common-sequence",
            &["scaffold_1", "genome.fa: chr1, chr2", "--rename"],
        );
    }
    assert_refused(
        coverage(&made::bigwig(&[("chr1", 46, &FIRST)]), &tiling()),
        "sequence-length",
        &["chr1 with 46 bp", "expected 45 bp", "genome.fa", "assembly"],
    );
    for (text, line) in [("chr1\t0\t5\t1\nchr1\t40\t46\t1\n", 2), ("chr2\t3\t21\n", 1)] {
        assert_refused(
            coverage(text.as_bytes(), &tiling()),
            "beyond-sequence",
            &[&format!("line {line}"), "beyond the end of chr", "assembly"],
        );
    }
}

#[test]
fn signal_that_is_no_coverage_is_refused() {
    assert_refused(
        coverage(b"chr1\t0\t5\t-1\n", &tiling()),
        "no-signal",
        &["chr1:0-5", "line 1"],
    );
    let (bam, _) = made::bam(&[("chr1", 45)], &[made::read(0, 3, 4)]);
    assert_refused(coverage(&bam, &tiling()), "format", &["a BAM file", "bamCoverage"]);
}

#[test]
fn a_bigwig_cut_anywhere_is_refused() {
    let whole = made::bigwig(&[("chr1", 45, &FIRST), ("chr2", 20, &SECOND)]);
    for end in 0..whole.len() {
        assert!(coverage(&whole[..end], &tiling()).is_err(), "{end} bytes");
    }
}

#[test]
fn a_caller_can_stop_it() {
    let bigwig = made::bigwig(&[("chr1", 45, &FIRST)]);
    let stopped = open(&bigwig, None)
        .unwrap()
        .coverage(&tiling(), &mut || ControlFlow::Break(()));
    assert!(matches!(stopped, Err(SignalError::Cancelled)));
}

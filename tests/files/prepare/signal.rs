//! Value of a bin, in each format.

use std::ops::ControlFlow;

use regulens::prepare::{Settings, Strand, Summary, Windows};

use crate::prepare::{SMALL, assert_refused, column, gene, made, open, plan, prepared, with};

/// A window from 80 to 120 on chr1.
fn one() -> [regulens::prepare::Gene; 1] {
    [gene("A", "chr1", Strand::Plus, 100)]
}

fn values(bytes: &[u8], settings: &Settings) -> Vec<f32> {
    prepared(&one(), SMALL, bytes, settings).table.values
}

const INTERVALS: [(u32, u32, f32); 7] = [
    (0, 10, 9.0),
    (70, 85, 2.0),
    (85, 87, 4.0),
    (95, 105, 1.5),
    (105, 106, 0.25),
    (119, 130, 8.0),
    (200, 300, 7.0),
];

fn bed_graph(chromosome: &str) -> String {
    INTERVALS
        .iter()
        .map(|(start, end, value)| format!("{chromosome}\t{start}\t{end}\t{value}\n"))
        .collect()
}

#[test]
fn a_bin_has_the_mean_the_sum_or_the_largest_of_its_bases_and_bases_without_a_value_are_0() {
    let bytes = made::bigwig(&[("chr1", 1_000, &INTERVALS)]);
    assert_eq!(values(&bytes, &with(Summary::Sum)), [18.0, 7.5, 7.75, 8.0]);
    assert_eq!(values(&bytes, &with(Summary::Mean)), [1.8, 0.75, 0.775, 0.8]);
    assert_eq!(values(&bytes, &with(Summary::Max)), [4.0, 1.5, 1.5, 8.0]);
}

#[test]
fn all_formats_of_the_same_signal_give_the_same_values() {
    let text = bed_graph("chr1");
    let spaced = text.replace('\t', "  ");
    for summary in [Summary::Mean, Summary::Sum, Summary::Max] {
        let settings = with(summary);
        let expected = values(text.as_bytes(), &settings);
        for (packed, big_endian) in [(true, false), (false, false), (true, true), (false, true)] {
            let tracks: [made::Track<'_>; 2] = [("chr1", 1_000, &INTERVALS), ("chr2", 50, &[])];
            let bigwig = made::bigwig_with(&tracks, packed, big_endian);
            assert_eq!(values(&bigwig, &settings), expected);
        }
        for text in [
            text.as_bytes(),
            spaced.as_bytes(),
            &made::gzip(text.as_bytes()),
            &made::bgzf(text.as_bytes()),
        ] {
            assert_eq!(values(text, &settings), expected);
        }
    }
}

#[test]
fn depth_as_bed_graph_sums_up_to_the_bases_of_reads_that_bam_counts() {
    // Reads of one base share no bin, so that counts, sums of depth and numbers of reads are one thing.
    let starts = [80, 83, 83, 91, 119, 119, 119];
    let reads: Vec<_> = starts.iter().map(|&start| made::read(0, start, 1)).collect();
    let (bam, _) = made::bam(&[("chr1", 1_000)], &reads);
    let bed: String = starts
        .iter()
        .map(|start| format!("chr1\t{start}\t{}\tN\t1000\t+\n", start + 1))
        .collect();
    let depth = "chr1\t80\t81\t1\nchr1\t83\t84\t2\nchr1\t91\t92\t1\nchr1\t119\t120\t3\n";
    let expected = [3.0, 1.0, 0.0, 3.0];
    assert_eq!(values(&bam, &Settings::default()), expected);
    assert_eq!(values(bed.as_bytes(), &Settings::default()), expected);
    assert_eq!(values(depth.as_bytes(), &with(Summary::Sum)), expected);
}

#[test]
fn chromosomes_with_and_without_chr_are_the_same() {
    let expected = values(bed_graph("chr1").as_bytes(), &Settings::default());
    assert_ne!(expected, [0.0; 4]);
    for name in ["1", "Chr1", "chr1"] {
        assert_eq!(values(bed_graph(name).as_bytes(), &Settings::default()), expected);
        let bigwig = made::bigwig(&[(name, 1_000, &INTERVALS)]);
        assert_eq!(values(&bigwig, &Settings::default()), expected, "{name}");
    }
    let mitochondrial = [gene("A", "MT", Strand::Plus, 100)];
    let found = prepared(
        &mitochondrial,
        SMALL,
        bed_graph("chrM").as_bytes(),
        &Settings::default(),
    );
    assert_eq!(found.table.values, expected);
}

#[test]
fn bins_lie_in_genomic_order_and_turn_with_the_strand_on_request() {
    let genes = [
        gene("A", "chr1", Strand::Plus, 100),
        gene("B", "chr1", Strand::Minus, 100),
    ];
    let bytes = made::bigwig(&[("chr1", 1_000, &INTERVALS)]);
    let sum = with(Summary::Sum);
    let unturned = prepared(&genes, SMALL, &bytes, &sum).table;
    assert_eq!(unturned.gene(0), unturned.gene(1));
    let windows = Windows {
        strand_flip: true,
        ..SMALL
    };
    let turned = prepared(&genes, windows, &bytes, &sum).table;
    assert_eq!(turned.gene(0), [18.0, 7.5, 7.75, 8.0]);
    assert_eq!(turned.gene(1), [8.0, 7.75, 7.5, 18.0]);
    assert!(
        turned.notes[0].contains("from upstream to downstream"),
        "{:?}",
        turned.notes
    );
}

#[test]
fn an_asymmetric_window_reaches_upstream_of_the_strand() {
    let windows = Windows {
        upstream: 20,
        downstream: 10,
        ..SMALL
    };
    let genes = [
        gene("A", "chr1", Strand::Plus, 100),
        gene("B", "chr1", Strand::Minus, 100),
    ];
    let bytes = made::bigwig(&[("chr1", 1_000, &INTERVALS)]);
    let table = prepared(&genes, windows, &bytes, &with(Summary::Sum)).table;
    assert_eq!(table.gene(0), [18.0, 7.5, 7.75]);
    assert_eq!(table.gene(1), [7.5, 7.75, 8.0]);
}

#[test]
fn windows_that_share_bases_are_filled_each_for_itself() {
    let genes: Vec<_> = (0..40)
        .map(|index| gene(&format!("G{index}"), "chr1", Strand::Plus, 60 + 7 * index))
        .collect();
    let intervals: Vec<_> = (0..60).map(|index| (index * 6, index * 6 + 4, index as f32)).collect();
    let text: String = intervals
        .iter()
        .map(|(start, end, value)| format!("chr1\t{start}\t{end}\t{value}\n"))
        .collect();
    let bigwig = made::bigwig(&[("chr1", 1_000, &intervals)]);
    let sum = with(Summary::Sum);
    let table = prepared(&genes, SMALL, &bigwig, &sum).table;
    assert_eq!(
        table.values,
        prepared(&genes, SMALL, text.as_bytes(), &sum).table.values
    );
    for (index, gene) in genes.iter().enumerate() {
        let expected: Vec<f32> = (0..4)
            .map(|bin| {
                let (start, end) = (gene.tss - 20 + 10 * bin, gene.tss - 10 + 10 * bin);
                let bases = |interval: &(u32, u32, f32)| {
                    interval.1.min(end).saturating_sub(interval.0.max(start)) as f32 * interval.2
                };
                intervals.iter().map(bases).sum()
            })
            .collect();
        assert_eq!(table.gene(index), expected, "{}", gene.id);
    }
}

#[test]
fn parts_of_an_indexed_file_are_what_the_whole_is() {
    let genes: Vec<_> = (0..9)
        .map(|index| gene(&format!("G{index}"), "chr1", Strand::Plus, 300 - 20 * index))
        .collect();
    let plan = plan(&genes, SMALL);
    let mut signal = open(&made::bigwig(&[("chr1", 1_000, &INTERVALS)]), None).unwrap();
    let mut go_on = || ControlFlow::Continue(());
    let mut read = |ranks| {
        let settings = Settings::default();
        signal.windows(&plan, ranks, &settings, &mut go_on).unwrap()
    };
    let whole = read(0..9);
    assert_eq!([read(0..4), read(4..5), read(5..9)].concat(), whole);
}

#[test]
fn reading_ends_where_the_caller_says_so() {
    let plan = plan(&one(), SMALL);
    let rows: String = (0..10_000)
        .map(|base| format!("chr1\t{base}\t{}\t1\n", base + 1))
        .collect();
    let reads: Vec<_> = (0..10_000).map(|start| made::read(0, start, 5)).collect();
    for bytes in [
        made::bigwig(&[("chr1", 1_000, &INTERVALS)]),
        rows.into_bytes(),
        made::bam(&[("chr1", 100_000)], &reads).0,
    ] {
        let mut signal = open(&bytes, None).unwrap();
        let stopped = signal.all(&plan, &Settings::default(), &mut || ControlFlow::Break(()));
        assert_eq!(stopped.unwrap_err().code(), "cancelled");
    }
}

fn refused(bytes: impl AsRef<[u8]>, code: &str, words: &[&str]) {
    let plan = plan(&one(), SMALL);
    let found = column(&plan, bytes.as_ref(), None, &Settings::default());
    assert_refused(found, code, words);
}

#[test]
fn a_bed_graph_that_is_not_sorted_is_refused_with_its_line() {
    refused(
        "chr1\t50\t60\t1\nchr1\t20\t30\t1\n",
        "unsorted",
        &["line 2", "sort -k1,1 -k2,2n"],
    );
    refused(
        "chr1\t50\t60\t1\nchr2\t20\t30\t1\n\nchr1\t70\t80\t1\n",
        "unsorted",
        &["line 4", "rows of chr2"],
    );
    refused(
        "chr1\t50\t60\t1\nchr1\t55\t70\t1\n",
        "overlap",
        &["line 2", "chr1:55-70", "60"],
    );
}

#[test]
fn rows_that_their_format_does_not_allow_are_refused_with_their_line() {
    let first = "chr1\t50\t60\t1\n";
    refused(format!("{first}chr1\t70\t80\n"), "row", &["line 2", "a value"]);
    refused(format!("{first}chr1\t70\t80\tx\n"), "row", &["line 2"]);
    refused(format!("{first}chr1\t70\t80\t1\t2\n"), "row", &["line 2"]);
    refused(format!("{first}chr1\t80\t70\t1\n"), "row", &["line 2"]);
    refused(format!("{first}chr1\t-1\t70\t1\n"), "row", &["line 2"]);
    refused("chr1\t1\t2\nchr1\t1\n", "row", &["line 2", "a read"]);
}

#[test]
fn signal_below_zero_is_refused_with_its_place() {
    refused(
        "chr1\t85\t90\t-0.5\n",
        "no-signal",
        &["line 1", "-0.5 at chr1:85-90", "log ratios"],
    );
    let bigwig = made::bigwig(&[("chr1", 1_000, &[(85, 90, -0.5)])]);
    refused(bigwig, "no-signal", &["-0.5 at chr1:85-90"]);
    refused("chr1\t85\t90\tinf\n", "no-signal", &["inf at chr1:85-90"]);
}

#[test]
fn a_value_that_is_no_number_stands_for_none() {
    assert_eq!(
        values(b"chr1\t80\t85\tnan\nchr1\t85\t90\t2\n", &with(Summary::Mean)),
        [1.0, 0.0, 0.0, 0.0]
    );
}

#[test]
fn what_is_no_signal_is_named() {
    refused("", "empty", &["bigWig, BAM, bedGraph"]);
    refused("# nothing\n", "empty", &[]);
    refused("gene,bin,H3K4me3\n", "format", &["line 1", "gene,bin"]);
    refused("fixedStep chrom=chr1 start=1 step=1\n1\n", "format", &["wigToBigWig"]);
    refused(b"CRAM\x03\x00", "format", &["a CRAM file", "samtools view -b"]);
    refused(b"BAI\x01\x00\x00\x00\x00", "format", &["index", "Name the BAM file"]);
    refused(b"\xeb\xf2\x89\x87\x04\x00", "format", &["a bigBed file"]);
    refused(
        "chr1\t1\t9\tpeak\t5\t.\t1\t2\t3\t4\n",
        "format",
        &["Peaks are not signal"],
    );
    refused("@HD\tVN:1.6\n", "format", &["SAM"]);
    refused([0x00, 0xff, 0x10], "format", &["binary data"]);
    refused(vec![b'x'; 3 << 20], "line-too-long", &["line 1"]);
}

#[test]
fn of_two_names_for_a_chromosome_the_closer_has_the_signal_whichever_comes_first() {
    let settings = with(Summary::Sum);
    let (near, far) = (bed_graph("chr1"), "1\t0\t1000\t50\n");
    let expected = values(near.as_bytes(), &settings);
    for text in [near.clone() + far, far.to_owned() + &near] {
        assert_eq!(values(text.as_bytes(), &settings), expected);
    }
    let bigwig = made::bigwig(&[("1", 1_000, &[(0, 1_000, 50.0)]), ("chr1", 1_000, &INTERVALS)]);
    assert_eq!(values(&bigwig, &settings), expected);
    let (near, far) = ("chr1\t90\t95\n", "1\t90\t95\n");
    for reads in [[near, far, near].concat(), [far, near, far, near].concat()] {
        assert_eq!(values(reads.as_bytes(), &settings), [0.0, 2.0, 0.0, 0.0]);
    }
    // Where there is no other, it is taken.
    assert_eq!(values(far.as_bytes(), &settings), [0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn two_names_that_mean_a_chromosome_alike_are_refused_until_one_is_renamed() {
    let text = "MT\t90\t95\nMito\t90\t95\nMito\t91\t96\n";
    let settings = Settings::default();
    let mut plan = plan(&[gene("A", "chrM", Strand::Plus, 100)], SMALL);
    let columns = [column(&plan, text.as_bytes(), None, &settings).unwrap()];
    assert_refused(
        plan.assemble("t.csv", &columns, false),
        "same-sequence",
        &["signal", "MT and Mito", "chrM", "--rename"],
    );
    assert!(plan.rename("Mito", "chrM") && !plan.rename("Mito", "chr1"));
    let columns = [column(&plan, text.as_bytes(), None, &settings).unwrap()];
    let table = plan.assemble("t.csv", &columns, false).unwrap().table;
    assert_eq!(table.values, [0.0, 2.0, 0.0, 0.0]);
}

/// Fragments as Cell Ranger writes them: of the window's bins 80, 90, 100 and 110 the cuts are bases 80, 89, 90 and
/// 119; the last two rows lie over the window and are cut outside.
const FRAGMENTS: &str = "# id=made\n# primary_contig=chr1\nchr1\t80\t90\tAAACGAAAGAAACGAG-1\t1\n\
    chr1\t90\t120\tAAACGAAAGAAACGCC-1\t7\nchr1\t79\t121\tAAACGAAAGAAACGAG-1\t2\n\
    chr1\t10\t500\tAAACGAAAGTTTCGAG-1\t1\n";

#[test]
fn fragments_of_single_cells_count_where_their_two_ends_were_cut() {
    let settings = Settings::default();
    let expected = [2.0, 1.0, 0.0, 1.0];
    let fourth = FRAGMENTS
        .replace("-1\t1\n", "-1\n")
        .replace("-1\t7\n", "-1\n")
        .replace("-1\t2\n", "-1\n");
    let sixth = FRAGMENTS.replace("-1\t1\n", "-1\t1\t+\n");
    for text in [FRAGMENTS, &fourth, &sixth, &FRAGMENTS.replace('\n', "\r\n")] {
        let packed = [made::gzip(text.as_bytes()), made::bgzf(text.as_bytes())];
        for bytes in [text.as_bytes(), &packed[0], &packed[1]] {
            assert_eq!(values(bytes, &settings), expected, "{text}");
        }
    }
    let whole = plan(&one(), SMALL);
    let columns = [column(&whole, FRAGMENTS.as_bytes(), None, &settings).unwrap()];
    assert_eq!(columns[0].quantity.describe(), "counts of cuts, two of a fragment");
}

#[test]
fn peaks_and_summits_are_no_fragments() {
    for text in [
        "chr1\t80\t90\tpeak_1\t12\n",
        "chr1\t80\t81\tx_peak_1\t5.2\n",
        "chr1\t80\t90\tAAACGAAAGAAACGAG-1\t0\n",
        "chr1\t80\t90\tgene\n",
    ] {
        assert_refused(open(text.as_bytes(), None), "format", &["not signal"]);
    }
    let odd = FRAGMENTS.replace("chr1\t90\t120", "chr1\t90\t90");
    let plan = plan(&one(), SMALL);
    assert_refused(
        column(&plan, odd.as_bytes(), None, &Settings::default()),
        "row",
        &["line 4", "a fragment, a barcode"],
    );
}

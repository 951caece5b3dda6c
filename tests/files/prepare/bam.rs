//! Reads of BAM: which count, and where.

use regulens::prepare::{ReadFilter, Settings, Strand};

use crate::prepare::made::{self, Read, read};
use crate::prepare::{SMALL, assert_refused, column, gene, open, plan};

fn counts(reads: &[Read], settings: &Settings) -> Vec<f32> {
    let plan = plan(&[gene("A", "chr1", Strand::Plus, 100)], SMALL);
    let (bam, index) = made::bam(&[("chr1", 1_000), ("chr2", 1_000)], reads);
    let streamed = column(&plan, &bam, None, settings).unwrap().values;
    let indexed = column(&plan, &bam, Some(&index), settings).unwrap().values;
    assert_eq!(streamed, indexed, "with and without an index");
    let csi = made::gzip(&made::csi(&[("chr1", 1_000), ("chr2", 1_000)], reads));
    let indexed = column(&plan, &bam, Some(&csi), settings).unwrap().values;
    assert_eq!(streamed, indexed, "with and without a .csi");
    streamed
}

fn counted(reads: &[Read]) -> Vec<f32> {
    counts(reads, &Settings::default())
}

#[test]
fn a_read_counts_in_every_bin_it_shares_a_base_with() {
    // The window reaches from 80 to 120.
    assert_eq!(counted(&[read(0, 60, 20)]), [0.0, 0.0, 0.0, 0.0]);
    assert_eq!(counted(&[read(0, 60, 21)]), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(counted(&[read(0, 85, 5)]), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(counted(&[read(0, 85, 6)]), [1.0, 1.0, 0.0, 0.0]);
    assert_eq!(counted(&[read(0, 70, 100)]), [1.0, 1.0, 1.0, 1.0]);
    assert_eq!(counted(&[read(0, 119, 36)]), [0.0, 0.0, 0.0, 1.0]);
    assert_eq!(counted(&[read(0, 120, 36)]), [0.0, 0.0, 0.0, 0.0]);
    assert_eq!(counted(&[read(1, 90, 36)]), [0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_read_reaches_as_far_as_its_operations_do() {
    let spliced = |operations: &[(u32, char)]| Read {
        operations: operations.to_vec(),
        ..read(0, 85, 1)
    };
    assert_eq!(
        counted(&[spliced(&[(2, 'M'), (20, 'N'), (2, 'M')])]),
        [1.0, 1.0, 1.0, 0.0]
    );
    assert_eq!(
        counted(&[spliced(&[(9, 'S'), (3, '='), (9, 'I'), (2, 'X'), (5, 'H')])]),
        [1.0, 0.0, 0.0, 0.0]
    );
    assert_eq!(
        counted(&[spliced(&[(3, 'M'), (10, 'D'), (1, 'M')])]),
        [1.0, 1.0, 0.0, 0.0]
    );
    assert_eq!(counted(&[spliced(&[])]), [1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn unmapped_failed_secondary_supplementary_and_duplicate_reads_do_not_count() {
    let flagged = |flags| Read {
        flags,
        ..read(0, 85, 1)
    };
    for flags in [0x4, 0x100, 0x200, 0x400, 0x800] {
        assert_eq!(
            counted(&[flagged(flags), flagged(0x10)]),
            [1.0, 0.0, 0.0, 0.0],
            "{flags:#x}"
        );
    }
    let keep_duplicates = Settings {
        reads: ReadFilter {
            keep_duplicates: true,
            ..ReadFilter::default()
        },
        ..Settings::default()
    };
    assert_eq!(
        counts(&[flagged(0x400), flagged(0x404)], &keep_duplicates),
        [1.0, 0.0, 0.0, 0.0]
    );
}

#[test]
fn reads_below_the_least_quality_do_not_count() {
    let reads: Vec<_> = [0, 9, 10, 60].map(|mapq| Read { mapq, ..read(0, 85, 1) }).into();
    let least = |min_mapq| Settings {
        reads: ReadFilter {
            min_mapq,
            ..ReadFilter::default()
        },
        ..Settings::default()
    };
    assert_eq!(counts(&reads, &least(0))[0], 4.0);
    assert_eq!(counts(&reads, &least(10))[0], 2.0);
    assert_eq!(counts(&reads, &least(61))[0], 0.0);
}

#[test]
fn an_index_finds_the_reads_that_reading_all_finds() {
    let genes: Vec<_> = [30, 500, 16_384, 16_390, 40_000, 99_990]
        .iter()
        .flat_map(|&tss| ["chr1", "2"].map(|name| gene(&format!("{name}:{tss}"), name, Strand::Plus, tss)))
        .collect();
    let plan = plan(&genes, SMALL);
    let chromosomes = [("chr1", 100_000), ("chr2", 100_000), ("chr3", 5)];
    let mut reads = Vec::new();
    for chromosome in 0..2 {
        for step in 0..500 {
            let start = step * 37 % 1_000 + step / 100 * 20_000;
            reads.push(read(chromosome, start, 36 + (step as u32) % 7 * 3_000));
        }
    }
    reads.sort_by_key(|read| (read.chromosome, read.start));
    reads.push(Read {
        flags: 4,
        ..read(-1, -1, 36)
    });
    let (bam, index) = made::bam(&chromosomes, &reads);
    let streamed = column(&plan, &bam, None, &Settings::default()).unwrap();
    let indexed = column(&plan, &bam, Some(&index), &Settings::default()).unwrap();
    assert!(streamed.values.iter().sum::<f32>() > 100.0);
    assert_eq!(streamed, indexed);
    let csi = made::gzip(&made::csi(&chromosomes, &reads));
    assert_eq!(streamed, column(&plan, &bam, Some(&csi), &Settings::default()).unwrap());
}

#[test]
fn a_csi_finds_reads_behind_the_last_base_that_a_bai_can_name() {
    let far = 2_000_000_000;
    let plan = plan(&[gene("A", "chr1", Strand::Plus, far as u32 + 100)], SMALL);
    let chromosomes = [("chr1", 2_100_000_000)];
    let reads = [read(0, 85, 1), read(0, far - 40_000, 60_000), read(0, far + 85, 1)];
    let (bam, _) = made::bam(&chromosomes, &reads);
    let csi = made::gzip(&made::csi(&chromosomes, &reads));
    let found = column(&plan, &bam, Some(&csi), &Settings::default()).unwrap();
    assert_eq!(found.values, [2.0, 1.0, 1.0, 1.0]);
}

#[test]
fn an_index_of_another_file_is_refused() {
    let (bam, _) = made::bam(&[("chr1", 1_000), ("chr2", 10)], &[read(0, 85, 1)]);
    let (_, other) = made::bam(&[("chr1", 1_000)], &[read(0, 85, 1)]);
    assert_refused(
        open(&bam, Some(&other)),
        "index",
        &["1 chromosomes, but the file has 2", "samtools index"],
    );
    assert_refused(open(&bam, Some(b"CSI\x01")), "index", &["samtools index"]);
    let plan = plan(&[gene("A", "chr1", Strand::Plus, 100)], SMALL);
    // A place far behind the file's end; behind it in the index is the second chromosome, of 32 bytes.
    let (_, mut far) = made::bam(&[("chr1", 1_000), ("chr2", 10)], &[read(0, 85, 1)]);
    let place = far.len() - 32 - 8;
    far[place..place + 8].copy_from_slice(&(1_u64 << 40).to_le_bytes());
    assert_refused(
        column(&plan, &bam, Some(&far), &Settings::default()),
        "index",
        &["samtools index"],
    );
}

#[test]
fn an_index_that_ends_early_is_refused() {
    let (bam, index) = made::bam(&[("chr1", 1_000), ("chr2", 10)], &[read(0, 85, 1)]);
    for end in 0..index.len() {
        assert_refused(open(&bam, Some(&index[..end])), "index", &["samtools index"]);
    }
    let csi = made::csi(&[("chr1", 1_000), ("chr2", 10)], &[read(0, 85, 1)]);
    for end in 0..csi.len() {
        let cut = made::gzip(&csi[..end]);
        assert_refused(open(&bam, Some(&cut)), "index", &["samtools index"]);
    }
    let packed = made::gzip(&csi);
    for end in 0..packed.len() {
        assert_refused(open(&bam, Some(&packed[..end])), "index", &["samtools index"]);
    }
}

#[test]
fn a_csi_that_claims_more_than_it_holds_is_refused() {
    let (bam, _) = made::bam(&[("chr1", 1_000)], &[read(0, 85, 1)]);
    let csi = made::csi(&[("chr1", 1_000)], &[read(0, 85, 1)]);
    // Smallest bin, depth, more bytes, chromosomes, bins, and chunks of the first bin.
    for at in [4, 8, 12, 16, 20, 36] {
        let mut claims = csi.clone();
        claims[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_refused(open(&bam, Some(&made::gzip(&claims))), "index", &["samtools index"]);
    }
}

#[test]
fn a_bam_file_without_its_end_is_refused() {
    let (bam, _) = made::bam(&[("chr1", 1_000)], &[read(0, 85, 1)]);
    assert_refused(open(&bam[..bam.len() - 28], None), "bam-truncated", &["end marker"]);
}

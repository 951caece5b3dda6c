//! Damaged files end in an error, or are read as if they were whole; nothing is ever a crash.

use regulens::prepare::{Settings, Strand};

use crate::prepare::made::{self, read};
use crate::prepare::{SMALL, column, gene, plan};

fn genes() -> Vec<regulens::prepare::Gene> {
    (0..6)
        .map(|index| gene(&format!("G{index}"), "chr1", Strand::Plus, 50 + 60 * index))
        .collect()
}

fn bigwig(packed: bool) -> Vec<u8> {
    let intervals: Vec<_> = (0..40).map(|index| (index * 10, index * 10 + 7, 1.5)).collect();
    made::bigwig_with(&[("chr1", 1_000, &intervals), ("chr2", 10, &[])], packed, false)
}

fn bam() -> (Vec<u8>, Vec<u8>) {
    let reads: Vec<_> = (0..60).map(|start| read(0, start * 6, 36)).collect();
    made::bam(&[("chr1", 1_000), ("chr2", 10)], &reads)
}

fn reads_or_refuses(bytes: &[u8], index: Option<&[u8]>) -> bool {
    column(&plan(&genes(), SMALL), bytes, index, &Settings::default()).is_ok()
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    for packed in [true, false] {
        let whole = bigwig(packed);
        assert!(reads_or_refuses(&whole, None));
        for end in 0..whole.len() {
            assert!(!reads_or_refuses(&whole[..end], None), "bigWig, {end} bytes");
        }
    }
    let (whole, index) = bam();
    assert!(reads_or_refuses(&whole, Some(&index)));
    for end in 0..whole.len() {
        for index in [None, Some(index.as_slice())] {
            assert!(!reads_or_refuses(&whole[..end], index), "BAM, {end} bytes");
        }
    }
    let whole = made::gzip(b"chr1\t1\t2\t3\n");
    assert!(reads_or_refuses(&whole, None));
    for end in 0..whole.len() {
        assert!(!reads_or_refuses(&whole[..end], None), "gzip, {end} bytes");
    }
}

#[test]
fn a_changed_byte_crashes_nothing() {
    let (bam, index) = bam();
    for (bytes, index) in [
        (bigwig(true), None),
        (bigwig(false), None),
        (bam.clone(), None),
        (bam.clone(), Some(&index)),
    ] {
        for at in 0..bytes.len() {
            for change in [0x01, 0xff] {
                let mut changed = bytes.clone();
                changed[at] ^= change;
                reads_or_refuses(&changed, index.map(Vec::as_slice));
            }
        }
    }
    for at in 0..index.len() {
        for change in [0x01, 0xff] {
            let mut changed = index.clone();
            changed[at] ^= change;
            reads_or_refuses(&bam, Some(&changed));
        }
    }
}

#[test]
fn a_changed_byte_in_packed_reads_is_refused() {
    let (bam, _) = bam();
    let mut refused = 0;
    // Behind the header's block, before the end marker: data, checksums and lengths.
    for at in 200..bam.len() - 28 {
        let mut changed = bam.clone();
        changed[at] ^= 0x10;
        refused += usize::from(!reads_or_refuses(&changed, None));
    }
    // Time stamps, flags and the like of gzip's headers mean nothing.
    assert!(refused * 10 > (bam.len() - 228) * 7, "{refused} of {}", bam.len() - 228);
}

#[test]
fn trees_that_come_back_to_themselves_are_refused() {
    let mut looped = bigwig(true);
    // The index: its place is told at byte 24, its root begins 48 bytes on, and the root's first child is told 20 bytes
    // behind that.
    let index = u64::from_le_bytes(looped[24..32].try_into().unwrap()) as usize;
    let root = index + 48;
    let child = root + 4 + 16;
    looped[child..child + 8].copy_from_slice(&(root as u64).to_le_bytes());
    crate::prepare::assert_refused(
        column(&plan(&genes(), SMALL), &looped, None, &Settings::default()),
        "bigwig-damaged",
        &["its index returns to byte", "Download"],
    );
}

#[test]
fn a_bigwig_without_values_is_called_that_and_not_damaged() {
    // As pyBigWig writes it: no index, and of the data their number alone, which is 0, and the magic number again.
    let mut empty = bigwig(false);
    let data = u64::from_le_bytes(empty[16..24].try_into().unwrap()) as usize;
    empty[24..32].fill(0);
    let cut_short = empty.clone();
    empty.truncate(data);
    empty.extend([0; 8]);
    empty.extend(0x888f_fc26_u32.to_le_bytes());
    let read = |bytes: &[u8]| column(&plan(&genes(), SMALL), bytes, None, &Settings::default());
    crate::prepare::assert_refused(read(&empty), "no-values", &["without values", "not measured"]);
    crate::prepare::assert_refused(read(&cut_short), "bigwig-damaged", &["no index where it should be"]);
}

#[test]
fn nodes_of_bigwig_that_overlap_are_refused() {
    let refused = |file: &[u8], saying: &str| {
        let error = column(&plan(&genes(), SMALL), file, None, &Settings::default()).expect_err("overlapping nodes");
        let text = error.to_string();
        assert!(text.starts_with("signal: ") && text.contains(saying), "{text}");
    };
    let [chromosomes, blocks] = made::bigwigs_with_overlapping_nodes(&bigwig(true), 100);
    refused(&chromosomes, "list of chromosomes overlap");
    refused(&blocks, "nodes of its index overlap");
}

#[test]
fn chromosomes_of_bam_without_names_are_bounded_by_the_file() {
    let count = 700_000_u32;
    let mut plain = b"BAM\x01\0\0\0\0".to_vec();
    plain.extend(count.to_le_bytes());
    for _ in 0..count {
        plain.extend([1, 0, 0, 0, 0, 10, 0, 0, 0]);
    }
    let error = column(&plan(&genes(), SMALL), &made::bgzf(&plain), None, &Settings::default()).expect_err("too many");
    let text = error.to_string();
    assert!(
        text.starts_with("signal: ") && text.contains("more chromosomes than"),
        "{text}"
    );
}

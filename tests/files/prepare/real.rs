//! Real tracks, where a checkout has them beside it. Expected numbers are pyBigWig's of the same bases.

use regulens::prepare::{Annotation, Settings, Strand, Summary, Windows};

use crate::common::shared;
use crate::prepare::{annotation, gene, prepared, with};

#[track_caller]
fn assert_near(got: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len());
    for (&got, &expected) in got.iter().zip(expected) {
        assert!((f64::from(got) - expected).abs() <= tolerance, "{got} for {expected}");
    }
}

#[test]
fn means_of_a_real_bigwig_are_those_of_another_reader() {
    let Some(bytes) = shared("data/yeast/tidyCoverage/MNase.bw") else {
        return;
    };
    let genes = [
        gene("A", "chrII", Strand::Plus, 100_000),
        gene("B", "chrIV", Strand::Minus, 505_000),
    ];
    let table = prepared(&genes, Windows::default(), &bytes, &Settings::default()).table;
    let some = |gene: usize| [0, 1, 50, 99].map(|bin| table.gene(gene)[bin]);
    assert_near(
        &some(0),
        &[3.056_906_27, 2.159_781_06, 3.356_480_36, 3.583_722_77],
        1e-6,
    );
    assert_near(
        &some(1),
        &[4.139_180_11, 3.792_545_16, 2.586_055_73, 4.285_243_03],
        1e-6,
    );
}

#[test]
fn a_small_real_bigwig_is_read_base_by_base() {
    let Some(bytes) = shared("data/computematrix/deeptools/test/test_heatmapper/test.bw") else {
        return;
    };
    let windows = Windows::centred(16, 25).expect("a window");
    let genes = [gene("A", "1", Strand::Plus, 200), gene("A2", "ch2", Strand::Plus, 200)];
    let outcome = prepared(&genes, windows, &bytes, &with(Summary::Mean));
    // It names its chromosomes ch1 … ch3.
    assert_eq!(outcome.table.genes, ["A2"]);
    let mut expected = [0.0; 16];
    (expected[2], expected[6]) = (3.0, 1.0);
    assert_eq!(outcome.table.values, expected);
}

#[test]
fn genes_of_yeast_are_read_from_bed_and_their_transcription_lies_behind_the_tss() {
    let (Some(bed), Some(forward)) = (
        shared("data/yeast/tidyCoverage/TSSs.bed"),
        shared("data/yeast/tidyCoverage/RNA.fwd.bw"),
    ) else {
        return;
    };
    let found = Annotation::read("TSSs.bed", bed.as_slice()).expect("BED");
    assert_eq!((found.genes.len(), found.repeated.len()), (6_534, 0));
    let windows = Windows {
        upstream: 500,
        downstream: 500,
        bin_size: 500,
        strand_flip: true,
    };
    let strand_mean = |strand| {
        let genes: Vec<_> = found
            .genes
            .iter()
            .filter(|gene| gene.strand == strand && ["II", "IV", "XVI"].contains(&gene.chromosome.as_str()))
            .cloned()
            .collect();
        let table = prepared(&genes, windows, &forward, &Settings::default()).table;
        let behind = table.values.chunks_exact(2).map(|bins| f64::from(bins[1]));
        behind.sum::<f64>() / table.genes.len() as f64
    };
    // From the description of the data: the mean in the first 500 bp.
    assert_near(
        &[strand_mean(Strand::Plus) as f32, strand_mean(Strand::Minus) as f32],
        &[40.8, 5.1],
        0.2,
    );
}

#[test]
fn fragments_of_yeast_pile_up_before_the_tss() {
    let (Some(bed), Some(fragments)) = (
        shared("data/yeast/tidyCoverage/TSSs.bed"),
        shared("data/yeast/atac_macs/yeast_500k_SRR1822137.bedpe.gz"),
    ) else {
        return;
    };
    let found = Annotation::read("TSSs.bed", bed.as_slice()).expect("BED");
    let genes: Vec<_> = found
        .genes
        .into_iter()
        .filter(|gene| gene.chromosome != "Mito")
        .collect();
    // Bins of one base: a bin's count is the depth there.
    let windows = Windows {
        upstream: 201,
        downstream: 0,
        bin_size: 1,
        strand_flip: true,
    };
    let table = prepared(&genes, windows, &fragments, &Settings::default()).table;
    let depth = |bin: usize| {
        let depths = table.values.chunks_exact(201).map(|bins| f64::from(bins[bin]));
        (depths.sum::<f64>() / table.genes.len() as f64) as f32
    };
    // From adding up the same fragments base by base, 200, 100 and 0 bp before the TSS.
    assert_near(
        &[depth(0), depth(100), depth(200)],
        &[9.854_205, 7.778_699, 6.241_866],
        1e-5,
    );
}

#[test]
fn an_annotation_names_chromosomes_as_it_likes() {
    let Some(bytes) = shared("data/yeast/tidyCoverage/PolII.bw") else {
        return;
    };
    let table = |name: &str| {
        let row = format!("{name}\t99999\t100000\tA\t0\t+\n");
        let genes = annotation(&row).genes;
        prepared(&genes, Windows::default(), &bytes, &Settings::default()).table
    };
    assert_eq!(table("chrII").values, table("II").values);
}

//! Genes from GTF, GFF3 and BED.

use regulens::prepare::{Annotation, AnnotationFormat, Gene, GeneFilter, Strand};

use crate::prepare::{annotation, assert_refused, made};

const GTF: &str = "#!genome-build GRCh38\n\
chr1\tHAVANA\tgene\t101\t200\t.\t+\t.\tgene_id \"ENSG1.2\"; gene_type \"protein_coding\"; \
gene_name \"AAA\"; tag \"a; b\";\n\
chr1\tHAVANA\ttranscript\t120\t200\t.\t+\t.\tgene_id \"ENSG1.2\"; transcript_id \"T1\";\n\
chr1\tHAVANA\texon\t120\t200\t.\t+\t.\tgene_id \"ENSG1.2\"; transcript_id \"T1\";\n\
chrX\tHAVANA\tgene\t301\t400\t.\t-\t.\tgene_id \"ENSG2.5\"; gene_type \"lncRNA\"; gene_name \"BBB\";\n";

const GFF3: &str = "##gff-version 3\n\
1\thavana\tchromosome\t1\t1000\t.\t.\t.\tID=chromosome:1\n\
1\thavana\tgene\t101\t200\t.\t+\t.\tID=gene:ENSG1;Name=AAA;biotype=protein_coding;description=one%2C two\n\
1\thavana\tmRNA\t101\t200\t.\t+\t.\tID=transcript:T1;Parent=gene:ENSG1\n\
X\thavana\tncRNA_gene\t301\t400\t.\t-\t.\tID=gene:ENSG2;Name=BBB;biotype=lncRNA\n\
##FASTA\n>1\nACGT\n";

const BED: &str = "track name=genes\n\
chr1\t100\t200\tENSG1\t0\t+\nchrX\t300\t400\tENSG2\t0\t-\nchr2\t10\t20\n";

fn places(genes: &[Gene]) -> Vec<(&str, &str, char, u32)> {
    let place = |gene: &Gene| (gene.strand.symbol(), gene.tss);
    genes
        .iter()
        .map(|gene| {
            let (strand, tss) = place(gene);
            (gene.id.as_str(), gene.chromosome.as_str(), strand, tss)
        })
        .collect()
}

#[test]
fn the_tss_is_the_start_on_the_plus_strand_and_the_end_on_the_minus_strand() {
    let gtf = annotation(GTF);
    assert_eq!(gtf.format, AnnotationFormat::Gtf);
    assert_eq!(
        places(&gtf.genes),
        [("ENSG1.2", "chr1", '+', 101), ("ENSG2.5", "chrX", '-', 400)]
    );
    assert_eq!(gtf.genes[0].name.as_deref(), Some("AAA"));
    assert_eq!(gtf.genes[1].biotype.as_deref(), Some("lncRNA"));

    let gff = annotation(GFF3);
    assert_eq!(gff.format, AnnotationFormat::Gff3);
    assert_eq!(places(&gff.genes), [("ENSG1", "1", '+', 101), ("ENSG2", "X", '-', 400)]);
    assert_eq!(gff.genes[0].biotype.as_deref(), Some("protein_coding"));

    let bed = annotation(BED);
    assert_eq!(bed.format, AnnotationFormat::Bed);
    assert_eq!(
        places(&bed.genes),
        [
            ("ENSG1", "chr1", '+', 101),
            ("ENSG2", "chrX", '-', 400),
            ("chr2:10-20", "chr2", '.', 11)
        ]
    );
    assert!(
        bed.notes[0].contains("1 of 3 genes without a strand"),
        "{:?}",
        bed.notes
    );
}

#[test]
fn a_packed_annotation_is_read_as_the_plain_one() {
    for (text, name) in [(GTF, "GTF"), (GFF3, "GFF3"), (BED, "BED")] {
        for packed in [made::gzip(text.as_bytes()), made::bgzf(text.as_bytes())] {
            let found = Annotation::read("genes", packed.as_slice()).expect(name);
            assert_eq!(found, annotation(text), "{name}");
        }
    }
}

#[test]
fn without_rows_of_genes_a_gene_reaches_from_its_first_to_its_last_transcript() {
    let transcripts = "chr1\tx\ttranscript\t50\t90\t.\t-\t.\tgene_id \"A\";\n\
        chr1\tx\texon\t50\t90\t.\t-\t.\tgene_id \"A\";\n\
        chr1\tx\ttranscript\t40\t120\t.\t-\t.\tgene_id \"A\";\n\
        chr2\tx\ttranscript\t7\t9\t.\t+\t.\tgene_id \"B\";\n";
    let found = annotation(transcripts);
    assert_eq!(places(&found.genes), [("A", "chr1", '-', 120), ("B", "chr2", '+', 7)]);
    assert!(found.notes[0].contains("no gene rows"), "{:?}", found.notes);
}

#[test]
fn the_first_gene_with_an_id_stays_and_the_others_are_told() {
    let found = annotation("chr1\t1\t2\tA\t0\t+\nchr1\t5\t6\tB\t0\t+\nchrY\t7\t8\tA\t0\t-\n");
    assert_eq!(places(&found.genes), [("A", "chr1", '+', 2), ("B", "chr1", '+', 6)]);
    assert_eq!(places(&found.repeated), [("A", "chrY", '-', 8)]);
}

#[test]
fn versions_are_cut_off_on_request() {
    let mut found = annotation(GTF);
    found.drop_versions();
    assert_eq!(found.genes[0].id, "ENSG1");
    // Text behind another point is no version.
    let rows = [
        "Y74C9A.2_x",
        "NM_1.1",
        "NM_1.2",
        "RP11-34P13.7",
        "RP11-34P13.14",
        "Y74C9A.3",
        "AL627309.5",
    ];
    let rows = rows.map(|id| format!("chr1\t1\t2\t{id}\t0\t+\n"));
    let mut found = annotation(&rows.concat());
    found.drop_versions();
    let ids = [
        "Y74C9A.2_x",
        "NM_1",
        "RP11-34P13.7",
        "RP11-34P13.14",
        "Y74C9A.3",
        "AL627309.5",
    ];
    assert_eq!(places(&found.genes), ids.map(|id| (id, "chr1", '+', 2)));
    assert_eq!(found.repeated.len(), 1);
}

fn chosen(filter: &GeneFilter) -> Annotation {
    let mut found = annotation(GTF);
    found.choose(filter).expect("a gene is left");
    found
}

#[test]
fn genes_are_chosen_by_kind_by_id_and_by_symbol() {
    let coding = chosen(&GeneFilter {
        biotypes: vec!["protein_coding".to_owned()],
        names: None,
    });
    assert_eq!(coding.genes.len(), 1);
    assert!(coding.notes[0].contains("1 of 2 genes chosen"), "{:?}", coding.notes);
    for name in ["ENSG2.5", "ENSG2", "BBB"] {
        let listed = chosen(&GeneFilter {
            biotypes: Vec::new(),
            names: Some(vec![name.to_owned(), "nowhere".to_owned()]),
        });
        assert_eq!(places(&listed.genes), [("ENSG2.5", "chrX", '-', 400)]);
        assert!(
            listed.notes[0].contains("1 of 2 listed genes are not in genes: nowhere"),
            "{:?}",
            listed.notes
        );
    }
}

#[test]
fn a_choice_that_leaves_no_gene_is_refused() {
    let mut found = annotation(GTF);
    let biotypes = vec!["snoRNA".to_owned()];
    let filter = GeneFilter { biotypes, names: None };
    assert_refused(found.choose(&filter), "none-chosen", &["snoRNA", "of 2"]);
}

fn refused(text: impl AsRef<[u8]>, code: &str, words: &[&str]) {
    assert_refused(Annotation::read("genes", text.as_ref()), code, words);
}

#[test]
fn what_is_no_annotation_is_refused_with_its_line() {
    refused("", "empty", &["GTF, GFF3 or BED"]);
    refused("# nothing\n", "empty", &[]);
    refused("gene,bin,H3K4me3\n", "format", &["line 1", "gene,bin"]);
    refused("chr1 1 2 A\n", "format", &["tabs"]);
    refused(
        "chr1\tx\tCDS\t1\t2\t.\t+\t.\tgene_id \"A\";\n",
        "no-genes",
        &["1 rows", "transcript"],
    );
    refused(
        "chr1\t1\t2\n\nchr1\t5\t4\tA\n",
        "row",
        &["line 3", "ends before it starts"],
    );
    refused("chr1\t1\t2\nchr1\tx\t4\tA\n", "row", &["line 2", "without a start"]);
    refused("chr1\t1\t2\tA\t0\tx\n", "row", &["not a strand"]);
    for (row, what) in [
        ("chr1\tx\tgene\tA\t2\t.\t+\t.\tgene_id \"A\";\n", "without a start"),
        ("chr1\tx\tgene\t1\t2\t.\t+\t.\tgene_name \"A\";\n", "without a gene_id"),
        ("chr1\tx\tgene\t1\t2\t.\t*\t.\tgene_id \"A\";\n", "strand"),
        ("chr1\tx\tgene\t1\t2\t.\t+\n", "nine columns"),
        ("chr1\tx\tgene\t1\t2\t.\t+\t.\tgene_id \"A\n", "attributes"),
    ] {
        refused(format!("{GTF}{row}"), "row", &["line 6", what]);
    }
    let (rows, _) = GFF3.split_once("##FASTA").expect("sequences below its rows");
    refused(
        format!("{rows}1\tx\tgene\t1\t2\t.\t+\t.\tName=A\n"),
        "row",
        &["line 6", "without an ID"],
    );
    refused(
        [b"chr1\t1\t2\tA\n".as_slice(), &[0xff, 0x00]].concat(),
        "format",
        &["line 2", "binary data"],
    );
}

#[test]
fn an_id_that_no_table_can_hold_is_refused() {
    let quoted = "1\tx\tgene\t1\t2\t.\t+\t.\tID=gene:A%22B\n";
    refused(quoted, "row", &["A\\\"B", "a table cell"]);
}

#[test]
fn a_packed_annotation_that_ends_early_is_refused() {
    let whole = made::gzip(GTF.repeat(50).as_bytes());
    for end in [20, whole.len() / 2, whole.len() - 1] {
        refused(&whole[..end], "gzip-truncated", &["end early"]);
    }
    let mut damaged = whole;
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    refused(damaged, "gzip-corrupt", &["checksum"]);
}

#[test]
fn a_strand_is_written_as_formats_do() {
    let strands = [Strand::Plus, Strand::Minus, Strand::Unknown];
    assert_eq!(strands.map(Strand::symbol), ['+', '-', '.']);
}

#[test]
fn rows_of_transcripts_are_counted() {
    let gtf = "chr1\tx\tgene\t1\t9\t.\t+\t.\tgene_id \"A\";\n\
        chr1\tx\ttranscript\t1\t9\t.\t+\t.\tgene_id \"A\"; transcript_id \"T\";\n\
        chr1\tx\texon\t1\t9\t.\t+\t.\tgene_id \"A\"; transcript_id \"T\";\n";
    assert_eq!(annotation(gtf).transcripts, 1);
    let gff3 = "##gff-version 3\n\
        1\tx\tgene\t1\t9\t.\t+\t.\tID=gene:A\n\
        1\tx\tmRNA\t1\t9\t.\t+\t.\tID=transcript:T;Parent=gene:A\n\
        1\tx\tlnc_RNA\t1\t9\t.\t+\t.\tID=transcript:U;Parent=gene:A\n";
    assert_eq!(annotation(gff3).transcripts, 2);
    assert_eq!(annotation("chr1\t0\t9\tA\t0\t+\n").transcripts, 0);
}

//! Genes.

use regulens::prepare::{Annotation, GeneModels};
use regulens_fuzz::target;

use crate::{texts, wraps};

const GTF: &str = "#!genome-build GRCh38\n\
chr1\tHAVANA\tgene\t101\t200\t.\t+\t.\tgene_id \"ENSG1.2\"; gene_type \"protein_coding\"; gene_name \"AAA\"; tag \"a; b\";\n\
chr1\tHAVANA\ttranscript\t120\t200\t.\t+\t.\tgene_id \"ENSG1.2\"; transcript_id \"T1\";\n\
chr1\tHAVANA\texon\t120\t200\t.\t+\t.\tgene_id \"ENSG1.2\"; transcript_id \"T1\";\n\
chrX\tHAVANA\tgene\t301\t400\t.\t-\t.\tgene_id \"ENSG2.5\"; gene_type \"lncRNA\"; gene_name \"BBB\";\n";

const GFF3: &str = "##gff-version 3\n\
1\thavana\tchromosome\t1\t1000\t.\t.\t.\tID=chromosome:1\n\
1\thavana\tgene\t101\t200\t.\t+\t.\tID=gene:ENSG1;Name=AAA;biotype=protein_coding;description=one%2C two\n\
1\thavana\tmRNA\t101\t200\t.\t+\t0\tID=transcript:T1;Parent=gene:ENSG1\n\
1\thavana\texon\t101\t150\t.\t+\t.\tParent=transcript:T1\n\
##FASTA\n>1\nACGT\n";

const BED: &str = "track name=genes\n\
chr1\t100\t200\tENSG1\t0\t+\t100\t200\t0,0,0\t2\t10,20,\t0,80,\nchrX\t300\t400\tENSG2\t0\t-\nchr2\t10\t20\n";

pub fn read(bytes: &[u8]) {
    let _ = Annotation::read("genes", bytes);
    let Ok(models) = GeneModels::read("genes", bytes) else {
        return;
    };
    for chromosome in models.chromosomes().take(3) {
        let _ = models.genes_within(chromosome, 0..u32::MAX, 5);
    }
    let _ = models.completions("a", 5);
}

target!(gtf, texts(&[GTF]), wraps::gzip(), read);
target!(gff3, texts(&[GFF3]), wraps::gzip(), read);
target!(bed, texts(&[BED, "chr1\t3010\t4000\tinf\t-\n"]), wraps::gzip(), read);

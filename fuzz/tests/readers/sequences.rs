//! DNA and what lies in it: FASTA, VCF, regions, motifs, planted sites.

use regulens::interpret::motifs::{Background, ScoredMotif};
use regulens::interpret::{PlantedSites, PlantedTruth};
use regulens::sequence::motifs::MotifFile;
use regulens::sequence::vcf::Vcf;
use regulens::sequence::{Fasta, FastaReader, Region, SequenceError};
use regulens_fuzz::target;

use crate::{place, texts, wraps};

fn in_pieces(bytes: &[u8], size: usize) -> Result<Vec<(String, Vec<u8>)>, SequenceError> {
    let mut reader = FastaReader::new("sequence.fa");
    let mut records = Vec::new();
    for piece in bytes.chunks(size) {
        reader.push(piece)?;
        records.extend(reader.take());
    }
    records.extend(reader.finish()?);
    Ok(records.into_iter().map(|record| (record.name, record.codes)).collect())
}

target!(
    fasta,
    texts(&[
        ">a some words\nACGTNN\nacgt\n>b\nRYKM\n\nAC\n",
        ">chrI\r\nACGT\r\nACGT\r\n;remark\r\n>chrII\r\nT\r\n",
        "ACGTACGT\n",
    ]),
    wraps::gzip(),
    |bytes| {
        let whole = Fasta::read("sequence.fa", bytes)
            .map(|fasta| {
                fasta
                    .records
                    .into_iter()
                    .map(|record| (record.name, record.codes))
                    .collect::<Vec<_>>()
            })
            .map_err(|error| place(&error));
        for size in [1, 13] {
            let pieces = in_pieces(bytes, size).map_err(|error| place(&error));
            // In a damaged gzip file the checksum may be wrong, and text before it as well: whichever is met first.
            let packed = bytes.starts_with(&[0x1f, 0x8b]) && whole.is_err() && pieces.is_err();
            assert!(
                packed || whole == pieces,
                "as a whole {whole:?}, in pieces of {size} {pieces:?}"
            );
        }
    }
);

target!(
    vcf,
    texts(&[
        "##fileformat=VCFv4.3\n##contig=<ID=chr1,length=1000>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n\
         chr1\t10\trs1\tA\tG,T\t50\tPASS\tDP=3;AF=0.5\nchr1\t20\t.\tAC\tA\t.\t.\t.\nchr1\t30\t.\tN\t<DEL>,*\t.\t.\tEND=40\n",
        "chrI:100 A>G\nchrI:200 AC>A\n",
    ]),
    wraps::gzip(),
    |bytes| {
        let _ = Vcf::read("variants.vcf", bytes);
        if let Ok(text) = std::str::from_utf8(bytes) {
            let _ = Vcf::typed("typed", text);
        }
    }
);

target!(
    regions,
    texts(&[
        "chr1\t0\t100\tone\nchr2\t5\t6\n",
        "track name=x\nbrowser position chr1\nchr1 0 9\n",
        "chr7:5,530,601-5,566,779"
    ]),
    wraps::gzip(),
    |bytes| {
        let _ = Region::read_bed("regions.bed", bytes);
        if let Ok(text) = std::str::from_utf8(bytes) {
            let _ = Region::parse("place", text);
        }
    }
);

target!(
    motifs,
    texts(&[
        "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\nBackground letter frequencies\nA 0.3 C 0.2 G 0.2 T 0.3\n\n\
         MOTIF MA0001.1 ABF1\nletter-probability matrix: alength= 4 w= 2 nsites= 20 E= 0\n 0.1 0.2 0.3 0.4\n 1 0 0 0\nURL http://x\n",
        ">MA0001.1\tABF1\nA  [ 1 2 3 ]\nC  [ 4 5 6 ]\nG  [ 7 8 9 ]\nT  [ 1 1 1 ]\n",
        ">one\n1 2 3\n4 5 6\n7 8 9\n1 1 1\n",
    ]),
    wraps::gzip(),
    |bytes| {
        if let Ok(file) = MotifFile::read("motifs.meme", bytes) {
            for scored in ScoredMotif::all(&file, Background::stated(&file)) {
                let _ = scored.best_strand(&vec![0; scored.width()]);
            }
            let mut again = Vec::new();
            file.write_meme(None, &mut again).expect("memory takes every byte");
        }
    }
);

target!(
    planted_sites,
    texts(&[
        "sequence\tmotif\tstart\tend\tstrand\tstrength\teffect\nsim1\tREB1\t10\t18\t+\t1\t0.5\nsim1\tGCN4\t30\t38\t-\t1\t0\n"
    ]),
    wraps::plain,
    |bytes| {
        let _ = PlantedSites::read("sites.tsv", bytes);
    }
);

target!(
    planted_truth,
    texts(&[
        "gene\tlabel\tlevel\tmark\tfirst_bin\tlast_bin\teffect\nSIM1\t1\t0.5\tH3K4me3\t40\t60\t1\nSIM2\t0\t0.1\t\t\t\t\n"
    ]),
    wraps::plain,
    |bytes| {
        let _ = PlantedTruth::read("truth.tsv", bytes);
    }
);

//! Files of very many small entries, each of which is larger in memory than in its file: names, rows, lists, nodes.
//! Each is a few megabytes, and is read once.

use regulens::input::{Expression, TableReader};
use regulens::interpret::{PlantedSites, PlantedTruth};
use regulens::sequence::genome::Indexes;
use regulens::sequence::motifs::MotifFile;
use regulens::sequence::vcf::Vcf;
use regulens::sequence::{Fasta, Region};
use regulens::weights::WeightFile;
use regulens_fuzz::{HELD, most_held};

use crate::{annotations, files, genome_files, genomes, models, signal_files, signals, wraps};

/// That a reader holds what it may, of a file that is not packed.
#[track_caller]
fn is_within(bytes: &[u8], read: impl FnOnce(&[u8])) {
    is_within_of(bytes, bytes.len(), read);
}

/// The same of a file that holds so much text.
#[track_caller]
fn is_within_of(bytes: &[u8], text: usize, read: impl FnOnce(&[u8])) {
    let ((), held) = most_held(|| read(bytes));
    let most = HELD + 8 * text;
    println!("{} bytes, {held} held, {most} allowed", bytes.len());
    assert!(held <= most, "{held} bytes held, where {most} are allowed");
}

/// A header, and so many rows of a number.
fn rows(header: &str, count: usize, row: impl Fn(usize) -> String) -> Vec<u8> {
    let rows: String = (0..count).map(row).collect();
    [header, &rows].concat().into_bytes()
}

#[test]
fn records_and_names() {
    let records = rows("", 300_000, |n| format!(">{n:x}\nA\n"));
    is_within(&records, |bytes| drop(Fasta::read("sequence.fa", bytes)));
    is_within(&records, |bytes| genomes::open(bytes, Indexes::default()));
    let fai = rows("", 500_000, |n| format!("{n:x}\t1\t3\t1\t2\n"));
    is_within(&fai, |bytes| {
        let indexes = Indexes {
            fai: Some(("genome.fai", bytes)),
            gzi: None,
        };
        genomes::open(b">0\nA\n>1\nA\n>2\nA\n", indexes);
    });
    let mut two_bit = genome_files::two_bit(&[("0".to_owned(), b"ACGT".to_vec())], false, 0);
    let (names, record) = (300_000_u32, two_bit.split_off(16 + 1 + 1 + 4));
    two_bit[8..12].copy_from_slice(&names.to_le_bytes());
    two_bit.truncate(16);
    let start = 16 + names * 10;
    for name in 0..names {
        two_bit.push(5);
        two_bit.extend(format!("{name:05x}").bytes());
        two_bit.extend(start.to_le_bytes());
    }
    two_bit.extend(record);
    is_within(&two_bit, |bytes| genomes::open(bytes, Indexes::default()));
}

#[test]
fn rows_of_places() {
    let regions = rows("", 1_500_000, |_| "a\t0\t1\n".to_owned());
    is_within(&regions, |bytes| drop(Region::read_bed("regions.bed", bytes)));
    let chromosomes = rows("", 300_000, |n| format!("{n:x}\t0\t1\t1\n"));
    is_within(&chromosomes, signals::measured);
    let variants = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    let variants = rows(variants, 600_000, |_| "1\t1\t.\tA\tC\t.\t.\t.\n".to_owned());
    is_within(&variants, |bytes| {
        let vcf = Vcf::read("variants.vcf", bytes).expect("short rows, which are many in sound files");
        let mut genome = Fasta::read("genome.fa", b">1\nACGT\n").expect("a sound genome");
        assert_eq!(
            vcf.place(&mut genome).expect("room for their alternatives").len(),
            600_000
        );
    });
}

#[test]
fn genes_and_their_exons() {
    let bed = rows("", 300_000, |n| format!("{n:x}\t1\t2\n"));
    is_within(&bed, annotations::read);
    // As many exons as genes, and each an exon of every gene.
    let row = |kind: &str| format!("1\t\t{kind}\t1\t9\t\t+\t\tgene_id a\n").repeat(5_000);
    is_within((row("gene") + &row("exon")).as_bytes(), annotations::read);
    let parents = format!("1\t.\texon\t1\t2\t.\t+\t.\tParent={}\n", "a,".repeat(500_000)).repeat(4);
    let gff = format!("##gff-version 3\n1\t.\tgene\t1\t2\t.\t+\t.\tID=a\n{parents}");
    is_within(gff.as_bytes(), annotations::read);
}

#[test]
fn tables() {
    let counts = rows("", 1_000_000, |n| format!("{n:x},1\n"));
    is_within(&counts, |bytes| drop(Expression::read("counts.csv", bytes)));
    let about_reads = "__a,1\n".repeat(2_000_000);
    is_within(about_reads.as_bytes(), |bytes| {
        drop(Expression::read("counts.csv", bytes));
    });
    let genes = rows("gene,bin,a\n", 1_000_000, |n| format!("{n:x},1,0\n"));
    let read = |bytes: &[u8]| {
        let mut reader = TableReader::new("table.csv");
        if reader.push(bytes).is_ok() {
            let _ = reader.finish();
        }
    };
    is_within(&genes, read);
    // Text of which a thousand bytes are one in gzip.
    let remarks = vec![b'#'; 1_000]
        .into_iter()
        .chain([b'\n'])
        .collect::<Vec<u8>>()
        .repeat(60_000);
    let packed = signal_files::gzip(&remarks);
    is_within(&packed, read);
    is_within(&packed, |bytes| drop(Expression::read("counts.csv", bytes)));
    is_within(&signal_files::gzip(&b";\n".repeat(30_000_000)), |bytes| {
        drop(Fasta::read("sequence.fa", bytes));
    });
}

#[test]
fn truth_and_motifs() {
    let truth = rows("gene\tmark\tfirst_bin\tlast_bin\n", 700_000, |n| {
        format!("{n:x}\t\t\t\n")
    });
    is_within(&truth, |bytes| drop(PlantedTruth::read("truth.tsv", bytes)));
    let sites = rows("sequence\tstart\tend\teffect\n", 700_000, |n| {
        format!("{n:x}\t1\t1\t0\n")
    });
    is_within(&sites, |bytes| drop(PlantedSites::read("sites.tsv", bytes)));
    let json = rows("{\"genes\":[", 400_000, |n| {
        format!("{{\"gene\":\"{n:x}\",\"planted\":[]}},")
    });
    let json = [&json[..json.len() - 1], b"]}"].concat();
    is_within(&json, |bytes| drop(PlantedTruth::read("truth.json", bytes)));
    let lines = ["MEME version 4\n", &"\n".repeat(4_000_000)].concat();
    is_within(lines.as_bytes(), |bytes| drop(MotifFile::read("motifs.meme", bytes)));
    let values = [">a\n", &"1\n".repeat(2_000_000)].concat();
    is_within(values.as_bytes(), |bytes| drop(MotifFile::read("motifs.jaspar", bytes)));
}

#[test]
fn indexes_of_reads() {
    let bam = signals::bam().0;
    let bai = [
        b"BAI\x01".as_slice(),
        &4_000_000_u32.to_le_bytes(),
        &vec![0; 32_000_000],
    ]
    .concat();
    is_within(&bai, |bytes| signals::windows(&bam, Some(bytes)));
    let numbers = [14_u32, 5, 0, 8_000_000].map(u32::to_le_bytes).concat();
    let csi = wraps::bgzf([b"CSI\x01".as_slice(), &numbers, &vec![0; 32_000_000]].concat());
    is_within(&csi, |bytes| signals::windows(&bam, Some(bytes)));
}

#[test]
fn weights() {
    // Dictionaries of one entry, each remembered.
    let pickle = [b"\x80\x02".as_slice(), &b"}NNs\x940".repeat(500_000), b"N."].concat();
    let archive = files::Archive::default().of(&pickle, &[]);
    is_within(&archive, models::torch);
    let lists = format!("{{\"a\":[{}[0]]}}", "[0],".repeat(2_000_000));
    let file = [&(lists.len() as u64).to_le_bytes(), lists.as_bytes()].concat();
    is_within(&file, |bytes| drop(WeightFile::read("m.safetensors", bytes)));
}

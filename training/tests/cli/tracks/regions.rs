//! `predict` around places of a genome: the numbers of the whole record's prediction, from every format of genome.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use regulens::weights::WeightFile;

use crate::support::setup::{Folder, Outcome, Results, run};

#[path = "../../../../tests/files/genome/made.rs"]
pub mod made;

/// Bases of a bin of the model, and bins at each end of a record that have no prediction.
const BIN: usize = 128;
const CROP: usize = 16;

pub fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models")
}

/// The simulated model and its example: one record of 65,536 bases.
struct Setup {
    folder: Folder,
    letters: Vec<u8>,
}

impl Setup {
    fn new() -> Self {
        let mut text = String::new();
        let example = File::open(shipped().join("examples/sequence.fa.gz")).unwrap();
        MultiGzDecoder::new(example).read_to_string(&mut text).unwrap();
        let letters: String = text.lines().skip(1).collect();
        assert_eq!(letters.len(), 65_536);
        Self {
            folder: Folder::new(),
            letters: letters.into_bytes(),
        }
    }

    /// The example as `name`, and its index beside it.
    fn fasta(&self, name: &str) -> PathBuf {
        let (text, fai) = made::fasta(&[("sim1".to_owned(), self.letters.clone())], 70, "\n");
        self.folder.write(&format!("{name}.fai"), fai);
        let path = self.folder.write(name, text);
        young(&self.folder.path(&format!("{name}.fai")));
        path
    }

    fn predict(&self, input: &Path, out: &str, more: &[&str]) -> Outcome {
        let model = shipped().join("basenji-attention-two-sided-simulated.safetensors");
        let out = self.folder.path(out);
        let paths = ["--model", "--input", "--out"].into_iter().zip([&model, input, &out]);
        let arguments = paths.flat_map(|(flag, path)| [flag.to_owned(), path.display().to_string()]);
        run(std::iter::once("predict".to_owned())
            .chain(arguments)
            .chain(more.iter().map(|&text| text.to_owned())))
    }

    fn table(&self, input: &Path, more: &[&str]) -> (Results, String) {
        let outcome = self.predict(input, "t.tsv", more).succeeds();
        (Results::read(&self.folder.path("t.tsv")), outcome.stderr)
    }
}

/// Lets an index be younger than its file.
fn young(path: &Path) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_mins(1)).unwrap();
}

/// The values of a `.npy`, [bins, 2].
pub fn npy(path: &Path) -> Vec<f32> {
    let bytes = fs::read(path).unwrap();
    let end = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let words = bytes[end..].as_chunks().0.iter();
    words.map(|&word| f32::from_le_bytes(word)).collect()
}

/// Mean and maximum of a track's bins that overlap a range, from the prediction of the whole record.
fn expected(whole: &[f32], start: usize, end: usize, track: usize) -> (f32, f32) {
    let bins = start / BIN - CROP..=(end - 1) / BIN - CROP;
    let values: Vec<f32> = bins.map(|bin| whole[bin * 2 + track]).collect();
    let sum: f64 = values.iter().copied().map(f64::from).sum();
    let max = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    ((sum / values.len() as f64) as f32, max)
}

/// Asserts a region's two rows.
fn assert_rows(table: &Results, row: usize, region: &str, whole: &[f32], start: usize, end: usize) {
    for (track, name) in ["ATAC", "MNase"].into_iter().enumerate() {
        let (mean, max) = expected(whole, start, end, track);
        let cells = [
            region,
            "sim1",
            &start.to_string(),
            &end.to_string(),
            name,
            &mean.to_string(),
            &max.to_string(),
        ];
        assert_eq!(table.rows[row + track], cells.map(str::to_owned));
    }
}

#[test]
fn where_bins_coincide_regions_have_the_numbers_of_the_whole_record() {
    let setup = Setup::new();
    let fasta = setup.fasta("g.fa");
    // Windows of the record begin at 12,288, 24,576 and 36,864: those of regions whose middle is base 32,768.
    let bed = setup
        .folder
        .write("r.bed", "sim1\t30000\t35536\tshort one\nsim1\t20000\t45536\n");
    let bed = bed.display().to_string();
    for more in [&[][..], &["--ensemble", "--shifts", "0,-2"]] {
        setup.predict(&fasta, "whole", more).succeeds();
        let whole = npy(&setup.folder.path("whole/sim1.npy"));
        let regions = ["--regions", "sim1:30,001-35,536", &bed, "sim1:32768-32769"];
        let (table, stderr) = setup.table(&fasta, &[&regions[..], more].concat());
        assert_eq!(table.header.join(" "), "region sequence start end track mean max");
        assert_eq!(table.rows.len(), 8);
        assert_rows(&table, 0, "sim1:30,001-35,536", &whole, 30_000, 35_536);
        assert_rows(&table, 2, "short one", &whole, 30_000, 35_536);
        assert_rows(&table, 4, "sim1:20001-45536", &whole, 20_000, 45_536);
        assert_rows(&table, 6, "sim1:32768-32769", &whole, 32_767, 32_769);
        assert!(
            stderr.contains("4 regions, 290 bins of 128 bp in 2 tracks predicted on cpu"),
            "{stderr}"
        );
    }
}

#[test]
fn every_format_of_genome_gives_the_same() {
    let setup = Setup::new();
    let sequences = [("sim1".to_owned(), setup.letters.clone())];
    let indexed = setup.fasta("g.fa");
    let plain = setup.folder.write("plain.fa", fs::read(&indexed).unwrap());
    let (packed, gzi) = made::blocks(&fs::read(&indexed).unwrap());
    let blocks = setup.folder.write("g.fa.gz", packed);
    for (name, index) in [
        ("g.fa.gz.fai", fs::read(setup.folder.path("g.fa.fai")).unwrap()),
        ("g.fa.gz.gzi", gzi),
    ] {
        young(&setup.folder.write(name, index));
    }
    let two_bit = setup.folder.write("g.2bit", made::two_bit(&sequences, true, 0));
    let regions = ["--regions", "sim1:101-700", "sim1:65000-65536"];
    let (wanted, _) = setup.table(&plain, &regions);
    setup.predict(&plain, "wanted", &[]).succeeds();
    for input in [&indexed, &blocks, &two_bit] {
        let (found, stderr) = setup.table(input, &regions);
        assert_eq!(found.rows, wanted.rows, "{}", input.display());
        assert!(
            stderr.contains("2 of 2 windows reach beyond the end of a sequence"),
            "{stderr}"
        );
        assert!(!stderr.contains("no index"), "{stderr}");
        setup.predict(input, "found", &[]).succeeds();
        let both = ["wanted", "found"].map(|folder| fs::read(setup.folder.path(folder).join("sim1.npy")).unwrap());
        assert!(both[0] == both[1], "{}", input.display());
    }
    // Scores of variants, and what random ones do.
    let model = shipped().join("basenji-attention-two-sided-simulated.safetensors");
    let base = char::from(setup.letters[29_999]);
    let variant = format!("sim1:30000 {base}>{}", if base == 'A' { 'C' } else { 'A' });
    let outputs = |fasta: &Path, name: &str| {
        let out = |ending: &str| setup.folder.path(&format!("{name}{ending}"));
        let (tsv, calibrated) = (out(".tsv"), out(".safetensors"));
        let texts = [model.as_path(), fasta, &tsv, &calibrated].map(|path| path.display().to_string());
        let [model, fasta, tsv_text, calibrated_text] = texts.each_ref().map(String::as_str);
        let given = ["--model", model, "--fasta", fasta];
        let flags = ["--variant", &variant, "--tsv", tsv_text];
        run(["interpret", "variants"].iter().chain(&given).chain(&flags)).succeeds();
        let flags = ["--count", "100", "--track", "ATAC", "--out", calibrated_text];
        run(["calibrate", "variants"].iter().chain(&given).chain(&flags)).succeeds();
        let card = WeightFile::read("m", &fs::read(calibrated).unwrap()).unwrap().card;
        (fs::read(tsv).unwrap(), card.variant_null.unwrap().tracks)
    };
    let wanted = outputs(&plain, "wanted");
    for (input, name) in [(&blocks, "blocks"), (&two_bit, "two-bit")] {
        assert!(outputs(input, name) == wanted, "{name}");
    }
    let outcome = setup.predict(&plain, "t.tsv", &regions).succeeds();
    assert!(outcome.stderr.contains("no index beside it"), "{}", outcome.stderr);
}

#[test]
fn genes_are_regions_by_symbol_or_id() {
    let setup = Setup::new();
    let fasta = setup.fasta("g.fa");
    let row = |first: u32, last: u32, id: &str, name: &str| {
        format!("chrSIM1\tx\tgene\t{first}\t{last}\t.\t-\t.\tgene_id \"{id}\"; gene_name \"{name}\";\n")
    };
    let rows = [
        row(30_001, 35_536, "ENSG00000000001.2", "AAA1"),
        row(9, 99, "G2", "TWIN"),
        row(500, 700, "G3", "TWIN"),
    ];
    let annotation = setup.folder.write("a.gtf", rows.concat()).display().to_string();
    let genes = |names: &'static str| ["--genes", names, "--annotation", &annotation].map(str::to_owned);
    let predict = |names| {
        let genes = genes(names);
        setup.predict(&fasta, "t.tsv", &genes.each_ref().map(String::as_str))
    };
    let stderr = predict("AAA1,ENSG00000000001,G3").succeeds().stderr;
    assert!(stderr.contains("read chrSIM1 as sim1"), "{stderr}");
    let table = Results::read(&setup.folder.path("t.tsv"));
    setup.predict(&fasta, "whole", &[]).succeeds();
    let whole = npy(&setup.folder.path("whole/sim1.npy"));
    assert_rows(&table, 0, "AAA1", &whole, 30_000, 35_536);
    assert_rows(&table, 2, "ENSG00000000001", &whole, 30_000, 35_536);
    assert_eq!(table.rows[4][..4], ["G3", "sim1", "499", "700"].map(str::to_owned));

    predict("AAA2").fails(1, &["a.gtf: found no gene AAA2", "such as AAA1"]);
    predict("TWIN").fails(1, &["2 genes called TWIN: G2 at chrSIM1:9-99, G3 at chrSIM1:500-700"]);
    setup
        .predict(&fasta, "t.tsv", &["--genes", "AAA1"])
        .fails(2, &["--annotation"]);
}

#[test]
fn what_cannot_be_predicted_is_said() {
    let setup = Setup::new();
    let fasta = setup.fasta("g.fa");
    let predict = |regions: &str| setup.predict(&fasta, "t.tsv", &["--regions", regions]);
    predict("sim1").fails(2, &["--regions: found \"sim1\"", "chr2:20,101-24,000"]);
    predict("sim1:9-3").fails(2, &["--regions: found"]);
    predict("sim1:65000-65537").fails(
        1,
        &["--regions: found sim1:65000-65537, beyond the end of sim1", "65536 bp"],
    );
    predict("sim2:1-9").fails(1, &["found no sequence sim2", "expected one of sim1"]);
    predict("missing.bed").fails(1, &["missing.bed", "Check the name"]);
    let bed = setup.folder.write("r.bed", "sim1\t1\t2\nsim1\t65000\t65537\n");
    predict(&bed.display().to_string()).fails(1, &["r.bed, line 2: found sim1:65001-65537, beyond the end"]);
    let bed = setup.folder.write("s.bed", "sim1\t1\t2\nsim1\t5\n");
    predict(&bed.display().to_string()).fails(1, &["s.bed, line 2: found", "as in BED"]);
    let place = ["--regions", "sim1:1-9"];
    for more in [["--format", "npy"], ["--attention", "a.safetensors"]] {
        let outcome = setup.predict(&fasta, "t.tsv", &[place, more].concat());
        outcome.fails(2, &["--regions writes a table of regions", more[0]]);
    }

    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&fs::read(&fasta).unwrap()).unwrap();
    let gzip = setup.folder.write("z.fa.gz", gzip.finish().unwrap());
    setup.predict(&gzip, "t.tsv", &place).fails(
        1,
        &[
            "z.fa.gz: found gzip compression in one stream",
            "gunzip -c GENOME.fa.gz | bgzip",
        ],
    );
    let two_bit = made::two_bit(&[("sim1".to_owned(), setup.letters.clone())], false, 0);
    let cut = setup.folder.write("cut.2bit", &two_bit[..two_bit.len() - 9]);
    setup
        .predict(&cut, "t.tsv", &place)
        .fails(1, &["cut.2bit: found a damaged 2bit file"]);

    // An index of other lines, then one from before the file was changed.
    let (_, other) = made::fasta(&[("sim1".to_owned(), setup.letters.clone())], 50, "\n");
    young(&setup.folder.write("g.fa.fai", other));
    setup
        .predict(&fasta, "t.tsv", &place)
        .fails(1, &["g.fa.fai, record sim1", "expected the index of"]);
    let index = File::options().write(true).open(setup.folder.path("g.fa.fai")).unwrap();
    index.set_modified(SystemTime::now() - Duration::from_hours(1)).unwrap();
    setup
        .predict(&fasta, "t.tsv", &place)
        .fails(1, &["g.fa.fai: found an index older than", "samtools faidx"]);
    assert!(!setup.folder.path("t.tsv").exists());

    let (tables, signal) = (setup.folder.model(), setup.folder.simulated("s.csv", 3, 20, 1));
    let [tables, signal, out] = [tables, signal, setup.folder.path("o.tsv")].map(|path| path.display().to_string());
    let arguments = format!("predict --model {tables} --input {signal} --out {out} --regions sim1:1-9");
    let arguments = arguments.split(' ');
    run(arguments).fails(2, &["--regions applies to sequence models"]);
}

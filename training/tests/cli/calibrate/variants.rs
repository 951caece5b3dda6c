//! `regulens calibrate variants`: the null in the card, and the percentiles that scores get by it.

use std::fs;
use std::path::{Path, PathBuf};

use regulens::weights::WeightFile;

use crate::support::setup::{Folder, Outcome, run, run_line};

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(name)
}

fn model() -> PathBuf {
    shipped("basenji-attention-two-sided-simulated.safetensors")
}

fn fasta() -> PathBuf {
    shipped("examples/sequence.fa.gz")
}

fn calibrate(out: &Path, flags: &[&str]) -> Outcome {
    let [model, fasta, out] = [&model(), &fasta(), out].map(|path| path.display().to_string());
    let paths = ["--model", &model, "--fasta", &fasta, "--out", &out];
    run(["calibrate", "variants"].iter().chain(&paths).chain(flags))
}

fn variants(model: &Path, flags: &[&str]) -> Outcome {
    let [model, fasta] = [model, &fasta()].map(|path| path.display().to_string());
    let paths = ["--model", &model, "--fasta", &fasta];
    run(["interpret", "variants"].iter().chain(&paths).chain(flags))
}

#[test]
fn the_null_of_random_variants_rates_scores_made_alike() {
    let folder = Folder::new();
    let out = folder.path("calibrated.safetensors");
    let said = calibrate(&out, &["--count", "100", "--seed", "5", "--track", "ATAC"])
        .succeeds()
        .stderr;
    assert!(
        said.contains("1 track from 100 single bases and 100 insertions and deletions"),
        "{said}"
    );

    // The same weights, and in the card nothing else is new.
    let read = |path: &Path| WeightFile::read("m", &fs::read(path).unwrap()).unwrap();
    let (before, mut after) = (read(&model()), read(&out));
    let null = after.card.variant_null.take().expect("a null in the card");
    assert_eq!(after.tensors, before.tensors);
    assert_eq!(
        after.card.variant_null.is_none().then_some(&after.card.tracks),
        Some(&before.card.tracks)
    );
    assert_eq!((null.genome.as_str(), null.seed, null.around), ("sequence.fa.gz", 5, 2));
    assert_eq!((null.strands.as_str(), &null.shifts[..]), ("both", &[0][..]));
    let [track] = &null.tracks[..] else {
        panic!("one track");
    };
    for strata in [&track.bases, &track.indels] {
        assert_eq!(strata.iter().map(|stratum| stratum.count).sum::<usize>(), 100);
    }

    // Percentiles are given for the track, for a kind that was drawn, and for no other.
    let one = |text: &str, flags: &[&str]| {
        let tsv = folder.path("t.tsv");
        let tsv_text = tsv.display().to_string();
        let flags: Vec<&str> = ["--variant", text, "--tsv", &tsv_text]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        let said = variants(&out, &flags).succeeds().stderr;
        (fs::read_to_string(&tsv).unwrap(), said)
    };
    let sequence = fs::read(shipped("examples/sequence.fa.gz")).unwrap();
    let fasta = regulens::sequence::Fasta::read("f", &sequence).unwrap();
    let letters = |range: std::ops::Range<usize>| -> String {
        let codes = fasta.records[0].codes[range].iter();
        codes.map(|&code| ['A', 'C', 'G', 'T'][usize::from(code)]).collect()
    };
    let base = letters(20_000..20_001);
    let other = if base == "A" { "C" } else { "A" };
    let (table, _) = one(&format!("{}:20001 {base}>{other}", fasta.records[0].name), &[]);
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    let column = |name: &str| rows[0].iter().position(|column| *column == name).expect("a column");
    for row in &rows[1..] {
        let cell = |name: &str| row[column(name)];
        if cell("track") != "ATAC" {
            assert_eq!((cell("percentile"), cell("activity")), ("", ""));
            continue;
        }
        let [percentile, low, high, activity] = ["percentile", "percentile_low", "percentile_high", "activity"]
            .map(|name| cell(name).parse::<f32>().expect("a number"));
        let [sad, sum] = ["sad", "reference_sum"].map(|name| cell(name).parse::<f32>().unwrap());
        let found = track
            .percentile(regulens::task::tracks::VariantKind::Base, sum, sad)
            .unwrap();
        assert_eq!((found.percentile, found.activity), (percentile, activity));
        assert!(low <= percentile && percentile <= high && percentile < 100.0);
    }
    // Several bases for as many were not drawn.
    let two = letters(20_000..20_002);
    let others: String = two.chars().map(|base| if base == 'A' { 'C' } else { 'A' }).collect();
    let (table, _) = one(&format!("{}:20001 {two}>{others}", fasta.records[0].name), &[]);
    let cells: Vec<&str> = table.lines().nth(1).unwrap().split('\t').collect();
    assert_eq!(cells[column("percentile")], "");
    // Scores made in another way have no percentiles, and a message tells why.
    let (table, said) = one(
        &format!("{}:20001 {base}>{other}", fasta.records[0].name),
        &["--around", "4"],
    );
    assert!(
        !table.contains("percentile") && said.contains("--around 2 --strands both --shifts 0"),
        "{said}"
    );
}

#[test]
fn the_same_seed_and_list_give_the_same_file_and_the_vcf_has_percentiles() {
    let folder = Folder::new();
    let list = folder.write(
        "list.vcf",
        "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t5\t.\tA\tG\t.\t.\t.\n",
    );
    let list = list.display().to_string();
    let [first, second] = ["a.safetensors", "b.safetensors"].map(|name| folder.path(name));
    for out in [&first, &second] {
        calibrate(out, &["--count", "100", "--like", &list]).succeeds();
    }
    assert_eq!(fs::read(&first).unwrap(), fs::read(&second).unwrap());
    let card = WeightFile::read("m", &fs::read(&first).unwrap()).unwrap().card;
    let null = card.variant_null.expect("a null");
    assert!(null.drawn.contains("list.vcf"));
    assert!(
        null.tracks
            .iter()
            .all(|track| track.indels.is_empty() && !track.bases.is_empty())
    );

    let fasta = regulens::sequence::Fasta::read("f", &fs::read(fasta()).unwrap()).unwrap();
    let record = &fasta.records[0];
    let reference = ['A', 'C', 'G', 'T'][usize::from(record.codes[30_000])];
    let alternative = if reference == 'G' { 'T' } else { 'G' };
    let vcf = format!(
        "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n\
         {0}\t30001\t.\t{reference}\t{alternative}\t.\t.\t.\n{0}\t30001\t.\t{reference}\t{reference}A\t.\t.\t.\n",
        record.name
    );
    let vcf = folder.write("in.vcf", vcf).display().to_string();
    let out = folder.path("out.vcf");
    variants(
        &first,
        &["--vcf", &vcf, "--out", &out.display().to_string(), "--track", "ATAC"],
    )
    .succeeds();
    let text = fs::read_to_string(&out).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let value = |row: usize, field: &str| {
        let info = rows[row].split('\t').nth(7).unwrap().split(';');
        info.filter_map(|item| item.split_once('='))
            .find(|(id, _)| *id == field)
    };
    let fields = ["PCTLOW", "PCT", "PCTHIGH", "ACTIVITY"].map(|what| format!("RG_{what}_ATAC"));
    for field in &fields {
        let header = format!("##INFO=<ID={field},Number=A,Type=Float");
        assert!(text.contains(&header), "{header} is not in {text}");
        // No insertion was drawn.
        assert!(
            value(1, field).is_none_or(|(_, value)| value == "."),
            "{field}: {}",
            rows[1]
        );
    }
    let [low, percentile, high, activity] = fields.map(|field| value(0, &field).unwrap().1.parse::<f32>().unwrap());
    assert!(
        0.0 <= low && low <= percentile && percentile <= high && high <= 100.0,
        "{}",
        rows[0]
    );
    assert!((0.0..=100.0).contains(&activity), "{}", rows[0]);
}

#[test]
fn what_cannot_be_calibrated_is_refused() {
    let folder = Folder::new();
    let out = folder.path("x.safetensors");
    calibrate(&out, &["--count", "10"]).fails(2, &["--count"]);
    calibrate(&out, &["--track", "RNA"]).fails(2, &["RNA", "ATAC"]);
    let table_model = shipped("lstm-k562.safetensors").display().to_string();
    let [fasta, to] = [&fasta(), &out].map(|path| path.display().to_string());
    run_line(format!(
        "calibrate variants --model {table_model} --fasta {fasta} --out {to}"
    ))
    .fails(1, &["lstm-k562.safetensors", "signal tables"]);
    assert!(folder.names().is_empty());
}

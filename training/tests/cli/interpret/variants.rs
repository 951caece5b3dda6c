//! `regulens interpret variants` and `mutagenesis`, on simulated sequence.

use std::fs;
use std::path::{Path, PathBuf};

use super::texts;
use crate::support::reference::reference;
use crate::support::setup::{Folder, Outcome, Results, run, run_line};

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// A golden model with heads of attention, and simulated sequence with variants; `None` where there are no golden
/// models.
fn subject(folder: &Folder) -> Option<PathBuf> {
    let weights = reference(
        "golden/basenji/attention-two-sided.weights.safetensors",
        "scores of variants",
    )?;
    let model = folder.path("m.safetensors");
    run_line(format!(
        "import basenji --variant attention-two-sided {} --out {}",
        text(&weights),
        text(&model)
    ))
    .succeeds();
    simulate(folder);
    Some(model)
}

fn simulate(folder: &Folder) -> Outcome {
    let out = text(&folder.path("sim"));
    run_line(format!(
        "simulate sequence --records 2 --length 9000 --variants 6 --seed 3 --out {out}"
    ))
    .succeeds()
}

fn interpret(folder: &Folder, what: &str, model: &Path, flags: &[&str]) -> Outcome {
    let (model, fasta) = (text(model), text(&folder.path("sim.fa")));
    run(["interpret", what, "--model", &model, "--fasta", &fasta]
        .into_iter()
        .chain(flags.iter().copied()))
}

#[test]
fn simulated_sequence_comes_with_tracks_sites_and_variants() {
    let folder = Folder::new();
    let said = simulate(&folder).stderr;
    assert!(said.contains("Simulated, not measured"), "{said}");
    assert_eq!(
        folder.names(),
        [
            "sim.ATAC.bedgraph",
            "sim.MNase.bedgraph",
            "sim.fa",
            "sim.motifs.meme",
            "sim.sites.tsv",
            "sim.vcf"
        ]
    );
    let motifs = fs::read_to_string(folder.path("sim.motifs.meme")).expect("motifs");
    assert!(motifs.contains("Simulated by Regulens, not measured") && motifs.contains("MOTIF decoy_(Gcn4)"));
    // Reb1's T, which no other base may be.
    assert!(
        motifs.contains("w= 7 nsites= 100\n 0.000000 0.000000 0.000000 1.000000\n"),
        "{motifs}"
    );
    for name in folder.names() {
        let text = fs::read_to_string(folder.path(&name)).unwrap();
        assert!(text.contains("Simulated by Regulens, not measured"), "{name}");
    }
    let out = text(&folder.path("x"));
    run(["simulate", "sequence", "--length", "10", "--out", &out]).fails(2, &["length = 10", "2000"]);
}

#[test]
fn variants_are_written_with_scores_beside_what_was_there() {
    let folder = Folder::new();
    let Some(model) = subject(&folder) else {
        return;
    };
    let [vcf, out, tsv] = ["sim.vcf", "scored.vcf", "scored.tsv"].map(|name| text(&folder.path(name)));
    let flags = [
        "--vcf", &vcf, "--out", &out, "--tsv", &tsv, "--track", "track 2", "--track", "track 5",
    ];
    let said = interpret(&folder, "variants", &model, &flags).succeeds().stderr;
    assert!(said.contains("6 variants in 6 rows, 2 tracks"), "{said}");
    let (before, after) = (fs::read_to_string(&vcf).unwrap(), fs::read_to_string(&out).unwrap());
    let rows = |text: &str| -> Vec<Vec<String>> {
        text.lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect()
    };
    assert!(after.contains("##INFO=<ID=RG_SAD_track_2,Number=A,Type=Float,Description=\"track 2: "));
    assert!(after.contains("##regulens_model=") && !after.contains("RG_SAD_track_1"));
    let table = fs::read_to_string(&tsv).unwrap();
    let mut table = table.lines().skip(1);
    for (before, after) in rows(&before).iter().zip(&rows(&after)) {
        assert_eq!(before[..7], after[..7]);
        let added = after[7]
            .strip_prefix(&format!("{};", before[7]))
            .expect("what was there comes first");
        let fields: Vec<&str> = added.split(';').map(|field| field.split('=').next().unwrap()).collect();
        assert_eq!(
            fields,
            [
                "RG_REF_track_2",
                "RG_ALT_track_2",
                "RG_SAD_track_2",
                "RG_TOTAL_track_2",
                "RG_LOG2_track_2",
                "RG_AT_track_2",
                "RG_REF_track_5",
                "RG_ALT_track_5",
                "RG_SAD_track_5",
                "RG_TOTAL_track_5",
                "RG_LOG2_track_5",
                "RG_AT_track_5",
                "RG_ATT",
                "RG_ATTAT"
            ]
        );
        for track in ["track 2", "track 5"] {
            let cells: Vec<&str> = table.next().unwrap().split('\t').collect();
            assert_eq!((cells[0], cells[1], cells[5]), (&*after[0], &*after[1], track));
            for (field, value) in [("REF", cells[6]), ("ALT", cells[7]), ("SAD", cells[8])] {
                let written = format!("RG_{field}_{}={value};", track.replace(' ', "_"));
                assert!(added.contains(&written), "{written} is not in {added}");
            }
            let [before, after, sad] = [6, 7, 8].map(|cell| cells[cell].parse::<f32>().unwrap());
            assert!((after - before - sad).abs() < 1e-3 * before.abs().max(1.0));
            let total = format!("RG_TOTAL_{}={};", track.replace(' ', "_"), cells[9]);
            assert!(added.contains(&total), "{total} is not in {added}");
            let attention: f32 = cells[12].parse().unwrap();
            assert!((0.0..=1.0).contains(&attention));
        }
    }
    assert_eq!(table.next(), None);
}

#[test]
fn over_all_bins_the_score_is_the_total_and_one_strand_scores_otherwise() {
    let folder = Folder::new();
    let Some(model) = subject(&folder) else {
        return;
    };
    let vcf = text(&folder.path("sim.vcf"));
    let scores = |flags: &[&str]| -> Vec<[f32; 2]> {
        let tsv = folder.path("scores.tsv");
        let (out, vcf) = (text(&tsv), vcf.clone());
        let given = ["--vcf", &vcf, "--tsv", &out, "--track", "track 3"];
        interpret(&folder, "variants", &model, &[&given, flags].concat()).succeeds();
        let table = fs::read_to_string(&tsv).unwrap();
        let rows = table.lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>());
        rows.map(|cells| [8, 9].map(|cell| cells[cell].parse().unwrap()))
            .collect()
    };
    let default = scores(&[]);
    assert_eq!(
        default,
        scores(&["--around", "2", "--strands", "both", "--shifts", "0"])
    );
    for ([_, total], [sad, of_all]) in default.iter().zip(scores(&["--around", "100000"])) {
        assert_eq!(*total, of_all);
        assert!((sad - total).abs() <= 1e-4 * total.abs().max(1.0), "{sad} and {total}");
    }
    for other in [["--strands", "forward"], ["--around", "0"], ["--shifts", "-3,3"]] {
        let differ = default
            .iter()
            .zip(scores(&other))
            .filter(|([a, _], [b, _])| a != b)
            .count();
        assert!(differ > 0, "{other:?}");
    }
    interpret(
        &folder,
        "variants",
        &model,
        &["--vcf", &vcf, "--tsv", "x.tsv", "--strands", "reverse"],
    )
    .fails(2, &["reverse", "both, forward"]);
}

#[test]
fn one_variant_may_be_typed() {
    let folder = Folder::new();
    let Some(model) = subject(&folder) else {
        return;
    };
    let rows = fs::read_to_string(folder.path("sim.vcf")).unwrap();
    let row: Vec<String> = rows
        .lines()
        .find(|line| !line.starts_with('#'))
        .unwrap()
        .split('\t')
        .map(str::to_owned)
        .collect();
    let tsv = text(&folder.path("one.tsv"));
    let typed = format!("{}:{} {}>{}", row[0], row[1], row[3], row[4]);
    interpret(&folder, "variants", &model, &["--variant", &typed, "--tsv", &tsv]).succeeds();
    let table = fs::read_to_string(&tsv).unwrap();
    assert_eq!(table.lines().count(), 1 + 7, "a row for each track");
    interpret(&folder, "variants", &model, &["--variant", "here", "--tsv", &tsv])
        .fails(1, &["--variant: found \"here\"", "chrI:1042 A>G"]);
}

#[test]
fn variants_that_disagree_with_the_fasta_are_told_with_file_and_line() {
    let folder = Folder::new();
    let Some(model) = subject(&folder) else {
        return;
    };
    let header = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    let sequence = fs::read_to_string(folder.path("sim.fa")).unwrap();
    let first = sequence.lines().nth(1).unwrap().chars().next().unwrap();
    let other = if first == 'A' { 'C' } else { 'A' };
    let out = text(&folder.path("scored.vcf"));
    for (row, saying) in [
        (
            format!("sim1\t1\t.\t{other}\t{first}\t.\t.\t."),
            "bad.vcf, line 3, column REF: found",
        ),
        (
            "chr7\t1\t.\tA\tC\t.\t.\t.".to_owned(),
            "column CHROM: found the sequence chr7; expected one of",
        ),
        ("sim1\t9999999\t.\tA\tC\t.\t.\t.".to_owned(), "column POS: found bases"),
    ] {
        let vcf = folder.write("bad.vcf", format!("{header}{row}\n"));
        interpret(&folder, "variants", &model, &["--vcf", &text(&vcf), "--out", &out]).fails(1, &[saying, "sim.fa"]);
    }
    let vcf = text(&folder.path("sim.vcf"));
    interpret(
        &folder,
        "variants",
        &model,
        &["--vcf", &vcf, "--out", &out, "--track", "nothing"],
    )
    .fails(2, &["--track nothing is not a track", "track 1, track 2"]);
    interpret(&folder, "variants", &model, &["--vcf", &vcf]).fails(2, &["--out"]);
    assert!(!folder.path("scored.vcf").exists());
}

/// The bases of a simulated record.
fn bases(folder: &Folder, record: &str) -> String {
    let fasta = fs::read_to_string(folder.path("sim.fa")).unwrap();
    let mut lines = fasta
        .lines()
        .skip_while(|line| line.split_whitespace().next() != Some(record));
    lines.next().expect("the record");
    lines.take_while(|line| !line.starts_with('>')).collect()
}

#[test]
fn with_an_annotation_each_variant_has_the_gene_of_the_nearest_start() {
    let folder = Folder::new();
    let Some(model) = subject(&folder) else {
        return;
    };
    let sequence = bases(&folder, ">sim1");
    let snp = |position: usize| {
        let there = &sequence[position - 1..position];
        let others: Vec<&str> = ["A", "C", "G", "T"].into_iter().filter(|base| *base != there).collect();
        (position, there.to_owned(), others[..2].join(","))
    };
    // Whichever base a deletion is trimmed to, base 5,000 goes.
    let deletion = (
        4_999,
        sequence[4_998..5_002].to_owned(),
        sequence[4_998..4_999].to_owned(),
    );
    let rows = [
        snp(1_000),
        snp(1_301),
        snp(4_000),
        snp(3_890),
        deletion,
        snp(7_100),
        snp(8_400),
    ];
    let wanted = [
        ("PLUS", "-201"),
        ("PLUS", "100"),
        ("MINUS", "-100"),
        ("MINUS", "10"),
        ("HERE", "0"),
        ("TWIN,G5.1", "-100,100"),
        ("G6", "100"),
    ];
    let gene = |first: u32, last: u32, strand: char, attributes: &str| {
        format!("chrsim1\tx\tgene\t{first}\t{last}\t.\t{strand}\t.\t{attributes}\n")
    };
    let gtf = [
        gene(1_201, 2_000, '+', "gene_id \"G1\"; gene_name \"PLUS\";"),
        gene(3_001, 3_900, '-', "gene_id \"G2\"; gene_name \"MINUS\";"),
        gene(5_000, 6_000, '+', "gene_id \"G3\"; gene_name \"HERE\";"),
        gene(7_101, 7_200, '-', "gene_id \"G5.1\";"),
        gene(6_900, 7_000, '-', "gene_id \"G4\"; gene_name \"TWIN\";"),
        gene(8_500, 8_600, '.', "gene_id \"G6\";"),
    ];
    let gtf = text(&folder.write("genes.gtf", gtf.concat()));
    let header = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
    let mut vcf = header.to_owned();
    for (position, from, to) in &rows {
        vcf += &format!("sim1\t{position}\t.\t{from}\t{to}\t.\t.\t.\n");
    }
    let there = &bases(&folder, ">sim2")[..1];
    let other = if there == "A" { "C" } else { "A" };
    vcf += &format!(
        "sim2\t1\t.\t{there}\t{other}\t.\t.\t.\nsim1\t20\t.\t{}\t<DEL>\t.\t.\t.\n",
        &sequence[19..20]
    );
    let vcf = text(&folder.write("v.vcf", vcf));
    let scored = |name: &str, more: &[&str]| -> (String, String, String) {
        let [out, tsv] = [format!("{name}.vcf"), format!("{name}.tsv")].map(|name| folder.path(&name));
        let (out_text, tsv_text) = (text(&out), text(&tsv));
        let flags = [
            "--vcf", &vcf, "--out", &out_text, "--tsv", &tsv_text, "--track", "track 2",
        ];
        let outcome = interpret(&folder, "variants", &model, &[&flags, more].concat()).succeeds();
        let [vcf, tsv] = [out, tsv].map(|path| fs::read_to_string(path).unwrap());
        (vcf, tsv, outcome.stderr)
    };
    let (plain_vcf, plain, _) = scored("plain", &[]);
    let (found_vcf, found, said) = scored("found", &["--annotation", &gtf]);
    for remark in [
        "genes.gtf: 1 of 6 genes without a strand",
        "genes.gtf: read sim1 as chrsim1",
        "genes.gtf: no gene on sim2; `gene` is empty there",
    ] {
        assert!(said.contains(remark), "`{remark}` is not in: {said}");
    }

    // The table as it was, with two columns behind.
    let mut cells = vec![("gene", "gene_distance")];
    for ((_, _, to), wanted) in rows.iter().zip(wanted) {
        cells.extend(to.split(',').map(|_| wanted));
    }
    cells.push(("", ""));
    let plain: Vec<&str> = plain.lines().collect();
    let expected: Vec<String> = plain
        .iter()
        .zip(&cells)
        .map(|(row, (gene, distance))| format!("{row}\t{gene}\t{distance}"))
        .collect();
    assert_eq!(plain.len(), cells.len());
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);

    // The VCF as it was, with two fields behind the others, a value for each alternative.
    let of_rows = |vcf: &str| -> Vec<String> {
        let rows = vcf.lines().filter(|line| !line.starts_with('#'));
        rows.map(str::to_owned).collect()
    };
    let expected = of_rows(&plain_vcf)
        .into_iter()
        .enumerate()
        .map(|(at, row)| match wanted.get(at) {
            Some((gene, distance)) => {
                let alternatives = rows[at].2.split(',').count();
                let each = |value: &str| vec![value.replace(',', "&"); alternatives].join(",");
                format!("{row};RG_GENE={};RG_GENEDIST={}", each(gene), each(distance))
            }
            None => row,
        });
    assert_eq!(of_rows(&found_vcf), expected.collect::<Vec<_>>());
    assert!(found_vcf.contains("##INFO=<ID=RG_GENE,Number=A,Type=String,"));
    assert!(found_vcf.contains("##INFO=<ID=RG_GENEDIST,Number=A,Type=String,"));

    let empty = text(&folder.write("empty.gtf", "# nothing\n"));
    let wrong = text(&folder.write("wrong.gtf", "gene,1,2\n"));
    let out = text(&folder.path("never.tsv"));
    for (annotation, saying) in [
        (&*empty, "empty.gtf: found "),
        (&*wrong, "wrong.gtf, line 1"),
        ("missing.gtf", "missing.gtf"),
    ] {
        let flags = ["--vcf", &vcf, "--tsv", &out, "--annotation", annotation];
        interpret(&folder, "variants", &model, &flags).fails(1, &[saying]);
    }
    assert!(!folder.path("never.tsv").exists());
}

#[test]
fn an_indel_is_as_far_from_a_gene_however_it_is_written() {
    let folder = Folder::new();
    let Some(model) = subject(&folder) else {
        return;
    };
    let sequence = bases(&folder, ">sim1");
    let (before, behind) = (&sequence[..1_000], &sequence[1_008..]);
    fs::write(folder.path("sim.fa"), format!(">sim1\n{before}CAAAAAAG{behind}\n")).unwrap();
    let gtf = "sim1\tx\tgene\t501\t900\t.\t+\t.\tgene_id \"G1\";\n";
    let gtf = text(&folder.write("genes.gtf", gtf));
    // A base less of six, and one more, each written at the first of them, at the last, and with all of them.
    let vcf = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
sim1\t1001\t.\tCA\tC\t.\t.\t.
sim1\t1006\t.\tAA\tA\t.\t.\t.
sim1\t1007\t.\tAG\tG\t.\t.\t.
sim1\t1001\t.\tCAAAAAAG\tCAAAAAG\t.\t.\t.
sim1\t1001\t.\tC\tCA\t.\t.\t.
sim1\t1007\t.\tA\tAA\t.\t.\t.
sim1\t1007\t.\tAG\tAAG\t.\t.\t.
";
    let vcf = text(&folder.write("v.vcf", vcf));
    let tsv = folder.path("scored.tsv");
    let flags = [
        "--vcf",
        &vcf,
        "--annotation",
        &gtf,
        "--tsv",
        &text(&tsv),
        "--track",
        "track 2",
    ];
    interpret(&folder, "variants", &model, &flags).succeeds();
    let results = Results::read(&tsv);
    let (distances, sums) = (texts(&results, "gene_distance"), texts(&results, "sad"));
    assert_eq!(distances, ["501", "501", "501", "501", "500", "500", "500"]);
    assert!(sums[..4].iter().all(|sum| *sum == sums[0]), "{sums:?}");
    assert!(sums[4..].iter().all(|sum| *sum == sums[4]), "{sums:?}");
}

#[test]
fn a_variant_that_changes_a_planted_site_is_told_with_the_motif() {
    let folder = Folder::new();
    let Some(model) = subject(&folder) else {
        return;
    };
    let [many, fasta, vcf, motifs, out] =
        ["many", "many.fa", "many.vcf", "many.motifs.meme", "scored.tsv"].map(|name| text(&folder.path(name)));
    let words = "simulate sequence --length 60000 --variants 90 --seed 5 --out";
    run(words.split(' ').chain([many.as_str()])).succeeds();
    let of = [
        "interpret",
        "variants",
        "--model",
        &text(&model),
        "--fasta",
        &fasta,
        "--vcf",
        &vcf,
    ];
    let flags = ["--motifs", &motifs, "--tsv", &out, "--track", "track 3"];
    run(of.into_iter().chain(flags)).succeeds();
    let results = Results::read(Path::new(&out));
    let [position, motif, change] = ["position", "motif", "motif_change"].map(|name| texts(&results, name));
    let (mut changed, mut told, mut elsewhere, mut wrong) = (0, 0, 0, 0);
    let variants = fs::read_to_string(&vcf).expect("variants");
    for line in variants.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let row = (0..position.len()).find(|&row| position[row] == cells[1]);
        let Some(row) = row.filter(|_| cells[3].len() == 1 && cells[4].len() == 1) else {
            continue;
        };
        let planted = cells[7].split(';').find_map(|field| field.strip_prefix("MOTIF="));
        let found: Vec<(&str, &str)> = motif[row].split(',').zip(change[row].split(',')).collect();
        if let Some(planted) = planted {
            changed += 1;
            let of_it = found.iter().find(|(name, _)| *name == planted);
            told += usize::from(of_it.is_some_and(|(_, change)| ["broken", "weakened"].contains(change)));
        } else {
            elsewhere += 1;
            wrong += usize::from(!motif[row].is_empty());
        }
    }
    assert!(changed >= 10 && elsewhere >= 10, "{changed} and {elsewhere}");
    assert!(told as f64 >= 0.8 * f64::from(changed), "{told} of {changed}");
    assert!((wrong as f64) < 0.2 * f64::from(elsewhere), "{wrong} of {elsewhere}");
}

#[test]
fn mutagenesis_writes_a_row_for_each_position() {
    let folder = Folder::new();
    let Some(model) = subject(&folder) else {
        return;
    };
    let out = text(&folder.path("table.tsv"));
    let flags = ["--region", "sim2:4001-4004", "--track", "track 3", "--out", &out];
    interpret(&folder, "mutagenesis", &model, &flags).succeeds();
    let table = fs::read_to_string(&out).unwrap();
    let sequence = bases(&folder, ">sim2");
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(
        rows[0],
        ["sequence", "position", "reference", "A", "C", "G", "T", "height"]
    );
    assert_eq!(rows.len(), 5);
    for (position, row) in (4_001..).zip(&rows[1..]) {
        assert_eq!((row[0], row[1]), ("sim2", &*position.to_string()));
        assert_eq!(row[2], &sequence[position - 1..position]);
        let column = 3 + "ACGT".find(row[2]).unwrap();
        assert_eq!(row[column], "0");
        assert_eq!(row[3..7].iter().filter(|cell| **cell == "0").count(), 1, "{row:?}");
    }
}

#[test]
fn a_region_that_is_not_there_is_wrong_usage() {
    let folder = Folder::new();
    let Some(model) = subject(&folder) else {
        return;
    };
    let out = text(&folder.path("table.tsv"));
    let flags = |region: &'static str| ["--region", region, "--track", "track 3", "--out", &*out].map(str::to_owned);
    for (region, saying) in [
        ("chrI:1-5", "sim1, sim2"),
        ("sim1:8999-9001", "9000 bp"),
        ("sim1:5-1", "not a region"),
    ] {
        let flags = flags(region);
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        interpret(&folder, "mutagenesis", &model, &flags).fails(2, &[saying]);
    }
    interpret(&folder, "mutagenesis", &model, &["--region", "sim1:1-5", "--out", &out])
        .fails(2, &["7 tracks", "--track"]);
}

#[test]
fn a_model_of_tables_is_told() {
    let folder = Folder::new();
    simulate(&folder);
    let model = folder.model();
    let [vcf, out] = ["sim.vcf", "scored.vcf"].map(|name| text(&folder.path(name)));
    interpret(&folder, "variants", &model, &["--vcf", &vcf, "--out", &out]).fails(
        1,
        &[
            "model.safetensors: found a model of the family attentive-chrome",
            "basenji",
        ],
    );
}

//! `regulens prepare`.

mod independent;
mod one_mark;
mod people;
mod tracks;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::change::regulens;
use crate::support::setup::{BINS, Folder, MARKS, Outcome, Results, run};

#[path = "../../../../tests/files/prepare/made.rs"]
#[allow(dead_code, reason = "the library's tests use the rest")]
pub mod made;

/// Three genes on chr1 and one on chrY, of which the last reaches beyond its chromosome.
const ANNOTATION: &str = "chr1\tx\tgene\t5001\t6000\t.\t+\t.\tgene_id \"A\"; gene_type \"protein_coding\";\n\
    chr1\tx\tgene\t6001\t8000\t.\t-\t.\tgene_id \"B\"; gene_type \"lncRNA\";\n\
    chrY\tx\tgene\t101\t200\t.\t+\t.\tgene_id \"Y\"; gene_type \"protein_coding\";\n\
    chr1\tx\tgene\t301\t400\t.\t+\t.\tgene_id \"C\"; gene_type \"protein_coding\";\n";

/// Signal of each kind for [`MARKS`]; the last one has no chrY.
fn marks(folder: &Folder) -> Vec<OsString> {
    let level: Vec<_> = (0..200).map(|step| (step * 50, step * 50 + 30, step as f32)).collect();
    let reads: Vec<_> = (0..300).map(|step| made::read(0, step * 33, 36)).collect();
    let (bam, index) = made::bam(&[("chr1", 10_000), ("chrY", 500)], &reads);
    let text: String = level
        .iter()
        .map(|(start, end, value)| format!("1\t{start}\t{end}\t{value}\n"))
        .collect();
    folder.write("indexed.bam.bai", &index);
    let files = [
        folder.write(
            "a.bw",
            made::bigwig(&[("chr1", 10_000, &level), ("chrY", 500, &[(0, 90, 2.0)])]),
        ),
        folder.write("indexed.bam", &bam),
        folder.write("plain.bam", &bam),
        folder.write(
            "b.bw",
            made::bigwig(&[("1", 10_000, &level), ("Y", 500, &[(0, 90, 1.0)])]),
        ),
        folder.write("c.bedgraph.gz", made::gzip(text.as_bytes())),
    ];
    let mut arguments = Vec::new();
    for (mark, file) in MARKS.iter().zip(files) {
        arguments.push("--mark".into());
        let mut pair = OsString::from(format!("{mark}="));
        pair.push(file);
        arguments.push(pair);
    }
    arguments
}

/// Runs `prepare hm` on these marks, with windows of [`BINS`] bins.
fn prepare(folder: &Folder, marks: &[OsString], out: &str, flags: &[&str]) -> Outcome {
    let annotation = folder.write("genes.gtf", ANNOTATION);
    let bins = BINS.to_string();
    let mut arguments: Vec<OsString> = vec!["prepare".into(), "hm".into()];
    arguments.extend(marks.iter().cloned());
    arguments.extend(["--annotation".into(), annotation.into()]);
    arguments.extend(["--out".into(), folder.path(out).into()]);
    arguments.extend(["--bins".into(), bins.into()]);
    arguments.extend(flags.iter().map(OsString::from));
    run(arguments)
}

#[test]
fn signal_of_every_kind_becomes_a_table_that_a_model_takes() {
    let folder = Folder::new();
    let marks = marks(&folder);
    let said = prepare(&folder, &marks, "table.csv", &[]).succeeds().stderr;
    for words in [
        "genes.gtf: GTF, 4 genes",
        "a.bw: bigWig, mean signal",
        "indexed.bam: BAM, counts of reads\n",
        "plain.bam: BAM, counts of reads; no .bai or .csi beside it",
        "c.bedgraph.gz: bedGraph, mean signal",
        "3 genes in ",
        "1 gene left out: no such chromosome in H3K9me3 (on chrY)",
        "1 gene kept: extend beyond their chromosome",
        "table.notes.tsv",
    ] {
        assert!(said.contains(words), "`{words}` is not in: {said}");
    }
    let table = fs::read_to_string(folder.path("table.csv")).unwrap();
    let mut lines = table.lines();
    assert_eq!(
        lines.next().unwrap(),
        "# H3K27me3, H3K4me3, H3K9me3: mean signal; H3K36me3, H3K4me1: counts of reads; \
         20 bins of 100 bp, 1000 bp before and 1000 bp behind the TSS, in genomic order"
    );
    assert_eq!(lines.next().unwrap(), format!("gene,bin,{}", MARKS.join(",")));
    // Gene A, bases 4,001 to 4,101: 29 bases of 80, 30 of 81 and one of 82. Reads of 36 bases begin every 33; those
    // from 3,993, 4,026, 4,059 and 4,092 reach into the bin.
    assert_eq!(lines.next().unwrap(), "A,1,48.32,4,4,48.32,48.32");
    assert_eq!(table.lines().count(), 2 + 3 * BINS);
    let notes = fs::read_to_string(folder.path("table.notes.tsv")).unwrap();
    assert_eq!(
        notes,
        "gene\tchromosome\ttss\tstrand\tkept\tnote\tdetail\n\
         Y\tchrY\t101\t+\tno\tno-chromosome\tno such chromosome in H3K9me3\n\
         C\tchr1\t301\t+\tyes\tpadded\t7 bins extend beyond the chromosome\n"
    );

    let (model, out) = (folder.model(), folder.path("result.tsv"));
    let table = folder.path("table.csv");
    run([
        Path::new("predict"),
        Path::new("--model"),
        &model,
        Path::new("--input"),
        &table,
        Path::new("--out"),
        &out,
    ])
    .succeeds();
    assert_eq!(Results::read(&out).rows.len(), 3);
}

#[test]
fn tables_of_two_cell_types_train_a_model_of_the_change_between_them() {
    let folder = Folder::new();
    let of_a = marks(&folder);
    // B's signal: each mark has the file of the next.
    let mut files: Vec<String> = of_a
        .iter()
        .filter_map(|word| Some(word.to_str()?.split_once('=')?.1.to_owned()))
        .collect();
    files.rotate_left(1);
    let of_b: Vec<OsString> = MARKS
        .iter()
        .zip(files)
        .flat_map(|(mark, file)| ["--mark".to_owned(), format!("{mark}={file}")])
        .map(OsString::from)
        .collect();
    prepare(&folder, &of_a, "a.csv.gz", &[]).succeeds();
    prepare(&folder, &of_b, "b.csv.gz", &[]).succeeds();
    folder.write("a.expr.csv", "A,0\nB,30\nC,7\nunknown,1\n");
    folder.write("b.expr.csv", "A,15\nB,2\nC,7\n");
    let tables = "@a.csv.gz @b.csv.gz";
    regulens(
        &folder,
        &format!(
            "train deep-diff --variant raw-aux-siamese --train {tables} --valid {tables} --allow-overlap --expression \
                @a.expr.csv @b.expr.csv --epochs 2 --bin-rnn-size 4 --transform log1p --out @change.safetensors"
        ),
    )
    .succeeds();
    regulens(
        &folder,
        "predict --model @change.safetensors --input @a.csv.gz --input-b @b.csv.gz --out @p.tsv",
    )
    .succeeds();
    let found = Results::read(&folder.path("p.tsv"));
    assert_eq!(found.rows.len(), 3);
    assert!(found.numbers("log2_fold_change").iter().all(|y| y.is_finite()));
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let folder = Folder::new();
    let marks = marks(&folder);
    // Enough genes for several shares and parts.
    let genes: String = (0..600)
        .map(|index| format!("chr1\t{}\t{}\tG{index}\t0\t+\n", 10 * index, 10 * index + 1))
        .collect();
    let annotation = folder.write("many.bed", genes);
    for ending in ["csv", "csv.gz"] {
        let mut first = None;
        for threads in ["1", "2", "7"] {
            let out = folder.path(&format!("{threads}.{ending}"));
            let mut arguments: Vec<OsString> = vec!["prepare".into(), "hm".into()];
            arguments.extend(marks.iter().cloned());
            arguments.extend(["--annotation".into(), annotation.clone().into()]);
            arguments.extend(["--out".into(), out.clone().into(), "--threads".into(), threads.into()]);
            run(arguments).succeeds();
            let bytes = fs::read(out).unwrap();
            assert_eq!(
                first.get_or_insert(bytes.clone()),
                &bytes,
                "{threads} threads, {ending}"
            );
        }
    }
    let model = folder.model();
    // Several members of gzip are one file.
    run([
        Path::new("predict"),
        Path::new("--model"),
        &model,
        Path::new("--input"),
        &folder.path("1.csv.gz"),
        Path::new("--out"),
        &folder.path("r.tsv"),
        Path::new("--select-bins"),
        Path::new("41-60"),
    ])
    .succeeds();
    assert_eq!(Results::read(&folder.path("r.tsv")).rows.len(), 600);
}

#[test]
fn genes_are_chosen_and_labelled() {
    let folder = Folder::new();
    let marks = marks(&folder);
    let expression = folder.write("expression.csv", "A,5\nC,1\nelse,3\n");
    let list = folder.write("list.txt", "# mine\nA\nB\nC\nD\n");
    let said = prepare(
        &folder,
        &marks,
        "table.csv",
        &[
            "--expression",
            &expression.display().to_string(),
            "--genes",
            &list.display().to_string(),
            "--missing-as-zero",
        ],
    )
    .succeeds()
    .stderr;
    for words in [
        "1 of 4 listed genes are not in",
        "3 of 4 genes chosen",
        "1 gene left out: no expression count",
        "the median of 3 genes",
    ] {
        assert!(said.contains(words), "`{words}` is not in: {said}");
    }
    let table = fs::read_to_string(folder.path("table.csv")).unwrap();
    let first_rows = |table: &str| -> Vec<(String, String)> {
        let rows = table.lines().skip(2).map(|row| row.split(',').collect::<Vec<_>>());
        let first = rows.filter(|cells| cells[1] == "1");
        first
            .map(|cells| (cells[0].to_owned(), cells[cells.len() - 1].to_owned()))
            .collect()
    };
    let labelled = [("A", "1"), ("C", "0")].map(|(gene, label)| (gene.to_owned(), label.to_owned()));
    // Behind the comment of what the values are there is one of what the labels are.
    assert_eq!(first_rows(&table.replacen('\n', " ", 1)), labelled);
    prepare(
        &folder,
        &marks,
        "coding.csv",
        &["--biotype", "protein_coding", "--missing-as-zero"],
    )
    .succeeds();
    let coding = fs::read_to_string(folder.path("coding.csv")).unwrap();
    let genes: Vec<_> = first_rows(&coding).into_iter().map(|(gene, _)| gene).collect();
    assert_eq!(genes, ["A", "Y", "C"]);
    prepare(&folder, &marks, "none.csv", &["--biotype", "snoRNA"]).fails(1, &["genes.gtf", "no gene that is snoRNA"]);
}

#[test]
fn nothing_is_written_where_a_file_is_damaged() {
    let folder = Folder::new();
    let mut marks = marks(&folder);
    let whole = fs::read(folder.path("a.bw")).unwrap();
    let cut = folder.write("cut.bw", &whole[..whole.len() - 100]);
    let mut pair = OsString::from("H3K27ac=");
    pair.push(&cut);
    marks.extend(["--mark".into(), pair]);
    folder.write("genes.gtf", ANNOTATION);
    let before = folder.names();
    prepare(&folder, &marks, "table.csv", &[])
        .fails(1, &["cut.bw: found a damaged bigWig file", "Download or copy it again"]);
    assert_eq!(folder.names(), before);
}

#[test]
fn signal_and_annotation_of_different_names_are_refused_with_both() {
    let folder = Folder::new();
    let other = folder.write("other.bedgraph", "NC_000001.11\t1\t2\t3\n");
    let pair = format!("H3K4me3={}", other.display());
    prepare(&folder, &["--mark".into(), pair.into()], "table.csv", &[])
        .fails(1, &["other.bedgraph", "NC_000001.11", "chr1, chrY", "same genome"]);
}

#[test]
fn wrong_usage_is_said_before_anything_is_read() {
    let folder = Folder::new();
    let one: Vec<OsString> = vec!["--mark".into(), "H3K4me3=a.bw".into()];
    let refused = |flags: &[&str], saying: &[&str]| {
        let annotation = ["prepare", "hm", "--annotation", "g.gtf", "--out", "t.csv"];
        let arguments = annotation.iter().map(OsString::from).chain(one.iter().cloned());
        run(arguments.chain(flags.iter().map(OsString::from))).fails(2, saying);
    };
    refused(&["--mark", "h3k4me3=b.bw"], &["h3k4me3 is given twice"]);
    refused(&["--mark", "H3K27ac"], &["H3K4me3=signal.bw"]);
    refused(&["--bins", "0"], &["--bins"]);
    refused(&["--bin-size", "0"], &["--bin-size"]);
    refused(&["--upstream", "500"], &["--downstream"]);
    refused(
        &["--upstream", "550", "--downstream", "500"],
        &["multiple of --bin-size"],
    );
    refused(
        &["--upstream", "500", "--downstream", "500", "--bins", "10"],
        &["--bins"],
    );
    let missing = prepare(&folder, &one, "t.csv", &[]);
    missing.fails(1, &["a.bw", "Check the name and the folder."]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_leaves_nothing_behind() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use crate::support::setup::regulens;

    let folder = Folder::new();
    let marks = marks(&folder);
    // An annotation that ends when the test says so.
    let annotation = folder.path("genes.gtf");
    assert!(Command::new("mkfifo").arg(&annotation).status().unwrap().success());
    let names = folder.names();
    let child = regulens()
        .args(["prepare", "hm"])
        .args(&marks)
        .arg("--annotation")
        .arg(&annotation)
        .arg("--out")
        .arg(folder.path("table.csv"))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut rows = fs::File::create(&annotation).unwrap();
    let interrupted = Command::new("kill").arg("-INT").arg(child.id().to_string()).status();
    assert!(interrupted.unwrap().success());
    std::thread::sleep(Duration::from_millis(200));
    rows.write_all(ANNOTATION.as_bytes()).unwrap();
    drop(rows);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("interrupted; nothing was written"), "{stderr}");
    assert_eq!(folder.names(), names);
}

#[test]
fn ids_that_differ_in_versions_or_are_symbols_are_matched_and_others_are_refused() {
    let folder = Folder::new();
    let row = |start: u32, id: &str, name: &str| {
        let end = start + 900;
        format!("chr1\tx\tgene\t{start}\t{end}\t.\t+\t.\tgene_id \"{id}\"; gene_name \"{name}\";\n")
    };
    let rows = [
        row(3_001, "ENSG00000000001.4", "AAA"),
        row(5_001, "ENSG00000000002.7", "BBB"),
    ];
    let annotation = folder.write("named.gtf", rows.concat());
    let signal = folder.write("s.bedgraph", "NC_1.1\t0\t90000\t1\n");
    let labelled = |expression: &str| {
        let expression = folder.write("expression.csv", expression);
        let mut arguments: Vec<OsString> = vec!["prepare".into(), "hm".into(), "--mark".into()];
        arguments.push(format!("H3K4me3={}", signal.display()).into());
        arguments.extend(["--rename".into(), "NC_1.1=chr1".into()]);
        arguments.extend(["--annotation".into(), annotation.clone().into()]);
        arguments.extend(["--expression".into(), expression.into()]);
        arguments.extend(["--out".into(), folder.path("labels.csv").into()]);
        run(arguments)
    };
    for (expression, words) in [
        ("ENSG00000000001,1\nENSG00000000002,9\nENSG00000000003,5\n", "versions"),
        (
            "ENSG00000000001.1,1\nENSG00000000002.1,9\nENSG00000000003.1,5\n",
            "versions",
        ),
        ("AAA,1\nBBB,9\nCCC,5\n", "symbols"),
    ] {
        let said = labelled(expression).succeeds().stderr;
        assert!(said.contains(words), "{said}");
        let table = fs::read_to_string(folder.path("labels.csv")).unwrap();
        let labels: Vec<(&str, &str)> = table
            .lines()
            .filter(|row| row.starts_with("ENSG"))
            .map(|row| (row.split(',').next().unwrap(), row.rsplit(',').next().unwrap()))
            .collect();
        assert!(labels.contains(&("ENSG00000000001.4", "0")), "{table}");
        assert!(labels.contains(&("ENSG00000000002.7", "1")), "{table}");
    }
    labelled("7157,1\n672,9\n675,5\n").fails(
        1,
        &[
            "expression.csv: found 0 of 2 genes",
            "672, 675, 7157",
            "ENSG00000000001.4",
            "symbols",
        ],
    );
}

//! Models of a change between two cell types, from the command line: pairs of tables that fit, and those that do not.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::setup::{BINS, Folder, Outcome, Results, run};

/// DeepDiff's marks in their published order.
pub const CHANGE_MARKS: [&str; 5] = ["H3K4me1", "H3K4me3", "H3K9me3", "H3K27me3", "H3K36me3"];

/// Runs the program in a folder: words that name a file of the folder with `@` stand for its path.
pub fn regulens(folder: &Folder, command: &str) -> Outcome {
    run(command.split_whitespace().map(|word| match word.strip_prefix('@') {
        Some(name) => folder.path(name).display().to_string(),
        None => word.to_owned(),
    }))
}

/// A simulated pair `NAME.a.csv`, `NAME.b.csv` of [`BINS`] with the files beside it.
pub fn pair(folder: &Folder, name: &str, genes: usize, seed: u64) {
    let command = format!("simulate hm-pair --genes {genes} --bins {BINS} --seed {seed} --out @{name}");
    regulens(folder, &command).succeeds();
}

/// A small model of a change, trained for some epochs on a few genes: `VARIANT.safetensors`. Leaves the pairs `t` and
/// `v`.
pub fn trained(folder: &Folder, variant: &str) -> PathBuf {
    pair(folder, "t", 40, 11);
    pair(folder, "v", 20, 12);
    let command = format!(
        "train deep-diff --variant {variant} --train @t.a.csv @t.b.csv --valid @v.a.csv @v.b.csv --expression @e.a.csv \
            @e.b.csv --out @{variant}.safetensors --epochs 3 --learning-rate 0.01 --bin-rnn-size 4 --transform log1p"
    );
    for cell in ["a", "b"] {
        // Genes of different seeds have the same ids: those of validation are renamed.
        let rename = |file: &str| {
            let path = folder.path(file);
            let text = fs::read_to_string(&path)
                .expect("a simulated file")
                .replace("SIM", "VAL");
            fs::write(path, &text).expect("the folder takes a file");
            text
        };
        rename(&format!("v.{cell}.csv"));
        let of_training = fs::read_to_string(folder.path(&format!("t.{cell}.expression.csv")));
        let of_validation = rename(&format!("v.{cell}.expression.csv"));
        folder.write(
            &format!("e.{cell}.csv"),
            of_training.expect("a simulated file") + &of_validation,
        );
    }
    regulens(folder, &command).succeeds();
    folder.path(&format!("{variant}.safetensors"))
}

fn predict(folder: &Folder, tables: &str) -> Outcome {
    let command = format!("predict --model @raw-d.safetensors {tables} --out @p.tsv");
    regulens(folder, &command)
}

/// Predicted changes by gene.
fn changes(folder: &Folder) -> Vec<(String, f64)> {
    let results = Results::read(&folder.path("p.tsv"));
    let mut changes: Vec<_> = results.by_gene("log2_fold_change").into_iter().collect();
    changes.sort_by(|a, b| a.0.cmp(&b.0));
    changes
}

/// Writes a table with its rows changed: each is given as its cells, the header as well.
pub fn rewrite(folder: &Folder, from: &str, to: &str, row: impl Fn(&[&str]) -> Option<Vec<String>>) {
    let text = fs::read_to_string(folder.path(from)).expect("a table");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        row(&cells).map(|cells| cells.join(",") + "\n")
    });
    folder.write(to, rows.collect::<String>());
}

pub fn owned(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|&cell| cell.to_owned()).collect()
}

#[test]
fn a_pair_is_simulated_with_the_same_genes_and_what_drives_their_change() {
    let folder = Folder::new();
    let said = regulens(
        &folder,
        "simulate hm-pair --genes 30 --bins 20 --seed 3 --out @pair.csv",
    );
    assert!(said.succeeds().stderr.contains("Simulated, not measured"));
    assert_eq!(
        folder.names(),
        [
            "pair.a.csv",
            "pair.a.expression.csv",
            "pair.b.csv",
            "pair.b.expression.csv",
            "pair.truth.json",
            "pair.truth.tsv"
        ]
    );
    let header = format!("gene,bin,{}\nSIM000001,1,", CHANGE_MARKS.join(","));
    for table in ["pair.a.csv", "pair.b.csv"] {
        let table = fs::read_to_string(folder.path(table)).unwrap();
        assert!(table.starts_with(&header) && table.lines().count() == 1 + 30 * 20);
    }
    let truth = Results::read(&folder.path("pair.truth.tsv"));
    let column = |name: &str| truth.header.iter().position(|other| other == name).unwrap();
    for row in &truth.rows {
        let change: f64 = row[column("log2_fold_change")].parse().unwrap();
        let mark = &row[column("mark")];
        match row[column("direction")].as_str() {
            "up" => assert!(change > 0.0, "{row:?}"),
            "down" => assert!(change < 0.0, "{row:?}"),
            other => assert!(other == "unchanged" && change == 0.0 && mark.is_empty()),
        }
        if !mark.is_empty() {
            let [a, b]: [f64; 2] = ["effect_a", "effect_b"].map(|name| row[column(name)].parse().unwrap());
            let repressing = mark == "H3K27me3";
            assert_eq!(b > a, (change > 0.0) != repressing, "{row:?}");
            assert_ne!(mark, "H3K9me3", "a decoy");
        }
    }
    // The same seed, the same bytes.
    regulens(&folder, "simulate hm-pair --genes 30 --bins 20 --seed 3 --out @again").succeeds();
    for file in ["a.csv", "b.csv", "a.expression.csv", "truth.tsv"] {
        let bytes = |name: &str| fs::read(folder.path(&format!("{name}.{file}"))).unwrap();
        assert_eq!(bytes("pair"), bytes("again"), "{file}");
    }
    for (flags, saying) in [
        ("--genes 0", "genes = 0"),
        ("--changed-fraction 2", "changed_fraction = 2"),
        ("--layout deep-diff --marks H3K4me3", "--layout headed"),
    ] {
        regulens(&folder, &format!("simulate hm-pair {flags} --out @x")).fails(2, &[saying]);
    }
}

#[test]
fn marks_are_matched_by_name_whatever_their_order_in_either_table() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    predict(&folder, "--input @t.a.csv --input-b @t.b.csv").succeeds();
    let expected = changes(&folder);
    let spread = expected.iter().map(|(_, change)| change);
    let (low, high) = (
        spread.clone().fold(f64::MAX, |a, &b| a.min(b)),
        spread.fold(f64::MIN, |a, &b| a.max(b)),
    );
    assert!(high > low, "a model that says the same of every gene tests nothing");
    rewrite(&folder, "t.b.csv", "swapped.csv", |cells| {
        let mut cells = owned(cells);
        cells.swap(3, 5);
        Some(cells)
    });
    predict(&folder, "--input @t.a.csv --input-b @swapped.csv").succeeds();
    assert_eq!(changes(&folder), expected);
}

#[test]
fn genes_of_one_table_alone_are_left_out_and_named() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    predict(&folder, "--input @t.a.csv --input-b @t.b.csv").succeeds();
    let all = changes(&folder);
    rewrite(&folder, "t.a.csv", "few.a.csv", |cells| {
        (cells[0] != "SIM000002").then(|| owned(cells))
    });
    rewrite(&folder, "t.b.csv", "few.b.csv", |cells| {
        (!["SIM000005", "SIM000009"].contains(&cells[0])).then(|| owned(cells))
    });
    let said = predict(&folder, "--input @few.a.csv --input-b @few.b.csv --unmatched @one.tsv")
        .succeeds()
        .stderr;
    assert!(
        said.contains("few.a.csv: 2 of its genes are not in the other table"),
        "{said}"
    );
    assert!(
        said.contains("few.b.csv: 1 of its genes are not in the other table"),
        "{said}"
    );
    for gene in ["SIM000002", "SIM000005", "SIM000009"] {
        assert!(said.contains(gene), "{gene} is not in: {said}");
    }
    let expected: Vec<_> = all
        .into_iter()
        .filter(|(gene, _)| !["SIM000002", "SIM000005", "SIM000009"].contains(&gene.as_str()))
        .collect();
    assert_eq!(changes(&folder), expected);
    let listed = fs::read_to_string(folder.path("one.tsv")).unwrap();
    assert_eq!(listed, "gene\ttable\nSIM000005\tA\nSIM000009\tA\nSIM000002\tB\n");
    predict(&folder, "--input @t.a.csv --input-b @t.b.csv --unmatched @p.tsv")
        .fails(2, &["--out and --unmatched name the same file"]);
}

#[test]
fn a_condition_that_is_empty_is_an_error_with_its_file() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    rewrite(&folder, "t.b.csv", "none.csv", |cells| {
        (cells[0] == "gene").then(|| owned(cells))
    });
    rewrite(&folder, "t.b.csv", "zero.csv", |cells| {
        let zero = |(column, cell): (usize, &&str)| match column {
            2.. if cells[0] != "gene" => "0".to_owned(),
            _ => (*cell).to_owned(),
        };
        Some(cells.iter().enumerate().map(zero).collect())
    });
    folder.write("empty.csv", "");
    for (file, saying) in [
        ("none.csv", "none.csv"),
        ("zero.csv", "zero.csv: found no signal: all 4000 values are 0"),
        ("empty.csv", "empty.csv"),
    ] {
        let _ = fs::remove_file(folder.path("p.tsv"));
        for tables in [
            format!("--input @t.a.csv --input-b @{file}"),
            format!("--input @{file} --input-b @t.b.csv"),
        ] {
            predict(&folder, &tables).fails(1, &[saying]);
        }
        assert!(!folder.path("p.tsv").exists());
    }
}

#[test]
fn negative_signal_is_an_error_with_its_cell_and_fractions_are_read_as_mean_signal() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    let with = |to: &str, value: &'static str| {
        rewrite(&folder, "t.b.csv", to, |cells| {
            let mut cells = owned(cells);
            if cells[..2] == ["SIM000003", "7"] {
                cells[3] = value.to_owned();
            }
            Some(cells)
        });
    };
    with("negative.csv", "-1");
    predict(&folder, "--input @t.a.csv --input-b @negative.csv").fails(
        1,
        &[
            "negative.csv, line 48",
            "H3K4me3",
            "found -1; expected a number, 0 or more",
        ],
    );
    with("text.csv", "many");
    predict(&folder, "--input @t.a.csv --input-b @text.csv").fails(1, &["text.csv, line 48", "many"]);
    // The rule: numbers need not be whole.
    with("half.csv", "2.5");
    predict(&folder, "--input @t.a.csv --input-b @half.csv").succeeds();
    let evaluate = |counts: &str| {
        folder.write("counts.csv", counts);
        regulens(
            &folder,
            "evaluate --model @raw-d.safetensors --input @t.a.csv @t.b.csv --expression @e.a.csv @counts.csv",
        )
    };
    let counts = fs::read_to_string(folder.path("e.b.csv")).unwrap();
    let first = counts.lines().next().unwrap();
    evaluate(&counts.replace(first, "SIM000001,-4")).fails(1, &["counts.csv, line 1", "-4"]);
    evaluate(&counts.replace(first, "SIM000001,4.25")).succeeds();
}

#[test]
fn outputs_can_start_at_the_means_of_what_they_are_to_give() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    // A model that has learned nothing: its outputs are where they started, but for what drawn weights add.
    let learned = |bias: &str| -> f64 {
        let command = format!(
            "train deep-diff --variant aux --train @t.a.csv @t.b.csv --valid @v.a.csv @v.b.csv --expression @e.a.csv \
                @e.b.csv --out @{bias}.safetensors --epochs 1 --learning-rate 1e-9 --bin-rnn-size 4 --output-bias \
                {bias} --dtype f32"
        );
        regulens(&folder, &command).succeeds();
        let predict = format!("predict --model @{bias}.safetensors --input @t.a.csv --input-b @t.b.csv --out @p.tsv");
        regulens(&folder, &predict).succeeds();
        let found = Results::read(&folder.path("p.tsv")).numbers("log2_count_A");
        found.iter().sum::<f64>() / found.len() as f64
    };
    let counts = fs::read_to_string(folder.path("t.a.expression.csv")).unwrap();
    let logs: Vec<f64> = counts
        .lines()
        .filter_map(|line| line.split(',').nth(1)?.parse::<f64>().ok())
        .map(|count| (count + 1.0).log2())
        .collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    assert_eq!(logs.len(), 40);
    assert!((learned("mean") - mean).abs() < 0.3, "{mean}");
    assert!(learned("drawn").abs() < 0.5 && mean > 2.0, "{mean}");
    let inspect = regulens(&folder, "inspect --json @mean.safetensors").succeeds();
    assert!(
        inspect.stdout.contains("\"output_bias\": \"mean\""),
        "{}",
        inspect.stdout
    );
}

#[test]
fn tables_of_other_bins_than_the_models_are_refused_with_the_one_that_is_at_fault() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    regulens(&folder, "simulate hm-pair --genes 4 --bins 10 --out @short").succeeds();
    let saying = ["found 10 bins per gene; expected the 20 that the model reads"];
    predict(&folder, "--input @short.a.csv --input-b @short.b.csv").fails(1, &saying);
    predict(&folder, "--input @t.a.csv --input-b @short.b.csv").fails(1, &["short.b.csv", saying[0]]);
}

#[test]
fn a_model_of_a_change_takes_two_tables_and_a_model_of_one_cell_type_takes_one() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    predict(&folder, "--input @t.a.csv").fails(1, &["t.a.csv", "found one table", "--input-b"]);
    folder.model();
    let tables = "--input @t.a.csv --input-b @t.b.csv --out @p.tsv";
    for command in ["predict", "interpret perturb"] {
        regulens(&folder, &format!("{command} --model @model.safetensors {tables}"))
            .fails(1, &["found two tables", "reads one"]);
    }
}

#[test]
fn analyses_of_whether_a_gene_is_on_refuse_a_model_of_a_change_and_name_those_that_take_it() {
    let folder = Folder::new();
    let model = trained(&folder, "raw-d");
    regulens(
        &folder,
        "interpret deletion --model @raw-d.safetensors --input @t.a.csv --out @x",
    )
    .fails(1, &["t.a.csv: found one table", "--input-b"]);
    let saying = ["raw-d.safetensors: found a model of a change", "interpret perturb"];
    for command in [
        "attention",
        "saliency",
        "beta --gene SIM000001",
        "truth --truth @t.truth.tsv",
    ] {
        let command = format!("interpret {command} --model @raw-d.safetensors --input @t.a.csv --out @x");
        regulens(&folder, &command).fails(1, &saying);
    }
    assert!(Path::new(&model).exists() && !folder.path("x").exists());
}

//! `regulens interpret attribute`, beside `predict` on tables that are changed by hand.

use std::fs;

use regulens::weights::{Dtype, WeightFile};
use safetensors::SafeTensors;

use super::{Counts, Predicted, cells, interpret, lively, texts, trained, weighed};
use crate::change::{self, regulens};
use crate::support::reference::array;
use crate::support::setup::{BINS, Folder, MARKS, Results};

/// A file of attributions.
struct Found {
    bytes: Vec<u8>,
}

impl Found {
    fn of(folder: &Folder, flags: &str) -> Self {
        interpret(folder, &format!("attribute {flags} --out @a.safetensors")).succeeds();
        Self {
            bytes: fs::read(folder.path("a.safetensors")).expect("attributions"),
        }
    }

    fn values(&self, name: &str) -> Vec<f64> {
        array(&SafeTensors::deserialize(&self.bytes).unwrap(), name).values
    }

    fn shape(&self, name: &str) -> Vec<usize> {
        array(&SafeTensors::deserialize(&self.bytes).unwrap(), name).shape
    }

    fn names(&self) -> Vec<String> {
        let tensors = SafeTensors::deserialize(&self.bytes).unwrap();
        let mut names: Vec<String> = tensors.names().into_iter().map(str::to_owned).collect();
        names.sort();
        names
    }

    fn said(&self, key: &str) -> String {
        let (_, header) = SafeTensors::read_metadata(&self.bytes).unwrap();
        header.metadata().clone().unwrap()[key].clone()
    }

    /// Checks `completeness` against these tensors: their sum, less the score's difference from the baseline.
    #[track_caller]
    fn assert_adds_up_to_what_it_says(&self, parts: &[&str]) {
        let (score, baseline) = (self.values("score"), self.values("baseline_score"));
        let genes = score.len();
        let parts: Vec<Vec<f64>> = parts.iter().map(|part| self.values(part)).collect();
        for (gene, said) in self.values("completeness").iter().enumerate() {
            let of_gene = |part: &Vec<f64>| {
                let size = part.len() / genes;
                part[gene * size..][..size].iter().sum::<f64>()
            };
            let sum: f64 = parts.iter().map(of_gene).sum();
            let expected = sum - (score[gene] - baseline[gene]);
            assert!((said - expected).abs() < 1e-5, "{said} is not {expected}");
        }
    }
}

const MODEL: &str = "--model @model.safetensors --input @sim.csv";

/// Changes each count of a copy of a table, and returns the log-odds that `predict` gives it.
fn logits(
    folder: &Folder,
    model: &std::path::Path,
    change: impl Fn(usize, usize, usize, &[[f64; 5]]) -> f64,
) -> Vec<f64> {
    let mut counts = Counts::read(&folder.path("sim.csv"));
    for (gene, rows) in counts.counts.iter_mut().enumerate() {
        let before = rows.clone();
        for (bin, row) in rows.iter_mut().enumerate() {
            for (mark, cell) in row.iter_mut().enumerate() {
                *cell = change(gene, bin, mark, &before);
            }
        }
    }
    let path = folder.path("changed.csv");
    counts.write(&path);
    Predicted::of(folder, model, &path).logit
}

fn mean_of(rows: &[[f64; 5]], mark: usize) -> f64 {
    rows.iter().map(|row| row[mark]).sum::<f64>() / rows.len() as f64
}

#[test]
fn occlusion_is_what_predict_loses_on_a_table_with_the_genes_mean_there() {
    let folder = Folder::new();
    let model = lively(&folder);
    let table = folder.simulated("sim.csv", 6, BINS, 3);
    let whole = Predicted::of(&folder, &model, &table).logit;
    let found = Found::of(&folder, &format!("{MODEL} --method occlusion --baseline gene-mean"));
    assert_eq!(found.shape("attributions"), [6, BINS, MARKS.len()]);
    assert_eq!(
        found.names(),
        ["attributions", "baseline_score", "completeness", "score"]
    );
    for (key, said) in [("method", "occlusion"), ("baseline", "gene-mean"), ("score", "logit")] {
        assert_eq!(found.said(key), said);
    }
    assert_eq!(
        serde_json::from_str::<Vec<String>>(&found.said("marks")).unwrap(),
        MARKS
    );
    assert_eq!(
        serde_json::from_str::<Vec<String>>(&found.said("genes")).unwrap().len(),
        6
    );
    found.assert_adds_up_to_what_it_says(&["attributions"]);
    let attributions = found.values("attributions");
    for (bin, mark) in [(0, 0), (BINS / 2, 3), (BINS - 1, 4)] {
        let without = logits(&folder, &model, |_, b, m, rows| match (b, m) == (bin, mark) {
            true => mean_of(rows, m),
            false => rows[b][m],
        });
        for gene in 0..6 {
            let got = attributions[(gene * BINS + bin) * MARKS.len() + mark];
            let expected = whole[gene] - without[gene];
            assert!(
                (got - expected).abs() < 1e-5,
                "{gene} {bin} {mark}: {got} is not {expected}"
            );
        }
    }
    let together = Found::of(
        &folder,
        &format!("{MODEL} --method occlusion --together --baseline zero"),
    );
    assert_eq!(together.shape("attributions"), [6, BINS, 1]);
    let without = logits(&folder, &model, |_, b, m, rows| if b == 4 { 0.0 } else { rows[b][m] });
    for gene in 0..6 {
        let got = together.values("attributions")[gene * BINS + 4];
        assert!((got - (whole[gene] - without[gene])).abs() < 1e-5);
    }
}

#[test]
fn integrated_gradients_and_shapley_values_add_up_to_what_predict_says_of_gene_and_baseline() {
    let folder = Folder::new();
    let model = lively(&folder);
    let table = folder.simulated("sim.csv", 6, BINS, 3);
    let whole = Predicted::of(&folder, &model, &table).logit;
    let at_means = logits(&folder, &model, |_, _, mark, rows| mean_of(rows, mark));
    for (method, tensor) in [("integrated-gradients", "attributions"), ("shapley", "shapley")] {
        let found = Found::of(&folder, &format!("{MODEL} --method {method} --baseline gene-mean"));
        found.assert_adds_up_to_what_it_says(&[tensor]);
        for (what, expected) in [("score", &whole), ("baseline_score", &at_means)] {
            let got = found.values(what);
            let off = got.iter().zip(expected).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f64::max) < 1e-5, "{what}: {got:?} {expected:?}");
        }
        for (gene, error) in found.values("completeness").iter().enumerate() {
            let score = (whole[gene] - at_means[gene]).abs().max(whole[gene].abs());
            assert!(
                error.abs() <= 1e-3 * score + 2e-5,
                "{method} {gene}: {error} of {score}"
            );
        }
    }
    // A mark that is alone in differing from the baseline has all of the difference.
    let shapley = Found::of(
        &folder,
        &format!("{MODEL} --method shapley --baseline gene-mean --tsv @a.tsv"),
    );
    assert_eq!(shapley.shape("shapley"), [6, MARKS.len()]);
    assert_eq!(shapley.names(), ["baseline_score", "completeness", "score", "shapley"]);
    for (key, said) in [("method", "shapley"), ("baseline", "gene-mean"), ("score", "logit")] {
        assert_eq!(shapley.said(key), said);
    }
    let rows = Results::read(&folder.path("a.tsv"));
    assert_eq!(rows.header, ["gene", "mark", "shapley"]);
    assert_eq!(texts(&rows, "mark")[..5], MARKS);
    let written = rows.numbers("shapley");
    assert!(
        written
            .iter()
            .zip(shapley.values("shapley"))
            .all(|(a, b)| (a - b).abs() < 1e-6)
    );
}

#[test]
fn several_baselines_are_averaged_with_their_standard_error() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 4, BINS, 3);
    folder.simulated("other.csv", 4, BINS, 9);
    let of = |baseline: &str| Found::of(&folder, &format!("{MODEL} --method gradient-x-input {baseline}"));
    let other = folder.path("other.csv").display().to_string();
    let file = format!("--baseline {other}");
    let apart = ["--baseline zero", &file].map(|baseline| of(baseline).values("attributions"));
    let both = of(&format!("--baseline zero {file} --tsv @a.tsv"));
    assert_eq!(both.said("baseline"), "zero,other.csv");
    let (means, errors) = (both.values("attributions"), both.values("standard_error"));
    for (place, mean) in means.iter().enumerate() {
        let [a, b] = [apart[0][place], apart[1][place]];
        assert!((mean - f64::midpoint(a, b)).abs() < 1e-5);
        assert!((errors[place] - (a - b).abs() / 2.0).abs() < 1e-5);
    }
    let rows = Results::read(&folder.path("a.tsv"));
    assert_eq!(
        rows.header,
        ["gene", "mark", "bin", "position", "attribution", "standard_error"]
    );
    assert_eq!(texts(&rows, "mark")[..5], MARKS);
    assert_eq!(rows.numbers("bin")[4..6], [1.0, 2.0]);
    for (column, tensor) in [("attribution", &means), ("standard_error", &errors)] {
        let apart = rows.numbers(column).into_iter().zip(tensor).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f64::max) < 1e-6, "{column}");
    }
    // For a model of one cell type the other is a second table.
    let second = of("--baseline other --input-b @other.csv").values("attributions");
    assert_eq!(second, apart[1]);
}

#[test]
fn the_means_of_the_training_data_are_those_of_its_table() {
    let folder = Folder::new();
    let model = trained(&folder, "lstm-attn");
    let table = folder.simulated("sim.csv", 4, BINS, 3);
    let training = Counts::read(&folder.path("t.csv"));
    let rows: Vec<[f64; 5]> = training.counts.into_iter().flatten().collect();
    let at_means = logits(&folder, &model, |_, _, mark, _| mean_of(&rows, mark));
    let found = Found::of(
        &folder,
        "--model @lstm-attn.safetensors --input @sim.csv --baseline training-mean",
    );
    assert_eq!(found.said("baseline"), "training-mean");
    let whole = Predicted::of(&folder, &model, &table).logit;
    for (what, expected) in [("score", &whole), ("baseline_score", &at_means)] {
        let got = found.values(what);
        let off = got.iter().zip(expected).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f64::max) < 1e-5, "{what}: {got:?} {expected:?}");
    }
}

#[test]
fn genes_whose_gradients_do_not_add_up_are_counted_aloud() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 6, BINS, 3);
    let said = |steps: &str| {
        let command = format!("attribute {MODEL} --baseline zero {steps} --out @a.safetensors");
        interpret(&folder, &command).succeeds().stderr
    };
    let one = said("--steps 1");
    let bytes = fs::read(folder.path("a.safetensors")).expect("attributions");
    let found = Found { bytes };
    let (score, baseline) = (found.values("score"), found.values("baseline_score"));
    let errors = found.values("completeness");
    // These are far off by either measure: the score, or its difference from the baseline.
    let far =
        (0..6).filter(|&gene| errors[gene].abs() > 1e-2 * score[gene].abs().max((score[gene] - baseline[gene]).abs()));
    assert!(far.count() == 6, "{errors:?}");
    assert!(
        one.contains("warning: attributions have not converged in 6 of 6 genes") && one.contains("See completeness"),
        "{one}"
    );
    let adaptive = said("");
    assert!(!adaptive.contains("warning"), "{adaptive}");
}

#[test]
fn of_a_model_that_says_the_same_of_every_gene_nothing_is_attributed_and_nothing_is_wrong() {
    let folder = Folder::new();
    weighed(&folder, |_| 0.0);
    folder.simulated("sim.csv", 4, BINS, 3);
    for method in ["gradient-x-input", "integrated-gradients", "occlusion", "shapley"] {
        let command = format!("attribute {MODEL} --method {method} --out @a.safetensors");
        let said = interpret(&folder, &command).succeeds().stderr;
        assert!(!said.contains("warning"), "{said}");
        let bytes = fs::read(folder.path("a.safetensors")).expect("attributions");
        let found = Found { bytes };
        let tensor = if method == "shapley" { "shapley" } else { "attributions" };
        for name in [tensor, "completeness", "score"] {
            assert!(found.values(name).iter().all(|&value| value == 0.0), "{method}: {name}");
        }
    }
    interpret(&folder, &format!("deletion {MODEL} --steps 5 --out @d.tsv")).succeeds();
    let areas = Results::read(&folder.path("d.tsv"));
    assert!(texts(&areas, "explanation").contains(&"integrated-gradients"));
    let all = cells(&areas, &["explanation", "group"], "area");
    for explanation in [
        "attention",
        "saliency",
        "integrated-gradients",
        "occlusion",
        "signal",
        "random",
    ] {
        assert_eq!(all[&format!("{explanation} all")], "0", "{explanation}");
    }
}

/// Where there is no GPU, the program says so, and nothing is compared.
#[test]
fn a_gpu_gives_the_scores_of_the_cpu() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 5, BINS, 3);
    for (method, tensor) in [
        ("occlusion", "attributions"),
        ("shapley", "shapley"),
        ("integrated-gradients", "attributions"),
    ] {
        let expected = Found::of(&folder, &format!("{MODEL} --method {method} --baseline zero"));
        let command = format!("attribute {MODEL} --method {method} --baseline zero --device wgpu --out @g.safetensors");
        let outcome = interpret(&folder, &command);
        if outcome.code == 1 && outcome.stderr.contains("--device wgpu: ") {
            let missing = outcome.stderr.trim();
            assert!(option_env!("CI").is_none(), "in CI an adapter must be there: {missing}");
            println!("skipped: {missing}");
            return;
        }
        assert!(!outcome.succeeds().stderr.contains("not trusted"));
        let bytes = fs::read(folder.path("g.safetensors")).expect("attributions");
        let found = Found { bytes };
        for name in [tensor, "score", "baseline_score"] {
            let (found, expected) = (found.values(name), expected.values(name));
            assert_eq!(found.len(), expected.len());
            let scale = expected.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
            let off = found.iter().zip(&expected).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f64::max) < 1e-4 * scale, "{method}: {name}");
        }
    }
}

#[test]
fn of_a_change_each_table_has_its_attributions() {
    let folder = Folder::new();
    change::trained(&folder, "raw-aux-siamese");
    let tables = "--model @raw-aux-siamese.safetensors --input @v.a.csv --input-b @v.b.csv";
    let predict = |a: &str, b: &str| {
        let command = format!("predict --model @raw-aux-siamese.safetensors --input @{a} --input-b @{b} --out @p.tsv");
        regulens(&folder, &command).succeeds();
        Results::read(&folder.path("p.tsv")).numbers("log2_fold_change")
    };
    let (whole, exchanged) = (predict("v.a.csv", "v.b.csv"), predict("v.b.csv", "v.a.csv"));
    let found = Found::of(&folder, &format!("{tables} --baseline other"));
    assert_eq!(found.said("score"), "log2_fold_change");
    let marks = change::CHANGE_MARKS.len();
    for name in ["attributions", "attributions_b"] {
        assert_eq!(found.shape(name), [20, BINS, marks]);
    }
    found.assert_adds_up_to_what_it_says(&["attributions", "attributions_b"]);
    for (what, expected) in [("score", &whole), ("baseline_score", &exchanged)] {
        let got = found.values(what);
        assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{what}");
    }
    let shapley = Found::of(&folder, &format!("{tables} --method shapley --baseline zero"));
    shapley.assert_adds_up_to_what_it_says(&["shapley", "shapley_b"]);
    assert!(shapley.values("completeness").iter().all(|error| error.abs() < 1e-4));
    let deletion = "deletion --model @raw-aux-siamese.safetensors --input @v.a.csv --input-b @v.b.csv";
    interpret(
        &folder,
        &format!("{deletion} --explanations occlusion,random,attention --out @d.tsv"),
    )
    .succeeds();
    let rows = Results::read(&folder.path("d.tsv"));
    assert_eq!(
        texts(&rows, "explanation")[..4],
        ["attention", "attention", "attention", "occlusion"]
    );
    assert_eq!(texts(&rows, "group")[..3], ["all", "up", "down"]);
    // Values that cost most alone cost more than chance when they are deleted first.
    let area = |of: &str| {
        cells(&rows, &["explanation", "group"], "area")[of]
            .parse::<f64>()
            .unwrap()
    };
    assert!(area("occlusion all") > area("random all"));
}

#[test]
fn what_cannot_be_attributed_is_refused_with_its_remedy() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 4, BINS, 3);
    folder.simulated("few.csv", 3, BINS, 3);
    folder.simulated("short.csv", 4, BINS / 2, 3);
    let text = fs::read_to_string(folder.path("sim.csv")).expect("a table");
    folder.write("marks.csv", text.replacen("H3K4me3", "H4K20me1", 1));
    let refused = |flags: &str, code: i32, saying: &[&str]| {
        interpret(&folder, &format!("attribute {MODEL} {flags} --out @a.safetensors")).fails(code, saying);
        assert!(!folder.path("a.safetensors").exists());
    };
    let file = |name: &str| folder.path(name).display().to_string();
    refused(
        "--baseline nothing",
        2,
        &[
            "`nothing` is neither a baseline nor a file",
            "zero, class-mean, midpoint, other, gene-mean, training-mean, gene:ID",
        ],
    );
    refused("--baseline other", 2, &["--input-b"]);
    refused("--baseline gene:nobody", 1, &["no gene nobody in the table"]);
    refused("--baseline midpoint", 1, &["one cell type"]);
    refused("--symmetric", 2, &["applies to change models"]);
    refused(
        "--baseline training-mean",
        1,
        &["training-mean", "regulens calibrate explanations --train"],
    );
    refused(
        &format!("--baseline {}", file("few.csv")),
        1,
        &["few.csv", "1 of the 4 genes"],
    );
    refused(&format!("--baseline {}", file("short.csv")), 1, &["short.csv", "bins"]);
    refused(
        &format!("--baseline {}", file("marks.csv")),
        1,
        &["marks.csv", "H3K4me3"],
    );
    refused("--method occlusion --window 0", 2, &["1 or more"]);
    refused("--method occlusion --window 1000", 2, &["1000", "bins"]);
    refused("--method shapley --steps 8", 2, &["--steps", "integrated-gradients"]);
    refused("--together", 2, &["occlusion"]);
    refused("--side-by-side", 2, &["--side-by-side", "occlusion"]);
}

#[test]
fn without_a_baseline_a_gene_is_compared_with_no_signal_and_one_compared_with_itself_has_nothing_to_share() {
    let folder = Folder::new();
    lively(&folder);
    folder.simulated("sim.csv", 6, BINS, 3);
    let found = Found::of(&folder, &format!("{MODEL} --method gradient-x-input"));
    assert_eq!(found.said("baseline"), "zero");
    let genes: Vec<String> = serde_json::from_str(&found.said("genes")).unwrap();
    let flags = format!("{MODEL} --method shapley --baseline gene:{}", genes[2]);
    let found = Found::of(&folder, &flags);
    assert_eq!(found.said("baseline"), format!("gene:{}", genes[2]));
    let shapley = found.values("shapley");
    let of = |gene: usize| &shapley[gene * MARKS.len()..][..MARKS.len()];
    assert!(of(2).iter().all(|&share| share == 0.0) && of(3).iter().any(|&share| share != 0.0));
    found.assert_adds_up_to_what_it_says(&["shapley"]);
}

#[test]
fn a_gene_whose_score_is_no_number_is_named_by_its_id() {
    let folder = Folder::new();
    let model = super::shipped("deep-chrome-k562.safetensors");
    let mut file = WeightFile::read(&model, &fs::read(&model).expect("a model that ships")).expect("a sound model");
    for (name, tensor) in &mut file.tensors {
        if name.ends_with("weight") {
            tensor.values.iter_mut().for_each(|value| *value *= 1e8);
        }
    }
    let bytes = WeightFile::write(&file.card, &file.tensors, Dtype::F32).expect("finite weights");
    folder.write("large.safetensors", bytes);
    let mut table = format!("gene,bin,{}\n", file.card.marks.join(","));
    for (gene, count) in [("quiet", 0), ("loud", 7)] {
        for bin in 1..=file.card.bins {
            table += &format!("{gene},{bin}{}\n", format!(",{count}").repeat(file.card.marks.len()));
        }
    }
    folder.write("t.csv", table);
    for flags in [
        "attribute --method occlusion --out @a.safetensors",
        "perturb --out @p.tsv",
    ] {
        let outcome = interpret(&folder, &format!("{flags} --model @large.safetensors --input @t.csv"));
        outcome.fails(1, &["loud: its "]);
    }
}

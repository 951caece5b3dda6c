//! `predict` and `evaluate` over several models.

use std::fs;

use serde_json::Value;

use super::{LSTM, attentive_chrome};
use crate::change::{pair, regulens, trained};
use crate::support::setup::{Folder, Results};

fn predict(folder: &Folder, models: &str, tables: &str, out: &str) -> Results {
    regulens(folder, &format!("predict --model {models} {tables} --out @{out}")).succeeds();
    Results::read(&folder.path(out))
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-6, "{found}, expected {expected}");
}

#[test]
fn several_models_predict_the_mean_of_their_log_odds_and_say_how_far_apart_they_are() {
    let folder = Folder::new();
    for (name, seed) in [("a", 1), ("b", 2), ("c", 3)] {
        attentive_chrome(&folder, name, &format!("--seed {seed} {LSTM}"));
    }
    let members =
        ["a", "b", "c"].map(|name| predict(&folder, &format!("@{name}.safetensors"), "--input @v.csv", "one"));
    let together = predict(
        &folder,
        "@a.safetensors @b.safetensors @c.safetensors",
        "--input @v.csv",
        "all",
    );
    let spread = ["probability_sd", "probability_low", "probability_high"];
    assert_eq!(together.header[..3], members[0].header[..3]);
    assert_eq!(together.header[3..6], spread);
    assert_eq!(together.header[6..], members[0].header[3..]);
    let of = |name: &str| members.each_ref().map(|member| member.numbers(name));
    let (logits, probabilities, betas) = (of("logit"), of("probability"), of("beta_H3K4me3"));
    for gene in 0..40 {
        let mean = |of: &[Vec<f64>; 3]| of.iter().map(|member| member[gene]).sum::<f64>() / 3.0;
        let logit = mean(&logits);
        close(together.numbers("logit")[gene], logit);
        close(together.numbers("probability")[gene], 1.0 / (1.0 + (-logit).exp()));
        close(together.numbers("beta_H3K4me3")[gene], mean(&betas));
        let each = probabilities.each_ref().map(|member| member[gene]);
        let squares: f64 = each.iter().map(|p| (p - mean(&probabilities)).powi(2)).sum();
        close(together.numbers(spread[0])[gene], (squares / 2.0).sqrt());
        close(
            together.numbers(spread[1])[gene],
            each.iter().copied().fold(1.0, f64::min),
        );
        close(
            together.numbers(spread[2])[gene],
            each.iter().copied().fold(0.0, f64::max),
        );
    }
}

#[test]
fn the_mean_is_scored_with_each_member_beside_it() {
    let folder = Folder::new();
    for (name, seed) in [("a", 1), ("b", 2)] {
        attentive_chrome(&folder, name, &format!("--seed {seed} {LSTM}"));
    }
    let evaluate = |models: &str, flags: &str| {
        let command = format!("evaluate --model {models} --input @v.csv {flags}");
        regulens(&folder, &command).succeeds().stdout
    };
    let json = |models: &str| serde_json::from_str::<Value>(&evaluate(models, "--json")).unwrap();
    let (a, b) = (json("@a.safetensors"), json("@b.safetensors"));
    assert!(a.get("members").is_none());
    let both = json("@a.safetensors @b.safetensors");
    assert_eq!(both["n"], 40);
    for (member, alone, name) in [(0, &a, "a.safetensors"), (1, &b, "b.safetensors")] {
        assert_eq!(both["members"][member]["auroc"], alone["auroc"]);
        assert!(both["members"][member]["model"].as_str().unwrap().ends_with(name));
    }
    let words = evaluate("@a.safetensors @b.safetensors", "");
    let [a, b] = [a, b].map(|one| one["auroc"].as_f64().unwrap());
    for said in [
        format!("2 models by themselves: AUROC {:.4} ± ", f64::midpoint(a, b)),
        format!("AUROC {b:.4}  "),
    ] {
        assert!(words.contains(&said), "{words}");
    }
}

#[test]
fn models_of_a_change_give_the_mean_change_of_both() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    trained(&folder, "raw-c");
    pair(&folder, "p", 9, 4);
    let tables = "--input @p.a.csv --input-b @p.b.csv";
    let [d, c] = ["raw-d", "raw-c"].map(|name| predict(&folder, &format!("@{name}.safetensors"), tables, "one"));
    let both = predict(&folder, "@raw-d.safetensors @raw-c.safetensors", tables, "both");
    // Other encoders have other rows of attention: no mean of them.
    let columns = ["", "_sd", "_low", "_high"].map(|ending| format!("log2_fold_change{ending}"));
    assert_eq!(both.header[1..], columns);
    let [d, c] = [d, c].map(|one| one.numbers("log2_fold_change"));
    for gene in 0..9 {
        close(both.numbers("log2_fold_change")[gene], f64::midpoint(d[gene], c[gene]));
        close(
            both.numbers("log2_fold_change_sd")[gene],
            (d[gene] - c[gene]).abs() / 2.0_f64.sqrt(),
        );
    }
}

#[test]
fn models_that_cannot_predict_together_are_refused_with_the_first_difference_and_both_files() {
    let folder = Folder::new();
    attentive_chrome(&folder, "a", LSTM);
    attentive_chrome(&folder, "log", &format!("--transform log1p {LSTM}"));
    trained(&folder, "raw-d");
    let text = fs::read_to_string(folder.path("t.csv")).unwrap();
    let renamed = text.replace("H3K9me3", "H3K9ac");
    for table in ["t.csv", "v.csv"] {
        // Another seed's genes have the same ids and other signal.
        let text = match table {
            "t.csv" => renamed.clone(),
            _ => fs::read_to_string(folder.path("v.csv"))
                .unwrap()
                .replace("H3K9me3", "H3K9ac"),
        };
        folder.write(table, text);
    }
    attentive_chrome(&folder, "other", LSTM);
    for (second, said) in [
        ("log", "the transform of the first"),
        ("raw-d", "the task of the first: on-off; of the second: change"),
        ("other", "H3K9ac"),
    ] {
        let command = format!("predict --model @a.safetensors @{second}.safetensors --input @t.csv --out @x.tsv");
        let file = format!("{second}.safetensors");
        regulens(&folder, &command).fails(2, &["a.safetensors and ", &file, "cannot predict together", said]);
    }
}

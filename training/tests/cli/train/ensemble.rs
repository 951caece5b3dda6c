//! `predict` and `evaluate` over several models.

use std::fs;

use serde_json::Value;

use super::{LSTM, attentive_chrome};
use crate::change::{pair, regulens, trained};
use crate::support::setup::{Folder, Results, card};

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
        format!("2 models separately: AUROC {:.4} ± ", f64::midpoint(a, b)),
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
    attentive_chrome(&folder, "short", &format!("--select-bins 6-15 {LSTM}"));
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
        ("short", "the bins of the first: 20; of the second: 10"),
        ("raw-d", "the task of the first: on-off; of the second: change"),
        ("other", "H3K9ac"),
    ] {
        let (models, file) = (
            format!("@a.safetensors @{second}.safetensors"),
            format!("{second}.safetensors"),
        );
        for command in [
            format!("predict --model {models} --input @t.csv --out @x"),
            format!("evaluate --model {models} --input @t.csv"),
            format!("export {models} --dtype f32 --out @x"),
        ] {
            regulens(&folder, &command).fails(2, &["a.safetensors and ", &file, "cannot be averaged", said]);
            assert!(!folder.path("x").exists(), "{command}");
        }
    }
}

#[test]
fn models_of_several_variants_are_one_file_that_predicts_as_they_do_together() {
    let folder = Folder::new();
    for (name, flags) in [
        ("marks", LSTM),
        ("all", "--variant lstm-attn --bin-rnn-size 4"),
        (
            "filters",
            "--variant cnn-attn --filters 4 --width 3 --hidden-1 8 --hidden-2 4",
        ),
    ] {
        attentive_chrome(&folder, name, flags);
    }
    let models = "@marks.safetensors @all.safetensors @filters.safetensors";
    let said = regulens(
        &folder,
        &format!("export {models} --dtype f32 --out @joined.safetensors"),
    )
    .succeeds()
    .stderr;
    assert!(
        said.contains("joined ") && said.contains("filters.safetensors"),
        "{said}"
    );
    let card = card(&folder.path("joined.safetensors"));
    let variants = card["members"].as_array().unwrap().iter();
    let variants: Vec<&str> = variants.map(|one| one["variant"].as_str().unwrap()).collect();
    assert_eq!(variants, ["lstm-alpha-beta", "lstm-attn", "cnn-attn"]);
    // Nothing that was measured of the first alone is said of all.
    for of_first in ["metrics", "explanation", "missing_marks", "calibration", "conformal"] {
        assert!(card.get(of_first).is_none(), "{of_first}");
    }
    assert!(
        card["notes"]
            .to_string()
            .contains("those of the first model, marks.safetensors")
    );

    let [file, together] = [("@joined.safetensors", "file"), (models, "together")]
        .map(|(of, to)| predict(&folder, of, "--input @v.csv", to));
    // No rows of attention are the same in all variants.
    let columns = [
        "gene",
        "probability",
        "logit",
        "probability_sd",
        "probability_low",
        "probability_high",
    ];
    assert_eq!(file.header, columns);
    let alone = ["marks", "all", "filters"]
        .map(|name| predict(&folder, &format!("@{name}.safetensors"), "--input @v.csv", "one").numbers("logit"));
    for (gene, &logit) in file.numbers("logit").iter().enumerate() {
        close(logit, alone.iter().map(|member| member[gene]).sum::<f64>() / 3.0);
    }
    for column in &columns[1..] {
        assert_eq!(file.numbers(column), together.numbers(column), "{column}");
    }
    assert!(file.numbers("probability_sd").iter().all(|&sd| sd > 0.0));

    let attributed = |model: &str| {
        let flags = "--method gradient-x-input --baseline zero --input @v.csv --out @arrays";
        regulens(
            &folder,
            &format!("interpret attribute --model @{model}.safetensors {flags}"),
        )
        .succeeds();
        array(&fs::read(folder.path("arrays")).unwrap(), "attributions").unwrap()
    };
    let members = ["marks", "all", "filters"].map(attributed);
    for (at, &found) in attributed("joined").iter().enumerate() {
        let expected = members.iter().map(|member| member[at]).sum::<f64>() / 3.0;
        assert!(
            (found - expected).abs() <= 1e-5 * expected.abs().max(1.0),
            "{found}, expected {expected}"
        );
    }
    let state_dict = format!("export {models} --state-dict --out @x");
    regulens(&folder, &state_dict).fails(2, &["joins 3 models", "a state dict holds one"]);
}

#[test]
fn the_seeds_of_a_training_in_one_file_predict_as_their_files_do_together() {
    let folder = Folder::new();
    attentive_chrome(
        &folder,
        "all",
        &format!("--seeds 3 --ensemble --keep-seeds --dtype f32 {LSTM}"),
    );
    let seeds = "@all-seed-1.safetensors @all-seed-2.safetensors @all-seed-3.safetensors";
    let together = predict(&folder, seeds, "--input @v.csv", "seeds");
    let one_file = predict(&folder, "@all.safetensors", "--input @v.csv", "file");
    assert_eq!(one_file.header, together.header);
    let alone = [1, 2, 3].map(|seed| {
        predict(
            &folder,
            &format!("@all-seed-{seed}.safetensors"),
            "--input @v.csv",
            "one",
        )
    });
    for column in ["logit", "beta_H3K4me3"] {
        let of_members = alone.each_ref().map(|one| one.numbers(column));
        for (gene, &found) in one_file.numbers(column).iter().enumerate() {
            close(found, of_members.iter().map(|member| member[gene]).sum::<f64>() / 3.0);
        }
    }
    for column in ["probability", "probability_sd", "probability_low", "probability_high"] {
        assert_eq!(one_file.numbers(column), together.numbers(column), "{column}");
    }
    // The members differ, else a spread would say nothing.
    assert!(one_file.numbers("probability_sd").iter().all(|&sd| sd > 0.0));

    let card = regulens(&folder, "inspect @all.safetensors --json").succeeds().stdout;
    let card: Value = serde_json::from_str::<Value>(&card).unwrap();
    let card = card.get("card").unwrap_or(&card);
    assert_eq!(card["format_version"], 2);
    let seeds: Vec<u64> = card["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["seed"].as_u64().unwrap())
        .collect();
    assert_eq!(seeds, [1, 2, 3]);

    let scores = |models: &str| {
        let text = regulens(&folder, &format!("evaluate --model {models} --input @v.csv --json"))
            .succeeds()
            .stdout;
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let of_file = scores("@all.safetensors");
    assert_eq!(of_file["members"].as_array().unwrap().len(), 3);
    // Training sums in another order than a file's reader.
    close(
        of_file["brier"].as_f64().unwrap(),
        card["metrics"]["validation"]["brier"].as_f64().unwrap(),
    );

    // Each contribution and each weight of attention is the mean of the members', and stands beside their spread.
    let command = |model: &str, does: &str| {
        regulens(&folder, &format!("{does} --model @{model}.safetensors --input @v.csv")).succeeds();
        fs::read(folder.path("arrays")).unwrap()
    };
    for (does, name, spread) in [
        (
            "interpret attribute --method gradient-x-input --out @arrays",
            "attributions",
            ["sd", "low", "high"],
        ),
        (
            "predict --out @x.tsv --attention @arrays",
            "alpha",
            ["alpha_sd", "alpha_low", "alpha_high"],
        ),
        (
            "predict --out @x.tsv --attention @arrays",
            "beta",
            ["beta_sd", "beta_low", "beta_high"],
        ),
    ] {
        let members = [1, 2, 3].map(|seed| command(&format!("all-seed-{seed}"), does));
        assert!(array(&members[0], spread[0]).is_none(), "one model has no spread");
        let members = members.map(|file| array(&file, name).unwrap());
        let file = command("all", does);
        let [mean, sd, low, high] = [name, spread[0], spread[1], spread[2]].map(|name| array(&file, name).unwrap());
        assert_eq!(mean.len(), members[0].len());
        for at in 0..mean.len() {
            let each = members.each_ref().map(|member| member[at]);
            let middle = each.iter().sum::<f64>() / 3.0;
            let squares: f64 = each.iter().map(|one| (one - middle).powi(2)).sum();
            let expected = [
                middle,
                (squares / 2.0).sqrt(),
                each.iter().copied().fold(f64::INFINITY, f64::min),
                each.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            ];
            for (found, expected) in [mean[at], sd[at], low[at], high[at]].into_iter().zip(expected) {
                let near = (found - expected).abs() <= 1e-5 * expected.abs().max(1.0);
                assert!(near, "{name}: {found}, expected {expected}");
            }
        }
    }
}

/// The numbers of an array of a safetensors file.
fn array(file: &[u8], name: &str) -> Option<Vec<f64>> {
    let tensors = safetensors::SafeTensors::deserialize(file).unwrap();
    let bytes = tensors.tensor(name).ok()?.data().to_vec();
    let numbers = bytes
        .chunks_exact(4)
        .map(|four| f32::from_le_bytes(four.try_into().unwrap()));
    Some(numbers.map(f64::from).collect())
}

#[test]
fn the_same_seeds_give_the_same_file_and_one_seed_is_refused() {
    let folder = Folder::new();
    for name in ["first", "again"] {
        attentive_chrome(&folder, name, &format!("--seeds 2 --ensemble --dtype i8 {LSTM}"));
    }
    let [first, again] = ["first", "again"].map(|name| fs::read(folder.path(&format!("{name}.safetensors"))).unwrap());
    // The card holds the command, which names the file.
    assert_eq!(tensors(&first), tensors(&again));
    let command = "train attentive-chrome --train @t.csv --valid @v.csv --out @x.safetensors --ensemble";
    regulens(&folder, command).fails(2, &["--ensemble", "--seeds 1", "2 or more"]);
}

/// A file's numbers, behind its header.
fn tensors(file: &[u8]) -> &[u8] {
    let header = u64::from_le_bytes(*file.first_chunk().unwrap());
    &file[8 + usize::try_from(header).unwrap()..]
}

#[test]
fn a_tensor_of_no_member_is_named() {
    let folder = Folder::new();
    attentive_chrome(&folder, "both", &format!("--seeds 2 --ensemble {LSTM}"));
    let text = fs::read(folder.path("both.safetensors")).unwrap();
    let tensors = tensors(&text);
    let header = String::from_utf8(text[8..text.len() - tensors.len()].to_vec()).unwrap();
    let written = |header: &str, name: &str| {
        let file = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), tensors].concat();
        folder.write(name, file);
    };
    let renamed = header.replacen("\"1.", "\"7.", 1);
    assert_ne!(renamed, header);
    written(&renamed, "damaged.safetensors");
    regulens(
        &folder,
        "predict --model @damaged.safetensors --input @v.csv --out @x.tsv",
    )
    .fails(1, &["damaged.safetensors", "`7."]);
    // One that the second member lacks.
    let changed = header.replacen("\"1.", "\"1.other-", 1);
    assert_ne!(changed, header);
    written(&changed, "member.safetensors");
    regulens(
        &folder,
        "predict --model @member.safetensors --input @v.csv --out @x.tsv",
    )
    .fails(1, &["member.safetensors", "member 2"]);
    // The card has the sizes of each member: here others than its weights have.
    let members = header.find("members").unwrap();
    let (second, name) = header[members..].match_indices("bin_rnn_size").nth(1).unwrap();
    let at = members + second + name.len();
    let changed = header[..at].to_owned() + &header[at..].replacen('4', "5", 1);
    assert_ne!(changed, header);
    written(&changed, "sizes.safetensors");
    regulens(
        &folder,
        "predict --model @sizes.safetensors --input @v.csv --out @x.tsv",
    )
    .fails(1, &["sizes.safetensors", "member 2"]);
    // The second member stands behind the first, so that its numbers are the last.
    let mut numbers = text.clone();
    let end = numbers.len() - 8;
    numbers[end..].fill(0xff);
    folder.write("numbers.safetensors", numbers);
    regulens(&folder, "evaluate --model @numbers.safetensors --input @v.csv").fails(1, &["numbers.safetensors", "`1."]);
    folder.write("short.safetensors", &text[..end]);
    regulens(&folder, "evaluate --model @short.safetensors --input @v.csv").fails(1, &["short.safetensors"]);
}

#[test]
fn a_change_has_the_mean_and_the_spread_of_its_seeds() {
    let folder = Folder::new();
    trained(&folder, "raw-d");
    pair(&folder, "p", 9, 4);
    let flags = "--epochs 2 --learning-rate 0.01 --no-baselines --allow-constant --bin-rnn-size 4 --dtype f32";
    let command = format!(
        "train deep-diff --variant raw-d --train @t.a.csv @t.b.csv --valid @v.a.csv @v.b.csv --expression @e.a.csv \
         @e.b.csv --transform log1p --seeds 2 --ensemble --keep-seeds --out @e.safetensors {flags}"
    );
    regulens(&folder, &command).succeeds();
    let tables = "--input @p.a.csv --input-b @p.b.csv";
    let file = predict(&folder, "@e.safetensors", tables, "file");
    let seeds = predict(&folder, "@e-seed-1.safetensors @e-seed-2.safetensors", tables, "seeds");
    assert_eq!(file.header, seeds.header);
    for column in ["log2_fold_change", "log2_fold_change_sd", "beta_diff_H3K4me3"] {
        assert_eq!(file.numbers(column), seeds.numbers(column), "{column}");
    }
    let symmetric = format!("{tables} --symmetric true");
    let file = predict(&folder, "@e.safetensors", &symmetric, "symmetric");
    let [one, two] = [1, 2].map(|seed| {
        let alone = predict(&folder, &format!("@e-seed-{seed}.safetensors"), &symmetric, "alone");
        alone.numbers("log2_fold_change")
    });
    for gene in 0..9 {
        close(
            file.numbers("log2_fold_change")[gene],
            f64::midpoint(one[gene], two[gene]),
        );
        close(
            file.numbers("log2_fold_change_sd")[gene],
            (one[gene] - two[gene]).abs() / 2.0_f64.sqrt(),
        );
    }
}

//! Imported weights give the reference's numbers through the program, on every device that is there.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use serde_json::Value;

use crate::support::reference::{array, distance, reference};
use crate::support::setup::{Folder, Results, run, run_line};

/// Tolerance of float32 against the reference, which is computed in float64.
const TOLERANCE: f64 = 1e-5;

const GOLDEN: &str = "golden/attentive-chrome";
const AUTHORS: &str = "data/attentivechrome/v2PyTorch";

/// A case of the reference.
struct Case {
    /// The case's description of the model: `hyperparameters` and `marks`.
    description: Value,
    case: Vec<u8>,
}

impl Case {
    fn read(folder: &Path, name: &str) -> Self {
        let description = fs::read_to_string(folder.join(format!("{name}.json"))).expect("the case's description");
        Self {
            description: serde_json::from_str(&description).expect("JSON"),
            case: fs::read(folder.join(format!("{name}.case.safetensors"))).expect("the case"),
        }
    }

    fn variant(&self) -> &str {
        self.description["variant"].as_str().expect("a name")
    }

    /// The marks; names of our own where the case only counts them.
    fn marks(&self) -> Vec<String> {
        match self.description["hyperparameters"]["marks"].as_u64() {
            Some(count) => (1..=count).map(|mark| format!("mark{mark}")).collect(),
            None => serde_json::from_value(self.description["marks"].clone()).expect("names of marks"),
        }
    }

    fn bins(&self) -> usize {
        self.description["hyperparameters"]["bins"]
            .as_u64()
            .expect("a number of bins") as usize
    }

    /// The case's input as a table with a header; float32 survives.
    fn table(&self) -> String {
        let tensors = SafeTensors::deserialize(&self.case).expect("a safetensors file");
        let counts = array(&tensors, "input.counts");
        let (bins, marks) = (counts.shape[1], counts.shape[2]);
        let mut text = format!("gene,bin,{}\n", self.marks().join(","));
        for (index, row) in counts.values.chunks_exact(marks).enumerate() {
            write!(text, "gene{},{}", index / bins, index % bins + 1).unwrap();
            for value in row {
                write!(text, ",{}", *value as f32).unwrap();
            }
            text.push('\n');
        }
        text
    }
}

/// Imports `weights`, predicts the case and gives the largest distance from it; none where the device is not there.
fn distance_on(device: &str, case: &Case, weights: &Path, flags: &[&str]) -> Option<f64> {
    let folder = Folder::new();
    let [model, table, out, attention] =
        ["model.safetensors", "table.csv", "result.tsv", "attention.safetensors"].map(|name| folder.path(name));
    fs::write(&table, case.table()).unwrap();
    let text = |path: &PathBuf| path.display().to_string();
    let (model, weights) = (text(&model), weights.display().to_string());
    let import = [
        "import",
        "attentive-chrome",
        "--variant",
        case.variant(),
        &weights,
        "--out",
        &model,
        "--dtype",
        "f32",
    ];
    run(import.iter().chain(flags)).succeeds();

    let predict = [
        "predict",
        "--model",
        &model,
        "--input",
        &text(&table),
        "--out",
        &text(&out),
        "--attention",
        &text(&attention),
    ];
    let outcome = run(predict.into_iter().chain(["--device", device]));
    if device != "cpu" && outcome.code == 1 && outcome.stderr.contains(&format!("--device {device}: ")) {
        println!("skipped parity on {device}: {}", outcome.stderr.trim());
        return None;
    }
    let outcome = outcome.succeeds();
    assert!(!outcome.stderr.contains("not trusted"), "{}", outcome.stderr);

    let tensors = SafeTensors::deserialize(&case.case).unwrap();
    let expected = |name: &str| array(&tensors, &format!("output.{name}"));
    let has = |name: &str| tensors.tensor(&format!("output.{name}")).is_ok();
    let results = Results::read(&out);
    let logit = if has("logit") {
        expected("logit").values
    } else {
        // Log-odds are the difference of the two scores, on and off.
        let scores = expected("scores").values;
        scores.chunks(2).map(|of| of[0] - of[1]).collect()
    };
    let mut distances = vec![
        distance(&results.numbers("logit"), &logit),
        distance(&results.numbers("probability"), &expected("probability").values),
    ];
    let marks = case.marks();
    for (index, mark) in marks.iter().enumerate() {
        let column = format!("beta_{mark}");
        assert_eq!(results.has(&column), has("beta"), "{column}");
        if has("beta") {
            let beta = expected("beta").values;
            let of_mark: Vec<f64> = beta.into_iter().skip(index).step_by(marks.len()).collect();
            distances.push(distance(&results.numbers(&column), &of_mark));
        }
    }
    let attention = fs::read(&attention).unwrap();
    let attention = SafeTensors::deserialize(&attention).unwrap();
    for name in ["alpha", "beta"] {
        assert_eq!(attention.tensor(name).is_ok(), has(name), "{name}");
        if has(name) {
            let (found, expected) = (array(&attention, name), expected(name));
            assert_eq!(found.shape, expected.shape);
            distances.push(distance(&found.values, &expected.values));
        }
    }
    Some(distances.into_iter().fold(0.0, f64::max))
}

/// Asserts parity of weights with a case on one device.
fn agrees(device: &str, name: &str, case: &Case, weights: &Path, flags: &[&str]) {
    if let Some(distance) = distance_on(device, case, weights, flags) {
        println!("parity on {device}: {name}: {distance:.2e}");
        assert!(
            distance <= TOLERANCE,
            "{name} on {device} is {distance} from the reference"
        );
    }
}

/// Every case. Bins are told by the files, and marks by all but one.
fn reference_weights_agree(device: &str) {
    let Some(folder) = reference(GOLDEN, "parity with the reference's weights") else {
        return;
    };
    for name in [
        "lstm-alpha-beta",
        "lstm-alpha-beta.full",
        "lstm-alpha-beta.seven-marks",
        "lstm-alpha-beta.authors",
        "lstm-alpha",
        "lstm-alpha.linear-head",
        "lstm-attn",
        "lstm",
        "cnn-alpha-beta",
        "cnn-attn",
        "deep-chrome",
    ] {
        let weights = folder.join(format!("{name}.weights.safetensors"));
        let case = Case::read(&folder, name);
        let marks = case.marks().join(",");
        let flags: &[&str] = if case.description["marks"].is_null() {
            &["--marks", &marks]
        } else {
            &[]
        };
        agrees(device, name, &case, &weights, flags);
    }
}

/// The authors' own files, which tell neither marks nor bins: given as the case's, in the order of the toy tables'
/// columns.
fn authors_files_agree(device: &str) {
    let (Some(golden), Some(authors)) = (
        reference(GOLDEN, "parity with the authors' files"),
        reference(AUTHORS, "the authors' files"),
    ) else {
        return;
    };
    let case = Case::read(&golden, "lstm-alpha-beta.authors");
    let (marks, bins) = (case.marks().join(","), case.bins().to_string());
    let whole = "Results/Cell1/Cell1_attchrome/Cell1_attchrome_R2_model.source-blanked.pt";
    for file in ["model.pt", "model_weights.pt", whole] {
        agrees(
            device,
            file,
            &case,
            &authors.join(file),
            &["--marks", &marks, "--bins", &bins],
        );
    }
}

#[test]
fn reference_weights_agree_on_the_cpu() {
    reference_weights_agree("cpu");
}

#[test]
fn reference_weights_agree_on_wgpu() {
    reference_weights_agree("wgpu");
}

#[test]
fn the_authors_files_agree_on_the_cpu() {
    authors_files_agree("cpu");
}

#[test]
fn the_authors_files_agree_on_wgpu() {
    authors_files_agree("wgpu");
}

#[test]
fn the_published_table_gives_the_authors_predictions_as_it_is() {
    let (Some(golden), Some(authors)) = (
        reference(GOLDEN, "the toy tables"),
        reference(AUTHORS, "the toy tables"),
    ) else {
        return;
    };
    let case = Case::read(&golden, "lstm-alpha-beta.authors");
    let predictions = fs::read_to_string(golden.join("lstm-alpha-beta.authors.predictions.json")).unwrap();
    let predictions: Value = serde_json::from_str(&predictions).unwrap();
    let folder = Folder::new();
    let [model, out] = ["model.safetensors", "result.tsv"].map(|name| folder.path(name).display().to_string());
    let (marks, weights) = (case.marks().join(","), authors.join("model.pt").display().to_string());
    let import = format!("import attentive-chrome --variant lstm-alpha-beta {weights} --out {model}");
    let import = import.split(' ');
    run(import.chain(["--marks", &marks, "--bins", "100", "--dtype", "f32"])).succeeds();
    for split in ["train", "valid", "test"] {
        let table = authors
            .join(format!("data/Toy/classification/{split}.csv"))
            .display()
            .to_string();
        run(["predict", "--model", &model, "--input", &table, "--out", &out]).succeeds();
        let probability = Results::read(Path::new(&out)).by_gene("probability");
        let expected = predictions["rows"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["split"] == split);
        let mut compared = 0;
        for row in expected {
            let found = probability[row["gene"].as_str().unwrap()];
            let expected = row["probability"].as_f64().unwrap();
            assert!((found - expected).abs() <= TOLERANCE, "{row}: {found}");
            compared += 1;
        }
        assert_eq!(compared, probability.len());
    }
}

/// Half precision is for shipping: the page's limit for a file is 130 kB, and no probability may move by more than
/// 2e-3.
#[test]
fn half_precision_hardly_moves_a_probability() {
    let Some(folder) = reference(GOLDEN, "half precision") else {
        return;
    };
    for name in ["lstm-alpha-beta.full", "lstm-alpha-beta.authors"] {
        let case = Case::read(&folder, name);
        let files = Folder::new();
        let model = files.path("model.safetensors").display().to_string();
        let weights = folder.join(format!("{name}.weights.safetensors")).display().to_string();
        let import = format!("import attentive-chrome --variant lstm-alpha-beta {weights} --out {model}");
        let import = import.split(' ');
        run(import).succeeds();
        let size = fs::metadata(&model).unwrap().len();
        assert!(size <= 130_000, "{name}: {size} bytes");

        let table = files.write("table.csv", case.table()).display().to_string();
        let out = files.path("result.tsv");
        run_line(format!(
            "predict --model {model} --input {table} --out {}",
            out.display()
        ))
        .succeeds();
        let found = Results::read(&out).numbers("probability");
        let tensors = SafeTensors::deserialize(&case.case).unwrap();
        let distance = distance(&found, &array(&tensors, "output.probability").values);
        println!("half precision: {name}: {distance:.2e}, {size} bytes");
        assert!(distance <= 2e-3, "{name}: {distance}");
    }
}

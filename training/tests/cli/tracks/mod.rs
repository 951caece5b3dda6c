//! Models of sequences through the program: imported weights give the reference's tracks from a FASTA, on every device
//! that is there.

mod cage;
mod members;
pub mod regions;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use safetensors::SafeTensors;

use crate::support::reference::{Array, array, distance, reference};
use crate::support::setup::{Folder, run, run_line};

/// Tolerance of float32 against the reference, which is computed in float64, over long stacks of convolutions.
const TOLERANCE: f64 = 1e-4;

const CASES: [&str; 11] = [
    "basenji",
    "basenji.softplus",
    "standard",
    "exp-constant",
    "exp-variable",
    "attention-none",
    "attention-none.score-relu",
    "attention-variable",
    "attention-variable.two-layers",
    "attention-two-sided",
    "attention-two-sided.two-layers",
];

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// A case of the reference, imported.
struct Case {
    folder: Folder,
    model: String,
    case: Vec<u8>,
}

impl Case {
    fn new(golden: &Path, name: &str, dtype: &str) -> Self {
        let folder = Folder::new();
        let model = text(&folder.path("model.safetensors"));
        let weights = text(&golden.join(format!("{name}.weights.safetensors")));
        let variant = name.split('.').next().unwrap();
        run_line(format!(
            "import basenji --variant {variant} {weights} --out {model} --dtype {dtype}"
        ))
        .succeeds();
        Self {
            folder,
            model,
            case: fs::read(golden.join(format!("{name}.case.safetensors"))).unwrap(),
        }
    }

    fn tensors(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.case).unwrap()
    }

    /// The sequences as letters.
    fn letters(&self) -> Vec<String> {
        let channels = halves(&self.tensors(), "input.sequence");
        let length = channels.shape[1];
        let letter = |base: &[f64]| {
            let at = base.iter().position(|&channel| channel == 1.0);
            at.map_or('N', |at| ['A', 'C', 'G', 'T'][at])
        };
        let all = channels.values.chunks_exact(4 * length);
        all.map(|sequence| sequence.chunks_exact(4).map(letter).collect())
            .collect()
    }

    /// Both sequences as records `s0` and `s1` of a FASTA, in lines of 60.
    fn fasta(&self, name: &str) -> PathBuf {
        let mut text = String::new();
        for (index, letters) in self.letters().iter().enumerate() {
            text.push_str(&format!(">s{index} of the reference\n"));
            for line in letters.as_bytes().chunks(60) {
                text.push_str(std::str::from_utf8(line).unwrap());
                text.push('\n');
            }
        }
        self.folder.write(name, text)
    }

    /// One sequence's part of an output.
    fn expected(&self, output: &str, index: usize) -> Vec<f64> {
        let all = array(&self.tensors(), &format!("output.{output}"));
        let each = all.values.len() / all.shape[0];
        all.values[index * each..][..each].to_vec()
    }

    fn predict(&self, input: &Path, out: &Path, more: &[&str]) {
        let (input, out) = (text(input), text(out));
        let arguments = ["predict", "--model", &self.model, "--input", &input, "--out", &out];
        run(arguments.iter().chain(more)).succeeds();
    }
}

/// float16 tensors, as the reference's inputs are.
fn halves(file: &SafeTensors<'_>, name: &str) -> Array {
    let view = file.tensor(name).unwrap();
    // 0, 0.25 and 1 in float16.
    let values = view.data().chunks_exact(2).map(|word| match word {
        [0x00, 0x00] => 0.0,
        [0x00, 0x34] => 0.25,
        [0x00, 0x3c] => 1.0,
        other => panic!("{other:?} is no channel of a base"),
    });
    Array {
        shape: view.shape().to_vec(),
        values: values.collect(),
    }
}

/// NumPy's array of two dimensions.
fn npy(path: &Path) -> Array {
    let bytes = fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let end = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = std::str::from_utf8(&bytes[10..end]).unwrap();
    assert!(header.contains("'<f4'") && header.contains("False"), "{header}");
    let shape = header.split(['(', ')']).nth(1).unwrap();
    let values = bytes[end..].as_chunks().0.iter();
    Array {
        shape: shape.split(',').map(|size| size.trim().parse().unwrap()).collect(),
        values: values.map(|&word| f64::from(f32::from_le_bytes(word))).collect(),
    }
}

/// Predictions and attention of these cases.
fn reference_weights_agree(device: &str, cases: &[&str]) {
    let Some(golden) = reference("golden/basenji", "parity of tracks") else {
        return;
    };
    for &name in cases {
        let case = Case::new(&golden, name, "f32");
        let (input, out) = (case.fasta("s.fa"), case.folder.path("out"));
        let (input_text, out_text) = (text(&input), text(&out));
        let outcome = run([
            "predict",
            "--model",
            &case.model,
            "--input",
            &input_text,
            "--out",
            &out_text,
            "--device",
            device,
        ]);
        if device != "cpu" && outcome.code == 1 && outcome.stderr.contains("--device") {
            println!("skipped tracks on {device}: {}", outcome.stderr.trim());
            return;
        }
        let outcome = outcome.succeeds();
        assert!(!outcome.stderr.contains("not trusted"), "{}", outcome.stderr);
        let mut largest = 0.0_f64;
        let mut held = |what: &str, found: &[f64], expected: &[f64]| {
            let distance = distance(found, expected);
            largest = largest.max(distance);
            assert!(distance <= TOLERANCE, "{name}, {what} on {device}: {distance}");
        };
        for index in [0, 1] {
            let found = npy(&out.join(format!("s{index}.npy")));
            assert_eq!(found.shape[1], 7);
            held("prediction", &found.values, &case.expected("prediction", index));
        }

        let ensemble = case.folder.path("ensemble");
        case.predict(
            &input,
            &ensemble,
            &["--ensemble", "--shifts", "0,1,-3", "--device", device],
        );
        for index in [0, 1] {
            let found = npy(&ensemble.join(format!("s{index}.npy")));
            held("ensemble", &found.values, &case.expected("prediction_ensemble", index));
        }
        if name.starts_with("attention") {
            let letters = case.letters().swap_remove(1);
            let single = case.folder.write("one.fa", format!(">one\n{letters}\n"));
            let (out, maps) = (case.folder.path("one.npy"), case.folder.path("maps.safetensors"));
            let maps_text = text(&maps);
            case.predict(&single, &out, &["--attention", &maps_text, "--device", device]);
            held("prediction", &npy(&out).values, &case.expected("prediction", 1));
            let bytes = fs::read(&maps).unwrap();
            let file = SafeTensors::deserialize(&bytes).unwrap();
            for layer in 0..file.names().len() {
                let found = array(&file, &format!("attention.{layer}"));
                let [heads, bins, _] = found.shape[..] else {
                    panic!("[heads, bins, bins]")
                };
                for head in 0..heads {
                    let expected = case.expected(&format!("attention.{layer}.{head}"), 1);
                    let found = &found.values[head * bins * bins..][..bins * bins];
                    held("attention", found, &expected);
                }
            }
        }
        println!("tracks on {device}: {name}: {largest:.2e}");
    }
}

#[test]
fn reference_tracks_agree_on_the_cpu() {
    reference_weights_agree("cpu", &CASES);
}

#[test]
fn reference_tracks_agree_on_wgpu() {
    // Each run compiles its kernels; the tests of the library have all of them on wgpu.
    reference_weights_agree("wgpu", &["basenji", "attention-two-sided.two-layers"]);
}

#[test]
fn records_of_any_length_gzipped_and_in_lower_case_are_predicted_and_what_was_done_is_said() {
    let Some(golden) = reference("golden/basenji", "records of any length") else {
        return;
    };
    let case = Case::new(&golden, "standard", "f32");
    let letters = case.letters().swap_remove(0);
    let longer = format!("{letters}{}", letters.to_lowercase());
    let fasta = format!(">long\n{longer}\n>short\n{}\n", &letters[..300]);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(fasta.as_bytes()).unwrap();
    let input = text(&case.folder.write("r.fa.gz", packed.finish().unwrap()));
    let out = case.folder.path("out");
    let out_text = text(&out);
    let outcome = run(["predict", "--model", &case.model, "--input", &input, "--out", &out_text]);
    let outcome = outcome.succeeds();
    for said in ["long: 4096 bp, longer", "short: 300 bp, shorter"] {
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    // 32 bins less the two that are cropped at each end; 300 bases are three bins, in the middle.
    let long = npy(&out.join("long.npy"));
    assert_eq!((long.shape[0], npy(&out.join("short.npy")).shape[0]), (28, 3));
    // Bins far from the first window's end see the same bases in the whole record.
    let first = case.expected("prediction", 0);
    assert!(distance(&long.values[..8 * 7], &first[..8 * 7]) <= TOLERANCE);

    let tracks = fs::read_to_string(out.join("tracks.tsv")).unwrap();
    assert_eq!(tracks.lines().count(), 8);
    let graphs = case.folder.path("graphs");
    case.predict(Path::new(&input), &graphs, &["--format", "bedgraph"]);
    let graph = fs::read_to_string(graphs.join("track 3.bedGraph")).unwrap();
    let rows: Vec<Vec<&str>> = graph.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 28 + 3);
    assert_eq!(rows[0][..3], ["long", "256", "384"]);
    assert_eq!(rows[30][..3], ["short", "256", "300"]);
    let value: f32 = rows[5][3].parse().unwrap();
    let value = f64::from(value);
    assert_eq!(value, long.values[5 * 7 + 2]);

    let wigs = case.folder.path("wigs");
    case.predict(Path::new(&input), &wigs, &["--format", "bigwig"]);
    let bytes = fs::read(wigs.join("track 3.bw")).unwrap();
    let mut wig = regulens::prepare::Measured::open("wig", std::io::Cursor::new(bytes)).unwrap();
    let long_wig = wig.find("long").unwrap();
    let mean = regulens::prepare::Summary::Mean;
    let bins = wig.bins(long_wig, 256, 28, 128, mean).unwrap();
    assert_eq!(f64::from(bins[5]), value);
}

#[test]
fn what_does_not_fit_a_model_of_sequences_is_said() {
    let Some(golden) = reference("golden/basenji", "wrong usage of tracks") else {
        return;
    };
    let case = Case::new(&golden, "standard", "f16");
    let two = text(&case.fasta("two.fa"));
    let (file, folder) = (text(&case.folder.path("x.npy")), text(&case.folder.path("x")));
    let predict = |more: &[&str]| run(["predict", "--model", &case.model].iter().chain(more));
    predict(&["--input", &two, "--out", &file]).fails(2, &["holds one record", "has 2"]);
    predict(&["--input", &two, "--out", &file, "--format", "bedgraph"]).fails(2, &["name a folder"]);
    predict(&["--input", &two, "--out", &folder, "--scale", "a=2"]).fails(2, &["--scale", "sequences"]);
    predict(&["--input", &two, "--out", &folder, "--attention", &file]).fails(2, &["has no attention"]);
    predict(&["--input", &two, "--out", &folder, "--shifts", "1"]).fails(2, &["--ensemble"]);
    let protein = text(&case.folder.write("p.fa", ">p\nMKLVWQEFRDPISHG\n"));
    predict(&["--input", &protein, "--out", &folder]).fails(1, &["p.fa", "record p"]);
    let table = text(&case.folder.write("t.csv", "gene,bin,a\ng,1,2\n"));
    predict(&["--input", &table, "--out", &folder]).fails(1, &["t.csv"]);

    let tables = text(&case.folder.model());
    run_line(format!(
        "predict --model {tables} --input {table} --out {file} --ensemble"
    ))
    .fails(2, &["--ensemble", "tables"]);
}

#[test]
fn a_file_of_half_the_size_or_a_quarter_predicts_nearly_the_same() {
    let Some(golden) = reference("golden/basenji", "stored types of tracks") else {
        return;
    };
    for (dtype, most) in [("f16", 5e-3), ("i8", 5e-2)] {
        let case = Case::new(&golden, "basenji", "f32");
        let (input, model) = (case.fasta("s.fa"), text(&case.folder.path("small.safetensors")));
        run(["export", &case.model, "--dtype", dtype, "--out", &model]).succeeds();
        let small = Case { model, ..case };
        let out = small.folder.path("out");
        small.predict(&input, &out, &[]);
        let expected = small.expected("prediction", 0);
        let distance = distance(&npy(&out.join("s0.npy")).values, &expected);
        println!("tracks as {dtype}: {distance:.2e}");
        assert!(distance <= most, "{dtype}: {distance}");
        let outcome = run(["inspect", &small.model]).succeeds();
        for said in [
            "basenji, basenji, 6608 weights",
            "4096 bp, 256 at each end without predictions",
            "track 7",
        ] {
            assert!(outcome.stdout.contains(said), "{}", outcome.stdout);
        }
    }
}

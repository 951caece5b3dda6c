//! `regulens interpret attribute` of models of sequences: beside `predict`, `interpret mutagenesis`, and itself.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use safetensors::SafeTensors;
use zip::ZipArchive;

use crate::support::reference::array;
use crate::support::setup::{Folder, Outcome, Results, run};

const LENGTH: usize = 16_384;
const BIN: usize = 128;
const CROP: usize = 16;

/// The simulated model that ships, and the first bases of its example.
struct Setup {
    folder: Folder,
    letters: String,
}

impl Setup {
    fn new(bases: usize) -> Self {
        let mut text = String::new();
        let example = File::open(models().join("examples/sequence.fa.gz")).unwrap();
        MultiGzDecoder::new(example).read_to_string(&mut text).unwrap();
        let letters: String = text.lines().skip(1).collect::<String>().chars().take(bases).collect();
        let folder = Folder::new();
        folder.write("s.fa", format!(">sim1\n{letters}\n"));
        Self { folder, letters }
    }

    fn run(&self, command: &str) -> Outcome {
        let words = command.split_whitespace().map(|word| match word.strip_prefix('@') {
            Some(name) => self.folder.path(name).display().to_string(),
            None => word.to_owned(),
        });
        let model = models().join("basenji-attention-two-sided-simulated.safetensors");
        run(words.chain(["--model".to_owned(), model.display().to_string()]))
    }

    fn attribute(&self, flags: &str) -> Outcome {
        self.run(&format!("interpret attribute --input @s.fa --track ATAC {flags}"))
    }

    fn array(&self, file: &str, name: &str) -> (Vec<usize>, Vec<f64>) {
        let bytes = fs::read(self.folder.path(file)).unwrap();
        let found = array(&SafeTensors::deserialize(&bytes).unwrap(), name);
        (found.shape, found.values)
    }
}

/// Values of the bases in a file of one sequence, NaN where there is nothing. The reader that ships takes measured
/// signal, which is never below 0.
fn bigwig(path: &Path, bases: usize) -> Vec<f32> {
    let bytes = fs::read(path).unwrap();
    let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
    let data = word(16);
    let mut values = vec![f32::NAN; bases];
    let mut at = data + 8;
    for _ in 0..word(data) {
        let mut unpacker = ZlibDecoder::new(&bytes[at..]);
        let mut section = Vec::new();
        unpacker.read_to_end(&mut section).unwrap();
        at += unpacker.total_in() as usize;
        for item in section[24..].chunks_exact(12) {
            let number = |part: usize| u32::from_le_bytes(item[part..part + 4].try_into().unwrap());
            assert_eq!(number(4), number(0) + 1, "one base");
            values[number(0) as usize] = f32::from_bits(number(8));
        }
    }
    values
}

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models")
}

#[test]
fn the_score_is_what_predict_says_and_integrated_gradients_add_up_to_it() {
    let setup = Setup::new(LENGTH);
    setup.run("predict --input @s.fa --out @p.npy").succeeds();
    let bytes = fs::read(setup.folder.path("p.npy")).unwrap();
    let end = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let predicted = bytes[end..]
        .as_chunks()
        .0
        .iter()
        .map(|&word| f64::from(f32::from_le_bytes(word)));
    let expected: f64 = predicted.step_by(2).sum();
    setup
        .attribute("--strands forward --shuffles 2 --out @i.safetensors --tsv @i.tsv")
        .succeeds();
    let one = |name| setup.array("i.safetensors", name).1[0];
    assert!(
        (one("score") - expected).abs() < 1e-5 * expected,
        "{} is not {expected}",
        one("score")
    );
    let (shape, attributions) = setup.array("i.safetensors", "attributions");
    assert_eq!(shape, [1, LENGTH]);
    let sum: f64 = attributions.iter().sum();
    let difference = one("score") - one("baseline_score");
    assert!(
        (sum - difference).abs() < 1e-3 * one("score"),
        "{sum} is not {difference}"
    );
    assert!((one("completeness") - (sum - difference)).abs() < 1e-2);
    assert!(one("remainder") < 0.01);
    // The letter that is there contributes its hypothetical contribution.
    let (shape, hypothetical) = setup.array("i.safetensors", "hypothetical");
    let (_, letters) = setup.array("i.safetensors", "letters");
    assert_eq!(shape, [1, LENGTH, 4]);
    for (base, letter) in setup.letters.bytes().enumerate() {
        let column = "ACGT".find(char::from(letter)).unwrap();
        assert_eq!(letters[4 * base + column], 1.0);
        let apart = hypothetical[4 * base + column] - attributions[base];
        assert!(apart.abs() < 1e-4, "{base}");
    }
    // One gradient on the way from each shuffle leaves much, which is not shared but told.
    let rough = setup
        .attribute("--strands forward --shuffles 2 --steps 1 --out @r.safetensors")
        .succeeds();
    let (_, left) = setup.array("r.safetensors", "remainder");
    assert!(left[0] > 0.01, "{left:?}");
    assert!(
        rough
            .stderr
            .contains("warning: attributions have not converged in 1 of 1 window"),
        "{}",
        rough.stderr
    );
    let table = Results::read(&setup.folder.path("i.tsv"));
    assert_eq!(table.numbers("attribution").len(), LENGTH);
    assert_eq!(table.numbers("position")[5], 6.0);
    assert!(table.numbers("standard_error").iter().any(|&error| error > 0.0));
    // The same seed shuffles alike.
    let before = fs::read(setup.folder.path("i.safetensors")).unwrap();
    for (flags, same) in [("", true), ("--seed 2", false)] {
        let flags = format!("--strands forward --shuffles 2 {flags} --out @j.safetensors");
        setup.attribute(&flags).succeeds();
        assert_eq!(before == fs::read(setup.folder.path("j.safetensors")).unwrap(), same);
    }
}

#[test]
fn a_stretch_at_the_end_of_a_record_where_windows_are_cropped_is_explained_too() {
    let setup = Setup::new(LENGTH);
    for region in ["sim1:1-20".to_owned(), format!("sim1:{}-{LENGTH}", LENGTH - 19)] {
        let flags = format!("--region {region} --method gradient --out @e.safetensors");
        setup.attribute(&flags).succeeds();
        let (_, score) = setup.array("e.safetensors", "score");
        let (_, attributions) = setup.array("e.safetensors", "attributions");
        assert!(score[0] > 0.0, "{region}: {score:?}");
        assert!(attributions.iter().all(|value| value.is_finite()), "{region}");
        assert!(attributions.iter().any(|&value| value != 0.0), "{region}");
    }
}

#[test]
fn mutagenesis_is_that_of_its_own_command() {
    let setup = Setup::new(40_000);
    let region = "--region sim1:20001-20024";
    setup
        .attribute(&format!(
            "--method mutagenesis {region} --out @m.safetensors --tsv @m.tsv"
        ))
        .succeeds();
    setup
        .run(&format!(
            "interpret mutagenesis --fasta @s.fa --track ATAC {region} --around 0 --out @t.tsv"
        ))
        .succeeds();
    let (shape, attributions) = setup.array("m.safetensors", "attributions");
    assert_eq!(shape, [1, 24]);
    let table = Results::read(&setup.folder.path("t.tsv"));
    let heights = table.numbers("height");
    let apart = attributions.iter().zip(&heights).map(|(a, b)| (a - b).abs());
    assert!(apart.fold(0.0, f64::max) < 1e-5);
    let own = Results::read(&setup.folder.path("m.tsv"));
    assert_eq!(own.numbers("position"), table.numbers("position"));
}

#[test]
fn a_gradient_says_what_a_small_change_does() {
    let setup = Setup::new(40_000);
    let region = "--region sim1:20001-21000";
    setup
        .attribute(&format!("--method gradient {region} --out @g.safetensors"))
        .succeeds();
    setup
        .attribute(&format!("--method mutagenesis {region} --out @m.safetensors"))
        .succeeds();
    // The same bins, so that a letter is important by both or by neither.
    let (_, gradient) = setup.array("g.safetensors", "attributions");
    let (_, exchanged) = setup.array("m.safetensors", "attributions");
    let score = |file| setup.array(file, "score").1[0];
    let [derived, exchanged_sum] = [score("g.safetensors"), score("m.safetensors")];
    assert!(
        (derived - exchanged_sum).abs() < 1e-6 * derived,
        "{derived}, {exchanged_sum}"
    );
    // The window has the region in its middle.
    let first = LENGTH / 2 - 500;
    let both: Vec<[f64; 2]> = gradient[first..first + 1_000]
        .iter()
        .zip(&exchanged)
        .map(|(a, b)| [*a, *b])
        .collect();
    let mean = |of: usize| both.iter().map(|pair| pair[of]).sum::<f64>() / both.len() as f64;
    let means = [mean(0), mean(1)];
    let product = |a: usize, b: usize| {
        both.iter()
            .map(|pair| (pair[a] - means[a]) * (pair[b] - means[b]))
            .sum::<f64>()
    };
    let r = product(0, 1) / (product(0, 0) * product(1, 1)).sqrt();
    assert!(r > 0.4, "{r}");
}

#[test]
fn a_bigwig_has_what_the_array_has_and_numpys_arrays_a_row_a_letter() {
    let setup = Setup::new(40_000);
    let flags = "--method gradient --region sim1:3001-3200";
    setup.attribute(&format!("{flags} --out @g.safetensors")).succeeds();
    setup.attribute(&format!("{flags} --out @g.bw")).succeeds();
    setup
        .attribute(&format!("{flags} --bases 100 --out @shap.npz"))
        .succeeds();
    let (_, attributions) = setup.array("g.safetensors", "attributions");
    let start = 3_100 - LENGTH as i64 / 2;
    assert!(start < 0, "the window begins before the sequence");
    let inside = &attributions[(-start) as usize..];

    let values = bigwig(&setup.folder.path("g.bw"), 40_000);
    let (own, rest) = values.split_at(inside.len());
    let alike = own
        .iter()
        .zip(inside)
        .all(|(found, expected)| *found == *expected as f32);
    assert!(alike && rest.iter().all(|value| value.is_nan()));

    let archive = |name: &str| {
        let mut archive = ZipArchive::new(File::open(setup.folder.path(name)).unwrap()).unwrap();
        let mut bytes = Vec::new();
        archive.by_name("arr_0.npy").unwrap().read_to_end(&mut bytes).unwrap();
        let end = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        assert!(String::from_utf8_lossy(&bytes[..end]).contains("'shape': (1, 4, 100)"));
        let words = bytes[end..].as_chunks().0.iter();
        words.map(|&word| f32::from_le_bytes(word)).collect::<Vec<f32>>()
    };
    let (contributions, letters) = (archive("shap.npz"), archive("ohe.npz"));
    let (_, hypothetical) = setup.array("g.safetensors", "hypothetical");
    let first = (LENGTH - 100) / 2;
    for base in 0..100 {
        let letter = setup.letters.as_bytes()[(start + (first + base) as i64) as usize];
        for (row, of) in "ACGT".bytes().enumerate() {
            assert_eq!(letters[100 * row + base], f32::from(u8::from(letter == of)));
            let expected = hypothetical[4 * (first + base) + row] as f32;
            assert_eq!(contributions[100 * row + base], expected);
        }
    }
}

#[test]
fn all_bins_of_a_sequence_add_up_over_its_windows() {
    let setup = Setup::new(30_000);
    setup.attribute("--method gradient --out @g.safetensors").succeeds();
    let (shape, _) = setup.array("g.safetensors", "attributions");
    // 30,000 bp are 235 bins, 203 of them predicted, of which a window has 96.
    assert_eq!(shape, [3, LENGTH]);
    setup.attribute("--method gradient --out @g.bw").succeeds();
    let values = bigwig(&setup.folder.path("g.bw"), 30_000);
    assert!(values.iter().all(|value| value.is_finite()));
    let (_, rows) = setup.array("g.safetensors", "attributions");
    let starts = [0, (LENGTH / BIN - 2 * CROP) * BIN, (235 - LENGTH / BIN) * BIN];
    for base in [100, 13_000, 15_000, 29_000] {
        let of_window = |(window, &start): (usize, &usize)| {
            let at = usize::checked_sub(base, start).filter(|&at| at < LENGTH);
            at.map_or(0.0, |at| rows[window * LENGTH + at])
        };
        let expected: f64 = starts.iter().enumerate().map(of_window).sum();
        assert!((f64::from(values[base]) - expected).abs() < 1e-3, "{base}");
    }
}

#[test]
fn what_does_not_fit_is_refused_with_what_does() {
    let setup = Setup::new(20_000);
    for (flags, saying) in [
        (
            "--method shapley --out @a.bw",
            "gradient, integrated-gradients, mutagenesis",
        ),
        (
            "--method gradient-x-input --out @a.bw",
            "does not apply to models of sequences",
        ),
        ("--method mutagenesis --out @a.bw", "--region"),
        ("--baseline zero --out @a.bw", "--shuffles"),
        ("--method gradient --steps 3 --out @a.bw", "--steps requires"),
        ("--together --out @a.bw", "--together"),
        ("--out @a.tsv", ".bw, .npz or .safetensors"),
        ("--region sim1:1-20001 --method gradient --out @a.bw", "20000"),
        ("--region chrX:1-20 --method gradient --out @a.bw", "sim1"),
        (
            "--region sim1:1-20 sim1:1-30 --method mutagenesis --out @a.npz",
            "20 and 30 bases",
        ),
    ] {
        let outcome = setup.attribute(flags);
        assert!(
            outcome.code != 0 && outcome.stderr.contains(saying),
            "{flags}: {}",
            outcome.stderr
        );
        assert!(!setup.folder.path("a.bw").exists());
    }
    setup
        .run("interpret attribute --input @s.fa --out @a.bw")
        .fails(2, &["2 tracks", "--track"]);
    let folder = Folder::new();
    folder.model();
    folder.simulated("t.csv", 3, 20, 1);
    let [model, table, out] = ["model.safetensors", "t.csv", "a.safetensors"].map(|name| folder.path(name));
    let given = [("--model", model), ("--input", table), ("--out", out)];
    let given = || {
        given
            .iter()
            .flat_map(|(flag, path)| [(*flag).to_owned(), path.display().to_string()])
    };
    for (more, saying) in [
        (
            ["--method", "gradient"],
            "gradient-x-input, integrated-gradients, occlusion, shapley",
        ),
        (["--track", "ATAC"], "--track applies to sequence models"),
    ] {
        let words = ["interpret", "attribute"].into_iter().chain(more).map(str::to_owned);
        run(words.chain(given())).fails(2, &[saying]);
    }
}

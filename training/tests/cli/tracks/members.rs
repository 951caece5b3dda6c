//! Several models of sequences together: the mean of what each says by itself, and how far they are apart.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use regulens::weights::{Dtype, WeightFile};

use super::regions::{npy, shipped};
use crate::support::setup::{Folder, Results, run};

/// Two models of the same sequences by themselves and as one file, and one record of 65,536 bases.
struct Setup {
    folder: Folder,
    models: [PathBuf; 2],
    together: PathBuf,
    genome: PathBuf,
}

impl Setup {
    fn new() -> Self {
        let folder = Folder::new();
        let shipped = shipped();
        let bytes = fs::read(shipped.join("basenji-attention-two-sided-simulated.safetensors")).unwrap();
        let first = WeightFile::read("first", &bytes).unwrap();
        let mut second = first.clone();
        for (name, factor) in [("final/dense/kernel", 0.75), ("cnn1/batch_normalization/gamma", 1.25)] {
            let tensor = second.tensors.get_mut(name).expect("a tensor of the model");
            tensor.values.iter_mut().for_each(|value| *value *= factor);
        }
        let mut text = String::new();
        let example = File::open(shipped.join("examples/sequence.fa.gz")).unwrap();
        MultiGzDecoder::new(example).read_to_string(&mut text).unwrap();
        let written = |name: &str, model: &WeightFile| {
            let bytes = WeightFile::write(&model.card, &model.tensors, Dtype::F32).unwrap();
            folder.write(name, bytes)
        };
        let joined = WeightFile::together(&[first.clone(), second.clone()]).unwrap();
        Self {
            models: [written("a.safetensors", &first), written("b.safetensors", &second)],
            together: written("together.safetensors", &joined),
            genome: folder.write("genome.fa", text),
            folder,
        }
    }

    fn run(&self, command: &[&str], model: &Path, out: &str, more: &[&str]) -> String {
        let text = |path: &Path| path.display().to_string();
        let [model, out] = [text(model), text(&self.folder.path(out))];
        let genome = if command.contains(&"variants") {
            "--fasta"
        } else {
            "--input"
        };
        let genome = [genome.to_owned(), text(&self.genome)];
        let files = ["--model", &model, "--out", &out];
        let words = command.iter().chain(&files).chain(more);
        run(words.map(|&word| word.to_owned()).chain(genome)).succeeds().stderr
    }

    fn table(&self, command: &[&str], model: &Path, more: &[&str]) -> Results {
        self.run(command, model, "t.tsv", more);
        Results::read(&self.folder.path("t.tsv"))
    }
}

fn close(found: f64, expected: f64, scale: f64) {
    assert!(
        (found - expected).abs() <= 1e-5 * scale.max(1.0),
        "{found}, expected {expected}"
    );
}

/// Asserts the mean and the spread of two numbers, which are differences of others up to `scale`.
fn assert_of_two([a, b]: [f64; 2], mean: f64, [sd, low, high]: [f64; 3], scale: f64) {
    let scale = scale.max(a.abs()).max(b.abs());
    close(mean, f64::midpoint(a, b), scale);
    close(sd, (a - b).abs() / 2.0_f64.sqrt(), scale);
    close(low, a.min(b), scale);
    close(high, a.max(b), scale);
}

#[test]
fn tracks_of_several_models_are_the_mean_and_stand_beside_their_spread() {
    let setup = Setup::new();
    let whole = |model: &Path, out: &str| {
        setup.run(&["predict"], model, out, &["--format", "npy"]);
        npy(&setup.folder.path(&format!("{out}/sim1.npy")))
    };
    let [a, b] = [whole(&setup.models[0], "a"), whole(&setup.models[1], "b")];
    let mean = whole(&setup.together, "together");
    let [sd, low, high] =
        ["sd", "low", "high"].map(|name| npy(&setup.folder.path(&format!("together/sim1.{name}.npy"))));
    assert_eq!((a.len(), sd.len()), (mean.len(), mean.len()));
    for at in 0..mean.len() {
        let of = |values: &[f32]| f64::from(values[at]);
        assert_of_two([of(&a), of(&b)], of(&mean), [of(&sd), of(&low), of(&high)], 1.0);
    }
    assert!(!setup.folder.path("a/sim1.sd.npy").exists());

    // Two files make the same mean as the file of two.
    let [second, first] = [&setup.models[1], &setup.models[0]].map(|path| path.display().to_string());
    setup.run(
        &["predict", "--model", &first],
        Path::new(&second),
        "two",
        &["--format", "npy"],
    );
    assert_eq!(npy(&setup.folder.path("two/sim1.npy")), mean);

    let regions = ["--regions", "sim1:30001-35536"];
    let of_region = |model: &Path| setup.table(&["predict"], model, &regions);
    let [a, b] = [of_region(&setup.models[0]), of_region(&setup.models[1])];
    let both = of_region(&setup.together);
    for track in 0..2 {
        let of = |table: &Results, name: &str| table.numbers(name)[track];
        let spread = ["mean_sd", "mean_low", "mean_high"].map(|name| of(&both, name));
        assert_of_two([of(&a, "mean"), of(&b, "mean")], of(&both, "mean"), spread, 1.0);
    }
}

#[test]
fn effects_of_variants_and_contributions_of_bases_are_means_with_their_spread() {
    let setup = Setup::new();
    let vcf = fs::read_to_string(shipped().join("examples/sequence.vcf")).unwrap();
    let (header, rows): (Vec<&str>, Vec<&str>) = vcf.lines().partition(|line| line.starts_with('#'));
    let few = [&header[..], &rows[..3]].concat().join("\n") + "\n";
    let vcf = setup.folder.write("few.vcf", few).display().to_string();
    let scored = |model: &Path| {
        let tsv = setup.folder.path("effects.tsv");
        let flags = ["--vcf", &vcf, "--tsv", &tsv.display().to_string()];
        setup.run(&["interpret", "variants"], model, "scored.vcf", &flags);
        Results::read(&tsv)
    };
    // `RG_NAME_ATAC=value` of each row that was written to the VCF.
    let info = |name: &str| -> Vec<f64> {
        let text = fs::read_to_string(setup.folder.path("scored.vcf")).unwrap();
        let rows = text.lines().filter(|line| !line.starts_with('#'));
        let start = format!("RG_{name}_ATAC=");
        rows.map(|row| {
            let column = row.split('\t').nth(7).unwrap();
            let value = column.split(';').find_map(|item| item.strip_prefix(&start));
            value.unwrap_or_else(|| panic!("{row}")).parse().unwrap()
        })
        .collect()
    };
    let [a, b] = [scored(&setup.models[0]), scored(&setup.models[1])];
    assert!(
        !fs::read_to_string(setup.folder.path("scored.vcf"))
            .unwrap()
            .contains("SADSD")
    );
    let both = scored(&setup.together);
    assert_eq!(both.rows.len(), 6);
    for (name, column) in [("SADSD", "sad_sd"), ("SADLOW", "sad_low"), ("SADHIGH", "sad_high")] {
        let of_atac: Vec<f64> = both.numbers(column).into_iter().step_by(2).collect();
        assert_eq!(info(name), of_atac);
    }
    assert!(!a.header.iter().any(|name| name == "sad_sd"), "{:?}", a.header);
    for row in 0..6 {
        let of = |table: &Results, name: &str| table.numbers(name)[row];
        let spread = ["sad_sd", "sad_low", "sad_high"].map(|name| of(&both, name));
        let sums = of(&a, "reference_sum").max(of(&b, "reference_sum"));
        assert_of_two([of(&a, "sad"), of(&b, "sad")], of(&both, "sad"), spread, sums);
    }

    let attributed = |model: &Path| {
        let tsv = setup.folder.path("bases.tsv").display().to_string();
        let place = "--region sim1:32001-33000 --track ATAC --bases 40 --method gradient"
            .split(' ')
            .collect::<Vec<_>>();
        let flags = [&place[..], &["--tsv", tsv.as_str()]].concat();
        setup.run(&["interpret", "attribute"], model, "bases.safetensors", &flags);
        Results::read(Path::new(&tsv))
    };
    let [a, b] = [attributed(&setup.models[0]), attributed(&setup.models[1])];
    let both = attributed(&setup.together);
    assert_eq!((a.rows.len(), both.rows.len()), (b.rows.len(), b.rows.len()));
    assert!(!a.header.iter().any(|name| name == "sd"), "{:?}", a.header);
    for row in 0..both.rows.len() {
        let of = |table: &Results, name: &str| table.numbers(name)[row];
        let spread = ["sd", "low", "high"].map(|name| of(&both, name));
        assert_of_two(
            [of(&a, "attribution"), of(&b, "attribution")],
            of(&both, "attribution"),
            spread,
            1.0,
        );
    }
}

#[test]
fn models_of_other_tracks_or_windows_do_not_predict_together() {
    let setup = Setup::new();
    let other = shipped().join("basenji-yeast-atac.safetensors").display().to_string();
    let [model, genome] = [&setup.models[0], &setup.genome].map(|path| path.display().to_string());
    let out = setup.folder.path("none").display().to_string();
    run(["predict", "--model", &model, &other, "--input", &genome, "--out", &out])
        .fails(2, &["cannot be averaged", "sequence models: window and tracks"]);
}

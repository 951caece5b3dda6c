//! `regulens import basenji` of TensorFlow's checkpoints.

use std::fs;
use std::path::{Path, PathBuf};

use safetensors::SafeTensors;

use crate::support::reference::reference;
use crate::support::setup::{Folder, Outcome, run, run_line};

const VARIANTS: [&str; 2] = ["basenji", "attention-two-sided"];

/// The golden folder of the family.
fn golden() -> Option<PathBuf> {
    reference("golden/basenji", "real checkpoints")
}

fn import(variant: &str, input: &Path, config: &Path, out: &Path) -> Outcome {
    run_line(format!(
        "import basenji --variant {variant} {} --config {} --out {} --dtype f32",
        input.display(),
        config.display(),
        out.display()
    ))
}

#[test]
fn a_checkpoint_is_imported_by_prefix_or_index_to_the_last_bit() {
    let Some(golden) = golden() else { return };
    let folder = Folder::new();
    for variant in VARIANTS {
        let bundle = golden.join(format!("{variant}.tf-checkpoint"));
        let config = golden.join(format!("{variant}.json"));
        let expected = fs::read(golden.join(format!("{variant}.weights.safetensors"))).unwrap();
        let expected = SafeTensors::deserialize(&expected).unwrap();
        for name in ["model.tf", "model.tf.index"] {
            let out = folder.path("m.safetensors");
            let outcome = import(variant, &bundle.join(name), &config, &out).succeeds();
            let used = format!("{} tensors used", expected.len());
            for words in [
                &*used,
                "cnn0/conv1d/kernel [22, 4, 8]",
                "tensors of the training, not used",
                "global_step",
                "beta1_power",
                "cnn0/conv1d/kernel/Adam_1",
            ] {
                assert!(
                    outcome.stderr.contains(words),
                    "`{words}` is not in: {}",
                    outcome.stderr
                );
            }
            let model = fs::read(&out).unwrap();
            let model = SafeTensors::deserialize(&model).unwrap();
            assert_eq!(model.len(), expected.len());
            for (name, tensor) in expected.tensors() {
                let found = model.tensor(&name).unwrap();
                assert_eq!(
                    (found.shape(), found.dtype()),
                    (tensor.shape(), tensor.dtype()),
                    "{name}"
                );
                assert!(found.data() == tensor.data(), "{name} differs");
            }
        }
    }
}

#[test]
fn what_is_no_index_is_told_with_the_name_of_the_index() {
    let Some(golden) = golden() else { return };
    let folder = Folder::new();
    let config = golden.join("basenji.json");
    let bundle = golden.join("basenji.tf-checkpoint");
    let out = folder.path("m.safetensors");
    let data = bundle.join("model.tf.data-00000-of-00001");
    import("basenji", &data, &config, &out).fails(
        1,
        &["model.tf.data-00000-of-00001: found a data file", "model.tf.index."],
    );
    import("basenji", &bundle, &config, &out).fails(1, &["found a folder", ".index"]);
    assert!(!out.exists());
}

#[test]
fn a_checkpoint_without_its_data_or_with_another_ones_is_refused() {
    let Some(golden) = golden() else { return };
    let folder = Folder::new();
    let config = golden.join("basenji.json");
    let out = folder.path("m.safetensors");
    let copy = |variant: &str, part: &str| {
        let from = golden.join(format!("{variant}.tf-checkpoint/model.tf.{part}"));
        folder.write(&format!("copy.{part}"), fs::read(from).unwrap())
    };
    let index = copy("basenji", "index");
    import("basenji", &index, &config, &out).fails(1, &["copy.index: found no `copy.data-00000-of-00001`"]);
    copy("attention-two-sided", "data-00000-of-00001");
    import("basenji", &index, &config, &out).fails(1, &["copy.data-00000-of-00001: found the CRC-32C"]);
    let data = copy("basenji", "data-00000-of-00001");
    let whole = fs::read(&data).unwrap();
    fs::write(&data, &whole[..whole.len() - 100]).unwrap();
    import("basenji", &index, &config, &out).fails(1, &["copy.data-00000-of-00001: found an end at byte"]);
    assert!(!out.exists());
}

#[test]
fn what_a_checkpoint_does_not_tell_ends_with_the_name_of_the_flag() {
    let Some(golden) = golden() else { return };
    let folder = Folder::new();
    let input = golden.join("basenji.tf-checkpoint/model.tf").display().to_string();
    let out = folder.path("m.safetensors").display().to_string();
    run(["import", "basenji", "--variant", "basenji", &input, "--out", &out]).fails(2, &["--length"]);
}

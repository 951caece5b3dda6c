//! Wrong usage, help, and what all commands share.

use crate::support::setup::{BINS, Folder, regulens, run, run_line};

const COMMANDS: &[&[&str]] = &[
    &["train", "attentive-chrome"],
    &["train", "basenji"],
    &["evaluate"],
    &["predict"],
    &["calibrate", "explanations"],
    &["calibrate", "missing-marks"],
    &["calibrate", "transfer"],
    &["import"],
    &["export"],
    &["fetch"],
    &["inspect"],
    &["simulate", "hm"],
    &["simulate", "hm-pair"],
    &["interpret", "perturb"],
    &["interpret", "change-beta"],
    &["prepare", "hm"],
    &["prepare", "tracks"],
    &["baseline", "attentive-chrome"],
    &["baseline", "deep-diff"],
    &["baseline", "basenji"],
    &["summarise", "table-2"],
    &["bench"],
];

/// Those that compute, with what they cannot do without.
const COMPUTING: [&[&str]; 4] = [
    &[
        "train",
        "attentive-chrome",
        "--train",
        "t",
        "--valid",
        "v",
        "--out",
        "o",
    ],
    &["evaluate", "--model", "m", "--input", "i"],
    &["predict", "--model", "m", "--input", "i", "--out", "o"],
    &["bench", "--model", "m"],
];

#[test]
fn every_command_explains_itself_and_takes_a_device() {
    for command in COMMANDS {
        let help = run(command.iter().copied().chain(["--help"])).succeeds().stdout;
        assert!(help.contains("--device"), "{command:?}: {help}");
    }
    let help = run(["--help"]).succeeds().stdout;
    for command in COMMANDS {
        assert!(help.contains(command[0]), "{help}");
    }
    assert!(help.contains("Exit codes"), "{help}");
    assert!(run(["--version"]).succeeds().stdout.starts_with("regulens "));
}

#[test]
fn licences_are_those_of_all_that_is_linked() {
    let printed = run(["licences"]).succeeds().stdout;
    assert!(printed.starts_with("Regulens 0."), "{}", &printed[..80]);
    let notices = include_str!("../../NOTICES.txt").trim_end();
    assert!(notices.contains("\nclap 4."), "the notices name crates");
    assert!(printed.contains(notices), "the notices are printed whole");
}

#[test]
fn wrong_usage_exits_with_2() {
    run::<&str>([]).fails(2, &["Usage"]);
    run(["dance"]).fails(2, &["dance"]);
    run(["predict"]).fails(2, &["--model"]);
    run_line("predict --model m --input i --out o --select-bins 150-51").fails(2, &["--select-bins", "150-51"]);
    run(["inspect", "m", "--device", "tpu"]).fails(2, &["tpu", "cpu, wgpu or cuda"]);
}

#[test]
fn a_family_that_there_is_not_is_wrong_usage() {
    for command in ["train", "baseline"] {
        run([command, "deep-sea", "--out", "m"]).fails(2, &["deep-sea", "--help"]);
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    run(["inspect", "none.safetensors"]).fails(1, &["none.safetensors", "Check the name and the folder."]);
}

#[test]
fn a_device_that_cannot_be_had_is_an_error_with_a_remedy_in_every_command() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 4, BINS, 1));
    let [model, table, out] = [model, table, folder.path("out")].map(|path| path.display().to_string());
    let commands: [&[&str]; 6] = [
        &["predict", "--model", &model, "--input", &table, "--out", &out],
        &["evaluate", "--model", &model, "--input", &table],
        &[
            "interpret",
            "perturb",
            "--model",
            &model,
            "--input",
            &table,
            "--out",
            &out,
        ],
        &[
            "train",
            "attentive-chrome",
            "--train",
            &table,
            "--valid",
            &table,
            "--out",
            &out,
        ],
        &["bench", "--model", &model],
        &["export", &model, "--dtype", "f16", "--test", &table, "--out", &out],
    ];
    for command in commands {
        let output = regulens()
            .args(command)
            .args(["--device", "cuda"])
            // No GPU is seen where there is one.
            .env("CUDA_VISIBLE_DEVICES", "-1")
            .output()
            .expect("the program starts");
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(1), "{command:?}: {stderr}");
        let remedy = ["use --device cpu", "use another device"]
            .iter()
            .any(|remedy| stderr.contains(remedy));
        assert!(stderr.contains("--device cuda: ") && remedy, "{command:?}: {stderr}");
        assert!(
            !stderr.contains("RecvError") && !stderr.contains("Using the CPU instead"),
            "{command:?}: {stderr}"
        );
        assert!(!folder.path("out").exists(), "{command:?} writes nothing");
    }
}

#[test]
fn every_command_that_computes_takes_a_number_of_threads_above_zero() {
    for command in COMPUTING {
        for threads in ["0", "-1", "two"] {
            let flag = format!("--threads={threads}");
            run(command.iter().copied().chain([flag.as_str()]))
                .fails(2, &["--threads", "not a whole number above zero"]);
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_number() {
    let folder = Folder::new();
    let (model, table) = (folder.model(), folder.simulated("sim.csv", 70, BINS, 1));
    let predict = |threads: &str| {
        let out = folder.path(threads);
        let [model, table, out_name] = [&model, &table, &out].map(|path| path.display().to_string());
        run_line(format!(
            "predict --model {model} --input {table} --out {out_name} --threads {threads}"
        ))
        .succeeds();
        std::fs::read(out).unwrap()
    };
    assert_eq!(predict("1"), predict("3"));
}

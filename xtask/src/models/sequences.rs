//! The shipped models of sequences: yeast's ATAC, its MNase and RNA polymerase II, and a simulated genome.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::{Models, copy, tables};
use crate::command::{Outcome, command, run, step};
use crate::program;

pub(super) const GENOME: &str = "genome/sacCer3.fa.gz";
/// Variants that learn ATAC: the beginnings of their files' names, and their names in cards.
const ATAC: [(&str, &str, &str); 7] = [
    ("basenji", "basenji", "Basenji"),
    (
        "attention-two-sided",
        "basenji-attention-two-sided",
        "Attention-Basenji, two-sided",
    ),
    (
        "attention-variable",
        "basenji-attention-variable",
        "Attention-Basenji, one-sided",
    ),
    (
        "attention-none",
        "basenji-attention-none",
        "Attention-Basenji, no position",
    ),
    ("exp-variable", "basenji-exp-variable", "Learned exponentials"),
    ("exp-constant", "basenji-exp-constant", "Constant exponentials"),
    ("standard", "basenji-standard", "Standard"),
];
/// Variants that learn MNase and RNA polymerase II: the first and third of those.
const TWO: [usize; 2] = [0, 2];
const OF_ATAC: &str = "ATAC-seq SRR1822137 (first 500,000 read pairs, macs3-project/MACS, BSD 3-Clause) on S. cerevisiae \
                       sacCer3";
const OF_TWO: &str = "MNase-seq and RNA polymerase II ChIP-seq (js2264/tidyCoverage, MIT) on S. cerevisiae sacCer3, chrII, \
                      chrIV and chrXVI";
const OF_SIMULATED: &str = "simulated by regulens simulate sequence --records 24 --length 131072 --seed 2";
const WINDOWS: &str = "--length 16384 --buffer 2048";
/// Tracks of yeast, in the order of the columns of docs/results.md.
const TRACKS: [&str; 3] = ["ATAC", "MNase", "PolII"];
const SEEDS: usize = 3;
/// Trainings at a time; each takes one thread.
const JOBS: usize = 2;

/// A training of one model.
struct Training<'a> {
    variant: &'static str,
    /// Names of its file and in its card.
    file: String,
    name: String,
    /// A folder of windows, and their source in words.
    data: &'a Path,
    source: &'static str,
    settings: &'static str,
    /// The genome of its null, and how many variants of each kind are drawn.
    null: (&'a Path, &'static str),
}

impl Models<'_> {
    /// Prepares folders of yeast, trains, adds nulls and ships. `yeast` has `genome`, `atac_macs` and `tidyCoverage`.
    pub(super) fn of_yeast(&self, yeast: &Path) -> Outcome<()> {
        let genome = yeast.join(GENOME);
        let file = |name: &str| yeast.join(name).display().to_string();
        let fragments = file("atac_macs/yeast_500k_SRR1822137.bedpe.gz");
        let atac = self.folder(
            "yeast-atac",
            &genome,
            &[format!(
                "ATAC={fragments},assay=ATAC,clip=0.999,description=ATAC-seq SRR1822137: its first 500000 read pairs"
            )],
            "--valid chrVIII --test chrIV --drop chrM --blacklist chrXII:451000-490000",
        )?;
        let two = self.folder(
            "yeast-two",
            &genome,
            &[
                format!(
                    "MNase={},assay=MNase,description=MNase-seq nucleosome coverage",
                    file("tidyCoverage/MNase.bw")
                ),
                format!(
                    "PolII={},assay=ChIP,description=RNA polymerase II ChIP-seq CPM",
                    file("tidyCoverage/PolII.bw")
                ),
            ],
            "--train chrXVI --train chrII:0-609888 --valid chrII:609888-813184 --test chrIV",
        )?;
        let mut trainings = Vec::new();
        for (variant, stem, name) in TWO.map(|at| ATAC[at]) {
            trainings.push(Training {
                variant,
                file: format!("{stem}-yeast-mnase-polii.safetensors"),
                name: format!("{name} on yeast MNase and Pol II"),
                data: &two,
                source: OF_TWO,
                settings: "--epochs 35 --assembly sacCer3",
                null: (&genome, "4000"),
            });
        }
        for (variant, stem, name) in ATAC {
            trainings.push(Training {
                variant,
                file: format!("{stem}-yeast-atac.safetensors"),
                name: format!("{name} on yeast ATAC"),
                data: &atac,
                source: OF_ATAC,
                settings: "--assembly sacCer3",
                null: (&genome, "4000"),
            });
        }
        let scored: Vec<_> = trainings
            .iter()
            .map(|training| (training.variant, self.kept.join(&training.file), training.data))
            .collect();
        self.side_by_side(trainings)?;
        for (variant, trained, data) in scored {
            let scores = self.of_both_strands(&trained, data)?;
            tables::fill_tracks(self.root, variant, &scores)?;
        }
        step("ensembles and intervals of sequences", || self.confidence(&genome, &[]))
    }

    /// Pearson's r of each seed on the test windows, predictions averaged over both strands: of each track the column
    /// of its scores.
    fn of_both_strands(&self, trained: &Path, data: &Path) -> Outcome<Vec<(usize, Vec<f64>)>> {
        let mut scores: Vec<(usize, Vec<f64>)> = Vec::new();
        for seed in 1..=SEEDS {
            let model = trained.with_extension("").display().to_string() + &format!("-seed-{seed}.safetensors");
            let mut evaluate = command(self.root, self.root, program::path(self.root));
            evaluate.args(["evaluate", "--ensemble", "--json", "--model", &model]);
            let output = evaluate.arg("--input").arg(data).output();
            let output = output.map_err(|error| format!("`regulens evaluate` does not start: {error}"))?;
            let said: Value = serde_json::from_slice(&output.stdout)
                .map_err(|_| format!("{model}: {}", String::from_utf8_lossy(&output.stderr)))?;
            for track in said["per_track"].as_array().into_iter().flatten() {
                let column = TRACKS.iter().position(|name| track["name"] == *name);
                let (Some(column), Some(pearson)) = (column, track["pearson"].as_f64()) else {
                    return Err(format!("{model}: no column of docs/results.md for {track}"));
                };
                match scores.iter_mut().find(|(of, _)| *of == column + 1) {
                    Some((_, seeds)) => seeds.push(pearson),
                    None => scores.push((column + 1, vec![pearson])),
                }
            }
        }
        Ok(scores)
    }

    /// The model of a simulated genome, which needs no data.
    pub(super) fn of_simulated_sequences(&self) -> Outcome<()> {
        let learned = self.simulated("simulated-2", "--records 24 --length 131072 --seed 2")?;
        let other = self.simulated("simulated-1001", "--length 4000000 --seed 1001")?;
        let track = |name: &str| {
            let file = learned.with_extension(format!("{name}.bedgraph"));
            format!("{name}={},assay={name}", file.display())
        };
        let simulated = self.folder(
            "simulated",
            &learned.with_extension("fa"),
            &[track("ATAC"), track("MNase")],
            "--valid sim23 --test sim24",
        )?;
        let other = other.with_extension("fa");
        let (variant, stem, name) = ATAC[1];
        let training = Training {
            variant,
            file: format!("{stem}-simulated.safetensors"),
            name: format!("{name} on simulated ATAC and MNase"),
            data: &simulated,
            source: OF_SIMULATED,
            settings: "--epochs 24 --balance none --l2 0.0001 --simulated",
            null: (&other, "10000"),
        };
        step(&training.file, || self.of_tracks(&training))?;
        step("intervals of the simulated model", || {
            self.confidence(&other, &["simulated"])
        })
    }

    /// Ensembles, and intervals of tracks, of the models of these names.
    fn confidence(&self, genome: &Path, names: &[&str]) -> Outcome<()> {
        let mut script = command(self.root, self.root, "python3");
        script
            .arg("training/workflow/ensembles_of_sequences.py")
            .arg(&self.kept)
            .arg(genome)
            .arg(program::path(self.root))
            .arg("models")
            .arg(&self.kept)
            .args(names);
        run(script)
    }

    /// Runs trainings, so many at a time; gives the first failure.
    fn side_by_side(&self, trainings: Vec<Training<'_>>) -> Outcome<()> {
        let left = Mutex::new(trainings.into_iter());
        let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
        std::thread::scope(|scope| {
            let jobs = [(); JOBS].map(|()| {
                scope.spawn(|| {
                    while let Some(training) = next() {
                        step(&training.file, || self.of_tracks(&training))?;
                    }
                    Ok(())
                })
            });
            jobs.into_iter()
                .try_for_each(|job| job.join().map_err(|_| "a training panicked".to_owned())?)
        })
    }

    /// A folder of windows with tracks, prepared unless it is there.
    fn folder(&self, name: &str, genome: &Path, tracks: &[String], words: &str) -> Outcome<PathBuf> {
        let out = self.kept.join(name);
        if !out.is_dir() {
            step(name, || {
                let mut arguments = vec!["prepare", "tracks", "--fasta"];
                let genome = genome.to_string_lossy();
                arguments.push(&genome);
                for track in tracks {
                    arguments.extend(["--track", track]);
                }
                arguments.extend(words.split(' '));
                arguments.extend(WINDOWS.split(' '));
                let out = out.to_string_lossy();
                arguments.extend(["--out", &out]);
                self.program(&arguments)
            })?;
        }
        Ok(out)
    }

    /// The beginning of the names of a simulated genome's files.
    fn simulated(&self, name: &str, words: &str) -> Outcome<PathBuf> {
        let out = self.kept.join(name);
        if !out.with_extension("fa").is_file() {
            let prefix = out.to_string_lossy();
            let mut arguments = vec!["simulate", "sequence"];
            arguments.extend(words.split(' '));
            arguments.extend(["--out", &prefix]);
            self.program(&arguments)?;
        }
        Ok(out)
    }

    /// Trains a model, measures how much random variants change it, and ships it.
    fn of_tracks(&self, training: &Training<'_>) -> Outcome<()> {
        let trained = self.kept.join(&training.file);
        let is_interrupted = self.has_checkpoint(&trained)?;
        if !trained.is_file() || is_interrupted {
            let (data, out) = (training.data.to_string_lossy(), trained.to_string_lossy());
            let mut arguments = vec!["train", "basenji", "--variant", training.variant, "--data", &data];
            let seeds = SEEDS.to_string();
            arguments.extend(["--preset", "small", "--seeds", &seeds, "--keep-seeds"]);
            arguments.extend(["--name", &training.name, "--source", training.source, "--out", &out]);
            arguments.extend(training.settings.split(' '));
            arguments.extend(is_interrupted.then_some("--resume"));
            self.program(&arguments)?;
        }
        let calibrated = trained.with_extension("calibrated.safetensors");
        if !calibrated.is_file() {
            let (genome, count) = training.null;
            let genome = genome.to_string_lossy();
            let (model, out) = (trained.to_string_lossy(), calibrated.to_string_lossy());
            let mut arguments = vec!["calibrate", "variants", "--model", &model, "--fasta", &genome];
            arguments.extend(["--count", count, "--seed", "1", "--out", &out]);
            self.program(&arguments)?;
        }
        copy(&calibrated, &self.root.join("models").join(&training.file))
    }

    fn program(&self, arguments: &[impl AsRef<OsStr>]) -> Outcome<()> {
        let mut program = command(self.root, self.root, program::path(self.root));
        program.args(arguments);
        run(program)
    }
}

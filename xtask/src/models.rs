//! `cargo xtask models`: trains every shipped model again, with all that its card says of it.
//!
//! ```text
//! recipe of each cell type ─► train ─► form of a change ─► ensembles ─► contrasts, explanations
//!   ─► missing marks, other cell types
//! windows ─► train ─► null of variants (models of sequences)
//!   ─► catalogue ─► tables of docs/results.md ─► the page's first example
//! ```
//!
//! Each step keeps its files in `target/models` and leaves out what is there already, so that the same command goes on
//! after an interruption. Nothing is chosen on test genes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command::{Outcome, command, run, step};
use crate::node::node;
use crate::{catalogue, page, program};

mod sequences;
pub mod tables;

/// Where runs are kept, with every seed's model.
const KEPT: &str = "target/models";
const SEEDS: &str = "5";
const DATA: &str = "QData/DeepDiffChrome (Apache 2.0), Roadmap Epigenomics read counts in 100-bp bins";
/// Bins of the tables that models of one cell type read: 5,000 bp to either side of the TSS.
const BINS: &str = "51-150";
/// Prefix of the tables, the name of files, and the cell type.
const CELLS: [(&str, &str, &str); 2] = [("Cell1", "k562", "E123=K562"), ("Cell2", "h1", "E003=H1")];
const RECIPES: [&str; 2] = ["published", "small"];
/// Variants of AttentiveChrome, with the names of their files.
const ON_OFF: [(&str, &str); 7] = [
    ("lstm-alpha-beta", "attentive-chrome"),
    ("lstm-alpha", "lstm-alpha"),
    ("lstm-attn", "lstm-attn"),
    ("lstm", "lstm"),
    ("cnn-alpha-beta", "cnn-alpha-beta"),
    ("cnn-attn", "cnn-attn"),
    ("deep-chrome", "deep-chrome"),
];
const CHANGE: [&str; 7] = [
    "raw-d",
    "raw-c",
    "raw",
    "aux",
    "raw-aux",
    "aux-siamese",
    "raw-aux-siamese",
];
/// Settings of models of a change, as validation chose them (models/README.md).
const OF_A_CHANGE: &str = "--transform log1p --initialisation pytorch --output-bias mean --learning-rate 2e-3 \
                           --batch-size 20 --epochs 120 --patience 40";

/// Where to find what, and what to run.
struct Models<'a> {
    root: &'a Path,
    cells: PathBuf,
    kept: PathBuf,
}

/// Trains, chooses and describes models of tables, on the sample of QData/DeepDiffChrome in `cells`; of sequences, on
/// the genome and tracks in `yeast`; and, always, the one of a simulated genome.
pub fn make(root: &Path, cells: Option<&Path>, yeast: Option<&Path>) -> Outcome<()> {
    if let Some(cells) = cells {
        for (table, _, _) in CELLS {
            let file = format!("{table}.train.csv.gz");
            needs(cells, &file, "--cells takes the folder data of QData/DeepDiffChrome")?;
        }
    }
    if let Some(yeast) = yeast {
        needs(
            yeast,
            sequences::GENOME,
            "--yeast takes a folder with genome, atac_macs and tidyCoverage",
        )?;
    }
    program::build(root)?;
    let models = Models {
        root,
        cells: cells.unwrap_or(root).to_path_buf(),
        kept: root.join(KEPT),
    };
    fs::create_dir_all(&models.kept).map_err(|error| format!("{}: {error}", models.kept.display()))?;
    if cells.is_some() {
        models.of_tables()?;
    }
    models.of_simulated_sequences()?;
    if let Some(yeast) = yeast {
        models.of_yeast(yeast)?;
    }
    catalogue::update(root)?;
    tables::fill(root)?;
    step("the page's first example", || first_example(root))
}

/// Refuses a folder without `file`.
fn needs(folder: &Path, file: &str, remedy: &str) -> Outcome<()> {
    let file = folder.join(file);
    if file.is_file() {
        return Ok(());
    }
    Err(format!("{}: not there; {remedy}", file.display()))
}

/// Computes what the first screen shows by the models that ship now.
fn first_example(root: &Path) -> Outcome<()> {
    page::build(root, &root.join(page::DEFAULT_OUT))?;
    let www = root.join("www");
    run(node(root, &www, "build-first-gene.mjs"))?;
    let mut format = node(root, &www, "node_modules/prettier/bin/prettier.cjs");
    format.args([
        "--log-level",
        "warn",
        "--write",
        "src/tasks/genes/on-off/first-gene.json",
    ]);
    run(format)
}

impl Models<'_> {
    /// Models of tables, with all that their cards say.
    fn of_tables(&self) -> Outcome<()> {
        for (at, (_, cell, _)) in CELLS.iter().enumerate() {
            for recipe in RECIPES {
                step(&format!("LSTM-α,β of {cell}, recipe {recipe}"), || {
                    self.of_cell(at, recipe, "--variant lstm-alpha-beta", &self.flagship(cell, recipe))
                })?;
            }
            let recipe = self.recipe(cell)?;
            step(&format!("AttentiveChrome of {cell}, recipe {recipe}"), || {
                self.of_cell(at, recipe, "--all-variants", &self.variants(cell))
            })?;
        }
        for variant in CHANGE {
            step(&format!("DeepDiff {variant}"), || self.of_change(variant))?;
        }
        self.ship()?;
        step("forms of a change", || self.forms())?;
        step("ensembles and their confidence", || {
            self.of_genes("python3", "ensembles.py")
        })?;
        step("contrasts and explanations", || {
            self.of_genes("bash", "explanations.sh")
        })?;
        step("missing marks", || self.of_genes("bash", "missing_marks.sh"))?;
        step("other cell types", || self.of_genes("bash", "transfer.sh"))
    }

    fn table(&self, cell: usize, set: &str) -> PathBuf {
        self.cells.join(format!("{}.{set}.csv.gz", CELLS[cell].0))
    }

    /// Runs the program, its words split at spaces, with files behind their flags.
    fn regulens(&self, words: &str, files: &[(&str, &[PathBuf])]) -> Outcome<()> {
        let mut program = command(self.root, self.root, program::path(self.root));
        program.args(words.split_whitespace());
        for (flag, files) in files {
            program.arg(flag).args(*files);
        }
        if words.starts_with("train") {
            program.args(["--data", DATA, "--assembly", "hg19"]);
        }
        run(program)
    }

    /// LSTM-α,β of a cell type by a recipe, which the choice of a recipe compares.
    fn flagship(&self, cell: &str, recipe: &str) -> PathBuf {
        self.kept.join(format!("{cell}-{recipe}.safetensors"))
    }

    /// The folder of a cell type's variants.
    fn variants(&self, cell: &str) -> PathBuf {
        self.kept.join(cell)
    }

    /// Trains variants of one cell type by one recipe.
    fn of_cell(&self, cell: usize, recipe: &str, variants: &str, out: &Path) -> Outcome<()> {
        let words = format!(
            "attentive-chrome {variants} --recipe {recipe} --choose loss --select-bins {BINS} --cell-type {}",
            CELLS[cell].2
        );
        self.train(&words, &[cell], out)
    }

    /// One variant of DeepDiff.
    fn of_change(&self, variant: &str) -> Outcome<()> {
        let words = format!(
            "deep-diff --variant {variant} --cell-type {} --cell-type-b {} {OF_A_CHANGE}",
            CELLS[0].2, CELLS[1].2
        );
        self.train(&words, &[0, 1], &self.kept.join(change_file(variant)))
    }

    /// Trains on the tables of cell types; leaves out what is finished, and goes on with what was interrupted.
    fn train(&self, words: &str, cells: &[usize], out: &Path) -> Outcome<()> {
        let is_interrupted = self.has_checkpoint(out)?;
        if out.is_file() && !is_interrupted {
            println!("{}: trained already", out.display());
            return Ok(());
        }
        let resume = if is_interrupted { " --resume" } else { "" };
        let tables = |set| cells.iter().map(|&cell| self.table(cell, set)).collect::<Vec<_>>();
        let [train, valid, test, expression] = ["train", "valid", "test", "expr"].map(tables);
        let files: [(&str, &[PathBuf]); 5] = [
            ("--train", &train),
            ("--valid", &valid),
            ("--test", &test),
            ("--expression", &expression),
            ("--out", &[out.to_path_buf()]),
        ];
        let words = format!("train {words} --seeds {SEEDS} --keep-seeds{resume}");
        self.regulens(&words, &files)
    }

    /// A training of `out` that was interrupted.
    fn has_checkpoint(&self, out: &Path) -> Outcome<bool> {
        let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let entries = fs::read_dir(&self.kept).map_err(|error| format!("{}: {error}", self.kept.display()))?;
        Ok(entries.flatten().any(|entry| {
            let entry = entry.file_name().to_string_lossy().into_owned();
            entry.starts_with(&format!("{name}.seed-")) && entry.ends_with(".checkpoint")
        }))
    }

    /// The recipe by which LSTM-α,β of a cell type has the lower loss on validation genes, in the mean of its seeds.
    fn recipe(&self, cell: &str) -> Outcome<&'static str> {
        let mut of_recipes = Vec::new();
        for recipe in RECIPES {
            let loss = self.validation_loss(&self.flagship(cell, recipe))?;
            println!("{cell}, recipe {recipe}: mean validation loss {loss:.4}");
            of_recipes.push((loss, recipe));
        }
        let best = of_recipes.into_iter().min_by(|one, other| one.0.total_cmp(&other.0));
        best.map(|(_, recipe)| recipe).ok_or_else(|| "no recipe".to_owned())
    }

    /// Puts the models into `models/`.
    fn ship(&self) -> Outcome<()> {
        for (_, cell, _) in CELLS {
            for (variant, stem) in ON_OFF {
                let file = self.variants(cell).join(format!("{variant}.safetensors"));
                copy(&file, &self.root.join(format!("models/{stem}-{cell}.safetensors")))?;
            }
        }
        for variant in CHANGE {
            copy(
                &self.kept.join(change_file(variant)),
                &self.root.join("models").join(change_file(variant)),
            )?;
        }
        Ok(())
    }

    /// The mean over a model's seeds of the loss on validation genes.
    fn validation_loss(&self, model: &Path) -> Outcome<f64> {
        let mut inspect = command(self.root, self.root, program::path(self.root));
        let output = inspect.args(["inspect", "--json"]).arg(model).output();
        let output = output.map_err(|error| format!("`regulens inspect` does not start: {error}"))?;
        let said: Value =
            serde_json::from_slice(&output.stdout).map_err(|error| format!("{}: {error}", model.display()))?;
        let seeds = said["card"]["metrics"]["seeds"].as_array();
        let losses: Option<Vec<f64>> = seeds.map(|seeds| {
            seeds
                .iter()
                .filter_map(|seed| seed["validation_loss"].as_f64())
                .collect()
        });
        match losses {
            Some(losses) if !losses.is_empty() => Ok(losses.iter().sum::<f64>() / losses.len() as f64),
            _ => Err(format!("{}: its card has no seed's validation loss", model.display())),
        }
    }

    /// Chooses the published or the symmetric form of a change, over all seeds on validation genes.
    fn forms(&self) -> Outcome<()> {
        for variant in CHANGE {
            let model = self.root.join("models").join(change_file(variant));
            let stem = self.kept.join(change_file(variant).replace(".safetensors", ""));
            let seeds: Vec<PathBuf> = (1..=5)
                .map(|seed| PathBuf::from(format!("{}-seed-{seed}.safetensors", stem.display())))
                .collect();
            let [valid, test, expression] =
                ["valid", "test", "expr"].map(|set| [self.table(0, set), self.table(1, set)]);
            let files: [(&str, &[PathBuf]); 6] = [
                ("--model", std::slice::from_ref(&model)),
                ("--seeds", &seeds),
                ("--valid", &valid),
                ("--test", &test),
                ("--expression", &expression),
                ("--out", std::slice::from_ref(&model)),
            ];
            self.regulens("calibrate symmetric", &files)?;
        }
        Ok(())
    }

    /// Runs a script of the workflow, which measures on genes and writes into `models/`.
    fn of_genes(&self, interpreter: &str, script: &str) -> Outcome<()> {
        let mut measure = command(self.root, self.root, interpreter);
        measure.arg(format!("training/workflow/{script}")).arg(&self.cells);
        measure.arg(program::path(self.root));
        run(measure)
    }
}

fn change_file(variant: &str) -> String {
    format!("deep-diff-{variant}-k562-h1.safetensors")
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

//! `regulens interpret class-optimisation`: the input that a model takes for the purest example of a class.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use regulens::interpret::class_optimisation::{Class, ClassOptimisationSettings};

use super::outputs::Outputs;
use super::subject::{Model, ModelArgs, go_on, progress};
use super::table::{Cell, Table};
use crate::cli::error::CliError;
use crate::cli::tensors::{self, Tensor};

/// Which model and class, and how many steps.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ClassOptimisationArgs {
    #[command(flatten)]
    model: ModelArgs,
    /// The class whose probability is raised
    #[arg(long, value_enum, default_value_t = ClassName::On)]
    class: ClassName,
    #[command(flatten)]
    descent: DescentArgs,
    /// The table to write: mark, bin, position of the bin's centre in bp from the anchor, value
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Also write the map [marks, bins] in float32
    #[arg(long, value_name = "FILE.safetensors")]
    map: Option<PathBuf>,
    /// Also write the loss before each step: step, loss
    #[arg(long, value_name = "FILE.tsv")]
    trace: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
As DeepChrome has it: minimises -log P(class | X) + λ‖X‖² by RMSprop from X uniform in [0, 1), then clamps X to [0, 1] \
and divides it by its
largest value. The map belongs to the class, not to any gene, and its values are what the model sees after its own \
transform.";

/// Settings of the descent.
#[derive(Debug, Clone, Args)]
pub struct DescentArgs {
    /// Class optimisation: λ, the weight of the penalty on large inputs
    #[arg(long, value_name = "X", default_value_t = ClassOptimisationSettings::default().lambda, value_parser = lambda)]
    lambda: f32,
    /// Class optimisation: how many steps
    #[arg(long, value_name = "N", default_value_t = ClassOptimisationSettings::default().steps)]
    steps: usize,
    /// Seed of all random numbers, such as the start of class optimisation
    #[arg(long, value_name = "N", default_value_t = ClassOptimisationSettings::default().seed)]
    pub seed: u64,
}

/// A class by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClassName {
    /// Expressed
    On,
    /// Not expressed
    Off,
}

/// Result of a descent.
pub struct Optimum {
    /// [T, M], in [0, 1].
    pub map: Vec<f32>,
    /// The loss before each step.
    pub losses: Vec<f32>,
}

impl DescentArgs {
    /// The settings for a class.
    pub fn settings(&self, class: Class) -> ClassOptimisationSettings {
        ClassOptimisationSettings {
            class,
            lambda: self.lambda,
            steps: self.steps,
            seed: self.seed,
        }
    }
}

/// Descends, and writes the map.
pub fn run(args: &ClassOptimisationArgs) -> Result<(), CliError> {
    args.model.begin()?;
    let mut outputs = Outputs::create([
        ("--out", Some(&*args.out)),
        ("--map", args.map.as_deref()),
        ("--trace", args.trace.as_deref()),
    ])?;
    let model = args.model.model()?;
    model.expect_one_cell_type()?;
    let class = match args.class {
        ClassName::On => Class::On,
        ClassName::Off => Class::Off,
    };
    let Optimum { map, losses } = optimise(&model, args.descent.settings(class))?;

    let card = model.card();
    let marks = card.marks.len();
    // Mark by mark, as in the paper's figure.
    let by_mark: Vec<f32> = (0..marks)
        .flat_map(|mark| map.iter().skip(mark).step_by(marks).copied())
        .collect();
    let mut table = Table::new(["mark", "bin", "position", "value"]);
    for (mark, row) in card.marks.iter().zip(by_mark.chunks_exact(card.bins)) {
        for (bin, &value) in row.iter().enumerate() {
            table.push([
                Cell::text(mark),
                Cell::Count(bin + 1),
                Cell::Number(model.position(bin)),
                Cell::single(value),
            ]);
        }
    }
    outputs.write("--out", |out| table.write(out))?;
    let tensor = Tensor {
        name: "map".into(),
        shape: vec![marks, card.bins],
        values: &by_mark,
    };
    outputs.write("--map", |out| tensors::write(&[tensor], &[("rows", &card.marks)], out))?;
    let mut trace = Table::new(["step", "loss"]);
    for (step, &loss) in losses.iter().enumerate() {
        trace.push([Cell::Count(step + 1), Cell::single(loss)]);
    }
    outputs.write("--trace", |out| trace.write(out))?;
    outputs.commit()?;
    let ends = losses.first().zip(losses.last());
    let ends = ends.map_or(String::new(), |(first, last)| {
        format!(", loss {first:.4} at first, {last:.4} at last")
    });
    eprintln!("{} steps{ends}; written to {}", losses.len(), args.out.display());
    Ok(())
}

/// Descends to the end, with a progress bar on a terminal.
pub fn optimise(model: &Model, settings: ClassOptimisationSettings) -> Result<Optimum, CliError> {
    let mut descent = model.engine().class_optimisation(settings, None)?;
    let bar = progress("class optimisation", settings.steps, "steps");
    let mut losses = Vec::with_capacity(settings.steps);
    for _ in 0..settings.steps {
        go_on()?;
        losses.push(descent.step());
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Optimum {
        map: descent.map(),
        losses,
    })
}

/// Parses `--lambda`.
fn lambda(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(lambda) if lambda.is_finite() && lambda >= 0.0 => Ok(lambda),
        _ => Err(format!("`{text}` is no λ; expected a finite number, 0 or more")),
    }
}

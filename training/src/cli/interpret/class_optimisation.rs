//! `regulens interpret class-optimisation`: the input that maximises the score of a class.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use regulens::interpret::class_optimisation::{Class, ClassOptimisationSettings};

use super::outputs::Outputs;
use super::subject::{Model, ModelArgs};
use super::table::{Cell, Table};
use crate::cli::error::CliError;
use crate::cli::tensors::{self, Tensor};
use crate::cli::{interrupt, progress};

/// Which model and class, and how many steps.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ClassOptimisationArgs {
    #[command(flatten)]
    model: ModelArgs,
    /// Class whose score is maximised [default: on; up for change models (higher in B); high for level models]
    #[arg(long, value_enum)]
    class: Option<ClassName>,
    #[command(flatten)]
    descent: DescentArgs,
    /// Table to write
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Optimised input to write, in float32
    #[arg(long, value_name = "FILE.safetensors")]
    map: Option<PathBuf>,
    /// Table of the loss before each step
    #[arg(long, value_name = "FILE.tsv")]
    trace: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
As in DeepChrome, RMSprop minimises -log P(class | X) + λ‖X‖², starting from X uniform in [0, 1). X
is then clamped to [0, 1] and divided by its largest value. The result describes the class, not a
particular gene; its values are the model's input after its own transform.

Change models: the loss is -Δ + λ‖X‖² for up and Δ + λ‖X‖² for down, where Δ is the log2 fold change
and X the signal of both cell types. Level models: the same for high and low, where Δ is the level.

OUTPUT, columns of --out
  cell_type  A or B (change models only)
  mark, bin
  position   centre of the bin in bp from the anchor
  value      optimised signal

OUTPUT of --map: [marks, bins]; change models [cell types, marks, bins]
OUTPUT, columns of --trace: step, loss";

/// Settings of the descent.
#[derive(Debug, Clone, Args)]
pub struct DescentArgs {
    /// Weight λ of the penalty on large inputs, in class optimisation
    #[arg(long, value_name = "X", default_value_t = ClassOptimisationSettings::default().lambda, value_parser = lambda, help_heading = "Class optimisation and random orders")]
    lambda: f32,
    /// Number of steps of class optimisation
    #[arg(long, value_name = "N", default_value_t = ClassOptimisationSettings::default().steps, help_heading = "Class optimisation and random orders")]
    steps: usize,
    /// Seed of all random numbers
    #[arg(long, value_name = "N", default_value_t = ClassOptimisationSettings::default().seed, help_heading = "Class optimisation and random orders")]
    pub seed: u64,
}

/// A class by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClassName {
    /// Expressed
    On,
    /// Not expressed
    Off,
    /// Change models: higher in B
    Up,
    /// Change models: higher in A
    Down,
    /// Level models: high expression
    High,
    /// Level models: low expression
    Low,
}

impl ClassName {
    /// The class that is asked for of a model, if any is.
    pub fn of(asked: Option<Self>, model: &Model) -> Result<Class, CliError> {
        let Some(asked) = asked else {
            return Ok(Class::default());
        };
        let name = asked.to_possible_value().expect("no class is hidden");
        Class::find(name.get_name(), model.engine().outcome()).map_err(|error| model.problem(error.to_string()))
    }
}

/// Result of a descent.
pub struct Optimum {
    /// [T, columns], in [0, 1].
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
    let class = ClassName::of(args.class, &model)?;
    let Optimum { map, losses } = optimise(&model, args.descent.settings(class))?;

    let card = model.card();
    let (marks, columns, cell_types) = (card.marks.len(), card.columns(), model.cell_types());
    // Mark by mark, as in the paper's figure.
    let by_column: Vec<f32> = (0..columns)
        .flat_map(|column| map.iter().skip(column).step_by(columns).copied())
        .collect();
    let cell_type = cell_types.first().map(|_| "cell_type");
    let mut table = Table::new(cell_type.into_iter().chain(["mark", "bin", "position", "value"]));
    for (column, row) in by_column.chunks_exact(card.bins).enumerate() {
        for (bin, &value) in row.iter().enumerate() {
            let cell_type = cell_types.get(column / marks).map(|&name| Cell::text(name));
            table.push(cell_type.into_iter().chain([
                Cell::text(&card.marks[column % marks]),
                Cell::Count(bin + 1),
                Cell::Number(model.position(bin)),
                Cell::single(value),
            ]));
        }
    }
    outputs.write("--out", |out| table.write(out))?;
    let shape = [marks, card.bins];
    let tensor = Tensor {
        name: "map".into(),
        axes: match cell_type {
            Some(_) => &["cell types", "rows", "bins"],
            None => &["rows", "bins"],
        },
        shape: cell_type.map(|_| cell_types.len()).into_iter().chain(shape).collect(),
        values: &by_column,
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
    let bar = progress::counting("class optimisation", settings.steps, "steps");
    let mut losses = Vec::with_capacity(settings.steps);
    for _ in 0..settings.steps {
        interrupt::check()?;
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
        _ => Err(format!(
            "`{text}` is not a valid λ; expected a finite number, 0 or more"
        )),
    }
}

//! `regulens interpret attribute`: which bins and marks a gene's score rests on, or which bases a track.

mod arrays;
mod sequences;

pub use sequences::{Place, places};

use std::collections::HashMap;
use std::mem::take;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};
use pollster::block_on;
use regulens::engine::{PrepareOptions, Prepared, Spread};
use regulens::interpret::attribution::{
    Attribution, COMPLETE, Method, SHUFFLES, Shape, Steps, Window, attribute, mean_over_baselines, same_everywhere,
};
use regulens::task::Contrast;
use regulens::weights::WeightFile;

use super::attribution::OnDevice;
use super::outputs::Outputs;
use super::score_flags::StrandsFlag;
use super::subject::Model;
use super::table::{Cell, Table};
use super::tables::TablesArgs;
use crate::cli::error::CliError;
use crate::cli::opened::Opened;
use crate::cli::places::RegionArgs;
use crate::cli::runner::BATCH;
use crate::cli::tensors::{self, Tensor};
use crate::cli::words::listed;
use crate::cli::{files, interrupt, progress};

/// Model, input and method of attributions.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct AttributeArgs {
    #[command(flatten)]
    tables: TablesArgs,
    /// Attribution method. Tables: gradient-x-input, integrated-gradients, occlusion or shapley. Sequences: gradient,
    /// integrated-gradients or mutagenesis
    #[arg(long, value_enum, default_value_t = MethodName::IntegratedGradients)]
    method: MethodName,
    /// Baseline of genes, listed below, or a table of the same genes; repeat to average over several [default: contrast
    /// of the model card, otherwise zero; for change models midpoint]
    #[arg(long, value_name = "BASELINE")]
    baseline: Vec<BaselineName>,
    /// Number of gradients between baseline and signal, by Gauss-Legendre quadrature [default: 16, refined up to about
    /// 512 for genes whose attributions do not add up]
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Integrated gradients")]
    steps: Option<usize>,
    /// Number of adjacent bins to replace together; a bin gets the mean over the windows that contain it
    #[arg(long, value_name = "BINS", default_value = "1", value_parser = at_least_one, help_heading = "Occlusion")]
    window: usize,
    /// Replace all marks of a cell type together
    #[arg(long, help_heading = "Occlusion")]
    together: bool,
    /// Use adjacent instead of sliding windows: faster, but one value for all bins of a window
    #[arg(long, help_heading = "Occlusion")]
    side_by_side: bool,
    #[command(flatten)]
    sequences: SequenceArgs,
    /// Attributions to write, in float32
    #[arg(long, value_name = "FILE.safetensors|FILE.bw|FILE.npz")]
    out: PathBuf,
    /// Table of attributions to write, one row per value
    #[arg(long, value_name = "FILE.tsv")]
    tsv: Option<PathBuf>,
}

/// Which track is explained, where, and against what.
#[derive(Debug, Args)]
pub struct TrackArgs {
    /// Track by name [default: the only track of the model]
    #[arg(long, value_name = "NAME", help_heading = "Sequence models")]
    pub track: Option<String>,
    #[command(flatten)]
    pub places: RegionArgs,
    /// Strands to average
    #[arg(long, value_enum, default_value_t, help_heading = "Sequence models")]
    pub strands: StrandsFlag,
    /// Number of dinucleotide-preserving shuffles of each window that serve as baselines of integrated gradients
    #[arg(long, value_name = "N", default_value_t = SHUFFLES, value_parser = at_least_one, help_heading = "Sequence models")]
    pub shuffles: usize,
}

/// Track and place.
#[derive(Debug, Args)]
pub struct SequenceArgs {
    #[command(flatten)]
    of: TrackArgs,
    /// Seed of the shuffles
    #[arg(long, default_value_t = 1, help_heading = "Sequence models")]
    seed: u64,
    /// Number of bases in the middle of each window to keep, in array outputs [default: all]
    #[arg(long, value_name = "BP", value_parser = at_least_one, help_heading = "Sequence models")]
    bases: Option<usize>,
}

const AFTER_HELP: &str = "\
The score is the log-odds of on, the level, or the log2 fold change. Attributions refer to the
signal as it is in the table, through the model's own transform. Gradients are computed on the CPU;
--device applies to the scores.

METHODS for tables
  gradient-x-input      gradient times (signal - baseline): a first-order approximation
  integrated-gradients  mean gradient from baseline to signal, times their difference; adds up to
                        the difference in score
  occlusion             drop in score when the baseline replaces a value: exact, but does not add up
  shapley               whole marks of each cell type, over all subsets: exact, and adds up

BASELINES
  zero           no signal
  class-mean     mean training gene of the class that is not predicted
  midpoint       change models: both cell types at their mean
  other          change models: the other cell type
  gene-mean      mean of each mark over the gene's bins; shows where in the gene, not which mark
  training-mean  mean of each mark in the training data
  gene:ID        a gene of the table

METHODS for sequences. The score is the sum of the track over the bins of each region, or of each
sequence without --regions or --genes, averaged over both strands.
  gradient              gradient minus its mean over the four bases
  integrated-gradients  mean gradient from dinucleotide shuffles of the window; adds up
  mutagenesis           mean drop of the track for the other three bases; only bases of the regions

OUTPUT of --out for tables: FILE.safetensors
  attributions    [genes, bins, marks]; with --together [genes, bins, 1]
  attributions_b  the same of the second table
  shapley         [genes, marks], instead of attributions
  score, baseline_score, completeness
                  [genes]; completeness is the sum of attributions - (score - baseline_score)
  standard_error  with several baselines: of their mean
  sd, low, high   model files that join several models: spread over them

OUTPUT of --out for sequences
  FILE.bw           contribution of each base
  FILE.safetensors  attributions [windows, bases] and hypothetical contributions
  FILE.npz          hypothetical contributions [windows, 4, bases], and the one-hot sequences in
                    FILE.ohe.npz, for TF-MoDISco-lite

OUTPUT, columns of --tsv
  tables     gene, cell type if there are two, mark, bin, position (centre of the bin in bp from the
             anchor), attribution, and its standard error or spread
  sequences  place, sequence, position, reference, A, C, G, T (contribution that each base would
             make), attribution";

/// Attribution method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MethodName {
    #[value(name = "gradient-x-input")]
    GradientXInput,
    IntegratedGradients,
    Occlusion,
    Shapley,
    Gradient,
    Mutagenesis,
}

impl MethodName {
    fn text(self) -> String {
        let value = self.to_possible_value().expect("no method is hidden");
        value.get_name().to_owned()
    }

    /// Refuses a method of models that read something else.
    fn check(self, sequences: bool) -> Result<(), CliError> {
        let (fits, has, what) = if sequences {
            let fits = matches!(self, Self::Gradient | Self::IntegratedGradients | Self::Mutagenesis);
            (fits, "gradient, integrated-gradients, mutagenesis", "sequences")
        } else {
            let fits = !matches!(self, Self::Gradient | Self::Mutagenesis);
            (
                fits,
                "gradient-x-input, integrated-gradients, occlusion, shapley",
                "tables of signal",
            )
        };
        if fits {
            return Ok(());
        }
        Err(CliError::Usage(format!(
            "--method {} does not apply to models of {what}; give one of {has}",
            self.text()
        )))
    }
}

/// Baseline of genes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum BaselineName {
    Contrast(Contrast),
    Gene(String),
    Table(PathBuf),
}

impl FromStr for BaselineName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(contrast) = Contrast::ALL.into_iter().find(|contrast| contrast.name() == text) {
            return Ok(Self::Contrast(contrast));
        }
        match text.strip_prefix("gene:") {
            Some(gene) => Ok(Self::Gene(gene.to_owned())),
            None if Path::new(text).is_file() => Ok(Self::Table(text.into())),
            None => {
                let names: Vec<&str> = Contrast::ALL.iter().map(|contrast| contrast.name()).collect();
                Err(format!(
                    "`{text}` is neither a baseline nor a file; expected {}, gene:ID or a table",
                    names.join(", ")
                ))
            }
        }
    }
}

impl BaselineName {
    fn text(&self) -> String {
        match self {
            Self::Contrast(contrast) => contrast.name().to_owned(),
            Self::Gene(gene) => format!("gene:{gene}"),
            Self::Table(path) => files::name(&path.display().to_string()).to_owned(),
        }
    }
}

/// A baseline, ready to use.
enum Baseline {
    Contrast(Contrast),
    /// One gene's values [T, columns].
    Gene(Vec<f32>),
    /// Values of all genes, [N, T, columns].
    Values(Vec<f32>),
}

/// Attributes, and writes.
pub fn run(args: &AttributeArgs) -> Result<(), CliError> {
    args.tables.begin()?;
    match args.tables.opened()? {
        Opened::OnOff(weights) | Opened::Level(weights) => of_tables(args, weights, args.baseline.contains(&OTHER)),
        // It reads the other cell type anyway.
        Opened::Change(weights) => of_tables(args, weights, false),
        Opened::Tracks(weights) => {
            args.method.check(true)?;
            sequences::run(args, weights)
        }
    }
}

/// Attributes the scores of genes, `with_other` against a second table, too.
fn of_tables(args: &AttributeArgs, weights: WeightFile, with_other: bool) -> Result<(), CliError> {
    args.method.check(false)?;
    args.sequences.check()?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out)), ("--tsv", args.tsv.as_deref())])?;
    let model = args.tables.place(weights)?;
    args.check(&model)?;
    let (mut model, prepared, other) = if with_other {
        let (prepared, other) = args.tables.read_with_other(&model)?;
        (model, prepared, Some(other))
    } else {
        let (model, _, prepared) = args.tables.prepare(model)?;
        (model, prepared, None)
    };
    let shape = model.engine().gene_shape();
    let names = args.baselines(&model);
    let baselines = names.iter().map(|name| match (name, &other) {
        (&OTHER, Some(other)) => of_genes(&prepared, &other.prepared, &other.file, shape).map(Baseline::Values),
        (BaselineName::Contrast(contrast), _) => Ok(Baseline::Contrast(*contrast)),
        (BaselineName::Gene(gene), _) => one_gene(&prepared, gene, &model).map(Baseline::Gene),
        (BaselineName::Table(path), _) => {
            let table = args.tables.read_table(path)?;
            let options = PrepareOptions::default();
            let values = match shape.cell_types {
                1 => model.engine().prepare(&table, &options)?,
                _ => model.engine().prepare_pair([&table, &table], [&options, &options])?,
            };
            of_genes(&prepared, &values, &path.display().to_string(), shape).map(Baseline::Values)
        }
    });
    let baselines = baselines.collect::<Result<Vec<Baseline>, CliError>>()?;
    let found = attributed(&mut model, &prepared, &baselines, args.method())?;
    outputs.write("--out", |out| args.write(&found, &prepared, &model, out))?;
    outputs.write("--tsv", |out| args.table(&found, &prepared, &model).write(out))?;
    outputs.commit()?;
    tell(&found.of, args.method);
    eprintln!(
        "{} of {} genes against {}, written to {}",
        args.method.text(),
        prepared.genes(),
        args.baseline_text(&model),
        args.out.display()
    );
    Ok(())
}

/// Attributions, the mean of several baselines and of several members.
struct Found {
    of: Attribution,
    /// Arrays of the same shape by name: the standard error of a mean over baselines, or the spread of members.
    beside: Vec<(&'static str, Vec<f32>)>,
}

impl Found {
    fn append(&mut self, more: Self) {
        self.of.append(more.of);
        for ((_, before), (_, values)) in self.beside.iter_mut().zip(more.beside) {
            before.extend(values);
        }
    }
}

/// Attributes all genes, with a progress bar on a terminal.
fn attributed(
    model: &mut Model,
    prepared: &Prepared,
    baselines: &[Baseline],
    method: Method,
) -> Result<Found, CliError> {
    let shape = model.engine().gene_shape();
    let genes = prepared.genes();
    let bar = progress::counting("attributing", genes, "genes");
    let mut all: Option<Found> = None;
    for start in (0..genes).step_by(BATCH) {
        interrupt::check()?;
        let end = genes.min(start + BATCH);
        let values = prepared.values(start, end);
        let mut each = Vec::with_capacity(baselines.len());
        for baseline in baselines {
            let baseline = baseline.of(values, start, shape, model)?;
            let found = if model.card().members.is_empty() {
                block_on(attribute(&mut OnDevice(model), values, &baseline, shape, method)).map(|of| (of, None))
            } else {
                block_on(model.engine().attribute_with_spread(values, &baseline, method)).map_err(CliError::from)
            };
            each.push(found.map_err(|error| error.of_genes(&prepared.names()[start..end]))?);
        }
        let (each, mut spreads): (Vec<_>, Vec<_>) = each.into_iter().unzip();
        let (of, errors) = mean_over_baselines(&each);
        let mut beside: Vec<_> = errors.map(|errors| ("standard_error", errors)).into_iter().collect();
        if let [Some([Spread { sd, low, high }, _])] = &mut spreads[..] {
            beside.extend([("sd", take(sd)), ("low", take(low)), ("high", take(high))]);
        }
        let found = Found { of, beside };
        match &mut all {
            None => all = Some(found),
            Some(before) => before.append(found),
        }
        bar.set_position(end as u64);
    }
    bar.finish_and_clear();
    Ok(all.expect("a table has genes"))
}

impl Baseline {
    /// Baselines of genes' values [N, T, columns], the first of which is number `start`.
    fn of(&self, values: &[f32], start: usize, shape: Shape, model: &Model) -> Result<Vec<f32>, CliError> {
        let genes = values.len() / shape.size();
        Ok(match self {
            Self::Contrast(contrast) => block_on(model.engine().baseline(*contrast, values, genes))?,
            Self::Gene(gene) => same_everywhere(gene, genes),
            Self::Values(all) => all[start * shape.size()..][..values.len()].to_vec(),
        })
    }
}

/// The cell type that the model does not read.
const OTHER: BaselineName = BaselineName::Contrast(Contrast::Other);

/// The values of one gene of the table.
fn one_gene(prepared: &Prepared, gene: &str, model: &Model) -> Result<Vec<f32>, CliError> {
    let place = prepared.names().iter().position(|name| name == gene);
    let place = place.ok_or_else(|| {
        let first = prepared.names().iter().take(3).map(String::as_str).collect::<Vec<_>>();
        model.problem(format!(
            "--baseline gene:{gene}: found no gene {gene} in the table; expected an ID such as {}",
            first.join(", ")
        ))
    })?;
    Ok(prepared.values(place, place + 1).to_vec())
}

/// The values in another table of each gene of the first.
fn of_genes(prepared: &Prepared, other: &Prepared, file: &str, shape: Shape) -> Result<Vec<f32>, CliError> {
    let places: HashMap<&str, usize> = other.names().iter().map(String::as_str).zip(0..).collect();
    let mut missing = Vec::new();
    let mut values = Vec::with_capacity(prepared.genes() * shape.size());
    for name in prepared.names() {
        match places.get(name.as_str()) {
            Some(&place) => values.extend_from_slice(other.values(place, place + 1)),
            None => missing.push(name.as_str()),
        }
    }
    if missing.is_empty() {
        return Ok(values);
    }
    Err(CliError::file(
        file,
        format!(
            "{} of the {} genes are not in this baseline: {}; expected all of them",
            missing.len(),
            prepared.genes(),
            listed(&missing, 3)
        ),
    ))
}

impl AttributeArgs {
    fn method(&self) -> Method {
        match self.method {
            MethodName::GradientXInput => Method::GradientXInput,
            MethodName::IntegratedGradients => {
                Method::IntegratedGradients(self.steps.map_or(Steps::UntilComplete, Steps::Fixed))
            }
            MethodName::Occlusion => Method::Occlusion(Window {
                bins: self.window,
                together: self.together,
                side_by_side: self.side_by_side,
            }),
            MethodName::Shapley => Method::Shapley,
            MethodName::Gradient | MethodName::Mutagenesis => unreachable!("checked"),
        }
    }

    fn baselines(&self, model: &Model) -> Vec<BaselineName> {
        if self.baseline.is_empty() {
            vec![BaselineName::Contrast(model.engine().contrast())]
        } else {
            self.baseline.clone()
        }
    }

    /// Refuses flags that mean nothing together.
    fn check(&self, model: &Model) -> Result<(), CliError> {
        let method = self.method;
        if self.steps.is_some() && method != MethodName::IntegratedGradients {
            return Err(CliError::Usage(
                "--steps requires --method integrated-gradients".to_owned(),
            ));
        }
        if (self.together || self.side_by_side || self.window > 1) && method != MethodName::Occlusion {
            return Err(CliError::Usage(
                "--window, --together and --side-by-side require --method occlusion".to_owned(),
            ));
        }
        if self.window > model.card().bins {
            return Err(CliError::Usage(format!(
                "--window {}: {} has {} bins",
                self.window,
                model.card().name,
                model.card().bins
            )));
        }
        Ok(())
    }

    fn baseline_text(&self, model: &Model) -> String {
        let names: Vec<String> = self.baselines(model).iter().map(BaselineName::text).collect();
        names.join(",")
    }

    /// Shape of the values of a cell type behind the axis of genes.
    fn shape_of_one(&self, shape: Shape) -> Vec<usize> {
        match (self.method, self.together) {
            (MethodName::Shapley, _) => vec![shape.marks],
            (_, true) => vec![shape.bins, 1],
            (_, false) => vec![shape.bins, shape.marks],
        }
    }

    fn write(
        &self,
        Found { of: found, beside }: &Found,
        prepared: &Prepared,
        model: &Model,
        out: &mut dyn std::io::Write,
    ) -> std::io::Result<()> {
        let engine = model.engine();
        let (genes, card, shape) = (prepared.genes(), engine.card(), engine.gene_shape());
        let what = match self.method {
            MethodName::Shapley => "shapley",
            _ => "attributions",
        };
        let one = self.shape_of_one(shape);
        let wide: Vec<usize> = [&[genes], &one[..]].concat();
        let innermost = one[one.len() - 1];
        let parts = |name: &str, values: &[f32]| -> Vec<(String, Vec<f32>)> {
            let suffixes = ["", "_b"];
            let of = |cell_type: usize| cell_type_of(values, innermost, shape.cell_types, cell_type);
            let each = (0..shape.cell_types).map(|cell_type| (format!("{name}{}", suffixes[cell_type]), of(cell_type)));
            each.collect()
        };
        let mut arrays = parts(what, &found.values);
        arrays.extend(beside.iter().flat_map(|(name, values)| parts(name, values)));
        let axes: &[&str] = match (self.method, self.together) {
            (MethodName::Shapley, _) => &["genes", "marks"],
            (_, true) => &["genes", "bins", "all marks"],
            (_, false) => &["genes", "bins", "marks"],
        };
        let mut tensors: Vec<Tensor<'_>> = arrays
            .iter()
            .map(|(name, values)| Tensor {
                name: name.clone().into(),
                axes,
                shape: wide.clone(),
                values,
            })
            .collect();
        let completeness = found.completeness();
        for (name, values) in [
            ("score", &found.score),
            ("baseline_score", &found.baseline_score),
            ("completeness", &completeness),
        ] {
            tensors.push(Tensor {
                name: name.into(),
                axes: &["genes"],
                shape: vec![genes],
                values,
            });
        }
        let names = [("genes", prepared.names()), ("marks", &card.marks)];
        let (method, baseline) = (self.method.text(), self.baseline_text(model));
        let texts = [
            ("method", method.as_str()),
            ("baseline", &baseline),
            ("score", engine.outcome().score_name()),
        ];
        tensors::write_described(&tensors, &names, &texts, out)
    }

    fn table(&self, Found { of: found, beside }: &Found, prepared: &Prepared, model: &Model) -> Table {
        let (card, shape, cell_types) = (model.card(), model.engine().gene_shape(), model.cell_types());
        let by_bin = self.method != MethodName::Shapley;
        let mut header = vec!["gene"];
        header.extend(cell_types.first().map(|_| "cell_type"));
        header.extend((!self.together).then_some("mark"));
        header.extend(by_bin.then_some(["bin", "position"]).into_iter().flatten());
        header.push(if by_bin { "attribution" } else { "shapley" });
        header.extend(beside.iter().map(|&(name, _)| name));
        let mut table = Table::new(header);
        let of_gene = found.values.len() / prepared.genes();
        let one = self.shape_of_one(shape);
        let groups = one[one.len() - 1] * shape.cell_types;
        for (gene, name) in prepared.names().iter().enumerate() {
            for place in 0..of_gene {
                let (bin, group) = (place / groups, place % groups);
                let in_one = groups / shape.cell_types;
                let mut row = vec![Cell::text(name)];
                row.extend(cell_types.get(group / in_one).map(|&name| Cell::text(name)));
                row.extend((!self.together).then(|| Cell::text(&card.marks[group % in_one])));
                if by_bin {
                    row.extend([Cell::Count(bin + 1), Cell::Number(model.position(bin))]);
                }
                let at = gene * of_gene + place;
                row.push(Cell::single(found.values[at]));
                row.extend(beside.iter().map(|(_, values)| Cell::single(values[at])));
                table.push(row);
            }
        }
        table
    }
}

/// The values of one cell type, of rows in which so many values of each lie one behind the other.
fn cell_type_of(values: &[f32], each: usize, cell_types: usize, cell_type: usize) -> Vec<f32> {
    let rows = values.chunks_exact(each * cell_types);
    rows.flat_map(|row| &row[cell_type * each..][..each]).copied().collect()
}

/// Says how many genes' attributions do not add up, where they should.
fn tell(found: &Attribution, method: MethodName) {
    let genes = found.score.len();
    if method == MethodName::IntegratedGradients {
        let incomplete = (0..genes).filter(|&gene| !found.is_complete(gene)).count();
        if incomplete > 0 {
            eprintln!(
                "warning: attributions have not converged in {incomplete} of {genes} genes: their sum is off by \
                    more than {COMPLETE} of the score. See completeness"
            );
        }
    }
    let size = found.values.len() / genes;
    let is_flat = |gene: &usize| {
        let moved = (found.score[*gene] - found.baseline_score[*gene]).abs() > 1e-3;
        moved && found.values[gene * size..][..size].iter().all(|&value| value == 0.0)
    };
    let flat = (0..genes).filter(is_flat).count();
    if flat > 0 {
        eprintln!(
            "warning: {flat} of {genes} genes have no attributions although their score differs from the baseline's"
        );
    }
}

/// Parses a number above 0.
fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("`{text}` is not a valid number; expected 1 or more")),
        Ok(number) => Ok(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_types_lie_apart_in_the_file() {
        // Two bins of two marks, A's and B's.
        let values = [1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0];
        assert_eq!(cell_type_of(&values, 2, 2, 0), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(cell_type_of(&values, 2, 2, 1), [10.0, 20.0, 30.0, 40.0]);
        assert_eq!(cell_type_of(&values, 4, 1, 0), values);
    }

    #[test]
    fn a_baseline_has_a_name_or_is_a_file() {
        assert_eq!("gene-mean".parse(), Ok(BaselineName::Contrast(Contrast::GeneMean)));
        let error = "nowhere.tsv".parse::<BaselineName>().unwrap_err();
        assert!(
            error.contains("nowhere.tsv") && error.contains("training-mean"),
            "{error}"
        );
    }
}

//! `regulens interpret perturb`: each gene's prediction without a mark.

use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;

use clap::Args;
use regulens::engine::{Batch, Prepared};
use regulens::interpret::Mean;
use regulens::interpret::deletion::Outcome;
use regulens::interpret::perturbation::{Change, To, perturb};
use regulens::weights::ModelCard;

use super::outputs::Outputs;
use super::subject::Model;
use super::table::{Cell, Table};
use super::tables::TablesArgs;
use crate::cli::error::CliError;
use crate::cli::runner::BATCH;
use crate::cli::words::cell;
use crate::cli::{files, interrupt, progress};

/// Model, tables and change of the signal.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct PerturbArgs {
    #[command(flatten)]
    tables: TablesArgs,
    /// Replacement of a mark's signal: zero, other-condition (signal of the other cell type) or scale=FACTOR
    #[arg(long, value_name = "TO", default_value = "zero", value_parser = to)]
    to: To,
    /// Marks to change, one at a time [default: all marks of the model]
    #[arg(long, value_name = "MARK,…", value_delimiter = ',')]
    marks: Option<Vec<String>>,
    /// Bins to change, such as 45-55, numbered as in the model [default: all bins]
    #[arg(long, value_name = "FIRST-LAST", value_parser = files::bin_range)]
    bins: Option<(usize, usize)>,
    /// Table to write
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Print one JSON array instead of the table of means
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
The signal is changed as it is in the table, before the model's own transform.

OUTPUT, columns of --out: one row per gene, mark and condition
  gene, mark
  condition          on/off and level models: only; change models: A, B or both, where the mark is
                     changed. With --to other-condition, A takes the signal of B, B that of A, and
                     `both` swaps them
  NAME_before, NAME_after, NAME_difference
                     NAME is probability and logit, level, or log2_fold_change
Printed: mean difference over genes, its standard error, and the mean absolute difference.";

/// One thing that is changed in every gene.
struct Perturbation {
    mark: String,
    condition: &'static str,
    change: Change,
}

/// An output by name.
type Output = (&'static str, fn(&Batch) -> &[f32]);

const OF_ONE: &[Output] = &[
    (Outcome::Probability.name(), |batch| {
        batch.predicted(Outcome::Probability)
    }),
    ("logit", |batch| &batch.logit),
];
const OF_A_LEVEL: &[Output] = &[(Outcome::Level.name(), |batch| batch.predicted(Outcome::Level))];
const OF_A_CHANGE: &[Output] = &[(Outcome::FoldChange.name(), |batch| batch.predicted(Outcome::FoldChange))];

/// Predicts with and without, and writes the table.
pub fn run(args: &PerturbArgs) -> Result<(), CliError> {
    args.tables.begin()?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out))])?;
    let mut perturbations = Vec::new();
    let (mut model, _, prepared) = args.tables.read(|model| {
        perturbations = args.perturbations(model)?;
        Ok(())
    })?;
    let of_model = match model.engine().outcome() {
        Outcome::Probability => OF_ONE,
        Outcome::FoldChange => OF_A_CHANGE,
        Outcome::Level => OF_A_LEVEL,
    };
    outputs.write("--out", |out| write_header(of_model, out))?;
    let differences = each(
        &mut model,
        &prepared,
        &perturbations,
        of_model,
        |gene, perturbation, numbers| {
            outputs.write("--out", |out| {
                write_row(&prepared.names()[gene], perturbation, numbers, out)
            })
        },
    )?;
    outputs.commit()?;
    means(&perturbations, of_model, &differences).print(args.json)?;
    eprintln!(
        "{} genes x {} changes, predicted on {}, written to {}",
        prepared.genes(),
        perturbations.len(),
        model.device(),
        args.out.display()
    );
    Ok(())
}

impl PerturbArgs {
    /// Every mark on its own, in each cell type and in both.
    fn perturbations(&self, model: &Model) -> Result<Vec<Perturbation>, CliError> {
        let card = model.card();
        let cell_types = model.cell_types();
        if self.to == To::OtherCondition && cell_types.is_empty() {
            return Err(CliError::Usage(format!(
                "--to other-condition requires a change model, which reads two cell types; {} reads one. Use zero \
                    or scale=FACTOR",
                card.name
            )));
        }
        let bins = bins(self.bins, card)?;
        let marks = card.marks.len();
        let mut all = Vec::new();
        for mark in self.marks.as_ref().unwrap_or(&card.marks) {
            let row = model.row_of(mark, "--marks")?;
            let of_mark: Vec<usize> = (row..card.columns()).step_by(marks).collect();
            let each = of_mark.iter().map(|&column| vec![column]);
            let mut columns: Vec<_> = cell_types.iter().copied().zip(each).collect();
            columns.push((if cell_types.is_empty() { "only" } else { "both" }, of_mark));
            all.extend(columns.into_iter().map(|(condition, columns)| Perturbation {
                mark: card.marks[row].clone(),
                condition,
                change: Change {
                    columns,
                    bins: bins.clone(),
                    to: self.to,
                },
            }));
        }
        Ok(all)
    }
}

fn bins(asked: Option<(usize, usize)>, card: &ModelCard) -> Result<Range<usize>, CliError> {
    match asked {
        None => Ok(0..card.bins),
        Some((first, last)) if last <= card.bins => Ok(first - 1..last),
        Some((first, last)) => Err(CliError::Usage(format!(
            "--bins {first}-{last}: {} has the bins 1-{}",
            card.name, card.bins
        ))),
    }
}

/// Calls `row` with each gene, perturbation, and each output before and after it. Returns the differences,
/// [perturbation][output][gene].
fn each(
    model: &mut Model,
    prepared: &Prepared,
    perturbations: &[Perturbation],
    outputs: &[Output],
    mut row: impl FnMut(usize, &Perturbation, &[[f32; 2]]) -> Result<(), CliError>,
) -> Result<Vec<Vec<Vec<f32>>>, CliError> {
    let (bins, columns) = (model.card().bins, model.card().columns());
    let mut differences = vec![vec![Vec::new(); outputs.len()]; perturbations.len()];
    let bar = progress::counting("changing signal", prepared.genes(), "genes");
    for start in (0..prepared.genes()).step_by(BATCH) {
        let end = prepared.genes().min(start + BATCH);
        let values = prepared.values(start, end);
        interrupt::check()?;
        let of_genes = |error: CliError| error.of_genes(&prepared.names()[start..end]);
        let before = model.predict_batch(values, end - start).map_err(of_genes)?;
        let mut after = Vec::with_capacity(perturbations.len());
        for perturbation in perturbations {
            interrupt::check()?;
            let mut changed = Vec::with_capacity(values.len());
            for gene in values.chunks_exact(bins * columns) {
                changed.extend(perturb(gene, columns, &perturbation.change)?);
            }
            after.push(model.predict_batch(&changed, end - start).map_err(of_genes)?);
        }
        for gene in start..end {
            for (index, perturbation) in perturbations.iter().enumerate() {
                let numbers = outputs
                    .iter()
                    .map(|(_, of)| [&before, &after[index]].map(|batch| of(batch)[gene - start]));
                let numbers: Vec<[f32; 2]> = numbers.collect();
                for (differences, [before, after]) in differences[index].iter_mut().zip(&numbers) {
                    differences.push(after - before);
                }
                row(gene, perturbation, &numbers)?;
            }
        }
        bar.set_position(end as u64);
    }
    bar.finish_and_clear();
    Ok(differences)
}

fn write_header(outputs: &[Output], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "gene\tmark\tcondition")?;
    for (name, _) in outputs {
        write!(out, "\t{name}_before\t{name}_after\t{name}_difference")?;
    }
    writeln!(out)
}

fn write_row(gene: &str, perturbation: &Perturbation, numbers: &[[f32; 2]], out: &mut dyn Write) -> io::Result<()> {
    let Perturbation { mark, condition, .. } = perturbation;
    write!(out, "{}\t{}\t{condition}", cell(gene), cell(mark))?;
    for [before, after] in numbers {
        write!(out, "\t{before}\t{after}\t{}", after - before)?;
    }
    writeln!(out)
}

/// Averages the effect of each change.
fn means(perturbations: &[Perturbation], outputs: &[Output], differences: &[Vec<Vec<f32>>]) -> Table {
    let mut table = Table::new([
        "mark",
        "condition",
        "output",
        "genes",
        "mean_difference",
        "standard_error",
        "mean_absolute_difference",
    ]);
    for (perturbation, differences) in perturbations.iter().zip(differences) {
        for ((output, _), differences) in outputs.iter().zip(differences) {
            let of = |part: fn(f32) -> f32| Mean::of(differences.iter().map(|&difference| f64::from(part(difference))));
            let (signed, absolute) = (of(|difference| difference), of(f32::abs));
            table.push([
                Cell::text(&perturbation.mark),
                Cell::text(perturbation.condition),
                Cell::text(*output),
                Cell::Count(signed.n),
                signed.mean.into(),
                signed.standard_error.into(),
                absolute.mean.into(),
            ]);
        }
    }
    table
}

/// Parses `--to`.
fn to(text: &str) -> Result<To, String> {
    let wrong =
        || format!("`{text}` is not a replacement; expected zero, other-condition or scale=FACTOR, such as scale=0.5");
    match text {
        "zero" => Ok(To::Zero),
        "other-condition" => Ok(To::OtherCondition),
        _ => match text.strip_prefix("scale=").map(str::parse) {
            Some(Ok(factor)) if f32::is_finite(factor) && factor >= 0.0 => Ok(To::Factor(factor)),
            _ => Err(wrong()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signal_can_become_zero_the_other_cell_types_or_a_multiple() {
        assert_eq!(to("zero"), Ok(To::Zero));
        assert_eq!(to("other-condition"), Ok(To::OtherCondition));
        assert_eq!(to("scale=0.5"), Ok(To::Factor(0.5)));
        for text in ["", "one", "scale", "scale=", "scale=-1", "scale=inf"] {
            assert!(to(text).is_err(), "{text}");
        }
    }
}

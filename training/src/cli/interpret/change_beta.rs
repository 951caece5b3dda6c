//! `regulens interpret change-beta`: DeepDiff's figure 5, attention to each mark where genes go up and where they go
//! down.

use std::path::PathBuf;

use clap::Args;
use regulens::engine::{Predictions, Prepared};
use regulens::input::{expression_of_pair, log2_fold_change};
use regulens::interpret::change::{Directions, mean_weight};
use regulens::weights::architecture::Encoders;

use super::outputs::Outputs;
use super::subject::Model;
use super::table::{Cell, Table};
use super::tables::TablesArgs;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::pairs::Tables;

/// Genes with a smaller |log2 fold change| form the group that this program adds to the paper's.
const UNCHANGED: f64 = 2.0;

/// Model and tables to average over.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ChangeBetaArgs {
    #[command(flatten)]
    tables: TablesArgs,
    /// Expression counts (gene,count) in A and B, to group genes by measured change [default: by predicted change]
    #[arg(long, value_names = ["A", "B"], num_args = 2)]
    expression: Option<Vec<PathBuf>>,
    /// Log2 fold change above which a gene is up, and below whose negative it is down; 8 in the paper
    #[arg(long, value_name = "X", default_value_t = 8.0, value_parser = threshold)]
    threshold: f64,
    /// Table to write
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Print one JSON array instead of the table
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
y is log2((count in B + 1) / (count in A + 1)), positive for genes that are higher in B. The paper's
figure has the groups up and down; `unchanged` is added here.

OUTPUT, columns of --out
  group               up, down or unchanged
  definition          range of y
  change              measured or predicted
  genes               number of genes in the group
  attention           main, or auxiliary (raw-aux and raw-aux-siamese: attention of the auxiliary
                      outputs, which does not affect the prediction)
  encoder             A, B, diff (A - B), auxA or auxB, depending on the variant; not summed
  mark
  beta                mean β
  standard_deviation  of β over the genes
In each gene, β sums to 1 over all encoders in raw-d, raw-c, raw, raw-aux and raw-aux-siamese, and
over A and over B separately in aux and aux-siamese.";

/// Genes of one kind.
struct Group {
    name: &'static str,
    definition: String,
    genes: Vec<usize>,
}

/// Predicts, averages, and writes the table.
pub fn run(args: &ChangeBetaArgs) -> Result<(), CliError> {
    args.tables.begin()?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out))])?;
    let (mut model, tables, prepared) = args.tables.read(expect_change)?;
    // Fail early if a count is missing.
    let measured = args.measured(&tables, &prepared)?;
    let predictions = model.predict(&prepared)?;
    let (change, source) = if let Some(measured) = measured {
        (measured, "measured")
    } else {
        let predicted = predictions.values.fold_change.iter();
        (predicted.map(|&y| f64::from(y)).collect(), "predicted")
    };
    let groups = groups(&change, args.threshold);
    let encoders = model.engine().attends().encoders;
    let encoders = encoders.expect("a model of a change has groups of encoders");
    let table = averages(&groups, source, &predictions, encoders);
    outputs.write("--out", |out| table.write(out))?;
    outputs.commit()?;
    table.print(args.json)?;
    for group in &groups {
        if group.genes.is_empty() {
            eprintln!(
                "warning: no gene has a {source} change of {}: the group {} has no mean",
                group.definition, group.name
            );
        }
    }
    eprintln!(
        "{} genes grouped by their {source} log2 fold change, predicted on {}, written to {}",
        prepared.genes(),
        model.device(),
        args.out.display()
    );
    Ok(())
}

impl ChangeBetaArgs {
    fn measured(&self, tables: &Tables, prepared: &Prepared) -> Result<Option<Vec<f64>>, CliError> {
        let Some([a, b]) = self.expression.as_deref() else {
            return Ok(None);
        };
        let (a, b) = (files::expression(a)?, files::expression(b)?);
        let counts = expression_of_pair(&tables.a.file, prepared.names(), &a, &b)?;
        Ok(Some(counts.into_iter().map(log2_fold_change).collect()))
    }
}

fn expect_change(model: &Model) -> Result<(), CliError> {
    if !model.cell_types().is_empty() {
        return Ok(());
    }
    Err(model.problem(format!(
        "found a model of one cell type ({}); expected a change model, such as deep-diff. `interpret attention` \
            averages over genes that are on and off.",
        model.card().family
    )))
}

/// Groups genes by their change. A gene whose change is NaN is in no group.
fn groups(change: &[f64], threshold: f64) -> [Group; 3] {
    let Directions { up, down } = Directions::new(change, threshold);
    // No gene is in two groups.
    let unchanged = UNCHANGED.min(threshold);
    let little = (0..change.len()).filter(|&gene| change[gene].abs() < unchanged);
    [
        ("up", format!("y > {threshold}"), up),
        ("down", format!("y < -{threshold}"), down),
        (
            "unchanged",
            format!("|y| < {unchanged} (added, not in the paper)"),
            little.collect(),
        ),
    ]
    .map(|(name, definition, genes)| Group {
        name,
        definition,
        genes,
    })
}

fn averages(groups: &[Group], source: &str, predictions: &Predictions, encoders: Encoders) -> Table {
    let mut table = Table::new([
        "group",
        "definition",
        "change",
        "genes",
        "attention",
        "encoder",
        "mark",
        "beta",
        "standard_deviation",
    ]);
    let values = &predictions.values;
    for group in groups {
        for (attention, encoders, beta) in [
            ("main", encoders.marks, &values.beta),
            ("auxiliary", encoders.auxiliary, &values.auxiliary_beta),
        ] {
            let columns = encoders.len() * predictions.marks.len();
            let names = encoders
                .iter()
                .flat_map(|encoder| predictions.marks.iter().map(move |mark| (encoder, mark)));
            for (column, (encoder, mark)) in names.enumerate() {
                let [mean, deviation] =
                    mean_weight(beta, columns, column, &group.genes).map(|number| (!number.is_nan()).then_some(number));
                table.push([
                    Cell::text(group.name),
                    Cell::text(&group.definition),
                    Cell::text(source),
                    Cell::Count(group.genes.len()),
                    Cell::text(attention),
                    Cell::text(*encoder),
                    Cell::text(mark),
                    mean.into(),
                    deviation.into(),
                ]);
            }
        }
    }
    table
}

/// Parses `--threshold`.
fn threshold(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(threshold) if threshold.is_finite() && threshold > 0.0 => Ok(threshold),
        _ => Err(format!(
            "`{text}` is not a valid log2 fold change; expected a number above 0"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gene_is_up_or_down_beyond_the_threshold_and_in_no_two_groups() {
        let change = [8.0, 8.1, -8.0, -9.0, 1.9, -1.9, 2.0, f64::NAN];
        let [up, down, unchanged] = groups(&change, 8.0);
        assert_eq!((up.genes, down.genes), (vec![1], vec![3]));
        assert_eq!(unchanged.genes, [4, 5]);
        let [up, _, unchanged] = groups(&change, 1.0);
        assert_eq!(up.genes, [0, 1, 4, 6]);
        assert!(unchanged.genes.is_empty() && unchanged.definition.contains("added"));
    }
}

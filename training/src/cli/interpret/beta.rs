//! `regulens interpret beta`: figure 2c, attention to each mark on one gene across cell types.

use std::path::PathBuf;

use clap::Args;

use super::outputs::Outputs;
use super::subject::{Subject, SubjectsArgs};
use super::table::{Cell, Table};
use crate::cli::error::CliError;

/// Which gene, in which models.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct BetaArgs {
    #[command(flatten)]
    subjects: SubjectsArgs,
    /// Gene ID in the tables; an Ensembl ID also finds the number that replaces it in the published tables
    #[arg(long, value_name = "ID")]
    gene: String,
    /// Table to write
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Print one JSON array instead of the table
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
OUTPUT
One column per model, named by its cell type. The first row is P(on); then one row per mark with its
attention β.";

/// One model's view of the gene.
struct Column {
    file: String,
    cell_type: String,
    probability: f32,
    marks: Vec<String>,
    beta: Vec<f32>,
}

/// Predicts the gene in every model, and writes the heat map.
pub fn run(args: &BetaArgs) -> Result<(), CliError> {
    args.subjects.begin()?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out))])?;
    let mut columns = Vec::new();
    args.subjects.each(|_, subject| {
        columns.push(column(subject, &args.gene)?);
        Ok(())
    })?;
    let table = heat_map(&columns);
    outputs.write("--out", |out| table.write(out))?;
    outputs.commit()?;
    table.print(args.json)?;
    eprintln!("β of {}, written to {}", args.gene, args.out.display());
    Ok(())
}

fn column(subject: Subject, gene: &str) -> Result<Column, CliError> {
    subject.model.expect_beta()?;
    let names = subject.prepared.names();
    let index = find(names, gene).ok_or_else(|| CliError::file(&subject.table.file, format!(
            "found no gene {gene} among its {}; expected it in the table of every model. Check the ID: the first is \
                {}.",
            names.len(),
            names.first().map_or("none", String::as_str)
        )))?;
    let values = subject.prepared.values(index, index + 1);
    let batch = pollster::block_on(subject.model.engine().predict_batch(values, 1))?;
    Ok(Column {
        cell_type: subject.model.cell_type().to_owned(),
        probability: batch.probability[0],
        marks: subject.model.card().marks.clone(),
        beta: batch.beta,
        file: subject.model.file,
    })
}

/// The row of a gene. Tables published with AttentiveChrome keep the last six digits of an Ensembl id.
fn find(names: &[String], gene: &str) -> Option<usize> {
    let exact = names.iter().position(|name| name == gene);
    exact.or_else(|| {
        let number = gene.split('.').next()?.strip_prefix("ENSG")?;
        let short = number.get(number.len().checked_sub(6)?..)?;
        names.iter().position(|name| name == short)
    })
}

/// Marks of all models in order of appearance; a model without a mark has an empty cell.
fn heat_map(columns: &[Column]) -> Table {
    let mut marks: Vec<&String> = Vec::new();
    for mark in columns.iter().flat_map(|column| &column.marks) {
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    // A cell type names its model, unless it is unknown or another model has the same.
    let name = |column: &Column| {
        let same = |other: &&Column| other.cell_type == column.cell_type;
        if column.cell_type.is_empty() || columns.iter().filter(same).count() > 1 {
            column.file.clone()
        } else {
            column.cell_type.clone()
        }
    };
    let mut table = Table::new(["row".to_owned()].into_iter().chain(columns.iter().map(name)));
    let probability = columns.iter().map(|column| Cell::single(column.probability));
    table.push([Cell::text("P(on)")].into_iter().chain(probability));
    for mark in marks {
        let beta = columns.iter().map(|column| {
            let row = column.marks.iter().position(|other| other == mark);
            row.map_or(Cell::Nothing, |row| Cell::single(column.beta[row]))
        });
        table.push([Cell::text(mark)].into_iter().chain(beta));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(file: &str, cell_type: &str, marks: [&str; 2], beta: [f32; 2]) -> Column {
        Column {
            file: file.to_owned(),
            cell_type: cell_type.to_owned(),
            probability: 0.75,
            marks: marks.map(str::to_owned).to_vec(),
            beta: beta.to_vec(),
        }
    }

    fn written(columns: &[Column]) -> String {
        let mut written = Vec::new();
        heat_map(columns).write(&mut written).unwrap();
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn marks_meet_by_name_and_columns_are_cell_types() {
        let columns = [
            model("a", "K562", ["H3K4me3", "H3K27me3"], [0.8, 0.2]),
            model("b", "H1", ["H3K27me3", "H3K9me3"], [0.6, 0.4]),
        ];
        let expected = "row\tK562\tH1\nP(on)\t0.75\t0.75\nH3K4me3\t0.8\t\nH3K27me3\t0.2\t0.6\nH3K9me3\t\t0.4\n";
        assert_eq!(written(&columns), expected);
    }

    #[test]
    fn models_of_one_cell_type_are_named_by_their_files() {
        let marks = ["H3K4me3", "H3K27me3"];
        let columns = [
            model("a.safetensors", "K562", marks, [0.8, 0.2]),
            model("b.safetensors", "K562", marks, [0.7, 0.3]),
            model("c.safetensors", "", marks, [0.6, 0.4]),
        ];
        let first = "row\ta.safetensors\tb.safetensors\tc.safetensors\n";
        assert!(written(&columns).starts_with(first));
    }

    #[test]
    fn an_ensembl_id_finds_the_number_of_published_tables() {
        let names = ["000003", "196092", "ENSG00000000005"].map(str::to_owned);
        assert_eq!(find(&names, "ENSG00000196092"), Some(1));
        assert_eq!(find(&names, "ENSG00000196092.14"), Some(1));
        assert_eq!(find(&names, "ENSG00000000005"), Some(2));
        assert_eq!(find(&names, "000003"), Some(0));
        assert_eq!(find(&names, "PAX5"), None);
        assert_eq!(find(&names, "ENSG5"), None);
    }
}

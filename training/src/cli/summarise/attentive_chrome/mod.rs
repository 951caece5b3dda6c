//! `regulens summarise table-2`: AttentiveChrome's table 2 from the tables of many runs.

mod table_2;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use regulens::model::attentive_chrome::FAMILY;
use regulens::weights::architecture;

use crate::cli::error::CliError;
use crate::cli::{files, output, run_table};
use table_2::{DEEP_CHROME, Table2};

/// Table 2.
#[derive(Debug, Args)]
pub struct Table2Args {
    /// Tables of runs, or folders that contain `table.tsv` at any depth
    #[arg(required = true, value_name = "FILE|FOLDER")]
    results: Vec<PathBuf>,
    /// Tab-separated table to write
    #[arg(long, value_name = "FILE.tsv")]
    out: Option<PathBuf>,
    /// File for the printed text
    #[arg(long, value_name = "FILE.md")]
    markdown: Option<PathBuf>,
}

/// Summarises, and prints the table.
pub fn run(args: &Table2Args) -> Result<(), CliError> {
    let mut runs = Vec::new();
    for path in run_table::find(&args.results)? {
        let file = path.display().to_string();
        runs.extend(run_table::read(&path)?.into_iter().map(|row| (file.clone(), row)));
    }
    let table = Table2::of(&runs).map_err(|(file, problem)| CliError::file(file, problem))?;
    let markdown = markdown(&table);
    if let Some(out) = &args.out {
        files::write(out, tsv(&table).as_bytes())?;
    }
    if let Some(out) = &args.markdown {
        files::write(out, markdown.as_bytes())?;
    }
    output::print(&markdown)
}

/// A predictor as the paper prints it.
fn title(predictor: &str) -> &str {
    architecture::find(FAMILY, predictor).map_or(predictor, |variant| variant.title)
}

/// The table as text.
fn markdown(table: &Table2) -> String {
    let write = || {
        let mut text = String::from(
            "| predictor | cell types | mean | median | max | min | better than DeepChrome |\n\
             |---|---|---|---|---|---|---|\n",
        );
        for row in &table.rows {
            let wins = row
                .wins
                .map_or("–".to_owned(), |wins| format!("{} of {}", wins.better, wins.of));
            writeln!(
                text,
                "| {} | {} | {:.4} | {:.4} | {:.4} | {:.4} | {wins} |",
                title(&row.predictor),
                row.cell_types,
                row.mean,
                row.median,
                row.max,
                row.min,
            )?;
        }
        writeln!(
            text,
            "\nTest AUROC, averaged over the seeds of each cell type ({}), then over {} cell types.",
            list(table.seeds.iter()),
            table.cell_types.len()
        )?;
        if !table.rows.iter().any(|row| row.predictor == DEEP_CHROME) {
            writeln!(text, "\nNo run of DeepChrome, so that wins cannot be counted.")?;
        }
        if !table.missing.is_empty() {
            writeln!(text, "\nMissing runs, {}:\n", table.missing.len())?;
            for missing in &table.missing {
                writeln!(text, "- {missing}")?;
            }
        }
        Ok::<_, std::fmt::Error>(text)
    };
    write().expect("texts take any text")
}

/// The table as tab-separated text.
fn tsv(table: &Table2) -> String {
    let mut text = String::from("predictor\tcell_types\tmean\tmedian\tmax\tmin\tbetter_than_deep_chrome\tcompared\n");
    for row in &table.rows {
        let (better, of) = row.wins.map_or((String::new(), String::new()), |wins| {
            (wins.better.to_string(), wins.of.to_string())
        });
        writeln!(
            text,
            "{}\t{}\t{:.6}\t{:.6}\t{:.6}\t{:.6}\t{better}\t{of}",
            row.predictor, row.cell_types, row.mean, row.median, row.max, row.min,
        )
        .expect("texts take any text");
    }
    text
}

fn list(items: impl Iterator<Item = impl ToString>) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    if items.is_empty() {
        return "none".to_owned();
    }
    items.join(", ")
}

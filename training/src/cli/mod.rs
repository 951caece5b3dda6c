//! The commands, one file each, and what they share.
//!
//! ```text
//! train  evaluate  predict  interpret  summarise  bench  baseline                      the commands
//! calibrate  import  export  export-html  inspect  fetch  prepare  simulate  serve  licences
//!
//! signal    labelled tables by flags        files      reading, with what can be wrong
//! opened    a model file, by its task
//! runner    a model on a device it trusts   output     writing, whole or not at all
//! error     exit codes                      interrupt  Ctrl-C
//! threads   how many of the CPU's           tensors    arrays of results as safetensors
//! run_table a line a run, for `summarise`   pairs      one table, or two cell types'
//! progress  what is being done              precision  of products while a model learns
//! scores    of any task, in words                genome     sequences, of which parts are read
//! ensemble  several models, and their mean    cells     tables with a column of cell types
//! ```

mod attention;
mod baseline;
mod bench;
mod calibrate;
mod cells;
mod contrasts;
mod curves;
mod ensemble;
mod error;
mod evaluate;
mod export;
mod export_html;
mod fetch;
mod files;
mod genes;
mod genome;
mod import;
mod inspect;
mod interpret;
mod interrupt;
mod levels;
mod licences;
mod npy;
mod opened;
mod output;
mod pairs;
mod places;
mod precision;
mod predict;
mod prepare;
mod progress;
mod renames;
mod run_table;
mod runner;
mod scores;
mod serve;
mod share;
mod signal;
mod simulate;
mod summarise;
mod tensors;
mod threads;
mod train;
mod words;

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use regulens::engine::DeviceKind;

use error::CliError;

/// Attention models of gene regulation: train, run and inspect them
///
/// Exit codes: 0 done, 1 failed on data or model, 2 wrong usage, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "regulens", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Where a model computes: cpu, wgpu or cuda. Every command takes it, those that run no model without effect
    // A command that runs a model has a flag of the same name, which takes the place of this one.
    #[arg(long, global = true, default_value_t = DeviceKind::Cpu)]
    device: DeviceKind,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Train a model and write its file
    #[command(subcommand)]
    Train(train::TrainArgs),
    /// Score a model on data whose answers are known
    Evaluate(evaluate::EvaluateArgs),
    /// Predict for every gene of a table, or along sequences, with attention
    Predict(predict::PredictArgs),
    /// Explain a model: what it attended to, whether that matters, and whether it agrees with other evidence
    #[command(subcommand)]
    Interpret(interpret::InterpretArgs),
    /// Add to a model's card what is measured of it: null distributions, confidence, the explanation to show first
    #[command(subcommand)]
    Calibrate(calibrate::CalibrateArgs),
    /// Make a model file from weights trained elsewhere (PyTorch's `.pt`, TensorFlow's checkpoints, or a state dict in
    /// safetensors)
    Import(import::ImportArgs),
    /// Write a model file with another element type, or its weights for PyTorch
    Export(export::ExportArgs),
    /// Write a one-file page that needs no network: a model, chosen genes or sequences, and their views
    ExportHtml(export_html::ExportHtmlArgs),
    /// Download the files of a Zenodo record: resumes, checks size and MD5, never overwrites
    Fetch(fetch::FetchArgs),
    /// Show the content of a model file: card, tensors, SHA-256
    Inspect(inspect::InspectArgs),
    /// Simulate data with planted truth
    #[command(subcommand)]
    Simulate(simulate::SimulateArgs),
    /// Make a table of signal, or sequences with tracks, from sequencing data
    #[command(subcommand)]
    Prepare(prepare::PrepareArgs),
    /// Fit simple predictors to the same data, to compare a model with
    #[command(subcommand)]
    Baseline(baseline::BaselineArgs),
    /// Put many runs into one table
    #[command(subcommand)]
    Summarise(summarise::SummariseArgs),
    /// Time a model on a device: genes a second, and a training step
    Bench(bench::BenchArgs),
    /// Serve a site's folder on this machine: the page without a network, from a disk or a stick
    Serve(serve::ServeArgs),
    /// Print the licences of the program and of all that is linked into it
    Licences,
}

/// The program's flags, for settings that are read from files.
fn program() -> clap::Command {
    Cli::command()
}

/// Runs the command line. Errors go to stderr in one or a few lines.
pub fn main() -> ExitCode {
    // A fault of the program itself is one line, too: a backtrace does not help a user.
    panic::set_hook(Box::new(|fault| {
        eprintln!("regulens: a fault in the program, please report it: {fault}");
    }));
    let words = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let parsed = match train::config::expand(words, &program()) {
        Ok(Some(words)) => Cli::try_parse_from(words),
        Ok(None) => Cli::try_parse(),
        Err(error) => return failed(&error),
    };
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    // After a fault nothing looks at the arguments again.
    match panic::catch_unwind(AssertUnwindSafe(|| dispatch(&cli.command))) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error),
        Err(_) => ExitCode::FAILURE,
    }
}

fn dispatch(command: &Command) -> Result<(), CliError> {
    match command {
        Command::Train(args) => train::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Predict(args) => predict::run(args),
        Command::Interpret(args) => interpret::run(args),
        Command::Calibrate(args) => calibrate::run(args),
        Command::Import(args) => import::run(args),
        Command::Export(args) => export::run(args),
        Command::ExportHtml(args) => export_html::run(args),
        Command::Fetch(args) => fetch::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Simulate(args) => simulate::run(args),
        Command::Prepare(args) => prepare::run(args),
        Command::Baseline(args) => baseline::run(args),
        Command::Summarise(args) => summarise::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Licences => licences::run(),
    }
}

fn failed(error: &CliError) -> ExitCode {
    eprintln!("regulens: {error}");
    ExitCode::from(error.exit_code())
}

/// Prints clap's message: help, the version, or an error in the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    // Nothing can be done if not even this can be printed.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_of_every_command_hang_together() {
        Cli::command().debug_assert();
    }
}

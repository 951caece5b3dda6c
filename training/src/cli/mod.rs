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

/// Train, run and interpret attention models of gene regulation
///
/// Exit codes: 0 success, 1 error in data or model, 2 wrong usage, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "regulens", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Compute device: cpu, wgpu or cuda. Commands that run no model ignore it
    // A command that runs a model has a flag of the same name, which takes the place of this one.
    #[arg(long, global = true, default_value_t = DeviceKind::Cpu)]
    device: DeviceKind,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Train a model
    #[command(subcommand)]
    Train(train::TrainArgs),
    /// Score a model on labelled data
    Evaluate(evaluate::EvaluateArgs),
    /// Predict expression for the genes of a table, or tracks along sequences
    Predict(predict::PredictArgs),
    /// Explain predictions, and test the explanations
    #[command(subcommand)]
    Interpret(interpret::InterpretArgs),
    /// Add null distributions, confidence or a default explanation to a model card
    #[command(subcommand)]
    Calibrate(calibrate::CalibrateArgs),
    /// Convert weights from PyTorch, TensorFlow or safetensors to a model file
    Import(import::ImportArgs),
    /// Change the number format of a model file, join several models, or export weights for PyTorch
    Export(export::ExportArgs),
    /// Write a self-contained HTML page: a model, chosen genes or sequences, and their figures
    ExportHtml(export_html::ExportHtmlArgs),
    /// Download the files of a Zenodo record
    ///
    /// An interrupted download resumes where it stopped. Size and MD5 of every file are checked. Existing files are
    /// never overwritten.
    Fetch(fetch::FetchArgs),
    /// Show a model file's card, tensors and SHA-256
    Inspect(inspect::InspectArgs),
    /// Simulate data with a known ground truth
    #[command(subcommand)]
    Simulate(simulate::SimulateArgs),
    /// Make a signal table, or sequences with tracks, from sequencing data
    #[command(subcommand)]
    Prepare(prepare::PrepareArgs),
    /// Fit simple baseline predictors to the same data as a model
    #[command(subcommand)]
    Baseline(baseline::BaselineArgs),
    /// Combine the results of many runs in one table
    #[command(subcommand)]
    Summarise(summarise::SummariseArgs),
    /// Measure the speed of prediction and training on a device
    Bench(bench::BenchArgs),
    /// Serve the web page from a local folder, without internet access
    ///
    /// Only this machine can connect: the server listens on 127.0.0.1. Press Ctrl-C to stop it.
    Serve(serve::ServeArgs),
    /// Print the licences of this program and its dependencies
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
        eprintln!("regulens: internal error, please report it: {fault}");
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

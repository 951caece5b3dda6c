//! `regulens`: trains attention models of gene regulation, runs them and looks into their files.
//!
//! A thin caller of [`regulens::engine`]: [`cli`] has one file a command, [`recipe`] the settings of training,
//! [`mod@train`] and [`baseline`] what they compute with, [`tracks`] the data of sequences.

mod baseline;
mod cli;
mod tracks;
mod train;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}

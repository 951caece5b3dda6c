//! Ctrl-C: once ends after the current batch, twice ends at once.

use std::ops::ControlFlow;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::CliError;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// From here on Ctrl-C asks the command to end instead of ending the program, so that no partial file is left.
#[allow(clippy::exit, reason = "whoever asks twice is not to wait for the batch")]
pub fn watch() {
    // Without a handler Ctrl-C ends the program at once, as it would anyway.
    let _ = ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            process::exit(130);
        }
    });
}

/// Breaks once Ctrl-C was pressed, else continues; checked between batches.
pub fn flow() -> ControlFlow<()> {
    if REQUESTED.load(Ordering::SeqCst) {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

/// The same as an error of a command that has written nothing.
pub fn check() -> Result<(), CliError> {
    match flow() {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(nothing_written()),
    }
}

/// The error of a command that ends before it has written anything.
pub fn nothing_written() -> CliError {
    CliError::Interrupted("nothing was written".to_owned())
}

/// [`flow`] as engines ask, between the steps of their work.
pub fn go_on() -> Result<(), regulens::Error> {
    match flow() {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(regulens::Error::Cancelled),
    }
}

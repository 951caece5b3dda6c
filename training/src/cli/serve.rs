//! `regulens serve`: the page from a folder, on this machine only.

use std::path::PathBuf;

use clap::Args;
use regulens_serve::{ServeError, Server, not_a_site};

use super::error::CliError;

/// Serve a site's folder on this machine: the page without a network, from a disk or a stick
///
/// Listens on 127.0.0.1 only, so no other machine can reach it. Ctrl-C ends it.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The folder that holds the site's index.html
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Port to listen on; 0 takes any free one [default: the first free one from 8017 on]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Path under which the page is served
    #[arg(long, value_name = "PATH", default_value = "/")]
    base: String,
}

/// Serves until the program ends.
pub fn run(args: &ServeArgs) -> Result<(), CliError> {
    let server = Server::bind(&args.folder, &args.base, args.port)?;
    if let Some(said) = not_a_site(&args.folder) {
        eprintln!("regulens: {said}");
    }
    println!("Regulens is at {}   (Ctrl-C ends it)", server.url());
    server.run();
    Ok(())
}

impl From<ServeError> for CliError {
    fn from(error: ServeError) -> Self {
        Self::Serve(error)
    }
}

//! `regulens serve`: the page from a folder, on this machine only.

use std::path::PathBuf;

use clap::Args;
use regulens_serve::{ServeError, Server, not_a_site};

use super::error::CliError;

/// Folder and port.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Folder with the site's index.html
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Port to listen on; 0 picks any free port [default: first free port from 8017]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// URL path of the page
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

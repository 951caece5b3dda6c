//! `cargo xtask serve`: the page as soon as its first engine is there, and the other engines behind it.
//!
//! ```text
//! tools, packages, crates ─► first engine ─► page ─► server
//!                                                 └► the other engines, into that page ─► the whole page in its place
//! ```

use std::path::Path;
use std::thread;

use regulens_serve::Server;

use crate::command::Outcome;
use crate::{engines, page};

/// Engines that a page's question waits for; without one for WebGPU it computes on the CPU.
const AWAITED: [&str; 2] = ["/regulens/wasm/full", "/regulens/wasm/files"];

/// Serves the page until the program is ended.
pub fn serve(root: &Path, base: &str, port: Option<u16>) -> Outcome<()> {
    let site = root.join(page::DEFAULT_OUT);
    let waiting = waiting(root)?;
    if waiting.is_empty() {
        page::build(root, &site)?;
    } else {
        page::build_first(root, &site)?;
    }
    let mut server = Server::bind(&site, base, port).map_err(|error| error.to_string())?;
    if !waiting.is_empty() {
        server = server.waiting_for(&AWAITED);
    }
    println!("\nRegulens is at {}   (Ctrl-C ends it)", server.url());
    if !waiting.is_empty() {
        println!(
            "It predicts which genes are on. Still being compiled, and waited for by who asks: {}. Ten minutes may pass.\n",
            waiting.join("; ")
        );
        let (root, url) = (root.to_path_buf(), server.url());
        thread::spawn(move || match finish(&root, &site) {
            Ok(()) => println!("\nAll is there: reload {url}   (Ctrl-C ends it)"),
            Err(error) => eprintln!("\nxtask: {error}\nThe page at {url} stays as it is. (Ctrl-C ends it)"),
        });
    }
    server.run();
    Ok(())
}

/// Uses of engines that are not there yet.
fn waiting(root: &Path) -> Outcome<Vec<&'static str>> {
    let uses = [
        (engines::FULL, "changes, DNA and explanations"),
        (engines::FILES, "bigWigs and genomes"),
        (engines::WEBGPU, "WebGPU"),
        (engines::TABLES, "pages of one file"),
    ];
    let mut waiting = Vec::new();
    for (engine, what) in uses {
        if !engine.is_current(root)? {
            waiting.push(what);
        }
    }
    Ok(waiting)
}

/// Builds what is missing, each into the page once it is there, and then the page itself.
fn finish(root: &Path, site: &Path) -> Outcome<()> {
    page::engines_one_by_one(root, |engine| page::place(root, site, engine))?;
    page::build(root, site)
}

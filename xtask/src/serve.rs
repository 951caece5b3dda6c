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

/// Files of engines that a question on the page waits for. Without the one for WebGPU it computes on the CPU.
const AWAITED: [&str; 2] = ["/regulens/wasm/full", "/regulens/wasm/files"];

/// Serves the page until the program is ended.
pub fn serve(root: &Path, base: &str, port: Option<u16>) -> Outcome<()> {
    let whole = root.join(page::DEFAULT_OUT);
    let waiting = waiting(root)?.join(", ");
    let site = if waiting.is_empty() {
        page::build(root, &whole)?;
        whole.clone()
    } else {
        page::build_first(root, &waiting)?
    };
    let server = Server::bind(&site, base, port).map_err(|error| error.to_string())?;
    let (url, switch) = (server.url(), server.switch());
    println!("\nRegulens is at {url}   (Ctrl-C ends it)");
    if !waiting.is_empty() {
        println!("Still being compiled: {waiting}. Requests for them wait. This may take ten minutes.\n");
        switch.wait_for(&AWAITED);
        let root = root.to_path_buf();
        thread::spawn(move || {
            let finished = finish(&root, &site, &whole);
            match finished.and_then(|()| switch.give(&whole).map_err(|error| error.to_string())) {
                Ok(()) => println!("\nAll is there: reload {url}   (Ctrl-C ends it)"),
                Err(error) => {
                    switch.wait_for(&[]);
                    eprintln!("\nxtask: {error}\nThe page at {url} stays without {waiting}. (Ctrl-C ends it)");
                }
            }
        });
    }
    server.run();
    Ok(())
}

/// Uses of engines that are not there yet.
fn waiting(root: &Path) -> Outcome<Vec<&'static str>> {
    let uses = [
        (engines::FULL, "explanations, changes and DNA"),
        (engines::FILES, "bigWigs and genomes"),
        (engines::WEBGPU, "WebGPU"),
        (engines::TABLES, "pages of one file"),
        (engines::FOREIGN, "weights trained elsewhere"),
    ];
    let mut waiting = Vec::new();
    for (engine, what) in uses {
        if !engine.is_current(root)? {
            waiting.push(what);
        }
    }
    Ok(waiting)
}

/// Builds what is missing, each into the page that is being looked at once it is there, and then the whole page.
fn finish(root: &Path, site: &Path, whole: &Path) -> Outcome<()> {
    page::engines_one_by_one(root, |engine| page::place(root, site, engine))?;
    page::build(root, whole)
}

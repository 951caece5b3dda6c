//! Set-up, build, serve and test of Regulens, in one command each. `cargo xtask help` lists them.
//!
//! ```text
//! serve ─► setup (tools, npm) ─► first engine (wasm) ─► page ─► server, and the other engines behind it
//! test  ─► native tests ─► workflow ─────────────────────────────────────────┬─► page in Chromium and Firefox ─► guides
//!       └► setup ─► engines ─► page ─► TypeScript ─► wasm under Node ─► packages ┘
//! ```
//!
//! Each step hashes what it reads, and is skipped while none of it has changed ([`stamp`]).

mod actions;
mod again;
mod browser;
mod catalogue;
mod command;
mod comments;
mod cuda;
mod deny;
mod engines;
mod fuzz;
mod golden;
mod likeness;
mod models;
mod node;
mod notices;
mod page;
mod program;
mod python;
mod release;
mod sbom;
mod serve;
mod sizes;
mod stamp;
mod structure;
mod suites;
mod tally;
mod tools;
mod versions;

use command::Outcome;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  serve [--port N] [--base PATH]
                        set up, build and serve the page on this machine, at the root or below a path
  test  [--only SUITES] [-- ARGS]
                        run every test, or only some of: structure, rust, workflow, ts, wasm, packages, sizes,
                        supply, browser, guides (with commas between);
                        ARGS go to the one suite named: `test --only browser -- -g smoke`
  site  [--out DIR]     leave the page in a folder (default: site) that any static host serves from any path
  build                 set up and build the engines and the page
  setup                 install what the other commands need: wasm tools, npm packages, browsers for the tests
  catalogue             write cards, sizes and SHA-256 of the files in models/ into models/catalogue.json, and their
                        scores into the tables of docs/results.md
  models [--cells DIR] [--yeast DIR]
                        train models again: those of tables on the sample of QData/DeepDiffChrome, two hours on two
                        cores; those of sequences on yeast and a simulated genome, an hour. Choose, calibrate and
                        describe them. The same command goes on where it ended
  views                 leave a screenshot of every view, at four widths in light and dark, in tests/results/views
  fuzz [--seconds N] [--only NAME] [--out FILE]
                        give damaged files to every reader, or those of that name, for so many seconds each (60),
                        and write a table of what was tried
  notices               write the licences of all that is linked, with cargo-about, into pkg/ and training/
  deny [--advisories] [--stored]
                        hold dependencies to deny.toml, and with --advisories to what is known against them, from
                        the network or from what was stored of it
  sbom [--out DIR]      write what program and page are made of, in CycloneDX's format (default: target/sbom)
  program --target TARGET [--out DIR]
                        build the program for a system as a release has it, and pack it (default: target/packed)
  cuda [-- ARGS]        build target/release/regulens for CUDA with an LLVM that is installed; ARGS go to cargo
  sizes                 print the gzipped size of each engine and of the page; fails above the limits
  help                  print this

Tools go to .tools/ and node_modules/ in this folder. CHROME_PATH and FIREFOX_PATH name the browsers for the tests.";

/// The workspace's folder, found from where this program was compiled.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
        .to_path_buf()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("cargo xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome<ExitCode> {
    let Some((name, rest)) = arguments.split_first() else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };
    let (rest, passed_on) = match rest.iter().position(|argument| argument == "--") {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &rest[rest.len()..]),
    };
    let mut flags = Flags::new(rest);
    let root = root();
    match name.as_str() {
        "setup" => {
            flags.finish()?;
            tools::install(&root)?;
            node::install(&root, "www")?;
            node::install(&root, "tests/browser")?;
            node::install(&root, "tests/packages")?;
            browser::chromium()?;
            browser::firefox()?;
            browser::install_software_vulkan();
        }
        "build" => {
            flags.finish()?;
            page::build(&root, &root.join(page::DEFAULT_OUT))?;
        }
        "site" => {
            let out = flags.value("--out")?.unwrap_or_else(|| "site".to_owned());
            flags.finish()?;
            // Relative to where the user stands, as with any other program.
            let out = std::env::current_dir()
                .map_err(|error| format!("no current folder: {error}"))?
                .join(out);
            page::build(&root, &out)?;
            println!(
                "The page is in {}. Any static host will do, at any path.",
                out.display()
            );
        }
        "serve" => {
            let port = flags.value("--port")?.map(|text| parse_port(&text)).transpose()?;
            let base = flags.value("--base")?;
            flags.finish()?;
            serve::serve(&root, base.as_deref().unwrap_or("/"), port)?;
        }
        "test" => {
            let only = flags.value("--only")?;
            flags.finish()?;
            return suites::test(&root, only.as_deref(), passed_on);
        }
        "catalogue" => {
            flags.finish()?;
            catalogue::update(&root)?;
            models::tables::fill(&root)?;
        }
        "models" => {
            let [cells, yeast] = [flags.value("--cells")?, flags.value("--yeast")?].map(|folder| {
                folder.map(|folder| std::path::absolute(&folder).map_err(|error| format!("{folder}: {error}")))
            });
            flags.finish()?;
            models::make(&root, cells.transpose()?.as_deref(), yeast.transpose()?.as_deref())?;
        }
        "views" => {
            flags.finish()?;
            suites::views(&root, passed_on)?;
        }
        "notices" => {
            flags.finish()?;
            notices::write(&root)?;
        }
        "deny" => {
            let advisories = flags.switch("--advisories");
            let stored = flags.switch("--stored");
            flags.finish()?;
            deny::check(&root, advisories, stored)?;
        }
        "sbom" => {
            let out = flags
                .value("--out")?
                .map_or_else(|| root.join("target/sbom"), PathBuf::from);
            flags.finish()?;
            for name in sbom::write(&root, &out)? {
                println!("{}", out.join(name).display());
            }
        }
        "program" => {
            let target = flags
                .value("--target")?
                .ok_or("name a system: --target x86_64-unknown-linux-musl")?;
            let out = flags
                .value("--out")?
                .map_or_else(|| root.join("target/packed"), PathBuf::from);
            flags.finish()?;
            println!("{}", release::pack(&root, &target, &out)?.display());
        }
        "cuda" => {
            flags.finish()?;
            cuda::build(&root, passed_on)?;
        }
        "fuzz" => {
            let seconds = flags.value("--seconds")?.map(|text| parse_seconds(&text)).transpose()?;
            let only = flags.value("--only")?;
            let out = flags.value("--out")?.map(PathBuf::from);
            flags.finish()?;
            fuzz::run(&root, seconds.unwrap_or(fuzz::SECONDS), only.as_deref(), out.as_deref())?;
        }
        "sizes" => {
            flags.finish()?;
            page::build(&root, &root.join(page::DEFAULT_OUT))?;
            let tally = sizes::check(&root)?;
            return Ok(tally.exit_code());
        }
        "help" | "--help" | "-h" => println!("{USAGE}"),
        other => {
            eprintln!("cargo xtask: there is no command `{other}`\n\n{USAGE}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads `--port`.
fn parse_port(text: &str) -> Outcome<u16> {
    text.parse()
        .map_err(|_| format!("--port is `{text}`, which is no port number (0 to 65535; 0 takes any free one)"))
}

/// Reads `--seconds`.
fn parse_seconds(text: &str) -> Outcome<u64> {
    text.parse()
        .map_err(|_| format!("--seconds is `{text}`, which is no whole number"))
}

/// The `--name value` pairs of one command.
struct Flags<'a> {
    rest: Vec<&'a str>,
}

impl<'a> Flags<'a> {
    fn new(arguments: &'a [String]) -> Self {
        Self {
            rest: arguments.iter().map(String::as_str).collect(),
        }
    }

    /// Takes `name VALUE` or `name=VALUE` out of the arguments.
    fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        for (at, argument) in self.rest.iter().enumerate() {
            if let Some(value) = argument.strip_prefix(name).and_then(|tail| tail.strip_prefix('=')) {
                let value = value.to_string();
                self.rest.remove(at);
                return Ok(Some(value));
            }
            if *argument == name {
                let value = self
                    .rest
                    .get(at + 1)
                    .ok_or(format!("{name} needs a value"))?
                    .to_string();
                self.rest.drain(at..at + 2);
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Takes `name` out of the arguments; whether it was there.
    fn switch(&mut self, name: &str) -> bool {
        let before = self.rest.len();
        self.rest.retain(|argument| *argument != name);
        self.rest.len() < before
    }

    /// Refuses what neither call took.
    fn finish(self) -> Outcome<()> {
        match self.rest.first() {
            Some(argument) => Err(format!("unknown argument `{argument}`; `cargo xtask help` lists them")),
            None => Ok(()),
        }
    }
}

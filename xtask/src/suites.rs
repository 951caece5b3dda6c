//! Every test of the project, by suite, with one closing line.

use crate::command::{Outcome, command, run, run_reading, step};
use crate::engines::{FILES, FOREIGN, FULL};
use crate::node::{self, node, npm};
use crate::python::{self, Environment};
use crate::tally::Tally;
use crate::{
    actions, again, browser, catalogue, comments, deny, golden, models, notices, page, program, sizes, structure,
    tools, versions,
};
use regulens_serve::Server;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// The path under which the page's tests see it: a page that works only at the root of a host would fail them all.
const SUB_PATH: &str = "/some/where/";

/// A name by which the tests reach it that browsers do not trust as they do localhost (`INSECURE_HOST` there).
const OTHER_NAME: &str = "regulens.test";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Suite {
    Structure,
    Rust,
    Wasm,
    TypeScript,
    Sizes,
    Supply,
    Browser,
    Packages,
    Workflow,
    Guides,
}

/// Lane of a suite: the builds that it needs, which tell when it can run. One core compiles the last crate of an engine
/// or of the program for minutes: the two lanes run side by side, so that the other is never idle.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// The native program.
    Native,
    /// The engines and the page.
    Web,
    /// Both: these run when the lanes have ended.
    Both,
}

/// Names as they are given to `--only`.
const SUITES: [(&str, Suite); 10] = [
    ("structure", Suite::Structure),
    ("rust", Suite::Rust),
    ("workflow", Suite::Workflow),
    ("ts", Suite::TypeScript),
    ("wasm", Suite::Wasm),
    ("packages", Suite::Packages),
    ("sizes", Suite::Sizes),
    ("supply", Suite::Supply),
    ("browser", Suite::Browser),
    ("guides", Suite::Guides),
];

/// Runs all suites or those in `only`, and prints what passed. A suite that fails does not keep the others from
/// running.
pub fn test(root: &Path, only: Option<&str>, arguments: &[String]) -> Outcome<ExitCode> {
    let suites = match only {
        None => SUITES.to_vec(),
        Some(names) => names.split(',').map(suite_named).collect::<Outcome<Vec<_>>>()?,
    };
    if !arguments.is_empty() && suites.len() != 1 {
        return Err("arguments after `--` need one suite: `--only NAME`".to_owned());
    }
    let run = |lane: Lane| -> Vec<Counted> {
        let suites = suites.iter().filter(|(_, suite)| suite.lane() == lane);
        suites.map(|suite| counted(*suite, root, arguments)).collect()
    };
    let mut counted = std::thread::scope(|scope| {
        let web = scope.spawn(|| {
            if suites.iter().any(|(_, suite)| suite.lane() == Lane::Both) {
                // A failure here comes again in the suites that need it.
                let _ = page::build(root, &root.join(page::DEFAULT_OUT));
            }
            run(Lane::Web)
        });
        let mut counted = run(Lane::Native);
        counted.extend(web.join().expect("a suite gives its failures as values"));
        counted
    });
    counted.extend(run(Lane::Both));
    println!();
    let mut tally = Tally::default();
    for (line, counts) in counted {
        println!("{line}");
        tally += counts;
    }
    println!("\n{tally}");
    for name in &tally.names {
        println!("  failed: {name}");
    }
    Ok(tally.exit_code())
}

/// A suite's closing line, and what it counted.
type Counted = (String, Tally);

fn counted((name, suite): (&str, Suite), root: &Path, arguments: &[String]) -> Counted {
    let mut counts = Tally::default();
    let outcome = step(&format!("tests: {name}"), || suite.run(root, arguments, &mut counts));
    let Err(error) = outcome else {
        return (format!("{name:<9} {counts}"), counts);
    };
    println!("{error}");
    // A suite that fails without a failed test (it did not compile, a tool is missing) must not pass for a good one.
    counts.failed = counts.failed.max(1);
    (format!("{name:<9} {counts}: {error}"), counts)
}

fn suite_named(name: &str) -> Outcome<(&'static str, Suite)> {
    SUITES.into_iter().find(|(known, _)| *known == name).ok_or_else(|| {
        let names: Vec<&str> = SUITES.iter().map(|(name, _)| *name).collect();
        format!("there is no test suite `{name}`; the suites are {}", names.join(", "))
    })
}

impl Suite {
    fn lane(self) -> Lane {
        match self {
            Self::Structure | Self::Rust | Self::Workflow => Lane::Native,
            Self::TypeScript | Self::Wasm | Self::Packages => Lane::Web,
            Self::Sizes | Self::Supply | Self::Browser | Self::Guides => Lane::Both,
        }
    }

    fn run(self, root: &Path, arguments: &[String], tally: &mut Tally) -> Outcome<()> {
        match self {
            Self::Structure => structure(root, tally),
            Self::Rust => rust(root, arguments, tally),
            Self::Wasm => wasm(root, arguments, tally),
            Self::TypeScript => typescript(root, tally),
            Self::Sizes => sizes(root, tally),
            Self::Supply => supply(root, tally),
            Self::Browser => in_browser(root, arguments, tally),
            Self::Packages => packages(root, arguments, tally),
            Self::Workflow => workflow(root, arguments, tally),
            Self::Guides => guides(root, arguments, tally),
        }
    }
}

/// Dependencies point where CONTRIBUTING.md says, comments are no wider than code, what is linked has its licence
/// beside it, what workflows use is pinned, and all that states a version states the same.
fn structure(root: &Path, tally: &mut Tally) -> Outcome<()> {
    let checked = [
        structure::check(root),
        comments::check(root),
        notices::check(root),
        actions::check(root),
        versions::check(root),
    ];
    for each in &checked {
        *tally += Tally::one(each.is_ok());
    }
    checked.into_iter().collect()
}

fn rust(root: &Path, arguments: &[String], tally: &mut Tally) -> Outcome<()> {
    browser::install_software_vulkan();
    let mut tests = command(root, root, "cargo");
    // A failing test must not hide what later files would say.
    tests
        .arg("test")
        .args(program::NATIVE)
        .arg("--no-fail-fast")
        .args(arguments);
    cargo_tests(tests, tally)
}

/// Lints the bindings of engines that no test compiles for WebAssembly, where Clippy is in the compiler's place.
fn lint_bindings(root: &Path) -> Outcome<()> {
    if std::env::var_os("RUSTC_WORKSPACE_WRAPPER").is_none() {
        return Ok(());
    }
    let mut check = command(root, root, "cargo");
    check
        .args(["check", "--lib", "--package", "regulens"])
        .args(["--target", tools::WASM_TARGET, "--profile", FILES.profile])
        .args(["--no-default-features", "--features"])
        .arg([FILES, FOREIGN].map(|engine| engine.features).join(","));
    run(check)
}

/// Golden outputs under Node, on the engine without relaxed SIMD; the browser's tests have both.
fn wasm(root: &Path, arguments: &[String], tally: &mut Tally) -> Outcome<()> {
    tools::install(root)?;
    lint_bindings(root)?;
    let mut tests = command(root, root, "cargo");
    tests
        .args(["test", "--package", "regulens", "--test", "parity"])
        .args(["--target", "wasm32-unknown-unknown", "--profile", FULL.profile])
        // The engine's dependencies are shared with it: with one feature more all of them would be compiled anew. Our
        // own crate is compiled once more, for tests, in a quarter of the time: the browser's tests have it as it
        // ships.
        .args(["--no-default-features", "--features", FULL.features])
        .args([
            "--config",
            &format!("profile.{}.package.regulens.opt-level=1", FULL.profile),
        ])
        .args(arguments)
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            tools::wasm_test_runner(root),
        )
        // Seconds for one test, where the default is 20: a test that runs whole models on one slow core is not a hung
        // one.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "600");
    cargo_tests(tests, tally)
}

fn cargo_tests(command: Command, tally: &mut Tally) -> Outcome<()> {
    if run_reading(command, |line| tally.read_cargo(line))? {
        Ok(())
    } else {
        Err("tests failed, or did not compile; see above".to_owned())
    }
}

fn typescript(root: &Path, tally: &mut Tally) -> Outcome<()> {
    // The types of the engines are made with them.
    page::engines(root)?;
    node::install(root, "www")?;
    node::install(root, "tests/browser")?;
    let www = root.join("www");
    let mut failed = Vec::new();
    for (name, script, arguments) in [
        (
            "format",
            "prettier/bin/prettier.cjs",
            ["--check", "--log-level=warn", "**/*.{ts,mjs,js}"].as_slice(),
        ),
        ("lints", "oxlint/bin/oxlint", [].as_slice()),
    ] {
        let mut tool = node(root, root, www.join("node_modules").join(script));
        tool.args(arguments);
        let checked = run(tool).map_err(|error| format!("{name} of TypeScript: {error}"));
        *tally += Tally::one(checked.is_ok());
        failed.extend(checked.err());
    }
    for folder in ["pkg", "www", "tests/browser", "tests/engines"] {
        let mut types = node(root, &root.join(folder), www.join("node_modules/typescript/bin/tsc"));
        types.args(["--noEmit", "--project", "."]);
        let checked = run(types);
        *tally += Tally::one(checked.is_ok());
        failed.extend(checked.err());
    }
    let mut unit = npm(root, &www);
    // Where its output is no terminal, Node would spend five lines of TAP on each test.
    unit.args(["run", "--silent", "test:unit"])
        .env("NODE_OPTIONS", "--test-reporter=spec");
    if !run_reading(unit, |line| tally.read_node(line))? {
        failed.push("unit tests of the page failed".to_owned());
    }
    // The harness of the browser's benches: its statistics, its server, its report. They need no packages.
    let mut benches = node(root, &root.join("benches/browser"), "--test");
    benches.env("NODE_OPTIONS", "--test-reporter=spec");
    if !run_reading(benches, |line| tally.read_node(line))? {
        failed.push("unit tests of the benches failed".to_owned());
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("; "))
    }
}

/// Checks that shipped files are as small as promised, and as the catalogue and the tables of the docs describe them.
fn sizes(root: &Path, tally: &mut Tally) -> Outcome<()> {
    page::build(root, &root.join(page::DEFAULT_OUT))?;
    *tally += sizes::check(root)?;
    let stale = [catalogue::stale(root)?, models::tables::stale(root)?].concat();
    *tally += Tally::one(stale.is_empty());
    if !stale.is_empty() {
        return Err(stale.join("; "));
    }
    if tally.failed > 0 {
        return Err("an engine is above its limit".to_owned());
    }
    Ok(())
}

/// Checks that shipped files are made of what is allowed, and of the same bytes when they are made again.
fn supply(root: &Path, tally: &mut Tally) -> Outcome<()> {
    let site = root.join(page::DEFAULT_OUT);
    page::build(root, &site)?;
    let checked = [deny::check_sources(root), again::compare(root, &site)];
    for each in &checked {
        *tally += Tally::one(each.is_ok());
    }
    checked.into_iter().collect()
}

/// The built page in real browsers: Chromium, with WebGPU switched off and with WebGPU on a software adapter, and
/// Firefox.
fn in_browser(root: &Path, arguments: &[String], tally: &mut Tally) -> Outcome<()> {
    let firefox = browser::firefox()?;
    program::build(root)?;
    let golden = golden::import(root)?;
    let report = root.join("tests/results/report.json");
    let _ = fs::remove_file(&report);
    let mut tests = playwright(root)?;
    tests
        .args(arguments)
        .env("FIREFOX_PATH", firefox)
        .env("REGULENS", program::path(root))
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    if let Some(golden) = golden {
        tests.env("REGULENS_GOLDEN_DIR", golden);
    }
    let outcome = run(tests);
    let text = fs::read_to_string(&report).map_err(|error| match &outcome {
        Err(failure) => failure.clone(),
        Ok(()) => format!("{}: {error}", report.display()),
    })?;
    let report = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", report.display()))?;
    tally.read_playwright(&report);
    outcome
}

/// Screenshots of every view, for eyes.
pub fn views(root: &Path, arguments: &[String]) -> Outcome<()> {
    let mut views = playwright(root)?;
    views.args(["--config", "views/views.config.ts"]).args(arguments);
    run(views)
}

/// Playwright's tests of the built page, which is served until this program ends.
fn playwright(root: &Path) -> Outcome<Command> {
    let chrome = browser::chromium()?;
    let shell = browser::headless_shell(&chrome)?;
    let site = root.join(page::DEFAULT_OUT);
    page::build(root, &site)?;
    node::install(root, "tests/browser")?;
    let server = Server::bind(&site, SUB_PATH, Some(0)).map_err(|error| error.to_string())?;
    let server = server.named(OTHER_NAME);
    let url = server.url();
    std::thread::spawn(move || server.run());
    let folder = root.join("tests/browser");
    let mut tests = node(root, &folder, "node_modules/@playwright/test/cli.js");
    tests
        .arg("test")
        .env("CHROME_PATH", chrome)
        .env("HEADLESS_SHELL_PATH", shell)
        .env("REGULENS_URL", url);
    Ok(tests)
}

/// The npm package as others use it: packed, installed, bundled, in plain pages and under Node; and the crate as it
/// would be published.
fn packages(root: &Path, arguments: &[String], tally: &mut Tally) -> Outcome<()> {
    let chrome = browser::chromium()?;
    let firefox = browser::firefox()?;
    page::build(root, &root.join(page::DEFAULT_OUT))?;
    node::install(root, "tests/browser")?;
    node::install(root, "tests/packages")?;
    let mut tests = node(root, &root.join("tests/packages"), "--test");
    tests
        // Each starts bundlers and browsers, which take every core.
        .args(["--test-concurrency=1", "--test-reporter=spec"])
        .args(arguments)
        .env("CHROME_PATH", chrome)
        .env("FIREFOX_PATH", firefox);
    if run_reading(tests, |line| tally.read_node(line))? {
        Ok(())
    } else {
        Err("tests of the package failed; see above".to_owned())
    }
}

/// The commands and snippets of the guides, as a new user would try them; and that program and package, which they need
/// both, compute the same.
fn guides(root: &Path, arguments: &[String], tally: &mut Tally) -> Outcome<()> {
    page::build(root, &root.join(page::DEFAULT_OUT))?;
    // Parts of the guides that need Snakemake are skipped without it, which CI does not accept.
    python::environment(root)?;
    program::build(root)?;
    let mut tests = node(root, root, "--test");
    tests
        // Node leaves one core to itself: of two that is half.
        .arg("--test-concurrency=2")
        .args([
            "tests/guides/figures.test.mjs",
            "tests/guides/guides.test.mjs",
            "tests/guides/mended.test.mjs",
            "tests/guides/trust.test.mjs",
            "tests/analyses/analyses.test.mjs",
            "tests/analyses/arguments.test.mjs",
            "tests/analyses/lives.test.mjs",
        ])
        .args(arguments)
        .env("REGULENS", program::path(root))
        .env("NODE_OPTIONS", "--test-reporter=spec");
    if run_reading(tests, |line| tally.read_node(line))? {
        Ok(())
    } else {
        Err("a guide does not hold, or program and package differ; see above".to_owned())
    }
}

/// The grid of trainings on simulated cell types and scoring in shards, through Snakemake; and the tests of the benches
/// that need the standard library of Python alone.
fn workflow(root: &Path, arguments: &[String], tally: &mut Tally) -> Outcome<()> {
    let python = match python::environment(root)? {
        Environment::Ready(python) => python,
        Environment::Missing(reason) if std::env::var_os("CI").is_some() => return Err(reason),
        Environment::Missing(reason) => {
            println!("skipped: {reason}");
            tally.skipped += 1;
            return Ok(());
        }
    };
    program::build(root)?;
    let mut tests = command(root, root, python);
    tests
        .arg("training/workflow/tests.py")
        .args(arguments)
        .env("REGULENS", program::path(root));
    if run_reading(tests, |line| tally.read_unittest(line))? {
        Ok(())
    } else {
        Err("tests of the workflow failed; see above".to_owned())
    }
}

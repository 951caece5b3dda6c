//! Running other programs, and saying how long a step took.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Result of a step, or one line (or more) for the user that says what went wrong and what to do.
pub type Outcome<T> = Result<T, String>;

/// A program to be run in `folder`, with the project's own tools first on the PATH.
pub fn command(root: &Path, folder: &Path, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    // `cargo run` tells this program about its own package. Passed on to another cargo, these variables would make
    // build scripts that watch them (ring's does) run again, and everything above them compile again.
    for (name, _) in std::env::vars_os() {
        if let Some(name) = name.to_str()
            && (name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_BIN_"))
        {
            command.env_remove(name);
        }
    }
    let mut path = vec![root.join(crate::tools::BIN)];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    if let Ok(path) = std::env::join_paths(path) {
        command.env("PATH", path);
    }
    command
}

/// Runs `command` to its end; its output goes to the user.
pub fn run(mut command: Command) -> Outcome<()> {
    let status = command.status().map_err(|error| cannot_start(&command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed ({status})", spelled(&command)))
    }
}

/// Runs `command`, shows its standard output as it comes and hands each line to `line`. Gives whether the program
/// succeeded.
pub fn run_reading(mut command: Command, mut line: impl FnMut(&str)) -> Outcome<bool> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(&command, &error))?;
    let output = child.stdout.take().expect("standard output was piped");
    for bytes in BufReader::new(output).split(b'\n') {
        let bytes = bytes.map_err(|error| format!("reading from `{}`: {error}", spelled(&command)))?;
        let text = String::from_utf8_lossy(&bytes);
        println!("{text}");
        line(&text);
    }
    let status = child
        .wait()
        .map_err(|error| format!("`{}`: {error}", spelled(&command)))?;
    Ok(status.success())
}

/// Output of `command`, without its last line break, if it runs and succeeds.
pub fn printed(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim_end().to_string())
}

/// Does `work` under the heading `what`, and prints how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    println!("── {what}");
    let _ = std::io::stdout().flush();
    let start = Instant::now();
    let outcome = work();
    let seconds = start.elapsed().as_secs_f64();
    match &outcome {
        Ok(_) => println!("── {what}: done in {seconds:.1} s"),
        Err(_) => println!("── {what}: failed after {seconds:.1} s"),
    }
    outcome
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    let program = command.get_program().to_string_lossy();
    let remedy = match program.as_ref() {
        "npm" | "npm.cmd" | "node" => "; install Node 20 or newer (https://nodejs.org)",
        "cargo" | "rustup" => "; install Rust with rustup (https://rustup.rs)",
        _ => "",
    };
    format!("cannot start `{program}`: {error}{remedy}")
}

/// The command as a user would type it.
fn spelled(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

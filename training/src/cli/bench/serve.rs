//! Requests on stdin, answers on stdout, one per line, so that another program can time this one in turn with others.

use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;

use regulens::engine::Predictions;
use regulens::nn::NamedTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::limit;
use crate::cli::error::CliError;
use crate::cli::{files, runner};

/// A model with what it is timed on. Examples are genes, or sequences.
pub trait Timed {
    /// Predicts for the first examples: the milliseconds of the whole call, values in, all results out.
    fn predict(&mut self, examples: usize) -> Result<f64, String>;

    /// Outputs of the last call of [`predict`](Self::predict), as safetensors.
    fn outputs(&self) -> Option<Vec<u8>>;

    /// Trains one step on the first examples: the milliseconds.
    fn step(&mut self, examples: usize) -> Result<f64, String>;

    /// The weights after the last step, and the loss before each, as safetensors.
    fn trained(&self) -> Option<Vec<u8>>;

    /// Starts training again from the file's weights.
    fn reset(&mut self);
}

/// The requests; the command's help describes the answers.
#[derive(Debug, PartialEq)]
enum Request<'a> {
    Predict { genes: usize, times: usize },
    Outputs(&'a Path),
    Step { genes: usize, times: usize },
    Trained(&'a Path),
    Reset,
    Limit,
    Memory,
    Quit,
}

/// Answers every request until `quit` or the end of input. A request that fails is answered with `error: …`, and the
/// next one is read.
pub fn serve(subject: &mut impl Timed, requests: impl BufRead, mut answers: impl Write) -> Result<(), CliError> {
    for line in requests.lines() {
        let line = line.map_err(|error| CliError::io(Path::new("stdin"), error))?;
        let answer = match Request::parse(&line) {
            Ok(Request::Quit) => break,
            // A driver may give up where memory runs short; a smaller request may still go well.
            Ok(request) => runner::guarded(|| answer(subject, &request)),
            Err(problem) => Err(problem),
        };
        let answer = answer.unwrap_or_else(|problem| format!("error: {problem}"));
        match writeln!(answers, "{}", answer.replace('\n', " ")).and_then(|()| answers.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
            written => written.map_err(|error| CliError::io(Path::new("stdout"), error))?,
        }
    }
    Ok(())
}

impl<'a> Request<'a> {
    fn parse(line: &'a str) -> Result<Self, String> {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        match word {
            "predict" => counts(rest).map(|(genes, times)| Self::Predict { genes, times }),
            "step" => counts(rest).map(|(genes, times)| Self::Step { genes, times }),
            "outputs" => file(rest).map(Self::Outputs),
            "trained" => file(rest).map(Self::Trained),
            "reset" => Ok(Self::Reset),
            "limit" => Ok(Self::Limit),
            "memory" => Ok(Self::Memory),
            "quit" => Ok(Self::Quit),
            _ => Err(format!(
                "unknown request `{line}`; expected predict, outputs, step, trained, reset, limit, memory or quit"
            )),
        }
    }
}

/// `GENES [TIMES]`.
fn counts(text: &str) -> Result<(usize, usize), String> {
    let numbers: Option<Vec<usize>> = text
        .split_whitespace()
        .map(|word| word.parse().ok().filter(|&number| number > 0))
        .collect();
    match numbers.as_deref() {
        Some(&[genes]) => Ok((genes, 1)),
        Some(&[genes, times]) => Ok((genes, times)),
        _ => Err(format!(
            "found `{text}`; expected a number of genes and, optionally, a number of repetitions"
        )),
    }
}

fn file(text: &str) -> Result<&Path, String> {
    if text.is_empty() {
        return Err("expected the name of a file to write".to_owned());
    }
    Ok(Path::new(text))
}

fn answer(subject: &mut impl Timed, request: &Request<'_>) -> Result<String, String> {
    match *request {
        Request::Predict { genes, times } => timings(times, || subject.predict(genes)),
        Request::Step { genes, times } => timings(times, || subject.step(genes)),
        Request::Outputs(path) => {
            let outputs = subject.outputs();
            write(
                path,
                &outputs.ok_or("nothing has been predicted yet; send predict first")?,
            )
        }
        Request::Trained(path) => {
            let trained = subject.trained();
            write(path, &trained.ok_or("nothing has been trained yet; send step first")?)
        }
        Request::Reset => {
            subject.reset();
            Ok("ok".to_owned())
        }
        Request::Limit => {
            let limit = limit::measure();
            Ok(format!("{:.2} {}", limit.rate / 1e9, limit.vectors))
        }
        Request::Memory => peak_memory().map(|mebibytes| format!("{mebibytes:.1}")),
        Request::Quit => unreachable!("the loop ends there"),
    }
}

fn timings(times: usize, mut call: impl FnMut() -> Result<f64, String>) -> Result<String, String> {
    let times: Result<Vec<String>, String> = (0..times)
        .map(|_| call().map(|milliseconds| format!("{milliseconds:.4}")))
        .collect();
    Ok(times?.join(" "))
}

/// A name, a shape and float32.
pub type Named<'a> = (String, Vec<usize>, &'a [f32]);

/// Logit, alpha and beta.
pub fn outputs(predictions: &Predictions) -> Vec<u8> {
    let values = &predictions.values;
    let genes = predictions.genes.len();
    let rows = predictions.rows.len();
    let weighed = predictions.columns.len();
    safetensors(&[
        ("logit".to_owned(), vec![genes], &values.logit),
        ("alpha".to_owned(), vec![genes, rows, predictions.bins], &values.alpha),
        ("beta".to_owned(), vec![genes, weighed], &values.beta),
    ])
}

/// All weights, and the losses.
pub fn trained(weights: NamedTensors, losses: &[f64]) -> Vec<u8> {
    let losses: Vec<f32> = losses.iter().map(|&loss| loss as f32).collect();
    let mut tensors: Vec<Named<'_>> = weights
        .iter()
        .map(|(name, tensor)| (name.clone(), tensor.shape.clone(), tensor.values.as_slice()))
        .collect();
    tensors.push(("loss".to_owned(), vec![losses.len()], &losses));
    safetensors(&tensors)
}

/// A file of these.
pub fn safetensors(tensors: &[Named<'_>]) -> Vec<u8> {
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, _, values)| values.iter().flat_map(|value| value.to_le_bytes()).collect())
        .collect();
    let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
        (name, view.expect("a value for each place of the shape"))
    });
    safetensors::serialize(views, None).expect("names are unique")
}

fn write(path: &Path, bytes: &[u8]) -> Result<String, String> {
    files::write(path, bytes).map_err(|error| error.to_string())?;
    Ok("ok".to_owned())
}

/// The most memory that this process has held, in MiB, as Linux counts it.
fn peak_memory() -> Result<f64, String> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    peak.map(|kibibytes| kibibytes / 1024.0)
        .ok_or_else(|| "this system does not report the memory used by a program".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_a_word_and_what_it_needs() {
        assert_eq!(
            Request::parse("predict 64"),
            Ok(Request::Predict { genes: 64, times: 1 })
        );
        assert_eq!(
            Request::parse(" step 16  20 "),
            Ok(Request::Step { genes: 16, times: 20 })
        );
        assert_eq!(
            Request::parse("outputs a folder/file"),
            Ok(Request::Outputs(Path::new("a folder/file")))
        );
        for line in [
            "",
            "dance",
            "predict",
            "predict 0",
            "predict 1 2 3",
            "step x",
            "trained",
        ] {
            assert!(Request::parse(line).is_err(), "{line}");
        }
    }
}

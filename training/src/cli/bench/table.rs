//! A table of times: which device of this machine is the fastest?

use std::fmt::Write;

use regulens::engine::DeviceKind;
use regulens::kernel;

use super::attentive_chrome::Subject;
use super::sequence::Sequence;
use super::serve::Timed;
use crate::cli::error::CliError;
use crate::cli::runner;

/// Genes of one prediction: one alone, a few, a program's usual batch, and several of those.
const PREDICTIONS: [usize; 4] = [1, 64, 256, 1024];
/// Genes of one training step: as published, and enough to fill a GPU.
const STEPS: [usize; 2] = [16, 256];
/// Least time for which one figure is measured, in milliseconds, and the least number of calls.
const BUDGET: f64 = 500.0;
const CALLS: usize = 3;

/// Times the batch sizes that the genes suffice for, and prints the table.
pub fn measure(subject: &mut Subject, device: DeviceKind) -> Result<String, CliError> {
    let there = subject.genes();
    let mut text = heading(subject.name(), device);
    text += "          genes         ms   genes a second\n";
    let mut row = |name: &str, genes: usize, milliseconds: f64| {
        let rate = genes as f64 / milliseconds * 1e3;
        let _ = writeln!(text, "{name:8}{genes:7}{milliseconds:11.3}{rate:17.0}");
    };
    let failed = |problem| CliError::Device { device, problem };
    for genes in PREDICTIONS.into_iter().filter(|&genes| genes <= there) {
        let time = runner::guarded(|| median_time(|| subject.predict(genes))).map_err(failed)?;
        row("predict", genes, time);
    }
    let trains = subject.has_labels();
    for genes in STEPS.into_iter().filter(|&genes| trains && genes <= there) {
        let time = runner::guarded(|| median_time(|| subject.step(genes))).map_err(failed)?;
        row("train", genes, time);
    }
    Ok(text)
}

/// Times one sequence.
pub fn measure_sequence(sequence: &mut Sequence, device: DeviceKind) -> Result<String, CliError> {
    let failed = |problem| CliError::Device { device, problem };
    let time = runner::guarded(|| median_time(|| sequence.predict(1))).map_err(failed)?;
    Ok(format!(
        "{}predict {} bases{time:11.3} ms\n",
        heading(sequence.name(), device),
        sequence.bases()
    ))
}

fn heading(name: &str, device: DeviceKind) -> String {
    let threads = match device {
        DeviceKind::Cpu if kernel::threads() == 1 => ", 1 thread".to_owned(),
        DeviceKind::Cpu => format!(", {} threads", kernel::threads()),
        _ => String::new(),
    };
    format!("{name} on {device}{threads}\n\n")
}

/// The median of some calls after a warm-up call.
fn median_time(mut call: impl FnMut() -> Result<f64, String>) -> Result<f64, String> {
    call()?;
    let mut times = Vec::new();
    while times.len() < CALLS || times.iter().sum::<f64>() < BUDGET {
        times.push(call()?);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

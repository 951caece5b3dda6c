//! `regulens interpret truth` of a track: whether explanations find the sites that were planted in a sequence.

use std::path::Path;

use regulens::engine::DeviceKind;
use regulens::interpret::deletion::BaseExplanation;
use regulens::interpret::{Found, PlantedSites, recover_bases, recover_bins};
use regulens::weights::WeightFile;

use super::{BasesArgs, Subject, name};
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::interpret::sequences::bar;
use crate::cli::interpret::table::{Cell, Table};

/// A table without rows.
pub fn table() -> Table {
    Table::new([
        "model",
        "variant",
        "track",
        "explanation",
        "level",
        "sites",
        "found",
        "recovery",
        "recovery_standard_error",
        "decoys",
        "decoys_found",
    ])
}

/// Adds a model's rows.
pub fn compare(
    args: &BasesArgs,
    (file, weights): (&Path, WeightFile),
    (device, input, truth): (DeviceKind, &Path, &Path),
    named: Option<&[BaseExplanation]>,
    seed: u64,
    table: &mut Table,
) -> Result<(), CliError> {
    let truth_file = truth.display().to_string();
    let sites = PlantedSites::read(&truth_file, &files::read(truth)?)?;
    let card = weights.card.clone();
    let mut subject = Subject::new(args, weights, device, input, named, seed)?;
    let shape = subject.engine().shape();
    let explanations = subject.explanations.clone();
    let progress = bar(subject.windows() * explanations.len(), "windows");
    let mut planted = 0;
    for &explanation in &explanations {
        let (mut of_bases, mut of_bins) = (Found::default(), Found::default());
        for number in 0..subject.places.len() {
            let place = &subject.places[number];
            let (sequence, windows) = (place.sequence, place.windows.clone());
            // The bases that are predicted, in whole bins.
            let kept = |bin: usize| ((shape.crop + bin) * shape.bin) as i64;
            let first = windows
                .iter()
                .map(|window| window.start + kept(window.keep.start))
                .min();
            let end = windows.iter().map(|window| window.start + kept(window.keep.end)).max();
            let (first, end) = (first.unwrap_or(0).max(0), end.unwrap_or(0));
            let mut importance = vec![0.0_f32; usize::try_from(end - first).unwrap_or(0)];
            for window in &windows {
                let seen = subject.see(sequence, window)?;
                // What a base contributes is to the bins of every window that reads it.
                let bases = match adds_up(explanation) {
                    true => 0..shape.length,
                    false => seen.ranked.clone(),
                };
                let found = subject.importance(&seen, bases.clone(), explanation)?;
                for (base, value) in bases.zip(found) {
                    let at = window.start + base as i64 - first;
                    if let Some(sum) = usize::try_from(at).ok().and_then(|at| importance.get_mut(at)) {
                        *sum += value;
                    }
                }
                progress.inc(1);
            }
            let sequence = subject.genome.sequences()[sequence].clone();
            let first = first as usize;
            let within = sites.within(&sequence, first..first + importance.len());
            planted += within.len();
            of_bases += recover_bases(&importance, &within);
            of_bins += recover_bins(&importance, shape.bin, &within);
        }
        if planted == 0 {
            return Err(CliError::File {
                file: truth_file,
                problem: "found no site in the predicted places; expected some. Choose the .sites.tsv that was written beside \
                          the sequence."
                    .to_owned(),
            });
        }
        // Within a bin attention tells no base from another.
        let by_base = (explanation != BaseExplanation::Attention).then(|| ("bases".to_owned(), of_bases));
        for (level, found) in by_base
            .into_iter()
            .chain([(format!("bins of {} bp", shape.bin), of_bins)])
        {
            let recall = found.recall();
            table.push([
                Cell::file(file.display().to_string()),
                Cell::text(&card.variant),
                Cell::text(&card.tracks[subject.track].name),
                Cell::text(name(explanation)),
                Cell::text(level),
                Cell::Count(found.sites),
                Cell::Count(found.found),
                recall.mean.into(),
                recall.standard_error.into(),
                Cell::Count(found.decoys),
                Cell::Count(found.decoys_found),
            ]);
        }
    }
    progress.finish_and_clear();
    Ok(())
}

/// Whether what a base is worth in several windows adds up.
fn adds_up(explanation: BaseExplanation) -> bool {
    matches!(
        explanation,
        BaseExplanation::Gradient | BaseExplanation::IntegratedGradients | BaseExplanation::Mutagenesis
    )
}

//! `regulens interpret truth` of a track: whether explanations find the sites that were planted in a sequence.

use std::path::Path;

use regulens::engine::DeviceKind;
use regulens::interpret::deletion::BaseExplanation;
use regulens::interpret::{Found, PlantedSite, PlantedSites, recover_bases, recover_bins};
use regulens::sequence::Window;
use regulens::weights::WeightFile;

use super::{BasesArgs, Seen, Subject, name};
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
    let stretches = stretches(&mut subject, &sites)?;
    if stretches.iter().all(|stretch| stretch.sites.is_empty()) {
        return Err(CliError::File {
            file: truth_file,
            problem:
                "found no site in the predicted places; expected some. Choose the .sites.tsv that was written beside \
                      the sequence."
                    .to_owned(),
        });
    }
    let progress = bar(subject.windows() * explanations.len(), "windows");
    for &explanation in &explanations {
        let (mut of_bases, mut of_bins) = (Found::default(), Found::default());
        for stretch in &stretches {
            let mut importance = vec![0.0_f32; stretch.bases];
            for (start, seen) in &stretch.windows {
                // What a base contributes is to the bins of every window that reads it.
                let bases = match adds_up(explanation) {
                    true => 0..shape.length,
                    false => seen.ranked.clone(),
                };
                let found = subject.importance(seen, bases.clone(), explanation)?;
                for (base, value) in bases.zip(found) {
                    let at = start + base as i64 - stretch.start as i64;
                    if let Some(sum) = usize::try_from(at).ok().and_then(|at| importance.get_mut(at)) {
                        *sum += value;
                    }
                }
                progress.inc(1);
            }
            of_bases += recover_bases(&importance, &stretch.sites);
            of_bins += recover_bins(&importance, shape.bin, &stretch.sites);
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

/// The predicted bases of a place, in whole bins.
struct Stretch {
    /// The first, counted from 0.
    start: usize,
    /// How many there are.
    bases: usize,
    /// Its windows by their first bases.
    windows: Vec<(i64, Seen)>,
    /// What was planted in it, counted from its first base.
    sites: Vec<PlantedSite>,
}

/// What is predicted of each place.
fn stretches(subject: &mut Subject, planted: &PlantedSites) -> Result<Vec<Stretch>, CliError> {
    let shape = subject.engine().shape();
    let kept = |bin: usize| ((shape.crop + bin) * shape.bin) as i64;
    let mut stretches = Vec::with_capacity(subject.places.len());
    for number in 0..subject.places.len() {
        let sequence = subject.places[number].sequence;
        let windows = subject.places[number].windows.clone();
        let first = windows
            .iter()
            .map(|window| window.start + kept(window.keep.start))
            .min();
        let end = windows.iter().map(|window| window.start + kept(window.keep.end)).max();
        let start = first.unwrap_or(0).max(0) as usize;
        let bases = usize::try_from(end.unwrap_or(0)).unwrap_or(0).saturating_sub(start);
        let see = |window: &Window| Ok((window.start, subject.see(sequence, window)?));
        let windows = windows.iter().map(see).collect::<Result<_, CliError>>()?;
        let name = &subject.genome.sequences()[sequence];
        stretches.push(Stretch {
            start,
            bases,
            windows,
            sites: planted.within(name, start..start + bases),
        });
    }
    Ok(stretches)
}

/// Whether what a base is worth in several windows adds up.
fn adds_up(explanation: BaseExplanation) -> bool {
    matches!(
        explanation,
        BaseExplanation::Gradient | BaseExplanation::IntegratedGradients | BaseExplanation::Mutagenesis
    )
}

//! `regulens interpret truth` of a track: whether explanations find the sites that were planted in a sequence.

use std::path::Path;

use regulens::engine::DeviceKind;
use regulens::interpret::FoundSites;
use regulens::interpret::deletion::BaseExplanation;
use regulens::weights::WeightFile;

use super::{BasesArgs, Subject, name};
use crate::cli::error::CliError;
use crate::cli::interpret::table::{Cell, Table};
use crate::cli::progress;

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
    let card = weights.card.clone();
    let mut subject = Subject::new(args, weights, device, input, named, seed)?;
    let truth = subject.truth(truth)?;
    let bin = subject.engine().shape().bin;
    let explanations = subject.explanations.clone();
    let windows = subject.all_windows();
    let progress = progress::counting("", windows.len() * explanations.len(), "windows");
    let mut found: Vec<Option<FoundSites>> = vec![None; explanations.len()];
    for (sequence, window) in windows {
        let seen = subject.see(sequence, &window)?;
        let planted = seen.tested(Some(&truth), bin).planted.expect("the truth was given");
        let sites = planted.under(&seen.ranked);
        for (so_far, &explanation) in found.iter_mut().zip(&explanations) {
            let importance = subject.importance(&seen, explanation)?;
            let found = FoundSites::of(explanation, &importance, bin, &sites);
            *so_far = Some(so_far.map_or(found, |before| before + found));
            progress.inc(1);
        }
    }
    progress.finish_and_clear();
    for (found, &explanation) in found.iter().zip(&explanations) {
        let Some(FoundSites { bases, bins }) = *found else {
            continue;
        };
        let by_base = bases.map(|bases| ("bases".to_owned(), bases));
        for (level, found) in by_base.into_iter().chain([(format!("bins of {bin} bp"), bins)]) {
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
    Ok(())
}

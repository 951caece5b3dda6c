//! `regulens interpret deletion` of a track: how far its sum falls if the bases that an explanation marks are replaced.

use std::path::Path;

use pollster::block_on;
use regulens::engine::DeviceKind;
use regulens::interpret::deletion::{BaseDeletionTest, BaseExplanation, MeanDeletion, PER_MILLE};
use regulens::interpret::{Found, FoundSites};
use regulens::weights::WeightFile;

use super::{BasesArgs, Subject, name};
use crate::cli::error::CliError;
use crate::cli::interpret::outputs::Outputs;
use crate::cli::interpret::table::{Cell, Table};
use crate::cli::words::counted;
use crate::cli::{interrupt, progress};

/// Where results go.
pub struct Files<'a> {
    pub out: &'a Path,
    pub curves: Option<&'a Path>,
    pub per_window: Option<&'a Path>,
    pub json: bool,
}

/// Tests the named explanations, or all that cost no prediction for each base.
pub fn run(
    args: &BasesArgs,
    weights: WeightFile,
    (device, input, truth): (DeviceKind, &Path, Option<&Path>),
    named: Option<&[BaseExplanation]>,
    seed: u64,
    files: Files<'_>,
) -> Result<(), CliError> {
    let mut outputs = Outputs::create([
        ("--out", Some(files.out)),
        ("--curves", files.curves),
        ("--per-gene", files.per_window),
    ])?;
    let mut subject = Subject::new(args, weights, device, input, named, seed)?;
    let explanations = subject.explanations.clone();
    let mut test = BaseDeletionTest::new(&explanations, seed);
    let truth = truth.map(|path| subject.truth(path)).transpose()?;
    let bin = subject.engine().shape().bin;
    let windows = subject.all_windows();
    let progress = progress::counting("", windows.len(), "windows");
    let mut names = Vec::with_capacity(windows.len());
    for (sequence, window) in windows {
        let seen = subject.see(sequence, &window)?;
        let importance = explanations.iter().map(|&each| subject.importance(&seen, each));
        let importance = importance.collect::<Result<Vec<_>, _>>()?;
        let tested = seen.tested(truth.as_ref(), bin);
        let strands = subject.strands;
        subject.runner.run(|engine| {
            let sum = async |codes: &[u8]| {
                engine
                    .sum_of(codes, &seen.sum, strands, &mut async || interrupt::go_on())
                    .await
            };
            block_on(test.add(tested, &importance, sum))
        })?;
        names.push(seen.name);
        progress.inc(1);
    }
    progress.finish_and_clear();
    let means = test.means();
    let found: Option<Vec<FoundSites>> = test.found().iter().copied().collect();
    let areas = areas(&explanations, &means, found.as_deref());
    outputs.write("--out", |out| areas.write(out))?;
    outputs.write("--curves", |out| curves(&explanations, &means).write(out))?;
    outputs.write("--per-gene", |out| {
        let columns = explanations.iter().map(|&each| format!("area_{}", name(each)));
        let mut table = Table::new(["window", "sum"].map(str::to_owned).into_iter().chain(columns));
        for (number, name) in names.iter().enumerate() {
            let sum = Cell::single(test.scores()[number]);
            let areas = test.curves().iter().map(|tested| Cell::single(tested.area[number]));
            table.push([Cell::text(name), sum].into_iter().chain(areas));
        }
        table.write(out)
    })?;
    outputs.commit()?;
    areas.print(files.json)?;
    eprintln!("{}; written to {}", counted(names.len(), "window"), files.out.display());
    Ok(())
}

/// Mean areas, their differences from random, window by window, and what was planted and found, where that is known.
fn areas(explanations: &[BaseExplanation], means: &[MeanDeletion], found: Option<&[FoundSites]>) -> Table {
    let columns = [
        "explanation",
        "windows",
        "area",
        "standard_error",
        "against_random",
        "against_random_standard_error",
    ];
    let levels = ["bases", "bins"].into_iter().filter(|_| found.is_some());
    let planted = levels.flat_map(|level| {
        [
            format!("recovery_{level}"),
            format!("recovery_{level}_standard_error"),
            format!("sites_{level}"),
            format!("found_{level}"),
            format!("decoys_{level}"),
            format!("decoys_found_{level}"),
        ]
    });
    let mut table = Table::new(columns.map(str::to_owned).into_iter().chain(planted));
    for (number, (&explanation, mean)) in explanations.iter().zip(means).enumerate() {
        let MeanDeletion { area, area_ahead, .. } = mean;
        let tested = [
            Cell::text(name(explanation)),
            Cell::Count(area.n),
            area.mean.into(),
            area.standard_error.into(),
            area_ahead.mean.into(),
            area_ahead.standard_error.into(),
        ];
        let found = found.map(|found| &found[number]);
        let found = found.map(|FoundSites { bases, bins }| [cells(bases.as_ref()), cells(Some(bins))]);
        table.push(tested.into_iter().chain(found.into_iter().flatten().flatten()));
    }
    table
}

/// Cells for places of one size: their recall and counts; nothing where an explanation tells no such places apart.
fn cells(found: Option<&Found>) -> [Cell; 6] {
    let recall = found.map(Found::recall);
    let count = |of: fn(&Found) -> usize| found.map_or(Cell::Nothing, |found| Cell::Count(of(found)));
    [
        recall.and_then(|recall| recall.mean).into(),
        recall.and_then(|recall| recall.standard_error).into(),
        count(|found| found.sites),
        count(|found| found.found),
        count(|found| found.decoys),
        count(|found| found.decoys_found),
    ]
}

/// Mean curves.
fn curves(explanations: &[BaseExplanation], means: &[MeanDeletion]) -> Table {
    let mut table = Table::new(["explanation", "windows", "fraction", "change", "standard_error"]);
    for (&explanation, mean) in explanations.iter().zip(means) {
        for (change, share) in mean.change.iter().zip(PER_MILLE) {
            table.push([
                Cell::text(name(explanation)),
                Cell::Count(change.n),
                Cell::Number(share as f64 / 1000.0),
                change.mean.into(),
                change.standard_error.into(),
            ]);
        }
    }
    table
}

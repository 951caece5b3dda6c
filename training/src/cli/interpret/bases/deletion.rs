//! `regulens interpret deletion` of a track: how far its sum falls if the bases that an explanation marks are replaced.

use std::path::Path;

use pollster::block_on;
use regulens::engine::DeviceKind;
use regulens::interpret::deletion::{BaseDeletionTest, BaseExplanation, MeanDeletion, PER_MILLE, TestedWindow};
use regulens::weights::WeightFile;

use super::{BasesArgs, Subject, name};
use crate::cli::error::CliError;
use crate::cli::interpret::outputs::Outputs;
use crate::cli::interpret::sequences::bar;
use crate::cli::interpret::table::{Cell, Table};
use crate::cli::interrupt;
use crate::cli::words::counted;

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
    (device, input): (DeviceKind, &Path),
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
    let progress = bar(subject.windows(), "windows");
    let mut names = Vec::new();
    for number in 0..subject.places.len() {
        let sequence = subject.places[number].sequence;
        for window in subject.places[number].windows.clone() {
            let seen = subject.see(sequence, &window)?;
            let importance = explanations.iter();
            let importance = importance.map(|&each| subject.importance(&seen, seen.ranked.clone(), each));
            let importance = importance.collect::<Result<Vec<_>, _>>()?;
            let tested = TestedWindow {
                name: &seen.name,
                codes: &seen.codes,
                ranked: &seen.ranked,
            };
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
    }
    progress.finish_and_clear();
    let means = test.means();
    let areas = areas(&explanations, &means);
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

/// Mean areas, and their differences from random, window by window.
fn areas(explanations: &[BaseExplanation], means: &[MeanDeletion]) -> Table {
    let mut table = Table::new([
        "explanation",
        "windows",
        "area",
        "standard_error",
        "against_random",
        "against_random_standard_error",
    ]);
    for (&explanation, MeanDeletion { area, area_ahead, .. }) in explanations.iter().zip(means) {
        table.push([
            Cell::text(name(explanation)),
            Cell::Count(area.n),
            area.mean.into(),
            area.standard_error.into(),
            area_ahead.mean.into(),
            area_ahead.standard_error.into(),
        ]);
    }
    table
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

//! Chosen genes of one table, or of two cell types'.

use std::path::Path;

use regulens::engine::{DeviceKind, Prepared};
use regulens::input::{Layout, SignalTable, write_headed};
use regulens::page::{Block, Input, Looked, Role};
use regulens::weights::{ModelCard, WeightFile};

use super::choice::{self, ChoiceArgs};
use super::{Data, picture, whole};
use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::pairs::{self, Tables};
use crate::cli::runner::Runner;

/// Reads, chooses, and packs the genes as the model reads them, so that their predictions stay the same.
pub fn data(model: WeightFile, a: &Path, b: Option<&Path>, choice: &ChoiceArgs) -> Result<Data, CliError> {
    let card = model.card.clone();
    let mut runner = Runner::new(model, DeviceKind::Cpu)?;
    let tables = Tables::read(a, b, files::table)?;
    let prepared = tables.prepare(runner.engine())?;
    tables.tell(&card);
    pairs::tell_unmatched(&tables, &prepared);
    let outcome = runner.engine().outcome();
    // Statements about all genes are about the whole run, whichever of them come into the page.
    let (chosen, predicted, rule) = if let Some(names) = choice.names()? {
        let chosen = choice::positions(&names, prepared.names(), &tables.a.file)?;
        (chosen, runner.predict(&prepared)?, "those that were named".to_owned())
    } else {
        let count = choice.top().unwrap_or(choice::DEFAULT);
        choice::within(count)?;
        let predicted = runner.predict(&prepared)?;
        let chosen = choice::highest(whole::ranked_by(&predicted, outcome), count);
        (
            chosen,
            predicted,
            format!("those with the highest {}", whole::called(outcome)),
        )
    };
    let Some(&first) = chosen.first() else {
        return Err(CliError::file(
            tables.a.file,
            "found no gene that the model can read; expected at least one",
        ));
    };
    let values = prepared.values(first, first + 1);
    let seen = runner.predict_batch(values, 1)?;
    let measured = |column: usize| {
        let (cell, mark) = (column / card.marks.len(), &card.marks[column % card.marks.len()]);
        let table = [Some(&tables.a), tables.b.as_ref()][cell];
        !table.is_some_and(|table| table.stand_ins().any(|(of, _)| of == mark))
    };
    let picture = picture::gene(&card, &prepared.names()[first], values, &seen, measured);
    let cells = if tables.b.is_some() { 2 } else { 1 };
    let mut inputs = Vec::new();
    let mut blocks = Vec::new();
    for (cell, table) in [Some(&tables.a), tables.b.as_ref()].into_iter().flatten().enumerate() {
        let role = [Role::Table, Role::TableB][cell];
        let text = rows(&card, &prepared, &chosen, cell, cells)
            .map_err(|error| CliError::io(Path::new(&table.file), error))?;
        blocks.push(Block::new(role.name(), &text));
        let notes = (!table.notes.is_empty()).then(|| table.notes.clone());
        inputs.push(Input {
            notes,
            ..Input::new(role, files::name(&table.file)).part(chosen.len(), table.genes.len())
        });
    }
    let mut run = None;
    if chosen.len() < prepared.genes() {
        let (told, block) = whole::told(&predicted, prepared.labels(), outcome, rule);
        blocks.push(block);
        run = Some(told);
    }
    Ok(Data {
        inputs,
        run,
        stretches: Vec::new(),
        variants: Vec::new(),
        blocks,
        looked: Looked {
            gene: Some(prepared.names()[first].clone()),
            ..Looked::default()
        },
        chosen: format!("{} of {} genes", chosen.len(), prepared.genes()),
        picture,
    })
}

/// The table of one of `cells` cell types, with the chosen genes alone.
fn rows(
    card: &ModelCard,
    prepared: &Prepared,
    chosen: &[usize],
    cell: usize,
    cells: usize,
) -> std::io::Result<Vec<u8>> {
    let marks = card.marks.len();
    let gene = |&at: &usize| {
        let bins = prepared.values(at, at + 1).chunks_exact(marks * cells);
        bins.flat_map(move |bin| bin[cell * marks..(cell + 1) * marks].iter().copied())
    };
    let table = SignalTable {
        file: String::new(),
        layout: Layout::Headed,
        marks: card.marks.clone(),
        bins: card.bins,
        genes: chosen.iter().map(|&at| prepared.names()[at].clone()).collect(),
        values: chosen.iter().flat_map(gene).collect(),
        labels: prepared
            .labels()
            .map(|labels| chosen.iter().map(|&at| labels[at]).collect()),
        windows: None,
        notes: Vec::new(),
    };
    let mut text = Vec::new();
    write_headed(&table, &mut text)?;
    Ok(text)
}

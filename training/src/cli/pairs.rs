//! The tables of a command that takes one, or for a model of a change the tables of two cell types.

use std::path::Path;

use regulens::engine::{Engine, PrepareOptions, Prepared};
use regulens::input::SignalTable;
use regulens::weights::ModelCard;

use super::error::CliError;
use super::files;
use super::predict::tell_deviations_from;
use super::signal::tell_notes;

/// One table, or A's and B's.
pub struct Tables {
    /// The only one, or A's.
    pub a: SignalTable,
    /// B's.
    pub b: Option<SignalTable>,
}

impl Tables {
    /// Reads what is there.
    pub fn read(
        a: &Path,
        b: Option<&Path>,
        read: impl Fn(&Path) -> Result<SignalTable, CliError>,
    ) -> Result<Self, CliError> {
        Ok(Self {
            a: read(a)?,
            b: b.map(read).transpose()?,
        })
    }

    /// Puts them into the form that a model takes.
    pub fn prepare(&self, engine: &Engine) -> Result<Prepared, CliError> {
        let options = PrepareOptions::default();
        Ok(match &self.b {
            None => engine.prepare(&self.a, &options)?,
            Some(b) => engine.prepare_pair([&self.a, b], [&options, &options])?,
        })
    }

    /// Says how they were read, and where they differ from what the model was trained on.
    pub fn tell(&self, card: &ModelCard) {
        let distributions = [&card.input_distribution, &card.input_distribution_b];
        for (table, distribution) in [Some(&self.a), self.b.as_ref()]
            .into_iter()
            .flatten()
            .zip(distributions)
        {
            tell_notes(table);
            tell_deviations_from(table, distribution);
        }
    }
}

/// Genes that are named before the rest is counted.
const NAMED: usize = 3;

/// Says which genes only one of two tables has.
pub fn tell_unmatched(tables: &Tables, prepared: &Prepared) {
    let Some(b) = &tables.b else {
        return;
    };
    for (table, genes) in [&tables.a, b].into_iter().zip(prepared.unmatched()) {
        if genes.is_empty() {
            continue;
        }
        let named = genes[..NAMED.min(genes.len())].join(", ");
        let more = if genes.len() > NAMED { ", …" } else { "" };
        eprintln!(
            "warning: {}: {} of its genes are not in the other table and are left out: {named}{more}",
            files::name(&table.file),
            genes.len()
        );
    }
}

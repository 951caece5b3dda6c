//! The table of a command, or the tables of two cell types for a model of change.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use regulens::engine::{Engine, PrepareOptions, Prepared};
use regulens::input::{Expression, Paired, SignalTable, expression_of_pair, without_version};
use regulens::weights::ModelCard;

use super::cells::refuse;
use super::error::CliError;
use super::files;
use super::genes::take;
use super::signal::{LabelArgs, select_bins, tell_deviations_from, tell_notes};
use super::words::{cell, listed};

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

    /// Puts them into the form that a model reads.
    pub fn prepare(&self, engine: &Engine) -> Result<Prepared, CliError> {
        let options = PrepareOptions::default();
        if let Some(b) = &self.b {
            refuse(&self.a, "a model of a change")?;
            refuse(b, "a model of a change")?;
        }
        Ok(match &self.b {
            None => engine.prepare(&self.a, &options)?,
            Some(b) => engine.prepare_pair([&self.a, b], [&options, &options])?,
        })
    }

    /// Prints how they were read, and where they differ from the training data.
    pub fn tell(&self, card: &ModelCard) {
        let tables = [Some(&self.a), self.b.as_ref()].into_iter().flatten();
        for (table, distribution) in tables.zip(card.distributions()) {
            tell_notes(table);
            tell_deviations_from(table, card, distribution);
        }
        if let Some(b) = self
            .b
            .as_ref()
            .filter(|b| b.genes == self.a.genes && b.values == self.a.values)
        {
            let [a, b] = [&self.a.file, &b.file].map(|file| files::name(file));
            eprintln!(
                "warning: {a} and {b} have the same signal in all genes, so that they show no change between cell \
                    types."
            );
        }
    }
}

/// Signal of the same genes in two cell types, with their counts of expression.
pub struct LabelledPair {
    /// Both cell types' signal.
    pub paired: Paired,
    /// A's table and B's, with the same marks in the same order.
    pub tables: [SignalTable; 2],
    /// Counts in A and in B, gene by gene.
    pub counts: Vec<[f64; 2]>,
}

impl LabelledPair {
    /// Reads the tables of A and B, with the marks and bins of `like` where there is one.
    pub fn read(
        paths: &[PathBuf],
        labels: &LabelArgs,
        [counts_a, counts_b]: &[Expression; 2],
        like: Option<&SignalTable>,
    ) -> Result<Self, CliError> {
        let [path_a, path_b] = paths else {
            unreachable!("clap asks for two tables")
        };
        let read = |path: &Path| {
            let table = files::table(path)?;
            refuse(&table, "a model of a change")?;
            select_bins(table, labels.bins())
        };
        let mut a = read(path_a)?;
        if let Some(like) = like {
            a = a.order_marks(&like.marks)?;
            a.expect_bins(like.bins)?;
        }
        let b = read(path_b)?.order_marks(&a.marks)?;
        b.expect_bins(a.bins)?;
        let paired = Paired::new(&a, &b)?;
        if is_unchanged(&paired.table) {
            return Err(CliError::Data(format!(
                "{} and {}: found the same signal in all {} genes of both; expected two cell types. Give the table of \
                    the other cell type",
                a.file,
                b.file,
                paired.table.genes.len()
            )));
        }
        for note in &paired.table.notes {
            eprintln!("{note}");
        }
        let counts = expression_of_pair(&a.file, &paired.table.genes, counts_a, counts_b)?;
        Ok(Self {
            paired,
            tables: [a, b],
            counts,
        })
    }

    /// With the marks of both tables in this order.
    pub fn order_marks(self, marks: &[String]) -> Result<Self, CliError> {
        let [a, b] = self.tables;
        let tables = [a.order_marks(marks)?, b.order_marks(marks)?];
        let [a, b] = &tables;
        Ok(Self {
            paired: Paired::new(a, b)?,
            tables,
            counts: self.counts,
        })
    }

    /// Some of the genes that both tables have, by their places among these, which ascend.
    pub fn of_places(&self, places: &[usize]) -> Result<Self, CliError> {
        let genes = &self.paired.table.genes;
        let ids: HashSet<&str> = places.iter().map(|&place| without_version(&genes[place])).collect();
        let tables = self.tables.each_ref().map(|table| {
            let is_taken = |&place: &usize| ids.contains(without_version(&table.genes[place]));
            let places: Vec<usize> = (0..table.genes.len()).filter(is_taken).collect();
            take(table, &places)
        });
        let [a, b] = &tables;
        Ok(Self {
            paired: Paired::new(a, b)?,
            counts: places.iter().map(|&place| self.counts[place]).collect(),
            tables,
        })
    }
}

/// Returns true if A and B, side by side, have the same signal everywhere.
fn is_unchanged(pair: &SignalTable) -> bool {
    let marks = pair.marks.len() / 2;
    pair.values
        .chunks_exact(2 * marks)
        .all(|bin| bin[..marks] == bin[marks..])
}

/// Number of genes to list before the rest is counted.
const NAMED: usize = 3;

/// Prints which genes only one of two tables has.
pub fn tell_unmatched(tables: &Tables, prepared: &Prepared) {
    let Some(b) = &tables.b else {
        return;
    };
    for (table, genes) in [&tables.a, b].into_iter().zip(prepared.unmatched()) {
        if genes.is_empty() {
            continue;
        }
        let named = listed(genes, NAMED);
        eprintln!(
            "warning: {}: {} of its genes are not in the other table and are left out: {named}",
            files::name(&table.file),
            genes.len()
        );
    }
}

/// Lists the genes that only one of two tables has.
pub fn write_unmatched(prepared: &Prepared, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "gene\ttable")?;
    for (table, genes) in ["A", "B"].into_iter().zip(prepared.unmatched()) {
        for gene in genes {
            writeln!(out, "{}\t{table}", cell(gene))?;
        }
    }
    Ok(())
}

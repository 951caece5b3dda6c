//! A model and its table, or the two tables of a model of change, as the flags name them.

use std::path::PathBuf;

use clap::Args;
use regulens::engine::Prepared;

use super::subject::{Model, ModelArgs, ReadingArgs};
use crate::cli::error::CliError;
use crate::cli::pairs::{Tables, tell_unmatched};

/// The flags of an analysis of one model of either kind.
#[derive(Debug, Args)]
pub struct TablesArgs {
    #[command(flatten)]
    model: ModelArgs,
    /// Signal of the genes, plain or gzipped; for a model of change, that of cell type A
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Signal of the same genes in the second cell type, B, for a model of change; genes are matched by id, marks by
    /// name
    #[arg(long, value_name = "FILE")]
    input_b: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
}

impl TablesArgs {
    /// To be called before anything else.
    pub fn begin(&self) -> Result<(), CliError> {
        self.model.begin()
    }

    /// Reads model and tables. `expect` checks that the model suits the analysis, before a table is read.
    pub fn read(
        &self,
        expect: impl FnOnce(&Model) -> Result<(), CliError>,
    ) -> Result<(Model, Tables, Prepared), CliError> {
        let model = self.model.model()?;
        expect(&model)?;
        let tables = Tables::read(&self.input, self.input_b.as_deref(), |path| self.reading.read(path))?;
        let prepared = tables.prepare(model.engine())?;
        tables.tell(model.card());
        tell_unmatched(&tables, &prepared);
        Ok((model, tables, prepared))
    }
}

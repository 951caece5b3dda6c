//! A model and its table, or the two tables of a model of change, as the flags name them.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::engine::{DeviceKind, PrepareOptions, Prepared};
use regulens::input::SignalTable;
use regulens::weights::WeightFile;

use super::subject::{Model, ModelArgs, ReadingArgs};
use crate::cli::error::CliError;
use crate::cli::opened::Opened;
use crate::cli::pairs::{Tables, tell_unmatched};
use crate::cli::signal::tell_notes;

/// The flags of an analysis of one model of either kind.
#[derive(Debug, Args)]
pub struct TablesArgs {
    #[command(flatten)]
    model: ModelArgs,
    /// Signal table, plain or gzipped; for change models, the table of cell type A; for sequence models, the genome as
    /// FASTA or 2bit
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// For change models, the signal table of cell type B. Genes are matched by ID, marks by name
    #[arg(long, value_name = "FILE")]
    input_b: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
}

/// The table of another cell type, for a model of one.
pub struct Other {
    pub file: String,
    pub prepared: Prepared,
}

impl TablesArgs {
    /// To be called before anything else.
    pub fn begin(&self) -> Result<(), CliError> {
        self.model.begin()
    }

    /// The model, before it is placed on a device.
    pub fn opened(&self) -> Result<Opened, CliError> {
        self.model.opened()
    }

    /// Where predictions are to come from.
    pub fn device(&self) -> DeviceKind {
        self.model.device()
    }

    /// The files, by flag.
    pub fn inputs(&self) -> (&Path, Option<&Path>) {
        (&self.input, self.input_b.as_deref())
    }

    /// The bins of the tables that are taken, from 1, where not all are.
    pub fn selected(&self) -> Option<(usize, usize)> {
        self.reading.select_bins
    }

    /// Returns true if tables are to be changed as they are read.
    pub fn is_changed(&self) -> bool {
        self.reading.is_changed()
    }

    /// Reads model and tables. `expect` checks that the model suits the analysis, before a table is read.
    pub fn read(
        &self,
        expect: impl FnOnce(&Model) -> Result<(), CliError>,
    ) -> Result<(Model, Tables, Prepared), CliError> {
        let model = self.model.model()?;
        expect(&model)?;
        self.prepare(model)
    }

    /// The model, which was read from the file, on its device.
    pub fn place(&self, weights: WeightFile) -> Result<Model, CliError> {
        self.model.place(weights)
    }

    /// Places a model that was read, and reads its tables.
    pub fn read_for(&self, weights: WeightFile) -> Result<(Model, Tables, Prepared), CliError> {
        self.prepare(self.model.place(weights)?)
    }

    /// The table of a model of one cell type, and the second table apart, by its file.
    pub fn read_with_other(&self, model: &Model) -> Result<(Prepared, Other), CliError> {
        let Some(path) = &self.input_b else {
            return Err(CliError::Usage(format!(
                "--baseline other requires the table of the other cell type, because {} reads only one. Give it \
                    with --input-b",
                model.card().name
            )));
        };
        let options = PrepareOptions::default();
        let [own, other] = [&self.input, path].map(|path| {
            let table = self.read_table(path)?;
            tell_notes(&table);
            Ok::<_, CliError>(model.engine().prepare(&table, &options)?)
        });
        let file = path.display().to_string();
        Ok((own?, Other { file, prepared: other? }))
    }

    /// Reads another table as these are read.
    pub fn read_table(&self, path: &Path) -> Result<SignalTable, CliError> {
        self.reading.read(path)
    }

    /// Reads the tables of a model that was placed.
    pub fn prepare(&self, model: Model) -> Result<(Model, Tables, Prepared), CliError> {
        let tables = Tables::read(&self.input, self.input_b.as_deref(), |path| self.reading.read(path))?;
        let prepared = tables.prepare(model.engine())?;
        tables.tell(model.card());
        tell_unmatched(&tables, &prepared);
        Ok((model, tables, prepared))
    }
}

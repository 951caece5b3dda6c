//! Reader of tables, fed in chunks.

use super::assembly::{Assembly, Misplaced, Part};
use super::cells::{self, Cells};
use super::columns::Columns;
use super::decimals::Decimals;
use super::error::{InputError, Place};
use super::limits::MEMORY_LIMIT;
use super::matrix::{self, Matrix};
use super::problem::{Problem, counted};
use super::text::{Encoding, PIECE, TextReader};
use super::{Layout, SignalTable};

/// Largest number of comments kept, and of characters of each.
const COMMENTS: usize = 8;
const COMMENT: usize = 400;

/// Reads a table in chunks of any size.
///
/// Compression, encoding, separator and layout are recognised by content. The first error ends the reading and is
/// returned by all further calls.
#[derive(Debug)]
pub struct TableReader {
    text: TextReader,
    rows: Rows,
    failure: Option<InputError>,
}

impl TableReader {
    /// A reader of the file called `file` in messages, within [`MEMORY_LIMIT`].
    pub fn new(file: &str) -> Self {
        Self::with_memory_limit(file, MEMORY_LIMIT)
    }

    /// A reader that refuses a table whose values and names take more than `limit` bytes.
    pub fn with_memory_limit(file: &str, limit: usize) -> Self {
        Self {
            text: TextReader::new(file),
            rows: Rows {
                file: file.to_owned(),
                columns: None,
                decimals: Decimals::between(b','),
                matrix: None,
                comments: Vec::new(),
                cells: Cells::default(),
                assembly: Assembly::new(limit),
            },
            failure: None,
        }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), InputError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let mut result = Ok(());
        for piece in chunk.chunks(PIECE) {
            self.text.push(piece);
            result = self.take();
            if result.is_err() {
                break;
            }
        }
        if let Err(failure) = &result {
            self.failure = Some(failure.clone());
        }
        result
    }

    /// Reads the available lines.
    fn take(&mut self) -> Result<(), InputError> {
        while self.text.advance()? {
            let (line, text) = self.text.line()?;
            self.rows.line(line, text)?;
        }
        Ok(())
    }

    /// Number of rows so far, for showing progress.
    pub fn rows(&self) -> usize {
        self.rows.assembly.rows
    }

    /// The table, after all bytes.
    pub fn finish(mut self) -> Result<SignalTable, InputError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        self.text.end();
        self.take()?;
        self.rows.finish(self.text.encoding())
    }
}

/// Content of the rows so far.
#[derive(Debug)]
struct Rows {
    file: String,
    columns: Option<Columns>,
    decimals: Decimals,
    /// Replaces columns in computeMatrix files.
    matrix: Option<Matrix>,
    /// Texts after `#` before the first row.
    comments: Vec<String>,
    cells: Cells,
    assembly: Assembly,
}

impl Rows {
    fn line(&mut self, line: u64, text: &str) -> Result<(), InputError> {
        self.assembly.budget.earn(text.len() + 1);
        if let Some(matrix) = &mut self.matrix {
            let row = self.cells.split(text, b'\t');
            return matrix.row(&self.file, line, row, &mut self.assembly);
        }
        if self.columns.is_none() {
            if let Some(comment) = text.strip_prefix('#') {
                if self.comments.len() < COMMENTS {
                    self.comments.push(cells::shortened_to(comment.trim(), COMMENT));
                }
                return Ok(());
            }
            if let Some(header) = matrix::header(text) {
                self.matrix = Some(Matrix::read(&self.file, line, header)?);
                return Ok(());
            }
            let columns = Columns::recognise(&self.file, line, text, &mut self.cells)?;
            self.decimals = Decimals::between(columns.separator);
            let headed = columns.layout == Layout::Headed;
            self.columns = Some(columns);
            if headed {
                return Ok(());
            }
        }
        let Self {
            columns: Some(columns),
            decimals,
            cells,
            assembly,
            file,
            ..
        } = self
        else {
            return Ok(());
        };
        let row = cells.split(text, columns.separator);
        if assembly.in_gap() {
            // The table is wrong already; this finds out in which way.
            return match columns.position_if_whole(row) {
                Some(position) => assembly.place(line, position, 0),
                None => assembly.finish(),
            }
            .map_err(|misplaced| located(file, columns, misplaced));
        }
        if row.len() != columns.width {
            let problem = Problem::ColumnCount {
                found: row.len(),
                expected: columns.width,
            };
            return Err(InputError::new(Place::line(file, line), problem));
        }
        let wrong =
            |(column, problem)| InputError::new(Place::cell(file, line, column + 1, columns.name(column)), problem);
        let position = columns.position(row).map_err(wrong)?;
        assembly
            .place(line, position, columns.marks.len())
            .map_err(|misplaced| located(file, columns, misplaced))?;
        for &(_, column) in &columns.marks {
            let value = decimals
                .signal(row.cell(column))
                .map_err(|problem| wrong((column, problem)))?;
            assembly.values.push(value);
        }
        if let Some(column) = columns.label {
            let label = cells::label(row.cell(column)).map_err(|problem| wrong((column, problem)))?;
            assembly.label(label);
        }
        Ok(())
    }

    fn finish(mut self, encoding: Encoding) -> Result<SignalTable, InputError> {
        if let Some(matrix) = self.matrix {
            return matrix.finish(&self.file, self.assembly);
        }
        let Some(columns) = self.columns else {
            return Err(InputError::new(Place::file(&self.file), Problem::Empty));
        };
        let mut assembly = self.assembly;
        assembly
            .finish()
            .map_err(|misplaced| located(&self.file, &columns, misplaced))?;
        let Some(bins) = assembly.bins else {
            return Err(InputError::new(Place::file(&self.file), Problem::NoRows));
        };
        let mut notes = vec![columns.note()];
        if encoding == Encoding::Utf16 {
            notes.push("text in UTF-16".to_owned());
        }
        match (columns.separator, self.decimals.are_commas()) {
            (b';', true) => notes.push("semicolons between cells, and decimal commas: 0,5 is read as 0.5".to_owned()),
            (b';', false) => notes.push("semicolons between cells".to_owned()),
            _ => {}
        }
        if self.cells.quoted {
            notes.push("quotes around cells removed".to_owned());
        }
        notes.append(&mut self.comments);
        if assembly.mixed_labels > 0 {
            notes.push(format!(
                "{} with different labels in their rows: the last row's label is used, as the published reader does",
                counted(assembly.mixed_labels, "gene")
            ));
        }
        assembly.values.shrink_to_fit();
        Ok(SignalTable {
            file: std::mem::take(&mut self.file),
            layout: columns.layout,
            labels: columns.label.map(|_| assembly.labels),
            windows: None,
            marks: columns.marks.into_iter().map(|(mark, _)| mark).collect(),
            bins,
            genes: assembly.genes,
            values: assembly.values,
            notes,
        })
    }
}

/// A problem of the assembly, with its location in the file.
fn located(file: &str, columns: &Columns, (line, part, problem): Misplaced) -> InputError {
    let column = match part {
        Part::Row => return InputError::new(Place::line(file, line), problem),
        Part::Gene => 0,
        Part::Bin => columns.bin_column(),
    };
    InputError::new(Place::cell(file, line, column + 1, columns.name(column)), problem)
}

//! Errors in tables, with location and remedy.

use std::fmt;

use super::problem::Problem;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location<'a> {
    /// The file's name as given by the caller.
    pub file: &'a str,
    /// Line of the (unpacked) text, counted from 1.
    pub line: Option<u64>,
    /// Column of the table, counted from 1.
    pub column: Option<usize>,
}

/// Problem of a table, with location and remedy.
///
/// Its text reads `FILE, line L, column C (NAME): found …; expected …. REMEDY.`
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{place}: {problem}. {}", .problem.remedy())]
pub struct InputError {
    place: Place,
    problem: Box<Problem>,
}

impl InputError {
    pub(super) fn new(place: Place, problem: Problem) -> Self {
        Self {
            place,
            problem: Box::new(problem),
        }
    }

    /// The same location with another problem, derived from this one.
    pub(super) fn map(self, other: impl FnOnce(Problem) -> Problem) -> Self {
        Self::new(self.place, other(*self.problem))
    }

    /// Its file, line and problem, for readers with their own errors.
    pub(crate) fn into_parts(self) -> (String, Option<u64>, Problem) {
        (self.place.file, self.place.line, *self.problem)
    }

    /// Stable code of the problem, in kebab case.
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// File, line and column, if known.
    pub fn location(&self) -> Location<'_> {
        Location {
            file: &self.place.file,
            line: self.place.line,
            column: self.place.column,
        }
    }

    /// Found and expected content.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Remedy for the user, as one or two sentences.
    pub fn remedy(&self) -> String {
        self.problem.remedy()
    }
}

/// The location in a message, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    file: String,
    line: Option<u64>,
    column: Option<usize>,
    name: Option<String>,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            column: None,
            name: None,
        }
    }

    /// One line of the file, counted from 1.
    pub fn line(file: &str, line: u64) -> Self {
        Self {
            line: Some(line),
            ..Self::file(file)
        }
    }

    /// One cell: a line and a column counted from 1, with the column's name, which may be empty.
    pub fn cell(file: &str, line: u64, column: usize, name: &str) -> Self {
        Self {
            column: Some(column),
            name: (!name.is_empty()).then(|| name.to_owned()),
            ..Self::line(file, line)
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        match &self.name {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

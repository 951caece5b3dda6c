//! Error of this module: a problem in a file.

use super::Problem;

/// Error in a model file or in imported weights, with a remedy.
///
/// Its text reads `FILE: found …; expected …. REMEDY.`
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{file}: {problem}. {}", .problem.remedy())]
pub struct WeightsError {
    file: String,
    problem: Box<Problem>,
}

impl WeightsError {
    /// Stable code of the problem, in kebab case.
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// The file as named by the caller; when writing, the card's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The problem: found and expected content.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Remedy for the user, in one or two sentences.
    pub fn remedy(&self) -> String {
        self.problem.remedy()
    }
}

impl Problem {
    /// This problem in `file`.
    pub fn of(self, file: &str) -> WeightsError {
        WeightsError {
            file: file.to_owned(),
            problem: Box::new(self),
        }
    }
}

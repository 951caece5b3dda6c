//! The error of this module: a problem, of a file.

use super::Problem;

/// What is wrong with a model file or with weights from elsewhere, and what to do about it.
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

    /// The file as the caller named it; for weights that were to be written, the card's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What was found and what was expected.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// What the user can do, as one or two sentences.
    pub fn remedy(&self) -> String {
        self.problem.remedy()
    }
}

impl Problem {
    /// This problem, of `file`.
    pub fn of(self, file: &str) -> WeightsError {
        WeightsError {
            file: file.to_owned(),
            problem: Box::new(self),
        }
    }
}

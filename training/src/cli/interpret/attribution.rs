//! A model of tables as attributions ask it, on the device that the user chose.

use regulens::interpret::attribution::Scorer;

use super::subject::Model;
use crate::cli::error::CliError;
use crate::cli::interrupt;

/// A model whose scores come from the device that the user chose, and whose gradients from the CPU.
pub struct OnDevice<'a>(pub &'a mut Model);

impl Scorer for OnDevice<'_> {
    type Failure = CliError;

    async fn scores(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, CliError> {
        let outcome = self.0.engine().outcome();
        Ok(self.0.predict_batch(values, genes)?.score(outcome))
    }

    async fn gradient(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, CliError> {
        Ok(self.0.engine().score_gradient(values, genes)?)
    }

    fn of_rows(failure: CliError, gene: &dyn Fn(usize) -> usize, genes: usize) -> CliError {
        match failure {
            CliError::Engine(error) => error.of_rows(gene, genes).into(),
            other => other,
        }
    }

    async fn go_on(&mut self) -> Result<(), CliError> {
        interrupt::check()
    }
}

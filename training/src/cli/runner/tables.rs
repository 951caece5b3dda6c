//! A model of tables on the requested device.

use burn::tensor::Device;
use pollster::block_on;
use regulens::Error;
use regulens::engine::{Batch, Engine, Predictions, Prepared, SelfTest, Spread};
use regulens::weights::WeightFile;

use super::{Asked, Trusted};
use crate::cli::error::CliError;
use crate::cli::{interrupt, progress};

/// Genes in one batch: enough to fill a device, few enough to notice Ctrl-C.
pub const BATCH: usize = 256;

/// A model of tables.
pub type Runner = Trusted<Engine>;

impl Asked for Engine {
    type Case = SelfTest;
    type Answer = Batch;

    fn place(weights: WeightFile, device: &Device) -> Result<Self, Error> {
        Self::new(weights, device)
    }

    fn case(&self) -> SelfTest {
        SelfTest::of(self.card())
    }

    fn answer(&self, case: &SelfTest) -> Result<Batch, Error> {
        block_on(self.predict_batch(&case.values, case.genes))
    }
}

impl Runner {
    /// Predicts for genes in one batch.
    pub fn predict_batch(&mut self, values: &[f32], genes: usize) -> Result<Batch, CliError> {
        self.run(|engine| block_on(engine.predict_batch(values, genes)))
    }

    /// Predicts for all genes, with a progress bar on a terminal.
    pub fn predict(&mut self, prepared: &Prepared) -> Result<Predictions, CliError> {
        self.run(|engine| predict(engine, prepared))
    }

    /// The spread of the members' α and β of all genes; none of one model.
    pub fn attention_spread(&mut self, prepared: &Prepared) -> Result<Option<[Spread; 2]>, CliError> {
        let mut all: Option<[Spread; 2]> = None;
        for start in (0..prepared.genes()).step_by(BATCH) {
            interrupt::go_on()?;
            let end = prepared.genes().min(start + BATCH);
            let values = prepared.values(start, end);
            let found = self.run(|engine| block_on(engine.attention_spread(values, end - start)))?;
            let Some(found) = found else { return Ok(None) };
            match &mut all {
                None => all = Some(found),
                Some(all) => all.iter_mut().zip(found).for_each(|(before, more)| before.append(more)),
            }
        }
        Ok(all)
    }
}

fn predict(engine: &Engine, prepared: &Prepared) -> Result<Predictions, Error> {
    let bar = progress::counting("predicting", prepared.genes(), "genes");
    let predictions = block_on(engine.predict(prepared, BATCH, |done, _| {
        bar.set_position(done as u64);
        interrupt::flow()
    }));
    bar.finish_and_clear();
    predictions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::runner::agrees;

    fn batch(probability: f32) -> Batch {
        Batch {
            probability: vec![probability],
            logit: vec![0.1],
            alpha: vec![1.0],
            beta: vec![1.0],
            ..Batch::default()
        }
    }

    #[test]
    fn a_gpu_that_rounds_otherwise_is_trusted() {
        assert_eq!(agrees(&batch(0.5), &batch(0.500_05)), Ok(()));
    }

    #[test]
    fn a_gpu_that_gives_zeros_or_nothing_is_not_trusted() {
        let error = agrees(&batch(0.5), &batch(0.0)).unwrap_err();
        assert!(
            error.contains("its probability differed from the CPU's by 0.5"),
            "{error}"
        );
        assert!(agrees(&batch(0.5), &batch(f32::NAN)).is_err());
        assert!(agrees(&batch(0.5), &Batch::default()).is_err());
    }
}

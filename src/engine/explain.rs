//! What a model's score depends on: gradients with respect to the signal, computed by hand on the CPU.

use burn::tensor::Tensor;

use super::{Engine, read};
use crate::error::Error;
use crate::interpret::check_numbers;
use crate::interpret::class_optimisation::{ClassOptimisationSettings, Descent};
use crate::interpret::deletion::{Answer, Subject};
use crate::kernel::{self, input_gradient};
use crate::model::tables::Gradients;

/// What a gradient is of. The same where a model has one output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Score {
    /// The score of *on*, before log-softmax where there are two.
    On,
    /// The log-odds of *on*.
    LogOdds,
}

impl Engine {
    /// Saliency maps [N, T, M] (Simonyan, Vedaldi, Zisserman, 2014), signed: how the score of *on* answers to one more
    /// unit of signal,
    ///
    /// ```text
    /// ∂ score(on) / ∂ x
    /// ```
    ///
    /// with respect to `values` x [genes, T, M] as [`Prepared`](super::Prepared) holds them: the card's transform is
    /// part of the function. The score is the log-odds where a model has one output; DeepChrome has score(on) before
    /// log-softmax.
    ///
    /// # Errors
    /// [`Error::Device`] if the model is not on the CPU; [`Error::Explanation`] if a value is not finite, or they are
    /// not genes x T x M.
    pub fn saliency(&self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        let model = self.on_cpu()?;
        let size = self.card.bins * self.card.marks.len();
        check_numbers("values", values, genes * size)?;
        let pass = self.limits.pass(self.footprint);
        let pass = pass.ok_or_else(|| self.too_large())?;
        let mut saliency = Vec::with_capacity(values.len());
        for values in values.chunks(pass.saturating_mul(size)) {
            let mut x = values.to_vec();
            self.card.transform.apply(&mut x);
            let mut gradient = gradient(model, self.tensor(x), Score::On);
            self.card.transform.chain(values, &mut gradient);
            saliency.extend(gradient);
        }
        Ok(saliency)
    }

    /// Looks for the input that the model takes for the purest example of a class; see
    /// [`class_optimisation`](crate::interpret::class_optimisation). Its values are in the model's own input space,
    /// which is the table's only where the card has no transform. It begins with `start` [T, M], or with what the
    /// settings' seed gives.
    ///
    /// # Errors
    /// [`Error::Device`] if the model is not on the CPU; [`Error::Explanation`] if a value of `start` is not finite, or
    /// they are not T x M.
    pub fn class_optimisation(
        &self,
        settings: ClassOptimisationSettings,
        start: Option<&[f32]>,
    ) -> Result<ClassOptimisation<'_>, Error> {
        Ok(ClassOptimisation {
            engine: self,
            model: self.on_cpu()?,
            descent: self.descent(settings, start)?,
        })
    }

    /// The state of a [`class_optimisation`](Self::class_optimisation), for a caller who keeps it apart from the
    /// engine.
    pub(crate) fn descent(&self, settings: ClassOptimisationSettings, start: Option<&[f32]>) -> Result<Descent, Error> {
        self.on_cpu()?;
        let size = self.card.bins * self.card.marks.len();
        match start {
            None => Ok(Descent::random(settings, size)),
            Some(start) => {
                check_numbers("the start", start, size)?;
                Ok(Descent::from(settings, start.to_vec()))
            }
        }
    }

    /// One step of it. Returns the loss before the step.
    ///
    /// # Errors
    /// As [`descent`](Self::descent).
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn descend(&self, descent: &mut Descent) -> Result<f32, Error> {
        Ok(self.step(self.on_cpu()?, descent))
    }

    fn step(&self, model: &dyn Gradients, descent: &mut Descent) -> f32 {
        let x = self.tensor(descent.input().to_vec());
        let scores = input_gradient::values(model.scores(x.clone()));
        let logit = read::log_odds(scores, model.outputs())[0];
        descent.step(logit, &gradient(model, x, Score::LogOdds))
    }

    /// Transformed signal as [N, T, M].
    fn tensor(&self, x: Vec<f32>) -> Tensor<3> {
        let (bins, marks) = (self.card.bins, self.card.marks.len());
        let genes = x.len() / (bins * marks);
        kernel::tensor(x, [genes, bins, marks], &self.device)
    }

    fn check_on_off(&self) -> Result<(), Error> {
        if self.card.conditions() == 1 {
            return Ok(());
        }
        Err(Error::Explanation {
            problem: format!(
                "{} predicts a change: these explanations are of models that say whether a gene is on",
                self.card.name
            ),
        })
    }

    /// The model, where its gradients are known and it is on the CPU.
    fn on_cpu(&self) -> Result<&dyn Gradients, Error> {
        self.check_on_off()?;
        let model = self.model.gradients().ok_or_else(|| Error::Explanation {
            problem: format!(
                "the gradients of {} are not known; use the deletion test, which needs none",
                self.card.name
            ),
        })?;
        if input_gradient::runs_on(&self.device) {
            return Ok(model);
        }
        Err(Error::Device {
            device: "the GPU".to_owned(),
            problem: "explanations by gradients are computed on the CPU; load the model there".to_owned(),
        })
    }
}

impl Subject for Engine {
    async fn answer(&self, values: &[f32], genes: usize) -> Result<Answer, Error> {
        self.check_on_off()?;
        let batch = self.predict_batch(values, genes).await?;
        Ok(Answer {
            probability: batch.probability,
            alpha: batch.alpha,
            beta: batch.beta,
        })
    }

    /// The means that the card records; 1 for each mark, so the signal as it is, where it does not record them.
    fn units(&self) -> Vec<f32> {
        let recorded = &self.card.input_distribution;
        let mean = |mark: &String| recorded.iter().find(|one| one.mark == *mark).map(|one| one.mean as f32);
        let means: Option<Vec<f32>> = self.card.marks.iter().map(mean).collect();
        means.unwrap_or_else(|| vec![1.0; self.card.marks.len()])
    }

    fn saliency(&self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        Self::saliency(self, values, genes)
    }
}

/// The gradient of a score with respect to x [N, T, M].
fn gradient(model: &dyn Gradients, x: Tensor<3>, score: Score) -> Vec<f32> {
    let (genes, outputs) = (x.dims()[0], model.outputs());
    let of_one: &[f32] = match (outputs, score) {
        (1, _) => &[1.0],
        (_, Score::On) => &[1.0, 0.0],
        (_, Score::LogOdds) => &[1.0, -1.0],
    };
    let scores = kernel::tensor(of_one.repeat(genes), [genes, outputs], &x.device());
    input_gradient::values(model.input_gradient(x, scores))
}

/// A class optimisation under way.
#[derive(Debug, Clone)]
pub struct ClassOptimisation<'a> {
    engine: &'a Engine,
    model: &'a dyn Gradients,
    descent: Descent,
}

impl ClassOptimisation<'_> {
    /// One step. Returns the loss before it.
    pub fn step(&mut self) -> f32 {
        self.engine.step(self.model, &mut self.descent)
    }

    /// How many of the settings' steps are left.
    pub fn left(&self) -> usize {
        self.descent.left()
    }

    /// X [T, M], in the model's own input space.
    pub fn input(&self) -> &[f32] {
        self.descent.input()
    }

    /// The map that is shown, [T, M]: X clamped to [0, 1] and divided by its largest value.
    pub fn map(&self) -> Vec<f32> {
        self.descent.map()
    }
}

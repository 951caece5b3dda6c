//! Explanations of a model's score: analytical gradients with respect to the signal, on the CPU.

use std::fmt;
use std::sync::Arc;

use burn::tensor::Tensor;

use super::ensemble::Spread;
use super::{Batch, Engine, antisymmetric, described, read};
use crate::error::Error;
use crate::interpret::attribution::{
    Attribution, Method, Scorer, Shape, Steps, Window, attribute, gene_means, mean, midpoint, other_cell_type,
    same_everywhere,
};
use crate::interpret::class_optimisation::{Class, ClassOptimisationSettings, Descent};
use crate::interpret::deletion::{Answer, Explanation, Outcome, Subject};
use crate::interpret::held_out::Profiles;
use crate::interpret::{check_numbers, importance, refuse};
use crate::kernel::{self, input_gradient};
use crate::model::tables::Gradients;
use crate::task::{Contrast, Task};
use crate::weights::card::ClassMeans;

/// Score to differentiate. Both variants are equal for a model with one output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Score {
    /// The score of *on*; before log-softmax for a model with two outputs.
    On,
    /// The log-odds of *on*, the log2 fold change, or the level.
    LogOdds,
}

impl Engine {
    /// Saliency maps [N, T, M] (Simonyan, Vedaldi, Zisserman, 2014), signed: the gradient of the score of *on*,
    ///
    /// ```text
    /// ∂ score(on) / ∂ x
    /// ```
    ///
    /// with respect to `values` x [genes, T, M] of a [`Prepared`](super::Prepared) table: the card's transform is part
    /// of the function. The score is the log-odds for a model with one output, and score(on) before log-softmax for
    /// DeepChrome.
    ///
    /// # Errors
    /// [`Error::Device`] if the model is not on the CPU; [`Error::Explanation`] if the number of values is not genes x
    /// T x M, or a value is not finite.
    pub fn saliency(&self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        self.check_on_off()?;
        Ok(self.scored_gradient_of(values, genes, Score::On)?.1)
    }

    /// Starts a [`class_optimisation`](crate::interpret::class_optimisation). Its values are in the model's own input
    /// space, which equals the table's only if the card has no transform. It begins at `start` [T, columns], or at
    /// random values from the settings' seed.
    ///
    /// # Errors
    /// [`Error::Device`] if the model is not on the CPU; [`Error::Explanation`] if `start` is not T x columns, or not
    /// finite.
    pub fn class_optimisation(
        &self,
        settings: ClassOptimisationSettings,
        start: Option<&[f32]>,
    ) -> Result<ClassOptimisation<'_>, Error> {
        Ok(ClassOptimisation {
            engine: self,
            models: self.on_cpu()?,
            descent: self.descent(settings, start)?,
        })
    }

    /// Scores that attributions explain, `[N]`: log-odds of *on*, log2 fold changes or levels, for `values` [genes, T,
    /// columns] of a [`Prepared`](super::Prepared) table.
    ///
    /// # Errors
    /// As [`predict_batch`](Self::predict_batch).
    pub async fn scores(&self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        Ok(self.predict_batch(values, genes).await?.score(self.outcome()))
    }

    /// Gradients of [`scores`](Self::scores) with respect to `values`, [genes, T, columns]: the card's transform is
    /// part of the function.
    ///
    /// # Errors
    /// As [`saliency`](Self::saliency).
    pub fn score_gradient(&self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        Ok(self.scored_gradient_of(values, genes, Score::LogOdds)?.1)
    }

    /// The model's outcome, for deletion tests.
    pub fn outcome(&self) -> Outcome {
        match self.card.task {
            Task::Change => Outcome::FoldChange,
            Task::OnOff | Task::Tracks => Outcome::Probability,
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Task::Level => Outcome::Level,
            // An engine without changes links none of them.
            #[cfg(not(any(not(target_family = "wasm"), feature = "change")))]
            Task::Level => Outcome::Probability,
        }
    }

    /// Means of this model's explanations over genes of a class, to compare with a track; no genes yet.
    pub fn profiles(&self, class: Class) -> Profiles {
        Profiles::new(self.gene_shape(), class, Subject::rows(self))
    }

    /// Shape of one gene in a prepared table.
    pub fn gene_shape(&self) -> Shape {
        Shape {
            bins: self.card.bins,
            marks: self.card.marks.len(),
            cell_types: self.card.conditions(),
        }
    }

    /// Attributes [`scores`](Self::scores) to `values` [genes, T, columns], against a baseline of the same shape.
    /// Attributions of an ensemble are the mean over its members, which is the attribution of their mean score.
    ///
    /// # Errors
    /// As [`attribute`], and as [`saliency`](Self::saliency).
    pub async fn attribute(&self, values: &[f32], baseline: &[f32], method: Method) -> Result<Attribution, Error> {
        Ok(self.attribute_with_spread(values, baseline, method).await?.0)
    }

    /// [`attribute`](Self::attribute), with the spread over an ensemble's members, of each value and of the
    /// [`sums`](Attribution::sums) of each column over the bins; `None` for a single model.
    ///
    /// # Errors
    /// As [`attribute`](Self::attribute).
    pub async fn attribute_with_spread(
        &self,
        values: &[f32],
        baseline: &[f32],
        method: Method,
    ) -> Result<(Attribution, Option<[Spread; 2]>), Error> {
        let shape = self.gene_shape();
        if self.models.len() == 1 {
            let found = attribute(&mut OnCpu(self), values, baseline, shape, method).await?;
            return Ok((found, None));
        }
        let mut all = Vec::with_capacity(self.models.len());
        for member in self.members() {
            all.push(attribute(&mut OnCpu(&member), values, baseline, shape, method).await?);
        }
        let spread = Spread::of(&all.iter().map(|one| &one.values[..]).collect::<Vec<_>>());
        let sums: Vec<_> = all.iter().map(|one| one.sums(shape)).collect();
        let of_sums = Spread::of_members(&sums).unwrap_or_default();
        Ok((mean(&all), Some([spread, of_sums])))
    }

    /// Spread over an ensemble's members of α and β for `values` [genes, T, columns], in the shapes of a
    /// [`Batch`](super::Batch); `None` for a single model and where the members differ in shape.
    ///
    /// # Errors
    /// As [`predict_batch`](Self::predict_batch).
    pub async fn attention_spread(&self, values: &[f32], genes: usize) -> Result<Option<[Spread; 2]>, Error> {
        let mut all = Vec::new();
        for member in self.members() {
            all.push(member.predict_batch(values, genes).await?);
        }
        let marks = &self.card.marks;
        let of = |names: Vec<String>, values: fn(&Batch) -> &Vec<f32>| {
            if names.is_empty() {
                return Spread::default();
            }
            Spread::of(&all.iter().map(|batch| &values(batch)[..]).collect::<Vec<_>>())
        };
        let spread = || {
            [
                of(self.attends.rows(marks), |batch| &batch.alpha),
                of(self.attends.columns(marks), |batch| &batch.beta),
            ]
        };
        Ok((!all.is_empty()).then(spread))
    }

    /// The members of an ensemble as models, which share its weights; empty for a single model.
    fn members(&self) -> Vec<Self> {
        let members = self.card.members.iter().zip(&self.models);
        members
            .map(|(member, model)| {
                let card = member.card(&self.card);
                Self {
                    models: vec![Arc::clone(model)],
                    attends: described(&card).attends,
                    card,
                    symmetric: self.is_symmetric().into(),
                    footprint: self.footprint,
                    sha256: self.sha256.clone(),
                    device: self.device.clone(),
                    limits: self.limits,
                }
            })
            .collect()
    }

    /// The baseline of `values` [genes, T, columns] for a contrast, of the same shape.
    ///
    /// # Errors
    /// [`Error::Explanation`] if the model has no such baseline: it needs two cell types, or means that the card lacks;
    /// errors of the model.
    pub async fn baseline(&self, contrast: Contrast, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        let shape = self.gene_shape();
        check_numbers("values", values, genes * shape.size())?;
        let marks = match (contrast, shape.cell_types) {
            (Contrast::Midpoint | Contrast::Other, 1) => {
                return refuse(format!(
                    "found one cell type; the contrast {} is between two. Take another contrast",
                    contrast.name()
                ));
            }
            _ => shape.marks,
        };
        Ok(match contrast {
            Contrast::Zero => vec![0.0; values.len()],
            Contrast::GeneMean => gene_means(values, [shape.bins, shape.columns()]),
            Contrast::Midpoint => midpoint(values, marks),
            Contrast::Other => other_cell_type(values, marks),
            Contrast::TrainingMean => {
                let means = self.card.training_means().ok_or_else(|| no_means("training-mean"))?;
                same_everywhere(&means, genes * shape.bins)
            }
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Contrast::ClassMean if self.card.task == Task::Level => {
                return refuse(format!(
                    "found the contrast class-mean; {} is a model of level, which has no classes. Take zero, gene-mean \
                     or training-mean",
                    self.card.name
                ));
            }
            Contrast::ClassMean => {
                let means = self.card.class_means.as_ref().ok_or_else(|| no_means("class-mean"))?;
                let of = |text| ClassMeans::decoded(text).ok_or_else(|| no_means("class-mean"));
                let [on, off] = [of(&means.on)?, of(&means.off)?];
                let scores = self.scores(values, genes).await?;
                let other = |&score: &f32| if score >= 0.0 { &off } else { &on };
                scores.iter().flat_map(other).copied().collect()
            }
        })
    }

    /// One flag per gene of `values` [N, T, columns]: true if the mean of a mark over its bins lies outside the range
    /// of the training genes. All are false if the card has no ranges.
    pub fn outside(&self, values: &[f32]) -> Vec<bool> {
        let (bins, columns) = (self.card.bins, self.card.columns());
        let is_outside = |gene: &[f32]| {
            let means = importance::mark_means(gene, columns);
            let mut ranges = means.iter().zip(&self.card.gene_ranges);
            // Ranges have four digits.
            ranges.any(|(&mean, [low, high])| f64::from(mean) < low * 0.999 || f64::from(mean) > high * 1.001)
        };
        values.chunks_exact(bins * columns).map(is_outside).collect()
    }

    /// Default contrast of explanations: the card's, or the standard one.
    pub fn contrast(&self) -> Contrast {
        let chosen = self.card.explanation.as_ref().and_then(|choice| choice.contrast);
        chosen.unwrap_or(Contrast::usual(self.card.conditions()))
    }

    /// Log-odds or fold changes of `values`, and the gradients of a score with respect to them.
    fn scored_gradient_of(&self, values: &[f32], genes: usize, score: Score) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let (mut scores, mut gradients) = self.one_order(values, genes, score)?;
        if self.is_symmetric() {
            let marks = self.card.marks.len();
            let (reverse, slopes) = self.one_order(&other_cell_type(values, marks), genes, score)?;
            antisymmetric(&mut scores, &reverse);
            antisymmetric(&mut gradients, &other_cell_type(&slopes, marks));
        }
        Ok((scores, gradients))
    }

    /// The same for the given order of the cell types.
    fn one_order(&self, values: &[f32], genes: usize, score: Score) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let models = self.on_cpu()?;
        let size = self.card.bins * self.card.columns();
        check_numbers("values", values, genes * size)?;
        let pass = self.limits.pass(self.footprint);
        let pass = pass.ok_or_else(|| self.too_large())?;
        let (mut scores, mut gradients) = (Vec::with_capacity(genes), Vec::with_capacity(values.len()));
        for values in values.chunks(pass.saturating_mul(size)) {
            let mut x = values.to_vec();
            self.card.transform.apply(&mut x);
            let (some, mut gradient) = self.mean_gradient(&models, x, score);
            self.card.transform.chain(values, &mut gradient);
            scores.extend(some);
            gradients.extend(gradient);
        }
        Ok((scores, gradients))
    }

    /// State of a [`class_optimisation`](Self::class_optimisation), for callers that hold it apart from the engine.
    pub(crate) fn descent(&self, settings: ClassOptimisationSettings, start: Option<&[f32]>) -> Result<Descent, Error> {
        self.on_cpu()?;
        let size = self.card.bins * self.card.columns();
        match start {
            None => Ok(Descent::random(settings, self.outcome(), size)),
            Some(start) => {
                check_numbers("the start", start, size)?;
                Ok(Descent::from(settings, self.outcome(), start.to_vec()))
            }
        }
    }

    /// One step of it. Returns the loss before the step.
    ///
    /// # Errors
    /// As [`descent`](Self::descent).
    #[cfg(all(target_arch = "wasm32", feature = "tables"))]
    pub(crate) fn descend(&self, descent: &mut Descent) -> Result<f32, Error> {
        Ok(self.step(&self.on_cpu()?, descent))
    }

    fn step(&self, models: &[&dyn Gradients], descent: &mut Descent) -> f32 {
        let (scores, gradient) = self.mean_gradient(models, descent.input().to_vec(), Score::LogOdds);
        descent.step(scores[0], &gradient)
    }

    /// Mean over members of the scores of transformed signal x and of their gradients.
    fn mean_gradient(&self, models: &[&dyn Gradients], x: Vec<f32>, score: Score) -> (Vec<f32>, Vec<f32>) {
        let x = self.tensor(x);
        let [first, others @ ..] = models else {
            unreachable!("an engine has a model")
        };
        let (mut scores, mut gradient) = scored_gradient(*first, x.clone(), score);
        if others.is_empty() {
            return (scores, gradient);
        }
        for model in others {
            let (of_model, its_gradient) = scored_gradient(*model, x.clone(), score);
            add(&mut scores, &of_model);
            add(&mut gradient, &its_gradient);
        }
        let members = models.len() as f32;
        for value in scores.iter_mut().chain(&mut gradient) {
            *value /= members;
        }
        (scores, gradient)
    }

    /// Transformed signal as [N, T, columns].
    fn tensor(&self, x: Vec<f32>) -> Tensor<3> {
        let (bins, columns) = (self.card.bins, self.card.columns());
        let genes = x.len() / (bins * columns);
        kernel::tensor(x, [genes, bins, columns], &self.device)
    }

    fn check_on_off(&self) -> Result<(), Error> {
        if self.outcome() == Outcome::Probability {
            return Ok(());
        }
        Err(Error::Explanation {
            problem: format!(
                "{} is a model of {}: these explanations are of models that say whether a gene is on",
                self.card.name, self.card.task
            ),
        })
    }

    /// The model or its members, if they have gradients and are on the CPU.
    fn on_cpu(&self) -> Result<Vec<&dyn Gradients>, Error> {
        let models: Option<Vec<_>> = self.models.iter().map(|model| model.gradients()).collect();
        let models = models.ok_or_else(|| Error::Explanation {
            problem: format!(
                "the gradients of {} are not known; use the deletion test, which needs none",
                self.card.name
            ),
        })?;
        if input_gradient::runs_on(&self.device) {
            return Ok(models);
        }
        Err(Error::Device {
            device: "the GPU".to_owned(),
            problem: "explanations by gradients are computed on the CPU; load the model there".to_owned(),
        })
    }
}

/// A model on the CPU, as the scorer of attributions.
struct OnCpu<'a>(&'a Engine);

impl Scorer for OnCpu<'_> {
    type Failure = Error;

    async fn scores(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        self.0.scores(values, genes).await
    }

    async fn gradient(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        self.0.score_gradient(values, genes)
    }

    fn of_rows(failure: Error, gene: &dyn Fn(usize) -> usize, genes: usize) -> Error {
        failure.of_rows(gene, genes)
    }

    async fn scored_gradient(&mut self, values: &[f32], genes: usize) -> Result<(Vec<f32>, Vec<f32>), Error> {
        self.0.scored_gradient_of(values, genes, Score::LogOdds)
    }
}

impl Subject for Engine {
    async fn baseline(&self, contrast: Contrast, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        Self::baseline(self, contrast, values, genes).await
    }

    async fn answer(&self, values: &[f32], genes: usize) -> Result<Answer, Error> {
        let batch = self.predict_batch(values, genes).await?;
        let probability = batch.predicted(self.outcome()).to_vec();
        // If auxiliary encoders feed the prediction beside others, β covers both, and so do the rows of α.
        let decide = !batch.auxiliary_alpha.is_empty() && batch.beta.len() * self.card.bins > batch.alpha.len();
        let alpha = if decide {
            beside(&batch.alpha, &batch.auxiliary_alpha, genes)
        } else {
            batch.alpha
        };
        Ok(Answer {
            probability,
            alpha,
            beta: batch.beta,
        })
    }

    /// The means that the card records; 1 for each column if it has none.
    fn units(&self) -> Vec<f32> {
        let means = self.card.training_means();
        means.unwrap_or_else(|| vec![1.0; self.card.columns()])
    }

    fn rows(&self) -> Vec<usize> {
        let marks = self.card.marks.len();
        (0..self.card.columns())
            .map(|column| self.attends.row_of(column, marks))
            .collect()
    }

    fn saliency(&self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
        if self.outcome() == Outcome::Probability {
            Self::saliency(self, values, genes)
        } else {
            self.score_gradient(values, genes)
        }
    }

    async fn contributions(
        &self,
        by: Explanation,
        values: &[f32],
        baseline: &[f32],
    ) -> Result<Option<Vec<f32>>, Error> {
        let method = match by {
            Explanation::GradientXInput => Method::GradientXInput,
            Explanation::IntegratedGradients => Method::IntegratedGradients(Steps::UntilComplete),
            Explanation::Occlusion => Method::Occlusion(Window {
                bins: 1,
                together: true,
                side_by_side: false,
            }),
            Explanation::Attention
            | Explanation::Saliency
            | Explanation::ClassOptimisation
            | Explanation::Signal
            | Explanation::Random => return Ok(None),
        };
        Ok(Some(self.attribute(values, baseline, method).await?.values))
    }
}

fn no_means(contrast: &str) -> Error {
    Error::Explanation {
        problem: format!(
            "the contrast {contrast} needs means of the training data, which the model's card does not have. Take \
             another contrast, or make them: regulens calibrate explanations --train TABLE"
        ),
    }
}

fn add(sums: &mut [f32], values: &[f32]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
}

/// Concatenates two parts gene by gene.
fn beside(first: &[f32], second: &[f32], genes: usize) -> Vec<f32> {
    let [each_first, each_second] = [first, second].map(|part| part.len() / genes.max(1));
    let rows = first
        .chunks_exact(each_first.max(1))
        .zip(second.chunks_exact(each_second.max(1)));
    rows.flat_map(|(first, second)| first.iter().chain(second).copied())
        .collect()
}

/// Log-odds or fold changes of x [N, T, M], `[N]`, and the gradient of a score with respect to x.
fn scored_gradient(model: &dyn Gradients, x: Tensor<3>, score: Score) -> (Vec<f32>, Vec<f32>) {
    let (genes, outputs) = (x.dims()[0], model.outputs());
    let of_one: &[f32] = match (outputs, score) {
        (1, _) => &[1.0],
        (_, Score::On) => &[1.0, 0.0],
        (_, Score::LogOdds) => &[1.0, -1.0],
    };
    let slopes = kernel::tensor(of_one.repeat(genes), [genes, outputs], &x.device());
    let (scores, gradient) = model.input_gradient(x, slopes);
    let scores = read::log_odds(input_gradient::values(scores), outputs);
    (scores, input_gradient::values(gradient))
}

/// A running class optimisation.
#[derive(Clone)]
pub struct ClassOptimisation<'a> {
    engine: &'a Engine,
    models: Vec<&'a dyn Gradients>,
    descent: Descent,
}

impl fmt::Debug for ClassOptimisation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClassOptimisation")
            .field("engine", self.engine)
            .field("descent", &self.descent)
            .finish_non_exhaustive()
    }
}

impl ClassOptimisation<'_> {
    /// One step. Returns the loss before it.
    pub fn step(&mut self) -> f32 {
        self.engine.step(&self.models, &mut self.descent)
    }

    /// Number of steps left.
    pub fn left(&self) -> usize {
        self.descent.left()
    }

    /// X [T, columns], in the model's own input space.
    pub fn input(&self) -> &[f32] {
        self.descent.input()
    }

    /// The map to show, [T, columns]: X clamped to [0, 1] and divided by its largest value.
    pub fn map(&self) -> Vec<f32> {
        self.descent.map()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_gene_stay_together() {
        assert_eq!(
            beside(&[1.0, 2.0, 3.0, 4.0], &[10.0, 20.0], 2),
            [1.0, 2.0, 10.0, 3.0, 4.0, 20.0]
        );
    }
}

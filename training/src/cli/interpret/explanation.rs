//! All explanations of which marks and bins of a gene matter: those of the model, and those that need no model.

use clap::ValueEnum;
use pollster::block_on;
use regulens::engine::Predictions;
use regulens::interpret::attribution::{Method, Steps, Window};
use regulens::interpret::class_optimisation::Class;
use regulens::interpret::deletion::Outcome;
use regulens::interpret::{Maps, Profile, importance, tss_distance, weigh};
use regulens::task::Contrast;

use super::class_optimisation::{DescentArgs, optimise};
use super::saliency;
use super::subject::{CallingArgs, Subject, called_on};
use crate::cli::error::CliError;
use crate::cli::runner::BATCH;
use crate::cli::{interrupt, progress};

/// Evidence that explanations are computed from.
pub struct Evidence {
    /// Output of the model.
    pub predictions: Predictions,
    /// True for each gene that is predicted on; `None` if the prediction is NaN.
    pub on: Vec<Option<bool>>,
    /// T and M.
    bins: usize,
    marks: usize,
    /// α times β, [N, M, T], where the model has both.
    alpha_beta: Option<Vec<f32>>,
    /// [N, T, M].
    saliency: Vec<f32>,
    /// The map of each class, [T, M].
    class_on: Vec<f32>,
    class_off: Vec<f32>,
    /// By each method that was asked for, what speaks for the class that is predicted, [N, T, M].
    attributions: Vec<(AttributionName, Vec<f32>)>,
}

/// An attribution of each value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AttributionName {
    #[value(name = "gradient-x-input")]
    GradientXInput,
    IntegratedGradients,
    Occlusion,
}

impl AttributionName {
    fn method(self) -> Method {
        match self {
            Self::GradientXInput => Method::GradientXInput,
            Self::IntegratedGradients => Method::IntegratedGradients(Steps::UntilComplete),
            Self::Occlusion => Method::Occlusion(Window::default()),
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::GradientXInput => "gradient-x-input",
            Self::IntegratedGradients => "integrated-gradients",
            Self::Occlusion => "occlusion",
        }
    }

    /// Computes the maps of all genes, [N, T, M], with a progress bar on a terminal.
    fn maps(self, subject: &Subject, contrast: Contrast) -> Result<Vec<f32>, CliError> {
        let genes = subject.prepared.genes();
        let bar = progress::counting(self.text(), genes, "genes");
        let mut maps = Vec::new();
        for start in (0..genes).step_by(BATCH) {
            interrupt::check()?;
            let end = genes.min(start + BATCH);
            let values = subject.prepared.values(start, end);
            let engine = subject.model.engine();
            let baseline = block_on(engine.baseline(contrast, values, end - start))?;
            let found = block_on(engine.attribute(values, &baseline, self.method()));
            let names = &subject.prepared.names()[start..end];
            maps.extend(found.map_err(|error| error.of_genes(names))?.values);
            bar.set_position(end as u64);
        }
        bar.finish_and_clear();
        Ok(maps)
    }
}

/// One explanation of all genes.
pub struct Explanation<'a> {
    /// Its name in tables.
    pub name: &'static str,
    content: Content<'a>,
}

enum Content<'a> {
    /// Numbers of each gene; each explanation uses a part.
    Genes(Maps<'a>, fn(f32) -> f32),
    /// The map of the gene's predicted class.
    Class {
        on: Maps<'a>,
        off: Maps<'a>,
        called: &'a [Option<bool>],
    },
    /// The same for every mark, [T], of this many genes.
    Same(Vec<f64>, usize),
}

impl Evidence {
    /// Predicts, differentiates and optimises.
    pub fn gather(
        subject: &mut Subject,
        calling: &CallingArgs,
        descent: &DescentArgs,
        (attributions, contrast): (&[AttributionName], Option<Contrast>),
    ) -> Result<Self, CliError> {
        let contrast = contrast.unwrap_or_else(|| subject.model.engine().contrast());
        let predictions = subject.predict()?;
        let saliency = saliency::maps(subject)?;
        let class_on = optimise(&subject.model, descent.settings(Class::High))?.map;
        let class_off = optimise(&subject.model, descent.settings(Class::Low))?.map;
        let (said, threshold) = (&predictions.values.probability, calling.threshold(Outcome::Probability));
        let for_predicted = |maps| importance::for_predicted(maps, said, threshold);
        let attributions = attributions
            .iter()
            .map(|&name| Ok((name, for_predicted(name.maps(subject, contrast)?))));
        let attributions = attributions.collect::<Result<_, CliError>>()?;
        let (alpha, beta) = (&predictions.values.alpha, &predictions.values.beta);
        let has_both = !alpha.is_empty() && !beta.is_empty();
        Ok(Self {
            on: called_on(said, threshold),
            bins: predictions.bins,
            marks: predictions.marks.len(),
            alpha_beta: has_both.then(|| weigh(alpha, beta, predictions.bins)),
            saliency,
            class_on,
            class_off,
            attributions,
            predictions,
        })
    }

    /// The model's explanations, then those that need no model: `signal` [N, T, M], distance to the TSS, and random
    /// numbers.
    pub fn explanations<'a>(&'a self, signal: &'a [f32]) -> Vec<Explanation<'a>> {
        let Self { bins, marks, .. } = *self;
        let genes = self.on.len();
        let same: fn(f32) -> f32 = |value| value;
        let by_signal = |values| Maps::of_signal(values, marks, bins);
        let explanation = |name, content| Explanation { name, content };
        let mut all = Vec::new();
        let Predictions { rows, values, .. } = &self.predictions;
        if !rows.is_empty() {
            let maps = Maps::of_attention(&values.alpha, rows.len(), bins);
            all.push(explanation("alpha", Content::Genes(maps, same)));
        }
        if let Some(values) = &self.alpha_beta {
            let maps = Maps::of_attention(values, marks, bins);
            all.push(explanation("alpha-beta", Content::Genes(maps, same)));
        }
        let saliency = by_signal(&self.saliency);
        let absolute: fn(f32) -> f32 = f32::abs;
        let attributed = self
            .attributions
            .iter()
            .map(|(name, values)| explanation(name.text(), Content::Genes(by_signal(values), same)));
        let class = Content::Class {
            on: by_signal(&self.class_on),
            off: by_signal(&self.class_off),
            called: &self.on,
        };
        all.extend([
            explanation("saliency", Content::Genes(saliency, same)),
            explanation("absolute-saliency", Content::Genes(saliency, absolute)),
        ]);
        all.extend(attributed);
        all.extend([
            explanation("class-optimisation", class),
            explanation("signal", Content::Genes(by_signal(signal), same)),
            explanation("tss-distance", Content::Same(tss_distance(bins), genes)),
            explanation("uniform", Content::Same(vec![1.0 / bins as f64; bins], genes)),
        ]);
        all
    }
}

/// Random numbers, [N, M, T], which any explanation must beat.
pub fn random(genes: usize, marks: usize, bins: usize, seed: u64) -> Vec<f32> {
    importance::random(genes, marks * bins, seed)
}

impl<'a> Explanation<'a> {
    /// The explanation made of [`random`] numbers.
    pub fn random(values: &'a [f32], marks: usize, bins: usize) -> Self {
        Self {
            name: "random",
            content: Content::Genes(Maps::of_attention(values, marks, bins), |value| value),
        }
    }

    /// Returns true if it differs between marks.
    pub fn tells_marks_apart(&self) -> bool {
        match &self.content {
            Content::Genes(maps, _) | Content::Class { on: maps, .. } => maps.rows() > 1,
            Content::Same(..) => false,
        }
    }

    /// The mean over the genes that `take` accepts: of a mark's row where each mark has one, else of the row of all
    /// marks.
    pub fn profile(&self, mark: usize, take: impl Fn(usize) -> bool) -> Profile {
        match &self.content {
            Content::Genes(maps, part) => maps.profile(mark.min(maps.rows() - 1), take, part),
            Content::Class { on, off, called } => {
                let of = |wanted| {
                    let genes = (0..called.len()).filter(|&gene| take(gene));
                    genes.filter(|&gene| called[gene] == Some(wanted)).count()
                };
                let (genes_on, genes_off) = (of(true), of(false));
                let genes = genes_on + genes_off;
                let mean = |bin| {
                    let sum = f64::from(on.at(0, mark, bin)) * genes_on as f64
                        + f64::from(off.at(0, mark, bin)) * genes_off as f64;
                    sum / genes as f64
                };
                Profile {
                    mean: (genes > 0).then(|| (0..on.bins()).map(mean).collect()),
                    genes,
                }
            }
            Content::Same(values, genes) => {
                let genes = (0..*genes).filter(|&gene| take(gene)).count();
                Profile {
                    mean: (genes > 0).then(|| values.clone()),
                    genes,
                }
            }
        }
    }

    /// One gene's map, [marks, T]. An explanation without marks has the same row for each.
    pub fn map(&self, gene: usize, marks: usize) -> Vec<f32> {
        let map = match &self.content {
            Content::Genes(maps, part) => maps.gene(gene).into_iter().map(part).collect(),
            Content::Class { on, off, called } => match called[gene] {
                Some(false) => off.gene(0),
                _ => on.gene(0),
            },
            Content::Same(values, _) => values.iter().map(|&value| value as f32).collect::<Vec<f32>>(),
        };
        if self.tells_marks_apart() {
            map
        } else {
            map.repeat(marks)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNAL: [f32; 8] = [1.0, -2.0, 3.0, -4.0, 5.0, -6.0, 7.0, -8.0];

    fn of(content: Content<'_>) -> Explanation<'_> {
        Explanation {
            name: "tested",
            content,
        }
    }

    #[test]
    fn a_part_of_each_number_counts() {
        let explanation = of(Content::Genes(Maps::of_signal(&SIGNAL, 2, 2), f32::abs));
        assert_eq!(explanation.map(0, 2), [1.0, 3.0, 2.0, 4.0]);
        let profile = explanation.profile(1, |_| true);
        assert_eq!((profile.mean, profile.genes), (Some(vec![4.0, 6.0]), 2));
    }

    #[test]
    fn attention_to_all_marks_together_says_the_same_of_each() {
        let alpha = [0.25, 0.75, 0.5, 0.5];
        let explanation = of(Content::Genes(Maps::of_attention(&alpha, 1, 2), |value| value));
        assert!(!explanation.tells_marks_apart());
        assert_eq!(explanation.map(0, 2), [0.25, 0.75, 0.25, 0.75]);
        assert_eq!(explanation.profile(1, |gene| gene == 1).mean, Some(vec![0.5, 0.5]));
    }

    #[test]
    fn each_gene_has_the_map_of_its_own_class() {
        let (on, off) = ([1.0, 0.0, 0.5, 0.0], [0.0, 1.0, 0.0, 0.5]);
        let called = [Some(true), Some(false), None, Some(true)];
        let explanation = of(Content::Class {
            on: Maps::of_signal(&on, 2, 2),
            off: Maps::of_signal(&off, 2, 2),
            called: &called,
        });
        assert_eq!(explanation.map(0, 2), [1.0, 0.5, 0.0, 0.0]);
        assert_eq!(explanation.map(1, 2), [0.0, 0.0, 1.0, 0.5]);
        let profile = explanation.profile(0, |_| true);
        assert_eq!(profile.genes, 3);
        assert!((profile.mean.unwrap()[0] - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(explanation.profile(0, |gene| gene == 2).mean, None);
    }
}

//! Deletion curves of one explanation.

use std::ops::Range;

use super::super::check_numbers;
use super::super::random::Random;
use super::DeletionSettings;
use super::settings::check_steps;
use crate::error::Error;

/// Result of a deletion test.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletionCurves {
    /// Number of bins that are replaced at each point.
    pub steps: Vec<usize>,
    /// Decrease of the probability of the predicted class, [N, steps]: positive if the model became less certain.
    pub change: Vec<f32>,
    /// Area under each gene's curve, `[N]`.
    pub area: Vec<f32>,
}

/// Mean of at least one value.
pub(super) fn mean<'a>(values: impl Iterator<Item = &'a f32>) -> f32 {
    let (mut sum, mut count) = (0.0_f64, 0);
    for &value in values {
        sum += f64::from(value);
        count += 1;
    }
    (sum / f64::from(count)) as f32
}

/// Runs the test. `values` [N, T, M] are those of a [`Prepared`](crate::engine::Prepared) table for the genes with
/// these ids. Bins are replaced by those of `baseline`, of the same shape, in the order of `importance` [N, T] by any
/// [explanation](super::super::importance). `predict` computes P(on) `[N]` of such values, or the outcome of the
/// settings, and is called once per step.
///
/// # Errors
/// [`Error::Explanation`] for wrong lengths, wrong steps or values that are not finite; errors of `predict`.
pub async fn deletion(
    [values, baseline]: [&[f32]; 2],
    genes: &[impl AsRef<str>],
    [bins, marks]: [usize; 2],
    importance: &[f32],
    settings: &DeletionSettings,
    predict: impl AsyncFnMut(&[f32]) -> Result<Vec<f32>, Error>,
) -> Result<DeletionCurves, Error> {
    let test = Test::new([values, baseline], genes, [bins, marks], importance, settings)?;
    test.run(predict).await
}

/// A test with checked input.
struct Test<'a> {
    values: &'a [f32],
    baseline: &'a [f32],
    genes: usize,
    bins: usize,
    marks: usize,
    settings: &'a DeletionSettings,
    /// Bins of each gene, most important first, [N, T].
    order: Vec<usize>,
}

impl<'a> Test<'a> {
    fn new(
        [values, baseline]: [&'a [f32]; 2],
        genes: &[impl AsRef<str>],
        [bins, marks]: [usize; 2],
        importance: &[f32],
        settings: &'a DeletionSettings,
    ) -> Result<Self, Error> {
        let count = genes.len();
        check_steps(&settings.steps, bins)?;
        check_numbers("values", values, count * bins * marks)?;
        check_numbers("the baseline", baseline, count * bins * marks)?;
        check_numbers("importance", importance, count * bins)?;
        let mut order = Vec::with_capacity(count * bins);
        for (importance, gene) in importance.chunks_exact(bins).zip(genes) {
            let mut random = Random::named(&[settings.seed], gene.as_ref());
            let mut keyed: Vec<_> = (0..bins).map(|bin| (bin, random.next())).collect();
            keyed.sort_by(|&(a, key_a), &(b, key_b)| {
                let by_importance = importance[b].total_cmp(&importance[a]);
                by_importance.then(key_a.cmp(&key_b))
            });
            order.extend(keyed.into_iter().map(|(bin, _)| bin));
        }
        Ok(Self {
            values,
            baseline,
            genes: count,
            bins,
            marks,
            settings,
            order,
        })
    }

    /// Calls `predict` for P(on) `[N]` of values [N, T, M], once per step.
    async fn run(
        &self,
        mut predict: impl AsyncFnMut(&[f32]) -> Result<Vec<f32>, Error>,
    ) -> Result<DeletionCurves, Error> {
        let steps = &self.settings.steps;
        let whole = predict(self.values).await?;
        let threshold = self.settings.outcome.threshold();
        let mut change = vec![0.0; self.genes * steps.len()];
        let mut values = self.values.to_vec();
        for (point, pair) in steps.windows(2).enumerate() {
            self.replace(&mut values, pair[0]..pair[1]);
            let left = predict(&values).await?;
            for (gene, (whole, left)) in whole.iter().zip(left).enumerate() {
                let fall = whole - left;
                let fall = if *whole >= threshold { fall } else { -fall };
                change[gene * steps.len() + point + 1] = fall;
            }
        }
        let area = change
            .chunks_exact(steps.len())
            .map(|curve| area(steps, curve))
            .collect();
        Ok(DeletionCurves {
            steps: steps.clone(),
            change,
            area,
        })
    }

    /// Replaces the bins of these ranks in every gene.
    fn replace(&self, values: &mut [f32], ranks: Range<usize>) {
        let size = self.bins * self.marks;
        for gene in 0..self.genes {
            let baseline = &self.baseline[gene * size..][..size];
            let values = &mut values[gene * size..][..size];
            for &bin in &self.order[gene * self.bins..][..self.bins][ranks.clone()] {
                let places = bin * self.marks..(bin + 1) * self.marks;
                values[places.clone()].copy_from_slice(&baseline[places]);
            }
        }
    }
}

/// Mean height of a curve whose steps begin at 0.
pub(super) fn area(steps: &[usize], curve: &[f32]) -> f32 {
    let last = steps[steps.len() - 1] as f64;
    let trapezoids = steps.windows(2).zip(curve.windows(2));
    let area: f64 = trapezoids
        .map(|(steps, heights)| (steps[1] - steps[0]) as f64 * f64::from(heights[0] + heights[1]) / 2.0)
        .sum();
    (area / last) as f32
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::super::known::{BINS, MARKS, PLANTED, at_once, genes, ids, known, truth};
    use super::*;
    use crate::interpret::attribution::gene_means;
    use crate::interpret::importance;
    use crate::task::Contrast;

    fn run(values: &[f32], importance: &[f32], settings: &DeletionSettings) -> Result<DeletionCurves, Error> {
        let genes = ids(values.len() / (BINS * MARKS));
        let predict = async |values: &[f32]| Ok::<_, Error>(known(values));
        let baseline = match settings.contrast {
            Contrast::Zero => vec![0.0; values.len()],
            _ => gene_means(values, [BINS, MARKS]),
        };
        at_once(deletion(
            [values, &baseline],
            &genes,
            [BINS, MARKS],
            importance,
            settings,
            predict,
        ))
    }

    fn zero(steps: &[usize]) -> DeletionSettings {
        DeletionSettings {
            steps: steps.to_vec(),
            ..DeletionSettings::whole_curve(BINS, Contrast::Zero)
        }
    }

    #[test]
    fn removal_of_the_planted_bins_beats_chance_and_the_signals_size() {
        let values = genes(40);
        let settings = DeletionSettings::whole_curve(BINS, Contrast::Zero);
        let area = |importance: &[f32]| {
            let curves = run(&values, importance, &settings).expect("a fair test");
            // Genes that are off lose nothing by losing bins that were silent.
            let on: Vec<f32> = curves.area.iter().copied().step_by(2).collect();
            on.iter().sum::<f32>() / on.len() as f32
        };
        let planted = area(&truth(40));
        let chance = area(&importance::random(40, BINS, 7));
        let means = importance::mark_means(&values, MARKS);
        let signal = importance::signal(&values, &means);
        let signal: Vec<f32> = signal.chunks_exact(MARKS).map(|bin| bin.iter().sum()).collect();
        let signal = area(&signal);
        assert!(planted > chance + 0.2, "{planted} {chance}");
        assert!(planted > signal + 0.1, "{planted} {signal}");
    }

    #[test]
    fn the_curve_of_a_known_function_is_its_fall() {
        let mut values = vec![0.0; BINS * MARKS];
        for bin in PLANTED {
            values[bin * MARKS] = 2.0;
        }
        let curves = run(&values, &truth(1), &zero(&[0, 1, 3, 20])).expect("a fair test");
        let sigma = |z: f32| 1.0 / (1.0 + (-z).exp());
        let expected = [0.0, sigma(3.0) - sigma(1.0), sigma(3.0) - sigma(-3.0)];
        for (got, expected) in curves.change.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-6, "{got} {expected}");
        }
        assert_eq!(curves.change[3], curves.change[2]);
        let [_, one, all, _] = curves.change[..] else {
            panic!("four points")
        };
        let area = (0.5 * one + 2.0 * 0.5 * (one + all) + 17.0 * all) / 20.0;
        assert!((curves.area[0] - area).abs() < 1e-6);
    }

    #[test]
    fn the_predicted_class_of_an_off_gene_is_off() {
        // Off; the mean puts half of what little signal there is elsewhere into the planted bins, and P(on) rises.
        let mut values = vec![2.0; BINS * MARKS];
        for bin in PLANTED {
            values[bin * MARKS] = 0.0;
        }
        let settings = DeletionSettings {
            steps: vec![0, 3],
            ..DeletionSettings::whole_curve(BINS, Contrast::GeneMean)
        };
        let curves = run(&values, &truth(1), &settings).expect("a fair test");
        assert!(curves.change[1] > 0.1, "{:?}", curves.change);
    }

    #[test]
    fn of_a_change_what_brings_it_nearer_to_0_is_a_fall() {
        let mut values = vec![0.0; 2 * BINS * MARKS];
        for (gene, signal) in values.chunks_exact_mut(BINS * MARKS).zip([2.0, -2.0]) {
            for bin in PLANTED {
                gene[bin * MARKS] = signal;
            }
        }
        let settings = DeletionSettings {
            outcome: Outcome::FoldChange,
            ..zero(&[0, 3])
        };
        let sum = async |values: &[f32]| {
            let genes = values.chunks_exact(BINS * MARKS);
            Ok::<_, Error>(genes.map(|gene| gene.iter().sum()).collect())
        };
        let (ids, truth) = (ids(2), truth(2));
        let baseline = vec![0.0; values.len()];
        let test = deletion([&values, &baseline], &ids, [BINS, MARKS], &truth, &settings, sum);
        assert_eq!(at_once(test).expect("a fair test").change, [0.0, 6.0, 0.0, 6.0]);
    }

    #[test]
    fn replacing_by_the_mean_keeps_each_marks_level() {
        let values = genes(1);
        let settings = DeletionSettings::whole_curve(BINS, Contrast::GeneMean);
        let baseline = gene_means(&values, [BINS, MARKS]);
        let test = Test::new([&values, &baseline], &ids(1), [BINS, MARKS], &truth(1), &settings).expect("fair");
        let mut replaced = values.clone();
        test.replace(&mut replaced, 0..BINS);
        let means = importance::mark_means(&values, MARKS);
        assert!(replaced.chunks_exact(MARKS).all(|bin| bin == means));
    }

    #[test]
    fn a_gene_without_signal_changes_nothing() {
        let values = vec![0.0; BINS * MARKS];
        let settings = DeletionSettings::whole_curve(BINS, Contrast::GeneMean);
        let curves = run(&values, &truth(1), &settings).expect("a fair test");
        assert!(curves.change.iter().all(|&change| change == 0.0));
        assert_eq!(curves.area, [0.0]);
    }

    #[test]
    fn no_genes_give_no_area() {
        let settings = DeletionSettings::whole_curve(BINS, Contrast::GeneMean);
        let curves = run(&[], &[], &settings).expect("nothing to test");
        assert!(curves.area.is_empty() && curves.change.is_empty());
    }

    #[test]
    fn bins_of_equal_importance_do_not_go_from_one_end() {
        let values = genes(1);
        let settings = zero(&[0, 1]);
        let equal = vec![0.0; BINS];
        let first = |seed| {
            let settings = DeletionSettings {
                seed,
                ..settings.clone()
            };
            let test = Test::new([&values, &values], &ids(1), [BINS, MARKS], &equal, &settings).expect("fair");
            test.order[0]
        };
        let firsts: std::collections::BTreeSet<usize> = (0..20).map(first).collect();
        assert!(firsts.len() > 5, "{firsts:?}");
        assert_eq!(first(3), first(3));
    }

    #[test]
    fn what_makes_no_curve_is_refused_by_name() {
        let values = genes(1);
        let refused = |importance: &[f32], steps: &[usize]| {
            run(&values, importance, &zero(steps))
                .expect_err("no curve")
                .to_string()
        };
        assert!(refused(&truth(1), &[0, 21]).contains("21 bins; expected at most the 20"));
        for steps in [&[][..], &[0], &[1, 2], &[0, 2, 2], &[0, 3, 1]] {
            assert!(refused(&truth(1), steps).contains("begin with 0 and rise"));
        }
        assert!(refused(&truth(1)[1..], &[0, 1]).contains("19 numbers of importance; expected 20"));
        let mut spoilt = truth(1);
        spoilt[7] = f32::NAN;
        assert!(refused(&spoilt, &[0, 1]).contains("NaN in importance at place 7"));
    }
}

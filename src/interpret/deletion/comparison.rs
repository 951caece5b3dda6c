//! Deletion tests of several explanations on the same genes, batch by batch.

use super::super::{Mean, Recovered, check_numbers, importance, refuse, weigh};
use super::curves::deletion;
use super::settings::check_steps;
use super::{DeletionSettings, Explanation, MeanDeletion, TestedExplanation};
use crate::error::Error;
use crate::task::Contrast;

/// Predictions of a model that a [`DeletionTest`] needs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// P(on) `[N]`, or the outcome of the test's settings.
    pub probability: Vec<f32>,
    /// α [N, rows, T]; empty for a model without attention to bins.
    pub alpha: Vec<f32>,
    /// β [N, rows]; empty for a model without attention to marks.
    pub beta: Vec<f32>,
}

/// A model whose explanations are tested.
pub trait Subject {
    /// The baseline of genes' values [N, T, M] for a contrast, of the same shape.
    ///
    /// # Errors
    /// Errors of the model, or if it has no such baseline.
    fn baseline(
        &self,
        contrast: Contrast,
        values: &[f32],
        genes: usize,
    ) -> impl Future<Output = Result<Vec<f32>, Error>>;

    /// Predicts `genes` genes from their values [N, T, M].
    ///
    /// # Errors
    /// Errors of the model.
    fn answer(&self, values: &[f32], genes: usize) -> impl Future<Output = Result<Answer, Error>>;

    /// Unit of each mark's signal, `[M]`: its mean in the model's training data, independent of the table.
    fn units(&self) -> Vec<f32>;

    /// For each column of a gene's values, the row of α that attends to it, `[M]`.
    fn rows(&self) -> Vec<usize>;

    /// Gradient of the score of *on* at these values, [N, T, M].
    ///
    /// # Errors
    /// Errors of the model.
    fn saliency(&self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error>;

    /// Contribution of each value to the model's score by an attribution against a baseline of the same shape: [N, T,
    /// M], or [N, T, cell types] for whole bins; `None` if the model does not support it.
    ///
    /// # Errors
    /// Errors of the model.
    fn contributions(
        &self,
        _by: Explanation,
        _values: &[f32],
        _baseline: &[f32],
    ) -> impl Future<Output = Result<Option<Vec<f32>>, Error>> {
        async { Ok(None) }
    }
}

/// Importance of each bin by one explanation, [N, T], and of each column in it, [N, T, M]; the columns are equal if the
/// explanation does not distinguish them.
struct Order {
    bins: Vec<f32>,
    places: Vec<f32>,
}

impl Order {
    /// From values [N, T, parts].
    fn of(values: Vec<f32>, genes: usize, [bins, columns]: [usize; 2]) -> Self {
        let parts = (values.len() / (genes * bins).max(1)).max(1);
        let of_bins = values.chunks_exact(parts).map(|bin| bin.iter().sum()).collect();
        let places = if parts == columns {
            values
        } else {
            // If parts are cell types, each covers the columns of one.
            let part = columns / parts;
            values
                .iter()
                .flat_map(|&value| std::iter::repeat_n(value, part))
                .collect()
        };
        Self { bins: of_bins, places }
    }

    /// By attention: bins by all rows together, columns by their own row.
    fn of_attention(alpha: &[f32], beta: &[f32], genes: usize, bins: usize, of_column: &[usize]) -> Self {
        let rows = alpha.len() / (genes * bins).max(1);
        let weighed = if beta.is_empty() {
            alpha.to_vec()
        } else {
            weigh(alpha, beta, bins)
        };
        let places = (0..genes * bins).flat_map(|place| {
            let (gene, bin) = (place / bins, place % bins);
            let weighed = &weighed;
            of_column
                .iter()
                .map(move |row| weighed[(gene * rows + row) * bins + bin])
        });
        Self {
            bins: importance::attention(alpha, beta, rows, bins),
            places: places.collect(),
        }
    }

    /// Fractions of the planted bins and marks in each gene that it ranks highest. `planted` is [N, T, M].
    fn recovered(&self, planted: &[bool], [bins, columns]: [usize; 2]) -> Vec<Recovered> {
        let genes = self
            .bins
            .chunks_exact(bins)
            .zip(self.places.chunks_exact(bins * columns));
        genes
            .zip(planted.chunks_exact(bins * columns))
            .map(|((of_bins, places), planted)| Recovered::of(of_bins, places, planted))
            .collect()
    }
}

/// Compares explanations on the same genes, batch by batch.
#[derive(Debug, Clone)]
pub struct DeletionTest {
    settings: DeletionSettings,
    explanations: Vec<Explanation>,
    random_orders: usize,
    /// T and M.
    shape: [usize; 2],
    /// Importance of each value for the high and for the low class, [T, M].
    classes: Option<[Vec<f32>; 2]>,
    probability: Vec<f32>,
    chance: Vec<Recovered>,
    curves: Vec<TestedExplanation>,
}

impl DeletionTest {
    /// A test of `explanations` on genes of T bins and M columns. `maps` are the class optimisation maps of on and off,
    /// or of up and down, [T, M].
    ///
    /// # Errors
    /// [`Error::Explanation`] if steps or maps do not match the shape.
    pub fn new(
        explanations: &[Explanation],
        settings: DeletionSettings,
        random_orders: usize,
        [bins, marks]: [usize; 2],
        maps: Option<[&[f32]; 2]>,
    ) -> Result<Self, Error> {
        check_steps(&settings.steps, bins)?;
        for map in maps.iter().flatten() {
            check_numbers("the class's map", map, bins * marks)?;
        }
        Ok(Self {
            settings,
            explanations: explanations.to_vec(),
            random_orders,
            shape: [bins, marks],
            classes: maps.map(|maps| maps.map(<[f32]>::to_vec)),
            probability: Vec::new(),
            chance: Vec::new(),
            curves: Vec::new(),
        })
    }

    /// Tests further genes, given their ids, values [N, T, M] and planted places, [N, T, M]; the latter must be known
    /// for all genes or for none.
    ///
    /// # Errors
    /// [`Error::Explanation`] as [`deletion`], or if the planted places are not those of these genes; errors of the
    /// model.
    pub async fn add(
        &mut self,
        genes: &[impl AsRef<str>],
        values: &[f32],
        planted: Option<&[bool]>,
        model: &impl Subject,
    ) -> Result<(), Error> {
        if let Some(planted) = planted.filter(|planted| planted.len() != values.len()) {
            return refuse(format!(
                "found {} places that are planted or not; expected {}",
                planted.len(),
                values.len()
            ));
        }
        // One row per gene at a time.
        let added = self.add_genes(genes, values, planted, model).await;
        added.map_err(|error| error.of_genes(genes))
    }

    async fn add_genes(
        &mut self,
        genes: &[impl AsRef<str>],
        values: &[f32],
        planted: Option<&[bool]>,
        model: &impl Subject,
    ) -> Result<(), Error> {
        let answer = model.answer(values, genes.len()).await?;
        let baseline = model.baseline(self.settings.contrast, values, genes.len()).await?;
        for explanation in self.explanations.clone() {
            let both = [values, &baseline];
            let orders = self.orders(explanation, genes, both, &answer, model).await?;
            if orders.is_empty() {
                continue;
            }
            let mut tested = Vec::with_capacity(orders.len());
            for Order { bins, .. } in &orders {
                let predict =
                    async |values: &[f32]| Ok::<_, Error>(model.answer(values, genes.len()).await?.probability);
                tested.push(deletion(both, genes, self.shape, bins, &self.settings, predict).await?);
            }
            let shape = self.shape;
            let found = planted.map_or(Vec::new(), |planted| {
                let orders: Vec<_> = orders.iter().map(|order| order.recovered(planted, shape)).collect();
                (0..genes.len())
                    .map(|gene| Recovered::mean(&orders.iter().map(|order| order[gene]).collect::<Vec<_>>()))
                    .collect()
            });
            let of = self.of(explanation);
            of.extend(&tested);
            of.recovered.extend(found);
        }
        let [bins, columns] = self.shape;
        let planted = planted.map(|planted| planted.chunks_exact(bins * columns));
        let chance = planted
            .into_iter()
            .flatten()
            .map(|gene| Recovered::by_chance(gene, bins));
        self.chance.extend(chance);
        self.probability.extend(answer.probability);
        Ok(())
    }

    /// The orders of one explanation; none if the model does not support it.
    async fn orders(
        &self,
        explanation: Explanation,
        genes: &[impl AsRef<str>],
        [values, baseline]: [&[f32]; 2],
        answer: &Answer,
        model: &impl Subject,
    ) -> Result<Vec<Order>, Error> {
        let Answer {
            probability,
            alpha,
            beta,
        } = answer;
        let shape @ [bins, _] = self.shape;
        let threshold = self.settings.outcome.threshold();
        let of = |values: Vec<f32>| Order::of(values, genes.len(), shape);
        Ok(match explanation {
            Explanation::Attention if alpha.is_empty() => Vec::new(),
            Explanation::Attention => vec![Order::of_attention(alpha, beta, genes.len(), bins, &model.rows())],
            Explanation::Saliency => {
                let saliency = model.saliency(values, genes.len())?;
                vec![of(saliency.iter().map(|slope| slope.abs()).collect())]
            }
            Explanation::ClassOptimisation => {
                let Some([on, off]) = &self.classes else {
                    return Ok(Vec::new());
                };
                let class = |&p: &f32| if p >= threshold { on } else { off };
                vec![of(probability.iter().flat_map(class).copied().collect())]
            }
            Explanation::GradientXInput | Explanation::IntegratedGradients | Explanation::Occlusion => {
                // Against the bins' replacements.
                let adds = model.contributions(explanation, values, baseline).await?;
                let adds = adds.map(|adds| of(importance::for_predicted(adds, probability, threshold)));
                adds.into_iter().collect()
            }
            Explanation::Signal => vec![of(importance::signal(values, &model.units()))],
            Explanation::Random => (0..self.random_orders)
                .map(|order| {
                    let random = |gene| importance::random_of(gene, order, bins, self.settings.seed);
                    of(genes.iter().map(AsRef::as_ref).flat_map(random).collect())
                })
                .collect(),
        })
    }

    /// Appends the results of the same explanations and settings for further genes: P(on) before any replacement,
    /// `[N]`, recovery by chance, and the curves.
    ///
    /// # Errors
    /// [`Error::Explanation`] for other explanations, steps or orders; then nothing is appended.
    pub fn append(
        &mut self,
        probability: Vec<f32>,
        chance: Vec<Recovered>,
        found: Vec<TestedExplanation>,
    ) -> Result<(), Error> {
        let genes = probability.len();
        let points = genes * self.settings.steps.len();
        let fits = |tested: &TestedExplanation| {
            let ranges = [tested.least.len(), tested.greatest.len()];
            tested.change.len() == points
                && tested.area.len() == genes
                && (ranges == [0, 0] || ranges == [points; 2])
                && tested.recovered.len() == chance.len()
        };
        let kinds = |of: &[TestedExplanation]| -> Vec<(Explanation, bool)> {
            of.iter()
                .map(|tested| (tested.explanation, tested.least.is_empty()))
                .collect()
        };
        let is_first = self.curves.is_empty();
        let is_alike =
            is_first || (kinds(&self.curves) == kinds(&found) && self.chance.is_empty() == chance.is_empty());
        if !is_alike || ![0, genes].contains(&chance.len()) || !found.iter().all(fits) {
            return refuse(format!(
                "found curves of {} explanations that are not those of this test; expected {genes} genes with {} \
                 steps, tested alike",
                found.len(),
                self.settings.steps.len()
            ));
        }
        for tested in found {
            self.of(tested.explanation).append(tested);
        }
        self.chance.extend(chance);
        self.probability.extend(probability);
        Ok(())
    }

    /// Results of an explanation.
    fn of(&mut self, explanation: Explanation) -> &mut TestedExplanation {
        let place = self.curves.iter().position(|tested| tested.explanation == explanation);
        let place = place.unwrap_or_else(|| {
            self.curves.push(TestedExplanation::new(explanation));
            self.curves.len() - 1
        });
        &mut self.curves[place]
    }

    /// Settings of the test.
    pub fn settings(&self) -> &DeletionSettings {
        &self.settings
    }

    /// P(on) of the tested genes before any replacement, `[N]`.
    pub fn probability(&self) -> &[f32] {
        &self.probability
    }

    /// Recovery of planted places by chance, `[N]`; empty if they are not known.
    pub fn chance(&self) -> &[Recovered] {
        &self.chance
    }

    /// The mean of [`chance`](Self::chance) over the genes that `take` accepts: of bins, and of marks in bins.
    pub fn mean_chance(&self, take: impl Fn(usize) -> bool) -> [Mean; 2] {
        let genes = (0..self.chance.len()).filter(|&gene| take(gene));
        let taken: Vec<Recovered> = genes.map(|gene| self.chance[gene]).collect();
        Recovered::means(taken.iter())
    }

    /// Results, in the order of the explanations.
    pub fn curves(&self) -> &[TestedExplanation] {
        &self.curves
    }

    /// Means over the tested genes that `take` accepts, by index; in the order of [`curves`](Self::curves).
    pub fn means(&self, take: impl Fn(usize) -> bool) -> Vec<MeanDeletion> {
        let genes: Vec<usize> = (0..self.probability.len()).filter(|&gene| take(gene)).collect();
        let of = |explanation| self.curves.iter().find(|tested| tested.explanation == explanation);
        let (signal, random) = (of(Explanation::Signal), of(Explanation::Random));
        let mean = |tested: &TestedExplanation| {
            let explains = !matches!(tested.explanation, Explanation::Signal | Explanation::Random);
            let random = random.filter(|_| tested.explanation != Explanation::Random);
            tested.mean(&genes, self.settings.steps.len(), random, signal.filter(|_| explains))
        };
        self.curves.iter().map(mean).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::known::{BINS, MARKS, at_once, genes, known, truth};
    use super::*;
    use crate::interpret::attribution::gene_means;

    /// The known function that also says what each bin adds to *on*.
    struct Attributed;

    impl Subject for Attributed {
        async fn baseline(&self, contrast: Contrast, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
            Known.baseline(contrast, values, genes).await
        }

        async fn answer(&self, values: &[f32], genes: usize) -> Result<Answer, Error> {
            Known.answer(values, genes).await
        }

        fn units(&self) -> Vec<f32> {
            Known.units()
        }

        fn rows(&self) -> Vec<usize> {
            Known.rows()
        }

        fn saliency(&self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
            Known.saliency(values, genes)
        }

        async fn contributions(&self, _: Explanation, values: &[f32], _: &[f32]) -> Result<Option<Vec<f32>>, Error> {
            // Less signal than 1 in a planted bin speaks for off.
            let bins = values.chunks_exact(MARKS).zip(truth(values.len() / (BINS * MARKS)));
            Ok(Some(bins.map(|(bin, here)| here * (bin[0] - 1.0)).collect()))
        }
    }

    #[test]
    fn what_a_bin_adds_counts_for_the_class_that_is_predicted() {
        let settings = DeletionSettings {
            steps: vec![0, 3],
            ..DeletionSettings::whole_curve(BINS, Contrast::GeneMean)
        };
        let explanations = [Explanation::Occlusion, Explanation::GradientXInput];
        let mut test = DeletionTest::new(&explanations, settings, 1, [BINS, MARKS], None).expect("a fair test");
        at_once(test.add(&["on", "off"], &genes(2), None, &Attributed)).expect("a fair test");
        let probability = test.probability();
        assert!(probability[0] >= 0.5 && probability[1] < 0.5);
        // In either gene the three planted bins go first: in the second they are what speaks for off. Another bin
        // changes nothing.
        for tested in test.curves() {
            assert!(tested.change[1] > 0.05 && tested.change[3] > 0.5, "{tested:?}");
        }
        assert_eq!(test.curves().len(), 2);
    }

    /// The known function, whose saliency and attention are of what it looks at, and the other way round.
    struct Known;

    impl Subject for Known {
        async fn baseline(&self, contrast: Contrast, values: &[f32], _: usize) -> Result<Vec<f32>, Error> {
            Ok(match contrast {
                Contrast::Zero => vec![0.0; values.len()],
                _ => gene_means(values, [BINS, MARKS]),
            })
        }

        async fn answer(&self, values: &[f32], genes: usize) -> Result<Answer, Error> {
            Ok(Answer {
                probability: known(values),
                alpha: truth(genes).iter().map(|here| 1.0 - here).collect(),
                beta: Vec::new(),
            })
        }

        fn units(&self) -> Vec<f32> {
            vec![1.0; MARKS]
        }

        fn rows(&self) -> Vec<usize> {
            vec![0; MARKS]
        }

        fn saliency(&self, _: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
            Ok(truth(genes).iter().flat_map(|&here| [-here, 0.0]).collect())
        }
    }

    fn tested(values: &[f32], batches: &[&[usize]], random_orders: usize) -> DeletionTest {
        let settings = DeletionSettings {
            steps: vec![0, 3, 20],
            ..DeletionSettings::whole_curve(BINS, Contrast::Zero)
        };
        let map = vec![0.5; BINS * MARKS];
        let maps = Some([&map[..], &map]);
        let mut test =
            DeletionTest::new(&Explanation::ALL, settings, random_orders, [BINS, MARKS], maps).expect("a fair test");
        for genes in batches {
            let size = BINS * MARKS;
            let of: Vec<f32> = genes
                .iter()
                .flat_map(|gene| &values[gene * size..][..size])
                .copied()
                .collect();
            let ids: Vec<String> = genes.iter().map(|gene| format!("GENE{gene}")).collect();
            at_once(test.add(&ids, &of, None, &Known)).expect("a fair test");
        }
        test
    }

    #[test]
    fn explanations_are_tested_side_by_side_and_averaged_gene_by_gene() {
        let values = genes(6);
        let test = tested(&values, &[&[0, 1, 2], &[3, 4, 5]], 1);
        let found: Vec<Explanation> = test.curves().iter().map(|tested| tested.explanation).collect();
        assert_eq!(found, Explanation::ALL);
        assert_eq!(test.probability(), known(&values));
        let means = test.means(|gene| gene % 2 == 0);
        let [attention, saliency] = [&means[0], &means[1]];
        assert!(saliency.change[1].mean > attention.change[1].mean, "{means:?}");
        assert_eq!(
            (saliency.area.n, saliency.change.len(), means[4].ahead.len()),
            (3, 3, 0)
        );
        let (on, by_chance) = (&test.curves()[1].change, &test.curves()[4].change);
        let ahead = [0, 2, 4].map(|gene| f64::from(on[3 * gene + 1]) - f64::from(by_chance[3 * gene + 1]));
        let expected = ahead.iter().sum::<f64>() / 3.0;
        assert!((saliency.ahead[1].mean.unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn parts_that_are_tested_apart_give_what_one_test_gives() {
        let values = genes(6);
        let mut joined = tested(&values, &[&[0, 1]], 4);
        let rest = tested(&values, &[&[2, 3, 4, 5]], 4);
        let whole = tested(&values, &[&[0, 1, 2, 3, 4, 5]], 4);
        joined
            .append(rest.probability().to_vec(), Vec::new(), rest.curves().to_vec())
            .expect("the same test");
        assert_eq!(joined.curves(), whole.curves());
        assert_eq!(joined.probability(), whole.probability());
        assert_eq!(joined.means(|_| true), whole.means(|_| true));
        let mut empty = DeletionTest {
            probability: Vec::new(),
            curves: Vec::new(),
            ..whole.clone()
        };
        empty
            .append(whole.probability().to_vec(), Vec::new(), whole.curves().to_vec())
            .expect("the first part");
        assert_eq!(empty.curves(), whole.curves());
    }

    #[test]
    fn parts_of_another_test_are_refused_and_change_nothing() {
        let values = genes(2);
        let mut test = tested(&values, &[&[0]], 1);
        let before = test.clone();
        let other = tested(&values, &[&[1]], 4);
        for (probability, curves) in [
            (other.probability().to_vec(), other.curves().to_vec()),
            (vec![0.5; 2], before.curves().to_vec()),
            (before.probability().to_vec(), before.curves()[1..].to_vec()),
        ] {
            let refused = test.append(probability, Vec::new(), curves).expect_err("another test");
            assert!(refused.to_string().contains("not those of this test"), "{refused}");
        }
        assert_eq!(test.curves(), before.curves());
        assert_eq!(test.probability(), before.probability());
    }

    #[test]
    fn a_genes_orders_are_the_same_in_any_choice_of_genes() {
        let values = genes(6);
        let all = tested(&values, &[&[0, 1, 2, 3, 4, 5]], 4);
        let one = tested(&values, &[&[4]], 4);
        for (all, one) in all.curves().iter().zip(one.curves()) {
            assert_eq!(all.change[12..15], one.change);
            assert_eq!(all.area[4], one.area[0]);
        }
        let random = &one.curves()[4];
        for ((change, least), greatest) in random.change.iter().zip(&random.least).zip(&random.greatest) {
            assert!(least <= change && change <= greatest);
        }
        assert!(one.curves()[0].least.is_empty());
    }
}

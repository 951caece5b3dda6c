//! Deletion test: does an explanation point at what the prediction hangs on?
//!
//! The bins of a gene are replaced in the order of their importance, the most important first, all marks of a bin
//! together, and the model is asked again:
//!
//! ```text
//! c         the class predicted for the whole gene: on where P(on) ≥ ½
//! change(k) = P(c | nothing replaced) - P(c | the k most important bins replaced)
//! area      = ∫ change df / f_max       f = k / T, from 0 to the largest k asked for, by trapezoids
//! ```
//!
//! The area is the mean change along the curve: the earlier the probability falls, the larger it is; 0 where nothing
//! that was taken out mattered, negative where the prediction got surer. Areas are comparable between explanations of
//! the same genes with the same settings, and only against [`random`](super::importance::random) is one good or bad:
//! replaced bins look unlike any gene, so that some change comes from that alone.

use super::random::Random;
use super::{Mean, check_numbers, importance, refuse};
use crate::error::Error;

/// The probability from which on a gene is predicted on.
pub const THRESHOLD: f32 = 0.5;

/// A way to order bins. [`Signal`](Self::Signal) and [`Random`](Self::Random) explain nothing: an explanation that means
/// something must do better than the size of the signal itself, and than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explanation {
    /// [`importance::attention`], of models that attend to bins.
    Attention,
    /// [`importance::saliency`].
    Saliency,
    /// [`importance::class_map`] of the class that the gene is predicted to be of, where there are maps.
    ClassOptimisation,
    /// [`importance::signal`], in units of each mark's mean over the table.
    Signal,
    /// Drawn anew for each gene and order.
    Random,
}

impl Explanation {
    /// All, in the order in which they are tested.
    pub const ALL: [Self; 5] = [
        Self::Attention,
        Self::Saliency,
        Self::ClassOptimisation,
        Self::Signal,
        Self::Random,
    ];
}

/// What a replaced bin holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Replacement {
    /// No signal in any mark.
    Zero,
    /// Each mark's mean over the bins of the same gene, which leaves its level and takes away where it stands.
    #[default]
    Mean,
}

/// How a deletion test runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletionSettings {
    /// How many bins are replaced at each point of the curve: from 0 upwards, at most all.
    pub steps: Vec<usize>,
    /// What they are replaced by.
    pub replacement: Replacement,
    /// Settles random orders, and the order of bins of equal importance, which is drawn: in the order of the bins, ties
    /// would favour one end. Either is drawn for each gene by its position in the table, so that it is the same in any
    /// choice of genes.
    pub seed: u64,
}

/// Percent of a gene's bins that are replaced where nothing else is asked for: closest where explanations differ most.
pub const PERCENT: [usize; 12] = [0, 1, 2, 5, 10, 15, 20, 30, 40, 50, 75, 100];

impl DeletionSettings {
    /// From none to all of `bins` bins: [`PERCENT`] of them, rounded up.
    pub fn whole_curve(bins: usize) -> Self {
        let mut steps = PERCENT.map(|percent| (percent * bins).div_ceil(100)).to_vec();
        steps.dedup();
        Self {
            steps,
            replacement: Replacement::default(),
            seed: 1,
        }
    }
}

/// What a deletion test gives.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletionCurves {
    /// How many bins are replaced at each point.
    pub steps: Vec<usize>,
    /// The probability of the predicted class before less after, [N, steps]; above 0 where the model became less sure.
    pub change: Vec<f32>,
    /// The area under each gene's curve, `[N]`.
    pub area: Vec<f32>,
}

impl DeletionCurves {
    /// The mean curve [steps] over genes; none where there are no genes.
    pub fn mean_change(&self) -> Option<Vec<f32>> {
        let genes = self.area.len();
        (genes > 0).then(|| {
            let points = 0..self.steps.len();
            points
                .map(|point| mean(self.change.iter().skip(point).step_by(self.steps.len())))
                .collect()
        })
    }

    /// The mean area over genes; none where there are no genes.
    pub fn mean_area(&self) -> Option<f32> {
        (!self.area.is_empty()).then(|| mean(self.area.iter()))
    }
}

fn mean<'a>(values: impl Iterator<Item = &'a f32>) -> f32 {
    let (mut sum, mut count) = (0.0_f64, 0);
    for &value in values {
        sum += f64::from(value);
        count += 1;
    }
    (sum / f64::from(count)) as f32
}

/// Runs the test: `values` [N, T, M] as a [`Prepared`](crate::engine::Prepared) table holds them, of the genes at these
/// positions, `importance` [N, T] by any [explanation](super::importance). `predict` gives P(on) `[N]` of such values and
/// is asked once for each step.
///
/// # Errors
/// [`Error::Explanation`] where lengths, steps or numbers are not as above; those of `predict`.
pub async fn deletion(
    values: &[f32],
    genes: &[usize],
    [bins, marks]: [usize; 2],
    importance: &[f32],
    settings: &DeletionSettings,
    predict: impl AsyncFnMut(&[f32]) -> Result<Vec<f32>, Error>,
) -> Result<DeletionCurves, Error> {
    let test = Test::new(values, genes, [bins, marks], importance, settings)?;
    test.run(predict).await
}

/// What a model says of genes, as far as a [`DeletionTest`] asks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// P(on) `[N]`.
    pub probability: Vec<f32>,
    /// α [N, rows, T]; empty where the model does not attend to bins.
    pub alpha: Vec<f32>,
    /// β [N, rows]; empty where it does not attend to marks.
    pub beta: Vec<f32>,
}

/// A model that explanations are tested on.
pub trait Subject {
    /// What it says of values [N, T, M] of `genes` genes.
    ///
    /// # Errors
    /// Those of the model.
    fn answer(&self, values: &[f32], genes: usize) -> impl Future<Output = Result<Answer, Error>>;

    /// The slope of its score of *on* at such values, [N, T, M].
    ///
    /// # Errors
    /// Those of the model.
    fn saliency(&self, values: &[f32], genes: usize) -> Result<Vec<f32>, Error>;
}

/// Explanations side by side on the same genes, batch by batch.
#[derive(Debug, Clone)]
pub struct DeletionTest {
    settings: DeletionSettings,
    explanations: Vec<Explanation>,
    random_orders: usize,
    /// T and M.
    shape: [usize; 2],
    /// How much each bin counts for class on and for class off, [T].
    classes: Option<[Vec<f32>; 2]>,
    /// Of the marks over the table, [M].
    means: Vec<f32>,
    probability: Vec<f32>,
    curves: Vec<TestedExplanation>,
}

/// What a [`DeletionTest`] found for one explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct TestedExplanation {
    /// Whose order it was.
    pub explanation: Explanation,
    /// As of [`DeletionCurves`], [N, steps]; of several random orders the mean.
    pub change: Vec<f32>,
    /// As of [`DeletionCurves`], `[N]`; of several random orders the mean.
    pub area: Vec<f32>,
    /// Of several random orders the least and the greatest change, [N, steps]; else empty.
    pub least: Vec<f32>,
    /// As [`least`](Self::least).
    pub greatest: Vec<f32>,
}

/// The mean over the tested genes of what a [`DeletionTest`] found for one explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanDeletion {
    /// The curve, [steps].
    pub change: Vec<Mean>,
    /// The area under it.
    pub area: Mean,
    /// By how much more than by the random order of the same gene, [steps]: what one gene has to lose differs more than
    /// what an order makes of it. Empty for random itself, and where that was not tested.
    pub ahead: Vec<Mean>,
    /// The same of the area; of no genes where `ahead` is empty.
    pub area_ahead: Mean,
}

impl DeletionTest {
    /// A test of `explanations` on genes of T bins and M marks, `means` the [mean of each mark](importance::mark_means)
    /// over the whole table. `maps` are those of class on and off, [T, M].
    ///
    /// # Errors
    /// [`Error::Explanation`] where steps or maps do not fit the shape.
    pub fn new(
        explanations: &[Explanation],
        settings: DeletionSettings,
        random_orders: usize,
        [bins, marks]: [usize; 2],
        maps: Option<[&[f32]; 2]>,
        means: Vec<f32>,
    ) -> Result<Self, Error> {
        check_steps(&settings.steps, bins)?;
        check_numbers("means", &means, marks)?;
        for map in maps.iter().flatten() {
            check_numbers("the class's map", map, bins * marks)?;
        }
        Ok(Self {
            settings,
            explanations: explanations.to_vec(),
            random_orders,
            shape: [bins, marks],
            classes: maps.map(|maps| maps.map(|map| importance::class_map(map, marks, 1))),
            means,
            probability: Vec::new(),
            curves: Vec::new(),
        })
    }

    /// Tests further genes: their positions in the table, and their values [N, T, M].
    ///
    /// # Errors
    /// [`Error::Explanation`] as [`deletion`]; those of the model.
    pub async fn add(&mut self, genes: &[usize], values: &[f32], model: &impl Subject) -> Result<(), Error> {
        let Answer {
            probability,
            alpha,
            beta,
        } = model.answer(values, genes.len()).await?;
        let [bins, marks] = self.shape;
        for explanation in self.explanations.clone() {
            let orders: Vec<Vec<f32>> = match explanation {
                Explanation::Attention if alpha.is_empty() => continue,
                Explanation::Attention => {
                    let rows = alpha.len() / (genes.len() * bins).max(1);
                    vec![importance::attention(&alpha, &beta, rows, bins)]
                }
                Explanation::Saliency => {
                    let saliency = model.saliency(values, genes.len())?;
                    vec![importance::saliency(&saliency, marks)]
                }
                Explanation::ClassOptimisation => {
                    let Some([on, off]) = &self.classes else {
                        continue;
                    };
                    let class = |&p: &f32| if p >= THRESHOLD { on.clone() } else { off.clone() };
                    vec![probability.iter().flat_map(class).collect()]
                }
                Explanation::Signal => vec![importance::signal(values, &self.means)],
                Explanation::Random => (0..self.random_orders)
                    .map(|order| {
                        let of = |&gene: &usize| importance::random_of(gene, order, bins, self.settings.seed);
                        genes.iter().flat_map(of).collect()
                    })
                    .collect(),
            };
            let mut tested = Vec::with_capacity(orders.len());
            for importance in orders {
                let predict =
                    async |values: &[f32]| Ok::<_, Error>(model.answer(values, genes.len()).await?.probability);
                tested.push(deletion(values, genes, self.shape, &importance, &self.settings, predict).await?);
            }
            self.put(explanation, &tested);
        }
        self.probability.extend(probability);
        Ok(())
    }

    /// Takes what the orders of one explanation did to a batch.
    fn put(&mut self, explanation: Explanation, orders: &[DeletionCurves]) {
        let place = self.curves.iter().position(|curves| curves.explanation == explanation);
        let place = place.unwrap_or_else(|| {
            self.curves.push(TestedExplanation {
                explanation,
                change: Vec::new(),
                area: Vec::new(),
                least: Vec::new(),
                greatest: Vec::new(),
            });
            self.curves.len() - 1
        });
        let curves = &mut self.curves[place];
        let over = |of: fn(&DeletionCurves) -> &[f32], joined: fn(&mut dyn Iterator<Item = f32>) -> f32| {
            let count = orders.first().map_or(0, |first| of(first).len());
            (0..count)
                .map(|i| joined(&mut orders.iter().map(|order| of(order)[i])))
                .collect::<Vec<f32>>()
        };
        let average = |values: &mut dyn Iterator<Item = f32>| {
            let values: Vec<f32> = values.collect();
            mean(values.iter())
        };
        curves.change.extend(over(|order| &order.change, average));
        curves.area.extend(over(|order| &order.area, average));
        if orders.len() > 1 {
            let least = |values: &mut dyn Iterator<Item = f32>| values.fold(f32::INFINITY, f32::min);
            let greatest = |values: &mut dyn Iterator<Item = f32>| values.fold(f32::NEG_INFINITY, f32::max);
            curves.least.extend(over(|order| &order.change, least));
            curves.greatest.extend(over(|order| &order.change, greatest));
        }
    }

    /// How it was asked for.
    pub fn settings(&self) -> &DeletionSettings {
        &self.settings
    }

    /// P(on) of the tested genes before anything is replaced, `[N]`.
    pub fn probability(&self) -> &[f32] {
        &self.probability
    }

    /// What was found, in the order of the explanations.
    pub fn curves(&self) -> &[TestedExplanation] {
        &self.curves
    }

    /// The mean over those of the tested genes that `take` accepts, by their number among them; as
    /// [`curves`](Self::curves).
    pub fn means(&self, take: impl Fn(usize) -> bool) -> Vec<MeanDeletion> {
        let random = self
            .curves
            .iter()
            .find(|tested| tested.explanation == Explanation::Random);
        let genes = || (0..self.probability.len()).filter(|&gene| take(gene));
        let steps = self.settings.steps.len();
        let curve = |of: &dyn Fn(usize) -> f64| -> Vec<Mean> {
            let at = |step| Mean::of(genes().map(|gene| of(gene * steps + step)));
            (0..steps).map(at).collect()
        };
        let found = self.curves.iter().map(|tested| {
            let against = random.filter(|random| random.explanation != tested.explanation);
            let less = |values: &[f32], others: &[f32], i: usize| f64::from(values[i]) - f64::from(others[i]);
            MeanDeletion {
                change: curve(&|i| f64::from(tested.change[i])),
                area: Mean::of(genes().map(|gene| f64::from(tested.area[gene]))),
                ahead: against.map_or(Vec::new(), |random| curve(&|i| less(&tested.change, &random.change, i))),
                area_ahead: match against {
                    Some(random) => Mean::of(genes().map(|gene| less(&tested.area, &random.area, gene))),
                    None => Mean::of([]),
                },
            }
        });
        found.collect()
    }
}

/// A test whose input is checked.
struct Test<'a> {
    values: &'a [f32],
    genes: usize,
    bins: usize,
    marks: usize,
    settings: &'a DeletionSettings,
    /// The bins of each gene, the most important first, [N, T].
    order: Vec<usize>,
}

impl<'a> Test<'a> {
    fn new(
        values: &'a [f32],
        genes: &[usize],
        [bins, marks]: [usize; 2],
        importance: &[f32],
        settings: &'a DeletionSettings,
    ) -> Result<Self, Error> {
        let count = genes.len();
        check_steps(&settings.steps, bins)?;
        check_numbers("values", values, count * bins * marks)?;
        check_numbers("importance", importance, count * bins)?;
        let mut order = Vec::with_capacity(count * bins);
        for (importance, &gene) in importance.chunks_exact(bins).zip(genes) {
            let mut random = Random::of(&[settings.seed, gene as u64]);
            let mut keyed: Vec<_> = (0..bins).map(|bin| (bin, random.next())).collect();
            keyed.sort_by(|&(a, key_a), &(b, key_b)| {
                let by_importance = importance[b].total_cmp(&importance[a]);
                by_importance.then(key_a.cmp(&key_b))
            });
            order.extend(keyed.into_iter().map(|(bin, _)| bin));
        }
        Ok(Self {
            values,
            genes: count,
            bins,
            marks,
            settings,
            order,
        })
    }

    /// Asks `predict` for P(on) `[N]` of values [N, T, M], once for each step.
    async fn run(
        &self,
        mut predict: impl AsyncFnMut(&[f32]) -> Result<Vec<f32>, Error>,
    ) -> Result<DeletionCurves, Error> {
        let steps = &self.settings.steps;
        let whole = predict(self.values).await?;
        let mut change = vec![0.0; self.genes * steps.len()];
        let mut values = self.values.to_vec();
        for (point, pair) in steps.windows(2).enumerate() {
            self.replace(&mut values, pair[0]..pair[1]);
            let left = predict(&values).await?;
            for (gene, (whole, left)) in whole.iter().zip(left).enumerate() {
                let fall = whole - left;
                let fall = if *whole >= THRESHOLD { fall } else { -fall };
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
    fn replace(&self, values: &mut [f32], ranks: std::ops::Range<usize>) {
        let size = self.bins * self.marks;
        for gene in 0..self.genes {
            let whole = &self.values[gene * size..][..size];
            let by = match self.settings.replacement {
                Replacement::Zero => vec![0.0; self.marks],
                Replacement::Mean => importance::mark_means(whole, self.marks),
            };
            let values = &mut values[gene * size..][..size];
            for &bin in &self.order[gene * self.bins..][..self.bins][ranks.clone()] {
                values[bin * self.marks..][..self.marks].copy_from_slice(&by);
            }
        }
    }
}

/// The mean height of a curve over steps that begin at 0.
fn area(steps: &[usize], curve: &[f32]) -> f32 {
    let last = steps[steps.len() - 1] as f64;
    let trapezoids = steps.windows(2).zip(curve.windows(2));
    let area: f64 = trapezoids
        .map(|(steps, heights)| (steps[1] - steps[0]) as f64 * f64::from(heights[0] + heights[1]) / 2.0)
        .sum();
    (area / last) as f32
}

fn check_steps(steps: &[usize], bins: usize) -> Result<(), Error> {
    let rising = steps.windows(2).all(|pair| pair[0] < pair[1]);
    if steps.len() < 2 || steps[0] != 0 || !rising {
        return refuse(format!(
            "found the steps {steps:?}; expected numbers of bins that begin with 0 and rise"
        ));
    }
    let last = steps[steps.len() - 1];
    if last > bins {
        return refuse(format!(
            "found a step of {last} bins; expected at most the {bins} that a gene has"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::importance;
    use super::*;
    use std::task::{Context, Poll, Waker};

    const BINS: usize = 20;
    const MARKS: usize = 2;
    /// Where the known function looks.
    const PLANTED: [usize; 3] = [4, 5, 11];

    /// P(on) by a known function: the first mark's signal in the planted bins, and nothing else.
    fn known(values: &[f32]) -> Vec<f32> {
        let genes = values.chunks_exact(BINS * MARKS);
        genes
            .map(|gene| {
                let signal: f32 = PLANTED.iter().map(|bin| gene[bin * MARKS]).sum();
                1.0 / (1.0 + (3.0 - signal).exp())
            })
            .collect()
    }

    /// Genes of which the even ones have signal in the planted bins, over a background everywhere. All have more of it
    /// where the known function does not look.
    fn genes(count: usize) -> Vec<f32> {
        let mut random = Random::new(5);
        let mut values = Vec::new();
        for gene in 0..count {
            for bin in 0..BINS {
                let strong = match bin {
                    14..18 => 6.0,
                    _ if gene % 2 == 0 && PLANTED.contains(&bin) => 3.0,
                    _ => 0.0,
                };
                values.push(random.uniform() * 0.2 + strong);
                values.push(random.uniform() * 9.0);
            }
        }
        values
    }

    fn run(values: &[f32], importance: &[f32], settings: &DeletionSettings) -> Result<DeletionCurves, Error> {
        let genes: Vec<usize> = (0..values.len() / (BINS * MARKS)).collect();
        let predict = async |values: &[f32]| Ok::<_, Error>(known(values));
        at_once(deletion(values, &genes, [BINS, MARKS], importance, settings, predict))
    }

    fn at_once<T>(test: impl Future<Output = T>) -> T {
        match std::pin::pin!(test).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(found) => found,
            Poll::Pending => panic!("a known function does not wait"),
        }
    }

    fn zero(steps: &[usize]) -> DeletionSettings {
        DeletionSettings {
            steps: steps.to_vec(),
            replacement: Replacement::Zero,
            seed: 1,
        }
    }

    /// 1 for the planted bins of every gene, else 0.
    fn truth(genes: usize) -> Vec<f32> {
        let bins = (0..BINS).map(|bin| f32::from(u8::from(PLANTED.contains(&bin))));
        bins.collect::<Vec<f32>>().repeat(genes)
    }

    #[test]
    fn removal_of_the_planted_bins_beats_chance_and_the_signals_size() {
        let values = genes(40);
        let settings = DeletionSettings {
            replacement: Replacement::Zero,
            ..DeletionSettings::whole_curve(BINS)
        };
        let area = |importance: &[f32]| {
            let curves = run(&values, importance, &settings).expect("a fair test");
            // Genes that are off lose nothing by losing bins that were silent.
            let on: Vec<f32> = curves.area.iter().copied().step_by(2).collect();
            on.iter().sum::<f32>() / on.len() as f32
        };
        let planted = area(&truth(40));
        let chance = area(&importance::random(40, BINS, 7));
        let means = importance::mark_means(&values, MARKS);
        let signal = area(&importance::signal(&values, &means));
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
            replacement: Replacement::Mean,
            seed: 1,
        };
        let curves = run(&values, &truth(1), &settings).expect("a fair test");
        assert!(curves.change[1] > 0.1, "{:?}", curves.change);
    }

    #[test]
    fn replacing_by_the_mean_keeps_each_marks_level() {
        let values = genes(1);
        let settings = DeletionSettings::whole_curve(BINS);
        let test = Test::new(&values, &[0], [BINS, MARKS], &truth(1), &settings).expect("fair");
        let mut replaced = values.clone();
        test.replace(&mut replaced, 0..BINS);
        let means = importance::mark_means(&values, MARKS);
        assert!(replaced.chunks_exact(MARKS).all(|bin| bin == means));
    }

    #[test]
    fn a_gene_without_signal_changes_nothing() {
        let values = vec![0.0; BINS * MARKS];
        let settings = DeletionSettings::whole_curve(BINS);
        let curves = run(&values, &truth(1), &settings).expect("a fair test");
        assert!(curves.change.iter().all(|&change| change == 0.0));
        assert_eq!(curves.area, [0.0]);
    }

    /// The known function, whose saliency and attention are of what it looks at, and the other way round.
    struct Known;

    impl Subject for Known {
        async fn answer(&self, values: &[f32], genes: usize) -> Result<Answer, Error> {
            Ok(Answer {
                probability: known(values),
                alpha: truth(genes).iter().map(|here| 1.0 - here).collect(),
                beta: Vec::new(),
            })
        }

        fn saliency(&self, _: &[f32], genes: usize) -> Result<Vec<f32>, Error> {
            Ok(truth(genes).iter().flat_map(|&here| [-here, 0.0]).collect())
        }
    }

    fn tested(values: &[f32], batches: &[&[usize]], random_orders: usize) -> DeletionTest {
        let settings = zero(&[0, 3, 20]);
        let means = importance::mark_means(values, MARKS);
        let map = vec![0.5; BINS * MARKS];
        let maps = Some([&map[..], &map]);
        let mut test = DeletionTest::new(&Explanation::ALL, settings, random_orders, [BINS, MARKS], maps, means)
            .expect("a fair test");
        for genes in batches {
            let size = BINS * MARKS;
            let of: Vec<f32> = genes
                .iter()
                .flat_map(|gene| &values[gene * size..][..size])
                .copied()
                .collect();
            at_once(test.add(genes, &of, &Known)).expect("a fair test");
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
    fn a_genes_orders_are_the_same_in_any_choice_of_genes() {
        let values = genes(6);
        let (all, one) = (tested(&values, &[&[0, 1, 2, 3, 4, 5]], 4), tested(&values, &[&[4]], 4));
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

    #[test]
    fn no_genes_give_no_mean() {
        let settings = DeletionSettings::whole_curve(BINS);
        let curves = run(&[], &[], &settings).expect("nothing to test");
        assert_eq!((curves.mean_area(), curves.mean_change()), (None, None));
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
            let test = Test::new(&values, &[0], [BINS, MARKS], &equal, &settings).expect("fair");
            test.order[0]
        };
        let firsts: std::collections::BTreeSet<usize> = (0..20).map(first).collect();
        assert!(firsts.len() > 5, "{firsts:?}");
        assert_eq!(first(3), first(3));
    }

    #[test]
    fn every_point_of_the_curve_replaces_more_bins() {
        for bins in [1, 2, 3, 7, 33, 100, 201] {
            let steps = DeletionSettings::whole_curve(bins).steps;
            assert!(check_steps(&steps, bins).is_ok(), "{bins}: {steps:?}");
            assert_eq!(steps.last(), Some(&bins));
        }
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

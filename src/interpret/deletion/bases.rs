//! Deletion test of a track: how much its sum over bins falls when the bases that an explanation ranks highest are
//! replaced.
//!
//! ```text
//! f         the track's sum over some bins of a window, the mean of the strands that are read
//! x(k, s)   the window with its k most important bases as a shuffle s of it has them, which keeps pairs of neighbours
//! change(k) = 1 − mean over shuffles of f(x(k, s)) / f(x)
//! area      as for bins: the mean height of the curve
//! ```
//!
//! Only bases under those bins are ranked. Replacements leave a quarter of them unchanged, equally for all
//! explanations. As in the test of bins, areas are only meaningful against [`Random`](BaseExplanation::Random).

use std::ops::Range;

use super::super::attribution::Shuffles;
use super::super::motifs::{Best, ScoredMotif};
use super::super::random::Random;
use super::super::{FoundSites, PlantedSite, check_numbers, refuse, sites_within};
use super::curves::area;
use super::{DeletionCurves, MeanDeletion, TestedExplanation};
use crate::error::Error;

/// Fractions of the bases that are replaced, in thousandths: a track depends on a small part of them.
pub const PER_MILLE: [usize; 8] = [0, 5, 10, 20, 50, 100, 150, 200];

/// Number of shuffles that replacement bases are taken from.
pub const REPLACEMENTS: usize = 3;

/// Ranking of bases. [`Motifs`](Self::Motifs) and [`Random`](Self::Random) do not depend on the model: an explanation
/// of the model must do better than known motifs at any place, and than chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseExplanation {
    /// Contribution of each base, by one gradient.
    Gradient,
    /// Contribution of each base, by integrated gradients from shuffles.
    IntegratedGradients,
    /// Effect of mutating it.
    Mutagenesis,
    /// Attention that its bin receives from other bins, averaged over layers, heads and query bins.
    Attention,
    /// −log10 of the p-value of the best site of any motif that covers it.
    Motifs,
    /// Random numbers.
    Random,
}

impl BaseExplanation {
    /// All, in the order in which they are tested.
    pub const ALL: [Self; 6] = [
        Self::Gradient,
        Self::IntegratedGradients,
        Self::Mutagenesis,
        Self::Attention,
        Self::Motifs,
        Self::Random,
    ];
}

/// Attention that each bin receives from other bins, `[bins]`, averaged over layers, heads and rows. `attention` has
/// [heads, bins, bins] for each layer. Attention of a bin to itself does not count.
pub fn received(attention: &[Vec<f32>], bins: usize) -> Vec<f32> {
    let mut sums = vec![0.0_f64; bins];
    let mut rows = 0;
    for layer in attention {
        for (row, values) in layer.chunks_exact(bins).enumerate() {
            for (to, (sum, value)) in sums.iter_mut().zip(values).enumerate() {
                if to != row % bins {
                    *sum += f64::from(*value);
                }
            }
            rows += 1;
        }
    }
    sums.into_iter()
        .map(|sum| (sum / f64::from(rows.max(1))) as f32)
        .collect()
}

/// Scores each base by −log10 of the p-value of the best site of any motif that covers it, on either strand; 0 if none
/// does.
pub fn motif_scores(codes: &[u8], motifs: &[ScoredMotif]) -> Vec<f32> {
    let mut scores = vec![0.0_f32; codes.len()];
    for motif in motifs {
        for start in 0..(codes.len() + 1).saturating_sub(motif.width()) {
            let site = start..start + motif.width();
            if let Some(Best { p, .. }) = motif.best_strand(&codes[site.clone()]) {
                // A p-value of 0 is due to rounding.
                let score = -p.max(f64::MIN_POSITIVE).log10() as f32;
                scores[site].iter_mut().for_each(|value| *value = value.max(score));
            }
        }
    }
    scores
}

/// Random importance of a window's bases, from a seed and the window's name.
pub fn random_bases(bases: usize, seed: u64, name: &str) -> Vec<f32> {
    let mut random = Random::named(&[seed], name);
    // As many bits as a float32 holds.
    (0..bases).map(|_| (random.next() >> 40) as f32).collect()
}

/// Name of a window of a record, which seeds its test: its ranked bases, counted from 1.
pub fn window_name(record: &str, start: i64, ranked: &Range<usize>) -> String {
    let [first, last] = [ranked.start as i64 + 1, ranked.end as i64].map(|at| start + at);
    format!("{record}:{first}-{last}")
}

/// Compares explanations on the same windows.
#[derive(Debug, Clone, PartialEq)]
pub struct BaseDeletionTest {
    tested: Vec<TestedExplanation<BaseExplanation>>,
    found: Vec<Option<FoundSites>>,
    scores: Vec<f32>,
    seed: u64,
}

/// A window under test.
#[derive(Debug, Clone, Copy)]
pub struct TestedWindow<'a> {
    /// Name that seeds its shuffles and the order of equally important bases.
    pub name: &'a str,
    /// Its bases.
    pub codes: &'a [u8],
    /// The ranked bases.
    pub ranked: &'a Range<usize>,
    /// Sites planted in its record, if known.
    pub planted: Option<PlantedRecord<'a>>,
}

/// Sites planted in the record of a window.
#[derive(Debug, Clone, Copy)]
pub struct PlantedRecord<'a> {
    /// The record's sites, counted from its first base.
    pub sites: &'a [PlantedSite],
    /// The window's first base in the record; negative if the window begins before it.
    pub start: i64,
    /// Bases per bin.
    pub bin: usize,
}

impl PlantedRecord<'_> {
    /// Sites under the window's ranked bases, counted from the first of these.
    pub fn under(&self, ranked: &Range<usize>) -> Vec<PlantedSite> {
        let of_record = |base: usize| usize::try_from(self.start + base as i64).unwrap_or(0);
        sites_within(self.sites, of_record(ranked.start)..of_record(ranked.end))
    }
}

impl BaseDeletionTest {
    /// Starts with these explanations and no window.
    pub fn new(explanations: &[BaseExplanation], seed: u64) -> Self {
        Self {
            tested: explanations.iter().map(|&each| TestedExplanation::new(each)).collect(),
            found: vec![None; explanations.len()],
            scores: Vec::new(),
            seed,
        }
    }

    /// Tests a window. `importance` has the importance of its ranked bases, by each explanation; `predict` computes f
    /// of a window.
    ///
    /// # Errors
    /// [`Error::Explanation`] for wrong lengths, or if f of the window is not above 0; errors of `predict`.
    pub async fn add(
        &mut self,
        window: TestedWindow<'_>,
        importance: &[Vec<f32>],
        mut predict: impl AsyncFnMut(&[u8]) -> Result<f32, Error>,
    ) -> Result<(), Error> {
        let (first, bases) = (window.ranked.start, window.ranked.len());
        if importance.len() != self.tested.len() {
            return refuse(format!(
                "found the importance of {} explanations; expected {}",
                importance.len(),
                self.tested.len()
            ));
        }
        let whole = predict(window.codes).await?;
        if whole.is_nan() || whole <= 0.0 {
            return refuse(format!(
                "found {whole} predicted for {}; expected a sum above 0, of which a share can be lost",
                window.name
            ));
        }
        let mut drawn = Shuffles::new(Random::named(&[self.seed], window.name).next());
        let shuffles: Vec<Vec<u8>> = (0..REPLACEMENTS).map(|_| drawn.next_of(window.codes)).collect();
        let steps = steps(bases);
        // Added at the end, so that a test that ends early leaves no trace.
        let mut found = Vec::with_capacity(importance.len());
        for importance in importance {
            check_numbers("importance", importance, bases)?;
            let mut random = Random::named(&[self.seed, 1], window.name);
            let mut keyed: Vec<_> = (0..bases).map(|base| (base, random.next())).collect();
            keyed.sort_by(|&(a, key_a), &(b, key_b)| {
                let by_importance = importance[b].total_cmp(&importance[a]);
                by_importance.then(key_a.cmp(&key_b))
            });
            let mut change = vec![0.0];
            for &step in &steps[1..] {
                let mut left = 0.0_f64;
                for shuffle in &shuffles {
                    let mut codes = window.codes.to_vec();
                    for &(base, _) in &keyed[..step] {
                        codes[first + base] = shuffle[first + base];
                    }
                    left += f64::from(predict(&codes).await?);
                }
                change.push((1.0 - left / REPLACEMENTS as f64 / f64::from(whole)) as f32);
            }
            let area = vec![area(&steps, &change)];
            let steps = steps.clone();
            found.push(DeletionCurves { steps, change, area });
        }
        for (tested, curves) in self.tested.iter_mut().zip(found) {
            tested.extend(&[curves]);
        }
        if let Some(planted) = window.planted {
            let sites = planted.under(window.ranked);
            for ((of, importance), tested) in self.found.iter_mut().zip(importance).zip(&self.tested) {
                let found = FoundSites::of(tested.explanation, importance, planted.bin, &sites);
                *of = Some(of.map_or(found, |before| before + found));
            }
        }
        self.scores.push(whole);
        Ok(())
    }

    /// Results, in the order of the explanations.
    pub fn curves(&self) -> &[TestedExplanation<BaseExplanation>] {
        &self.tested
    }

    /// Number of planted sites that each explanation's importance finds, in windows with known sites; `None` if there
    /// are none.
    pub fn found(&self) -> &[Option<FoundSites>] {
        &self.found
    }

    /// f of each unchanged window.
    pub fn scores(&self) -> &[f32] {
        &self.scores
    }

    /// Means over all windows, and paired differences from random.
    pub fn means(&self) -> Vec<MeanDeletion> {
        let windows: Vec<usize> = (0..self.scores.len()).collect();
        let is_random = |each: &&TestedExplanation<BaseExplanation>| each.explanation == BaseExplanation::Random;
        let random = self.tested.iter().find(is_random);
        let of = |each: &TestedExplanation<BaseExplanation>| {
            let against = random.filter(|random| random.explanation != each.explanation);
            each.mean(&windows, PER_MILLE.len(), against, None)
        };
        self.tested.iter().map(of).collect()
    }
}

/// Number of bases that are replaced at each point.
fn steps(bases: usize) -> Vec<usize> {
    PER_MILLE.map(|share| (share * bases).div_ceil(1000)).to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::known::at_once;
    use super::*;
    use crate::interpret::Found;
    use crate::interpret::motifs::Background;
    use crate::sequence::codes::encode;
    use crate::sequence::motifs::Motif;

    const LETTERS: &[u8] = b"GATCTAGCATGCTTACCCGGATTCAGCTAGCTAGGCATTCGCATCTATAAGATCAGCATGACTAGCTA";

    fn codes() -> Vec<u8> {
        LETTERS.iter().map(|&letter| encode(letter)).collect()
    }

    /// 1, and 1 more for each base of the site at 12 to 19 that is still there.
    async fn predict(codes: &[u8]) -> Result<f32, Error> {
        let there = codes[12..20].iter().zip(b"TTACCCGG");
        Ok(1.0 + there.filter(|(code, letter)| **code == encode(**letter)).count() as f32)
    }

    fn window(codes: &[u8]) -> TestedWindow<'_> {
        TestedWindow {
            name: "w",
            codes,
            ranked: &(4..64),
            planted: None,
        }
    }

    #[test]
    fn what_the_sum_rests_on_falls_before_what_it_does_not() {
        let codes = codes();
        let truth: Vec<f32> = (4..64)
            .map(|base| f32::from(u8::from((12..20).contains(&base))))
            .collect();
        let against: Vec<f32> = truth.iter().map(|value| -value).collect();
        let mut test = BaseDeletionTest::new(&[BaseExplanation::Gradient, BaseExplanation::Random], 1);
        at_once(test.add(window(&codes), &[truth, against], predict)).expect("a fair test");
        let [first, last] = test.curves() else { panic!("two") };
        assert_eq!(test.scores(), [9.0]);
        assert_eq!(first.change.len(), PER_MILLE.len());
        // 12 bases, all eight of the site among them, of which shuffles leave about a quarter.
        assert!(first.area[0] > 0.2, "{first:?}");
        assert_eq!(last.area, [0.0]);
        let means = test.means();
        assert_eq!(means[0].area_ahead.mean, means[0].area.mean);
        assert!(means[1].ahead.is_empty());
    }

    #[test]
    fn the_order_of_a_window_is_held_against_the_sites_planted_in_its_record() {
        let codes = codes();
        let truth: Vec<f32> = (4..64)
            .map(|base| f32::from(u8::from((12..20).contains(&base))))
            .collect();
        let explanations = [BaseExplanation::Gradient, BaseExplanation::Attention];
        let mut test = BaseDeletionTest::new(&explanations, 1);
        // The window begins at base 100 of the record; the second site is a decoy, the third outside what is ranked.
        let site = |start: usize, acts: bool| PlantedSite {
            start,
            end: start + 8,
            acts,
        };
        let sites = [site(112, true), site(140, false), site(162, true)];
        let planted = PlantedRecord {
            sites: &sites,
            start: 100,
            bin: 4,
        };
        let known = TestedWindow {
            planted: Some(planted),
            ..window(&codes)
        };
        let importance = [truth.clone(), truth];
        at_once(test.add(known, &importance, predict)).expect("a fair test");
        at_once(test.add(window(&codes), &importance, predict)).expect("a fair test");
        let [gradient, attention] = test.found() else {
            panic!("two")
        };
        let of = |sites, decoys| Found {
            sites,
            found: sites,
            decoys,
            decoys_found: 0,
        };
        assert_eq!(
            *gradient,
            Some(FoundSites {
                bases: Some(of(1, 1)),
                bins: of(2, 2)
            })
        );
        assert_eq!(
            *attention,
            Some(FoundSites {
                bases: None,
                bins: of(2, 2)
            })
        );
    }

    #[test]
    fn a_window_is_tested_the_same_beside_any_other() {
        let codes = codes();
        let importance = vec![random_bases(60, 3, "w")];
        let mut alone = BaseDeletionTest::new(&[BaseExplanation::Random], 3);
        at_once(alone.add(window(&codes), &importance, predict)).expect("a fair test");
        let mut second = BaseDeletionTest::new(&[BaseExplanation::Random], 3);
        let other = TestedWindow {
            name: "v",
            ..window(&codes)
        };
        at_once(second.add(other, &importance, predict)).expect("a fair test");
        at_once(second.add(window(&codes), &importance, predict)).expect("a fair test");
        let steps = PER_MILLE.len();
        assert_eq!(second.curves()[0].change[steps..], alone.curves()[0].change);
    }

    #[test]
    fn nothing_predicted_and_numbers_that_are_none_are_refused() {
        let codes = codes();
        let refused = |importance: Vec<f32>, f: f32| {
            let mut test = BaseDeletionTest::new(&[BaseExplanation::Random], 1);
            let error = at_once(test.add(window(&codes), &[importance], async |_: &[u8]| Ok(f)));
            error.expect_err("no test").to_string()
        };
        assert!(refused(vec![0.0; 60], 0.0).contains("above 0"));
        assert!(refused(vec![0.0; 59], 1.0).contains("59 numbers"));
        assert!(refused(vec![f32::NAN; 60], 1.0).contains("NaN"));
    }

    #[test]
    fn a_bin_receives_what_others_give_it() {
        // Two heads of one layer, three bins; rows ask.
        let layer = [0.5, 0.25, 0.25, 0.0, 1.0, 0.0, 0.5, 0.5, 0.0].repeat(2);
        assert_eq!(received(&[layer], 3), [0.5 / 3.0, 0.75 / 3.0, 0.25 / 3.0]);
        assert_eq!(received(&[], 2), [0.0, 0.0]);
    }

    #[test]
    fn the_best_site_over_a_base_scores_it() {
        let row = |letter: u8| {
            let mut row = [0.0; 4];
            row[usize::from(encode(letter))] = 1.0;
            row
        };
        let motif = Motif {
            id: "m".to_owned(),
            name: "m".to_owned(),
            rows: b"CCGGGTAA".iter().map(|&letter| row(letter)).collect(),
            sites: 20.0,
        };
        // On the other strand it reads TTACCCGG.
        let motif = ScoredMotif::new(&motif, Background::UNIFORM);
        let scores = motif_scores(&codes(), &[motif]);
        assert!(
            scores[12..20]
                .iter()
                .all(|score| (score - 8.0 * 4.0_f32.log10()).abs() < 1e-3)
        );
        assert_eq!((scores[11], scores[20]), (0.0, 0.0));
    }
}

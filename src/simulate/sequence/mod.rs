//! Simulated sequences and tracks: random bases with the composition of budding yeast's genome, and planted sites with
//! known effects.
//!
//! Sites of nucleosome-depleting factors open the chromatin: the track `ATAC` has a peak at each, the track `MNase` a
//! gap, with phased nucleosomes beside it. Sites of one motif, a decoy, have no effect. There are no sites by chance,
//! only planted ones. Counts are Poisson.
//!
//! Variants have known effects: some break a site, some break a decoy, some are elsewhere.

mod motif;
mod tracks;
mod variants;
mod write;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use self::motif::scan;
pub use self::motif::{MOTIFS, Motif};
pub use self::tracks::{TRACKS, rates};
pub use self::variants::{Effect, SimulatedVariant};
pub use self::write::{write_bedgraph, write_fasta, write_motifs, write_sites, write_vcf};
use super::hm::SimulationError;
use crate::sequence::codes::{self, letter};

/// Probabilities of A, C, G and T in the genome of *Saccharomyces cerevisiae*, with a GC content of 38%.
const COMPOSITION: [f64; 4] = [0.31, 0.19, 0.19, 0.31];

/// Smallest and largest distance from the end of one site to the start of the next, in base pairs.
const GAP: (usize, usize) = (300, 1_100);

/// Shortest sequence: fits a site and its effects.
const SHORTEST: usize = 2_000;

/// Base pairs per count of a track.
pub const STEP: usize = 16;

/// Settings of a simulation of sequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SequenceConfig {
    /// Number of sequences.
    pub records: usize,
    /// Length of each in base pairs.
    pub length: usize,
    /// Number of variants, over all sequences.
    pub variants: usize,
    /// The same seed gives the same data; a sequence does not depend on the number of sequences.
    pub seed: u64,
}

impl Default for SequenceConfig {
    /// One sequence of 131,072 bp, the input length of Basenji, and 24 variants.
    fn default() -> Self {
        Self {
            records: 1,
            length: 131_072,
            variants: 24,
            seed: 1,
        }
    }
}

/// Simulated data.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedSequence {
    /// The sequences.
    pub records: Vec<SimulatedRecord>,
    /// Their variants, in order.
    pub variants: Vec<SimulatedVariant>,
}

/// One sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedRecord {
    /// `sim1`, `sim2` and so on.
    pub name: String,
    /// Its bases.
    pub codes: Vec<u8>,
    /// All sites in it, in order.
    pub sites: Vec<Site>,
    /// Counts of each of [`TRACKS`], one per [`STEP`]; the last step may be shorter.
    pub counts: Vec<Vec<f32>>,
}

/// A planted site.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Its first base, counted from 0.
    pub start: usize,
    /// Its motif.
    pub motif: Motif,
    /// True on the reverse strand.
    pub reverse: bool,
    /// Strength relative to other sites of its motif; 1 on average.
    pub strength: f64,
}

impl Site {
    /// Exclusive end.
    pub fn end(&self) -> usize {
        self.start + self.motif.width()
    }

    /// Its centre, in base pairs from the start of the sequence.
    pub fn centre(&self) -> f64 {
        self.start as f64 + self.motif.width() as f64 / 2.0
    }

    /// Its effect on chromatin opening.
    pub fn effect(&self) -> f64 {
        self.motif.effect * self.strength
    }

    /// Its bases on the forward strand.
    pub fn letters(&self, sequence: &[u8]) -> String {
        sequence[self.start..self.end()]
            .iter()
            .map(|&code| char::from(letter(code)))
            .collect()
    }
}

/// Simulates what `config` says.
///
/// # Errors
/// [`SimulationError`].
pub fn simulate(config: &SequenceConfig) -> Result<SimulatedSequence, SimulationError> {
    for (name, found) in [("records", config.records), ("length", config.length)] {
        if found == 0 {
            return Err(SimulationError::Zero { name });
        }
    }
    if config.length < SHORTEST {
        return Err(SimulationError::TooShort {
            found: config.length,
            expected: SHORTEST,
        });
    }
    let records: Vec<SimulatedRecord> = (0..config.records)
        .map(|number| record(config, number as u64))
        .collect();
    let variants = variants::draw(config, &records);
    Ok(SimulatedSequence { records, variants })
}

fn record(config: &SequenceConfig, number: u64) -> SimulatedRecord {
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    rng.set_stream(number + 1);
    let mut codes: Vec<u8> = (0..config.length).map(|_| base(&mut rng)).collect();
    let sites = plant(&mut codes, &mut rng);
    clear(&mut codes, &sites, &mut rng);
    let counts = tracks::draw(config.length, &sites, &mut rng);
    SimulatedRecord {
        name: format!("sim{}", number + 1),
        codes,
        sites,
        counts,
    }
}

/// A random base.
fn base(rng: &mut ChaCha8Rng) -> u8 {
    let mut place: f64 = rng.random();
    for (code, chance) in (codes::A..).zip(COMPOSITION) {
        if place < chance {
            return code;
        }
        place -= chance;
    }
    codes::T
}

/// Plants sites in the sequence.
fn plant(codes: &mut [u8], rng: &mut ChaCha8Rng) -> Vec<Site> {
    let mut sites = Vec::new();
    let mut at = rng.random_range(GAP.0..GAP.1);
    loop {
        let motif = MOTIFS[rng.random_range(0..MOTIFS.len())];
        let reverse = rng.random_bool(0.5);
        let strength = rng.random_range(0.7..1.3);
        if at + motif.width() + GAP.0 > codes.len() {
            return sites;
        }
        codes[at..at + motif.width()].copy_from_slice(&motif.draw(reverse, rng));
        sites.push(Site {
            start: at,
            motif,
            reverse,
            strength,
        });
        at += motif.width() + rng.random_range(GAP.0..GAP.1);
    }
}

/// Returns true if a site is one of the planted ones.
fn is_planted(found: &motif::Found, sites: &[Site]) -> bool {
    let motif = MOTIFS[found.motif];
    let overlaps = sites.binary_search_by(|site| {
        if site.end() <= found.start {
            std::cmp::Ordering::Less
        } else if site.start >= found.start + motif.width() {
            std::cmp::Ordering::Greater
        } else {
            std::cmp::Ordering::Equal
        }
    });
    overlaps.is_ok_and(|site| {
        let site = &sites[site];
        // A palindromic site is found twice.
        site.start == found.start && site.motif.name == motif.name
    })
}

/// Redraws bases where a site occurs by chance, until there are none. Planted sites are not changed, except for the
/// free bases of one that contains another.
fn clear(codes: &mut [u8], sites: &[Site], rng: &mut ChaCha8Rng) {
    let planted = |at: usize| {
        let next = sites.partition_point(|site| site.end() <= at);
        sites.get(next).filter(|site| site.start <= at)
    };
    loop {
        let chance: Vec<_> = scan(codes)
            .into_iter()
            .filter(|found| !is_planted(found, sites))
            .collect();
        if chance.is_empty() {
            return;
        }
        for found in chance {
            let motif = MOTIFS[found.motif];
            let mut redrawn = false;
            for at in motif.fixed(found.reverse) {
                if planted(found.start + at).is_none() {
                    codes[found.start + at] = base(rng);
                    redrawn = true;
                }
            }
            let first = motif.fixed(found.reverse).into_iter().next();
            let around = first.and_then(|at| planted(found.start + at));
            if let (false, Some(site)) = (redrawn, around) {
                codes[site.start..site.end()].copy_from_slice(&site.motif.draw(site.reverse, rng));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_planted_is_all_that_there_is() {
        for seed in 1..4 {
            let simulated = simulate(&SequenceConfig {
                records: 2,
                length: 60_000,
                seed,
                ..SequenceConfig::default()
            })
            .unwrap();
            for record in &simulated.records {
                assert!(record.sites.len() > 50);
                let mut found: Vec<_> = scan(&record.codes)
                    .iter()
                    .map(|found| (found.start, MOTIFS[found.motif].name))
                    .collect();
                found.dedup();
                let planted: Vec<_> = record.sites.iter().map(|site| (site.start, site.motif.name)).collect();
                assert_eq!(found, planted);
            }
        }
    }

    #[test]
    fn a_site_that_has_another_inside_is_drawn_anew() {
        // The tenth of these records has one.
        let simulated = simulate(&SequenceConfig {
            records: 12,
            seed: 2,
            ..SequenceConfig::default()
        });
        assert_eq!(simulated.unwrap().records.len(), 12);
    }

    #[test]
    fn the_composition_is_that_of_yeast() {
        let simulated = simulate(&SequenceConfig::default()).unwrap();
        let codes = &simulated.records[0].codes;
        let gc = codes.iter().filter(|code| [codes::C, codes::G].contains(code)).count();
        let share = gc as f64 / codes.len() as f64;
        assert!((share - 0.38).abs() < 0.01, "{share}");
    }

    #[test]
    fn a_record_does_not_depend_on_how_many_there_are() {
        let of = |records| {
            simulate(&SequenceConfig {
                records,
                length: 5_000,
                ..SequenceConfig::default()
            })
            .unwrap()
        };
        assert_eq!(of(1).records[0], of(3).records[0]);
        assert_ne!(of(3).records[0].codes, of(3).records[1].codes);
    }

    #[test]
    fn settings_that_nothing_can_be_made_with_are_said() {
        for (config, words) in [
            (
                SequenceConfig {
                    records: 0,
                    ..SequenceConfig::default()
                },
                "records = 0",
            ),
            (
                SequenceConfig {
                    length: 0,
                    ..SequenceConfig::default()
                },
                "length = 0",
            ),
            (
                SequenceConfig {
                    length: 500,
                    ..SequenceConfig::default()
                },
                "length = 500; expected at least 2000",
            ),
        ] {
            assert!(simulate(&config).unwrap_err().to_string().contains(words));
        }
    }
}

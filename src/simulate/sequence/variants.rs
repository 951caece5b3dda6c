//! Variants with known effects.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::motif::scan;
use super::tracks::rates;
use super::{SequenceConfig, SimulatedRecord, Site};
use crate::sequence::codes;

/// Variants have their own stream of random numbers.
const STREAM: u64 = u64::MAX;

/// Effect of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It breaks a site.
    Breaks,
    /// It breaks a site without effect.
    Decoy,
    /// It is far from every site.
    Neutral,
}

impl Effect {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Breaks => "breaks",
            Self::Decoy => "decoy",
            Self::Neutral => "neutral",
        }
    }
}

/// A variant.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedVariant {
    /// The record, counted from 0.
    pub record: usize,
    /// The first base, counted from 0.
    pub position: usize,
    /// The bases there.
    pub reference: Vec<u8>,
    /// The bases that replace them.
    pub alternative: Vec<u8>,
    /// Its effect.
    pub effect: Effect,
    /// The site that it breaks, as index in the record.
    pub site: Option<usize>,
    /// The change of each track's expected counts, summed over the record.
    pub change: [f64; 2],
}

/// Smallest distance of a neutral variant from every site, in base pairs.
const FAR: usize = 100;

/// Distance from a variant within which a site that it changes begins or ends: longer than any site.
const NEAR: usize = 64;

/// Largest number of draws of a variant before it is dropped: one in a thousand creates a site by chance.
const TRIES: usize = 100;

/// Draws variants: of every four, two break a site, one breaks a decoy and one has no effect; every third of those that
/// break is a deletion.
pub fn draw(config: &SequenceConfig, records: &[SimulatedRecord]) -> Vec<SimulatedVariant> {
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    rng.set_stream(STREAM);
    let mut variants: Vec<SimulatedVariant> = Vec::new();
    for number in 0..config.variants {
        let effect = [Effect::Breaks, Effect::Neutral, Effect::Breaks, Effect::Decoy][number % 4];
        for _ in 0..TRIES {
            let record = rng.random_range(0..records.len());
            let drawn = match effect {
                Effect::Neutral => neutral(record, &records[record], &mut rng),
                _ => breaking(record, &records[record], effect, number % 3 == 2, &mut rng),
            };
            let Some(variant) = drawn else { continue };
            let taken = variants
                .iter()
                .any(|other| other.record == variant.record && other.position.abs_diff(variant.position) < FAR);
            if !taken && does_that_alone(&variant, &records[record]) {
                variants.push(variant);
                break;
            }
        }
    }
    variants.sort_by_key(|variant| (variant.record, variant.position));
    variants
}

/// A variant far from every site.
fn neutral(number: usize, record: &SimulatedRecord, rng: &mut ChaCha8Rng) -> Option<SimulatedVariant> {
    let position = rng.random_range(FAR..record.codes.len() - FAR);
    let near = |site: &Site| position + FAR > site.start && position < site.end() + FAR;
    if record.sites.iter().any(near) {
        return None;
    }
    Some(SimulatedVariant {
        record: number,
        position,
        reference: vec![record.codes[position]],
        alternative: vec![another(record.codes[position], rng)],
        effect: Effect::Neutral,
        site: None,
        change: [0.0; 2],
    })
}

/// A variant within a site.
fn breaking(
    number: usize,
    record: &SimulatedRecord,
    effect: Effect,
    deletion: bool,
    rng: &mut ChaCha8Rng,
) -> Option<SimulatedVariant> {
    let place = rng.random_range(0..record.sites.len());
    let site = &record.sites[place];
    if site.motif.is_decoy() != (effect == Effect::Decoy) {
        return None;
    }
    let fixed = site.motif.fixed(site.reverse);
    let position = site.start + fixed[rng.random_range(0..fixed.len())];
    let base = record.codes[position];
    let (reference, alternative) = if deletion {
        // The base before it stays, as in VCF deletions.
        let size = rng.random_range(1..4);
        let end = (position + 1 + size).min(site.end());
        (record.codes[position..end].to_vec(), vec![base])
    } else {
        (vec![base], vec![another(base, rng)])
    };
    if reference == alternative {
        return None;
    }
    let mut without = record.sites.clone();
    without.remove(place);
    let length = record.codes.len();
    let (before, after) = (rates(length, &record.sites), rates(length, &without));
    let sum = |rates: &[f64]| rates.iter().sum::<f64>();
    Some(SimulatedVariant {
        record: number,
        position,
        reference,
        alternative,
        effect,
        site: Some(place),
        change: [0, 1].map(|track| sum(&after[track]) - sum(&before[track])),
    })
}

/// Returns true if the sequence with the variant has all sites but the one that it breaks, and no others. Only nearby
/// sites can change.
fn does_that_alone(variant: &SimulatedVariant, record: &SimulatedRecord) -> bool {
    let SimulatedVariant {
        position,
        reference,
        alternative,
        ..
    } = variant;
    let first = position.saturating_sub(NEAR);
    let last = (position + reference.len() + NEAR).min(record.codes.len());
    let before = &record.codes[first..last];
    let at = position - first;
    let mut after = before.to_vec();
    after.splice(at..at + reference.len(), alternative.iter().copied());

    let removed = reference.len() - alternative.len();
    let sites = |codes: &[u8], removed| -> Vec<(usize, usize)> {
        let mut sites: Vec<_> = scan(codes)
            .iter()
            .map(|found| {
                let moved = if found.start > at { removed } else { 0 };
                (found.start + moved, found.motif)
            })
            .collect();
        sites.dedup();
        sites
    };
    let mut expected = sites(before, 0);
    if let Some(site) = variant.site {
        let start = record.sites[site].start - first;
        expected.retain(|found| found.0 != start);
    }
    sites(&after, removed) == expected
}

/// A base other than this one.
fn another(code: u8, rng: &mut ChaCha8Rng) -> u8 {
    (code + rng.random_range(1..4)) % (codes::T + 1)
}

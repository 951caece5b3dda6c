//! Dinucleotide shuffles, the baselines of sequence attributions.

use crate::interpret::random::Random;
use crate::sequence::codes::UNKNOWN;

/// Shuffled sequences, determined by a seed.
#[derive(Debug, Clone)]
pub struct Shuffles(Random);

impl Shuffles {
    /// Shuffles of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Random::new(seed))
    }

    /// A random order of the known bases of `codes` with the same dinucleotide counts, each such order equally likely
    /// (Altschul and Erickson, Molecular Biology and Evolution 1985). Stretches between unknown bases are shuffled
    /// separately and keep their first and last base.
    pub fn next_of(&mut self, codes: &[u8]) -> Vec<u8> {
        shuffled_pairs(codes, &mut self.0)
    }
}

fn shuffled_pairs(codes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut shuffled = codes.to_vec();
    for stretch in shuffled.chunk_by_mut(|a, b| (*a < UNKNOWN) == (*b < UNKNOWN)) {
        if stretch[0] < UNKNOWN && stretch.len() > 3 {
            shuffle(stretch, random);
        }
    }
    shuffled
}

/// A sequence is a walk along its dinucleotides; this draws another walk along the same ones.
fn shuffle(codes: &mut [u8], random: &mut Random) {
    let end = usize::from(codes[codes.len() - 1]);
    // Bases that follow each base, in order.
    let mut next: [Vec<u8>; 4] = Default::default();
    for pair in codes.windows(2) {
        next[usize::from(pair[0])].push(pair[1]);
    }
    // The last steps away from each base must lead to the end, or the walk stops before it has used every dinucleotide.
    let last = loop {
        let chosen = [0, 1, 2, 3].map(|base: usize| match next[base].len() {
            0 => None,
            _ if base == end => None,
            count => Some(below(random, count)),
        });
        let leads_on = (0..4).all(|base| {
            let mut at = base;
            // Four steps reach the end, or none does.
            for _ in 0..4 {
                let Some(step) = chosen[at] else { break };
                at = usize::from(next[at][step]);
            }
            at == end || next[base].is_empty()
        });
        if leads_on {
            break chosen;
        }
    };
    for (steps, last) in next.iter_mut().zip(last) {
        let count = match last {
            Some(last) => {
                let kept = steps.len() - 1;
                steps.swap(last, kept);
                kept
            }
            None => steps.len(),
        };
        for place in (1..count).rev() {
            steps.swap(place, below(random, place + 1));
        }
    }
    let mut taken = [0; 4];
    let mut at = usize::from(codes[0]);
    for code in &mut codes[1..] {
        *code = next[at][taken[at]];
        taken[at] += 1;
        at = usize::from(*code);
    }
}

/// Uniform below `count`.
fn below(random: &mut Random, count: usize) -> usize {
    // With 64 bits the bias, one in 2^40, is negligible.
    ((u128::from(random.next()) * count as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sequence::codes::encode;

    fn codes(text: &str) -> Vec<u8> {
        text.bytes().map(encode).collect()
    }

    fn pairs(codes: &[u8]) -> BTreeMap<[u8; 2], usize> {
        let mut counts = BTreeMap::new();
        for pair in codes.windows(2) {
            *counts.entry([pair[0], pair[1]]).or_default() += 1;
        }
        counts
    }

    #[test]
    fn pairs_of_neighbours_occur_as_often_as_before_and_unknown_bases_stay() {
        let mut random = Random::new(3);
        for length in [0, 1, 2, 3, 4, 5, 30, 2_000] {
            let sequence: Vec<u8> = (0..length).map(|_| (random.next() % 4) as u8).collect();
            let shuffled = shuffled_pairs(&sequence, &mut random);
            assert_eq!(pairs(&shuffled), pairs(&sequence));
            assert_eq!((shuffled.first(), shuffled.last()), (sequence.first(), sequence.last()));
            assert!(length < 2_000 || shuffled != sequence);
        }
        let sequence = codes("NNACGTACGTTGCANNNNACGTGCATGCATCGATGCN");
        let shuffled = shuffled_pairs(&sequence, &mut random);
        assert_eq!(pairs(&shuffled), pairs(&sequence));
        let unknown = |codes: &[u8]| codes.iter().map(|&code| code == UNKNOWN).collect::<Vec<_>>();
        assert_eq!(unknown(&shuffled), unknown(&sequence));
    }

    #[test]
    fn every_order_is_alike_likely() {
        let mut random = Random::new(1);
        let sequence = codes("ACAGATACA");
        let mut counts: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        const DRAWS: usize = 12_000;
        for _ in 0..DRAWS {
            *counts.entry(shuffled_pairs(&sequence, &mut random)).or_default() += 1;
        }
        // A's four steps away from it: C twice, G and T, of which the walk takes any order, 4! / 2! = 12.
        assert_eq!(counts.len(), 12);
        let expected = DRAWS as f64 / 12.0;
        let chi_square: f64 = counts
            .values()
            .map(|&count| (count as f64 - expected).powi(2) / expected)
            .sum();
        // With 11 degrees of freedom, the quantile is 31.3 at one in a thousand.
        assert!(chi_square < 31.3, "{chi_square}");
    }
}

//! Tracks of planted sites.

use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson};

use super::{STEP, Site};

/// The tracks, in order.
pub const TRACKS: [&str; 2] = ["ATAC", "MNase"];

/// Expected counts per step far from sites.
const BACKGROUND: [f64; 2] = [1.0, 6.0];

/// Expected counts per step that a site of effect 1 adds to the track ATAC at its centre.
const PEAK: f64 = 12.0;

/// Standard deviation of the peak and of the gap around a site, in base pairs.
const WIDTH: f64 = 60.0;

/// Nucleosome repeat length in yeast, in base pairs.
const REPEAT: f64 = 165.0;

/// Decay length of nucleosome phasing around a site, in base pairs, and its amplitude.
const PHASE: (f64, f64) = (300.0, 0.5);

/// Distance beyond which sites have no effect on a step.
const REACH: f64 = 1_500.0;

/// Expected counts of each track in steps of [`STEP`] bp over a sequence of `length`, given its sites in order.
pub fn rates(length: usize, sites: &[Site]) -> [Vec<f64>; 2] {
    let steps = length.div_ceil(STEP);
    let mut rates = [Vec::with_capacity(steps), Vec::with_capacity(steps)];
    for step in 0..steps {
        let end = ((step + 1) * STEP).min(length);
        let centre = (step * STEP + end) as f64 / 2.0;
        // A shorter last step has fewer counts.
        let share = (end - step * STEP) as f64 / STEP as f64;
        let mut opened = 0.0;
        let mut occupied = 1.0;
        let first = sites.partition_point(|site| site.centre() < centre - REACH);
        let near = sites[first..].iter().take_while(|site| site.centre() <= centre + REACH);
        for site in near {
            let distance = (centre - site.centre()).abs();
            let open = site.effect() * (-0.5 * (distance / WIDTH).powi(2)).exp();
            opened += open;
            // The first nucleosome is centred one repeat length away.
            let phase = (std::f64::consts::TAU * (distance - REPEAT) / REPEAT).cos();
            let wave = 1.0 + PHASE.1 * site.effect() * phase * (-distance / PHASE.0).exp();
            occupied *= (1.0 - 0.7 * open).max(0.05) * wave.max(0.05);
        }
        rates[0].push(share * (BACKGROUND[0] + PEAK * opened));
        rates[1].push(share * BACKGROUND[1] * occupied);
    }
    rates
}

/// Draws counts.
pub fn draw(length: usize, sites: &[Site], rng: &mut ChaCha8Rng) -> Vec<Vec<f32>> {
    rates(length, sites)
        .iter()
        .map(|rates| {
            rates
                .iter()
                .map(|&rate| match Poisson::new(rate) {
                    Ok(counts) => {
                        let count: f64 = counts.sample(rng);
                        count as f32
                    }
                    // Rates are never 0.
                    Err(_) => 0.0,
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::MOTIFS;
    use super::*;

    fn site(motif: usize, start: usize) -> Site {
        Site {
            start,
            motif: MOTIFS[motif],
            reverse: false,
            strength: 1.0,
        }
    }

    #[test]
    fn a_site_opens_what_lies_around_it_and_a_decoy_nothing() {
        let [atac, mnase] = rates(4_000, &[site(0, 1_000), site(4, 3_000)]);
        let at = |position: usize| position / STEP;
        assert!(atac[at(1_004)] > 10.0 * atac[at(2_000)]);
        assert!(mnase[at(1_004)] < 0.5 * mnase[at(1_004 + 165)]);
        assert!((atac[at(3_004)] - 1.0).abs() < 1e-6);
        let without = rates(4_000, &[site(0, 1_000)]);
        assert_eq!([atac, mnase], without);
    }

    #[test]
    fn a_last_step_that_is_shorter_holds_less() {
        let [atac, _] = rates(2_004, &[]);
        assert_eq!(atac.len(), 126);
        assert_eq!(atac[125], 0.25);
    }
}

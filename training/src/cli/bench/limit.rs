//! The arithmetic limit of one core: multiply-adds per second on registers alone.

use std::hint::black_box;
use std::time::Instant;

/// A core's fastest vectors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Multiply-adds of float32 a second.
    pub rate: f64,
    /// The instructions that reach it.
    pub vectors: &'static str,
}

/// Sums that wait for nothing but themselves: two units with a latency of four steps need eight, and x86-64 has sixteen
/// registers.
const CHAINS: usize = 12;
/// Rounds of one timing, some milliseconds.
const ROUNDS: usize = 1 << 20;
/// Timings; the fastest counts, because other work on the machine slowed the rest.
const TIMINGS: usize = 16;

/// A loop of `rounds` over all chains, and the number of values in a vector.
type Loop = (&'static str, usize, fn(usize) -> f32);

/// Times every kind of vectors that this machine has.
pub fn measure() -> Limit {
    loops()
        .into_iter()
        .map(|(vectors, lanes, run)| {
            let fastest = (0..TIMINGS)
                .map(|_| {
                    let begin = Instant::now();
                    black_box(run(black_box(ROUNDS)));
                    begin.elapsed().as_secs_f64()
                })
                .fold(f64::INFINITY, f64::min);
            Limit {
                rate: (ROUNDS * CHAINS * lanes) as f64 / fastest,
                vectors,
            }
        })
        .max_by(|a, b| a.rate.total_cmp(&b.rate))
        .expect("every machine has one")
}

fn loops() -> Vec<Loop> {
    #[allow(unused_mut, reason = "only x86-64 has more than one kind")]
    let mut loops: Vec<Loop> = vec![("128-bit vectors", 4, every_machine)];
    #[cfg(target_arch = "x86_64")]
    {
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
            // SAFETY: the features that the function is compiled for were just detected.
            loops.push(("AVX2", 8, |rounds| unsafe { avx2(rounds) }));
        }
        if std::is_x86_feature_detected!("avx512f") {
            // SAFETY: as above.
            loops.push(("AVX-512", 16, |rounds| unsafe { avx512(rounds) }));
        }
    }
    loops
}

/// Each sum becomes half of itself and a half, and so stays near 1, where arithmetic is at its usual speed. The result
/// is the first number of every sum; all of them have to be there.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn avx512(rounds: usize) -> f32 {
    use std::arch::x86_64::{_mm512_cvtss_f32, _mm512_fmadd_ps, _mm512_set1_ps, _mm512_setzero_ps};
    let half = _mm512_set1_ps(black_box(0.5));
    let mut sums = [_mm512_setzero_ps(); CHAINS];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = _mm512_fmadd_ps(*sum, half, half);
        }
    }
    black_box(sums).map(|sum| _mm512_cvtss_f32(sum)).iter().sum()
}

/// As [`avx512`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2(rounds: usize) -> f32 {
    use std::arch::x86_64::{_mm256_cvtss_f32, _mm256_fmadd_ps, _mm256_set1_ps, _mm256_setzero_ps};
    let half = _mm256_set1_ps(black_box(0.5));
    let mut sums = [_mm256_setzero_ps(); CHAINS];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = _mm256_fmadd_ps(*sum, half, half);
        }
    }
    black_box(sums).map(|sum| _mm256_cvtss_f32(sum)).iter().sum()
}

/// The same in what every processor of its kind has: fused on AArch64, a product and a sum elsewhere.
fn every_machine(rounds: usize) -> f32 {
    let half = black_box(0.5_f32);
    let mut sums = [[0.0_f32; 4]; CHAINS];
    for _ in 0..rounds {
        for sum in sums.as_flattened_mut() {
            *sum = if cfg!(target_arch = "aarch64") {
                sum.mul_add(half, half)
            } else {
                *sum * half + half
            };
        }
    }
    black_box(sums).iter().map(|sum| sum[0]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loop_computes_its_sums() {
        for (vectors, _, run) in loops() {
            // After two rounds each sum is 1/2 + 1/4.
            assert_eq!(run(2), CHAINS as f32 * 0.75, "{vectors}");
        }
    }

    #[test]
    fn the_limit_is_a_rate_and_names_its_vectors() {
        let limit = measure();
        assert!(limit.rate.is_finite() && limit.rate > 0.0, "{limit:?}");
        assert!(
            loops().iter().any(|(vectors, ..)| *vectors == limit.vectors),
            "{limit:?}"
        );
    }
}

//! Gauss-Legendre quadrature on [0, 1].

/// Nodes and weights of `count` points, nodes in ascending order. Exact for polynomials of degree 2 count − 1.
pub fn gauss_legendre(count: usize) -> Vec<[f64; 2]> {
    let n = count as f64;
    let mut points: Vec<[f64; 2]> = (0..count)
        .map(|index| {
            // Newton's method on P_n from the standard starting point, which converges to the index-th root from the
            // right.
            let mut x = (std::f64::consts::PI * (index as f64 + 0.75) / (n + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..100 {
                let value;
                (value, slope) = legendre(count, x);
                let step = value / slope;
                x -= step;
                if step.abs() < 1e-15 {
                    break;
                }
            }
            [f64::midpoint(1.0, x), 1.0 / ((1.0 - x * x) * slope * slope)]
        })
        .collect();
    points.reverse();
    points
}

/// P_n(x) and its derivative, by the three-term recurrence; n at least 1.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, n as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_the_published_ones() {
        // Abramowitz and Stegun, table 25.4, moved from [-1, 1] to [0, 1].
        let expected = [
            [-0.861_136_311_594_053, 0.347_854_845_137_454],
            [-0.339_981_043_584_856, 0.652_145_154_862_546],
            [0.339_981_043_584_856, 0.652_145_154_862_546],
            [0.861_136_311_594_053, 0.347_854_845_137_454],
        ];
        for ([node, weight], [x, w]) in gauss_legendre(4).into_iter().zip(expected) {
            assert!((node - f64::midpoint(1.0, x)).abs() < 1e-14, "{node}");
            assert!((weight - w / 2.0).abs() < 1e-14, "{weight}");
        }
        assert_eq!(gauss_legendre(1), [[0.5, 1.0]]);
    }

    #[test]
    fn polynomials_are_integrated_exactly() {
        for count in [1, 2, 5, 16, 64, 512] {
            let points = gauss_legendre(count);
            for power in [0, 1, 2 * count - 1] {
                let sum: f64 = points.iter().map(|[x, w]| w * x.powi(power as i32)).sum();
                assert!(
                    (sum - 1.0 / (power as f64 + 1.0)).abs() < 1e-13,
                    "{count} {power}: {sum}"
                );
            }
        }
    }
}

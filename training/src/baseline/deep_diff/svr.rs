//! Support vector regression in one layer and in two, after Cheng and Gerstein as described in DeepDiff's paper.
//!
//! Layer 1 has one machine per bin, with that bin's marks as input. Its predictions for training genes are out of fold:
//! each comes from machines fitted to the other four fifths. They select the best bin, and layer 2 is fitted to them;
//! predictions for genes in the fit would be too optimistic. For other genes layer 1 is fitted to all training genes.

use std::thread;

use linfa::Dataset;
use linfa::traits::{Fit, Predict};
use linfa_svm::Svm;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use regulens::metrics::pearson;

use super::genes::Genes;
use super::{BaselineError, Fitted, Watch};
use crate::baseline::spread;
use crate::baseline::values::Standardisation;

/// Grid of settings. C and ε are in standard deviations of the training genes' changes; γ is for a kernel exp(−γ |x −
/// x'|² / number of values) of standardised values, so that γ is comparable between five values and two hundred.
const C: [f64; 3] = [0.1, 1.0, 10.0];
const GAMMA: [f64; 2] = [0.2, 1.0];
const EPSILON: [f64; 2] = [0.1, 0.5];

/// Number of folds of the training genes.
const FOLDS: usize = 5;

/// Largest violation of the optimality conditions, as in LIBSVM.
const VIOLATION: f64 = 1e-3;

/// There are two hundred bins times six fits times twelve settings, and the time of each is quadratic in the number of
/// training genes.
const MOST_GENES: usize = 1_000;

/// C, γ and ε of a machine.
#[derive(Debug, Clone, Copy)]
struct Settings {
    c: f64,
    gamma: f64,
    epsilon: f64,
}

impl Settings {
    /// The grid, from strong regularisation to weak.
    fn grid() -> impl Iterator<Item = Self> {
        C.into_iter().flat_map(|c| {
            GAMMA
                .into_iter()
                .flat_map(move |gamma| EPSILON.into_iter().rev().map(move |epsilon| Self { c, gamma, epsilon }))
        })
    }
}

/// A fitted machine, with the scaling of its values and of the change.
struct Machine {
    scale: Standardisation,
    mean: f64,
    deviation: f64,
    machine: Svm<f64, f64>,
}

impl Machine {
    /// Fits to rows [N, values] and their changes `[N]`.
    fn fit(rows: Array2<f64>, change: &Array1<f64>, settings: Settings) -> Self {
        let scale = Standardisation::of(&rows).expect("there are training genes");
        let mean = change.mean().expect("there are training genes");
        let deviation = match change.std(0.0) {
            0.0 => 1.0,
            deviation => deviation,
        };
        // linfa's kernel is exp(-|x - x'|² / width).
        let width = rows.ncols() as f64 / settings.gamma;
        let data = Dataset::new(scale.apply(rows), (change - mean) / deviation);
        let machine = Svm::<f64, f64>::params()
            .c_svr(settings.c, Some(settings.epsilon))
            .gaussian_kernel(width)
            .eps(VIOLATION)
            .fit(&data)
            .expect("C and the violation are above zero");
        Self {
            scale,
            mean,
            deviation,
            machine,
        }
    }

    fn predict(&self, rows: Array2<f64>) -> Array1<f64> {
        let rows = self.scale.apply(rows);
        let predicted: Array1<f64> = self.machine.predict(&rows);
        predicted * self.deviation + self.mean
    }
}

/// Layer 1 at one of the settings.
struct Layer {
    settings: Settings,
    /// One per bin.
    machines: Vec<Machine>,
    /// [N, T], of the training genes.
    held_out: Array2<f64>,
    /// [N, T].
    validation: Array2<f64>,
}

impl Layer {
    /// [N, T] for genes that are not in the fit.
    fn predict(&self, rows: &Array2<f64>) -> Array2<f64> {
        let marks = rows.ncols() / self.machines.len();
        let mut predictions = Array2::zeros((rows.nrows(), self.machines.len()));
        for (bin, machine) in self.machines.iter().enumerate() {
            let predicted = machine.predict(bin_of(rows, bin, marks).to_owned());
            predictions.column_mut(bin).assign(&predicted);
        }
        predictions
    }

    /// The bin with the best Pearson correlation of all out-of-fold predictions; ties go to the first. `None` if all
    /// predictions are constant.
    fn best_bin(&self, change: &Array1<f64>) -> Option<usize> {
        let change = change.to_vec();
        let mut best: Option<(f64, usize)> = None;
        for (bin, predicted) in self.held_out.axis_iter(Axis(1)).enumerate() {
            let Some(r) = pearson(&predicted.to_vec(), &change) else {
                continue;
            };
            if best.is_none_or(|(highest, _)| r > highest) {
                best = Some((r, bin));
            }
        }
        best.map(|(_, bin)| bin)
    }
}

/// One bin's values, [N, M].
fn bin_of(rows: &Array2<f64>, bin: usize, marks: usize) -> ArrayView2<'_, f64> {
    rows.slice(s![.., bin * marks..(bin + 1) * marks])
}

/// Out-of-fold predictions of one bin for training genes, and the machine fitted to all of them.
fn one_bin(rows: ArrayView2<'_, f64>, change: &Array1<f64>, settings: Settings) -> (Array1<f64>, Machine) {
    let mut held_out = Array1::zeros(change.len());
    for fold in 0..FOLDS {
        // Every fifth gene, because a file's order may follow the chromosomes.
        let (out, kept): (Vec<usize>, Vec<usize>) = (0..change.len()).partition(|gene| gene % FOLDS == fold);
        let machine = Machine::fit(rows.select(Axis(0), &kept), &change.select(Axis(0), &kept), settings);
        let predicted = machine.predict(rows.select(Axis(0), &out));
        for (&gene, &predicted) in out.iter().zip(&predicted) {
            held_out[gene] = predicted;
        }
    }
    (held_out, Machine::fit(rows.to_owned(), change, settings))
}

/// The first layer at every setting.
fn layers(
    rows: &Array2<f64>,
    change: &Array1<f64>,
    validation: &Array2<f64>,
    bins: usize,
    watch: &mut Watch<'_>,
) -> Result<Vec<Layer>, BaselineError> {
    let marks = rows.ncols() / bins;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let every_bin: Vec<usize> = (0..bins).collect();
    let mut layers = Vec::new();
    for (number, settings) in Settings::grid().enumerate() {
        let mut held_out = Array2::zeros((rows.nrows(), bins));
        let mut machines = Vec::with_capacity(bins);
        for some in every_bin.chunks(threads) {
            let message = format!(
                "SVR, setting {} of {}, bin {} of {bins}",
                number + 1,
                Settings::grid().count(),
                some[0] + 1
            );
            super::go_on(watch, &message)?;
            let fitted = thread::scope(|scope| {
                let begun: Vec<_> = some
                    .iter()
                    .map(|&bin| scope.spawn(move || one_bin(bin_of(rows, bin, marks), change, settings)))
                    .collect();
                let ended = begun.into_iter().map(thread::ScopedJoinHandle::join);
                ended
                    .map(|fitted| fitted.expect("a fit does not panic"))
                    .collect::<Vec<_>>()
            });
            for (&bin, (predicted, machine)) in some.iter().zip(fitted) {
                held_out.column_mut(bin).assign(&predicted);
                machines.push(machine);
            }
        }
        let mut layer = Layer {
            settings,
            machines,
            held_out,
            validation: Array2::zeros((0, 0)),
        };
        layer.validation = layer.predict(validation);
        layers.push(layer);
    }
    Ok(layers)
}

/// The best bin's machine, and layer 2 on all bins' machines, each with the settings of the best validation Pearson
/// correlation; ties go to the stronger regularisation. Of more than a thousand training genes it uses a thousand,
/// evenly spaced in the file.
pub fn fit(
    training: &Genes,
    validation: &Genes,
    test: &Genes,
    watch: &mut Watch<'_>,
) -> Result<[Fitted; 2], BaselineError> {
    let kept = spread(training.len(), MOST_GENES);
    let rows = training.differences().select(Axis(0), &kept);
    let change = training.targets().select(Axis(0), &kept);
    let name = |layers: &str| {
        let mut name = format!("{layers} SVR");
        if kept.len() < training.len() {
            name += &format!(", of {} genes", kept.len());
        }
        name
    };
    let on_validation = |predicted: &[f64]| pearson(predicted, &validation.change).unwrap_or(-1.0);
    let layers = layers(&rows, &change, &validation.differences(), training.bins, watch)?;

    let mut single: Option<(f64, &Layer, usize)> = None;
    let mut double: Option<(f64, &Layer, Settings, Machine)> = None;
    for layer in &layers {
        let bin = layer.best_bin(&change).unwrap_or(0);
        let score = on_validation(&layer.validation.column(bin).to_vec());
        if single.is_none_or(|(highest, ..)| score > highest) {
            single = Some((score, layer, bin));
        }
        for settings in Settings::grid() {
            super::go_on(watch, "SVR, second layer")?;
            let machine = Machine::fit(layer.held_out.clone(), &change, settings);
            let predicted = machine.predict(layer.validation.clone()).to_vec();
            let score = on_validation(&predicted);
            if double.as_ref().is_none_or(|(highest, ..)| score > *highest) {
                double = Some((score, layer, settings, machine));
            }
        }
    }
    let (_, layer, bin) = single.expect("there are settings");
    let single = Fitted {
        name: name("single-layer"),
        settings: [
            ("bin", (bin + 1) as f64),
            ("c", layer.settings.c),
            ("gamma", layer.settings.gamma),
            ("epsilon", layer.settings.epsilon),
        ]
        .into(),
        validation: layer.validation.column(bin).to_vec(),
        test: layer.machines[bin]
            .predict(bin_of(&test.differences(), bin, test.marks.len()).to_owned())
            .to_vec(),
    };
    let (_, layer, settings, machine) = double.expect("there are settings");
    let double = Fitted {
        name: name("two-layer"),
        settings: [
            ("c_1", layer.settings.c),
            ("gamma_1", layer.settings.gamma),
            ("epsilon_1", layer.settings.epsilon),
            ("c_2", settings.c),
            ("gamma_2", settings.gamma),
            ("epsilon_2", settings.epsilon),
        ]
        .into(),
        validation: machine.predict(layer.validation.clone()).to_vec(),
        test: machine.predict(layer.predict(&test.differences())).to_vec(),
    };
    Ok([single, double])
}

#[cfg(test)]
mod tests {
    use super::super::tests::{quiet, ruled};
    use super::*;

    #[test]
    fn a_machine_follows_a_curve_that_no_line_does() {
        let x = Array1::linspace(-2.0, 2.0, 80);
        let y = x.mapv(|x: f64| 10.0 + 3.0 * x * x);
        let rows = x.insert_axis(Axis(1));
        let settings = Settings {
            c: 10.0,
            gamma: 1.0,
            epsilon: 0.1,
        };
        let machine = Machine::fit(rows.clone(), &y, settings);
        let worst = (machine.predict(rows) - &y)
            .iter()
            .fold(0.0_f64, |worst, error| worst.max(error.abs()));
        // ε is a tenth of the standard deviation, which is 3.7.
        assert!(worst < 0.8, "{worst}");
    }

    #[test]
    fn the_single_layer_finds_a_bin_of_the_rule_and_the_second_adds_the_other() {
        let test = ruled(100, 3);
        let [single, double] = fit(&ruled(120, 1), &ruled(60, 2), &test, &mut quiet()).unwrap();
        assert!([2.0, 3.0].contains(&single.settings["bin"]), "{single:?}");
        let [one, two] = [&single, &double].map(|fitted| pearson(&fitted.test, &test.change).unwrap());
        assert!(one > 0.4, "{one}");
        assert!(two > one + 0.1, "{two} after {one}");
    }

    #[test]
    fn a_held_out_prediction_does_not_know_its_gene() {
        // Noise: machines that know a gene predict it, machines that do not cannot.
        let noise = ruled(60, 5);
        let mut state = 9_u64;
        let change = Array1::from_shape_fn(60, |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as f64 / f64::from(u32::MAX)
        });
        let settings = Settings {
            c: 10.0,
            gamma: 1.0,
            epsilon: 0.1,
        };
        let rows = noise.differences();
        let (held_out, machine) = one_bin(bin_of(&rows, 0, 3), &change, settings);
        let change = change.to_vec();
        let known = machine.predict(bin_of(&rows, 0, 3).to_owned()).to_vec();
        let known = pearson(&known, &change).unwrap();
        let unknown = pearson(&held_out.to_vec(), &change).unwrap();
        assert!(known > 0.6 && unknown < 0.4, "{known} {unknown}");
    }
}

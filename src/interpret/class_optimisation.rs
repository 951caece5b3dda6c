//! Class optimisation: the input that maximises a model's score of a class.
//!
//! Simonyan, Vedaldi, Zisserman, "Deep inside convolutional networks", ICLR workshop 2014, with the regulariser and the
//! optimiser of DeepChrome's `7_viz.lua`:
//!
//! ```text
//! L = -log P(class | X) + λ‖X‖²  g = ∂L / ∂X
//! m ← 0.99 m + 0.01 g²           X ← X - 0.1 g / (√m + 1e-8)       X uniform in [0, 1) and m = 0 before the first step
//! ```
//!
//! A model of a change has no class probabilities. Its score itself is maximised, as in Simonyan et al., with X the
//! signal of both cell types:
//!
//! ```text
//! L = -Δ + λ‖X‖² of genes that are higher in B, Δ + λ‖X‖² of those that are higher in A       Δ: log2 fold change
//! ```
//!
//! A level is maximised or minimised in the same way.

use super::deletion::Outcome;
use super::random::Random;
use super::refuse;
use crate::error::Error;

/// Decay of the mean square per step.
const KEPT: f32 = 0.99;
/// The learning rate.
const RATE: f32 = 0.1;
/// Term that avoids division by 0.
const EPSILON: f32 = 1e-8;

/// Class of a gene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Class {
    /// Expressed (label 1); for a change, higher in B.
    #[default]
    High,
    /// Not expressed (label 0); for a change, higher in A.
    Low,
}

impl Class {
    /// Both classes.
    pub const ALL: [Self; 2] = [Self::High, Self::Low];

    /// Name of the class in a model with this outcome.
    pub fn name(self, outcome: Outcome) -> &'static str {
        match (outcome, self) {
            (Outcome::Probability, Self::High) => "on",
            (Outcome::Probability, Self::Low) => "off",
            (Outcome::FoldChange, Self::High) => "up",
            (Outcome::FoldChange, Self::Low) => "down",
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            (Outcome::Level, Self::High) => "high",
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            (Outcome::Level, Self::Low) => "low",
        }
    }

    /// The class of that name.
    ///
    /// # Errors
    /// [`Error::Explanation`] if a model with this outcome has no such class.
    pub fn find(name: &str, outcome: Outcome) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|class| class.name(outcome) == name);
        found.map_or_else(
            || {
                let [high, low] = Self::ALL.map(|class| class.name(outcome));
                refuse(format!("found the class `{name}`; expected {high} or {low}"))
            },
            Ok,
        )
    }

    /// 1 for the class that a higher score supports, −1 for the other.
    pub fn sign(self) -> f32 {
        match self {
            Self::High => 1.0,
            Self::Low => -1.0,
        }
    }

    /// Loss, which falls as the score (log-odds of on, or log2 fold change) moves towards the class, and its
    /// derivative.
    fn loss(self, outcome: Outcome, score: f32) -> (f32, f32) {
        let sign = self.sign();
        let z = sign * score;
        match outcome {
            Outcome::Probability => {
                // P(class) = σ(z), with z the log-odds of this class; -log σ(z) = log(1 + e^-z).
                let small = (-z.abs()).exp();
                let loss = (-z).max(0.0) + small.ln_1p();
                let missing = if z > 0.0 { small } else { 1.0 } / (1.0 + small); // 1 - σ(z)
                (loss, -sign * missing)
            }
            Outcome::FoldChange => (-z, -sign),
            #[cfg(any(not(target_family = "wasm"), feature = "change"))]
            Outcome::Level => (-z, -sign),
        }
    }
}

/// Target and length of a class optimisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassOptimisationSettings {
    /// The class whose probability is maximised, or towards which the fold change is moved.
    pub class: Class,
    /// λ, the weight of the penalty on the size of X; 0.009 as published.
    pub lambda: f32,
    /// Number of steps; 1,000 as published.
    pub steps: usize,
    /// Seed of the random start.
    pub seed: u64,
}

impl Default for ClassOptimisationSettings {
    fn default() -> Self {
        Self {
            class: Class::High,
            lambda: 0.009,
            steps: 1000,
            seed: 1,
        }
    }
}

/// State of a gradient descent.
#[derive(Debug, Clone)]
pub struct Descent {
    settings: ClassOptimisationSettings,
    outcome: Outcome,
    /// X.
    input: Vec<f32>,
    /// m.
    mean_square: Vec<f32>,
    taken: usize,
}

impl Descent {
    /// Starts at random values, uniform in [0, 1), drawn from the settings' seed, for a model of this outcome.
    pub fn random(settings: ClassOptimisationSettings, outcome: Outcome, size: usize) -> Self {
        let mut random = Random::new(settings.seed);
        Self::from(settings, outcome, (0..size).map(|_| random.uniform()).collect())
    }

    /// Starts at these values.
    pub fn from(settings: ClassOptimisationSettings, outcome: Outcome, start: Vec<f32>) -> Self {
        Self {
            settings,
            outcome,
            mean_square: vec![0.0; start.len()],
            input: start,
            taken: 0,
        }
    }

    /// X.
    pub fn input(&self) -> &[f32] {
        &self.input
    }

    /// Its settings.
    pub fn settings(&self) -> &ClassOptimisationSettings {
        &self.settings
    }

    /// Number of steps left.
    pub fn left(&self) -> usize {
        self.settings.steps.saturating_sub(self.taken)
    }

    /// Takes one step, given the score at X (log-odds of on, or log2 fold change) and its gradient with respect to X.
    /// Returns the loss before the step.
    ///
    /// # Panics
    /// If the gradient and X differ in length.
    pub fn step(&mut self, score: f32, gradient: &[f32]) -> f32 {
        assert_eq!(gradient.len(), self.input.len(), "a gradient for each value");
        let ClassOptimisationSettings { class, lambda, .. } = self.settings;
        let (loss, by_score) = class.loss(self.outcome, score);
        let norm: f64 = self.input.iter().map(|&x| f64::from(x).powi(2)).sum();
        let values = self.input.iter_mut().zip(&mut self.mean_square);
        for ((x, mean_square), gradient) in values.zip(gradient) {
            let g = by_score * gradient + 2.0 * lambda * *x;
            *mean_square = KEPT * *mean_square + (1.0 - KEPT) * g * g;
            *x -= RATE * g / (mean_square.sqrt() + EPSILON);
        }
        self.taken += 1;
        loss + lambda * norm as f32
    }

    /// The map to show: X clamped to [0, 1] and divided by its largest value. All 0 if no value is above 0.
    pub fn map(&self) -> Vec<f32> {
        let clamped: Vec<f32> = self.input.iter().map(|x| x.clamp(0.0, 1.0)).collect();
        let largest = clamped.iter().copied().fold(0.0, f32::max);
        if largest == 0.0 {
            return clamped;
        }
        clamped.iter().map(|x| x / largest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(class: Class, lambda: f32) -> ClassOptimisationSettings {
        ClassOptimisationSettings {
            class,
            lambda,
            ..ClassOptimisationSettings::default()
        }
    }

    #[test]
    fn the_loss_is_minus_the_log_probability_and_survives_certainty() {
        for class in [Class::High, Class::Low] {
            for logit in [-30.0_f32, -3.0, -0.1, 0.0, 2.0, 12.0] {
                let sign = class.sign();
                let z = f64::from(sign * logit);
                let (loss, derivative) = class.loss(Outcome::Probability, logit);
                let expected = (-z).exp().ln_1p();
                assert!((f64::from(loss) - expected).abs() < 1e-6 * expected.max(1e-6));
                let expected = -f64::from(sign) / (1.0 + z.exp());
                assert!((f64::from(derivative) - expected).abs() < 1e-6 * expected.abs());
            }
        }
        assert_eq!(Class::High.loss(Outcome::Probability, -200.0), (200.0, -1.0));
        assert_eq!(Class::High.loss(Outcome::Probability, 200.0).0, 0.0);
    }

    #[test]
    fn a_step_is_the_published_rmsprop() {
        let mut descent = Descent::from(settings(Class::High, 0.009), Outcome::Probability, vec![0.5, 0.0]);
        // Log-odds 0: a loss of ln 2 + λ/4, and ∂L/∂X = -½ ∂logit/∂X + 2λX = (-0.991, 1).
        let loss = descent.step(0.0, &[2.0, -2.0]);
        assert!((loss - (2.0_f32.ln() + 0.009 * 0.25)).abs() < 1e-6);
        // The first step divides a gradient by a tenth of itself.
        assert!((descent.input()[0] - 1.5).abs() < 1e-5);
        assert!((descent.input()[1] + 1.0).abs() < 1e-5);
        let mean_square = 0.01 * 0.991_f64.powi(2);
        assert!((f64::from(descent.mean_square[0]) - mean_square).abs() < 1e-8);
    }

    #[test]
    fn steps_are_counted_down() {
        let mut descent = Descent::from(settings(Class::High, 0.009), Outcome::Probability, vec![0.5]);
        assert_eq!(descent.left(), 1000);
        descent.step(0.0, &[1.0]);
        assert_eq!(descent.left(), 999);
    }

    #[test]
    fn each_class_goes_its_own_way() {
        let after = |class| {
            let mut descent = Descent::from(settings(class, 0.0), Outcome::Probability, vec![0.5]);
            descent.step(0.0, &[1.0]);
            descent.input()[0]
        };
        assert!(after(Class::High) > 0.5);
        assert!(after(Class::Low) < 0.5);
    }

    #[test]
    fn the_map_is_clamped_and_its_largest_value_is_one() {
        let descent = Descent::from(settings(Class::High, 0.0), Outcome::Probability, vec![-0.3, 0.2, 0.8]);
        assert_eq!(descent.map(), [0.0, 0.25, 1.0]);
        let descent = Descent::from(settings(Class::High, 0.0), Outcome::Probability, vec![2.0, 0.5]);
        assert_eq!(descent.map(), [1.0, 0.5]);
    }

    #[test]
    fn an_input_without_a_positive_value_maps_to_nothing() {
        let descent = Descent::from(settings(Class::High, 0.0), Outcome::Probability, vec![-1.0, 0.0]);
        assert_eq!(descent.map(), [0.0, 0.0]);
    }

    #[test]
    fn a_seed_settles_the_start() {
        let start = |seed| {
            let settings = ClassOptimisationSettings {
                seed,
                ..ClassOptimisationSettings::default()
            };
            Descent::random(settings, Outcome::Probability, 50).input().to_vec()
        };
        assert_eq!(start(3), start(3));
        assert_ne!(start(3), start(4));
        assert!(start(3).iter().all(|x| (0.0..1.0).contains(x)));
    }

    #[test]
    fn a_change_has_its_own_names_of_the_classes() {
        for (outcome, names) in [
            (Outcome::Probability, ["on", "off"]),
            (Outcome::FoldChange, ["up", "down"]),
        ] {
            assert_eq!(Class::ALL.map(|class| class.name(outcome)), names);
            assert_eq!(
                names.map(|name| Class::find(name, outcome).expect("a class")),
                Class::ALL
            );
        }
        let error = Class::find("on", Outcome::FoldChange).expect_err("no class of a change");
        assert!(
            error.to_string().contains("found the class `on`; expected up or down"),
            "{error}"
        );
    }

    /// Δ = w · X is largest, less λ‖X‖², at w / 2λ.
    #[test]
    fn of_a_change_that_is_linear_in_its_signal_the_best_input_is_known() {
        let slopes = [1.0_f32, 0.5, -0.8, 0.25, 0.0];
        for class in Class::ALL {
            let settings = settings(class, 0.5);
            let mut descent = Descent::random(settings, Outcome::FoldChange, slopes.len());
            let mut losses = Vec::new();
            while descent.left() > 0 {
                let change = descent.input().iter().zip(slopes).map(|(x, slope)| x * slope).sum();
                losses.push(descent.step(change, &slopes));
            }
            for (x, slope) in descent.input().iter().zip(slopes) {
                // The last steps go to and fro by up to the rate.
                assert!(
                    (x - class.sign() * slope).abs() < RATE,
                    "{class:?}: {:?}",
                    descent.input()
                );
            }
            // -w·X + X²/2 at X = w.
            let least = -slopes.iter().map(|slope| slope * slope / 2.0).sum::<f32>();
            assert!(
                (losses[999] - least).abs() < RATE * RATE,
                "{class:?}: {} is not {least}",
                losses[999]
            );
            assert!(losses[0] > losses[999]);
        }
    }
}

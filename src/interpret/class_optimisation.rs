//! Class optimisation: which input does a model take for the purest example of a class?
//!
//! Simonyan, Vedaldi, Zisserman, "Deep inside convolutional networks", ICLR workshop 2014, with the regulariser and the
//! optimiser of DeepChrome's `7_viz.lua`:
//!
//! ```text
//! L = -log P(class | X) + λ‖X‖²  g = ∂L / ∂X
//! m ← 0.99 m + 0.01 g²           X ← X - 0.1 g / (√m + 1e-8)       X uniform in [0, 1) and m = 0 before the first step
//! ```

use super::random::Random;

/// How much of the mean square is kept at each step.
const KEPT: f32 = 0.99;
/// The learning rate.
const RATE: f32 = 0.1;
/// What keeps a division from being by 0.
const EPSILON: f32 = 1e-8;

/// What a gene can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Class {
    /// Expressed: label 1.
    #[default]
    On,
    /// Not expressed: label 0.
    Off,
}

impl Class {
    /// -log P(class) where `logit` is the log-odds of on, and its derivative with respect to them.
    fn loss(self, logit: f32) -> (f32, f32) {
        // P(class) = σ(z), with z the log-odds of this class; -log σ(z) = log(1 + e^-z).
        let sign = match self {
            Self::On => 1.0,
            Self::Off => -1.0,
        };
        let z = sign * logit;
        let small = (-z.abs()).exp();
        let loss = (-z).max(0.0) + small.ln_1p();
        let missing = if z > 0.0 { small } else { 1.0 } / (1.0 + small); // 1 - σ(z)
        (loss, -sign * missing)
    }
}

/// What to optimise, and how far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassOptimisationSettings {
    /// The class whose probability is raised.
    pub class: Class,
    /// λ, which keeps X small; 0.009 as published.
    pub lambda: f32,
    /// How many steps; 1,000 as published.
    pub steps: usize,
    /// What the random start is drawn from.
    pub seed: u64,
}

impl Default for ClassOptimisationSettings {
    fn default() -> Self {
        Self {
            class: Class::On,
            lambda: 0.009,
            steps: 1000,
            seed: 1,
        }
    }
}

/// An input on its way down.
#[derive(Debug, Clone)]
pub struct Descent {
    settings: ClassOptimisationSettings,
    /// X.
    input: Vec<f32>,
    /// m.
    mean_square: Vec<f32>,
    taken: usize,
}

impl Descent {
    /// From a start drawn from the settings' seed, uniform in [0, 1).
    pub fn random(settings: ClassOptimisationSettings, size: usize) -> Self {
        let mut random = Random::new(settings.seed);
        Self::from(settings, (0..size).map(|_| random.uniform()).collect())
    }

    /// From this start.
    pub fn from(settings: ClassOptimisationSettings, start: Vec<f32>) -> Self {
        Self {
            settings,
            mean_square: vec![0.0; start.len()],
            input: start,
            taken: 0,
        }
    }

    /// X.
    pub fn input(&self) -> &[f32] {
        &self.input
    }

    /// The settings it follows.
    pub fn settings(&self) -> &ClassOptimisationSettings {
        &self.settings
    }

    /// How many of the settings' steps are left.
    pub fn left(&self) -> usize {
        self.settings.steps.saturating_sub(self.taken)
    }

    /// One step, given the log-odds of on at X and their gradient with respect to X. Returns the loss before the step.
    ///
    /// # Panics
    /// If the gradient is not as long as X.
    pub fn step(&mut self, logit: f32, gradient: &[f32]) -> f32 {
        assert_eq!(gradient.len(), self.input.len(), "a gradient for each value");
        let ClassOptimisationSettings { class, lambda, .. } = self.settings;
        let (loss, by_logit) = class.loss(logit);
        let norm: f64 = self.input.iter().map(|&x| f64::from(x).powi(2)).sum();
        let values = self.input.iter_mut().zip(&mut self.mean_square);
        for ((x, mean_square), gradient) in values.zip(gradient) {
            let g = by_logit * gradient + 2.0 * lambda * *x;
            *mean_square = KEPT * *mean_square + (1.0 - KEPT) * g * g;
            *x -= RATE * g / (mean_square.sqrt() + EPSILON);
        }
        self.taken += 1;
        loss + lambda * norm as f32
    }

    /// The map that is shown: X clamped to [0, 1] and divided by its largest value. All 0 where no value is above 0.
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
        for class in [Class::On, Class::Off] {
            for logit in [-30.0_f32, -3.0, -0.1, 0.0, 2.0, 12.0] {
                let sign = if class == Class::On { 1.0 } else { -1.0 };
                let z = f64::from(sign * logit);
                let (loss, derivative) = class.loss(logit);
                let expected = (-z).exp().ln_1p();
                assert!((f64::from(loss) - expected).abs() < 1e-6 * expected.max(1e-6));
                let expected = -f64::from(sign) / (1.0 + z.exp());
                assert!((f64::from(derivative) - expected).abs() < 1e-6 * expected.abs());
            }
        }
        assert_eq!(Class::On.loss(-200.0), (200.0, -1.0));
        assert_eq!(Class::On.loss(200.0).0, 0.0);
    }

    #[test]
    fn a_step_is_the_published_rmsprop() {
        let mut descent = Descent::from(settings(Class::On, 0.009), vec![0.5, 0.0]);
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
        let mut descent = Descent::from(settings(Class::On, 0.009), vec![0.5]);
        assert_eq!(descent.left(), 1000);
        descent.step(0.0, &[1.0]);
        assert_eq!(descent.left(), 999);
    }

    #[test]
    fn each_class_goes_its_own_way() {
        let after = |class| {
            let mut descent = Descent::from(settings(class, 0.0), vec![0.5]);
            descent.step(0.0, &[1.0]);
            descent.input()[0]
        };
        assert!(after(Class::On) > 0.5);
        assert!(after(Class::Off) < 0.5);
    }

    #[test]
    fn the_map_is_clamped_and_its_largest_value_is_one() {
        let descent = Descent::from(settings(Class::On, 0.0), vec![-0.3, 0.2, 0.8]);
        assert_eq!(descent.map(), [0.0, 0.25, 1.0]);
        let descent = Descent::from(settings(Class::On, 0.0), vec![2.0, 0.5]);
        assert_eq!(descent.map(), [1.0, 0.5]);
    }

    #[test]
    fn an_input_without_a_positive_value_maps_to_nothing() {
        let descent = Descent::from(settings(Class::On, 0.0), vec![-1.0, 0.0]);
        assert_eq!(descent.map(), [0.0, 0.0]);
    }

    #[test]
    fn a_seed_settles_the_start() {
        let start = |seed| {
            let settings = ClassOptimisationSettings {
                seed,
                ..ClassOptimisationSettings::default()
            };
            Descent::random(settings, 50).input().to_vec()
        };
        assert_eq!(start(3), start(3));
        assert_ne!(start(3), start(4));
        assert!(start(3).iter().all(|x| (0.0..1.0).contains(x)));
    }
}

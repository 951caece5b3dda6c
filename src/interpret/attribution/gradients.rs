//! Attributions by gradients: one, or several along the path from the baseline.

use super::super::refuse;
use super::{Attribution, AttributionInputs, FEWEST_STEPS, MOST_STEPS, Scorer, Steps, gauss_legendre, is_complete};
use crate::error::Error;

pub fn gradient_x_input(inputs: AttributionInputs<'_>, gradient: &[f32]) -> Result<Attribution, Error> {
    inputs.check_gradient(gradient, inputs.genes(), |gene| gene)?;
    let differences = inputs.values.iter().zip(inputs.baseline).map(|(x, from)| x - from);
    let values = gradient.iter().zip(differences).map(|(slope, by)| slope * by).collect();
    Ok(inputs.end(values, Vec::new()))
}

pub async fn integrated<S: Scorer>(
    scorer: &mut S,
    inputs: AttributionInputs<'_>,
    steps: Steps,
) -> Result<Attribution, S::Failure> {
    let (nodes, most) = match steps {
        Steps::Fixed(0) => return Ok(refuse("found 0 steps; expected 1 or more".to_owned())?),
        Steps::Fixed(steps) => (steps, steps),
        Steps::UntilComplete => (FEWEST_STEPS, MOST_STEPS),
    };
    let mut paths: Vec<IntegrationPath> = (0..inputs.genes())
        .map(|gene| IntegrationPath::new(&inputs, gene))
        .collect();
    let mut nodes = gauss_legendre(nodes);
    loop {
        let asked = paths
            .iter_mut()
            .flat_map(|path| path.segments.iter_mut().map(|segment| (path.gene, segment)));
        let mut asked: Vec<(usize, &mut Segment)> = asked.filter(|(_, segment)| segment.values.is_empty()).collect();
        for some in asked.chunks_mut(SEGMENTS) {
            measure(scorer, &inputs, some, &nodes).await?;
        }
        for path in &mut paths {
            path.taken += nodes.len()
                * path
                    .segments
                    .iter_mut()
                    .filter_map(|segment| segment.is_new.then(|| segment.is_new = false))
                    .count();
        }
        let is_open =
            |path: &&mut IntegrationPath| path.taken < most && !path.is_complete(&inputs) && path.can_be_split();
        let mut open: Vec<&mut IntegrationPath> = paths.iter_mut().filter(is_open).collect();
        if open.is_empty() {
            break;
        }
        // Half of the nodes for each half: only intervals in which the gradient changes are split.
        nodes = gauss_legendre(FEWEST_STEPS / 2);
        for some in open.chunks_mut(SEGMENTS) {
            split(scorer, &inputs, some).await?;
        }
    }
    let values = paths.iter().flat_map(IntegrationPath::sum).collect();
    let taken = paths.iter().map(|path| path.taken).collect();
    Ok(inputs.end(values, taken))
}

/// Fraction of the path at and below which a segment's gradients are [scaled](Segment::scale): a recurrent model may
/// jump from one state to another within less.
const NARROW: f64 = 1.0 / 1024.0;

/// Width of the narrowest segment that is halved, if its gradients do not match the change in score. Points that are
/// much closer are equal in float32.
const NARROWEST: f64 = NARROW / 1024.0;

/// Segments of a batch of gradients.
const SEGMENTS: usize = 256;

/// The straight path of one gene from its baseline to its values, in segments.
struct IntegrationPath {
    gene: usize,
    segments: Vec<Segment>,
    taken: usize,
}

/// A segment between two points of the path.
struct Segment {
    from: Place,
    to: Place,
    /// Contribution to each value's attribution; empty until computed.
    values: Vec<f64>,
    is_new: bool,
    is_scaled: bool,
}

/// A point of the path, as a fraction of the way from the baseline, and its score.
#[derive(Clone, Copy)]
struct Place {
    share: f64,
    score: f64,
}

impl Segment {
    fn new(from: Place, to: Place) -> Self {
        Self {
            from,
            to,
            values: Vec::new(),
            is_new: true,
            is_scaled: false,
        }
    }

    fn width(&self) -> f64 {
        self.to.share - self.from.share
    }

    fn is_narrow(&self) -> bool {
        self.width() <= NARROW
    }

    fn can_be_split(&self) -> bool {
        !self.is_narrow() || (!self.is_scaled && self.width() > NARROWEST)
    }

    /// On a narrow segment, gradients give the relative contributions and the scores at its ends their sum: exact if
    /// the gradients change in size alone. If their sum has the opposite sign, they missed the jump.
    fn scale(&mut self) {
        let (sum, known) = (self.values.iter().sum::<f64>(), self.to.score - self.from.score);
        if sum * known > 0.0 {
            self.values.iter_mut().for_each(|value| *value *= known / sum);
            self.is_scaled = true;
        }
    }

    /// Difference between the sum of contributions and the change in score.
    fn error(&self) -> f64 {
        self.values.iter().sum::<f64>() - (self.to.score - self.from.score)
    }
}

impl IntegrationPath {
    fn new(inputs: &AttributionInputs<'_>, gene: usize) -> Self {
        let place = |share, score: f32| Place {
            share,
            score: score.into(),
        };
        let (from, to) = (place(0.0, inputs.baseline_score[gene]), place(1.0, inputs.score[gene]));
        Self {
            gene,
            segments: vec![Segment::new(from, to)],
            taken: 0,
        }
    }

    fn can_be_split(&self) -> bool {
        self.segments.iter().any(Segment::can_be_split)
    }

    fn is_complete(&self, inputs: &AttributionInputs<'_>) -> bool {
        let error = self.segments.iter().map(Segment::error).sum();
        is_complete(error, inputs.score[self.gene], inputs.baseline_score[self.gene])
    }

    /// Removes and returns the segments to split: those with at least the mean error.
    fn worst(&mut self) -> Vec<Segment> {
        let (open, done): (Vec<Segment>, Vec<Segment>) = std::mem::take(&mut self.segments)
            .into_iter()
            .partition(Segment::can_be_split);
        let mean = open.iter().map(|segment| segment.error().abs()).sum::<f64>() / open.len() as f64;
        let (worst, rest) = open.into_iter().partition(|segment| segment.error().abs() >= mean);
        self.segments = done;
        self.segments.extend::<Vec<Segment>>(rest);
        worst
    }

    fn sum(&self) -> Vec<f32> {
        let mut sums = vec![0.0_f64; self.segments[0].values.len()];
        for segment in &self.segments {
            for (sum, value) in sums.iter_mut().zip(&segment.values) {
                *sum += value;
            }
        }
        sums.into_iter().map(|sum| sum as f32).collect()
    }
}

/// (x − x') times the integral of the gradient over each segment, by quadrature at these nodes.
async fn measure<S: Scorer>(
    scorer: &mut S,
    inputs: &AttributionInputs<'_>,
    segments: &mut [(usize, &mut Segment)],
    nodes: &[[f64; 2]],
) -> Result<(), S::Failure> {
    let size = inputs.shape.size();
    for (_, segment) in segments.iter_mut() {
        segment.values = vec![0.0; size];
    }
    // Small batches leave most of a recurrent kernel's registers empty.
    for nodes in nodes.chunks((SEGMENTS / segments.len()).max(1)) {
        scorer.go_on().await?;
        let mut between = Vec::with_capacity(nodes.len() * segments.len() * size);
        for [node, _] in nodes {
            for (gene, segment) in segments.iter() {
                between.extend(inputs.between(*gene, segment.from.share + node * segment.width()));
            }
        }
        let rows = nodes.len() * segments.len();
        let gradient = scorer.gradient(&between, rows).await?;
        inputs.check_gradient(&gradient, rows, |row| segments[row % segments.len()].0)?;
        for ([_, weight], gradient) in nodes.iter().zip(gradient.chunks_exact(segments.len() * size)) {
            for ((_, segment), gradient) in segments.iter_mut().zip(gradient.chunks_exact(size)) {
                let weight = weight * segment.width();
                for (sum, &slope) in segment.values.iter_mut().zip(gradient) {
                    // In float64: float32 loses the digits of hundreds of gradients that cancel.
                    *sum += weight * f64::from(slope);
                }
            }
        }
    }
    for (gene, segment) in segments.iter_mut() {
        let [values, baseline] = inputs.gene(*gene);
        for ((sum, x), from) in segment.values.iter_mut().zip(values).zip(baseline) {
            *sum *= f64::from(x - from);
        }
        if segment.is_narrow() {
            segment.scale();
        }
    }
    Ok(())
}

/// Halves the segments of each path with the largest errors.
async fn split<S: Scorer>(
    scorer: &mut S,
    inputs: &AttributionInputs<'_>,
    paths: &mut [&mut IntegrationPath],
) -> Result<(), S::Failure> {
    let mut halved = Vec::new();
    let mut middles = Vec::new();
    for (number, path) in paths.iter_mut().enumerate() {
        for segment in path.worst() {
            let share = f64::midpoint(segment.from.share, segment.to.share);
            middles.extend(inputs.between(path.gene, share));
            halved.push((number, segment, share));
        }
    }
    let gene = |row: usize| paths[halved[row].0].gene;
    let scores = inputs.scores(scorer, &middles, halved.len(), gene).await?;
    for ((number, segment, share), score) in halved.into_iter().zip(scores) {
        let middle = Place {
            share,
            score: score.into(),
        };
        let halves = [Segment::new(segment.from, middle), Segment::new(middle, segment.to)];
        paths[number].segments.extend(halves);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::known::{Known, SHAPE, at_once, genes};
    use super::super::{Method, Shape, attribute};
    use super::*;

    #[test]
    fn a_gradient_times_the_input_is_exact_where_the_score_is_linear() {
        let mut values = genes();
        for bin in values.chunks_exact_mut(3) {
            bin[1..].fill(0.0); // what is left of the known function is 2 a
        }
        let zero = vec![0.0; values.len()];
        let mut known = Known { asked: 0 };
        let found = at_once(attribute(&mut known, &values, &zero, SHAPE, Method::GradientXInput)).unwrap();
        assert!(found.completeness().iter().all(|error| error.abs() < 1e-5));
        assert!(found.steps.is_empty());
    }

    /// One value, whose score turns from 0 to 1 within a thousandth of the way.
    struct Steep;

    impl Scorer for Steep {
        type Failure = Error;

        async fn scores(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Self::Failure> {
            Ok(values.iter().map(|x| 1.0 / (1.0 + (-(x - 3.0) * 1e3).exp())).collect())
        }

        async fn gradient(&mut self, values: &[f32], genes: usize) -> Result<Vec<f32>, Self::Failure> {
            let scores = self.scores(values, genes).await?;
            Ok(scores.iter().map(|p| 1e3 * p * (1.0 - p)).collect())
        }
    }

    #[test]
    fn where_the_gradient_changes_more_of_it_is_taken() {
        let shape = Shape {
            bins: 1,
            marks: 1,
            cell_types: 1,
        };
        let integrated = |steps| {
            let method = Method::IntegratedGradients(steps);
            at_once(attribute(&mut Steep, &[10.0], &[0.0], shape, method)).unwrap()
        };
        let found = integrated(Steps::UntilComplete);
        assert!(
            found.is_complete(0) && (found.values[0] - 1.0).abs() < 1e-3,
            "{found:?}"
        );
        assert!(found.steps[0] < 400, "{found:?}");
        // As many at even distances miss it.
        assert!(!integrated(Steps::Fixed(found.steps[0])).is_complete(0));
    }

    /// Two values, whose score jumps by 1 where a + 3 b passes 20, and rises by their sum.
    struct Jump;

    impl Scorer for Jump {
        type Failure = Error;

        async fn scores(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Self::Failure> {
            let genes = values.chunks_exact(2);
            Ok(genes
                .map(|x| x[0] + x[1] + f32::from(u8::from(x[0] + 3.0 * x[1] > 20.0)))
                .collect())
        }

        /// As of a jump that is steep, but not endlessly.
        async fn gradient(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Self::Failure> {
            let genes = values.chunks_exact(2);
            Ok(genes
                .flat_map(|x| {
                    let off = f64::from(x[0] + 3.0 * x[1] - 20.0);
                    let jump = (0.01 / (off * off + 1e-4)) as f32 / std::f32::consts::PI;
                    [1.0 + jump, 1.0 + 3.0 * jump]
                })
                .collect())
        }
    }

    #[test]
    fn a_jump_that_no_gradient_meets_is_shared_as_the_gradients_beside_it_say() {
        let shape = Shape {
            bins: 2,
            marks: 1,
            cell_types: 1,
        };
        let method = Method::IntegratedGradients(Steps::UntilComplete);
        let found = at_once(attribute(&mut Jump, &[10.0, 10.0], &[0.0, 0.0], shape, method)).unwrap();
        assert!(found.steps[0] < 2 * MOST_STEPS, "{found:?}");
        // 10 each, and of the jump a quarter and three quarters.
        for (got, expected) in found.values.iter().zip([10.25, 10.75]) {
            assert!((got - expected).abs() < 0.1, "{found:?}");
        }
    }

    /// Two values, whose score falls by a tenth of their sum, but rises by 1 where a + 3 b passes 20: within a few
    /// millionths of the way, beside which no gradient tells of it.
    struct HiddenJump;

    impl HiddenJump {
        fn passed(x: &[f32]) -> f64 {
            let off = f64::from(x[0] + 3.0 * x[1] - 20.0);
            1.0 / (1.0 + (-off * 1e4).exp())
        }
    }

    impl Scorer for HiddenJump {
        type Failure = Error;

        async fn scores(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Self::Failure> {
            let genes = values.chunks_exact(2);
            Ok(genes.map(|x| Self::passed(x) as f32 - 0.1 * (x[0] + x[1])).collect())
        }

        async fn gradient(&mut self, values: &[f32], _: usize) -> Result<Vec<f32>, Self::Failure> {
            let genes = values.chunks_exact(2);
            Ok(genes
                .flat_map(|x| {
                    let passed = Self::passed(x);
                    let slope = (1e4 * passed * (1.0 - passed)) as f32;
                    [slope - 0.1, 3.0 * slope - 0.1]
                })
                .collect())
        }
    }

    #[test]
    fn a_jump_beside_which_gradients_point_the_other_way_is_approached_until_one_meets_it() {
        let shape = Shape {
            bins: 2,
            marks: 1,
            cell_types: 1,
        };
        let method = Method::IntegratedGradients(Steps::UntilComplete);
        let found = at_once(attribute(&mut HiddenJump, &[10.0, 10.0], &[0.0, 0.0], shape, method)).unwrap();
        assert!(found.is_complete(0), "{found:?}");
        // Each loses 1, and of the jump a quarter and three quarters are theirs.
        for (got, expected) in found.values.iter().zip([-0.75, -0.25]) {
            assert!((got - expected).abs() < 0.1, "{found:?}");
        }
    }

    #[test]
    fn steps_that_are_asked_for_are_taken_and_no_more() {
        let zero = vec![0.0; genes().len()];
        let steps = |steps| {
            let method = Method::IntegratedGradients(steps);
            let found = at_once(attribute(&mut Known { asked: 0 }, &genes(), &zero, SHAPE, method)).unwrap();
            (found.steps.clone(), found.is_complete(0))
        };
        // One node, in the middle, is not enough for tanh, and the attribution says so.
        assert_eq!(steps(Steps::Fixed(1)), (vec![1, 1], false));
        assert_eq!(steps(Steps::Fixed(7)), (vec![7, 7], true));
        assert_eq!(steps(Steps::UntilComplete), (vec![FEWEST_STEPS; 2], true));
    }
}

//! The published sizes, and small ones that train on a laptop.

use super::config::{Config, Equations, Link};
use super::{Context, Position};

/// The fixed decays of the report's code.
const DECAYS: [f64; 5] = [0.01, 0.02, 0.05, 0.1, 0.2];

impl Config {
    /// The manuscript's model for `basenji`, the report's for the others: 131,072 bp, 4,229 tracks, five heads or
    /// exponentials.
    pub fn published(context: Context) -> Self {
        Self {
            length: 131_072,
            filters: vec![312, 368, 435, 514, 607, 717],
            kernels: vec![22, 1, 6, 6, 6, 3],
            pools: vec![1, 2, 4, 4, 4, 1],
            final_filters: 1365,
            targets: 4229,
            buffer: 4096,
            dropout: 0.05,
            ..Self::with_context(context, 108, &[2, 4, 8, 16, 32, 64], 0.1)
        }
    }

    /// The model of Basenji's tutorial: `basenji` with three tracks.
    pub fn tutorial() -> Self {
        Self {
            length: 131_072,
            filters: vec![128, 128, 192, 256, 256],
            kernels: vec![20, 7, 7, 7, 3],
            pools: vec![2, 4, 4, 4, 1],
            final_filters: 384,
            targets: 3,
            link: Link::Softplus,
            buffer: 4096,
            dropout: 0.1,
            ..Self::with_context(Context::Dilated, 32, &[2, 4, 8, 16, 32, 64], 0.1)
        }
    }

    /// Any variant at a size for a small genome such as yeast: 16,384 bp, one track, 41,153 to 82,443 parameters.
    pub fn small(context: Context) -> Self {
        Self {
            // The only link of the three that reaches the data's scale in a few hundred steps.
            link: Link::Exp,
            length: 16_384,
            filters: vec![32, 48, 48, 64],
            kernels: vec![15, 5, 5, 5],
            pools: vec![8, 4, 4, 1],
            final_filters: 64,
            targets: 1,
            buffer: 2048,
            ..Self::with_context(context, 24, &[2, 4, 8, 16], 0.0)
        }
    }

    /// The settings of a context stage; the others are empty.
    pub(super) fn with_context(
        context: Context,
        dilated_filters: usize,
        dilations: &[usize],
        dilated_dropout: f64,
    ) -> Self {
        let dilated = context == Context::Dilated;
        let attention = matches!(context, Context::Attention(_));
        let if_dilated = |size| if dilated { size } else { 0 };
        Self {
            context,
            length: 0,
            filters: Vec::new(),
            kernels: Vec::new(),
            pools: Vec::new(),
            dilated_filters: if_dilated(dilated_filters),
            dilations: dilations[..if_dilated(dilations.len())].to_vec(),
            layers: usize::from(attention),
            heads: if attention { 5 } else { 0 },
            // The ReLU was added to the code with the two-sided function.
            score_relu: context == Context::Attention(Position::TwoSided),
            zero_far: false,
            decays: if context == Context::ConstantExponentials {
                DECAYS.to_vec()
            } else {
                Vec::new()
            },
            exponentials: if context == Context::LearnedExponentials { 5 } else { 0 },
            equations: Equations::Code,
            final_filters: 0,
            targets: 0,
            link: Link::ExpLinear,
            buffer: 0,
            batch_norm_epsilon: 1e-3,
            batch_norm_momentum: 0.9,
            dropout: 0.0,
            dilated_dropout: if dilated { dilated_dropout } else { 0.0 },
            attention_dropout: 0.0,
            attention_query_dropout: 0.0,
        }
    }
}

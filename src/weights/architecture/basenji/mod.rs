//! Attention-Basenji's seven variants: all tensors at any size, with TensorFlow's names and layout.
//!
//! ```text
//! cnn0 … cnn5        blocks of convolution, batch normalisation and pooling
//! cnn6 … cnn11       `basenji`: dilated blocks, each beside its input on channels
//! multi_head…        attention, or `learned_exponential…`
//! cnn12, cnn_final6  the last block, of width 1, by its number
//! final/dense        the tracks
//! ```

mod config;
mod layers;
mod older_names;
mod presets;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::layers::tensors_of;
use super::publications::Work;
use super::{Attends, BinAttention, Family, Layout, Shapes, Variant as Row};
use crate::task::Task;
use crate::weights::{ModelCard, Problem, StateDict, Stretch, Track, Window};

use config::check_card;
pub use config::{Config, Equations, Link, MAX_LENGTH, OPTIONS};
use layers::kernel_name;
pub use layers::{BlockSizes, Decay, Dense, Head, is_statistic};

/// The family.
pub const FAMILY: &str = "basenji";

/// Width of the dilated blocks' filters.
const DILATED_WIDTH: usize = 3;

/// The family's row.
pub(super) struct Basenji;

impl Family for Basenji {
    fn id(&self) -> &'static str {
        FAMILY
    }

    fn title(&self) -> &'static str {
        "Basenji"
    }

    fn task(&self) -> Task {
        Task::Tracks
    }

    fn variants(&self) -> &'static [Row] {
        VARIANTS
    }

    fn held(&self, variant: &str, shapes: &Shapes<'_>) -> Result<Box<dyn Layout>, Problem> {
        Ok(Box::new(Config::held(Context::of(variant)?, shapes)?))
    }

    fn stated(&self, card: &ModelCard) -> Result<Box<dyn Layout>, Problem> {
        Ok(Box::new(Config::of(card)?))
    }

    fn rename_older(&self, variant: &str, state: &mut StateDict) -> Result<(), Problem> {
        older_names::rename(Context::of(variant)?, state);
        Ok(())
    }
}

impl ModelCard {
    /// The card of a sequence model of which only the architecture is known. Tracks are numbered if `tracks` is empty.
    pub fn of_sequences(config: &Config, tracks: Vec<Track>) -> Self {
        let numbered = |number: usize| Track {
            name: format!("track {}", number + 1),
            ..Track::default()
        };
        Self {
            hyperparameters: config.hyperparameters(),
            bin_size: config.bin(),
            window: Window::default(),
            sequence: Some(Stretch {
                length: config.length,
                buffer: config.buffer,
            }),
            tracks: if tracks.is_empty() {
                (0..config.targets).map(numbered).collect()
            } else {
                tracks
            },
            ..Self::new(FAMILY, config.variant(), Vec::new(), config.cropped())
        }
    }
}

/// Stage between the convolutions over a sequence and the last block, in which the variants differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Context {
    /// Dilated convolutions: Basenji itself.
    #[default]
    Dilated,
    /// Nothing.
    None,
    /// Sums over all bins with exponential weights of fixed decays.
    ConstantExponentials,
    /// The same with learned decays, each column normalised by a softmax.
    LearnedExponentials,
    /// Attention heads.
    Attention(Position),
}

/// Dependence of attention on the distance between bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// None.
    None,
    /// exp(−α |i − t|), one decay per head.
    OneSided,
    /// Two decays per head, one for either side.
    TwoSided,
}

impl Context {
    /// All stages, in the order of the report's results.
    pub const ALL: [Self; 7] = [
        Self::Dilated,
        Self::Attention(Position::TwoSided),
        Self::Attention(Position::OneSided),
        Self::ConstantExponentials,
        Self::LearnedExponentials,
        Self::None,
        Self::Attention(Position::None),
    ];

    /// Description of the variant.
    pub fn row(self) -> &'static Row {
        let place = Self::ALL.into_iter().position(|stage| stage == self);
        &VARIANTS[place.expect("every stage is listed")]
    }

    /// The variant in kebab case.
    pub fn variant(self) -> &'static str {
        self.row().variant
    }

    /// The stage of a variant.
    ///
    /// # Errors
    /// [`Problem::Variant`] with the known ones.
    pub fn of(variant: &str) -> Result<Self, Problem> {
        Ok(Self::ALL[super::rank(FAMILY, variant)?])
    }
}

/// The variants in the order of [`Context::ALL`]. Basenji.
static BASENJI: Work = Work {
    key: "kelley2018sequential",
    brief: "Kelley et al. 2018",
    citation: "Kelley DR, Reshef YA, Bileschi M, Belanger D, McLean CY, Snoek J. Sequential regulatory activity \
               prediction across chromosomes with convolutional neural networks. Genome Research 28, 739-750 (2018).",
    kind: "article",
    fields: &[
        (
            "author",
            "Kelley, David R. and Reshef, Yakir A. and Bileschi, Maxwell and Belanger, David and McLean, Cory Y. and \
             Snoek, Jasper",
        ),
        (
            "title",
            "Sequential regulatory activity prediction across chromosomes with convolutional neural networks",
        ),
        ("journal", "Genome Research"),
        ("volume", "28"),
        ("number", "5"),
        ("pages", "739--750"),
        ("year", "2018"),
        ("doi", "10.1101/gr.227819.117"),
    ],
};

/// Attention-Basenji. The title of the report is that in its repository's README, which gives surnames only.
static ATTENTION_BASENJI: Work = Work {
    key: "angus2018regulatory",
    brief: "Angus and Eyuboglu 2018",
    citation: "Angus, Eyuboglu. Regulatory activity prediction with attention-based models. Stanford University, \
               CS273B project report (2018).",
    kind: "misc",
    fields: &[
        ("author", "Angus and Eyuboglu"),
        ("title", "Regulatory Activity Prediction with Attention-Based Models"),
        ("year", "2018"),
        ("howpublished", "\\url{https://github.com/seyuboglu/genome-attention}"),
    ],
};

static VARIANTS: &[Row] = &[
    Row {
        works: &[&BASENJI],
        ..row("basenji", "Basenji", &["dilated_filters"])
    },
    row("attention-two-sided", "Attention, two-sided", HEADS),
    row("attention-variable", "Attention, variable", HEADS),
    row("exp-constant", "Constant exponentials", &[]),
    row("exp-variable", "Variable exponentials", &["exponentials"]),
    row("standard", "Standard", &[]),
    row("attention-none", "Attention, no position", HEADS),
];

/// Sizes of attention.
const HEADS: &[&str] = &["heads", "layers"];

/// Sizes of all variants.
const SIZES: [&str; 4] = ["filters", "kernels", "final_filters", "targets"];

/// Publications of most variants.
const WORKS: &[&Work] = &[&ATTENTION_BASENJI, &BASENJI];

/// `sizes` are those of the context stage.
const fn row(variant: &'static str, title: &'static str, sizes: &'static [&'static str]) -> Row {
    Row {
        family: FAMILY,
        variant,
        title,
        works: WORKS,
        // There are no marks: bins of a sequence attend to each other.
        attends: Attends {
            bins: BinAttention::None,
            marks: false,
            encoders: None,
        },
        sizes,
    }
}

/// Names of the variants for a command line.
pub fn variants() -> impl Iterator<Item = &'static str> {
    VARIANTS.iter().map(|known| known.variant)
}

impl Config {
    /// The blocks before the context stage: those over the sequence and, for `basenji`, the dilated ones.
    pub fn blocks(&self) -> Vec<BlockSizes> {
        let mut blocks = Vec::new();
        let mut channels = 4;
        let plain = self.filters.iter().zip(&self.kernels).zip(&self.pools);
        for (index, ((&filters, &width), &pool)) in plain.enumerate() {
            blocks.push(BlockSizes {
                name: format!("cnn{index}"),
                width,
                channels,
                filters,
                dilation: 1,
                pool,
                dense: false,
            });
            channels = filters;
        }
        for (index, &dilation) in self.dilations.iter().enumerate() {
            blocks.push(BlockSizes {
                name: format!("cnn{}", self.filters.len() + index),
                width: DILATED_WIDTH,
                channels,
                filters: self.dilated_filters,
                dilation,
                pool: 1,
                dense: true,
            });
            channels = channels.saturating_add(self.dilated_filters);
        }
        blocks
    }

    /// The last block, of width 1.
    pub fn last_block(&self) -> BlockSizes {
        let number = self.filters.len() + self.dilations.len();
        let name = match self.context {
            Context::Dilated => format!("cnn{number}"),
            _ => format!("cnn_final{number}"),
        };
        BlockSizes {
            name,
            width: 1,
            channels: self.context_channels(),
            filters: self.final_filters,
            dilation: 1,
            pool: 1,
            dense: false,
        }
    }

    /// Input channels of each attention layer.
    fn layer_channels(&self) -> Vec<usize> {
        let each = self.heads.saturating_add(1);
        let channels = std::iter::successors(Some(self.trunk_channels()), |channels| {
            Some(channels.saturating_mul(each))
        });
        channels.take(self.layers).collect()
    }

    /// The heads of each attention layer.
    pub fn attention(&self) -> Vec<Vec<Head>> {
        let layers = self.layer_channels().into_iter().enumerate();
        let of_layer = |(layer, channels)| (0..self.heads).map(|head| self.head(layer, head, channels)).collect();
        layers.map(of_layer).collect()
    }

    fn head(&self, layer: usize, head: usize, channels: usize) -> Head {
        let name = head_name(layer, head);
        let decays = self.context.decay_names().iter();
        Head {
            query: Dense {
                name: format!("{name}/dense"),
                inputs: channels,
                outputs: channels,
            },
            decays: decays
                .map(|decay| Decay {
                    name: format!("{name}/{decay}"),
                })
                .collect(),
        }
    }

    /// The decays of the learned exponentials.
    pub fn learned_decays(&self) -> Vec<Decay> {
        let names = (0..self.exponentials).map(exponential_name);
        names.map(|name| Decay { name }).collect()
    }

    /// The layer of the tracks.
    pub fn tracks_layer(&self) -> Dense {
        Dense {
            name: "final/dense".to_owned(),
            inputs: self.final_filters,
            outputs: self.targets,
        }
    }

    /// All tensors with their shapes, in the order in which initial weights are drawn. Sizes come from files: products
    /// saturate instead of overflowing.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        tensors_of(&[
            &self.blocks(),
            &self.attention(),
            &self.learned_decays(),
            &self.last_block(),
            &self.tracks_layer(),
        ])
    }

    /// Number of trained weights, without moving statistics.
    pub fn parameters(&self) -> usize {
        let tensors = self.tensors();
        let fitted = tensors.iter().filter(|(name, _)| !is_statistic(name));
        fitted.map(|(_, shape)| shape.iter().product::<usize>()).sum()
    }
}

impl Layout for Config {
    fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        self.tensors()
    }

    fn named_sizes(&self) -> Map<String, Value> {
        let mut all = self.hyperparameters();
        let of_stage = self.context.row().sizes;
        all.retain(|name, _| SIZES.contains(&name.as_str()) || of_stage.contains(&name.as_str()));
        all
    }

    fn marks(&self) -> usize {
        0
    }

    fn parameters(&self) -> usize {
        self.parameters()
    }

    /// Checks that the numbers of dilations and decays, which cannot be inferred, match the blocks and channels of the
    /// tensors, and that the card's other fields match its settings.
    fn check(&self, card: &ModelCard) -> Result<(), Problem> {
        let held: BTreeMap<String, Vec<usize>> = self.tensors().into_iter().collect();
        for (name, expected) in check_card(card)?.tensors() {
            let told = format!("{expected:?}, by dilations, decays and heads");
            match held.get(&name) {
                Some(found) if *found == expected => {}
                Some(found) => {
                    return Err(Problem::TensorShape {
                        tensor: name,
                        found: format!("{found:?}"),
                        expected: told,
                    });
                }
                None => {
                    return Err(Problem::TensorMissing {
                        tensor: name,
                        expected: told,
                    });
                }
            }
        }
        Ok(())
    }

    fn bytes_per_example(&self) -> Option<u64> {
        None
    }
}

impl Context {
    /// Names of the decays of one head.
    pub fn decay_names(self) -> &'static [&'static str] {
        match self {
            Self::Attention(Position::OneSided) => &["decay_factor"],
            Self::Attention(Position::TwoSided) => &["left_decay_factor", "right_decay_factor"],
            _ => &[],
        }
    }
}

/// Prefix of the names of a head's tensors.
pub fn head_name(layer: usize, head: usize) -> String {
    format!("multi_head{layer}/multi_attention{head}")
}

/// The decay of a learned exponential.
fn exponential_name(index: usize) -> String {
    format!("learned_exponential{index}/decay_factor")
}

impl Config {
    /// Infers the sizes from the kernels' shapes; other settings are empty.
    fn held(context: Context, shapes: &Shapes<'_>) -> Result<Self, Problem> {
        let expected = "[width, channels, filters]";
        let mut blocks = vec![shapes.sizes::<3>(&kernel_name("cnn0"), expected)?];
        while shapes.has(&kernel_name(&format!("cnn{}", blocks.len()))) {
            blocks.push(shapes.sizes(&kernel_name(&format!("cnn{}", blocks.len())), expected)?);
        }
        let mut config = Self::with_context(context, 0, &[], 0.0);
        if context == Context::Dilated {
            // The last is the block of width 1. A dilated block concatenates its filters to its input.
            let [_, channels, filters] = blocks.pop().unwrap_or_default();
            let follows = blocks.iter().skip(1).map(|[_, channels, _]| *channels);
            let plain = blocks
                .iter()
                .zip(follows.chain([channels]))
                .take_while(|([_, _, filters], next)| filters == next)
                .count();
            config.dilated_filters = blocks.get(plain).map_or(0, |[_, _, filters]| *filters);
            config.dilations = vec![1; blocks.len() - plain];
            blocks.truncate(plain);
            config.final_filters = filters;
        } else {
            let last = kernel_name(&format!("cnn_final{}", blocks.len()));
            let [_, channels, filters] = shapes.sizes(&last, "[1, channels, final_filters]")?;
            config.final_filters = filters;
            let of_each = blocks.last().map_or(1, |[_, _, filters]| (*filters).max(1));
            config.decays = match context {
                Context::ConstantExponentials => vec![0.0; (channels / of_each).saturating_sub(1)],
                _ => Vec::new(),
            };
        }
        config.pools = vec![1; blocks.len()];
        config.kernels = blocks.iter().map(|[width, ..]| *width).collect();
        config.filters = blocks.iter().map(|[.., filters]| *filters).collect();
        let count = |name: &dyn Fn(usize) -> String| (0..).take_while(|&i| shapes.has(&name(i))).count();
        if matches!(context, Context::Attention(_)) {
            let heads = |head| format!("{}/dense/kernel", head_name(0, head));
            let layers = |layer| format!("{}/dense/kernel", head_name(layer, 0));
            // At least one, so that the error of a file without heads names a missing tensor.
            config.heads = count(&heads).max(1);
            config.layers = count(&layers).max(1);
        }
        if context == Context::LearnedExponentials {
            config.exponentials = count(&exponential_name).max(1);
        }
        let [_, targets] = shapes.sizes("final/dense/kernel", "[final_filters, targets]")?;
        config.targets = targets;

        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::Tensor;

    fn published(variant: &str) -> Config {
        Config::published(Context::of(variant).unwrap())
    }

    #[test]
    fn every_variant_has_the_published_number_of_weights() {
        let expected = [
            ("basenji", 15_190_636),
            ("standard", 12_386_092),
            ("exp-constant", 17_279_617),
            ("exp-variable", 17_279_622),
            ("attention-none", 19_853_647),
            ("attention-variable", 19_853_652),
            ("attention-two-sided", 19_853_657),
        ];
        for (variant, expected) in expected {
            let config = published(variant);
            assert_eq!(config.parameters(), expected, "{variant}");
            assert_eq!((config.bin(), config.bins(), config.cropped()), (128, 1024, 960));
        }
        assert_eq!(variants().count(), expected.len());
    }

    #[test]
    fn more_heads_and_more_layers_have_the_published_number_of_weights() {
        let expected = [
            ("attention-variable", 16, 1, 36_282_284, 12_189),
            ("attention-variable", 5, 2, 141_772_337, 25_812),
            ("attention-two-sided", 16, 1, 36_282_300, 12_189),
            ("attention-two-sided", 5, 2, 141_772_347, 25_812),
        ];
        for (variant, heads, layers, expected, channels) in expected {
            let config = Config {
                layers,
                heads,
                ..published(variant)
            };
            assert_eq!(config.parameters(), expected, "{variant}, {layers} x {heads}");
            assert_eq!(config.context_channels(), channels);
        }
        let seven = Config {
            dilations: vec![2, 4, 8, 16, 32, 64, 128],
            ..published("basenji")
        };
        assert_eq!(seven.parameters(), 15_780_532);
        assert_eq!(Config::tutorial().parameters(), 1_207_427);
    }

    #[test]
    fn small_models_have_the_sizes_that_were_tried_elsewhere() {
        for (variant, expected) in [
            ("basenji", 76_289),
            ("attention-variable", 82_438),
            ("attention-none", 82_433),
            ("attention-two-sided", 82_443),
            ("exp-constant", 61_633),
            ("standard", 41_153),
        ] {
            let config = Config::small(Context::of(variant).unwrap());
            assert_eq!(config.parameters(), expected, "{variant}");
        }
    }

    #[test]
    fn shapes_tell_every_size_but_pools_and_dilations() {
        for stage in Context::ALL {
            for config in [
                Config::small(stage),
                Config {
                    heads: 2,
                    layers: 2,
                    ..Config::small(stage)
                },
            ] {
                let config = match stage {
                    Context::Attention(_) => config,
                    _ => Config::small(stage),
                };
                let tensors: BTreeMap<String, Tensor> = config
                    .tensors()
                    .into_iter()
                    .map(|(name, shape)| {
                        let values = vec![0.5; shape.iter().product()];
                        (name, Tensor::new(shape, values))
                    })
                    .collect();
                let layout = super::super::find(FAMILY, stage.variant())
                    .unwrap()
                    .layout(&tensors)
                    .unwrap();
                assert_eq!(layout.parameters(), config.parameters());
                let mut all = config.hyperparameters();
                let told = layout.named_sizes();
                for (name, value) in &told {
                    assert_eq!(all.insert(name.clone(), value.clone()).as_ref(), Some(value));
                }
                let sizes = SIZES.len() + stage.row().sizes.len();
                assert_eq!(told.len(), sizes);
                assert_eq!(Config::read(stage, &all, "a test").unwrap(), config);
            }
        }
    }

    #[test]
    fn what_nothing_tells_names_its_flag() {
        for (variant, name, flag) in [
            ("basenji", "length", "--length"),
            ("basenji", "buffer", "--buffer"),
            ("basenji", "pools", "--pools"),
            ("basenji", "link", "--link"),
            ("basenji", "dilations", "--dilations"),
            ("exp-constant", "decays", "--decays"),
            ("attention-none", "score_relu", "--score-relu"),
        ] {
            let config = published(variant);
            let mut told = config.hyperparameters();
            told.remove(name).unwrap();
            match Config::read(config.context, &told, "a test") {
                Err(Problem::Unknown { flag: found, .. }) => assert_eq!(found, flag),
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    #[test]
    fn settings_that_do_not_hang_together_are_refused() {
        let config = published("attention-two-sided");
        for (name, value) in [
            ("length", serde_json::json!(131_073)),
            ("length", serde_json::json!(1_u64 << 40)),
            ("buffer", serde_json::json!(100)),
            ("buffer", serde_json::json!(65_536)),
            ("pools", serde_json::json!([1, 2])),
            ("pools", serde_json::json!([1, 0, 4, 4, 4, 1])),
            ("kernels", serde_json::json!("wide")),
            ("heads", serde_json::json!(100_000)),
            ("layers", serde_json::json!(64)),
            ("link", serde_json::json!("relu")),
            ("score_relu", serde_json::json!(1)),
            ("batch_norm_epsilon", serde_json::json!(0)),
            ("dropout", serde_json::json!(1)),
            ("equations", serde_json::json!("mine")),
        ] {
            let mut told = config.hyperparameters();
            told.insert(name.to_owned(), value.clone());
            let read = Config::read(config.context, &told, "a test");
            assert!(
                matches!(read, Err(Problem::Statement { .. })),
                "{name} {value}: {read:?}"
            );
        }
    }

    #[test]
    fn links_are_clipped_as_published() {
        assert_eq!(Link::ExpLinear.apply(2.0), 3.0);
        assert_eq!(Link::ExpLinear.apply(0.0), 1.0);
        assert_eq!(Link::ExpLinear.apply(-100.0), (-50.0_f32).exp());
        assert_eq!(Link::Exp.apply(100.0), 50.0_f32.exp());
        assert!((Link::Softplus.apply(0.0) - 2.0_f32.ln()).abs() < 1e-7);
        assert_eq!(Link::Softplus.apply(20_000.0), 10_000.0);
        assert_eq!(Link::Softplus.apply(-100.0), (-50.0_f32).exp());
    }

    #[test]
    fn links_make_no_number_of_what_is_none_or_infinite() {
        for link in [Link::ExpLinear, Link::Softplus, Link::Exp] {
            for y in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                assert!(link.apply(y).is_nan() && link.slope(y).is_nan(), "{link:?} of {y}");
            }
        }
    }
}

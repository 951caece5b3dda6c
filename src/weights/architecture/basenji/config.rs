//! Configuration of a model of this family: its sizes, and the settings that cannot be inferred from tensors.

use serde_json::{Map, Value};

use super::{Context, FAMILY};
use crate::weights::{ModelCard, Problem};

/// Largest number of bases of an example. It determines memory, so that a file must not choose it freely.
pub const MAX_LENGTH: usize = 1 << 24;

/// Largest number of bins of a stage that mixes all bins: one [bins, bins] takes 256 MiB.
pub const MAX_MIXED_BINS: usize = 8192;

/// Largest value of any other size, and largest number of blocks.
const MAX_SIZE: usize = 1 << 20;
const MAX_BLOCKS: usize = 256;

/// Link function from outputs to coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// y + 1 above 0, else e^y, as in Basenji.
    ExpLinear,
    /// ln(1 + e^y), as in the tutorial.
    Softplus,
    /// e^y.
    Exp,
}

impl Link {
    const ALL: [(&str, Self); 3] = [
        ("exp_linear", Self::ExpLinear),
        ("softplus", Self::Softplus),
        ("exp", Self::Exp),
    ];

    /// Name in settings.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    /// Applies the function with the published clipping limits; NaN and infinities are not clipped.
    pub fn apply(self, y: f32) -> f32 {
        match self {
            _ if !y.is_finite() => f32::NAN,
            Self::ExpLinear if y > 0.0 => y + 1.0,
            Self::ExpLinear => y.max(-50.0).exp(),
            // ln(1 + e^y) without overflow.
            Self::Softplus => {
                let y = y.clamp(-50.0, 10_000.0);
                y.max(0.0) + (-y.abs()).exp().ln_1p()
            }
            Self::Exp => y.clamp(-50.0, 50.0).exp(),
        }
    }

    /// Its derivative at y; 0 outside the clipping limits.
    pub fn slope(self, y: f32) -> f32 {
        match self {
            _ if !y.is_finite() => f32::NAN,
            Self::ExpLinear if y > 0.0 => 1.0,
            Self::ExpLinear if y > -50.0 => y.exp(),
            Self::Softplus if (-50.0..10_000.0).contains(&y) => 1.0 / (1.0 + (-y).exp()),
            Self::Exp if (-50.0..50.0).contains(&y) => y.exp(),
            _ => 0.0,
        }
    }
}

/// Equations of a context stage where the report and its code differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Equations {
    /// The code's: the score of a bin with itself is 0, and two-sided decays are divided by a hundred.
    #[default]
    Code,
    /// The report's: position functions as printed, also for the bin itself.
    Paper,
}

impl Equations {
    const ALL: [(&str, Self); 2] = [("code", Self::Code), ("paper", Self::Paper)];

    /// Name in settings.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// A model of any variant. Names are those of the card's hyperparameters; fields that a variant does not use are empty
/// or 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The context stage, which defines the variant.
    pub context: Context,
    /// Bases of an example; 131,072.
    pub length: usize,
    /// Filters of the blocks before the context stage.
    pub filters: Vec<usize>,
    /// Their widths.
    pub kernels: Vec<usize>,
    /// Pool of each; 1 for no pooling.
    pub pools: Vec<usize>,
    /// Filters of each dilated block; 108.
    pub dilated_filters: usize,
    /// Dilation of each dilated block, of width 3; 2, 4 … 64.
    pub dilations: Vec<usize>,
    /// Layers of attention.
    pub layers: usize,
    /// Heads of each layer.
    pub heads: usize,
    /// True if scores are rectified.
    pub score_relu: bool,
    /// True if a one-sided position function is 0 beyond 103 bins, where the code's stored table underflows.
    pub zero_far: bool,
    /// Decays of the fixed exponentials.
    pub decays: Vec<f64>,
    /// Number of learned exponentials.
    pub exponentials: usize,
    /// Equations of the code or of the report.
    pub equations: Equations,
    /// Filters of the last block; 1365.
    pub final_filters: usize,
    /// Tracks; 4229.
    pub targets: usize,
    /// Link function.
    pub link: Link,
    /// Bases at either end without predictions; 4096.
    pub buffer: usize,
    /// ε of batch normalisation.
    pub batch_norm_epsilon: f64,
    /// Momentum of moving statistics: the fraction kept per step.
    pub batch_norm_momentum: f64,
    /// Dropout of all blocks but the dilated ones, in training.
    pub dropout: f64,
    /// Dropout of the dilated blocks, in training.
    pub dilated_dropout: f64,
    /// Dropout of each head's context, in training.
    pub attention_dropout: f64,
    /// Dropout of each head's queries, in training.
    pub attention_query_dropout: f64,
}

/// Settings with defaults, which [`Config::hyperparameters`] may omit.
pub const OPTIONS: [&str; 6] = [
    "zero_far",
    "equations",
    "dropout",
    "dilated_dropout",
    "attention_dropout",
    "attention_query_dropout",
];

/// Settings that cannot be inferred from tensors, with their flags.
const UNTOLD: [(&str, &str, &str); 7] = [
    ("length", "--length", "how many bases the model takes"),
    ("buffer", "--buffer", "how many bases at each end get no prediction"),
    ("pools", "--pools", "over how many positions each block takes a maximum"),
    ("link", "--link", "how outputs become coverage"),
    ("dilations", "--dilations", "the dilations of the dilated blocks"),
    ("decays", "--decays", "the decays of the fixed exponentials"),
    (
        "score_relu",
        "--score-relu",
        "whether negative attention scores count as 0",
    ),
];

impl Config {
    /// Reads the complete settings of a model from `hyperparameters` by name, sizes from tensors included.
    ///
    /// # Errors
    /// [`Problem::Unknown`] with the flag of a missing setting; [`Problem::Statement`] for an invalid one, stated by
    /// `source`.
    pub fn read(context: Context, hyperparameters: &Map<String, Value>, source: &str) -> Result<Self, Problem> {
        let from = Reader {
            object: hyperparameters,
            source,
        };
        let dilated = context == Context::Dilated;
        let attention = matches!(context, Context::Attention(_));
        let only = |has: bool, name: &'static str| has.then_some(name);
        let config = Self {
            context,
            length: from.size("length")?,
            filters: from.sizes("filters")?,
            kernels: from.sizes("kernels")?,
            pools: from.sizes("pools")?,
            dilated_filters: only(dilated, "dilated_filters").map_or(Ok(0), |name| from.size(name))?,
            dilations: only(dilated, "dilations").map_or(Ok(Vec::new()), |name| from.sizes(name))?,
            layers: only(attention, "layers").map_or(Ok(0), |name| from.size(name))?,
            heads: only(attention, "heads").map_or(Ok(0), |name| from.size(name))?,
            score_relu: only(attention, "score_relu").map_or(Ok(false), |name| from.truth(name))?,
            zero_far: from.or("zero_far", false, Reader::truth)?,
            decays: only(context == Context::ConstantExponentials, "decays")
                .map_or(Ok(Vec::new()), |name| from.numbers(name))?,
            exponentials: only(context == Context::LearnedExponentials, "exponentials")
                .map_or(Ok(0), |name| from.size(name))?,
            equations: from.or("equations", Equations::Code, |from, name| {
                from.one_of(name, &Equations::ALL, "code or paper")
            })?,
            final_filters: from.size("final_filters")?,
            targets: from.size("targets")?,
            link: from.one_of("link", &Link::ALL, "exp_linear, softplus or exp")?,
            buffer: from.whole("buffer")?,
            batch_norm_epsilon: from.or("batch_norm_epsilon", 1e-3, Reader::number)?,
            batch_norm_momentum: from.or("batch_norm_momentum", 0.9, Reader::number)?,
            dropout: from.or("dropout", 0.0, Reader::number)?,
            dilated_dropout: from.or("dilated_dropout", 0.0, Reader::number)?,
            attention_dropout: from.or("attention_dropout", 0.0, Reader::number)?,
            attention_query_dropout: from.or("attention_query_dropout", 0.0, Reader::number)?,
        };
        config.check(source)?;
        Ok(config)
    }

    /// The configuration of a card.
    ///
    /// # Errors
    /// As [`read`](Self::read); [`Problem::Variant`].
    pub fn of(card: &ModelCard) -> Result<Self, Problem> {
        let context = Context::of(&card.variant)?;
        Self::read(context, &card.hyperparameters, "the model card")
    }

    /// Layers of the context stage that each read all bins of the one before: those of attention, or 1 for
    /// exponentials; 0 for none and for dilated blocks.
    pub fn context_layers(&self) -> usize {
        match self.context {
            Context::Dilated | Context::None => 0,
            Context::ConstantExponentials | Context::LearnedExponentials => 1,
            Context::Attention(_) => self.layers,
        }
    }

    /// Number of contexts per bin in each of these layers: heads, or exponentials.
    pub fn contexts(&self) -> usize {
        match self.context {
            Context::Dilated | Context::None => 0,
            Context::ConstantExponentials => self.decays.len(),
            Context::LearnedExponentials => self.exponentials,
            Context::Attention(_) => self.heads,
        }
    }

    /// All settings of this variant, by the names of a card's hyperparameters; the inverse of [`read`](Self::read).
    pub fn hyperparameters(&self) -> Map<String, Value> {
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| {
            map.insert(name.to_owned(), value);
        };
        put("length", self.length.into());
        put("filters", self.filters.clone().into());
        put("kernels", self.kernels.clone().into());
        put("pools", self.pools.clone().into());
        match self.context {
            Context::Dilated => {
                put("dilated_filters", self.dilated_filters.into());
                put("dilations", self.dilations.clone().into());
            }
            Context::None => {}
            Context::ConstantExponentials => put("decays", self.decays.clone().into()),
            Context::LearnedExponentials => put("exponentials", self.exponentials.into()),
            Context::Attention(_) => {
                put("layers", self.layers.into());
                put("heads", self.heads.into());
                put("score_relu", self.score_relu.into());
            }
        }
        if self.zero_far {
            put("zero_far", true.into());
        }
        if self.equations != Equations::Code {
            put("equations", self.equations.name().into());
        }
        put("final_filters", self.final_filters.into());
        put("targets", self.targets.into());
        put("link", self.link.name().into());
        put("buffer", self.buffer.into());
        put("batch_norm_epsilon", self.batch_norm_epsilon.into());
        put("batch_norm_momentum", self.batch_norm_momentum.into());
        for (name, rate) in [
            ("dropout", self.dropout),
            ("dilated_dropout", self.dilated_dropout),
            ("attention_dropout", self.attention_dropout),
            ("attention_query_dropout", self.attention_query_dropout),
        ] {
            if rate != 0.0 {
                put(name, rate.into());
            }
        }
        map
    }

    /// The variant in kebab case.
    pub fn variant(&self) -> &'static str {
        self.context.variant()
    }

    /// Bases per bin: the product of all pools.
    pub fn bin(&self) -> usize {
        self.pools.iter().product()
    }

    /// Bins before cropping: 1,024.
    pub fn bins(&self) -> usize {
        self.length / self.bin()
    }

    /// Bins cropped at each end: 32.
    pub fn crop(&self) -> usize {
        self.buffer / self.bin()
    }

    /// Bins that are predicted: 960.
    pub fn cropped(&self) -> usize {
        self.bins() - 2 * self.crop()
    }

    /// Channels of H, after the last block before the context stage; for `basenji` after the dilated blocks.
    pub fn trunk_channels(&self) -> usize {
        let plain = self.filters.last().copied().unwrap_or(4);
        plain.saturating_add(self.dilations.len().saturating_mul(self.dilated_filters))
    }

    /// Output channels of the context stage.
    pub fn context_channels(&self) -> usize {
        let of_layer = self.contexts().saturating_add(1);
        let each = (0..self.context_layers()).fold(1_usize, |all, _| all.saturating_mul(of_layer));
        self.trunk_channels().saturating_mul(each)
    }

    /// Checks that the settings are consistent.
    fn check(&self, source: &str) -> Result<(), Problem> {
        let wrong = |what: &str, found: String, expected: &'static str| {
            Err(Problem::Statement {
                what: what.to_owned(),
                source_name: source.to_owned(),
                found,
                expected,
            })
        };
        let blocks = self.filters.len();
        if self.kernels.len() != blocks {
            return wrong(
                "kernels",
                format!("{:?}", self.kernels),
                "one width for each of `filters`",
            );
        }
        if self.pools.len() != blocks {
            return wrong("pools", format!("{:?}", self.pools), "one for each of `filters`");
        }
        if blocks == 0 || blocks + self.dilations.len() > MAX_BLOCKS {
            return wrong("filters", format!("{blocks} blocks"), "1 to 256 blocks in all");
        }
        let bin = self.pools.iter().try_fold(1_usize, |all, &pool| {
            all.checked_mul(pool).filter(|&all| all <= MAX_LENGTH)
        });
        let Some(bin) = bin else {
            return wrong(
                "pools",
                format!("{:?}", self.pools),
                "a product that the length is a multiple of",
            );
        };
        if self.length > MAX_LENGTH || !self.length.is_multiple_of(bin) {
            return wrong(
                "length",
                self.length.to_string(),
                "a multiple of all pools together, at most 16,777,216",
            );
        }
        if !self.buffer.is_multiple_of(bin) || self.buffer.saturating_mul(2) >= self.length {
            return wrong(
                "buffer",
                self.buffer.to_string(),
                "a multiple of all pools together, less than half of the length",
            );
        }
        let mixes = !matches!(self.context, Context::Dilated | Context::None);
        if mixes && self.bins() > MAX_MIXED_BINS {
            return wrong(
                "length",
                self.length.to_string(),
                "at most 8192 bins where each looks at all others",
            );
        }
        if self.context_channels() > MAX_SIZE {
            return wrong(
                "heads",
                format!("{} heads in {} layers", self.heads, self.layers),
                "at most 1,048,576 channels behind the context stage",
            );
        }
        if self.decays.iter().any(|decay| *decay < 0.0) {
            return wrong("decays", format!("{:?}", self.decays), "numbers not below 0");
        }
        if self.batch_norm_epsilon <= 0.0 {
            return wrong(
                "batch_norm_epsilon",
                self.batch_norm_epsilon.to_string(),
                "a number above 0",
            );
        }
        for (name, share) in [
            ("batch_norm_momentum", self.batch_norm_momentum),
            ("dropout", self.dropout),
            ("dilated_dropout", self.dilated_dropout),
            ("attention_dropout", self.attention_dropout),
            ("attention_query_dropout", self.attention_query_dropout),
        ] {
            if !(0.0..1.0).contains(&share) {
                return wrong(name, share.to_string(), "a number from 0 to less than 1");
            }
        }
        Ok(())
    }
}

/// Settings as stated by one source.
struct Reader<'a> {
    object: &'a Map<String, Value>,
    source: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&self, name: &'static str) -> Result<&'a Value, Problem> {
        let value = self.object.get(name).filter(|value| !value.is_null());
        value.ok_or_else(|| {
            let known = UNTOLD.iter().find(|(untold, ..)| *untold == name);
            let &(_, flag, what) = known.unwrap_or(&(name, "--config", name));
            Problem::Unknown {
                flag,
                what: what.to_owned(),
            }
        })
    }

    fn wrong(&self, name: &str, expected: &'static str) -> Problem {
        Problem::Statement {
            what: name.to_owned(),
            source_name: self.source.to_owned(),
            found: self.object[name].to_string(),
            expected,
        }
    }

    fn whole(&self, name: &'static str) -> Result<usize, Problem> {
        whole(self.value(name)?).ok_or_else(|| self.wrong(name, "a whole number"))
    }

    fn size(&self, name: &'static str) -> Result<usize, Problem> {
        let size = whole(self.value(name)?).filter(|&size| size > 0 && size <= limit(name));
        size.ok_or_else(|| self.wrong(name, "a whole number above 0"))
    }

    fn sizes(&self, name: &'static str) -> Result<Vec<usize>, Problem> {
        let sizes = self.value(name)?.as_array().and_then(|values| {
            let sizes = values.iter().map(whole);
            sizes
                .map(|size| size.filter(|&size| size > 0 && size <= MAX_SIZE))
                .collect()
        });
        sizes.ok_or_else(|| self.wrong(name, "a list of whole numbers above 0"))
    }

    fn number(&self, name: &'static str) -> Result<f64, Problem> {
        let number = self.value(name)?.as_f64();
        number.ok_or_else(|| self.wrong(name, "a number"))
    }

    fn numbers(&self, name: &'static str) -> Result<Vec<f64>, Problem> {
        let values = self.value(name)?.as_array();
        let numbers = values.and_then(|values| values.iter().map(Value::as_f64).collect());
        numbers.ok_or_else(|| self.wrong(name, "a list of numbers"))
    }

    fn truth(&self, name: &'static str) -> Result<bool, Problem> {
        let truth = self.value(name)?.as_bool();
        truth.ok_or_else(|| self.wrong(name, "true or false"))
    }

    fn one_of<T: Copy>(&self, name: &'static str, all: &[(&str, T)], expected: &'static str) -> Result<T, Problem> {
        let value = self.value(name)?.as_str();
        let known = all.iter().find(|(known, _)| Some(*known) == value);
        known.map(|&(_, one)| one).ok_or_else(|| self.wrong(name, expected))
    }

    /// The stated value, or `default`.
    fn or<T>(
        &self,
        name: &'static str,
        default: T,
        read: impl FnOnce(&Self, &'static str) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(_) => read(self, name),
        }
    }
}

fn limit(name: &str) -> usize {
    if name == "length" { MAX_LENGTH } else { MAX_SIZE }
}

/// An integer; other writers may put 32.0 for 32.
fn whole(value: &Value) -> Option<usize> {
    let float = || value.as_f64().filter(|number| number.fract() == 0.0 && *number >= 0.0);
    let whole = value.as_u64().or_else(|| float().map(|number| number as u64));
    let whole = whole?;
    usize::try_from(whole).ok()
}

/// Checks that a card with complete hyperparameters is consistent.
///
/// # Errors
/// As [`Config::of`]; [`Problem::Size`].
pub(super) fn check_card(card: &ModelCard) -> Result<Config, Problem> {
    debug_assert_eq!(card.family, FAMILY);
    let config = Config::of(card)?;
    let agree = |what: &str, stated: usize, held: usize| {
        if stated == held {
            return Ok(());
        }
        Err(Problem::Card {
            reason: format!("{stated} for {what}; expected {held}, by its hyperparameters"),
        })
    };
    agree("bin_size", card.bin_size, config.bin())?;
    agree("bins", card.bins, config.cropped())?;
    agree("the number of tracks", card.tracks.len(), config.targets)?;
    if let Some(sequence) = &card.sequence {
        agree("sequence.length", sequence.length, config.length)?;
        agree("sequence.buffer", sequence.buffer, config.buffer)?;
    }
    Ok(config)
}

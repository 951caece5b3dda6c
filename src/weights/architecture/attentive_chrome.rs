//! AttentiveChrome's seven variants: their sizes and tensors.
//!
//! LSTM-α,β has the key names of the authors' PyTorch code. The authors published no PyTorch code of the others; their
//! names follow the same style.

use serde_json::{Map, Value};

use super::layers::{Context, Convolution, Encoder, Frames, Linear, Recurrence, Tensors, tensors_of, twice};
use super::publications::Work;
use super::{Attends, BinAttention, Family, Layout, Shapes, Variant as Row};
use crate::task::Task;
use crate::weights::{ModelCard, Problem};

/// The family.
pub const FAMILY: &str = "attentive-chrome";

/// The family's row.
pub(super) struct AttentiveChrome;

impl Family for AttentiveChrome {
    fn id(&self) -> &'static str {
        FAMILY
    }

    fn title(&self) -> &'static str {
        "AttentiveChrome"
    }

    fn task(&self) -> Task {
        Task::OnOff
    }

    fn does(&self, task: Task) -> bool {
        matches!(task, Task::OnOff | Task::Level)
    }

    fn variants(&self) -> &'static [Row] {
        VARIANTS
    }

    fn held(&self, variant: &str, shapes: &Shapes<'_>) -> Result<Box<dyn Layout>, Problem> {
        Ok(Box::new(Architecture::held(Variant::find(variant)?, shapes)?))
    }

    fn stated(&self, card: &ModelCard) -> Result<Box<dyn Layout>, Problem> {
        Ok(Box::new(Architecture::new(&card.variant, Sizes::of(card))?))
    }
}

/// A variant. The shipped one is first, the others are in the order of the paper's table 2, as are their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The paper's model.
    LstmAlphaBeta,
    /// Without β.
    LstmAlpha,
    /// With one attention for all marks.
    LstmAttn,
    /// Without attention.
    Lstm,
    /// Convolutions in place of the LSTMs.
    CnnAlphaBeta,
    /// DeepChrome with attention in place of pooling.
    CnnAttn,
    /// The predecessor.
    DeepChrome,
}

/// Its publication.
static ATTENTIVE_CHROME: Work = Work {
    key: "singh2017attend",
    brief: "Singh et al. 2017",
    citation: "Singh R, Lanchantin J, Sekhon A, Qi Y. Attend and Predict: Understanding Gene Regulation by Selective \
               Attention on Chromatin. Advances in Neural Information Processing Systems 30 (2017).",
    kind: "inproceedings",
    fields: &[
        (
            "author",
            "Singh, Ritambhara and Lanchantin, Jack and Sekhon, Arshdeep and Qi, Yanjun",
        ),
        (
            "title",
            "Attend and Predict: Understanding Gene Regulation by Selective Attention on Chromatin",
        ),
        ("booktitle", "Advances in Neural Information Processing Systems"),
        ("volume", "30"),
        ("year", "2017"),
        ("eprint", "1708.00339"),
        ("archiveprefix", "arXiv"),
    ],
};

/// The publication of DeepChrome, its predecessor.
static DEEP_CHROME: Work = Work {
    key: "singh2016deepchrome",
    brief: "Singh et al. 2016",
    citation: "Singh R, Lanchantin J, Robins G, Qi Y. DeepChrome: deep-learning for predicting gene expression from \
               histone modifications. Bioinformatics 32, i639-i648 (2016).",
    kind: "article",
    fields: &[
        (
            "author",
            "Singh, Ritambhara and Lanchantin, Jack and Robins, Gabriel and Qi, Yanjun",
        ),
        (
            "title",
            "{DeepChrome}: deep-learning for predicting gene expression from histone modifications",
        ),
        ("journal", "Bioinformatics"),
        ("volume", "32"),
        ("number", "17"),
        ("pages", "i639--i648"),
        ("year", "2016"),
        ("doi", "10.1093/bioinformatics/btw427"),
    ],
};

static VARIANTS: &[Row] = &[
    row("lstm-alpha-beta", "LSTM-α,β", EACH_MARK, true, &["bin_rnn_size"]),
    row(
        "lstm-alpha",
        "LSTM-α",
        EACH_MARK,
        false,
        &["bin_rnn_size", "head_hidden"],
    ),
    row(
        "lstm-attn",
        "LSTM-Attn",
        BinAttention::AllMarks,
        false,
        &["bin_rnn_size"],
    ),
    row("lstm", "LSTM", BinAttention::None, false, &["bin_rnn_size"]),
    row(
        "cnn-alpha-beta",
        "CNN-α,β",
        EACH_MARK,
        true,
        &["filters", "width", "hm_filters", "hm_width"],
    ),
    row("cnn-attn", "CNN-Attn", BinAttention::AllMarks, false, PERCEPTRON),
    Row {
        works: &[&DEEP_CHROME, &ATTENTIVE_CHROME],
        ..row("deep-chrome", "DeepChrome", BinAttention::None, false, PERCEPTRON)
    },
];

const EACH_MARK: BinAttention = BinAttention::EachMark;

/// Sizes of a convolution followed by a perceptron.
const PERCEPTRON: &[&str] = &["filters", "width", "hidden_1", "hidden_2"];

/// Publications of most variants.
const WORKS: &[&Work] = &[&ATTENTIVE_CHROME, &DEEP_CHROME];

const fn row(
    variant: &'static str,
    title: &'static str,
    bins: BinAttention,
    marks: bool,
    sizes: &'static [&'static str],
) -> Row {
    Row {
        family: FAMILY,
        variant,
        title,
        works: WORKS,
        attends: Attends {
            bins,
            marks,
            encoders: None,
        },
        sizes,
    }
}

impl Variant {
    /// Every variant.
    pub const ALL: [Self; 7] = [
        Self::LstmAlphaBeta,
        Self::LstmAlpha,
        Self::LstmAttn,
        Self::Lstm,
        Self::CnnAlphaBeta,
        Self::CnnAttn,
        Self::DeepChrome,
    ];

    /// The variant of this name.
    ///
    /// # Errors
    /// [`Problem::Variant`] with the known ones.
    pub fn find(id: &str) -> Result<Self, Problem> {
        Ok(Self::ALL[super::rank(FAMILY, id)?])
    }

    /// Description of the variant.
    pub fn row(self) -> &'static Row {
        &VARIANTS[self as usize]
    }

    /// The variant in kebab case.
    pub fn id(self) -> &'static str {
        self.row().variant
    }

    /// Returns true if recurrences read the bins, false for convolutions.
    pub fn is_recurrent(self) -> bool {
        match self {
            Self::LstmAlphaBeta | Self::LstmAlpha | Self::LstmAttn | Self::Lstm => true,
            Self::CnnAlphaBeta | Self::CnnAttn | Self::DeepChrome => false,
        }
    }
}

/// Names of the variants for a command line.
pub fn variants() -> impl Iterator<Item = &'static str> {
    VARIANTS.iter().map(|known| known.variant)
}

/// Width and stride of DeepChrome's max-pooling, in frames; published.
pub const POOL: usize = 5;

/// Sizes of a model of any variant, which uses some of them. [`default`](Self::default) has the published ones, and our
/// choice where the paper gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// M, histone marks; 5 in the paper.
    pub marks: usize,
    /// T, bins; 100 in the paper. Only DeepChrome's weights depend on it.
    pub bins: usize,
    /// H, hidden units per direction over bins; 32. Over marks, H / 2.
    pub bin_rnn_size: usize,
    /// Hidden units of LSTM-α's head; 0 for none. The paper has "a two-layer MLP" without a width, the authors' Lua
    /// code a single layer. 64 is our choice, the size of one mark's embedding.
    pub head_hidden: usize,
    /// F, filters of the convolution over bins; 50 in DeepChrome, and our choice for the other two, which the paper
    /// derives from it.
    pub filters: usize,
    /// K, width of a filter in bins; 10 in DeepChrome, and our choice for the other two.
    pub width: usize,
    /// Filters of CNN-α,β's convolution over marks; the paper says "another CNN". Our choice is F.
    pub hm_filters: usize,
    /// Width of those filters in marks; our choice is 3, the smallest with a neighbour on either side.
    pub hm_width: usize,
    /// Units of the first fully connected layer; 625 in DeepChrome, and our choice for CNN-Attn.
    pub hidden_1: usize,
    /// Units of the second; 125.
    pub hidden_2: usize,
    /// Number of DeepChrome's scores: 2, for *on* and for *off*; 1 for a model of level, as in all other variants.
    pub scores: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            marks: 5,
            bins: 100,
            bin_rnn_size: 32,
            head_hidden: 64,
            filters: 50,
            width: 10,
            hm_filters: 50,
            hm_width: 3,
            hidden_1: 625,
            hidden_2: 125,
            scores: 2,
        }
    }
}

/// Number of DeepChrome's scores in a model of this task.
pub fn scores_of(task: Task) -> usize {
    match task {
        Task::Level => 1,
        Task::OnOff | Task::Change | Task::Tracks => 2,
    }
}

impl Sizes {
    /// The sizes that a card states; reading a weight file completes them from the tensors.
    pub fn of(card: &ModelCard) -> Self {
        let published = Self::default();
        let size = |name: &str, published| {
            let stated = card.hyperparameters.get(name).and_then(Value::as_f64);
            stated.map_or(published, |size| size as usize)
        };
        Self {
            marks: card.marks.len(),
            bins: card.bins,
            bin_rnn_size: size("bin_rnn_size", published.bin_rnn_size),
            head_hidden: size("head_hidden", published.head_hidden),
            filters: size("filters", published.filters),
            width: size("width", published.width),
            hm_filters: size("hm_filters", published.hm_filters),
            hm_width: size("hm_width", published.hm_width),
            hidden_1: size("hidden_1", published.hidden_1),
            hidden_2: size("hidden_2", published.hidden_2),
            scores: scores_of(card.task),
        }
    }

    /// Input frames of DeepChrome's fully connected layers: those of its convolution after pooling, without the
    /// remainder.
    pub fn pooled_frames(&self) -> usize {
        self.bins.saturating_add(1).saturating_sub(self.width) / POOL
    }

    /// All tensors of a variant with their shapes, in the order in which initial weights are drawn.
    fn tensors(&self, variant: Variant) -> Tensors {
        match variant {
            Variant::LstmAlphaBeta => {
                let marks = self.level_2();
                let classifier = self.classifier(marks.context.size);
                tensors_of(&[&self.mark_encoders(), &marks, &classifier])
            }
            Variant::LstmAlpha => {
                let (hidden, classifier) = self.head();
                tensors_of(&[&self.mark_encoders(), &hidden, &classifier])
            }
            Variant::LstmAttn => tensors_of(&[&self.encoder(), &self.classifier(twice(self.bin_rnn_size))]),
            Variant::Lstm => tensors_of(&[&self.recurrence(), &self.classifier(twice(self.bin_rnn_size))]),
            Variant::CnnAlphaBeta => {
                let classifier = self.classifier(self.hm_filters);
                tensors_of(&[&self.mark_frames(), &self.level_2_frames(), &classifier])
            }
            Variant::CnnAttn => tensors_of(&[&self.convolution(), &self.frame_context(), &self.cnn_attn_perceptron()]),
            Variant::DeepChrome => tensors_of(&[&self.convolution(), &self.deep_chrome_perceptron()]),
        }
    }

    /// The size of this name.
    fn named(&self, name: &str) -> usize {
        match name {
            "bin_rnn_size" => self.bin_rnn_size,
            "head_hidden" => self.head_hidden,
            "filters" => self.filters,
            "width" => self.width,
            "hm_filters" => self.hm_filters,
            "hm_width" => self.hm_width,
            "hidden_1" => self.hidden_1,
            "hidden_2" => self.hidden_2,
            other => panic!("{other} is no size of {FAMILY}"),
        }
    }

    /// The recurrence over all marks together.
    pub fn recurrence(&self) -> Recurrence {
        Recurrence::new("rnn", self.marks, self.bin_rnn_size)
    }

    /// The same with attention over its states.
    pub fn encoder(&self) -> Encoder {
        Encoder {
            recurrence: self.recurrence(),
            context: Context::new("", twice(self.bin_rnn_size)),
        }
    }

    /// The encoders of marks, in the order of the authors' files.
    pub fn mark_encoders(&self) -> Vec<Encoder> {
        Encoder::numbered("rnn_hms", self.marks, 1, self.bin_rnn_size)
    }

    /// The encoder of the marks' vectors.
    pub fn level_2(&self) -> Encoder {
        Encoder::new("hm_level_rnn_1", twice(self.bin_rnn_size), self.bin_rnn_size / 2)
    }

    /// The classifier of a gene's vector with `inputs` values.
    pub fn classifier(&self, inputs: usize) -> Linear {
        Linear::new("fdiff1_1", inputs, 1)
    }

    /// LSTM-α's hidden layer, if any, and its classifier.
    pub fn head(&self) -> (Option<Linear>, Linear) {
        let embeddings = self.marks.saturating_mul(twice(self.bin_rnn_size));
        match self.head_hidden {
            0 => (None, self.classifier(embeddings)),
            units => (
                Some(Linear::new("fdiff1_1", embeddings, units)),
                Linear::new("fdiff1_2", units, 1),
            ),
        }
    }

    /// The convolution over all marks together.
    pub fn convolution(&self) -> Convolution {
        Convolution::new("conv", self.marks, self.filters, self.width)
    }

    /// The attention over its frames.
    pub fn frame_context(&self) -> Context {
        Context::new("", self.filters)
    }

    /// The marks' convolutions, each with its attention.
    pub fn mark_frames(&self) -> Vec<Frames> {
        (0..self.marks)
            .map(|mark| Frames::new(format!("cnn_hms.{mark}"), 1, self.filters, self.width))
            .collect()
    }

    /// The convolution over the marks' vectors, with its attention.
    pub fn level_2_frames(&self) -> Frames {
        Frames::new("hm_level_cnn_1", self.filters, self.hm_filters, self.hm_width)
    }

    /// The perceptron after CNN-Attn's convolution.
    pub fn cnn_attn_perceptron(&self) -> [Linear; 3] {
        self.perceptron(self.filters, 1)
    }

    /// The perceptron after DeepChrome's convolution.
    pub fn deep_chrome_perceptron(&self) -> [Linear; 3] {
        self.perceptron(self.pooled_frames().saturating_mul(self.filters), self.scores)
    }

    fn perceptron(&self, inputs: usize, outputs: usize) -> [Linear; 3] {
        [
            Linear::new("linear_1", inputs, self.hidden_1),
            Linear::new("linear_2", self.hidden_1, self.hidden_2),
            Linear::new("linear_3", self.hidden_2, outputs),
        ]
    }

    /// Smallest number of bins from which a convolution of this width makes this number of pooled frames.
    fn least_bins(width: usize, frames: usize) -> usize {
        frames.saturating_mul(POOL).saturating_add(width).saturating_sub(1)
    }
}

/// A variant with its sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Architecture {
    variant: Variant,
    sizes: Sizes,
}

impl Architecture {
    /// A variant by its name.
    ///
    /// # Errors
    /// [`Problem::Variant`] with the known ones.
    pub fn new(variant: &str, sizes: Sizes) -> Result<Self, Problem> {
        let variant = Variant::find(variant)?;
        Ok(Self { variant, sizes })
    }

    /// The architecture of a card.
    ///
    /// # Panics
    /// If the card's variant is not of this family; reading a weight file checks this.
    pub fn of(card: &ModelCard) -> Self {
        // Without the problem, whose text in a panic would be part of the page.
        let Ok(of_card) = Self::new(&card.variant, Sizes::of(card)) else {
            panic!("a card that was read names a variant");
        };
        of_card
    }

    /// The variant.
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// Its sizes.
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// All weights with their shapes, in the order in which initial weights are drawn.
    pub fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        self.sizes.tensors(self.variant)
    }

    /// Dropout of a gene's vector in training, as published: 0.5 in DeepChrome, and in CNN-Attn, which shares its
    /// classifier. The authors' recurrent code sets 0.5 as well, but in a layer where it has no effect.
    pub fn published_dropout(&self) -> f64 {
        match self.variant {
            Variant::DeepChrome | Variant::CnnAttn => 0.5,
            Variant::LstmAlphaBeta | Variant::LstmAlpha | Variant::LstmAttn | Variant::Lstm | Variant::CnnAlphaBeta => {
                0.0
            }
        }
    }

    /// Bytes per gene in the largest buffer of a forward pass, float32.
    pub fn predicting(&self) -> u64 {
        let Sizes {
            bins,
            bin_rnn_size,
            filters,
            hidden_1,
            ..
        } = self.sizes;
        let a_bin = if self.variant.is_recurrent() {
            twice(bin_rnn_size) // states
        } else {
            filters // frames
        };
        // Sizes may come from a card alone, without tensors.
        let all = [self.encoders(), bins, a_bin].map(|size| size as u64);
        let largest = all.into_iter().fold(1, u64::saturating_mul).max(hidden_1 as u64);
        largest.saturating_mul(4)
    }

    /// The same for a training step: recurrences need their gates, the gradient of a convolution its windows.
    pub fn training(&self) -> u64 {
        if self.variant.is_recurrent() {
            return 4 * self.predicting();
        }
        let Sizes { bins, marks, width, .. } = self.sizes;
        self.predicting().max(4 * (bins * marks * width) as u64)
    }

    /// Number of parallel encoders: one per mark, or one for all.
    fn encoders(&self) -> usize {
        match self.variant.row().attends.bins {
            BinAttention::EachMark => self.sizes.marks,
            BinAttention::AllMarks | BinAttention::None => 1,
        }
    }

    /// Infers the sizes from the shapes of a file's tensors. For DeepChrome these give the frames, and so the smallest
    /// number of bins.
    fn held(variant: Variant, shapes: &Shapes<'_>) -> Result<Self, Problem> {
        let published = Sizes::default();
        let sizes = match variant {
            Variant::LstmAlphaBeta => Sizes {
                bin_rnn_size: shapes.even_hidden(RECURRENT)?,
                marks: shapes.members("rnn_hms."),
                ..published
            },
            Variant::LstmAlpha => {
                let [_, bin_rnn_size] = shapes.sizes(RECURRENT, "[4 bin_rnn_size, bin_rnn_size]")?;
                let [first, _] = shapes.sizes("fdiff1_1.weight", "[head_hidden or 1, marks x 2 bin_rnn_size]")?;
                Sizes {
                    marks: shapes.members("rnn_hms."),
                    bin_rnn_size,
                    head_hidden: if shapes.has("fdiff1_2.weight") { first } else { 0 },
                    ..published
                }
            }
            Variant::LstmAttn | Variant::Lstm => {
                let [gates, marks] = shapes.sizes("rnn.weight_ih_l0", "[4 bin_rnn_size, marks]")?;
                Sizes {
                    marks,
                    bin_rnn_size: gates / 4,
                    ..published
                }
            }
            Variant::CnnAlphaBeta => {
                let [filters, _, width] = shapes.sizes("cnn_hms.0.conv.weight", "[filters, 1, width]")?;
                let second = "[hm_filters, filters, hm_width]";
                let [hm_filters, _, hm_width] = shapes.sizes("hm_level_cnn_1.conv.weight", second)?;
                Sizes {
                    marks: shapes.members("cnn_hms."),
                    filters,
                    width,
                    hm_filters,
                    hm_width,
                    ..published
                }
            }
            Variant::CnnAttn => with_perceptron(shapes, "[hidden_1, filters]")?.0,
            Variant::DeepChrome => {
                let (sizes, inputs) = with_perceptron(shapes, "[hidden_1, frames x filters]")?;
                let frames = inputs / sizes.filters.max(1);
                // The number of scores is not checked here.
                let [scores, _] = shapes.sizes("linear_3.weight", "[2, hidden_2]")?;
                Sizes {
                    bins: Sizes::least_bins(sizes.width, frames),
                    scores: if scores == 1 { 1 } else { 2 },
                    ..sizes
                }
            }
        };
        Ok(Self { variant, sizes })
    }
}

/// The recurrent weights that give the number of hidden units.
const RECURRENT: &str = "rnn_hms.0.rnn.weight_hh_l0";

/// The sizes of a convolution over all marks followed by a perceptron, and the number of the perceptron's inputs.
fn with_perceptron(shapes: &Shapes<'_>, first: &str) -> Result<(Sizes, usize), Problem> {
    let [filters, marks, width] = shapes.sizes("conv.weight", "[filters, marks, width]")?;
    let [hidden_1, inputs] = shapes.sizes("linear_1.weight", first)?;
    let [hidden_2, _] = shapes.sizes("linear_2.weight", "[hidden_2, hidden_1]")?;
    let sizes = Sizes {
        marks,
        filters,
        width,
        hidden_1,
        hidden_2,
        ..Sizes::default()
    };
    Ok((sizes, inputs))
}

impl Layout for Architecture {
    fn tensors(&self) -> Vec<(String, Vec<usize>)> {
        self.tensors()
    }

    fn named_sizes(&self) -> Map<String, Value> {
        let sizes = self.variant.row().sizes.iter();
        sizes
            .map(|&name| (name.to_owned(), self.sizes.named(name).into()))
            .collect()
    }

    fn marks(&self) -> usize {
        self.sizes.marks
    }

    /// Checks that DeepChrome's scores match the card's task, and that the card's bins give the number of pooled frames
    /// that its first fully connected layer takes.
    fn check(&self, card: &ModelCard) -> Result<(), Problem> {
        if self.variant != Variant::DeepChrome {
            return Ok(());
        }
        let (stated, frames) = (Sizes::of(card), self.sizes.pooled_frames());
        if stated.scores != self.sizes.scores {
            return Err(Problem::TensorShape {
                tensor: "linear_3.weight".to_owned(),
                found: super::shape_text(&[self.sizes.scores, self.sizes.hidden_2]),
                expected: super::shape_text(&[stated.scores, self.sizes.hidden_2]),
            });
        }
        if stated.pooled_frames() == frames {
            return Ok(());
        }
        let least = Sizes::least_bins(self.sizes.width, frames);
        Err(Problem::Size {
            what: "bins".to_owned(),
            source_name: "what was stated".to_owned(),
            stated: card.bins.to_string(),
            held: format!("{least} to {} by linear_1.weight", least + POOL - 1),
        })
    }

    fn bytes_per_example(&self) -> Option<u64> {
        Some(self.predicting())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::architecture::Description;

    fn parameters(variant: &str, sizes: Sizes) -> usize {
        Architecture::new(variant, sizes).unwrap().parameters()
    }

    #[test]
    fn every_variant_has_the_published_number_of_weights() {
        let expected = [
            ("lstm", 10_049),
            ("lstm-attn", 10_113),
            ("lstm-alpha", 65_729),
            ("lstm-alpha-beta", 55_681),
            ("cnn-attn", 112_851),
            ("cnn-alpha-beta", 10_651),
            ("deep-chrome", 644_177),
        ];
        for (variant, expected) in expected {
            assert_eq!(parameters(variant, Sizes::default()), expected, "{variant}");
        }
        let lua = Sizes {
            head_hidden: 0,
            ..Sizes::default()
        };
        assert_eq!(parameters("lstm-alpha", lua), 45_441);
        assert_eq!(variants().count(), expected.len());
    }

    #[test]
    fn every_variant_has_its_row_and_its_sizes() {
        for (variant, row) in Variant::ALL.into_iter().zip(VARIANTS) {
            assert_eq!(Variant::find(row.variant).unwrap(), variant);
            assert_eq!(variant.id(), row.variant);
            let told = Architecture::new(row.variant, Sizes::default()).unwrap().named_sizes();
            assert!(row.sizes.iter().all(|&name| told.contains_key(name)), "{}", row.variant);
        }
        assert_eq!(Variant::ALL.len(), VARIANTS.len());
    }

    #[test]
    fn deep_chrome_drops_the_frame_that_fills_no_pool() {
        assert_eq!(Sizes::default().pooled_frames(), 18);
        let short = Sizes {
            bins: 9,
            ..Sizes::default()
        };
        assert_eq!(short.pooled_frames(), 0);
    }

    #[test]
    fn what_a_variant_has_no_attention_for_is_said() {
        for (variant, words) in [
            ("lstm-alpha-beta", ""),
            (
                "lstm-alpha",
                "LSTM-α attends to the bins of each mark, then joins the marks",
            ),
            (
                "cnn-attn",
                "CNN-Attn attends to bins for all marks together: it has one α, and no β.",
            ),
            (
                "deep-chrome",
                "DeepChrome reads the whole window without attention: it has neither α nor β.",
            ),
        ] {
            let found = described(variant).without.unwrap_or_default();
            assert!(
                found.starts_with(words) && found.is_empty() == words.is_empty(),
                "{found}"
            );
        }
    }

    #[test]
    fn a_gene_takes_room_for_the_states_of_its_encoders() {
        // One mark of 100 bins, 64 states each.
        assert_eq!(described("lstm-alpha-beta").bytes_per_example, Some(4 * 100 * 64));
    }

    fn described(variant: &str) -> Description {
        Description::of(&ModelCard::new(FAMILY, variant, vec!["H3K4me3".to_owned()], 100)).unwrap()
    }
}

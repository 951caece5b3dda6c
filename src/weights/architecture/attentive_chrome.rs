//! AttentiveChrome's seven variants: their sizes, and every tensor they have at those sizes.
//!
//! LSTM-α,β has the key names of the authors' PyTorch code. The others exist in no PyTorch code of theirs; their names
//! are in its spirit.

use serde_json::{Map, Value};

use super::layers::{bidirectional_lstm, context, convolution, linear, twice};
use super::{Attends, BinAttention, Layout, Shapes, Variant};
use crate::weights::{ModelCard, Problem};

/// The family.
pub const FAMILY: &str = "attentive-chrome";

const CITATION: &str = "Singh R, Lanchantin J, Sekhon A, Qi Y. Attend and Predict: Understanding Gene Regulation by Selective \
                        Attention on Chromatin. Advances in Neural Information Processing Systems 30 (2017).";

const DEEP_CHROME_CITATION: &str = "Singh R, Lanchantin J, Robins G, Qi Y. DeepChrome: deep-learning for predicting gene expression \
                                    from histone modifications. Bioinformatics 32, i639-i648 (2016).";

/// The variants in the order of the paper's table 2, the one that ships first.
pub(super) static VARIANTS: &[Variant] = &[
    variant("lstm-alpha-beta", "LSTM-α,β", EACH_MARK, true, lstm_alpha_beta),
    variant("lstm-alpha", "LSTM-α", EACH_MARK, false, lstm_alpha),
    variant("lstm-attn", "LSTM-Attn", BinAttention::AllMarks, false, lstm_attn),
    variant("lstm", "LSTM", BinAttention::None, false, lstm),
    variant("cnn-alpha-beta", "CNN-α,β", EACH_MARK, true, cnn_alpha_beta),
    variant("cnn-attn", "CNN-Attn", BinAttention::AllMarks, false, cnn_attn),
    Variant {
        citation: DEEP_CHROME_CITATION,
        ..variant("deep-chrome", "DeepChrome", BinAttention::None, false, deep_chrome)
    },
];

const EACH_MARK: BinAttention = BinAttention::EachMark;

const fn variant(
    variant: &'static str,
    title: &'static str,
    bins: BinAttention,
    marks: bool,
    layout: fn(&Shapes) -> Result<Layout, Problem>,
) -> Variant {
    Variant {
        family: FAMILY,
        variant,
        title,
        citation: CITATION,
        attends: Attends {
            bins,
            marks,
            encoders: None,
        },
        layout,
    }
}

/// The names of the variants, as a command line takes them.
pub fn variants() -> impl Iterator<Item = &'static str> {
    VARIANTS.iter().map(|known| known.variant)
}

/// Frames of DeepChrome that one maximum is taken over, and the step between maxima; published.
pub const POOL: usize = 5;

/// The sizes of a model of any variant; each uses its own. [`default`](Self::default) has the published ones, and where
/// the paper leaves a size open, what is chosen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// M, histone marks; 5 in the paper.
    pub marks: usize,
    /// T, bins; 100 in the paper. Only DeepChrome's weights depend on it.
    pub bins: usize,
    /// H, hidden units of one direction over the bins; 32. Over the marks there are H / 2.
    pub bin_rnn_size: usize,
    /// Hidden units of LSTM-α's head; 0 for none. The paper has "a two-layer MLP" without a width, the authors' Lua
    /// code a single layer. 64 is our choice: as wide as one mark's embedding.
    pub head_hidden: usize,
    /// F, filters of the convolution over bins; 50 in DeepChrome, and ours for the other two, which the paper derives
    /// from it.
    pub filters: usize,
    /// K, bins under one filter; 10 in DeepChrome, and ours for the other two.
    pub width: usize,
    /// Filters of CNN-α,β's convolution over marks; the paper says "another CNN". Ours is F.
    pub hm_filters: usize,
    /// Marks under one of those filters; our choice is 3, the least that sees a neighbour on either side.
    pub hm_width: usize,
    /// Units of the first fully connected layer; 625 in DeepChrome, and ours for CNN-Attn.
    pub hidden_1: usize,
    /// Units of the second; 125.
    pub hidden_2: usize,
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
        }
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
        }
    }

    /// Frames that DeepChrome's fully connected layers take: those of its convolution, pooled; what is left over is
    /// dropped.
    pub fn pooled_frames(&self) -> usize {
        (self.bins + 1).saturating_sub(self.width) / POOL
    }

    /// Every tensor of a variant of these sizes with its shape, in the order in which initial weights are drawn.
    ///
    /// # Panics
    /// If there is no such variant.
    pub fn tensors(&self, variant: &str) -> Vec<(String, Vec<usize>)> {
        match variant {
            "lstm-alpha-beta" => self.lstm_alpha_beta(),
            "lstm-alpha" => self.lstm_alpha(),
            "lstm-attn" => self.lstm_attn(),
            "lstm" => self.lstm(),
            "cnn-alpha-beta" => self.cnn_alpha_beta(),
            "cnn-attn" => self.cnn_attn(),
            "deep-chrome" => self.deep_chrome(),
            other => panic!("{other} is no variant of {FAMILY}"),
        }
    }

    fn lstm(&self) -> Vec<(String, Vec<usize>)> {
        let mut tensors = Vec::new();
        bidirectional_lstm(&mut tensors, "rnn", self.marks, self.bin_rnn_size);
        linear(&mut tensors, "fdiff1_1", twice(self.bin_rnn_size), 1);
        tensors
    }

    fn lstm_attn(&self) -> Vec<(String, Vec<usize>)> {
        let mut tensors = Vec::new();
        bidirectional_lstm(&mut tensors, "rnn", self.marks, self.bin_rnn_size);
        context(&mut tensors, "", twice(self.bin_rnn_size));
        linear(&mut tensors, "fdiff1_1", twice(self.bin_rnn_size), 1);
        tensors
    }

    /// The marks' encoders, mark by mark as the authors' files list them.
    fn mark_encoders(&self) -> Vec<(String, Vec<usize>)> {
        let mut tensors = Vec::new();
        for mark in 0..self.marks {
            let prefix = format!("rnn_hms.{mark}");
            bidirectional_lstm(&mut tensors, &format!("{prefix}.rnn"), 1, self.bin_rnn_size);
            context(&mut tensors, &prefix, twice(self.bin_rnn_size));
        }
        tensors
    }

    fn lstm_alpha(&self) -> Vec<(String, Vec<usize>)> {
        let mut tensors = self.mark_encoders();
        let embeddings = self.marks.saturating_mul(twice(self.bin_rnn_size));
        if self.head_hidden == 0 {
            linear(&mut tensors, "fdiff1_1", embeddings, 1);
        } else {
            linear(&mut tensors, "fdiff1_1", embeddings, self.head_hidden);
            linear(&mut tensors, "fdiff1_2", self.head_hidden, 1);
        }
        tensors
    }

    fn lstm_alpha_beta(&self) -> Vec<(String, Vec<usize>)> {
        let mut tensors = self.mark_encoders();
        let (level_2, inputs) = ("hm_level_rnn_1", twice(self.bin_rnn_size));
        bidirectional_lstm(&mut tensors, &format!("{level_2}.rnn"), inputs, self.bin_rnn_size / 2);
        context(&mut tensors, level_2, twice(self.bin_rnn_size / 2));
        linear(&mut tensors, "fdiff1_1", twice(self.bin_rnn_size / 2), 1);
        tensors
    }

    fn cnn_attn(&self) -> Vec<(String, Vec<usize>)> {
        let mut tensors = Vec::new();
        convolution(&mut tensors, "conv", self.marks, self.filters, self.width);
        context(&mut tensors, "", self.filters);
        linear(&mut tensors, "linear_1", self.filters, self.hidden_1);
        linear(&mut tensors, "linear_2", self.hidden_1, self.hidden_2);
        linear(&mut tensors, "linear_3", self.hidden_2, 1);
        tensors
    }

    fn cnn_alpha_beta(&self) -> Vec<(String, Vec<usize>)> {
        let mut tensors = Vec::new();
        for mark in 0..self.marks {
            let prefix = format!("cnn_hms.{mark}");
            convolution(&mut tensors, &format!("{prefix}.conv"), 1, self.filters, self.width);
            context(&mut tensors, &prefix, self.filters);
        }
        let level_2 = "hm_level_cnn_1";
        convolution(
            &mut tensors,
            &format!("{level_2}.conv"),
            self.filters,
            self.hm_filters,
            self.hm_width,
        );
        context(&mut tensors, level_2, self.hm_filters);
        linear(&mut tensors, "fdiff1_1", self.hm_filters, 1);
        tensors
    }

    fn deep_chrome(&self) -> Vec<(String, Vec<usize>)> {
        self.deep_chrome_of(self.pooled_frames())
    }

    fn deep_chrome_of(&self, frames: usize) -> Vec<(String, Vec<usize>)> {
        let mut tensors = Vec::new();
        convolution(&mut tensors, "conv", self.marks, self.filters, self.width);
        linear(
            &mut tensors,
            "linear_1",
            frames.saturating_mul(self.filters),
            self.hidden_1,
        );
        linear(&mut tensors, "linear_2", self.hidden_1, self.hidden_2);
        linear(&mut tensors, "linear_3", self.hidden_2, 2);
        tensors
    }
}

/// That a card's bins give as many pooled frames as DeepChrome's first fully connected layer takes.
pub(super) fn check_frames(card: &ModelCard, frames: usize) -> Result<(), Problem> {
    let found = Sizes::of(card).pooled_frames();
    if found == frames {
        return Ok(());
    }
    let least = frames * POOL + Sizes::of(card).width - 1;
    Err(Problem::Size {
        what: "bins".to_owned(),
        source_name: "what was stated".to_owned(),
        stated: card.bins.to_string(),
        held: format!("{least} to {} by linear_1.weight", least + POOL - 1),
    })
}

fn lstm(shapes: &Shapes) -> Result<Layout, Problem> {
    let [gates, marks] = shapes.sizes("rnn.weight_ih_l0", "[4 bin_rnn_size, marks]")?;
    let sizes = Sizes {
        marks,
        bin_rnn_size: gates / 4,
        ..Sizes::default()
    };
    Ok(layout(sizes, &[("bin_rnn_size", sizes.bin_rnn_size)], sizes.lstm()))
}

fn lstm_attn(shapes: &Shapes) -> Result<Layout, Problem> {
    let [gates, marks] = shapes.sizes("rnn.weight_ih_l0", "[4 bin_rnn_size, marks]")?;
    let sizes = Sizes {
        marks,
        bin_rnn_size: gates / 4,
        ..Sizes::default()
    };
    Ok(layout(
        sizes,
        &[("bin_rnn_size", sizes.bin_rnn_size)],
        sizes.lstm_attn(),
    ))
}

const RECURRENT: &str = "rnn_hms.0.rnn.weight_hh_l0";

fn lstm_alpha(shapes: &Shapes) -> Result<Layout, Problem> {
    let [_, size] = shapes.sizes(RECURRENT, "[4 bin_rnn_size, bin_rnn_size]")?;
    let [first, _] = shapes.sizes("fdiff1_1.weight", "[head_hidden or 1, marks x 2 bin_rnn_size]")?;
    let sizes = Sizes {
        marks: shapes.members("rnn_hms."),
        bin_rnn_size: size,
        head_hidden: if shapes.has("fdiff1_2.weight") { first } else { 0 },
        ..Sizes::default()
    };
    let told = [("bin_rnn_size", size), ("head_hidden", sizes.head_hidden)];
    Ok(layout(sizes, &told, sizes.lstm_alpha()))
}

fn lstm_alpha_beta(shapes: &Shapes) -> Result<Layout, Problem> {
    let size = shapes.even_hidden(RECURRENT)?;
    let sizes = Sizes {
        marks: shapes.members("rnn_hms."),
        bin_rnn_size: size,
        ..Sizes::default()
    };
    Ok(layout(sizes, &[("bin_rnn_size", size)], sizes.lstm_alpha_beta()))
}

const FILTERS: &str = "[filters, marks, width]";

fn cnn_attn(shapes: &Shapes) -> Result<Layout, Problem> {
    let (sizes, _) = with_perceptron(shapes, "[hidden_1, filters]")?;
    let tensors = sizes.cnn_attn();
    Ok(layout(sizes, &told_by_perceptron(sizes), tensors))
}

/// The sizes of a convolution over all marks with a perceptron behind it, and how many values that takes of a gene.
fn with_perceptron(shapes: &Shapes, first: &str) -> Result<(Sizes, usize), Problem> {
    let [filters, marks, width] = shapes.sizes("conv.weight", FILTERS)?;
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

fn told_by_perceptron(sizes: Sizes) -> [(&'static str, usize); 4] {
    [
        ("filters", sizes.filters),
        ("width", sizes.width),
        ("hidden_1", sizes.hidden_1),
        ("hidden_2", sizes.hidden_2),
    ]
}

fn cnn_alpha_beta(shapes: &Shapes) -> Result<Layout, Problem> {
    let [filters, _, width] = shapes.sizes("cnn_hms.0.conv.weight", "[filters, 1, width]")?;
    let [hm_filters, _, hm_width] = shapes.sizes("hm_level_cnn_1.conv.weight", "[hm_filters, filters, hm_width]")?;
    let marks = shapes.members("cnn_hms.");
    let sizes = Sizes {
        marks,
        filters,
        width,
        hm_filters,
        hm_width,
        ..Sizes::default()
    };
    let told = [
        ("filters", filters),
        ("width", width),
        ("hm_filters", hm_filters),
        ("hm_width", hm_width),
    ];
    Ok(layout(sizes, &told, sizes.cnn_alpha_beta()))
}

fn deep_chrome(shapes: &Shapes) -> Result<Layout, Problem> {
    let (sizes, inputs) = with_perceptron(shapes, "[hidden_1, frames x filters]")?;
    let frames = inputs / sizes.filters.max(1);
    let tensors = sizes.deep_chrome_of(frames);
    Ok(Layout {
        frames: Some(frames),
        ..layout(sizes, &told_by_perceptron(sizes), tensors)
    })
}

fn layout(sizes: Sizes, told: &[(&str, usize)], tensors: Vec<(String, Vec<usize>)>) -> Layout {
    let sizes_by_name = told.iter().map(|&(name, size)| (name.to_owned(), size.into()));
    Layout {
        hyperparameters: Map::from_iter(sizes_by_name),
        marks: sizes.marks,
        frames: None,
        tensors: tensors.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(variant: &str, sizes: Sizes) -> usize {
        let tensors = sizes.tensors(variant);
        tensors.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum()
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
    fn deep_chrome_drops_the_frame_that_fills_no_pool() {
        assert_eq!(Sizes::default().pooled_frames(), 18);
        let short = Sizes {
            bins: 9,
            ..Sizes::default()
        };
        assert_eq!(short.pooled_frames(), 0);
    }
}

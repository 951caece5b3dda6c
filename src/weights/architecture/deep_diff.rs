//! DeepDiff's seven variants: their sizes, and every tensor they have at those sizes, under the key names of the
//! authors' code.

use serde_json::{Map, Value};

use super::layers::{bidirectional_lstm, context, linear, twice};
use super::{Attends, BinAttention, Encoders, Layout, Shapes, Variant};
use crate::weights::{ModelCard, Problem};

/// The family.
pub const FAMILY: &str = "deep-diff";

const CITATION: &str = "Sekhon A, Singh R, Qi Y. DeepDiff: DEEP-learning for predicting DIFFerential gene expression from histone \
                        modifications. Bioinformatics 34, i891-i900 (2018).";

/// Groups of encoders: on A's signal, on B's, on the difference A − B, and the auxiliary ones on A's and on B's.
const D: &[&str] = &["diff"];
const C: &[&str] = &["A", "B"];
const R: &[&str] = &["A", "B", "diff"];
const JOINT: &[&str] = &["A", "B", "diff", "auxA", "auxB"];
const AUXILIARY: &[&str] = &["auxA", "auxB"];

/// The variants in the order of the paper's table 1, the one that ships first.
pub(super) static VARIANTS: &[Variant] = &[
    variant("raw-d", "Raw: d", D, D, &[], raw_d),
    variant("raw-c", "Raw: c", C, C, &[], raw_c),
    variant("raw", "Raw", R, R, &[], raw),
    variant("aux", "Aux", C, C, &[], aux),
    variant("raw-aux", "Raw+Aux", R, JOINT, AUXILIARY, raw_aux),
    variant("aux-siamese", "Aux+Siamese", C, C, &[], aux_siamese),
    variant(
        "raw-aux-siamese",
        "Raw+Aux+Siamese",
        R,
        JOINT,
        AUXILIARY,
        raw_aux_siamese,
    ),
];

const fn variant(
    variant: &'static str,
    title: &'static str,
    bins: &'static [&'static str],
    marks: &'static [&'static str],
    auxiliary: &'static [&'static str],
    layout: fn(&Shapes) -> Result<Layout, Problem>,
) -> Variant {
    Variant {
        family: FAMILY,
        variant,
        title,
        citation: CITATION,
        attends: Attends {
            bins: BinAttention::EachMark,
            marks: true,
            encoders: Some(Encoders { bins, marks, auxiliary }),
        },
        layout,
    }
}

/// The names of the variants, as a command line takes them.
pub fn variants() -> impl Iterator<Item = &'static str> {
    VARIANTS.iter().map(|known| known.variant)
}

/// The sizes of a model of any variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// M, histone marks; 5 in the paper.
    pub marks: usize,
    /// T, bins; 200 in the paper.
    pub bins: usize,
    /// H, hidden units of one direction over the bins; 32. Over the marks there are H / 2.
    pub bin_rnn_size: usize,
}

impl Sizes {
    /// The sizes that a card states; reading a weight file completes them from the tensors.
    pub fn of(card: &ModelCard) -> Self {
        let size = card.hyperparameters.get("bin_rnn_size").and_then(Value::as_f64);
        Self {
            marks: card.marks.len(),
            bins: card.bins,
            bin_rnn_size: size.map_or(32, |size| size as usize),
        }
    }

    /// Every tensor of a variant of these sizes with its shape, in the order in which initial weights are drawn.
    ///
    /// # Panics
    /// If there is no such variant.
    pub fn tensors(&self, variant: &str) -> Vec<(String, Vec<usize>)> {
        let mut tensors = Vec::new();
        let marks = self.marks;
        match variant {
            "raw-d" | "raw-c" | "raw" => {
                self.encoders(&mut tensors, "rnn_hms", groups(variant).saturating_mul(marks));
                self.level_2(&mut tensors, "hm_level_rnn_1");
                linear(&mut tensors, "fdiff1_1", self.embedding(), 1);
            }
            "aux" | "aux-siamese" => {
                self.cells(&mut tensors, variant == "aux-siamese");
                linear(&mut tensors, "predictor_1", twice(self.embedding()), self.embedding());
                linear(&mut tensors, "predictor_", self.embedding(), 1);
            }
            "raw-aux" | "raw-aux-siamese" => {
                let names = RawAuxNames::of(variant);
                self.encoders(&mut tensors, names.encoders, marks.saturating_mul(3));
                self.cells(&mut tensors, variant == "raw-aux-siamese");
                self.level_2(&mut tensors, names.level_2);
                linear(&mut tensors, "predictor_", self.embedding(), 1);
            }
            other => panic!("{other} is no variant of {FAMILY}"),
        }
        tensors
    }

    /// Values of the vector that level 2 makes: both directions of its recurrence.
    pub fn embedding(&self) -> usize {
        twice(self.bin_rnn_size / 2)
    }

    fn encoders(&self, tensors: &mut Vec<(String, Vec<usize>)>, list: &str, count: usize) {
        for encoder in 0..count {
            let prefix = format!("{list}.{encoder}");
            bidirectional_lstm(tensors, &format!("{prefix}.rnn"), 1, self.bin_rnn_size);
            context(tensors, &prefix, twice(self.bin_rnn_size));
        }
    }

    fn level_2(&self, tensors: &mut Vec<(String, Vec<usize>)>, prefix: &str) {
        let inputs = twice(self.bin_rnn_size);
        bidirectional_lstm(tensors, &format!("{prefix}.rnn"), inputs, self.bin_rnn_size / 2);
        context(tensors, prefix, self.embedding());
    }

    /// The part that encodes each cell type by itself.
    fn cells(&self, tensors: &mut Vec<(String, Vec<usize>)>, shared: bool) {
        self.encoders(tensors, "rnn_hms", self.marks);
        if !shared {
            self.encoders(tensors, "rnn_hms2", self.marks);
        }
        self.level_2(tensors, "hm_level_rnn_1");
        self.level_2(tensors, "hm_level_rnn_2");
        linear(tensors, "f1_1", self.embedding(), 1);
        linear(tensors, "f2_1", self.embedding(), 1);
    }
}

/// Groups of encoders of a raw variant, each with one a mark.
pub fn groups(variant: &str) -> usize {
    match variant {
        "raw-d" => 1,
        "raw-c" => 2,
        _ => 3,
    }
}

/// What the raw part of a raw-aux variant is called.
#[derive(Debug, Clone, Copy)]
pub struct RawAuxNames {
    /// The list of its fifteen encoders.
    pub encoders: &'static str,
    /// The level above them and the auxiliary ones.
    pub level_2: &'static str,
}

impl RawAuxNames {
    /// Of `raw-aux` or `raw-aux-siamese`.
    pub fn of(variant: &str) -> Self {
        if variant == "raw-aux-siamese" {
            Self {
                encoders: "rnn_hmsx",
                level_2: "hm_level_rnn_1x",
            }
        } else {
            Self {
                encoders: "rnn_hms3",
                level_2: "hm_level_rnn_3",
            }
        }
    }
}

fn raw_d(shapes: &Shapes) -> Result<Layout, Problem> {
    layout(shapes, "raw-d", "rnn_hms", 1)
}

fn raw_c(shapes: &Shapes) -> Result<Layout, Problem> {
    layout(shapes, "raw-c", "rnn_hms", 2)
}

fn raw(shapes: &Shapes) -> Result<Layout, Problem> {
    layout(shapes, "raw", "rnn_hms", 3)
}

fn aux(shapes: &Shapes) -> Result<Layout, Problem> {
    layout(shapes, "aux", "rnn_hms", 1)
}

fn raw_aux(shapes: &Shapes) -> Result<Layout, Problem> {
    layout(shapes, "raw-aux", "rnn_hms", 1)
}

fn aux_siamese(shapes: &Shapes) -> Result<Layout, Problem> {
    layout(shapes, "aux-siamese", "rnn_hms", 1)
}

fn raw_aux_siamese(shapes: &Shapes) -> Result<Layout, Problem> {
    layout(shapes, "raw-aux-siamese", "rnn_hms", 1)
}

/// Reads the sizes: the list of encoders `list` has `groups` for each mark.
fn layout(shapes: &Shapes, variant: &str, list: &str, groups: usize) -> Result<Layout, Problem> {
    let recurrent = format!("{list}.0.rnn.weight_hh_l0");
    let size = shapes.even_hidden(&recurrent)?;
    let members = shapes.members(&format!("{list}."));
    // A list that does not come out even lacks a tensor of the next mark, which is then named.
    let sizes = Sizes {
        marks: members.div_ceil(groups),
        bins: 1,
        bin_rnn_size: size,
    };
    Ok(Layout {
        hyperparameters: Map::from_iter([("bin_rnn_size".to_owned(), size.into())]),
        marks: sizes.marks,
        frames: None,
        tensors: sizes.tensors(variant).into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_the_published_number_of_weights() {
        let expected = [
            ("raw-d", 55_681),
            ("raw-c", 100_801),
            ("raw", 145_921),
            ("aux", 113_475),
            ("raw-aux", 257_283),
            ("aux-siamese", 68_355),
            ("raw-aux-siamese", 212_163),
        ];
        let published = Sizes {
            marks: 5,
            bins: 200,
            bin_rnn_size: 32,
        };
        for (variant, expected) in expected {
            let tensors = published.tensors(variant);
            let count: usize = tensors.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
            assert_eq!(count, expected, "{variant}");
        }
        assert_eq!(variants().count(), expected.len());
    }

    #[test]
    fn attention_is_named_by_cell_type_and_mark() {
        let attends = super::super::find(FAMILY, "raw-aux").unwrap().attends;
        let marks = ["x", "y"].map(str::to_owned);
        assert_eq!(attends.rows(&marks), ["A_x", "A_y", "B_x", "B_y", "diff_x", "diff_y"]);
        assert_eq!(attends.columns(&marks).len(), 10);
        assert_eq!(attends.auxiliary(&marks), ["auxA_x", "auxA_y", "auxB_x", "auxB_y"]);
    }
}

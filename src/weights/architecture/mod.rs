//! Which tensors, of which shapes, each variant of each family has.
//!
//! A family takes the sizes from the shapes of a few tensors and then states every tensor, so that a file with one
//! missing, left over or of another shape is named before any model is built from it. Names and shapes are those of the
//! authors' own files.
//!
//! It is not in `model`, beside the equations: reading a file checks it by this, without Burn too, and `model` imports
//! `weights`.
//!
//! To add a family, state it here as a [`Family`] and give it a row in [`FAMILIES`].

pub mod attentive_chrome;
pub mod basenji;
pub mod deep_diff;
mod describe;
pub mod layers;
pub mod publications;

pub use describe::{Cited, Description, Named};

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Problem;
use super::{ModelCard, StateDict, Tensor};
use crate::task::Task;
use publications::Work;

/// The card, as a source of statements.
pub(super) const CARD: &str = "the model card";

/// The families that this version runs.
pub static FAMILIES: &[&dyn Family] = &[
    &attentive_chrome::AttentiveChrome,
    &deep_diff::DeepDiff,
    &basenji::Basenji,
];

/// The names of the families.
pub fn ids() -> Vec<&'static str> {
    FAMILIES.iter().map(|family| family.id()).collect()
}

/// A published family of models.
pub trait Family: Sync {
    /// Its name in kebab case.
    fn id(&self) -> &'static str;

    /// Its name as its paper prints it.
    fn title(&self) -> &'static str;

    /// The task of its models, unless their cards say otherwise.
    fn task(&self) -> Task;

    /// True where its models can do that task.
    fn does(&self, task: Task) -> bool {
        task == self.task()
    }

    /// Its variants, a row each.
    fn variants(&self) -> &'static [Variant];

    /// The sizes of the variant that a file's tensors tell by their shapes.
    ///
    /// # Errors
    /// [`Problem::TensorMissing`], [`Problem::TensorShape`] for a tensor from which a size is read;
    /// [`Problem::Variant`].
    fn held(&self, variant: &str, shapes: &Shapes<'_>) -> Result<Box<dyn Layout>, Problem>;

    /// The sizes of the model that a card describes.
    ///
    /// # Errors
    /// [`Problem::Variant`], and whatever is wrong with the settings on the card.
    fn stated(&self, card: &ModelCard) -> Result<Box<dyn Layout>, Problem>;

    /// Gives tensors of a variant that had other names in older code their names here, and says so in the notes.
    ///
    /// # Errors
    /// [`Problem::Variant`].
    fn rename_older(&self, _variant: &str, _state: &mut StateDict) -> Result<(), Problem> {
        Ok(())
    }
}

/// A variant at its sizes: what its tensors are is stated here once, to check a file, to count its weights, to start a
/// training, and to ask a device for room.
pub trait Layout {
    /// Every tensor with its shape, in the order in which initial weights are drawn.
    fn tensors(&self) -> Vec<(String, Vec<usize>)>;

    /// The sizes that the shapes of the tensors tell, under the names of the model card's `hyperparameters`.
    fn named_sizes(&self) -> Map<String, Value>;

    /// Number of marks that the model takes.
    fn marks(&self) -> usize;

    /// Number of fitted weights.
    fn parameters(&self) -> usize {
        self.tensors()
            .iter()
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    }

    /// Checks that nothing else in a card with these sizes contradicts the tensors.
    ///
    /// # Errors
    /// [`Problem::Size`] and the like, which name what is stated.
    fn check(&self, card: &ModelCard) -> Result<(), Problem>;

    /// Bytes of one example in the largest buffer of a forward pass, float32; none where examples run in tiles.
    fn bytes_per_example(&self) -> Option<u64>;
}

/// A published variant.
pub struct Variant {
    /// The family in kebab case.
    pub family: &'static str,
    /// The variant in kebab case.
    pub variant: &'static str,
    /// The variant as its paper prints it.
    pub title: &'static str,
    /// Works to cite, its own first.
    pub works: &'static [&'static Work],
    /// Axes of its attention.
    pub attends: Attends,
    /// Its sizes by the names of the model card's `hyperparameters`: those that the shapes of its tensors tell.
    pub sizes: &'static [&'static str],
}

/// Axes of a model's attention, which it gives with its predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attends {
    /// To the bins of the window: α.
    pub bins: BinAttention,
    /// To the marks: β.
    pub marks: bool,
    /// The encoders of a model of two cell types; none of a model of one, whose rows are its marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoders: Option<Encoders>,
}

/// Which encoders' attention a model of two cell types gives, group by group; each group has one for every mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Encoders {
    /// The rows of α.
    pub bins: &'static [&'static str],
    /// The columns of β.
    pub marks: &'static [&'static str],
    /// The rows of a second α and the columns of a second β, of auxiliary encoders that do not decide by themselves.
    pub auxiliary: &'static [&'static str],
    /// In how many equal parts the columns of β add up to 1, each part by itself.
    pub weighings: usize,
    /// True if the expression in A and in B is predicted, too.
    pub expression: bool,
}

impl Attends {
    /// The names of α's rows, of a model of these marks.
    pub fn rows(&self, marks: &[String]) -> Vec<String> {
        match self.encoders {
            Some(encoders) => grouped(encoders.bins, marks),
            None => self.bins.rows(marks),
        }
    }

    /// Which row of α tells where a column of the input was looked at, each mark's of A and then of B where there are
    /// two cell types: that of its own encoder, or else of the encoder of the difference.
    ///
    /// # Panics
    /// If a model of two cell types looks at neither.
    pub fn row_of(&self, column: usize, marks: usize) -> usize {
        let (cell_type, mark) = (column / marks, column % marks);
        match self.encoders {
            // Models of several variants together have no α to look at.
            Some(Encoders { bins: [], .. }) => mark,
            Some(Encoders { bins, .. }) => {
                let place = |name: &str| bins.iter().position(|group| *group == name);
                let group = place(CELL_TYPES[cell_type]).or_else(|| place(DIFFERENCE));
                group.expect("an encoder that reads the column") * marks + mark
            }
            None if self.bins == BinAttention::AllMarks => 0,
            None => mark,
        }
    }

    /// The names of β's columns; none where the model does not attend to marks.
    pub fn columns(&self, marks: &[String]) -> Vec<String> {
        match self.encoders {
            Some(encoders) => grouped(encoders.marks, marks),
            None if self.marks => marks.to_vec(),
            None => Vec::new(),
        }
    }

    /// The attention that two models have in common: the mean of both is over the same rows and columns.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        let same_bins = self.bins == other.bins;
        let encoders = match (self.encoders, other.encoders) {
            (Some(own), Some(of_other)) => Some(own.common(of_other)),
            _ => None,
        };
        Self {
            bins: if same_bins { self.bins } else { BinAttention::None },
            marks: self.marks && other.marks,
            encoders,
        }
    }

    /// The names of the auxiliary rows of α and columns of β.
    pub fn auxiliary(&self, marks: &[String]) -> Vec<String> {
        self.encoders
            .map_or_else(Vec::new, |encoders| grouped(encoders.auxiliary, marks))
    }
}

/// The groups of encoders that read one cell type by itself, and the one that reads A − B.
const CELL_TYPES: [&str; 2] = ["A", "B"];
const DIFFERENCE: &str = "diff";

/// `A_H3K4me1`, …: a name for each mark of each group.
fn grouped(groups: &[&str], marks: &[String]) -> Vec<String> {
    let names = |group| marks.iter().map(move |mark| format!("{group}_{mark}"));
    groups.iter().copied().flat_map(names).collect()
}

impl Encoders {
    /// The groups that two models have in common, list by list: all of a list or none of it.
    fn common(self, other: Self) -> Self {
        let same = |own, of_other| if own == of_other { own } else { &[][..] };
        Self {
            bins: same(self.bins, other.bins),
            marks: same(self.marks, other.marks),
            auxiliary: same(self.auxiliary, other.auxiliary),
            weighings: self.weighings,
            expression: self.expression && other.expression,
        }
    }
}

/// Attention over bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BinAttention {
    /// There is none.
    None,
    /// One for all marks together.
    AllMarks,
    /// One for each mark.
    EachMark,
}

impl BinAttention {
    fn rows(self, marks: &[String]) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::AllMarks => vec!["all marks".to_owned()],
            Self::EachMark => marks.to_vec(),
        }
    }
}

/// The shapes of a file's tensors by name.
pub struct Shapes<'a>(&'a BTreeMap<String, Tensor>);

/// The family of that name.
///
/// # Errors
/// [`Problem::Family`].
pub fn family(id: &str) -> Result<&'static dyn Family, Problem> {
    let known = FAMILIES.iter().copied().find(|family| family.id() == id);
    known.ok_or_else(|| Problem::Family {
        found: id.to_owned(),
        known: list(ids().into_iter()),
    })
}

/// The variant of that name.
///
/// # Errors
/// [`Problem::Family`], [`Problem::Variant`].
pub fn find(family: &str, variant: &str) -> Result<&'static Variant, Problem> {
    let family = self::family(family)?;
    let known = family.variants().iter().find(|known| known.variant == variant);
    known.ok_or_else(|| Problem::Variant {
        family: family.id().to_owned(),
        found: variant.to_owned(),
        known: list(family.variants().iter().map(|known| known.variant)),
    })
}

/// Where a variant stands among those of its family.
///
/// # Errors
/// As [`find`].
fn rank(family: &str, variant: &str) -> Result<usize, Problem> {
    let variants = self::family(family)?.variants();
    let found = find(family, variant)?;
    Ok(variants
        .iter()
        .take_while(|known| known.variant != found.variant)
        .count())
}

/// The variants of a family, none where it is not known.
pub fn of_family(family: &str) -> &'static [Variant] {
    self::family(family).map_or(&[], |family| family.variants())
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

impl Variant {
    /// Citation of the variant's own work.
    pub fn citation(&self) -> &'static str {
        self.works[0].citation
    }

    /// Takes the sizes from the shapes and compares every tensor with what the variant has at those sizes.
    ///
    /// # Errors
    /// [`Problem::TensorMissing`], [`Problem::TensorUnexpected`], [`Problem::TensorShape`], each naming the first
    /// tensor of its kind in alphabetical order.
    pub fn layout(&self, tensors: &BTreeMap<String, Tensor>) -> Result<Box<dyn Layout>, Problem> {
        let sizes = family(self.family)?.held(self.variant, &Shapes(tensors))?;
        let expected: BTreeMap<String, Vec<usize>> = sizes.tensors().into_iter().collect();
        for (name, expected) in &expected {
            match tensors.get(name) {
                None => {
                    return Err(Problem::TensorMissing {
                        tensor: name.clone(),
                        expected: shape_text(expected),
                    });
                }
                Some(tensor) if tensor.shape != *expected => {
                    return Err(Problem::TensorShape {
                        tensor: name.clone(),
                        found: shape_text(&tensor.shape),
                        expected: shape_text(expected),
                    });
                }
                Some(_) => {}
            }
        }
        match tensors.keys().find(|name| !expected.contains_key(*name)) {
            Some(name) => Err(Problem::TensorUnexpected {
                tensor: name.clone(),
                variant: self.variant.to_owned(),
            }),
            None => Ok(sizes),
        }
    }

    /// Compares a card with the tensors that stand beside it, and completes what the card leaves to them.
    ///
    /// # Errors
    /// As [`layout`](Self::layout), and [`Problem::Size`] where the card states another size.
    pub fn complete(&self, card: &mut ModelCard, tensors: &BTreeMap<String, Tensor>) -> Result<(), Problem> {
        let sizes = self.layout(tensors)?;
        agree("marks", CARD, card.marks.len(), sizes.marks())?;
        for (name, size) in sizes.named_sizes() {
            if let Some(stated) = card.hyperparameters.get(&name) {
                agree(&name, CARD, stated.clone(), size.clone())?;
            }
            card.hyperparameters.insert(name, size);
        }
        sizes.check(card)?;
        let parameters = sizes.parameters();
        if card.parameters != 0 {
            agree("parameters", CARD, card.parameters, parameters)?;
        }
        card.parameters = parameters;
        Ok(())
    }
}

/// That a size stated by `source` is the one the tensors have.
pub(super) fn agree(what: &str, source: &str, stated: impl Into<Value>, held: impl Into<Value>) -> Result<(), Problem> {
    let (stated, held) = (stated.into(), held.into());
    // Compared as numbers: another writer may put 32.0 for 32.
    if stated == held || (stated.is_number() && stated.as_f64() == held.as_f64()) {
        return Ok(());
    }
    Err(Problem::Size {
        what: what.to_owned(),
        source_name: source.to_owned(),
        stated: stated.to_string(),
        held: held.to_string(),
    })
}

/// A shape as the reference prints it: `[128, 1]`.
fn shape_text(shape: &[usize]) -> String {
    format!("{shape:?}")
}

impl Shapes<'_> {
    /// Returns true if there is a tensor of that name.
    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The shape of a tensor that must have D dimensions, since the sizes of the model are read from it. `expected`
    /// says which.
    fn sizes<const D: usize>(&self, name: &str, expected: &str) -> Result<[usize; D], Problem> {
        let Some(tensor) = self.0.get(name) else {
            return Err(Problem::TensorMissing {
                tensor: name.to_owned(),
                expected: expected.to_owned(),
            });
        };
        <[usize; D]>::try_from(tensor.shape.as_slice()).map_err(|_| Problem::TensorShape {
            tensor: name.to_owned(),
            found: shape_text(&tensor.shape),
            expected: expected.to_owned(),
        })
    }

    /// The hidden units of the recurrence with these weights [4H, H], in a model whose level over marks has half as
    /// many.
    fn even_hidden(&self, recurrent: &str) -> Result<usize, Problem> {
        let [_, size] = self.sizes(recurrent, "[4 bin_rnn_size, bin_rnn_size]")?;
        if size == 0 || size % 2 != 0 {
            // Level 2 has bin_rnn_size / 2 units a direction and a context vector of bin_rnn_size.
            return Err(Problem::TensorShape {
                tensor: recurrent.to_owned(),
                found: format!("bin_rnn_size {size}"),
                expected: "an even number of hidden units".to_owned(),
            });
        }
        Ok(size)
    }

    /// Number of members in a list of modules: for `rnn_hms.`, one more than the highest i of `rnn_hms.{i}.…`.
    /// At most as many as there are tensors, so that a name cannot claim a billion of them.
    fn members(&self, list: &str) -> usize {
        self.0
            .range(list.to_owned()..)
            .map_while(|(name, _)| name.strip_prefix(list))
            .filter_map(|rest| rest.split('.').next()?.parse::<usize>().ok())
            .max()
            .map_or(0, |highest| highest.saturating_add(1).min(self.0.len()))
    }
}

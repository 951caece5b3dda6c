//! Names and shapes of the tensors of each variant of each family.
//!
//! A family infers the sizes from the shapes of a few tensors and then lists all tensors, so that a missing, unexpected
//! or misshapen one is reported before a model is built. Names and shapes are those of the authors' files.
//!
//! Separate from the equations in `model`, which imports `weights`: reading a file checks it even without Burn.
//!
//! To add a family, implement [`Family`] here and add it to [`FAMILIES`].

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

/// The card, as a source in errors.
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

    /// Its title, as printed in its paper.
    fn title(&self) -> &'static str;

    /// The task of its models, unless their cards say otherwise.
    fn task(&self) -> Task;

    /// True if its models support the task.
    fn does(&self, task: Task) -> bool {
        task == self.task()
    }

    /// Its variants.
    fn variants(&self) -> &'static [Variant];

    /// Infers the sizes of a variant from the shapes of a file's tensors.
    ///
    /// # Errors
    /// [`Problem::TensorMissing`], [`Problem::TensorShape`] for a tensor that sizes are inferred from;
    /// [`Problem::Variant`].
    fn held(&self, variant: &str, shapes: &Shapes<'_>) -> Result<Box<dyn Layout>, Problem>;

    /// The sizes of a card's model.
    ///
    /// # Errors
    /// [`Problem::Variant`], and any problem of the card's settings.
    fn stated(&self, card: &ModelCard) -> Result<Box<dyn Layout>, Problem>;

    /// Renames tensors of a variant from older code, with a note.
    ///
    /// # Errors
    /// [`Problem::Variant`].
    fn rename_older(&self, _variant: &str, _state: &mut StateDict) -> Result<(), Problem> {
        Ok(())
    }
}

/// A variant at its sizes: the single definition of its tensors, for checking a file, counting weights, initialising a
/// training and bounding memory.
pub trait Layout {
    /// All tensors with their shapes, in the order in which initial weights are drawn.
    fn tensors(&self) -> Vec<(String, Vec<usize>)>;

    /// Sizes inferred from the shapes of tensors, by the names of the card's `hyperparameters`.
    fn named_sizes(&self) -> Map<String, Value>;

    /// Number of marks.
    fn marks(&self) -> usize;

    /// Number of trained weights.
    fn parameters(&self) -> usize {
        self.tensors()
            .iter()
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    }

    /// Checks that the card's other fields match the tensors.
    ///
    /// # Errors
    /// [`Problem::Size`] and similar ones.
    fn check(&self, card: &ModelCard) -> Result<(), Problem>;

    /// Bytes per example in the largest buffer of a forward pass, float32; `None` if examples run in tiles.
    fn bytes_per_example(&self) -> Option<u64>;
}

/// A published variant.
pub struct Variant {
    /// The family in kebab case.
    pub family: &'static str,
    /// The variant in kebab case.
    pub variant: &'static str,
    /// Title, as printed in its paper.
    pub title: &'static str,
    /// Publications to cite, its own first.
    pub works: &'static [&'static Work],
    /// Axes of its attention.
    pub attends: Attends,
    /// Names, in the card's `hyperparameters`, of its sizes that can be inferred from tensors.
    pub sizes: &'static [&'static str],
}

/// Axes of a model's attention in its predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attends {
    /// Attention to the bins of the window: α.
    pub bins: BinAttention,
    /// Attention to marks: β.
    pub marks: bool,
    /// The encoders of a model of two cell types; null for one cell type, whose rows are its marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoders: Option<Encoders>,
}

/// Groups of encoders with attention in a model of two cell types; each group has one encoder per mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Encoders {
    /// Groups of the rows of α.
    pub bins: &'static [&'static str],
    /// Groups of the columns of β.
    pub marks: &'static [&'static str],
    /// Groups of the rows and columns of a second α and β, of auxiliary encoders that do not feed the prediction by
    /// themselves.
    pub auxiliary: &'static [&'static str],
    /// Number of equal parts of β's columns that each sum to 1.
    pub weighings: usize,
    /// True if expression in A and in B is predicted as well.
    pub expression: bool,
}

impl Attends {
    /// Names of α's rows, for a model of these marks.
    pub fn rows(&self, marks: &[String]) -> Vec<String> {
        match self.encoders {
            Some(encoders) => grouped(encoders.bins, marks),
            None => self.bins.rows(marks),
        }
    }

    /// The row of α that attends to a column of the input, which is a mark of A, or of B after those with two cell
    /// types: the row of its own encoder, or else of the encoder of the difference.
    ///
    /// # Panics
    /// If a model of two cell types attends to neither.
    pub fn row_of(&self, column: usize, marks: usize) -> usize {
        let (cell_type, mark) = (column / marks, column % marks);
        match self.encoders {
            // Ensembles of different variants have no α.
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

    /// Names of β's columns; empty for a model without attention to marks.
    pub fn columns(&self, marks: &[String]) -> Vec<String> {
        match self.encoders {
            Some(encoders) => grouped(encoders.marks, marks),
            None if self.marks => marks.to_vec(),
            None => Vec::new(),
        }
    }

    /// The attention that two models share, so that their mean is over the same rows and columns.
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

    /// Names of the auxiliary rows of α and columns of β.
    pub fn auxiliary(&self, marks: &[String]) -> Vec<String> {
        self.encoders
            .map_or_else(Vec::new, |encoders| grouped(encoders.auxiliary, marks))
    }
}

/// The groups of encoders that read one cell type, and the group that reads A − B.
const CELL_TYPES: [&str; 2] = ["A", "B"];
const DIFFERENCE: &str = "diff";

/// `A_H3K4me1`, …: a name for each mark of each group.
fn grouped(groups: &[&str], marks: &[String]) -> Vec<String> {
    let names = |group| marks.iter().map(move |mark| format!("{group}_{mark}"));
    groups.iter().copied().flat_map(names).collect()
}

impl Encoders {
    /// The groups that two models share, list by list: all of a list or none.
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
    /// None.
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

/// The variant of this name.
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

/// Index of a variant in its family.
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

/// The variants of a family; empty if it is not known.
pub fn of_family(family: &str) -> &'static [Variant] {
    self::family(family).map_or(&[], |family| family.variants())
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

impl Variant {
    /// Citation of the variant's own publication.
    pub fn citation(&self) -> &'static str {
        self.works[0].citation
    }

    /// Infers the sizes from the shapes and compares all tensors with those of the variant at these sizes.
    ///
    /// # Errors
    /// [`Problem::TensorMissing`], [`Problem::TensorUnexpected`], [`Problem::TensorShape`], each with the first such
    /// tensor in alphabetical order.
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

    /// Compares a card with its tensors, and completes its sizes from them.
    ///
    /// # Errors
    /// As [`layout`](Self::layout); [`Problem::Size`] if the card states another size.
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

/// Checks that a size stated by `source` is that of the tensors.
pub(super) fn agree(what: &str, source: &str, stated: impl Into<Value>, held: impl Into<Value>) -> Result<(), Problem> {
    let (stated, held) = (stated.into(), held.into());
    // Compared as numbers: other writers may put 32.0 for 32.
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

/// A shape in the notation of the reference: `[128, 1]`.
fn shape_text(shape: &[usize]) -> String {
    format!("{shape:?}")
}

impl Shapes<'_> {
    /// Returns true if there is a tensor of that name.
    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The shape of a tensor with D dimensions, from which sizes are inferred. `expected` describes it in errors.
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

    /// The hidden units of the recurrence with these weights [4H, H], in a model with half as many over marks.
    fn even_hidden(&self, recurrent: &str) -> Result<usize, Problem> {
        let [_, size] = self.sizes(recurrent, "[4 bin_rnn_size, bin_rnn_size]")?;
        if size == 0 || size % 2 != 0 {
            // Level 2 has bin_rnn_size / 2 units per direction and a context vector of bin_rnn_size.
            return Err(Problem::TensorShape {
                tensor: recurrent.to_owned(),
                found: format!("bin_rnn_size {size}"),
                expected: "an even number of hidden units".to_owned(),
            });
        }
        Ok(size)
    }

    /// Number of members of a list of modules: for `rnn_hms.`, the highest i of `rnn_hms.{i}.…` plus one. At most the
    /// number of tensors, so that a name cannot claim a billion members.
    fn members(&self, list: &str) -> usize {
        self.0
            .range(list.to_owned()..)
            .map_while(|(name, _)| name.strip_prefix(list))
            .filter_map(|rest| rest.split('.').next()?.parse::<usize>().ok())
            .max()
            .map_or(0, |highest| highest.saturating_add(1).min(self.0.len()))
    }
}

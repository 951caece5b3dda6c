//! Which tensors, of which shapes, each variant of each family has.
//!
//! One function a variant: it takes the sizes from the shapes of a few tensors and then states every tensor, so that
//! a file with one missing, left over or of another shape is named before any model is built from it. Names and shapes
//! are those of the authors' own files.

pub mod attentive_chrome;
pub mod basenji;
pub mod deep_diff;
mod layers;

pub use layers::context_key;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::Problem;
use super::{ModelCard, Tensor};
use crate::task::Task;

/// The card, as a source of statements.
const CARD: &str = "the model card";

/// The families that this version runs.
pub static FAMILIES: &[Family] = &[
    Family {
        id: attentive_chrome::FAMILY,
        task: Task::OnOff,
        variants: attentive_chrome::VARIANTS,
    },
    Family {
        id: deep_diff::FAMILY,
        task: Task::Change,
        variants: deep_diff::VARIANTS,
    },
    Family {
        id: basenji::FAMILY,
        task: Task::Tracks,
        variants: basenji::VARIANTS,
    },
];

/// A published family of models.
pub struct Family {
    /// Its name in kebab case.
    pub id: &'static str,
    /// What its models read and predict.
    pub task: Task,
    /// Its variants.
    pub variants: &'static [Variant],
}

/// A published variant.
pub struct Variant {
    /// The family in kebab case.
    pub family: &'static str,
    /// The variant in kebab case.
    pub variant: &'static str,
    /// The variant as its paper prints it.
    pub title: &'static str,
    /// What to cite.
    pub citation: &'static str,
    /// What the model attends to.
    pub attends: Attends,
    layout: fn(&Shapes) -> Result<Layout, Problem>,
}

/// What a model attends to, and so which attention it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
pub struct Encoders {
    /// The rows of α.
    pub bins: &'static [&'static str],
    /// The columns of β.
    pub marks: &'static [&'static str],
    /// The rows of a second α and the columns of a second β, of auxiliary encoders that do not decide by themselves.
    pub auxiliary: &'static [&'static str],
}

impl Attends {
    /// The names of α's rows, of a model of these marks.
    pub fn rows(&self, marks: &[String]) -> Vec<String> {
        match self.encoders {
            Some(encoders) => grouped(encoders.bins, marks),
            None => self.bins.rows(marks),
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

    /// The names of the auxiliary rows of α and columns of β.
    pub fn auxiliary(&self, marks: &[String]) -> Vec<String> {
        self.encoders
            .map_or_else(Vec::new, |encoders| grouped(encoders.auxiliary, marks))
    }
}

/// `A_H3K4me1`, …: a name for each mark of each group.
fn grouped(groups: &[&str], marks: &[String]) -> Vec<String> {
    let names = |group| marks.iter().map(move |mark| format!("{group}_{mark}"));
    groups.iter().copied().flat_map(names).collect()
}

/// Attention over bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

/// What the shapes of a set of tensors say about the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The sizes that make the architecture, under the names of the model card's `hyperparameters`.
    pub hyperparameters: Map<String, Value>,
    /// How many marks the model takes.
    pub marks: usize,
    /// The frames that a fully connected layer takes, where that fixes the number of bins.
    frames: Option<usize>,
    /// Every tensor with its shape.
    tensors: BTreeMap<String, Vec<usize>>,
}

impl Layout {
    /// How many weights were fitted: all but the moving statistics of batch normalisation.
    pub fn parameters(&self) -> usize {
        self.tensors
            .iter()
            .filter(|(name, _)| !basenji::is_statistic(name))
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    }
}

/// The shapes of a file's tensors by name.
struct Shapes<'a>(&'a BTreeMap<String, Tensor>);

/// The family of that name.
///
/// # Errors
/// [`Problem::Family`].
pub fn family(id: &str) -> Result<&'static Family, Problem> {
    let known = FAMILIES.iter().find(|family| family.id == id);
    known.ok_or_else(|| Problem::Family {
        found: id.to_owned(),
        known: list(FAMILIES.iter().map(|family| family.id)),
    })
}

/// The variant of that name.
///
/// # Errors
/// [`Problem::Family`], [`Problem::Variant`].
pub fn find(family: &str, variant: &str) -> Result<&'static Variant, Problem> {
    let Family { id, variants, .. } = self::family(family)?;
    let known = variants.iter().find(|known| known.variant == variant);
    known.ok_or_else(|| Problem::Variant {
        family: (*id).to_owned(),
        found: variant.to_owned(),
        known: list(variants.iter().map(|known| known.variant)),
    })
}

/// The variants of a family, none where it is not known.
pub fn of_family(family: &str) -> &'static [Variant] {
    self::family(family).map_or(&[], |family| family.variants)
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

impl Variant {
    /// Takes the sizes from the shapes and compares every tensor with what the variant has at those sizes.
    ///
    /// # Errors
    /// [`Problem::TensorMissing`], [`Problem::TensorUnexpected`], [`Problem::TensorShape`], each naming the first
    /// tensor of its kind in alphabetical order.
    pub fn layout(&self, tensors: &BTreeMap<String, Tensor>) -> Result<Layout, Problem> {
        let layout = (self.layout)(&Shapes(tensors))?;
        for (name, expected) in &layout.tensors {
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
        match tensors.keys().find(|name| !layout.tensors.contains_key(*name)) {
            Some(name) => Err(Problem::TensorUnexpected {
                tensor: name.clone(),
                variant: self.variant.to_owned(),
            }),
            None => Ok(layout),
        }
    }

    /// Compares a card with the tensors that stand beside it, and completes what the card leaves to them.
    ///
    /// # Errors
    /// As [`layout`](Self::layout), and [`Problem::Size`] where the card states another size.
    pub fn complete(&self, card: &mut ModelCard, tensors: &BTreeMap<String, Tensor>) -> Result<(), Problem> {
        let layout = self.layout(tensors)?;
        agree("marks", CARD, card.marks.len(), layout.marks)?;
        for (name, size) in &layout.hyperparameters {
            if let Some(stated) = card.hyperparameters.get(name) {
                agree(name, CARD, stated.clone(), size.clone())?;
            }
            card.hyperparameters.insert(name.clone(), size.clone());
        }
        if let Some(frames) = layout.frames {
            attentive_chrome::check_frames(card, frames)?;
        }
        if self.family == basenji::FAMILY {
            basenji::check_tensors(&basenji::check_card(card)?, tensors)?;
        }
        let parameters = layout.parameters();
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
    /// Whether there is a tensor of that name.
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

    /// How many numbered members a list of modules has: for `rnn_hms.`, one more than the highest i of `rnn_hms.{i}.…`.
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

//! Which tensors, of which shapes, each variant of each family has.
//!
//! One function a variant: it takes the sizes from the shapes of a few tensors and then states every tensor, so that
//! a file with one missing, left over or of another shape is named before any model is built from it. Names and shapes
//! are those of the authors' own files.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Problem;
use super::{ModelCard, Tensor};

/// The card, as a source of statements.
const CARD: &str = "the model card";

/// The variants that this version runs.
static VARIANTS: &[Variant] = &[Variant {
    family: "attentive-chrome",
    variant: "lstm-alpha-beta",
    title: "LSTM-α,β",
    citation: "Singh R, Lanchantin J, Sekhon A, Qi Y. Attend and Predict: Understanding Gene Regulation by Selective \
               Attention on Chromatin. Advances in Neural Information Processing Systems 30 (2017).",
    layout: lstm_alpha_beta,
}];

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
    layout: fn(&Shapes) -> Result<Layout, Problem>,
}

/// What the shapes of a set of tensors say about the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The sizes that make the architecture, under the names of the model card's `hyperparameters`.
    pub hyperparameters: Map<String, Value>,
    /// How many marks the model takes.
    pub marks: usize,
    /// Every tensor with its shape.
    tensors: BTreeMap<String, Vec<usize>>,
}

impl Layout {
    /// How many weights the model has.
    pub fn parameters(&self) -> usize {
        self.tensors
            .values()
            .map(|shape| shape.iter().product::<usize>())
            .sum()
    }
}

/// The shapes of a file's tensors by name.
struct Shapes<'a>(&'a BTreeMap<String, Tensor>);

/// The variant of that name.
///
/// # Errors
/// [`Problem::Family`], [`Problem::Variant`].
pub fn find(family: &str, variant: &str) -> Result<&'static Variant, Problem> {
    let mut of_family = VARIANTS
        .iter()
        .filter(|known| known.family == family)
        .peekable();
    if of_family.peek().is_none() {
        return Err(Problem::Family {
            found: family.to_owned(),
            known: list(VARIANTS.iter().map(|known| known.family)),
        });
    }
    let known = list(of_family.clone().map(|known| known.variant));
    of_family
        .find(|known| known.variant == variant)
        .ok_or_else(|| Problem::Variant {
            family: family.to_owned(),
            found: variant.to_owned(),
            known,
        })
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    names.join(", ")
}

impl Variant {
    /// Takes the sizes from the shapes and compares every tensor with what the variant has at those sizes.
    ///
    /// # Errors
    /// [`Problem::TensorMissing`], [`Problem::TensorUnexpected`], [`Problem::TensorShape`], each naming the first tensor of
    /// its kind in alphabetical order.
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
        match tensors
            .keys()
            .find(|name| !layout.tensors.contains_key(*name))
        {
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
    pub fn complete(
        &self,
        card: &mut ModelCard,
        tensors: &BTreeMap<String, Tensor>,
    ) -> Result<(), Problem> {
        let layout = self.layout(tensors)?;
        agree("marks", CARD, card.marks.len(), layout.marks)?;
        for (name, size) in &layout.hyperparameters {
            if let Some(stated) = card.hyperparameters.get(name) {
                agree(name, CARD, stated.clone(), size.clone())?;
            }
            card.hyperparameters.insert(name.clone(), size.clone());
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
pub(super) fn agree(
    what: &str,
    source: &str,
    stated: impl Into<Value>,
    held: impl Into<Value>,
) -> Result<(), Problem> {
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
    /// The shape of a tensor that must have two dimensions, since the sizes of the model are read from it.
    fn matrix(&self, name: &str, expected: &str) -> Result<[usize; 2], Problem> {
        let Some(tensor) = self.0.get(name) else {
            return Err(Problem::TensorMissing {
                tensor: name.to_owned(),
                expected: expected.to_owned(),
            });
        };
        <[usize; 2]>::try_from(tensor.shape.as_slice()).map_err(|_| Problem::TensorShape {
            tensor: name.to_owned(),
            found: shape_text(&tensor.shape),
            expected: expected.to_owned(),
        })
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

/// A bidirectional LSTM in PyTorch's layout: `input` features a step, `hidden` units a direction.
fn bidirectional_lstm(
    tensors: &mut Vec<(String, Vec<usize>)>,
    prefix: &str,
    input: usize,
    hidden: usize,
) {
    let gates = hidden.saturating_mul(4);
    for direction in ["", "_reverse"] {
        tensors.push((
            format!("{prefix}.weight_ih_l0{direction}"),
            vec![gates, input],
        ));
        tensors.push((
            format!("{prefix}.weight_hh_l0{direction}"),
            vec![gates, hidden],
        ));
        tensors.push((format!("{prefix}.bias_ih_l0{direction}"), vec![gates]));
        tensors.push((format!("{prefix}.bias_hh_l0{direction}"), vec![gates]));
    }
}

/// LSTM-α,β: for each mark a bidirectional LSTM of `bin_rnn_size` units over the bins and its attention, then one of
/// half as many units over the marks and its attention, then one linear unit.
fn lstm_alpha_beta(shapes: &Shapes) -> Result<Layout, Problem> {
    let [_, size] = shapes.matrix(
        "rnn_hms.0.rnn.weight_hh_l0",
        "[4 bin_rnn_size, bin_rnn_size]",
    )?;
    if size == 0 || size % 2 != 0 {
        // Level 2 has bin_rnn_size / 2 units a direction and a context vector of bin_rnn_size.
        return Err(Problem::TensorShape {
            tensor: "rnn_hms.0.rnn.weight_hh_l0".to_owned(),
            found: format!("bin_rnn_size {size}"),
            expected: "an even number of hidden units".to_owned(),
        });
    }
    let marks = shapes.members("rnn_hms.");
    Ok(Layout {
        hyperparameters: Map::from_iter([("bin_rnn_size".to_owned(), size.into())]),
        marks,
        tensors: lstm_alpha_beta_tensors(marks, size).into_iter().collect(),
    })
}

/// Every tensor of an LSTM-α,β of these sizes with its shape, mark by mark as the authors' files list them.
pub fn lstm_alpha_beta_tensors(marks: usize, size: usize) -> Vec<(String, Vec<usize>)> {
    let mut tensors = Vec::new();
    for mark in 0..marks {
        bidirectional_lstm(&mut tensors, &format!("rnn_hms.{mark}.rnn"), 1, size);
        tensors.push((
            format!("rnn_hms.{mark}.bin_attention.bin_context_vector"),
            vec![size.saturating_mul(2), 1],
        ));
    }
    bidirectional_lstm(
        &mut tensors,
        "hm_level_rnn_1.rnn",
        size.saturating_mul(2),
        size / 2,
    );
    tensors.push((
        "hm_level_rnn_1.bin_attention.bin_context_vector".to_owned(),
        vec![size, 1],
    ));
    tensors.push(("fdiff1_1.weight".to_owned(), vec![1, size]));
    tensors.push(("fdiff1_1.bias".to_owned(), vec![1]));
    tensors
}

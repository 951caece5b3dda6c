//! Ensembles: several models of the same input in one file, whose mean is predicted.
//!
//! ```text
//! card       the card of the first member, and `members`: each one's variant, sizes and seed
//! tensors    0.NAME, 1.NAME, …: the tensors of each member under their published names
//! ```

use std::collections::BTreeMap;

use super::architecture;
use super::card::Member;
use super::{ModelCard, Problem, Tensor, Track, WeightFile};

/// Smallest number of members with a mean and a spread.
pub const FEWEST: usize = 2;

impl WeightFile {
    /// Joins models of the same input into the file of an ensemble. The card is that of the first, without its scores.
    ///
    /// # Errors
    /// [`Problem::FewMembers`] for fewer than two; [`Problem::Member`] if one differs from the first in input or
    /// outcome.
    pub fn together(models: &[Self]) -> Result<Self, Problem> {
        let [first, .., _] = models else {
            return Err(Problem::FewMembers { found: models.len() });
        };
        let mut members = Vec::with_capacity(models.len());
        let mut tensors = BTreeMap::new();
        for model in models.iter().flat_map(Self::members) {
            check(members.len(), &first.card, &model.card)?;
            let named = model.tensors.into_iter();
            tensors.extend(named.map(|(name, tensor)| (format!("{}.{name}", members.len()), tensor)));
            members.push(Member::of(&model.card));
        }
        let mut card = ModelCard {
            parameters: 0,
            members,
            ..first.card.clone()
        };
        card.forget_scores();
        complete(&mut card, &tensors)?;
        Ok(Self {
            card,
            tensors,
            sha256: String::new(),
        })
    }

    /// The members as models; for a file of a single model, that model.
    pub fn members(&self) -> Vec<Self> {
        if self.card.members.is_empty() {
            return vec![self.clone()];
        }
        let own = |(at, member): (usize, &Member)| Self {
            card: member.card(&self.card),
            tensors: of_member(at, &self.tensors),
            sha256: self.sha256.clone(),
        };
        self.card.members.iter().enumerate().map(own).collect()
    }
}

/// Compares the card of an ensemble with its tensors, and completes each member's sizes.
///
/// # Errors
/// As [`complete`](architecture::Variant::complete) for the first invalid member; [`Problem::TensorUnexpected`] for a
/// tensor of no member.
pub(super) fn complete(card: &mut ModelCard, tensors: &BTreeMap<String, Tensor>) -> Result<(), Problem> {
    let found = card.members.len();
    if found < FEWEST {
        return Err(Problem::FewMembers { found });
    }
    let member = |name: &str| name.split_once('.')?.0.parse::<usize>().ok();
    let belongs = |name: &&String| member(name).is_some_and(|at| at < found);
    if let Some(name) = tensors.keys().find(|name| !belongs(name)) {
        return Err(Problem::TensorUnexpected {
            tensor: name.clone(),
            variant: card.variant.clone(),
        });
    }
    let mut parameters = 0;
    for at in 0..found {
        let mut member = card.members[at].card(card);
        let of_family = architecture::find(&member.family, &member.variant)?;
        let damaged = |problem: Problem| Problem::Member {
            number: at + 1,
            difference: problem.to_string(),
        };
        of_family
            .complete(&mut member, &of_member(at, tensors))
            .map_err(damaged)?;
        parameters += member.parameters;
        card.members[at].hyperparameters = member.hyperparameters;
    }
    let first = &card.members[0];
    card.variant.clone_from(&first.variant);
    card.hyperparameters.clone_from(&first.hyperparameters);
    if card.parameters != 0 {
        architecture::agree("parameters", architecture::CARD, card.parameters, parameters)?;
    }
    card.parameters = parameters;
    Ok(())
}

/// Tensors of a member by their published names.
fn of_member(at: usize, tensors: &BTreeMap<String, Tensor>) -> BTreeMap<String, Tensor> {
    let prefix = format!("{at}.");
    tensors
        .range(prefix.clone()..)
        .map_while(|(name, tensor)| Some((name.strip_prefix(&prefix)?.to_owned(), tensor.clone())))
        .collect()
}

/// Checks that a member has the input and outcome of the first.
fn check(at: usize, first: &ModelCard, card: &ModelCard) -> Result<(), Problem> {
    match difference(first, card) {
        None => Ok(()),
        Some(difference) => Err(Problem::Member {
            number: at + 1,
            difference,
        }),
    }
}

fn names_of(tracks: &[Track]) -> String {
    tracks
        .iter()
        .map(|track| track.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn form(card: &ModelCard) -> &'static str {
    if card.is_symmetric() {
        "symmetric"
    } else {
        "as published"
    }
}

/// The first difference that prevents averaging two models, in words; `None` if there is none.
pub fn difference(a: &ModelCard, b: &ModelCard) -> Option<String> {
    let of = |card: &ModelCard| {
        [
            ("the task", card.task.to_string()),
            ("the marks", card.marks.join(", ")),
            ("the bins", card.bins.to_string()),
            ("the bins", card.geometry().to_string()),
            ("the transform", format!("{:?}", card.transform)),
            (
                "the window",
                format!("{:?} in bins of {} bp", card.sequence, card.bin_size),
            ),
            ("the tracks", names_of(&card.tracks)),
            ("the form of the change", form(card).to_owned()),
        ]
    };
    let pairs = of(a).into_iter().zip(of(b));
    let mut different = pairs.filter(|((_, a), (_, b))| a != b);
    let ((name, a), (_, b)) = different.next()?;
    Some(format!("{name} of the first: {a}; of the second: {b}"))
}

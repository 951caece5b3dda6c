//! Descriptions of families and variants for the page, the package and `inspect --json`.

use serde::Serialize;

use super::publications::{REGULENS, Work};
use super::{Attends, BinAttention, Variant, family, find, rank};
use crate::task::Task;
use crate::weights::{ModelCard, Problem};

/// Description of a model by its family and its variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Description {
    /// Its task.
    pub task: Task,
    /// The family.
    pub family: Named,
    /// The variant.
    pub variant: Named,
    /// The variant's position in its family's list, from 0.
    pub rank: usize,
    /// Axes of its attention.
    pub attends: Attends,
    /// Reason, in a sentence or two, why the variant lacks attention on some axes; null if it has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without: Option<String>,
    /// Publications to cite, its own first.
    pub works: Vec<Cited>,
    /// Citation of this program.
    pub program: Cited,
    /// Bytes per gene in the largest buffer of a forward pass; null for a sequence model, which runs in tiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_per_example: Option<u64>,
}

/// An id and a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Named {
    /// In kebab case, as in files and flags.
    pub id: &'static str,
    /// As printed in its paper.
    pub title: &'static str,
}

/// A publication to cite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CitedWork"))]
pub struct Cited {
    /// BibTeX key.
    pub key: &'static str,
    /// Citation in a text.
    pub brief: &'static str,
    /// Citation in a list of references.
    pub citation: &'static str,
    /// The entry of a `.bib` file.
    pub bibtex: String,
}

impl From<&Work> for Cited {
    fn from(work: &Work) -> Self {
        Self {
            key: work.key,
            brief: work.brief,
            citation: work.citation,
            bibtex: work.bibtex(),
        }
    }
}

impl Description {
    /// Describes the model of a card.
    ///
    /// # Errors
    /// [`Problem::Family`], [`Problem::Variant`], and for a sequence model any problem of its settings.
    pub fn of(card: &ModelCard) -> Result<Self, Problem> {
        let family = family(&card.family)?;
        let variant = find(&card.family, &card.variant)?;
        Ok(Self {
            task: card.task,
            family: Named {
                id: family.id(),
                title: family.title(),
            },
            variant: Named {
                id: variant.variant,
                title: variant.title,
            },
            rank: rank(&card.family, &card.variant)?,
            attends: attends(card, variant)?,
            without: without(card.task, variant),
            works: variant.works.iter().map(|&work| work.into()).collect(),
            program: (&REGULENS).into(),
            bytes_per_example: family.stated(card)?.bytes_per_example(),
        })
    }
}

/// Axes of the attention of a model, or those that all members of an ensemble share.
#[cfg(any(not(target_family = "wasm"), feature = "change"))]
fn attends(card: &ModelCard, variant: &Variant) -> Result<Attends, Problem> {
    card.members.iter().try_fold(variant.attends, |attends, member| {
        Ok(attends.common(find(&card.family, &member.variant)?.attends))
    })
}

/// The first engine runs single models only.
#[cfg(not(any(not(target_family = "wasm"), feature = "change")))]
fn attends(_: &ModelCard, variant: &Variant) -> Result<Attends, Problem> {
    Ok(variant.attends)
}

fn without(task: Task, variant: &Variant) -> Option<String> {
    if task == Task::Tracks {
        return None;
    }
    let Attends { bins, marks, encoders } = variant.attends;
    let said = match (encoders, bins) {
        (Some(encoders), _) => {
            let outputs = match encoders.expression {
                true => "",
                false => " It has no auxiliary tasks: it does not predict the expression in A and in B.",
            };
            let reads = if !encoders.bins.contains(&"A") {
                "reads the difference A − B alone: there is no α and no β of A or of B by itself."
            } else if !encoders.bins.contains(&"diff") {
                "reads A and B, not their difference: A − B is drawn without α, and has no β."
            } else if !encoders.expression {
                "reads A, B and their difference."
            } else {
                return None;
            };
            format!("{reads}{outputs}")
        }
        (None, BinAttention::None) => "reads the whole window without attention: it has neither α nor β.".to_owned(),
        (None, BinAttention::AllMarks) => "attends to bins for all marks together: it has one α, and no β.".to_owned(),
        (None, BinAttention::EachMark) if !marks => {
            "attends to the bins of each mark, then joins the marks without weighing them: it has no β.".to_owned()
        }
        (None, BinAttention::EachMark) => return None,
    };
    Some(format!("{} {said}", variant.title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::architecture::{FAMILIES, basenji};

    fn described(family: &str, variant: &str) -> Description {
        let card = match family {
            basenji::FAMILY => {
                let context = basenji::Context::of(variant).unwrap();
                ModelCard::of_sequences(&basenji::Config::small(context), Vec::new())
            }
            _ => ModelCard::new(family, variant, vec!["H3K4me3".to_owned()], 100),
        };
        Description::of(&card).unwrap()
    }

    #[test]
    fn every_variant_is_described_and_cites_its_own_work_first() {
        for family in FAMILIES {
            for (rank, variant) in family.variants().iter().enumerate() {
                let described = described(family.id(), variant.variant);
                assert_eq!(
                    (
                        described.task,
                        described.family.id,
                        described.variant.id,
                        described.rank
                    ),
                    (family.task(), family.id(), variant.variant, rank)
                );
                assert_eq!(described.works[0].citation, variant.citation());
                assert_eq!(described.bytes_per_example.is_none(), family.task() == Task::Tracks);
            }
        }
    }
}

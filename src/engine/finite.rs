//! Checks that predictions are finite: others are errors that name their source, never results.

use super::{Batch, Outputs};
use crate::error::Error;
use crate::kernel::compare::bounded;
use crate::weights::ModelCard;

impl Batch {
    /// Returns the batch if it is finite. `values` [genes, T, columns] are the signal, `name` names a gene.
    ///
    /// # Errors
    /// [`Error::Prediction`] with the gene and the largest value of its signal.
    pub(super) fn checked(
        self,
        card: &ModelCard,
        values: &[f32],
        genes: usize,
        name: &dyn Fn(usize) -> String,
    ) -> Result<Self, Error> {
        let outputs = self.outputs();
        let outputs = outputs.iter().map(|(name, values)| (name.as_str(), *values));
        for (what, all) in [("signal", values)].into_iter().chain(outputs) {
            let each = (all.len() / genes.max(1)).max(1);
            for (gene, found) in all.chunks(each).enumerate() {
                if bounded(found) {
                    continue;
                }
                let size = card.bins * card.columns();
                return Err(Error::Prediction {
                    of: name(gene),
                    place: gene,
                    problem: problem(what, found, &values[gene * size..][..size], card),
                });
            }
        }
        Ok(self)
    }
}

/// Message with the output that is not finite and the largest value of the gene's signal.
fn problem(what: &str, found: &[f32], signal: &[f32], card: &ModelCard) -> String {
    let no_number = found.iter().find(|value| !bounded(&[**value])).unwrap_or(&f32::NAN);
    // By bits without the sign, so that NaN is the largest.
    let size = |index: &usize| signal[*index].to_bits() << 1;
    let at = (0..signal.len()).max_by_key(size).unwrap_or_default();
    let (bin, column) = (at / card.columns(), at % card.columns());
    let mark = &card.marks[column % card.marks.len()];
    let cell_type = match (card.conditions(), column / card.marks.len()) {
        (1, _) => "",
        (_, 0) => " of A",
        _ => " of B",
    };
    format!(
        "its {what} is {no_number}; expected a number below 1.8e19. Its largest value is {} ({mark}{cell_type}, bin \
            {}). Use counts on the scale of the training data",
        signal[at],
        bin + 1
    )
}

/// Returns the predictions [bins, tracks] of a window if they are finite.
///
/// # Errors
/// [`Error::Prediction`] with the track and the bin.
#[cfg(any(not(target_family = "wasm"), feature = "sequences"))]
pub(super) fn checked_tracks(values: Vec<f32>, card: &ModelCard) -> Result<Vec<f32>, Error> {
    if bounded(&values) {
        return Ok(values);
    }
    let at = values.iter().position(|value| !bounded(&[*value])).unwrap_or_default();
    let tracks = card.tracks.len().max(1);
    let track = card.tracks.get(at % tracks).map_or("", |track| track.name.as_str());
    Err(Error::Prediction {
        of: "a window".to_owned(),
        place: 0,
        problem: format!(
            "its track {track} is {} in bin {} of the computed bins; expected a number. The model's inputs are at \
                most 1, so its weights must be at fault. Use another model file",
            values[at],
            at / tracks + 1
        ),
    })
}

//! Perturbs the signal of a gene, such as by removing a mark, for a second prediction to compare with the first.
//!
//! Values are those of a table, before the model's own transform: 0 means no signal.

use std::ops::Range;

use super::refuse;
use crate::error::Error;

/// Change to a gene.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The columns: marks; with two cell types those of A and then those of B.
    pub columns: Vec<usize>,
    /// The bins, counted from 0.
    pub bins: Range<usize>,
    /// Replacement of their values.
    pub to: To,
}

/// Replacement of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum To {
    /// 0.
    Zero,
    /// Multiplied by this factor.
    Factor(f32),
    /// Value of the same mark in the other cell type. If both columns of a mark are changed, they are swapped.
    OtherCondition,
}

/// The values [T, columns] of one gene, changed.
///
/// # Errors
/// [`Error::Explanation`] if a column or bin is out of bounds, a factor is negative or not finite, or the other cell
/// type is requested with an odd number of columns.
pub fn perturb(values: &[f32], columns: usize, change: &Change) -> Result<Vec<f32>, Error> {
    check(values, columns, change)?;
    let mut changed = values.to_vec();
    let bins = change.bins.start * columns..change.bins.end * columns;
    let was = values[bins.clone()].chunks_exact(columns);
    for (row, was) in changed[bins].chunks_exact_mut(columns).zip(was) {
        for &column in &change.columns {
            row[column] = match change.to {
                To::Zero => 0.0,
                // The model's input must be finite.
                To::Factor(factor) => (was[column] * factor).min(f32::MAX),
                To::OtherCondition => was[(column + columns / 2) % columns],
            };
        }
    }
    Ok(changed)
}

fn check(values: &[f32], columns: usize, change: &Change) -> Result<(), Error> {
    if columns == 0 || !values.len().is_multiple_of(columns) {
        return refuse(format!(
            "found {} values; expected a multiple of the {columns} columns",
            values.len()
        ));
    }
    if let Some(column) = change.columns.iter().find(|&&column| column >= columns) {
        return refuse(format!("found column {column}; expected one from 0 to {}", columns - 1));
    }
    let (Range { start, end }, bins) = (&change.bins, values.len() / columns);
    if start > end || *end > bins {
        return refuse(format!(
            "found the bins {start} to before {end}; expected a range within 0 to before {bins}"
        ));
    }
    match change.to {
        To::Factor(factor) if !factor.is_finite() || factor < 0.0 => refuse(format!(
            "found the factor {factor}; expected a finite number, 0 or more"
        )),
        To::OtherCondition if !columns.is_multiple_of(2) => refuse(format!(
            "found {columns} columns, which are no two cell types; expected as many of A as of B"
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two bins of marks x and y in A and in B.
    const VALUES: [f32; 8] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];

    fn changed(columns: &[usize], bins: Range<usize>, to: To) -> Result<Vec<f32>, String> {
        let columns = columns.to_vec();
        let change = Change { columns, bins, to };
        perturb(&VALUES, 4, &change).map_err(|error| error.to_string())
    }

    #[test]
    fn only_the_columns_and_bins_that_are_named_change() {
        let zero = changed(&[1], 0..2, To::Zero).unwrap();
        assert_eq!(zero, [1.0, 0.0, 3.0, 4.0, 5.0, 0.0, 7.0, 8.0]);
        let zero = changed(&[0, 3], 1..2, To::Zero).unwrap();
        assert_eq!(zero, [1.0, 2.0, 3.0, 4.0, 0.0, 6.0, 7.0, 0.0]);
        assert_eq!(changed(&[], 0..2, To::Zero).unwrap(), VALUES);
        assert_eq!(changed(&[0], 1..1, To::Zero).unwrap(), VALUES);
    }

    #[test]
    fn a_factor_of_1_changes_nothing_and_one_of_0_is_zero() {
        assert_eq!(changed(&[0, 2], 0..2, To::Factor(1.0)).unwrap(), VALUES);
        let zero = changed(&[2], 0..2, To::Zero);
        assert_eq!(changed(&[2], 0..2, To::Factor(0.0)), zero);
        let half = changed(&[1], 0..1, To::Factor(0.5)).unwrap();
        assert_eq!(half, [1.0, 1.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        let most = changed(&[3], 1..2, To::Factor(f32::MAX)).unwrap();
        assert_eq!(most[7], f32::MAX);
    }

    #[test]
    fn the_other_condition_is_the_same_mark_of_the_other_cell_type() {
        let a = changed(&[0], 0..2, To::OtherCondition).unwrap();
        assert_eq!(a, [3.0, 2.0, 3.0, 4.0, 7.0, 6.0, 7.0, 8.0]);
        let b = changed(&[3], 0..2, To::OtherCondition).unwrap();
        assert_eq!(b, [1.0, 2.0, 3.0, 2.0, 5.0, 6.0, 7.0, 6.0]);
        let both = changed(&[1, 3], 0..2, To::OtherCondition).unwrap();
        assert_eq!(both, [1.0, 4.0, 3.0, 2.0, 5.0, 8.0, 7.0, 6.0]);
    }

    #[test]
    fn what_is_not_there_cannot_be_changed() {
        for (columns, bins, to, saying) in [
            (4, 0..2, To::Zero, "column 4; expected one from 0 to 3"),
            (0, 0..3, To::Zero, "0 to before 3"),
            (0, 0..2, To::Factor(-1.0), "the factor -1"),
            (0, 0..2, To::Factor(f32::NAN), "the factor NaN"),
        ] {
            let error = changed(&[columns], bins, to).unwrap_err();
            assert!(error.contains(saying), "{error}");
        }
        let change = Change {
            columns: vec![0],
            bins: 0..1,
            to: To::OtherCondition,
        };
        let error = perturb(&[1.0, 2.0, 3.0], 3, &change).unwrap_err();
        assert!(error.to_string().contains("no two cell types"), "{error}");
    }
}

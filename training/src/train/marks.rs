//! Initialises a table model from one with other marks.

use regulens::nn::NamedTensors;
use regulens::weights::Tensor;

/// Correspondence of a model's marks to those of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// Index there of each of its marks; `None` for a new one.
    pub from: Vec<Option<usize>>,
    /// Number of marks of the other model.
    pub of: usize,
}

/// Copies the weights of another model of the same variant and sizes, except for the marks, over initial ones. Weights
/// of a mark come from the same mark, and keep their initial values for a new mark.
///
/// # Panics
/// If a tensor independent of marks has another shape.
pub fn take(weights: &mut NamedTensors, other: &NamedTensors, variant: &str, marks: &Marks) {
    for (name, tensor) in weights.iter_mut() {
        match Part::of(name, variant, marks.from.len()) {
            Part::OneMark {
                list,
                group,
                mark,
                rest,
            } => {
                let Some(from) = marks.from[mark] else { continue };
                let there = &other[&format!("{list}.{}.{rest}", group * marks.of + from)];
                tensor.values.clone_from(&there.values);
            }
            Part::AllMarks => take_columns(tensor, &other[name], marks),
            Part::Above => {
                let there = &other[name];
                assert_eq!(tensor.shape, there.shape, "{name}");
                tensor.values.clone_from(&there.values);
            }
        }
    }
}

/// Relation of a tensor to marks.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    /// Part of a list with one member per mark, or per mark in each of several groups, such as DeepDiff's A, B and
    /// difference.
    OneMark {
        list: &'a str,
        group: usize,
        mark: usize,
        rest: &'a str,
    },
    /// Its second dimension has the same number of values for each mark.
    AllMarks,
    /// Independent of marks.
    Above,
}

impl<'a> Part<'a> {
    fn of(name: &'a str, variant: &str, marks: usize) -> Self {
        if let Some((list, member)) = name.split_once('.')
            && (list.starts_with("rnn_hms") || list.starts_with("cnn_hms"))
            && let Some((number, rest)) = member.split_once('.')
            && let Ok(number) = number.parse::<usize>()
        {
            return Self::OneMark {
                list,
                group: number / marks,
                mark: number % marks,
                rest,
            };
        }
        match name {
            "rnn.weight_ih_l0" | "rnn.weight_ih_l0_reverse" | "conv.weight" => Self::AllMarks,
            // LSTM-α classifies the concatenated vectors of all marks.
            "fdiff1_1.weight" if variant == "lstm-alpha" => Self::AllMarks,
            _ => Self::Above,
        }
    }
}

fn take_columns(tensor: &mut Tensor, other: &Tensor, marks: &Marks) {
    let rows = tensor.shape[0];
    let each = tensor.values.len() / (rows * marks.from.len());
    assert_eq!(other.values.len(), rows * marks.of * each, "values of a mark");
    for row in 0..rows {
        for (mark, from) in marks.from.iter().enumerate() {
            let Some(from) = from else { continue };
            let [to, from] = [row * marks.from.len() + mark, row * marks.of + from].map(|place| place * each);
            tensor.values[to..to + each].copy_from_slice(&other.values[from..from + each]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensors(named: &[(&str, &[usize], &[f32])]) -> NamedTensors {
        let tensor = |shape: &[usize], values: &[f32]| Tensor::new(shape.to_vec(), values.to_vec());
        named
            .iter()
            .map(|&(name, shape, values)| (name.to_owned(), tensor(shape, values)))
            .collect()
    }

    /// The first mark is the other's second, the second is new.
    fn marks() -> Marks {
        Marks {
            from: vec![Some(1), None],
            of: 3,
        }
    }

    #[test]
    fn encoders_come_from_the_same_mark_of_the_same_group_and_a_new_mark_stays_drawn() {
        let names: Vec<String> = (0..9).map(|number| format!("rnn_hms3.{number}.w")).collect();
        let values: Vec<[f32; 1]> = (0..9).map(|number| [number as f32]).collect();
        let other: Vec<(&str, &[usize], &[f32])> = names
            .iter()
            .zip(&values)
            .map(|(name, value)| (name.as_str(), &[1][..], &value[..]))
            .collect();
        let mut weights = tensors(&[
            ("rnn_hms3.0.w", &[1], &[-1.0]),
            ("rnn_hms3.1.w", &[1], &[-1.0]),
            ("rnn_hms3.4.w", &[1], &[-1.0]),
        ]);
        take(&mut weights, &tensors(&other), "raw", &marks());
        let found = |name: &str| weights[name].values[0];
        // Group 2 of two marks begins at 4, of three marks at 6.
        assert_eq!(
            [found("rnn_hms3.0.w"), found("rnn_hms3.1.w"), found("rnn_hms3.4.w")],
            [1.0, -1.0, 7.0]
        );
    }

    #[test]
    fn columns_of_marks_follow_them_whatever_each_has() {
        let other = [
            ("rnn.weight_ih_l0", &[2, 3][..], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0][..]),
            ("fdiff1_1.weight", &[1, 6], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
            ("fdiff1_2.bias", &[1], &[9.0]),
        ];
        let mut weights = tensors(&[
            ("rnn.weight_ih_l0", &[2, 2], &[0.0; 4]),
            ("fdiff1_1.weight", &[1, 4], &[0.0; 4]),
            ("fdiff1_2.bias", &[1], &[0.0]),
        ]);
        take(&mut weights, &tensors(&other), "lstm-alpha", &marks());
        assert_eq!(weights["rnn.weight_ih_l0"].values, [2.0, 0.0, 5.0, 0.0]);
        assert_eq!(weights["fdiff1_1.weight"].values, [3.0, 4.0, 0.0, 0.0]);
        assert_eq!(weights["fdiff1_2.bias"].values, [9.0]);
    }
}

//! The file of attention that `predict --attention` writes.

use std::io::{self, Write};

use regulens::engine::{Predictions, Spread};

use super::tensors::{self, Tensor};

/// Writes α [examples, rows, bins] and β [examples, columns] as float32 safetensors, if the model has them, and the
/// same of auxiliary encoders. The names of examples (the genes), of rows (marks, or one for all) and, if they differ,
/// of columns are JSON arrays in the metadata, and so are those of them that are of marks that were not measured: their
/// numbers mean nothing. `spread` is that of the members' α and β, which become `alpha_sd`, `alpha_low`, `alpha_high`
/// and so on, each of the shape of its mean; nothing of one model.
pub fn write(
    predictions: &Predictions,
    spread: &[Spread; 2],
    not_measured: &[String],
    out: &mut dyn Write,
) -> io::Result<()> {
    let Predictions {
        genes,
        rows,
        columns,
        auxiliary,
        bins,
        values,
        ..
    } = predictions;
    let mut tensors = Vec::new();
    let [alpha, beta] = spread;
    if !rows.is_empty() {
        let shape = vec![genes.len(), rows.len(), *bins];
        let names = ["alpha", "alpha_sd", "alpha_low", "alpha_high"];
        tensors.extend(with_spread(
            names,
            &["genes", "rows", "bins"],
            &shape,
            &values.alpha,
            alpha,
        ));
    }
    if !columns.is_empty() {
        let shape = vec![genes.len(), columns.len()];
        let names = ["beta", "beta_sd", "beta_low", "beta_high"];
        tensors.extend(with_spread(names, &["genes", "columns"], &shape, &values.beta, beta));
    }
    if !auxiliary.is_empty() {
        tensors.push(Tensor {
            name: "auxiliary_alpha".into(),
            axes: &["genes", "auxiliary", "bins"],
            shape: vec![genes.len(), auxiliary.len(), *bins],
            values: &values.auxiliary_alpha,
        });
        tensors.push(Tensor {
            name: "auxiliary_beta".into(),
            axes: &["genes", "auxiliary"],
            shape: vec![genes.len(), auxiliary.len()],
            values: &values.auxiliary_beta,
        });
    }
    // `genes` is the word of attributions' files, `examples` that of the contract.
    let mut names: Vec<(&str, &[String])> = vec![("examples", genes), ("genes", genes), ("rows", rows)];
    if columns != rows && !columns.is_empty() {
        names.push(("columns", columns));
    }
    if !auxiliary.is_empty() {
        names.push(("auxiliary", auxiliary));
    }
    if !not_measured.is_empty() {
        names.push(("not_measured", not_measured));
    }
    tensors::write(&tensors, &names, out)
}

/// An array and its spread, where there is one.
fn with_spread<'a>(
    names: [&'static str; 4],
    axes: &'static [&'static str],
    shape: &[usize],
    mean: &'a [f32],
    Spread { sd, low, high }: &'a Spread,
) -> Vec<Tensor<'a>> {
    let all = names.into_iter().zip([mean, sd, low, high]);
    all.filter(|(_, values)| values.len() == mean.len())
        .map(|(name, values)| Tensor {
            name: name.into(),
            axes,
            shape: shape.to_vec(),
            values,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use regulens::engine::Batch;
    use safetensors::SafeTensors;

    use super::*;

    fn predictions() -> Predictions {
        Predictions {
            genes: vec!["A".to_owned(), "B \"quoted\"".to_owned()],
            marks: vec!["H3K4me3".to_owned(), "H3K27me3".to_owned(), "H3K9me3".to_owned()],
            rows: vec!["H3K4me3".to_owned(), "H3K27me3".to_owned(), "H3K9me3".to_owned()],
            columns: vec!["H3K4me3".to_owned(), "H3K27me3".to_owned(), "H3K9me3".to_owned()],
            auxiliary: Vec::new(),
            bins: 2,
            values: Batch {
                probability: vec![0.5; 2],
                logit: vec![0.0; 2],
                alpha: (0..12).map(|i| i as f32 / 7.0).collect(),
                beta: (0..6).map(|i| i as f32 / 3.0).collect(),
                ..Batch::default()
            },
        }
    }

    fn written() -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&predictions(), &[Spread::default(), Spread::default()], &[], &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_crate_reads_shapes_values_and_names() {
        let bytes = written();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let alpha = file.tensor("alpha").unwrap();
        assert_eq!(alpha.shape(), [2, 3, 2]);
        assert_eq!(alpha.data()[4..8], (1.0_f32 / 7.0).to_le_bytes());
        assert_eq!(file.tensor("beta").unwrap().shape(), [2, 3]);
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        let metadata = header.metadata().clone().unwrap();
        assert_eq!(metadata["rows"], r#"["H3K4me3","H3K27me3","H3K9me3"]"#);
        let examples: Vec<String> = serde_json::from_str(&metadata["examples"]).unwrap();
        assert_eq!(examples, predictions().genes);
        assert_eq!(metadata["genes"], metadata["examples"]);
        assert_eq!(
            metadata["axes"],
            r#"{"alpha":["genes","rows","bins"],"beta":["genes","columns"]}"#
        );
    }

    #[test]
    fn attention_that_a_model_has_not_is_not_in_the_file() {
        let mut without = predictions();
        without.rows = vec!["all marks".to_owned()];
        without.values.alpha.truncate(4);
        without.columns.clear();
        without.values.beta.clear();
        let mut bytes = Vec::new();
        write(&without, &[Spread::default(), Spread::default()], &[], &mut bytes).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(file.names(), ["alpha"]);
        assert_eq!(file.tensor("alpha").unwrap().shape(), [2, 1, 2]);
    }

    #[test]
    fn the_same_results_give_the_same_bytes() {
        assert_eq!(written(), written());
    }
}

//! Tables of two cell types, matched gene by gene.

use std::collections::HashMap;

use super::error::{InputError, Place};
use super::problem::Problem;
use super::{Expression, SignalTable};

/// Signal of the same genes in two cell types, A and B.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    /// The marks of A and then of B in each bin, [genes, bins, 2 marks]; columns are named `A MARK` and `B MARK`. In
    /// A's order, with A's ids.
    pub table: SignalTable,
    /// Genes that are in A alone.
    pub only_a: Vec<String>,
    /// Genes that are in B alone.
    pub only_b: Vec<String>,
}

/// A gene's id without the version that Ensembl and RefSeq append: `ENSG00000141510` for `ENSG00000141510.18`. Other
/// ids are not changed: `RP11-34P13.7` and `RP11-34P13.14` are different genes.
pub fn without_version(gene: &str) -> &str {
    match gene.rsplit_once('.') {
        Some((id, version))
            if is_number(version)
                && is_number(id.trim_start_matches(|letter: char| letter.is_ascii_uppercase() || letter == '_'))
                && (id.starts_with("ENS") || id.find('_') == Some(2)) =>
        {
            id
        }
        _ => gene,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Paired {
    /// Matches genes by their ids without versions. Both tables must have the same marks in the same order, and the
    /// same number of bins.
    ///
    /// # Errors
    /// If no gene is in both, a table has two versions of a gene, or all of its values are 0.
    ///
    /// # Panics
    /// If marks or bins differ.
    pub fn new(a: &SignalTable, b: &SignalTable) -> Result<Self, InputError> {
        assert_eq!((&a.marks, a.bins), (&b.marks, b.bins), "marks and bins");
        for table in [a, b] {
            if table.values.iter().all(|&value| value == 0.0) {
                let values = table.values.len();
                let problem = Problem::NoSignal { values };
                return Err(InputError::new(Place::file(&table.file), problem));
            }
        }
        let (keys_a, keys_b) = (keys(a)?, keys(b)?);
        let in_b = |gene: &&String| keys_b.get(without_version(gene)).copied();
        let mut only_a = Vec::new();
        let mut genes = Vec::new();
        let mut kept = Vec::new();
        let mut values = Vec::with_capacity(2 * a.values.len());
        let mut notes = Vec::new();
        for (index, gene) in a.genes.iter().enumerate() {
            let Some(other) = in_b(&gene) else {
                only_a.push(gene.clone());
                continue;
            };
            genes.push(gene.clone());
            kept.push(index);
            let marks = a.marks.len();
            let bins = a.gene(index).chunks_exact(marks);
            for (a, b) in bins.zip(b.gene(other).chunks_exact(marks)) {
                values.extend_from_slice(a);
                values.extend_from_slice(b);
            }
        }
        let only_b: Vec<String> = b
            .genes
            .iter()
            .filter(|gene| !keys_a.contains_key(without_version(gene)))
            .cloned()
            .collect();
        if genes.is_empty() {
            let problem = Problem::NoCommonGene {
                other: b.file.clone(),
                here: a.genes[0].clone(),
                there: b.genes[0].clone(),
            };
            return Err(InputError::new(Place::file(&a.file), problem));
        }
        for (file, only) in [(&a.file, &only_a), (&b.file, &only_b)] {
            if !only.is_empty() {
                notes.push(format!("{} genes are in {file} alone and are left out", only.len()));
            }
        }
        let columns = ["A", "B"].map(|cell| a.marks.iter().map(move |mark| format!("{cell} {mark}")));
        let table = SignalTable {
            file: a.file.clone(),
            layout: a.layout,
            marks: columns.into_iter().flatten().collect(),
            bins: a.bins,
            genes,
            values,
            labels: None,
            windows: a.windows_at(&kept),
            notes,
        };
        Ok(Self { table, only_a, only_b })
    }
}

/// The measured counts of genes in A and in B. `file` names their table in errors.
///
/// # Errors
/// If a gene has no count in either file.
pub fn expression_of_pair(
    file: &str,
    genes: &[String],
    a: &Expression,
    b: &Expression,
) -> Result<Vec<[f64; 2]>, InputError> {
    let both = |gene: &String| Ok([count_of(file, gene, a)?, count_of(file, gene, b)?]);
    genes.iter().map(both).collect()
}

/// The measured counts of genes in one cell type. `file` names their table in errors.
///
/// # Errors
/// If a gene has no count.
pub fn expression_of(file: &str, genes: &[String], of: &Expression) -> Result<Vec<f64>, InputError> {
    genes.iter().map(|gene| count_of(file, gene, of)).collect()
}

fn count_of(file: &str, gene: &str, of: &Expression) -> Result<f64, InputError> {
    of.get(gene).or_else(|| of.get(without_version(gene))).ok_or_else(|| {
        let problem = Problem::ExpressionMissing {
            gene: gene.to_owned(),
            expression: of.file().to_owned(),
        };
        InputError::new(Place::file(file), problem)
    })
}

/// log2((B + 1) / (A + 1)) of counts in A and B: positive for a gene that is higher in B.
pub fn log2_fold_change([a, b]: [f64; 2]) -> f64 {
    ((b + 1.0) / (a + 1.0)).log2()
}

/// Index of each gene, by its id without a version.
fn keys(table: &SignalTable) -> Result<HashMap<&str, usize>, InputError> {
    let mut keys = HashMap::with_capacity(table.genes.len());
    for (index, gene) in table.genes.iter().enumerate() {
        if let Some(first) = keys.insert(without_version(gene), index) {
            let problem = Problem::GeneAgain {
                gene: table.genes[first].clone(),
                again: gene.clone(),
            };
            return Err(InputError::new(Place::file(&table.file), problem));
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(file: &str, text: &str) -> SignalTable {
        SignalTable::read(file, text.as_bytes()).unwrap()
    }

    #[test]
    fn genes_are_matched_without_their_versions_in_the_order_of_a() {
        let a = table("a.csv", "gene,bin,x,y\nENSG2.1,1,1,2\nENSG1,1,3,4\nENSG9,1,0,0\n");
        let b = table("b.csv", "gene,bin,x,y\nENSG1.7,1,30,40\nENSG2.3,1,10,20\nENSG8,1,0,0\n");
        let paired = Paired::new(&a, &b).unwrap();
        assert_eq!(paired.table.genes, ["ENSG2.1", "ENSG1"]);
        assert_eq!(paired.table.values, [1.0, 2.0, 10.0, 20.0, 3.0, 4.0, 30.0, 40.0]);
        assert_eq!(paired.table.marks, ["A x", "A y", "B x", "B y"]);
        assert_eq!(
            (paired.only_a, paired.only_b),
            (vec!["ENSG9".to_owned()], vec!["ENSG8".to_owned()])
        );
        assert_eq!(paired.table.notes.len(), 2);
    }

    #[test]
    fn a_version_is_cut_from_ensembl_ids_only() {
        assert_eq!(without_version("ENSG00000141510.18"), "ENSG00000141510");
        assert_eq!(without_version("ENSG00000141510.18_PAR_Y"), "ENSG00000141510.18_PAR_Y");
        assert_eq!(without_version("NM_000546.6"), "NM_000546");
        for other in ["RP11-34P13.7", "Y74C9A.3", "AL627309.5", "ENSEMBL.2", "U1_7.2"] {
            assert_eq!(without_version(other), other);
        }
        assert_eq!(without_version("ENSG1."), "ENSG1.");
    }

    #[test]
    fn tables_without_a_common_gene_are_refused_with_an_id_of_each() {
        let a = table("a.csv", "gene,bin,x\nTP53,1,1\n");
        let b = table("b.csv", "gene,bin,x\nENSG1,1,1\n");
        let error = Paired::new(&a, &b).unwrap_err().to_string();
        for said in ["a.csv", "b.csv", "TP53 here", "ENSG1 there"] {
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn a_cell_type_without_any_signal_is_refused_by_its_file() {
        let some = table("some.csv", "gene,bin,x,y\nG1,1,0,1\nG2,1,0,0\n");
        let none = table("none.csv", "gene,bin,x,y\nG1,1,0,0\nG2,1,0,0\n");
        for pair in [[&some, &none], [&none, &some]] {
            let error = Paired::new(pair[0], pair[1]).unwrap_err().to_string();
            assert!(
                error.contains("none.csv: found no signal: all 4 values are 0"),
                "{error}"
            );
        }
        assert!(Paired::new(&some, &some).is_ok());
    }

    #[test]
    fn two_versions_of_a_gene_in_one_table_are_refused() {
        let a = table("a.csv", "gene,bin,x\nENSG1.1,1,1\nENSG1.2,1,1\n");
        let b = table("b.csv", "gene,bin,x\nENSG1,1,1\n");
        assert!(Paired::new(&a, &b).unwrap_err().to_string().contains("ENSG1.2"));
    }

    #[test]
    fn a_fold_change_is_positive_where_b_is_higher_and_unknown_where_either_count_is() {
        assert_eq!(log2_fold_change([0.0, 3.0]), 2.0);
        assert_eq!(log2_fold_change([3.0, 0.0]), -2.0);
        assert!(log2_fold_change([f64::NAN, 1.0]).is_nan() && log2_fold_change([1.0, f64::NAN]).is_nan());
    }
}

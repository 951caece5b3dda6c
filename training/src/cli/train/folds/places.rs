//! The chromosome of each gene, by an annotation or by ids that are places.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use regulens::input::{Window, without_version};
use regulens::prepare::Annotation;

use super::SplitBy;
use crate::cli::error::CliError;
use crate::cli::train::data::overlap::place;
use crate::cli::words::listed;

/// Genes to list before the rest is counted.
const NAMED: usize = 3;

/// The chromosome of each gene of a table, where one is known: by the annotation, by `windows`, or by ids that are
/// places.
///
/// # Errors
/// Where folds are by chromosome and a gene has none.
pub fn chromosomes(
    genes: &[String],
    windows: Option<&[Window]>,
    file: &str,
    annotation: Option<&Path>,
    by: SplitBy,
) -> Result<Vec<Option<String>>, CliError> {
    let annotated = annotation.map(Annotated::read).transpose()?;
    let of = |(at, id): (usize, &String)| {
        let found = annotated.as_ref().and_then(|annotated| annotated.chromosome(id));
        found
            .or_else(|| windows.map(|windows| windows[at].chromosome.as_str()))
            .or_else(|| place(id).map(|(chromosome, ..)| chromosome))
            .map(str::to_owned)
    };
    let found: Vec<Option<String>> = genes.iter().enumerate().map(of).collect();
    let missing = genes.iter().zip(&found).filter(|(_, found)| found.is_none());
    let missing: Vec<&str> = missing.map(|(id, _)| id.as_str()).collect();
    if by == SplitBy::Gene || missing.is_empty() {
        return Ok(found);
    }
    let named = listed(&missing, NAMED);
    let count = format!("found {} of {} genes ({named})", missing.len(), genes.len());
    Err(match annotation {
        None => CliError::Usage(format!(
            "{file}: {count} whose IDs are not positions; expected a chromosome for each. Give --annotation, a GTF, \
                GFF3 or BED of these genes, or --split-by gene"
        )),
        Some(annotation) => CliError::Data(format!(
            "{file}: {count} that {} lacks, or has on several chromosomes; expected one chromosome for each. Give \
                the annotation with which the table was made, or --split-by gene",
            annotation.display()
        )),
    })
}

/// Chromosomes by the ids of an annotation, with and without versions, and by symbols.
struct Annotated {
    ids: HashMap<String, String>,
    /// None for a symbol of genes on several chromosomes.
    symbols: HashMap<String, Option<String>>,
}

impl Annotated {
    fn read(path: &Path) -> Result<Self, CliError> {
        let file = File::open(path).map_err(|error| CliError::io(path, error))?;
        let annotation = Annotation::read(&path.display().to_string(), file)?;
        let (mut ids, mut symbols) = (HashMap::new(), HashMap::new());
        // The first of several genes of one id, as tables are made.
        for gene in annotation.genes.iter().chain(&annotation.repeated) {
            for id in [gene.id.as_str(), without_version(&gene.id)] {
                ids.entry(id.to_owned()).or_insert_with(|| gene.chromosome.clone());
            }
            if let Some(name) = &gene.name {
                let known = symbols
                    .entry(name.clone())
                    .or_insert_with(|| Some(gene.chromosome.clone()));
                if known.as_ref() != Some(&gene.chromosome) {
                    *known = None;
                }
            }
        }
        Ok(Self { ids, symbols })
    }

    fn chromosome(&self, id: &str) -> Option<&str> {
        let by_id = self.ids.get(id).or_else(|| self.ids.get(without_version(id)));
        by_id.or_else(|| self.symbols.get(id)?.as_ref()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GTF: &str = "\
chr1\t.\tgene\t101\t200\t.\t+\t.\tgene_id \"ENSG1.4\"; gene_name \"TP53\";
chr2\t.\tgene\t11\t20\t.\t-\t.\tgene_id \"E2\"; gene_name \"MIR1\";
chr3\t.\tgene\t31\t40\t.\t+\t.\tgene_id \"E3\"; gene_name \"MIR1\";
";

    #[test]
    fn a_gene_has_the_chromosome_of_its_id_or_symbol_or_of_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let gtf = folder.path().join("genes.gtf");
        std::fs::write(&gtf, GTF).unwrap();
        let all = |genes: &[&str], annotation, by| {
            let genes: Vec<String> = genes.iter().map(|&gene| gene.to_owned()).collect();
            chromosomes(&genes, None, "t.csv", annotation, by).map_err(|error| error.to_string())
        };
        let found = all(
            &["ENSG1.9", "TP53", "E3", "chr7:10-20"],
            Some(&gtf),
            SplitBy::Chromosome,
        )
        .unwrap();
        let found: Vec<&str> = found.iter().flatten().map(String::as_str).collect();
        assert_eq!(found, ["chr1", "chr1", "chr3", "chr7"]);
        let error = all(&["E2", "MIR1", "NONE"], Some(&gtf), SplitBy::Chromosome).unwrap_err();
        for said in ["t.csv: found 2 of 3 genes (MIR1, NONE)", "genes.gtf", "--split-by gene"] {
            assert!(error.contains(said), "{error}");
        }
        let error = all(&["E2"], None, SplitBy::Chromosome).unwrap_err();
        assert!(error.contains("--annotation"), "{error}");
        assert_eq!(all(&["E2"], None, SplitBy::Gene), Ok(vec![None]));
        let window = |chromosome: &str| Window {
            chromosome: chromosome.to_owned(),
            start: 0,
            end: 100,
        };
        let genes = ["E1", "E2"].map(str::to_owned);
        let by_windows = chromosomes(
            &genes,
            Some(&["chr4", "chr5"].map(window)),
            "t.gz",
            None,
            SplitBy::Chromosome,
        );
        let by_windows = by_windows.map_err(|error| error.to_string());
        assert_eq!(
            by_windows,
            Ok(["chr4", "chr5"].map(|name| Some(name.to_owned())).to_vec())
        );
    }
}

//! Genes by name.

use std::cmp::{Ordering, Reverse};

use super::{Annotation, Gene};
use crate::input::without_version;
use crate::prepare::error::{PrepareError, PrepareProblem};

/// Number of names that an error suggests.
const OFFERED: usize = 5;

/// Smallest Jaro-Winkler similarity of suggested names; 1 for equal names.
const ALIKE: f64 = 0.8;

impl Annotation {
    /// The gene of this id (with or without version), or else of this symbol.
    ///
    /// # Errors
    /// [`PrepareProblem::NoGene`] with the most similar names, [`PrepareProblem::SeveralGenes`] with locations.
    pub fn gene(&self, name: &str) -> Result<&Gene, PrepareError> {
        let all: Vec<&Gene> = self.genes.iter().chain(&self.repeated).collect();
        find(&self.file, &all, name)
    }
}

/// The gene of this name among those of a file.
pub(super) fn find<'a>(file: &str, all: &[&'a Gene], name: &str) -> Result<&'a Gene, PrepareError> {
    let by = |is: &dyn Fn(&Gene) -> bool| -> Vec<&'a Gene> { all.iter().copied().filter(|gene| is(gene)).collect() };
    let ways: [&dyn Fn(&Gene) -> bool; 3] = [
        &|gene| gene.id == name,
        &|gene| without_version(&gene.id) == name,
        &|gene| gene.name.as_deref() == Some(name),
    ];
    let found = ways.into_iter().map(by).find(|found| !found.is_empty());
    match found.as_deref() {
        Some([gene]) => Ok(gene),
        Some(several) => {
            let place = |gene: &&Gene| {
                let (first, last) = gene.bases;
                format!("{} at {}:{first}-{last}", gene.id, gene.chromosome)
            };
            let (name, places) = (name.to_owned(), several.iter().map(place).collect());
            Err(PrepareError::file(file, PrepareProblem::SeveralGenes { name, places }))
        }
        None => {
            let (name, near) = (name.to_owned(), near(all, name));
            Err(PrepareError::file(file, PrepareProblem::NoGene { name, near }))
        }
    }
}

/// The most similar names, best first, case-insensitive.
fn near(all: &[&Gene], name: &str) -> Vec<String> {
    let wanted = name.to_ascii_uppercase();
    let names = all
        .iter()
        .flat_map(|gene| gene.name.as_ref().into_iter().chain([&gene.id]));
    let mut near: Vec<(Reverse<u32>, &str)> = Vec::new();
    for name in names {
        let alike = strsim::jaro_winkler(&wanted, &name.to_ascii_uppercase());
        if alike >= ALIKE {
            keep_first(&mut near, OFFERED, (Reverse((alike * 1e6) as u32), name), Ord::cmp);
        }
    }
    near.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// Inserts an entry into a sorted list of the first `most` unique ones. Much smaller code than a sort.
pub(super) fn keep_first<T>(first: &mut Vec<T>, most: usize, found: T, order: impl Fn(&T, &T) -> Ordering) {
    let at = first.partition_point(|other| order(other, &found).is_lt());
    let is_there = first.get(at).is_some_and(|other| order(other, &found).is_eq());
    if at < most && !is_there {
        first.truncate(most - 1);
        first.insert(at, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GTF: &str = "\
chr1\t.\tgene\t101\t200\t.\t+\t.\tgene_id \"ENSG1.4\"; gene_name \"TP53\";
chr2\t.\tgene\t11\t20\t.\t-\t.\tgene_id \"E2.1\"; gene_name \"MIR1\";
chr3\t.\tgene\t31\t40\t.\t+\t.\tgene_id \"E3.1\"; gene_name \"MIR1\";
chrX\t.\tgene\t51\t60\t.\t+\t.\tgene_id \"E4.1\"; gene_name \"SHOX\";
chrY\t.\tgene\t51\t60\t.\t+\t.\tgene_id \"E4.1\"; gene_name \"SHOX\";
";

    fn annotation() -> Annotation {
        Annotation::read("a.gtf", GTF.as_bytes()).unwrap()
    }

    #[test]
    fn a_gene_is_found_by_id_with_or_without_version_and_by_symbol() {
        for name in ["ENSG1.4", "ENSG1", "TP53"] {
            let annotation = annotation();
            let gene = annotation.gene(name).unwrap();
            assert_eq!(
                (gene.chromosome.as_str(), gene.bases, gene.tss),
                ("chr1", (101, 200), 101)
            );
        }
        assert_eq!(annotation().gene("E2.1").unwrap().tss, 20);
    }

    #[test]
    fn of_a_gene_that_is_not_there_the_nearest_names_are_offered() {
        let error = annotation().gene("tp53").unwrap_err();
        assert_eq!(error.code(), "no-gene");
        assert!(
            error
                .to_string()
                .contains("no gene tp53; expected its symbol or id, such as TP53"),
            "{error}"
        );
        let error = annotation().gene("QQQQ").unwrap_err();
        assert!(error.to_string().contains("its symbol or id. Check"), "{error}");
    }

    #[test]
    fn a_name_of_several_genes_is_said_with_their_places() {
        for (name, places) in [
            ("MIR1", ["E2.1 at chr2:11-20", "E3.1 at chr3:31-40"]),
            ("SHOX", ["E4.1 at chrX:51-60", "E4.1 at chrY:51-60"]),
            ("E4.1", ["E4.1 at chrX:51-60", "E4.1 at chrY:51-60"]),
        ] {
            let error = annotation().gene(name).unwrap_err();
            assert_eq!(error.code(), "several-genes");
            assert!(error.to_string().contains(&places.join(", ")), "{error}");
        }
    }
}

//! Nearest transcription start sites.

use std::collections::HashMap;
use std::ops::Range;

use super::{Gene, Strand};
use crate::sequence::Names;

/// TSSs of genes, for many queries.
#[derive(Debug, Clone)]
pub struct Starts {
    /// Names in the annotation.
    chromosomes: Vec<String>,
    names: Names,
    /// TSSs on each chromosome, sorted.
    starts: Vec<Vec<Start>>,
}

#[derive(Debug, Clone, Copy)]
struct Start {
    /// Counted from 0.
    tss: i64,
    strand: Strand,
    /// Index of the gene.
    gene: usize,
}

/// A gene near a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NearGene {
    /// Its index among the genes of [`Starts`].
    pub gene: usize,
    /// Bases from its TSS to the nearest base of the place, along the gene: negative upstream, 0 if the place contains
    /// the TSS. Never negative for a gene of unknown strand.
    pub distance: i64,
}

impl Starts {
    /// The TSSs of these genes, indexed in this order.
    pub fn new<'a>(genes: impl IntoIterator<Item = &'a Gene>) -> Self {
        let mut chromosomes: Vec<String> = Vec::new();
        let mut starts: Vec<Vec<Start>> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (number, gene) in genes.into_iter().enumerate() {
            let place = *places.entry(&gene.chromosome).or_insert_with(|| {
                chromosomes.push(gene.chromosome.clone());
                starts.push(Vec::new());
                starts.len() - 1
            });
            starts[place].push(Start {
                tss: i64::from(gene.tss) - 1,
                strand: gene.strand,
                gene: number,
            });
        }
        for of_chromosome in &mut starts {
            of_chromosome.sort_by_key(|start| start.tss);
        }
        Self {
            names: Names::new(chromosomes.iter().map(String::as_str)),
            chromosomes,
            starts,
        }
    }

    /// The chromosomes with genes, by their names in the annotation.
    pub fn chromosomes(&self) -> &[String] {
        &self.chromosomes
    }

    /// The annotation's name of a chromosome, with or without `chr`; `None` for one without genes.
    pub fn chromosome(&self, name: &str) -> Option<&str> {
        self.names.find(name).map(|at| self.chromosomes[at].as_str())
    }

    /// The gene with the nearest TSS to a half-open range of bases, counted from 0; several if equally distant, sorted
    /// by TSS. Empty for a chromosome without genes.
    ///
    /// # Panics
    /// If the place is empty.
    pub fn nearest(&self, chromosome: &str, place: Range<u64>) -> Vec<NearGene> {
        assert!(place.start < place.end, "a base of the place");
        let Some(at) = self.names.find(chromosome) else {
            return Vec::new();
        };
        let starts = &self.starts[at];
        let (first, last) = (place.start as i64, place.end as i64 - 1);
        let far = |start: &Start| (first - start.tss).max(start.tss - last).max(0);
        let behind = starts.partition_point(|start| start.tss < first);
        let beside = starts[behind.saturating_sub(1)..].iter().take(2);
        let Some(least) = beside.map(far).min() else {
            return Vec::new();
        };
        let from = starts.partition_point(|start| start.tss < first - least);
        let reached = starts[from..].iter().take_while(|start| start.tss <= last + least);
        let nearest = reached.filter(|start| far(start) == least);
        nearest
            .map(|&Start { tss, strand, gene }| {
                let is_upstream = (tss < first) == (strand == Strand::Minus);
                let distance = match strand {
                    Strand::Unknown => least,
                    _ if is_upstream => -least,
                    _ => least,
                };
                NearGene { gene, distance }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tss;
    use super::*;
    use rand_xoshiro::SplitMix64;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};

    /// A gene of chrI with these bases, counted from 0, the end not included.
    fn gene(id: &str, strand: Strand, start: u32, end: u32) -> Gene {
        Gene {
            id: id.to_owned(),
            name: None,
            biotype: None,
            chromosome: "chrI".to_owned(),
            strand,
            tss: tss(start + 1, end, strand),
            bases: (start + 1, end),
        }
    }

    #[test]
    fn the_nearest_start_is_told_along_its_gene_with_all_that_are_equally_far() {
        let genes = [
            gene("PLUS", Strand::Plus, 1_000, 2_000),
            gene("LONG", Strand::Minus, 1_500, 9_000),
            gene("UNKNOWN", Strand::Unknown, 3_000, 3_100),
            gene("TWIN2", Strand::Plus, 20_199, 21_000),
            gene("TWIN", Strand::Minus, 19_000, 20_000),
        ];
        let starts = Starts::new(&genes);
        let nearest = |start, end| -> Vec<(&str, i64)> {
            let found = starts.nearest("I", start..end).into_iter();
            found
                .map(|near| (genes[near.gene].id.as_str(), near.distance))
                .collect()
        };
        for (start, end, near) in [
            (900, 901, "PLUS", -100),
            (900, 1_000, "PLUS", -1),
            (950, 1_001, "PLUS", 0),
            (1_000, 1_001, "PLUS", 0),
            (1_100, 1_101, "PLUS", 100),
            (9_100, 9_101, "LONG", -101),
            (8_998, 8_999, "LONG", 1),
            (8_999, 9_000, "LONG", 0),
            (2_990, 2_991, "UNKNOWN", 10),
            (3_010, 3_011, "UNKNOWN", 10),
            (0, 1, "PLUS", -1_000),
            (1_000_000_000, 1_000_000_001, "TWIN2", 999_979_801),
        ]
        .map(|(start, end, id, distance)| (start, end, [(id, distance)]))
        {
            assert_eq!(nearest(start, end), near, "{start}-{end}");
        }
        assert_eq!(nearest(20_099, 20_100), [("TWIN", -100), ("TWIN2", -100)]);
        // Among equally far genes, the side is each gene's own.
        assert_eq!(nearest(1_999, 2_002), [("PLUS", 999), ("UNKNOWN", 999)]);
    }

    #[test]
    fn chromosomes_are_found_with_and_without_chr_and_one_without_genes_has_none() {
        let starts = Starts::new(&[gene("A", Strand::Plus, 10, 20)]);
        assert_eq!(starts.chromosome("I"), Some("chrI"));
        assert_eq!(starts.chromosome("chrX"), None);
        assert!(starts.nearest("chrX", 0..1).is_empty());
        assert!(Starts::new(&[]).nearest("chrI", 0..1).is_empty());
    }

    #[test]
    fn what_is_found_is_what_a_look_at_every_gene_finds() {
        let mut random = SplitMix64::seed_from_u64(18);
        let mut below = |count: u64| random.next_u64() % count;
        let genes: Vec<Gene> = (0..300)
            .map(|number| {
                let start = below(50_000) as u32;
                let strand = [Strand::Plus, Strand::Minus, Strand::Unknown][below(3) as usize];
                gene(&format!("G{number}"), strand, start, start + 1 + below(5_000) as u32)
            })
            .collect();
        let starts = Starts::new(&genes);
        for _ in 0..2_000 {
            let start = below(70_000);
            let end = start + 1 + below(30);
            // Bases to the TSS from each base of the place.
            let far = |gene: &Gene| (start..end).map(|base| base.abs_diff(u64::from(gene.tss) - 1)).min();
            let least = genes.iter().filter_map(far).min().unwrap();
            let wanted: Vec<usize> = (0..genes.len())
                .filter(|&gene| far(&genes[gene]) == Some(least))
                .collect();
            let mut found = starts.nearest("chrI", start..end);
            found.sort_by_key(|near| near.gene);
            assert!(found.iter().all(|near| near.distance.unsigned_abs() == least));
            assert_eq!(found.iter().map(|near| near.gene).collect::<Vec<_>>(), wanted);
        }
    }
}

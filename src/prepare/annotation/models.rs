//! Genes with their exons, searchable by position and by partial name.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::io::Read;
use std::ops::Range;

use super::find::{find, keep_first};
use super::parts::{Parts, pair, room};
use super::{AnnotationFormat, Gene, Reading, Rows};
use crate::input::Budget;
use crate::prepare::error::{PrepareError, PrepareProblem};
use crate::sequence::Names;

/// A gene and its exons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneModel {
    /// The gene.
    pub gene: Gene,
    /// First and last base of each exon, counted from 1: the union of all transcripts' exons, sorted, without overlaps.
    pub exons: Vec<(u32, u32)>,
}

/// A gene that overlaps a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverlappingGene<'a> {
    /// The gene.
    pub gene: &'a Gene,
    /// True if an exon overlaps the place.
    pub is_exon: bool,
}

/// A gene whose name begins with, or contains, the typed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion<'a> {
    /// Name of the gene: its symbol if unique, else its id.
    pub name: &'a str,
    /// The gene.
    pub gene: &'a Gene,
}

/// The genes of an annotation with their exons. A gene whose id occurs at several locations is present at each.
#[derive(Debug, Clone)]
pub struct GeneModels {
    /// The file's name, for messages.
    pub file: String,
    /// Format of the file.
    pub format: AnnotationFormat,
    /// Notes on what was assumed in reading, for a user.
    pub notes: Vec<String>,
    /// In the order of the file.
    chromosomes: Vec<Chromosome>,
    names: Names,
}

/// The genes of a chromosome, sorted by their first bases.
#[derive(Debug, Clone, Default)]
struct Chromosome {
    genes: Vec<GeneModel>,
    /// Largest last base of the genes up to this one.
    reach: Vec<u32>,
}

/// Reads [`GeneModels`] in steps.
pub struct GeneReader<'a> {
    reading: Reading<'a>,
    parts: Parts,
}

impl<'a> GeneReader<'a> {
    /// Opens a file; `file` is its name in messages.
    ///
    /// # Errors
    /// As [`GeneModels::read`], also for the other functions.
    pub fn open(file: &str, source: impl Read + 'a) -> Result<Self, PrepareError> {
        Ok(Self {
            reading: Reading::open(file, source)?,
            parts: Parts::default(),
        })
    }

    /// Reads `lines` lines; returns false at the end.
    pub fn step(&mut self, lines: usize) -> Result<bool, PrepareError> {
        let parts = &mut self.parts;
        let each = &mut |format, line: &str, budget: &Budget| parts.row(format, line, budget);
        self.reading.step(lines, each)
    }

    /// The genes of the lines that were read.
    pub fn finish(self) -> Result<GeneModels, PrepareError> {
        let Self { reading, parts } = self;
        let file = reading.file.clone();
        let (rows, budget) = reading.finish()?;
        let exons = parts.finish(&rows.all, &budget);
        let made = exons.and_then(|exons| GeneModels::new(file.clone(), rows, exons, &budget));
        made.map_err(|problem| PrepareError::file(&file, problem))
    }
}

impl GeneModels {
    /// Reads an annotation with the exons of its genes; `file` is its name in messages.
    ///
    /// Exons are the exon rows of all transcripts, or the blocks of BED. A gene without exons gets its coding
    /// sequences, and without these a single block. Genes are read as by [`Annotation::read`](super::Annotation::read).
    ///
    /// # Errors
    /// As [`Annotation::read`](super::Annotation::read); invalid rows of exons, or blocks.
    pub fn read(file: &str, source: impl Read) -> Result<Self, PrepareError> {
        let mut reader = GeneReader::open(file, source)?;
        reader.step(usize::MAX)?;
        reader.finish()
    }

    fn new(file: String, rows: Rows, mut exons: Vec<Vec<(u32, u32)>>, budget: &Budget) -> Result<Self, PrepareProblem> {
        let mut order: Vec<u64> = rows
            .all
            .iter()
            .zip(0..)
            .map(|(gene, at)| pair(gene.bases.0, at))
            .collect();
        order.sort_unstable();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut names: Vec<&str> = Vec::new();
        for gene in &rows.all {
            // In the order of the chromosomes, with its reach.
            room(budget.draw::<(GeneModel, u64)>(0))?;
            if !places.contains_key(&gene.chromosome) {
                let name = gene.chromosome.len();
                let held = 2 * name + Names::held(name) + 2 * size_of::<Chromosome>();
                room(budget.hashed::<(String, usize)>(held))?;
                places.insert(gene.chromosome.clone(), names.len());
                names.push(&gene.chromosome);
            }
        }
        let names = Names::new(names);
        let mut chromosomes = vec![Chromosome::default(); places.len()];
        let mut all: Vec<Option<Gene>> = rows.all.into_iter().map(Some).collect();
        for at in order {
            let at = at as u32 as usize;
            let Some(gene) = all[at].take() else { continue };
            let Chromosome { genes, reach } = &mut chromosomes[places[&gene.chromosome]];
            let before = reach.last().copied().unwrap_or(0);
            reach.push(gene.bases.1.max(before));
            let exons = std::mem::take(&mut exons[at]);
            genes.push(GeneModel { gene, exons });
        }
        Ok(Self {
            file,
            format: rows.format,
            notes: rows.notes,
            chromosomes,
            names,
        })
    }

    /// All genes, by chromosome and position.
    pub fn genes(&self) -> impl Iterator<Item = &GeneModel> {
        self.chromosomes.iter().flat_map(|chromosome| &chromosome.genes)
    }

    /// The chromosomes with genes, in the order of the file.
    pub fn chromosomes(&self) -> impl Iterator<Item = &str> {
        let genes = self
            .chromosomes
            .iter()
            .filter_map(|chromosome| chromosome.genes.first());
        genes.map(|model| model.gene.chromosome.as_str())
    }

    /// The gene of this id (with or without version), or else of this symbol.
    ///
    /// # Errors
    /// [`NoGene`](crate::prepare::PrepareProblem::NoGene) with the most similar names,
    /// [`SeveralGenes`](crate::prepare::PrepareProblem::SeveralGenes) with locations.
    pub fn gene(&self, name: &str) -> Result<&Gene, PrepareError> {
        let all: Vec<&Gene> = self.genes().map(|model| &model.gene).collect();
        find(&self.file, &all, name)
    }

    /// The genes that overlap `bases` (half-open, counted from 0), by position, and the number of dropped ones: of more
    /// than `most`, the longest are kept. `None` if no gene is on a chromosome of this name, with or without `chr`.
    pub fn genes_within(&self, chromosome: &str, bases: Range<u32>, most: usize) -> Option<(Vec<&GeneModel>, usize)> {
        let Chromosome { genes, reach } = &self.chromosomes[self.names.find(chromosome)?];
        // First bases are counted from 1.
        let to = genes.partition_point(|model| model.gene.bases.0 <= bases.end);
        let from = reach.partition_point(|&last| last <= bases.start).min(to);
        let reaches = |model: &&GeneModel| model.gene.bases.1 > bases.start && !bases.is_empty();
        let mut found: Vec<&GeneModel> = genes[from..to].iter().filter(reaches).collect();
        let left_out = found.len().saturating_sub(most);
        if left_out > 0 {
            let length = |model: &GeneModel| model.gene.bases.1 - model.gene.bases.0;
            let mut order: Vec<u64> = found
                .iter()
                .zip(0..)
                .map(|(model, at)| pair(length(model), at))
                .collect();
            order.sort_unstable();
            let longer = order[left_out - 1];
            let mut at = 0..;
            found.retain(|model| at.next().is_some_and(|at| pair(length(model), at) > longer));
        }
        Some((found, left_out))
    }

    /// The genes that overlap `bases` (half-open, counted from 0), those with an overlapping exon first, then by
    /// position. `None` if no gene is on a chromosome of this name, with or without `chr`.
    pub fn overlapping<'a>(&'a self, chromosome: &str, bases: Range<u32>) -> Option<Vec<OverlappingGene<'a>>> {
        let (found, _) = self.genes_within(chromosome, bases.clone(), usize::MAX)?;
        // First bases are counted from 1.
        let has_base = |&(first, last): &(u32, u32)| first <= bases.end && last > bases.start;
        let each = found.into_iter().map(|GeneModel { gene, exons }| OverlappingGene {
            gene,
            is_exon: exons.iter().any(has_base),
        });
        let mut here: Vec<OverlappingGene<'_>> = each.collect();
        here.sort_by_key(|gene| !gene.is_exon);
        Some(here)
    }

    /// The gene of this index in [`genes`](Self::genes).
    pub fn numbered(&self, number: usize) -> Option<&GeneModel> {
        let mut left = number;
        for Chromosome { genes, .. } in &self.chromosomes {
            match genes.get(left) {
                Some(found) => return Some(found),
                None => left -= genes.len(),
            }
        }
        None
    }

    /// At most `most` gene names that match the typed text, case-insensitive: first symbols and ids that begin with it,
    /// then those that contain it, each in alphabetical order.
    pub fn completions<'a>(&'a self, typed: &str, most: usize) -> Vec<Completion<'a>> {
        let wanted = typed.as_bytes();
        if wanted.is_empty() {
            return Vec::new();
        }
        // The best so far, in order; only few are kept.
        let mut best: Vec<(bool, &'a str, &'a Gene)> = Vec::new();
        for GeneModel { gene, .. } in self.genes() {
            let mut of_gene: Option<(bool, &'a str, &'a Gene)> = None;
            for name in [gene.name.as_deref(), Some(gene.id.as_str())].into_iter().flatten() {
                let mut windows = name.as_bytes().windows(wanted.len());
                let place = windows.position(|part| part.eq_ignore_ascii_case(wanted));
                if let Some(place) = place
                    && of_gene.is_none_or(|(is_inside, ..)| is_inside && place == 0)
                {
                    of_gene = Some((place > 0, name, gene));
                }
            }
            if let Some(found) = of_gene {
                keep_first(&mut best, most, found, order);
            }
        }
        let completion = |(_, _, gene): (bool, &'a str, &'a Gene)| {
            let alone = |symbol: &&str| {
                self.genes()
                    .filter(|model| model.gene.name.as_deref() == Some(*symbol))
                    .count()
                    == 1
            };
            let name = gene.name.as_deref().filter(alone).unwrap_or(&gene.id);
            Completion { name, gene }
        };
        best.into_iter().map(completion).collect()
    }
}

/// Order of names: those that begin with the typed text first, then case-insensitive alphabetical, then by id.
fn order(a: &(bool, &str, &Gene), b: &(bool, &str, &Gene)) -> Ordering {
    let upper = |byte: u8| byte.to_ascii_uppercase();
    let names = || a.1.bytes().map(upper).cmp(b.1.bytes().map(upper));
    a.0.cmp(&b.0).then_with(names).then_with(|| a.2.id.cmp(&b.2.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::PrepareProblem;

    fn read(text: &str) -> GeneModels {
        GeneModels::read("genes", text.as_bytes()).unwrap()
    }

    fn exons(text: &str) -> Vec<(String, Vec<(u32, u32)>)> {
        let models = read(text);
        let of = |model: &GeneModel| (model.gene.id.clone(), model.exons.clone());
        models.genes().map(of).collect()
    }

    fn one(id: &str, exons: &[(u32, u32)]) -> (String, Vec<(u32, u32)>) {
        (id.to_owned(), exons.to_vec())
    }

    fn gtf(rows: &[(&str, &str, u32, u32, &str)]) -> String {
        let row = |&(chromosome, kind, first, last, attributes): &(&str, &str, u32, u32, &str)| {
            format!("{chromosome}\t.\t{kind}\t{first}\t{last}\t.\t+\t.\t{attributes}\n")
        };
        rows.iter().map(row).collect()
    }

    #[test]
    fn exons_of_a_gtf_are_the_union_over_transcripts_in_any_order() {
        let text = gtf(&[
            ("chr1", "exon", 301, 400, "gene_id \"A\"; transcript_id \"A1\";"),
            ("chr1", "gene", 101, 900, "gene_id \"A\"; gene_name \"a; b\";"),
            (
                "chr1",
                "exon",
                101,
                150,
                "transcript_id \"x; gene_id 7\"; gene_id \"A\";",
            ),
            ("chr1", "exon", 351, 450, "gene_id \"A\"; transcript_id \"A2\";"),
            ("chr1", "exon", 451, 460, "gene_id \"A\"; transcript_id \"A2\";"),
            ("chr1", "CDS", 101, 900, "gene_id \"A\";"),
            ("chr1", "gene", 500, 600, "gene_id \"B\";"),
            ("chr1", "CDS", 520, 560, "gene_id \"B\";"),
            ("chr2", "gene", 10, 20, "gene_id \"C\";"),
        ]);
        let expected = [
            one("A", &[(101, 150), (301, 460)]),
            one("B", &[(520, 560)]),
            one("C", &[(10, 20)]),
        ];
        assert_eq!(exons(&text), expected);
    }

    /// Genes of chrI, as `(id, exons)`, counted from 0, ends not included.
    fn placed(genes: &[(&str, &[(u32, u32)])]) -> GeneModels {
        let row = |id: &str, kind: &str, start: u32, end: u32| {
            format!("chrI\t.\t{kind}\t{}\t{end}\t.\t+\t.\tgene_id \"{id}\";\n", start + 1)
        };
        let rows = |&(id, exons): &(&str, &[(u32, u32)])| {
            let gene = row(id, "gene", exons[0].0, exons[exons.len() - 1].1);
            let exons = exons.iter().map(|&(start, end)| row(id, "exon", start, end));
            gene + &exons.collect::<String>()
        };
        read(&genes.iter().map(rows).collect::<String>())
    }

    #[test]
    fn the_genes_that_a_place_lies_in_are_those_with_an_exon_there_and_then_the_others() {
        let models = placed(&[
            ("PLUS", &[(1_000, 1_200), (1_800, 2_000)]),
            ("LONG", &[(1_500, 1_600), (8_000, 9_000)]),
            ("SMALL", &[(3_000, 3_100)]),
        ]);
        let here = |start, end| -> Vec<(&str, bool)> {
            let found = models.overlapping("I", start..end).unwrap().into_iter();
            found.map(|here| (here.gene.id.as_str(), here.is_exon)).collect()
        };
        assert_eq!(here(999, 1_000), []);
        assert_eq!(here(1_000, 1_001), [("PLUS", true)]);
        assert_eq!(here(1_199, 1_200), [("PLUS", true)]);
        assert_eq!(here(1_200, 1_201), [("PLUS", false)]);
        assert_eq!(here(1_199, 1_201), [("PLUS", true)]);
        assert_eq!(here(1_550, 1_551), [("LONG", true), ("PLUS", false)]);
        assert_eq!(here(3_050, 3_051), [("SMALL", true), ("LONG", false)]);
        assert_eq!(here(8_999, 9_000), [("LONG", true)]);
        assert_eq!(here(9_000, 9_001), []);
        assert!(models.overlapping("chrX", 0..1).is_none());
    }

    #[test]
    fn the_genes_of_many_places_are_those_that_a_look_at_every_gene_finds() {
        let mut seed = 7_u64;
        let mut below = |count: u64| {
            seed = seed * 48_271 % 2_147_483_647;
            (seed % count) as u32
        };
        let genes: Vec<(String, Vec<(u32, u32)>)> = (0..300)
            .map(|number| {
                let start = below(100_000);
                let end = start + 1 + below(if number % 10 == 0 { 20_000 } else { 800 });
                let exons = match end - start {
                    0..10 => vec![(start, end)],
                    length => vec![(start, start + length / 4), (end - length / 4, end)],
                };
                (format!("G{number}"), exons)
            })
            .collect();
        let slices: Vec<(&str, &[(u32, u32)])> = genes
            .iter()
            .map(|(id, exons)| (id.as_str(), exons.as_slice()))
            .collect();
        let models = placed(&slices);
        for _ in 0..2_000 {
            let start = below(130_000);
            let end = start + 1 + below(30);
            let is_here = |&(from, to): &(u32, u32)| from < end && to > start;
            let mut wanted: Vec<(&str, bool)> = slices
                .iter()
                .filter(|(_, exons)| is_here(&(exons[0].0, exons[exons.len() - 1].1)))
                .map(|&(id, exons)| (id, exons.iter().any(is_here)))
                .collect();
            let found = models.overlapping("chrI", start..end).unwrap();
            assert!(found.is_sorted_by_key(|here| !here.is_exon));
            let mut found: Vec<(&str, bool)> = found.iter().map(|here| (here.gene.id.as_str(), here.is_exon)).collect();
            found.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{start}-{end}");
        }
    }

    #[test]
    fn genes_are_numbered_as_they_are_listed() {
        let text = ["chr2\t5\t9\tA\n", "chr1\t7\t9\tB\n", "chr2\t1\t3\tC\n"].concat();
        let models = read(&text);
        let listed: Vec<&GeneModel> = models.genes().collect();
        assert_eq!(listed.len(), 3);
        for (number, model) in listed.into_iter().enumerate() {
            assert_eq!(models.numbered(number), Some(model));
        }
        assert_eq!(models.numbered(3), None);
    }

    #[test]
    fn a_gtf_without_rows_of_genes_has_exons_too() {
        let text = gtf(&[
            ("chr1", "exon", 101, 150, "gene_id \"A\"; transcript_id \"A1\";"),
            ("chr1", "exon", 301, 400, "gene_id \"A\"; transcript_id \"A1\";"),
        ]);
        assert_eq!(exons(&text), [one("A", &[(101, 150), (301, 400)])]);
    }

    #[test]
    fn a_gene_whose_id_comes_again_on_another_chromosome_has_its_exons_at_each_place() {
        let text = gtf(&[
            ("chrX", "gene", 101, 200, "gene_id \"P\"; gene_name \"SHOX\";"),
            ("chrX", "exon", 101, 120, "gene_id \"P\";"),
            ("chrY", "gene", 301, 400, "gene_id \"P\"; gene_name \"SHOX\";"),
            ("chrY", "exon", 351, 400, "gene_id \"P\";"),
        ]);
        assert_eq!(exons(&text), [one("P", &[(101, 120)]), one("P", &[(351, 400)])]);
        assert_eq!(read(&text).gene("SHOX").unwrap_err().code(), "several-genes");
        assert_eq!(read(&text).completions("sho", 9).len(), 1);
    }

    #[test]
    fn exons_of_gff3_are_found_through_what_they_are_part_of() {
        let text = gtf(&[
            ("1", "exon", 301, 400, "Parent=transcript:T2"),
            ("1", "exon", 101, 150, "Parent=transcript:T1,transcript:T2"),
            ("1", "mRNA", 101, 400, "ID=transcript:T1;Parent=gene:G1"),
            ("1", "mRNA", 101, 400, "ID=transcript:T2;Parent=gene:G1"),
            ("1", "gene", 101, 400, "ID=gene:G1;Name=AAA"),
            ("1", "five_prime_UTR", 101, 110, "ID=u;Parent=transcript:T1"),
            ("1", "gene", 501, 600, "ID=Q0045;gene=COX1"),
            ("1", "CDS", 501, 520, "Parent=Q0045_mRNA"),
            ("1", "CDS", 551, 600, "Parent=Q0045_mRNA"),
            ("1", "mRNA", 501, 600, "ID=Q0045_mRNA;Parent=Q0045"),
            ("1", "ncRNA_gene", 701, 800, "ID=gene:G3"),
            ("1", "noncoding_exon", 701, 720, "Parent=gene:G3"),
            ("1", "gene", 901, 950, "ID=gene:G4"),
            // Features that contain each other, and an exon of nothing.
            ("1", "mRNA", 901, 950, "ID=a;Parent=b"),
            ("1", "mRNA", 901, 950, "ID=b;Parent=a"),
            ("1", "exon", 901, 950, "Parent=a"),
            ("1", "exon", 901, 950, "ID=e"),
        ]);
        let expected = [
            one("G1", &[(101, 150), (301, 400)]),
            one("Q0045", &[(501, 520), (551, 600)]),
            one("G3", &[(701, 720)]),
            one("G4", &[(901, 950)]),
        ];
        assert_eq!(exons(&format!("##gff-version 3\n{text}##FASTA\n>1\nACGT\n")), expected);
    }

    #[test]
    fn blocks_of_bed_are_exons_and_a_row_without_them_is_one() {
        let text = "chr1\t100\t900\tA\t0\t-\t100\t900\t0\t2\t50,100,\t0,700,\nchr1\t1000\t1100\tB\t0\t+\nchr2\t5\t6\n";
        let expected = [
            one("A", &[(101, 150), (801, 900)]),
            one("B", &[(1001, 1100)]),
            one("chr2:5-6", &[(6, 6)]),
        ];
        assert_eq!(exons(text), expected);
        assert_eq!(read(text).gene("A").unwrap().tss, 900);
    }

    #[test]
    fn wrong_blocks_and_exons_are_refused_with_their_line() {
        let bed = |blocks: &str| format!("chr1\t1\t2\nchr1\t100\t900\tA\t0\t-\t100\t900\t0\t{blocks}\n");
        let exon = |first, last, attributes| {
            let gene = ("chr1", "gene", 101, 900, "gene_id \"A\";");
            gtf(&[gene, ("chr1", "exon", first, last, attributes)])
        };
        for (text, part) in [
            (bed("2\t50\t0,700"), "found 2 50 0,700; expected in columns 10 to 12"),
            (bed("2\t50,1,1\t0,700,"), "found 2 50,1,1 0,700,"),
            (bed("2\t50,x\t0,700"), "found 2 50,x 0,700"),
            (bed("1\t801\t0"), "found 1 801 0"),
            (bed("1\t0\t0"), "found 1 0 0"),
            (bed("1\t4294967295\t4294967295"), "found 1 4294967295 4294967295"),
            (bed("4294967295\t1\t1"), "found 4294967295 1 1"),
            (bed("0\t1\t1"), "found 0 1 1"),
            (bed("x\t1\t1"), "found x 1 1"),
            (exon(0, 10, "gene_id \"A\";"), "found 0 to 10"),
            (exon(20, 10, "gene_id \"A\";"), "found 20 to 10"),
            (
                exon(10, 20, "transcript_id \"A\";"),
                "expected attributes such as gene_id",
            ),
        ] {
            let error = GeneModels::read("genes", text.as_bytes()).unwrap_err();
            assert_eq!(error.code(), "row", "{error}");
            assert!(error.to_string().contains(part), "{error}");
            assert!(error.to_string().contains("line 2"), "{error}");
        }
        // Tables are made of such files as before: they need no exons.
        assert!(super::super::Annotation::read("genes", bed("2\t50\t0,700").as_bytes()).is_ok());
        let empty = GeneModels::read("genes", &b""[..]).unwrap_err();
        assert!(matches!(*empty.problem, PrepareProblem::Empty { .. }));
    }

    #[test]
    fn genes_read_in_steps_are_those_read_at_once() {
        let text = gtf(&[
            ("chr1", "gene", 101, 900, "gene_id \"A\";"),
            ("chr1", "exon", 301, 400, "gene_id \"A\";"),
            ("chr1", "gene", 500, 600, "gene_id \"B\";"),
        ]);
        let mut reader = GeneReader::open("genes", text.as_bytes()).unwrap();
        let mut steps = 0;
        while reader.step(2).unwrap() {
            steps += 1;
        }
        let models = reader.finish().unwrap();
        assert!(steps > 0);
        assert!(models.genes().eq(read(&text).genes()));
    }

    #[test]
    fn genes_within_a_place_are_those_that_a_look_at_every_gene_finds() {
        // A generator of Knuth's (MMIX), so that the genes are the same everywhere.
        let mut state: u64 = 18;
        let mut below = |most: u32| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u32 % most
        };
        let mut text = String::new();
        for gene in 0..400 {
            let chromosome = ["chr1", "chr2", "7"][below(3) as usize];
            let start = below(10_000);
            let length = if below(20) == 0 { below(5_000) } else { below(200) };
            text += &format!("{chromosome}\t{start}\t{}\tG{gene}\t0\t+\n", start + length + 1);
        }
        let models = read(&text);
        for _ in 0..2_000 {
            let asked = ["chr1", "1", "CHR2", "chr7", "7"][below(5) as usize];
            let (start, length) = (below(11_000), below(600));
            let is_there = |model: &&GeneModel| {
                let (first, last) = model.gene.bases;
                model.gene.chromosome.trim_start_matches("chr") == asked.to_lowercase().trim_start_matches("chr")
                    && first - 1 < start + length
                    && last > start
                    && length > 0
            };
            let expected: Vec<&GeneModel> = models.genes().filter(is_there).collect();
            let (found, left_out) = models.genes_within(asked, start..start + length, usize::MAX).unwrap();
            assert_eq!((&found, left_out), (&expected, 0), "{asked}:{start}-{}", start + length);

            let most = below(8) as usize;
            let (few, left_out) = models.genes_within(asked, start..start + length, most).unwrap();
            assert_eq!(few.len(), expected.len().min(most));
            assert_eq!(few.len() + left_out, expected.len());
            let length = |model: &&GeneModel| model.gene.bases.1 - model.gene.bases.0;
            let shortest = few.iter().map(length).min().unwrap_or(u32::MAX);
            assert!(
                expected
                    .iter()
                    .all(|model| few.contains(model) || length(model) <= shortest)
            );
            assert!(few.is_sorted_by_key(|model| model.gene.bases.0));
        }
        assert!(models.genes_within("chr3", 0..9, 9).is_none());
        assert_eq!(models.chromosomes().collect::<Vec<_>>(), ["7", "chr1", "chr2"]);
    }

    #[test]
    fn what_was_typed_is_completed_by_symbol_and_id() {
        let named = |id: &'static str, name: &'static str| format!("gene_id \"{id}\"; gene_name \"{name}\";");
        let text = gtf(&[
            ("1", "gene", 1, 9, &named("E4", "sox2")),
            ("1", "gene", 1, 9, &named("E1", "SOX10")),
            ("1", "gene", 1, 9, &named("E2", "BSOX")),
            ("1", "gene", 1, 9, &named("E3", "Sox1")),
            ("2", "gene", 1, 9, &named("E5", "MIR1")),
            ("3", "gene", 1, 9, &named("E6", "MIR1")),
            ("3", "gene", 1, 9, "gene_id \"SOXLESS\";"),
        ]);
        let models = read(&text);
        let names = |typed: &str, most| -> Vec<&str> {
            let all = models.completions(typed, most);
            all.iter().map(|completion| completion.name).collect()
        };
        assert_eq!(names("SOX", 9), ["Sox1", "SOX10", "sox2", "SOXLESS", "BSOX"]);
        assert_eq!(names("sox", 2), ["Sox1", "SOX10"]);
        assert_eq!(names("e", 3), ["SOX10", "BSOX", "Sox1"]);
        // A symbol of two genes names neither.
        assert_eq!(names("mir", 9), ["E5", "E6"]);
        assert_eq!(names("", 9), [""; 0]);
        assert_eq!(names("QQ", 9), [""; 0]);
        for typed in ["SOX", "e", "mir"] {
            for name in names(typed, 9) {
                assert!(models.gene(name).is_ok(), "{name}");
            }
        }
    }
}

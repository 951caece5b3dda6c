//! Exons of genes, from rows in any order.

use std::collections::HashMap;

use super::{AnnotationFormat, Gene, gff3};
use crate::input::Budget;
use crate::prepare::error::PrepareProblem;
use crate::prepare::lines::shortened;

/// First and last base, counted from 1.
type Bases = (u32, u32);

/// Largest number of ancestors searched for the genes of an exon: transcripts, and their parents.
const MOST_ABOVE: usize = 1000;

/// Number of features without an ID, which have no parts.
const NONE: u32 = u32::MAX;

/// An exon row, or a coding part of one.
struct Part {
    /// Its feature.
    of: u32,
    chromosome: u32,
    bases: Bases,
    coding: bool,
}

/// Collects parts of genes until all genes are known. Repeated texts are stored as numbers.
#[derive(Default)]
pub(super) struct Parts {
    numbers: HashMap<Box<str>, u32>,
    parts: Vec<Part>,
    /// In GFF3, pairs of a feature and its parent.
    links: Vec<u64>,
    /// In GFF3, the ID of each gene row.
    genes: Vec<u32>,
    /// In BED, the blocks of each row.
    blocks: Vec<Vec<u64>>,
}

impl Parts {
    /// Adds a row.
    pub fn row(&mut self, format: AnnotationFormat, line: &str, budget: &Budget) -> Result<(), PrepareProblem> {
        if format == AnnotationFormat::Bed {
            let blocks = blocks(line)?;
            // As read, and merged.
            let held = 4 * blocks.len() * size_of::<u64>();
            room(budget.draw::<Vec<u64>>(size_of::<Vec<Bases>>() + held))?;
            self.blocks.push(blocks);
            return Ok(());
        }
        let [chromosome, _, kind, start, end, _, _, _, attributes] = columns(line);
        // Also noncoding_exon and pseudogenic_exon.
        let coding = kind == "CDS";
        if coding || kind.ends_with("exon") {
            let bases = start.parse().ok().zip(end.parse().ok());
            let Some(bases) = bases.filter(|&(start, end): &Bases| 0 < start && start <= end) else {
                return Err(wrong(
                    [start, "to", end],
                    "first and last base of an exon, counted from 1",
                ));
            };
            if format == AnnotationFormat::Gff3 {
                for parent in parents(attributes) {
                    self.part(parent, chromosome, bases, coding, budget)?;
                }
            } else if let Some(gene) = gtf_value(attributes, "gene_id") {
                self.part(gene, chromosome, bases, coding, budget)?;
            } else {
                return Err(wrong([attributes, "", ""], "attributes like gene_id \"ENSG…\";"));
            }
        } else if format == AnnotationFormat::Gff3 && !is_detail(kind) {
            let id = gff3_value(attributes, "ID").map_or(Ok(NONE), |id| self.number(id, budget))?;
            if gff3::is_gene(kind) {
                room(budget.draw::<u32>(0))?;
                self.genes.push(id);
            }
            for parent in parents(attributes) {
                let parent = self.number(parent, budget)?;
                room(budget.draw::<u64>(0))?;
                self.links.push(pair(id, parent));
            }
        }
        Ok(())
    }

    fn part(
        &mut self,
        of: &str,
        chromosome: &str,
        bases: Bases,
        coding: bool,
        budget: &Budget,
    ) -> Result<(), PrepareProblem> {
        room(budget.draw::<Part>(0))?;
        let part = Part {
            of: self.number(of, budget)?,
            chromosome: self.number(chromosome, budget)?,
            bases,
            coding,
        };
        self.parts.push(part);
        Ok(())
    }

    fn number(&mut self, text: &str, budget: &Budget) -> Result<u32, PrepareProblem> {
        if let Some(&number) = self.numbers.get(text) {
            return Ok(number);
        }
        room(budget.hashed::<(Box<str>, u32)>(text.len()))?;
        let number = self.numbers.len() as u32;
        self.numbers.insert(text.into(), number);
        Ok(number)
    }

    /// The exons of all genes, in the order of genes: sorted, with overlapping or adjacent ones merged. A gene without
    /// exon rows gets its coding parts, and without these a single block.
    ///
    /// # Errors
    /// [`PrepareProblem::Memory`]: an exon belongs to every gene with its id, of which there may be as many.
    pub fn finish(mut self, all: &[Gene], budget: &Budget) -> Result<Vec<Vec<Bases>>, PrepareProblem> {
        if !self.blocks.is_empty() {
            return Ok(self.blocks.into_iter().map(merged).collect());
        }
        let of_gene = size_of::<[Vec<u64>; 3]>() + size_of::<(u64, u32)>();
        room(budget.bytes(all.len() * of_gene))?;
        let known = |text: &str| self.numbers.get(text).copied().unwrap_or(NONE);
        let mut genes: Vec<u64> = Vec::with_capacity(all.len());
        for (at, gene) in (0..).zip(all) {
            // In GFF3, the ID as written.
            let id = self.genes.get(at as usize).copied();
            genes.push(pair(id.unwrap_or_else(|| known(&gene.id)), at));
        }
        genes.sort_unstable();
        self.links.sort_unstable();
        let chromosomes: Vec<u32> = all.iter().map(|gene| known(&gene.chromosome)).collect();
        // Exons and coding parts of each gene.
        let mut found = vec![[const { Vec::new() }; 2]; all.len()];
        let (mut of, mut owners) = (NONE, Vec::new());
        for part in &self.parts {
            if part.of != of {
                of = part.of;
                owned(&genes, &self.links, of, &mut owners);
            }
            for &gene in &owners {
                let gene = gene as usize;
                let (first, last) = all[gene].bases;
                let within = (part.bases.0.max(first), part.bases.1.min(last));
                // An id may also be that of a gene elsewhere.
                if chromosomes[gene] == part.chromosome && within.0 <= within.1 {
                    // And once more, merged. A list begins with capacity for four.
                    let few = found[gene][usize::from(part.coding)].is_empty();
                    room(budget.draw::<u64>(if few { 64 } else { 8 }))?;
                    found[gene][usize::from(part.coding)].push(pair(within.0, within.1));
                }
            }
        }
        for ([exons, translated], gene) in found.iter_mut().zip(all) {
            if exons.is_empty() {
                std::mem::swap(exons, translated);
            }
            if exons.is_empty() {
                exons.push(pair(gene.bases.0, gene.bases.1));
            }
        }
        Ok(found.into_iter().map(|[exons, _]| merged(exons)).collect())
    }
}

/// An error if the budget is exceeded.
pub(super) fn room(is_left: bool) -> Result<(), PrepareProblem> {
    if is_left { Ok(()) } else { Err(PrepareProblem::Memory) }
}

/// The genes of a feature: those of its ID, or else those of its parents.
fn owned(genes: &[u64], links: &[u64], of: u32, owners: &mut Vec<u32>) {
    owners.clear();
    let mut above = vec![of];
    let mut at = 0;
    while at < above.len().min(MOST_ABOVE) {
        let feature = above[at];
        at += 1;
        let before = owners.len();
        owners.extend(those_of(genes, feature));
        if owners.len() == before {
            for next in those_of(links, feature) {
                if !above.contains(&next) {
                    above.push(next);
                }
            }
        }
    }
}

/// Two numbers as one with the same order: all sorts here have one type, which keeps the engine small.
pub(super) fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

/// Numbers paired with a number in sorted pairs.
fn those_of(pairs: &[u64], number: u32) -> impl Iterator<Item = u32> {
    let from = pairs.partition_point(|&each| each < pair(number, 0));
    let of = pairs[from..]
        .iter()
        .take_while(move |&&each| (each >> 32) as u32 == number);
    of.map(|&each| each as u32)
}

/// Sorted, with overlapping or adjacent ones merged.
fn merged(mut bases: Vec<u64>) -> Vec<Bases> {
    bases.sort_unstable();
    let mut merged: Vec<Bases> = Vec::new();
    for each in bases {
        let (first, last) = ((each >> 32) as u32, each as u32);
        match merged.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged.shrink_to_fit();
    merged
}

/// GFF3 rows within transcripts that have no parts. They are frequent, and not kept.
fn is_detail(kind: &str) -> bool {
    ["UTR", "codon", "intron"].iter().any(|end| kind.ends_with(end))
}

/// The raw value of a GTF attribute: `key "value";`.
pub(super) fn gtf_value<'a>(attributes: &'a str, key: &str) -> Option<&'a str> {
    let mut rest = attributes;
    loop {
        let (name, after) = rest.trim_start_matches([' ', '\t', ';']).split_once([' ', '\t'])?;
        let after = after.trim_start();
        let (value, end) = if let Some(quoted) = after.strip_prefix('"') {
            // A backslash escapes a quote within.
            let mut escaped = false;
            let end = quoted.bytes().position(|byte| {
                let ends = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                ends
            })?;
            (&quoted[..end], &quoted[end + 1..])
        } else {
            let end = after.find(';').unwrap_or(after.len());
            (after[..end].trim_end(), &after[end..])
        };
        if name == key {
            return (!value.is_empty()).then_some(value);
        }
        rest = end;
    }
}

/// The raw value of a GFF3 attribute: `key=value;`.
fn gff3_value<'a>(attributes: &'a str, key: &str) -> Option<&'a str> {
    let mut all = attributes.split(';').filter_map(|each| each.trim().split_once('='));
    all.find(|(name, _)| *name == key).map(|(_, value)| value)
}

/// Parents of a GFF3 row.
fn parents(attributes: &str) -> impl Iterator<Item = &str> {
    let parents = gff3_value(attributes, "Parent").unwrap_or_default();
    parents.split(',').filter(|parent| !parent.is_empty())
}

/// The blocks of a BED row, from its tenth to twelfth column, or the whole row.
fn blocks(line: &str) -> Result<Vec<u64>, PrepareProblem> {
    let [_, start, end, _, _, _, _, _, _, count, sizes, starts] = columns(line);
    let whole = |text: &str| text.parse::<u32>().ok();
    let (Some(start), Some(end)) = (whole(start), whole(end)) else {
        return Err(wrong([start, "to", end], "whole numbers as start and end"));
    };
    if starts.is_empty() {
        return Ok(vec![pair(start + 1, end)]);
    }
    let mut blocks = Vec::new();
    let [mut of_sizes, mut of_starts] = [sizes, starts].map(|list| list.trim_end_matches(',').split(','));
    let block = |size: Option<&str>, from: Option<&str>| {
        let (size, from) = (whole(size?)?, whole(from?)?);
        let first = start.checked_add(from)?.checked_add(1)?;
        let last = first.checked_add(size)?.checked_sub(1)?;
        (size > 0 && last <= end).then(|| pair(first, last))
    };
    for _ in 0..whole(count).unwrap_or(0) {
        match block(of_sizes.next(), of_starts.next()) {
            Some(block) => blocks.push(block),
            None => break,
        }
    }
    if blocks.is_empty() || Some(blocks.len() as u32) != whole(count) || of_sizes.next().or(of_starts.next()).is_some()
    {
        let expected = "in columns 10 to 12 the number of blocks, as many sizes, and their starts within the row";
        return Err(wrong([count, sizes, starts], expected));
    }
    Ok(blocks)
}

/// The first columns of a row; missing ones are empty.
fn columns<const N: usize>(line: &str) -> [&str; N] {
    let mut columns = [""; N];
    for (column, text) in columns.iter_mut().zip(line.split('\t')) {
        *column = text.trim();
    }
    columns
}

#[cold]
fn wrong(found: [&str; 3], expected: &'static str) -> PrepareProblem {
    let found = shortened(&found.join(" "));
    PrepareProblem::Row { found, expected }
}

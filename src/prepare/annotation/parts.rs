//! The exons of genes, from rows that may come in any order.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{AnnotationFormat, Gene, gff3};
use crate::prepare::error::PrepareProblem;

/// First and last base, counted from 1.
type Bases = (u32, u32);

/// Features above an exon that are looked through for its gene; more would be a file whose features contain themselves.
const DEEPEST: usize = 8;

/// A row of an exon, or of a part of one that is translated.
struct Part {
    /// The feature that it is of.
    of: u32,
    chromosome: u32,
    bases: Bases,
    coding: bool,
}

/// Collects parts of genes until all genes are known. Texts that come again and again are kept as numbers.
#[derive(Default)]
pub(super) struct Parts {
    numbers: HashMap<Box<str>, u32>,
    parts: Vec<Part>,
    /// Of GFF3: a feature, and the one that it is part of.
    links: Vec<(u32, u32)>,
    /// Of GFF3: the ID of each row that is a gene.
    genes: Vec<u32>,
    /// Of BED: the blocks of each row.
    blocks: Vec<Vec<Bases>>,
}

impl Parts {
    /// Takes a row.
    pub fn row(&mut self, format: AnnotationFormat, line: &str) -> Result<(), PrepareProblem> {
        if format == AnnotationFormat::Bed {
            self.blocks.push(blocks(line)?);
            return Ok(());
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [chromosome, _, kind, start, end, _, _, _, attributes, ..] = columns[..] else {
            return Ok(());
        };
        // Also noncoding_exon and pseudogenic_exon.
        let coding = kind == "CDS";
        if coding || kind.ends_with("exon") {
            let place = |text: &str| text.parse::<u32>().ok().filter(|&base| base > 0);
            let bases = match (place(start), place(end)) {
                (Some(start), Some(end)) if start <= end => (start, end),
                _ => {
                    return Err(PrepareProblem::Row {
                        found: format!("the bases {start} to {end}"),
                        expected: "first and last base, counted from 1",
                    });
                }
            };
            let of = match format {
                AnnotationFormat::Gtf => vec![gtf_value(attributes, "gene_id").ok_or(PrepareProblem::Row {
                    found: "a row of GTF without a gene_id".to_owned(),
                    expected: "nine columns, with attributes like gene_id \"ENSG…\";",
                })?],
                _ => parents(attributes).collect(),
            };
            for feature in of {
                let part = Part {
                    of: self.number(&feature),
                    chromosome: self.number(chromosome),
                    bases,
                    coding,
                };
                self.parts.push(part);
            }
        } else if format == AnnotationFormat::Gff3 && !is_detail(kind) {
            let id = gff3_value(attributes, "ID").map(|id| self.number(id));
            if gff3::is_gene(kind) {
                // One without an ID has no parts.
                self.genes.push(id.unwrap_or(u32::MAX));
            }
            for parent in parents(attributes) {
                if let Some(id) = id {
                    let parent = self.number(&parent);
                    self.links.push((id, parent));
                }
            }
        }
        Ok(())
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(text.into(), number);
        number
    }

    /// The exons of all genes, in the genes' order: sorted, those that overlap or touch as one. A gene without rows of
    /// exons has its translated parts, and one without any is a single block.
    pub fn finish(mut self, all: &[Gene]) -> Vec<Vec<Bases>> {
        if !self.blocks.is_empty() {
            return self.blocks.into_iter().map(merged).collect();
        }
        let known = |text: &str| self.numbers.get(text).copied().unwrap_or(u32::MAX);
        let ids: Vec<u32> = match self.genes.is_empty() {
            true => all.iter().map(|gene| known(&gene.id)).collect(),
            false => std::mem::take(&mut self.genes),
        };
        let mut genes: Vec<(u32, u32)> = ids.into_iter().zip(0..).collect();
        genes.sort_unstable();
        self.links.sort_unstable();
        let chromosomes: Vec<u32> = all.iter().map(|gene| known(&gene.chromosome)).collect();
        let mut exons = vec![Vec::new(); all.len()];
        let mut translated = exons.clone();
        let (mut of, mut owners) = (u32::MAX, Vec::new());
        for part in &self.parts {
            if part.of != of {
                of = part.of;
                owners.clear();
                owned(&genes, &self.links, of, DEEPEST, &mut owners);
            }
            for &gene in &owners {
                let gene = gene as usize;
                let (first, last) = all[gene].bases;
                let within = (part.bases.0.max(first), part.bases.1.min(last));
                // An id may be that of a gene elsewhere too.
                if chromosomes[gene] == part.chromosome && within.0 <= within.1 {
                    let of = if part.coding { &mut translated } else { &mut exons };
                    of[gene].push(within);
                }
            }
        }
        let several = all.iter().zip(exons.into_iter().zip(translated));
        several
            .map(
                |(gene, (exons, translated))| match (exons.is_empty(), translated.is_empty()) {
                    (false, _) => merged(exons),
                    (_, false) => merged(translated),
                    _ => vec![gene.bases],
                },
            )
            .collect()
    }
}

/// The genes that a feature is of: those of its ID, else those of what it is part of.
fn owned(genes: &[(u32, u32)], links: &[(u32, u32)], of: u32, deep: usize, owners: &mut Vec<u32>) {
    let before = owners.len();
    owners.extend(those_of(genes, of));
    if owners.len() == before && deep > 0 {
        for above in those_of(links, of) {
            owned(genes, links, above, deep - 1, owners);
        }
    }
    owners.sort_unstable();
    owners.dedup();
}

/// What stands beside a number in sorted pairs.
fn those_of(pairs: &[(u32, u32)], number: u32) -> impl Iterator<Item = u32> {
    let from = pairs.partition_point(|&(first, _)| first < number);
    let of = pairs[from..].iter().take_while(move |&&(first, _)| first == number);
    of.map(|&(_, second)| second)
}

/// Sorted, with those that overlap or touch as one.
fn merged(mut bases: Vec<Bases>) -> Vec<Bases> {
    bases.sort_unstable();
    bases.dedup_by(|next, before| {
        let touch = next.0 <= before.1.saturating_add(1);
        if touch {
            before.1 = before.1.max(next.1);
        }
        touch
    });
    bases.shrink_to_fit();
    bases
}

/// Rows of GFF3 that lie within transcripts, and that nothing is part of. There are many, so they are not kept.
fn is_detail(kind: &str) -> bool {
    let kind = kind.as_bytes();
    let ends = |end: &str| {
        let at = kind.len().checked_sub(end.len());
        at.is_some_and(|at| kind[at..].eq_ignore_ascii_case(end.as_bytes()))
    };
    ends("utr") || ends("codon") || ends("intron")
}

/// The value of a GTF attribute: `key "value";`, where a backslash stands before quotes and backslashes.
fn gtf_value<'a>(attributes: &'a str, key: &str) -> Option<Cow<'a, str>> {
    let mut rest = attributes;
    loop {
        let (name, after) = rest.trim_start_matches([' ', ';']).split_once(' ')?;
        let after = after.trim_start();
        let (value, end) = match after.strip_prefix('"') {
            Some(quoted) => {
                let mut escaped = false;
                let end = quoted.find(|letter| {
                    let ends = letter == '"' && !escaped;
                    escaped = letter == '\\' && !escaped;
                    ends
                })?;
                (&quoted[..end], &quoted[end + 1..])
            }
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim_end(), &after[end..])
            }
        };
        if name == key {
            let plain = value
                .contains('\\')
                .then(|| value.replace("\\\"", "\"").replace("\\\\", "\\"));
            return (!value.is_empty()).then(|| plain.map_or(Cow::Borrowed(value), Cow::Owned));
        }
        rest = end;
    }
}

/// The value of a GFF3 attribute as it is written: `key=value;`.
fn gff3_value<'a>(attributes: &'a str, key: &str) -> Option<&'a str> {
    let mut all = attributes.split(';').filter_map(|each| each.trim().split_once('='));
    all.find(|(name, _)| *name == key).map(|(_, value)| value)
}

/// What a row of GFF3 is part of.
fn parents(attributes: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let parents = gff3_value(attributes, "Parent").unwrap_or_default();
    parents
        .split(',')
        .filter(|parent| !parent.is_empty())
        .map(Cow::Borrowed)
}

/// The blocks of a row of BED whose first columns were read: of the tenth to twelfth column, or the row as a whole.
fn blocks(line: &str) -> Result<Vec<Bases>, PrepareProblem> {
    let wrong = |found: String| PrepareProblem::Row {
        found,
        expected: "in columns 10 to 12 the number of blocks, their sizes and their starts from the row's start, within \
            the row",
    };
    let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
    let whole = |text: &str| text.parse::<u32>().ok();
    let (Some(start), Some(end)) = (whole(columns[1]), whole(columns[2])) else {
        return Err(wrong("a row without whole numbers as start and end".to_owned()));
    };
    let [count, sizes, starts] = match columns.get(9..12) {
        Some(&[count, sizes, starts]) => [count, sizes, starts],
        _ => return Ok(vec![(start + 1, end)]),
    };
    let list =
        |text: &str| -> Option<Vec<u32>> { text.strip_suffix(',').unwrap_or(text).split(',').map(whole).collect() };
    let (Some(count), Some(sizes), Some(starts)) = (whole(count), list(sizes), list(starts)) else {
        return Err(wrong(format!("the blocks {count}, {sizes}, {starts}")));
    };
    if sizes.len() != count as usize || starts.len() != count as usize {
        let (sizes, starts) = (sizes.len(), starts.len());
        return Err(wrong(format!("{count} blocks with {sizes} sizes and {starts} starts")));
    }
    let block = |(size, from): (u32, u32)| {
        let first = start.checked_add(from)?.checked_add(1)?;
        let last = first.checked_add(size)?.checked_sub(1)?;
        (size > 0 && last <= end).then_some((first, last))
    };
    let each = sizes.iter().copied().zip(starts.iter().copied());
    each.map(|(size, from)| {
        let outside = || {
            wrong(format!(
                "a block of {size} bases from {from} on in a row of {} bases",
                end - start
            ))
        };
        block((size, from)).ok_or_else(outside)
    })
    .collect()
}

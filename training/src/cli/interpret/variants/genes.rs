//! The genes whose transcription starts nearest to variants.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::ops::Range;
use std::path::Path;

use regulens::engine::TrackEngine;
use regulens::prepare::{Annotation, Gene, Starts};
use regulens::sequence::vcf::{InfoField, Variant};
use regulens::sequence::{Bases, Names};

use crate::cli::error::CliError;
use crate::cli::genome;
use crate::cli::renames::alike;
use crate::cli::words::{LISTED, cell, listed};

/// The genes of an annotation.
pub struct NearGenes {
    file: String,
    genes: Vec<Gene>,
    starts: Starts,
    /// The annotation's name for each record of the genome.
    chromosomes: HashMap<usize, String>,
    /// The bases that each variant changes.
    changed: Vec<Range<u64>>,
}

/// A gene near by: its symbol, or else its id, and the distance from its TSS.
type Near<'a> = (&'a str, i64);

impl NearGenes {
    /// The names of the columns.
    pub const COLUMNS: [&str; 2] = ["gene", "gene_distance"];

    /// Reads GTF, GFF3 or BED, plain or gzipped.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let source = File::open(path).map_err(|error| CliError::io(path, error))?;
        let Annotation {
            file,
            mut genes,
            repeated,
            notes,
            ..
        } = Annotation::read(&path.display().to_string(), source)?;
        for note in notes {
            eprintln!("{file}: {note}");
        }
        // Such as those of X and Y that have one id.
        genes.extend(repeated);
        let starts = Starts::new(&genes);
        Ok(Self {
            file,
            genes,
            starts,
            chromosomes: HashMap::new(),
            changed: Vec::new(),
        })
    }

    /// Finds the chromosomes that `matching` takes for the records of a genome, which are called `names`. Says which of
    /// those with variants, `read`, the annotation names otherwise, and on which it has no gene.
    pub fn on(&mut self, matching: &Names, names: &[&str], read: &BTreeSet<usize>) -> Result<(), CliError> {
        let all = self.starts.chromosomes();
        let owners = matching.owners(all.iter().map(String::as_str));
        if let Some((record, first, second)) = owners.doubled() {
            return Err(CliError::file(
                &self.file,
                alike([&all[first], &all[second]], names[record]),
            ));
        }
        let chromosome = |record: usize| Some((record, all[owners.of(record)?].clone()));
        self.chromosomes = (0..names.len()).filter_map(chromosome).collect();
        let found = read
            .iter()
            .filter_map(|record| Some((names[*record], self.chromosomes.get(record)?.as_str())));
        genome::tell_renamed(&self.file, found);
        let without = read.iter().filter(|record| !self.chromosomes.contains_key(record));
        let without: Vec<&str> = without.map(|&record| names[record]).collect();
        if !without.is_empty() {
            let listed = listed(&without, LISTED);
            eprintln!("{}: no gene on {listed}; `gene` is empty there", self.file);
        }
        Ok(())
    }

    /// Finds where variants change `genome`.
    pub fn place(
        &mut self,
        genome: &mut impl Bases,
        variants: &[Variant],
        engine: &TrackEngine,
    ) -> Result<(), CliError> {
        self.changed.clear();
        for variant in variants {
            self.changed.push(changed(genome, variant, engine)?);
        }
        Ok(())
    }

    /// The cells of a variant in the table, by its number, in the order of the columns.
    pub fn cells(&self, number: usize, variant: &Variant) -> [String; 2] {
        self.texts(number, variant, ",", cell)
    }

    /// The fields of a VCF, in the order of the columns.
    pub fn fields() -> [InfoField; 2] {
        [
            ("RG_GENE", "Gene with the nearest TSS; ties are separated by &"),
            (
                "RG_GENEDIST",
                "Bases from that TSS along the gene, negative upstream; ties are separated by &",
            ),
        ]
        .map(|(id, description)| InfoField {
            id: id.to_owned(),
            kind: "String",
            description: description.to_owned(),
        })
    }

    /// Values of the fields for a variant; `None` where there is no gene.
    pub fn info(&self, number: usize, variant: &Variant) -> [Option<String>; 2] {
        let texts = self.texts(number, variant, "&", percent_encoded);
        texts.map(|text| (!text.is_empty()).then_some(text))
    }

    /// Names and distances of the nearest genes; empty where there are none.
    fn texts(&self, number: usize, variant: &Variant, between: &str, written: impl Fn(&str) -> String) -> [String; 2] {
        let near: Vec<Near<'_>> = self.nearest(variant.record, &self.changed[number]).collect();
        let names: Vec<String> = near.iter().map(|&(name, _)| written(name)).collect();
        let distances: Vec<String> = near.iter().map(|(_, distance)| distance.to_string()).collect();
        [names.join(between), distances.join(between)]
    }

    fn nearest(&self, record: usize, changed: &Range<u64>) -> impl Iterator<Item = Near<'_>> {
        let chromosome = self.chromosomes.get(&record);
        let near = chromosome.map(|chromosome| self.starts.nearest(chromosome, changed.clone()));
        let near = near.into_iter().flatten();
        near.map(move |near| {
            let Gene { name, id, .. } = &self.genes[near.gene];
            (name.as_deref().unwrap_or(id), near.distance)
        })
    }
}

/// The bases that a variant changes, counted from 0.
pub fn changed(genome: &mut impl Bases, variant: &Variant, engine: &TrackEngine) -> Result<Range<u64>, CliError> {
    let bases = variant.position as u64..(variant.position + variant.from.len()) as u64;
    let (first, codes) = genome.around(variant.record, bases, engine.shape().length as u64)?;
    let within = Variant {
        position: variant.position - first as usize,
        ..variant.clone()
    };
    let changed = engine.changed_bases(&codes, &within);
    Ok(first + changed.start as u64..first + changed.end as u64)
}

/// A text that the column INFO can hold, in VCF's way to write what has a meaning there.
pub(super) fn percent_encoded(text: &str) -> String {
    text.chars().fold(String::new(), |mut encoded, each| {
        if matches!(each, '%' | ';' | ':' | '=' | ',' | '&') || each.is_ascii_whitespace() || each.is_ascii_control() {
            encoded += &format!("%{:02X}", u32::from(each));
        } else {
            encoded.push(each);
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_value_of_the_column_info() {
        assert_eq!(percent_encoded("HLA-DRB1"), "HLA-DRB1");
        assert_eq!(percent_encoded("a b;c=d,e%&f"), "a%20b%3Bc%3Dd%2Ce%25%26f");
    }
}

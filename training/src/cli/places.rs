//! Places of a genome, as flags choose them.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use regulens::prepare::Annotation;
use regulens::sequence::{Genome, PlacedRegions, Region};

use super::error::CliError;
use super::renames::{RenameArgs, no_sequence};
use super::{files, genome};

/// Flags that choose places.
#[derive(Debug, Args)]
pub struct RegionArgs {
    /// Regions to predict: chr2:20,101-24,000 (from 1, both ends included) or BED files. The genome may then be 2bit.
    /// With a .fai index (and .gzi if bgzip-compressed) only these parts of a FASTA are read
    #[arg(long, alias = "region", value_name = "PLACE|FILE.bed", num_args = 1.., help_heading = "Sequence models")]
    regions: Vec<String>,
    /// Genes to predict, by symbol or ID, each from its first base to its last
    #[arg(
        long,
        value_name = "GENE,…",
        value_delimiter = ',',
        requires = "annotation",
        help_heading = "Sequence models"
    )]
    genes: Vec<String>,
    /// Gene annotation for --genes: GTF, GFF3 or BED, plain or gzipped
    #[arg(long, value_name = "FILE", requires = "genes", help_heading = "Sequence models")]
    annotation: Option<PathBuf>,
    #[command(flatten)]
    renames: RenameArgs,
}

impl RegionArgs {
    /// Names of sequences in the places.
    pub fn renames(&self) -> &RenameArgs {
        &self.renames
    }

    /// The first flag that is given.
    pub fn given(&self) -> Option<&'static str> {
        match (self.regions.is_empty(), self.genes.is_empty()) {
            (false, _) => Some("--regions"),
            (true, false) => Some("--genes"),
            (true, true) => None,
        }
    }

    /// All places, in the order of the flags.
    pub fn list(&self) -> Result<Vec<Region>, CliError> {
        let mut regions = written(&self.regions)?;
        if let Some(path) = &self.annotation {
            regions.extend(of_genes(&self.genes, path)?);
        }
        Ok(regions)
    }
}

/// The places on a genome, each with the number of its sequence. Says which names are read otherwise, and which are not
/// in use.
pub fn on(
    regions: Vec<Region>,
    genome: &mut Genome<File>,
    renames: &RenameArgs,
) -> Result<Vec<(Region, usize)>, CliError> {
    let lacks = no_sequence(genome.file());
    renames.apply(&lacks, |other, name| genome.rename(other, name))?;
    let PlacedRegions { regions, left_out } = Region::find_all(regions, genome)?;
    let names = genome.sequences();
    let read = regions
        .iter()
        .map(|(region, sequence)| (region.sequence.as_str(), names[*sequence].as_str()));
    genome::tell_renamed(genome.file(), read);
    if !left_out.is_empty() {
        let names: Vec<String> = left_out.into_iter().collect();
        eprintln!(
            "regions on {} are left out: other names match the sequences of {} better",
            names.join(", "),
            genome.file()
        );
    }
    Ok(regions)
}

/// The places that values of `--regions` write or list.
pub fn written(values: &[String]) -> Result<Vec<Region>, CliError> {
    let mut regions = Vec::new();
    for text in values {
        let path = Path::new(text);
        if is_bed(path) {
            regions.extend(Region::read_bed(text, &files::read(path)?)?);
        } else {
            let region = Region::parse("--regions", text);
            regions.push(region.map_err(|error| CliError::Usage(error.to_string()))?);
        }
    }
    Ok(regions)
}

/// The places of genes of an annotation, by symbol or id, each from its first base to its last.
pub fn of_genes(names: &[String], annotation: &Path) -> Result<Vec<Region>, CliError> {
    let file = File::open(annotation).map_err(|error| CliError::io(annotation, error))?;
    let annotation = Annotation::read(&annotation.display().to_string(), file)?;
    let mut regions = Vec::new();
    for gene in names {
        let found = annotation.gene(gene.trim())?;
        regions.push(Region {
            name: gene.trim().to_owned(),
            sequence: found.chromosome.clone(),
            start: u64::from(found.bases.0) - 1,
            end: u64::from(found.bases.1),
            written: (annotation.file.as_str().into(), None),
        });
    }
    Ok(regions)
}

/// Returns true if a value of `--regions` is a file: one that is there, or is called so.
fn is_bed(path: &Path) -> bool {
    let name = path.as_os_str().to_string_lossy().to_ascii_lowercase();
    name.ends_with(".bed") || name.ends_with(".bed.gz") || path.is_file()
}

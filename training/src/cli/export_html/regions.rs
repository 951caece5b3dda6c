//! Places of a genome that a page steps through, with the bases that the model reads around them.

use std::fs::File;
use std::path::Path;

use pollster::block_on;
use regulens::engine::DeviceKind;
use regulens::page::{Block, Input, Looked, Role, fasta};
use regulens::sequence::{Around, Genome, Region};
use regulens::weights::WeightFile;

use super::{Data, picture, pieces, sequences};
use crate::cli::error::CliError;
use crate::cli::renames::RenameArgs;
use crate::cli::runner::TrackRunner;
use crate::cli::words::counted;
use crate::cli::words::in_line;
use crate::cli::{files, genome, places};

/// The most places of a page: what a browser can list at once.
const MOST: usize = 500;

/// The page's name for places that no file lists.
const TYPED: &str = "regions.bed";

/// Finds the regions and packs them. Their places are those of the genome: each piece of it says where it lies.
pub fn data(model: WeightFile, path: &Path, regions: Vec<Region>, renames: &RenameArgs) -> Result<Data, CliError> {
    if regions.len() > MOST {
        return Err(CliError::Usage(format!(
            "a page holds 1 to {MOST} regions; found {}. Give fewer",
            regions.len()
        )));
    }
    let mut runner = TrackRunner::new(model, DeviceKind::Cpu)?;
    let shape = runner.engine().window();
    let mut genome = genome::open(path)?;
    let (regions, found): (Vec<Region>, Vec<usize>) = places::on(regions, &mut genome, renames)?.into_iter().unzip();
    let regions = &regions[..];
    let names = genome.sequences().to_vec();
    sequences::within(reached(&mut genome, regions, &found, shape.length as u64)?)?;
    let places = regions.iter().zip(&found);
    let places = places.map(|(region, &sequence)| (sequence, region.start..region.end));
    let (records, stretches) = pieces::around(&mut genome, places, shape.length as u64)?;
    let bases: usize = records.iter().map(|record| record.codes.len()).sum();
    let sequences: String = records.iter().map(fasta).collect();
    let (Some(first), Some(&sequence)) = (regions.first(), found.first()) else {
        return Err(CliError::Usage("found no region; give one at least".to_owned()));
    };
    let listed = rows(regions, &found, &names);
    Ok(Data {
        inputs: vec![
            Input::new(Role::Sequences, files::name(genome.file())),
            Input::new(Role::Regions, &sources(regions)).part(regions.len(), regions.len()),
        ],
        run: None,
        stretches,
        variants: Vec::new(),
        blocks: vec![
            Block::new("sequences", sequences.as_bytes()),
            Block::new("regions", listed.as_bytes()),
        ],
        looked: Looked {
            region: Some(in_words(&names[sequence], first)),
            ..Looked::default()
        },
        chosen: format!("{}, {bases} bases", counted(regions.len(), "region")),
        picture: picture_of(&mut runner, &mut genome, first, sequence)?,
    })
}

/// Most bases that come into the page, those that two regions share counted twice.
fn reached(genome: &mut Genome<File>, regions: &[Region], found: &[usize], reach: u64) -> Result<usize, CliError> {
    let mut bases = 0;
    for (region, &sequence) in regions.iter().zip(found) {
        let end = region.end.saturating_add(reach).min(genome.length(sequence)?);
        bases += (end - region.start.saturating_sub(reach)) as usize;
    }
    Ok(bases)
}

/// The regions as BED, with the genome's names of its sequences; a region without a name is called as the page writes
/// places.
fn rows(regions: &[Region], found: &[usize], names: &[String]) -> String {
    let row = |(region, &sequence): (&Region, &usize)| {
        let Region { name, start, end, .. } = region;
        let sequence = &names[sequence];
        let is_place = Region::parse("", name).is_ok_and(|place| (place.start, place.end) == (*start, *end));
        let name = if is_place {
            in_words(sequence, region)
        } else {
            in_line(name)
        };
        format!("{sequence}\t{start}\t{end}\t{name}\n")
    };
    regions.iter().zip(found).map(row).collect()
}

/// As the page writes places: `chr7:5,530,601-5,566,779`, `chr7:5,530,601` of one base.
fn in_words(sequence: &str, region: &Region) -> String {
    let first = with_commas(region.start + 1);
    if region.end == region.start + 1 {
        return format!("{sequence}:{first}");
    }
    format!("{sequence}:{first}-{}", with_commas(region.end))
}

fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The files that list the regions, or their genes.
fn sources(regions: &[Region]) -> String {
    let mut listed: Vec<&str> = Vec::new();
    for Region { written: (file, _), .. } in regions {
        let name = files::name(file);
        if !file.starts_with("--") && !listed.contains(&name) {
            listed.push(name);
        }
    }
    if listed.is_empty() {
        return TYPED.to_owned();
    }
    listed.join(" and ")
}

/// Picture of the prediction for a region.
fn picture_of(
    runner: &mut TrackRunner,
    genome: &mut Genome<File>,
    region: &Region,
    sequence: usize,
) -> Result<String, CliError> {
    let (shape, tracks) = (runner.engine().window(), runner.engine().shape().tracks);
    let mut values: Vec<f32> = Vec::new();
    for window in Around::of(region.start..region.end, &shape).windows {
        let codes = genome.window(sequence, window.start, shape.length)?;
        let batch = runner.run(|engine| block_on(engine.predict(&codes, false)))?;
        values.extend(&batch.prediction[window.keep.start * tracks..window.keep.end * tracks]);
    }
    let place = in_words(&genome.sequences()[sequence], region);
    let name = match Region::parse("", &region.name) {
        Ok(_) => place,
        Err(_) => format!("{}, {place}", region.name),
    };
    Ok(picture::tracks(runner.engine().card(), &name, &values, tracks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_rows_of_bed_called_by_their_names_or_as_the_page_writes_places() {
        let bed = Region::read_bed("peaks/r.bed", b"1\t1200\t45536\tfirst peak\n1\t9\t10\n").unwrap();
        let typed = Region::parse("--regions", "2:1,000-2,000").unwrap();
        let regions = [bed, vec![typed]].concat();
        let names = ["chr1", "chr2"].map(str::to_owned);
        assert_eq!(
            rows(&regions, &[0, 0, 1], &names),
            "chr1\t1200\t45536\tfirst peak\nchr1\t9\t10\tchr1:10\nchr2\t999\t2000\tchr2:1,000-2,000\n"
        );
        assert_eq!(sources(&regions), "r.bed");
        assert_eq!(sources(&regions[2..]), "regions.bed");
    }
}

//! Chosen records of a FASTA file, with what was measured along them.

use std::fs::File;
use std::path::Path;

use pollster::block_on;
use regulens::engine::DeviceKind;
use regulens::page::{BinValue, Block, Input, Looked, Role, bed_graph, fasta};
use regulens::prepare::{Measured, Summary};
use regulens::sequence::{Bases, Record, Windows};
use regulens::weights::{ModelCard, WeightFile};

use super::choice::{self, ChoiceArgs};
use super::pieces::Stretch;
use super::{Data, picture};
use crate::cli::error::CliError;
use crate::cli::genome::Sequences;
use crate::cli::runner::TrackRunner;
use crate::cli::{files, interrupt};

/// The largest number of bases in a page; more would be no figure.
const MOST_BASES: usize = 50_000_000;

/// Reads, chooses and packs.
pub fn data(model: WeightFile, path: &Path, measured: Option<&Path>, choice: &ChoiceArgs) -> Result<Data, CliError> {
    let mut runner = TrackRunner::new(model, DeviceKind::Cpu)?;
    let card = runner.engine().card().clone();
    let file = path.display().to_string();
    let mut all = Sequences::open(path)?;
    let (names, lengths): (Vec<String>, Vec<usize>) = all.lengths()?.into_iter().unzip();
    let chosen: Vec<usize> = if let Some(wanted) = choice.names()? {
        choice::positions(&wanted, &names, &file)?
    } else {
        let with = all.with_bases()?.into_iter().map(|(number, ..)| number);
        with.take(choice.top().unwrap_or(names.len())).collect()
    };
    for &at in &chosen {
        all.check_known(at)?;
    }
    let bases: usize = chosen.iter().map(|&at| lengths[at]).sum();
    within(bases)?;
    let records: Result<Vec<Record>, CliError> = chosen.iter().map(|&at| all.record(at)).collect();
    let records = records?;
    let first = &records[0];
    let text: String = records.iter().map(fasta).collect();
    let mut blocks = vec![Block::new("sequences", text.as_bytes())];
    let mut inputs = vec![Input::new(Role::Sequences, files::name(&file)).part(records.len(), names.len())];
    if let Some(path) = measured {
        blocks.push(Block::new("measured", along(path, &records)?.as_bytes()));
        let file = files::name(&path.display().to_string()).to_owned();
        let track = track_in_name(&card, &file).unwrap_or(0);
        inputs.push(Input {
            track: Some(track),
            value: Some(value_of(&card, track)),
            ..Input::new(Role::Measured, &file)
        });
    }
    let picture = picture_of(&mut runner, &card, first)?;
    let stretches = records.iter().map(|record| Stretch {
        sequence: record.name.clone(),
        bases: 0..record.codes.len() as u64,
    });
    Ok(Data {
        inputs,
        run: None,
        stretches: stretches.collect(),
        variants: Vec::new(),
        blocks,
        looked: Looked {
            record: Some(first.name.clone()),
            ..Looked::default()
        },
        chosen: format!("{} of {} records, {bases} bases", records.len(), names.len()),
        picture,
    })
}

/// Checks that a page can have this many bases.
pub fn within(bases: usize) -> Result<(), CliError> {
    if (1..=MOST_BASES).contains(&bases) {
        return Ok(());
    }
    Err(CliError::Usage(format!(
        "the selection has {bases} bases; a page holds 1 to {MOST_BASES}. Choose fewer records with --genes, or \
            fewer and shorter regions with --regions"
    )))
}

/// Measured values of all records that the file has, base by base.
fn along(path: &Path, records: &[Record]) -> Result<String, CliError> {
    let file = path.display().to_string();
    let source = File::open(path).map_err(|error| CliError::io(path, error))?;
    let mut measured = Measured::open(&file, source)?;
    let mut text = String::new();
    for record in records {
        interrupt::check()?;
        let Some(chromosome) = measured.find(&record.name) else {
            continue;
        };
        text += &bed_graph(&record.name, record.codes.len(), |start, count| {
            measured.bins(chromosome, start as i64, count, 1, Summary::Mean)
        })?;
    }
    if text.is_empty() {
        let names: Vec<&str> = measured.chromosomes().take(5).map(|one| one.name.as_str()).collect();
        return Err(CliError::file(
            file,
            format!(
                "found no value on the chosen records; expected some. The file has {}, the first record is {}. Give \
                    a track of the same genome.",
                names.join(", "),
                records.first().map_or("none", |record| &record.name)
            ),
        ));
    }
    Ok(text)
}

/// The track that a file's name contains; of several, the one with the longest name.
fn track_in_name(card: &ModelCard, file: &str) -> Option<usize> {
    let plain = |text: &str| -> String {
        text.to_lowercase()
            .chars()
            .filter(|each| each.is_alphanumeric())
            .collect()
    };
    let name = plain(file);
    let sizes = card.tracks.iter().map(|track| plain(&track.name));
    let named = sizes.enumerate().filter(|(_, track)| name.contains(track.as_str()));
    let named = named.map(|(at, track)| (track.chars().count(), at));
    let named = named.filter(|&(size, _)| size > 2);
    named
        .max_by_key(|&(size, at)| (size, usize::MAX - at))
        .map(|(_, at)| at)
}

/// Rule by which the values of bases become the value of a bin, by the track's unit.
fn value_of(card: &ModelCard, track: usize) -> BinValue {
    let unit = card.tracks.get(track).map_or("", |track| &track.unit);
    let mut words = unit.split(|each: char| !each.is_alphanumeric());
    if words.any(|word| word.eq_ignore_ascii_case("mean")) {
        BinValue::Mean
    } else {
        BinValue::Sum
    }
}

/// The first window's prediction.
fn picture_of(runner: &mut TrackRunner, card: &ModelCard, record: &Record) -> Result<String, CliError> {
    let shape = runner.engine().window();
    let tracks = runner.engine().shape().tracks;
    let covered = Windows::of(record.codes.len(), &shape);
    let Some(window) = covered.windows.first() else {
        return Ok(String::new());
    };
    let codes = window.codes(&record.codes, shape.length);
    let batch = runner.run(|engine| block_on(engine.predict(&codes, false)))?;
    let kept = &batch.prediction[window.keep.start * tracks..window.keep.end * tracks];
    Ok(picture::tracks(card, &record.name, kept, tracks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measured_track_lies_under_the_one_that_its_name_speaks_of() {
        let mut card = ModelCard::new("basenji", "standard", Vec::new(), 2);
        card.tracks = vec![Default::default(), Default::default(), Default::default()];
        card.tracks[1].name = "ATAC".to_owned();
        card.tracks[2].name = "ATAC late".to_owned();
        card.tracks[2].unit = "mean coverage".to_owned();
        assert_eq!(track_in_name(&card, "yeast.atac-late.bw"), Some(2));
        assert_eq!(track_in_name(&card, "yeast_ATAC.bw"), Some(1));
        assert_eq!(track_in_name(&card, "other.bw"), None);
        assert_eq!(
            (value_of(&card, 1), value_of(&card, 2)),
            (BinValue::Sum, BinValue::Mean)
        );
    }
}

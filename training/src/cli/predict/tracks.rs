//! Sequences in, tracks out.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use pollster::block_on;
use regulens::engine::{Spread, TrackBatch, TrackGuarantee};
use regulens::prepare::{Stretch, write_bigwig};
use regulens::sequence::Windows;
use regulens::weights::{ModelCard, WeightFile};

use super::PredictArgs;
use crate::cli::error::CliError;
use crate::cli::evaluate::tracks::guarantee;
use crate::cli::genome::Sequences;
use crate::cli::npy;
use crate::cli::output::Output;
use crate::cli::runner::TrackRunner;
use crate::cli::tensors::{self, Tensor};
use crate::cli::words::counted;
use crate::cli::words::in_line;
use crate::cli::{interrupt, progress};

/// Flags for models of sequences only.
#[derive(Debug, Args)]
pub struct TrackArgs {
    /// Average predictions over both strands, and over the shifts of --shifts
    #[arg(long, help_heading = "Sequence models")]
    ensemble: bool,
    /// Shifts of the sequence in bp, such as 0,1,-3; each is run on both strands
    #[arg(
        long,
        value_name = "BP,…",
        value_delimiter = ',',
        allow_hyphen_values = true,
        requires = "ensemble",
        help_heading = "Sequence models"
    )]
    shifts: Option<Vec<isize>>,
    /// File format in the folder --out: one file per record, or one per track
    #[arg(long, value_enum, help_heading = "Sequence models")]
    format: Option<Format>,
}

/// Format of tracks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// NAME.npy per record: float32 [bins, tracks]
    Npy,
    /// TRACK.bedGraph per track, with all records
    Bedgraph,
    /// TRACK.bw per track, with all records
    Bigwig,
}

impl TrackArgs {
    /// The first flag that is given.
    pub fn given(&self) -> Option<&'static str> {
        match (self.ensemble, self.format) {
            (true, _) => Some("--ensemble"),
            (false, Some(_)) => Some("--format"),
            (false, None) => None,
        }
    }

    /// Returns true if a form of output is asked for.
    pub fn has_format(&self) -> bool {
        self.format.is_some()
    }

    /// Predicts for the window of this name, as `--ensemble` and `--shifts` say.
    pub fn predict(
        &self,
        runner: &mut TrackRunner,
        name: &str,
        codes: &[u8],
        attention: bool,
    ) -> Result<TrackBatch, CliError> {
        let shifts = self.shifts.as_deref().unwrap_or(&[0]);
        runner.run(|engine| {
            let batch = block_on(async {
                if self.ensemble {
                    engine.ensemble(codes, shifts, attention).await
                } else {
                    engine.predict(codes, attention).await
                }
            });
            batch.map_err(|error| error.of_window(name))
        })
    }
}

/// Output of tracks.
enum Target {
    /// One file of a single record.
    File(Output),
    /// A file for each record.
    Records(PathBuf),
    /// A file for each track, each with all records.
    Tracks(PathBuf, Format),
}

/// The prediction for a record.
struct Tracks<'a> {
    /// The record's name and length.
    name: &'a str,
    length: usize,
    /// First predicted bin of the record.
    first_bin: usize,
    /// The prediction, of several models its spread, and its intervals: [bins, tracks], with the ending of each one's
    /// files.
    arrays: Vec<(&'static str, Vec<f32>)>,
}

/// The attention of one window.
struct Maps {
    /// Prefix of its tensors' names.
    prefix: String,
    /// Layer by layer [heads, bins, bins].
    layers: Vec<Vec<f32>>,
}

/// Largest size of attention that is kept for writing, in bytes.
const MOST_ATTENTION: usize = 4 << 30;

/// Predicts for every record of a file.
pub fn run(args: &PredictArgs, model: WeightFile) -> Result<(), CliError> {
    let mut target = Target::of(args)?;
    let in_numpy = matches!(target, Target::File(_) | Target::Records(_));
    let mut attention = args.attention.as_deref().map(Output::create).transpose()?;
    let mut sequences = Sequences::open(&args.input)?;
    let (numbers, records): (Vec<usize>, Vec<(String, usize)>) = (sequences.with_bases()?.into_iter())
        .map(|(number, name, length)| (number, (name, length)))
        .unzip();
    if matches!(target, Target::File(_)) && records.len() > 1 {
        return Err(CliError::Usage(format!(
            "--out {} holds one record; {} has {}. Name a folder",
            args.out.display(),
            args.input.display(),
            records.len()
        )));
    }
    let card = model.card.clone();
    let guarantee = args
        .coverage
        .map(|coverage| guarantee(&card, coverage, args.tracks.ensemble))
        .transpose()?;
    let endings: Vec<&str> = ENDINGS[..1]
        .iter()
        .chain(ENDINGS[1..].iter().filter(|_| !card.members.is_empty()))
        .chain(INTERVAL.iter().filter(|_| guarantee.is_some()))
        .copied()
        .collect();
    let names = file_names(&args.input, &records, &endings)?;
    let mut runner = TrackRunner::new(model, args.compute.device)?;
    let shape = runner.engine().window();
    let sizes = runner.engine().shape();
    let covered: Vec<Windows> = records.iter().map(|(_, length)| Windows::of(*length, &shape)).collect();
    let total = covered.iter().map(|covered| covered.windows.len()).sum();
    if attention.is_some() {
        let map = sizes.layers * sizes.heads * sizes.bins * sizes.bins * 4;
        if map == 0 {
            return Err(CliError::Usage(format!(
                "--attention: {} has no attention. Leave it out",
                card.name
            )));
        }
        if map.saturating_mul(total) > MOST_ATTENTION {
            return Err(CliError::Usage(format!(
                "--attention would take {} GB for {total} windows. Predict fewer records with it",
                map.saturating_mul(total) >> 30
            )));
        }
    }
    for (&record, ((name, length), covered)) in numbers.iter().zip(records.iter().zip(&covered)) {
        let withdrawn = guarantee.as_ref().and(TrackGuarantee::withdrawn(covered.padding));
        let notes = [sequences.note(record), covered.note(*length, &shape), withdrawn];
        for note in notes.into_iter().flatten() {
            eprintln!("{name}: {note}");
        }
    }

    let bar = progress::counting("predicting", total, "windows");
    let (mut kept, mut maps) = (Vec::new(), Vec::new());
    let mut bins = 0;
    let mut first_bases: Vec<usize> = covered
        .iter()
        .map(|covered| covered.bins.start * shape.bin + 1)
        .collect();
    first_bases.dedup();
    let each = records.iter().zip(covered.iter().zip(&names));
    for (&record, ((record_name, length), (covered, name))) in numbers.iter().zip(each) {
        let mut values = Vec::with_capacity(covered.bins.len() * sizes.tracks);
        let mut members = vec![Vec::new(); card.members.len()];
        for window in &covered.windows {
            if interrupt::flow().is_break() {
                return Err(CliError::Interrupted("records that were whole are written".to_owned()));
            }
            let codes = sequences.window(record, window, shape.length)?;
            let of_window = format!("{record_name}, the window at {}", window.start);
            let batch = args
                .tracks
                .predict(&mut runner, &of_window, &codes, attention.is_some())?;
            let kept = window.keep.start * sizes.tracks..window.keep.end * sizes.tracks;
            values.extend_from_slice(&batch.prediction[kept.clone()]);
            for (all, member) in members.iter_mut().zip(&batch.members) {
                all.extend_from_slice(&member[kept.clone()]);
            }
            if attention.is_some() {
                let prefix = match total {
                    1 => String::new(),
                    _ => format!("{record_name}:{}.", window.start),
                };
                maps.push(Maps {
                    prefix,
                    layers: batch.attention,
                });
            }
            bar.inc(1);
        }
        bins += covered.bins.len();
        let tracks = Tracks {
            name: record_name,
            length: *length,
            first_bin: covered.bins.start,
            arrays: arrays(values, &members, guarantee.as_ref(), covered.padding),
        };
        match &mut target {
            Target::File(file) => {
                file.write(|out| npy::write(&tracks.arrays[0].1, sizes.tracks, out))?;
                for (ending, values) in &tracks.arrays[1..] {
                    write_npy(
                        &args.out.with_extension(format!("{}npy", &ending[1..])),
                        values,
                        sizes.tracks,
                    )?;
                }
            }
            Target::Records(folder) => {
                for (ending, values) in &tracks.arrays {
                    write_npy(&folder.join(format!("{name}{ending}npy")), values, sizes.tracks)?;
                }
            }
            Target::Tracks(..) => kept.push(tracks),
        }
    }
    bar.finish_and_clear();
    match target {
        Target::File(file) => file.commit()?,
        Target::Records(folder) => write_names(&folder, &card)?,
        Target::Tracks(folder, format) => write_tracks(&folder, format, &card, &kept)?,
    }
    if let Some(mut file) = attention.take() {
        file.write(|out| write_maps(&maps, sizes.heads, sizes.bins, out))?;
        file.commit()?;
    }
    eprintln!(
        "{}, {} of {} bp in {} predicted on {}, written to {}",
        counted(records.len(), "record"),
        counted(bins, "bin"),
        shape.bin,
        counted(sizes.tracks, "track"),
        runner.device(),
        args.out.display()
    );
    if let ([first], true) = (&first_bases[..], in_numpy) {
        eprintln!(
            "the first row of an array is the bin of {} bp that begins at base {first} (from 1)",
            shape.bin
        );
    }
    Ok(())
}

impl Target {
    /// Opens the files of `--out` and `--format`. A missing folder is created.
    fn of(args: &PredictArgs) -> Result<Self, CliError> {
        let out = &args.out;
        let is_file = out.extension().is_some_and(|ending| ending == "npy") && !out.is_dir();
        match (is_file, args.tracks.format) {
            (true, Some(Format::Bedgraph | Format::Bigwig)) => Err(CliError::Usage(
                "--format writes one file per track here; name a folder with --out".to_owned(),
            )),
            (true, _) => Ok(Self::File(Output::create(out)?)),
            (false, format) => {
                fs::create_dir_all(out).map_err(|error| CliError::io(out, error))?;
                Ok(match format {
                    Some(format) if format != Format::Npy => Self::Tracks(out.clone(), format),
                    _ => Self::Records(out.clone()),
                })
            }
        }
    }
}

/// A prediction, its spread over the members that make it, and its intervals, each with the ending of its files.
fn arrays(
    values: Vec<f32>,
    members: &[Vec<f32>],
    guarantee: Option<&TrackGuarantee<'_>>,
    padding: usize,
) -> Vec<(&'static str, Vec<f32>)> {
    let spread = Spread::of_members(members);
    let sd = spread.as_ref().map_or(&[][..], |spread| &spread.sd);
    let interval = guarantee.map(|guarantee| <[Vec<f32>; 2]>::from(guarantee.intervals(&values, sd, padding)));
    let mut arrays = vec![values];
    if let Some(Spread { sd, low, high }) = spread {
        arrays.extend([sd, low, high]);
    }
    let of_predictions: Vec<_> = ENDINGS.into_iter().zip(arrays).collect();
    let interval = INTERVAL.into_iter().zip(interval.into_iter().flatten());
    of_predictions.into_iter().chain(interval).collect()
}

fn write_npy(path: &Path, values: &[f32], tracks: usize) -> Result<(), CliError> {
    let mut file = Output::create(path)?;
    file.write(|out| npy::write(values, tracks, out))?;
    file.commit()
}

/// A name that is safe for a file: characters with a meaning in paths become underscores.
fn file_name(name: &str) -> String {
    let kept = |character: char| match character {
        '/' | '\\' | ':' | '\0' => '_',
        other if other.is_control() => '_',
        other => other,
    };
    let name: String = name.chars().map(kept).collect();
    match name.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None => name,
    }
}

/// Endings of the files of a prediction and of its spread.
const ENDINGS: [&str; 4] = [".", ".sd.", ".low.", ".high."];

/// Endings of the files of its intervals.
const INTERVAL: [&str; 2] = [".interval_low.", ".interval_high."];

/// A file's name for each record, each to have these endings.
fn file_names(input: &Path, records: &[(String, usize)], endings: &[&str]) -> Result<Vec<String>, CliError> {
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    for (record, _) in records {
        let name = file_name(record);
        let files = endings.iter().map(|ending| format!("{name}{ending}").to_lowercase());
        if files.filter(|file| !taken.insert(file.clone())).count() > 0 {
            return Err(CliError::file(
                input.display(),
                format!(
                    "record {record}: found a second name that gives the file {name}.npy; expected different names. \
                        Rename one."
                ),
            ));
        }
        names.push(name);
    }
    Ok(names)
}

/// Writes beside the arrays which column is which track.
fn write_names(folder: &Path, card: &ModelCard) -> Result<(), CliError> {
    let mut file = Output::create(&folder.join("tracks.tsv"))?;
    file.write(|out| {
        writeln!(out, "column\ttrack\tassay\tdescription\tunit")?;
        for (column, track) in card.tracks.iter().enumerate() {
            let cells = [&track.name, &track.assay, &track.description, &track.unit];
            let cells = cells.map(|cell| super::cell(cell)).join("\t");
            writeln!(out, "{column}\t{cells}")?;
        }
        Ok(())
    })?;
    file.commit()
}

/// Writes a bedGraph or a bigWig of each track.
fn write_tracks(folder: &Path, format: Format, card: &ModelCard, all: &[Tracks<'_>]) -> Result<(), CliError> {
    let mut taken = BTreeSet::new();
    for (column, track) in card.tracks.iter().enumerate() {
        let mut name = file_name(&track.name);
        let arrays = all.first().map_or(&[][..], |tracks| &tracks.arrays);
        let files = |name: &str| -> Vec<String> {
            let endings = arrays
                .iter()
                .map(|(ending, _)| format!("{name}{ending}").to_lowercase());
            endings.collect()
        };
        if files(&name).iter().any(|file| taken.contains(file)) {
            name = format!("{name}.{column}");
        }
        taken.extend(files(&name));
        let format_ending = match format {
            Format::Bigwig => "bw",
            _ => "bedGraph",
        };
        for (number, (ending, _)) in arrays.iter().enumerate() {
            let mut file = Output::create(&folder.join(format!("{name}{ending}{format_ending}")))?;
            file.write(|out| match format {
                Format::Bigwig => out.write_all(&bigwig(card, column, number, all)),
                _ => bedgraph(card, column, number, all, out),
            })?;
            file.commit()?;
        }
    }
    Ok(())
}

/// One track over all records: its prediction, or one of the arrays of its spread.
fn bedgraph(card: &ModelCard, column: usize, array: usize, all: &[Tracks<'_>], out: &mut dyn Write) -> io::Result<()> {
    let ending = all.first().map_or("", |tracks| tracks.arrays[array].0);
    let name = format!("{}{ending}", card.tracks[column].name);
    let name = in_line(name.trim_end_matches('.')).replace('"', "'");
    writeln!(out, "track type=bedGraph name=\"{name}\"")?;
    for tracks in all {
        let chromosome = in_line(tracks.name);
        let rows = tracks.arrays[array].1.chunks_exact(card.tracks.len());
        for (bin, row) in (tracks.first_bin..).zip(rows) {
            let start = bin * card.bin_size;
            // No end of an interval that was withdrawn.
            if row[column].is_nan() {
                continue;
            }
            // The record may end within its last bin.
            let end = (start + card.bin_size).min(tracks.length);
            writeln!(out, "{chromosome}\t{start}\t{end}\t{}", row[column])?;
        }
    }
    Ok(())
}

/// The same as bigWig.
fn bigwig(card: &ModelCard, column: usize, array: usize, all: &[Tracks<'_>]) -> Vec<u8> {
    let columns: Vec<Vec<f32>> = all
        .iter()
        .map(|tracks| {
            let values = tracks.arrays[array].1.iter().skip(column);
            values.step_by(card.tracks.len()).copied().collect()
        })
        .collect();
    let stretches: Vec<Stretch<'_>> = all
        .iter()
        .zip(&columns)
        .map(|(tracks, values)| Stretch {
            chromosome: tracks.name,
            length: tracks.length as u32,
            start: (tracks.first_bin * card.bin_size) as u32,
            values,
        })
        .collect();
    write_bigwig(&stretches, card.bin_size as u32)
}

/// `attention.LAYER` [heads, bins, bins]; with several windows, the record and first base come before it.
fn write_maps(all: &[Maps], heads: usize, bins: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut arrays = Vec::new();
    for Maps { prefix, layers } in all {
        for (layer, values) in layers.iter().enumerate() {
            arrays.push(Tensor {
                name: format!("{prefix}attention.{layer}").into(),
                axes: &["heads", "bins that look", "bins looked at"],
                shape: vec![heads, bins, bins],
                values,
            });
        }
    }
    tensors::write(&arrays, &[], out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_records_name_stays_in_the_folder() {
        assert_eq!(file_name("../chr1:1-5"), "_./chr1:1-5".replace(['/', ':'], "_"));
        assert_eq!(file_name("chrI"), "chrI");
        assert_eq!(file_name(".."), "_.");
    }

    #[test]
    fn files_of_records_and_of_their_spread_stay_apart() {
        let records = ["a".to_owned(), "a.sd".to_owned()].map(|name| (name, 1));
        let file = Path::new("genome.fa");
        assert_eq!(file_names(file, &records, &ENDINGS[..1]).unwrap(), ["a", "a.sd"]);
        let clash = file_names(file, &records, &ENDINGS).unwrap_err().to_string();
        assert!(clash.contains("record a.sd"), "{clash}");
    }

    #[test]
    fn a_bedgraph_ends_with_its_record() {
        let card = ModelCard {
            bin_size: 4,
            tracks: vec![Default::default(), Default::default()],
            ..ModelCard::new("basenji", "standard", Vec::new(), 2)
        };
        let tracks = Tracks {
            name: "r 1",
            length: 11,
            first_bin: 1,
            arrays: arrays(vec![1.0, 2.5, 3.0, 4.5], &[], None, 0),
        };
        let mut text = Vec::new();
        bedgraph(&card, 1, 0, &[tracks], &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines, ["r 1\t4\t8\t2.5", "r 1\t8\t11\t4.5"]);
    }
}

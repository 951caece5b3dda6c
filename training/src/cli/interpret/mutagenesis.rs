//! `regulens interpret mutagenesis`: the effect of each substitution of a base in a region on a track.

use std::path::PathBuf;

use clap::Args;
use pollster::block_on;
use regulens::sequence::{Bases, Names};

use super::outputs::Outputs;
use super::score_flags::ScoreFlags;
use super::sequences::{SequencesArgs, one_track};
use crate::cli::error::CliError;
use crate::cli::renames::RenameArgs;
use crate::cli::{interrupt, progress};

/// Which bases, and which track.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct MutagenesisArgs {
    #[command(flatten)]
    sequences: SequencesArgs,
    #[command(flatten)]
    renames: RenameArgs,
    /// Region to mutate, such as chrI:1000-1200 (from 1, both ends included)
    #[arg(long, value_name = "NAME:START-END", value_parser = region)]
    region: Region,
    /// Track by name [default: the only track of the model]
    #[arg(long, value_name = "NAME")]
    track: Option<String>,
    #[command(flatten)]
    score: ScoreFlags,
    /// Table to write
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
}

const AFTER_HELP: &str = "\
OUTPUT, columns of --out: one row per position
  sequence, position, reference
  A, C, G, T  change of the track for this base, summed over the bins of the region and those around
              it; 0 for the reference base
  height      minus the mean of the other three: how much the reference base raises the track
The region lies in the middle of the model's window. A region longer than half of the predicted
length is covered by several windows.";

/// A stretch of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Region {
    name: String,
    /// Counted from 1, both included.
    first: usize,
    last: usize,
}

/// Parses `--region`.
fn region(text: &str) -> Result<Region, String> {
    let wrong = || format!("`{text}` is not a region; expected one such as chrI:1000-1200");
    let (name, bases) = text.rsplit_once(':').ok_or_else(wrong)?;
    let (first, last) = bases.split_once('-').unwrap_or((bases, bases));
    let number = |text: &str| text.trim().replace(',', "").parse::<usize>().map_err(|_| wrong());
    let (first, last) = (number(first)?, number(last)?);
    if name.is_empty() || first == 0 || first > last {
        return Err(format!(
            "`{text}` is not a region; bases count from 1, and the first must not exceed the last"
        ));
    }
    Ok(Region {
        name: name.to_owned(),
        first,
        last,
    })
}

/// Substitutes the bases, and writes the table.
pub fn run(args: &MutagenesisArgs) -> Result<(), CliError> {
    args.sequences.begin()?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out))])?;
    let mut runner = args.sequences.runner()?;
    let card = runner.engine().card().clone();
    let track = one_track(&card, args.track.as_ref())?;
    let Region { name, first, last } = &args.region;
    let wanted = Names::new([name.as_str()]);
    let mut genome = args.sequences.genome_with(args.renames.may_be(&wanted))?;
    let names = genome.names();
    let matching = args.renames.names(Bases::file(&genome), names.iter().copied())?;
    let Some(record) = matching.find(name) else {
        return Err(CliError::Usage(format!(
            "--region {name}: found no such sequence in {}; it has {}{}",
            Bases::file(&genome),
            names[..names.len().min(8)].join(", "),
            if names.len() > 8 { " and others" } else { "" }
        )));
    };
    genome.check_known(record)?;
    let length = genome.length(record)?;
    if *last as u64 > length {
        return Err(CliError::Usage(format!(
            "--region {name}:{first}-{last} ends beyond the end of {name}, which has {length} bp in {}",
            Bases::file(&genome)
        )));
    }
    // The part of the sequence that a window around its bases may show.
    let reach = runner.engine().shape().length as u64;
    let (start, codes) = genome.around(record, *first as u64 - 1..*last as u64, reach)?;
    let bar = progress::counting("", 3 * (last + 1 - first), "exchanges");
    let region = first - 1 - start as usize..*last - start as usize;
    let settings = args.score.settings();
    let mutagenesis = runner.run(|engine| {
        let between = async |done: usize, _: usize| {
            bar.set_position(done as u64);
            interrupt::go_on()
        };
        block_on(engine.mutagenesis(&codes, region.clone(), &[track], &settings, between))
    });
    bar.finish_and_clear();
    let Some(mut mutagenesis) = mutagenesis?.pop() else {
        unreachable!("one track was asked for")
    };
    mutagenesis.start += start as usize;
    outputs.write("--out", |out| mutagenesis.write(name, out))?;
    outputs.commit()?;
    eprintln!(
        "{}: {} positions of {name}, track {}",
        args.out.display(),
        mutagenesis.changes.len(),
        card.tracks[track].name
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_counts_from_one_and_includes_both_ends() {
        let of = |name: &str, first, last| Region {
            name: name.to_owned(),
            first,
            last,
        };
        assert_eq!(region("chrI:1000-1200"), Ok(of("chrI", 1000, 1200)));
        assert_eq!(region("chrI:1,000-1,200"), Ok(of("chrI", 1000, 1200)));
        assert_eq!(region("HLA:01:5-5"), Ok(of("HLA:01", 5, 5)));
        assert_eq!(region("chrI:7"), Ok(of("chrI", 7, 7)));
        for text in ["", "chrI", "chrI:", "chrI:0-3", "chrI:9-3", ":1-2", "chrI:a-b"] {
            assert!(region(text).unwrap_err().contains("not a region"), "{text}");
        }
    }
}

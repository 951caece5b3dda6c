//! Places of a genome in, a row a place and track out.

use std::fs::File;

use regulens::engine::Spread;
use regulens::sequence::{Around, Genome, Region};
use regulens::weights::{ModelCard, WeightFile};

use super::PredictArgs;
use crate::cli::error::CliError;
use crate::cli::output::Output;
use crate::cli::runner::TrackRunner;
use crate::cli::words::cell;
use crate::cli::words::counted;
use crate::cli::{genome, interrupt, places, progress};

/// A region on the genome.
struct Placed {
    region: Region,
    sequence: usize,
    around: Around,
}

/// Predicts the bins that overlap each region, from windows centred on it.
pub fn run(args: &PredictArgs, model: WeightFile) -> Result<(), CliError> {
    let flag = args.regions.given().unwrap_or_default();
    for (given, other) in [
        (args.attention.is_some(), "--attention"),
        (args.tracks.has_format(), "--format"),
    ] {
        if given {
            return Err(CliError::Usage(format!(
                "{flag} writes a table of regions and excludes {other}; leave one of them out"
            )));
        }
    }
    let mut out = Output::create(&args.out)?;
    let regions = args.regions.list()?;
    let mut genome = genome::open(&args.input)?;
    let mut runner = TrackRunner::new(model, args.compute.device)?;
    let shape = runner.engine().window();
    let placed = places::on(regions, &mut genome, args.regions.renames())?;
    let placed = placed.into_iter().map(|(region, sequence)| Placed {
        around: Around::of(region.start..region.end, &shape),
        region,
        sequence,
    });
    let placed: Vec<Placed> = placed.collect();
    tell(&placed, &mut genome, shape.length)?;

    let total: usize = placed.iter().map(|placed| placed.around.windows.len()).sum();
    let bar = progress::counting("predicting", total, "windows");
    let tracks = runner.engine().card().tracks.len();
    let card = runner.engine().card().clone();
    let spread = if card.members.is_empty() {
        ""
    } else {
        "\tmean_sd\tmean_low\tmean_high"
    };
    out.write(|out| writeln!(out, "region\tsequence\tstart\tend\ttrack\tmean\tmax{spread}"))?;
    let mut bins = 0;
    for placed in &placed {
        let mut summary = Summary::new(tracks);
        let mut members: Vec<Summary> = card.members.iter().map(|_| Summary::new(tracks)).collect();
        for window in &placed.around.windows {
            interrupt::check()?;
            let codes = genome.window(placed.sequence, window.start, shape.length)?;
            let sequence = &genome.sequences()[placed.sequence];
            let of_window = format!("{sequence}, the window at {}", window.start);
            let batch = args.tracks.predict(&mut runner, &of_window, &codes, false)?;
            let kept = window.keep.start * tracks..window.keep.end * tracks;
            summary.add(&batch.prediction[kept.clone()]);
            for (member, predicted) in members.iter_mut().zip(&batch.members) {
                member.add(&predicted[kept.clone()]);
            }
            bar.inc(1);
        }
        bins += placed.around.bins;
        let sequence = &genome.sequences()[placed.sequence];
        out.write(|out| summary.write(&members, placed, sequence, &card, out))?;
    }
    bar.finish_and_clear();
    out.commit()?;
    eprintln!(
        "{}, {} of {} bp in {} predicted on {}, written to {}",
        counted(placed.len(), "region"),
        counted(bins, "bin"),
        shape.bin,
        counted(tracks, "track"),
        runner.device(),
        args.out.display()
    );
    Ok(())
}

/// Says where windows reach beyond their sequence.
fn tell(placed: &[Placed], genome: &mut Genome<File>, length: usize) -> Result<(), CliError> {
    let (mut beyond, mut windows) = (0, 0);
    for Placed { sequence, around, .. } in placed {
        let bases = genome.length(*sequence)? as i64;
        let reaches = |start: i64| start < 0 || start + length as i64 > bases;
        beyond += around.windows.iter().filter(|window| reaches(window.start)).count();
        windows += around.windows.len();
    }
    if beyond > 0 {
        eprintln!(
            "{beyond} of {} beyond the end of a sequence, where bases are unknown",
            match windows {
                1 => "1 window reaches".to_owned(),
                windows => format!("{windows} windows reach"),
            }
        );
    }
    Ok(())
}

/// Means and maxima of the bins of a region, track by track.
struct Summary {
    sums: Vec<f64>,
    maxima: Vec<f32>,
    bins: usize,
}

impl Summary {
    fn new(tracks: usize) -> Self {
        Self {
            sums: vec![0.0; tracks],
            maxima: vec![f32::NEG_INFINITY; tracks],
            bins: 0,
        }
    }

    /// Takes [bins, tracks].
    fn add(&mut self, values: &[f32]) {
        for bin in values.chunks_exact(self.sums.len()) {
            for ((sum, max), &value) in self.sums.iter_mut().zip(&mut self.maxima).zip(bin) {
                *sum += f64::from(value);
                *max = max.max(value);
            }
            self.bins += 1;
        }
    }

    fn mean(&self, track: usize) -> f32 {
        (self.sums[track] / self.bins as f64) as f32
    }

    /// Writes a row a track, with the spread of the means that the members of several models predict.
    fn write(
        &self,
        members: &[Self],
        placed: &Placed,
        sequence: &str,
        card: &ModelCard,
        out: &mut dyn std::io::Write,
    ) -> std::io::Result<()> {
        let Region { name, start, end, .. } = &placed.region;
        let (name, sequence) = (cell(name), cell(sequence));
        for (number, (track, max)) in card.tracks.iter().zip(&self.maxima).enumerate() {
            let (mean, track) = (self.mean(number), cell(&track.name));
            write!(out, "{name}\t{sequence}\t{start}\t{end}\t{track}\t{mean}\t{max}")?;
            let means: Vec<Vec<f32>> = members.iter().map(|member| vec![member.mean(number)]).collect();
            if let Some(Spread { sd, low, high }) = Spread::of_members(&means) {
                write!(out, "\t{}\t{}\t{}", sd[0], low[0], high[0])?;
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

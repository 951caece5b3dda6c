//! `regulens interpret motifs`: the stretches that a track rests on, and which motif each matches.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pollster::block_on;
use regulens::Error;
use regulens::engine::TrackGradients;
use regulens::interpret::attribution::{SHUFFLES, SequenceMethod, Shuffles, Steps};
use regulens::interpret::motifs::{Background, Named, ScoredMotif, Seqlet, find_seqlets, name_seqlets};
use regulens::sequence::Window;
use regulens::sequence::motifs::{Motif, MotifFile};

use super::attribute::{Place, places};
use super::outputs::Outputs;
use super::score_flags::StrandsFlag;
use super::sequences::{SequencesArgs, bar, one_track};
use super::table::{Cell, Table};
use crate::cli::error::CliError;
use crate::cli::places::RegionArgs;
use crate::cli::runner::TrackRunner;
use crate::cli::words::counted;
use crate::cli::{files, genome, interrupt};

/// What to name, and by what.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct MotifsArgs {
    #[command(flatten)]
    sequences: SequencesArgs,
    #[command(flatten)]
    places: RegionArgs,
    /// The motifs: MEME's minimal format, or JASPAR's matrices
    #[arg(long, value_name = "FILE.meme")]
    motifs: PathBuf,
    /// The track by its name [default: the only one, if the model has one]
    #[arg(long, value_name = "NAME")]
    track: Option<String>,
    /// How contributions are found
    #[arg(long, value_enum, default_value_t)]
    method: DerivedBy,
    /// Which strands to average
    #[arg(long, value_enum, default_value_t)]
    strands: StrandsFlag,
    /// Integrated gradients: how many shuffles of a window it is compared with
    #[arg(long, value_name = "N", default_value_t = SHUFFLES)]
    shuffles: usize,
    /// What shuffles are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The share of false ones among seqlets: stretches of 13 bases that contribute more than those of shuffles, in which
    /// motifs stand by chance too
    #[arg(long, value_name = "Q", default_value_t = 0.2, value_parser = share)]
    seqlets: f64,
    /// The share of wrong ones among names
    #[arg(long, value_name = "Q", default_value_t = 0.05, value_parser = share)]
    q: f64,
    /// How often letters stand in random sequence: as in these sequences, as the file of motifs says, or all alike
    #[arg(long, value_enum, default_value_t)]
    background: BackgroundFlag,
    /// The table to write: a row for each seqlet that has a name
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
}

const AFTER_HELP: &str = "\
Columns: sequence, start and end (counted from 1, both included), strand, motif (the factor's name), score (bits), p (of a \
random site, exact), q (Benjamini
and Hochberg's, over all seqlets and motifs), id (of the motif in its file), contribution (of the seqlet to the track's \
sum), seqlet_q. A seqlet is a
peak of what bases contribute above the peaks of shuffles that keep each window's pairs of neighbours. Without --regions \
or --genes all sequences are
read.";

/// A way to find contributions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum DerivedBy {
    /// From shuffles: finds more of what is planted
    #[default]
    IntegratedGradients,
    /// One pass: some three hundred times as fast, but seldom above what shuffles have
    Gradient,
}

/// What a random site is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum BackgroundFlag {
    #[default]
    Sequences,
    File,
    Uniform,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if value > 0.0 && value <= 1.0 => Ok(value),
        _ => Err(format!("`{text}` is no share; expected a number above 0, at most 1")),
    }
}

/// What is known of one place.
struct OfPlace {
    /// Its sequence.
    sequence: String,
    /// Its first base, counted from 0.
    start: usize,
    codes: Vec<u8>,
    /// NaN where nothing is known.
    contributions: Vec<f32>,
}

/// Windows of which shuffles are attributed as well: what is not there in so many is not there in more.
const MOST_SHUFFLED: usize = 16;

/// Finds seqlets, names them, and writes the table.
pub fn run(args: &MotifsArgs) -> Result<(), CliError> {
    args.sequences.begin()?;
    let file = args.motifs.display().to_string();
    let MotifFile { motifs, background } = MotifFile::read(&file, &files::read(&args.motifs)?).map_err(Error::from)?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out))])?;
    let mut runner = args.sequences.runner()?;
    let card = runner.engine().card().clone();
    let track = one_track(&card, args.track.as_ref())?;
    let mut genome = genome::open(args.sequences.path())?;
    let places = places(&args.places, &mut genome, runner.engine().window())?;
    let gradients = runner.engine().gradients();
    let length = runner.engine().shape().length;

    let windows: usize = places.iter().map(|place| place.windows.len()).sum();
    let shuffled = windows.min(MOST_SHUFFLED);
    let progress = bar(windows + shuffled, "windows");
    let (mut found, mut null, mut done) = (Vec::new(), Vec::new(), 0);
    // Other shuffles than contributions are found with.
    let mut null_of = Shuffles::new(!args.seed);
    for place in &places {
        let mut of_place = begin(place, &mut genome, length)?;
        for window in &place.windows {
            let codes = genome.window(place.sequence, window.start, length)?;
            let own = args.contributions(&mut runner, &gradients, track, window, &codes)?;
            of_place.add(window.start, &own);
            progress.inc(1);
            // Evenly among all windows.
            if done * shuffled / windows < (done + 1) * shuffled / windows {
                let codes = null_of.next_of(&codes);
                null.push(args.contributions(&mut runner, &gradients, track, window, &codes)?);
                progress.inc(1);
            }
            done += 1;
        }
        found.push(of_place);
    }
    progress.finish_and_clear();

    let background = match (args.background, background) {
        (BackgroundFlag::Sequences, _) => Background::of(found.iter().flat_map(|place| &place.codes)),
        (BackgroundFlag::File, Some(stated)) => Background(stated),
        (BackgroundFlag::File, None) => {
            return Err(CliError::File {
                file,
                problem: "found no background letter frequencies; expected them for --background file. Leave the flag \
                          out."
                    .to_owned(),
            });
        }
        (BackgroundFlag::Uniform, _) => Background::UNIFORM,
    };
    let scored: Vec<ScoredMotif> = motifs.iter().map(|motif| ScoredMotif::new(motif, background)).collect();
    // All places together: that a name is wrong is said of the whole table.
    let joined = Joined::of(&found);
    let seqlets = find_seqlets(&joined.contributions, &null, args.seqlets);
    let named = name_seqlets(&joined.codes, &seqlets, &scored, args.q);
    let table = joined.table(&found, &motifs, &seqlets, &named);
    outputs.write("--out", |out| table.write(out))?;
    outputs.commit()?;
    eprintln!(
        "{} of track {} in {}, {} of them named by {}, written to {}",
        counted(seqlets.len(), "seqlet"),
        card.tracks[track].name,
        counted(windows, "window"),
        named.len(),
        counted(motifs.len(), "motif"),
        args.out.display()
    );
    Ok(())
}

/// A place's bases: those of its windows that its sequence has.
fn begin(
    place: &Place,
    genome: &mut regulens::sequence::Genome<std::fs::File>,
    length: usize,
) -> Result<OfPlace, CliError> {
    let bases = genome.length(place.sequence)?;
    let first = place
        .windows
        .iter()
        .map(|window| window.start)
        .min()
        .unwrap_or(0)
        .max(0) as u64;
    let last = place
        .windows
        .iter()
        .map(|window| window.start + length as i64)
        .max()
        .unwrap_or(0);
    let codes = genome.codes(place.sequence, first..(last.max(0) as u64).min(bases).max(first))?;
    Ok(OfPlace {
        sequence: genome.sequences()[place.sequence].clone(),
        start: first as usize,
        contributions: vec![f32::NAN; codes.len()],
        codes,
    })
}

impl OfPlace {
    /// Adds what a window's bases contribute.
    fn add(&mut self, start: i64, own: &[f32]) {
        let skipped = usize::try_from(self.start as i64 - start).unwrap_or(0);
        let first = usize::try_from(start - self.start as i64).unwrap_or(0);
        for (to, from) in self.contributions[first..].iter_mut().zip(&own[skipped..]) {
            *to = if to.is_nan() { *from } else { *to + from };
        }
    }
}

impl MotifsArgs {
    fn contributions(
        &self,
        runner: &mut TrackRunner,
        gradients: &TrackGradients,
        track: usize,
        window: &Window,
        codes: &[u8],
    ) -> Result<Vec<f32>, CliError> {
        let method = match self.method {
            DerivedBy::Gradient => SequenceMethod::Gradient,
            DerivedBy::IntegratedGradients => SequenceMethod::IntegratedGradients {
                shuffles: self.shuffles,
                seed: self.seed,
                steps: Steps::UntilComplete,
            },
        };
        let found = runner.run(|engine| {
            let summed = (track, window.keep.clone());
            block_on(
                engine.attribute(gradients, codes, summed, self.strands.into(), method, async |_| {
                    interrupt::go_on()
                }),
            )
        })?;
        Ok(found.contributions)
    }
}

/// All places behind each other, with a gap between two.
struct Joined {
    codes: Vec<u8>,
    contributions: Vec<f32>,
    /// Where each place begins.
    starts: Vec<usize>,
}

impl Joined {
    fn of(places: &[OfPlace]) -> Self {
        let mut joined = Self {
            codes: Vec::new(),
            contributions: Vec::new(),
            starts: Vec::new(),
        };
        for place in places {
            joined.starts.push(joined.codes.len());
            joined.codes.extend(&place.codes);
            joined.contributions.extend(&place.contributions);
            // No site reaches from one place into the next.
            joined.codes.push(regulens::sequence::codes::UNKNOWN);
            joined.contributions.push(f32::NAN);
        }
        joined
    }

    fn table(&self, places: &[OfPlace], motifs: &[Motif], seqlets: &[Seqlet], named: &[Named]) -> Table {
        let mut table = Table::new(vec![
            "sequence",
            "start",
            "end",
            "strand",
            "motif",
            "score",
            "p",
            "q",
            "id",
            "contribution",
            "seqlet_q",
        ]);
        for Named { seqlet, site, q } in named {
            let number = self.starts.partition_point(|&start| start <= site.start) - 1;
            let (place, seqlet, motif) = (&places[number], &seqlets[*seqlet], &motifs[site.motif]);
            let first = place.start + site.start - self.starts[number];
            table.push(vec![
                Cell::text(&place.sequence),
                Cell::Count(first + 1),
                Cell::Count(first + site.end - site.start),
                Cell::text(if site.reverse { "-" } else { "+" }),
                Cell::text(&motif.name),
                Cell::Number(site.bits),
                Cell::Number(site.p),
                Cell::Number(*q),
                Cell::text(&motif.id),
                Cell::Number(seqlet.contribution),
                Cell::Number(seqlet.q),
            ]);
        }
        table
    }
}

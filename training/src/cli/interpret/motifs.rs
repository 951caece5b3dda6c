//! `regulens interpret motifs`: the stretches that a track rests on, and which motif each matches.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pollster::block_on;
use regulens::engine::TrackGradients;
use regulens::interpret::attribution::{SHUFFLES, SequenceMethod, Steps};
use regulens::interpret::motifs::{
    Background, MotifSearch, NAMES_Q, Named, PATTERN, Pattern, SEQLETS_Q, ScoredMotif, Seqlet, find_patterns,
};
use regulens::sequence::Window;
use regulens::sequence::motifs::{Motif, MotifFile};

use super::attribute::{Place, places};
use super::outputs::Outputs;
use super::score_flags::StrandsFlag;
use super::sequences::{SequencesArgs, one_track};
use super::table::{Cell, Table};
use crate::cli::error::CliError;
use crate::cli::places::RegionArgs;
use crate::cli::runner::TrackRunner;
use crate::cli::words::counted;
use crate::cli::{files, genome, interrupt, progress};

/// Model, sequences and motifs to name by.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct MotifsArgs {
    #[command(flatten)]
    sequences: SequencesArgs,
    #[command(flatten)]
    places: RegionArgs,
    /// Known motifs: MEME minimal format, or matrices of JASPAR, HOCOMOCO, HOMER or TRANSFAC
    #[arg(long, value_name = "FILE.meme")]
    motifs: PathBuf,
    /// Track by name [default: the only track of the model]
    #[arg(long, value_name = "NAME")]
    track: Option<String>,
    /// Attribution method
    #[arg(long, value_enum, default_value_t)]
    method: DerivedBy,
    /// Strands to average
    #[arg(long, value_enum, default_value_t)]
    strands: StrandsFlag,
    /// Number of shuffles of each window that serve as baselines of integrated gradients
    #[arg(long, value_name = "N", default_value_t = SHUFFLES)]
    shuffles: usize,
    /// Seed of the shuffles
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// False discovery rate of seqlets: 13-base stretches that contribute more than those of shuffled windows
    #[arg(long, value_name = "Q", default_value_t = SEQLETS_Q, value_parser = share)]
    seqlets: f64,
    /// False discovery rate of motif names
    #[arg(long, value_name = "Q", default_value_t = NAMES_Q, value_parser = share)]
    q: f64,
    /// Background base frequencies: of these sequences, of the motif file, or uniform
    #[arg(long, value_enum, default_value_t)]
    background: BackgroundFlag,
    /// Table to write, with one row per named seqlet
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Patterns of similar seqlets to write, as MEME matrices for logos. A pattern has the name of most of its seqlets;
    /// nsites is their number
    #[arg(long, value_name = "FILE.meme")]
    patterns: Option<PathBuf>,
    /// Minimum number of seqlets in a pattern
    #[arg(long, value_name = "N", default_value_t = PATTERN, requires = "patterns")]
    least: usize,
}

const AFTER_HELP: &str = "\
A seqlet is a peak of base contributions that exceeds the peaks in shuffled windows with the same
dinucleotides. Without --regions or --genes all sequences are read.

OUTPUT, columns of --out
  sequence, start, end  position of the match (from 1, both ends included)
  strand
  motif, id             name of the factor, and ID of the motif in its file
  score                 score of the match in bits
  p                     exact p-value of the match in random sequence
  q                     Benjamini-Hochberg q over all seqlets and motifs
  contribution          contribution of the seqlet to the sum of the track
  seqlet_q              q of the seqlet";

/// A way to find contributions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum DerivedBy {
    /// Relative to shuffled windows; recovers more of the planted motifs
    #[default]
    IntegratedGradients,
    /// One pass, about 300 times as fast, but seldom above the level of shuffled windows
    Gradient,
}

/// Background of a random site.
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
        _ => Err(format!(
            "`{text}` is not a valid share; expected a number above 0 and at most 1"
        )),
    }
}

/// Results at one place.
struct OfPlace {
    /// Its sequence.
    sequence: String,
    /// Its first base, counted from 0.
    start: usize,
    codes: Vec<u8>,
    /// NaN where nothing is known.
    contributions: Vec<f32>,
}

/// Finds seqlets, names them, and writes the table.
pub fn run(args: &MotifsArgs) -> Result<(), CliError> {
    args.sequences.begin()?;
    let motifs = files::motifs(&args.motifs)?;
    let mut outputs = Outputs::create([("--out", Some(&*args.out)), ("--patterns", args.patterns.as_deref())])?;
    let mut runner = args.sequences.runner()?;
    let card = runner.engine().card().clone();
    let track = one_track(&card, args.track.as_ref())?;
    let mut genome = genome::open(args.sequences.path())?;
    let places = places(&args.places, &mut genome, runner.engine().window())?;
    let gradients = runner.engine().gradients();
    let length = runner.engine().shape().length;

    let windows: usize = places.iter().map(|place| place.windows.len()).sum();
    let mut search = MotifSearch::new(args.seed, windows);
    let progress = progress::counting("", windows + search.shuffled_windows(), "windows");
    let (mut found, mut done) = (Vec::new(), 0);
    for place in &places {
        let mut of_place = begin(place, &mut genome, length)?;
        for window in &place.windows {
            let codes = genome.window(place.sequence, window.start, length)?;
            let own = args.contributions(&mut runner, &gradients, track, window, &codes)?;
            of_place.add(window.start, &own);
            progress.inc(1);
            for codes in search.shuffled(done, &codes) {
                search.add(args.contributions(&mut runner, &gradients, track, window, &codes)?);
                progress.inc(1);
            }
            done += 1;
        }
        found.push(of_place);
    }
    progress.finish_and_clear();

    let background = match (args.background, motifs.background) {
        (BackgroundFlag::Sequences, _) => Background::of(found.iter().flat_map(|place| &place.codes)),
        (BackgroundFlag::File, Some(stated)) => Background(stated),
        (BackgroundFlag::File, None) => {
            return Err(CliError::file(
                args.motifs.display(),
                "found no background letter frequencies in the motif file; expected them for --background file. \
                    Leave the flag out.",
            ));
        }
        (BackgroundFlag::Uniform, _) => Background::UNIFORM,
    };
    let scored = ScoredMotif::all(&motifs, background);
    // All places together: a wrong name is an error of the whole table.
    let joined = Joined::of(&found);
    let all = (&joined.codes[..], &joined.contributions[..]);
    let (seqlets, named) = search.find(all, &scored, (args.seqlets, args.q));
    let table = joined.table(&found, &motifs.motifs, &seqlets, &named);
    outputs.write("--out", |out| table.write(out))?;
    let patterns = match args.patterns {
        Some(_) => find_patterns(all.0, all.1, &seqlets, args.least),
        None => Vec::new(),
    };
    let alike = patterns.iter().enumerate();
    let patterns = MotifFile {
        motifs: alike
            .map(|(number, pattern)| as_motif(number, pattern, &named, &motifs.motifs))
            .collect(),
        notes: Vec::new(),
        background: None,
    };
    if args.patterns.is_some() {
        outputs.write("--patterns", |out| patterns.write_meme(None, out))?;
    }
    outputs.commit()?;
    eprintln!(
        "{} of track {} in {}, {} of them named by {}, written to {}",
        counted(seqlets.len(), "seqlet"),
        card.tracks[track].name,
        counted(windows, "window"),
        named.len(),
        counted(motifs.motifs.len(), "motif"),
        args.out.display()
    );
    for pattern in &patterns.motifs {
        eprintln!(
            "{}: {} like {}, {}",
            pattern.id,
            counted(pattern.sites as usize, "seqlet"),
            consensus(pattern),
            pattern.name
        );
    }
    Ok(())
}

/// A pattern as a motif, with the name that most of its seqlets have.
fn as_motif(number: usize, pattern: &Pattern, named: &[Named], motifs: &[Motif]) -> Motif {
    let is_member = |seqlet| pattern.members.iter().any(|member| member.seqlet == seqlet);
    let mut counts = vec![0; motifs.len()];
    for name in named.iter().filter(|name| is_member(name.seqlet)) {
        counts[name.site.motif] += 1;
    }
    // Ties go to the first in the file.
    let most = counts.iter().max().filter(|most| **most > 0);
    let name = most.and_then(|most| counts.iter().position(|count| count == most));
    Motif {
        id: format!("pattern-{}", number + 1),
        name: name.map_or_else(|| "unnamed".to_owned(), |name| motifs[name].name.clone()),
        rows: pattern.rows.clone(),
        sites: pattern.members.len() as f64,
    }
}

/// The most frequent letter of each column.
fn consensus(motif: &Motif) -> String {
    let letter = |row: &[f64; 4]| {
        let most = (0..4)
            .rev()
            .max_by(|&a, &b| row[a].total_cmp(&row[b]))
            .expect("four letters");
        char::from(b"ACGT"[most])
    };
    motif.rows.iter().map(letter).collect()
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
                engine.attribute(gradients, codes, summed, self.strands.into(), method, &mut async |_| {
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

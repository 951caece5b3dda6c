//! Which bases a track rests on.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use pollster::block_on;
use regulens::engine::TrackGradients;
use regulens::interpret::attribution::{MOST_SHARED, SequenceAttribution, SequenceMethod, Steps};
use regulens::interpret::variants::ScoreSettings;
use regulens::sequence::codes::letter;
use regulens::sequence::{Around, Bases, Genome, Window, Windows};
use regulens::weights::WeightFile;

use super::arrays::{Contributions, Row, bases_of, hypothetical, letters, letters_beside, write_npz, write_tensors};
use super::{AttributeArgs, MethodName, SequenceArgs, TrackArgs};
use crate::cli::error::CliError;
use crate::cli::interpret::outputs::Outputs;
use crate::cli::interpret::sequences::one_track;
use crate::cli::interpret::table::{Cell, Table};
use crate::cli::places::{RegionArgs, on};
use crate::cli::runner::TrackRunner;
use crate::cli::words::counted;
use crate::cli::{genome, interrupt, progress};

/// Format of an output, by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    BigWig,
    Npz,
    Safetensors,
}

impl Format {
    fn of(path: &Path) -> Result<Self, CliError> {
        let name = path.as_os_str().to_string_lossy().to_ascii_lowercase();
        let endings = [
            (".bw", Self::BigWig),
            (".bigwig", Self::BigWig),
            (".npz", Self::Npz),
            (".safetensors", Self::Safetensors),
        ];
        let found = endings.iter().find(|(ending, _)| name.ends_with(ending));
        found.map(|(_, format)| *format).ok_or_else(|| {
            CliError::Usage(format!(
                "--out {}: expected a file name that ends in .bw, .npz or .safetensors for attributions of sequences",
                path.display()
            ))
        })
    }
}

/// A place on the genome, and the windows that predict it.
pub struct Place {
    /// As it was asked for.
    pub name: String,
    /// Its sequence's number.
    pub sequence: usize,
    /// Its bases, counted from 0.
    pub bases: Range<u64>,
    /// The windows that predict it.
    pub windows: Vec<Window>,
}

impl TrackArgs {
    /// Refuses what is only of sequences, these flags and `further` ones, of a model of tables.
    pub fn check(&self, further: Option<&'static str>) -> Result<(), CliError> {
        let given = [self.track.as_ref().map(|_| "--track"), self.places.given(), further];
        match given.into_iter().flatten().next() {
            None => Ok(()),
            Some(flag) => Err(CliError::Usage(format!(
                "{flag} applies to sequence models; this one reads signal tables. Leave it out"
            ))),
        }
    }
}

impl SequenceArgs {
    /// Refuses what is only of sequences, of a model of tables.
    pub fn check(&self) -> Result<(), CliError> {
        self.of.check(self.bases.map(|_| "--bases"))
    }
}

/// Attributes, and writes.
pub fn run(args: &AttributeArgs, weights: WeightFile) -> Result<(), CliError> {
    args.check_sequences()?;
    let format = Format::of(&args.out)?;
    let beside = (format == Format::Npz).then(|| letters_beside(&args.out));
    let mut outputs = Outputs::create([
        ("--out", Some(&*args.out)),
        ("letters", beside.as_deref()),
        ("--tsv", args.tsv.as_deref()),
    ])?;
    let card = weights.card.clone();
    let track = one_track(&card, args.sequences.of.track.as_ref())?;
    let mut genome = genome::open(args.tables.inputs().0)?;
    let mut runner = TrackRunner::new(weights, args.tables.device())?;
    let places = places(&args.sequences.of.places, &mut genome, runner.engine().window())?;
    let names = genome.sequences().to_vec();
    let gradients = runner.engine().gradients();

    let windows: usize = places.iter().map(|place| place.windows.len()).sum();
    let progress = progress::counting("", windows, "windows");
    let (mut rows, mut contributions) = (Vec::new(), Contributions::default());
    let mut open = 0;
    for place in &places {
        let found = match args.method {
            MethodName::Mutagenesis => args.exchanged(&mut runner, &mut genome, place, track)?,
            _ => args.derived(&mut runner, &gradients, &mut genome, place, track, &|| progress.inc(1))?,
        };
        open += found.iter().filter(|row| !row.found.has_converged()).count();
        if format == Format::BigWig {
            let middle = u64::midpoint(place.bases.start, place.bases.end);
            contributions.add(&names[place.sequence], genome.length(place.sequence)?, middle, &found);
        }
        if format != Format::BigWig || args.tsv.is_some() {
            let bases = args.sequences.bases.unwrap_or(usize::MAX);
            rows.extend(found.into_iter().map(|row| row.middle(bases)));
        }
    }
    progress.finish_and_clear();
    let shuffles = format!("{} dinucleotide-preserving shuffles", args.sequences.of.shuffles);
    let method = args.method.text();
    let texts = [
        ("method", method.as_str()),
        (
            "baseline",
            if args.method == MethodName::IntegratedGradients {
                &shuffles
            } else {
                ""
            },
        ),
        ("score", "sum_over_bins"),
        ("track", &card.tracks[track].name),
    ];
    match format {
        Format::BigWig => outputs.write("--out", |out| contributions.write(out))?,
        Format::Npz => {
            let bases = bases_of(&rows, &args.out)?;
            outputs.write("--out", |out| write_npz(&rows, bases, hypothetical, out))?;
            outputs.write("letters", |out| write_npz(&rows, bases, letters, out))?;
        }
        Format::Safetensors => {
            let bases = bases_of(&rows, &args.out)?;
            outputs.write("--out", |out| write_tensors(&rows, bases, &texts, out))?;
        }
    }
    outputs.write("--tsv", |out| table(&rows).write(out))?;
    outputs.commit()?;
    if open > 0 {
        eprintln!(
            "warning: attributions have not converged in {open} of {}: gradients leave more than {} % of the summed \
                contributions unexplained. See remainder",
            counted(windows, "window"),
            100.0 * MOST_SHARED
        );
    }
    eprintln!(
        "{method} of {}, track {}, written to {}",
        counted(windows, "window"),
        card.tracks[track].name,
        args.out.display()
    );
    Ok(())
}

impl AttributeArgs {
    /// Refuses what is only of tables.
    fn check_sequences(&self) -> Result<(), CliError> {
        let (_, input_b) = self.tables.inputs();
        let given = [
            input_b.map(|_| "--input-b"),
            self.baseline.first().map(|_| "--baseline"),
            (self.window > 1).then_some("--window"),
            self.together.then_some("--together"),
            self.tables.is_changed().then_some("--select-bins or --scale"),
        ];
        if let Some(flag) = given.into_iter().flatten().next() {
            return Err(CliError::Usage(format!(
                "{flag} applies to table models; this one reads sequences, which are compared with their \
                    --shuffles. Leave it out"
            )));
        }
        if self.steps.is_some() && self.method != MethodName::IntegratedGradients {
            return Err(CliError::Usage(
                "--steps requires --method integrated-gradients".to_owned(),
            ));
        }
        if self.method == MethodName::Mutagenesis && self.sequences.of.places.given().is_none() {
            return Err(CliError::Usage(
                "--method mutagenesis substitutes the bases of regions; name them with --regions or --genes".to_owned(),
            ));
        }
        Ok(())
    }

    /// By gradients: a row a window.
    fn derived(
        &self,
        runner: &mut TrackRunner,
        gradients: &TrackGradients,
        genome: &mut Genome<File>,
        place: &Place,
        track: usize,
        done: &dyn Fn(),
    ) -> Result<Vec<Row>, CliError> {
        let method = match self.method {
            MethodName::Gradient => SequenceMethod::Gradient,
            _ => SequenceMethod::IntegratedGradients {
                shuffles: self.sequences.of.shuffles,
                seed: self.sequences.seed,
                steps: self.steps.map_or(Steps::UntilComplete, Steps::Fixed),
            },
        };
        let length = runner.engine().shape().length;
        let mut rows = Vec::with_capacity(place.windows.len());
        for window in &place.windows {
            let codes = genome.window(place.sequence, window.start, length)?;
            let strands = self.sequences.of.strands.into();
            let bins = window.keep.clone();
            let found = runner.run(|engine| {
                let bins = (track, bins.clone());
                block_on(
                    engine.attribute(gradients, &codes, bins, strands, method, &mut async |_| {
                        interrupt::go_on()
                    }),
                )
            })?;
            rows.push(row(place, genome, window.start, codes, found));
            done();
        }
        Ok(rows)
    }

    /// By mutagenesis: one row, of the place's bases.
    fn exchanged(
        &self,
        runner: &mut TrackRunner,
        genome: &mut Genome<File>,
        place: &Place,
        track: usize,
    ) -> Result<Vec<Row>, CliError> {
        let reach = runner.engine().shape().length as u64;
        let Range { start, end } = place.bases;
        let (first, codes) = genome.around(place.sequence, start..end, reach)?;
        let codes = codes.into_owned();
        let settings = ScoreSettings {
            around: 0,
            strands: self.sequences.of.strands.into(),
            ..ScoreSettings::default()
        };
        let region = (start - first) as usize..(end - first) as usize;
        let found = runner.run(|engine| {
            let between = async |_: usize, _: usize| interrupt::go_on();
            block_on(engine.mutagenesis(&codes, region.clone(), &[track], &settings, between))
        })?;
        let found = found.first().expect("one track was asked for");
        let attribution = SequenceAttribution::of_mutagenesis(found);
        Ok(vec![row(
            place,
            genome,
            start as i64,
            found.reference.clone(),
            attribution,
        )])
    }
}

/// The places that flags name, or all sequences, and the windows that predict them.
pub fn places(
    chosen: &RegionArgs,
    genome: &mut Genome<File>,
    shape: regulens::sequence::Shape,
) -> Result<Vec<Place>, CliError> {
    let mut places = Vec::new();
    if chosen.given().is_none() {
        let mut without = Vec::new();
        for (sequence, name) in genome.sequences().to_vec().into_iter().enumerate() {
            match genome.check_known(sequence) {
                Ok(()) => {
                    let bases = genome.length(sequence)?;
                    places.push(Place {
                        name,
                        sequence,
                        bases: 0..bases,
                        windows: Windows::of(bases as usize, &shape).windows,
                    });
                }
                Err(error) if genome::is_without_base(&error) => without.push((name, error)),
                Err(error) => return Err(error.into()),
            }
        }
        if !without.is_empty() {
            let names: Vec<&str> = without.iter().map(|(name, _)| name.as_str()).collect();
            eprintln!("{}", genome::without_base(genome.file(), &names));
        }
        return match without.into_iter().next() {
            Some((_, error)) if places.is_empty() => Err(error.into()),
            _ => Ok(places),
        };
    }
    for (region, sequence) in on(chosen.list()?, genome, chosen.renames())? {
        let around = Around::of(region.start..region.end, &shape);
        places.push(Place {
            name: region.name,
            sequence,
            bases: region.start..region.end,
            windows: around.windows,
        });
    }
    Ok(places)
}

fn row(place: &Place, genome: &Genome<File>, start: i64, codes: Vec<u8>, found: SequenceAttribution) -> Row {
    Row {
        place: place.name.clone(),
        sequence: genome.sequences()[place.sequence].clone(),
        start,
        codes,
        found,
    }
}

/// A row a base.
fn table(rows: &[Row]) -> Table {
    let mut header = vec![
        "place",
        "sequence",
        "position",
        "reference",
        "A",
        "C",
        "G",
        "T",
        "attribution",
    ];
    let with_errors = rows.iter().any(|row| !row.found.standard_error.is_empty());
    header.extend(with_errors.then_some("standard_error"));
    if rows.iter().any(|row| !row.found.members.is_empty()) {
        header.extend(["sd", "low", "high"]);
    }
    let mut table = Table::new(header);
    for row in rows {
        let hypothetical = row.found.hypothetical.chunks_exact(4);
        let spread = row.spread();
        let bases = row.codes.iter().zip(hypothetical).zip(&row.found.contributions);
        for (at, ((&code, letters), &contribution)) in bases.enumerate() {
            // Beyond the sequence there is nothing to name.
            let Ok(position) = usize::try_from(row.start + at as i64 + 1) else {
                continue;
            };
            if position == 0 {
                continue;
            }
            let mut cells = vec![
                Cell::text(&row.place),
                Cell::text(&row.sequence),
                Cell::Count(position),
                Cell::text(char::from(letter(code)).to_string()),
            ];
            cells.extend(letters.iter().chain([&contribution]).map(|&value| Cell::single(value)));
            cells.extend(row.found.standard_error.get(at).map(|&error| Cell::single(error)));
            let spread = spread
                .as_ref()
                .map(|spread| [spread.sd[at], spread.low[at], spread.high[at]]);
            cells.extend(spread.into_iter().flatten().map(Cell::single));
            table.push(cells);
        }
    }
    table
}

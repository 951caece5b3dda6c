//! Explanations of a track, base by base, as tests of them ask for them.

pub mod deletion;
pub mod truth;

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use pollster::block_on;
use regulens::engine::{DeviceKind, ExplainedBases, TrackEngine, TrackGradients, TrackSum};
use regulens::interpret::PlantedSites;
use regulens::interpret::deletion::{BaseExplanation, PlantedRecord, TestedWindow, window_name};
use regulens::interpret::motifs::{Background, ScoredMotif};
use regulens::sequence::motifs::MotifFile;
use regulens::sequence::{Genome, Window};
use regulens::weights::WeightFile;

use super::attribute::{Place, TrackArgs, places};
use super::sequences::one_track;
use crate::cli::error::CliError;
use crate::cli::runner::TrackRunner;
use crate::cli::{files, genome, interrupt};

/// Track and place.
#[derive(Debug, Args)]
pub struct BasesArgs {
    #[command(flatten)]
    of: TrackArgs,
    /// Known motifs, whose sites are tested as a reference: MEME minimal format, or matrices of JASPAR, HOCOMOCO, HOMER
    /// or TRANSFAC
    #[arg(long, value_name = "FILE.meme", help_heading = "Sequence models")]
    motifs: Option<PathBuf>,
}

/// An explanation of bases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BaseName {
    Gradient,
    IntegratedGradients,
    Mutagenesis,
    Attention,
    Motifs,
    Random,
}

impl From<BaseName> for BaseExplanation {
    fn from(name: BaseName) -> Self {
        match name {
            BaseName::Gradient => Self::Gradient,
            BaseName::IntegratedGradients => Self::IntegratedGradients,
            BaseName::Mutagenesis => Self::Mutagenesis,
            BaseName::Attention => Self::Attention,
            BaseName::Motifs => Self::Motifs,
            BaseName::Random => Self::Random,
        }
    }
}

/// The name of an explanation, as flags and tables have it.
pub fn name(explanation: BaseExplanation) -> String {
    let is_it = |name: &&BaseName| BaseExplanation::from(**name) == explanation;
    let name = BaseName::value_variants().iter().find(is_it).expect("each has a name");
    let value = name.to_possible_value().expect("none is hidden");
    value.get_name().to_owned()
}

impl BasesArgs {
    /// Refuses what is only of sequences, of a model of tables.
    pub fn check(&self) -> Result<(), CliError> {
        self.of.check(self.motifs.as_ref().map(|_| "--motifs"))
    }

    /// The explanations that are named, or all that cost no prediction for each base.
    fn explanations(
        &self,
        engine: &TrackEngine,
        named: Option<&[BaseExplanation]>,
    ) -> Result<Vec<BaseExplanation>, CliError> {
        let attends = engine.shape().layers > 0;
        let all = BaseExplanation::ALL.into_iter();
        let Some(named) = named else {
            let is_offered = |each: &BaseExplanation| match each {
                BaseExplanation::Mutagenesis => false,
                BaseExplanation::Attention => attends,
                BaseExplanation::Motifs => self.motifs.is_some(),
                _ => true,
            };
            return Ok(all.filter(is_offered).collect());
        };
        if named.contains(&BaseExplanation::Motifs) && self.motifs.is_none() {
            return Err(CliError::Usage(
                "--explanations motifs requires known motifs; name a file with --motifs".to_owned(),
            ));
        }
        if named.contains(&BaseExplanation::Attention) && !attends {
            return Err(CliError::Usage(format!(
                "--explanations attention: {} has no attention",
                engine.card().name
            )));
        }
        Ok(all.filter(|each| named.contains(each)).collect())
    }

    fn motifs(&self) -> Result<Option<MotifFile>, CliError> {
        self.motifs.as_deref().map(files::motifs).transpose()
    }
}

/// A model, its genome and the places to explain.
pub struct Subject {
    runner: TrackRunner,
    gradients: TrackGradients,
    genome: Genome<File>,
    places: Vec<Place>,
    motifs: Vec<ScoredMotif>,
    track: usize,
    explanations: Vec<BaseExplanation>,
    strands: regulens::interpret::variants::Strands,
    shuffles: usize,
    seed: u64,
}

/// A window of a place.
struct Seen {
    /// Its sequence.
    sequence: String,
    /// The sequence's base at which it begins, counted from 0.
    start: i64,
    /// As random numbers and tables name it.
    name: String,
    codes: Vec<u8>,
    sum: TrackSum,
    /// The bases under the bins that are summed, as far as the sequence goes.
    ranked: Range<usize>,
}

impl Seen {
    /// Returns the part of it that is tested, with the truth to compare with.
    fn tested<'a>(&'a self, truth: Option<&'a PlantedSites>, bin: usize) -> TestedWindow<'a> {
        let planted = truth.map(|truth| PlantedRecord {
            sites: truth.of(&self.sequence),
            start: self.start,
            bin,
        });
        TestedWindow {
            name: &self.name,
            codes: &self.codes,
            ranked: &self.ranked,
            planted,
        }
    }
}

impl Subject {
    pub fn new(
        args: &BasesArgs,
        weights: WeightFile,
        device: DeviceKind,
        input: &Path,
        named: Option<&[BaseExplanation]>,
        seed: u64,
    ) -> Result<Self, CliError> {
        let track = one_track(&weights.card, args.of.track.as_ref())?;
        let motifs = args.motifs()?;
        let mut genome = genome::open(input)?;
        let runner = TrackRunner::new(weights, device)?;
        let explanations = args.explanations(runner.engine(), named)?;
        let places = places(&args.of.places, &mut genome, runner.engine().window())?;
        let motifs = match motifs {
            None => Vec::new(),
            Some(file) => {
                let mut codes = Vec::new();
                for place in &places {
                    let bases = genome.length(place.sequence)?;
                    codes.extend(genome.codes(place.sequence, place.bases.start..place.bases.end.min(bases))?);
                }
                let background = Background::of(&codes);
                file.motifs
                    .iter()
                    .map(|motif| ScoredMotif::new(motif, background))
                    .collect()
            }
        };
        Ok(Self {
            gradients: runner.engine().gradients(),
            runner,
            genome,
            places,
            motifs,
            track,
            explanations,
            strands: args.of.strands.into(),
            shuffles: args.of.shuffles,
            seed,
        })
    }

    fn engine(&self) -> &TrackEngine {
        self.runner.engine()
    }

    /// The sites that a file says were planted; refuses one without any in what is predicted.
    fn truth(&mut self, path: &Path) -> Result<PlantedSites, CliError> {
        let file = path.display().to_string();
        let truth = PlantedSites::read(&file, &files::read(path)?)?;
        let bin = self.engine().shape().bin;
        for (sequence, window) in self.all_windows() {
            let seen = self.see(sequence, &window)?;
            let planted = seen.tested(Some(&truth), bin).planted;
            if planted.is_some_and(|planted| !planted.under(&seen.ranked).is_empty()) {
                return Ok(truth);
            }
        }
        Err(CliError::file(
            file,
            "found no site in the predicted regions; expected some. Choose the .sites.tsv written beside the \
                sequences.",
        ))
    }

    /// The windows of all places, each with its sequence.
    fn all_windows(&self) -> Vec<(usize, Window)> {
        let of = |place: &Place| {
            let sequence = place.sequence;
            place.windows.clone().into_iter().map(move |window| (sequence, window))
        };
        self.places.iter().flat_map(of).collect()
    }

    /// A window's bases.
    fn see(&mut self, sequence: usize, window: &Window) -> Result<Seen, CliError> {
        let shape = self.engine().window();
        let length = self.genome.length(sequence)? as usize;
        let codes = self.genome.window(sequence, window.start, shape.length)?;
        let ranked = window.kept(length, &shape);
        let name = &self.genome.sequences()[sequence];
        Ok(Seen {
            sequence: name.clone(),
            start: window.start,
            name: window_name(name, window.start, &ranked),
            codes,
            sum: TrackSum {
                track: self.track,
                bins: window.keep.clone(),
            },
            ranked,
        })
    }

    /// Computes the importance of the bases of a window by an explanation.
    fn importance(&mut self, seen: &Seen, explanation: BaseExplanation) -> Result<Vec<f32>, CliError> {
        let settings = ExplainedBases {
            strands: self.strands,
            shuffles: self.shuffles,
            seed: self.seed,
            motifs: &self.motifs,
        };
        let gradients = &self.gradients;
        self.runner.run(|engine| {
            block_on(engine.base_importance(
                gradients,
                (&seen.name, &seen.codes),
                (&seen.sum, seen.ranked.clone()),
                explanation,
                &settings,
                &mut async || interrupt::go_on(),
            ))
        })
    }
}

//! Simulated histone-mark signal: `genes` windows whose truth is known.
//!
//! For each gene a state, on or off, and a strand are drawn. A subset of marks is then chosen to tell that state: in
//! the core of such a mark's domain the expected count is multiplied by an effect, above 1 for activating marks of a
//! gene that is on and repressing marks of one that is off, below 1 otherwise. Everything else varies without
//! telling anything: the place and amplitude of each domain, marks that are decoys, and the counts themselves, which
//! are gamma-Poisson (negative binomial).
//!
//! Expression is drawn from the state; a gene's label is count ≥ median, as for real data, so label and state differ
//! for some genes. Bins are in genomic order: a gene on the minus strand is not turned.
//!
//! On request there is one more track, which the table is without: it lies where the gene's H3K4me3 lies, with an
//! amplitude of its own, and is raised there on every gene that is on and lowered on every gene that is off.

use std::io::{self, Write};

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, LogNormal, Poisson};
use serde::Serialize;

use super::mark::{Domain, MarkModel, PROMOTER, Role};
use super::truth::expression_rows;
pub use super::truth::{GeneTruth, Planted, Strand, write_expression, write_truth_tsv};
use crate::input::{Expression, InputError, Layout, SignalTable};

/// Amplitude of a domain from gene to gene: standard deviation of its natural logarithm.
const AMPLITUDE: f64 = 0.6;
/// Background from gene to gene: standard deviation of its natural logarithm.
const BACKGROUND: f64 = 0.25;
/// Effects are 1 + d or 1 − d with d between these: raising and lowering leave the depth of a mark as it is.
const EFFECT: (f64, f64) = (0.45, 0.85);
/// Expression of genes that are on and off: median count, and standard deviation of its natural logarithm.
const EXPRESSION_ON: (f64, f64) = (4_000.0, 1.1);
const EXPRESSION_OFF: (f64, f64) = (30.0, 1.4);

/// Random numbers of a held-out track are drawn from streams of their own, so that asking for one changes no other
/// number.
const HELD_OUT_STREAM: u64 = 1 << 63;

/// Settings of a simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SimulationConfig {
    /// Number of genes.
    pub genes: usize,
    /// Bins a gene; the TSS lies between the middle two.
    pub bins: usize,
    /// Base pairs a bin.
    pub bin_size: usize,
    /// Marks in the table's column order. H3K4me3, H3K4me1, H3K36me3, H3K27me3 and H3K9me3 look as in cells; any
    /// other mark is a decoy.
    pub marks: Vec<String>,
    /// Marks that vary and tell nothing.
    pub decoys: Vec<String>,
    /// The name of a track like H3K27ac to simulate beside the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_out: Option<String>,
    /// Chance that a gene is on.
    pub on_fraction: f64,
    /// The same seed gives the same data; a gene's signal does not depend on the number of genes.
    pub seed: u64,
    /// Name of the cell type, in names and notes.
    pub cell_type: String,
}

impl Default for SimulationConfig {
    /// 1,000 genes of 100 bins of 100 bp, the five marks in AttentiveChrome's published order, H3K9me3 a decoy.
    fn default() -> Self {
        let marks = Layout::Labelled.published_marks().into_iter().flatten();
        Self {
            genes: 1_000,
            bins: 100,
            bin_size: 100,
            marks: marks.map(str::to_owned).collect(),
            decoys: vec!["H3K9me3".to_owned()],
            held_out: None,
            on_fraction: 0.5,
            seed: 1,
            cell_type: "simulated".to_owned(),
        }
    }
}

/// Why nothing was simulated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SimulationError {
    /// A number that must be above 0.
    #[error("found {name} = 0; expected 1 or more")]
    Zero {
        /// The setting.
        name: &'static str,
    },
    /// A sequence that nothing fits in.
    #[error("found length = {found}; expected at least {expected}")]
    TooShort {
        /// Base pairs.
        found: usize,
        /// The least that there must be.
        expected: usize,
    },
    /// A chance that is none.
    #[error("found on_fraction = {found}; expected a number between 0 and 1")]
    OnFraction {
        /// The number.
        found: f64,
    },
    /// A chance that is none.
    #[error("found changed_fraction = {found}; expected a number between 0 and 1")]
    ChangedFraction {
        /// The number.
        found: f64,
    },
    /// Marks that name no columns.
    #[error("found the marks {found:?}; expected different names, without commas, tabs, quotes or line breaks")]
    Marks {
        /// The names.
        found: Vec<String>,
    },
    /// A decoy that is no mark.
    #[error("found the decoy {found}; expected one of the marks {}", marks.join(", "))]
    Decoy {
        /// The decoy.
        found: String,
        /// The marks.
        marks: Vec<String>,
    },
    /// A held-out track that is one of the marks, or names no column.
    #[error(
        "found the held-out track {found}; expected a name without commas, tabs, quotes or line breaks that is not \
            one of the marks {}", marks.join("\
            , ")
    )]
    HeldOut {
        /// The track.
        found: String,
        /// The marks.
        marks: Vec<String>,
    },
    /// Labels could not be made.
    #[error(transparent)]
    Labels(#[from] InputError),
}

/// Simulated data.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// Counts, with labels.
    pub table: SignalTable,
    /// Counts of expression, from which the labels were made.
    pub expression: Expression,
    /// Planted truth, gene by gene in the table's order.
    pub truth: Vec<GeneTruth>,
    /// Counts of the held-out track on the same genes, without labels, where one was asked for.
    pub held_out: Option<SignalTable>,
}

/// Simulates what `config` says.
pub fn simulate(config: &SimulationConfig) -> Result<Simulated, SimulationError> {
    check(config)?;
    let digits = config.genes.to_string().len().max(6);
    let mut values = Vec::with_capacity(config.genes * config.bins * config.marks.len());
    let mut truth = Vec::with_capacity(config.genes);
    let mut held_out = Vec::new();
    for index in 0..config.genes as u64 {
        let gene = format!("SIM{:0digits$}", index + 1);
        let (gene, promoter) = simulate_gene(config, gene, index, &mut values);
        if config.held_out.is_some() {
            simulate_held_out(config, &gene, promoter, index, &mut held_out);
        }
        truth.push(gene);
    }

    let name = format!("{}, seed {}", config.cell_type, config.seed);
    let expression = Expression::read(&format!("expression of {name}"), expression_rows(&truth).as_bytes())?;
    let table = SignalTable {
        file: name,
        layout: Layout::Headed,
        marks: config.marks.clone(),
        bins: config.bins,
        genes: truth.iter().map(|gene| gene.gene.clone()).collect(),
        values,
        labels: None,
        windows: None,
        notes: vec!["simulated, with planted truth".to_owned()],
    };
    let held_out = config.held_out.as_ref().map(|mark| SignalTable {
        file: format!("{mark} of {}", table.file),
        marks: vec![mark.clone()],
        values: held_out,
        notes: vec!["simulated".to_owned()],
        ..table.clone()
    });
    let table = table.with_labels_from(&expression)?;
    for (gene, &label) in truth.iter_mut().zip(table.labels.iter().flatten()) {
        gene.label = label;
    }
    Ok(Simulated {
        table,
        expression,
        truth,
        held_out,
    })
}

fn check(config: &SimulationConfig) -> Result<(), SimulationError> {
    check_sizes(config.genes, config.bins, config.bin_size, &config.marks)?;
    if !(0.0..=1.0).contains(&config.on_fraction) {
        let found = config.on_fraction;
        return Err(SimulationError::OnFraction { found });
    }
    check_marks(&config.marks, &config.decoys)?;
    match &config.held_out {
        Some(track) if nameless(track) || is_among(&config.marks, track) => Err(SimulationError::HeldOut {
            found: track.clone(),
            marks: config.marks.clone(),
        }),
        _ => Ok(()),
    }
}

/// Refuses what there is none of.
pub(super) fn check_sizes(genes: usize, bins: usize, bin_size: usize, marks: &[String]) -> Result<(), SimulationError> {
    let sizes = [
        ("genes", genes),
        ("bins", bins),
        ("bin_size", bin_size),
        ("marks", marks.len()),
    ];
    match sizes.into_iter().find(|(_, size)| *size == 0) {
        Some((name, _)) => Err(SimulationError::Zero { name }),
        None => Ok(()),
    }
}

/// Returns true if a name cannot be a column of a table.
fn nameless(mark: &str) -> bool {
    mark.is_empty() || mark.contains([',', '\t', '"', '\n', '\r'])
}

fn is_among(marks: &[String], mark: &str) -> bool {
    marks.iter().any(|other| other.eq_ignore_ascii_case(mark))
}

/// Holds marks to be columns of a table, and decoys to be marks.
pub(super) fn check_marks(marks: &[String], decoys: &[String]) -> Result<(), SimulationError> {
    let unfit = |(index, mark): (usize, &String)| nameless(mark) || is_among(&marks[..index], mark);
    if marks.iter().enumerate().any(unfit) {
        let found = marks.to_vec();
        return Err(SimulationError::Marks { found });
    }
    match decoys.iter().find(|decoy| !marks.contains(decoy)) {
        Some(decoy) => Err(SimulationError::Decoy {
            found: decoy.clone(),
            marks: marks.to_vec(),
        }),
        None => Ok(()),
    }
}

/// Appends the counts of one gene, [bins, marks], and gives its truth, the label of which is not known yet, and where
/// its H3K4me3 lies.
fn simulate_gene(
    config: &SimulationConfig,
    gene: String,
    index: u64,
    values: &mut Vec<f32>,
) -> (GeneTruth, Option<Domain>) {
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    rng.set_stream(index);
    let on = rng.random_bool(config.on_fraction);
    let strand = if rng.random_bool(0.5) {
        Strand::Plus
    } else {
        Strand::Minus
    };
    let expression = draw_expression(on, &mut rng);
    let telling = draw_telling_marks(&config.marks, &config.decoys, &mut rng);

    let places = downstream_of_tss(config.bins, config.bin_size, strand);
    let half_window = (config.bins * config.bin_size) as f64 / 2.0;
    let start = values.len();
    values.resize(start + config.bins * config.marks.len(), 0.0);
    let mut planted = Vec::new();
    let mut promoter = None;
    for (column, mark) in config.marks.iter().enumerate() {
        let model = MarkModel::of(mark);
        let domain = model.domain(half_window, &mut rng);
        let level = Level::draw(&mut rng);
        let mut rates = expected_counts(config.bin_size, &model, &domain, &places, level);
        if telling[column] {
            let raised = on == (model.role == Role::Activating);
            let change = rng.random_range(EFFECT.0..EFFECT.1);
            let effect = if raised { 1.0 + change } else { 1.0 - change };
            planted.extend(plant(mark, &domain, &places, effect, &mut rates));
        }
        for (bin, rate) in rates.into_iter().enumerate() {
            values[start + bin * config.marks.len() + column] = draw_count(rate, model.dispersion, &mut rng);
        }
        if mark == PROMOTER {
            promoter = Some(domain);
        }
    }
    let truth = GeneTruth {
        gene,
        on,
        label: on,
        strand,
        expression,
        planted,
    };
    (truth, promoter)
}

/// Appends one gene's counts of the held-out track, [bins]. Without an H3K4me3 to follow it lies at a promoter of its
/// own.
fn simulate_held_out(
    config: &SimulationConfig,
    gene: &GeneTruth,
    promoter: Option<Domain>,
    index: u64,
    values: &mut Vec<f32>,
) {
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    rng.set_stream(HELD_OUT_STREAM | index);
    let model = MarkModel::held_out();
    let half_window = (config.bins * config.bin_size) as f64 / 2.0;
    let domain = promoter.unwrap_or_else(|| model.domain(half_window, &mut rng));
    let places = downstream_of_tss(config.bins, config.bin_size, gene.strand);
    let level = Level::draw(&mut rng);
    let mut rates = expected_counts(config.bin_size, &model, &domain, &places, level);
    let change = rng.random_range(EFFECT.0..EFFECT.1);
    let effect = if gene.on { 1.0 + change } else { 1.0 - change };
    for (rate, &place) in rates.iter_mut().zip(&places) {
        if domain.has_core_at(place) {
            *rate *= effect;
        }
    }
    let counts = rates
        .into_iter()
        .map(|rate| draw_count(rate, model.dispersion, &mut rng));
    values.extend(counts);
}

/// Which marks tell the state of one gene: at least one, unless all are decoys.
pub(super) fn draw_telling_marks(marks: &[String], decoys: &[String], rng: &mut impl Rng) -> Vec<bool> {
    let chances: Vec<f64> = marks
        .iter()
        .map(|mark| {
            if decoys.contains(mark) {
                0.0
            } else {
                MarkModel::of(mark).chance
            }
        })
        .collect();
    let mut telling = vec![false; chances.len()];
    while chances.iter().any(|&chance| chance > 0.0) && !telling.contains(&true) {
        telling = chances.iter().map(|&chance| rng.random_bool(chance)).collect();
    }
    telling
}

/// The centre of each bin in base pairs along the direction of transcription, 0 at the TSS.
pub(super) fn downstream_of_tss(bins: usize, bin_size: usize, strand: Strand) -> Vec<f64> {
    let sign = if strand == Strand::Plus { 1.0 } else { -1.0 };
    let centre = |bin: usize| (bin as f64 + 0.5 - bins as f64 / 2.0) * bin_size as f64;
    (0..bins).map(|bin| sign * centre(bin)).collect()
}

/// Amount of a mark on one gene: factors of the mean in its domain and of its background.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    pub amplitude: f64,
    pub background: f64,
}

impl Level {
    pub fn draw(rng: &mut impl Rng) -> Self {
        Self {
            amplitude: factor_of_mean_1(AMPLITUDE, rng),
            background: factor_of_mean_1(BACKGROUND, rng),
        }
    }
}

/// Expected counts before anything is planted: an even background and the mark's domain, of this gene's level.
pub(super) fn expected_counts(
    bin_size: usize,
    model: &MarkModel,
    domain: &Domain,
    places: &[f64],
    level: Level,
) -> Vec<f64> {
    let mean = model.mean * bin_size as f64 / 100.0;
    let heights: Vec<f64> = places.iter().map(|&place| domain.height_at(place)).collect();
    let mean_height = heights.iter().sum::<f64>() / heights.len() as f64;
    let Level { amplitude, background } = level;
    heights
        .into_iter()
        .map(|height| {
            let domain = if mean_height > 0.0 { height / mean_height } else { 0.0 };
            mean * ((1.0 - model.contrast) * background + model.contrast * amplitude * domain)
        })
        .collect()
}

/// Multiplies the expected counts in the core of a domain; gives each stretch of bins that was changed.
pub(super) fn plant(mark: &str, domain: &Domain, places: &[f64], effect: f64, rates: &mut [f64]) -> Vec<Planted> {
    let mut planted: Vec<Planted> = Vec::new();
    for (index, &place) in places.iter().enumerate() {
        if !domain.has_core_at(place) {
            continue;
        }
        rates[index] *= effect;
        let bin = index + 1;
        match planted.last_mut() {
            Some(stretch) if stretch.last_bin + 1 == bin => stretch.last_bin = bin,
            _ => planted.push(Planted {
                mark: mark.to_owned(),
                first_bin: bin,
                last_bin: bin,
                effect,
            }),
        }
    }
    planted
}

fn draw_expression(on: bool, rng: &mut impl Rng) -> u64 {
    let (median, spread) = if on { EXPRESSION_ON } else { EXPRESSION_OFF };
    draw_poisson(log_normal(median, spread, rng), rng) as u64
}

/// A gamma-Poisson count of the given mean.
pub(super) fn draw_count(mean: f64, dispersion: f64, rng: &mut impl Rng) -> f32 {
    match Gamma::new(dispersion, mean / dispersion) {
        Ok(rates) => draw_poisson(rates.sample(rng), rng) as f32,
        Err(_) => 0.0,
    }
}

/// A Poisson count; 0 for a rate too small to have any.
pub(super) fn draw_poisson(rate: f64, rng: &mut impl Rng) -> f64 {
    Poisson::new(rate).map_or(0.0, |counts| counts.sample(rng))
}

/// A log-normal factor whose mean is 1.
pub(super) fn factor_of_mean_1(spread: f64, rng: &mut impl Rng) -> f64 {
    log_normal((-spread * spread / 2.0).exp(), spread, rng)
}

pub(super) fn log_normal(median: f64, spread: f64, rng: &mut impl Rng) -> f64 {
    LogNormal::new(median.ln(), spread).map_or(median, |amplitudes| amplitudes.sample(rng))
}

/// Writes the truth as JSON: the settings, and the genes as [`GeneTruth`].
pub fn write_truth_json(config: &SimulationConfig, simulated: &Simulated, out: &mut impl Write) -> io::Result<()> {
    let truth = serde_json::json!({
        "simulated": true,
        "config": config,
        "genes": simulated.truth,
    });
    serde_json::to_writer(&mut *out, &truth)?;
    out.write_all(b"\n")
}

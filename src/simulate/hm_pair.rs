//! Simulated histone-mark signal of one set of genes in two cell types, A and B, between which some genes change.
//!
//! For each gene a log2 fold change is drawn, 0 for those that do not change. A subset of marks is then chosen to drive
//! it: in the core of such a mark's domain the expected counts of A are multiplied by 1 − d and those of B by 1 + d, or
//! the other way round, so that activating marks are higher where the gene is, and repressing marks lower. d grows with
//! the size of the change.
//!
//! A domain lies in the same place in both cell types. What differs without telling anything: how much of a mark each
//! cell type has, of decoys most, and the counts themselves. Counts of expression follow the change, with a noise of
//! their own.

use std::io::{self, Write};

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::hm::{
    Level, SimulationError, check_marks, check_sizes, downstream_of_tss, draw_count, draw_poisson, draw_telling_marks,
    expected_counts, factor_of_mean_1, log_normal, plant,
};
use super::mark::{MarkModel, Role};
use super::truth::Strand;
use crate::input::{Layout, SignalTable};

/// Sizes of a change, as |log2|.
const SIZE: (f64, f64) = (1.0, 10.0);
/// d of a gene that changes by |log2| s is s / (s + this), times a factor between [`STRENGTH`].
const HALF_EFFECT: f64 = 1.5;
const STRENGTH: (f64, f64) = (0.75, 1.0);
/// Amplitude of a mark from one cell type to the other: standard deviation of its natural logarithm, and of a decoy's.
const BETWEEN: f64 = 0.15;
const BETWEEN_DECOY: f64 = 0.6;
/// Expression halfway between the cell types: median count, and standard deviation of its natural logarithm.
const EXPRESSION: (f64, f64) = (2_000.0, 0.8);
/// Noise of a count of expression: standard deviation of its natural logarithm.
const EXPRESSION_NOISE: f64 = 0.25;

/// Random numbers are drawn from other streams than those of one cell type.
const PAIR_STREAM: u64 = 1 << 62;

/// Settings of a simulation of two cell types.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairConfig {
    /// Number of genes.
    pub genes: usize,
    /// Bins a gene; the TSS lies between the middle two.
    pub bins: usize,
    /// Base pairs a bin.
    pub bin_size: usize,
    /// Marks in the tables' column order, as in [`SimulationConfig`](super::hm::SimulationConfig).
    pub marks: Vec<String>,
    /// Marks that vary and tell nothing.
    pub decoys: Vec<String>,
    /// Chance that a gene changes.
    pub changed_fraction: f64,
    /// The same seed gives the same data; a gene's signal does not depend on the number of genes.
    pub seed: u64,
    /// Names of the cell types A and B, in names and notes.
    pub cell_types: [String; 2],
}

impl Default for PairConfig {
    /// 1,000 genes of 200 bins of 100 bp, the five marks in DeepDiff's published order, H3K9me3 a decoy.
    fn default() -> Self {
        let marks = Layout::Keyed.published_marks().into_iter().flatten();
        Self {
            genes: 1_000,
            bins: 200,
            bin_size: 100,
            marks: marks.map(str::to_owned).collect(),
            decoys: vec!["H3K9me3".to_owned()],
            changed_fraction: 0.75,
            seed: 1,
            cell_types: ["A", "B"].map(|cell| format!("simulated {cell}")),
        }
    }
}

/// Which way a gene changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Higher in B.
    Up,
    /// Higher in A.
    Down,
    /// The same.
    Unchanged,
}

impl Direction {
    /// The spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Unchanged => "unchanged",
        }
    }
}

/// The truth about one gene.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GeneChange {
    /// Its id.
    pub gene: String,
    /// Its strand.
    pub strand: Strand,
    /// log2 of B by A as planted; what counts show differs by their noise.
    pub log2_fold_change: f64,
    /// Its sign.
    pub direction: Direction,
    /// Its counts of expression in A and B.
    pub expression: [u64; 2],
    /// Where the change shows, mark by mark and from bin 1 upwards.
    pub planted: Vec<PlantedChange>,
}

/// A stretch of bins in which a mark drives a gene's change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlantedChange {
    /// The mark.
    pub mark: String,
    /// The first bin, counted from 1 in genomic order.
    pub first_bin: usize,
    /// The last bin, included.
    pub last_bin: usize,
    /// Factors by which the expected counts of A and B were multiplied.
    pub effects: [f64; 2],
}

/// Simulated data of two cell types.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedPair {
    /// Counts of A and B: the same genes in the same order.
    pub tables: [SignalTable; 2],
    /// Planted truth, gene by gene in the tables' order.
    pub truth: Vec<GeneChange>,
}

/// Simulates what `config` says.
pub fn simulate_pair(config: &PairConfig) -> Result<SimulatedPair, SimulationError> {
    check(config)?;
    let digits = config.genes.to_string().len().max(6);
    let mut values = [Vec::new(), Vec::new()];
    let mut truth = Vec::with_capacity(config.genes);
    for index in 0..config.genes as u64 {
        let gene = format!("SIM{:0digits$}", index + 1);
        truth.push(simulate_gene(config, gene, index, &mut values));
    }
    let genes: Vec<String> = truth.iter().map(|gene| gene.gene.clone()).collect();
    let [a, b] = values;
    let table = |cell: usize, values| SignalTable {
        file: format!("{}, seed {}", config.cell_types[cell], config.seed),
        layout: Layout::Headed,
        marks: config.marks.clone(),
        bins: config.bins,
        genes: genes.clone(),
        values,
        labels: None,
        windows: None,
        notes: vec!["simulated, with planted truth".to_owned()],
    };
    Ok(SimulatedPair {
        tables: [table(0, a), table(1, b)],
        truth,
    })
}

fn check(config: &PairConfig) -> Result<(), SimulationError> {
    check_sizes(config.genes, config.bins, config.bin_size, &config.marks)?;
    if !(0.0..=1.0).contains(&config.changed_fraction) {
        let found = config.changed_fraction;
        return Err(SimulationError::ChangedFraction { found });
    }
    check_marks(&config.marks, &config.decoys)
}

/// Appends the counts of one gene in A and B, [bins, marks], and gives its truth.
fn simulate_gene(config: &PairConfig, gene: String, index: u64, values: &mut [Vec<f32>; 2]) -> GeneChange {
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    rng.set_stream(PAIR_STREAM | index);
    let strand = if rng.random_bool(0.5) {
        Strand::Plus
    } else {
        Strand::Minus
    };
    let (direction, change) = draw_change(config, &mut rng);
    let expression = draw_expression(change, &mut rng);
    let telling = draw_telling_marks(&config.marks, &config.decoys, &mut rng);

    let places = downstream_of_tss(config.bins, config.bin_size, strand);
    let half_window = (config.bins * config.bin_size) as f64 / 2.0;
    let marks = config.marks.len();
    let starts = values.each_ref().map(Vec::len);
    for values in &mut *values {
        values.resize(values.len() + config.bins * marks, 0.0);
    }
    let mut planted = Vec::new();
    for (column, mark) in config.marks.iter().enumerate() {
        let model = MarkModel::of(mark);
        let domain = model.domain(half_window, &mut rng);
        let level = Level::draw(&mut rng);
        let between = if config.decoys.contains(mark) {
            BETWEEN_DECOY
        } else {
            BETWEEN
        };
        let drives = telling[column] && direction != Direction::Unchanged;
        let effects = effects(change, model.role, &mut rng);
        let mut stretches = [Vec::new(), Vec::new()];
        for cell in 0..2 {
            let level = Level {
                amplitude: level.amplitude * factor_of_mean_1(between, &mut rng),
                ..level
            };
            let mut rates = expected_counts(config.bin_size, &model, &domain, &places, level);
            if drives {
                stretches[cell] = plant(mark, &domain, &places, effects[cell], &mut rates);
            }
            for (bin, rate) in rates.into_iter().enumerate() {
                values[cell][starts[cell] + bin * marks + column] = draw_count(rate, model.dispersion, &mut rng);
            }
        }
        // A domain lies in the same bins of both: their stretches differ in their effects alone.
        let [of_a, _] = stretches;
        planted.extend(of_a.into_iter().map(|stretch| PlantedChange {
            mark: stretch.mark,
            first_bin: stretch.first_bin,
            last_bin: stretch.last_bin,
            effects,
        }));
    }
    GeneChange {
        gene,
        strand,
        log2_fold_change: change,
        direction,
        expression,
        planted,
    }
}

fn draw_change(config: &PairConfig, rng: &mut impl Rng) -> (Direction, f64) {
    let size = rng.random_range(SIZE.0..SIZE.1);
    let up = rng.random_bool(0.5);
    if !rng.random_bool(config.changed_fraction) {
        (Direction::Unchanged, 0.0)
    } else if up {
        (Direction::Up, size)
    } else {
        (Direction::Down, -size)
    }
}

/// Counts in A and B, half of the change to either side of a common level.
fn draw_expression(change: f64, rng: &mut impl Rng) -> [u64; 2] {
    let level = log_normal(EXPRESSION.0, EXPRESSION.1, rng);
    [-0.5, 0.5].map(|half| {
        let mean = level * (half * change).exp2() * factor_of_mean_1(EXPRESSION_NOISE, rng);
        draw_poisson(mean, rng) as u64
    })
}

/// Factors by which a mark that drives a change multiplies its expected counts in A and B.
fn effects(change: f64, role: Role, rng: &mut impl Rng) -> [f64; 2] {
    let size = change.abs();
    let d = size / (size + HALF_EFFECT) * rng.random_range(STRENGTH.0..STRENGTH.1);
    if (change > 0.0) == (role == Role::Activating) {
        [1.0 - d, 1.0 + d]
    } else {
        [1.0 + d, 1.0 - d]
    }
}

/// Writes the truth as tab-separated text, one row a planted stretch.
///
/// Columns:
/// `gene strand log2_fold_change direction expression_a expression_b mark first_bin last_bin effect_a effect_b`. A gene
/// without a planted stretch has one row whose last five columns are empty.
pub fn write_change_tsv(truth: &[GeneChange], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "gene\tstrand\tlog2_fold_change\tdirection\texpression_a\texpression_b\tmark\tfirst_bin\tlast_bin\teffect_a\t\
         effect_b"
    )?;
    for gene in truth {
        let [a, b] = gene.expression;
        let start = format!(
            "{}\t{}\t{:.4}\t{}\t{a}\t{b}",
            gene.gene,
            gene.strand,
            gene.log2_fold_change,
            gene.direction.name()
        );
        for stretch in &gene.planted {
            let PlantedChange {
                mark,
                first_bin,
                last_bin,
                effects: [a, b],
            } = stretch;
            writeln!(out, "{start}\t{mark}\t{first_bin}\t{last_bin}\t{a:.4}\t{b:.4}")?;
        }
        if gene.planted.is_empty() {
            writeln!(out, "{start}\t\t\t\t\t")?;
        }
    }
    Ok(())
}

/// Writes the truth as JSON: the settings, and the genes as [`GeneChange`].
pub fn write_change_json(config: &PairConfig, truth: &[GeneChange], out: &mut impl Write) -> io::Result<()> {
    let truth = serde_json::json!({ "simulated": true, "config": config, "genes": truth });
    serde_json::to_writer(&mut *out, &truth)?;
    out.write_all(b"\n")
}

/// Writes one cell type's expression as it is read: rows `gene,count` without a header. `cell` is 0 for A and 1 for B.
pub fn write_expression_of(truth: &[GeneChange], cell: usize, out: &mut impl Write) -> io::Result<()> {
    truth
        .iter()
        .try_for_each(|gene| writeln!(out, "{},{}", gene.gene, gene.expression[cell]))
}

//! Effects of each contrast on genes of a model: whether its baseline is predicted otherwise, whether contributions
//! have the signs that were planted, and how far they are ahead of the signal's own size.

use std::collections::HashMap;
use std::path::Path;

use pollster::block_on;
use regulens::engine::Prepared;
use regulens::interpret::attribution::{Method, Steps};
use regulens::interpret::deletion::{DeletionSettings, Outcome, Subject, deletion};
use regulens::interpret::{Mean, PlantedTruth, Recovered, importance};
use regulens::task::Contrast;
use regulens::task::explanation::ContrastFound;

use crate::cli::error::CliError;
use crate::cli::interpret::subject::Model;
use crate::cli::runner::BATCH;
use crate::cli::{files, interrupt, progress};

/// The share of genes predicted on whose baseline must be predicted off.
const ANSWERED: f64 = 0.95;
/// Between which the median explained share of a change must lie.
const EXPLAINED: [f64; 2] = [0.75, 1.1];
/// The share of planted marks whose contributions must have the planted sign.
const SIGNS: f64 = 0.9;
/// The log2 fold change from which a gene counts as changed, twofold: of others the answer to no change is most of what
/// a model says, and its share means nothing.
const CHANGED: f32 = 1.0;
/// Contributions of a mark in a gene that add up to less than this have no sign.
const SMALLEST: f64 = 0.1;
/// Gradients along each way: signs, orders and means ask for no more, and complete sums take several times as many.
const STEPS: usize = 32;
/// Half of a 95 % interval, in standard errors.
const HALF_INTERVAL: f64 = 1.96;

/// Simulated genes, and what was planted in them.
pub struct Planted {
    pub prepared: Prepared,
    /// [N, T, columns].
    places: Vec<bool>,
    /// The sign that contributions of a mark in a gene should have, where something was planted: above 0 of a mark that
    /// is activating, below of one that is repressing; of a change above 0 where the gene is higher in B.
    signs: HashMap<(String, String), f64>,
}

impl Planted {
    /// Reads the truth beside a simulated table.
    pub fn read(path: &Path, model: &Model, prepared: Prepared) -> Result<Self, CliError> {
        let file = path.display().to_string();
        let bytes = files::read(path)?;
        let truth = PlantedTruth::read(&file, &bytes)?;
        let card = model.card();
        truth.check(&file, ("the simulated table", prepared.names()), Some(card.bins))?;
        let places = truth.places(prepared.names(), &card.marks, card.conditions(), [0, card.bins]);
        let text = String::from_utf8_lossy(&bytes);
        Ok(Self {
            prepared,
            places,
            signs: signs(&file, &text)?,
        })
    }
}

/// The rows of `.truth.tsv` of genes of one cell type (`on`, `effect`) or of a change (`direction`).
fn signs(file: &str, text: &str) -> Result<HashMap<(String, String), f64>, CliError> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|column| *column == name);
    let (Some(gene), Some(mark)) = (column("gene"), column("mark")) else {
        return Err(CliError::file(
            file,
            "found no columns gene and mark; expected the .truth.tsv made by `regulens simulate`",
        ));
    };
    let sign = |positive: bool| if positive { 1.0 } else { -1.0 };
    let rows = lines.filter_map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).copied();
        let number = |name: &str| cell(column(name)).and_then(|text| text.parse::<f64>().ok());
        let said = match (cell(column("direction")), number("on"), number("effect")) {
            (Some(direction), _, _) => sign(direction == "up"),
            // More of an activating mark lies on genes that are on, less on those that are off.
            (None, Some(on), Some(effect)) => sign((effect > 1.0) == (on == 1.0)),
            _ => return None,
        };
        let mark = cell(Some(mark)).filter(|mark| !mark.is_empty())?;
        Some(((cell(Some(gene))?.to_owned(), mark.to_owned()), said))
    });
    Ok(rows.collect())
}

/// Scores of a model for all genes of a table, and for the baselines that a contrast compares them with.
struct Asked {
    score: Vec<f32>,
    baseline_score: Vec<f32>,
    /// The share of baselines that lie outside the range of training genes; none where the card has no range.
    outside: f64,
}

/// Asks a model.
fn ask(model: &Model, prepared: &Prepared, contrast: Contrast) -> Result<Asked, CliError> {
    let (engine, all) = (model.engine(), prepared.genes());
    let mut asked = Asked {
        score: Vec::new(),
        baseline_score: Vec::new(),
        outside: 0.0,
    };
    let mut outside = 0;
    for start in (0..all).step_by(BATCH) {
        interrupt::check()?;
        let end = all.min(start + BATCH);
        let (values, genes) = (prepared.values(start, end), end - start);
        let baseline = block_on(engine.baseline(contrast, values, genes))?;
        outside += engine.outside(&baseline).into_iter().filter(|&outside| outside).count();
        asked.score.extend(block_on(engine.scores(values, genes))?);
        asked.baseline_score.extend(block_on(engine.scores(&baseline, genes))?);
    }
    asked.outside = outside as f64 / all as f64;
    Ok(asked)
}

/// Scores of a model for genes, and each value's contribution to the difference from a contrast.
pub struct Contributed {
    score: Vec<f32>,
    /// [N, T, columns].
    values: Vec<f32>,
    /// Signal of the genes and of their baselines, [N, T, columns].
    signal: [Vec<f32>; 2],
}

/// Integrated gradients of these genes.
fn contributed(
    model: &Model,
    prepared: &Prepared,
    genes: &[usize],
    contrast: Contrast,
) -> Result<Contributed, CliError> {
    let engine = model.engine();
    let bar = progress::counting(contrast.name(), genes.len(), "genes");
    let mut all = Contributed {
        score: Vec::new(),
        values: Vec::new(),
        signal: [Vec::new(), Vec::new()],
    };
    for batch in genes.chunks(BATCH) {
        interrupt::check()?;
        let values = batch.iter().flat_map(|&gene| prepared.values(gene, gene + 1));
        let values: Vec<f32> = values.copied().collect();
        let baseline = block_on(engine.baseline(contrast, &values, batch.len()))?;
        let method = Method::IntegratedGradients(Steps::Fixed(STEPS));
        let found = block_on(engine.attribute(&values, &baseline, method));
        let names: Vec<&String> = batch.iter().map(|&gene| &prepared.names()[gene]).collect();
        let found = found.map_err(|error| error.of_genes(&names))?;
        all.score.extend(found.score);
        all.values.extend(found.values);
        all.signal[0].extend(values);
        all.signal[1].extend(baseline);
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(all)
}

/// Compares contrasts: what they answer on all genes of the table, the rest on `genes` of it, and on simulated ones
/// where there are some.
pub fn compare(
    model: &Model,
    prepared: &Prepared,
    genes: &[usize],
    seed: u64,
    planted: Option<&Planted>,
) -> Result<Vec<(ContrastFound, Contributed)>, CliError> {
    let mut found = Vec::new();
    for contrast in candidates(model) {
        let of = contributed(model, prepared, genes, contrast)?;
        let outcome = model.engine().outcome();
        let names: Vec<&str> = genes.iter().map(|&gene| prepared.names()[gene].as_str()).collect();
        let [explained, signal] = areas(model, &of, &names, contrast, seed)?;
        let pairs = explained.iter().zip(&signal);
        let ahead = Mean::of(pairs.map(|(&one, &other)| f64::from(one) - f64::from(other)));
        let (signs, recovered) = match planted {
            None => (None, None),
            Some(planted) => of_planted(model, planted, contrast)?,
        };
        let asked = ask(model, prepared, contrast)?;
        let answers = match outcome {
            Outcome::Probability => answered(&asked),
            Outcome::FoldChange | Outcome::Level => explained_share(&asked),
        };
        let one = ContrastFound {
            contrast,
            meets: !contrast.is_of_places() && meets(outcome, answers, signs),
            answers: rounded(answers, 3),
            signs: signs.map(|number| rounded(number, 3)),
            ahead_of_signal: rounded(ahead.mean.unwrap_or_default(), 3),
            standard_error: rounded(ahead.standard_error.unwrap_or_default(), 3),
            recovered: recovered.map(|number| rounded(number, 3)),
            outside: rounded(asked.outside, 3),
        };
        found.push((one, of));
    }
    Ok(found)
}

/// The area under each gene's fall as the contrast takes the place of bins: in the order of their contributions, and in
/// that of the signal's own size.
fn areas(
    model: &Model,
    of: &Contributed,
    names: &[&str],
    contrast: Contrast,
    seed: u64,
) -> Result<[Vec<f32>; 2], CliError> {
    let (engine, shape) = (model.engine(), model.engine().gene_shape());
    let (bins, columns) = (shape.bins, shape.columns());
    let mut settings = DeletionSettings::whole_curve(bins, contrast);
    settings.seed = seed;
    settings.outcome = engine.outcome();
    let [signal, baseline] = &of.signal;
    let by_bin = |values: Vec<f32>| {
        values
            .chunks_exact(columns)
            .map(|bin| bin.iter().sum())
            .collect::<Vec<f32>>()
    };
    let orders = [
        by_bin(importance::for_predicted(of.values.clone(), &of.score, 0.0)),
        by_bin(importance::signal(signal, &engine.units())),
    ];
    let mut areas = [Vec::new(), Vec::new()];
    for (area, order) in areas.iter_mut().zip(&orders) {
        let predict = async |values: &[f32]| {
            let said = engine.predict_batch(values, names.len()).await?;
            Ok::<_, regulens::Error>(said.predicted(engine.outcome()).to_vec())
        };
        let test = deletion([signal, baseline], names, [bins, columns], order, &settings, predict);
        *area = block_on(test)?.area;
    }
    Ok(areas)
}

/// The default: of those that meet what is asked the one of the largest margin over signal, and within its 95 %
/// interval that which finds most of what was planted.
pub fn chosen<'a>(found: impl Iterator<Item = &'a ContrastFound> + Clone) -> Option<&'a ContrastFound> {
    let meeting = || found.clone().filter(|one| one.meets);
    let best = meeting().reduce(|best, one| {
        if one.ahead_of_signal > best.ahead_of_signal {
            one
        } else {
            best
        }
    })?;
    let least = best.ahead_of_signal - HALF_INTERVAL * best.standard_error;
    meeting()
        .filter(|one| one.ahead_of_signal >= least)
        .reduce(|most, one| if one.recovered > most.recovered { one } else { most })
}

/// The contrasts that a model can have.
fn candidates(model: &Model) -> Vec<Contrast> {
    let card = model.card();
    if card.conditions() == 2 {
        return vec![Contrast::Midpoint, Contrast::Other, Contrast::Zero, Contrast::GeneMean];
    }
    let mut all = vec![Contrast::Zero, Contrast::GeneMean];
    if card.class_means.is_some() {
        all.insert(1, Contrast::ClassMean);
    }
    if card.training_means().is_some() {
        all.push(Contrast::TrainingMean);
    }
    all
}

fn meets(outcome: Outcome, answers: f64, signs: Option<f64>) -> bool {
    let answered = match outcome {
        Outcome::Probability => answers >= ANSWERED,
        Outcome::FoldChange | Outcome::Level => (EXPLAINED[0]..=EXPLAINED[1]).contains(&answers),
    };
    answered && signs.is_none_or(|signs| signs >= SIGNS)
}

/// The share of genes predicted on whose baseline is predicted off; 0 where none is predicted on.
fn answered(of: &Asked) -> f64 {
    let on = of
        .score
        .iter()
        .zip(&of.baseline_score)
        .filter(|&(&score, _)| score >= 0.0);
    let off = on.clone().filter(|&(_, &baseline)| baseline < 0.0).count();
    off as f64 / on.count().max(1) as f64
}

/// The median of (f − f of the baseline) / f over the genes that are predicted to change twofold; 0 where none is.
fn explained_share(of: &Asked) -> f64 {
    let pairs = of.score.iter().zip(&of.baseline_score);
    let mut shares: Vec<f64> = pairs
        .filter(|&(&score, _)| score.abs() >= CHANGED)
        .map(|(&score, &baseline)| (f64::from(score) - f64::from(baseline)) / f64::from(score))
        .collect();
    median(&mut shares)
}

/// The median of numbers; 0 of none.
pub fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    match numbers.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => numbers[odd / 2],
        even => f64::midpoint(numbers[even / 2 - 1], numbers[even / 2]),
    }
}

/// The share of planted marks whose contributions have the planted sign, and that of planted marks in bins among as
/// many that contribute most to what is predicted.
fn of_planted(model: &Model, planted: &Planted, contrast: Contrast) -> Result<(Option<f64>, Option<f64>), CliError> {
    let prepared = &planted.prepared;
    let genes: Vec<usize> = (0..prepared.genes()).collect();
    let of = contributed(model, prepared, &genes, contrast)?;
    let (card, shape) = (model.card(), model.engine().gene_shape());
    let (size, columns) = (shape.size(), shape.columns());
    let (mut right, mut all) = (0, 0);
    for (gene, values) in prepared.names().iter().zip(of.values.chunks_exact(size)) {
        for (mark, name) in card.marks.iter().enumerate() {
            let Some(sign) = planted.signs.get(&(gene.clone(), name.clone())) else {
                continue;
            };
            // A mark of both cell types.
            let sum: f64 = values
                .chunks_exact(columns)
                .flat_map(|bin| bin.iter().skip(mark).step_by(shape.marks))
                .map(|&value| f64::from(value))
                .sum();
            if sum.abs() > SMALLEST {
                all += 1;
                right += usize::from(sum * sign > 0.0);
            }
        }
    }
    let adds = importance::for_predicted(of.values, &of.score, 0.0);
    let found = adds.chunks_exact(size).zip(planted.places.chunks_exact(size));
    let found = found
        .filter(|(_, planted)| planted.contains(&true))
        .map(|(adds, planted)| {
            let bins: Vec<f32> = adds.chunks_exact(columns).map(|bin| bin.iter().sum()).collect();
            f64::from(Recovered::of(&bins, adds, planted).places)
        });
    Ok((
        (all > 0).then(|| f64::from(right as u32) / f64::from(all)),
        Mean::of(found).mean,
    ))
}

/// A number with so many digits behind the point, as a card records it; never -0.
pub fn rounded(number: f64, digits: i32) -> f64 {
    let unit = 10_f64.powi(digits);
    (number * unit).round() / unit + 0.0
}

/// The mean contribution of each column over genes predicted on, and over those predicted off.
pub fn roles(of: &Contributed, columns: usize) -> [Vec<f64>; 2] {
    let size = of.values.len() / of.score.len().max(1);
    [true, false].map(|high| {
        let genes = of
            .values
            .chunks_exact(size)
            .zip(&of.score)
            .filter(|&(_, &score)| (score >= 0.0) == high);
        let count = genes.clone().count();
        let mut sums = vec![0.0; columns];
        for (values, _) in genes {
            for (place, &value) in values.iter().enumerate() {
                sums[place % columns] += f64::from(value);
            }
        }
        sums.into_iter()
            .map(|sum| rounded(sum / count.max(1) as f64, 3))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(contrast: Contrast, meets: bool, ahead_of_signal: f64, recovered: f64) -> ContrastFound {
        ContrastFound {
            contrast,
            meets,
            answers: 1.0,
            signs: Some(1.0),
            ahead_of_signal,
            standard_error: 0.01,
            recovered: Some(recovered),
            outside: 0.0,
        }
    }

    #[test]
    fn the_default_meets_what_is_asked_and_finds_most_within_the_best_margins_interval() {
        let all = [
            found(Contrast::GeneMean, false, 0.9, 0.9),
            found(Contrast::Zero, true, 0.10, 0.3),
            found(Contrast::ClassMean, true, 0.09, 0.5),
            found(Contrast::TrainingMean, true, 0.05, 0.8),
        ];
        assert_eq!(chosen(all.iter()).map(|one| one.contrast), Some(Contrast::ClassMean));
        assert_eq!(chosen(all[..1].iter()), None);
    }

    #[test]
    fn a_planted_mark_has_the_sign_of_its_role_and_of_a_change_that_of_its_direction() {
        let text = "gene\ton\tmark\teffect\nG1\t0\tH3K4me3\t0.4\nG2\t0\tH3K27me3\t1.7\nG3\t1\t\t\n";
        let said = signs("t", text).expect("a truth");
        let of = |gene: &str, mark: &str| said[&(gene.to_owned(), mark.to_owned())];
        assert_eq!((of("G1", "H3K4me3"), of("G2", "H3K27me3"), said.len()), (1.0, -1.0, 2));
        let change = "gene\tdirection\tmark\nG1\tup\tH3K27me3\nG2\tdown\tH3K4me3\n";
        let said = signs("t", change).expect("a truth");
        assert_eq!((said.len(), said.values().sum::<f64>()), (2, 0.0));
        assert!(signs("t", "a\tb\n").is_err());
    }

    #[test]
    fn what_a_baseline_answers_is_a_share_of_genes_or_of_the_change() {
        let of = Asked {
            score: vec![2.0, 1.0, -1.0, 4.0, 0.1],
            baseline_score: vec![-1.0, 0.5, -2.0, 1.0, 0.9],
            outside: 0.0,
        };
        assert!((answered(&of) - 0.25).abs() < 1e-12);
        // 1.5, 0.5, -1 and 0.75; the last changes too little for a share.
        assert!((explained_share(&of) - 0.625).abs() < 1e-12);
        assert!(meets(Outcome::Probability, 0.95, Some(0.9)) && !meets(Outcome::Probability, 0.94, None));
        assert!(meets(Outcome::FoldChange, 0.75, None) && !meets(Outcome::FoldChange, 1.2, None));
    }
}

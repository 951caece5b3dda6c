//! DeepDiff's figure 4 and table 1 (Sekhon et al. 2018): how well every variant and every simpler predictor predicts
//! the change from one cell type to another, also relative to the two that the paper compares with.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use regulens::model::deep_diff::{FAMILY, variants};
use regulens::task::Report;
use regulens::task::change::ChangeScore;
use regulens::weights::ModelCard;
use regulens::weights::architecture;
use serde::Deserialize;

use crate::baseline::deep_diff::{ATTENTIVE_CHROME, TWO_LAYER_SVR};
use crate::cli::error::CliError;
use crate::cli::{files, output};

/// Which models, and which baselines beside them.
#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// Change models, scored on the same test genes
    #[arg(required = true, value_name = "MODEL.safetensors")]
    models: Vec<PathBuf>,
    /// Output of `baseline deep-diff --json` for the same test genes [default: baselines in the first model's card]
    #[arg(long, value_name = "FILE.json")]
    baselines: Option<PathBuf>,
    /// Tab-separated table to write
    #[arg(long, value_name = "FILE.tsv")]
    out: Option<PathBuf>,
    /// File for the printed text
    #[arg(long, value_name = "FILE.md")]
    markdown: Option<PathBuf>,
}

/// Reads the cards, and prints the table.
pub fn run(args: &ChangeArgs) -> Result<(), CliError> {
    let mut predictors = Vec::new();
    let mut scored: Option<(String, usize)> = None;
    let mut in_card = Vec::new();
    for path in &args.models {
        let file = path.display().to_string();
        let (card, metrics) = read(path)?;
        let scores = of_seeds(&metrics);
        let Some(n) = scores.first().map(|score| score.n) else {
            return Err(CliError::file(
                file,
                "found no test scores in the card; expected some. Train with --test.",
            ));
        };
        same_genes(&mut scored, &file, n)?;
        let title = architecture::find(FAMILY, &card.variant).map_or("", |known| known.title);
        let place = variants().position(|known| known == card.variant);
        predictors.push((place, Predictor::new(title, scores)));
        if in_card.is_empty() {
            let rows = metrics.baselines.into_iter();
            in_card = rows.map(|row| (row.name, row.score)).collect();
        }
    }
    predictors.sort_by_key(|(place, _)| *place);
    let mut predictors: Vec<Predictor> = predictors.into_iter().map(|(_, one)| one).collect();
    let baselines = match &args.baselines {
        Some(path) => {
            let (n, baselines) = fitted(path)?;
            same_genes(&mut scored, &path.display().to_string(), n)?;
            baselines
        }
        None => in_card,
    };
    predictors.extend(by_name(baselines));
    let genes = scored.expect("clap asks for a model").1;
    let markdown = markdown(&predictors, genes);
    if let Some(out) = &args.out {
        files::write(out, tsv(&predictors).as_bytes())?;
    }
    if let Some(out) = &args.markdown {
        files::write(out, markdown.as_bytes())?;
    }
    output::print(&markdown)
}

/// A predictor with its test scores, one for each seed.
struct Predictor {
    name: String,
    scores: Vec<ChangeScore>,
}

impl Predictor {
    fn new(name: &str, scores: Vec<ChangeScore>) -> Self {
        let name = name.to_owned();
        Self { name, scores }
    }

    /// The mean over seeds.
    fn mean(&self, of: impl Fn(&ChangeScore) -> f64) -> f64 {
        self.scores.iter().map(of).sum::<f64>() / self.scores.len() as f64
    }

    fn pearson(&self) -> f64 {
        self.mean(|score| score.pearson)
    }

    /// `None` if no test gene changes more than twofold.
    fn sign_accuracy(&self) -> Option<f64> {
        let found: Option<Vec<f64>> = self.scores.iter().map(|one| one.sign_accuracy).collect();
        found.map(|found| found.iter().sum::<f64>() / found.len() as f64)
    }

    /// Lowest and highest Pearson over seeds.
    fn range(&self) -> [f64; 2] {
        self.scores.iter().fold([f64::MAX, f64::MIN], |[low, high], score| {
            [low.min(score.pearson), high.max(score.pearson)]
        })
    }

    /// 100 · Pearson / Pearson of the predictor of that name; none where it is not there, or correlates with nothing.
    fn relative(&self, all: &[Self], to: &str) -> Option<f64> {
        let base = all.iter().find(|other| other.name == to)?.pearson();
        (base > 0.0).then(|| 100.0 * self.pearson() / base)
    }
}

/// A model's card, and its scores on test genes.
fn read(path: &Path) -> Result<(ModelCard, Report<ChangeScore>), CliError> {
    let card = files::model(path)?.card;
    match &card.change_metrics {
        Some(metrics) => {
            let metrics = metrics.clone();
            Ok((card, metrics))
        }
        None => Err(CliError::file(
            path.display(),
            format!(
                "found a model of {} without scores of a change; expected one from `regulens train deep-diff \
                    --test`.",
                card.family
            ),
        )),
    }
}

/// Every seed's test score, or the model's own if the card lists no seeds.
fn of_seeds(metrics: &Report<ChangeScore>) -> Vec<ChangeScore> {
    let seeds: Vec<ChangeScore> = metrics.seeds.iter().filter_map(|seed| seed.test).collect();
    if seeds.is_empty() {
        Vec::from_iter(metrics.test)
    } else {
        seeds
    }
}

/// Scores on different genes cannot be compared.
fn same_genes(scored: &mut Option<(String, usize)>, file: &str, n: usize) -> Result<(), CliError> {
    match scored {
        Some((first, genes)) if *genes != n => Err(CliError::file(
            file,
            format!("found scores on {n} test genes; expected the {genes} of {first}. Score all on the same genes."),
        )),
        Some(_) => Ok(()),
        None => {
            *scored = Some((file.to_owned(), n));
            Ok(())
        }
    }
}

/// The rows of `baseline deep-diff --json` that have test scores, and on how many genes.
fn fitted(path: &Path) -> Result<(usize, Vec<(String, ChangeScore)>), CliError> {
    #[derive(Deserialize)]
    struct File {
        n: usize,
        baselines: Vec<Row>,
    }
    #[derive(Deserialize)]
    struct Row {
        name: String,
        test: Option<ChangeScore>,
    }
    let file: File = serde_json::from_slice(&files::read(path)?).map_err(|error| {
        CliError::file(
            path.display(),
            format!("{error}; expected the output of `regulens baseline deep-diff --json`"),
        )
    })?;
    let rows = file.baselines.into_iter();
    let scored = rows.filter_map(|row| Some((row.name, row.test?)));
    Ok((file.n, scored.collect()))
}

/// Rows with the same name are seeds.
fn by_name(rows: Vec<(String, ChangeScore)>) -> Vec<Predictor> {
    let mut predictors: Vec<Predictor> = Vec::new();
    for (name, score) in rows {
        match predictors.iter_mut().find(|known| known.name == name) {
            Some(known) => known.scores.push(score),
            None => predictors.push(Predictor::new(&name, vec![score])),
        }
    }
    predictors
}

/// The table as text.
fn markdown(predictors: &[Predictor], genes: usize) -> String {
    let mut text = String::from(
        "| predictor | seeds | Pearson (range) | Spearman | R² | sign | % of two-layer SVR | % of AttentiveChrome |\n\
         |---|--:|---|--:|--:|--:|--:|--:|\n",
    );
    let cell = |value: Option<f64>, digits: usize| value.map_or("–".to_owned(), |value| format!("{value:.digits$}"));
    for one in predictors {
        let range = match (one.scores.len(), one.range()) {
            (1, _) => String::new(),
            (_, [low, high]) => format!(" ({low:.3} to {high:.3})"),
        };
        writeln!(
            text,
            "| {} | {} | {:.3}{range} | {:.3} | {:.3} | {} | {} | {} |",
            one.name,
            one.scores.len(),
            one.pearson(),
            one.mean(|score| score.spearman),
            one.mean(|score| score.r2),
            cell(one.sign_accuracy(), 3),
            cell(one.relative(predictors, TWO_LAYER_SVR), 1),
            cell(one.relative(predictors, ATTENTIVE_CHROME), 1),
        )
        .expect("texts take any text");
    }
    text + &format!(
        "\n{genes} test genes, means over seeds. Sign: share of genes with more than twofold change whose direction \
            is predicted.\n"
    )
}

/// The table as tab-separated text.
fn tsv(predictors: &[Predictor]) -> String {
    let mut text = String::from(
        "predictor\tseeds\tpearson\tpearson_lowest\tpearson_highest\tspearman\tr2\tsign_accuracy\t\
         relative_to_two_layer_svr\trelative_to_attentive_chrome\n",
    );
    let cell = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.6}"));
    for one in predictors {
        let [low, high] = one.range();
        writeln!(
            text,
            "{}\t{}\t{:.6}\t{low:.6}\t{high:.6}\t{:.6}\t{:.6}\t{}\t{}\t{}",
            one.name,
            one.scores.len(),
            one.pearson(),
            one.mean(|score| score.spearman),
            one.mean(|score| score.r2),
            cell(one.sign_accuracy()),
            cell(one.relative(predictors, TWO_LAYER_SVR)),
            cell(one.relative(predictors, ATTENTIVE_CHROME)),
        )
        .expect("texts take any text");
    }
    text
}

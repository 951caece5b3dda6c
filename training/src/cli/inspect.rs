//! `regulens inspect`: the content of a model file, in words and in numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use regulens::engine;
use regulens::page;
use regulens::task::{Report, Score, Task};
use regulens::weights::architecture::Description;
use regulens::weights::card::{ModelCard, Stretch, Track, TrainingRecord, TransformKind};
use regulens::weights::{self, WeightFile};
use safetensors::SafeTensors;
use serde::Serialize;
use serde_json::Value;

use super::error::CliError;
use super::{curves, files, output, scores};

/// Model to inspect.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Model file
    #[arg(required_unless_present = "schema")]
    model: Option<PathBuf>,
    /// Print one JSON object: file, bytes, sha256, card, description, tensors
    #[arg(long)]
    json: bool,
    /// SVG file for the training curves stored in the card
    #[arg(long, value_name = "FILE.svg", requires = "model")]
    plot: Option<PathBuf>,
    /// Print a JSON Schema instead of inspecting a model
    #[arg(long, value_enum, value_name = "OF", num_args = 0..=1, default_missing_value = "card",
        conflicts_with_all = ["model", "json"])]
    schema: Option<SchemaOf>,
}

/// Subject of a schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum SchemaOf {
    /// Model card
    Card,
    /// Objects that the WebAssembly engines pass to JavaScript
    Engine,
    /// Manifest of a self-contained page
    Page,
    /// Saved workspace of the page
    Workspace,
}

/// The content of a model file.
#[derive(Debug, Serialize)]
struct Content {
    file: String,
    bytes: usize,
    sha256: String,
    card: ModelCard,
    /// Description of its family and variant: titles, works to cite, axes of attention.
    description: Description,
    tensors: Vec<TensorEntry>,
}

/// A tensor as the file stores it.
#[derive(Debug, Serialize)]
struct TensorEntry {
    name: String,
    dtype: String,
    shape: Vec<usize>,
}

/// Inspects, and prints the findings.
pub fn run(args: &InspectArgs) -> Result<(), CliError> {
    let Some(model) = &args.model else {
        return output::print_json(&match args.schema {
            Some(SchemaOf::Engine) => engine::schema(),
            Some(SchemaOf::Page) => page::schema(),
            Some(SchemaOf::Workspace) => page::workspace::schema(),
            Some(SchemaOf::Card) | None => weights::schema(),
        });
    };
    let content = Content::read(model)?;
    if let Some(out) = &args.plot {
        files::write(out, content.curves()?.as_bytes())?;
    }
    if args.json {
        return output::print_json(&content);
    }
    output::print(&content.text().expect("texts take any text"))
}

impl Content {
    fn read(path: &Path) -> Result<Self, CliError> {
        let file = path.display().to_string();
        let bytes = files::read(path)?;
        let WeightFile { card, sha256, .. } = WeightFile::read(&file, &bytes)?;
        let description = Description::of(&card).map_err(|problem| problem.of(&file))?;
        // The library reads every type as float32; the container has the types in the file.
        let (_, header) = SafeTensors::read_metadata(&bytes)
            .map_err(|error| CliError::file(&file, format!("{error}. Download or copy the file again.")))?;
        let mut tensors: Vec<TensorEntry> = header
            .tensors()
            .into_iter()
            .map(|(name, info)| TensorEntry {
                name,
                dtype: info.dtype.to_string().to_lowercase(),
                shape: info.shape.clone(),
            })
            .collect();
        tensors.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self {
            file,
            bytes: bytes.len(),
            sha256,
            card,
            description,
            tensors,
        })
    }

    /// The curves of its training as SVG.
    fn curves(&self) -> Result<String, CliError> {
        let training = self.card.training.as_ref();
        let history = training.and_then(|training| serde_json::from_value(training.history.clone()?).ok());
        let (Some(training), Some(history)) = (training, history) else {
            return Err(CliError::file(
                &self.file,
                "its card has no training history, because it was imported or trained by an older version; train it \
                    with this version to record one",
            ));
        };
        curves::svg(&self.card.name, &history, training.best_epoch)
    }

    /// The content as text.
    fn text(&self) -> Result<String, std::fmt::Error> {
        let Self {
            file,
            bytes,
            sha256,
            card,
            description,
            tensors,
        } = self;
        let mut text = String::new();
        writeln!(text, "{}", if card.name.is_empty() { file } else { &card.name })?;
        let mut line = |name: &str, value: &str| writeln!(text, "  {name:<12} {value}");
        line("file", &format!("{file}, {bytes} bytes"))?;
        line("SHA-256", sha256)?;
        line(
            "model",
            &format!(
                "{}, {}, {} weights as {}",
                card.family, card.variant, card.parameters, card.dtype
            ),
        )?;
        line("task", description.task.id())?;
        if !card.hyperparameters.is_empty() {
            line("sizes", &settings(&card.hyperparameters))?;
        }
        if let Some(sequence) = &card.sequence {
            line("sequence", &stretch(card, sequence))?;
            for (name, value) in track_lines(&card.tracks) {
                line(name, &value)?;
            }
        } else {
            line("marks", &card.marks.join(", "))?;
            line("bins", &bins(card))?;
            line("transform", &transform(card))?;
        }
        let names: &[[&str; 2]] = match card.task {
            Task::Change => &[["cell type A", " in A"], ["cell type B", " in B"]],
            Task::OnOff | Task::Level | Task::Tracks => &[["cell type", ""]],
        };
        if card.task == Task::Change {
            line(
                "predicts",
                "log2((count in B + 1) / (count in A + 1)): positive if higher in B",
            )?;
        }
        if let Some(unit) = &card.unit {
            line("predicts", unit)?;
        }
        for ([name, _], cell) in names.iter().zip(card.cell_types()) {
            if let Some(cell) = cell {
                line(name, &format!("{} ({})", cell.name, cell.id))?;
            }
        }
        if let Some(assembly) = &card.assembly {
            line("assembly", assembly)?;
        }
        if card.simulated {
            line("simulated", "yes: trained on simulated data")?;
        }
        if let Some(source) = &card.source {
            line("source", source)?;
        }
        if let Some(training) = &card.training {
            for (name, value) in training_lines(training) {
                line(name, &value)?;
            }
        }
        let of_genes = score_lines(&card.metrics)
            .chain(score_lines(&card.level_metrics))
            .chain(score_lines(&card.change_metrics));
        for (name, value) in of_genes.chain(score_lines(&card.track_metrics)) {
            line(&name, &value)?;
        }
        let of_cells = names.iter().zip(card.distributions());
        for (cell, distribution) in of_cells.flat_map(|([_, cell], each)| each.iter().map(move |one| (cell, one))) {
            let (mean, zero, p99) = (distribution.mean, distribution.zero_fraction * 100.0, distribution.p99);
            line(
                "trained on",
                &format!(
                    "{}{cell}: mean {mean:.3}, {zero:.0} % zeros, 99 % up to {p99}",
                    distribution.mark
                ),
            )?;
        }
        for citation in &card.citation {
            line("cite", citation)?;
        }
        for note in &card.notes {
            line("note", note)?;
        }
        if let Some(dtype) = card.tested_as {
            line("tested as", &dtype.to_string())?;
        }
        for (name, value) in &card.extra {
            line(name, &value.to_string())?;
        }
        writeln!(text, "\n{} tensors", tensors.len())?;
        for TensorEntry { name, dtype, shape } in tensors {
            writeln!(text, "  {dtype} {:<14} {name}", format!("{shape:?}"))?;
        }
        Ok(text)
    }
}

fn bins(card: &ModelCard) -> String {
    let ModelCard {
        bins,
        bin_size,
        window,
        strand,
        ..
    } = card;
    format!(
        "{bins} of {bin_size} bp, {} bp before to {} bp after the {}; strand: {strand}",
        window.upstream, window.downstream, window.anchor
    )
}

fn stretch(card: &ModelCard, sequence: &Stretch) -> String {
    format!(
        "{} bp, {} at each end without predictions; {} bins of {} bp",
        sequence.length, sequence.buffer, card.bins, card.bin_size
    )
}

/// Number of tracks to list one by one; if there are more, they are counted by kind.
const LISTED: usize = 12;

fn track_lines(tracks: &[Track]) -> Vec<(&'static str, String)> {
    if tracks.len() > LISTED {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for track in tracks {
            *kinds.entry(&track.assay).or_default() += 1;
        }
        let kinds = kinds.into_iter().filter(|(kind, _)| !kind.is_empty());
        let kinds: Vec<String> = kinds.map(|(kind, count)| format!("{count} {kind}")).collect();
        let kinds = match kinds.is_empty() {
            true => String::new(),
            false => format!(": {}", kinds.join(", ")),
        };
        return vec![("tracks", format!("{}{kinds}", tracks.len()))];
    }
    let of_track = |track: &Track| {
        let parts = [&track.name, &track.assay, &track.description, &track.unit];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.map(String::as_str).collect::<Vec<_>>().join("; ")
    };
    tracks.iter().map(|track| ("track", of_track(track))).collect()
}

fn transform(card: &ModelCard) -> String {
    let kind = match card.transform.kind {
        TransformKind::None => "none: values as in the table",
        TransformKind::Log1p => "ln(1 + value)",
    };
    match &card.transform.scale {
        Some(scale) => format!("{kind}, then each mark times {scale:?}"),
        None => kind.to_owned(),
    }
}

fn training_lines(training: &TrainingRecord) -> Vec<(&'static str, String)> {
    let TrainingRecord {
        data,
        split,
        recipe,
        seed,
        epochs,
        best_epoch,
        date,
        program,
        ..
    } = training;
    let mut lines = Vec::new();
    for (name, value) in [("data", data), ("split", split)] {
        if !value.is_empty() {
            lines.push((name, value.clone()));
        }
    }
    lines.push(("training", format!("epoch {best_epoch} of {epochs}, seed {seed}")));
    if !recipe.is_empty() {
        lines.push(("recipe", settings(recipe)));
    }
    let day = date.as_ref().map(|date| format!(", {date}"));
    if !program.is_empty() {
        lines.push(("program", format!("{program}{}", day.unwrap_or_default())));
    }
    lines
}

/// Scores of a report, each with the name of its line.
fn score_lines<S: Score>(report: &Option<Report<S>>) -> impl Iterator<Item = (String, String)> {
    let words = |score: &S| {
        let size = scores::size(score).map(|size| format!(" on {size}"));
        scores::figures(score) + &size.unwrap_or_default()
    };
    let mut lines = Vec::new();
    if let Some(report) = report {
        for (name, set) in [("validation", &report.validation), ("test", &report.test)] {
            lines.extend(set.as_ref().map(|set| (name.to_owned(), words(set))));
        }
        for seed in &report.seeds {
            let mut value = format!("validation {} {:.4}", S::HEADLINE, seed.validation);
            if let Some(loss) = seed.validation_loss {
                value += &format!(", loss {loss:.4}");
            }
            if let Some(test) = &seed.test {
                value += &format!("; test {}", words(test));
            }
            lines.push((format!("seed {}", seed.seed), value));
        }
        for (kind, named) in [("baseline", &report.baselines), ("ceiling", &report.ceilings)] {
            let value = named
                .iter()
                .map(|other| format!("{}: {}", other.name, words(&other.score)));
            lines.extend(value.map(|value| (kind.to_owned(), value)));
        }
    }
    lines.into_iter()
}

/// Settings by name: `epochs 30, batch_size 16`.
fn settings(map: &serde_json::Map<String, Value>) -> String {
    let texts: Vec<String> = map
        .iter()
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        })
        .collect();
    texts.join(", ")
}

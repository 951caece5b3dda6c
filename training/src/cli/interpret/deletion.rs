//! `regulens interpret deletion`: how far predictions fall if the bins that an explanation marks are replaced.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use pollster::block_on;
use regulens::engine::Prepared;
use regulens::interpret::PlantedTruth;
use regulens::interpret::class_optimisation::Class;
use regulens::interpret::deletion::{
    BaseExplanation, DeletionSettings, DeletionTest, Explanation, MeanDeletion, Outcome,
};
use regulens::task::Contrast;
use regulens::weights::WeightFile;

use super::bases::{self, BaseName, BasesArgs};
use super::class_optimisation::{DescentArgs, optimise};
use super::outputs::Outputs;
use super::subject::Model;
use super::table::{Cell, Table};
use super::tables::TablesArgs;
use crate::cli::contrasts::contrast;
use crate::cli::error::CliError;
use crate::cli::opened::Opened;
use crate::cli::runner::BATCH;
use crate::cli::{files, interrupt, progress};

/// Model, input and explanations of a deletion test.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct DeletionArgs {
    #[command(flatten)]
    tables: TablesArgs,
    /// Explanations to test [default: all that the model has]
    #[arg(long, value_enum, value_name = "NAME,…", value_delimiter = ',')]
    explanations: Option<Vec<ExplanationName>>,
    /// Contrast whose values replace the signal, also used as the baseline of attributions [default: the model's
    /// contrast]
    #[arg(long, value_name = "CONTRAST", value_parser = contrast)]
    replacement: Option<Contrast>,
    /// Numbers of bins to replace, increasing from 0 [default: 0 to all bins, in growing steps]
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    replaced: Option<Vec<usize>>,
    /// Planted truth of simulated genes (.truth.tsv or .truth.json) or of simulated sequences (.sites.tsv). Adds how
    /// much of it ranks first (recovery)
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    #[command(flatten)]
    bases: BasesArgs,
    #[command(flatten)]
    descent: DescentArgs,
    /// Table of mean areas to write
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Table of mean curves to write
    #[arg(long, value_name = "FILE.tsv")]
    curves: Option<PathBuf>,
    /// Table to write with one row per gene, or per window of sequence
    #[arg(long, value_name = "FILE.tsv")]
    per_gene: Option<PathBuf>,
    /// Print one JSON array instead of the table
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
A gene's bins are replaced in order of importance, all marks of a bin together. The change is the
drop in the probability of the predicted class (on from 0.5); it is positive if the model becomes
less certain. The area is the mean change along the curve. For change models, the log2 fold change
takes the place of the probability, with its sign reversed where it was negative, and bins of both
tables are replaced. Compare areas only between explanations of the same genes with the same
settings; `random` shows the effect of replacing any bins.

EXPLANATIONS of genes
  attention             α, weighted by β if the model has β, otherwise averaged over its rows
  saliency              |∂ score / ∂ signal|, summed over marks; the score is the log-odds of on, or
                        the log2 fold change
  gradient-x-input      gradient times (signal - replacement), summed over marks, for the predicted
                        class
  integrated-gradients  mean gradient between replacement and signal, times their difference
  occlusion             drop for replacing this bin alone: the first step of this test
  class-optimisation    map of the predicted class, summed over marks
  signal                signal, each mark relative to its mean in the training data
  random                random order, from --seed and the gene ID

OUTPUT, columns of --out
  explanation
  group                          all, and genes predicted on and off; change models: up and down
  genes                          number of genes in the group
  area, standard_error           mean area
  against_random                 mean difference from `random`, gene by gene
  against_random_standard_error
With --truth, the share of planted places among as many top-ranked places (recovery_…), its standard
error and its expectation by chance (chance_…):
  …_bins                         bins with any planted mark
  …_marks_x_bins                 single marks in bins

OUTPUT, columns of --curves
  explanation, group, genes, replaced (bins), fraction (of all bins), change, standard_error

OUTPUT, columns of --per-gene
  gene; probability, log2_fold_change or level; area_… of each explanation

SEQUENCE MODELS
Bases of a window are replaced by bases of shuffled windows with the same dinucleotides, up to one
fifth of the predicted bases. The change is the share of the track's sum over the window's bins that
is lost, averaged over 3 shuffles.
  gradient              contribution of each base from one gradient
  integrated-gradients  contribution relative to --shuffles of the window
  mutagenesis           effect of substituting the base; slow (three predictions per base), so it is
                        tested only if named
  attention             attention that the base's bin receives from other bins
  motifs                best match of --motifs at the base: not an explanation, but a reference
  random                random order, from --seed and the window's position
Columns of --out: explanation, windows, area, standard_error, against_random,
against_random_standard_error. With --truth, for bases and for bins: recovery_…, its standard error,
sites_…, found_…, decoys_… and decoys_found_…, counted as in `interpret truth`.";

/// An explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExplanationName {
    Attention,
    Saliency,
    #[value(name = "gradient-x-input")]
    GradientXInput,
    IntegratedGradients,
    Occlusion,
    ClassOptimisation,
    Signal,
    Random,
    Gradient,
    Mutagenesis,
    Motifs,
}

impl ExplanationName {
    /// The explanation of bases of the same name, if there is one.
    fn of_bases(self) -> Option<BaseExplanation> {
        BaseName::from_str(&self.text(), false).ok().map(BaseExplanation::from)
    }

    fn is_of_bases_alone(self) -> bool {
        matches!(self, Self::Gradient | Self::Mutagenesis | Self::Motifs)
    }

    fn text(self) -> String {
        let value = self.to_possible_value();
        value.expect("no explanation is hidden").get_name().to_owned()
    }

    fn of(explanation: Explanation) -> Self {
        match explanation {
            Explanation::Attention => Self::Attention,
            Explanation::Saliency => Self::Saliency,
            Explanation::GradientXInput => Self::GradientXInput,
            Explanation::IntegratedGradients => Self::IntegratedGradients,
            Explanation::Occlusion => Self::Occlusion,
            Explanation::ClassOptimisation => Self::ClassOptimisation,
            Explanation::Signal => Self::Signal,
            Explanation::Random => Self::Random,
        }
    }
}

/// Replaces, and writes areas and curves.
pub fn run(args: &DeletionArgs) -> Result<(), CliError> {
    args.tables.begin()?;
    match args.tables.opened()? {
        Opened::OnOff(weights) | Opened::Level(weights) | Opened::Change(weights) => of_genes(args, weights),
        Opened::Tracks(weights) => args.of_bases(weights),
    }
}

/// Replaces the bins of genes.
fn of_genes(args: &DeletionArgs, weights: WeightFile) -> Result<(), CliError> {
    args.bases.check()?;
    if let Some(name) = args.explanations.iter().flatten().find(|name| name.is_of_bases_alone()) {
        return Err(CliError::Usage(format!(
            "--explanations {} applies to sequence models; this one reads signal tables. Leave it out",
            name.text()
        )));
    }
    let mut outputs = Outputs::create([
        ("--out", Some(&*args.out)),
        ("--curves", args.curves.as_deref()),
        ("--per-gene", args.per_gene.as_deref()),
    ])?;
    let (model, _, prepared) = args.tables.read_for(weights)?;
    let bins = model.card().bins;
    let planted = args.truth.as_deref().map(|path| args.planted(path, &model, &prepared));
    let planted = planted.transpose()?;
    let contrast = args.replacement.unwrap_or_else(|| model.engine().contrast());
    let mut settings = DeletionSettings::whole_curve(bins, contrast);
    if let Some(points) = &args.replaced {
        settings.steps = check_points(points, bins)?;
    }
    settings.seed = args.descent.seed;
    settings.outcome = model.engine().outcome();
    let outcome = settings.outcome;
    let [high, low] = Class::ALL.map(|class| class.name(outcome));
    // Levels have no classes.
    let groups = match outcome {
        Outcome::Level => &["all"][..],
        Outcome::Probability | Outcome::FoldChange => &["all", high, low],
    };
    let wanted = |each: &Explanation| {
        let name = ExplanationName::of(*each);
        args.explanations.as_ref().is_none_or(|names| names.contains(&name))
    };
    let explanations = Explanation::WITH_ATTRIBUTIONS.into_iter().filter(wanted).collect();
    let test = test(
        &model,
        (&prepared, planted.as_deref()),
        explanations,
        settings,
        &args.descent,
    )?;
    let on: Vec<bool> = test.probability().iter().map(|&p| p >= outcome.threshold()).collect();

    let areas = areas(&test, &on, groups);
    outputs.write("--out", |out| areas.write(out))?;
    outputs.write("--curves", |out| curves(&test, &on, groups, bins).write(out))?;
    outputs.write("--per-gene", |out| {
        let columns = test
            .curves()
            .iter()
            .map(|tested| format!("area_{}", name(tested.explanation)));
        let planted = test.curves().iter().filter(|tested| !tested.recovered.is_empty());
        let planted = planted.flat_map(|tested| {
            ["bins", "marks_x_bins"].map(|level| format!("recovery_{level}_{}", name(tested.explanation)))
        });
        let header = ["gene", outcome.name()].map(str::to_owned);
        let mut table = Table::new(header.into_iter().chain(columns).chain(planted));
        for (gene, name) in prepared.names().iter().enumerate() {
            let probability = Cell::single(test.probability()[gene]);
            let areas = test.curves().iter().map(|tested| Cell::single(tested.area[gene]));
            let planted = test.curves().iter().filter_map(|tested| tested.recovered.get(gene));
            let planted = planted.flat_map(|found| [found.bins, found.places]);
            let planted = planted.map(|share| Cell::from((!share.is_nan()).then_some(f64::from(share))));
            table.push([Cell::text(name), probability].into_iter().chain(areas).chain(planted));
        }
        table.write(out)
    })?;
    outputs.commit()?;
    areas.print(args.json)?;
    eprintln!("{} genes; written to {}", on.len(), args.out.display());
    Ok(())
}

impl DeletionArgs {
    /// Reads the planted bins of the genes of a table, [N, T, columns].
    fn planted(&self, path: &Path, model: &Model, prepared: &Prepared) -> Result<Vec<bool>, CliError> {
        let file = path.display().to_string();
        let truth = PlantedTruth::read(&file, &files::read(path)?)?;
        let card = model.card();
        let selected = self.tables.selected();
        let table = self.tables.inputs().0.display().to_string();
        let known = truth.check(
            &file,
            (files::name(&table), prepared.names()),
            selected.is_none().then_some(card.bins),
        )?;
        if known < prepared.genes() {
            let others = prepared.genes() - known;
            eprintln!(
                "{others} of {} genes are not in {file}: their planted truth is unknown",
                prepared.genes()
            );
        }
        let skipped = selected.map_or(0, |(first, _)| first - 1);
        Ok(truth.places(prepared.names(), &card.marks, card.conditions(), [skipped, card.bins]))
    }

    /// Replaces the bases of windows.
    fn of_bases(&self, weights: WeightFile) -> Result<(), CliError> {
        let (input, input_b) = self.tables.inputs();
        let given = [
            input_b.map(|_| "--input-b"),
            self.replaced.as_ref().map(|_| "--replaced"),
            self.replacement.map(|_| "--replacement"),
            self.tables.is_changed().then_some("--select-bins or --scale"),
        ];
        if let Some(flag) = given.into_iter().flatten().next() {
            return Err(CliError::Usage(format!(
                "{flag} applies to table models; this one reads sequences, whose bases are replaced by those of \
                    shuffles. Leave it out"
            )));
        }
        let of_bases = |name: &ExplanationName| {
            name.of_bases().ok_or_else(|| {
                CliError::Usage(format!(
                    "--explanations {} applies to table models; this one reads sequences. Leave it out",
                    name.text()
                ))
            })
        };
        let named = self
            .explanations
            .as_ref()
            .map(|names| names.iter().map(of_bases).collect());
        let named: Option<Vec<_>> = named.transpose()?;
        let written = bases::deletion::Files {
            out: &self.out,
            curves: self.curves.as_deref(),
            per_window: self.per_gene.as_deref(),
            json: self.json,
        };
        let on = (self.tables.device(), input, self.truth.as_deref());
        bases::deletion::run(&self.bases, weights, on, named.as_deref(), self.descent.seed, written)
    }
}

/// An explanation's name in tables.
pub(crate) fn name(explanation: Explanation) -> String {
    ExplanationName::of(explanation).text()
}

/// Runs the test on all genes, with a progress bar on a terminal.
fn test(
    model: &Model,
    (prepared, planted): (&Prepared, Option<&[bool]>),
    explanations: Vec<Explanation>,
    settings: DeletionSettings,
    descent: &DescentArgs,
) -> Result<DeletionTest, CliError> {
    let mut maps = None;
    if explanations.contains(&Explanation::ClassOptimisation) {
        let [high, low] = Class::ALL.map(|class| optimise(model, descent.settings(class)));
        maps = Some([high?.map, low?.map]);
    }
    let maps = maps.as_ref().map(|[high, low]| [&high[..], low]);
    let genes: Vec<usize> = (0..prepared.genes()).collect();
    test_genes(model, (prepared, planted), &genes, &explanations, settings, maps)
}

/// Runs the test on genes by their places in the table, with a progress bar on a terminal, and against what is planted
/// in all genes of the table, [N, T, columns]. `maps` are those of class on and off, or up and down.
pub(crate) fn test_genes(
    model: &Model,
    (prepared, planted): (&Prepared, Option<&[bool]>),
    genes: &[usize],
    explanations: &[Explanation],
    settings: DeletionSettings,
    maps: Option<[&[f32]; 2]>,
) -> Result<DeletionTest, CliError> {
    let shape = [model.card().bins, model.card().columns()];
    let mut test = DeletionTest::new(explanations, settings, 1, shape, maps)?;
    let bar = progress::counting("replacing bins", genes.len(), "genes");
    for batch in genes.chunks(BATCH) {
        interrupt::check()?;
        let names: Vec<&str> = batch.iter().map(|&gene| prepared.names()[gene].as_str()).collect();
        let values = batch.iter().flat_map(|&gene| prepared.values(gene, gene + 1));
        let values: Vec<f32> = values.copied().collect();
        let size = values.len() / batch.len();
        let planted = planted.map(|planted| {
            let genes = batch.iter().flat_map(|&gene| &planted[gene * size..][..size]);
            genes.copied().collect::<Vec<bool>>()
        });
        block_on(test.add(&names, &values, planted.as_deref(), model.engine()))?;
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(test)
}

/// Groups that means are taken over: true for a gene that is predicted on (or off) and belongs to it.
const GROUPS: [fn(bool) -> bool; 3] = [|_| true, |on| on, |on| !on];

/// Mean areas, and their differences from random, gene by gene.
fn areas(test: &DeletionTest, on: &[bool], groups: &[&'static str]) -> Table {
    let is_known = !test.chance().is_empty();
    let header = [
        "explanation",
        "group",
        "genes",
        "area",
        "standard_error",
        "against_random",
        "against_random_standard_error",
    ];
    let mut table = Table::new(header.into_iter().chain(PLANTED.into_iter().filter(|_| is_known)));
    let means = GROUPS.map(|belongs| test.means(|gene| belongs(on[gene])));
    let chance = GROUPS.map(|belongs| test.mean_chance(|gene| belongs(on[gene])));
    for (number, tested) in test.curves().iter().enumerate() {
        for (group, (means, chance)) in groups.iter().zip(means.iter().zip(&chance)) {
            let MeanDeletion {
                area,
                area_ahead,
                recovered,
                ..
            } = &means[number];
            let planted = recovered.iter().zip(chance);
            let planted = planted.flat_map(|(found, chance)| [found.mean, found.standard_error, chance.mean]);
            let cells = [
                Cell::text(name(tested.explanation)),
                Cell::text(*group),
                Cell::Count(area.n),
                area.mean.into(),
                area.standard_error.into(),
                area_ahead.mean.into(),
                area_ahead.standard_error.into(),
            ];
            let planted = planted.map(Cell::from).filter(|_| is_known);
            table.push(cells.into_iter().chain(planted));
        }
    }
    table
}

/// Columns on planted truth: the shares of planted bins, and of planted marks in bins, that go first.
const PLANTED: [&str; 6] = [
    "recovery_bins",
    "recovery_bins_standard_error",
    "chance_bins",
    "recovery_marks_x_bins",
    "recovery_marks_x_bins_standard_error",
    "chance_marks_x_bins",
];

/// Mean curves.
fn curves(test: &DeletionTest, on: &[bool], groups: &[&'static str], bins: usize) -> Table {
    let mut table = Table::new([
        "explanation",
        "group",
        "genes",
        "replaced",
        "fraction",
        "change",
        "standard_error",
    ]);
    let means = GROUPS.map(|belongs| test.means(|gene| belongs(on[gene])));
    for (number, tested) in test.curves().iter().enumerate() {
        for (group, means) in groups.iter().zip(&means) {
            for (change, &replaced) in means[number].change.iter().zip(&test.settings().steps) {
                table.push([
                    Cell::text(name(tested.explanation)),
                    Cell::text(*group),
                    Cell::Count(change.n),
                    Cell::Count(replaced),
                    Cell::Number(replaced as f64 / bins as f64),
                    change.mean.into(),
                    change.standard_error.into(),
                ]);
            }
        }
    }
    table
}

/// Checks that the numbers of `--replaced` make a curve.
fn check_points(points: &[usize], bins: usize) -> Result<Vec<usize>, CliError> {
    let rises = points.len() > 1 && points[0] == 0 && points.is_sorted_by(|a, b| a < b);
    if rises && points.iter().all(|&point| point <= bins) {
        return Ok(points.to_vec());
    }
    let points: Vec<String> = points.iter().map(usize::to_string).collect();
    Err(CliError::Usage(format!(
        "found --replaced {}; expected increasing numbers of bins from 0 to at most {bins}",
        points.join(",")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_make_no_curve_are_wrong_usage() {
        assert!(check_points(&[0, 3, 10], 10).is_ok());
        for points in [&[][..], &[0], &[1, 2], &[0, 2, 2], &[0, 11]] {
            let error = check_points(points, 10).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{error}");
        }
    }
}

//! `regulens interpret deletion`: how far predictions fall if the bins that an explanation marks are replaced.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pollster::block_on;
use regulens::interpret::class_optimisation::Class;
use regulens::interpret::deletion::{DeletionSettings, Replacement, deletion};
use regulens::interpret::{Mean, importance};

use super::class_optimisation::{DescentArgs, optimise};
use super::outputs::Outputs;
use super::saliency;
use super::subject::{Subject, SubjectArgs, go_on, progress};
use super::table::{Cell, Table};
use crate::cli::error::CliError;
use crate::cli::runner::BATCH;

/// What to replace.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct DeletionArgs {
    #[command(flatten)]
    subject: SubjectArgs,
    /// Content of a replaced bin
    #[arg(long, value_enum, default_value_t = ReplacementName::Mean)]
    replacement: ReplacementName,
    /// Numbers of bins to replace, from 0 upwards [default: 0 to all, in steps that grow]
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    replaced: Option<Vec<usize>>,
    #[command(flatten)]
    descent: DescentArgs,
    /// The table to write: explanation, group (all genes, those predicted on, those predicted off), genes, mean area,
    /// its standard error, its difference from that of random, gene by gene, and the standard error of that
    #[arg(long, value_name = "FILE.tsv")]
    out: PathBuf,
    /// Also write the mean curves: explanation, group, genes, bins replaced, fraction of all, mean change, its standard
    /// error
    #[arg(long, value_name = "FILE.tsv")]
    curves: Option<PathBuf>,
    /// Also write one row for each gene: gene, probability, and the area of each explanation
    #[arg(long, value_name = "FILE.tsv")]
    per_gene: Option<PathBuf>,
    /// Print one JSON array instead of the table
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
The bins of a gene are replaced in the order of their importance, all marks of a bin together. The change is the \
probability of the class that
was predicted (on from 0.5 upwards) before less after, above 0 where the model becomes less sure; the area is its mean \
along the curve.
Areas compare explanations of the same genes with the same settings; random says how much any replacement does.
  attention           α, weighted by β where there is β, else the mean over its rows; where the variant has α
  saliency            |∂ score(on) / ∂ signal|, added up over marks
  class-optimisation  the map of the predicted class, added up over marks
  signal              the signal's own size, every mark in units of its mean: no model
  random              drawn from --seed";

/// Content of a replaced bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReplacementName {
    /// No signal in any mark
    Zero,
    /// Each mark's mean over the gene's bins
    Mean,
}

/// The outcome for one explanation.
struct Tested {
    name: &'static str,
    /// [N, points].
    change: Vec<f32>,
    /// [N].
    area: Vec<f32>,
}

/// Replaces, and writes areas and curves.
pub fn run(args: &DeletionArgs) -> Result<(), CliError> {
    args.subject.begin()?;
    let mut outputs = Outputs::create([
        ("--out", Some(&*args.out)),
        ("--curves", args.curves.as_deref()),
        ("--per-gene", args.per_gene.as_deref()),
    ])?;
    let mut subject = args.subject.subject(|_| Ok(()))?;
    let bins = subject.model.card().bins;
    let mut settings = DeletionSettings::whole_curve(bins);
    if let Some(points) = &args.replaced {
        settings.steps = check_points(points, bins)?;
    }
    settings.seed = args.descent.seed;
    settings.replacement = match args.replacement {
        ReplacementName::Zero => Replacement::Zero,
        ReplacementName::Mean => Replacement::Mean,
    };
    let predictions = subject.predict()?;
    let on: Vec<bool> = predictions.values.probability.iter().map(|&p| p >= 0.5).collect();
    let mut tested = Vec::new();
    for (name, importance) in importances(&subject, &predictions, &on, &args.descent)? {
        tested.push(test(&subject, name, &importance, &settings)?);
    }

    let areas = areas(&tested, &on);
    outputs.write("--out", |out| areas.write(out))?;
    outputs.write("--curves", |out| curves(&tested, &on, &settings.steps, bins).write(out))?;
    outputs.write("--per-gene", |out| {
        let columns = tested.iter().map(|tested| format!("area_{}", tested.name));
        let header = ["gene", "probability"].map(str::to_owned);
        let mut table = Table::new(header.into_iter().chain(columns));
        for (gene, name) in predictions.genes.iter().enumerate() {
            let probability = Cell::single(predictions.values.probability[gene]);
            let areas = tested.iter().map(|tested| Cell::single(tested.area[gene]));
            table.push([Cell::text(name), probability].into_iter().chain(areas));
        }
        table.write(out)
    })?;
    outputs.commit()?;
    areas.print(args.json)?;
    eprintln!("{} genes; written to {}", on.len(), args.out.display());
    Ok(())
}

/// The importance of each bin of each gene, [N, T], by each explanation that the variant has, and by those that need no
/// model.
fn importances(
    subject: &Subject,
    predictions: &regulens::engine::Predictions,
    on: &[bool],
    descent: &DescentArgs,
) -> Result<Vec<(&'static str, Vec<f32>)>, CliError> {
    let (bins, marks, values) = (predictions.bins, predictions.marks.len(), &predictions.values);
    let mut all = Vec::new();
    let rows = predictions.rows.len();
    if rows > 0 {
        let attention = importance::attention(&values.alpha, &values.beta, rows, bins);
        all.push(("attention", attention));
    }
    all.push(("saliency", importance::saliency(&saliency::maps(subject)?, marks)));
    let class = |class| {
        let map = optimise(&subject.model, descent.settings(class))?.map;
        Ok::<_, CliError>(importance::class_map(&map, marks, 1))
    };
    let (class_on, class_off) = (class(Class::On)?, class(Class::Off)?);
    let of_class = on.iter().flat_map(|&on| if on { &class_on } else { &class_off });
    all.push(("class-optimisation", of_class.copied().collect()));
    let signal = subject.signal();
    let means = importance::mark_means(signal, marks);
    all.push(("signal", importance::signal(signal, &means)));
    all.push(("random", importance::random(on.len(), bins, descent.seed)));
    Ok(all)
}

/// Runs the test on all genes, with a progress bar on a terminal.
fn test(
    subject: &Subject,
    name: &'static str,
    importance: &[f32],
    settings: &DeletionSettings,
) -> Result<Tested, CliError> {
    let genes = subject.prepared.genes();
    let bins = subject.model.card().bins;
    let bar = progress(&format!("replacing by {name}"), genes, "genes");
    let mut tested = Tested {
        name,
        change: Vec::with_capacity(genes * settings.steps.len()),
        area: Vec::with_capacity(genes),
    };
    for start in (0..genes).step_by(BATCH) {
        go_on()?;
        let end = genes.min(start + BATCH);
        let curves = block_on(deletion(
            subject.model.engine(),
            subject.prepared.values(start, end),
            end - start,
            &importance[start * bins..end * bins],
            settings,
        ))?;
        tested.change.extend(curves.change);
        tested.area.extend(curves.area);
        bar.set_position(end as u64);
    }
    bar.finish_and_clear();
    Ok(tested)
}

/// Genes that a mean is taken over: a name, and whether a gene that is predicted on (or off) belongs to it.
type Group = (&'static str, fn(bool) -> bool);

const GROUPS: [Group; 3] = [("all", |_| true), ("on", |on| on), ("off", |on| !on)];

/// Mean areas, and their differences from random, gene by gene.
fn areas(tested: &[Tested], on: &[bool]) -> Table {
    let mut table = Table::new([
        "explanation",
        "group",
        "genes",
        "area",
        "standard_error",
        "against_random",
        "against_random_standard_error",
    ]);
    let random = tested.iter().find(|tested| tested.name == "random");
    for Tested { name, area, .. } in tested {
        for (group, belongs) in GROUPS {
            let genes = || (0..on.len()).filter(|&gene| belongs(on[gene]));
            let mean = Mean::of(genes().map(|gene| f64::from(area[gene])));
            let against = match random {
                Some(random) if random.name != *name => {
                    Mean::of(genes().map(|gene| f64::from(area[gene]) - f64::from(random.area[gene])))
                }
                _ => Mean::of([]),
            };
            table.push([
                Cell::text(*name),
                Cell::text(group),
                Cell::Count(mean.n),
                mean.mean.into(),
                mean.standard_error.into(),
                against.mean.into(),
                against.standard_error.into(),
            ]);
        }
    }
    table
}

/// Mean curves.
fn curves(tested: &[Tested], on: &[bool], points: &[usize], bins: usize) -> Table {
    let mut table = Table::new([
        "explanation",
        "group",
        "genes",
        "replaced",
        "fraction",
        "change",
        "standard_error",
    ]);
    for Tested { name, change, .. } in tested {
        for (group, belongs) in GROUPS {
            for (point, &replaced) in points.iter().enumerate() {
                let genes = (0..on.len()).filter(|&gene| belongs(on[gene]));
                let change = |gene| f64::from(change[gene * points.len() + point]);
                let mean = Mean::of(genes.map(change));
                table.push([
                    Cell::text(*name),
                    Cell::text(group),
                    Cell::Count(mean.n),
                    Cell::Count(replaced),
                    Cell::Number(replaced as f64 / bins as f64),
                    mean.mean.into(),
                    mean.standard_error.into(),
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
        "found --replaced {}; expected numbers of bins that begin with 0, rise, and end at {bins} at most",
        points.join(",")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(name: &'static str, area: [f32; 4]) -> Tested {
        Tested {
            name,
            change: area.iter().flat_map(|&area| [0.0, 2.0 * area]).collect(),
            area: area.to_vec(),
        }
    }

    fn written(table: &Table) -> String {
        let mut written = Vec::new();
        table.write(&mut written).unwrap();
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn areas_are_means_over_all_genes_and_over_those_on_and_off() {
        let on = [true, true, false, true];
        let tested = [
            tested("signal", [0.5, 0.25, 1.0, 0.75]),
            tested("random", [0.25, 0.25, 0.5, 0.25]),
        ];
        let text = written(&areas(&tested, &on));
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
        assert_eq!(rows[1][..4], ["signal", "all", "4", "0.625"]);
        assert_eq!(rows[2][..4], ["signal", "on", "3", "0.5"]);
        // Paired: differences of 0.25, 0 and 0.5.
        assert_eq!(rows[2][5], "0.25");
        assert_eq!(rows[3][2..], ["1", "1", "", "0.5", ""]);
        assert_eq!(rows[4][5..], ["", ""]);
        let text = written(&curves(&tested, &on, &[0, 5], 10));
        assert!(text.contains("signal\toff\t1\t5\t0.5\t2\t\n"), "{text}");
    }

    #[test]
    fn numbers_that_make_no_curve_are_wrong_usage() {
        assert!(check_points(&[0, 3, 10], 10).is_ok());
        for points in [&[][..], &[0], &[1, 2], &[0, 2, 2], &[0, 11]] {
            let error = check_points(points, 10).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{error}");
        }
    }
}

//! `--folds K`: K models from one table, of which each predicts the genes that it did not learn from.
//!
//! ```text
//! OUT/settings.json          data and settings, so that two trainings are not mixed
//! OUT/folds.tsv              the fold of each gene
//! OUT/fold-N.safetensors     the model that fold N tests, once all its seeds have ended
//! OUT/fold-N.safetensors.seed-N.checkpoint    what the same command goes on from, until then
//! OUT/predictions.tsv        each gene as the model of its fold predicts it
//! OUT/summary.json           the scores of each fold, and of all predictions together
//! ```
//!
//! Fold N tests, the fold after it validates, and the others train.

mod places;
mod summary;

use std::fmt::Write as _;
use std::path::Path;

use burn::tensor::Device;
use regulens::input::without_version;
use serde_json::{Value, json};

use self::summary::{OfFold, Summary};
use super::args;
use super::data::{GeneSet, Sets, hash};
use super::dealing::{Fold, FoldArgs, SplitBy};
use super::genes::{OnGenes, training};
use super::{Trains, finish, folder, report, variant};
use crate::cli::error::CliError;
use crate::cli::predict::{self, Uncertainty};
use crate::cli::runner::Runner;
use crate::cli::words::{cell, counted};
use crate::cli::{cells, files, output};
use crate::train::folds::deal;
use crate::train::recipe::common::GeneRecipe as _;

/// The genes of a training in folds.
struct Dealt {
    folds: usize,
    by: SplitBy,
    chromosomes: Vec<Option<String>>,
    /// The fold of each gene, counted from 0.
    of: Vec<usize>,
}

/// Trains what is left to train, then predicts every gene by the model of its fold.
pub(super) fn run<A: OnGenes>(args: &A, device: &Device) -> Result<(), CliError> {
    args.check()?;
    let whole = training(args, &args.expression()?)?;
    let dealt = dealt(args, &whole)?;
    let out = args.run().out.clone();
    folder::same_training(&out, &settings(args, &whole, &dealt)?)?;
    files::write(
        &out.join("folds.tsv"),
        dealt.text(&whole.table().genes, whole.has_cells()).as_bytes(),
    )?;
    for number in 1..=dealt.folds {
        let of_fold = of_fold(args, number);
        if folder::is_finished(of_fold.run()) {
            eprintln!("fold {number}: trained already");
            continue;
        }
        eprintln!("fold {number} of {}", dealt.folds);
        let fold = dealt.fold(number, &args.table_args().folds);
        let set = |places: Vec<usize>| whole.take(&places);
        let sets = [set(dealt.training(number))?, set(dealt.validation(number))?];
        let test = Some(set(dealt.test(number))?);
        let transform = args.recipe().tables().transform.of_card();
        let data = Sets::of(args.table_args(), &transform, sets, test, Some(fold))?;
        let mut card = finish(of_fold.run(), &of_fold.job(variant(&of_fold)?, device, &data)?)?;
        if let (Some(training), Some(report)) = (card.training.clone(), A::scores(&mut card)) {
            report::tell(&training, report, of_fold.run().ensemble, &of_fold.run().out);
        }
    }
    let summary = predict_all(args, &whole, &dealt)?;
    files::write(&out.join("summary.json"), folder::pretty(&summary).as_bytes())?;
    output::print(&summary.text())?;
    eprintln!("wrote {}", out.display());
    Ok(())
}

/// The arguments of one fold's model.
fn of_fold<A: OnGenes>(args: &A, number: usize) -> A {
    let mut of_fold = args.clone();
    let run = of_fold.run_args_mut();
    run.out = run.out.join(model_name(number));
    run.resume = folder::is_interrupted(run);
    of_fold
}

fn model_name(number: usize) -> String {
    format!("fold-{number}.safetensors")
}

/// Deals the genes, so that each fold can be scored.
fn dealt<A: OnGenes>(args: &A, whole: &A::Genes) -> Result<Dealt, CliError> {
    let (table, file) = (whole.table(), &whole.tables()[0].file);
    let of_example = |example: &String| match whole.has_cells() {
        true => cells::split(example).0.to_owned(),
        false => example.clone(),
    };
    let genes: Vec<String> = table.genes.iter().map(of_example).collect();
    let flags = &args.table_args().folds;
    let folds = flags.folds.unwrap_or_else(|| unreachable!("folds are asked for"));
    let by = flags.split_by.unwrap_or_default();
    let chromosomes = places::chromosomes(&genes, table.windows.as_deref(), file, flags.annotation.as_deref(), by)?;
    let groups = genes.iter().zip(&chromosomes).map(|(gene, chromosome)| match by {
        SplitBy::Chromosome => chromosome.as_deref().unwrap_or_default(),
        SplitBy::Gene => without_version(gene),
    });
    let of = deal(&groups.collect::<Vec<_>>(), folds, args.run().seed).map_err(|found| {
        CliError::Usage(format!(
            "--folds {folds}: found {}; a {by} stays in one fold. Give at most as many folds, and at least 3",
            counted(found, &by.to_string())
        ))
    })?;
    let dealt = Dealt {
        folds,
        by,
        chromosomes,
        of,
    };
    let measured = whole.measured();
    for number in 1..=folds {
        let of_fold: Vec<f64> = dealt.test(number).iter().map(|&place| measured[place]).collect();
        if let Some(problem) = A::Genes::problem(&of_fold) {
            return Err(CliError::Data(format!(
                "{file}: fold {number} of {folds}{}: {problem}. Give fewer folds, another --seed or more genes",
                dealt.named(number)
            )));
        }
    }
    if args.table_args().init_from.is_some() {
        eprintln!(
            "note: the model of --init-from may have learned from genes that folds test here; scores are then too high"
        );
    }
    if by == SplitBy::Gene {
        eprintln!(
            "note: folds are by gene: neighbouring genes share signal, so that scores are higher than on chromosomes \
             that were not learned from; --split-by chromosome keeps neighbours together"
        );
    }
    Ok(dealt)
}

/// All that the models and the tables depend on.
fn settings<A: OnGenes>(args: &A, whole: &A::Genes, dealt: &Dealt) -> Result<Value, CliError> {
    let run = args.run();
    let init = args.table_args().init_from.as_deref().map(files::model).transpose()?;
    let folds: Vec<u8> = dealt.of.iter().flat_map(|fold| (*fold as u64).to_le_bytes()).collect();
    Ok(json!({
        "data": hash(&[whole]),
        "folds": dealt.folds,
        "split_by": dealt.by.to_string(),
        "split_genes": regulens::weights::sha256(&folds),
        "variant": args.variant(),
        "recipe": args::settings(args.recipe()),
        "seed": run.seed,
        "seeds": run.seeds,
        "dtype": run.dtype,
        "baselines": !run.no_baselines,
        "cell_type": args.table_args().cell_type,
        "init_from": init.map(|init| init.sha256),
    }))
}

/// Predicts the test genes of each fold as `regulens predict` does, writes them, and scores them.
fn predict_all<A: OnGenes>(
    args: &A,
    whole: &A::Genes,
    dealt: &Dealt,
) -> Result<Summary<<A::Genes as GeneSet>::Score>, CliError> {
    let (genes, has_cells) = (&whole.table().genes, whole.has_cells());
    let measured = whole.measured();
    let score = |predicted: &[f32], measured: &[f64]| {
        let predicted: Vec<f64> = predicted.iter().map(|&value| value.into()).collect();
        A::Genes::score(&predicted, measured)
    };
    let mut header = String::new();
    let mut rows = vec![String::new(); genes.len()];
    let mut predicted = vec![0.0_f32; genes.len()];
    let mut folds = Vec::with_capacity(dealt.folds);
    for number in 1..=dealt.folds {
        let path = args.run().out.join(model_name(number));
        let mut runner = Runner::new(files::model(&path)?, args.run().device)?;
        let places = dealt.test(number);
        let prepared = whole.take(&places)?.prepare(runner.engine())?;
        let predictions = runner.predict(&prepared)?;
        let engine = runner.engine();
        let uncertainty = Uncertainty::of(&predictions, engine.outcome(), engine.card(), None)?;
        let columns = predict::columns(&predictions, &uncertainty);
        header = format!("{}\tfold\t{}", cells::header(has_cells), A::Genes::MEASURED);
        for (name, ..) in &columns {
            write!(header, "\t{name}").expect("a String takes any text");
        }
        for (at, &place) in places.iter().enumerate() {
            let row = &mut rows[place];
            let gene = cells::columns(&genes[place], has_cells);
            write!(row, "{gene}\t{number}\t{}", measured[place]).expect("a String takes any text");
            for (_, stride, values) in &columns {
                write!(row, "\t{}", values[at * stride]).expect("a String takes any text");
            }
            predicted[place] = A::Genes::predicted(&predictions.values)[at];
        }
        let of_fold: Vec<f64> = places.iter().map(|&place| measured[place]).collect();
        folds.push(OfFold {
            fold: number,
            model: model_name(number),
            chromosomes: dealt.names(number),
            best_epoch: runner
                .engine()
                .card()
                .training
                .as_ref()
                .map(|training| training.best_epoch),
            test: score(A::Genes::predicted(&predictions.values), &of_fold)
                .ok_or_else(|| not_scored(&path, "of its fold"))?,
        });
    }
    let text = rows.iter().fold(header + "\n", |text, row| text + row + "\n");
    let path = args.run().out.join("predictions.tsv");
    files::write(&path, text.as_bytes())?;
    let pooled = score(&predicted, &measured).ok_or_else(|| not_scored(&path, "together"))?;
    Ok(Summary::new(dealt.by, args.run().seed, folds, pooled))
}

fn not_scored(path: &Path, of: &str) -> CliError {
    CliError::file(
        path.display(),
        format!(
            "the predictions {of} have no score: all are the same, or one is no number. Try another seed, a lower \
             --learning-rate or more epochs"
        ),
    )
}

impl Dealt {
    /// The genes of fold `number`, counted from 1.
    fn test(&self, number: usize) -> Vec<usize> {
        self.places(|fold| fold + 1 == number)
    }

    /// Those of the fold after it; after the last comes the first.
    fn validation(&self, number: usize) -> Vec<usize> {
        self.test(self.after(number))
    }

    /// All others.
    fn training(&self, number: usize) -> Vec<usize> {
        self.places(|fold| fold + 1 != number && fold + 1 != self.after(number))
    }

    fn after(&self, number: usize) -> usize {
        number % self.folds + 1
    }

    fn places(&self, is_taken: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.of.len()).filter(|&place| is_taken(self.of[place])).collect()
    }

    /// The chromosomes of a fold, where folds are by chromosome.
    fn names(&self, number: usize) -> Vec<String> {
        if self.by == SplitBy::Gene {
            return Vec::new();
        }
        let mut names: Vec<String> = Vec::new();
        for place in self.test(number) {
            if let Some(name) = self.chromosomes[place].as_ref().filter(|&name| !names.contains(name)) {
                names.push(name.clone());
            }
        }
        // chr2 before chr10.
        names.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        names
    }

    /// ` (chr2, chr9)`.
    fn named(&self, number: usize) -> String {
        match self.names(number).join(", ") {
            names if names.is_empty() => names,
            names => format!(" ({names})"),
        }
    }

    fn fold(&self, number: usize, args: &FoldArgs) -> Fold {
        Fold {
            number,
            of: self.folds,
            by: self.by,
            chromosomes: [number, self.after(number)].map(|number| self.names(number)),
            annotation: args.annotation.clone(),
        }
    }

    /// The table of folds.
    fn text(&self, genes: &[String], has_cells: bool) -> String {
        let mut text = format!("{}\tchromosome\tfold\n", cells::header(has_cells));
        for ((gene, chromosome), fold) in genes.iter().zip(&self.chromosomes).zip(&self.of) {
            let chromosome = cell(chromosome.as_deref().unwrap_or_default());
            let gene = cells::columns(gene, has_cells);
            writeln!(text, "{gene}\t{chromosome}\t{}", fold + 1).expect("a String takes any text");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gene_is_tested_once_and_validates_the_fold_before_its_own() {
        let dealt = Dealt {
            folds: 3,
            by: SplitBy::Chromosome,
            chromosomes: ["chr10", "chr2", "chr1", "chr2"]
                .map(|name| Some(name.to_owned()))
                .to_vec(),
            of: vec![0, 0, 1, 2],
        };
        let sets = |number| (dealt.training(number), dealt.validation(number), dealt.test(number));
        assert_eq!(sets(1), (vec![3], vec![2], vec![0, 1]));
        assert_eq!(sets(3), (vec![2], vec![0, 1], vec![3]));
        let fold = dealt.fold(1, &FoldArgs::default());
        assert_eq!(
            fold.words(),
            "fold 1 of 3 by chromosome (test chr2, chr10; validation chr1; the others train)"
        );
    }
}

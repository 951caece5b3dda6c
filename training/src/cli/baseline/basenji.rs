//! `regulens baseline basenji`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use regulens::metrics::tracks::TrackFit;
use serde_json::{Value, json};

use crate::baseline::basenji::{Bins, REACH, TrackBaseline, basenji};
use crate::cli::error::CliError;
use crate::cli::words::counted;
use crate::cli::{interrupt, output, progress};
use crate::tracks::dataset::Dataset;
use crate::tracks::manifest::{Ceiling, Manifest};

/// Baseline of Basenji.
#[derive(Debug, Args)]
pub struct BasenjiArgs {
    /// Folder made by `regulens prepare tracks`
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// Maximum number of bins on either side for ridge regression; the number used is chosen on validation windows
    /// [default: 128, the reach of Basenji's dilated convolutions, or the window length if shorter]
    #[arg(long, value_name = "BINS")]
    reach: Option<usize>,
    /// Print one JSON object: bins, baselines, ceilings
    #[arg(long)]
    json: bool,
}

/// Fits, and prints the scores on the test windows.
pub fn run(args: &BasenjiArgs) -> Result<(), CliError> {
    interrupt::watch();
    let dataset = Dataset::open(&args.data)?;
    let manifest = dataset.manifest();
    let most = args.reach.unwrap_or(REACH).min(manifest.bins() - 1);
    let folder = args.data.display().to_string();
    let (baselines, bins) = basenji(&folder, &dataset, most, &mut progress::watch())?;
    if args.json {
        return output::print_json(&json(manifest, &baselines, &bins));
    }
    output::print(&text(manifest, &baselines, &bins).expect("texts take any text"))
}

fn json(manifest: &Manifest, baselines: &[TrackBaseline], bins: &Bins) -> Value {
    let one = |one: &TrackBaseline| {
        let assays = one.by_assay(manifest).into_iter();
        json!({
            "name": one.name,
            "target": one.target,
            "mean": one.mean(),
            "assays": assays.map(|(assay, fit)| json!({ "assay": assay, "fit": fit })).collect::<Vec<_>>(),
            "tracks": one.tracks,
        })
    };
    json!({
        "bins": bins,
        "baselines": baselines.iter().map(one).collect::<Vec<_>>(),
        "ceilings": ceilings(manifest)
            .map(|(track, ceiling)| json!({ "track": track, "ceiling": ceiling }))
            .collect::<Vec<_>>(),
    })
}

fn ceilings(manifest: &Manifest) -> impl Iterator<Item = (&str, &Ceiling)> {
    manifest
        .tracks
        .iter()
        .filter_map(|track| Some((track.name.as_str(), track.ceiling.as_ref()?)))
}

/// The scores as text.
fn text(manifest: &Manifest, baselines: &[TrackBaseline], bins: &Bins) -> Result<String, std::fmt::Error> {
    let mut text = format!(
        "{} test bins of {} bp, {} validation bins, {} training bins. Columns: Pearson r, Pearson r of log2(x + 1), \
            and R2 as published.\n\nr       log r   R2\n",
        bins.test, manifest.bin_size, bins.valid, bins.train
    );
    let mut row = |fit: &TrackFit, what: &str| {
        let cell = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
        writeln!(
            text,
            "{:<8}{:<8}{:<8}{what}",
            cell(fit.pearson),
            cell(fit.log_pearson),
            cell(fit.r2)
        )
    };
    for one in baselines {
        row(
            &one.mean(),
            &format!("{}, mean of {}", one.name, counted(one.tracks.len(), "track")),
        )?;
        let assays = one.by_assay(manifest);
        for (assay, fit) in assays.iter().filter(|(assay, _)| !assay.is_empty()) {
            row(fit, &format!("  {assay}"))?;
        }
        for fitted in &one.tracks {
            let setting = fitted.setting;
            row(
                &fitted.test,
                &format!(
                    "  {}: {} bins to either side, L2 {}",
                    fitted.track, setting.reach, setting.l2
                ),
            )?;
        }
    }
    for (track, ceiling) in ceilings(manifest) {
        row(&ceiling.fit.test, &format!("{track}: {}", ceiling.what))?;
    }
    Ok(text)
}

//! `regulens calibrate variants`: effects of random variants, put into a model's card.

use std::path::PathBuf;

use clap::Args;
use pollster::block_on;
use regulens::engine::TrackEngine;
use regulens::interpret::variants::{ScoreSettings, VariantPlace};
use regulens::sequence::vcf::Vcf;
use regulens::task::tracks::{EffectNull, NullDraw, TrackNull, VariantKind};

use super::draw::Draws;
use super::write;
use crate::cli::error::CliError;
use crate::cli::genome::Sequences;
use crate::cli::interpret::score_flags::ScoreFlags;
use crate::cli::interpret::sequences::{SequencesArgs, tracks};
use crate::cli::words::counted;
use crate::cli::{files, interrupt, progress};

/// Genome to draw from, and the file of the model to write.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct VariantsArgs {
    #[command(flatten)]
    sequences: SequencesArgs,
    /// Number of random substitutions, and of random insertions and deletions
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..))]
    count: u32,
    /// Seed of the random variants
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// VCF, plain or gzipped, whose types and lengths of variants are imitated at random positions
    #[arg(long, value_name = "FILE.vcf")]
    like: Option<PathBuf>,
    /// Track to calibrate; repeatable [default: all tracks of the model]
    #[arg(long, value_name = "NAME")]
    track: Vec<String>,
    #[command(flatten)]
    score: ScoreFlags,
    /// Model file to write: the same weights, with the null distribution in the card
    #[arg(long, value_name = "FILE.safetensors")]
    out: PathBuf,
}

const AFTER_HELP: &str = "\
`interpret variants`, the page and the package then report a percentile for each variant: the share
of random variants of the same kind with a smaller effect, at positions with similar predicted
activity. A large effect at a highly active position may be ordinary.

The null distribution applies only to scores with the same --around, --strands and --shifts. From a
2bit genome, or a FASTA with a .fai index, only the necessary parts are read.";

/// Draws, scores, and writes the model.
pub fn run(args: &VariantsArgs) -> Result<(), CliError> {
    args.sequences.begin()?;
    let list = args.like.as_ref();
    let list = list.map(|path| Ok::<_, CliError>(Vcf::read(&path.display().to_string(), &files::read(path)?)?));
    let list = list.transpose()?;
    let mut model = args.sequences.weights()?;
    let engine = args.sequences.runner()?.into_engine();
    let chosen = tracks(engine.card(), &args.track)?;
    let settings = args.score.settings();
    let mut genome = args.sequences.genome()?;
    let longest = VariantPlace::longest(&engine.window());
    let mut draws = Draws::new(&mut genome, list.as_ref(), longest, args.seed)?;
    let drawn = draw(
        &engine,
        &mut genome,
        &mut draws,
        &chosen,
        &settings,
        args.count as usize,
    )?;

    let names = chosen.iter().map(|&track| engine.card().tracks[track].name.as_str());
    let null = EffectNull {
        genome: files::name(genome.file()).to_owned(),
        drawn: draws.words(list.as_ref().map(|list| files::name(&list.file))),
        seed: args.seed,
        around: settings.around,
        strands: settings.strands.id().to_owned(),
        shifts: settings.shifts.clone(),
        tracks: names
            .zip(&drawn)
            .map(|(name, draws)| TrackNull::of(name, draws))
            .collect(),
    };
    let count = |kind: VariantKind| drawn[0].iter().filter(|draw| draw.kind == kind).count();
    let counts = [
        (count(VariantKind::Base), "single bases"),
        (count(VariantKind::Indel), "insertions and deletions"),
    ];
    model.card.variant_null = Some(null);
    write(&args.out, &model)?;
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, of)| format!("{count} {of}")).collect();
    eprintln!(
        "{}: null distribution of {} from {}, at random positions of {}",
        args.out.display(),
        counted(chosen.len(), "track"),
        counts.join(" and "),
        genome.file()
    );
    Ok(())
}

/// Draws random variants and scores each of the chosen tracks.
fn draw(
    engine: &TrackEngine,
    genome: &mut Sequences,
    draws: &mut Draws,
    chosen: &[usize],
    settings: &ScoreSettings,
    count: usize,
) -> Result<Vec<Vec<NullDraw>>, CliError> {
    let kinds = draws.kinds();
    let mut drawn = vec![Vec::new(); chosen.len()];
    let bar = progress::counting("", count * kinds.len(), "variants");
    // The window, wherever an insertion or deletion in a repeat may move it, and its shifts.
    let moved = settings
        .shifts
        .iter()
        .map(|shift| shift.unsigned_abs())
        .max()
        .unwrap_or(0);
    let reach = 2 * engine.shape().length + moved;
    for kind in kinds {
        for _ in 0..count {
            interrupt::check()?;
            let one = draws.draw(genome, kind, reach)?;
            let go_on = &mut async || Ok::<_, regulens::Error>(());
            let effect = block_on(engine.variant(&one.bases, &one.variant, chosen, settings, Vec::new(), go_on))?;
            let effect = effect.expect("no longer than the model can see");
            for (draws, change) in drawn.iter_mut().zip(&effect.score.tracks) {
                draws.push(NullDraw {
                    kind,
                    activity: change.reference as f32,
                    effect: change.difference() as f32,
                });
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use regulens::engine::DeviceKind;
    use regulens::sequence::Fasta;

    use super::*;

    #[test]
    fn variants_drawn_as_the_null_is_have_uniform_percentiles() {
        const COUNT: usize = 200;
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
        let read = |name: &str| std::fs::read(models.join(name)).expect("a shipped file");
        let bytes = read("basenji-attention-two-sided-simulated.safetensors");
        let engine = TrackEngine::load("m", &bytes, &DeviceKind::Cpu.open().unwrap()).unwrap();
        let mut genome = Sequences::Whole(Fasta::read("g", &read("examples/sequence.fa.gz")).unwrap());
        let settings = ScoreSettings::default();
        let mut drawn = |seed: u64| {
            let mut draws = Draws::new(&mut genome, None, 100, seed).unwrap();
            let mut drawn = draw(&engine, &mut genome, &mut draws, &[0], &settings, COUNT).unwrap();
            drawn.remove(0)
        };
        let null = TrackNull::of("ATAC", &drawn(1));
        let fresh = drawn(2);
        for kind in [VariantKind::Base, VariantKind::Indel] {
            let of_kind = fresh.iter().filter(|draw| draw.kind == kind);
            let percentile = |draw: &NullDraw| null.percentile(kind, draw.activity, draw.effect).unwrap().percentile;
            let mut percentiles: Vec<f32> = of_kind.map(percentile).collect();
            percentiles.sort_unstable_by(f32::total_cmp);
            // Kolmogorov-Smirnov of two samples, at 1 %.
            let count = percentiles.len() as f32;
            let distances = percentiles.iter().enumerate().map(|(below, percentile)| {
                let share = percentile / 100.0;
                (share - below as f32 / count)
                    .abs()
                    .max(((below + 1) as f32 / count - share).abs())
            });
            let distance = distances.fold(0.0, f32::max);
            let limit = 1.63 * (2.0 / count).sqrt();
            assert!(distance < limit, "{kind:?}: {distance} against {limit}");
        }
    }
}

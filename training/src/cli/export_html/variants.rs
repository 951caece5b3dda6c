//! The variants of a VCF that stand out most, with the bases around them.

use std::path::Path;

use pollster::block_on;
use regulens::engine::DeviceKind;
use regulens::interpret::variants::{ScoreSettings, VariantScore};
use regulens::page::{Block, Input, Looked, Role, fasta};
use regulens::sequence::Bases;
use regulens::sequence::Window;
use regulens::sequence::vcf::{Alternative, Variant, Vcf};
use regulens::weights::{ModelCard, WeightFile};

use super::choice::ChoiceArgs;
use super::genes::Written;
use super::pieces::Stretch;
use super::{Data, picture, pieces};
use crate::cli::error::CliError;
use crate::cli::genome::Sequences;
use crate::cli::interpret::sequences::tracks;
use crate::cli::interpret::unscored;
use crate::cli::interpret::variants::genes::changed;
use crate::cli::renames::RenameArgs;
use crate::cli::runner::TrackRunner;
use crate::cli::words::counted;
use crate::cli::{files, interrupt, progress};

/// Number of variants if none is given, and the most: what a browser can show at once.
const DEFAULT: usize = 50;
const MOST: usize = 500;

/// The page ranks by scores.
const LEFT_OUT: &str = "without a score and therefore not in the page";

/// Scores the variants as `regulens interpret variants` does, chooses and packs. Ranked by `track`, or the first one.
pub fn data(
    model: WeightFile,
    path: &Path,
    vcf: &Path,
    track: Option<&str>,
    (choice, renames): (&ChoiceArgs, &RenameArgs),
) -> Result<Data, CliError> {
    let count = choice.top().unwrap_or(DEFAULT);
    if choice.names()?.is_some() || !(1..=MOST).contains(&count) {
        return Err(CliError::Usage(format!(
            "--top chooses 1 to {MOST} variants with the largest scores from a VCF"
        )));
    }
    let mut runner = TrackRunner::new(model, DeviceKind::Cpu)?;
    let track = match track {
        Some(name) => tracks(runner.engine().card(), &[name.to_owned()])?[0],
        None => 0,
    };
    let (file, variants_file) = (path.display().to_string(), vcf.display().to_string());
    let mut vcf = Vcf::read(&variants_file, &files::read(vcf)?)?;
    let mut genome = Sequences::open(path)?;
    let names = renames.names(genome.file(), genome.names())?;
    let variants = vcf.place_by(&names, &mut genome)?;
    let records = vcf.records(&names, &genome)?;
    unscored::tell_rows(&vcf, &variants, &records, LEFT_OUT);
    let bar = progress::counting("", variants.len(), "variants");
    let settings = ScoreSettings::default();
    let scores = runner.run(|engine| {
        block_on(
            engine.score_variants(&mut genome, &variants, &[track], &settings, |done, _| {
                bar.set_position(done as u64);
                interrupt::flow()
            }),
        )
    })?;
    bar.finish_and_clear();
    let too_long = scores.iter().filter(|score| score.is_none()).count();
    unscored::tell_alternatives(&vcf, too_long, LEFT_OUT);
    let (card, shape) = (runner.engine().card(), runner.engine().shape().into());
    let null = settings.fitting(card.variant_null.as_ref());
    let chosen = foremost(&scores, count, |score| {
        let rows = score.rows([name_of(card, track)], &shape, null);
        let percentile = rows[0].null.map_or(f32::NEG_INFINITY, |null| null.percentile);
        [percentile, rows[0].sad.abs()]
    });
    let Some(&first) = chosen.first() else {
        return Err(CliError::file(
            variants_file,
            "found no variant that can be scored; expected substitutions, insertions or deletions on the sequences",
        ));
    };
    let of = vcf.rows.iter().map(|row| row.alternatives().count()).sum();
    let mut rows: Vec<usize> = chosen.iter().map(|&at| variants[at].row).collect();
    rows.sort_unstable();
    rows.dedup();
    let selected = written(&vcf, &variants[first]);
    let shape = runner.engine().window();
    let places = variants
        .iter()
        .filter(|variant| rows.binary_search(&variant.row).is_ok())
        .map(|variant| {
            let start = variant.position as u64;
            (variant.record, start..start + variant.from.len() as u64)
        });
    let (records, stretches) = pieces::around(&mut genome, places, shape.length as u64)?;
    let picture = picture_of(&mut runner, &mut genome, &variants[first], &selected)?;
    let mut listed = Vec::new();
    for &row in &rows {
        let of = &vcf.rows[row];
        for (number, alternative) in of.alternatives().enumerate() {
            let placed = variants.iter().find(|one| (one.row, one.alternative) == (row, number));
            let start = of.position - 1;
            let changed = match placed {
                Some(variant) => Stretch {
                    sequence: genome.names()[variant.record].to_owned(),
                    bases: changed(&mut genome, variant, runner.engine())?,
                },
                // As it is written where the sequences do not have it.
                None => Stretch {
                    sequence: of.contig().to_owned(),
                    bases: start..start + of.reference().len().max(1) as u64,
                },
            };
            listed.push(Written {
                chromosome: of.contig().to_owned(),
                position: start,
                reference: of.reference().into_owned(),
                alternative: alternative.text().to_owned(),
                changed,
            });
        }
    }
    vcf.rows = rows.iter().map(|&row| vcf.rows[row].clone()).collect();
    let kept = vcf.rows.iter().map(|row| row.alternatives().count()).sum();
    let mut text = Vec::new();
    vcf.write(&[], &[], |_| Vec::new(), &mut text)
        .expect("memory can be written to");
    let bases: String = records.iter().map(fasta).collect();
    Ok(Data {
        inputs: vec![
            Input::new(Role::Sequences, files::name(&file)),
            Input::new(Role::Variants, files::name(&variants_file)).part(kept, of),
        ],
        run: None,
        stretches,
        variants: listed,
        blocks: vec![Block::new("sequences", bases.as_bytes()), Block::new("variants", &text)],
        looked: Looked {
            variant: Some(selected),
            ..Looked::default()
        },
        chosen: format!(
            "{kept} of {}, ranked by {}, {} bases",
            counted(of, "variant"),
            name_of(runner.engine().card(), track),
            records.iter().map(|record| record.codes.len()).sum::<usize>()
        ),
        picture,
    })
}

/// The positions of the variants that come first in the page: by percentile where random ones are known, then by the
/// size of the score; ties in the file's order.
fn foremost(scores: &[Option<VariantScore>], count: usize, rank: impl Fn(&VariantScore) -> [f32; 2]) -> Vec<usize> {
    let mut order: Vec<(usize, [f32; 2])> = scores
        .iter()
        .enumerate()
        .filter_map(|(at, score)| Some((at, rank(score.as_ref()?))))
        .collect();
    order.sort_by(|(_, a), (_, b)| b[0].total_cmp(&a[0]).then(b[1].total_cmp(&a[1])));
    order.into_iter().take(count).map(|(at, _)| at).collect()
}

/// `chrI:1042 A>G`, as the VCF has it.
fn written(vcf: &Vcf, variant: &Variant) -> String {
    let row = &vcf.rows[variant.row];
    let alternative = row.alternatives().nth(variant.alternative);
    let alternative = alternative.as_ref().map_or("", Alternative::text);
    format!("{}:{} {}>{alternative}", row.contig(), row.position, row.reference())
}

fn name_of(card: &ModelCard, track: usize) -> &str {
    card.tracks.get(track).map_or("the first track", |track| &track.name)
}

/// Picture of the prediction around the variant, without it.
fn picture_of(
    runner: &mut TrackRunner,
    genome: &mut Sequences,
    variant: &Variant,
    named: &str,
) -> Result<String, CliError> {
    let length = runner.engine().window().length;
    let start = variant.position as i64 - (length / 2) as i64;
    let window = Window {
        start,
        keep: 0..0,
        first_bin: 0,
    };
    let codes = genome.window(variant.record, &window, length)?;
    let batch = runner.run(|engine| block_on(engine.predict(&codes, false)))?;
    let (card, tracks) = (runner.engine().card(), runner.engine().shape().tracks);
    Ok(picture::tracks(
        card,
        &format!("Around {named}"),
        &batch.prediction,
        tracks,
    ))
}

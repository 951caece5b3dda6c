//! `regulens interpret variants`: the effect of each variant of a VCF on a model's predictions and attention.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use pollster::block_on;
use regulens::interpret::variants::{ScoreRow, VariantScore};
use regulens::sequence::vcf::{Info, InfoField, Row, Variant, Vcf};
use regulens::sequence::{Bases, Names, Shape};
use regulens::task::tracks::EffectNull;
use regulens::weights::ModelCard;

use super::outputs::Outputs;
use super::score_flags::ScoreFlags;
use super::sequences::{SequencesArgs, bar, tracks};
use crate::cli::error::CliError;
use crate::cli::words::counted;
use crate::cli::{files, genome, interrupt};

/// Which variants, and where to write their scores.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct VariantsArgs {
    #[command(flatten)]
    sequences: SequencesArgs,
    /// The variants, plain or gzipped VCF: single bases and small insertions and deletions
    #[arg(long, value_name = "FILE.vcf", required_unless_present = "variant")]
    vcf: Option<PathBuf>,
    /// One variant in place of a VCF, such as "chrI:1042 A>G"
    #[arg(long, value_name = "TEXT", conflicts_with = "vcf")]
    variant: Option<String>,
    /// Score only these tracks; may be given several times [default: all of the model's]
    #[arg(long, value_name = "NAME")]
    track: Vec<String>,
    #[command(flatten)]
    score: ScoreFlags,
    /// The VCF to write: a copy with scores in INFO
    #[arg(long, value_name = "FILE.vcf", required_unless_present = "tsv")]
    out: Option<PathBuf>,
    /// The table to write: a row for each variant and track
    #[arg(long, value_name = "FILE.tsv")]
    tsv: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Each variant lies in the middle of the stretch that the model takes, as on the page. Bases that both alleles share \
are taken off, and an insertion or deletion
in a repeat stands at its first place. RG_SAD_T is the prediction of track T with the variant less that without, \
summed over the bins around it; RG_TOTAL_T the
same over all bins; RG_LOG2_T the largest change of log2(prediction + 1) in any bin, of either sign, and RG_AT_T that \
bin's first base. Where an insertion or
deletion moves bases, bins before it are compared in a stretch that begins at the same base, bins behind it in one \
that ends at the same base. RG_ATT is the
largest change of a bin's attention on the forward strand, of models that have some: half of the sum of absolute \
differences of its distribution over bins, from
0 to 1; RG_ATTAT says where. Alleles without bases (<DEL>, *) and such as are longer than half of what the model \
predicts are kept without scores. Where `regulens calibrate variants` has put a null into the card, RG_PCT_T is the per cent of random \
variants of the same kind, at
places where the model predicts about as much, whose RG_SAD_T is smaller.";

/// Scores, and writes.
pub fn run(args: &VariantsArgs) -> Result<(), CliError> {
    args.sequences.begin()?;
    let mut outputs = Outputs::create([("--out", args.out.as_deref()), ("--tsv", args.tsv.as_deref())])?;
    let vcf = match (&args.vcf, &args.variant) {
        (Some(path), _) => Vcf::read(&path.display().to_string(), &files::read(path)?)?,
        (None, Some(text)) => Vcf::typed("--variant", text)?,
        (None, None) => unreachable!("clap asks for one of the two"),
    };
    let mut runner = args.sequences.runner()?;
    let tracks = tracks(runner.engine().card(), &args.track)?;
    let contigs: BTreeSet<&str> = vcf.rows.iter().map(|row| row.contig.as_str()).collect();
    let wanted = Names::new(contigs.iter().copied());
    let mut genome = args.sequences.genome_with(|name| wanted.find(name).is_some())?;
    let variants = vcf.place(&mut genome)?;
    let names = genome.names();
    let found = Names::new(names.iter().copied());
    let read = contigs
        .iter()
        .filter_map(|&contig| Some((contig, names[found.find(contig)?])));
    genome::tell_renamed(genome.file(), read);

    let settings = args.score.settings();
    let null = settings.fitting(runner.engine().card().variant_null.as_ref()).cloned();
    if null.is_none()
        && let Some(null) = &runner.engine().card().variant_null
    {
        eprintln!("no percentiles: {}", made_of(null));
    }
    let bar = bar(variants.len(), "variants");
    let scores = runner.run(|engine| {
        block_on(
            engine.score_variants(&mut genome, &variants, &tracks, &settings, |done, _| {
                bar.set_position(done as u64);
                interrupt::flow()
            }),
        )
    });
    bar.finish_and_clear();
    let engine = runner.engine();
    let scored = Scored {
        vcf: &vcf,
        variants: &variants,
        scores: scores?,
        card: engine.card(),
        tracks,
        shape: engine.shape().into(),
        heads: engine.shape().heads > 0,
        null,
    };
    outputs.write("--out", |out| scored.write_vcf(engine.sha256(), out))?;
    outputs.write("--tsv", |out| scored.write_tsv(out))?;
    outputs.commit()?;
    scored.report([args.out.as_deref(), args.tsv.as_deref()]);
    Ok(())
}

/// Variants with their scores.
struct Scored<'a> {
    vcf: &'a Vcf,
    variants: &'a [Variant],
    scores: Vec<Option<VariantScore>>,
    card: &'a ModelCard,
    /// The numbers of the tracks to write.
    tracks: Vec<usize>,
    shape: Shape,
    /// Whether the model has heads of attention.
    heads: bool,
    /// What random variants do, where the card says so of the same score.
    null: Option<EffectNull>,
}

/// Which scores a null is of.
fn made_of(null: &EffectNull) -> String {
    let shifts: Vec<String> = null.shifts.iter().map(isize::to_string).collect();
    format!(
        "the model's card has those of --around {} --strands {} --shifts {}",
        null.around,
        null.strands,
        shifts.join(",")
    )
}

impl Scored<'_> {
    /// The scored variants of a row, each with its place among the row's alternatives.
    fn of_row(&self, row: usize) -> impl Iterator<Item = (usize, &VariantScore)> {
        let first = self.variants.partition_point(|variant| variant.row < row);
        let variants = self.variants[first..].iter().zip(&self.scores[first..]);
        variants
            .take_while(move |(variant, _)| variant.row == row)
            .filter_map(|(variant, score)| Some((variant.alternative, score.as_ref()?)))
    }

    fn write_vcf(&self, sha256: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut fields = Vec::new();
        let mut ids: Vec<String> = Vec::new();
        for &track in &self.tracks {
            let name = &self.card.tracks[track].name;
            let mut id = InfoField::id_of(name);
            if ids.contains(&id) {
                id = format!("{id}_{}", track + 1);
            }
            for (what, kind, description) in [
                (
                    "SAD",
                    "Float",
                    "alternative less reference prediction, summed over the bins around the variant",
                ),
                ("TOTAL", "Float", "the same, summed over all bins"),
                ("LOG2", "Float", "largest change of log2(prediction + 1) in a bin"),
                ("AT", "Integer", "first base of the bin of that change"),
                (
                    "PCT",
                    "Float",
                    "per cent of random variants of the same kind, at places predicted alike, that change less",
                ),
            ]
            .into_iter()
            .take(if self.null.is_some() { 5 } else { 4 })
            {
                fields.push(InfoField {
                    id: format!("RG_{what}_{id}"),
                    kind,
                    description: format!("{name}: {description}"),
                });
            }
            ids.push(id);
        }
        if self.heads {
            fields.push(InfoField {
                id: "RG_ATT".to_owned(),
                kind: "Float",
                description: "Largest change of a bin's attention, as total variation from 0 to 1".to_owned(),
            });
            fields.push(InfoField {
                id: "RG_ATTAT".to_owned(),
                kind: "String",
                description: "Layer, head and first base of the bin of that change, separated by :".to_owned(),
            });
        }
        let values = |row: usize| {
            let empty: Info = vec![None; self.vcf.rows[row].alternatives.len()];
            let mut values = vec![empty; fields.len()];
            for (alternative, score) in self.of_row(row) {
                let rows = self.rows(score);
                let of_tracks = rows.iter().flat_map(|row| {
                    let numbers = [row.sad, row.total, row.log2].map(|number| Some(number.to_string()));
                    let percentile = row.null.map(|null| null.percentile.to_string());
                    let of_null = self.null.is_some().then_some(percentile);
                    numbers
                        .into_iter()
                        .chain([Some(row.log2_position.to_string())])
                        .chain(of_null)
                });
                let of_attention = rows
                    .first()
                    .and_then(|row| row.attention)
                    .into_iter()
                    .flat_map(|change| {
                        let (layer, head, at) =
                            (change.attention_layer, change.attention_head, change.attention_position);
                        [Some(change.attention.to_string()), Some(format!("{layer}:{head}:{at}"))]
                    });
                for (field, value) in values.iter_mut().zip(of_tracks.chain(of_attention)) {
                    field[alternative] = value;
                }
            }
            values
        };
        let note = format!(
            "{} (SHA-256 {sha256}), regulens {}",
            self.card.name,
            env!("CARGO_PKG_VERSION")
        );
        self.vcf.write(&[("regulens_model", note)], &fields, values, out)
    }

    fn write_tsv(&self, out: &mut dyn Write) -> io::Result<()> {
        let header = ScoreRow::header(self.null.is_some(), self.heads);
        writeln!(out, "sequence\tposition\tid\treference\talternative\t{header}")?;
        for (number, row) in self.vcf.rows.iter().enumerate() {
            let Row {
                contig,
                position,
                id,
                reference,
                ..
            } = row;
            for (alternative, score) in self.of_row(number) {
                let alternative = row.alternatives[alternative].text();
                for row in self.rows(score) {
                    write!(out, "{contig}\t{position}\t{id}\t{reference}\t{alternative}\t")?;
                    row.write(self.null.is_some(), out)?;
                    writeln!(out)?;
                }
            }
        }
        Ok(())
    }

    /// A variant's row for each track.
    fn rows(&self, score: &VariantScore) -> Vec<ScoreRow> {
        let names = self.tracks.iter().map(|&track| self.card.tracks[track].name.as_str());
        score.rows(names, &self.shape, self.null.as_ref())
    }

    fn report(&self, files: [Option<&Path>; 2]) {
        let scored = self.scores.iter().flatten().count();
        let too_long = self.scores.len() - scored;
        let files: Vec<String> = files
            .into_iter()
            .flatten()
            .map(|file| file.display().to_string())
            .collect();
        eprintln!(
            "{}: {} in {}, {}",
            files.join(", "),
            counted(scored, "variant"),
            counted(self.vcf.rows.len(), "row"),
            counted(self.tracks.len(), "track")
        );
        for (count, what) in [
            (self.vcf.without_bases(), "say no bases"),
            (too_long, "are longer than half of what the model predicts"),
        ] {
            if count > 0 {
                eprintln!("  {count} alternatives {what}: kept without scores");
            }
        }
    }
}

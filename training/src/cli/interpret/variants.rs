//! `regulens interpret variants`: the effect of each variant of a VCF on a model's predictions and attention.

pub mod genes;
mod matches;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use pollster::block_on;
use regulens::interpret::variants::{ScoreRow, VariantScore};
use regulens::sequence::vcf::{Alternative, Info, InfoField, Row, Variant, Vcf};
use regulens::sequence::{Bases, Names, Shape};
use regulens::task::tracks::EffectNull;
use regulens::weights::ModelCard;

use super::outputs::Outputs;
use super::score_flags::ScoreFlags;
use super::sequences::{SequencesArgs, tracks};
use super::unscored;
use crate::cli::error::CliError;
use crate::cli::renames::RenameArgs;
use crate::cli::words::cell;
use crate::cli::words::counted;
use crate::cli::{files, genome, interrupt, progress};
use genes::NearGenes;
use matches::{KnownMotifs, Matches};

/// Which variants, and where to write their scores.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct VariantsArgs {
    #[command(flatten)]
    sequences: SequencesArgs,
    /// Variants as VCF, plain or gzipped: substitutions and small insertions and deletions
    #[arg(long, value_name = "FILE.vcf", required_unless_present = "variant")]
    vcf: Option<PathBuf>,
    /// Single variant instead of a VCF, such as "chrI:1042 A>G"
    #[arg(long, value_name = "TEXT", conflicts_with = "vcf")]
    variant: Option<String>,
    /// Track to score; repeatable [default: all tracks of the model]
    #[arg(long, value_name = "NAME")]
    track: Vec<String>,
    #[command(flatten)]
    renames: RenameArgs,
    #[command(flatten)]
    score: ScoreFlags,
    /// Gene annotation as GTF, GFF3 or BED, plain or gzipped; adds the gene with the nearest TSS and its distance
    #[arg(long, value_name = "FILE")]
    annotation: Option<PathBuf>,
    /// Known motifs in MEME minimal format, or matrices of JASPAR, HOCOMOCO, HOMER or TRANSFAC; adds the matches that a
    /// variant makes, breaks, strengthens or weakens
    #[arg(long, value_name = "FILE.meme")]
    motifs: Option<PathBuf>,
    /// VCF to write: a copy of the input with scores in INFO
    #[arg(long, value_name = "FILE.vcf", required_unless_present = "tsv")]
    out: Option<PathBuf>,
    /// Table to write, with one row per variant and track
    #[arg(long, value_name = "FILE.tsv")]
    tsv: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Each variant is placed in the middle of the model's input window, as in the page. Bases shared by
both alleles are trimmed, and an insertion or deletion in a repeat is moved to its first position.
Bins before an insertion or deletion are compared in windows that begin at the same base, bins after
it in windows that end at the same base. Alleles without bases (<DEL>, *), and alleles longer than
half of the predicted region, are kept without scores.

OUTPUT: INFO field of track T (column of --tsv)
  RG_REF_T (reference_sum)     prediction for the reference, summed over the bins around the variant
  RG_ALT_T (alternative_sum)   the same for the alternative
  RG_SAD_T (sad)               alternative minus reference
  RG_TOTAL_T (total)           alternative minus reference, summed over all bins
  RG_LOG2_T (log2)             largest change of log2(prediction + 1) in one bin, signed
  RG_AT_T (log2_position)      first base of that bin
Model files that join several models:
  RG_SADSD_T (sad_sd)          standard deviation of sad over the models
  RG_SADLOW_T, RG_SADHIGH_T    lowest and highest sad (sad_low, sad_high)
Models with attention:
  RG_ATT (attention)           largest change of a bin's attention on the forward strand: total
                               variation distance, 0 to 1
  RG_ATTAT                     its layer, head and first base (attention_layer, attention_head,
                               attention_position)
Models from `regulens calibrate variants`:
  RG_PCT_T (percentile)        % of random variants of the same kind with smaller |sad|, at
                               positions with similar predicted activity
  RG_PCTLOW_T, RG_PCTHIGH_T    its 95 % interval (percentile_low, percentile_high); the upper end is
                               100 if no random variant has as large an effect
  RG_ACTIVITY_T (activity)     % of random positions with a lower prediction
With --annotation:
  RG_GENE (gene)               symbol or ID of the gene with the nearest TSS; all genes if tied
  RG_GENEDIST (gene_distance)  bases from that TSS along the gene: negative upstream, 0 if the
                               variant changes the TSS, never negative for a gene without strand
With --motifs:
  RG_MOTIF (motif)             motifs matched (q at most 0.05) by only one allele, or better by at
                               least 1 bit
  RG_MOTIFCHANGE, RG_MOTIFBITS, RG_MOTIFQ
                               kind of change, difference in bits, and q of each match
                               (motif_change, motif_bits, motif_q); q is Benjamini-Hochberg over all
                               motifs and both alleles";

/// Scores, and writes.
pub fn run(args: &VariantsArgs) -> Result<(), CliError> {
    args.sequences.begin()?;
    let mut outputs = Outputs::create([("--out", args.out.as_deref()), ("--tsv", args.tsv.as_deref())])?;
    let vcf = match (&args.vcf, &args.variant) {
        (Some(path), _) => Vcf::read(&path.display().to_string(), &files::read(path)?)?,
        (None, Some(text)) => Vcf::typed("--variant", text)?,
        (None, None) => unreachable!("clap asks for one of the two"),
    };
    let mut genes = args.annotation.as_deref().map(NearGenes::read).transpose()?;
    let motifs = args.motifs.as_deref().map(KnownMotifs::read).transpose()?;
    let mut runner = args.sequences.runner()?;
    let tracks = tracks(runner.engine().card(), &args.track)?;
    let contigs: BTreeSet<&str> = vcf.rows.iter().map(Row::contig).collect();
    let wanted = Names::new(contigs.iter().copied());
    let mut genome = args.sequences.genome_with(args.renames.may_be(&wanted))?;
    let matching = args.renames.names(genome.file(), genome.names())?;
    let variants = vcf.place_by(&matching, &mut genome)?;
    let records = vcf.records(&matching, &genome)?;
    let names = genome.names();
    let read = contigs
        .iter()
        .filter_map(|&contig| Some((contig, names[*records.get(contig)?])));
    genome::tell_renamed(genome.file(), read);
    if let Some(genes) = &mut genes {
        let read: BTreeSet<usize> = records.values().copied().collect();
        genes.on(&matching, &names, &read)?;
    }
    unscored::tell_rows(&vcf, &variants, &records, "kept without a score");

    let settings = args.score.settings();
    let null = settings.fitting(runner.engine().card().variant_null.as_ref()).cloned();
    if null.is_none()
        && let Some(null) = &runner.engine().card().variant_null
    {
        eprintln!("no percentiles: {}", made_of(null));
    }
    let bar = progress::counting("", variants.len(), "variants");
    let scores = runner.run(|engine| {
        block_on(
            engine.score_variants(&mut genome, &variants, &tracks, &settings, |done, _| {
                bar.set_position(done as u64);
                interrupt::flow()
            }),
        )
    });
    bar.finish_and_clear();
    let matches = motifs
        .map(|motifs| motifs.compare(&mut genome, &variants))
        .transpose()?;
    let engine = runner.engine();
    if let Some(genes) = &mut genes {
        genes.place(&mut genome, &variants, engine)?;
    }
    let scored = Scored {
        vcf: &vcf,
        variants: &variants,
        scores: scores?,
        card: engine.card(),
        tracks,
        shape: engine.shape().into(),
        heads: engine.shape().heads > 0,
        null,
        genes,
        matches,
    };
    outputs.write("--out", |out| scored.write_vcf(engine.sha256(), out))?;
    outputs.write("--tsv", |out| scored.write_tsv(out))?;
    outputs.commit()?;
    scored.report([args.out.as_deref(), args.tsv.as_deref()]);
    Ok(())
}

/// INFO fields of each track: `RG_` this `_` the track, its type, its description.
const TRACK_FIELDS: [(&str, &str, &str); 6] = [
    (
        "REF",
        "Float",
        "prediction for the reference, summed over the bins around the variant",
    ),
    (
        "ALT",
        "Float",
        "prediction for the alternative, summed over the bins around the variant",
    ),
    (
        "SAD",
        "Float",
        "alternative minus reference, summed over the bins around the variant",
    ),
    ("TOTAL", "Float", "alternative minus reference, summed over all bins"),
    ("LOG2", "Float", "largest change of log2(prediction + 1) in one bin"),
    ("AT", "Integer", "first base of that bin"),
];

/// Further fields of several models whose mean is scored.
const SPREAD_FIELDS: [(&str, &str, &str); 3] = [
    (
        "SADSD",
        "Float",
        "standard deviation of SAD over the models joined in the file",
    ),
    ("SADLOW", "Float", "lowest SAD of these models"),
    ("SADHIGH", "Float", "highest SAD of these models"),
];

/// Further fields where the card has a null.
const NULL_FIELDS: [(&str, &str, &str); 4] = [
    (
        "PCT",
        "Float",
        "% of random variants of the same kind with a smaller effect, at positions with similar predictions",
    ),
    ("PCTLOW", "Float", "lower end of the 95 % interval of PCT"),
    (
        "PCTHIGH",
        "Float",
        "upper end of that interval; 100 if no random variant has as large an effect",
    ),
    ("ACTIVITY", "Float", "% of random positions with a lower prediction"),
];

/// Variants with their scores.
struct Scored<'a> {
    vcf: &'a Vcf,
    variants: &'a [Variant],
    scores: Vec<Option<VariantScore>>,
    card: &'a ModelCard,
    /// The numbers of the tracks to write.
    tracks: Vec<usize>,
    shape: Shape,
    /// True if the model has heads of attention.
    heads: bool,
    /// Effects of random variants, where the card has them for the same score.
    null: Option<EffectNull>,
    /// The genes to name, where an annotation is given.
    genes: Option<NearGenes>,
    /// Effects on matches of known motifs, where those are given.
    matches: Option<Matches>,
}

/// Which scores a null is of.
fn made_of(null: &EffectNull) -> String {
    let shifts: Vec<String> = null.shifts.iter().map(isize::to_string).collect();
    format!(
        "the null distribution in the model's card is for --around {} --strands {} --shifts {}",
        null.around,
        null.strands,
        shifts.join(",")
    )
}

impl Scored<'_> {
    /// The numbers of the scored variants of a row, with their scores.
    fn of_row(&self, row: usize) -> impl Iterator<Item = (usize, &VariantScore)> {
        let first = self.variants.partition_point(|variant| variant.row < row);
        (first..self.variants.len())
            .take_while(move |&number| self.variants[number].row == row)
            .filter_map(|number| Some((number, self.scores[number].as_ref()?)))
    }

    fn write_vcf(&self, sha256: &str, out: &mut dyn Write) -> io::Result<()> {
        let fields = self.fields();
        let values = |row: usize| {
            let empty: Info = vec![None; self.vcf.rows[row].alternatives().count()];
            let mut values = vec![empty; fields.len()];
            for (number, score) in self.of_row(row) {
                for (field, value) in values.iter_mut().zip(self.info(number, score)) {
                    field[self.variants[number].alternative] = value;
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

    /// The fields of the column INFO.
    fn fields(&self) -> Vec<InfoField> {
        let mut fields = Vec::new();
        let mut ids: Vec<String> = Vec::new();
        let of_null: &[_] = if self.null.is_some() { &NULL_FIELDS } else { &[] };
        let of_members: &[_] = if self.card.members.is_empty() {
            &[]
        } else {
            &SPREAD_FIELDS
        };
        for &track in &self.tracks {
            let name = &self.card.tracks[track].name;
            let mut id = InfoField::id_of(name);
            if ids.contains(&id) {
                id = format!("{id}_{}", track + 1);
            }
            for &(what, kind, description) in TRACK_FIELDS.iter().chain(of_members).chain(of_null) {
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
                description: "Largest change of a bin's attention: total variation distance, 0 to 1".to_owned(),
            });
            fields.push(InfoField {
                id: "RG_ATTAT".to_owned(),
                kind: "String",
                description: "Layer, head and first base of that bin, separated by colons".to_owned(),
            });
        }
        if self.genes.is_some() {
            fields.extend(NearGenes::fields());
        }
        if self.matches.is_some() {
            fields.extend(Matches::fields());
        }
        fields
    }

    /// Returns the fields of a variant, in their order.
    fn info(&self, number: usize, score: &VariantScore) -> Vec<Option<String>> {
        let variant = &self.variants[number];
        let rows = self.rows(score);
        let mut values = Vec::new();
        for row in &rows {
            let numbers = [row.reference_sum, row.alternative_sum, row.sad, row.total, row.log2];
            values.extend(numbers.map(|number| Some(number.to_string())));
            values.push(Some(row.log2_position.to_string()));
            if let Some(apart) = row.spread {
                values.extend([apart.sad_sd, apart.sad_low, apart.sad_high].map(|number| Some(number.to_string())));
            }
            if self.null.is_some() {
                let numbers = row.null.map(|null| {
                    [
                        null.percentile,
                        null.percentile_low,
                        null.percentile_high,
                        null.activity,
                    ]
                });
                values.extend((0..NULL_FIELDS.len()).map(|at| numbers.map(|numbers| numbers[at].to_string())));
            }
        }
        if self.heads {
            let change = rows.first().and_then(|row| row.attention);
            values.push(change.map(|change| change.attention.to_string()));
            values.push(change.map(|change| {
                let (layer, head) = (change.attention_layer, change.attention_head);
                format!("{layer}:{head}:{}", change.attention_position)
            }));
        }
        if let Some(genes) = &self.genes {
            values.extend(genes.info(number, variant));
        }
        if let Some(matches) = &self.matches {
            values.extend(matches.info(number));
        }
        values
    }

    fn write_tsv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut header = ScoreRow::header(!self.card.members.is_empty(), self.null.is_some(), self.heads);
        if self.genes.is_some() {
            header += &format!("\t{}", NearGenes::COLUMNS.join("\t"));
        }
        if self.matches.is_some() {
            header += &format!("\t{}", Matches::COLUMNS.join("\t"));
        }
        writeln!(out, "sequence\tposition\tid\treference\talternative\t{header}")?;
        for (number, row) in self.vcf.rows.iter().enumerate() {
            let (contig, position, id, reference) = (row.contig(), row.position, row.id(), row.reference());
            for (number, score) in self.of_row(number) {
                let variant = &self.variants[number];
                let alternative = row.alternatives().nth(variant.alternative);
                let alternative = alternative.as_ref().map_or("", Alternative::text);
                let genes = self.genes.as_ref().map(|genes| genes.cells(number, variant));
                let matches = self.matches.as_ref().map(|matches| matches.cells(number));
                for row in self.rows(score) {
                    let (contig, id) = (cell(contig), cell(id));
                    write!(out, "{contig}\t{position}\t{id}\t{reference}\t{alternative}\t")?;
                    row.write(self.null.is_some(), out)?;
                    if let Some(genes) = &genes {
                        write!(out, "\t{}", genes.join("\t"))?;
                    }
                    if let Some(matches) = &matches {
                        write!(out, "\t{}", matches.join("\t"))?;
                    }
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
        unscored::tell_alternatives(self.vcf, too_long, "kept without scores");
    }
}

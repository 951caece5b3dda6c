//! `regulens export-html`: a model, chosen genes or sequences, and their views, as a one-file page that needs no
//! network.

mod choice;
mod genes;
mod picture;
mod pieces;
mod regions;
mod sequences;
mod site;
mod tables;
mod variants;
mod whole;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use regulens::engine::{Guarantee, TrackGuarantee};
use regulens::page::{Block, Input, Looked, Model, Page, Role, View, WholeRun};
use regulens::sequence::Region;
use regulens::task::Task;
use regulens::weights::{Dtype, ModelCard, sha256};

use super::error::CliError;
use super::opened::Opened;
use super::output::Output;
use super::renames::RenameArgs;
use super::threads::ThreadArgs;
use super::{files, interrupt, places};
use choice::ChoiceArgs;
use genes::Written;
use pieces::Stretch;

/// Content of a page of one file.
#[derive(Debug, Args)]
pub struct ExportHtmlArgs {
    /// Model file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// Signal table, plain or gzipped; for change models, the table of cell type A
    #[arg(long, value_name = "FILE", required_unless_present = "fasta")]
    input: Option<PathBuf>,
    /// For change models, the signal table of cell type B
    #[arg(long, value_name = "FILE", requires = "input", conflicts_with = "fasta")]
    input_b: Option<PathBuf>,
    /// Sequences: FASTA, plain or gzipped, or 2bit
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "input",
        help_heading = "Sequences and genome"
    )]
    fasta: Option<PathBuf>,
    /// Measured values along the sequences, as bigWig or bedGraph. Drawn under the track whose name occurs in the file
    /// name, otherwise under the first track
    #[arg(
        long,
        value_name = "FILE",
        requires = "fasta",
        conflicts_with = "input",
        help_heading = "Sequences and genome"
    )]
    measured: Option<PathBuf>,
    /// Variants as VCF, plain or gzipped. The page shows those with the largest scores, with the surrounding bases
    /// instead of whole sequences
    #[arg(long, value_name = "FILE.vcf", requires = "fasta", conflicts_with_all = ["input", "measured"], help_heading = "Sequences and genome")]
    vcf: Option<PathBuf>,
    /// Track whose scores rank the variants [default: the model's first]
    #[arg(long, value_name = "NAME", requires = "vcf", help_heading = "Sequences and genome")]
    track: Option<String>,
    /// Genomic regions to show: chr2:20,101-24,000 (from 1, both ends included) or BED files. With a .fai index (and
    /// .gzi if bgzip-compressed) only these parts of --fasta are read
    #[arg(long, alias = "region", value_name = "PLACE|FILE.bed", num_args = 1.., requires = "fasta", help_heading = "Sequences and genome")]
    #[arg(conflicts_with_all = ["input", "measured", "vcf", "top"])]
    regions: Vec<String>,
    /// Gene annotation as GTF, GFF3 or BED, plain or gzipped: genes are drawn below the tracks and named beside
    /// variants. With --genes or --genes-file the page shows these genes from end to end
    #[arg(
        long,
        value_name = "FILE",
        requires = "fasta",
        conflicts_with = "input",
        help_heading = "Sequences and genome"
    )]
    annotation: Option<PathBuf>,
    /// Share of measurements that prediction sets and intervals should cover. Requires a model from `calibrate
    /// confidence` [default: 0.9 for tables, none for sequences]
    #[arg(long, value_name = "SHARE")]
    coverage: Option<f64>,
    /// Genome assembly, such as hg38, if chromosome lengths do not identify it. The page warns if the model was trained
    /// on another
    #[arg(
        long,
        value_name = "NAME",
        requires = "fasta",
        conflicts_with = "input",
        help_heading = "Sequences and genome"
    )]
    assembly: Option<String>,
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    renames: RenameArgs,
    /// View that opens first [default: set for tables, tracks for sequences, variants for a VCF]
    #[arg(long, value_enum, help_heading = "Page")]
    view: Option<ViewArg>,
    /// Title of the page [default: names of the model and the files]
    #[arg(long, value_name = "TEXT", help_heading = "Page")]
    title: Option<String>,
    /// Text below the title
    #[arg(long, value_name = "TEXT", default_value = "", help_heading = "Page")]
    caption: String,
    /// Include the WebGPU engine
    #[arg(long, help_heading = "Page")]
    webgpu: bool,
    /// Built site with a `standalone` folder [default: $REGULENS_SITE, www/dist, site, or the folder site beside the
    /// program]
    #[arg(long, value_name = "DIR", help_heading = "Page")]
    site: Option<PathBuf>,
    /// HTML page to write
    #[arg(long, value_name = "FILE.html")]
    out: PathBuf,
    #[command(flatten)]
    threads: ThreadArgs,
}

/// First view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ViewArg {
    /// Table of all genes
    Set,
    /// One gene, beside the table of genes
    Gene,
    /// Tracks of all sequences
    Tracks,
    /// Attention of each head
    Attention,
    /// Table of variants
    Variants,
}

/// The data of a page.
struct Data {
    inputs: Vec<Input>,
    /// The run that the genes are a part of.
    run: Option<WholeRun>,
    /// The bases of sequences.
    stretches: Vec<Stretch>,
    /// The variants of a VCF, by rows and alternatives.
    variants: Vec<Written>,
    blocks: Vec<Block>,
    /// The gene, record, place or variant that is shown first.
    looked: Looked,
    /// The choice in words: `100 of 5000 genes`.
    chosen: String,
    picture: String,
}

/// Writes the page, and prints its size.
pub fn run(args: &ExportHtmlArgs) -> Result<(), CliError> {
    interrupt::watch();
    args.threads.apply()?;
    let bytes = files::read(&args.model)?;
    let model = regulens::weights::WeightFile::read(&args.model.display().to_string(), &bytes)?;
    let card = model.card.clone();
    let view = args.view(&card)?;
    args.check_coverage(&card)?;
    // Fail early if something is missing.
    let parts = site::parts(args.site.as_deref(), card.task, args.webgpu)?;
    let genes = args.annotation.as_deref().map(genes::read).transpose()?;
    let is_new = !args.out.exists();
    let mut out = Output::create(&args.out)?;
    let mut data = match (Opened::from(model), &args.input, &args.fasta) {
        (Opened::Tracks(model), None, Some(fasta)) => match &args.vcf {
            Some(vcf) => variants::data(model, fasta, vcf, args.track.as_deref(), (&args.choice, &args.renames))?,
            None => match args.places()? {
                Some(places) => regions::data(model, fasta, places, &args.renames)?,
                None => sequences::data(model, fasta, args.measured.as_deref(), &args.choice)?,
            },
        },
        (Opened::OnOff(model) | Opened::Level(model) | Opened::Change(model), Some(a), None) => {
            tables::data(model, a, args.input_b.as_deref(), &args.choice)?
        }
        (Opened::Tracks(_), ..) => return Err(wrong_input(&card, "sequences", "--fasta")),
        (Opened::OnOff(_) | Opened::Level(_) | Opened::Change(_), ..) => {
            return Err(wrong_input(&card, "tables", "--input"));
        }
    };
    if let Some(genes) = &genes {
        genes::add(&mut data, genes, &args.renames);
    }
    let file = files::name(&args.model.display().to_string()).to_owned();
    let name = model_name(&card, &file);
    let page = Page {
        title: args.title.clone().unwrap_or_else(|| {
            let beside = [Role::Measured, Role::Genes];
            let sources = data.inputs.iter().filter(|input| !beside.contains(&input.role));
            let sources: Vec<&str> = sources.map(|input| input.file.as_str()).collect();
            format!("{name} on {}", sources.join(" and "))
        }),
        caption: args.caption.clone(),
        looked: Looked {
            view: Some(view),
            coverage: args.coverage,
            ..data.looked
        },
        model: Model {
            name,
            file,
            family: card.family.clone(),
            sha256: sha256(&bytes),
            task: card.task,
            // No site lists the files that the program is given.
            verified: None,
            symmetric: card.is_symmetric().then_some(true),
            citation: card.citation,
        },
        inputs: data.inputs,
        run: data.run,
        assembly: args.assembly.clone(),
        blocks: [vec![Block::new("weights", &bytes)], data.blocks].concat(),
        picture: data.picture,
    };
    let text = page.assemble(&parts).map_err(site::wrong)?;
    out.write(|out| out.write_all(text.as_bytes()))?;
    out.commit()?;
    let place = if is_new {
        ""
    } else {
        ", which replaced the file of that name"
    };
    eprintln!(
        "{}: {}, {:.2} MB{place}; it opens in a browser from disk",
        args.out.display(),
        data.chosen,
        text.len() as f64 / 1e6
    );
    Ok(())
}

impl ExportHtmlArgs {
    /// The places of a genome to step through; `None` where whole records come into the page.
    fn places(&self) -> Result<Option<Vec<Region>>, CliError> {
        if self.regions.is_empty() && self.annotation.is_none() {
            return Ok(None);
        }
        let mut regions = places::written(&self.regions)?;
        match (self.choice.names()?, &self.annotation) {
            (Some(genes), Some(annotation)) => {
                if self.measured.is_some() {
                    return Err(CliError::Usage(
                        "--measured needs whole records: leave out --genes or --annotation".to_owned(),
                    ));
                }
                regions.extend(places::of_genes(&genes, annotation)?);
            }
            (Some(_), None) if !regions.is_empty() => {
                return Err(CliError::Usage(
                    "--genes beside --regions are looked up in an annotation: give it as --annotation".to_owned(),
                ));
            }
            _ if regions.is_empty() => return Ok(None),
            _ => {}
        }
        Ok(Some(regions))
    }

    /// Checks that the model can promise the coverage, before it predicts.
    fn check_coverage(&self, card: &ModelCard) -> Result<(), CliError> {
        let Some(coverage) = self.coverage else { return Ok(()) };
        let found = match card.task {
            Task::Tracks => TrackGuarantee::of(card, coverage).map(drop),
            Task::OnOff | Task::Level | Task::Change => Guarantee::of(card, card.is_symmetric(), coverage).map(drop),
        };
        found.map_err(|why| CliError::Usage(format!("--coverage: {why}")))
    }

    fn view(&self, card: &ModelCard) -> Result<View, CliError> {
        let (views, names) = match card.task {
            Task::OnOff | Task::Level | Task::Change => ([ViewArg::Set, ViewArg::Gene], "set or gene"),
            Task::Tracks if self.vcf.is_some() => ([ViewArg::Variants, ViewArg::Tracks], "variants or tracks"),
            Task::Tracks => ([ViewArg::Tracks, ViewArg::Attention], "tracks or attention"),
        };
        let asked = self.view.unwrap_or(views[0]);
        if !views.contains(&asked) {
            return Err(CliError::Usage(format!("--view: {} has the views {names}", card.name)));
        }
        Ok(match asked {
            ViewArg::Set => View::Set,
            ViewArg::Gene => View::Gene,
            ViewArg::Tracks => View::Tracks,
            ViewArg::Attention => View::Attention,
            ViewArg::Variants => View::Variants,
        })
    }
}

fn wrong_input(card: &ModelCard, reads: &str, flag: &str) -> CliError {
    CliError::Usage(format!("{} reads {reads}: give {flag}", card.name))
}

/// The model's name for people, as the page has it.
fn model_name(card: &ModelCard, file: &str) -> String {
    let name = if card.name.is_empty() { file } else { &card.name };
    let stored = if card.dtype == Dtype::I8 { " (int8)" } else { "" };
    format!("{name}{stored}")
}

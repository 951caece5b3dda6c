//! `regulens interpret`: what a model attended to, whether that matters, and whether it agrees with other evidence. One
//! file for each analysis.
//!
//! ```text
//! attention  saliency  class_optimisation  deletion  held_out  beta  truth     the analyses
//! perturb  change_beta  attribute  motifs  mutagenesis  variants
//! bases      deletion and truth of a track, base by base
//! subject    a model on its table          explanation   every way to say which marks and bins matter
//! tables     a model on one table or two   attribution   a model as attributions and deletion tests ask it
//! unscored   the rows of a VCF without a score
//! table      rows as TSV, text and JSON    outputs       files that appear all together
//! ```

mod attention;
mod attribute;
mod attribution;
mod bases;
mod beta;
mod change_beta;
mod class_optimisation;
pub(super) mod deletion;
mod explanation;
mod held_out;
mod motifs;
mod mutagenesis;
mod outputs;
mod perturb;
mod saliency;
pub(super) mod score_flags;
pub(super) mod sequences;
pub(crate) mod subject;
mod table;
pub(super) mod tables;
mod truth;
pub(super) mod unscored;
pub mod variants;

use clap::Subcommand;

use super::error::CliError;

/// Which analysis to run.
#[derive(Debug, Subcommand)]
pub enum InterpretArgs {
    /// Average attention to each mark over the genes predicted on, and over those predicted off (figure 2a)
    Attention(attention::AttentionArgs),
    /// Derivative of each gene's score with respect to its signal, and the averages over genes predicted on and off
    Saliency(saliency::SaliencyArgs),
    /// Attributions: contributions of bins of marks to each gene's score, or of bases to a track, against a baseline
    Attribute(attribute::AttributeArgs),
    /// Input that maximises the score of a class
    ClassOptimisation(class_optimisation::ClassOptimisationArgs),
    /// Deletion test: fall of predictions if the bins, or the bases, that an explanation marks are replaced
    Deletion(deletion::DeletionArgs),
    /// Correlation of each explanation with a track that no model has seen, such as H3K27ac (figure 2b, table 3)
    HeldOut(held_out::HeldOutArgs),
    /// Attention to each mark on one gene, across the models of several cell types (figure 2c)
    Beta(beta::BetaArgs),
    /// Correlation of each explanation with what was planted in simulated genes, and the planted share of its most
    /// important bins; or of simulated sequences the share of planted sites that it finds
    Truth(truth::TruthArgs),
    /// In-silico perturbation: change of each gene's prediction if a mark is removed, scaled, or replaced by the other
    /// cell type's
    Perturb(perturb::PerturbArgs),
    /// Average attention of a model of change to each mark, over genes that go up and genes that go down (DeepDiff's
    /// figure 5)
    ChangeBeta(change_beta::ChangeBetaArgs),
    /// Effect of each variant of a VCF on the tracks that a model of sequences predicts, and on its attention
    Variants(variants::VariantsArgs),
    /// Effect of each substitution of a base in a region on a track that a model of sequences predicts
    Mutagenesis(mutagenesis::MutagenesisArgs),
    /// The stretches of a sequence that a track rests on, and the motif that each matches
    Motifs(motifs::MotifsArgs),
}

/// Runs the analysis, and writes its results.
pub fn run(args: &InterpretArgs) -> Result<(), CliError> {
    match args {
        InterpretArgs::Attention(args) => attention::run(args),
        InterpretArgs::Saliency(args) => saliency::run(args),
        InterpretArgs::Attribute(args) => attribute::run(args),
        InterpretArgs::ClassOptimisation(args) => class_optimisation::run(args),
        InterpretArgs::Deletion(args) => deletion::run(args),
        InterpretArgs::HeldOut(args) => held_out::run(args),
        InterpretArgs::Beta(args) => beta::run(args),
        InterpretArgs::Truth(args) => truth::run(args),
        InterpretArgs::Perturb(args) => perturb::run(args),
        InterpretArgs::ChangeBeta(args) => change_beta::run(args),
        InterpretArgs::Variants(args) => variants::run(args),
        InterpretArgs::Mutagenesis(args) => mutagenesis::run(args),
        InterpretArgs::Motifs(args) => motifs::run(args),
    }
}

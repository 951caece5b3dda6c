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
    /// Average the attention to each mark over genes predicted on and over genes predicted off (AttentiveChrome, figure
    /// 2a)
    Attention(attention::AttentionArgs),
    /// Compute the derivative of each gene's score with respect to its signal
    Saliency(saliency::SaliencyArgs),
    /// Attribute each gene's score to marks and bins, or a track to bases, relative to a baseline
    Attribute(attribute::AttributeArgs),
    /// Find the input that maximises a class score
    ClassOptimisation(class_optimisation::ClassOptimisationArgs),
    /// Replace bins or bases in order of importance, and measure the drop in prediction (deletion test)
    Deletion(deletion::DeletionArgs),
    /// Correlate explanations with a track that the model has not seen, such as H3K27ac (AttentiveChrome, figure 2b and
    /// table 3)
    HeldOut(held_out::HeldOutArgs),
    /// Compare the attention to each mark at one gene across models of several cell types (AttentiveChrome, figure 2c)
    Beta(beta::BetaArgs),
    /// Compare explanations with the planted truth of simulated data
    Truth(truth::TruthArgs),
    /// Remove, scale or swap a mark in silico, and measure the change in prediction
    Perturb(perturb::PerturbArgs),
    /// Average a change model's attention to each mark over upregulated and downregulated genes (DeepDiff, figure 5)
    ChangeBeta(change_beta::ChangeBetaArgs),
    /// Score the effect of each variant of a VCF on predicted tracks and attention
    Variants(variants::VariantsArgs),
    /// Substitute every base of a region in silico, and measure the effect on a track
    Mutagenesis(mutagenesis::MutagenesisArgs),
    /// Find the stretches of sequence that a track depends on, and match them to known motifs
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

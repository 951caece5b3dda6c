//! `regulens simulate sequence`: DNA with planted sites, the tracks that they make, and variants that break them.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::simulate::sequence::{
    SequenceConfig, TRACKS, simulate, write_bedgraph, write_fasta, write_motifs, write_sites, write_vcf,
};

use super::{commit, file, is_folder, make_folder};
use crate::cli::error::CliError;

/// Simulation of sequence.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct SequenceArgs {
    /// Number of sequences
    #[arg(long, default_value_t = 1)]
    records: usize,
    /// Length of each sequence in bp
    #[arg(long, default_value_t = 131_072)]
    length: usize,
    /// Total number of variants: half break a functional site, a quarter break a decoy, a quarter have no effect
    #[arg(long, default_value_t = 24)]
    variants: usize,
    /// Random seed; a sequence does not depend on the number of sequences
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Files to write: a folder (FOLDER/simulated.fa …) or a prefix (NAME.fa …)
    #[arg(long, value_name = "PREFIX|FOLDER")]
    out: PathBuf,
}

const AFTER_HELP: &str = "\
Bases are drawn with the composition of the budding yeast genome. Sites of Reb1, Abf1, Rap1 and
poly(dA:dT) open the chromatin around them: a peak in ATAC, and in MNase a gap flanked by phased
nucleosomes. Sites of Gcn4 are decoys without effect. Motifs occur only where they were planted.";

/// Simulates, and writes sequences, tracks, sites, variants and the motifs that were planted.
pub fn run(args: &SequenceArgs) -> Result<(), CliError> {
    let config = SequenceConfig {
        records: args.records,
        length: args.length,
        variants: args.variants,
        seed: args.seed,
    };
    let simulated = simulate(&config)?;
    make_folder(&args.out)?;
    let name = |ending: &str| name(&args.out, ending);
    let mut files = vec![
        file(&name("fa"), |out| write_fasta(&config, &simulated, out))?,
        file(&name("sites.tsv"), |out| write_sites(&config, &simulated, out))?,
        file(&name("vcf"), |out| write_vcf(&config, &simulated, out))?,
        file(&name("motifs.meme"), write_motifs)?,
    ];
    for (track, of_track) in TRACKS.iter().enumerate() {
        files.push(file(&name(&format!("{of_track}.bedgraph")), |out| {
            write_bedgraph(&config, &simulated, track, out)
        })?);
    }
    commit(files)?;
    let sites: usize = simulated.records.iter().map(|record| record.sites.len()).sum();
    eprintln!(
        "Simulated, not measured: {} sequences of {} bp with {sites} sites, {} variants, seed {}.\n  sequence  {}\n  \
            tracks    {}\n  sites     {}\n  variants  {}\n  motifs    {}",
        config.records,
        config.length,
        simulated.variants.len(),
        config.seed,
        name("fa").display(),
        TRACKS
            .map(|track| name(&format!("{track}.bedgraph")).display().to_string())
            .join(", "),
        name("sites.tsv").display(),
        name("vcf").display(),
        name("motifs.meme").display(),
    );
    Ok(())
}

/// The name of one of the files.
fn name(out: &Path, ending: &str) -> PathBuf {
    let prefix = if is_folder(out) {
        out.join("simulated")
    } else {
        out.to_owned()
    };
    let prefix = prefix.to_string_lossy();
    let stem = prefix.strip_suffix(".fa").unwrap_or(&prefix);
    format!("{stem}.{ending}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_the_sequence() {
        for out in ["a/sim", "a/sim.fa"] {
            assert_eq!(name(Path::new(out), "fa"), Path::new("a/sim.fa"));
            assert_eq!(name(Path::new(out), "ATAC.bedgraph"), Path::new("a/sim.ATAC.bedgraph"));
        }
        assert_eq!(name(Path::new("new/"), "vcf"), Path::new("new/simulated.vcf"));
    }
}

//! Writes the files of a simulation.

use std::io::{self, Write};

use super::{COMPOSITION, MOTIFS, STEP, SequenceConfig, SimulatedSequence, Site, TRACKS};
use crate::sequence::codes::letter;
use crate::sequence::motifs::{Motif, MotifFile};

/// Bases per line of FASTA.
const LINE: usize = 60;

/// Number of sites stated for a matrix: enough that a usual pseudocount hardly changes it.
const SITES: f64 = 100.0;

/// Statement in each file.
const SIMULATED: &str = "Simulated by Regulens, not measured";

fn letters(codes: &[u8]) -> String {
    codes.iter().map(|&code| char::from(letter(code))).collect()
}

/// Writes the sequences as FASTA.
///
/// # Errors
/// Errors of `out`.
pub fn write_fasta(config: &SequenceConfig, simulated: &SimulatedSequence, out: &mut dyn Write) -> io::Result<()> {
    for record in &simulated.records {
        writeln!(out, ">{} {SIMULATED}: seed {}", record.name, config.seed)?;
        for line in record.codes.chunks(LINE) {
            writeln!(out, "{}", letters(line))?;
        }
    }
    Ok(())
}

/// Writes the counts of a track, by its index in [`TRACKS`], as bedGraph. Steps of equal counts are merged; none are
/// omitted.
///
/// # Errors
/// Errors of `out`.
pub fn write_bedgraph(
    config: &SequenceConfig,
    simulated: &SimulatedSequence,
    track: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "# {SIMULATED}: {}, counts of {STEP} bp, seed {}",
        TRACKS[track], config.seed
    )?;
    for record in &simulated.records {
        let counts = &record.counts[track];
        let mut start = 0;
        for alike in counts.chunk_by(|a, b| a == b) {
            let end = start + alike.len();
            writeln!(
                out,
                "{}\t{}\t{}\t{}",
                record.name,
                start * STEP,
                (end * STEP).min(record.codes.len()),
                alike[0]
            )?;
            start = end;
        }
    }
    Ok(())
}

/// Writes the sites as a table: positions count from 1, inclusive.
///
/// # Errors
/// Errors of `out`.
pub fn write_sites(config: &SequenceConfig, simulated: &SimulatedSequence, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "# {SIMULATED}: seed {}; effect 1 opens the chromatin as the strongest motif does, 0 is a decoy",
        config.seed
    )?;
    writeln!(out, "sequence\tstart\tend\tstrand\tmotif\tconsensus\tbases\teffect")?;
    for record in &simulated.records {
        for site in &record.sites {
            writeln!(
                out,
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                record.name,
                site.start + 1,
                site.end(),
                strand(site),
                site.motif.name,
                site.motif.bases,
                site.letters(&record.codes),
                site.effect()
            )?;
        }
    }
    Ok(())
}

/// Writes the planted motifs in MEME's minimal format, with equal probabilities of allowed bases.
///
/// # Errors
/// Errors of `out`.
pub fn write_motifs(out: &mut dyn Write) -> io::Result<()> {
    let motifs = MOTIFS.iter().map(|motif| Motif {
        id: motif.name.to_owned(),
        name: motif.name.to_owned(),
        rows: motif.probabilities(),
        sites: SITES,
    });
    let file = MotifFile {
        motifs: motifs.collect(),
        notes: Vec::new(),
        background: Some(COMPOSITION),
    };
    file.write_meme(Some(SIMULATED), out)
}

/// A motif's name for formats without spaces.
fn one_word(name: &str) -> String {
    name.replace(' ', "_")
}

fn strand(site: &Site) -> char {
    if site.reverse { '-' } else { '+' }
}

/// Writes the variants as VCF, with their effects in INFO.
///
/// # Errors
/// Errors of `out`.
pub fn write_vcf(config: &SequenceConfig, simulated: &SimulatedSequence, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "##fileformat=VCFv4.3")?;
    writeln!(out, "##source={SIMULATED}: seed {}", config.seed)?;
    for record in &simulated.records {
        writeln!(out, "##contig=<ID={},length={}>", record.name, record.codes.len())?;
    }
    writeln!(
        out,
        "##INFO=<ID=TRUTH,Number=1,Type=String,Description=\"breaks: a site is gone; decoy: a site that does nothing \
            is gone; neutral: no site is near\">"
    )?;
    writeln!(
        out,
        "##INFO=<ID=MOTIF,Number=1,Type=String,Description=\"The motif of the site\">"
    )?;
    for track in TRACKS {
        writeln!(
            out,
            "##INFO=<ID=TRUTH_{track},Number=1,Type=Float,Description=\"Change of the expected counts of {track}, \
                summed over the sequence\">"
        )?;
    }
    writeln!(out, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")?;
    for (number, variant) in simulated.variants.iter().enumerate() {
        let record = &simulated.records[variant.record];
        let motif = variant.site.map_or(String::new(), |site| {
            format!(";MOTIF={}", one_word(record.sites[site].motif.name))
        });
        let truths: String = TRACKS
            .iter()
            .zip(variant.change)
            .map(|(track, change)| format!(";TRUTH_{track}={change:.3}"))
            .collect();
        writeln!(
            out,
            "{}\t{}\tv{}\t{}\t{}\t.\t.\tTRUTH={}{motif}{truths}",
            record.name,
            variant.position + 1,
            number + 1,
            letters(&variant.reference),
            letters(&variant.alternative),
            variant.effect.name(),
        )?;
    }
    Ok(())
}

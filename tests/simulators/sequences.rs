//! Simulated sequence: the files say what was planted, and it is where they say.

use regulens::sequence::Fasta;
use regulens::sequence::vcf::Vcf;
use regulens::simulate::sequence::{
    Effect, MOTIFS, STEP, SequenceConfig, SimulatedSequence, TRACKS, rates, simulate, write_bedgraph, write_fasta,
    write_sites, write_vcf,
};

fn config() -> SequenceConfig {
    SequenceConfig {
        records: 2,
        length: 70_010,
        variants: 40,
        seed: 5,
    }
}

fn text(
    write: impl FnOnce(&SequenceConfig, &SimulatedSequence, &mut dyn std::io::Write) -> std::io::Result<()>,
) -> (SimulatedSequence, String) {
    let simulated = simulate(&config()).expect("a simulation");
    let mut out = Vec::new();
    write(&config(), &simulated, &mut out).expect("memory");
    (simulated, String::from_utf8(out).expect("text"))
}

#[test]
fn the_fasta_holds_the_sequences_and_says_that_they_are_simulated() {
    let (simulated, text) = text(write_fasta);
    let fasta = Fasta::read("simulated.fa", text.as_bytes()).expect("FASTA");
    assert_eq!(fasta.records.len(), 2);
    for (record, simulated) in fasta.records.iter().zip(&simulated.records) {
        assert_eq!((&record.name, &record.codes), (&simulated.name, &simulated.codes));
        assert!(
            record
                .description
                .contains("Simulated by Regulens, not measured: seed 5")
        );
    }
}

#[test]
fn every_site_of_the_table_reads_as_its_motif_in_the_fasta() {
    let (simulated, table) = text(write_sites);
    let matches = |consensus: &str, bases: &str| {
        consensus.len() == bases.len()
            && consensus.bytes().zip(bases.bytes()).all(|(letter, base)| match letter {
                b'R' => b"AG".contains(&base),
                b'Y' => b"CT".contains(&base),
                b'S' => b"CG".contains(&base),
                b'M' => b"AC".contains(&base),
                b'N' => true,
                letter => letter == base,
            })
    };
    let mut rows = 0;
    let mut motifs = std::collections::BTreeSet::new();
    for row in table.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let record = simulated
            .records
            .iter()
            .find(|record| record.name == cells[0])
            .expect("a record");
        let (start, end): (usize, usize) = (cells[1].parse().unwrap(), cells[2].parse().unwrap());
        let mut codes = record.codes[start - 1..end].to_vec();
        let letters = |codes: &[u8]| -> String {
            codes
                .iter()
                .map(|code| char::from(b"ACGT"[usize::from(*code)]))
                .collect()
        };
        assert_eq!(letters(&codes), cells[6]);
        if cells[3] == "-" {
            regulens::sequence::codes::reverse_complement(&mut codes);
        }
        assert!(matches(cells[5], &letters(&codes)), "{row}");
        motifs.insert(cells[4].to_owned());
        rows += 1;
    }
    assert_eq!(
        rows,
        simulated.records.iter().map(|record| record.sites.len()).sum::<usize>()
    );
    assert_eq!(motifs.len(), MOTIFS.len());
}

#[test]
fn the_tracks_rise_and_fall_where_sites_are() {
    let simulated = simulate(&config()).expect("a simulation");
    let (mut at_sites, mut at_decoys, mut elsewhere) = ([vec![], vec![]], [vec![], vec![]], [vec![], vec![]]);
    for record in &simulated.records {
        for (step, (atac, mnase)) in record.counts[0].iter().zip(&record.counts[1]).enumerate() {
            let centre = (step * STEP + STEP / 2) as f64;
            let nearest = record
                .sites
                .iter()
                .filter(|site| !site.motif.is_decoy())
                .map(|site| (site.centre() - centre).abs())
                .fold(f64::MAX, f64::min);
            let decoy = record
                .sites
                .iter()
                .any(|site| site.motif.is_decoy() && (site.centre() - centre).abs() < 20.0);
            let into = match nearest {
                ..20.0 => &mut at_sites,
                400.0.. if decoy => &mut at_decoys,
                400.0.. => &mut elsewhere,
                _ => continue,
            };
            into[0].push(f64::from(*atac));
            into[1].push(f64::from(*mnase));
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    assert!(mean(&at_sites[0]) > 6.0 * mean(&elsewhere[0]));
    assert!(mean(&at_sites[1]) < 0.7 * mean(&elsewhere[1]));
    assert!(at_decoys[0].len() > 10);
    assert!((mean(&at_decoys[0]) - mean(&elsewhere[0])).abs() < 0.5);
}

#[test]
fn a_bedgraph_covers_every_base_once_with_the_counts() {
    for (track, name) in TRACKS.iter().enumerate() {
        let (simulated, text) = text(|config, simulated, out| write_bedgraph(config, simulated, track, out));
        assert!(
            text.lines()
                .next()
                .is_some_and(|line| line.starts_with("# Simulated") && line.contains(name))
        );
        let mut rows = text.lines().skip(1).peekable();
        for record in &simulated.records {
            let mut at = 0;
            while let Some(row) = rows.next_if(|row| row.starts_with(&format!("{}\t", record.name))) {
                let cells: Vec<&str> = row.split('\t').collect();
                let (start, end): (usize, usize) = (cells[1].parse().unwrap(), cells[2].parse().unwrap());
                let count: f32 = cells[3].parse().unwrap();
                assert_eq!(start, at, "{row}");
                assert!(
                    record.counts[track][start / STEP..end.div_ceil(STEP)]
                        .iter()
                        .all(|held| *held == count)
                );
                at = end;
            }
            assert_eq!(at, record.codes.len());
        }
        assert_eq!(rows.next(), None);
    }
}

#[test]
fn variants_lie_on_the_fasta_and_do_what_they_say() {
    let (simulated, vcf) = text(write_vcf);
    let (_, fasta) = text(write_fasta);
    let mut fasta = Fasta::read("simulated.fa", fasta.as_bytes()).expect("FASTA");
    let vcf = Vcf::read("simulated.vcf", vcf.as_bytes()).expect("a VCF");
    let placed = vcf.place(&mut fasta).expect("the reference's bases");
    assert_eq!(placed.len(), 40);
    assert_eq!(placed.len(), simulated.variants.len());
    let mut deletions = 0;
    for ((variant, placed), row) in simulated.variants.iter().zip(&placed).zip(&vcf.rows) {
        assert_eq!((variant.record, variant.position), (placed.record, placed.position));
        assert_eq!((&variant.reference, &variant.alternative), (&placed.from, &placed.to));
        assert!(row.text.contains(&format!("TRUTH={}", variant.effect.name())));
        deletions += usize::from(placed.from.len() > placed.to.len());
        let record = &simulated.records[variant.record];
        let [atac, mnase] = variant.change;
        match variant.effect {
            Effect::Breaks => {
                let site = &record.sites[variant.site.expect("a site")];
                assert!((site.start..site.end()).contains(&variant.position));
                assert!(atac < -20.0 && mnase > 0.0, "{variant:?}");
                // The effect stated is the difference from the tracks without the site.
                let others: Vec<_> = record.sites.iter().filter(|other| *other != site).cloned().collect();
                let sum = |sites: &[_]| rates(record.codes.len(), sites)[0].iter().sum::<f64>();
                assert!((sum(&others) - sum(&record.sites) - atac).abs() < 1e-6);
            }
            Effect::Decoy => assert_eq!([atac, mnase], [0.0, 0.0]),
            Effect::Neutral => {
                assert_eq!([atac, mnase], [0.0, 0.0]);
                assert!(
                    record
                        .sites
                        .iter()
                        .all(|site| site.start.abs_diff(variant.position) > 80)
                );
            }
        }
    }
    assert!(deletions > 5);
    for effect in [Effect::Breaks, Effect::Decoy, Effect::Neutral] {
        assert!(
            simulated
                .variants
                .iter()
                .filter(|variant| variant.effect == effect)
                .count()
                >= 10
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_data() {
    assert_eq!(simulate(&config()), simulate(&config()));
    let other = SequenceConfig { seed: 6, ..config() };
    assert_ne!(simulate(&config()), simulate(&other));
}

//! Variants at random places of a genome: single bases, insertions and deletions, of even chances or like a list.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use regulens::interpret::variants::trimmed;
use regulens::sequence::codes::{UNKNOWN, encode};
use regulens::sequence::vcf::{Alternative, Variant, Vcf};
use regulens::sequence::{Bases, Window};
use regulens::task::tracks::VariantKind;

use crate::cli::error::CliError;
use crate::cli::genome::Sequences;

/// Bases that an insertion or deletion has at most, where no list says.
const LONGEST: usize = 16;

/// Places that are tried for one variant: in a genome of which this many in a row do not do, there is none.
const TRIES: usize = 100_000;

/// A change whose place is not drawn yet.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    /// The bases that go; only their number counts of a deletion.
    from: Vec<u8>,
    to: Vec<u8>,
}

/// Generator of random variants: the changes of a list, or without one, changes drawn with even chances.
#[derive(Debug)]
pub struct Draws {
    random: ChaCha8Rng,
    /// By kind, of a list; both are empty where there is none.
    bases: Vec<Change>,
    indels: Vec<Change>,
    /// Bases that an allele has at most.
    longest: usize,
    /// Names and lengths.
    sequences: Vec<(String, usize)>,
}

/// A variant, with the part of its sequence that a model sees of it.
#[derive(Debug)]
pub struct Drawn {
    /// In `bases`.
    pub variant: Variant,
    pub bases: Vec<u8>,
}

impl Draws {
    /// Draws from `genome` variants of at most `longest` bases; like those of `list` where it is given.
    ///
    /// # Errors
    /// Those of the genome, and a list without variants that can be drawn.
    pub fn new(genome: &mut Sequences, list: Option<&Vcf>, longest: usize, seed: u64) -> Result<Self, CliError> {
        let mut draws = Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            bases: Vec::new(),
            indels: Vec::new(),
            longest,
            sequences: genome.lengths()?,
        };
        if draws.sequences.iter().all(|(_, length)| *length == 0) {
            genome.check_known(0)?;
        }
        let fits = |change: &Change| change.from.len().max(change.to.len()) <= longest;
        for change in list.into_iter().flat_map(changes).filter(fits) {
            match VariantKind::of(change.from.len(), change.to.len()) {
                VariantKind::Base => draws.bases.push(change),
                VariantKind::Indel => draws.indels.push(change),
                VariantKind::Bases | VariantKind::None => {}
            }
        }
        if let Some(list) = list
            && draws.bases.is_empty()
            && draws.indels.is_empty()
        {
            return Err(CliError::file(
                &list.file,
                format!(
                    "found no substitution, insertion or deletion of at most {longest} bases; expected variants to \
                        imitate. Leave --like out to draw all kinds with equal probability."
                ),
            ));
        }
        Ok(draws)
    }

    /// Which kinds are drawn: those of the list, or both.
    pub fn kinds(&self) -> Vec<VariantKind> {
        let has_list = !(self.bases.is_empty() && self.indels.is_empty());
        let drawn = [(VariantKind::Base, &self.bases), (VariantKind::Indel, &self.indels)];
        let drawn = drawn.into_iter().filter(|(_, list)| !has_list || !list.is_empty());
        drawn.map(|(kind, _)| kind).collect()
    }

    /// Describes the way they are drawn, in words.
    pub fn words(&self, list: Option<&str>) -> String {
        match list {
            Some(list) => format!("places at random, changes and lengths as in {list}"),
            None => format!(
                "places and bases at random; insertions and deletions of 1 to {LONGEST} bases, a length of n with a \
                    probability proportional to 1/n"
            ),
        }
    }

    /// A random variant, in a stretch of its sequence that reaches `reach` bases to both sides of it, or to the
    /// sequence's end.
    ///
    /// # Errors
    /// Those of the genome, and where it has no such bases.
    pub fn draw(&mut self, genome: &mut Sequences, kind: VariantKind, reach: usize) -> Result<Drawn, CliError> {
        let template = match kind {
            VariantKind::Base => self.bases.choose(&mut self.random).cloned(),
            _ => self.indels.choose(&mut self.random).cloned(),
        };
        let change = match template {
            Some(change) => Some(change),
            None if kind == VariantKind::Base => None,
            None => Some(self.indel(genome)?),
        };
        for _ in 0..TRIES {
            let length = change.as_ref().map_or(1, |change| change.from.len());
            // An insertion needs a known base beside it, too.
            let Some((sequence, position, there)) = self.known(genome, length.max(1))? else {
                continue;
            };
            let (from, to) = match &change {
                // One of the three other bases.
                None => (there.clone(), vec![(there[0] + self.random.random_range(1..4)) % 4]),
                Some(Change { from, to }) if kind == VariantKind::Base => {
                    if there != *from {
                        continue;
                    }
                    (there, to.clone())
                }
                Some(Change { to, .. }) => (there[..length].to_vec(), to.clone()),
            };
            if from == to {
                continue;
            }
            let (_, all) = self.sequences[sequence];
            let start = position.saturating_sub(reach);
            let end = (position + length + reach).min(all);
            let bases = window(genome, sequence, start, end - start)?;
            let variant = Variant {
                row: 0,
                alternative: 0,
                record: 0,
                position: position - start,
                from,
                to,
            };
            return Ok(Drawn { variant, bases });
        }
        Err(CliError::file(
            genome.file(),
            format!(
                "found no position with the reference bases of a random variant in {TRIES} attempts; expected a \
                    genome of A, C, G and T that contains the bases of the list."
            ),
        ))
    }

    /// An insertion or deletion of a random length; what is inserted stands elsewhere in the genome.
    fn indel(&mut self, genome: &mut Sequences) -> Result<Change, CliError> {
        let weight = |length: usize| 1.0 / length as f64;
        let longest = LONGEST.min(self.longest);
        let mut left = self.random.random_range(0.0..(1..=longest).map(weight).sum::<f64>());
        let length = (1..longest).find(|&length| {
            left -= weight(length);
            left < 0.0
        });
        let length = length.unwrap_or(longest);
        if self.random.random_bool(0.5) {
            return Ok(Change {
                from: vec![UNKNOWN; length],
                to: Vec::new(),
            });
        }
        for _ in 0..TRIES {
            if let Some((.., to)) = self.known(genome, length)? {
                return Ok(Change { from: Vec::new(), to });
            }
        }
        Err(CliError::file(
            genome.file(),
            format!("found no {length} known bases in a row in {TRIES} attempts."),
        ))
    }

    /// `length` bases of a random place, its sequence and position; `None` where they are not all known.
    fn known(&mut self, genome: &mut Sequences, length: usize) -> Result<Option<(usize, usize, Vec<u8>)>, CliError> {
        let total: usize = self.sequences.iter().map(|(_, length)| length).sum();
        let mut position = self.random.random_range(0..total);
        let within = self.sequences.iter().position(|(_, length)| {
            let is_here = position < *length;
            position -= if is_here { 0 } else { *length };
            is_here
        });
        let sequence = within.expect("a place below the sum of lengths");
        let bases = window(genome, sequence, position, length)?;
        let is_known = bases.iter().all(|&base| base < UNKNOWN);
        Ok(is_known.then_some((sequence, position, bases)))
    }
}

fn window(genome: &mut Sequences, sequence: usize, start: usize, length: usize) -> Result<Vec<u8>, CliError> {
    let window = Window {
        start: start as i64,
        keep: 0..0,
        first_bin: 0,
    };
    genome.window(sequence, &window, length)
}

/// The alternatives of a list that have bases, without the bases that both alleles share.
fn changes(list: &Vcf) -> impl Iterator<Item = Change> {
    list.rows.iter().flat_map(|row| {
        let codes = |text: &str| -> Vec<u8> { text.bytes().map(encode).collect() };
        row.alternatives().filter_map(move |alternative| {
            let Alternative::Bases(to) = alternative else {
                return None;
            };
            let (from, to) = (codes(&row.reference()), codes(&to));
            let (_, from, to) = trimmed(&from, &to);
            let (from, to) = (from.to_vec(), to.to_vec());
            let is_known = from.iter().chain(&to).all(|&base| base < UNKNOWN);
            is_known.then_some(Change { from, to })
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use regulens::sequence::Fasta;

    fn genome() -> Sequences {
        let bases: String = (0..4000)
            .map(|at| ['A', 'C', 'G', 'T'][(at * 7 / 3 + at / 11) % 4])
            .collect();
        let text = format!(">a\n{}NNNN\n>b\n{}\n", &bases[..3000], &bases[1000..1500]);
        Sequences::Whole(Fasta::read("g.fa", text.as_bytes()).unwrap())
    }

    fn drawn(list: Option<&str>, kind: VariantKind, count: usize) -> Vec<Drawn> {
        let list = list.map(|rows| {
            let text = format!("##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n{rows}");
            Vcf::read("list.vcf", text.as_bytes()).unwrap()
        });
        let mut genome = genome();
        let mut draws = Draws::new(&mut genome, list.as_ref(), 100, 7).unwrap();
        (0..count).map(|_| draws.draw(&mut genome, kind, 64).unwrap()).collect()
    }

    #[test]
    fn variants_have_the_bases_of_their_place() {
        for kind in [VariantKind::Base, VariantKind::Indel] {
            for Drawn { variant, bases } in drawn(None, kind, 300) {
                let Variant { position, from, to, .. } = variant;
                assert_eq!(VariantKind::of(from.len(), to.len()), kind);
                assert_eq!(bases[position..position + from.len()], from);
                assert_ne!(from, to);
                assert!(from.iter().chain(&to).all(|&base| base < UNKNOWN));
                assert!(bases.len() <= 128 + LONGEST && position <= 64);
            }
        }
    }

    #[test]
    fn single_bases_change_to_each_other_base_as_often() {
        let mut to: HashMap<u8, usize> = HashMap::new();
        for Drawn { variant, .. } in drawn(None, VariantKind::Base, 3000) {
            *to.entry((variant.to[0] + 4 - variant.from[0]) % 4).or_default() += 1;
        }
        // 1000 are expected of each, with a standard deviation of 26.
        assert!((1..4).all(|step| to[&step].abs_diff(1000) < 110), "{to:?}");
    }

    #[test]
    fn half_of_the_indels_are_insertions_and_short_ones_are_the_more_frequent() {
        let drawn = drawn(None, VariantKind::Indel, 3000);
        let insertions = drawn.iter().filter(|drawn| drawn.variant.from.is_empty()).count();
        assert!(insertions.abs_diff(1500) < 120, "{insertions}");
        let of_length = |length: usize| {
            let lengths = drawn
                .iter()
                .map(|drawn| drawn.variant.from.len() + drawn.variant.to.len());
            lengths.filter(|&found| found == length).count() as f64
        };
        // As 1/n: the sum of the first 16 is 3.381.
        for length in [1, 2, 4, 16] {
            let expected = 3000.0 / 3.381 / length as f64;
            assert!((of_length(length) - expected).abs() < 4.0 * expected.sqrt(), "{length}");
        }
    }

    #[test]
    fn like_a_list_changes_and_lengths_are_the_lists() {
        let rows = "a\t10\t.\tAC\tGC\t.\t.\t.\na\t20\t.\tC\tCTTT\t.\t.\t.\na\t30\t.\tGAT\tG\t.\t.\t.\na\t40\t.\tA\t<DEL>\t.\t.\t.\n";
        for Drawn { variant, .. } in drawn(Some(rows), VariantKind::Base, 50) {
            assert_eq!((variant.from, variant.to), (vec![0], vec![2]));
        }
        let mut deletions = 0;
        for Drawn { variant, .. } in drawn(Some(rows), VariantKind::Indel, 100) {
            if variant.to.is_empty() {
                assert_eq!(variant.from.len(), 2);
                deletions += 1;
            } else {
                assert_eq!((variant.from, variant.to), (vec![], vec![3, 3, 3]));
            }
        }
        assert!((25..75).contains(&deletions), "{deletions}");
    }

    #[test]
    fn what_cannot_be_drawn_is_said() {
        let text = "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\na\t1\t.\tA\t<DEL>\t.\t.\t.\n";
        let list = Vcf::read("list.vcf", text.as_bytes()).unwrap();
        let error = Draws::new(&mut genome(), Some(&list), 100, 1).unwrap_err().to_string();
        assert!(error.contains("list.vcf") && error.contains("--like"), "{error}");
        // Longer than what the model sees.
        let long = Vcf::read("list.vcf", text.replace("<DEL>", "ACGTACGT").as_bytes()).unwrap();
        let error = Draws::new(&mut genome(), Some(&long), 4, 1).unwrap_err().to_string();
        assert!(error.contains("at most 4"), "{error}");
        let mut unknown = Sequences::Whole(Fasta::read("n.fa", b">a\nNNNNNNNNNNNNA\n").unwrap());
        let mut draws = Draws::new(&mut unknown, None, 100, 1).unwrap();
        assert!(draws.draw(&mut unknown, VariantKind::Base, 8).is_ok());
        let mut other = Sequences::Whole(Fasta::read("n.fa", b">a\nCCCCCCCC\n").unwrap());
        let list = Vcf::read("list.vcf", text.replace("<DEL>", "G").as_bytes()).unwrap();
        let mut draws = Draws::new(&mut other, Some(&list), 100, 1).unwrap();
        let error = draws.draw(&mut other, VariantKind::Base, 8).unwrap_err().to_string();
        assert!(error.contains("n.fa"), "{error}");
    }
}

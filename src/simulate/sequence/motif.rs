//! Motifs: planting, and detection of chance occurrences.

use rand::{Rng, RngExt};

use crate::sequence::codes::{self, encode};

/// Motif of a site, and its effect on the tracks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Motif {
    /// Its factor, or a description.
    pub name: &'static str,
    /// Its bases, as IUPAC letters.
    pub bases: &'static str,
    /// Effect on chromatin opening: 1 for the strongest, 0 for none.
    pub effect: f64,
}

/// Sites of nucleosome-depleting factors in budding yeast, by their published consensus, followed by the decoy.
pub const MOTIFS: [Motif; 5] = [
    Motif {
        name: "Reb1",
        bases: "TTACCCG",
        effect: 1.0,
    },
    Motif {
        name: "Abf1",
        bases: "RTCRYNNNNNACG",
        effect: 0.8,
    },
    Motif {
        name: "Rap1",
        bases: "ACACCCRYACAYM",
        effect: 0.9,
    },
    Motif {
        name: "poly(dA:dT)",
        bases: "AAAAAAAAAAAAAAAA",
        effect: 0.5,
    },
    Motif {
        name: "decoy (Gcn4)",
        bases: "RTGASTCAY",
        effect: 0.0,
    },
];

impl Motif {
    /// Returns true if the motif has no effect.
    pub fn is_decoy(&self) -> bool {
        self.effect == 0.0
    }

    /// The bases allowed at each position, as codes; for the reverse strand in the order of the forward one.
    fn places(&self, reverse: bool) -> Vec<&'static [u8]> {
        let places = self.bases.bytes().map(|letter| {
            let letter = if reverse { complement(letter) } else { letter };
            allowed(letter)
        });
        if reverse {
            places.rev().collect()
        } else {
            places.collect()
        }
    }

    /// Probabilities of A, C, G and T at each place.
    pub fn probabilities(&self) -> Vec<[f64; 4]> {
        let row =
            |bases: &[u8]| [0, 1, 2, 3].map(|code| f64::from(u8::from(bases.contains(&code))) / bases.len() as f64);
        self.places(false).into_iter().map(row).collect()
    }

    /// Number of bases.
    pub fn width(&self) -> usize {
        self.bases.len()
    }

    /// Positions, on the forward strand, with a single allowed base.
    pub fn fixed(&self, reverse: bool) -> Vec<usize> {
        let places = self.places(reverse);
        (0..places.len()).filter(|&at| places[at].len() == 1).collect()
    }

    /// Draws the bases of a site.
    pub fn draw(&self, reverse: bool, rng: &mut impl Rng) -> Vec<u8> {
        self.places(reverse)
            .into_iter()
            .map(|bases| bases[rng.random_range(0..bases.len())])
            .collect()
    }

    /// Returns true if a sequence begins with a site.
    fn opens(places: &[&[u8]], sequence: &[u8]) -> bool {
        sequence.len() >= places.len()
            && places
                .iter()
                .zip(sequence)
                .all(|(allowed, code)| allowed.contains(code))
    }
}

/// A site in a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its first base, counted from 0.
    pub start: usize,
    /// Its motif, as index in [`MOTIFS`].
    pub motif: usize,
    /// True on the reverse strand.
    pub reverse: bool,
}

/// All sites of a sequence on both strands, in order.
pub fn scan(sequence: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    for (motif, bases) in MOTIFS.iter().enumerate() {
        for reverse in [false, true] {
            let places = bases.places(reverse);
            let starts = (0..sequence.len()).filter(|&at| Motif::opens(&places, &sequence[at..]));
            found.extend(starts.map(|start| Found { start, motif, reverse }));
        }
    }
    found.sort();
    found
}

/// The codes of an IUPAC letter.
fn allowed(letter: u8) -> &'static [u8] {
    match letter {
        b'A' => &[codes::A],
        b'C' => &[codes::C],
        b'G' => &[codes::G],
        b'T' => &[codes::T],
        b'R' => &[codes::A, codes::G],
        b'Y' => &[codes::C, codes::T],
        b'S' => &[codes::C, codes::G],
        b'M' => &[codes::A, codes::C],
        b'K' => &[codes::G, codes::T],
        _ => &[codes::A, codes::C, codes::G, codes::T],
    }
}

/// The complement of an IUPAC letter.
fn complement(letter: u8) -> u8 {
    match letter {
        b'R' => b'Y',
        b'Y' => b'R',
        b'M' => b'K',
        b'K' => b'M',
        b'S' | b'N' => letter,
        base => codes::letter(codes::complement(encode(base))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<u8> {
        text.bytes().map(encode).collect()
    }

    #[test]
    fn sites_are_found_on_both_strands() {
        let found = |text| {
            let found = scan(&codes(text));
            found
                .iter()
                .map(|site| (site.start, MOTIFS[site.motif].name, site.reverse))
                .collect::<Vec<_>>()
        };
        assert_eq!(found("CCTTACCCGCC"), [(2, "Reb1", false)]);
        assert_eq!(found("CCCGGGTAACC"), [(2, "Reb1", true)]);
        assert_eq!(found("GATCACTGGGGACGG"), [(1, "Abf1", false)]);
        assert_eq!(found("CCCGTCCCCAGTGATCC"), [(2, "Abf1", true)]);
        assert_eq!(found("TTACCCA"), []);
        // It reads the same on both strands.
        assert_eq!(
            found("GTGACTCAC"),
            [(0, "decoy (Gcn4)", false), (0, "decoy (Gcn4)", true)]
        );
    }
}

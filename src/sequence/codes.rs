//! Bases as codes of one byte each, the input of sequence models.

/// Adenine.
pub const A: u8 = 0;
/// Cytosine.
pub const C: u8 = 1;
/// Guanine.
pub const G: u8 = 2;
/// Thymine, or uracil.
pub const T: u8 = 3;
/// An unknown base: ¼ in each of the four channels.
pub const UNKNOWN: u8 = 4;
/// Outside the sequence: 0 in each channel. Only the padding of convolutions, and the TFRecord files published with
/// Basenji, have it.
pub const NOTHING: u8 = 5;

/// The code of a letter of either case; [`UNKNOWN`] for all but A, C, G, T and U.
pub fn encode(letter: u8) -> u8 {
    match letter {
        b'A' | b'a' => A,
        b'C' | b'c' => C,
        b'G' | b'g' => G,
        b'T' | b't' | b'U' | b'u' => T,
        _ => UNKNOWN,
    }
}

/// The letter of a code, in upper case; N for an unknown base, and `-` outside the sequence.
pub fn letter(code: u8) -> u8 {
    match code {
        A => b'A',
        C => b'C',
        G => b'G',
        T => b'T',
        UNKNOWN => b'N',
        _ => b'-',
    }
}

/// The complementary code.
pub fn complement(code: u8) -> u8 {
    if code < UNKNOWN { T - code } else { code }
}

/// Reverse-complements a sequence in place.
pub fn reverse_complement(codes: &mut [u8]) {
    codes.reverse();
    codes.iter_mut().for_each(|code| *code = complement(*code));
}

/// The sequence shifted right by `bases`, or left if negative. [`UNKNOWN`] bases are shifted in.
pub fn shift(codes: &[u8], bases: isize) -> Vec<u8> {
    let by = bases.unsigned_abs().min(codes.len());
    let mut shifted = vec![UNKNOWN; codes.len()];
    let kept = codes.len() - by;
    if bases >= 0 {
        shifted[by..].copy_from_slice(&codes[..kept]);
    } else {
        shifted[..kept].copy_from_slice(&codes[by..]);
    }
    shifted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<u8> {
        text.bytes().map(encode).collect()
    }

    #[test]
    fn letters_of_both_cases_and_of_rna_have_the_codes_of_bases() {
        assert_eq!(codes("ACGTacgtUu"), [0, 1, 2, 3, 0, 1, 2, 3, 3, 3]);
        assert_eq!(codes("NnRYx-"), [UNKNOWN; 6]);
        let letters: Vec<u8> = (0..=NOTHING).map(letter).collect();
        assert_eq!(letters, b"ACGTN-");
    }

    #[test]
    fn the_other_strand_is_read_backwards() {
        let mut strand = codes("AACGTN");
        strand.push(NOTHING);
        reverse_complement(&mut strand);
        assert_eq!(strand, [NOTHING, UNKNOWN, A, C, G, T, T]);
    }

    #[test]
    fn a_shift_moves_the_sequence_and_lets_unknown_bases_in() {
        let sequence = codes("ACGT");
        assert_eq!(shift(&sequence, 1), codes("NACG"));
        assert_eq!(shift(&sequence, -3), codes("TNNN"));
        assert_eq!(shift(&sequence, 0), sequence);
        assert_eq!(shift(&sequence, 9), codes("NNNN"));
        assert_eq!(shift(&sequence, -9), codes("NNNN"));
    }
}

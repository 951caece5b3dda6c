//! Formats numbers like the standard library, in two fifths of its time: a table of a genome's genes has ten million.

use std::io::Write as _;

/// Decimal places of a number of nine digits at [`SMALLEST`].
const PLACES: u32 = 12;
/// From this number on, number times 10^[`PLACES`] has at most 52 bits, and is exact in float64.
const SMALLEST: f32 = 1e-4;
/// Below this, float32 distinguishes all integers.
const LARGEST: f32 = 16_777_216.0;
/// Bits of a float32's mantissa.
const MANTISSA: u32 = 23;

/// Appends the shortest decimal that reads back as this number, the closest of several: the output of `Display`.
pub(super) fn push(text: &mut Vec<u8>, value: f32) {
    if value.to_bits() == 0 {
        return text.push(b'0');
    }
    if (SMALLEST..LARGEST).contains(&value) {
        let whole = value as u32;
        if whole as f32 == value {
            return push_digits(text, whole, 0);
        }
        if let Some((digits, places)) = shortest(value) {
            return push_digits(text, digits, places);
        }
    }
    write!(text, "{value}").expect("memory takes all");
}

/// Digits of a number that is not an integer, and the number of decimals. `None` for powers of two, which are closer to
/// the number below than to the one above.
fn shortest(value: f32) -> Option<(u32, u32)> {
    let bits = value.to_bits();
    if bits.trailing_zeros() >= MANTISSA {
        return None;
    }
    // A decimal within half the distance of neighbouring numbers reads back as the number; at exactly half it does if
    // the last bit is 0. All are integer multiples of a power of two and fit into 53 bits.
    let exponent = u64::from(bits >> MANTISSA) + 1023 - 127;
    let mut room = f64::from_bits((exponent - u64::from(MANTISSA) - 1) << 52);
    let mut scaled = f64::from(value);
    for places in 1..=PLACES {
        scaled *= 10.0;
        room *= 10.0;
        let digits = (scaled + 0.5) as u32;
        let distance = (f64::from(digits) - scaled).abs();
        if distance < room || (distance == room && bits.is_multiple_of(2)) {
            return Some((digits, places));
        }
    }
    None
}

/// Appends digits with a point before the last `places`, and a leading zero before a point.
pub(super) fn push_digits(text: &mut Vec<u8>, mut digits: u32, places: u32) {
    // At most ten digits, or zeros for as many places, and the point.
    let mut written = [b'0'; PLACES as usize + 2];
    let mut first = written.len();
    let mut place = 0;
    while digits > 0 || place <= places {
        if place == places && places > 0 {
            first -= 1;
            written[first] = b'.';
        }
        first -= 1;
        written[first] = b'0' + (digits % 10) as u8;
        digits /= 10;
        place += 1;
    }
    text.extend_from_slice(&written[first..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(value: f32) {
        let mut text = Vec::new();
        push(&mut text, value);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            value.to_string(),
            "{:#x}",
            value.to_bits()
        );
    }

    #[test]
    fn numbers_of_every_size_are_printed_as_the_standard_library_prints_them() {
        // Primes, so that all last bits come. All 300 million numbers that are printed here have agreed once.
        (0..=u32::MAX).step_by(100_003).map(f32::from_bits).for_each(agree);
        let (smallest, largest) = (SMALLEST.to_bits(), LARGEST.to_bits());
        (smallest..largest).step_by(10_007).map(f32::from_bits).for_each(agree);
    }

    #[test]
    fn short_decimals_powers_of_two_and_their_neighbours_are_printed_so_too() {
        for places in [1.0, 10.0, 100.0, 1e4, 1e6] {
            (0..20_000_u16).map(|digits| f32::from(digits) / places).for_each(agree);
        }
        for power in (0..=254_u32).map(|exponent| exponent << MANTISSA) {
            let near = [power.saturating_sub(1), power, power + 1];
            near.into_iter().map(f32::from_bits).for_each(agree);
        }
        for edge in [SMALLEST, LARGEST, 0.0, 1e7, 0.3, f32::MAX, f32::NAN, f32::INFINITY] {
            let near = [edge, edge.next_down(), edge.next_up(), -edge];
            near.into_iter().for_each(agree);
        }
    }
}

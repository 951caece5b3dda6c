//! Parses decimal numbers exactly like Rust's own `parse`.
//!
//! Own parser: `parse` has an incompressible table of 10 KiB, which would be part of the engine that a page waits for.
//! Nearly all numbers of tables are a few digits times a small power of ten, for which float64 gives the nearest value
//! directly; others use integer division.

use std::cmp::Ordering;

/// The nearest float32; infinities and NaN by name.
pub(super) fn float32(text: &str) -> Option<f32> {
    let found = read(text, |decimal| {
        // Rounding twice may be wrong for a float64 half way between two float32.
        let is_between = |value: f64| value.to_bits() & 0x1fff_ffff == 0x1000_0000;
        let is_plain = |value: f64| (f64::from(f32::MIN_POSITIVE)..f64::from(f32::MAX)).contains(&value);
        let value = decimal.product();
        value
            .filter(|&value| is_plain(value) && !is_between(value))
            .unwrap_or_else(|| decimal.nearest(24, -149))
    });
    found.map(|value| value as f32)
}

/// The nearest float64; infinities and NaN by name.
pub(super) fn float64(text: &str) -> Option<f64> {
    read(text, |decimal| {
        decimal.product().unwrap_or_else(|| decimal.nearest(53, -1074))
    })
}

/// Digits without a sign: 0.`digits` times ten to the power of `exponent`, without leading zeros.
struct Decimal<'a> {
    whole: &'a [u8],
    part: &'a [u8],
    exponent: i64,
}

/// Largest number of digits that matter: the midpoint of two float64 has fewer.
const MOST_DIGITS: usize = 800;

/// Reads a number; `round` gets numbers above 0.
fn read(text: &str, round: impl Fn(&Decimal<'_>) -> f64) -> Option<f64> {
    let bytes = text.as_bytes();
    let (is_negative, rest) = match bytes.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, bytes),
    };
    let is = |name: &str| rest.eq_ignore_ascii_case(name.as_bytes());
    let size = if is("inf") || is("infinity") {
        f64::INFINITY
    } else if is("nan") {
        f64::NAN
    } else {
        Decimal::of(rest)?.map_or(0.0, |decimal| round(&decimal))
    };
    Some(if is_negative { -size } else { size })
}

/// The leading digits, and the rest.
fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit());
    bytes.split_at(end.unwrap_or(bytes.len()))
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let first = digits.iter().position(|&digit| digit != b'0');
    &digits[first.unwrap_or(digits.len())..]
}

impl<'a> Decimal<'a> {
    /// Parses a number; the inner `None` is 0.
    fn of(bytes: &'a [u8]) -> Option<Option<Self>> {
        let (whole, rest) = digits(bytes);
        let (part, rest) = match rest.split_first() {
            Some((b'.', rest)) => digits(rest),
            _ => (&[][..], rest),
        };
        if whole.is_empty() && part.is_empty() {
            return None;
        }
        let power = match rest.split_first() {
            None => 0,
            Some((b'e' | b'E', rest)) => power(rest)?,
            Some(_) => return None,
        };
        let whole = without_zeros(whole);
        let of_part = if whole.is_empty() { without_zeros(part) } else { part };
        if whole.is_empty() && of_part.is_empty() {
            return Some(None);
        }
        let zeros = part.len() - of_part.len();
        Some(Some(Self {
            whole,
            part: of_part,
            exponent: power + whole.len() as i64 - zeros as i64,
        }))
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole.iter().chain(self.part).map(|digit| digit - b'0')
    }

    fn count(&self) -> usize {
        self.whole.len() + self.part.len()
    }

    /// The nearest float64, if integer and power of ten are exact in float64, so that one product or quotient is
    /// correctly rounded.
    fn product(&self) -> Option<f64> {
        let power = self.exponent - self.count() as i64;
        if self.count() > 19 || !(-22..=22).contains(&power) {
            return None;
        }
        let whole = self.digits().fold(0_u64, |sum, digit| 10 * sum + u64::from(digit));
        if whole > 1 << 53 {
            return None;
        }
        let scale = (0..power.unsigned_abs()).fold(1.0, |scale, _| 10.0 * scale);
        Some(if power < 0 {
            whole as f64 / scale
        } else {
            whole as f64 * scale
        })
    }

    /// The nearest number of `precision` bits, the last of which is worth at least 2^`least`; ties to even.
    fn nearest(&self, precision: i32, least: i32) -> f64 {
        match self.exponent {
            311.. => return f64::INFINITY,
            ..=-346 => return 0.0,
            _ => {}
        }
        let mut above = Whole::default();
        for digit in self.digits().take(MOST_DIGITS) {
            above.times_plus(10, digit.into());
        }
        let mut kept = self.count();
        if kept > MOST_DIGITS {
            kept = MOST_DIGITS;
            // The rest is less than the last digit, and above 0 if it has a digit other than 0.
            if self.digits().skip(MOST_DIGITS).any(|digit| digit != 0) {
                above.times_plus(10, 1);
                kept += 1;
            }
        }
        let mut below = Whole::default();
        below.times_plus(1, 1);
        let power = self.exponent - kept as i64;
        let scaled = if power < 0 { &mut below } else { &mut above };
        for _ in 0..power.unsigned_abs() {
            scaled.times_plus(10, 0);
        }

        // above / below = quotient x 2^shift, with a quotient of `precision` bits, one more, or fewer near 0.
        let mut shift = (above.bits() as i32 - below.bits() as i32 - precision).max(least);
        if shift < 0 {
            above.shift(shift.unsigned_abs());
        } else {
            below.shift(shift.unsigned_abs());
        }
        below.shift(precision as u32 + 1);
        let mut quotient = 0_u64;
        for _ in 0..precision + 2 {
            quotient *= 2;
            if above.cmp(&below) != Ordering::Less {
                above.minus(&below);
                quotient += 1;
            }
            // Compares twice the remainder with the divisor.
            above.shift(1);
        }
        let is_exact = above.words.is_empty();
        let mut half = above.cmp(&below);
        if quotient >> precision != 0 {
            half = match (quotient & 1, is_exact) {
                (0, _) => Ordering::Less,
                (_, true) => Ordering::Equal,
                _ => Ordering::Greater,
            };
            quotient /= 2;
            shift += 1;
        }
        if half == Ordering::Greater || (half == Ordering::Equal && quotient % 2 == 1) {
            quotient += 1;
        }
        let scale = match shift {
            -1022.. => f64::from_bits(((shift + 1023) as u64) << 52),
            _ => f64::from_bits(1 << (shift + 1074)),
        };
        quotient as f64 * scale
    }
}

/// The exponent after an e.
fn power(bytes: &[u8]) -> Option<i64> {
    let (is_negative, rest) = match bytes.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, bytes),
    };
    if rest.is_empty() || !rest.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // Larger exponents give 0 or infinity in any case.
    let next = |sum: i64, digit: &u8| (10 * sum + i64::from(digit - b'0')).min(1 << 40);
    let size = rest.iter().fold(0, next);
    Some(if is_negative { -size } else { size })
}

/// An integer of any size, lowest word first, without leading zero words.
#[derive(Default)]
struct Whole {
    words: Vec<u32>,
}

impl Whole {
    fn bits(&self) -> u32 {
        let top = self.words.last().map_or(0, |word| 32 - word.leading_zeros());
        32 * (self.words.len().max(1) as u32 - 1) + top
    }

    fn times_plus(&mut self, factor: u32, added: u32) {
        let mut carry = u64::from(added);
        for word in &mut self.words {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.words.push(carry as u32);
        }
    }

    fn shift(&mut self, bits: u32) {
        if self.words.is_empty() {
            return;
        }
        for _ in 0..bits % 32 {
            self.times_plus(2, 0);
        }
        self.words.splice(0..0, std::iter::repeat_n(0, (bits / 32) as usize));
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let by_length = self.words.len().cmp(&other.words.len());
        by_length.then_with(|| self.words.iter().rev().cmp(other.words.iter().rev()))
    }

    /// Subtracts a number that is not larger.
    fn minus(&mut self, other: &Self) {
        let mut borrowed = 0;
        for (i, word) in self.words.iter_mut().enumerate() {
            let taken = i64::from(other.words.get(i).copied().unwrap_or(0)) + borrowed;
            let left = i64::from(*word) - taken;
            *word = left as u32;
            borrowed = i64::from(left < 0);
        }
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_as_parsed(text: &str) {
        let [found, expected] = [float32(text), text.parse().ok()].map(|value| value.map(f32::to_bits));
        assert!(
            found == expected || text.to_lowercase().contains("nan"),
            "{text:?} as float32"
        );
        let [found, expected] = [float64(text), text.parse().ok()].map(|value| value.map(f64::to_bits));
        assert!(
            found == expected || text.to_lowercase().contains("nan"),
            "{text:?} as float64"
        );
    }

    #[test]
    fn what_is_a_number_and_what_is_not_is_as_in_rust() {
        let written = "|0|-0|+0|.|-|+|e|e5|.e5|5|5.|.5|+5.5|-.5|00012|0.000|1e|1e+|1e5|1E-5|1e+05|1.e2|.1e2|1e1000|1e-1000|-1e400\
            |inf|-INF|Infinity|+infinity|nan|NaN|-nan|infin|1_000|1,5| 1|1 |0x10|1e5.5|1e99999999999999999999|0e99999999999999999999\
            |1e-99999999999999999999|--1|+-1|1f|∞|١";
        written.split('|').for_each(assert_as_parsed);
    }

    #[test]
    fn numbers_of_every_size_are_the_nearest() {
        let mut state = 1_u64;
        let mut next = move |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..20_000 {
            let digits = 1 + next(30);
            let mut text: String = (0..digits).map(|_| char::from(b'0' + next(10) as u8)).collect();
            if next(2) == 0 {
                text.insert(next(digits + 1) as usize, '.');
            }
            if next(3) > 0 {
                text += &format!("e{}", next(700) as i64 - 370);
            }
            assert_as_parsed(&text);
            // Any bits, and half way to the next.
            let bits = next(1 << 31) as u32;
            assert_as_parsed(&f32::from_bits(bits).to_string());
            let half = f64::midpoint(f32::from_bits(bits).into(), f32::from_bits(bits + 1).into());
            assert_as_parsed(&format!("{half:e}"));
            assert_as_parsed(&format!("{half:.60}"));
            let bits = (next(1 << 31) << 32) | next(1 << 32);
            assert_as_parsed(&f64::from_bits(bits).to_string());
            assert_as_parsed(&format!("{:e}", f64::from_bits(bits)));
        }
    }

    #[test]
    fn more_digits_than_matter_do_not_mislead() {
        // Half way between 0 and the smallest number, and next to it.
        let half = format!("{:.1075}", f64::from_bits(1) / 1.0);
        let smallest = half.trim_end_matches('0');
        for text in [
            smallest.to_owned(),
            format!("{smallest}1"),
            format!("1.{}1", "0".repeat(900)),
        ] {
            assert_as_parsed(&text);
        }
        let tie = format!("9007199254740993.{}", "0".repeat(1000));
        for text in [tie.clone(), format!("{tie}1"), format!("{}e-900", "7".repeat(900))] {
            assert_as_parsed(&text);
        }
    }
}

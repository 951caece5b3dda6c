//! Messages in the format of protocol buffers: fields of a number and a value.

use std::ops::Range;

use super::wrong;
use crate::weights::Problem;

/// Reads a number of seven bits a byte, lowest first, at `at`, and moves `at` behind it.
pub fn varint(bytes: &[u8], at: &mut usize) -> Result<u64, Problem> {
    let start = *at;
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let Some(byte) = bytes.get(*at) else {
            return Err(wrong(start, "a number without an end"));
        };
        *at += 1;
        let bits = u64::from(byte & 0x7f);
        if bits << shift >> shift != bits {
            break;
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(wrong(start, "a number of more than 64 bits"))
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Varint(u64),
    Fixed32(u32),
    /// Of eight bytes, which no field here has.
    Fixed64,
    /// Where its bytes lie in the file.
    Bytes(Range<usize>),
}

/// The fields of the message at `range` of `file`, in order, each with its place.
pub fn fields(file: &[u8], range: Range<usize>) -> Result<Vec<(u64, Value, usize)>, Problem> {
    let bytes = &file[..range.end];
    let mut at = range.start;
    let mut fields = Vec::new();
    while at < range.end {
        let place = at;
        let tag = varint(bytes, &mut at)?;
        let left = range.end - at;
        let value = match tag & 7 {
            0 => Value::Varint(varint(bytes, &mut at)?),
            1 if left >= 8 => {
                at += 8;
                Value::Fixed64
            }
            2 => {
                let size = varint(bytes, &mut at)?;
                let end = usize::try_from(size).ok().and_then(|size| at.checked_add(size));
                let Some(end) = end.filter(|end| *end <= range.end) else {
                    let reason = format!("a field of {size} bytes where {} are left", range.end - at);
                    return Err(wrong(place, reason));
                };
                let start = std::mem::replace(&mut at, end);
                Value::Bytes(start..end)
            }
            5 if left >= 4 => {
                let mut number = [0; 4];
                number.copy_from_slice(&bytes[at..at + 4]);
                at += 4;
                Value::Fixed32(u32::from_le_bytes(number))
            }
            kind => {
                return Err(wrong(place, format!("a field of the type {kind} in {left} bytes")));
            }
        };
        fields.push((tag >> 3, value, place));
    }
    Ok(fields)
}

//! Protocol buffer messages: fields of a number and a value.

use std::ops::Range;

use super::wrong;
use crate::weights::Problem;

/// Reads a varint at `at`, and advances `at` past it.
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
    /// A value of eight bytes, which no field here has.
    Fixed64,
    /// Range of its bytes in the file.
    Bytes(Range<usize>),
}

/// A field: its number, its value, and its offset in the file.
pub type Field = (u64, Value, usize);

/// The fields of the message at `range` of `file`, in order; stops after an invalid one.
pub fn fields(file: &[u8], range: Range<usize>) -> impl Iterator<Item = Result<Field, Problem>> {
    let bytes = &file[..range.end];
    let mut at = range.start;
    std::iter::from_fn(move || {
        (at < range.end).then(|| {
            let read = field(bytes, &mut at);
            // An invalid field ends the message.
            if read.is_err() {
                at = range.end;
            }
            read
        })
    })
}

/// The field at an offset of a message that ends with the bytes.
fn field(bytes: &[u8], at: &mut usize) -> Result<Field, Problem> {
    let place = *at;
    let tag = varint(bytes, at)?;
    let left = bytes.len() - *at;
    let value = match tag & 7 {
        0 => Value::Varint(varint(bytes, at)?),
        1 if left >= 8 => {
            *at += 8;
            Value::Fixed64
        }
        2 => {
            let size = varint(bytes, at)?;
            let end = usize::try_from(size).ok().and_then(|size| at.checked_add(size));
            let Some(end) = end.filter(|end| *end <= bytes.len()) else {
                let reason = format!("a field of {size} bytes where {} are left", bytes.len() - *at);
                return Err(wrong(place, reason));
            };
            let start = std::mem::replace(at, end);
            Value::Bytes(start..end)
        }
        5 if left >= 4 => {
            let mut number = [0; 4];
            number.copy_from_slice(&bytes[*at..*at + 4]);
            *at += 4;
            Value::Fixed32(u32::from_le_bytes(number))
        }
        kind => {
            return Err(wrong(place, format!("a field of the type {kind} in {left} bytes")));
        }
    };
    Ok((tag >> 3, value, place))
}

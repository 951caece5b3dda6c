//! UTF-16, which Excel calls Unicode text, to UTF-8, piece by piece.

/// A text in UTF-16, told by its byte order mark.
#[derive(Debug)]
pub(super) struct Utf16 {
    big_endian: bool,
    /// The first byte of a unit whose second is in the next piece.
    byte: Option<u8>,
    /// The first half of a character whose second half is in the next piece.
    high: Option<u16>,
}

impl Utf16 {
    /// Bytes of the byte order mark.
    pub const MARK: usize = 2;

    /// The reader of a text that starts with `opening`, if that is a byte order mark of UTF-16.
    pub fn recognise(opening: &[u8]) -> Option<Self> {
        let big_endian = match opening {
            [0xfe, 0xff, ..] => true,
            [0xff, 0xfe, ..] => false,
            _ => return None,
        };
        Some(Self {
            big_endian,
            byte: None,
            high: None,
        })
    }

    /// Appends the characters that end in these bytes, as UTF-8, up to a half of a character that stands alone; false
    /// where there is one.
    pub fn push(&mut self, bytes: &[u8], text: &mut Vec<u8>) -> bool {
        let mut units: Vec<u16> = Vec::with_capacity(bytes.len() / 2 + 2);
        units.extend(self.high.take());
        for &byte in bytes {
            match self.byte.take() {
                None => self.byte = Some(byte),
                Some(first) if self.big_endian => units.push(u16::from_be_bytes([first, byte])),
                Some(first) => units.push(u16::from_le_bytes([first, byte])),
            }
        }
        if let Some(&last) = units.last()
            && (0xd800..0xdc00).contains(&last)
        {
            self.high = units.pop();
        }
        for character in char::decode_utf16(units) {
            match character {
                Ok(character) => text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(_) => return false,
            }
        }
        true
    }

    /// Returns true if no half of a character waits for the other.
    pub fn is_whole(&self) -> bool {
        self.byte.is_none() && self.high.is_none()
    }
}

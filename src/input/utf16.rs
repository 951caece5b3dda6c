//! Converts UTF-16, Excel's "Unicode text", to UTF-8 in pieces.

/// A UTF-16 text, recognised by its byte order mark.
#[derive(Debug)]
pub(super) struct Utf16 {
    big_endian: bool,
    /// The first byte of a unit whose second byte is in the next piece.
    byte: Option<u8>,
    /// The high surrogate of a character whose low surrogate is in the next piece.
    high: Option<u16>,
}

impl Utf16 {
    /// Bytes of the byte order mark.
    pub const MARK: usize = 2;

    /// The converter of a text that begins with a UTF-16 byte order mark.
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

    /// Appends the complete characters of these bytes as UTF-8, up to an unpaired surrogate; returns false if there is
    /// one.
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

    /// Returns true if no byte or surrogate is pending.
    pub fn is_whole(&self) -> bool {
        self.byte.is_none() && self.high.is_none()
    }
}

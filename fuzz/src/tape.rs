//! Damage to a file, read from a string of bytes.

/// A string of bytes from which choices are read; behind its end all are 0.
pub struct Tape<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

/// Numbers at which readers have gone wrong.
const NUMBERS: [u64; 20] = [
    0,
    1,
    2,
    3,
    7,
    8,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x1_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    i64::MAX as u64,
    u64::MAX,
];

/// Words at which readers of text have gone wrong.
const WORDS: [&[u8]; 32] = [
    b"",
    b"\n",
    b"\r\n",
    b"\t",
    b",",
    b";",
    b" ",
    b"\"",
    b"\\",
    b"\0",
    b"-",
    b"-1",
    b"0",
    b"1e999",
    b"-1e-999",
    b"NaN",
    b"inf",
    b"4294967296",
    b"9223372036854775807",
    b"18446744073709551616",
    b"0.1",
    b"0,1",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc6",
    "\u{202e}".as_bytes(),
    "é".as_bytes(),
    b"#",
    b">",
    b"[",
    b"{\"a\":",
    b"__proto__",
];

impl<'a> Tape<'a> {
    /// From its first byte on.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    fn byte(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or(0)
    }

    /// A number below `end`, or 0 where that is 0.
    fn below(&mut self, end: usize) -> usize {
        let number = u32::from_le_bytes([self.byte(), self.byte(), self.byte(), 0]);
        number as usize % end.max(1)
    }

    /// A length, rather short than long.
    fn stretch(&mut self) -> usize {
        let most = 1 << (self.byte() % 12);
        1 + self.below(most)
    }

    fn one<'b, T>(&mut self, list: &'b [T]) -> &'b T {
        &list[usize::from(self.byte()) % list.len()]
    }

    /// One of the files, damaged in one to eight places.
    pub fn damage(&mut self, files: &[Vec<u8>]) -> Vec<u8> {
        let mut file = self.one(files).clone();
        for _ in 0..=self.byte() % 8 {
            self.edit(&mut file, files);
        }
        file
    }

    fn edit(&mut self, file: &mut Vec<u8>, files: &[Vec<u8>]) {
        let kind = self.byte() % 12;
        let at = self.below(file.len() + 1);
        let end = (at + self.stretch()).min(file.len());
        match kind {
            0 if at < file.len() => file[at] ^= 1 << (self.byte() % 8),
            1 if at < file.len() => file[at] = self.byte(),
            2 => drop(file.drain(at..end)),
            3 => file.truncate(at),
            4 => {
                let part = file[at..end].to_vec();
                let to = self.below(file.len() + 1);
                file.splice(to..to, part);
            }
            5 => {
                let part = file[at..end].to_vec();
                let times = usize::from(self.byte() % 64);
                file.splice(at..at, part.repeat(times));
            }
            6 => {
                let word = *self.one(&WORDS);
                file.splice(at..at, word.iter().copied());
            }
            7 => {
                let word = *self.one(&WORDS);
                file.splice(at..end, word.iter().copied());
            }
            8 | 9 => {
                let number = match self.byte() % 3 {
                    0 => file.len() as u64,
                    1 => at as u64,
                    _ => *self.one(&NUMBERS),
                };
                let width = 1 << (self.byte() % 4);
                let bytes = if kind == 8 {
                    number.to_le_bytes()[..width].to_vec()
                } else {
                    number.to_be_bytes()[8 - width..].to_vec()
                };
                let end = (at + width).min(file.len());
                file.splice(at..end, bytes);
            }
            10 => {
                let other = self.one(files);
                let from = self.below(other.len() + 1);
                let to = (from + self.stretch()).min(other.len());
                file.splice(at..end, other[from..to].iter().copied());
            }
            // A digit becomes another.
            _ => {
                if let Some(digit) = file[at..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                    *digit = b'0' + self.byte() % 10;
                }
            }
        }
    }
}

/// A tape that is the same each time: splitmix64 from `number` on.
pub fn numbered(number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0xd134_2543_de82_ef95);
    let words = (0..16).flat_map(|_| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_le_bytes()
    });
    words.collect()
}

//! Sequential reader of a pickle's bytes, with its errors.

use crate::weights::Problem;

/// Problem of a pickle, without its location.
#[derive(Debug)]
pub enum Fault {
    /// Something that no pickler writes.
    Wrong(String),
    /// Something unsupported that picklers write.
    Refused(String),
    /// More than this number of something.
    TooLarge(&'static str, usize),
}

/// Something that no pickler writes.
pub fn wrong<T>(reason: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Wrong(reason.into()))
}

/// Something unsupported that picklers write.
pub fn refused<T>(what: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Refused(what.into()))
}

impl Fault {
    /// The problem, at byte `offset` of `part`.
    pub fn at(self, offset: usize, part: &'static str) -> Problem {
        match self {
            Self::Wrong(reason) => Problem::Pickle { offset, part, reason },
            Self::Refused(what) => Problem::PickleRefused { offset, part, what },
            Self::TooLarge(what, limit) => Problem::PickleTooLarge {
                offset,
                part,
                what,
                limit,
            },
        }
    }
}

/// A position in the bytes.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Reads `bytes` from `at` on.
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// The next byte not read.
    pub fn position(&self) -> usize {
        self.at
    }

    pub fn byte(&mut self) -> Result<u8, Fault> {
        Ok(self.array::<1>()?[0])
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let rest = self.rest();
        let Some(taken) = rest.get(..count) else {
            return wrong(format!("{} bytes where {count} are needed", rest.len()));
        };
        self.at += count;
        Ok(taken)
    }

    /// Bytes after their length, which takes `N` bytes, at most 4.
    pub fn sized<const N: usize>(&mut self) -> Result<&'a [u8], Fault> {
        let mut length = [0; 4];
        length[..N].copy_from_slice(self.take(N)?);
        // A length too large to count is beyond any file.
        self.take(u32::from_le_bytes(length).try_into().unwrap_or(usize::MAX))
    }

    /// A line of text, without its end.
    pub fn line(&mut self) -> Result<&'a str, Fault> {
        let rest = self.rest();
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
            return wrong("a line without an end");
        };
        self.at += length + 1;
        match std::str::from_utf8(&rest[..length]) {
            Ok(line) => Ok(line),
            Err(_) => wrong("a name that is not UTF-8"),
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

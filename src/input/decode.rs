//! Decompresses files: gzip is recognised by content and decompressed in pieces.

use super::gzip::Member;
use super::problem::Problem;

/// Compressed bytes decoded at a time. Deflate compresses at most about 1,000 to 1, which bounds the size of a
/// decompressed piece.
const PIECE: usize = 4 << 10;

/// Reads a file that is plain or gzip, of one or several members.
///
/// Bytes after a gzip member are a further member, zeros (padding, skipped) or plain text.
#[derive(Debug)]
pub(crate) struct Decoder {
    state: State,
    /// True after a gzip member.
    unpacked: bool,
    /// Buffer for the text of a piece.
    room: Vec<u8>,
}

#[derive(Debug)]
enum State {
    /// At the start of the file or after a gzip member, with up to one byte held.
    Start(Option<u8>),
    Plain,
    Gzip(Box<Member>),
    Padding,
}

impl Decoder {
    pub fn new() -> Self {
        Self {
            state: State::Start(None),
            unpacked: false,
            room: Vec::new(),
        }
    }

    /// Reads the next bytes of the file and passes on their text.
    pub fn push<E: From<Problem>>(
        &mut self,
        mut chunk: &[u8],
        text: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some(&byte) = chunk.first() {
            match &mut self.state {
                State::Start(None) => {
                    self.state = State::Start(Some(byte));
                    chunk = &chunk[1..];
                }
                State::Start(Some(held)) => match (*held, byte) {
                    (0x1f, 0x8b) => {
                        let mut member = Member::new();
                        member.push(&[0x1f], &mut Vec::new())?;
                        self.state = State::Gzip(Box::new(member));
                    }
                    (0, 0) if self.unpacked => self.state = State::Padding,
                    (held, _) => {
                        self.state = State::Plain;
                        text(&[held])?;
                    }
                },
                State::Plain => return text(chunk),
                State::Padding if byte == 0 => chunk = &chunk[1..],
                State::Padding => return Err(Problem::GzipCorrupt.into()),
                State::Gzip(member) => {
                    self.room.clear();
                    let taken = member.push(&chunk[..chunk.len().min(PIECE)], &mut self.room)?;
                    if member.is_complete() {
                        self.state = State::Start(None);
                        self.unpacked = true;
                    }
                    text(&self.room)?;
                    chunk = &chunk[taken..];
                }
            }
        }
        Ok(())
    }

    /// Passes on the rest at the end of the file.
    pub fn finish<E: From<Problem>>(self, text: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        match &self.state {
            State::Start(None) | State::Plain | State::Padding => Ok(()),
            State::Start(Some(0)) if self.unpacked => Ok(()),
            State::Start(Some(held)) => text(&[*held]),
            // A complete member changes the state at once.
            State::Gzip(_) => Err(Problem::GzipTruncated.into()),
        }
    }
}

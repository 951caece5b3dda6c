//! Bytes to text bytes: gzip is found by content and unpacked piece by piece.

use std::io::Write;

use flate2::write::GzDecoder;

use super::problem::Problem;

/// Compressed bytes handed to the decoder at once. Deflate packs at most about 1,000 to 1, which bounds what one
/// piece can grow to.
const PIECE: usize = 16 << 10;

/// Unpacks a file that is plain or gzip, of one member or several.
///
/// What follows a gzip member is read as what it is: a further member, zeros (padding, skipped) or plain text.
#[derive(Debug)]
pub(crate) struct Decoder {
    state: State,
    /// Whether a gzip member came before.
    unpacked: bool,
}

#[derive(Debug)]
enum State {
    /// At the start of the file or behind a gzip member, with up to one byte held.
    Start(Option<u8>),
    Plain,
    Gzip(Box<GzDecoder<Vec<u8>>>),
    Padding,
}

impl Decoder {
    pub fn new() -> Self {
        Self {
            state: State::Start(None),
            unpacked: false,
        }
    }

    /// Takes the next bytes of the file and hands on the text in them.
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
                        let mut member = GzDecoder::new(Vec::new());
                        write_piece(&mut member, &[0x1f])?;
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
                    let taken = write_piece(member, &chunk[..chunk.len().min(PIECE)])?;
                    if taken == 0 {
                        member.try_finish().map_err(|_| Problem::GzipCorrupt)?;
                        text(member.get_ref())?;
                        self.state = State::Start(None);
                        self.unpacked = true;
                    } else {
                        text(member.get_ref())?;
                        member.get_mut().clear();
                        chunk = &chunk[taken..];
                    }
                }
            }
        }
        Ok(())
    }

    /// Hands on what is left at the end of the file.
    pub fn finish<E: From<Problem>>(mut self, text: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        match &mut self.state {
            State::Start(None) | State::Plain | State::Padding => Ok(()),
            State::Start(Some(0)) if self.unpacked => Ok(()),
            State::Start(Some(held)) => text(&[*held]),
            State::Gzip(member) => {
                // Only a member that is complete refuses a further byte.
                let complete = matches!(member.write(&[0]), Ok(0));
                if !complete {
                    return Err(Problem::GzipTruncated.into());
                }
                member.try_finish().map_err(|_| Problem::GzipCorrupt)?;
                text(member.get_ref())
            }
        }
    }
}

/// Unpacks a piece into the member's buffer; gives the bytes taken, 0 behind the member's end.
fn write_piece(member: &mut GzDecoder<Vec<u8>>, piece: &[u8]) -> Result<usize, Problem> {
    member.write(piece).map_err(|_| Problem::GzipCorrupt)
}

//! Random access to local files in the page.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;

/// Smallest read in bytes: a call of the browser takes longer than copying them.
const CHUNK: usize = 32 << 10;

/// Smallest read after a jump.
#[cfg(feature = "prepare")]
const JUMP: usize = 256;

/// A file that JavaScript reads in pieces.
pub struct Blob {
    read: Function,
    size: u64,
    at: u64,
    /// The last piece, and its offset.
    chunk: Vec<u8>,
    chunk_at: u64,
    /// Bytes of the first read after a jump; each further piece is eight times as large, up to [`CHUNK`].
    behind_jump: usize,
    furthest: Rc<Cell<u64>>,
}

impl Blob {
    /// A file of `size` bytes. `read(offset, size)` returns a `Uint8Array` of that part.
    pub fn new(size: f64, read: Function) -> Self {
        Self {
            read,
            size: size as u64,
            at: 0,
            chunk: Vec::new(),
            chunk_at: 0,
            behind_jump: CHUNK,
            furthest: Rc::default(),
        }
    }

    #[cfg(feature = "prepare")]
    /// The same, for a few bytes at scattered positions.
    pub fn of_few(size: f64, read: Function) -> Self {
        Self {
            behind_jump: JUMP,
            ..Self::new(size, read)
        }
    }

    #[cfg(feature = "prepare")]
    /// End of the last read in bytes, for progress.
    pub fn place(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.furthest)
    }

    /// Bytes of the file from an offset on, as many as the browser returns.
    fn fetch(&self, at: u64, size: usize) -> io::Result<Uint8Array> {
        let (offset, size) = (JsValue::from(at as f64), JsValue::from(size as f64));
        let bytes = self.read.call2(&JsValue::NULL, &offset, &size);
        bytes
            .ok()
            .and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok())
            .ok_or_else(|| io::Error::other("the browser did not give its bytes"))
    }
}

impl Read for Blob {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.size.saturating_sub(self.at);
        let size = left.min(buffer.len() as u64) as usize;
        if size == 0 {
            return Ok(0);
        }
        let read = if size >= CHUNK {
            let bytes = self.fetch(self.at, size)?;
            let read = (bytes.length() as usize).min(size);
            bytes.subarray(0, read as u32).copy_to(&mut buffer[..read]);
            read
        } else {
            let within = self.at.checked_sub(self.chunk_at);
            if within.is_none_or(|within| within >= self.chunk.len() as u64) {
                let follows = within == Some(self.chunk.len() as u64) && !self.chunk.is_empty();
                let most = if follows {
                    self.chunk.len() * 8
                } else {
                    self.behind_jump
                };
                let most = most.clamp(size, CHUNK) as u64;
                let bytes = self.fetch(self.at, left.min(most) as usize)?;
                self.chunk = bytes.to_vec();
                self.chunk_at = self.at;
            }
            let there = &self.chunk[(self.at - self.chunk_at) as usize..];
            let read = there.len().min(size);
            buffer[..read].copy_from_slice(&there[..read]);
            read
        };
        self.at += read as u64;
        self.furthest.set(self.at);
        Ok(read)
    }
}

impl Seek for Blob {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

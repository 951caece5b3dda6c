//! Writing of a table by several threads, which format and pack parts of it. Parts are of one size, so that the bytes do not depend
//! on how many threads there are.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use flate2::{Compression, GzBuilder};
use regulens::input::{SignalTable, write_comment, write_headed_rows, write_header};

use super::super::error::CliError;
use super::super::interrupt;
use super::super::output::Output;
use super::interrupted;

/// Genes of a part: enough for gzip to pack well.
const PART: usize = 256;

/// Writes a table: a comment that says what the values are, a header, and rows. Packed parts are members of one gzip file.
pub fn table(
    table: &SignalTable,
    output: &mut Output,
    packed: bool,
    threads: usize,
) -> Result<(), CliError> {
    let parts = table.genes.len().div_ceil(PART).max(1);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let threads = threads.clamp(1, parts);
    thread::scope(|scope| {
        // Bounded, so that packed parts do not pile up where the disk is slow.
        let (sender, receiver) = mpsc::sync_channel(2 * threads);
        for _ in 0..threads {
            let (sender, next, stop) = (sender.clone(), &next, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= parts || sender.send((part, bytes(table, part, packed))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        let result = receiver.into_iter().try_for_each(|(part, bytes)| {
            waiting.insert(part, bytes);
            while let Some(bytes) = waiting.remove(&due) {
                due += 1;
                if interrupt::flow().is_break() {
                    return Err(interrupted());
                }
                output.write(|out| out.write_all(&bytes?))?;
            }
            Ok(())
        });
        stop.store(true, Ordering::Relaxed);
        result
    })
}

fn bytes(table: &SignalTable, part: usize, packed: bool) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    if part == 0 {
        for note in &table.notes {
            write_comment(note, &mut text)?;
        }
        write_header(table, &mut text)?;
    }
    let genes = part * PART..((part + 1) * PART).min(table.genes.len());
    write_headed_rows(table, genes, &mut text)?;
    if !packed {
        return Ok(text);
    }
    // Without a time stamp, so that the same data give the same bytes.
    let mut gzip = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::default());
    gzip.write_all(&text)?;
    gzip.finish()
}

//! Writes a table on several threads, which format and compress parts of it. Parts have a fixed size, so that the bytes
//! do not depend on the number of threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use regulens::input::{SignalTable, table_part};

use super::super::error::CliError;
use super::super::interrupt;
use super::super::output::Output;

/// Writes a table: a comment that describes the values, a header, and rows. Compressed parts are members of one gzip
/// file.
pub fn table(table: &SignalTable, output: &mut Output, packed: bool, threads: usize) -> Result<(), CliError> {
    let parts = table_part::count(table);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let threads = threads.clamp(1, parts);
    thread::scope(|scope| {
        // Bounded, so that compressed parts do not pile up on a slow disk.
        let (sender, receiver) = mpsc::sync_channel(2 * threads);
        for _ in 0..threads {
            let (sender, next, stop) = (sender.clone(), &next, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= parts {
                        return;
                    }
                    let bytes = table_part::bytes(table, part, packed);
                    if sender.send((part, bytes)).is_err() {
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
                interrupt::check()?;
                output.write(|out| out.write_all(&bytes?))?;
            }
            Ok(())
        });
        stop.store(true, Ordering::Relaxed);
        result
    })
}

//! Reads signal on several threads: the genes of an indexed file are divided among them, other files get one thread
//! each.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use indicatif::ProgressBar;
use regulens::prepare::{Column, Plan, Settings, Signal, SignalError, SignalFormat};

use super::super::error::CliError;
use super::super::{files, interrupt, progress};

/// Windows that a thread takes at a time: few enough to keep all threads busy, enough to share blocks.
const SHARE: usize = 64;

/// A mark and the file of its signal.
#[derive(Debug, Clone)]
pub struct Track {
    pub mark: String,
    pub path: PathBuf,
}

/// Part of the work: windows of one track. The whole track where it has no index.
struct Share {
    track: usize,
    ranks: Range<usize>,
}

struct Opened {
    index: Option<Vec<u8>>,
    bytes: u64,
}

/// Reads all tracks, each by its settings.
pub fn columns(plan: &Plan, tracks: &[Track], settings: &[Settings], threads: usize) -> Result<Vec<Column>, CliError> {
    let mut opened = Vec::with_capacity(tracks.len());
    let mut columns = Vec::with_capacity(tracks.len());
    let (mut whole, mut shares) = (Vec::new(), Vec::new());
    for (track, Track { mark, path }) in tracks.iter().enumerate() {
        let index = index(path)?;
        let unread = AtomicU64::new(0);
        let signal = open(path, index.as_deref(), &unread)?;
        if signal.is_indexed() {
            shares.extend((0..plan.len()).step_by(SHARE).map(|first| Share {
                track,
                ranks: first..(first + SHARE).min(plan.len()),
            }));
        } else {
            let ranks = 0..plan.len();
            whole.push(Share { track, ranks });
        }
        tell(&signal, path, &settings[track]);
        columns.push(Column {
            mark: mark.clone(),
            file: path.display().to_string(),
            quantity: signal.format().quantity(&settings[track]),
            values: vec![0.0; plan.len() * plan.bins()],
            chromosomes: signal.chromosomes().unwrap_or_default().to_vec(),
            looks_like_shares: false,
        });
        opened.push(Opened {
            index,
            bytes: file_size(path)?,
        });
    }
    // Long work that cannot be divided goes first.
    whole.append(&mut shares);
    let work = Work {
        plan,
        tracks,
        opened: &opened,
        settings,
        shares: &whole,
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        bar: bar((plan.len() * tracks.len()) as u64),
    };
    let result = work.run(threads, &mut columns);
    work.bar.finish_and_clear();
    result?;
    for (track, column) in columns.iter_mut().enumerate() {
        let unread = AtomicU64::new(0);
        let mut signal = open(&tracks[track].path, opened[track].index.as_deref(), &unread)?;
        let looks = signal.looks_like_shares(plan, &column.values, &settings[track], &mut interrupt::flow);
        column.looks_like_shares = looks.map_err(failed)?;
    }
    Ok(columns)
}

struct Work<'a> {
    plan: &'a Plan,
    tracks: &'a [Track],
    opened: &'a [Opened],
    settings: &'a [Settings],
    shares: &'a [Share],
    next: AtomicUsize,
    stop: AtomicBool,
    bar: ProgressBar,
}

/// Values of a share, and the chromosomes where the file does not list them.
type Done = (Vec<f32>, Option<Vec<regulens::prepare::Chromosome>>);

impl Work<'_> {
    fn run(&self, threads: usize, columns: &mut [Column]) -> Result<(), CliError> {
        let bins = self.plan.bins();
        // The first share that failed, in the order of shares, not of time.
        let mut failed: Option<(usize, CliError)> = None;
        thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel();
            for _ in 0..threads.clamp(1, self.shares.len().max(1)) {
                let sender = sender.clone();
                scope.spawn(move || self.take_shares(&sender));
            }
            drop(sender);
            for (share, done) in receiver {
                match done {
                    Ok((values, chromosomes)) => {
                        let Share { track, ranks } = &self.shares[share];
                        let column = &mut columns[*track];
                        column.values[ranks.start * bins..ranks.end * bins].copy_from_slice(&values);
                        if let Some(chromosomes) = chromosomes {
                            column.chromosomes = chromosomes;
                        }
                    }
                    Err(error) => {
                        self.stop.store(true, Ordering::Relaxed);
                        let cancelled = matches!(error, CliError::Interrupted(_));
                        let earlier = match &failed {
                            None => true,
                            Some((_, CliError::Interrupted(_))) => !cancelled,
                            Some((other, _)) => !cancelled && share < *other,
                        };
                        if earlier {
                            failed = Some((share, error));
                        }
                    }
                }
            }
        });
        failed.map_or(Ok(()), |(_, error)| Err(error))
    }

    fn take_shares(&self, sender: &mpsc::Sender<(usize, Result<Done, CliError>)>) {
        let read = AtomicU64::new(0);
        let mut signals = HashMap::new();
        while !self.stop.load(Ordering::Relaxed) {
            let share = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(Share { track, ranks }) = self.shares.get(share) else {
                return;
            };
            let done = self.share(*track, ranks.clone(), &mut signals, &read);
            if sender.send((share, done)).is_err() {
                return;
            }
        }
    }

    fn share<'a>(
        &self,
        track: usize,
        ranks: Range<usize>,
        signals: &mut HashMap<usize, Signal<Counted<'a>>>,
        read: &'a AtomicU64,
    ) -> Result<Done, CliError> {
        let (path, opened) = (&self.tracks[track].path, &self.opened[track]);
        let signal = match signals.entry(track) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(free) => free.insert(open(path, opened.index.as_deref(), read)?),
        };
        let count = ranks.len() as u64;
        let (mut told, begun) = (0, read.load(Ordering::Relaxed));
        let indexed = signal.is_indexed();
        let mut go_on = || {
            if !indexed {
                let bytes = read.load(Ordering::Relaxed) - begun;
                let now = (count * bytes / opened.bytes.max(1)).min(count);
                self.bar.inc(now.saturating_sub(told));
                told = told.max(now);
            }
            match self.stop.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => interrupt::flow(),
            }
        };
        let done = if indexed {
            signal
                .windows(self.plan, ranks, &self.settings[track], &mut go_on)
                .map(|values| (values, None))
        } else {
            signal
                .all(self.plan, &self.settings[track], &mut go_on)
                .map(|(values, chromosomes)| (values, Some(chromosomes)))
        };
        self.bar.inc(count.saturating_sub(told));
        done.map_err(failed)
    }
}

fn failed(error: SignalError) -> CliError {
    match error {
        SignalError::Cancelled => interrupt::nothing_written(),
        SignalError::Prepare(error) => error.into(),
    }
}

fn open<'a>(path: &Path, index: Option<&[u8]>, read: &'a AtomicU64) -> Result<Signal<Counted<'a>>, CliError> {
    let file = File::open(path).map_err(|error| CliError::io(path, error))?;
    let source = Counted { file, read };
    Ok(Signal::open(&path.display().to_string(), source, index)?)
}

fn file_size(path: &Path) -> Result<u64, CliError> {
    let metadata = fs::metadata(path).map_err(|error| CliError::io(path, error))?;
    Ok(metadata.len())
}

/// The index beside a BAM file: NAME.bam.bai, NAME.bai, or the same with `csi`.
fn index(path: &Path) -> Result<Option<Vec<u8>>, CliError> {
    if path.extension().is_none_or(|ending| ending != "bam") {
        return Ok(None);
    }
    let beside = ["bam.bai", "bai", "bam.csi", "csi"].map(|ending| path.with_extension(ending));
    let Some(index) = beside.into_iter().find(|index| index.is_file()) else {
        return Ok(None);
    };
    let changed = |path: &Path| fs::metadata(path).and_then(|there| there.modified()).ok();
    if changed(&index) < changed(path) {
        eprintln!(
            "{}: older than the BAM file; if the BAM file has changed, run `samtools index` again",
            index.display()
        );
    }
    Ok(Some(files::read(&index)?))
}

/// Prints how a track is read.
fn tell<R: Read + Seek>(signal: &Signal<R>, path: &Path, settings: &Settings) {
    let name = path.display().to_string();
    let format = signal.format();
    let how = match format {
        SignalFormat::Bam if !signal.is_indexed() => {
            "; no .bai or .csi beside it, so that the whole file is read; `samtools index` creates one"
        }
        _ => "",
    };
    eprintln!(
        "{}: {}, {}{how}",
        files::name(&name),
        format.name(),
        format.quantity(settings).describe()
    );
}

fn bar(windows: u64) -> ProgressBar {
    progress::bar(windows, "preparing {bar:24} {pos}/{len} windows, {eta}")
}

/// A file that reports how much of it was read.
struct Counted<'a> {
    file: File,
    read: &'a AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.file.seek(place)
    }
}

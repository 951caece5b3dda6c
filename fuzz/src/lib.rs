//! Files that were damaged at random, given to every reader of foreign bytes: none may panic, hold more than
//! [`HELD`] and eight times the file, or take longer than [`SECONDS`].
//!
//! The damage to a file is read from a [`Tape`], a string of bytes: so a run of `cargo bolero test` with a fuzzer
//! that sees which code was reached, which needs a nightly compiler, changes tapes. `cargo xtask fuzz` makes them at
//! random. As ordinary tests every target reads the files in `corpus/TARGET/` and those of [`TAPES`] tapes from a
//! fixed seed, so that a run that fails fails again.

mod memory;
mod tape;

#[doc(hidden)]
pub use bolero;
pub use memory::most_held;
pub use tape::Tape;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes that a reader may hold, and eight times its file.
pub const HELD: usize = 64 << 20;

/// Time that a reader may take. Ordinary tests do not ask: other programs may run beside them.
pub const SECONDS: u64 = 1;

/// Tapes from the fixed seed that an ordinary test tries.
pub const TAPES: u64 = 2_000;

/// Tapes that it tries where a small file stands for much, and reading one takes a hundred times as long.
pub const TAPES_OF_CLAIMS: u64 = 200;

/// Names the environment variable that says for how many seconds a target tries tapes, instead of the fixed ones.
pub const TIME: &str = "REGULENS_FUZZ_SECONDS";

/// A reader of foreign bytes.
pub struct Target<'a> {
    /// Its name, and that of its folder in `corpus/`.
    pub name: &'static str,
    /// Whole files, which tapes damage.
    pub seeds: Vec<Vec<u8>>,
    /// Wraps a damaged file so that readers look into it: compressed, or with its checksums mended.
    pub wrap: &'a dyn Fn(Vec<u8>) -> Vec<u8>,
    /// Reads a file; panics where two ways of reading it differ.
    pub read: &'a dyn Fn(&[u8]),
    /// Tapes that an ordinary test tries.
    pub tapes: u64,
}

/// Count of the files tried, and the most that one took.
#[derive(Default)]
struct Tried {
    files: u64,
    held: usize,
    time: Duration,
}

impl Target<'_> {
    /// Files that are kept in `corpus/`, and the seeds themselves, are read; then files of tapes, which `random` makes
    /// for the time that it is given, where [`TIME`] says one.
    pub fn run(&self, random: impl FnOnce(Duration, &mut dyn FnMut(&[u8]))) {
        let mut tried = Tried::default();
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(self.name);
        let mut files: Vec<_> = fs::read_dir(&kept).into_iter().flatten().flatten().collect();
        files.sort_by_key(fs::DirEntry::file_name);
        for file in files {
            let bytes = fs::read(file.path()).expect("a file of the corpus can be read");
            self.tries(&bytes, &mut tried);
        }
        assert!(!self.seeds.is_empty(), "{} has no seed", self.name);
        for seed in &self.seeds {
            self.tries(&(self.wrap)(seed.clone()), &mut tried);
        }
        let seconds = std::env::var(TIME)
            .ok()
            .map(|text| text.parse().expect("whole seconds"));
        if let Some(seconds) = seconds {
            random(Duration::from_secs(seconds), &mut |tape| self.plays(tape, &mut tried));
        } else {
            for number in 0..self.tapes {
                self.plays(&tape::numbered(number), &mut tried);
            }
        }
        println!(
            "{}: {} files, {:.1} MB held at most, {:.3} s at most",
            self.name,
            tried.files,
            tried.held as f64 / 1e6,
            tried.time.as_secs_f64()
        );
        if seconds.is_some() {
            assert!(
                tried.time <= Duration::from_secs(SECONDS),
                "a file took {:?}",
                tried.time
            );
        }
    }

    fn plays(&self, tape: &[u8], tried: &mut Tried) {
        let damaged = Tape::new(tape).damage(&self.seeds);
        self.tries(&(self.wrap)(damaged), tried);
    }

    fn tries(&self, bytes: &[u8], tried: &mut Tried) {
        let start = Instant::now();
        let read = std::panic::AssertUnwindSafe(|| most_held(|| (self.read)(bytes)));
        let result = std::panic::catch_unwind(read);
        let ((), held) = result.unwrap_or_else(|panic| {
            eprintln!(
                "{}: panics on {} bytes: \"{}\"",
                self.name,
                bytes.len(),
                bytes.escape_ascii()
            );
            std::panic::resume_unwind(panic);
        });
        tried.files += 1;
        tried.time = tried.time.max(start.elapsed());
        tried.held = tried.held.max(held);
        let most = HELD + 8 * bytes.len();
        if held > most {
            // Bolero shows the tape alone.
            eprintln!(
                "{}: holds {held} bytes, where {most} are allowed, on {} bytes: \"{}\"",
                self.name,
                bytes.len(),
                bytes.escape_ascii()
            );
        }
        assert!(held <= most, "{} holds too much", self.name);
    }
}

/// A test of a target: its name, its seeds, how they are wrapped, and what reads them.
#[macro_export]
macro_rules! target {
    ($name:ident, $seeds:expr, $wrap:expr, $read:expr) => {
        $crate::target!($name, $seeds, $wrap, $read, $crate::TAPES);
    };
    ($name:ident, $seeds:expr, $wrap:expr, $read:expr, $tapes:expr) => {
        #[test]
        fn $name() {
            let target = $crate::Target {
                name: stringify!($name),
                seeds: $seeds,
                wrap: &$wrap,
                read: &$read,
                tapes: $tapes,
            };
            target.run(|time, tries| {
                let tries = std::sync::Mutex::new(tries);
                $crate::bolero::check!()
                    .with_test_time(time)
                    .with_iterations(usize::MAX)
                    .with_max_len(256)
                    .for_each(|tape: &[u8]| tries.lock().unwrap_or_else(std::sync::PoisonError::into_inner)(tape));
            });
        }
    };
}

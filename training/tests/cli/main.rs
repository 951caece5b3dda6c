//! The commands of `regulens` as a user runs them: what they print, write and exit with.

mod baseline;
mod bench;
mod calibrate;
mod change;
mod evaluate;
mod export;
#[cfg(unix)]
mod faults;
mod fetch;
mod import;
mod inspect;
mod interpret;
#[cfg(unix)]
mod interrupt;
mod level;
mod names;
mod parity;
mod predict;
mod prepare;
#[cfg(unix)]
mod remedies;
mod serve;
mod simulate;
mod summarise;
mod support;
mod tracks;
mod train;
mod usage;

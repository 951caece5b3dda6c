//! The commands of `regulens` as a user runs them: what they print, write and exit with.

mod baseline;
mod bench;
mod cage;
mod calibrate;
mod calibrate_explanations;
mod change;
mod evaluate;
mod export;
mod export_html;
#[cfg(unix)]
mod faults;
mod fetch;
mod import;
mod import_all;
mod import_tensorflow;
mod inspect;
mod interpret;
#[cfg(unix)]
mod interrupt;
mod parity;
mod predict;
mod prepare;
mod prepare_tracks;
mod reference;
mod regions;
mod serve;
mod setup;
mod simulate;
mod summarise;
mod tracks;
mod usage;

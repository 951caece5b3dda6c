//! Simulated data: what was planted is there.
#![cfg(feature = "simulate")]

mod sequences;
mod tables;

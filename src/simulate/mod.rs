//! Simulated data with planted truth.

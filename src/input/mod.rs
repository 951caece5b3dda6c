//! Signal tables.

//! Summaries of attention over many genes.

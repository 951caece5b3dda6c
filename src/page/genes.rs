//! The genes of a page of sequences, as JSON: those where its bases are, and those near by each of its variants.

use serde::Serialize;

use crate::prepare::{GeneRecord, NearbyRecord};

/// Keys in the order in which the page writes them: equal genes are equal bytes.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PageGenes<'a> {
    /// The file that they are from.
    pub file: &'a str,
    /// Those with a base among those of the page, by sequence and place.
    pub models: Vec<GeneRecord<'a, Vec<u32>>>,
    /// One for each variant of the page, in the order of its rows; empty for a page without.
    pub near: Vec<NearVariant<'a>>,
}

/// A variant, as its row of the VCF writes it, and the genes near by.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NearVariant<'a> {
    /// The sequence that it lies on.
    pub chromosome: &'a str,
    /// Counted from 0.
    #[cfg_attr(feature = "schema", schemars(range(max = u32::MAX)))]
    pub position: u64,
    /// As written.
    pub reference: &'a str,
    /// One of the row's.
    pub alternative: &'a str,
    /// Null on a chromosome without any.
    pub genes: Option<NearbyRecord<'a>>,
}

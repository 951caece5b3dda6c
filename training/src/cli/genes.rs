//! Some genes of a table.

use regulens::input::SignalTable;

/// The table of some of its genes, by their places, in that order.
pub fn take(table: &SignalTable, places: &[usize]) -> SignalTable {
    SignalTable {
        file: table.file.clone(),
        layout: table.layout,
        marks: table.marks.clone(),
        bins: table.bins,
        genes: places.iter().map(|&place| table.genes[place].clone()).collect(),
        values: places.iter().flat_map(|&place| table.gene(place)).copied().collect(),
        labels: table
            .labels
            .as_ref()
            .map(|labels| places.iter().map(|&place| labels[place]).collect()),
        windows: table.windows_at(places),
        notes: table.notes.clone(),
    }
}

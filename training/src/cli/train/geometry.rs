//! The stretch of genome that the bins of a training's tables cover: by their first lines, or by flags.

use clap::Args;
use regulens::input::SignalTable;
use regulens::input::geometry::{Geometry, quantities};
use regulens::weights::ModelCard;
use regulens::weights::card::TRANSCRIPTION;

use crate::cli::error::CliError;
use crate::cli::files;
use crate::cli::signal::selection;

/// Base pairs of a bin in both published data sets.
const PUBLISHED_SIZE: i64 = 100;

/// The bins of tables that do not say which they are.
#[derive(Debug, Clone, Default, Args)]
pub struct GeometryArgs {
    /// Bin size in bp, for tables that do not record it (those of `prepare hm` and computeMatrix do). The TSS is in the
    /// middle [default: 100, as published]
    #[arg(long, value_name = "BP", value_parser = clap::value_parser!(i64).range(1..=1_000_000), help_heading = "Labels and bins")]
    bin_size: Option<i64>,
    /// Bin 1 is the furthest upstream on the strand of the gene, for tables that do not record it
    #[arg(long, help_heading = "Labels and bins")]
    strand_flip: bool,
}

impl GeometryArgs {
    /// The geometry of all tables of a training.
    ///
    /// # Errors
    /// Where a table says another than a flag, or than another table.
    pub fn of<'a>(&self, tables: impl IntoIterator<Item = &'a SignalTable>) -> Result<Geometry, CliError> {
        let mut all: Option<(&SignalTable, Geometry)> = None;
        for table in tables {
            let found = self.of_table(table)?;
            match all {
                Some((first, geometry)) if geometry != found => {
                    return Err(CliError::file(
                        &table.file,
                        format!(
                            "found {found}; expected {geometry}, as {} has. Make both tables with the same settings.",
                            files::name(&first.file)
                        ),
                    ));
                }
                Some(_) => {}
                None => all = Some((table, found)),
            }
        }
        let (_, geometry) = all.expect("a training has tables");
        Ok(geometry)
    }

    fn of_table(&self, table: &SignalTable) -> Result<Geometry, CliError> {
        let chosen = table.notes.iter().find_map(|note| selection(note));
        let [first, last, bins] = chosen.unwrap_or([1, table.bins, table.bins]);
        let geometry = match Geometry::said_in(&table.notes) {
            Some(said) => {
                let flag = match self.bin_size {
                    Some(size) if size != said.bin_size => Some(format!("--bin-size {size}")),
                    _ => (self.strand_flip && !said.strand_flip).then(|| "--strand-flip".to_owned()),
                };
                if let Some(flag) = flag {
                    let file = files::name(&table.file);
                    return Err(CliError::Usage(format!(
                        "{flag}: {file} says {said}; leave the flag out"
                    )));
                }
                said
            }
            None => Geometry {
                strand_flip: self.strand_flip,
                ..Geometry::centred(bins, self.bin_size.unwrap_or(PUBLISHED_SIZE))
            },
        };
        Ok(geometry.of_bins(first, last, bins))
    }
}

/// Writes into a card what the bins of its training tables are, and what these have of each mark.
pub fn describe(card: &mut ModelCard, geometry: Geometry, table: &SignalTable) {
    card.bin_size = geometry.bin_size as usize;
    card.window.upstream = geometry.upstream;
    card.window.downstream = geometry.downstream;
    if geometry.strand_flip {
        TRANSCRIPTION.clone_into(&mut card.strand);
    }
    card.quantity = quantities(&table.notes).map(str::to_owned);
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLIPPED: &str = "A: mean signal; 4 bins of 500 bp, 1000 bp before and 1000 bp behind the TSS, from upstream \
                           to downstream";

    fn table(note: &str) -> SignalTable {
        let text = format!("{note}gene,bin,A\ng,1,1\ng,2,3\ng,3,1\ng,4,2\n");
        SignalTable::read("t.csv", text.as_bytes()).unwrap()
    }

    #[test]
    fn a_card_has_the_geometry_that_its_table_states() {
        let said = table(&format!("# {FLIPPED}\n"));
        let geometry = GeometryArgs::default().of([&said]).unwrap();
        let mut card = ModelCard::new("attentive-chrome", "lstm", vec!["A".to_owned()], 4);
        describe(&mut card, geometry, &said);
        assert_eq!((card.bin_size, card.strand.as_str()), (500, "transcription"));
        assert_eq!((card.window.upstream, card.window.downstream), (1_000, 1_000));
        assert_eq!(card.quantity.as_deref(), Some("A: mean signal"));
        assert_eq!(card.geometry(), geometry);
    }

    #[test]
    fn bins_that_were_chosen_move_the_window_of_a_table_that_says_nothing() {
        let chosen = table("").select_bins(1, 2).unwrap();
        let geometry = GeometryArgs::default().of([&chosen]).unwrap();
        assert_eq!((geometry.upstream, geometry.downstream), (200, 0));
    }

    #[test]
    fn a_flag_or_a_table_that_says_otherwise_is_an_error() {
        let said = table(&format!("# {FLIPPED}\n"));
        let flags = GeometryArgs {
            bin_size: Some(100),
            strand_flip: false,
        };
        let error = flags.of([&said]).unwrap_err().to_string();
        assert!(error.contains("--bin-size 100: t.csv says bins of 500 bp"), "{error}");
        let silent = table("");
        let error = GeometryArgs::default().of([&said, &silent]).unwrap_err().to_string();
        assert!(
            error.contains("found bins of 100 bp") && error.contains("expected bins of 500 bp"),
            "{error}"
        );
        let flags = GeometryArgs {
            bin_size: Some(500),
            strand_flip: true,
        };
        assert_eq!(flags.of([&said, &silent]).unwrap(), flags.of([&said]).unwrap());
    }
}

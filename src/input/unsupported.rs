//! Recognises common tables of unsupported layouts by their first row, for errors with a fitting remedy.

use super::number;

/// An unsupported layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnsupportedLayout {
    /// One value of each mark per gene, as counts over promoters or gene bodies.
    OneValueAGene,
    /// A column for each bin of a mark.
    Wide {
        /// The mark with the most columns.
        mark: String,
        /// Its columns.
        columns: usize,
    },
    /// Genomic intervals, as in BED files or peak calls.
    Intervals,
    /// Rows of several cell types.
    Cells,
    /// Any other.
    Unknown,
}

impl UnsupportedLayout {
    /// Recognises the layout from the cells of the first row.
    pub(super) fn of(cells: &[&str]) -> Self {
        let values = cells.get(1..).unwrap_or_default();
        if cells.iter().any(|cell| cell.to_ascii_lowercase().contains("cell")) {
            return Self::Cells;
        }
        if let Some((mark, columns)) = widest(values) {
            return Self::Wide {
                mark: mark.to_owned(),
                columns,
            };
        }
        if let [name, start, end, ..] = cells
            && name.to_ascii_lowercase().starts_with("chr")
            && let (Ok(start), Ok(end)) = (start.parse::<u64>(), end.parse::<u64>())
            && start < end
        {
            return Self::Intervals;
        }
        let of_numbers = values.iter().all(|cell| number::float64(cell).is_some());
        let of_one_value = if of_numbers {
            // An integer would be a bin number.
            values.first().is_some_and(|cell| cell.parse::<u64>().is_err()) && number::float64(cells[0]).is_none()
        } else {
            values.iter().any(|name| is_mark(name))
                && !cells.iter().any(|name| name.to_ascii_lowercase().contains("bin"))
        };
        if of_one_value {
            Self::OneValueAGene
        } else {
            Self::Unknown
        }
    }

    /// The found and the expected content, for an error.
    pub(super) fn said(&self) -> Option<String> {
        match self {
            Self::OneValueAGene => Some(
                "found one value of each mark a gene; expected the signal along each gene, a row for each gene and bin"
                    .to_owned(),
            ),
            Self::Wide { mark, columns } => Some(format!(
                "found {columns} columns of {mark}, so a column for each bin; expected a row for each gene and bin"
            )),
            Self::Intervals => Some(
                "found intervals of a genome, as in a BED file or a file of peaks; expected a table of signal, a row \
                 for each gene and bin"
                    .to_owned(),
            ),
            Self::Cells | Self::Unknown => None,
        }
    }

    pub(super) fn remedy(&self) -> &'static str {
        match self {
            Self::OneValueAGene => {
                "Start from the bigWig or BAM files, with an annotation of genes: they are made into bins around each TSS."
            }
            Self::Wide { .. } => {
                "Turn the table round, to columns gene,bin,H3K4me1,H3K4me3 with a row for each bin (pivot_longer in R, \
                 pandas.wide_to_long in Python)."
            }
            Self::Intervals => {
                "Peaks say where signal is, not how much: start from the bigWig or BAM files that they were called from."
            }
            Self::Cells => {
                "Give the rows of one cell type, without that column; only the native `regulens train`, `evaluate` and \
                 `predict` read gene,cell,bin,MARK,…"
            }
            Self::Unknown => "Add a first row that names the columns, like gene,bin,H3K4me1,H3K4me3.",
        }
    }
}

/// Smallest number of numbered columns of one name that are bins; fewer are replicates.
const BINS: usize = 8;

/// The name with the most numbered columns (`NAME_1`, `NAME.2`, `NAME-3`) and their number; `None` below [`BINS`].
fn widest<'a>(names: &[&'a str]) -> Option<(&'a str, usize)> {
    let stem = |name: &'a str| {
        let (stem, number) = name.rsplit_once(['_', '.', '-', ' '])?;
        let number = number.strip_prefix("bin").unwrap_or(number);
        let is_name = !stem.is_empty() && number::float64(stem).is_none();
        (is_name && number.parse::<u32>().is_ok()).then_some(stem)
    };
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for stem in names.iter().filter_map(|name| stem(name)) {
        match counts.iter().position(|(known, _)| *known == stem) {
            Some(at) => counts[at].1 += 1,
            // No wide table has so many names.
            None if counts.len() == 64 => return None,
            None => counts.push((stem, 1)),
        }
    }
    counts
        .into_iter()
        .max_by_key(|&(_, count)| count)
        .filter(|&(_, count)| count >= BINS)
}

/// Names like H3K4me3, H3K27ac, H2A.Z, H4K20me1.
fn is_mark(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.eq_ignore_ascii_case(&'h'))
        && letters.next().is_some_and(|next| ('2'..='4').contains(&next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_row_is_told_by_what_it_looks_like() {
        let of = |text: &str| UnsupportedLayout::of(&text.split(',').collect::<Vec<_>>());
        assert_eq!(of("gene,H3K4me3,H3K27me3"), UnsupportedLayout::OneValueAGene);
        assert_eq!(of("TP53,1.5,20.1,0.3"), UnsupportedLayout::OneValueAGene);
        assert_eq!(
            of("gene,H3K4me3_1,H3K4me3_2"),
            UnsupportedLayout::OneValueAGene,
            "replicates"
        );
        let bins: Vec<String> = (1..=100).map(|bin| format!("H3K4me3_{bin},H3K27ac_{bin}")).collect();
        assert_eq!(
            of(&format!("gene,{},H3K4me3_101", bins.join(","))),
            UnsupportedLayout::Wide {
                mark: "H3K4me3".to_owned(),
                columns: 101
            }
        );
        assert_eq!(of("chr1,100,250,peak_1,88"), UnsupportedLayout::Intervals);
        assert_eq!(of("gene,cell,bin,H3K4me3"), UnsupportedLayout::Cells);
        for other in [
            "",
            "a",
            "TP53,1,20.1,0.3",
            "id,position,H3K4me3_bin",
            "1,2,3",
            "gene,H3K4me3_bin,x",
        ] {
            assert_eq!(of(other), UnsupportedLayout::Unknown, "{other}");
        }
    }
}

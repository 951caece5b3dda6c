//! Rows of BED. Own reader: noodles' panics on rows with truncated columns.

use super::{Gene, Strand, base, tss};
use crate::input::Budget;
use crate::prepare::error::PrepareProblem;

/// Collects one gene per row.
#[derive(Default)]
pub struct Rows {
    pub genes: Vec<Gene>,
}

impl Rows {
    pub fn row(&mut self, line: &str, budget: &Budget) -> Result<(), PrepareProblem> {
        // Six columns are read here; blocks are read elsewhere.
        let columns: Vec<&str> = line.trim_end_matches('\r').splitn(7, '\t').collect();
        let wrong = |what: &str| PrepareProblem::Row {
            found: format!("a row of BED {what}"),
            expected: "chromosome, start, end, and perhaps name, score and strand, separated by tabs",
        };
        let [chromosome, start, end, others @ ..] = columns.as_slice() else {
            return Err(wrong("with fewer than three columns"));
        };
        if chromosome.is_empty() {
            return Err(wrong("without a chromosome"));
        }
        // BED positions are 0-based.
        let start = number(start).and_then(|before| before.checked_add(1));
        let start = start.ok_or_else(|| wrong("without a start"))?;
        let end = number(end)
            .filter(|&end| end > 0)
            .ok_or_else(|| wrong("without an end"))?;
        if end < start {
            return Err(wrong("that ends before it begins"));
        }
        let other = |index: usize| {
            let found: &str = others.get(index)?;
            (!matches!(found, "" | ".")).then(|| found.to_owned())
        };
        let strand = other(2).map_or(Some(Strand::Unknown), |symbol| Strand::of(&symbol));
        let strand = strand.ok_or_else(|| wrong("whose sixth column is no strand"))?;
        let chromosome = (*chromosome).to_owned();
        let (start, end) = (base(start)?, base(end)?);
        let id = other(0).unwrap_or_else(|| format!("{chromosome}:{}-{end}", start - 1));
        let gene = Gene {
            id,
            name: None,
            biotype: None,
            chromosome,
            strand,
            tss: tss(start, end, strand),
            bases: (start, end),
        };
        gene.draw(budget)?;
        self.genes.push(gene);
        Ok(())
    }
}

/// A number of digits alone.
fn number(text: &str) -> Option<usize> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_xoshiro::SplitMix64;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};

    /// Pieces that rows are mutated with: separators, signs, digits, and characters of one, two and four bytes.
    const PIECES: [&str; 14] = [
        "\t",
        "\t\t",
        "-",
        "+",
        "0",
        "3010",
        "18446744073709551615",
        "4294967296",
        "Æ",
        "inf",
        ".",
        " ",
        "\u{1F9EC}",
        "\r",
    ];

    #[test]
    fn a_mutated_row_is_read_or_refused() {
        let mut random = SplitMix64::seed_from_u64(21);
        let mut below = |count: usize| (random.next_u64() % count as u64) as usize;
        let (mut read, mut refused) = (0, 0);
        for _ in 0..100_000 {
            let mut row = String::from("chr1\t3010\t4010\tYFG1\t960\t-");
            for _ in 0..=below(3) {
                let mut at = below(row.len() + 1);
                while !row.is_char_boundary(at) {
                    at -= 1;
                }
                let mut end = (at + below(6)).min(row.len());
                while !row.is_char_boundary(end) {
                    end += 1;
                }
                row.replace_range(at..end, PIECES[below(PIECES.len())]);
            }
            match Rows::default().row(&row, &Budget::of_lines()) {
                Ok(()) => read += 1,
                Err(_) => refused += 1,
            }
        }
        assert!(read > 1_000 && refused > 1_000, "{read} read, {refused} refused");
    }
}

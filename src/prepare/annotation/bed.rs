//! Rows of BED.

use noodles::bed;

use super::{Gene, Strand, base, text, tss};
use crate::prepare::error::PrepareProblem;

/// Collects a gene a row.
#[derive(Default)]
pub struct Rows {
    pub genes: Vec<Gene>,
}

impl Rows {
    pub fn row(&mut self, line: &str) -> Result<(), PrepareProblem> {
        let columns = line.split('\t').count();
        let wrong = |what: &str| PrepareProblem::Row {
            found: format!("a row of BED {what}"),
            expected: "chromosome, start, end, and perhaps name, score and strand, separated by tabs",
        };
        if columns < 3 {
            return Err(wrong("with fewer than three columns"));
        }
        let mut row = bed::Record::<3>::default();
        // A line break behind it tells the reader that the third column may be the last.
        let whole = format!("{line}\n");
        bed::io::Reader::<3, _>::new(whole.as_bytes())
            .read_record(&mut row)
            .map_err(|_| wrong("that cannot be read"))?;
        // The reader counts the first base as 1.
        let start = row.feature_start().map_err(|_| wrong("without a start"))?;
        let end = row
            .feature_end()
            .and_then(Result::ok)
            .ok_or_else(|| wrong("without an end"))?;
        if end < start {
            return Err(wrong("that ends before it begins"));
        }
        let others = row.other_fields();
        let other = |index: usize| {
            let found = others.get(index).map(|field| text(field))?;
            (!matches!(found.as_str(), "" | ".")).then_some(found)
        };
        let strand = match other(2).as_deref() {
            Some("+") => Strand::Plus,
            Some("-") => Strand::Minus,
            None => Strand::Unknown,
            Some(_) => return Err(wrong("whose sixth column is no strand")),
        };
        let chromosome = text(row.reference_sequence_name());
        let (start, end) = (base(start.get())?, base(end.get())?);
        let id = other(0).unwrap_or_else(|| format!("{chromosome}:{}-{end}", start - 1));
        self.genes.push(Gene {
            id,
            name: None,
            biotype: None,
            chromosome,
            strand,
            tss: tss(start, end, strand),
            bases: (start, end),
        });
        Ok(())
    }
}

//! A measured track for display, with random access.

use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use super::bigwig::{self, BigWig};
use super::intervals::{self, IntervalKind};
use super::{SignalFormat, Summary, add_signal, foreign, value};
use crate::prepare::chromosome::Chromosome;
use crate::prepare::error::{PrepareError, PrepareProblem, SignalError, of_io};
use crate::prepare::lines::{Lines, OPENING};
use crate::prepare::quantity::Quantity;
use crate::prepare::window::Bins;
use crate::sequence::Names;

const EXPECTED: &str = "a measured track as bigWig, or as bedGraph (text plain or gzipped)";

/// A signal file with random access, recognised by content.
pub struct Measured<R> {
    source: Source<R>,
    names: Names,
}

/// Start, end and value of each row of a chromosome, sorted, without overlaps.
type Rows = Vec<(u32, u32, f32)>;

enum Source<R> {
    /// Read on request.
    BigWig(Box<BigWig<R>>),
    /// Held in memory, by chromosome.
    BedGraph(Vec<(Chromosome, Rows)>),
}

impl<R: Read + Seek> Measured<R> {
    /// Opens a file; `file` is its name in messages. A bedGraph is read completely.
    ///
    /// # Errors
    /// [`SignalError::Prepare`] with the location of invalid content.
    pub fn open(file: &str, mut source: R) -> Result<Self, SignalError> {
        let io = |error| PrepareError::file(file, of_io(&error));
        let mut opening = Vec::with_capacity(OPENING);
        source.seek(SeekFrom::Start(0)).map_err(io)?;
        let start = source.by_ref().take(OPENING as u64);
        { start }.read_to_end(&mut opening).map_err(io)?;
        source.seek(SeekFrom::Start(0)).map_err(io)?;
        let source = if bigwig::is_bigwig(&opening) {
            Source::BigWig(Box::new(BigWig::open(file, source)?))
        } else if let Some(problem) = foreign(&opening) {
            return Err(PrepareError::file(file, problem).into());
        } else {
            Source::BedGraph(rows(file, source)?)
        };
        let opened = Self {
            source,
            names: Names::default(),
        };
        let names = Names::new(opened.chromosomes().map(|one| one.name.as_str()));
        Ok(Self { names, ..opened })
    }

    /// The format.
    pub fn format(&self) -> SignalFormat {
        match self.source {
            Source::BigWig(_) => SignalFormat::BigWig,
            Source::BedGraph(_) => SignalFormat::BedGraph,
        }
    }

    /// Its chromosomes, in the file's order.
    pub fn chromosomes(&self) -> impl Iterator<Item = &Chromosome> {
        let (indexed, read) = match &self.source {
            Source::BigWig(bigwig) => (bigwig.chromosomes(), &[][..]),
            Source::BedGraph(read) => (&[][..], read.as_slice()),
        };
        indexed.iter().chain(read.iter().map(|(one, _)| one))
    }

    /// The file's chromosome of this name, matched exactly or without `chr`.
    pub fn find(&self, chromosome: &str) -> Option<usize> {
        self.names.find(chromosome)
    }

    /// `count` bins of `size` bases from base `start` of a chromosome, by index. Bases without a value count as 0.
    ///
    /// # Errors
    /// [`SignalError::Prepare`] if a bigWig is damaged.
    pub fn bins(
        &mut self,
        chromosome: usize,
        start: i64,
        count: usize,
        size: usize,
        summary: Summary,
    ) -> Result<Vec<f32>, SignalError> {
        let bins = Bins {
            start,
            size: size.max(1) as i64,
            count,
        };
        let mut sums = vec![0.0; count];
        match &mut self.source {
            Source::BigWig(bigwig) => bigwig.window(chromosome, bins, summary, &mut sums)?,
            Source::BedGraph(all) => {
                let rows = &all[chromosome].1;
                let first = rows.partition_point(|&(_, end, _)| i64::from(end) <= bins.start);
                for &(start, end, value) in &rows[first..] {
                    if i64::from(start) >= bins.end() {
                        break;
                    }
                    add_signal(bins, start, end, value, summary, &mut sums);
                }
            }
        }
        let quantity = Quantity::Signal(summary);
        Ok(sums.iter().map(|&sum| value(sum, quantity, bins)).collect())
    }
}

/// Reads a complete bedGraph.
fn rows<R: Read + Seek>(file: &str, mut source: R) -> Result<Vec<(Chromosome, Rows)>, SignalError> {
    let io = |error| PrepareError::file(file, of_io(&error));
    let kind = intervals::recognise(Lines::open(file, EXPECTED, &mut source), file)?;
    if kind != IntervalKind::Values {
        let problem = PrepareProblem::Format {
            found: "reads or fragments as BED".to_owned(),
            expected: EXPECTED,
            remedy: "Make bedGraph of it, sorted by chromosome: bedtools genomecov -bg -i FILE -g CHROM.SIZES.",
        };
        return Err(PrepareError::file(file, problem).into());
    }
    source.seek(SeekFrom::Start(0)).map_err(io)?;
    let lines = Lines::open(file, EXPECTED, &mut source);
    let mut go_on = || ControlFlow::Continue(());
    let mut rows: Vec<Rows> = Vec::new();
    let chromosomes = intervals::each(lines, file, kind, None, &mut go_on, |_, chromosome, row| {
        if rows.len() <= chromosome {
            rows.resize_with(chromosome + 1, Vec::new);
        }
        if let Some(row) = row {
            rows[chromosome].push((row.start, row.end, row.value));
        }
        Ok(())
    })?;
    rows.resize_with(chromosomes.len(), Vec::new);
    Ok(chromosomes.into_iter().zip(rows).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::prepare::signal::bigwig_writer::{Stretch, write};

    const TEXT: &str = "track type=bedGraph\nchr1\t0\t10\t1\nchr1\t10\t15\t3\nchr1\t20\t21\t8\nchr2\t5\t6\t2\n";

    #[test]
    fn any_stretch_of_a_bedgraph_can_be_asked_for() {
        let mut measured = Measured::open("a.bedGraph", Cursor::new(TEXT)).unwrap();
        assert_eq!(measured.format(), SignalFormat::BedGraph);
        assert_eq!(measured.find("1"), Some(0));
        assert_eq!(measured.find("chr3"), None);
        let sums = measured.bins(0, 5, 4, 5, Summary::Sum).unwrap();
        assert_eq!(sums, [5.0, 15.0, 0.0, 8.0]);
        assert_eq!(measured.bins(0, -5, 2, 10, Summary::Mean).unwrap(), [0.5, 2.0]);
        assert_eq!(measured.bins(1, 0, 1, 10, Summary::Sum).unwrap(), [2.0]);
    }

    #[test]
    fn a_bigwig_that_was_written_gives_its_bins_back() {
        let values: Vec<f32> = (0..5000).map(|bin| (bin % 17) as f32 * 0.5).collect();
        let mut gaps = values.clone();
        gaps[7] = f32::NAN;
        let bytes = write(
            &[
                Stretch {
                    chromosome: "chr2",
                    length: 640_128,
                    start: 128,
                    values: &values,
                },
                // The last bin ends with its chromosome.
                Stretch {
                    chromosome: "chr1",
                    length: 1150,
                    start: 0,
                    values: &gaps[..9],
                },
            ],
            128,
        );
        let mut measured = Measured::open("a.bw", Cursor::new(bytes)).unwrap();
        let names: Vec<_> = measured
            .chromosomes()
            .map(|one| (one.name.clone(), one.length))
            .collect();
        assert_eq!(
            names,
            [("chr1".to_owned(), Some(1150)), ("chr2".to_owned(), Some(640_128))]
        );
        let chr2 = measured.find("chr2").unwrap();
        let read = measured.bins(chr2, 128, 5000, 128, Summary::Mean).unwrap();
        assert!(read == values, "5000 bins");
        let chr1 = measured.find("chr1").unwrap();
        let read = measured.bins(chr1, 0, 9, 128, Summary::Sum).unwrap();
        assert_eq!((read[7], read[8]), (0.0, 4.0 * 126.0));
    }

    #[test]
    fn what_is_no_track_is_said() {
        for text in ["chr1\t0\t10\n", "<html>", ""] {
            let error = Measured::open("a", Cursor::new(text)).err().unwrap();
            assert!(error.to_string().contains("expected"), "{error}");
        }
    }
}

//! The threshold count of genes that are on.

use std::fmt;
use std::str::FromStr;

use super::Expression;
use super::expression::Cut;

/// Rule for labels by counts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Threshold {
    /// At or above the median of all genes, as published.
    #[default]
    Median,
    /// At or above the median of the genes with a count above 0.
    MedianOfExpressed,
    /// At or above this quantile of all genes, between 0 and 1.
    Quantile(f64),
    /// At or above this count.
    Count(f64),
    /// The fraction of genes with the highest counts is on, the same fraction with the lowest is off; others are left
    /// out.
    Ends(f64),
}

/// Default fraction of `top/bottom`.
const THIRD: f64 = 1.0 / 3.0;

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is no threshold; expected a count, median, median-of-expressed, quantile:Q with Q between 0 \
                 and 1, or top/bottom:SHARE with a share of at most 0.5"
            )
        };
        let (name, number) = match text.split_once([':', ' ', '=']) {
            Some((name, number)) => (name, Some(number.trim().parse::<f64>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        match (name, number) {
            ("median", None) => Ok(Self::Median),
            ("median-of-expressed", None) => Ok(Self::MedianOfExpressed),
            ("quantile", Some(level)) if level > 0.0 && level < 1.0 => Ok(Self::Quantile(level)),
            ("top/bottom", None) => Ok(Self::Ends(THIRD)),
            ("top/bottom", Some(share)) if share > 0.0 && share <= 0.5 => Ok(Self::Ends(share)),
            (count, None) => match count.parse::<f64>() {
                Ok(count) if count.is_finite() && count > 0.0 => Ok(Self::Count(count)),
                _ => Err(wrong()),
            },
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Median => f.write_str("median"),
            Self::MedianOfExpressed => f.write_str("median-of-expressed"),
            Self::Quantile(level) => write!(f, "quantile:{level}"),
            Self::Count(count) => count.fmt(f),
            Self::Ends(share) => write!(f, "top/bottom:{share}"),
        }
    }
}

impl Expression {
    /// The same counts with other labels. If the file itself has labels, they stay.
    ///
    /// # Errors
    /// If all genes would be on, or all off, or none is expressed: a sentence with the remedy.
    pub fn by(mut self, threshold: Threshold) -> Result<Self, String> {
        if self.is_labels() {
            return match threshold {
                Threshold::Median => Ok(self),
                _ => {
                    Err("all counts are 0 or 1 and say themselves which genes are on: leave --threshold out".to_owned())
                }
            };
        }
        let mut sorted: Vec<f64> = self.counts().map(|(_, count)| count).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let zeros = sorted.partition_point(|&count| count <= 0.0);
        let all = sorted.len();
        let cut = match threshold {
            Threshold::Median => self.cut.clone(),
            Threshold::MedianOfExpressed if zeros == all => return Err("no gene has a count above 0".to_owned()),
            Threshold::MedianOfExpressed => at_or_above(
                quantile(&sorted[zeros..], 0.5),
                format!("the median of the {} of {all} genes with a count above 0", all - zeros),
            ),
            Threshold::Quantile(level) => {
                at_or_above(quantile(&sorted, level), format!("the quantile {level} of {all} genes"))
            }
            Threshold::Count(count) => at_or_above(count, "as was asked for".to_owned()),
            Threshold::Ends(share) => {
                let [off_to, on_from] = [share, 1.0 - share].map(|level| quantile(&sorted, level));
                Cut {
                    on_from,
                    off_to: Some(off_to),
                    words: Some(format!(
                        "at or above {on_from} on, at or below {off_to} off: the highest and the lowest {:.0} % of {all} \
                         genes",
                        100.0 * share
                    )),
                }
            }
        };
        let off = sorted.partition_point(|&count| count < cut.on_from);
        if off == 0 || off == all || cut.off_to.is_some_and(|off_to| off_to >= cut.on_from) {
            let said = if off == all { "below" } else { "at or above" };
            return Err(format!(
                "found all {all} genes {said} {}, of which {zeros} have a count of 0; expected genes on either side. \
                 Choose --threshold median-of-expressed, or a count such as --threshold 1",
                cut.on_from
            ));
        }
        self.cut = cut;
        Ok(self)
    }
}

fn at_or_above(on_from: f64, words: String) -> Cut {
    Cut {
        on_from,
        off_to: None,
        words: Some(format!("at or above {on_from}, {words}")),
    }
}

/// Quantile of sorted numbers with linear interpolation (Hyndman and Fan's type 7), like the median.
fn quantile(sorted: &[f64], level: f64) -> f64 {
    let place = level * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * (place - place.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts() -> Expression {
        Expression::read("e.csv", b"A,0\nB,0\nC,0\nD,4\nE,6\nF,20\n").unwrap()
    }

    fn on(threshold: &str) -> String {
        let read = counts().by(threshold.parse().unwrap()).unwrap();
        let genes = ["A", "B", "C", "D", "E", "F"];
        let label = |gene| match read.label(read.get(gene).unwrap()) {
            Some(true) => '1',
            Some(false) => '0',
            None => '-',
        };
        genes.into_iter().map(label).collect()
    }

    #[test]
    fn each_threshold_puts_genes_on_its_side() {
        assert_eq!(on("median"), "000111");
        assert_eq!(on("median-of-expressed"), "000011");
        assert_eq!(on("quantile:0.9"), "000001");
        assert_eq!(on("quantile 0.9"), "000001");
        assert_eq!(on("5"), "000011");
        assert_eq!(on("top/bottom"), "000-11");
        assert_eq!(on("top/bottom:0.1"), "000--1");
    }

    #[test]
    fn a_median_of_zero_is_refused_with_what_to_choose() {
        let mostly = Expression::read("e.csv", b"A,0\nB,0\nC,0\nD,4\n").unwrap();
        let problem = mostly.clone().by(Threshold::Median).unwrap_err();
        for said in [
            "all 4 genes at or above 0",
            "3 have a count of 0",
            "--threshold median-of-expressed",
        ] {
            assert!(problem.contains(said), "{problem}");
        }
        let read = mostly.by(Threshold::Count(1.0)).unwrap();
        assert_eq!(read.rule(), "count at or above 1, as was asked for");
    }

    #[test]
    fn what_is_no_threshold_is_refused_and_a_file_of_labels_keeps_them() {
        for wrong in ["", "0", "-1", "nan", "quantile", "quantile:1", "top/bottom:0.6", "mean"] {
            assert!(wrong.parse::<Threshold>().is_err(), "{wrong}");
        }
        let labels = Expression::read("e.csv", b"A,0\nB,1\n").unwrap();
        assert_eq!(labels.clone().by(Threshold::Median), Ok(labels.clone()));
        assert!(labels.by(Threshold::Count(1.0)).is_err());
    }
}

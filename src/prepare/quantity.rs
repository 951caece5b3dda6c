//! Quantities of bins, and their computation from the values of bases.

/// Summary of the values of a bin's bases. Bases without a value count as 0, except for `MeanCovered`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Summary {
    /// Their mean.
    #[default]
    Mean,
    /// Mean over the bases with a value, as for methylation, which most bases cannot have; NaN if no base has one.
    MeanCovered,
    /// Their sum.
    Sum,
    /// The largest.
    Max,
    /// Number of bases with a value.
    Covered,
}

impl Summary {
    /// Names that a user can request.
    pub const NAMES: [&str; 4] = ["mean", "mean-covered", "sum", "max"];

    /// By its name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Mean, Self::MeanCovered, Self::Sum, Self::Max];
        let named = Self::NAMES.iter().zip(all);
        named
            .into_iter()
            .find(|(other, _)| **other == name)
            .map(|(_, summary)| summary)
    }
}

/// Quantity of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Reads that overlap the bin.
    Counts,
    /// Cut sites, the ends of fragments, in the bin.
    Cuts,
    /// Signal of a bin's bases.
    Signal(Summary),
}

impl Quantity {
    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Counts => "counts of reads",
            Self::Cuts => "counts of cuts, two of a fragment",
            Self::Signal(Summary::Mean) => "mean signal",
            Self::Signal(Summary::MeanCovered) => "mean over bases with a value",
            Self::Signal(Summary::Covered) => "bases with a value",
            Self::Signal(Summary::Sum) => "sum of signal",
            Self::Signal(Summary::Max) => "largest signal",
        }
    }
}

/// A derived quantity, with the words that name it: single ones, and pairs of consecutive ones.
#[cfg(feature = "prepare")]
type Derived = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

/// Words of file names for quantities derived from counts that cannot be converted back.
#[cfg(feature = "prepare")]
const DERIVED: [Derived; 5] = [
    (
        "log ratios",
        &["log2ratio", "logratio", "log2fc", "logfc", "logfe", "log10fe", "loglr"],
        &[("log2", "ratio"), ("log", "ratio"), ("log2", "fold"), ("log2", "fc")],
    ),
    (
        "p-values",
        &[
            "pval",
            "pvals",
            "pvalue",
            "pvalues",
            "ppois",
            "qpois",
            "qval",
            "qvalue",
            "log10p",
            "neglog10p",
        ],
        &[("p", "value"), ("p", "val"), ("log10", "p"), ("log10", "pval")],
    ),
    (
        "fold change over control",
        &["foldchange", "foldenrichment"],
        &[
            ("fc", "signal"),
            ("fold", "change"),
            ("fold", "enrichment"),
            ("fold", "over"),
        ],
    ),
    ("logarithms", &["log2", "log10", "log1p"], &[]),
    (
        "signal less its control",
        &["subtract", "subtracted", "inputsubtracted"],
        &[("minus", "input"), ("minus", "control")],
    ),
];

/// Words for a fold change at the end of a name: elsewhere they may belong to a sample.
#[cfg(feature = "prepare")]
const LAST: [&str; 3] = ["fc", "fe", "ratio"];

/// The quantity of a signal file by its name, if it cannot be converted to counts: `E003-H3K4me3.fc.signal.bigwig`,
/// `rep1_ppois.bdg`, `H3K27ac.log2ratio.bw`.
#[cfg(feature = "prepare")]
pub fn derived(file: &str) -> Option<&'static str> {
    let name = file.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|one: char| !one.is_ascii_alphanumeric()).collect();
    let formats = ["gz", "bw", "bigwig", "bedgraph", "bdg", "wig"];
    let end = words
        .iter()
        .rposition(|word| !formats.contains(word))
        .map_or(0, |last| last + 1);
    let words = &words[..end];
    let holds = |alone: &[&str], pairs: &[(&str, &str)]| {
        words.iter().any(|word| alone.contains(word)) || words.windows(2).any(|two| pairs.contains(&(two[0], two[1])))
    };
    let said = DERIVED.iter().find(|(_, alone, pairs)| holds(alone, pairs));
    let last = words.last().is_some_and(|word| words.len() > 1 && LAST.contains(word));
    said.map(|(what, ..)| *what)
        .or(last.then_some("fold change over control"))
}

#[cfg(all(test, feature = "prepare"))]
mod tests {
    use super::derived;

    #[test]
    fn names_say_what_cannot_be_turned_into_counts() {
        for (name, what) in [
            ("E003-H3K4me3.fc.signal.bigwig", "fold change over control"),
            ("data/H3K27ac_fold_change.bw", "fold change over control"),
            ("C:\\data\\rep1.FE.bdg.gz", "fold change over control"),
            ("K562_H3K9me3_foldChange.bigWig", "fold change over control"),
            ("E003-H3K4me3.pval.signal.bigwig", "p-values"),
            ("rep1_ppois.bdg", "p-values"),
            ("H3K4me3-p-value.bw", "p-values"),
            ("H3K27ac.log2ratio.bw", "log ratios"),
            ("H3K27ac log2 ratio.bigWig", "log ratios"),
            ("H3K4me1.subtracted.bw", "signal less its control"),
        ] {
            assert_eq!(derived(name), Some(what), "{name}");
        }
    }

    #[test]
    fn names_of_coverage_and_of_samples_say_nothing() {
        for name in [
            "wgEncodeBroadHistoneK562H3k4me3StdSig.bigWig",
            "H3K4me3.bw",
            "H3K4me3.RPKM.bw",
            "FC_H3K4me3.bw",
            "fe.bw",
            "ENCFF352QUS.bigWig",
            "H3K4me3_cpm_normalized.bedGraph.gz",
            "rep1_treat_pileup.bdg",
            "",
        ] {
            assert_eq!(derived(name), None, "{name}");
        }
    }
}

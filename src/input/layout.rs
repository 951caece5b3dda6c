//! Layouts of tables, recognised from the first row.

use serde::{Deserialize, Serialize};

/// Layout of the columns of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "TableLayout"))]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// No header, 8 columns: gene, bin, five marks, label (published with AttentiveChrome).
    #[serde(rename = "attentive-chrome")]
    Labelled,
    /// No header, 6 columns: `GENE_SYMBOL_BIN`, five marks (published with DeepDiff).
    #[serde(rename = "deep-diff")]
    Keyed,
    /// A header with column names: `gene,bin,MARK,…[,label]`.
    Headed,
    /// deepTools' `computeMatrix reference-point`: a JSON line, then one region per row with the bins of each sample.
    ComputeMatrix,
}

/// The accepted layouts, for messages.
pub(super) const ACCEPTED: &str = "a header `gene,bin,MARK,…[,label]`; \
    no header and 8 columns `gene,bin,H3K27me3,H3K36me3,H3K4me1,H3K4me3,H3K9me3,label` (AttentiveChrome); \
    no header and 6 columns `GENE_SYMBOL_BIN,H3K4me1,H3K4me3,H3K9me3,H3K27me3,H3K36me3` (DeepDiff); \
    the output of deepTools computeMatrix reference-point";

impl Layout {
    /// The marks of a layout without header in the published order; `None` if the file names them.
    ///
    /// Source: the data files of QData/AttentiveChrome and QData/DeepDiffChrome.
    pub fn published_marks(self) -> Option<[&'static str; 5]> {
        match self {
            Self::Labelled => Some(["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"]),
            Self::Keyed => Some(["H3K4me1", "H3K4me3", "H3K9me3", "H3K27me3", "H3K36me3"]),
            Self::Headed | Self::ComputeMatrix => None,
        }
    }

    /// A stable name, in kebab case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Labelled => "attentive-chrome",
            Self::Keyed => "deep-diff",
            Self::Headed => "headed",
            Self::ComputeMatrix => "compute-matrix",
        }
    }
}

//! The flags that say which predictions a score is made of.

use clap::{Args, ValueEnum};
use regulens::interpret::variants::{ScoreSettings, Strands};

/// Which bins, strands and shifts.
#[derive(Debug, Args)]
pub struct ScoreFlags {
    /// Number of bins to add on either side of the changed bases before summing
    #[arg(long, value_name = "BINS", default_value_t = ScoreSettings::AROUND)]
    around: usize,
    /// Strands to average
    #[arg(long, value_enum, default_value_t)]
    strands: StrandsFlag,
    /// Shifts of the sequence relative to the bins, in bp, such as 0,1,-1; predictions are averaged over them
    #[arg(
        long,
        value_name = "BP,…",
        value_delimiter = ',',
        allow_hyphen_values = true,
        default_value = "0"
    )]
    shifts: Vec<isize>,
}

/// As [`Strands`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum StrandsFlag {
    /// Mean of both strands
    #[default]
    Both,
    /// Forward strand only
    Forward,
}

impl ScoreFlags {
    pub fn settings(&self) -> ScoreSettings {
        ScoreSettings {
            around: self.around,
            strands: self.strands.into(),
            shifts: self.shifts.clone(),
        }
    }
}

impl From<StrandsFlag> for Strands {
    fn from(flag: StrandsFlag) -> Self {
        match flag {
            StrandsFlag::Both => Self::Both,
            StrandsFlag::Forward => Self::Forward,
        }
    }
}

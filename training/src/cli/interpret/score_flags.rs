//! The flags that say which predictions a score is made of.

use clap::{Args, ValueEnum};
use regulens::interpret::variants::{ScoreSettings, Strands};

/// Which bins, strands and shifts.
#[derive(Debug, Args)]
pub struct ScoreFlags {
    /// Sum this many bins on either side of those that hold the changed bases
    #[arg(long, value_name = "BINS", default_value_t = ScoreSettings::AROUND)]
    around: usize,
    /// Which strands to average
    #[arg(long, value_enum, default_value_t)]
    strands: StrandsFlag,
    /// Numbers of bases by which to shift the sequence under the bins, such as 0,1,-1; predictions are averaged
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
    /// The mean of both
    #[default]
    Both,
    /// The sequence as it is given
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

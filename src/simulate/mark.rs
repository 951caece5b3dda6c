//! Signal of each histone mark around a TSS.

use rand::{Rng, RngExt};

/// Mark of promoters, whose domain the held-out track shares.
pub(super) const PROMOTER: &str = "H3K4me3";

/// Effect of a mark in its domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// More signal on genes that are on.
    Activating,
    /// More signal on genes that are off.
    Repressing,
    /// Independent of the state.
    Neutral,
}

/// Simulation model of a mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct MarkModel {
    pub role: Role,
    /// Mean count of a bin of 100 bp; for the five marks from K562, 200 genes (published DeepDiff sample).
    pub mean: f64,
    /// Fraction of the mean in the mark's domain; the rest is uniform.
    pub contrast: f64,
    /// Shape of the gamma distribution of rates: smaller is more overdispersed.
    pub dispersion: f64,
    /// Probability that the mark depends on a gene's state.
    pub chance: f64,
    domain: DomainKind,
}

#[derive(Debug, Clone, Copy)]
enum DomainKind {
    /// Two peaks on either side of the TSS, the larger downstream (H3K4me3).
    Promoter,
    /// Two wide peaks that flank the promoter (H3K4me1).
    Flanks,
    /// Rises in the transcribed region and stays high (H3K36me3).
    GeneBody,
    /// A plateau over the whole promoter (H3K27me3).
    Broad,
    /// A domain at a random position.
    Anywhere,
}

impl MarkModel {
    /// The model of a mark, by name; other marks are at random positions and independent of the state.
    pub fn of(mark: &str) -> Self {
        use Role::{Activating, Neutral, Repressing};
        let model = |role, mean, contrast, dispersion, chance, domain| Self {
            role,
            mean,
            contrast,
            dispersion,
            chance,
            domain,
        };
        match mark {
            PROMOTER => model(Activating, 3.8, 0.80, 1.5, 0.7, DomainKind::Promoter),
            "H3K4me1" => model(Activating, 3.2, 0.50, 2.0, 0.4, DomainKind::Flanks),
            "H3K36me3" => model(Activating, 1.8, 0.50, 2.0, 0.5, DomainKind::GeneBody),
            "H3K27me3" => model(Repressing, 1.1, 0.45, 2.0, 0.5, DomainKind::Broad),
            "H3K9me3" => model(Repressing, 1.4, 0.30, 2.0, 0.3, DomainKind::Anywhere),
            _ => model(Neutral, 1.5, 0.30, 2.0, 0.0, DomainKind::Anywhere),
        }
    }

    /// The model of a track that is held out of the table: active promoters, like H3K27ac.
    pub fn held_out() -> Self {
        Self {
            mean: 2.5,
            chance: 1.0,
            ..Self::of(PROMOTER)
        }
    }

    /// Draws the domain of the mark on one gene.
    pub fn domain(&self, half_window: f64, rng: &mut impl Rng) -> Domain {
        let mut about = |centre: f64, spread: f64| centre + spread * rng.random_range(-1.0..1.0);
        let peaks = match self.domain {
            DomainKind::Promoter => vec![
                Peak::new(about(500.0, 200.0), about(500.0, 150.0), 1.0),
                Peak::new(about(-600.0, 200.0), about(450.0, 120.0), about(0.6, 0.2)),
            ],
            DomainKind::Flanks => vec![
                Peak::new(about(2000.0, 400.0), about(700.0, 200.0), 1.0),
                Peak::new(about(-2000.0, 400.0), about(700.0, 200.0), about(0.9, 0.2)),
            ],
            DomainKind::GeneBody => vec![Peak::ramp(about(1500.0, 800.0), about(400.0, 150.0))],
            DomainKind::Broad => vec![Peak::new(about(0.0, 600.0), about(2500.0, 600.0), 1.0)],
            DomainKind::Anywhere => vec![Peak::new(about(0.0, 0.8 * half_window), about(1200.0, 500.0), 1.0)],
        };
        Domain { peaks }
    }
}

/// Domain of a mark on one gene, along the direction of transcription.
#[derive(Debug)]
pub(super) struct Domain {
    peaks: Vec<Peak>,
}

#[derive(Debug)]
struct Peak {
    /// In base pairs downstream of the TSS.
    centre: f64,
    width: f64,
    height: f64,
    /// True if it stays high downstream of the centre.
    stays: bool,
}

impl Peak {
    fn new(centre: f64, width: f64, height: f64) -> Self {
        Self {
            centre,
            width,
            height,
            stays: false,
        }
    }

    fn ramp(centre: f64, width: f64) -> Self {
        Self {
            stays: true,
            ..Self::new(centre, width, 1.0)
        }
    }

    fn height_at(&self, downstream: f64) -> f64 {
        let distance = (downstream - self.centre) / self.width;
        if self.stays {
            self.height / (1.0 + (-distance).exp())
        } else {
            self.height * (-0.5 * distance * distance).exp()
        }
    }
}

impl Domain {
    /// Height of the domain at a position, in base pairs downstream of the TSS; at most about 1.
    pub fn height_at(&self, downstream: f64) -> f64 {
        self.peaks.iter().map(|peak| peak.height_at(downstream)).sum()
    }

    /// Returns true if a position is in the core of a peak of the domain: above half of that peak's height.
    pub fn has_core_at(&self, downstream: f64) -> bool {
        self.peaks
            .iter()
            .any(|peak| peak.height_at(downstream) > 0.5 * peak.height)
    }
}

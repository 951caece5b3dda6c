//! Sites planted in simulated sequence, as `regulens simulate` writes them, and their recovery by importance.

use std::collections::HashMap;

use serde::Serialize;

use super::Mean;
use super::deletion::BaseExplanation;
use super::motifs::SEQLET;
use super::order::largest_first;
use super::planted::{TruthError, rows, text_of};

/// Sites planted in each sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantedSites(HashMap<String, Vec<PlantedSite>>);

/// A planted site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlantedSite {
    /// Its first base, counted from 0.
    pub start: usize,
    /// Exclusive end.
    pub end: usize,
    /// True if it has an effect; a decoy has none.
    pub acts: bool,
}

/// The columns that are read.
const COLUMNS: [&str; 4] = ["sequence", "start", "end", "effect"];

const REMEDY: &str = "the .sites.tsv that `regulens simulate sequence` wrote beside the sequence";

impl PlantedSites {
    /// Reads a file of sites; `file` is its name in messages.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, TruthError> {
        let mut records = HashMap::<String, Vec<PlantedSite>>::new();
        let text = text_of(file, bytes, REMEDY)?;
        for row in rows::<PlantedSite, _>(file, &text, COLUMNS, REMEDY)? {
            let (line, [sequence, first, last, effect]) = row?;
            let error = |found: String, expected: &str| TruthError {
                file: file.to_owned(),
                line: Some(line),
                found,
                expected: expected.to_owned(),
                remedy: REMEDY,
            };
            let places = first.parse::<usize>().ok().zip(last.parse::<usize>().ok());
            let (first, last) = places
                .filter(|(first, last)| (1..=*last).contains(first))
                .ok_or_else(|| {
                    let expected = "bases counted from 1, the last not before the first";
                    error(format!("the bases `{first}` to `{last}`"), expected)
                })?;
            let acts = match effect.parse::<f64>() {
                Ok(effect) if effect.is_finite() => effect > 0.0,
                _ => return Err(error(format!("the effect `{effect}`"), "a number")),
            };
            records.entry(sequence.to_owned()).or_default().push(PlantedSite {
                start: first - 1,
                end: last,
                acts,
            });
        }
        Ok(Self(records))
    }

    /// The sites of a sequence; empty if the file lacks it.
    pub fn of(&self, sequence: &str) -> &[PlantedSite] {
        self.0.get(sequence).map(Vec::as_slice).unwrap_or_default()
    }

    /// All sequences of the file and their sites, unordered.
    pub fn sequences(&self) -> impl Iterator<Item = (&str, &[PlantedSite])> {
        self.0.iter().map(|(name, sites)| (name.as_str(), sites.as_slice()))
    }
}

/// The sites that lie within a range of bases, counted from its first.
pub fn sites_within(sites: &[PlantedSite], bases: std::ops::Range<usize>) -> Vec<PlantedSite> {
    let inside = sites
        .iter()
        .filter(|site| bases.start <= site.start && site.end <= bases.end);
    let moved = inside.map(|site| PlantedSite {
        start: site.start - bases.start,
        end: site.end - bases.start,
        ..*site
    });
    moved.collect()
}

/// Number of planted sites among the same number of most important places, so that recall equals precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Places with a site that has an effect; this number of places is chosen.
    pub sites: usize,
    /// Chosen ones.
    pub found: usize,
    /// Places with decoys alone.
    pub decoys: usize,
    /// Chosen ones.
    pub decoys_found: usize,
}

impl Found {
    /// Recall, with its standard error.
    pub fn recall(&self) -> Mean {
        let ones = std::iter::repeat_n(1.0, self.found);
        Mean::of(ones.chain(std::iter::repeat_n(0.0, self.sites - self.found)))
    }
}

impl std::ops::Add for Found {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            sites: self.sites + other.sites,
            found: self.found + other.found,
            decoys: self.decoys + other.decoys,
            decoys_found: self.decoys_found + other.decoys_found,
        }
    }
}

/// Number of planted sites that an explanation finds in a window, at two resolutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FoundSites {
    /// By [`recover_bases`]; `None` for attention, which is per bin.
    pub bases: Option<Found>,
    /// By [`recover_bins`].
    pub bins: Found,
}

impl FoundSites {
    /// Counts the sites found by the importance of a window's ranked bases, with `bin` bases per bin; `sites` are
    /// counted from the first ranked base.
    pub fn of(explanation: BaseExplanation, importance: &[f32], bin: usize, sites: &[PlantedSite]) -> Self {
        let tells_bases = explanation != BaseExplanation::Attention;
        Self {
            bases: tells_bases.then(|| recover_bases(importance, sites)),
            bins: recover_bins(importance, bin, sites),
        }
    }
}

impl std::ops::Add for FoundSites {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            bases: self.bases.zip(other.bases).map(|(a, b)| a + b),
            bins: self.bins + other.bins,
        }
    }
}

/// Places are non-overlapping stretches of the length of a seqlet, chosen by the absolute value of their sums; a site
/// is found if one covers most of it, or lies mostly in it.
pub fn recover_bases(importance: &[f32], sites: &[PlantedSite]) -> Found {
    let (acting, decoys): (Vec<&PlantedSite>, Vec<&PlantedSite>) = sites.iter().partition(|site| site.acts);
    let peaks = peaks(importance, acting.len());
    let is_found = |site: &&&PlantedSite| {
        peaks.iter().any(|&start| {
            let common = site.end.min(start + SEQLET).saturating_sub(site.start.max(start));
            2 * common > SEQLET.min(site.end - site.start)
        })
    };
    Found {
        sites: acting.len(),
        found: acting.iter().filter(is_found).count(),
        decoys: decoys.len(),
        decoys_found: decoys.iter().filter(is_found).count(),
    }
}

/// Places are bins, chosen by the absolute value of their sums; a bin counts as found if it overlaps a site. Decoy bins
/// overlap a decoy, and no site with an effect.
pub fn recover_bins(importance: &[f32], bin: usize, sites: &[PlantedSite]) -> Found {
    let bins = importance.len() / bin;
    let [mut acts, mut decoy] = [vec![false; bins], vec![false; bins]];
    for site in sites {
        let mask = if site.acts { &mut acts } else { &mut decoy };
        let last = ((site.end - 1) / bin + 1).min(bins);
        mask[(site.start / bin).min(last)..last].fill(true);
    }
    let sums: Vec<f64> = importance.chunks_exact(bin).map(|bases| sum(bases).abs()).collect();
    let order = largest_first(&sums);
    let count = |mask: &dyn Fn(usize) -> bool, bins: &[usize]| bins.iter().filter(|&&bin| mask(bin)).count();
    let is_decoy = |bin: usize| decoy[bin] && !acts[bin];
    let sites = count(&|bin| acts[bin], &order);
    let chosen = &order[..sites];
    Found {
        sites,
        found: count(&|bin| acts[bin], chosen),
        decoys: count(&is_decoy, &order),
        decoys_found: count(&is_decoy, chosen),
    }
}

fn sum(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value)).sum()
}

/// The first bases of `count` stretches, as [`recover_bases`] chooses them.
fn peaks(importance: &[f32], count: usize) -> Vec<usize> {
    let sums: Vec<f64> = importance.windows(SEQLET).map(|bases| sum(bases).abs()).collect();
    let mut taken = vec![false; importance.len()];
    let mut found = Vec::with_capacity(count);
    for start in largest_first(&sums) {
        if found.len() == count {
            break;
        }
        let stretch = start..start + SEQLET;
        if !taken[stretch.clone()].contains(&true) {
            taken[stretch].fill(true);
            found.push(start);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Simulated\nsequence\tstart\tend\tstrand\tmotif\tconsensus\tbases\teffect
s1\t21\t28\t+\tReb1\tTTACCCGG\tTTACCCGG\t1
s1\t61\t69\t-\tdecoy\tRTGASTCAY\tATGACTCAT\t0
s1\t121\t133\t+\tRap1\tACACCCRYACAYM\tACACCCGCACACC\t0.9
";

    fn sites() -> Vec<PlantedSite> {
        let sites = PlantedSites::read("t", FILE.as_bytes()).expect("sites");
        assert!(sites.of("s2").is_empty());
        let sites = sites.of("s1");
        assert_eq!(sites_within(sites, 21..1000).len(), 2);
        assert_eq!(sites_within(sites, 60..130)[0].start, 0);
        sites_within(sites, 0..160)
    }

    #[test]
    fn sites_are_found_where_importance_lies_on_them_and_decoys_are_told_apart() {
        let sites = sites();
        let mut importance = vec![0.0; 160];
        importance[20..28].fill(2.0);
        importance[120..133].fill(-1.0);
        let all = Found {
            sites: 2,
            found: 2,
            decoys: 1,
            decoys_found: 0,
        };
        assert_eq!(recover_bases(&importance, &sites), all);
        assert_eq!(recover_bins(&importance, 20, &sites), all);
        importance[120..133].fill(0.1);
        importance[60..69].fill(1.0);
        let one = Found {
            found: 1,
            decoys_found: 1,
            ..all
        };
        assert_eq!(recover_bases(&importance, &sites), one);
        assert_eq!(recover_bins(&importance, 20, &sites), one);
        assert_eq!(one.recall().mean, Some(0.5));
        let windows = [importance.clone(), vec![0.0; 160]];
        let windows = windows.map(|importance| FoundSites::of(BaseExplanation::Gradient, &importance, 20, &sites));
        let sum = windows[0] + windows[1];
        assert_eq!(sum.bases.map(|of| (of.sites, of.decoys)), Some((4, 2)));
        assert_eq!(sum.bins.found, 1 + windows[1].bins.found);
        assert_eq!(
            FoundSites::of(BaseExplanation::Attention, &importance, 20, &sites).bases,
            None
        );
    }

    #[test]
    fn stretches_do_not_overlap() {
        let importance: Vec<f32> = (0..60)
            .map(|base| -((base as f32 - 30.0).abs()))
            .map(|x| 40.0 + x)
            .collect();
        let peaks = peaks(&importance, 3);
        assert_eq!(peaks.len(), 3);
        assert_eq!(peaks[0], 24);
        for (number, a) in peaks.iter().enumerate() {
            assert!(peaks[..number].iter().all(|b| a.abs_diff(*b) >= SEQLET), "{peaks:?}");
        }
        assert!(super::peaks(&[1.0; 5], 2).is_empty());
    }

    #[test]
    fn what_are_no_sites_is_said_with_its_line() {
        for (text, expected) in [
            ("", "t, line 1: found no column sequence"),
            ("# only this\ngene\tbin\n", "t, line 2: found no column sequence"),
            (
                &FILE.replace("61\t69", "69\t61"),
                "line 4: found the bases `69` to `61`",
            ),
            (&FILE.replace("\t0.9\n", "\tNaN\n"), "line 5: found the effect `NaN`"),
            (
                &FILE.replace("61\t69\t-", "61\t69"),
                "line 4: found 7 cells; expected 8",
            ),
        ] {
            let error = PlantedSites::read("t", text.as_bytes())
                .expect_err("no sites")
                .to_string();
            assert!(error.contains(expected) && error.contains(".sites.tsv"), "{error}");
        }
        assert!(
            PlantedSites::read("t", &[0xff])
                .expect_err("no text")
                .to_string()
                .contains("not UTF-8")
        );
    }
}

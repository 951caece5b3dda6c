//! `--track NAME=FILE,key=value`, and the processing of a track's sums.

use std::path::PathBuf;

use regulens::metrics;

/// One track's settings.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackArg {
    pub name: String,
    pub path: PathBuf,
    pub assay: Option<String>,
    pub description: Option<String>,
    pub unit: Option<String>,
    /// A quantile of the training bins.
    pub clip: Option<f64>,
}

/// Keys of the settings that may follow the file.
const KEYS: [&str; 4] = ["assay", "clip", "description", "unit"];

/// Parses `--track`.
pub fn track(text: &str) -> Result<TrackArg, String> {
    let wrong = |what: &str| {
        format!(
            "`{text}` {what}; expected NAME=FILE[,KEY=VALUE]…, such as \
        ATAC=fragments.bed.gz,assay=ATAC,clip=0.999"
        )
    };
    let (name, rest) = text.split_once('=').ok_or_else(|| wrong("has no `=`"))?;
    let mut track = TrackArg {
        name: name.trim().to_owned(),
        path: PathBuf::new(),
        assay: None,
        description: None,
        unit: None,
        clip: None,
    };
    // Names of files and descriptions may contain commas: a setting begins after a comma that a key follows.
    let begins = |at: &usize| {
        KEYS.iter().any(|key| {
            let rest = rest[at + 1..].strip_prefix(key);
            rest.is_some_and(|rest| rest.starts_with('='))
        })
    };
    let commas = rest.match_indices(',').map(|(at, _)| at);
    let mut ends: Vec<usize> = commas.filter(begins).collect();
    ends.push(rest.len());
    let file = &rest[..ends[0]];
    if track.name.is_empty() || file.is_empty() {
        return Err(wrong("lacks the name or the file"));
    }
    if track.name.contains(['\t', '\n', '/', '\\']) {
        return Err(wrong("has a name that cannot be a file name"));
    }
    track.path = file.into();
    for setting in ends.windows(2).map(|ends| &rest[ends[0] + 1..ends[1]]) {
        let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
        let value = value.trim().to_owned();
        match key {
            "assay" => track.assay = Some(value),
            "description" => track.description = Some(value),
            "unit" => track.unit = Some(value),
            _ => {
                let quantile = value.parse().ok().filter(|q| *q > 0.0 && *q <= 1.0);
                track.clip = Some(quantile.ok_or_else(|| wrong("clips at a value that is not above 0 and at most 1"))?);
            }
        }
    }
    Ok(track)
}

/// The [quantile](metrics::quantile) of values in any order; they are sorted. `None` without values.
pub fn quantile(values: &mut [f32], share: f64) -> Option<f32> {
    values.sort_unstable_by(f32::total_cmp);
    metrics::quantile(values, share)
}

/// Smooths one sequence's bins with a Gaussian whose standard deviation is `deviation` bins. Masked bins are ignored;
/// weights add up to 1 over the others.
pub fn smooth(sums: &mut [f64], mask: &[u8], deviation: f64) {
    let reach = (4.0 * deviation).ceil() as usize;
    let weights: Vec<f64> = (0..=reach)
        .map(|bins| (-0.5 * (bins as f64 / deviation).powi(2)).exp())
        .collect();
    let smoothed: Vec<f64> = (0..sums.len())
        .map(|bin| {
            let (mut sum, mut all) = (0.0, 0.0);
            for other in bin.saturating_sub(reach)..(bin + reach + 1).min(sums.len()) {
                if mask[other] == 0 {
                    let weight = weights[bin.abs_diff(other)];
                    (sum, all) = (sum + weight * sums[other], all + weight);
                }
            }
            if all > 0.0 { sum / all } else { 0.0 }
        })
        .collect();
    sums.copy_from_slice(&smoothed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_track_is_a_name_a_file_and_settings() {
        let plain = track("a=b.bw").unwrap();
        assert_eq!((plain.name.as_str(), plain.path), ("a", "b.bw".into()));
        let full =
            track("A,1=x=1,y.bed.gz,assay=ATAC,clip=0.999,unit=fragments,description=of one day, in spring").unwrap();
        assert_eq!((full.name.as_str(), full.path), ("A,1", "x=1,y.bed.gz".into()));
        assert_eq!((full.assay.as_deref(), full.clip), (Some("ATAC"), Some(0.999)));
        assert_eq!(full.unit.as_deref(), Some("fragments"));
        assert_eq!(full.description.as_deref(), Some("of one day, in spring"));
    }

    #[test]
    fn what_is_no_track_is_said() {
        for text in [
            "a",
            "=b.bw",
            "a=",
            "a=,assay=x",
            "a=b.bw,clip=0",
            "a=b.bw,clip=99",
            "a/b=c.bw",
        ] {
            let error = track(text).unwrap_err();
            assert!(error.contains("; expected NAME=FILE"), "{text}: {error}");
        }
    }

    #[test]
    fn a_quantile_lies_between_its_neighbours_in_proportion() {
        let mut values = [4.0, 1.0, 3.0, 2.0, 5.0];
        assert_eq!(quantile(&mut values, 0.5), Some(3.0));
        assert_eq!(quantile(&mut values, 0.9), Some(4.6));
        assert_eq!(quantile(&mut values, 1.0), Some(5.0));
        assert_eq!(quantile(&mut [], 0.5), None);
    }

    #[test]
    fn smoothing_keeps_what_is_even_and_leaves_masked_bins_out() {
        let mut even = vec![3.0; 20];
        even[7] = 1e6;
        let mut mask = vec![0; 20];
        mask[7] = 1;
        smooth(&mut even, &mask, 1.5);
        assert!(even.iter().all(|value| (value - 3.0).abs() < 1e-12), "{even:?}");
        let mut peak = vec![0.0; 21];
        peak[10] = 1.0;
        smooth(&mut peak, &[0; 21], 1.0);
        assert!((peak.iter().sum::<f64>() - 1.0).abs() < 1e-3);
        assert!((peak[11] / peak[10] - (-0.5_f64).exp()).abs() < 1e-12);
    }
}

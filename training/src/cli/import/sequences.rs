//! Flags that describe the weights of a model of sequences.

use std::path::{Path, PathBuf};

use clap::Args;
use regulens::weights::card::Track;
use serde_json::{Map, Value};

use crate::cli::error::CliError;
use crate::cli::files;

/// Settings of a model of sequences that its weights lack.
#[derive(Debug, Args)]
pub struct SequenceArgs {
    /// Input length in bp, such as 131072
    #[arg(
        long,
        value_name = "BP",
        help_heading = "Basenji settings missing from the weights and --config"
    )]
    length: Option<usize>,
    /// Length without predictions at each end, in bp, such as 4096
    #[arg(
        long,
        value_name = "BP",
        help_heading = "Basenji settings missing from the weights and --config"
    )]
    buffer: Option<usize>,
    /// Max-pooling width of each block, such as 1,2,4,4,4,1
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        help_heading = "Basenji settings missing from the weights and --config"
    )]
    pools: Option<Vec<usize>>,
    /// Dilation of each dilated block, such as 2,4,8,16,32,64
    #[arg(
        long,
        value_name = "N,…",
        value_delimiter = ',',
        help_heading = "Basenji settings missing from the weights and --config"
    )]
    dilations: Option<Vec<usize>>,
    /// Output activation: exp_linear, softplus or exp
    #[arg(
        long,
        value_name = "LINK",
        help_heading = "Basenji settings missing from the weights and --config"
    )]
    link: Option<String>,
    /// Set negative attention scores to 0: true for the two-sided position function, false for the others
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true", help_heading = "Basenji settings missing from the weights and --config")]
    score_relu: Option<bool>,
    /// Decay rates of the fixed exponentials, such as 0.01,0.02,0.05,0.1,0.2
    #[arg(
        long,
        value_name = "X,…",
        value_delimiter = ',',
        help_heading = "Basenji settings missing from the weights and --config"
    )]
    decays: Option<Vec<f64>>,
    /// Set one-sided position functions to 0 beyond 103 bins, as in the training code
    #[arg(long, help_heading = "Basenji settings missing from the weights and --config")]
    zero_far: bool,
    /// Equations to use where the report and its code differ: code or paper
    #[arg(
        long,
        value_name = "code|paper",
        help_heading = "Basenji settings missing from the weights and --config"
    )]
    equations: Option<String>,
    /// Tracks in output order, as a Basenji targets file: identifier, file, strand, label, tab-separated
    #[arg(
        long,
        value_name = "FILE.txt",
        help_heading = "Basenji settings missing from the weights and --config"
    )]
    tracks: Option<PathBuf>,
}

impl SequenceArgs {
    /// The given settings, under the names of hyperparameters.
    pub fn hyperparameters(&self) -> Map<String, Value> {
        let said = [
            ("length", self.length.map(Value::from)),
            ("buffer", self.buffer.map(Value::from)),
            ("pools", self.pools.clone().map(Value::from)),
            ("dilations", self.dilations.clone().map(Value::from)),
            ("link", self.link.clone().map(Value::from)),
            ("score_relu", self.score_relu.map(Value::from)),
            ("decays", self.decays.clone().map(Value::from)),
            ("zero_far", self.zero_far.then_some(Value::from(true))),
            ("equations", self.equations.clone().map(Value::from)),
        ];
        let told = said.into_iter();
        told.filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }

    /// The tracks of the targets file; none where it is not given.
    pub fn tracks(&self) -> Result<Vec<Track>, CliError> {
        match &self.tracks {
            Some(path) => targets(path),
            None => Ok(Vec::new()),
        }
    }
}

/// Reads a targets file. The kind of experiment is the label up to the first colon.
fn targets(path: &Path) -> Result<Vec<Track>, CliError> {
    let wrong = |problem: String| CliError::file(path.display(), problem);
    let text = files::text(path, "a targets file, one track per line")?;
    let mut tracks = Vec::new();
    let mut header: Option<Vec<&str>> = None;
    let rows = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (at, (index, line)) in rows.enumerate() {
        let mut cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        // The header of a data frame that was written with its index begins with an empty cell.
        if at == 0 && cells.contains(&"identifier") {
            header = Some(cells);
            continue;
        }
        let of = |name: &str| header.as_ref()?.iter().position(|column| *column == name);
        // A numbered row without a header has the number first as well.
        let is_numbered = header.is_none() && cells.len() > 4 && cells[0].parse() == Ok(at);
        if let Some(identifier) = of("identifier") {
            let label = of("description").unwrap_or(cells.len().max(1) - 1);
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
            cells = vec![cell(identifier), cell(of("file").unwrap_or(identifier)), cell(label)];
        } else if is_numbered {
            cells.remove(0);
        }
        if cells.len() < 2 || cells[0].is_empty() {
            return Err(wrong(format!(
                "line {}: found {} cells; expected an identifier, a file and, optionally, strand and label, \
                    separated by tabs. Correct the line.",
                index + 1,
                cells.len()
            )));
        }
        let label = if cells.len() > 2 { cells[cells.len() - 1] } else { "" };
        let assay = label.split_once(':').map_or("", |(assay, _)| assay);
        // Kinds as the paper names them.
        let assay = match assay {
            "DNASE" => "DNase",
            "CHIP" => "ChIP",
            other => other,
        };
        tracks.push(Track {
            name: cells[0].to_owned(),
            assay: assay.to_owned(),
            description: label.to_owned(),
            unit: String::new(),
        });
    }
    if tracks.is_empty() {
        return Err(wrong(
            "found no track; expected one per line. Name the targets file.".to_owned(),
        ));
    }
    Ok(tracks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_targets_file_names_tracks_and_kinds_of_experiment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("targets.txt");
        let text = "ENCFF1\tone.bw\tDNASE:K562\nCNhs2\ttwo.bw\t+\tCAGE:liver, adult\n\nx\tthree.bw\n";
        std::fs::write(&path, text).unwrap();
        let tracks = targets(&path).unwrap();
        let names: Vec<(&str, &str, &str)> = tracks
            .iter()
            .map(|track| (&*track.name, &*track.assay, &*track.description))
            .collect();
        assert_eq!(
            names,
            [
                ("ENCFF1", "DNase", "DNASE:K562"),
                ("CNhs2", "CAGE", "CAGE:liver, adult"),
                ("x", "", "")
            ]
        );
    }

    #[test]
    fn a_targets_file_with_a_header_and_a_column_of_numbers_names_the_same_tracks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("targets.txt");
        let header = "\tidentifier\tfile\tclip\tscale\tsum_stat\tdescription\n";
        let rows = "0\tENC1\ta.bw\t32\t2\tmean\tDNASE:K562\n1\tENC2\tb.bw\t32\t2\tmean\tCAGE:liver\n";
        let plain = "identifier\tfile\tdescription\nENC1\ta.bw\tDNASE:K562\nENC2\tb.bw\tCAGE:liver\n";
        for text in [
            format!("{header}{rows}"),
            format!("index{header}{rows}"),
            rows.to_owned(),
            plain.to_owned(),
        ] {
            std::fs::write(&path, &text).unwrap();
            let tracks = targets(&path).unwrap();
            let found: Vec<[&str; 3]> = (tracks.iter())
                .map(|track| [&*track.name, &*track.assay, &*track.description])
                .collect();
            assert_eq!(
                found,
                [["ENC1", "DNase", "DNASE:K562"], ["ENC2", "CAGE", "CAGE:liver"]],
                "{text}"
            );
        }
    }

    #[test]
    fn a_targets_file_that_is_none_names_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("targets.txt");
        std::fs::write(&path, "a\tb.bw\nonly one cell\n").unwrap();
        let error = targets(&path).unwrap_err().to_string();
        assert!(error.contains("line 2: found 1 cells"), "{error}");
    }
}

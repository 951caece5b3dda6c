//! Attributions of windows as arrays, and of a genome as a bigWig.

use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};

use regulens::engine::Spread;
use regulens::interpret::attribution::{PlaceAttribution, SequenceAttribution, channels};
use regulens::prepare::{Stretch, write_bigwig};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::cli::error::CliError;
use crate::cli::npy;
use crate::cli::tensors::{self, Tensor};

/// A window's bases, and what they contribute.
pub struct Row {
    /// The place that it is of.
    pub place: String,
    /// The sequence's name.
    pub sequence: String,
    /// Its first base, counted from 0; below 0 where it begins before the sequence.
    pub start: i64,
    /// Its bases.
    pub codes: Vec<u8>,
    pub found: SequenceAttribution,
}

impl Row {
    /// The spread of the contributions that several models find; none of one.
    pub fn spread(&self) -> Option<Spread> {
        Spread::of_members(&self.found.members)
    }

    /// Only `bases` in its middle.
    pub fn middle(self, bases: usize) -> Self {
        let all = self.codes.len();
        if bases >= all {
            return self;
        }
        let first = (all - bases) / 2;
        let part = first..first + bases;
        let SequenceAttribution {
            hypothetical,
            contributions,
            standard_error,
            members,
            ..
        } = &self.found;
        Self {
            codes: self.codes[part.clone()].to_vec(),
            start: self.start + first as i64,
            found: SequenceAttribution {
                hypothetical: hypothetical[4 * part.start..4 * part.end].to_vec(),
                contributions: contributions[part.clone()].to_vec(),
                standard_error: standard_error.get(part.clone()).unwrap_or_default().to_vec(),
                members: members.iter().map(|member| member[part.clone()].to_vec()).collect(),
                ..self.found
            },
            ..self
        }
    }
}

/// The bases of each row, where all have as many.
pub fn bases_of(rows: &[Row], out: &Path) -> Result<usize, CliError> {
    let bases = rows.first().map_or(0, |row| row.codes.len());
    match rows.iter().find(|row| row.codes.len() != bases) {
        None => Ok(bases),
        Some(other) => Err(CliError::Usage(format!(
            "{}: regions of {bases} and {} bases do not fit in one array; give regions of equal length, or write a \
                bigWig",
            out.display(),
            other.codes.len()
        ))),
    }
}

/// Where the letters go that belong to the contributions of FILE.npz: FILE.ohe.npz, and ohe.npz beside shap.npz.
pub fn letters_beside(out: &Path) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(".npz").unwrap_or(&name);
    let letters = match stem.strip_suffix("shap") {
        Some(before) => format!("{before}ohe.npz"),
        None => format!("{stem}.ohe.npz"),
    };
    out.with_file_name(letters)
}

/// NumPy's archive of one array [windows, 4, bases], of values [bases, 4] of each window.
pub fn write_npz(rows: &[Row], bases: usize, of: impl Fn(&Row) -> Vec<f32>, out: &mut dyn Write) -> io::Result<()> {
    let mut turned = Vec::with_capacity(rows.len() * 4 * bases);
    for row in rows {
        let values = of(row);
        for letter in 0..4 {
            turned.extend(values.iter().skip(letter).step_by(4));
        }
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let large = turned.len() > 1 << 29;
    // NumPy reads what is stored as it is; floats hardly get smaller.
    let stored = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .large_file(large);
    archive.start_file("arr_0.npy", stored)?;
    npy::write_array(&turned, &[rows.len(), 4, bases], &mut archive)?;
    out.write_all(archive.finish()?.get_ref())
}

/// Hypothetical contributions, [bases, 4].
pub fn hypothetical(row: &Row) -> Vec<f32> {
    row.found.hypothetical.clone()
}

/// Letters, [bases, 4].
pub fn letters(row: &Row) -> Vec<f32> {
    channels(&row.codes)
}

/// attributions [windows, bases], hypothetical and letters [windows, bases, 4], score [windows], and where there are
/// shuffles baseline_score, completeness, remainder [windows] and standard_error [windows, bases]; of several models
/// sd, low and high [windows, bases].
pub fn write_tensors(rows: &[Row], bases: usize, texts: &[(&str, &str)], out: &mut dyn Write) -> io::Result<()> {
    let windows = rows.len();
    let all = |of: &dyn Fn(&Row) -> Vec<f32>| -> Vec<f32> { rows.iter().flat_map(of).collect() };
    let mut arrays = vec![
        (
            "attributions",
            vec![windows, bases],
            all(&|row| row.found.contributions.clone()),
        ),
        ("hypothetical", vec![windows, bases, 4], all(&hypothetical)),
        ("letters", vec![windows, bases, 4], all(&letters)),
        ("score", vec![windows], all(&|row| vec![row.found.score])),
    ];
    if rows.iter().all(|row| row.found.baseline_score.is_some()) {
        let completeness = |row: &Row| row.found.completeness().map(|error| error as f32).into_iter().collect();
        let baseline = |row: &Row| row.found.baseline_score.into_iter().collect();
        arrays.push(("baseline_score", vec![windows], all(&baseline)));
        arrays.push(("completeness", vec![windows], all(&completeness)));
        arrays.push((
            "remainder",
            vec![windows],
            all(&|row| row.found.remainder.into_iter().collect()),
        ));
    }
    if rows.iter().all(|row| !row.found.standard_error.is_empty()) {
        let errors = all(&|row| row.found.standard_error.clone());
        arrays.push(("standard_error", vec![windows, bases], errors));
    }
    let spreads: Option<Vec<Spread>> = rows.iter().map(Row::spread).collect();
    if let Some(spreads) = spreads {
        for (name, of) in [
            ("sd", (|spread| &spread.sd) as fn(&Spread) -> &Vec<f32>),
            ("low", |spread| &spread.low),
            ("high", |spread| &spread.high),
        ] {
            let values = spreads.iter().flat_map(of).copied().collect();
            arrays.push((name, vec![windows, bases], values));
        }
    }
    let tensors: Vec<Tensor<'_>> = arrays
        .iter()
        .map(|(name, shape, values)| Tensor {
            name: (*name).into(),
            axes: match shape.len() {
                2 => &["windows", "bases"],
                _ => &["windows"],
            },
            shape: shape.clone(),
            values,
        })
        .collect();
    let place = |row: &Row| format!("{}:{}-{}", row.sequence, row.start + 1, row.start + bases as i64);
    let windows: Vec<String> = rows.iter().map(place).collect();
    let places: Vec<String> = rows.iter().map(|row| row.place.clone()).collect();
    tensors::write_described(&tensors, &[("windows", &windows), ("places", &places)], texts, out)
}

/// Contributions of the bases of a genome.
#[derive(Default)]
pub struct Contributions(Vec<OfSequence>);

/// Contributions of the bases of one sequence.
struct OfSequence {
    name: String,
    /// NaN where nothing is known.
    values: Vec<f32>,
    /// Distance of each base from the middle of the place that its value belongs to.
    from_middle: Vec<u32>,
}

impl Contributions {
    /// Takes what windows of one place contribute: where they overlap they add up. Of two places, the one whose middle
    /// is nearer says what a base contributes.
    pub fn add(&mut self, sequence: &str, bases: u64, middle: u64, rows: &[Row]) {
        let known = self.0.iter().position(|of| of.name == sequence);
        let number = known.unwrap_or_else(|| {
            self.0.push(OfSequence {
                name: sequence.to_owned(),
                values: vec![f32::NAN; bases as usize],
                from_middle: vec![u32::MAX; bases as usize],
            });
            self.0.len() - 1
        });
        let of = &mut self.0[number];
        let ends = |row: &Row| row.start + row.found.contributions.len() as i64;
        let first = rows.iter().map(|row| row.start).min().unwrap_or(0);
        let end = rows.iter().map(ends).max().unwrap_or(0);
        let mut place = PlaceAttribution::new(first..end);
        for row in rows {
            place.add(row.start, &row.found);
        }
        for (at, &value) in (first..end).zip(place.contributions()) {
            let Ok(at) = usize::try_from(at) else { continue };
            let Some(nearest) = of.from_middle.get_mut(at) else {
                break;
            };
            let distance = u32::try_from(middle.abs_diff(at as u64)).unwrap_or(u32::MAX - 1);
            if distance < *nearest {
                *nearest = distance;
                of.values[at] = value;
            }
        }
    }

    /// As a bigWig at one base.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let stretches: Vec<Stretch<'_>> = self
            .0
            .iter()
            .map(|of| Stretch {
                chromosome: &of.name,
                length: of.values.len() as u32,
                start: 0,
                values: &of.values,
            })
            .collect();
        out.write_all(&write_bigwig(&stretches, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(start: i64, contributions: &[f32]) -> Row {
        Row {
            place: "a".to_owned(),
            sequence: "chr1".to_owned(),
            start,
            codes: vec![0; contributions.len()],
            found: SequenceAttribution {
                hypothetical: contributions
                    .iter()
                    .flat_map(|&value| [value, 0.0, 0.0, -value])
                    .collect(),
                contributions: contributions.to_vec(),
                standard_error: Vec::new(),
                score: 1.0,
                baseline_score: None,
                remainder: None,
                members: Vec::new(),
            },
        }
    }

    #[test]
    fn windows_of_a_place_add_up_and_the_nearer_place_says_what_a_base_contributes() {
        let mut contributions = Contributions::default();
        contributions.add("chr1", 8, 1, &[row(-1, &[9.0, 1.0, 2.0]), row(1, &[10.0, 3.0])]);
        assert_eq!(contributions.0[0].values[..3], [1.0, 12.0, 3.0]);
        assert!(contributions.0[0].values[3].is_nan());
        contributions.add("chr1", 8, 4, &[row(2, &[5.0; 9])]);
        assert_eq!(contributions.0[0].values, [1.0, 12.0, 3.0, 5.0, 5.0, 5.0, 5.0, 5.0]);
    }

    #[test]
    fn arrays_have_a_row_a_letter_and_only_the_middle_where_that_is_asked_for() {
        let middle = row(10, &[1.0, 2.0, 3.0, 4.0]).middle(2);
        assert_eq!((middle.start, middle.codes.len()), (11, 2));
        let mut bytes = Vec::new();
        write_npz(&[middle], 2, hypothetical, &mut bytes).expect("memory takes any bytes");
        let numbers: Vec<u8> = [2.0_f32, 3.0, 0.0, 0.0, 0.0, 0.0, -2.0, -3.0]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        assert!(bytes.windows(numbers.len()).any(|window| window == numbers));
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("arr_0.npy") && text.contains("'shape': (1, 4, 2)"));
        assert!(bases_of(&[row(0, &[1.0]), row(0, &[1.0, 2.0])], Path::new("a.npz")).is_err());
    }

    #[test]
    fn letters_lie_beside_contributions() {
        assert_eq!(letters_beside(Path::new("x/a.npz")), Path::new("x/a.ohe.npz"));
        assert_eq!(letters_beside(Path::new("x/shap.npz")), Path::new("x/ohe.npz"));
        assert_eq!(letters_beside(Path::new("a.shap.npz")), Path::new("a.ohe.npz"));
    }
}

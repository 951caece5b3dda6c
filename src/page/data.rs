//! Sequences and measured values as text. [`write_headed`](crate::input::write_headed) writes tables.

use std::fmt::Write as _;

use crate::sequence::Record;

/// Bases per line of FASTA.
const LINE: usize = 80;

/// A FASTA record; codes other than A, C, G or T are N.
pub fn fasta(record: &Record) -> String {
    let words = [record.name.as_str(), record.description.as_str()];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let mut text = format!(">{}\n", words.join(" "));
    for codes in record.codes.chunks(LINE) {
        let bases = codes
            .iter()
            .map(|&code| *b"ACGT".get(usize::from(code)).unwrap_or(&b'N'));
        text.extend(bases.map(char::from));
        text.push('\n');
    }
    text
}

/// One row per gene of a whole run: its prediction, and its label if there are any (1 for on).
pub fn whole_run(column: &str, predicted: &[f32], labels: Option<&[bool]>) -> String {
    let mut text = format!("{column}{}\n", if labels.is_some() { ",label" } else { "" });
    for (gene, value) in predicted.iter().enumerate() {
        let _ = match labels {
            Some(labels) => writeln!(text, "{value},{}", u8::from(labels[gene])),
            None => writeln!(text, "{value}"),
        };
    }
    text
}

/// Bases whose values are requested at a time.
#[cfg(feature = "signal")]
const STRETCH: usize = 1 << 18;

/// Measured values of a record as bedGraph: one row per run of equal values; bases without a value have none.
///
/// # Errors
/// Errors of `bases`, which returns the values of `count` bases from `start` on.
#[cfg(feature = "signal")]
pub fn bed_graph<E>(
    record: &str,
    length: usize,
    mut bases: impl FnMut(usize, usize) -> Result<Vec<f32>, E>,
) -> Result<String, E> {
    let mut text = String::new();
    let (mut start, mut value) = (0, 0.0_f32);
    let mut row = |start: usize, end: usize, value: f32| {
        if value != 0.0 {
            let _ = writeln!(text, "{record}\t{start}\t{end}\t{value}");
        }
    };
    for from in (0..length).step_by(STRETCH) {
        for (at, each) in (from..).zip(bases(from, STRETCH.min(length - from))?) {
            if each != value {
                row(start, at, value);
                (start, value) = (at, each);
            }
        }
    }
    row(start, length, value);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_its_description_and_loses_what_the_model_cannot_read() {
        let record = Record {
            name: "chrI".to_owned(),
            description: "a part".to_owned(),
            codes: [vec![0, 1, 2, 3, 4], vec![0; 80]].concat(),
            counts: Default::default(),
        };
        let text = fasta(&record);
        assert_eq!(text, format!(">chrI a part\nACGTN{}\nAAAAA\n", "A".repeat(75)));
    }

    #[test]
    fn a_whole_run_has_a_row_a_gene_with_its_label_where_there_is_one() {
        assert_eq!(
            whole_run("probability", &[0.5, 0.000_01], Some(&[true, false])),
            "probability,label\n0.5,1\n0.00001,0\n"
        );
        assert_eq!(whole_run("fold_change", &[-1.25], None), "fold_change\n-1.25\n");
    }

    #[cfg(feature = "signal")]
    #[test]
    fn equal_neighbours_are_one_row_and_zeros_none() {
        let values = [0.0, 1.5, 1.5, 0.0, 0.1, 2.0];
        let text = bed_graph("r", 6, |start, count| {
            Ok::<_, ()>(values[start..start + count].to_vec())
        });
        assert_eq!(text.unwrap(), "r\t1\t3\t1.5\nr\t4\t5\t0.1\nr\t5\t6\t2\n");
    }
}

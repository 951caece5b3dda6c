//! Truth planted in simulated signal, as `regulens simulate` writes it beside the table.

use std::collections::HashMap;

use serde::Deserialize;

use crate::input::{Budget, budget};

/// The marks and stretches of bins that depend on the state of each gene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantedTruth {
    genes: HashMap<String, Vec<Stretch>>,
}

/// Bins of a mark that depend on a gene's state, counted from 1 in genomic order, inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stretch {
    /// The mark.
    pub mark: String,
    /// The first bin.
    pub first_bin: usize,
    /// The last bin.
    pub last_bin: usize,
}

/// The reason why a file is not a planted truth. Its text reads `FILE, line L: found …; expected …. REMEDY.`
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: found {found}; expected {expected}. Choose {remedy}.", .line.map_or(String::new(), |line| format!("\
    , line {line}")))]
pub struct TruthError {
    /// The file's name as given by the caller.
    pub file: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// Found content.
    pub found: String,
    /// Expected content.
    pub expected: String,
    /// Remedy.
    pub remedy: &'static str,
}

/// The columns that are read, in the order of [`Stretch`].
const COLUMNS: [&str; 4] = ["gene", "mark", "first_bin", "last_bin"];

/// Remedy if the file is not a truth.
const REMEDY: &str = "the .truth.tsv or .truth.json that `regulens simulate hm` wrote beside the table";

/// Remedy if the truth is of other genes.
const BESIDE: &str = "the truth that was written beside the table";

/// Decodes a file of truth.
pub(super) fn text_of(file: &str, bytes: &[u8], remedy: &'static str) -> Result<String, TruthError> {
    crate::input::read_text(file, bytes).map_err(|error| {
        let said = error.problem().to_string();
        let (found, expected) = said.split_once("; expected ").unwrap_or((&said, "text"));
        TruthError {
            file: file.to_owned(),
            line: error.location().line.map(|line| line as usize),
            found: found.trim_start_matches("found ").to_owned(),
            expected: expected.replace("a table as text", "text"),
            remedy,
        }
    })
}

/// Reads these columns of tab-separated text with a header, row by row with the line; comments may precede the header.
/// Each row draws the size of `T`, its result, from the budget of the text.
pub(super) fn rows<'a, T, const N: usize>(
    file: &'a str,
    text: &'a str,
    names: [&str; N],
    remedy: &'static str,
) -> Result<impl Iterator<Item = Result<(usize, [&'a str; N]), TruthError>>, TruthError> {
    let error = move |line, found: String, expected: String| TruthError {
        file: file.to_owned(),
        line: Some(line),
        found,
        expected,
        remedy,
    };
    let lines = (1..).zip(text.lines().map(|line| line.trim_end_matches('\r')));
    let mut lines = lines.skip_while(|(_, line)| line.starts_with('#'));
    let (first, header) = lines.next().unwrap_or((1, ""));
    // Few columns are read, and their positions are counted.
    let width = header.split('\t').count();
    let mut columns = [0; N];
    for (column, name) in columns.iter_mut().zip(names) {
        *column = header.split('\t').position(|found| found == name).ok_or_else(|| {
            let expected = format!("tab-separated columns {}", names.join(", "));
            error(first, format!("no column {name}"), expected)
        })?;
    }
    let budget = Budget::of(text.len() as u64);
    let _ = budget.bytes(3 * text.len());
    let mut seen: Option<&str> = None;
    Ok(lines.map(move |(line, row)| {
        let found = row.split('\t').count();
        if found != width {
            let expected = format!("{width}, as in the header");
            return Err(error(line, format!("{found} cells"), expected));
        }
        let mut cells = [""; N];
        for (at, text) in row.split('\t').enumerate() {
            for (cell, _) in cells.iter_mut().zip(columns).filter(|(_, column)| *column == at) {
                *cell = text;
            }
        }
        // A list begins with capacity for four.
        let is_next = seen.replace(cells[0]) == Some(cells[0]);
        let has_room = match is_next {
            true => budget.draw::<T>(row.len()),
            false => budget.hashed::<(String, Vec<T>)>(4 * size_of::<T>() + row.len()),
        };
        match has_room {
            true => Ok((line, cells)),
            false => Err(error(line, budget::FOUND.to_owned(), budget::EXPECTED.to_owned())),
        }
    }))
}

#[derive(Deserialize)]
struct Json {
    genes: Vec<JsonGene>,
}

#[derive(Deserialize)]
struct JsonGene {
    gene: String,
    planted: Vec<Stretch>,
}

impl PlantedTruth {
    /// Reads a file of truth, tab-separated or JSON by its content; `file` is its name in messages.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, TruthError> {
        let error = |line, found: String, expected: &str| TruthError {
            file: file.to_owned(),
            line,
            found,
            expected: expected.to_owned(),
            remedy: REMEDY,
        };
        let text = &text_of(file, bytes, REMEDY)?;
        if text.trim_start().starts_with('{') {
            return Self::from_json(file, text);
        }

        let mut genes = HashMap::<String, Vec<Stretch>>::new();
        for row in rows::<Stretch, _>(file, text, COLUMNS, REMEDY)? {
            let (line, [gene, mark, first, last]) = row?;
            let stretches = genes.entry(gene.to_owned()).or_default();
            if mark.is_empty() {
                // A gene without planted stretches.
                continue;
            }
            let stretch = first.parse().ok().zip(last.parse().ok());
            let stretch = stretch.map(|(first_bin, last_bin)| Stretch {
                mark: mark.to_owned(),
                first_bin,
                last_bin,
            });
            stretches.push(stretch.filter(Stretch::is_one).ok_or_else(|| {
                let expected = "bins counted from 1, the last not before the first";
                error(Some(line), format!("the bins `{first}` to `{last}`"), expected)
            })?);
        }
        Ok(Self { genes })
    }

    fn from_json(file: &str, text: &str) -> Result<Self, TruthError> {
        let error = |line, found: String, expected: &str| TruthError {
            file: file.to_owned(),
            line,
            found,
            expected: expected.to_owned(),
            remedy: REMEDY,
        };

        let budget = Budget::of(text.len() as u64);
        // Genes are held in a list and by name, each with a list that begins with capacity for four.
        let each = 3 * size_of::<JsonGene>() + 4 * (size_of::<JsonGene>() + 1) + 4 * size_of::<Stretch>();
        let made = text.bytes().filter(|&byte| byte == b'{').count();
        if !budget.bytes(3 * text.len() + made * each) {
            return Err(error(None, budget::FOUND.to_owned(), budget::EXPECTED));
        }
        let json: Json = serde_json::from_str(text).map_err(|reason| {
            let expected = "JSON with genes, each with gene and planted";
            error(Some(reason.line()), reason.to_string(), expected)
        })?;
        let mut genes = HashMap::new();
        for JsonGene { gene, planted } in json.genes {
            if let Some(stretch) = planted.iter().find(|stretch| !stretch.is_one()) {
                let expected = "first_bin 1 or more, and last_bin not before it";
                return Err(error(None, format!("{stretch:?} of {gene}"), expected));
            }
            genes.insert(gene, planted);
        }
        Ok(Self { genes })
    }

    /// The stretches of a gene; `None` if the file lacks it.
    pub fn gene(&self, gene: &str) -> Option<&[Stretch]> {
        self.genes.get(gene).map(Vec::as_slice)
    }

    /// The last planted bin: tables of this truth have at least this number of bins.
    pub fn last_bin(&self) -> usize {
        let stretches = self.genes.values().flatten();
        stretches.map(|stretch| stretch.last_bin).max().unwrap_or(0)
    }

    /// Checks that a truth is of these genes, with this number of bins before cutting; returns how many of the genes it
    /// has.
    ///
    /// # Errors
    /// [`TruthError`] if it has none of them, or a stretch ends after the last bin; `file` is its name, `table` that of
    /// the genes' table.
    pub fn check(
        &self,
        file: &str,
        (table, genes): (&str, &[String]),
        bins: Option<usize>,
    ) -> Result<usize, TruthError> {
        let error = |found: String, expected: String| TruthError {
            file: file.to_owned(),
            line: None,
            found,
            expected,
            remedy: BESIDE,
        };
        if let Some(bins) = bins.filter(|&bins| self.last_bin() > bins) {
            let expected = format!("none after {bins}, the table's last");
            return Err(error(format!("bin {} planted", self.last_bin()), expected));
        }
        match genes.iter().filter(|gene| self.genes.contains_key(*gene)).count() {
            0 => Err(error(
                format!("none of the genes of {table}"),
                format!("the same ids, such as {}", genes.first().map_or("", |gene| gene)),
            )),
            known => Ok(known),
        }
    }

    /// Mask of planted places of these genes, [N, T, columns]: `bins` bins after `skipped`, one column per mark and
    /// cell type. Genes that the file lacks have none.
    pub fn places(
        &self,
        genes: &[String],
        marks: &[String],
        cell_types: usize,
        [skipped, bins]: [usize; 2],
    ) -> Vec<bool> {
        let nothing = vec![false; marks.len() * bins];
        let of_gene = |gene: &String| {
            let mask = self.mask(gene, marks, skipped, bins).unwrap_or_else(|| nothing.clone());
            (0..bins).flat_map(move |bin| {
                let here: Vec<bool> = mask.iter().skip(bin).step_by(bins).copied().collect();
                here.repeat(cell_types)
            })
        };
        genes.iter().flat_map(of_gene).collect()
    }

    /// Mask of planted places of a gene, [marks, T]: `bins` bins after `skipped`; `None` if the file lacks the gene.
    pub fn mask(&self, gene: &str, marks: &[String], skipped: usize, bins: usize) -> Option<Vec<bool>> {
        let stretches = self.gene(gene)?;
        let mut mask = vec![false; marks.len() * bins];
        for stretch in stretches {
            let Some(row) = marks.iter().position(|mark| *mark == stretch.mark) else {
                continue;
            };
            let first = (stretch.first_bin - 1).max(skipped) - skipped;
            let end = stretch.last_bin.saturating_sub(skipped).min(bins);
            if first < end {
                mask[row * bins..][first..end].fill(true);
            }
        }
        Some(mask)
    }
}

impl Stretch {
    fn is_one(&self) -> bool {
        1 <= self.first_bin && self.first_bin <= self.last_bin
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TSV: &str = "gene\tstrand\ton\tlabel\texpression\tmark\tfirst_bin\tlast_bin\teffect
G1\t+\t1\t1\t90\tH3K4me3\t2\t3\t1.5
G1\t+\t1\t1\t90\tH3K27me3\t1\t1\t0.4
G2\t-\t0\t0\t3\t\t\t\t
";
    const JSON: &str = r#"{"simulated":true,"genes":[
        {"gene":"G1","on":true,"planted":[{"mark":"H3K4me3","first_bin":2,"last_bin":3,"effect":1.5},
                                          {"mark":"H3K27me3","first_bin":1,"last_bin":1,"effect":0.4}]},
        {"gene":"G2","on":false,"planted":[]}]}"#;

    fn marks() -> Vec<String> {
        ["H3K27me3", "H3K4me3"].map(str::to_owned).to_vec()
    }

    #[test]
    fn text_and_json_say_the_same() {
        let tsv = PlantedTruth::read("t.tsv", TSV.as_bytes()).unwrap();
        assert_eq!(tsv, PlantedTruth::read("t.json", JSON.as_bytes()).unwrap());
        assert_eq!(tsv.last_bin(), 3);
        assert_eq!(tsv.gene("G2"), Some(&[][..]));
        assert_eq!(tsv.gene("G3"), None);
    }

    #[test]
    fn a_mask_has_a_row_a_mark_of_the_model() {
        let truth = PlantedTruth::read("t", TSV.as_bytes()).unwrap();
        let mask = |skipped, bins| truth.mask("G1", &marks(), skipped, bins).unwrap();
        let [n, y] = [false, true];
        assert_eq!(mask(0, 4), [y, n, n, n, n, y, y, n]);
        // The table was cut to bins 3-4, then to 1-2.
        assert_eq!(mask(2, 2), [n, n, y, n]);
        assert_eq!(mask(0, 2), [y, n, n, y]);
        assert_eq!(truth.mask("G2", &marks(), 0, 1), Some(vec![n, n]));
        assert_eq!(truth.mask("G3", &marks(), 0, 1), None);
    }

    #[test]
    fn places_lie_as_the_values_of_genes_do() {
        let truth = PlantedTruth::read("t", TSV.as_bytes()).unwrap();
        let genes = ["G2", "G1", "G3"].map(str::to_owned);
        let places = truth.places(&genes, &marks(), 2, [0, 3]);
        let [n, y] = [false, true];
        let of_g1 = [y, n, y, n, n, y, n, y, n, y, n, y];
        assert_eq!(places, [&[n; 12][..], &of_g1, &[n; 12]].concat());
    }

    #[test]
    fn a_truth_of_other_genes_or_bins_is_refused() {
        let truth = PlantedTruth::read("t", TSV.as_bytes()).unwrap();
        let genes = ["G1", "G9"].map(str::to_owned);
        assert_eq!(truth.check("t", ("a.csv", &genes), Some(3)), Ok(1));
        assert_eq!(truth.check("t", ("a.csv", &genes), None), Ok(1));
        for (refused, saying) in [
            (
                truth.check("t", ("a.csv", &genes[1..]), None),
                "t: found none of the genes of a.csv; expected the same ids, such as G9.",
            ),
            (
                truth.check("t", ("a.csv", &genes), Some(2)),
                "t: found bin 3 planted; expected none after 2",
            ),
        ] {
            let error = refused.unwrap_err().to_string();
            assert!(error.contains(saying) && error.contains("beside the table"), "{error}");
        }
    }

    #[test]
    fn what_is_no_truth_is_said_with_its_line() {
        let cases = [
            ("", "t, line 1: found no column gene"),
            ("gene,bin,H3K4me3,label\n", "line 1: found no column gene"),
            (
                &TSV.replace("2\t3\t1.5", "3\t2\t1.5"),
                "line 2: found the bins `3` to `2`",
            ),
            (&TSV.replace("\t0.4", ""), "line 3: found 8 cells; expected 9"),
            ("{\"genes\": 3}", "line 1: found invalid type"),
            (&JSON.replace("\"first_bin\":1", "\"first_bin\":0"), "first_bin: 0"),
        ];
        for (text, saying) in cases {
            let error = PlantedTruth::read("t", text.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(saying), "{error}");
        }
    }
}

//! Tables of several cell types: a column `cell` behind the gene, and an example for each gene in each cell type.
//!
//! The native program alone reads them: an example is called `GENE@CELL`, and a note of the table says that it is so.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use regulens::input::{SignalTable, TableReader};

use super::error::CliError;
use super::genes::take;
use super::words::cell;

/// The beginning of such a table's note.
const NOTE: &str = "cell types: ";

/// The letter between gene and cell type.
const BETWEEN: char = '@';

/// True where the examples of a table are genes in cell types.
pub fn are_in(table: &SignalTable) -> bool {
    table.notes.iter().any(|note| note.starts_with(NOTE))
}

/// The gene of an example, and its cell type.
pub fn split(example: &str) -> (&str, &str) {
    example.rsplit_once(BETWEEN).unwrap_or((example, ""))
}

/// The gene of each example.
pub fn genes(table: &SignalTable) -> Vec<&str> {
    let examples = table.genes.iter().map(String::as_str);
    match are_in(table) {
        true => examples.map(|example| split(example).0).collect(),
        false => examples.collect(),
    }
}

/// The cell types of a table, as its note lists them; none of a table of one.
pub fn names(table: &SignalTable) -> Option<&str> {
    let note = table.notes.iter().find_map(|note| note.strip_prefix(NOTE))?;
    Some(note.split_once(';').map_or(note, |(names, _)| names))
}

/// The first cells of an example's row in a table of results: the gene and, where examples are genes in cell types,
/// the cell type.
pub fn columns(example: &str, has_cells: bool) -> String {
    match split(example) {
        (gene, name) if has_cells => format!("{}\t{}", cell(gene), cell(name)),
        _ => cell(example),
    }
}

/// Their header.
pub fn header(has_cells: bool) -> &'static str {
    if has_cells { "gene\tcell" } else { "gene" }
}

/// Refuses a table of several cell types where `what` takes one.
pub fn refuse(table: &SignalTable, what: &str) -> Result<(), CliError> {
    if !are_in(table) {
        return Ok(());
    }
    Err(CliError::file(
        &table.file,
        format!(
            "found a column of cell types; {what} takes one cell type per table. Give the rows of one cell type, \
                without that column."
        ),
    ))
}

/// Reads the text of a table whose header is `gene,cell,bin,MARK,…`; none where it has another header.
pub fn table(path: &Path, text: &str) -> Result<Option<SignalTable>, CliError> {
    let Some(header) = text
        .lines()
        .find(|line| !line.starts_with('#') && !line.trim().is_empty())
    else {
        return Ok(None);
    };
    let Some(separator) = [',', '\t', ';']
        .into_iter()
        .find(|&separator| is_header(header, separator))
    else {
        return Ok(None);
    };
    let file = path.display().to_string();
    let mut joined = String::with_capacity(text.len());
    let mut cells: Vec<&str> = Vec::new();
    let mut is_below = false;
    for (line, row) in text.lines().enumerate() {
        let parts = (!row.starts_with('#')).then(|| parts(row, separator)).flatten();
        match parts {
            Some([gene, _, rest]) if !is_below => {
                is_below = true;
                write!(joined, "{gene}{separator}{rest}").expect("a String takes any text");
            }
            Some([gene, cell, rest]) => {
                if cell.is_empty() || cell.contains(BETWEEN) {
                    return Err(CliError::file(
                        file,
                        format!(
                            "line {}: found the cell type {cell:?}; expected a name without @. Name the cell type \
                                in every row.",
                            line + 1
                        ),
                    ));
                }
                if !cells.contains(&cell) {
                    cells.push(cell);
                }
                write!(joined, "{gene}{BETWEEN}{cell}{separator}{rest}").expect("a String takes any text");
            }
            None => joined += row,
        }
        joined.push('\n');
    }
    let mut reader = TableReader::new(&file);
    reader.push(joined.as_bytes())?;
    drop(joined);
    let mut table = reader.finish()?;
    table.notes.push(format!(
        "{NOTE}{}; each example is a gene in one of them",
        cells.join(", ")
    ));
    Ok(Some(table))
}

/// The gene, the cell type and what is behind them.
fn parts(row: &str, separator: char) -> Option<[&str; 3]> {
    let (gene, rest) = row.split_once(separator)?;
    let (cell, rest) = rest.split_once(separator)?;
    Some([gene.trim().trim_matches('"'), cell.trim().trim_matches('"'), rest])
}

fn is_header(row: &str, separator: char) -> bool {
    let is_one = |cell: &str, names: &[&str]| names.iter().any(|name| cell.eq_ignore_ascii_case(name));
    parts(row, separator).is_some_and(|[gene, cell, rest]| {
        is_one(gene, &["gene", "geneid", "gene_id"])
            && is_one(cell, &["cell", "cell_type", "celltype", "cell type"])
            && rest.to_ascii_lowercase().trim_start_matches('"').starts_with("bin")
    })
}

/// The labels of a table's examples, each cell type's by `label`, which labels the table of one; examples that it
/// leaves out are left out.
///
/// # Errors
/// As `label`.
pub fn labelled(
    table: &SignalTable,
    label: impl Fn(&str, &SignalTable) -> Result<SignalTable, CliError>,
) -> Result<SignalTable, CliError> {
    let mut cells: Vec<&str> = Vec::new();
    let mut labels: HashMap<String, bool> = HashMap::new();
    let mut rules = Vec::new();
    for cell in table.genes.iter().map(|example| split(example).1) {
        if !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    for cell in cells {
        let places: Vec<usize> = (0..table.genes.len())
            .filter(|&place| split(&table.genes[place]).1 == cell)
            .collect();
        let mut of_cell = take(table, &places);
        for gene in &mut of_cell.genes {
            *gene = split(gene).0.to_owned();
        }
        let before = of_cell.notes.len();
        let of_cell = label(cell, &of_cell)?;
        let new = of_cell.notes.iter().skip(before);
        rules.extend(new.map(|note| format!("{cell}: {}", note.strip_prefix("labels: ").unwrap_or(note))));
        let found = of_cell.genes.iter().zip(of_cell.labels.iter().flatten());
        labels.extend(found.map(|(gene, &on)| (format!("{gene}{BETWEEN}{cell}"), on)));
    }
    let has_label = |&place: &usize| labels.contains_key(&table.genes[place]);
    let places: Vec<usize> = (0..table.genes.len()).filter(has_label).collect();
    let mut labelled = take(table, &places);
    labelled.labels = Some(labelled.genes.iter().map(|example| labels[example]).collect());
    labelled.notes.push(format!("labels: {}", rules.join("; ")));
    Ok(labelled)
}

//! Writes tables in the layouts that are read.

use std::io::{self, Write};
use std::ops::Range;

use super::{Layout, SignalTable, shortest};

/// Writes a comment about the table, before its header. Readers return it as a note.
///
/// # Errors
/// `InvalidInput` if the text has more than one line.
pub fn write_comment(text: &str, out: &mut impl Write) -> io::Result<()> {
    if text.contains(['\n', '\r']) {
        return refuse(format!("a comment is one line: {text:?}"));
    }
    writeln!(out, "# {text}")
}

/// Writes a table with a header: `gene,bin,MARK,…`, and `label` if the table has labels. Comma-separated, uncompressed.
///
/// Numbers read back as the same float32.
///
/// # Errors
/// `InvalidInput` if a gene's id contains a quote or a line break.
pub fn write_headed(table: &SignalTable, out: &mut impl Write) -> io::Result<()> {
    write_header(table, out)?;
    write_headed_rows(table, 0..table.genes.len(), out)
}

/// First part of [`write_headed`]: the header.
pub fn write_header(table: &SignalTable, out: &mut impl Write) -> io::Result<()> {
    let mut text = format!("gene,bin,{}", table.marks.join(","));
    if table.labels.is_some() {
        text.push_str(",label");
    }
    text.push('\n');
    out.write_all(text.as_bytes())
}

/// Further part of [`write_headed`]: the rows of some genes.
///
/// # Errors
/// As [`write_headed`].
///
/// # Panics
/// If the genes are out of bounds.
pub fn write_headed_rows(table: &SignalTable, genes: Range<usize>, out: &mut impl Write) -> io::Result<()> {
    write_rows(table, genes, out, |gene| format!("{gene},"))
}

/// Writes a table without a header in the layout published with AttentiveChrome or DeepDiff.
///
/// # Errors
/// `InvalidInput` if the layout cannot represent the table: other marks than the layout's or in another order, labels
/// missing (AttentiveChrome) or lost (DeepDiff), or a gene's id with an underscore, where readers split. DeepDiff keys
/// repeat the gene as symbol.
pub fn write_published(table: &SignalTable, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let name = layout.name();
    let Some(marks) = layout.published_marks() else {
        return refuse(format!("the layout {name} has a header"));
    };
    if let Some(gene) = table.genes.iter().find(|gene| gene.contains('_')) {
        return refuse(format!("the layout {name} cuts ids at `_`: {gene}"));
    }
    if table.marks != marks {
        return refuse(format!(
            "the layout {name} has the marks {}, the table {}",
            marks.join(", "),
            table.marks.join(", ")
        ));
    }
    let all = 0..table.genes.len();
    match (layout, &table.labels) {
        (Layout::Labelled, None) => refuse(format!("the layout {name} has labels, the table has none")),
        (Layout::Keyed, Some(_)) => refuse(format!("the layout {name} has no labels, the table has")),
        (Layout::Keyed, None) => write_rows(table, all, out, |gene| format!("{gene}_{gene}_")),
        _ => write_headed_rows(table, all, out),
    }
}

fn refuse(why: String) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::InvalidInput, why))
}

/// Writes rows; `key` returns the text before the number of a gene's bin.
fn write_rows(
    table: &SignalTable,
    genes: Range<usize>,
    out: &mut impl Write,
    key: impl Fn(&str) -> String,
) -> io::Result<()> {
    let mut text = Vec::new();
    for index in genes {
        let gene = &table.genes[index];
        if gene.contains(['"', '\n', '\r']) {
            return refuse(format!("no cell can hold the id {gene:?}"));
        }
        let quoted = format!("\"{gene}\"");
        let key = key(if gene.contains([',', '\t']) { &quoted } else { gene });
        text.clear();
        for (row, bin) in table.gene(index).chunks_exact(table.marks.len()).zip(1..) {
            text.extend_from_slice(key.as_bytes());
            shortest::push_digits(&mut text, bin, 0);
            for &value in row {
                text.push(b',');
                shortest::push(&mut text, value);
            }
            if let Some(labels) = &table.labels {
                text.extend_from_slice(if labels[index] { b",1" } else { b",0" });
            }
            text.push(b'\n');
        }
        out.write_all(&text)?;
    }
    Ok(())
}

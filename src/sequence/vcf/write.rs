//! Writes rows with additional INFO fields.

use std::io::{self, Write};

use super::Vcf;

/// An INFO field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfoField {
    /// Its name in the rows.
    pub id: String,
    /// `Float`, `Integer` or `String`.
    pub kind: &'static str,
    /// Its description, in one line.
    pub description: String,
}

/// Values of a field in a row: one per alternative, `None` if missing.
pub type Info = Vec<Option<String>>;

/// Index of the column INFO.
const INFO: usize = 7;

impl InfoField {
    /// The closest name to `name` that VCF allows: letters, digits and `_`.
    pub fn id_of(name: &str) -> String {
        let id: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        if id.is_empty() { "_".to_owned() } else { id }
    }
}

impl Vcf {
    /// Writes the file with `fields`; `values` returns those of a row, counted from 0, in the order of `fields`. A row
    /// without any values is not changed; an existing field of the same name is replaced. `notes` become lines
    /// `##NAME=TEXT` of the header.
    ///
    /// # Errors
    /// Errors of `out`.
    pub fn write(
        &self,
        notes: &[(&str, String)],
        fields: &[InfoField],
        values: impl Fn(usize) -> Vec<Info>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (columns, meta) = match self.header.split_last() {
            Some((columns, meta)) => (columns.as_str(), meta),
            None => ("", &self.header[..]),
        };
        let replaced = |line: &String| {
            let id = line
                .strip_prefix("##INFO=<ID=")
                .and_then(|rest| rest.split([',', '>']).next());
            id.is_some_and(|id| fields.iter().any(|field| field.id == id))
        };
        for line in meta.iter().filter(|line| !replaced(line)) {
            writeln!(out, "{line}")?;
        }
        for (name, text) in notes {
            writeln!(out, "##{name}={text}")?;
        }
        for field in fields {
            writeln!(
                out,
                "##INFO=<ID={},Number=A,Type={},Description=\"{}\">",
                field.id,
                field.kind,
                field.description.replace('\\', "\\\\").replace('"', "\\\"")
            )?;
        }
        writeln!(out, "{columns}")?;
        for (number, row) in self.rows.iter().enumerate() {
            let added: Vec<String> = fields
                .iter()
                .zip(values(number))
                .filter(|(_, values)| values.iter().any(Option::is_some))
                .map(|(field, values)| {
                    let values: Vec<&str> = values.iter().map(|value| value.as_deref().unwrap_or(".")).collect();
                    format!("{}={}", field.id, values.join(","))
                })
                .collect();
            if added.is_empty() {
                writeln!(out, "{}", row.text)?;
                continue;
            }
            for (column, cell) in row.text.split('\t').enumerate() {
                if column > 0 {
                    write!(out, "\t")?;
                }
                if column == INFO {
                    let kept = cell
                        .split(';')
                        .filter(|item| !matches!(*item, "." | ""))
                        .filter(|item| {
                            let id = item.split('=').next().unwrap_or(item);
                            !fields.iter().any(|field| field.id == id)
                        });
                    let items: Vec<&str> = kept.chain(added.iter().map(String::as_str)).collect();
                    write!(out, "{}", items.join(";"))?;
                } else {
                    write!(out, "{cell}")?;
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

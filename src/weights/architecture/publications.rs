//! The publications behind a model.

/// A publication to cite.
#[derive(Debug, PartialEq, Eq)]
pub struct Work {
    /// Key in BibTeX.
    pub key: &'static str,
    /// In a text: `Singh et al. 2017`.
    pub brief: &'static str,
    /// In a list of references.
    pub citation: &'static str,
    /// Entry type in BibTeX.
    pub(super) kind: &'static str,
    /// Fields in BibTeX.
    pub(super) fields: &'static [(&'static str, &'static str)],
}

impl Work {
    /// The entry of a `.bib` file.
    pub fn bibtex(&self) -> String {
        let width = self.fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let line = |(name, value): &(&str, &str)| format!("  {name:width$} = {{{value}}}");
        let lines: Vec<String> = self.fields.iter().map(line).collect();
        format!("@{}{{{},\n{}\n}}", self.kind, self.key, lines.join(",\n"))
    }
}

/// This program.
pub static REGULENS: Work = Work {
    key: "regulens",
    brief: concat!("Regulens ", env!("CARGO_PKG_VERSION")),
    citation: concat!(
        "Regulens contributors. Regulens: attention models of gene regulation in the browser, version ",
        env!("CARGO_PKG_VERSION"),
        "."
    ),
    kind: "software",
    fields: &[
        ("author", "{Regulens contributors}"),
        ("title", "Regulens: attention models of gene regulation in the browser"),
        ("version", env!("CARGO_PKG_VERSION")),
        ("url", env!("CARGO_PKG_REPOSITORY")),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::architecture::FAMILIES;

    #[test]
    fn an_entry_of_bibtex_has_its_fields_in_order_and_in_line() {
        let work = Work {
            key: "angus2018regulatory",
            brief: "Angus and Eyuboglu 2018",
            citation: "Angus, Eyuboglu (2018).",
            kind: "misc",
            fields: &[
                ("author", "Angus and Eyuboglu"),
                ("howpublished", "\\url{https://example.org}"),
            ],
        };
        assert_eq!(
            work.bibtex(),
            "@misc{angus2018regulatory,\n  author       = {Angus and Eyuboglu},\n  howpublished = \
             {\\url{https://example.org}}\n}"
        );
    }

    #[test]
    fn every_entry_of_bibtex_is_whole_and_has_an_author_a_title_and_a_year_or_version() {
        let variants = FAMILIES.iter().flat_map(|family| family.variants());
        let mut works: Vec<&Work> = variants.flat_map(|variant| variant.works).copied().collect();
        works.push(&REGULENS);
        for work in &works {
            let entry = work.bibtex();
            let open = entry.chars().scan(0, |depth, letter| {
                *depth += i32::from(letter == '{') - i32::from(letter == '}');
                Some(*depth)
            });
            let open: Vec<i32> = open.collect();
            assert!(
                open.iter().all(|&depth| depth >= 0) && open.last() == Some(&0),
                "{entry}"
            );
            let has = |name: &str| {
                work.fields
                    .iter()
                    .any(|&(field, value)| field == name && !value.is_empty())
            };
            assert!(
                has("author") && has("title") && (has("year") || has("version")),
                "{entry}"
            );
            assert!(
                works.iter().all(|other| other.key != work.key || other == work),
                "{entry}"
            );
        }
    }
}

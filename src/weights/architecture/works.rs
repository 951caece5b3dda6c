//! The publications behind a model.

/// A work to cite.
#[derive(Debug, PartialEq, Eq)]
pub struct Work {
    /// What it is called in BibTeX.
    pub key: &'static str,
    /// In the text: `Singh et al. 2017`.
    pub brief: &'static str,
    /// In a list of references.
    pub citation: &'static str,
    /// Its kind in BibTeX.
    kind: &'static str,
    /// BibTeX's fields.
    fields: &'static [(&'static str, &'static str)],
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

/// AttentiveChrome.
pub static ATTENTIVE_CHROME: Work = Work {
    key: "singh2017attend",
    brief: "Singh et al. 2017",
    citation: "Singh R, Lanchantin J, Sekhon A, Qi Y. Attend and Predict: Understanding Gene Regulation by Selective \
               Attention on Chromatin. Advances in Neural Information Processing Systems 30 (2017).",
    kind: "inproceedings",
    fields: &[
        (
            "author",
            "Singh, Ritambhara and Lanchantin, Jack and Sekhon, Arshdeep and Qi, Yanjun",
        ),
        (
            "title",
            "Attend and Predict: Understanding Gene Regulation by Selective Attention on Chromatin",
        ),
        ("booktitle", "Advances in Neural Information Processing Systems"),
        ("volume", "30"),
        ("year", "2017"),
        ("eprint", "1708.00339"),
        ("archiveprefix", "arXiv"),
    ],
};

/// DeepChrome.
pub static DEEP_CHROME: Work = Work {
    key: "singh2016deepchrome",
    brief: "Singh et al. 2016",
    citation: "Singh R, Lanchantin J, Robins G, Qi Y. DeepChrome: deep-learning for predicting gene expression from \
               histone modifications. Bioinformatics 32, i639-i648 (2016).",
    kind: "article",
    fields: &[
        (
            "author",
            "Singh, Ritambhara and Lanchantin, Jack and Robins, Gabriel and Qi, Yanjun",
        ),
        (
            "title",
            "{DeepChrome}: deep-learning for predicting gene expression from histone modifications",
        ),
        ("journal", "Bioinformatics"),
        ("volume", "32"),
        ("number", "17"),
        ("pages", "i639--i648"),
        ("year", "2016"),
        ("doi", "10.1093/bioinformatics/btw427"),
    ],
};

/// DeepDiff.
pub static DEEP_DIFF: Work = Work {
    key: "sekhon2018deepdiff",
    brief: "Sekhon et al. 2018",
    citation: "Sekhon A, Singh R, Qi Y. DeepDiff: DEEP-learning for predicting DIFFerential gene expression from histone \
               modifications. Bioinformatics 34, i891-i900 (2018).",
    kind: "article",
    fields: &[
        ("author", "Sekhon, Arshdeep and Singh, Ritambhara and Qi, Yanjun"),
        (
            "title",
            "{DeepDiff}: {DEEP}-learning for predicting {DIFFerential} gene expression from histone modifications",
        ),
        ("journal", "Bioinformatics"),
        ("volume", "34"),
        ("number", "17"),
        ("pages", "i891--i900"),
        ("year", "2018"),
        ("doi", "10.1093/bioinformatics/bty612"),
    ],
};

/// Basenji.
pub static BASENJI: Work = Work {
    key: "kelley2018sequential",
    brief: "Kelley et al. 2018",
    citation: "Kelley DR, Reshef YA, Bileschi M, Belanger D, McLean CY, Snoek J. Sequential regulatory activity prediction \
               across chromosomes with convolutional neural networks. Genome Research 28, 739-750 (2018).",
    kind: "article",
    fields: &[
        (
            "author",
            "Kelley, David R. and Reshef, Yakir A. and Bileschi, Maxwell and Belanger, David and McLean, Cory Y. and Snoek, \
             Jasper",
        ),
        (
            "title",
            "Sequential regulatory activity prediction across chromosomes with convolutional neural networks",
        ),
        ("journal", "Genome Research"),
        ("volume", "28"),
        ("number", "5"),
        ("pages", "739--750"),
        ("year", "2018"),
        ("doi", "10.1101/gr.227819.117"),
    ],
};

/// Attention-Basenji. Its report's title is that in its repository's README, which gives surnames only.
pub static ATTENTION_BASENJI: Work = Work {
    key: "angus2018regulatory",
    brief: "Angus and Eyuboglu 2018",
    citation: "Angus, Eyuboglu. Regulatory activity prediction with attention-based models. Stanford University, CS273B \
               project report (2018).",
    kind: "misc",
    fields: &[
        ("author", "Angus and Eyuboglu"),
        ("title", "Regulatory Activity Prediction with Attention-Based Models"),
        ("year", "2018"),
        ("howpublished", "\\url{https://github.com/seyuboglu/genome-attention}"),
    ],
};

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

    #[test]
    fn an_entry_of_bibtex_has_its_fields_in_order_and_in_line() {
        assert_eq!(
            ATTENTION_BASENJI.bibtex(),
            "@misc{angus2018regulatory,\n  author       = {Angus and Eyuboglu},\n  title        = {Regulatory Activity \
             Prediction with Attention-Based Models},\n  year         = {2018},\n  howpublished = \
             {\\url{https://github.com/seyuboglu/genome-attention}}\n}"
        );
    }

    #[test]
    fn every_entry_of_bibtex_is_whole_and_has_an_author_a_title_and_a_year_or_version() {
        let works = [
            &ATTENTIVE_CHROME,
            &DEEP_CHROME,
            &DEEP_DIFF,
            &BASENJI,
            &ATTENTION_BASENJI,
            &REGULENS,
        ];
        for work in works {
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
                works.iter().filter(|other| other.key == work.key).count() == 1,
                "{entry}"
            );
        }
        assert!(
            DEEP_CHROME
                .bibtex()
                .contains("doi     = {10.1093/bioinformatics/btw427}")
        );
    }
}

//! Names of chromosomes, which differ between files of the same genome.

use std::collections::HashMap;

/// Sequences by name: exact, else without regard to `chr` and to what the mitochondrial one is called.
#[derive(Debug, Clone, Default)]
pub struct Names {
    exact: HashMap<String, usize>,
    plain: HashMap<String, usize>,
}

impl Names {
    /// Sequences of these names, in order.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for (index, name) in names.into_iter().enumerate() {
            found.exact.entry(name.to_owned()).or_insert(index);
            found.plain.entry(plain(name)).or_insert(index);
        }
        found
    }

    /// The number of the sequence of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        let exact = self.exact.get(name);
        exact.or_else(|| self.plain.get(&plain(name))).copied()
    }
}

/// The name without `chr`, in upper case; the mitochondrial chromosome is `MT`.
fn plain(name: &str) -> String {
    let upper = name.to_ascii_uppercase();
    let bare = match upper.strip_prefix("CHR") {
        Some(bare) if !bare.is_empty() => bare,
        _ => &upper,
    };
    match bare {
        "M" | "MITO" | "MTDNA" | "MITOCHONDRION" => "MT".to_owned(),
        bare => bare.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chromosomes_are_found_with_and_without_chr() {
        let names = Names::new(["chr1", "chrX", "chrM", "scaffold_7"]);
        for (asked, found) in [
            ("1", Some(0)),
            ("chr1", Some(0)),
            ("Chr1", Some(0)),
            ("X", Some(1)),
            ("MT", Some(2)),
            ("M", Some(2)),
            ("Mito", Some(2)),
            ("scaffold_7", Some(3)),
            ("11", None),
            ("chr", None),
        ] {
            assert_eq!(names.find(asked), found, "{asked}");
        }
        assert_eq!(Names::new(["1", "MT"]).find("chrM"), Some(1));
    }

    #[test]
    fn an_exact_name_goes_before_one_that_is_alike() {
        let names = Names::new(["1", "chr1"]);
        assert_eq!((names.find("1"), names.find("chr1")), (Some(0), Some(1)));
    }
}

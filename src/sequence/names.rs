//! Matching of chromosome names, which differ between files of the same genome.

use std::collections::HashMap;

/// Marks a key that several sequences have.
const SEVERAL: usize = usize::MAX;

/// Number of ways to match a name, closest first: as set by the user, exactly, without `chr`, without case, as another
/// name of the mitochondrial sequence.
const WAYS: u8 = 5;

/// Sequences by name, matched in these ways.
#[derive(Debug, Clone, Default)]
pub struct Names {
    keys: HashMap<String, usize>,
    sequences: usize,
}

impl Names {
    /// Sequences of these names, in order.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for name in names {
            let number = found.sequences;
            found.sequences += 1;
            for way in 1..WAYS {
                let Some(key) = key(way, name) else { continue };
                // The first of repeated names counts.
                let kept = found.keys.entry(key).or_insert(number);
                if *kept != number && way > 1 {
                    *kept = SEVERAL;
                }
            }
        }
        found
    }

    /// Largest memory of the names of a sequence whose own name has `name` bytes.
    pub(crate) const fn held(name: usize) -> usize {
        // Entries of a growing table, with the way before each key.
        (WAYS - 1) as usize * (4 * (size_of::<(String, usize)>() + 1) + name + 4)
    }

    /// Adds `other` as a name of the sequence `name`. Returns false if there is no such sequence.
    pub fn rename(&mut self, other: &str, name: &str) -> bool {
        let found = key(1, name).and_then(|key| self.keys.get(&key).copied());
        if let (Some(found), Some(key)) = (found, key(0, other)) {
            self.keys.insert(key, found);
        }
        found.is_some()
    }

    /// Returns true if the user has set the meaning of this name.
    pub fn is_renamed(&self, other: &str) -> bool {
        key(0, other).is_some_and(|key| self.keys.contains_key(&key))
    }

    /// The index of the sequence of this name, if it is unambiguous; [`Owners`] takes the other names of a file into
    /// account.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.meant(name).map(|(sequence, _)| sequence)
    }

    /// The sequence that matches a name, and the way. `None` for an ambiguous name.
    fn meant(&self, name: &str) -> Option<(usize, u8)> {
        let found = |way| Some((*self.keys.get(&key(way, name)?)?, way));
        (0..WAYS).find_map(found).filter(|&(sequence, _)| sequence != SEVERAL)
    }

    /// For each sequence, the name of another file that matches it, by index.
    pub fn owners<'a>(&self, others: impl IntoIterator<Item = &'a str>) -> Owners {
        let mut owners = Owners::default();
        for (number, other) in others.into_iter().enumerate() {
            owners.claim(self, other, number);
        }
        owners
    }
}

/// The name of another file that matches each sequence: the closest one only.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    by_sequence: HashMap<usize, Owner>,
}

#[derive(Debug, Clone, Copy)]
struct Owner {
    way: u8,
    number: usize,
    /// Another one that matches equally well.
    other: Option<usize>,
}

impl Owners {
    /// Adds the next name of the other file, with its index there. Returns the sequence that it matches, unless a
    /// closer name does, and the index of the less close name that it replaces.
    pub fn claim(&mut self, names: &Names, other: &str, number: usize) -> Option<(usize, Option<usize>)> {
        let (sequence, way) = names.meant(other)?;
        let mut before = None;
        if let Some(owner) = self.by_sequence.get_mut(&sequence) {
            if owner.way == way {
                owner.other.get_or_insert(number);
            }
            if owner.way <= way {
                return None;
            }
            before = Some(owner.number);
        }
        let owner = Owner {
            way,
            number,
            other: None,
        };
        self.by_sequence.insert(sequence, owner);
        Some((sequence, before))
    }

    /// The index of the name that matches a sequence.
    pub fn of(&self, sequence: usize) -> Option<usize> {
        self.by_sequence.get(&sequence).map(|owner| owner.number)
    }

    /// A sequence that two names match equally well, and their indices.
    pub fn doubled(&self) -> Option<(usize, usize, usize)> {
        let doubled = |(&sequence, owner): (&usize, &Owner)| Some((sequence, owner.number, owner.other?));
        self.by_sequence.iter().filter_map(doubled).min()
    }
}

/// The key by which a name is compared in a way.
fn key(way: u8, name: &str) -> Option<String> {
    let bare = match name.get(..3) {
        Some(chr) if chr.eq_ignore_ascii_case("chr") && name.len() > 3 && way > 1 => &name[3..],
        _ => name,
    };
    let key = match way {
        0..3 => bare.to_owned(),
        3 => bare.to_ascii_uppercase(),
        _ => match bare.to_ascii_uppercase().as_str() {
            "M" | "MT" | "MITO" | "MTDNA" | "MITOCHONDRION" => "MT".to_owned(),
            _ => return None,
        },
    };
    Some(format!("{way}{key}"))
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

    #[test]
    fn the_name_but_for_chr_goes_before_other_names_of_mitochondria() {
        let names = Names::new(["chrM", "chrMT"]);
        assert_eq!((names.find("MT"), names.find("M")), (Some(1), Some(0)));
        assert_eq!(names.find("Mito"), None, "it could be either");
        assert_eq!(Names::new(["chrMT", "chrM"]).find("MT"), Some(0));
    }

    #[test]
    fn a_sequence_has_one_owner_and_the_closest_in_any_order() {
        let names = Names::new(["chrX", "chr4", "chrM"]);
        for others in [
            ["X", "chrX", "4", "Mito", "chrM", "chr4"],
            ["chr4", "chrM", "Mito", "4", "chrX", "X"],
        ] {
            let owners = names.owners(others);
            let of = |sequence| owners.of(sequence).map(|at| others[at]);
            assert_eq!([of(0), of(1), of(2)], [Some("chrX"), Some("chr4"), Some("chrM")]);
            assert_eq!(owners.doubled(), None);
        }
        let lent = names.owners(["X"]);
        assert_eq!((lent.of(0), lent.of(1)), (Some(0), None));
    }

    #[test]
    fn a_name_with_an_owner_of_its_own_is_not_lent() {
        let names = Names::new(["chrX", "X"]);
        let owners = names.owners(["X"]);
        assert_eq!((owners.of(0), owners.of(1)), (None, Some(0)));
    }

    #[test]
    fn two_names_that_mean_a_sequence_alike_are_told_unless_one_is_closer_or_renamed() {
        let mut names = Names::new(["chrM", "chr1"]);
        assert_eq!(names.owners(["Mito", "1", "MT"]).doubled(), Some((0, 0, 2)));
        assert_eq!(names.owners(["Mito", "MT", "chrM"]).doubled(), None);
        assert!(names.rename("MT", "chrM") && !names.rename("MT", "chrQ"));
        let owners = names.owners(["Mito", "1", "MT"]);
        assert_eq!((owners.doubled(), owners.of(0)), (None, Some(2)));
    }
}

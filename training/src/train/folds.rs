//! Assigns examples to folds by groups that must not be split, such as the genes of a chromosome.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;

use super::{Purpose, generator};

/// The fold of each example, counted from 0, by its group. Large groups are assigned first, each to the fold with the
/// fewest examples so far, so that folds are of similar size; the seed orders equal groups, and the folds.
///
/// # Errors
/// The number of groups, if below the number of folds.
pub fn deal(groups: &[&str], folds: usize, seed: u64) -> Result<Vec<usize>, usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for group in groups {
        *sizes.entry(group).or_default() += 1;
    }
    if sizes.len() < folds {
        return Err(sizes.len());
    }
    let mut random = generator(seed, Purpose::Folds);
    let mut order: Vec<(&str, usize)> = sizes.into_iter().collect();
    order.shuffle(&mut random);
    order.sort_by_key(|&(_, size)| std::cmp::Reverse(size));
    let mut numbers: Vec<usize> = (0..folds).collect();
    numbers.shuffle(&mut random);
    let mut filled = vec![0_usize; folds];
    let mut of_group = BTreeMap::new();
    for (group, size) in order {
        let smallest = (0..folds).min_by_key(|&fold| filled[fold]).unwrap_or_default();
        filled[smallest] += size;
        of_group.insert(group, numbers[smallest]);
    }
    Ok(groups.iter().map(|group| of_group[group]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stay_whole_and_folds_are_of_like_size() {
        let sizes = [40, 30, 20, 19, 11, 9, 5, 3, 1];
        let names: Vec<String> = (1..=sizes.len()).map(|number| format!("chr{number}")).collect();
        let groups = names.iter().zip(sizes);
        let groups: Vec<&str> = groups.flat_map(|(name, size)| vec![name.as_str(); size]).collect();
        let dealt = deal(&groups, 3, 1).unwrap();
        let mut filled = [0; 3];
        for (at, &fold) in dealt.iter().enumerate() {
            filled[fold] += 1;
            let same = groups.iter().position(|group| *group == groups[at]).unwrap();
            assert_eq!(dealt[same], fold, "{}", groups[at]);
        }
        // A third of 138 is 46.
        assert!(filled.iter().all(|size| (44..=48).contains(size)), "{filled:?}");
    }

    #[test]
    fn a_seed_deals_the_same_again_and_another_seed_otherwise() {
        let names: Vec<String> = (0..50).map(|number| format!("g{number}")).collect();
        let groups: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(deal(&groups, 5, 1), deal(&groups, 5, 1));
        assert_ne!(deal(&groups, 5, 1), deal(&groups, 5, 2));
        let mut reverse = groups.clone();
        reverse.reverse();
        let mut again = deal(&reverse, 5, 1).unwrap();
        again.reverse();
        assert_eq!(
            deal(&groups, 5, 1).unwrap(),
            again,
            "the order of examples changes nothing"
        );
    }

    #[test]
    fn fewer_groups_than_folds_are_refused_with_their_number() {
        assert_eq!(deal(&["a", "b", "a"], 3, 1), Err(2));
    }
}

use std::cmp::Ordering;

/// The numbers from 0 up to `count` in this order; equal ones stay as they stand. One sort for all: a sort that is
/// compiled anew for each order takes some kilobytes of the page's engines.
pub(crate) fn in_order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| compare(a, b));
    order
}

/// The numbers of values, the largest first.
pub(crate) fn largest_first(values: &[f64]) -> Vec<usize> {
    in_order(values.len(), &|a, b| values[b].total_cmp(&values[a]))
}

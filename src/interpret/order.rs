use std::cmp::Ordering;

/// The indices from 0 to `count` in this order, stable. All sorts share it, since every instance of a sort adds some
/// kilobytes to the page's engines.
pub(crate) fn in_order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| compare(a, b));
    order
}

/// The indices of values, largest first.
pub(crate) fn largest_first(values: &[f64]) -> Vec<usize> {
    in_order(values.len(), &|a, b| values[b].total_cmp(&values[a]))
}

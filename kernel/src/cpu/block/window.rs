//! Input positions of a convolution's tile.

/// Copies the positions of `x` [L, C] from `first` on, which may be negative, with zeros outside, and a ReLU if
/// `rectify`. The length of `to` is a whole number of positions.
#[inline(always)]
pub fn copy(x: &[f32], channels: usize, first: isize, rectify: bool, to: &mut [f32]) {
    let (count, positions) = ((to.len() / channels) as isize, (x.len() / channels) as isize);
    let start = (-first).clamp(0, count);
    let end = (positions - first).clamp(start, count);
    let (before, rest) = to.split_at_mut(start as usize * channels);
    let (inside, after) = rest.split_at_mut((end - start) as usize * channels);
    before.fill(0.0);
    after.fill(0.0);
    if inside.is_empty() {
        return;
    }
    let x = &x[(first + start) as usize * channels..][..inside.len()];
    if rectify {
        for (to, &x) in inside.iter_mut().zip(x) {
            // Keeps NaN.
            *to = if x < 0.0 { 0.0 } else { x };
        }
    } else {
        inside.copy_from_slice(x);
    }
}

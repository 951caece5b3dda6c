//! Splits genes, or positions of sequences, among the threads of the pool. A page has no threads: its workers split the
//! work, each with its own engine.

/// Returns true if there is one thread. A pool of one is bypassed: dispatching to it costs more than a small product.
pub fn alone() -> bool {
    #[cfg(not(any(target_arch = "wasm32", miri)))]
    return rayon::current_num_threads() == 1;
    #[cfg(any(target_arch = "wasm32", miri))]
    true
}

/// Runs `run(index, chunk)` for every chunk of `size` values.
pub fn for_each_chunk(values: &mut [f32], size: usize, run: impl Fn(usize, &mut [f32]) + Sync) {
    #[cfg(not(any(target_arch = "wasm32", miri)))]
    if values.len() > size && !alone() {
        use rayon::prelude::*;
        values
            .par_chunks_mut(size)
            .enumerate()
            .for_each(|(index, chunk)| run(index, chunk));
        return;
    }
    for (index, chunk) in values.chunks_mut(size).enumerate() {
        run(index, chunk);
    }
}

/// Runs `run` on every part and returns the results in order.
pub fn map<T: Send, R: Send>(parts: Vec<T>, run: impl Fn(T) -> R + Sync) -> Vec<R> {
    #[cfg(not(any(target_arch = "wasm32", miri)))]
    if parts.len() > 1 && !alone() {
        use rayon::prelude::*;
        return parts.into_par_iter().map(&run).collect();
    }
    parts.into_iter().map(run).collect()
}

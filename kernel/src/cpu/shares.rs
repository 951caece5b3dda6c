//! Genes, or positions of sequences, shared among the threads of the pool. A page has no threads: there, workers share
//! the work, each with an engine of its own.

/// Returns true if one thread does all: a pool of one is not asked, since handing work to it and waiting costs more
/// than a small product.
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

/// Runs `run` on every share; results in the shares' order.
pub fn map<T: Send, R: Send>(shares: Vec<T>, run: impl Fn(T) -> R + Sync) -> Vec<R> {
    #[cfg(not(any(target_arch = "wasm32", miri)))]
    if shares.len() > 1 && !alone() {
        use rayon::prelude::*;
        return shares.into_par_iter().map(&run).collect();
    }
    shares.into_iter().map(run).collect()
}

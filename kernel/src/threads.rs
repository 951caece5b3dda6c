//! Number of CPU threads of the kernels: one pool for the whole program.

use rayon::ThreadPoolBuilder;

/// Sets the number of threads of the kernels for the rest of the program. Must be called before the first kernel runs;
/// the default is that of the machine.
///
/// # Errors
/// A sentence: zero threads, called too late, or more than the system allows.
pub fn set_threads(threads: usize) -> Result<(), String> {
    if threads == 0 {
        return Err("no thread is left to compute on; give at least 1".to_owned());
    }
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| format!("{threads} threads cannot be had: {error}"))
}

/// Number of threads that the kernels use.
pub fn threads() -> usize {
    rayon::current_num_threads()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_threads_is_settled_once_and_is_never_none() {
        assert!(set_threads(0).unwrap_err().contains("at least 1"));
        // Another test of this program may have started the pool; then, too, it stays as it is.
        let _ = set_threads(2);
        let settled = threads();
        assert!(set_threads(settled + 1).is_err());
        assert_eq!(threads(), settled);
    }
}

/**
 * Numbers of the analyses, as the crate has them. Change them there, then write this by
 * `REGULENS_WRITE=1 cargo test --workspace --test interpret constants`.
 */

/** A gene is predicted on from this probability on. */
export const THRESHOLD = 0.5;

/** Largest allowed difference of a GPU's answer from the CPU's, relative to the larger of the two beyond 1. */
export const TOLERANCE = 0.0001;

/** Class optimisation as DeepChrome published it. */
export const CLASS_OPTIMISATION = { lambda: 0.009, steps: 1000, seed: 1 } as const;

/** Part of a window's prediction that is summed, for a score of a variant and for mutagenesis alike. */
export const SCORE = { around: 2, strands: "both", shifts: [0] } as const;

/** The share of wrong ones among names of motifs. */
export const NAMES_Q = 0.05;

/** Stretches that make a pattern, at least. */
export const PATTERN = 4;

/** Bases of a seqlet: a stretch that contributes more than those of shuffles do. */
export const SEQLET = 13;

/** Shuffles of a window that integrated gradients start from. */
export const SHUFFLES = 10;

/** Limits of requests to the worker for names of stretches. */

/** The maximum false discovery rate of names: smaller ones are filtered from these. */
export const MOST_NAMES_Q = 0.2;

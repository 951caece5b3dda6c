/** Limits of the requests to the worker when it names stretches. */

/** The largest share of wrong names that can be shown: smaller ones are chosen among these. */
export const MOST_NAMES_Q = 0.2;

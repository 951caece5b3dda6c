/** What the worker is asked for when it names stretches, as far as the page says it too. */

/** The largest share of wrong names that can be shown: smaller ones are chosen among these. */
export const MOST_NAMES_Q = 0.2;

/** How many stretches that look alike make a pattern, at least. */
export const LEAST_ALIKE = 4;

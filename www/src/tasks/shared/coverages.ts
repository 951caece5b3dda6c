/** Coverages of sets and intervals that readers choose from. */

/**
 * Coverages that can be chosen. At less, a model that is right more often has empty sets, which are no surer than
 * those of two classes.
 */
export const COVERAGES: readonly number[] = [0.9, 0.95, 0.99];
export const FIRST_COVERAGE = 0.9;

/** Those that can be chosen, with one of a saved page that is none of them. */
export function coveragesWith(chosen: number, all = COVERAGES): readonly number[] {
  return [...new Set([...all, chosen])].sort((a, b) => a - b);
}

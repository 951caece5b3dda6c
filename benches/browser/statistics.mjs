/** Minimum, median and maximum of what was measured in rounds. */

/**
 * Least, middle and greatest of `values`; of an even number of values the middle is the mean of two.
 *
 * @param {number[]} values at least one
 */
export function spread(values) {
  if (values.length === 0) throw new RangeError("a spread needs at least one value");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { minimum: sorted[0], median, maximum: sorted.at(-1), rounds: sorted.length };
}

/**
 * Numerator over denominator, round by round: what a machine whose speed drifts does to both cancels out. Rounds in
 * which either is missing are left out.
 *
 * @param {(number | undefined)[]} numerators by round
 * @param {(number | undefined)[]} denominators by round
 */
export function ratios(numerators, denominators) {
  return numerators.flatMap((numerator, round) => {
    const denominator = denominators[round];
    return numerator === undefined || denominator === undefined ? [] : [numerator / denominator];
  });
}

/**
 * The least of several runtimes' figures in each round; undefined for a round in which none has one.
 *
 * @param {(number | undefined)[][]} figures by runtime, then by round
 */
export function bestOf(figures) {
  const rounds = Math.max(0, ...figures.map((byRound) => byRound.length));
  return Array.from({ length: rounds }, (_, round) => {
    const there = figures.map((byRound) => byRound[round]).filter((value) => value !== undefined);
    return there.length > 0 ? Math.min(...there) : undefined;
  });
}

/** The order of `items` in a round: forwards, then backwards, so that a steady drift falls on all alike. */
export function alternating(items, round) {
  return round % 2 === 0 ? [...items] : [...items].reverse();
}

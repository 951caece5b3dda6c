/** Storage of weights in the files that the user prefers; remembered. */

/** Storage of weights in the files that are chosen from the catalogue. */
export type Weights = "float16" | "int8";

const KEY = "regulens.weights";

/** Returns the last choice; undefined if none is remembered. */
export function rememberedWeights(): Weights | undefined {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "int8" || stored === "float16" ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** For the next time. */
export function rememberWeights(weights: Weights): void {
  try {
    localStorage.setItem(KEY, weights);
  } catch {
    // A browser that stores nothing still switches.
  }
}

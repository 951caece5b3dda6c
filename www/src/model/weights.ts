/** How weights are stored in the files that the user prefers; remembered. */

/** How weights are stored in the files that are chosen from the catalogue. */
export type Weights = "float16" | "int8";

const KEY = "regulens.weights";

/** What was chosen last time. */
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

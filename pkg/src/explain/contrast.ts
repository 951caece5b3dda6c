/** The contrast of a model's explanations: the crate's rule, for those who ask before anything is explained. */

import type { ModelCard } from "../card.js";
import type { Contrast } from "../engine/engine.js";

/** All of them. */
export const CONTRASTS: readonly Contrast[] = [
  ...(["zero", "class-mean", "midpoint", "other", "gene-mean", "training-mean"] as const),
];

/**
 * The contrast that a model's explanations have unless another is asked for.
 *
 * ```js
 * const contrast = contrastOf(model.card);   // "zero", where the card says no other
 * ```
 */
export function contrastOf({ explanation, task }: Pick<ModelCard, "explanation" | "task">): Contrast {
  return explanation?.contrast ?? (task === "change" ? "midpoint" : "zero");
}

/** The default contrast of a model's explanations: the crate's rule, available before anything is explained. */

import type { ModelCard } from "../card.js";
import type { Contrast } from "../engine/engine.js";

/** All contrasts. */
export const CONTRASTS: readonly Contrast[] = [
  ...(["zero", "class-mean", "midpoint", "other", "gene-mean", "training-mean"] as const),
];

/**
 * The default contrast of a model's explanations.
 *
 * ```js
 * const contrast = contrastOf(model.card);   // "zero", unless the card names another
 * ```
 */
export function contrastOf({ explanation, task }: Pick<ModelCard, "explanation" | "task">): Contrast {
  return explanation?.contrast ?? (task === "change" ? "midpoint" : "zero");
}

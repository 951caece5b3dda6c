/** Names of the explanations of a track. */

import type { BaseDeletionCurves } from "../../../../../pkg/src/index";
import type { Explanation } from "../../../plots/sequences";

/** As plots name explanations: chance is of bases here. */
export function named(explanation: BaseDeletionCurves["explanation"]): Explanation {
  return explanation === "random" ? "random-bases" : explanation;
}

/** Rule by which genes are predicted on. */

import { THRESHOLD } from "../../../../pkg/src/constants";

export { THRESHOLD };

/** Returns true if a gene of this probability is predicted on. */
export function isOn(probability: number): boolean {
  return probability >= THRESHOLD;
}

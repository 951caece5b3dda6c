/** What is predicted on. */

import { THRESHOLD } from "../../../../pkg/src/constants";

export { THRESHOLD };

/** Whether a gene of this probability is predicted on. */
export function isOn(probability: number): boolean {
  return probability >= THRESHOLD;
}

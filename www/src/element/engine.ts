/**
 * The package: the page's own, where it was handed over, else the one beside this script, loaded when it is first
 * needed.
 */

import type { RegulensEngine } from "../../../pkg/src/element";

let beside: Promise<RegulensEngine> | undefined;

/** The package. One for all elements that have none of their own. */
export function engineOf(given: RegulensEngine | undefined): Promise<RegulensEngine> {
  if (given) return Promise.resolve(given);
  beside ??= import("../../../pkg/src/index").catch((error: unknown) => {
    beside = undefined;
    throw error;
  });
  return beside;
}

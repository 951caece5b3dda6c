/** The package: the one that the page provides, or else the one beside this script, loaded when first needed. */

import type { RegulensEngine } from "../../../pkg/src/element";

let beside: Promise<RegulensEngine> | undefined;

/** The package, shared by all elements that have none of their own. */
export function engineOf(given: RegulensEngine | undefined): Promise<RegulensEngine> {
  if (given) return Promise.resolve(given);
  beside ??= import("../../../pkg/src/index").catch((error: unknown) => {
    beside = undefined;
    throw error;
  });
  return beside;
}

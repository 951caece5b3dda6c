/** The package: the one that the page provides, or else the one beside this script, loaded when first needed. */

import type { RegulensEngine } from "../../../pkg/src/element";
import { ViewError } from "./problem";

/** Version of the package that this script was built for. */
declare const OWN_VERSION: string;

let beside: Promise<RegulensEngine> | undefined;

/** The package, shared by all elements that have none of their own; it must be of the script's version. */
export async function engineOf(given: RegulensEngine | null | undefined): Promise<RegulensEngine> {
  const engine = given || (await besideScript());
  if (engine.VERSION === OWN_VERSION) return engine;
  throw new ViewError(
    `The element is of Regulens ${OWN_VERSION}, and the package that it found is of ${engine.VERSION}.`,
    {
      code: "engine-version",
      remedy: "Serve both from one folder of one version; a browser or a server may have kept an older file.",
    },
  );
}

function besideScript(): Promise<RegulensEngine> {
  beside ??= import("../../../pkg/src/index").catch((error: unknown) => {
    beside = undefined;
    throw error;
  });
  return beside;
}

/** The request that an element's properties make. Pure. */

import type { RegulensView } from "../../../pkg/src/element";
import type { Request } from "./job";

/** Properties whose change starts a new request. */
export const ASKED = [
  "model",
  "models",
  "sha256",
  "data",
  "dataB",
  "measured",
  "gene",
  "region",
  "view",
  "device",
  "task",
  "noWhatIf",
  "coverage",
  "engine",
] as const;

type Asked = Pick<RegulensView, (typeof ASKED)[number]>;

/** These properties without null. */
type Given = { readonly [Name in keyof Asked]?: NonNullable<Asked[Name]> };

/**
 * The request of an element's properties. Null, which a removed attribute leaves, and empty text, which Vue and Preact
 * set for a property that goes, mean absent.
 */
export function requestOf(view: Asked): Request {
  const given: Given = Object.fromEntries(ASKED.map((name) => [name, view[name] || undefined]));
  const { model, models = [], sha256 = "", data, dataB, measured, gene, region, view: name, task } = given;
  return {
    models: [...models, ...(typeof model === "string" ? words(model) : [model])].filter((each) => each != null),
    hashes: words(sha256),
    ...{ data, dataB, measured, gene, region, view: name, task },
    device: given.device ?? "auto",
    noWhatIf: given.noWhatIf ?? false,
    // 0 is no share, but it is not absent.
    coverage: view.coverage == null || view.coverage === "" ? undefined : Number(view.coverage),
  };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

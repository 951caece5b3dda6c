/** The models that ship with the page. */

import { readFileSync } from "node:fs";

const CATALOGUE = new URL("../../../models/catalogue.json", import.meta.url);

/** The SHA-256 of a shipped model's file, as the catalogue has it. */
export function sha256Of(id: string): string {
  const { models } = JSON.parse(readFileSync(CATALOGUE, "utf8")) as {
    models: readonly { readonly id: string; readonly sha256: string }[];
  };
  const found = models.find((model) => model.id === id);
  if (!found) throw new Error(`no model ${id} in the catalogue`);
  return found.sha256;
}

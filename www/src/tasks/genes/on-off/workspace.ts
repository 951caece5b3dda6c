/** Results that tell whether genes are on, written to workspaces and read back. */

import { SHOWN, type Shown } from "../../../explain/explanations";
import type { Preparation } from "../../../session/opened";
import type { Stored } from "../../../workspace/format";
import type { Files } from "../../../workspace/gathered";
import type { Fields, Reading } from "../../../workspace/reading";
import type { Restoring } from "../../../workspace/restoring";
import { captureGenes, readGenes, readMeasured, restoreGenes, type StoredGenes } from "../workspace";
import { preparationNow, readListing } from "../../shared/tables/workspace";
import { FILTERS, type Listing, type SortKey } from "./genes/order";
import type { OnOffWork } from "./session";

/** Results in a workspace. */
export interface GenesView extends StoredGenes {
  readonly kind: "genes";
  readonly table?: number | undefined;
  /** Measured expression. */
  readonly expression?: number | undefined;
  readonly preparation: Preparation;
  /** Explanation shown along a gene. */
  readonly shown: Shown;
  readonly listing: Listing;
}

function isMine(stored: Stored): stored is GenesView {
  return stored.kind === "genes";
}

function isKey(key: string): key is SortKey {
  return /^(gene|probability|sure|moved|label|measured|top|beta:\d+)$/.test(key);
}

/** Reads it from a file. */
export function readStored(fields: Fields, reading: Reading, inputs: number): GenesView {
  return {
    kind: "genes",
    ...readGenes(fields, reading, inputs),
    table: reading.maybe(fields.table, "view.table", inputs),
    expression: reading.maybe(fields.expression, "view.expression", inputs),
    preparation: reading.preparation(fields.preparation, "view.preparation"),
    shown: reading.one(fields.shown, "view.shown", SHOWN),
    listing: readListing(reading, fields.listing, isKey, FILTERS),
  };
}

/** Captures the state of the page. */
export function capture(work: OnOffWork, files: Files): GenesView {
  const { fields, at } = captureGenes(work, files);
  return {
    kind: "genes",
    table: at[0],
    expression: files.input(work.expression, "expression"),
    preparation: preparationNow(work.tables, "a"),
    listing: work.state.listing,
    shown: work.explanations.state.shown,
    ...fields,
  };
}

/** Brings it back. */
export async function restore(work: OnOffWork, stored: Stored, restoring: Restoring): Promise<void> {
  if (!isMine(stored)) return;
  work.explanations.show(stored.shown);
  const { table, preparation, expression } = stored;
  await restoreGenes(work, stored, { at: [table], preparations: [preparation] }, restoring, async () => {
    await readMeasured(restoring, expression, "expression", (source) => work.readExpression(source));
  });
}

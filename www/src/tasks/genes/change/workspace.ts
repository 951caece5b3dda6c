/** Saving to and restoring from workspaces of results that tell the change between two cell types. */

import type { Preparation } from "../../../session/opened";
import type { Stored } from "../../../workspace/format";
import type { Files } from "../../../workspace/gathered";
import type { Fields, Reading } from "../../../workspace/reading";
import type { Restoring } from "../../../workspace/restoring";
import { captureGenes, readGenes, readMeasured, restoreGenes, type StoredGenes } from "../workspace";
import { preparationNow, readListing } from "../../shared/tables/workspace";
import { CHANGE_FILTERS, type ChangeKey, type ChangeListing } from "./genes/order";
import { SHOWN, type Shown } from "./genes/shown";
import type { ChangeWork } from "./session";

/** Results in a workspace. */
export interface ChangesView extends StoredGenes {
  readonly kind: "changes";
  readonly a?: number | undefined;
  readonly b?: number | undefined;
  readonly preparations: readonly [Preparation, Preparation];
  /** View shown along a gene; absent where nothing was chosen. */
  readonly shown?: Shown | undefined;
  readonly listing: ChangeListing;
  readonly threshold?: number | undefined;
  readonly countsA?: number | undefined;
  readonly countsB?: number | undefined;
}

function isMine(stored: Stored): stored is ChangesView {
  return stored.kind === "changes";
}

function isKey(key: string): key is ChangeKey {
  return /^(gene|change|moved|measured|error|sure|a|b|top)$/.test(key);
}

/** Reads it from a file. */
export function readStored(fields: Fields, reading: Reading, inputs: number): ChangesView {
  const at = (name: string): number | undefined => reading.maybe(fields[name], `view.${name}`, inputs);
  const [a, b, ...others] = reading.list(fields.preparations, "view.preparations", (each, where) =>
    reading.preparation(each, where),
  );
  if (!a || !b || others.length > 0)
    return reading.damaged("view.preparations", "two preparations", fields.preparations);
  return {
    kind: "changes",
    ...readGenes(fields, reading, inputs),
    ...{ a: at("a"), b: at("b"), countsA: at("countsA"), countsB: at("countsB"), preparations: [a, b] },
    shown: fields.shown === undefined ? undefined : reading.one(fields.shown, "view.shown", SHOWN),
    listing: readListing(reading, fields.listing, isKey, CHANGE_FILTERS),
    threshold: fields.threshold === undefined ? undefined : reading.number(fields.threshold, "view.threshold"),
  };
}

/** Captures the state of the page. */
export function capture(work: ChangeWork, files: Files): ChangesView {
  const { tables } = work;
  const { shown, listing, threshold } = work.state;
  const { fields, at } = captureGenes(work, files);
  return {
    ...{ kind: "changes", a: at[0], b: at[1], shown, listing, threshold },
    preparations: [preparationNow(tables, "a"), preparationNow(tables, "b")],
    countsA: files.input(work.countsOf("a"), "counts-a"),
    countsB: files.input(work.countsOf("b"), "counts-b"),
    ...fields,
  };
}

/** Brings it back. */
export async function restore(work: ChangeWork, stored: Stored, restoring: Restoring): Promise<void> {
  if (!isMine(stored)) return;
  const { a, b, shown, threshold, preparations, countsA, countsB } = stored;
  work.view({ shown, threshold });
  await restoreGenes(work, stored, { at: [a, b], preparations }, restoring, async () => {
    await readMeasured(restoring, countsA, "counts", (source) => work.readCounts(source, "a"));
    await readMeasured(restoring, countsB, "counts", (source) => work.readCounts(source, "b"));
  });
}

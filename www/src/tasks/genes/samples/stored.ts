/** Samples in workspaces: writing and reading. */

import { identityOf } from "../../../session/identity";
import type { StoredSamples } from "../../../workspace/format";
import type { Files, Restoring } from "../../../workspace/reading";
import { ROLES } from "../saved/roles";
import type { AnyWork } from "../session";
import { FIRST_SAMPLES, type Pair, type SampleListing, sampleOfKey } from "./matrix";
import type { Samples, Sources } from "./session";

/** The samples, serialised; undefined if fewer than two have signal. */
export function storedSamples({ state, manner }: Samples, files: Files): StoredSamples | undefined {
  const { samples, shown, listing } = state;
  // Without their signal, samples could not be predicted again.
  const there = samples.filter(({ isAbsent }) => !isAbsent);
  if (there.length < 2) return undefined;
  const tables = there.map(({ sources }) => sources.flatMap((source, i) => files.input(source, ROLES[i]!) ?? []));
  // Samples that failed are counted too, since they may succeed when the workspace is opened.
  const among = (at: number): number => there.indexOf(samples[shown[at] ?? at]!);
  const [from, to] = listing.pair.map(among) as [number, number];
  const pair: Pair = from < 0 || to < 0 ? FIRST_SAMPLES.pair : [from, to];
  const by = sampleOfKey(listing.sort.key);
  const bySample = by === undefined ? -1 : among(by);
  const sort =
    by === undefined
      ? listing.sort
      : bySample < 0
        ? FIRST_SAMPLES.sort
        : { ...listing.sort, key: `sample:${bySample}` as const };
  return { tables, alike: manner?.alike, listing: { ...listing, sort, pair } };
}

/**
 * Restores samples before the open one is read: those with available files, if there are at least two. Returns the
 * tables of the first.
 */
export async function restoreSamples(
  work: AnyWork,
  stored: StoredSamples,
  restoring: Restoring,
): Promise<readonly number[] | undefined> {
  const { tables, alike } = stored;
  const all = tables.map((places): Sources | undefined => {
    const sources = places.flatMap((at) => restoring.source(at) ?? []);
    return sources.length === work.cells.length ? sources : undefined;
  });
  const there = all.flatMap((each) => (each ? [each] : []));
  const { model } = work.page.state;
  if (there.length < 2) return undefined;
  // Its key is that of a column, as validated with the file.
  const listing = stored.listing as SampleListing;
  const by = all[sampleOfKey(listing.sort.key) ?? -1];
  const { descending } = listing.sort;
  const samples = await work.startSamples();
  samples.restore(there, model && alike ? { model: identityOf(model), alike } : undefined, listing, {
    pair: listing.pair.map((at) => all[at]),
    sorts: by && { by, descending },
  });
  return tables[all.findIndex((each) => each !== undefined)];
}

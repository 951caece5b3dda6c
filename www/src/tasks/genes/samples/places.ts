/** Places of tables in samples: the sample, and A or B in it. Pure. */

import type { TableRequest } from "../../../session/opened";

/** A table of a sample, both by their positions. */
export interface Place {
  readonly sample: number;
  readonly cell: number;
}

/** Two places whose tables are exchanged. */
export type Exchange = readonly [one: Place, other: Place];

type Tabled = { readonly sources: readonly TableRequest[] };

/** All places with the names of their files, sorted by these, so that a list of them stays as it is. */
export function placesOf(samples: readonly Tabled[]): readonly (Place & { readonly file: string })[] {
  const places = samples.flatMap(({ sources }, sample) => sources.map(({ file }, cell) => ({ file, sample, cell })));
  return places.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

/** The tables of each sample, once two of them are exchanged; the samples that this does not touch are as they were. */
export function exchanged(samples: readonly Tabled[], [one, other]: Exchange): readonly (readonly TableRequest[])[] {
  const at = ({ sample, cell }: Place): TableRequest => samples[sample]!.sources[cell]!;
  const isAt = (place: Place, sample: number, cell: number): boolean => place.sample === sample && place.cell === cell;
  return samples.map(({ sources }, sample) => {
    if (sample !== one.sample && sample !== other.sample) return sources;
    return sources.map((source, cell) =>
      isAt(one, sample, cell) ? at(other) : isAt(other, sample, cell) ? at(one) : source,
    );
  });
}

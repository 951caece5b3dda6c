/** Places of a genome that are run or looked at, and the indexes that belong to its file. Pure. */

import type { NamedRegion, Variant } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import { WorkerError } from "../../../rpc/errors";
import type { Identified } from "../../../session/files";
import { type Filed, unused, used } from "../../../session/intake";
import { nameKeys, type Sort } from "../../../ui/sorting";
import { regionInWords } from "../../../ui/words";
import { PROMOTER } from "../genes/near-text";
import { type Locus, locusOf, recordNamed } from "./locus";
import type { ReadSequences, TrackRun } from "../result";

/** A place: bases of a record, from 0, the end not included. */
export interface Place {
  /** Name of the place: as it was typed, or as a file of regions has it. */
  readonly name: string;
  /** The record's position in its file. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The bases of a place, as they are written: from 1, both ends included; with a share of its length on either side, or
 * a promoter if that is more, as far as there are bases.
 */
export function basesOf(
  { start, end }: Pick<Place, "start" | "end">,
  margin = 0,
  length = Infinity,
): NonNullable<Locus["bases"]> {
  const more = margin > 0 ? Math.max(PROMOTER, Math.round(margin * (end - start))) : 0;
  return [Math.max(0, start - more) + 1, Math.min(length, end + more)];
}

/** "chr7:5,530,601-5,566,779", of a place of some sequences. */
export function placeInWords({ records }: ReadSequences, place: Omit<Place, "name">): string {
  return regionInWords(records[place.index]?.name ?? "", place);
}

/** A place that has a name: as it is written, where it has no other. */
export function named(sequences: ReadSequences, place: Place): Place {
  return { ...place, name: place.name || placeInWords(sequences, place) };
}

/**
 * The place that a text means in a genome, of which a record as a whole is run only where it is not longer than `most`
 * bases. Throws where there is none, and says why.
 */
export function placeOfText(text: string, sequences: ReadSequences, open: number, most: number): Place {
  const { index, bases } = locusOf(text, sequences, open);
  const { name, length } = sequences.records[index]!;
  if (!bases && length > most)
    throw new WorkerError({
      name: "InputError",
      code: "no-such-place",
      message: `${text.trim()}: ${name} has ${formatCount(length)} bases, more than can be run at once.`,
      remedy: `Write bases of it, as ${name}:1,000,000-1,050,000.`,
    });
  const [first, last] = bases ?? [1, length];
  const place = { index, start: first - 1, end: last };
  return { ...place, name: placeInWords(sequences, place) };
}

/** Returns true if a run predicts all bases of a place. */
export function covers({ index, record, origin, bin, bins }: TrackRun, place: Place): boolean {
  const end = origin + bin * bins;
  return index === place.index && origin <= place.start && Math.min(place.end, record.length) <= end;
}

/** The bases of a variant of a record, and of one in place of none. */
export function placeOfVariant(index: number, { position, reference }: Variant): Place {
  const end = position + Math.max(1, reference.length);
  return { name: "", index, start: position, end };
}

/** The places of a file of regions that the sequences have. */
export function placesOf(regions: readonly NamedRegion[], sequences: ReadSequences): readonly Place[] {
  return regions.flatMap(({ name, sequence, start, end }) => {
    const index = recordNamed(sequences, sequence);
    const record = sequences.records[index];
    return record && end <= record.length ? [{ name, index, start, end }] : [];
  });
}

/** Sort key of a column of places; `place` is the order along the sequences. */
export type PlaceKey = "name" | "place" | "length";

/** Positions of the places that are listed, in order: those that have a text in their name or as they are written. */
export function listPlaces(
  places: readonly Place[],
  sequences: ReadSequences,
  search: string,
  sort: Sort<PlaceKey> | undefined,
): Uint32Array {
  const wanted = search.trim().toLowerCase();
  const has = (place: Place): boolean =>
    `${place.name} ${placeInWords(sequences, place)}`.toLowerCase().includes(wanted);
  const listed = [...places.keys()].filter((i) => has(places[i]!));
  if (sort) {
    const names = sort.key === "name" ? nameKeys(places.map(({ name }) => name)) : [];
    const keys = places.map(({ index, start, end }, i) => {
      if (sort.key === "name") return [names[i]!];
      return sort.key === "length" ? [end - start] : [index, start, end];
    });
    const compare = (a: number, b: number): number => {
      const at = keys[a]!.findIndex((key, i) => key !== keys[b]![i]);
      return at < 0 ? a - b : (keys[a]![at]! < keys[b]![at]! ? -1 : 1) * (sort.descending ? -1 : 1);
    };
    listed.sort(compare);
  }
  return Uint32Array.from(listed);
}

/** The indexes of a FASTA of this name, among files that were given. */
export interface IndexFiles {
  readonly fai?: Identified | undefined;
  readonly gzi?: Identified | undefined;
}

/** The indexes among some files: by the FASTA's name with an ending behind it, or in place of its own. */
export function indexesFor(name: string, files: readonly Identified[]): IndexFiles {
  const bare = name.replace(/\.(fa|fasta|fna)(\.b?gz)?$|\.b?gz$/i, "");
  const of = (ending: string): Identified | undefined =>
    files.find((file) => [name, bare].some((each) => file.name === `${each}.${ending}`));
  return { fai: of("fai"), gzi: of("gzi") };
}

/** Outcome for an index that came with a FASTA called `name`, or after it. */
export function indexFiled(file: Identified, { fai, gzi }: IndexFiles, name: string, isRead: boolean): Filed {
  if (file !== fai && file !== gzi)
    return unused(file, name === "" ? "it comes without its FASTA" : `its name belongs to a file other than ${name}`);
  return isRead ? used(file, `the index of ${name}`) : unused(file, `${name} could not be read with it`);
}

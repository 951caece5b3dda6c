/** Regions of a genome that are run or viewed, and the indexes of its file. Pure. */

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

/** A region: bases of a record, from 0, end excluded. */
export interface Place {
  /** Name of the region: as typed, or from a file of regions. */
  readonly name: string;
  /** Index of the record in its file. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The bases of a region, from 1, both ends included, extended on either side by a fraction of its length, or by a
 * promoter if that is more, within the record.
 */
export function basesOf(
  { start, end }: Pick<Place, "start" | "end">,
  margin = 0,
  length = Infinity,
): NonNullable<Locus["bases"]> {
  const more = margin > 0 ? Math.max(PROMOTER, Math.round(margin * (end - start))) : 0;
  return [Math.max(0, start - more) + 1, Math.min(length, end + more)];
}

/** A region in words: "chr7:5,530,601-5,566,779". */
export function placeInWords({ records }: ReadSequences, place: Omit<Place, "name">): string {
  return regionInWords(records[place.index]?.name ?? "", place);
}

/** Names a region by its position, unless it has a name. */
export function named(sequences: ReadSequences, place: Place): Place {
  return { ...place, name: place.name || placeInWords(sequences, place) };
}

/**
 * The region of a genome that a text denotes; a whole record is only accepted up to `most` bases. Throws with the
 * reason if there is none.
 */
export function placeOfText(text: string, sequences: ReadSequences, open: number, most: number): Place {
  const { index, bases } = locusOf(text, sequences, open);
  const { name, length } = sequences.records[index]!;
  if (!bases && length > most)
    throw new WorkerError({
      name: "InputError",
      code: "no-such-place",
      message: `${text.trim()}: ${name} has ${formatCount(length)} bases, more than are run at once.`,
      remedy: `Write bases of it, as ${name}:1,000,000-1,050,000.`,
    });
  const [first, last] = bases ?? [1, length];
  const place = { index, start: first - 1, end: last };
  return { ...place, name: placeInWords(sequences, place) };
}

/** Returns true if a run predicts all bases of a region. */
export function covers({ index, record, origin, bin, bins }: TrackRun, place: Place): boolean {
  const end = origin + bin * bins;
  return index === place.index && origin <= place.start && Math.min(place.end, record.length) <= end;
}

/** The bases that a variant of a record affects; one base for a pure insertion. */
export function placeOfVariant(index: number, { position, reference }: Variant): Place {
  const end = position + Math.max(1, reference.length);
  return { name: "", index, start: position, end };
}

/** The regions of a file that the sequences contain. */
export function placesOf(regions: readonly NamedRegion[], sequences: ReadSequences): readonly Place[] {
  return regions.flatMap(({ name, sequence, start, end }) => {
    const index = recordNamed(sequences, sequence);
    const record = sequences.records[index];
    return record && end <= record.length ? [{ name, index, start, end }] : [];
  });
}

/** Sort key of a column of regions; `place` is the order along the sequences. */
export type PlaceKey = "name" | "place" | "length";

/** Indices of the listed regions, in order: those whose name or position contains a text. */
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

/** The indexes of a FASTA, among opened files. */
export interface IndexFiles {
  readonly fai?: Identified | undefined;
  readonly gzi?: Identified | undefined;
}

/** Finds the indexes of a FASTA, whose names append an extension to its name, or replace its extension. */
export function indexesFor(name: string, files: readonly Identified[]): IndexFiles {
  const bare = name.replace(/\.(fa|fasta|fna)(\.b?gz)?$|\.b?gz$/i, "");
  const of = (ending: string): Identified | undefined =>
    files.find((file) => [name, bare].some((each) => file.name === `${each}.${ending}`));
  return { fai: of("fai"), gzi: of("gzi") };
}

/** Outcome for an index that came with a FASTA called `name`, or after it. */
export function indexFiled(file: Identified, { fai, gzi }: IndexFiles, name: string, isRead: boolean): Filed {
  if (file !== fai && file !== gzi)
    return unused(
      file,
      name === "" ? "it comes without its FASTA" : `by its name it belongs to another file than ${name}`,
    );
  return isRead ? used(file, `the index of ${name}`) : unused(file, `${name} could not be read with it`);
}

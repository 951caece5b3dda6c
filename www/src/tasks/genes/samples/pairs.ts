/** Assigns tables to A and B of samples by file name. Pure. */

import { type Cell, cellInName } from "../../shared/cells";
import type { TableRequest } from "../../../session/opened";

/** A table of a sample, both by index. */
export interface Place {
  readonly sample: number;
  readonly cell: number;
}

/** Two places whose tables are exchanged. */
export type Exchange = readonly [one: Place, other: Place];

type Tabled = { readonly sources: readonly TableRequest[] };

/** All places with their file names, sorted by these, so that a list of them is stable. */
export function placesOf(samples: readonly Tabled[]): readonly (Place & { readonly file: string })[] {
  const places = samples.flatMap(({ sources }, sample) => sources.map(({ file }, cell) => ({ file, sample, cell })));
  return places.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

/** The tables of each sample after an exchange; unaffected samples stay the same objects. */
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

/** Extensions of tables. */
const ENDINGS = /(\.(gz|csv|tsv|txt|tab|prepared|matrix|mat))+$/i;

/** The words of a file name, without its extension. */
export function wordsOf(file: string): readonly string[] {
  return file
    .replace(ENDINGS, "")
    .split(/[._\- ]+/)
    .filter((word) => word !== "");
}

/**
 * Unique names of samples: file names without extension, and without the words that all files begin or end with.
 * `liver` and `heart` for `liver.signal.csv` and `heart.signal.csv`.
 */
export function sampleNames(files: readonly string[]): readonly string[] {
  const stems = files.map((file) => file.replace(ENDINGS, "") || file);
  const words = stems.map((stem) => stem.split(/(?<=[._\- ])/));
  const areAlike = (at: number): boolean => words.every((each) => each.length > 1 && each.at(at) === words[0]!.at(at));
  if (files.length > 1) {
    while (areAlike(0)) for (const each of words) each.shift();
    while (areAlike(-1)) for (const each of words) each.pop();
  }
  const short = words.map((each) => each.join("").replace(/^[._\- ]+|[._\- ]+$/g, ""));
  const areApart = !short.includes("") && new Set(short).size === short.length;
  const taken = new Set<string>();
  return (areApart ? short : stems).map((name) => {
    let own = name;
    for (let copy = 2; taken.has(own); copy++) own = `${name} (${copy})`;
    taken.add(own);
    return own;
  });
}

type Cells = Parameters<typeof cellInName>[0];

/** Words for A, and for B. */
const SIDES: readonly (readonly [a: RegExp, b: RegExp])[] = [
  [/^a$/i, /^b$/i],
  [/^(before|pre)$/i, /^(after|post)$/i],
  [/^(control|ctrl|wt|wildtype|untreated|normal)$/i, /^(treated|treatment|case|ko|mutant|mut|tumou?r)$/i],
  [/^(1|one|first)$/i, /^(2|two|second)$/i],
];

/** Tables of samples. */
export interface Paired<Named> {
  readonly pairs: readonly (readonly [a: Named, b: Named])[];
  /** Tables without a partner. */
  readonly left: readonly Named[];
  /** False if names determine no pairs, and tables are paired in order. */
  readonly isTold: boolean;
}

/** A name without one of its words, and that word. */
interface Split {
  readonly rest: string;
  readonly word: string;
}

function splitsOf(name: string): readonly Split[] {
  const words = wordsOf(name);
  return words.map((word, at) => ({ word, rest: words.toSpliced(at, 1).join(" ") }));
}

/** Detects A or B from a word of a name: undefined for neither. */
type Tell = (word: string, isLast: boolean) => Cell | undefined;

/** Pairs whose names differ in one word, which distinguishes A from B; undefined if any file is left out. */
function pairedBy<Named extends { readonly name: string }>(
  files: readonly Named[],
  tell: Tell,
): readonly (readonly [Named, Named])[] | undefined {
  const found = new Map<string, { a?: Named; b?: Named }>();
  for (const file of files) {
    const splits = splitsOf(file.name);
    const told = splits.flatMap(({ word, rest }, i) => {
      const cell = tell(word, i === splits.length - 1);
      return cell ? [{ cell, rest }] : [];
    });
    const [only, ...more] = told;
    if (!only || more.length > 0) return undefined;
    const pair = found.get(only.rest) ?? {};
    if (pair[only.cell]) return undefined;
    found.set(only.rest, { ...pair, [only.cell]: file });
  }
  const pairs = [...found.values()].flatMap(({ a, b }) => (a && b ? [[a, b] as const] : []));
  return pairs.length === found.size ? pairs : undefined;
}

/**
 * Pairs tables by the cell types of the model, by words such as "before" and "after", by the two words that end all
 * names, or else in order.
 */
export function pairsOf<Named extends { readonly name: string }>(card: Cells, files: readonly Named[]): Paired<Named> {
  const ends = [...new Set(files.map(({ name }) => wordsOf(name).at(-1)))];
  const tells: readonly Tell[] = [
    (word) => cellInName(card, word),
    ...SIDES.map(
      ([a, b]): Tell =>
        (word) =>
          a.test(word) ? "a" : b.test(word) ? "b" : undefined,
    ),
    ...(ends.length === 2 ? [(word: string, isLast: boolean) => lastOf(ends, word, isLast)] : []),
  ];
  for (const tell of tells) {
    const pairs = pairedBy(files, tell);
    if (pairs) return { pairs, left: [], isTold: true };
  }
  const pairs = files.flatMap((a, i) => (i % 2 === 0 && files[i + 1] ? [[a, files[i + 1]!] as const] : []));
  return { pairs, left: files.slice(2 * pairs.length), isTold: false };
}

function lastOf(ends: readonly (string | undefined)[], word: string, isLast: boolean): Cell | undefined {
  return !isLast ? undefined : word === ends[0] ? "a" : word === ends[1] ? "b" : undefined;
}

/** True if names confirm the grouping of tables. */
export function areTold(card: Cells, sets: readonly (readonly { readonly file: string }[])[]): boolean {
  const all = sets.flatMap((set) => set.map(({ file }) => ({ name: file, set })));
  const { pairs, isTold } = pairsOf(card, all);
  return isTold && pairs.every(([a, b]) => a.set === b.set && a.set[0]!.file === a.name);
}

/** Name of a sample's tables: the common part of their names, or else both. */
export function setName(files: readonly string[]): string {
  const [a = "", b] = files;
  if (b === undefined) return a;
  const [one, other] = [wordsOf(a), wordsOf(b)];
  const shared = one.filter((word, at) => word === other[at]);
  if (one.length === other.length && one.length > 1 && shared.length === one.length - 1) return shared.join("_");
  return sampleNames(files).join(" → ");
}

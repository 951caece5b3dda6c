/** Which of several tables are A and B of one sample, by the names of their files. Pure. */

import { type Cell, cellInName } from "../../shared/cells";
import { sampleNames, wordsOf } from "./names";

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
  /** One that has no partner. */
  readonly left: readonly Named[];
  /** False where names tell no pairs, so that the first two are the first, and so on. */
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

/** Tells A from B in the words of a name: undefined where they say neither. */
type Tell = (word: string, isLast: boolean) => Cell | undefined;

/** The pairs whose names differ in one word, which tells A from B; undefined where that leaves any file out. */
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
 * Pairs of tables: by the cell types of the model, by words such as "before" and "after", by the two words with which
 * all names end; else by order.
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

/** True if names tell that tables belong together as they do. */
export function areTold(card: Cells, sets: readonly (readonly { readonly file: string }[])[]): boolean {
  const all = sets.flatMap((set) => set.map(({ file }) => ({ name: file, set })));
  const { pairs, isTold } = pairsOf(card, all);
  return isTold && pairs.every(([a, b]) => a.set === b.set && a.set[0]!.file === a.name);
}

/** Name of the tables of a sample: what their names share, else both. */
export function setName(files: readonly string[]): string {
  const [a = "", b] = files;
  if (b === undefined) return a;
  const [one, other] = [wordsOf(a), wordsOf(b)];
  const shared = one.filter((word, at) => word === other[at]);
  if (one.length === other.length && one.length > 1 && shared.length === one.length - 1) return shared.join("_");
  return sampleNames(files).join(" → ");
}

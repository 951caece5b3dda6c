/** Finds genes and records by name, and names similar to one that does not exist; errors that a view shows. Pure. */

import { listed } from "../../../session/preparation";
import type { RegulensProblem } from "../../../../../pkg/src/element";

/** An error with what to do about it. */
export class ViewError extends Error {
  readonly code: string;
  readonly file: string | undefined;
  readonly remedy: string | undefined;

  constructor(message: string, { code, file, remedy }: Pick<RegulensProblem, "code" | "file" | "remedy">) {
    super(message);
    this.name = "InputError";
    this.code = code;
    this.file = file;
    this.remedy = remedy;
  }
}

/** An attribute that is missing. */
export function missing(attribute: string, what: string): ViewError {
  return new ViewError(`This view has no ${attribute}; expected ${what}.`, {
    code: `no-${attribute}`,
    remedy: `Give it one: <regulens-view ${attribute}="…">.`,
  });
}

/** `ENSG00000141510.18` without its version. */
function unversioned(name: string): string {
  return name.replace(/^(ENS[A-Z]*\d+)\.\d+$/i, "$1");
}

/**
 * The position of a name: as written, in another case, or an Ensembl id with another version; undefined if there is
 * none.
 */
export function positionOf(names: readonly string[], wanted: string): number | undefined {
  const exact = names.indexOf(wanted);
  if (exact >= 0) return exact;
  const lower = wanted.trim().toLowerCase();
  const inAnyCase = names.findIndex((name) => name.toLowerCase() === lower);
  if (inAnyCase >= 0) return inAnyCase;
  const id = unversioned(lower);
  const sameGene = names.findIndex((name) => unversioned(name.toLowerCase()) === id);
  return sameGene >= 0 ? sameGene : undefined;
}

/** Edit distance between two words, with swaps of neighbours; at most `limit + 1`. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2] + 1 : Infinity;
      next[j] = Math.min(row[j - 1] + (isSame ? 0 : 1), row[j] + 1, next[j - 1] + 1, swapped);
    }
    if (Math.min(...next) > limit) return limit + 1;
    [before, row] = [row, next];
  }
  return row[b.length];
}

/** Names similar to one that does not exist, the most similar first. */
export function near(names: readonly string[], wanted: string, most = 3): string[] {
  const word = wanted.trim().toLowerCase();
  if (word === "") return names.slice(0, most);
  const limit = Math.max(1, Math.min(3, Math.floor(word.length / 3)));
  const found: { name: string; far: number }[] = [];
  for (const name of names) {
    const other = name.toLowerCase();
    const far = other.startsWith(word) || word.startsWith(other) ? 0.5 : distance(word, other, limit);
    if (far <= limit) found.push({ name, far });
  }
  return found
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ name }) => name);
}

/** "gene 7 is not in genes.csv": the error for a name that does not exist. */
export function unknown(names: readonly string[], wanted: string, file: string, kind: "gene" | "record"): ViewError {
  const alike = near(names, wanted);
  const examples = names.slice(0, 3);
  return new ViewError(`${file} has no ${kind} ${wanted}${alike.length > 0 ? `; it has ${listed(alike)}` : ""}.`, {
    code: `unknown-${kind}`,
    file,
    remedy:
      alike.length > 0
        ? "Check the name against the similar ones above."
        : `Name one of its ${names.length.toLocaleString("en-US")}, for instance ${listed(examples)}.`,
  });
}

/** The position of a name that must exist; the first if none is requested. */
export function chosen(
  names: readonly string[],
  wanted: string | undefined,
  file: string,
  kind: "gene" | "record",
): number {
  if (names.length === 0)
    throw new ViewError(`${file} has no ${kind}.`, { code: `no-${kind}`, file, remedy: "Check the file." });
  if (wanted === undefined || wanted.trim() === "") return 0;
  const position = positionOf(names, wanted);
  if (position === undefined) throw unknown(names, wanted, file, kind);
  return position;
}

/** Saved predictions tell of marks that were not measured, as `regulens predict` writes it. */

import { cell } from "../../../export/tsv";
import { standInsIn } from "../../../prepare/stand-ins";

/** The notes of the only table, or of A's and of B's. */
export type NotesOf = readonly [readonly string[]] | readonly [readonly string[], readonly string[]];

/** True of a column of β, `MARK` or `A_MARK`, about a mark that was not measured: its weight means nothing. */
export function isAbsent(notes: NotesOf, column: string): boolean {
  const marks = notes.map((each) => new Set(standInsIn(each).map(({ mark }) => mark.toLowerCase())));
  if (marks.length === 1) return marks[0]!.has(column.toLowerCase());
  const [, group, mark] = /^([^_]*)_(.*)$/.exec(column.toLowerCase()) ?? [];
  if (group === undefined || mark === undefined) return false;
  // A difference is about both tables.
  return marks.some((absent, i) => (group === "diff" || group.endsWith("ab"[i]!)) && absent.has(mark));
}

/** `H3K9me3 (1.38 stands in)`, of all such marks; empty where all were measured. */
export function absentInWords(notes: NotesOf): string {
  return notes
    .flatMap((each, i) => {
      const of = notes.length > 1 ? ` in ${"AB"[i]}` : "";
      return standInsIn(each).map(({ mark, value }) => `${cell(mark)}${of} (${value} stands in)`);
    })
    .join("; ");
}

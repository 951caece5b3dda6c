/** The groups of encoders of a model of change, in words. */

/** Names of the cell types: `["K562", "H1"]`, or `["A", "B"]`. */
export type CellNames = readonly [string, string];

/** Rows or columns of one group of encoders: `A_H3K4me1`, `A_H3K4me3`, … */
export interface Group {
  readonly group: string;
  /** Positions of its rows, one a mark. */
  readonly rows: readonly { readonly mark: string; readonly index: number }[];
}

/** The rows of `A_MARK`, `diff_MARK` and the like, by group, in their order. */
export function groupsOf(rows: readonly string[]): Group[] {
  const groups = new Map<string, { mark: string; index: number }[]>();
  rows.forEach((row, index) => {
    const [group = "", ...mark] = row.split("_");
    groups.set(group, [...(groups.get(group) ?? []), { mark: mark.join("_"), index }]);
  });
  return [...groups].map(([group, rows]) => ({ group, rows }));
}

/** "A, K562"; "A − B"; "auxiliary, B, H1". */
export function groupName(group: string, [a, b]: CellNames): string {
  const named = (letter: string, name: string): string => (name === letter ? letter : `${letter}, ${name}`);
  const names: Record<string, string> = {
    A: named("A", a),
    B: named("B", b),
    diff: "A − B",
    auxA: `auxiliary, ${named("A", a)}`,
    auxB: `auxiliary, ${named("B", b)}`,
  };
  return names[group] ?? group;
}

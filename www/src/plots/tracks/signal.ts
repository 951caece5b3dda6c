/** Signal along a sequence as pixels: where there are more bins than pixels, a column shows the highest of its bins. */

import { finite } from "../core/scale";
import { num } from "../core/svg";

/** Values of the columns of a stretch, and how many bins the widest has. */
export interface Columns {
  /** Values, from the left. */
  readonly values: readonly number[];
  /** Bins at which the columns begin, and the end. */
  readonly edges: readonly number[];
}

/** The bins from `from` up to but not including `to` in at most `most` columns. The value farthest from 0 counts. */
export function columnsOf(values: ArrayLike<number>, from: number, to: number, most: number): Columns {
  const count = Math.max(0, Math.min(to - from, Math.floor(most)));
  const edges = Array.from({ length: count + 1 }, (_, i) =>
    count === 0 ? from : from + Math.round((i * (to - from)) / count),
  );
  const highest = Array.from({ length: count }, (_, i) => {
    let best = 0;
    for (let bin = edges[i]; bin < edges[i + 1]; bin++) {
      const value = finite(values[bin]);
      if (Math.abs(value) > Math.abs(best)) best = value;
    }
    return best;
  });
  return { values: highest, edges };
}

/** The top of steps, from the left: `M…H…V…`. */
export function stepsPath(
  { values, edges }: Columns,
  x: (bin: number) => number,
  y: (value: number) => number,
): string {
  if (values.length === 0) return "";
  let path = `M${num(x(edges[0]))},${num(y(values[0]))}`;
  let last = num(y(values[0]));
  values.forEach((value, i) => {
    const at = num(y(value));
    if (at !== last) path += `H${num(x(edges[i]))}V${at}`;
    last = at;
  });
  return `${path}H${num(x(edges[values.length]))}`;
}

/** The area between steps and `base`. */
export function stepsArea(
  columns: Columns,
  x: (bin: number) => number,
  y: (value: number) => number,
  base: number,
): string {
  const path = stepsPath(columns, x, y);
  if (path === "") return "";
  const [first, last] = [columns.edges[0], columns.edges[columns.values.length]];
  return `M${num(x(first))},${num(base)}V${path.slice(path.indexOf(",") + 1)}H${num(x(last))}V${num(base)}Z`;
}

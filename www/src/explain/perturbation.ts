/**
 * Edits of one gene's signal: a mark in some bins is set to zero, to the other cell type's values or the midpoint of
 * both, or scaled. Pure. Values are [T, columns]: the marks of each bin; for a model of a change A's and then B's.
 */

import type { Change, To } from "../session/workspace-types";

export type { Change, To };

/** Layout of a gene's values. */
export interface Shape {
  readonly marks: number;
  /** 2 for a model of a change. */
  readonly cells: 1 | 2;
}

/**
 * Applies the edits one after another; "other" and "middle" use the measured values of the other cell type.
 */
export function perturbed(measured: Float32Array, { marks, cells }: Shape, changes: readonly Change[]): Float32Array {
  const values = measured.slice();
  const columns = marks * cells;
  const bins = values.length / columns;
  for (const {
    mark,
    cell,
    bins: [first, last],
    to,
  } of changes) {
    for (let bin = Math.max(1, first) - 1; bin < Math.min(bins, last); bin++) {
      for (let column = 0; column < columns; column++) {
        const [ofCell, ofMark] = [Math.floor(column / marks), column % marks];
        if ((mark ?? ofMark) !== ofMark || (cell ?? ofCell) !== ofCell) continue;
        const at = bin * columns + column;
        if (to.kind === "zero") values[at] = 0;
        else if (to.kind === "scale") values[at] *= to.factor;
        else if (cells === 2) {
          const other = measured[bin * columns + ((column + marks) % columns)]!;
          values[at] = to.kind === "other" ? other : (measured[at]! + other) / 2;
        }
      }
    }
  }
  return values;
}

/** The current edits, and earlier states. */
export interface History {
  readonly changes: readonly Change[];
  readonly past: readonly (readonly Change[])[];
}

/** No edits. */
export const UNCHANGED: History = { changes: [], past: [] };

function sameTarget(a: Change, b: Change): boolean {
  return a.mark === b.mark && a.cell === b.cell && a.bins[0] === b.bins[0] && a.bins[1] === b.bins[1];
}

/** Adds an edit, which replaces another of the same mark, cell type and bins; a factor of 1 removes it. */
export function make({ changes, past }: History, change: Change): History {
  const kept = changes.filter((each) => !sameTarget(each, change));
  const isNothing = change.to.kind === "scale" && change.to.factor === 1;
  const last = changes.at(-1);
  // The steps of one slider movement count as one edit.
  const slides =
    last !== undefined && sameTarget(last, change) && last.to.kind === "scale" && change.to.kind === "scale";
  return { changes: isNothing ? kept : [...kept, change], past: slides ? past : [...past, changes] };
}

/** Removes one edit, at any position. */
export function takeBack({ changes, past }: History, change: Change): History {
  return { changes: changes.filter((each) => each !== change), past: [...past, changes] };
}

/** Returns to the state before the last step. */
export function undo({ past }: History): History {
  return past.length === 0 ? UNCHANGED : { changes: past[past.length - 1], past: past.slice(0, -1) };
}

/** An edit in words: "H3K4me3 of A, bins 90–110: set to zero". */
export function inWords(
  { mark, cell, bins: [first, last], to }: Change,
  marks: readonly string[],
  bins: number,
  cells: readonly string[],
): string {
  const whose = cells.length < 2 ? "" : cell === undefined ? " of both" : ` of ${cells[cell]}`;
  const where = first <= 1 && last >= bins ? "" : first === last ? `, bin ${first}` : `, bins ${first}–${last}`;
  const other = cell === undefined ? "swapped with each other" : `set to that of ${cells[1 - cell]}`;
  const what =
    to.kind === "scale"
      ? `× ${Number(to.factor.toPrecision(3))}`
      : { zero: "set to zero", other, middle: `set to the middle of ${cells.join(" and ")}` }[to.kind];
  return `${mark === undefined ? "All marks" : marks[mark]}${whose}${where}: ${what}`;
}

/**
 * Derives the preparation of a table, and obstacles to running it, from its properties and the user's choices.
 */

import type { Deviation, Understanding } from "../../../pkg/src/index";
import type { Preparation } from "./opened";
import { standInsIn } from "../tasks/shared/stand-ins";

/** Proposals that the user accepted. */
export interface Accepted {
  /** True to select the bins that cover the model's window from a wider table. */
  readonly selectBins: boolean;
  /** The deviations to rescale, by index. */
  readonly rescale: ReadonlySet<number>;
}

/** Nothing accepted: the table is used as is. */
export const NOTHING_ACCEPTED: Accepted = { selectBins: false, rescale: new Set() };

/** Returns true if a factor corrects a deviation. */
export function canRescale(deviation: Deviation): deviation is Deviation & { factor: number } {
  return deviation.factor !== null && deviation.factor !== 1;
}

/** Preparation of the table before the model reads it. */
export function preparationOf(understanding: Understanding, accepted: Accepted): Preparation {
  const scale: Record<string, number> = {};
  // A substitute value is on the scale of the training data already.
  const standIns = new Set(standInsIn(understanding.notes).map(({ mark }) => mark));
  understanding.deviations.forEach((deviation, i) => {
    if (!accepted.rescale.has(i) || !canRescale(deviation)) return;
    const marks = deviation.mark === null ? understanding.marks.map(({ mark }) => mark) : [deviation.mark];
    for (const mark of marks) if (!standIns.has(mark)) scale[mark] = (scale[mark] ?? 1) * deviation.factor;
  });
  return {
    ...(accepted.selectBins && understanding.bins.selectable ? { selectBins: understanding.bins.selectable } : {}),
    ...(Object.keys(scale).length > 0 ? { scale } : {}),
  };
}

/** Ratio to the training scale from which values are too large for mean counts. */
const FAR = 5;

/** A deviation in words for readers. */
export function deviationInWords({ code, mark, message, factor }: Deviation): string {
  // Mean counts are smaller than counts: far larger values were multiplied, or normalised.
  if (code !== "not-counts" || factor === null || factor * FAR > 1) return message;
  const times = Number((1 / factor).toPrecision(2));
  return (
    `${mark === null ? "" : `${mark}: `}fractions, about ${times} times as large as the counts that the model was ` +
    "trained on: these may be normalised, or multiplied"
  );
}

/** Lists remaining differences between a prepared table's values and training; substitutes are reported elsewhere. */
export function offScale({ deviations, notes, marks }: Understanding, { scale = {} }: Preparation): string[] {
  const standIns = new Set(standInsIn(notes).map(({ mark }) => mark));
  const isRescaled = (deviation: Deviation): boolean =>
    canRescale(deviation) &&
    (deviation.mark === null
      ? marks.every(({ mark }) => standIns.has(mark) || mark in scale)
      : deviation.mark in scale);
  return deviations
    .filter((deviation) => !(deviation.mark !== null && standIns.has(deviation.mark)) && !isRescaled(deviation))
    .map(deviationInWords);
}

/** Reason why the table cannot be run as it is, with a remedy; undefined if it can. */
export function obstacle(
  { marks, bins }: Understanding,
  accepted: Accepted,
): { readonly what: string; readonly remedy: string } | undefined {
  const missing = marks.filter(({ column }) => column === null).map(({ mark }) => mark);
  if (missing.length > 0) {
    return {
      what: `The table has no column for ${listed(missing)}.`,
      remedy:
        `The model reads ${listed(marks.map(({ mark }) => mark))}; columns are matched by their names in the ` +
        "header.",
    };
  }
  if (bins.table === bins.model || (bins.selectable && accepted.selectBins)) return undefined;
  return {
    what: `The table has ${bins.table} bins a gene, the model takes ${bins.model}.`,
    remedy: bins.selectable
      ? `Choose bins ${bins.selectable[0]}–${bins.selectable[1]} below if the table's window is centred as the model's.`
      : `Make a table of ${bins.model} bins around each TSS.`,
  };
}

/** Returns true if two preparations have the same effect. */
export function samePreparation(a: Preparation, b: Preparation): boolean {
  const text = ({ selectBins, scale = {} }: Preparation): string =>
    JSON.stringify([selectBins ?? null, Object.entries(scale).sort()]);
  return text(a) === text(b);
}

/** Steps of a preparation in words for a report; empty if there are none. */
export function preparationInWords({ selectBins, scale }: Preparation): string[] {
  return [
    ...(selectBins ? [`bins ${selectBins[0]}–${selectBins[1]} of each gene`] : []),
    ...Object.entries(scale ?? {}).map(([mark, factor]) => `${mark} × ${Number(factor.toPrecision(4))}`),
  ];
}

/** Joins names: "A", "A and B", "A, B and C". */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

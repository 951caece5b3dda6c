/**
 * From what was understood and what the user accepted, to what is done to the table, and whether it can be run at all.
 */

import type { Deviation, Understanding } from "../../../pkg/src/index";
import type { Preparation } from "./opened";
import { standInsIn } from "../tasks/shared/stand-ins";

/** Offers that the user accepted. */
export interface Accepted {
  /** True if the bins that cover the model's window are to be taken from a wider table. */
  readonly selectBins: boolean;
  /** The deviations to be rescaled, by their position in the understanding. */
  readonly rescale: ReadonlySet<number>;
}

/** Nothing accepted: the table goes in as it is. */
export const NOTHING_ACCEPTED: Accepted = { selectBins: false, rescale: new Set() };

/** Returns true if a deviation can be undone by a factor. */
export function canRescale(deviation: Deviation): deviation is Deviation & { factor: number } {
  return deviation.factor !== null && deviation.factor !== 1;
}

/** Preparation of the table before the model sees it. */
export function preparationOf(understanding: Understanding, accepted: Accepted): Preparation {
  const scale: Record<string, number> = {};
  // Its value is on the scale of the model's training data already.
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

/** From how many times the scale of training on values are too large to be means of counts. */
const FAR = 5;

/** A deviation as a reader is told of it. */
export function deviationInWords({ code, mark, message, factor }: Deviation): string {
  // Means of counts are smaller than counts: values that are far larger were multiplied, or normalised.
  if (code !== "not-counts" || factor === null || factor * FAR > 1) return message;
  const times = Number((1 / factor).toPrecision(2));
  return (
    `${mark === null ? "" : `${mark}: `}fractions, about ${times} times as large as the counts that the model was ` +
    "trained on: these may be normalised, or multiplied"
  );
}

/** Lists how a prepared table's values still differ from those of training; stand-ins are told of elsewhere. */
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

/** Why the table cannot be run as it stands, with what to do; undefined if it can. */
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
    what: `The table has ${bins.table} bins per gene; the model needs ${bins.model}.`,
    remedy: bins.selectable
      ? `Choose bins ${bins.selectable[0]}–${bins.selectable[1]} below if the table's window has the same centre as the model's.`
      : `Make a table of ${bins.model} bins around each TSS.`,
  };
}

/** Returns true if two preparations do the same. */
export function samePreparation(a: Preparation, b: Preparation): boolean {
  const text = ({ selectBins, scale = {} }: Preparation): string =>
    JSON.stringify([selectBins ?? null, Object.entries(scale).sort()]);
  return text(a) === text(b);
}

/** Steps of a preparation, in words for a report; empty if there are none. */
export function preparationInWords({ selectBins, scale }: Preparation): string[] {
  return [
    ...(selectBins ? [`bins ${selectBins[0]}–${selectBins[1]} of each gene`] : []),
    ...Object.entries(scale ?? {}).map(([mark, factor]) => `${mark} × ${Number(factor.toPrecision(4))}`),
  ];
}

/** "A", "A and B", "A, B and C". */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

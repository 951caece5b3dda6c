/** Intervals of predicted tracks: conditions that withdraw them, their guarantee, and their format. Pure. */

import type { ModelCard } from "../../../../../pkg/src/index";
import type { IntervalBand } from "../../../plots";
import { formatCount, formatCoverage } from "../../../plots/core/format";
import { COVERAGES } from "../../shared/coverages";
import { differsOf, type TrackRun } from "../result";

/** Coverages on offer: intervals of numbers are never empty, so that lower coverages are informative too. */
export const TRACK_COVERAGES: readonly number[] = [0.8, ...COVERAGES];

/** A run whose windows may resemble those of the calibration. */
type Judged = Pick<TrackRun, "model" | "record" | "assembly" | "simulated" | "padded">;

/** The part of a session's state that determines the intervals shown. */
interface Covered {
  readonly run?: TrackRun | undefined;
  readonly coverage?: number | undefined;
  readonly noIntervals?: string | undefined;
}

/** True if a model's card has conformal scores for tracks. */
export function hasIntervals({ track_conformal: conformal }: Pick<ModelCard, "track_conformal">): boolean {
  return (conformal?.windows ?? 0) > 0;
}

/**
 * The first reason, in a sentence without its full stop, why intervals would lose their guarantee; undefined if none is
 * known.
 */
export function whyWithdrawn(run: Judged): string | undefined {
  const differs = differsOf(run)?.[0];
  if (differs !== undefined) return differs;
  if (run.padded > 0) return "Unknown bases were put around the sequence, and the calibration had none such";
  const { simulated } = run.model.card;
  if (run.simulated && !simulated) return "The sequence is simulated; the model learned from measured tracks";
  if (simulated && (run.simulated === false || run.assembly))
    return "The sequence is not simulated; the model learned from simulated ones";
  return undefined;
}

/** Reason why a record of a file, run like `run`, has no valid intervals; undefined if it has. */
export function whyWithout(run: TrackRun, record: TrackRun["record"]): string | undefined {
  const padded = Math.max(0, (run.model.shape?.length ?? 0) - record.length);
  return whyWithdrawn({ ...run, record, padded });
}

/** The coverage of the intervals shown; undefined for none. */
export function coverageDrawn({ run, coverage, noIntervals }: Covered): number | undefined {
  if (!run || noIntervals !== undefined || !hasIntervals(run.model.card) || whyWithdrawn(run)) return undefined;
  return coverage;
}

/** Meaning of the intervals, and the condition for their guarantee. */
export function promiseInWords(
  coverage: number,
  { track_conformal: conformal, assembly, simulated }: Pick<ModelCard, "track_conformal" | "assembly" | "simulated">,
): string {
  const { windows = 0, data = "" } = conformal ?? {};
  const genome = simulated ? " of simulated sequence" : assembly ? ` of ${assembly}` : "";
  const other = simulated ? "for a genome" : "for another assembly, other cells or another depth of sequencing";
  return (
    `The intervals of about ${formatCoverage(coverage)} of the bins of a track hold the measured value. This holds ` +
    `for windows${genome} like the ${formatCount(windows)} of the calibration (${data}), not ${other}. The share is ` +
    "that over many windows: within one alone it can be lower or higher."
  );
}

/** Columns `TRACK.interval_low` and `TRACK.interval_high`, as `regulens predict --coverage` names them. */
export function intervalColumns<Values>(
  name: string,
  interval: { readonly low: Values; readonly high: Values } | undefined,
): { readonly name: string; readonly values: Values; readonly end: "lower" | "upper" }[] {
  if (!interval) return [];
  return [
    { name: `${name}.interval_low`, values: interval.low, end: "lower" },
    { name: `${name}.interval_high`, values: interval.high, end: "upper" },
  ];
}

/** The interval of a bin: "1.2–3.4"; a dash if there is none. */
export function intervalAt(interval: IntervalBand | undefined, bin: number, format: (value: number) => string): string {
  return interval ? `${format(interval.low[bin]!)}–${format(interval.high[bin]!)}` : "–";
}

/** Sentence on a run's intervals for its methods, without full stop; undefined if none are shown. */
export function intervalsForMethods(state: Covered): string | undefined {
  const coverage = coverageDrawn(state);
  const conformal = state.run?.model.card.track_conformal;
  if (coverage === undefined || !conformal) return undefined;
  return (
    `Split-conformal intervals, of which a window is one draw, hold the measured value of a share of ${coverage} of ` +
    `the bins of windows like the ${formatCount(conformal.windows)} of the calibration (${conformal.data})`
  );
}

/** Figures of a comparison: one gene in several runs. */

import { columns as tsv } from "../../../export/columns";
import { betaHeatMap } from "../../../plots";
import type { Drawing } from "../../../ui/drawing";
import type { Comparison } from "../../shared/compare/comparison";
import type { KeptRun } from "../../shared/compare/comparing";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { standInValues } from "../../shared/tables/signal";
import { tracksOfRuns as onOneScale } from "../compare";
import { type FinishedRun, type GeneDetail, runName } from "../result";
import { commonTracksScale, tracksDrawing } from "./drawings";
import type { CurrentRun } from "./outcome";

/** Stored runs of this task. */
type Runs = readonly KeptRun<CurrentRun>[];

/** Marks of all runs, in the first run's order. */
function marksOf(kept: Runs): string[] {
  return [...new Set(kept.flatMap(({ run }) => run.marks))];
}

/** A run and one of its genes, with the marks in another order. */
function inOrder(run: FinishedRun, detail: GeneDetail, order: readonly string[]): [FinishedRun, GeneDetail] {
  const marks = order.filter((mark) => run.marks.includes(mark));
  const from = marks.map((mark) => run.marks.indexOf(mark));
  if (from.every((at, i) => at === i)) return [run, detail];
  const { bins } = run;
  const signal = Float32Array.from(
    { length: bins * marks.length },
    (_, i) => detail.signal[Math.floor(i / marks.length) * marks.length + from[i % marks.length]],
  );
  const isByMark = run.model.description.attends.bins === "each-mark";
  const alpha = isByMark
    ? Float32Array.from(
        { length: marks.length * bins },
        (_, i) => detail.alpha[from[Math.floor(i / bins)] * bins + (i % bins)],
      )
    : detail.alpha;
  return [
    { ...run, marks, rows: isByMark ? marks : run.rows },
    { ...detail, signal, alpha },
  ];
}

/** The tracks of one gene in each run: marks in one order, on the same scales. */
export function tracksOfRuns(kept: Runs, details: readonly GeneDetail[], symbols?: Symbols): Drawing[] {
  const order = marksOf(kept);
  const ordered = kept.map(({ run, letter }, i) => ({ letter, of: inOrder(run, details[i], order) }));
  return onOneScale(
    ordered.map(({ letter, of: [run] }) => ({ letter, run })),
    ordered.map(({ of: [, detail] }) => detail),
    commonTracksScale,
    (run, detail, scale) => tracksDrawing(run, detail, scale, undefined, symbols),
  );
}

/** β of one gene in each run; undefined if no run has any. */
export function betaOfRuns(kept: Runs, comparison: Comparison, gene: number, symbols?: Symbols): Drawing | undefined {
  if (kept.every(({ run }) => run.beta.length === 0)) return undefined;
  const name = comparison.genes[gene];
  const runs = kept.map(({ letter, run }, i) => {
    const at = comparison.positions[i][gene];
    const marks = run.marks.length;
    const beta =
      run.beta.length > 0
        ? Object.fromEntries(
            run.marks.flatMap((mark, j) =>
              Object.hasOwn(standInValues(run.tables[0]), mark) ? [] : [[mark, run.beta[at * marks + j]]],
            ),
          )
        : undefined;
    const notMeasured = Object.keys(standInValues(run.tables[0]));
    return { letter, name: runName(run), probability: run.probability[at], beta, notMeasured };
  });
  const marks = marksOf(kept);
  return {
    saved: "beta-heat-map",
    gene: name,
    draw: (frame) => betaHeatMap({ ...frame, gene: headingOf(name, symbols), marks, runs }),
    tsv: () =>
      tsv(
        ["run", "probability", ...marks.map((mark) => `beta_${mark}`)],
        runs.map(({ letter, name, probability, beta }) => [
          `${letter}: ${name}`,
          probability,
          ...marks.map((mark) => beta?.[mark] ?? Number.NaN),
        ]),
      ),
  };
}

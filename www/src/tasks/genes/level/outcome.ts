/** Expression levels of genes, from one table. */

import { html } from "lit";
import { explainedInWords } from "../../../explain/contrasts";
import { notMeasured, offScaleInWords } from "../../shared/methods";
import { counted } from "../../../ui/words";
import type { CurrentTable } from "../../shared/tables/tables";
import { type Shown, SHOWN } from "../order";
import type { LevelListing } from "./order";
import { type GenesState, largest, outcomeOf } from "../outcome";
import { type GeneDetail, type LevelRun, UNIT } from "../result";
import { runRecord } from "../saved/record";
import { scoreTogether, together, valuesOfChosen } from "../together";
import { changedEverywhere, LEVEL_GENE } from "./drawings";
import { LEVEL_TABLE } from "./table";
import { formatLevel } from "../what-if";
import { formatScore, type MeasuredLevels } from "./measured";

/** A finished run, with the source of its table. */
export interface CurrentLevels extends LevelRun {
  readonly tables: readonly [CurrentTable];
}

/** State at one moment. */
export interface LevelState extends GenesState<CurrentLevels, GeneDetail, LevelListing, MeasuredLevels> {
  /** Explanation selected for display along a gene. */
  readonly shown?: Shown | undefined;
}

/** The mean of levels; NaN without any. */
export function meanOf(levels: Float32Array): number {
  return levels.reduce((sum, value) => sum + value, 0) / levels.length;
}

export const LEVEL = outcomeOf<CurrentLevels, LevelState>({
  task: "level",
  confidence: "Intervals",
  withdrawn: "No intervals are given of another cell type.",
  cells: ["a"],
  gene: LEVEL_GENE,
  table: LEVEL_TABLE,
  asked: { name: "The level", column: "level", digits: 2, drawing: changedEverywhere },
  measured: ({ measured }) => measured,
  initial: { shown: undefined },
  missing: () => "Add a table.",
  foundInWords({ level }, the, here) {
    const mean = level.length > 0 ? `, ${formatLevel(meanOf(level))} on average` : "";
    return `The level of ${the}${counted(level.length, "gene")} ${here}was predicted${mean}.`;
  },
  remark: ({ device, genesOnGpu }) => (device.kind === "cpu" && genesOnGpu > 0 ? device.reason : undefined),
  first: ({ level }) => largest(level, (value) => value),
  async measure(worker, source) {
    const measured = await worker.call("readLevels", { source });
    const { known, values } = measured;
    return { measured, announcement: `${source.file} was read: counts of ${known.length} of ${values.length} genes.` };
  },
  // Levels are not classified as high or low.
  isHigh: () => false,
  explanations: SHOWN,
  results: "regulens-levels",
  record: (run, { measured, sets }, hashes) => runRecord(run, measured, sets, hashes),
  methods: async (run, { measured, sets }, contrast) =>
    (await import("../saved/methods")).methodsOfLevel(run, {
      simulated: run.tables[0].simulated,
      ...{ measured, sets, contrast },
    }),
  compared: ({ comparing, state, symbols, isHidden, controls }) =>
    html`<regulens-compare-levels
      ?hidden=${isHidden}
      .comparing=${comparing}
      .state=${state}
      .symbols=${symbols}
      .controls=${controls}
    ></regulens-compare-levels>`,
  page: {
    caption(run, { measured }, contrast) {
      const { genes, predicted } = together(run);
      const score = scoreTogether(run, measured);
      return [
        `Level of gene expression, ${UNIT}, predicted from histone marks`,
        `The mean of all ${counted(genes, "gene")} of the run is ${formatLevel(meanOf(predicted))}` +
          `${measured && score ? `; Pearson’s r ${formatScore(score.pearson)} against ${measured.file}` : ""}`,
        contrast && `Explanations are ${explainedInWords(UNIT, contrast)}`,
        notMeasured(run.tables[0]),
        offScaleInWords(run.offScale?.[0]),
      ];
    },
    measuredOf: ({ measured }, chosen) =>
      measured ? [{ of: "levels", file: measured.file, values: valuesOfChosen(measured.values, chosen) }] : [],
    column: "level",
    labels: () => undefined,
    async figures(run, { measured }) {
      const levels = scoreTogether(run, measured);
      return levels ? { levels } : {};
    },
  },
});

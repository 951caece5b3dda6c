/** Genes that are on or off, from one table. */

import { html } from "lit";
import { explainedInWords } from "../../../explain/contrasts";
import { SHOWN } from "../../../explain/explanations";
import { notMeasured, offScaleInWords } from "../../shared/methods";
import { formatCount } from "../../../plots/core/format";
import type { MeasuredValues } from "../../../standalone/format";
import { counted } from "../../../ui/words";
import type { Reliability } from "../../../../../pkg/src/index";
import type { CurrentTable } from "../../shared/tables/tables";
import { type GenesState, largest, outcomeOf } from "../outcome";
import { runRecord } from "../saved/record";
import { measuredTogether, onTogether, valuesOfChosen } from "../together";
import { ON_OFF_GENE } from "./drawings";
import type { Listing } from "../order";
import { ON_OFF_TABLE } from "./table";
import type { MeasuredGenes } from "./measured/measured";
import { isOn, onInWords } from "./on";
import type { FinishedRun, GeneDetail } from "../result";

/** A finished run, with the source of its table. */
export interface CurrentRun extends FinishedRun {
  readonly tables: readonly [CurrentTable];
}

/** State at one moment. */
export interface OnOffState extends GenesState<CurrentRun, GeneDetail, Listing, MeasuredGenes> {
  /** Calibration of the probabilities, for a run with all its genes; or the reason why it is unknown. */
  readonly reliability?: { readonly found: Reliability } | { readonly unknown: string } | undefined;
}

export const ON_OFF = outcomeOf<CurrentRun, OnOffState>({
  task: "on-off",
  confidence: "Sure",
  withdrawn: "Which genes are sure is not said of another cell type.",
  cells: ["a"],
  gene: ON_OFF_GENE,
  table: ON_OFF_TABLE,
  asked: { name: "P(on)", column: "probability", digits: 3 },
  measured: ({ measured }) => measured,
  initial: {},
  ofRun: { reliability: undefined },
  missing: () => "Add a table, or open the example.",
  foundInWords({ probability }, the, here) {
    const on = probability.reduce((sum, value) => sum + (isOn(value) ? 1 : 0), 0);
    return `${on} of ${the}${probability.length} genes ${here}are predicted on.`;
  },
  remark: ({ device, genesOnGpu }) => (device.kind === "cpu" && genesOnGpu > 0 ? device.reason : undefined),
  first: ({ probability }) => largest(probability, (value) => value),
  async measure(worker, source) {
    const measured = await worker.call("readExpression", { source });
    const { known, values } = measured;
    return {
      measured,
      announcement: `${source.file} was read: expression of ${known.length} of ${values.length} genes.`,
    };
  },
  isHigh: isOn,
  explanations: SHOWN,
  results: "regulens-results",
  record: (run, { measured, sets }, hashes) => runRecord(run, measured, sets, hashes),
  methods: async (run, { measured, sets }, contrast) =>
    (await import("../saved/methods")).methodsOfRun(run, {
      simulated: run.tables[0].simulated,
      measured,
      sets,
      contrast,
    }),
  compared: ({ comparing, state, symbols, isHidden, controls }) =>
    html`<regulens-compare
      ?hidden=${isHidden}
      .comparing=${comparing}
      .state=${state}
      .symbols=${symbols}
      .controls=${controls}
    ></regulens-compare>`,
  page: {
    caption(run, { measured }, contrast) {
      const { genes, on, auroc } = onTogether(run);
      const [table] = run.tables;
      const meant = onInWords(run.model.card);
      const scored = measured ? measuredTogether(run, measured).auroc : auroc;
      const against = measured?.file ?? "the labels of the table";
      return [
        `Probability that genes are on${meant ? `, that is expressed ${meant}` : ""}, predicted from histone marks`,
        `Of all ${counted(genes, "gene")} of the run, ${formatCount(on)} are predicted on` +
          `${scored === undefined ? "" : `; AUROC ${scored.toFixed(3)} against ${against}`}`,
        contrast && `Explanations are ${explainedInWords("log-odds of “on”", contrast)}`,
        notMeasured(table),
        offScaleInWords(run.offScale?.[0]),
      ];
    },
    measuredOf: ({ measured }, chosen) => (measured ? [expressionOf(measured, chosen)] : []),
    column: "probability",
    labels: (run) => onTogether(run).labels,
    async figures(run, { measured }) {
      const { auroc, summary } = onTogether(run);
      return {
        ...(auroc === undefined ? {} : { auroc }),
        ...(summary && {
          attention: {
            ...(summary.on && { on: [...summary.on] }),
            ...(summary.off && { off: [...summary.off] }),
            ...{ genes_on: summary.genesOn, genes_off: summary.genesOff },
          },
        }),
        ...(measured && { measured: measuredTogether(run, measured) }),
      };
    },
  },
});

/** Measured expression of the selected genes, with labels by the median of the whole file. */
function expressionOf({ file, values, labels, median }: MeasuredGenes, chosen: readonly number[]): MeasuredValues {
  return {
    ...{ of: "expression", file, values: valuesOfChosen(values, chosen) },
    labels: chosen.map((gene) => (labels[gene] === 0 || labels[gene] === 1 ? (labels[gene] as 0 | 1) : null)),
    ...(median === undefined ? {} : { median }),
  };
}

/** Changes of genes between two cell types, from two tables. */

import { html } from "lit";
import { contrastOf } from "../../../../../pkg/src/index";
import { explainedInWords } from "../../../explain/contrasts";
import { notMeasured, offScaleInWords } from "../../shared/methods";
import { formatCount } from "../../../plots/core/format";
import { counted } from "../../../ui/words";
import { CELLS, cellTitle, pairNames } from "../../shared/cells";
import { otherPair } from "../../shared/other-pair";
import { type CurrentTable, pairFiles } from "../../shared/tables/tables";
import { type GenesState, largest, outcomeOf } from "../outcome";
import { runRecord } from "../saved/record";
import { storedWeights, together, valuesOfChosen } from "../together";
import { CHANGE_GENE, changedEverywhere } from "./drawings";
import { type ChangeListing, type Shown, SHOWN } from "../order";
import { CHANGE_TABLE } from "./table";
import { cellNamesOf, type ChangedGene, type ChangeRun, type Measured } from "../result";

/** A finished run, with the sources of its tables. */
export interface CurrentChange extends ChangeRun {
  readonly tables: readonly [CurrentTable, CurrentTable];
}

/** State at one moment. */
export interface ChangeState extends GenesState<CurrentChange, ChangedGene, ChangeListing, Measured> {
  /** Explanation selected for display along a gene. */
  readonly shown?: Shown | undefined;
  /**
   * |log2 fold change| above which genes are grouped by direction; default: the value that one gene in ten exceeds.
   */
  readonly threshold?: number | undefined;
}

/** As in figure 5 of Sekhon et al. 2018. */
export const PUBLISHED_THRESHOLD = 8;

export const CHANGE = outcomeOf<CurrentChange, ChangeState>({
  task: "change",
  confidence: "Sure",
  withdrawn: "Which genes are sure is not said of another cell type.",
  cells: CELLS,
  gene: CHANGE_GENE,
  table: CHANGE_TABLE,
  asked: { name: "The log2 fold change", column: "log2_fold_change", digits: 2, drawing: changedEverywhere },
  measured: ({ measured }) => measured?.foldChange,
  initial: { threshold: undefined, shown: undefined },
  missing(tables, card) {
    const { a, b } = tables;
    const files = pairFiles(tables, card);
    const [nameOfA, nameOfB] = [cellTitle(card, "a", files), cellTitle(card, "b", files)];
    if (!a.table && !b.table) return `Add the tables of both cell types, ${nameOfA} and ${nameOfB}.`;
    return (
      `Add the table of ${a.table ? nameOfB : nameOfA} too: this model predicts the change from one cell type to ` +
      "the other."
    );
  },
  foundInWords({ model, tables, foldChange }, the, here) {
    const higher = foldChange.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    const [a, b] = cellNamesOf({ model, tables });
    return `${higher} of ${the}${foldChange.length} genes ${here}are predicted higher in ${b}, the others in ${a}.`;
  },
  first: ({ foldChange }) => largest(foldChange, Math.abs),
  measure: async (worker, table, cell) => ({ measured: await worker.call("readCounts", { cell, table }) }),
  isHigh: (foldChange) => foldChange > 0,
  explanations: SHOWN,
  results: "regulens-change",
  record: (run, { sets }, hashes) => runRecord(run, undefined, sets, hashes),
  methods: async (run, { sets }) =>
    (await import("../saved/methods")).methodsOfChange(run, {
      simulated: run.tables.some(({ simulated }) => simulated),
      sets,
    }),
  compared: ({ comparing, state, symbols, isHidden, controls }) =>
    html`<regulens-compare-changes
      ?hidden=${isHidden}
      .comparing=${comparing}
      .state=${state}
      .symbols=${symbols}
      .controls=${controls}
    ></regulens-compare-changes>`,
  page: {
    caption(run) {
      const { model, offScale } = run;
      const files = [run.tables[0].file, run.tables[1].file] as const;
      const names = pairNames(model.card, files);
      const [a, b] = names;
      const { genes, predicted } = together(run);
      const higher = predicted.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
      return [
        `Change of gene expression from ${a} to ${b}, log2((count in ${b} + 1) / (count in ${a} + 1)), predicted from ` +
          "histone marks",
        otherPair(model.card, files),
        `Of all ${counted(genes, "gene")} of the run, ${formatCount(higher)} are predicted higher in ${b}`,
        `Explanations are ${explainedInWords("log2 fold change", contrastOf(model.card))}`,
        ...run.tables.map((table, i) => notMeasured(table, ` in ${names[i]}`)),
        ...names.map((name, i) => offScaleInWords(offScale?.[i], ` of ${name}`)),
      ];
    },
    measuredOf: ({ measured = {} }, chosen) =>
      CELLS.flatMap((cell) => {
        const given = measured[cell];
        const of = ({ a: "counts-a", b: "counts-b" } as const)[cell];
        return given ? [{ of, file: given.file, values: valuesOfChosen(given.counts, chosen) }] : [];
      }),
    column: "fold_change",
    labels: () => undefined,
    async figures(run, { measured, threshold }, { worker }) {
      const said = together(run).whole?.said;
      const truth = measured?.foldChange;
      const by = truth ? "measured" : "predicted";
      const [r, weights] = said
        ? [said.pearson, said.weights]
        : await Promise.all([
            truth && worker.call("correlation", { x: run.foldChange.slice(), y: truth.slice() }),
            run.columns.length > 0
              ? worker.call("weightsOfChange", { by, threshold }).then((found) => storedWeights(found, by))
              : undefined,
          ]);
      return { ...(r === undefined || Number.isNaN(r) ? {} : { pearson: r }), ...(weights ? { weights } : {}) };
    },
  },
});

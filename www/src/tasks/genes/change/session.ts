/** State and actions of the page for models that predict the change between two cell types. */

import { html } from "lit";
import { viewOf } from "../view";
import type { Exchange } from "../samples/pairs";
import { changeCard as card } from "../card";
import type { Page } from "../../../session/page";
import { decimal } from "../../../standalone/data";
import { contributionsPicture } from "../contributions-picture";
import { alongOf, SHOWN } from "../order";
import { GenesWork, type Parts } from "../session";
import { contributionsDrawing } from "./answer";
import { CHANGE, type ChangeState, type CurrentChange } from "./outcome";
import type { ChangedGene } from "../result";

interface Own extends Parts {
  /** Applies counts opened for an earlier run to this one. */
  recallCounts(): Promise<void>;
}

export type ChangeWork = GenesWork<CurrentChange, ChangedGene, ChangeState, Own>;

/** Starts work with models of two tables. */
export function changeWork(page: Page): ChangeWork {
  return new GenesWork<CurrentChange, ChangedGene, ChangeState, Own>(page, CHANGE, ownOf);
}

function ownOf(work: ChangeWork): Own {
  return {
    ...alongOf(work),
    get picture() {
      return contributionsPicture(work, contributionsDrawing);
    },
    get chosen() {
      const { shown, threshold } = work.state;
      return { shown, threshold };
    },
    choose({ shown, threshold }) {
      work.set({ shown: SHOWN.find((each) => each === shown), threshold });
    },
    async takeMeasured({ of, file, values }) {
      if (of === "expression") return;
      const cell = (gene: string): string => (/[,\t"]/.test(gene) ? `"${gene.replaceAll('"', '""')}"` : gene);
      const { genes = [] } = work.state.run ?? {};
      const rows = genes.flatMap((gene, i) => (values[i] == null ? [] : [`${cell(gene)},${decimal(values[i])}\n`]));
      // Counts of genes, in the format of their original file.
      const blob = new Blob(["gene,count\n", ...rows]);
      await work.readMeasured({ blob, file }, of === "counts-a" ? "a" : "b");
    },
    async recallCounts() {
      const { run } = work.state;
      const measured = await work.page.worker.call("measured", {});
      if (work.state.run === run) work.set({ measured });
    },
  };
}

/** View of these models in the page. */
export const view = viewOf({
  work: changeWork,
  card,
  dataStep: ({ page, tables, state, samples }) =>
    html`<regulens-preparing .tables=${tables} .state=${tables.state} .page=${page.state}></regulens-preparing>
      <regulens-pair
        .tables=${tables}
        .state=${tables.state}
        .page=${page}
        .pageState=${page.state}
        .samples=${state.samples}
        .hasRun=${state.run !== undefined}
        @exchange=${({ detail }: CustomEvent<Exchange>) => void samples?.exchange(detail)}
      ></regulens-pair>`,
  results: (work, { only, notes } = {}) =>
    work.state.run
      ? html`<regulens-change
          .only=${only}
          .session=${work}
          .state=${work.state}
          .page=${work.page.state}
          .notes=${notes}
        ></regulens-change>`
      : html``,
});

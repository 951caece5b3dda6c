/** State and actions of the page for on/off models. */

import { html } from "lit";
import { viewOf } from "../view";
import { onCard as card } from "../card";
import { contributionsDrawing } from "../../../explain/drawings";
import { Explanations, type Shown } from "../../../explain/explanations";
import { plainOf } from "../../../rpc/errors";
import type { Page } from "../../../session/page";
import { GenesWork, type Parts } from "../session";
import { UNKNOWN } from "./measured/measured";
import { together } from "../together";
import { type CurrentRun, ON_OFF, type OnOffState } from "./outcome";
import type { GeneDetail } from "../result";

/** Explanations of the finished run's genes, and the results that depend on its labels. */
interface Own extends Parts {
  readonly explanations: Explanations;
}

export type OnOffWork = GenesWork<CurrentRun, GeneDetail, OnOffState, Own>;

/** Starts work with models of one table. */
export function onOffWork(page: Page): OnOffWork {
  return new GenesWork<CurrentRun, GeneDetail, OnOffState, Own>(page, ON_OFF, ownOf);
}

function ownOf(work: OnOffWork): Own {
  const { worker } = work.page;
  const explanations = new Explanations(worker, work.checks);
  return {
    explanations,
    along: () => explanations.state.shown,
    get contrast() {
      return explanations.state.gene?.contributions.baseline;
    },
    get picture() {
      const { run, gene } = work.state;
      const { shown, gene: explained } = explanations.state;
      return run && gene && shown === "integrated-gradients" && explained?.index === gene.index
        ? contributionsDrawing(run, gene, explained, work.tables.state.symbols)
        : undefined;
    },
    showAlong(shown) {
      if (ON_OFF.explanations.includes(shown)) explanations.show(shown as Shown);
    },
    get chosen() {
      return { shown: explanations.state.shown };
    },
    choose({ shown }) {
      if (shown) explanations.show(shown);
    },
    /** Receives measured expression by gene. */
    async takeMeasured({ of, file, median, values, labels = [] }) {
      const { run } = work.state;
      if (of !== "expression" || !run || values.length !== run.genes.length || labels.length !== values.length) return;
      const measured = await worker.call("compareExpression", {
        ...{ file, median },
        values: Float32Array.from(values, (value) => value ?? NaN),
        labels: Uint8Array.from(labels, (label) => label ?? UNKNOWN),
      });
      if (work.state.run === run) work.set({ measured });
    },
    /** Compares P(on) with measurements, or else labels; a selected part says nothing about its whole run. */
    async renewed() {
      const { run, measured } = work.state;
      const isLabelled = run && (measured ?? run.tables[0].labels) && together(run).part === undefined;
      if (!isLabelled) return;
      const reliability = await worker.call("reliability", { labels: measured?.labels }).then(
        (found) => found && { found },
        (thrown: unknown) => ({ unknown: plainOf(thrown).message }),
      );
      if (work.state.run === run && work.state.measured === measured) work.set({ reliability });
    },
    planted: () => void explanations.explainAgain(work.state.run!),
  };
}

/** View of these models in the page. */
export const view = viewOf({
  work: onOffWork,
  card,
  dataStep: (work) =>
    html`<regulens-table-data
      .work=${work}
      .tables=${work.tables.state}
      .page=${work.page.state}
    ></regulens-table-data>`,
  results: (work, { only, notes } = {}) =>
    html`<regulens-results
      .only=${only}
      .session=${work}
      .state=${work.state}
      .page=${work.page.state}
      .notes=${notes}
    ></regulens-results>`,
});

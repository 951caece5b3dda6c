/** State and actions of the page for models of level. */

import { html } from "lit";
import { levelCard as card } from "../card";
import { viewOf } from "../view";
import type { Page } from "../../../session/page";
import { contributionsPicture } from "../contributions-picture";
import type { GeneDetail } from "../result";
import { alongOf, SHOWN } from "../order";
import { GenesWork, type Parts } from "../session";
import { contributionsDrawing } from "./drawings";
import { type CurrentLevels, LEVEL, type LevelState } from "./outcome";

export type LevelWork = GenesWork<CurrentLevels, GeneDetail, LevelState>;

/** Starts work with models of one table. */
export function levelWork(page: Page): LevelWork {
  return new GenesWork<CurrentLevels, GeneDetail, LevelState>(page, LEVEL, ownOf);
}

function ownOf(work: LevelWork): Parts {
  return {
    ...alongOf(work),
    get picture() {
      return contributionsPicture(work, contributionsDrawing);
    },
    get chosen() {
      return { shown: work.state.shown };
    },
    choose({ shown }) {
      work.set({ shown: SHOWN.find((each) => each === shown) });
    },
    /** Receives measured levels by gene. */
    async takeMeasured({ of, file, values }) {
      const { run } = work.state;
      if (of !== "levels" || !run || values.length !== run.genes.length) return;
      const levels = Float32Array.from(values, (value) => value ?? NaN);
      const measured = await work.page.worker.call("compareLevels", { file, levels });
      if (work.state.run === run) work.set({ measured: { ...measured, isSaved: true } });
    },
  };
}

/** View of these models in the page. */
export const view = viewOf({
  work: levelWork,
  card,
  dataStep: (work) =>
    html`<regulens-table-data
      .work=${work}
      .tables=${work.tables.state}
      .page=${work.page.state}
    ></regulens-table-data>`,
  results: (work, { only, notes } = {}) =>
    html`<regulens-levels
      .only=${only}
      .session=${work}
      .state=${work.state}
      .page=${work.page.state}
      .notes=${notes}
    ></regulens-levels>`,
});

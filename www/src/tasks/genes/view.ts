/** The task of models of genes: implements the interface of tasks for an outcome. */

import { html, type TemplateResult } from "lit";
import { html as named, unsafeStatic } from "lit/static-html.js";
import type { Page } from "../../session/page";
import type { TaskCard, TaskSession, TaskView } from "../shared/task";
import { link, looked, placesOf, show } from "./links";
import { comparedRuns, exportsOf, remarksOf } from "./saved/exports";
import { openExported } from "./saved/page";
import { capture, captureKept, restore, restoreKept } from "./saved/workspace";
import type { GenesWork } from "./session";

/** Work on an outcome, and its parts of the page. */
interface Parts<Work extends object> {
  work(page: Page): Work;
  readonly card: TaskCard;
  /** Reads its tables; by default the only one. */
  dataStep?(work: Work): TemplateResult;
}

function tableStep(work: GenesWork): TemplateResult {
  return html`<regulens-table-data
    .work=${work}
    .tables=${work.tables.state}
    .page=${work.page.state}
  ></regulens-table-data>`;
}

/** The view of an outcome: its work, its elements, and its storage. */
export function viewOf<Work extends object>(parts: Parts<Work>): TaskView {
  const session = (page: Page): TaskSession => {
    const own = parts.work(page);
    // The work of any outcome answers the same calls.
    const work = own as object as GenesWork;
    const { results, explanations } = work.outcome;
    const element = unsafeStatic(results);
    return Object.assign(work, {
      card: parts.card,
      places: placesOf(results, explanations),
      dataStep: () => parts.dataStep?.(own) ?? tableStep(work),
      remarks: () => remarksOf(work),
      exports: () => exportsOf(work),
      results: ({ only, notes } = {}) => named`<${element}
        .only=${only}
        .session=${work}
        .state=${work.state}
        .page=${work.page.state}
        .notes=${notes}
      ></${element}>`,
      below() {
        const { kept, removed } = work.comparing.state;
        return comparedRuns(work, { isHidden: kept.length === 0 && !removed });
      },
      looked: () => looked(work),
      link: (start) => link(work, start),
      show: (...asked) => show(work, ...asked),
      capture: (files) => capture(work, files),
      restore: (stored, restoring) => restore(work, stored, restoring),
      captureKept: (files) => captureKept(work, files),
      restoreKept: (run, restoring) => restoreKept(work, run, restoring),
      openExported: (...given) => openExported(work, ...given),
    } satisfies Partial<TaskSession>);
  };
  return { session };
}

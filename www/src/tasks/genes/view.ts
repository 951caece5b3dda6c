/** The task of models of genes: implements the interface of tasks for an outcome. */

import type { TemplateResult } from "lit";
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
  dataStep(work: Work): TemplateResult;
  results(work: Work, shown: Parameters<TaskSession["results"]>[0]): TemplateResult;
}

/** The view of an outcome: its work, its elements, and its storage. */
export function viewOf<Work extends object>(parts: Parts<Work>): TaskView {
  const session = (page: Page): TaskSession => {
    const own = parts.work(page);
    // The work of any outcome answers the same calls.
    const work = own as object as GenesWork;
    const { results, explanations } = work.outcome;
    return Object.assign(work, {
      card: parts.card,
      places: placesOf(results, explanations),
      dataStep: () => parts.dataStep(own),
      remarks: () => remarksOf(work),
      exports: () => exportsOf(work),
      results: (shown) => parts.results(own, shown),
      below() {
        const { kept, removed } = work.comparing.state;
        return comparedRuns(work, { isHidden: kept.length === 0 && !removed });
      },
      looked: () => looked(work),
      link: (start) => link(work, start),
      show: (address, view) => show(work, address, view),
      capture: (files) => capture(work, files),
      restore: (stored, restoring) => restore(work, stored, restoring),
      captureKept: (files) => captureKept(work, files),
      restoreKept: (run, restoring) => restoreKept(work, run, restoring),
      openExported: (exported) => openExported(work, exported),
    } satisfies Partial<TaskSession>);
  };
  return { session };
}

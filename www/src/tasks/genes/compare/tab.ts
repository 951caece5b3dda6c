/** The tab beside a gene in which runs are kept and compared. */

import { html, nothing, type TemplateResult } from "lit";
import { pin } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import type { GenesRun } from "../result";
import { type Comparing, MOST_KEPT } from "./comparing";

/**
 * Content of the tab: how to keep the finished run, others to compare it with, and what comes of that, which takes
 * these controls into its head. `on` names the data of the finished run by their files.
 */
export function compareTab<Run extends GenesRun, Detail>(
  comparing: Comparing<Run, Detail>,
  on: string,
  comparison: (controls?: TemplateResult) => TemplateResult,
): TemplateResult {
  const { state, task } = comparing;
  const controls = html`${keepButton(comparing)}
  ${
    state.doing.run
      ? nothing
      : html`<regulens-compare-menu
          .comparing=${comparing}
          .run=${task.finished()}
          about=${`Runs another model on ${on}, prepared as for these results, and keeps both.`}
        ></regulens-compare-menu>`
  }`;
  return html`${state.comparison ? nothing : html`<div class="head">${controls}</div>`}
  ${
    state.kept.length === 0 && !state.doing.run
      ? html`<p class="small muted">
          Run another model on ${on}, prepared as for these results, and see both runs side by side, gene by gene. Or
          keep this run, and run another table.
        </p>`
      : nothing
  }
  ${progressOf(state.doing.run, () => comparing.stop())}
  ${errorNotice("The runs could not be compared", state.problems.run, () => comparing.dismiss("run"))}
  ${comparison(state.comparison && controls)}`;
}

function keepButton<Run extends GenesRun, Detail>(comparing: Comparing<Run, Detail>): TemplateResult {
  const already = comparing.keptAs;
  if (already) return html`<button class="quiet" disabled>${pin} Kept as ${already.letter}</button>`;
  const isFull = comparing.state.kept.length >= MOST_KEPT;
  return html`<button
    class="quiet"
    ?disabled=${isFull}
    title=${isFull ? `At most ${MOST_KEPT} runs are kept; remove one first.` : "Then run another model or table"}
    @click=${() => void comparing.keepRun()}
  >
    ${pin} Keep this run to compare
  </button>`;
}

/** Files that can be saved of results along a sequence, and remarks that readers must know. */

import { html, nothing } from "lit";
import type { WorkOptions } from "../../../../pkg/src/index";
import { downloadName, saveFile } from "../../export";
import type { ArrayFormat } from "../../export/arrays";
import type { Page } from "../../session/page";
import { save } from "../../ui/icons";
import type { Remark } from "../../ui/notice";
import { arraysOfTracks } from "./arrays";
import { earlierRemark, otherGenomeRemark, simulatedRemark, takeOverRemark } from "../shared/remarks/results";
import "../shared/run/save-arrays";
import { methodsOfTracks } from "./methods";
import type { SequenceSession } from "./session";
import { exportable, isOfVariants } from "./standalone/page";
import { differsOf } from "./result";
import { coverageDrawn } from "./sure/intervals";
import { basesCounted, trackContext, trackRecord } from "./words";

/** Returns true if the sequences are those of an example that is simulated. */
function isSimulated({ state }: SequenceSession, page: Page): boolean {
  return page.state.catalogue?.examples.find(({ id }) => id === state.example)?.simulated ?? false;
}

/** A control for each file; in a page of one file without another such page. */
export function exportsOf(work: SequenceSession, page: Page, isOneFile = false) {
  const { run } = work.state;
  if (!run) return html``;
  const recordName = downloadName(run.file, "predicted", "tsv", run.record.name).replace(/\.tsv$/, ".json");
  const recordText = (): string => trackRecord(run, coverageDrawn(work.state));
  const arrays = (format: ArrayFormat, options: WorkOptions): Promise<Blob> =>
    arraysOfTracks(work.worker, { ...work.state, run }, format, options);
  return html`<button
      class="quiet"
      @click=${() => saveFile(recordName, new Blob([recordText()], { type: "application/json" }))}
    >
      ${save} Run record (JSON)
    </button>
    ${
      isOneFile
        ? nothing
        : html`<regulens-save-page
              .page=${page}
              .of=${() => exportable(work, run)}
              .listed=${isOfVariants(work.scored) ? () => work.scored.listed : undefined}
            ></regulens-save-page>
            <regulens-save-arrays .of=${arrays} file=${run.file}></regulens-save-arrays>`
    }
    <regulens-methods
      .file=${run.file}
      .methods=${() =>
        methodsOfTracks(run, {
          ...trackContext(work.state, run, isSimulated(work, page)),
          scored: work.scored.doneBy(run.model.sha256),
        })}
    ></regulens-methods>`;
}

/** Remarks on the results that a reader must know. */
export function remarksOf(work: SequenceSession, page: Page): Remark[] {
  const { run, doing } = work.state;
  if (!run) return [];
  const { model, record, file, padded } = run;
  const isEarlier = !work.isCurrent && !doing.run;
  return [
    ...(isEarlier ? [earlierRemark(`${model.card.name || model.file} on ${record.name} of ${file}`)] : []),
    ...otherGenomeRemark(differsOf(run)?.[0]),
    ...takeOverRemark(run.device, run.windowsOnGpu),
    ...(padded > 0 ? [paddedRemark(record.name, padded)] : []),
    ...simulatedRemark(isSimulated(work, page)),
  ];
}

function paddedRemark(record: string, padded: number): Remark {
  const text = html`<p>
    ${record} is shorter than the model’s window: ${basesCounted(padded)} that are unknown were put around it.
    Predictions near its ends rest on them.
  </p>`;
  return { tone: "info", heading: "The sequence was padded", text };
}

/** Remarks on results of all kinds. */

import { html, nothing } from "lit";
import type { DeviceReport } from "../../../../../pkg/src/index";
import "../../../ui/notice";
import type { Remark } from "../../../ui/notice";

/** That the CPU took over from WebGPU, which had run `onGpu` of the genes or windows. */
export function takeOverRemark(device: DeviceReport, onGpu: number): Remark[] {
  if (device.kind !== "cpu" || onGpu === 0) return [];
  return [{ tone: "warning", heading: "The CPU took over during the run", text: html`<p>${device.reason}</p>` }];
}

/** That the data are not of an experiment. */
export function simulatedRemark(isSimulated: boolean | undefined): Remark[] {
  const text = html`<p>
    This example comes from a simulator, not from an experiment: it shows the tool, not biology.
  </p>`;
  return isSimulated ? [{ tone: "info", heading: "Simulated data", text }] : [];
}

/** That data are not of the model's assembly or species, as `differs` says. */
export function otherGenomeRemark(differs: string | undefined): Remark[] {
  if (differs === undefined) return [];
  const text = html`<p>${differs}.</p>
    <p>The model’s performance there was not measured; what it learned from one genome may not hold in another.</p>`;
  return [{ tone: "warning", heading: "Different genome from training", text }];
}

/** That the genes are a part of those of a run, and what is said of all of them. */
export function partRemark({
  part,
  isWhole,
}: {
  readonly part: string | undefined;
  readonly isWhole: boolean;
}): Remark[] {
  if (part === undefined) return [];
  const text = html`<p>
    ${
      isWhole
        ? "Gene counts, scores, the histogram and averages in the overview are of the whole run. Lists, and anything " +
          "computed here, such as deletion tests and averages over genes, are of the part."
        : "All summaries are of this part; they do not describe the whole run that it was chosen from."
    }
  </p>`;
  return [{ tone: "info", heading: `Part of a run: ${part}`, text }];
}

/** That what is chosen now was not run; `of` says what was. */
export function earlierRemark(of: string, isAgain = true): Remark {
  return {
    tone: "info",
    heading: "These results are from an earlier run",
    text: html`<p>They are of ${of}. ${isAgain ? "Run again to update them." : nothing}</p>`,
  };
}

/** Why a picture could not be saved. */
export function unsavedNotice(failure: string, dismiss: () => void) {
  return failure
    ? html`<regulens-notice tone="danger" heading="The picture could not be saved" dismissible @dismiss=${dismiss}
        ><p>${failure}</p></regulens-notice
      >`
    : nothing;
}

/** Notices above results of all kinds. */

import { html, nothing } from "lit";
import type { DeviceReport } from "../../../../pkg/src/index";
import "../../ui/notice";

/** That the CPU took over from WebGPU, which had run `onGpu` of the genes or windows. */
export function takeOverNotice(device: DeviceReport, onGpu: number) {
  return device.kind === "cpu" && onGpu > 0
    ? html`<regulens-notice tone="warning" heading="The CPU took over during the run"
        ><p>${device.reason}</p></regulens-notice
      >`
    : nothing;
}

/** That the data are not of an experiment. */
export function simulatedNotice(isSimulated: boolean | undefined) {
  return isSimulated
    ? html`<regulens-notice tone="info" heading="Simulated data"
        ><p>
          This example comes from a simulator, not from an experiment: it shows the tool, not biology.
        </p></regulens-notice
      >`
    : nothing;
}

/** Why a picture could not be saved. */
export function unsavedNotice(failure: string, dismiss: () => void) {
  return failure
    ? html`<regulens-notice tone="danger" heading="The picture could not be saved" dismissible @dismiss=${dismiss}
        ><p>${failure}</p></regulens-notice
      >`
    : nothing;
}

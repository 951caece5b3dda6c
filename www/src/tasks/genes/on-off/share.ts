/** The share of genes that a run's probabilities assume to be on: the calibration's, or one that the user states. */

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { formatShare } from "../../shared/share";
import { together } from "../together";
import type { OnOffWork } from "./session";

/** The work of a run that is shown. */
type Work = Pick<OnOffWork, "state" | "assume" | "isCurrent" | "isRunning">;

/**
 * The figure, a term with its description; nothing for a model that was not calibrated, and of several samples, whose
 * shares may differ.
 */
export function shareFact(work: Work): TemplateResult | typeof nothing {
  const { run, samples } = work.state;
  const calibration = run?.model.card.calibration;
  if (!run || !calibration || samples) return nothing;
  const { shareOn } = run;
  const ofCalibration = formatShare(calibration.on);
  // Figures of a whole run, of which a part is here, are of the share that was assumed for it.
  const isFixed = !work.isCurrent || work.isRunning || together(run).part !== undefined;
  const change = ({ target }: Event): void => {
    const input = target as HTMLInputElement;
    if (input.value === "") void work.assume(undefined);
    else if (input.reportValidity()) void work.assume(input.valueAsNumber);
  };
  return html`<div class="sure">
    <dt>Share of genes that are on in your data</dt>
    <dd class="words">
      <input
        type="number"
        aria-label="Share of genes that are on in your data"
        min="0.001"
        max="0.999"
        step="any"
        .value=${live(formatShare(shareOn ?? calibration.on))}
        ?disabled=${isFixed}
        @change=${change}
      />
      ${
        shareOn === undefined
          ? html`<small>that of the calibration: change it where you know yours</small>`
          : html`<small
              >the calibration’s is ${ofCalibration}
              <button class="quiet" ?disabled=${isFixed} @click=${() => void work.assume(undefined)}>
                Use ${ofCalibration}
              </button></small
            >`
      }
    </dd>
  </div>`;
}

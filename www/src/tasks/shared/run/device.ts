/** The device that a run took, and its time, in its line of figures. */

import { css, html, nothing, type TemplateResult } from "lit";
import type { DeviceReport } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import { deviceInWords, duration } from "../../../ui/words";

export const runStyles = css`
  .panel {
    display: grid;
    gap: var(--space-3);
    padding-block: var(--space-4);
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3) var(--space-4);
  }

  .why {
    flex: 1 1 16rem;
  }

  button.primary {
    min-height: var(--touch-target);
    padding-inline: var(--space-5);
    font-size: var(--text-base);
  }
`;

/** A term with its description; `genes` of a run on tables tell how many a second. */
export function deviceFact(
  { device, seconds }: { readonly device: DeviceReport; readonly seconds: number },
  genes?: number,
): TemplateResult {
  const rate =
    genes === undefined ? "" : `, ${formatCount(Math.round(genes / Math.max(seconds, 1e-3)))} genes a second`;
  return html`<div>
    <dt>Device</dt>
    <dd class="words">
      ${deviceInWords(device)} <small class="number">${duration(seconds)}${rate}</small>
      ${device.kind === "cpu" && device.adapter !== undefined ? html`<small>${device.reason}</small>` : nothing}
    </dd>
  </div>`;
}

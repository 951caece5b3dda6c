/** A table of items and the chosen one where there is room for one of them: from the one to the other and back. */

import { css, html, type TemplateResult } from "lit";
import { left } from "../../ui/icons";

/** Where both stand side by side there is no way back to go. */
export const oneColumnStyles = css`
  .back {
    justify-self: start;
  }

  .chosen {
    display: grid;
    gap: var(--space-2);
    min-width: 0;
    scroll-margin-block-start: var(--space-3);
  }

  @media (min-width: 64rem) {
    .back {
      display: none;
    }
  }
`;

/** The chosen item under its way back to the table. */
export function underBack(root: ParentNode, chosen: TemplateResult, items = "genes"): TemplateResult {
  const back = (): void => {
    const table = root.querySelector<HTMLElement>(".genes > .panel > *");
    table?.scrollIntoView({ block: "start" });
    table?.focus({ preventScroll: true });
  };
  return html`<div class="chosen">
    <button class="back small" @click=${back}>${left} Back to the ${items}</button>
    ${chosen}
  </div>`;
}

/** Brings the chosen item into view, where it stands below the table. */
export function bringChosen(root: ParentNode): void {
  const back = root.querySelector<HTMLElement>(".back");
  if (!back || back.getClientRects().length === 0) return;
  back.parentElement?.scrollIntoView({ block: "start" });
  back.focus({ preventScroll: true });
}

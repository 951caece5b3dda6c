/** Help of a few sentences behind a "?", unfolded in place. */

import { css, html, type TemplateResult } from "lit";

/** Styles of {@link help}, for a row that wraps: open, it takes a line of its own. */
export const helpStyles = css`
  .help[open] {
    flex-basis: 100%;
  }

  @media print {
    .help {
      display: none;
    }
  }
`;

/** A help text on `about`: "moving along the tracks". */
export function help(about: string, text: TemplateResult | string): TemplateResult {
  return html`<details class="help small muted">
    <summary class="button small" aria-label="Help on ${about}">?</summary>
    ${text}
  </details>`;
}

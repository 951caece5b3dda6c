/** Styles of a sentence that says what was found. */

import { css } from "lit";

export const verdictStyles = css`
  .verdict {
    padding: var(--space-3) var(--space-4);
    border-inline-start: 3px solid var(--color-accent);
    background: var(--color-surface-sunken);
    font-size: var(--text-sm);
    line-height: var(--leading-normal);
  }
`;

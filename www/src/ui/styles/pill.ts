/** Styles of elements with round ends: buttons of the header and the bar, and tags beside a name. */

import { css } from "lit";

export const pillStyles = css`
  .pill {
    border: var(--border);
    border-radius: var(--radius-full);
    background: var(--color-surface);
  }

  .pill svg {
    flex: none;
  }
`;

export const tagStyles = css`
  .tag {
    padding: 0 var(--space-2);
    border-radius: var(--radius-full);
    background: var(--color-good-soft);
    color: var(--color-good);
    font-size: var(--text-xs);
  }
`;

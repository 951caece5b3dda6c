/** Styles of menus: a panel that opens under the summary of a `details`. */

import { css } from "lit";

export const menuStyles = css`
  details {
    position: relative;
  }

  summary {
    list-style: none;
  }

  summary::-webkit-details-marker {
    display: none;
  }

  .menu {
    position: absolute;
    inset-inline-end: 0;
    inset-block-start: calc(100% + var(--space-2));
    z-index: var(--layer-tooltip);
    padding: var(--space-4);
    border: var(--border);
    border-radius: var(--radius-lg);
    background: var(--color-surface-raised);
    box-shadow: var(--shadow-md);
    display: grid;
    gap: var(--space-4);
  }
`;

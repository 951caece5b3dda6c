/** Styles of choices in the shape of chips. */

import { css } from "lit";

export const chipStyles = css`
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1);
  }

  .chips label {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-height: var(--control-height-sm);
    padding-inline: var(--space-3);
    border: var(--border);
    border-radius: var(--radius-full);
    font-size: var(--text-sm);
    cursor: pointer;
  }

  .chips label:hover {
    background: var(--color-surface-hover);
  }

  .chips label:has(input:checked) {
    border-color: var(--color-accent);
    background: var(--color-accent-soft);
  }

  .chips label:has(input:focus-visible) {
    outline: var(--focus-ring);
    outline-offset: var(--focus-offset);
  }

  .chips input {
    outline: none;
  }

  @media (pointer: coarse) {
    .chips label {
      min-height: var(--touch-target);
    }
  }
`;

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

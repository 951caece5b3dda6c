/** Styles of the step that takes data: where they are dropped, and what was. */

import { css } from "lit";

export const dataStyles = css`
  .drop {
    flex: 1;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--space-3);
    min-height: 11rem;
    padding: var(--space-5) var(--space-4);
    border: 1.5px dashed var(--color-line-strong);
    border-radius: var(--radius-md);
    background: var(--color-surface-sunken);
    text-align: center;
  }

  .drop > svg {
    width: 2rem;
    height: 2rem;
    color: var(--color-ink-faint);
  }

  .drop .lead {
    font-size: var(--text-md);
    font-weight: var(--weight-medium);
  }

  .loaded {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-4);
    padding: var(--space-3);
    border: var(--border);
    border-radius: var(--radius-md);
    background: var(--color-surface-sunken);
  }

  .loaded .what {
    flex: 1 1 12rem;
    overflow-wrap: anywhere;
    line-height: var(--leading-snug);
  }

  .loaded .name {
    font-weight: var(--weight-medium);
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: var(--space-2);
  }
`;

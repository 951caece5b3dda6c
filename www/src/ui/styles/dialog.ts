/** Styles of dialogs. */

import { css } from "lit";

export const dialogStyles = css`
  dialog {
    width: min(46rem, calc(100vw - 2rem));
    max-height: min(50rem, calc(100vh - 2rem));
    padding: 0;
    border: var(--border);
    border-radius: var(--radius-lg);
    background: var(--color-surface-raised);
    color: var(--color-ink);
    box-shadow: var(--shadow-md);
  }

  dialog::backdrop {
    background: rgb(10 14 22 / 45%);
  }

  article {
    display: grid;
    gap: var(--space-4);
    padding: var(--space-5);
  }

  article > * {
    min-width: 0;
  }

  article > header {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--space-3);
    align-items: start;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
`;

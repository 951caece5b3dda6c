/** Styles that the results of all kinds of models share. */

import { css } from "lit";

/** The parts of the results, and their head: the title and what can be saved. */
export const resultsStyles = css`
  .results {
    display: grid;
    gap: var(--space-4);
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
  }

  .head h2 {
    margin-inline-end: auto;
  }
`;

/** A strip of figures: what was run, and what came of it. */
export const stripStyles = css`
  dl {
    display: flex;
    flex-wrap: wrap;
    gap: 1px;
    border: var(--border);
    border-radius: var(--radius-lg);
    background: var(--color-line);
    overflow: hidden;
  }

  dl > div {
    display: flex;
    flex: 1 1 8.5rem;
    flex-direction: column;
    gap: var(--space-1);
    padding: var(--space-3) var(--space-4);
    background: var(--color-surface);
  }

  dt,
  dd small {
    color: var(--color-ink-muted);
    font-size: var(--text-xs);
  }

  dd {
    font-weight: var(--weight-medium);
    line-height: var(--leading-snug);
    overflow-wrap: anywhere;
  }

  dd small {
    display: block;
    font-weight: var(--weight-normal);
  }
`;

/** A table of genes with the chosen gene beside it. */
export const genesStyles = css`
  .genes {
    display: grid;
    gap: var(--space-4);
    align-items: start;
  }

  .genes > * {
    min-width: 0;
  }

  @media (min-width: 64rem) {
    /* The table stays in view beside a gene that is taller than the window. */
    .genes > .panel {
      --table-height: clamp(20rem, calc(100vh - 9.75rem), 56rem);
      position: sticky;
      inset-block-start: var(--space-4);
    }
  }
`;

/** Styles that the results of all kinds of models share. */

import { css } from "lit";

/** The parts of the results, and their head: the title and what can be saved. */
export const resultsStyles = css`
  .results {
    display: grid;
    gap: var(--space-3);
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
  }

  .head h2 {
    margin-inline-end: auto;
    scroll-margin-block-start: calc(var(--bar-height, 0px) + var(--space-3));
  }

  /* On paper nothing can be pressed, and the item comes before remarks on all. */
  @media print {
    .head > :not(h2) {
      display: none;
    }

    .results > regulens-notice {
      order: 1;
    }
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
    flex: 1 1 8rem;
    flex-direction: column;
    padding: var(--space-1) var(--space-3);
    background: var(--color-surface);
  }

  /* Too narrow for all in one line: words would be broken, and a line of five would leave one alone. */
  @media (min-width: 40rem) and (max-width: 64rem) {
    dl > div {
      flex-basis: 30%;
    }
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
    margin-inline-start: var(--space-1);
    font-weight: var(--weight-normal);
  }
`;

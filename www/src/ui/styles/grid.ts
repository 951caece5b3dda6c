import { css } from "lit";

/** The look of a table whose rows are drawn as they come into view. */
export const gridStyles = css`
  :host {
    position: relative;
    display: block;
  }

  .edge {
    position: absolute;
    inset-block: 1px;
    width: 1.25rem;
    background: linear-gradient(to right, transparent, var(--color-surface) 80%);
    pointer-events: none;
  }

  .grid {
    --row-height: 2.25rem;
    position: relative;
    height: var(--table-height, 30rem);
    overflow: auto;
    border: var(--border);
    border-radius: var(--radius-md);
    background: var(--color-surface);
    font-size: var(--text-sm);
    line-height: 1;
    overscroll-behavior: contain;
    contain: strict;
  }

  .row {
    display: grid;
    min-width: 100%;
    width: max-content;
    height: var(--row-height);
    align-items: stretch;
  }

  .head {
    position: sticky;
    inset-block-start: 0;
    z-index: var(--layer-sticky);
    background: var(--color-surface);
    box-shadow: 0 1px 0 var(--color-line);
  }

  .head > div {
    border-block-end: 3px solid transparent;
    min-width: 0;
  }

  .head button {
    width: 100%;
    height: 100%;
    min-height: 0;
    gap: 2px;
    padding: 0 var(--space-1);
    border-radius: 0;
    color: var(--color-ink-muted);
    font-size: var(--text-xs);
    justify-content: flex-start;
  }

  /* A name that says where it may break. */
  .head .breaks span {
    line-height: 1.05;
    text-align: end;
    white-space: normal;
  }

  .head button:disabled {
    opacity: 1;
    cursor: default;
  }

  .head button:hover:enabled,
  .head [aria-sort="ascending"] button,
  .head [aria-sort="descending"] button {
    color: var(--color-ink);
  }

  .head .value button {
    justify-content: flex-end;
  }

  .arrow {
    font-size: 0.6rem;
  }

  .body {
    position: relative;
  }

  .body .row {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    border-block-end: var(--border);
    cursor: pointer;
  }

  .body .row:hover {
    background: var(--color-surface-hover);
  }

  .body .row.selected {
    background: var(--color-surface-selected);
  }

  .grid:focus-visible .row.active {
    outline: var(--focus-ring);
    outline-offset: -2px;
  }

  .body .row > div {
    position: relative;
    display: flex;
    align-items: center;
    padding-inline: var(--space-1);
    min-width: 0;
    white-space: nowrap;
  }

  .row > div:first-child,
  .row > div:last-child {
    padding-inline: var(--space-2);
  }

  .body .value {
    justify-content: flex-end;
    font-variant-numeric: tabular-nums;
  }

  /* A dash for what is not there, and why it is not. */
  .absent {
    color: var(--color-ink-faint);
  }

  .reason {
    color: var(--color-ink-muted);
    font-size: var(--text-xs);
  }

  /* Text that is cut, and does not lie over the column before it. */
  .cut {
    padding-block: 2px;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  /* Names are as long as people make them: the other columns keep their places. */
  .body .row > .name {
    display: block;
    contain: inline-size;
    font-weight: var(--weight-medium);
    line-height: var(--row-height);
    overflow: hidden;
    text-overflow: ellipsis;
  }

  /* A bar under the number: how much of 1 it is. */
  .shade {
    position: absolute;
    inset-block-end: 3px;
    inset-inline-start: var(--space-1);
    max-width: calc(100% - 2 * var(--space-1));
    height: 3px;
    border-radius: var(--radius-full);
  }

  .none {
    position: absolute;
    inset: var(--row-height) 0 auto;
    padding: var(--space-6) var(--space-4);
    text-align: center;
    color: var(--color-ink-muted);
    line-height: var(--leading-normal);
  }

  /* A word before a number, which stands apart from it. */
  .called {
    margin-inline-end: auto;
    color: var(--color-ink-muted);
    font-size: var(--text-xs);
  }

  .shares {
    gap: 0 0.6em;
    overflow: hidden;
    font-size: var(--text-xs);
  }

  .shares.stacked {
    flex-direction: column;
    align-items: flex-start;
    line-height: 1.25;
  }

  .shares.stacked > span {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
  }
`;

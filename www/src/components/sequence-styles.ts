/** Styles that the views along a sequence share. */

import { css } from "lit";

export const sequenceStyles = css`
  .panel {
    padding: var(--space-4);
  }

  .stack {
    display: grid;
    gap: var(--space-3);
    align-content: start;
  }

  .stack > * {
    min-width: 0;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
  }

  .row .push {
    margin-inline-start: auto;
  }

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

  input[type="text"],
  input[type="number"] {
    min-height: var(--control-height);
    padding: 0 var(--space-3);
    border: var(--border-control);
    border-radius: var(--radius-md);
    background: var(--color-surface);
    color: var(--color-ink);
    font: var(--text-sm) / var(--leading-snug) var(--font-sans);
  }

  input[type="number"] {
    width: 8.5rem;
  }

  input.small {
    width: 5rem;
  }

  table {
    width: 100%;
    border-collapse: collapse;
    font-size: var(--text-sm);
  }

  th,
  td {
    padding: var(--space-1) var(--space-3) var(--space-1) 0;
    border-block-end: var(--border);
    text-align: start;
    font-weight: var(--weight-normal);
  }

  thead th {
    color: var(--color-ink-muted);
  }

  td.number,
  th.number {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }

  .scroll {
    max-height: 20rem;
    overflow: auto;
  }

  @media (pointer: coarse) {
    .chips label {
      min-height: var(--touch-target);
    }
  }
`;

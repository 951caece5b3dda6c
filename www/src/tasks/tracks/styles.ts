/** Styles shared by the views along a sequence. */

import { css } from "lit";
import { helpStyles } from "../../ui/help";
import { chipStyles } from "../../ui/styles/chip";
import { rowStyles } from "../../ui/styles/shared";
import { tableStyles } from "../../ui/styles/table";

const own = css`
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

  .row .push {
    margin-inline-start: auto;
  }

  input[type="number"] {
    width: 8.5rem;
  }

  input.small {
    width: 5rem;
  }

  th,
  td {
    padding-block: var(--space-1);
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
`;

export const sequenceStyles = [chipStyles, tableStyles, helpStyles, rowStyles, own];

/** A list as high as its rows, limited by the window. */
export const listStyles = css`
  :host {
    display: grid;
    gap: var(--space-3);
  }

  regulens-grid {
    --table-height: min(22rem, calc(2.25rem * var(--rows) + 4px));
  }

  @media (min-width: 64rem) {
    regulens-grid {
      --table-height: min(clamp(12rem, 100vh - 20rem, 56rem), calc(2.25rem * var(--rows) + 4px));
    }
  }
`;

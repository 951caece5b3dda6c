/** Styles of plain tables of a few rows; long ones are grids. */

import { css } from "lit";

export const tableStyles = css`
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: var(--text-sm);
  }

  th,
  td {
    padding: var(--space-2) var(--space-3) var(--space-2) 0;
    border-block-end: var(--border);
    text-align: start;
    font-weight: var(--weight-normal);
  }

  thead th {
    color: var(--color-ink-muted);
  }
`;

/** Styles of what is shown of one gene, and of it while no gene is chosen. */

import { css } from "lit";

export const geneStyles = css`
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
    align-content: start;
  }

  .empty {
    display: grid;
    place-content: center;
    min-height: 16rem;
    text-align: center;
  }
`;

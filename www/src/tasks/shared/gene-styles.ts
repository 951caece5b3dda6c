/** Styles of the panel of one gene, and of it while no gene is chosen. */

import { css } from "lit";

export const geneStyles = css`
  .panel {
    display: grid;
    gap: var(--space-4);
    padding: var(--space-4);
  }

  .empty {
    display: grid;
    place-content: center;
    min-height: 16rem;
    text-align: center;
  }
`;

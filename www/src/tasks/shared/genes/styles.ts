/** Styles of what is shown of one gene, and of it while no gene is chosen. */

import { css } from "lit";

export const geneStyles = css`
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
    align-content: start;
  }

  /* The place of an answer whose code is still to come. */
  .stack > :not(:defined) {
    display: grid;
    gap: var(--space-4);
    padding-block-start: 6.5rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
  }

  .stack > :not(:defined)::before {
    content: "";
    min-height: 34rem;
  }

  .empty {
    display: grid;
    place-content: center;
    min-height: 16rem;
    text-align: center;
  }
`;

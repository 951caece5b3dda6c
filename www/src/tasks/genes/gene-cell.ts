/** The cell of a list that names a gene. */

import { css, html, type TemplateResult } from "lit";
import { type GeneNames, inFull } from "../shared/genes/names";

/** "GATA1 ENSG00000102145", or the id alone. */
export function geneCell({ names }: GeneNames, gene: number): TemplateResult | string {
  const { symbol, id } = names[gene]!;
  return symbol === undefined ? id : html`${symbol} <span class="faint">${id}</span>`;
}

/** The same as text, for what does not fit. */
export function geneTitle({ names }: GeneNames, gene: number): string {
  return inFull(names[gene]!);
}

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

/** The cell of a list that names a gene. */

import { html, type TemplateResult } from "lit";
import { type GeneNames, inFull } from "./names";

/** "GATA1 ENSG00000102145", or the id alone. */
export function geneCell({ names }: GeneNames, gene: number): TemplateResult | string {
  const { symbol, id } = names[gene]!;
  return symbol === undefined ? id : html`${symbol} <span class="faint">${id}</span>`;
}

/** The same as text, for what does not fit. */
export function geneTitle({ names }: GeneNames, gene: number): string {
  return inFull(names[gene]!);
}

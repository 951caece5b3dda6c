/** A gene that is offered while its name is typed. */

import { html, type TemplateResult } from "lit";
import type { Gene } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";

/** What finds it, and in words which it is. */
export function offeredGene({ name, gene }: { readonly name: string; readonly gene: Gene }): TemplateResult {
  const { id, chromosome, start, end } = gene;
  const place = `${chromosome}:${formatCount(start + 1)}-${formatCount(end)}`;
  return html`<option value=${name}>${name === id ? place : `${id}, ${place}`}</option>`;
}

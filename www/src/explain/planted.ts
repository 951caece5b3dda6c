/** Recall of planted marks in simulated genes, for each explanation of a deletion test. */

import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { type Explanation, explanationName } from "../plots/explaining";
import { plantedStyles } from "../ui/styles/planted";
import { counted } from "../ui/words";
import type { DeletionTest, MeanPlanted } from "./result";

/** Chance has its own row, with all digits. */
const isTold = (explanation: Explanation): boolean => explanation !== "random";

/** A table of recalls; empty if the truth is unknown. */
@customElement("regulens-planted")
export class PlantedShares extends LitElement {
  @property({ attribute: false }) test!: Pick<DeletionTest, "curves" | "chance">;
  /** The truth file. */
  @property() file = "";
  /** The gene, if the test is of a single one. */
  @property() gene = "";

  static override styles = plantedStyles;

  override render() {
    const { curves, chance } = this.test;
    if (!chance) return nothing;
    if (chance.genes === 0)
      return html`<p class="small muted">
        ${this.gene || "These genes"}: nothing was planted by which it could be told whether an explanation finds it.
      </p>`;
    const rows = curves.filter(({ explanation }) => isTold(explanation));
    return html`<table>
        <caption class="small">
          What was planted, found ${this.gene ? `in ${this.gene}` : `in ${counted(chance.genes, "gene")}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Explanation</th>
            <th scope="col">Bins</th>
            <th scope="col">Marks in bins</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(({ explanation, planted }) => row(explanationName(explanation), planted))}
          ${row("by chance", chance, "chance")}
        </tbody>
      </table>
      <p class="small muted">
        Of the bins in which any mark was planted, the share among as many bins that the explanation puts first; and the
        same of marks in bins, where attention to all marks together and occlusion of whole bins say the same of each
        mark. From ${this.file}.
      </p>`;
  }
}

function row(name: string, planted: MeanPlanted | undefined, kind = "") {
  return html`<tr class=${kind}>
    <th scope="row">${name}</th>
    <td>${shareInWords(planted?.bins, planted?.binsError)}</td>
    <td>${shareInWords(planted?.places, planted?.placesError)}</td>
  </tr>`;
}

/** A fraction in words: "64 %", for a mean "64 ± 2 %". */
export function shareInWords(share: number | undefined, error: number | undefined): string {
  if (share === undefined) return "–";
  const percent = (value: number): string => (100 * value).toFixed(0);
  return error === undefined ? `${percent(share)} %` : `${percent(share)} ± ${percent(error)} %`;
}

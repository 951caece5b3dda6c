/** Number of the planted sites of simulated sequence that each explanation finds that a deletion test tried. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { FoundPlaces } from "../../../../../pkg/src/index";
import { explanationName, formatCount } from "../../../plots/sequences";
import { plantedStyles } from "../../../ui/styles/planted";
import type { TestedStretch } from "../session-state";
import { named } from "./test-names";

/** A table of counts; nothing where it is not known what was planted. */
@customElement("regulens-planted-sites")
export class PlantedSitesFound extends LitElement {
  @property({ attribute: false }) test!: Pick<TestedStretch, "curves" | "planted">;

  static override styles = [
    ...plantedStyles,
    css`
      div {
        overflow-x: auto;
      }
    `,
  ];

  override render() {
    const { curves, planted } = this.test;
    const told = curves.flatMap(({ explanation, found }) => (found ? [{ explanation, ...found }] : []));
    const [first] = told;
    if (planted === undefined || !first) return nothing;
    if (first.bins.sites === 0)
      return html`<p class="small muted">${planted}: no site that acts was planted under these bases.</p>`;
    return html`<div>
        <table>
          <caption class="small">
            What was planted, found under these bases
          </caption>
          <thead>
            <tr>
              <th scope="col">Explanation</th>
              <th scope="col">Sites</th>
              <th scope="col">Decoys</th>
              <th scope="col">Bins with sites</th>
            </tr>
          </thead>
          <tbody>
            ${told.map(
              ({ explanation, bases, bins }) =>
                html`<tr class=${explanation === "random" ? "chance" : ""}>
                  <th scope="row">${explanationName(named(explanation))}</th>
                  <td>${bases ? foundInWords(bases.found, bases.sites) : "–"}</td>
                  <td>${bases ? foundInWords(bases.decoysFound, bases.decoys) : "–"}</td>
                  <td>${foundInWords(bins.found, bins.sites)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p class="small muted">
        Of the planted sites that act, those among as many stretches of bases that the explanation makes most of; of the
        decoys, which do nothing, those among the same stretches; and the same of bins, all that attention tells apart.
        From ${planted}.
      </p>`;
  }
}

/** "12 of 20" */
function foundInWords(found: number, of: number): string {
  return `${formatCount(found)} of ${formatCount(of)}`;
}

/** Rows of the test's table: what was planted, and what each explanation found of it. */
export function plantedRows(curves: TestedStretch["curves"]): (string | number)[][] {
  const row = (
    name: string,
    of: (found: NonNullable<TestedStretch["curves"][number]["found"]>) => number | undefined,
  ) => [name, ...curves.map(({ found }) => (found && of(found)) ?? "")];
  if (curves.every(({ found }) => !found)) return [];
  const counts: readonly [string, keyof FoundPlaces][] = [
    ["sites", "sites"],
    ["sites_found", "found"],
    ["decoys", "decoys"],
    ["decoys_found", "decoysFound"],
  ];
  return [
    ...counts.map(([name, count]) => row(name, ({ bases }) => bases?.[count])),
    row("bins_with_sites", ({ bins }) => bins.sites),
    row("bins_with_sites_found", ({ bins }) => bins.found),
  ];
}

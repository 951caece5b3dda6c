/** Card of a model that predicts the change between two cell types. */

import { html, nothing, type TemplateResult } from "lit";
import type { ChangeScore } from "../../../../../pkg/src/index";
import type { OpenedModel } from "../../../session/opened";
import { counted } from "../../../ui/words";
import { trainedOn } from "../../shared/entries";
import { seedsInWords } from "../../shared/seeds";
import { readsTable } from "../../shared/tables/card";
import type { TaskCard } from "../../view";

const TABLES = html`<dt>Tables</dt>
  <dd>two, A and B; it predicts log2((B + 1) / (A + 1)), positive for a gene that is higher in B</dd>`;

function scores({ card }: OpenedModel): TemplateResult | undefined {
  const { change_metrics: metrics, training, symmetric } = card;
  if (!metrics?.test) return undefined;
  const { test, baselines = [], seeds = [], validation } = metrics;
  const shown = (value: number | null | undefined) => (value == null ? "–" : value.toFixed(3));
  const row = (name: string, { pearson, spearman, r2, sign_accuracy }: Partial<ChangeScore>, own = false) =>
    html`<tr class=${own ? "own" : ""}>
      <th scope="row">${name}</th>
      <td>${shown(pearson)}</td>
      <td>${shown(spearman)}</td>
      <td>${shown(r2)}</td>
      <td>${shown(sign_accuracy)}</td>
    </tr>`;
  const isDefault = (form: boolean): string => (symmetric?.default === form ? " (default)" : "");
  const pearsons = seeds.flatMap(({ test }) => (test ? [test.pearson] : []));
  return html`<section>
    <h3>How well it does on ${counted(test.n, "gene")} it never saw${trainedOn(training)}</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">Method</th>
          <th scope="col">Pearson’s r</th>
          <th scope="col">Spearman’s ρ</th>
          <th scope="col">R²</th>
          <th scope="col">Sign</th>
        </tr>
      </thead>
      <tbody>
        ${row(symmetric ? `This model, as published${isDefault(false)}` : "This model", test, true)}
        ${symmetric ? row(`its symmetric form${isDefault(true)}`, { pearson: symmetric.test_symmetric }, true) : nothing}
        ${baselines.map((baseline) => row(baseline.name, baseline))}
      </tbody>
    </table>
    <p class="small muted">
      Predicted against measured log2 fold change. Sign: share of the ${test.changed ?? ""} genes of |log2 fold change|
      above 1 whose direction is predicted.
    </p>
    ${seedsInWords({
      ...{ score: "r", test: pearsons, validation: validation?.pearson },
      chosenBy: training?.recipe?.["chosen by"],
      isEnsemble: (card.members ?? []).length > 0,
    })}
  </section>`;
}

export const card: TaskCard = { reads: (model, theme) => readsTable(model, theme, TABLES), scores };

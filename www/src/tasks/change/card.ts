/** What the card of a model says that predicts the change between two cell types. */

import { html, type TemplateResult } from "lit";
import type { ChangeScore } from "../../../../pkg/src/index";
import type { OpenedModel } from "../../session/opened";
import { counted } from "../../ui/words";
import { trainedOn } from "../shared/entries";
import { seedsInWords } from "../shared/seeds";
import { readsTable } from "../shared/tables/card";
import type { TaskCard } from "../view";

const TABLES = html`<dt>Tables</dt>
  <dd>two, A and B; it predicts log2((B + 1) / (A + 1)), positive for a gene that is higher in B</dd>`;

function scores({ card: { change_metrics: metrics, training } }: OpenedModel): TemplateResult | undefined {
  if (!metrics?.test) return undefined;
  const { test, baselines = [], seeds = [], validation } = metrics;
  const row = (name: string, { pearson, spearman, r2, sign_accuracy }: ChangeScore, own = false) =>
    html`<tr class=${own ? "own" : ""}>
      <th scope="row">${name}</th>
      <td>${pearson.toFixed(3)}</td>
      <td>${spearman.toFixed(3)}</td>
      <td>${r2.toFixed(3)}</td>
      <td>${sign_accuracy == null ? "–" : sign_accuracy.toFixed(3)}</td>
    </tr>`;
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
        ${row("This model", test, true)} ${baselines.map((baseline) => row(baseline.name, baseline))}
      </tbody>
    </table>
    <p class="small muted">
      Predicted against measured log2 fold change. Sign: share of the genes of |log2 fold change| above 1 whose
      direction is predicted.
    </p>
    ${seedsInWords({ score: "r", test: pearsons, validation: validation?.pearson })}
  </section>`;
}

export const card: TaskCard = { reads: (model, theme) => readsTable(model, theme, TABLES), scores };

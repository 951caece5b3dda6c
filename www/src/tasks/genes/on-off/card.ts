/** Sections of the card of a model that tells whether genes are on. */

import { html, nothing, type TemplateResult } from "lit";
import type { Score } from "../../../../../pkg/src/card";
import type { OpenedModel } from "../../../session/opened";
import { counted } from "../../../ui/words";
import { trainedOn } from "../../shared/entries";
import { seedsInWords } from "../../shared/seeds";
import { readsTable } from "../../shared/tables/card";
import type { TaskCard } from "../../view";

function scores({ card }: OpenedModel): TemplateResult | undefined {
  const { metrics } = card;
  if (!metrics?.test) return undefined;
  const { on, called_on: called } = metrics.test;
  const row = (name: string, { auroc, auprc, brier }: Omit<Score, "n">, own = false) =>
    html`<tr class=${own ? "own" : ""}>
      <th scope="row">${name}</th>
      <td>${auroc.toFixed(3)}</td>
      <td>${auprc?.toFixed(3) ?? ""}</td>
      <td>${brier?.toFixed(3) ?? ""}</td>
    </tr>`;
  // A card that was only copied has the figures of the weights before they were rounded.
  const isOfOther = card.dtype === "i8" && card.tested_as !== "i8";
  const aurocs = (metrics.seeds ?? []).flatMap(({ test_auroc: auroc }) => (auroc == null ? [] : [auroc]));
  return html`<section>
    <h3>How well it does on ${counted(metrics.test.n ?? 0, "gene")} it never saw${trainedOn(card.training)}</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">Method</th>
          <th scope="col">AUROC</th>
          <th scope="col">Average precision</th>
          <th scope="col">Brier</th>
        </tr>
      </thead>
      <tbody>
        ${row("This model", metrics.test, true)}
        ${(metrics.baselines ?? []).map((baseline) => row(baseline.name, baseline))}
      </tbody>
    </table>
    ${
      on == null || called == null
        ? nothing
        : html`<p class="small">${on} of these genes are on; the model calls ${called} on, at P(on) ≥ ½.</p>`
    }
    ${isOfOther ? html`<p class="small muted">Measured before the weights were rounded to int8.</p>` : nothing}
    ${seedsInWords({
      score: "AUROC",
      test: aurocs,
      validation: metrics.validation?.auroc,
      chosenBy: card.training?.recipe?.["chosen by"],
      isEnsemble: (card.members ?? []).length > 0,
    })}
  </section>`;
}

export const card: TaskCard = { reads: (model, theme) => readsTable(model, theme), scores };

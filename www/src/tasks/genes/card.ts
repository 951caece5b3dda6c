/** Sections of the cards of models of genes, by outcome. */

import { html, nothing, type TemplateResult } from "lit";
import type { Score } from "../../../../pkg/src/card";
import type { ChangeScore, LevelScore, ModelCard } from "../../../../pkg/src/index";
import type { Theme } from "../../plots";
import { formatCount } from "../../plots/core/format";
import type { OpenedModel } from "../../session/opened";
import { markName } from "../../ui/mark-name";
import { counted } from "../../ui/words";
import { trainedOn } from "../shared/entries";
import { seedsInWords } from "../shared/seeds";
import { cardWindow, isFlipped } from "../shared/tables/windows";
import type { TaskCard } from "../shared/task";
import { UNIT } from "./result";

/** A method with its scores, in the order of their names; missing ones are empty. */
interface Row {
  readonly name: string;
  readonly scores: readonly (number | null | undefined)[];
  /** True for the model itself. */
  readonly own?: boolean;
}

/** Scores on held-out genes, beside those of other methods. */
function scored(
  { training, members = [] }: ModelCard,
  how: {
    readonly genes: number;
    readonly names: readonly string[];
    readonly rows: readonly Row[];
    /** Text for an unknown score. */
    readonly absent: string;
    readonly notes: TemplateResult;
    readonly seeds: Omit<Parameters<typeof seedsInWords>[0], "chosenBy" | "isEnsemble">;
  },
): TemplateResult {
  return html`<section>
    <h3>How well it does on ${counted(how.genes, "gene")} it never saw${trainedOn(training)}</h3>
    <table>
      <thead>
        <tr>
          ${["Method", ...how.names].map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${how.rows.map(
          ({ name, scores, own = false }) =>
            html`<tr class=${own ? "own" : ""}>
              <th scope="row">${name}</th>
              ${scores.map((value) => html`<td>${value?.toFixed(3) ?? how.absent}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    ${how.notes}
    ${seedsInWords({
      ...how.seeds,
      chosenBy: training?.recipe?.["chosen by"],
      isEnsemble: (members ?? []).length > 0,
    })}
  </section>`;
}

function onScores({ card }: OpenedModel): TemplateResult | undefined {
  const { metrics } = card;
  if (!metrics?.test) return undefined;
  const { on, called_on: called, n } = metrics.test;
  const row = (name: string, { auroc, auprc, brier }: Omit<Score, "n">, own = false): Row => ({
    ...{ name, own, scores: [auroc, auprc, brier] },
  });
  // A card that was only copied has the scores of the weights before rounding.
  const isOfOther = card.dtype === "i8" && card.tested_as !== "i8";
  return scored(card, {
    genes: n ?? 0,
    names: ["AUROC", "Average precision", "Brier"],
    rows: [
      row("This model", metrics.test, true),
      ...(metrics.baselines ?? []).map((baseline) => row(baseline.name, baseline)),
    ],
    absent: "",
    notes: html`${
      on == null || called == null
        ? nothing
        : html`<p class="small">${on} of these genes are on; the model calls ${called} on, at P(on) ≥ ½.</p>`
    }
    ${isOfOther ? html`<p class="small muted">Measured before the weights were rounded to int8.</p>` : nothing}`,
    seeds: {
      score: "AUROC",
      test: (metrics.seeds ?? []).flatMap(({ test_auroc: auroc }) => (auroc == null ? [] : [auroc])),
      validation: metrics.validation?.auroc,
    },
  });
}

function levelScores({ card }: OpenedModel): TemplateResult | undefined {
  const { level_metrics: metrics } = card;
  if (!metrics?.test) return undefined;
  const { test, baselines = [], seeds = [], validation } = metrics;
  const row = (name: string, { pearson, spearman, r2, mse }: Partial<LevelScore>, own = false): Row => ({
    ...{ name, own, scores: [pearson, spearman, r2, mse] },
  });
  return scored(card, {
    genes: test.n,
    names: ["Pearson’s r", "Spearman’s ρ", "R²", "MSE"],
    rows: [row("This model", test, true), ...baselines.map((baseline) => row(baseline.name, baseline))],
    absent: "–",
    notes: html`<p class="small muted">Predicted against measured ${card.unit ?? UNIT}. MSE: mean squared error.</p>`,
    seeds: {
      score: "r",
      test: seeds.flatMap((seed) => (seed.test ? [seed.test.pearson] : [])),
      validation: validation?.pearson,
    },
  });
}

function changeScores({ card }: OpenedModel): TemplateResult | undefined {
  const { change_metrics: metrics, symmetric } = card;
  if (!metrics?.test) return undefined;
  const { test, baselines = [], seeds = [], validation } = metrics;
  const row = (name: string, { pearson, spearman, r2, sign_accuracy }: Partial<ChangeScore>, own = false): Row => ({
    ...{ name, own, scores: [pearson, spearman, r2, sign_accuracy] },
  });
  const isDefault = (form: boolean): string => (symmetric?.default === form ? " (default)" : "");
  return scored(card, {
    genes: test.n,
    names: ["Pearson’s r", "Spearman’s ρ", "R²", "Sign"],
    rows: [
      row(symmetric ? `This model, as published${isDefault(false)}` : "This model", test, true),
      ...(symmetric ? [row(`its symmetric form${isDefault(true)}`, { pearson: symmetric.test_symmetric }, true)] : []),
      ...baselines.map((baseline) => row(baseline.name, baseline)),
    ],
    absent: "–",
    notes: html`<p class="small muted">
      Predicted against measured log2 fold change. Sign: share of the ${test.changed ?? ""} genes of |log2 fold change|
      above 1 whose direction is predicted.
    </p>`,
    seeds: {
      score: "r",
      test: seeds.flatMap((seed) => (seed.test ? [seed.test.pearson] : [])),
      validation: validation?.pearson,
    },
  });
}

const TABLES = html`<dt>Tables</dt>
  <dd>two, A and B; it predicts log2((B + 1) / (A + 1)), positive for a gene that is higher in B</dd>`;

/** Card of an on/off model. */
export const onCard: TaskCard = { reads: (model, theme) => readsTable(model, theme), scores: onScores };

const LEVEL = html`<dt>Predicts</dt>
  <dd>the level of each gene, ${UNIT}</dd>`;

/** Card of a model that predicts how much genes are expressed. */
export const levelCard: TaskCard = {
  reads: (model, theme) => readsTable(model, theme, LEVEL),
  scores: levelScores,
};

/** Card of a model that predicts changes between two cell types. */
export const changeCard: TaskCard = {
  reads: (model, theme) => readsTable(model, theme, TABLES),
  scores: changeScores,
};

function windowInWords(card: ModelCard): string {
  const { bins, bin_size } = card;
  const { anchor, upstream, downstream } = cardWindow(card);
  return (
    `${bins} bins of ${bin_size} bp, from −${formatCount(upstream)} to +${formatCount(downstream)} bp around the ` +
    `${anchor}`
  );
}

function transformInWords({ transform }: ModelCard): string {
  const scale = transform.scale
    ? `, then × ${transform.scale.map((factor) => Number(factor.toPrecision(3))).join(", ")} by mark`
    : "";
  return `${transform.kind === "log1p" ? "ln(1 + x) of each value" : "none: values as they are"}${scale}`;
}

/** Input of a model, after the text `before`. */
function readsTable(
  { card, description: { without } }: OpenedModel,
  theme: Theme,
  before: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<dl>
    ${before}
    <dt>Marks</dt>
    <dd class="marks">${card.marks.map((name) => markName(name, theme))}</dd>
    <dt>Window</dt>
    <dd>${windowInWords(card)}</dd>
    <dt>Strand</dt>
    <dd>
      ${
        isFlipped(card)
          ? "bin 1 is the furthest upstream on the gene's own strand"
          : "bin 1 has the lowest coordinate, whatever the gene's strand"
      }
    </dd>
    ${
      card.assembly
        ? html`<dt>Assembly</dt>
            <dd>${card.assembly}</dd>`
        : nothing
    }
    ${
      without
        ? html`<dt>Attention</dt>
            <dd>${without}</dd>`
        : nothing
    }
    <dt>Transform</dt>
    <dd>${transformInWords(card)}</dd>
  </dl>`;
}

/** Seeds that a model was trained with: in its card, and in the file of all of them that stands beside it. */

import { html, nothing, type TemplateResult } from "lit";
import type { Page } from "../../session/page";

/** The test scores of seeds, and the score on validation data of the one that was chosen. */
export interface Seeds {
  /** Name of the score: "AUROC", "r". */
  readonly score: string;
  readonly test: readonly number[];
  readonly validation: number | undefined;
  /** The choice of seed and epoch, as the card's recipe says it: "lowest validation loss, ties to the later epoch". */
  readonly chosenBy?: unknown;
  /** True if the file has all seeds. */
  readonly isEnsemble?: boolean;
}

/** Spread of the test score over seeds, and the score by which the model was chosen. */
export function seedsInWords({ score, test, validation, chosenBy, isEnsemble }: Seeds): TemplateResult {
  const by = typeof chosenBy === "string" ? chosenBy.split(",")[0] : undefined;
  const mean = test.reduce((sum, one) => sum + one, 0) / test.length;
  const file = isEnsemble ? "; this file has the mean of all" : by ? `; this file is the seed with the ${by}` : "";
  const spread =
    `Over ${test.length} seeds, test ${score} has mean ${mean.toFixed(3)} and lies between ` +
    `${Math.min(...test).toFixed(3)} and ${Math.max(...test).toFixed(3)}${file}.`;
  return html`${test.length > 1 ? html`<p class="small muted">${spread}</p>` : nothing}
  ${
    validation === undefined
      ? nothing
      : html`<p class="small muted">
          Validation ${score} ${validation.toFixed(3)}${by ? html`; the epoch was chosen by the ${by}` : nothing}.
        </p>`
  }`;
}

/** Number of seeds whose mean could be predicted in place of a run's one; undefined where there are none. */
export function seedsBeside(
  { catalogue, model: open }: Pick<Page["state"], "catalogue" | "model">,
  run: { readonly model: { readonly sha256: string } } | undefined,
): number | undefined {
  const { sha256 } = run?.model ?? {};
  const { ensemble } = catalogue?.models.find(({ id }) => id === open?.id) ?? {};
  return open?.sha256 === sha256 && ensemble?.sha256 !== sha256 ? ensemble?.members : undefined;
}

/** "one of 5 seeds": a single model of which there are several. */
export function oneOf(seeds: number): string {
  return `one of ${seeds} seeds`;
}

/** Has the mean of all seeds predicted. */
export function allSeedsButton(seeds: number, use: () => Promise<void>): TemplateResult {
  return html`<button class="quiet" @click=${() => void use()}>Predict with ${seeds} seeds</button>`;
}

/** What a gene is compared with where its score is shared out: the choice, and its words. */

import { html, type TemplateResult } from "lit";
import type { AttributionBaseline, ModelCard } from "../../../pkg/src/index";

/** How a baseline is told. */
interface Words {
  /** Among others to choose from. */
  readonly choice: string;
  /** "Compared with …". */
  readonly compared: string;
  /** "The score …, and … of that". */
  readonly scored: string;
}

const BASELINES: Readonly<Record<AttributionBaseline, Words>> = {
  "gene-mean": {
    choice: "the gene’s own means",
    compared: "each mark’s mean over the gene",
    scored: "with each mark at its mean over the gene",
  },
  zero: { choice: "no signal", compared: "no signal", scored: "without any signal" },
  "training-mean": {
    choice: "the training data’s means",
    compared: "each mark’s mean in the training data",
    scored: "with each mark at its mean in the training data",
  },
  other: {
    choice: "the other cell type",
    compared: "the signal of the other cell type",
    scored: "with the cell types exchanged",
  },
};

/** What is compared with, unless another is chosen: what a removed bin is set to. */
export const OWN_MEANS: AttributionBaseline = "gene-mean";

/** "each mark’s mean over the gene" */
export function comparedWith(baseline: AttributionBaseline): string {
  return BASELINES[baseline].compared;
}

/** "with each mark at its mean over the gene" */
export function scoredWith(baseline: AttributionBaseline): string {
  return BASELINES[baseline].scored;
}

/** What a model's genes can be compared with. */
export function baselinesOf({ marks, input_distribution, input_distribution_b }: ModelCard, cellTypes: 1 | 2) {
  const recorded = [input_distribution, input_distribution_b].slice(0, cellTypes);
  const hasMeans = recorded.every((of) => marks.every((mark) => of?.some((each) => each.mark === mark)));
  const offered: AttributionBaseline[] = [OWN_MEANS, "zero"];
  if (hasMeans) offered.push("training-mean");
  if (cellTypes === 2) offered.push("other");
  return offered;
}

/** Chooses what a gene is compared with; disabled while it is explained. */
export function baselineChoice(
  offered: readonly AttributionBaseline[],
  chosen: AttributionBaseline,
  isReady: boolean,
  choose: (baseline: AttributionBaseline) => void,
): TemplateResult {
  return html`<label class="small">
    Compared with
    <select
      ?disabled=${!isReady}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as AttributionBaseline)}
    >
      ${offered.map(
        (each) => html`<option value=${each} ?selected=${each === chosen}>${BASELINES[each].choice}</option>`,
      )}
    </select>
  </label>`;
}

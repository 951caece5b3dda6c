/** What panels share that explain genes of a set: how they look, and the choice of how many genes. */

import { css, html, type TemplateResult } from "lit";
import { formatCount } from "../../plots";
import { counted } from "../../ui/words";
import type { ExplainedSet } from "./set";
import type { SetExplanations, SetPart } from "./explanations";

/** Sizes of samples that are offered, where there are more genes. */
const SAMPLES = [50, 200, 1000, 5000];

export const panelStyles = css`
  .panel {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-4);
  }

  .choices {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: var(--space-2) var(--space-3);
  }

  .choices label:not(.button) {
    display: grid;
    gap: 2px;
    min-width: 0;
    color: var(--color-ink-muted);
    font-size: var(--text-xs);
  }

  select {
    max-width: 100%;
  }
`;

/** How many genes a part takes. */
export function countOf(set: SetExplanations, part: SetPart, { genes }: ExplainedSet): number {
  const sample = set.state.sample[part];
  return sample === undefined ? genes.length : Math.min(sample, genes.length);
}

/** A choice of how many genes a part takes, and the button that begins. */
export function genesChoice(
  set: SetExplanations,
  part: SetPart,
  of: ExplainedSet,
  { name, verb, begin }: { readonly name: string; readonly verb: string; readonly begin: () => void },
): TemplateResult {
  const { sample, doing } = set.state;
  const genes = of.genes.length;
  const count = countOf(set, part, of);
  const choose = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    set.choose(part, value === "all" ? undefined : Number(value));
  };
  return html`<label
      >${name}
      <select ?disabled=${doing[part] !== undefined} @change=${choose}>
        ${SAMPLES.filter((size) => size < genes).map(
          (size) =>
            html`<option value=${size} ?selected=${size === sample[part]}>
              ${formatCount(size)}, drawn at random
            </option>`,
        )}
        <option value="all" ?selected=${count === genes}>all ${formatCount(genes)}</option>
      </select>
    </label>
    <button ?disabled=${doing[part] !== undefined} @click=${begin}>${verb} ${counted(count, "gene")}</button>`;
}

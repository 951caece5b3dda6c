/** Shared parts of panels that explain genes of a set: properties, styles, the choice of the number of genes. */

import { css, html, LitElement, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import type { Provenance } from "../../export";
import { formatCount } from "../../plots";
import { Subscription, type Subscribable } from "../../ui/subscription";
import { counted } from "../../ui/words";
import type { Checks, SetExplanations, SetPart } from "./explanations";
import type { ExplainedSet } from "./set";

/** Sample sizes on offer, if there are more genes. */
const SAMPLES = [50, 200, 1000, 5000];

/** Styles of two parts side by side if there is room, in a component as wide as its container. */
export const pairStyles = css`
  :host {
    container-type: inline-size;
  }

  .two {
    display: grid;
    gap: var(--space-4);
    align-items: start;
  }

  @container (min-width: 50rem) {
    .two {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
`;

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

/** A panel about a set of genes, redrawn when its source changes. */
abstract class SetPanel extends LitElement {
  @property({ attribute: false }) of!: ExplainedSet;
  @property({ attribute: false }) provenance!: Provenance;

  protected readonly subscription = new Subscription(this, () => this.source);

  protected abstract get source(): Subscribable;
}

/** A panel of class optimisation and held-out tracks. */
export abstract class CheckPanel extends SetPanel {
  @property({ attribute: false }) checks!: Checks;

  protected override get source(): Subscribable {
    return this.checks;
  }
}

/** A panel of explanations of many genes of the set. */
export abstract class ExplanationPanel extends SetPanel {
  @property({ attribute: false }) set!: SetExplanations;

  protected override get source(): Subscribable {
    return this.set;
  }

  override willUpdate(): void {
    this.set.follow(this.of.run, this.of.file);
  }
}

/** Returns the number of genes used by a part. */
export function countOf(set: SetExplanations, part: SetPart, { genes }: ExplainedSet): number {
  const sample = set.state.sample[part];
  return sample === undefined ? genes.length : Math.min(sample, genes.length);
}

/** A choice of the number of genes for a part, and the button that starts it. */
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

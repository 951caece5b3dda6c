/** Runs another model of the catalogue on the data of the shown results, and keeps both runs to compare them. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CatalogueModel } from "../../../../pkg/src/index";
import { cellOf, cellsOf, isNamedByVariant, modelsOf, scoreOf } from "../../session/catalogue";
import { fileOf } from "../../session/weights";
import { taskOf } from "../../../../pkg/src/card";
import type { OpenedModel } from "../../session/opened";
import type { Page } from "../../session/page";
import { bytes } from "../../ui/words";
import { chevron } from "../../ui/icons";
import { MenuClosing, menuStyles } from "../../ui/menu";
import { controls } from "../../ui/styles/shared";

/** Members of a task that the menu needs. */
export interface Comparable {
  readonly page: Page;
  compareWith(model: CatalogueModel): Promise<void>;
}

/** A button that opens the list of models. */
@customElement("regulens-compare-menu")
export class CompareMenu extends LitElement {
  @property({ attribute: false }) comparing!: Comparable;
  /** The shown results. */
  @property({ attribute: false }) run: { readonly model: OpenedModel } | undefined;
  /** Effect of the choice, in a sentence. */
  @property() about = "";
  readonly #closing = new MenuClosing(this);

  static override styles = [
    controls,
    menuStyles,
    css`
      /* In the flow: what it stands in may be narrower than it, and scrolls. */
      .menu {
        position: static;
        max-height: min(32rem, 60vh);
        margin-block-start: var(--space-2);
        overflow: auto;
        padding: var(--space-3);
        gap: var(--space-3);
      }

      h3 {
        padding-inline: var(--space-2);
        color: var(--color-ink-muted);
        font-size: var(--text-xs);
        font-weight: var(--weight-normal);
      }

      li button {
        width: 100%;
        justify-content: space-between;
        text-align: start;
        white-space: normal;
        line-height: var(--leading-snug);
      }

      li .number {
        color: var(--color-ink-muted);
        font-weight: var(--weight-normal);
        white-space: nowrap;
      }

      p {
        padding-inline: var(--space-2);
      }
    `,
  ];

  override render() {
    const { run, comparing, about } = this;
    const { catalogue, weights } = comparing.page.state;
    const models = (catalogue?.models ?? []).filter(
      (each) => run && taskOf(each.description) === run.model.description.task,
    );
    // The same file has its results already; the same model of several seeds has not.
    const others = models.filter((each) => fileOf(each, weights).sha256 !== run?.model.sha256);
    if (others.length === 0) return nothing;
    return html`<details>
      <summary class="button">Compare with… ${chevron}</summary>
      <div class="menu">
        <p class="small muted">${about}</p>
        ${cellsOf(models)
          .filter(({ id }) => modelsOf(others, id).length > 0)
          .map(
            ({ id, name }) =>
              html`<div>
                <h3 id=${`cell-${id}`}>${name}</h3>
                <ul aria-labelledby=${`cell-${id}`}>
                  ${modelsOf(others, id).map((each) => this.#choice(each))}
                </ul>
              </div>`,
          )}
      </div>
    </details>`;
  }

  #choice(each: CatalogueModel) {
    const file = fileOf(each, this.comparing.page.state.weights);
    const score = scoreOf(each, file);
    return html`<li>
      <button
        class="quiet"
        title=${`${each.name}: variant ${each.description.variant.id}`}
        @click=${() => this.#choose(each)}
      >
        <span
          ><span class="visually-hidden">Compare with </span
          >${isNamedByVariant(each) ? each.description.variant.title : each.name}<span class="visually-hidden"
            >, ${cellOf(each).name},</span
          ></span
        >
        <span class="number">${score ? `${score.name} ${score.value.toFixed(3)}, ` : nothing}${bytes(file.bytes)}</span>
      </button>
    </li>`;
  }

  #choose(each: CatalogueModel): void {
    this.#closing.close();
    void this.comparing.compareWith(each);
  }
}

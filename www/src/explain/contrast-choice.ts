/** Choice of the question that an explanation answers: one of the model's contrasts, or another gene. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Contrast } from "../../../pkg/src/index";
import { headingOf, type Symbols, symbolsIn } from "../tasks/shared/genes/names";
import { controls } from "../ui/styles/shared";
import { type Compared, otherGene, questionOf } from "./contrasts";

/** The last entry, which prompts for a gene. */
const ANOTHER = "another";

/** Maximum number of suggested genes: a list of thousands is slow and of no use. */
const OFFERED = 50;

/** Chooses the question; `choose` events carry the contrast. */
@customElement("regulens-contrast-choice")
export class ContrastChoice extends LitElement {
  /** The contrasts of the model. */
  @property({ attribute: false }) offered: readonly Contrast[] = [];
  @property({ attribute: false }) chosen: Compared = "zero";
  /** True if a question can be chosen: false while a gene is being explained. */
  @property({ type: Boolean }) ready = false;
  /** The genes of the table, by their ids. */
  @property({ attribute: false }) genes: readonly string[] = [];
  /** The explained gene. */
  @property() gene = "";
  @property({ attribute: false }) symbols: Symbols | undefined;
  @internal() private isAsking = false;
  @internal() private typed = "";
  @internal() private problem = "";

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }

      /* A question is longer than a narrow page. */
      select,
      input {
        max-inline-size: 16rem;
        text-overflow: ellipsis;
      }

      form {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        margin-block-start: var(--space-2);
      }

      [role="alert"] {
        margin: 0;
        color: var(--color-danger);
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    // Another gene or another run resets the choice.
    if (changed.has("gene") || changed.has("genes")) [this.isAsking, this.typed, this.problem] = [false, "", ""];
  }

  override render() {
    const { chosen, offered, symbols } = this;
    const other = otherGene(chosen);
    return html`<label class="small">
        Question
        <select ?disabled=${!this.ready} @change=${this.#choose}>
          ${offered.map(
            (each) =>
              html`<option value=${each} .selected=${live(!this.isAsking && each === chosen)}>
                ${questionOf(each)}
              </option>`,
          )}
          ${
            other === undefined
              ? nothing
              : html`<option value=${chosen} .selected=${live(!this.isAsking)}>
                  ${questionOf(chosen, headingOf(other, symbols))}
                </option>`
          }
          <option value=${ANOTHER} .selected=${live(this.isAsking)}>Why unlike another gene?</option>
        </select>
      </label>
      ${this.isAsking ? this.#asked() : nothing}`;
  }

  #asked() {
    return html`<form class="small" @submit=${this.#compare}>
      <label>
        Gene
        <input
          list="genes"
          autocomplete="off"
          spellcheck="false"
          .value=${live(this.typed)}
          aria-describedby=${this.problem === "" ? nothing : "problem"}
          aria-invalid=${this.problem === "" ? nothing : "true"}
          @input=${(event: Event) => {
            this.typed = (event.target as HTMLInputElement).value;
            this.problem = "";
          }}
        />
      </label>
      <datalist id="genes">
        ${this.#offeredGenes().map((id) => html`<option value=${id}>${headingOf(id, this.symbols)}</option>`)}
      </datalist>
      <button ?disabled=${!this.ready || this.typed.trim() === ""}>Compare</button>
      ${this.problem === "" ? nothing : html`<p id="problem" role="alert">${this.problem}</p>`}
    </form>`;
  }

  #offeredGenes(): readonly string[] {
    const typed = this.typed.trim().toLowerCase();
    const found: string[] = [];
    for (const id of this.genes) {
      if (found.length === OFFERED) break;
      if (id !== this.gene && headingOf(id, this.symbols).toLowerCase().includes(typed)) found.push(id);
    }
    return found;
  }

  readonly #choose = ({ target }: Event): void => {
    const { value } = target as HTMLSelectElement;
    this.isAsking = value === ANOTHER;
    this.problem = "";
    if (this.isAsking) void this.updateComplete.then(() => this.renderRoot.querySelector("input")?.focus());
    else this.#say(value as Compared);
  };

  readonly #compare = (event: Event): void => {
    event.preventDefault();
    const typed = this.typed.trim();
    const id = this.genes.includes(typed) ? typed : this.#withSymbol(typed);
    if (id === this.gene) this.problem = "This is the gene itself, which differs from itself in nothing. Name another.";
    else if (id === undefined)
      this.problem = `Found no gene ${typed}; expected the id or the symbol of one of the table, such as ${this.genes[0]}.`;
    else {
      this.isAsking = false;
      this.#say(`gene:${id}`);
    }
  };

  #withSymbol(symbol: string): string | undefined {
    const { symbols, genes } = this;
    return symbols && genes.find((id) => symbolsIn([id], symbols)[0]?.[1] === symbol);
  }

  #say(detail: Compared): void {
    this.dispatchEvent(new CustomEvent("choose", { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "regulens-contrast-choice": ContrastChoice;
  }
}

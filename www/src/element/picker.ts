/** Chooses a gene or a record by name: a field that offers names as they are typed. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { formatCount } from "../plots/core/format";
import { controls } from "../ui/styles/shared";
import { positionOf, unknown } from "../tasks/shared/view/names";

/** Names that are offered at once. */
const OFFERED = 40;

/** Sends `pick` with a position. */
@customElement("regulens-picker")
export class Picker extends LitElement {
  @property({ attribute: false }) names: readonly string[] = [];
  @property({ attribute: false }) chosen = 0;
  @property() kind: "gene" | "record" = "gene";
  @property() file = "";
  @internal() private typed = "";
  @internal() private problem = "";

  static override styles = [
    controls,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }

      label {
        font-size: var(--text-sm);
        font-weight: var(--weight-medium);
      }

      input {
        flex: 1 1 7rem;
        min-width: 6rem;
        max-width: 14rem;
      }

      .problem {
        margin-block-start: var(--space-1);
        color: var(--color-danger);
        font-size: var(--text-sm);
      }

      @media print {
        .problem,
        button {
          display: none;
        }
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has("chosen") && !changed.has("names")) return;
    this.typed = "";
    this.problem = "";
  }

  override render() {
    const { names, chosen, kind, problem } = this;
    return html`<div class="row">
        <label for="name">${kind === "gene" ? "Gene" : "Record"}</label>
        <input
          id="name"
          type="search"
          list="names"
          autocomplete="off"
          spellcheck="false"
          .value=${names[chosen] ?? ""}
          aria-describedby="count"
          aria-invalid=${problem ? "true" : nothing}
          aria-errormessage=${problem ? "problem" : nothing}
          @input=${this.#type}
          @change=${this.#pick}
        />
        <datalist id="names">${this.#offered().map((name) => html`<option value=${name}></option>`)}</datalist>
        <button
          class="small"
          aria-label="Previous ${kind}"
          ?disabled=${chosen === 0}
          @click=${() => this.#send(chosen - 1)}
        >
          ‹
        </button>
        <button
          class="small"
          aria-label="Next ${kind}"
          ?disabled=${chosen >= names.length - 1}
          @click=${() => this.#send(chosen + 1)}
        >
          ›
        </button>
        <span class="small muted number" id="count">${formatCount(chosen + 1)} of ${formatCount(names.length)}</span>
      </div>
      <div role="alert">${problem ? html`<p class="problem" id="problem">${problem}</p>` : nothing}</div>`;
  }

  /** Names that begin with what is typed, then those that have it in them. */
  #offered(): string[] {
    const typed = this.typed.trim().toLowerCase();
    if (typed === "") return [];
    const [begin, within]: [string[], string[]] = [[], []];
    for (const name of this.names) {
      const at = name.toLowerCase().indexOf(typed);
      if (at === 0) begin.push(name);
      else if (at > 0) within.push(name);
      if (begin.length >= OFFERED) break;
    }
    return [...begin, ...within].slice(0, OFFERED);
  }

  #type = (event: Event): void => {
    this.typed = (event.target as HTMLInputElement).value;
    this.problem = "";
    // A name that was taken from the list, rather than typed.
    const { inputType } = event as Partial<InputEvent>;
    if (inputType === undefined || inputType === "insertReplacementText") this.#pick(event);
  };

  #pick = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    if (value.trim() === "") return;
    const position = positionOf(this.names, value);
    if (position === undefined) {
      const { message, remedy } = unknown(this.names, value, this.file, this.kind);
      this.problem = `${message} ${remedy}`;
    } else this.#send(position);
  };

  #send(position: number): void {
    if (position !== this.chosen) this.dispatchEvent(new CustomEvent("pick", { detail: position }));
  }
}

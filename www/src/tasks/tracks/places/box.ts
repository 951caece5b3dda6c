/**
 * A box to go to bases, to a record and its bases, or to a gene, with suggestions of genes.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { formatCount } from "../../../plots/core/format";
import type { PlainError } from "../../../rpc/errors";
import { afterKey } from "../../../ui/combobox-keys";
import { Subscription } from "../../../ui/subscription";
import { errorInWords } from "../../../ui/notice";
import { controls } from "../../../ui/styles/shared";
import type { OfferedGene } from "../genes/known";
import type { SequenceSession } from "../session";

/** Goes to the typed text, or to a suggestion. */
@customElement("regulens-place-box")
export class PlaceBox extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  /** Names of the box, without genes and with them. */
  @property({ attribute: false }) names = ["Place", "Place or gene"];
  /** True if its name is there for a screen reader alone, and to go where it is already is nothing. */
  @property({ type: Boolean }) compact = false;
  /** An example of a position for the empty box, and the accepted formats. */
  @property({ attribute: false }) example = "";
  @property({ attribute: false }) hint = "";
  /** The displayed position; `of` distinguishes positions with equal texts. */
  @property({ attribute: false }) value = "";
  @property({ attribute: false }) of: unknown;
  @property({ attribute: false }) problem: PlainError | undefined;
  @property({ type: Boolean }) disabled = false;
  /** True if going there is the next step. */
  @property({ type: Boolean }) primary = false;
  /** True if only positions of the open record are accepted. */
  @property({ attribute: false }) fixed = false;
  /** The typed text; undefined for the displayed position. */
  @internal() private typed: string | undefined;
  @internal() private offered: readonly OfferedGene[] = [];
  @internal() private isOpen = false;
  @internal() private active: number | undefined;
  @query("#active") private activeOption!: HTMLElement | null;
  @query(".field") private field!: HTMLElement;
  protected readonly geneSubscription = new Subscription(this, () => this.sequences?.genes);

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
        min-width: 0;
      }

      form {
        display: flex;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        min-width: 0;
      }

      form:not(.compact) {
        flex-wrap: wrap;
      }

      .field {
        position: relative;
        min-width: 0;
        width: 19rem;
        /* Room for the list, which bars at the edges of the window would cover. */
        scroll-margin-block: 4.5rem 14rem;
      }

      .compact .field {
        width: 17rem;
      }

      input {
        width: 100%;
      }

      [role="listbox"] {
        position: absolute;
        inset: calc(100% + 2px) 0 auto;
        z-index: var(--layer-tooltip);
        max-height: 16rem;
        padding: var(--space-1);
        overflow: auto;
        overscroll-behavior: contain;
        border: var(--border);
        border-radius: var(--radius-md);
        background: var(--color-surface-raised);
        box-shadow: var(--shadow-md);
      }

      [role="option"] {
        padding: var(--space-1) var(--space-2);
        border-radius: var(--radius-sm);
        overflow-wrap: anywhere;
        font-size: var(--text-sm);
        line-height: var(--leading-snug);
        cursor: pointer;
      }

      [role="option"]:hover {
        background: var(--color-surface-hover);
      }

      [role="option"][aria-selected="true"] {
        background: var(--color-surface-selected);
        outline: var(--focus-ring);
        outline-offset: -2px;
      }

      .where {
        display: block;
        color: var(--color-ink-muted);
        font-size: var(--text-xs);
      }

      .problem {
        flex: 1 0 100%;
        color: var(--color-danger);
        overflow-wrap: anywhere;
      }

      @media (pointer: coarse) {
        [role="option"] {
          min-height: var(--touch-target);
        }
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("of")) this.#forget();
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (this.#isShown && (changed.has("isOpen") || changed.has("offered")))
      this.field.scrollIntoView({ block: "nearest" });
    if (changed.has("active")) this.activeOption?.scrollIntoView({ block: "nearest" });
  }

  /** True if the list is displayed, which needs options. */
  get #isShown(): boolean {
    return this.isOpen && this.offered.length > 0;
  }

  override render() {
    const { compact, problem, offered, active } = this;
    const hasGenes = this.sequences.genes.state.genes !== undefined;
    const isOpen = this.#isShown;
    return html`<form class=${compact ? "compact" : ""} @submit=${this.#submit}>
        <label class=${compact ? "visually-hidden" : ""} for="place">${this.names[hasGenes ? 1 : 0]}</label>
        <div class="field">
          <input
            id="place"
            type="text"
            autocomplete="off"
            spellcheck="false"
            placeholder=${this.example}
            title=${this.hint || nothing}
            role=${hasGenes ? "combobox" : nothing}
            aria-autocomplete=${hasGenes ? "list" : nothing}
            aria-expanded=${hasGenes ? isOpen : nothing}
            aria-controls=${hasGenes ? "genes" : nothing}
            aria-activedescendant=${isOpen && active !== undefined ? "active" : nothing}
            aria-invalid=${problem !== undefined}
            aria-describedby=${problem ? "not-there" : nothing}
            ?disabled=${this.disabled}
            .value=${live(this.typed ?? this.value)}
            @focus=${this.#select}
            @blur=${this.#close}
            @input=${this.#type}
            @keydown=${this.#key}
          />
          <div
            id="genes"
            role="listbox"
            aria-label="Genes"
            ?hidden=${!isOpen}
            @mousedown=${(event: Event) => event.preventDefault()}
          >
            ${offered.map((each, i) => this.#option(each, i === active))}
          </div>
        </div>
        <button class="${compact ? "small" : ""} ${this.primary ? "primary" : ""}" ?disabled=${this.disabled}>
          Go
        </button>
      </form>
      ${problem ? html`<p class="small problem" id="not-there" role="alert">${errorInWords(problem)}</p>` : nothing}`;
  }

  /** The name that finds a gene, and a description of the gene. */
  #option(offered: OfferedGene, isActive: boolean) {
    const { name, gene } = offered;
    const { id, chromosome, start, end } = gene;
    const place = `${chromosome}:${formatCount(start + 1)}-${formatCount(end)}`;
    return html`<div
      id=${isActive ? "active" : nothing}
      role="option"
      aria-selected=${isActive}
      @click=${() => this.#take(offered)}
    >
      ${name} <span class="where">${name === id ? place : `${id}, ${place}`}</span>
    </div>`;
  }

  #select = (event: Event): void => {
    // Typing replaces the displayed position, but not the reader's own text.
    if (this.typed === undefined) (event.target as HTMLInputElement).select();
  };

  #type = (event: Event): void => {
    this.typed = (event.target as HTMLInputElement).value;
    this.active = undefined;
    this.isOpen = true;
    void this.#offer(this.typed);
    if (this.problem) this.sequences.dismiss("locus");
  };

  /** Suggests genes for the typed text, unless it changes meanwhile. */
  async #offer(typed: string): Promise<void> {
    const offered = await this.sequences.genes.complete(typed).catch(() => []);
    if (this.typed !== typed) return;
    this.offered = offered;
    this.active = undefined;
  }

  #key = (event: KeyboardEvent): void => {
    const { active, offered } = this;
    const { key, altKey, isComposing } = event;
    const after = isComposing
      ? undefined
      : afterKey(key, altKey, { count: offered.length, isOpen: this.#isShown, active });
    // The cursor moves within the text again.
    if (!after) return void (["ArrowLeft", "ArrowRight", "Home", "End"].includes(key) && (this.active = undefined));
    event.preventDefault();
    // Escape closes the list only, and nothing around it.
    event.stopPropagation();
    if (after === "take") return this.#take(offered[active!]!);
    this.isOpen = after.isOpen;
    this.active = after.active;
  };

  #take({ name }: OfferedGene): void {
    this.typed = name;
    this.#go(name);
  }

  #submit = (event: Event): void => {
    event.preventDefault();
    const text = this.typed ?? (this.compact ? "" : this.value);
    if (text.trim() !== "") this.#go(text);
  };

  #go(text: string): void {
    this.#close();
    void this.sequences.places.goTo(text, this.fixed);
  }

  #close = (): void => {
    this.isOpen = false;
    this.active = undefined;
  };

  #forget(): void {
    this.typed = undefined;
    this.offered = [];
    this.#close();
  }
}

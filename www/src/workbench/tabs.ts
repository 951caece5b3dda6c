/** Questions about the item in the figure: one tab per kind, also navigated by arrow keys. */

import { css, html, LitElement } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { controls } from "../ui/styles/shared";

/** A tab; its content is in the slot of the same name. */
export interface Tab {
  readonly id: string;
  readonly name: string;
}

/** The tabs. Sends `tab` with the open one when it changes. */
@customElement("regulens-tabs")
export class Tabs extends LitElement {
  @property({ attribute: false }) tabs: readonly Tab[] = [];
  @property() label = "";
  @internal() private chosen: string | undefined;

  static override styles = [
    controls,
    css`
      [role="tablist"] {
        display: flex;
        gap: 2px;
        overflow-x: auto;
        border-block-end: var(--border);
      }

      [role="tab"] {
        flex: 0 0 auto;
        border: 0;
        border-radius: var(--radius-md) var(--radius-md) 0 0;
        background: transparent;
        color: var(--color-ink-muted);
      }

      [role="tab"]:hover {
        background: var(--color-surface-hover);
      }

      [role="tab"][aria-selected="true"] {
        color: var(--color-accent);
        box-shadow: inset 0 -2.5px var(--color-accent);
      }

      [role="tab"]:focus-visible {
        outline-offset: -2px;
      }

      [role="tabpanel"] {
        /* Nothing is above what stands first. */
        --rule-above: none;
        padding: var(--tab-top, var(--space-4)) var(--tab-side, var(--space-4));
      }
    `,
  ];

  constructor() {
    super();
    this.addEventListener("regulens-reveal", this.#reveal);
  }

  /** The open tab: the first, until another is selected. */
  get open(): string | undefined {
    return (this.tabs.find(({ id }) => id === this.chosen) ?? this.tabs[0])?.id;
  }

  override render() {
    const { tabs, open } = this;
    return html`<div role="tablist" aria-label=${this.label} @keydown=${this.#key}>
        ${tabs.map(
          ({ id, name }) =>
            html`<button
              role="tab"
              id="tab-${id}"
              aria-controls="panel-${id}"
              aria-selected=${id === open}
              tabindex=${id === open ? 0 : -1}
              @click=${() => this.#choose(id)}
            >
              ${name}
            </button>`,
        )}
      </div>
      ${tabs.map(
        ({ id }) =>
          html`<div
            role="tabpanel"
            id="panel-${id}"
            aria-labelledby="tab-${id}"
            tabindex="0"
            ?hidden=${id !== open}
            data-tab=${id}
          >
            <slot name=${id}></slot>
          </div>`,
      )}`;
  }

  #choose(id: string): void {
    const isOpen = id === this.open;
    // A tab that is open because it is first stays open when others are inserted before it.
    this.chosen = id;
    if (!isOpen) this.dispatchEvent(new CustomEvent("tab", { detail: id }));
  }

  #key = (event: KeyboardEvent): void => {
    const { tabs, open } = this;
    const at = tabs.findIndex(({ id }) => id === open);
    const moves: Record<string, number | undefined> = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const to = moves[event.key];
    const tab = to === undefined ? undefined : tabs[to];
    if (to === undefined || !tab) return;
    event.preventDefault();
    this.#choose(tab.id);
    this.renderRoot.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };

  #reveal = (event: HTMLElementEventMap["regulens-reveal"]): void => {
    const panel = event
      .composedPath()
      .find((each) => each instanceof HTMLElement && each.dataset.tab !== undefined && this.#has(each));
    if (!(panel instanceof HTMLElement) || !panel.hidden) return;
    event.preventDefault();
    if (!event.detail.isOnlyAsked) void this.#turnTo(panel.dataset.tab!);
  };

  /** Opens a tab programmatically. Focus in the closing tab, or on a removed button, moves to the new tab. */
  async #turnTo(id: string): Promise<void> {
    const isInside = this.renderRoot.querySelector(`#panel-${this.open}`)?.matches(":focus-within") === true;
    const isNowhere = document.activeElement === document.body;
    this.#choose(id);
    await this.updateComplete;
    if (isInside || isNowhere) this.renderRoot.querySelector<HTMLElement>(`#tab-${id}`)?.focus({ preventScroll: true });
  }

  #has(element: HTMLElement): boolean {
    return element.getRootNode() === this.renderRoot;
  }
}

/**
 * Layout of results: the list beside the selected item, or beside an overview of all items. On narrow screens, the list
 * and the item are two screens with a way back.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { left } from "../ui/icons";
import { onStep } from "../ui/steps";
import { controls } from "../ui/styles/shared";

/** The slot `list`; the item in the default slot; the slots `strip` and, folded, `overview` for all items. */
@customElement("regulens-workbench")
export class Workbench extends LitElement {
  /** Noun for the listed items: "genes"; empty if there is only one item. */
  @property() items = "";
  /** Title of the overview of all items: "Average attention"; empty if there is none. */
  @property() overview = "";
  /** True while the item takes the list's room too, on wide screens. */
  @property({ type: Boolean }) alone = false;
  /** True if the overview is initially open, below the item. */
  @property({ type: Boolean }) unfolded = false;
  /** True while the overview is open. */
  @internal() private isOpen = false;
  /** The current screen, on narrow screens. */
  @internal() private screen: "list" | "item" = "list";
  @query(".back") private back!: HTMLElement | null;
  /** The current history entry of the tab, and those that show the item; all others show the list. */
  #entry: number | undefined;
  readonly #ofItems = new Set<number | undefined>();
  #hearsNoMore: (() => void) | undefined;

  static override styles = [
    controls,
    css`
      :host {
        container-type: inline-size;
      }

      .whole,
      .columns,
      .item,
      details[open] {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
      }

      .columns {
        align-items: start;
      }

      .list {
        padding: var(--space-3);
      }

      .item {
        scroll-margin-block-start: var(--bar-height, 0px);
      }

      .back {
        justify-self: start;
      }

      .list-screen .item,
      .item-screen :is(.list, .strip, details) {
        display: none;
      }

      summary {
        width: fit-content;
        padding-block: var(--space-1);
        font-weight: var(--weight-medium);
        cursor: pointer;
      }

      @container (min-width: 50rem) {
        .listed {
          grid-template-columns: minmax(20rem, 3fr) minmax(0, 7fr);
        }

        .listed.alone {
          grid-template-columns: minmax(0, 1fr);
        }

        /* The item and its overview beside the whole list. */
        .listed:not(.alone) {
          grid-template-rows: auto 1fr;
        }

        .listed:not(.alone) > .list {
          grid-row: 1 / span 2;
        }

        .listed:not(.alone) > :is(.item, details) {
          grid-column: 2;
        }

        .alone > .list,
        .back {
          display: none;
        }

        .list-screen .item {
          display: grid;
        }

        .item-screen :is(.columns:not(.alone) > .list, .strip, details) {
          display: revert;
        }

        .item-screen details[open] {
          display: grid;
        }

        /* In view beside an item that is taller than the window. */
        .list {
          --table-height: clamp(16rem, calc(100vh - var(--bar-height, 0px) - 12rem), 56rem);
          position: sticky;
          inset-block-start: calc(var(--bar-height, 0px) + var(--space-3));
        }
      }

      /* One at a time: the page stays short. */
      @media screen {
        .all > .item {
          display: none !important;
        }

        @container (min-width: 50rem) {
          .whole > .alone ~ .strip,
          .alone > details {
            display: none !important;
          }
        }
      }

      /* Room for the marks beside a gene and its prediction. */
      @container (min-width: 78rem) {
        .listed.genes:not(.alone) {
          grid-template-columns: minmax(29rem, 3fr) minmax(0, 7fr);
        }
      }

      /* On paper the item comes first, whatever is on the screen, and then what it is one of. */
      @media print {
        .columns.listed {
          display: flex;
          flex-direction: column;
          align-items: stretch;
        }

        .list-screen .item,
        .item-screen :is(.list, .strip, details) {
          display: block;
        }

        .item {
          order: -1;
        }

        .list {
          position: static;
          --table-height: 24rem;
        }

        .back {
          display: none;
        }
      }

      /* Room for every column of a list of genes. */
      @container (min-width: 96rem) {
        .listed.genes:not(.alone) {
          grid-template-columns: minmax(44rem, 2fr) minmax(0, 3fr);
        }
      }
    `,
  ];

  constructor() {
    super();
    this.addEventListener("regulens-reveal", this.#reveal);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#hearsNoMore = onStep(this.#step);
  }

  override disconnectedCallback(): void {
    this.#hearsNoMore?.();
    super.disconnectedCallback();
  }

  override render() {
    const { items, screen, alone } = this;
    const isAll = this.isOpen && !this.unfolded && this.overview !== "";
    return html`<div class="whole ${items ? `${screen}-screen` : ""}">
      <div class="columns ${items ? `listed ${items}` : ""} ${alone ? "alone" : ""} ${isAll ? "all" : ""}">
        ${items ? html`<div class="list panel"><slot name="list"></slot></div>` : nothing}
        <div class="item">
          ${
            items
              ? html`<button class="back small" @click=${this.#toList}>${left} Back to the ${items}</button>`
              : nothing
          }
          <slot></slot>
        </div>
        ${
          this.overview
            ? html`<details ?open=${this.unfolded} @toggle=${this.#toggle}>
                <summary>Overview: ${this.overview}</summary>
                <slot name="overview"></slot>
              </details>`
            : nothing
        }
      </div>
      <div class="strip"><slot name="strip"></slot></div>
    </div>`;
  }

  #toggle = ({ target }: Event): void => {
    this.isOpen = (target as HTMLDetailsElement).open;
  };

  /** Shows the item selected in the list. */
  async showItem(): Promise<void> {
    const overview = this.renderRoot.querySelector("details");
    if (overview && this.isOpen && !this.unfolded) overview.open = this.isOpen = false;
    if (this.screen === "item") return;
    this.screen = "item";
    await this.updateComplete;
    if (!this.#isSplit) return;
    this.scrollIntoView({ block: "start" });
    this.back?.focus({ preventScroll: true });
  }

  /** True if the list and the item are two screens. */
  get #isSplit(): boolean {
    return (this.back?.getClientRects().length ?? 0) > 0;
  }

  /** On narrow screens the browser's Back leads from an item to its list, and Forward returns to it. */
  #step = (entry: number, isNew: boolean): void => {
    this.#entry = entry;
    if (isNew) {
      if (this.screen === "item") this.#ofItems.add(entry);
    } else if (this.#ofItems.has(entry)) void this.showItem();
    else if (this.#isSplit) void this.#toList();
    else this.screen = "list";
  };

  #toList = async (): Promise<void> => {
    this.#ofItems.delete(this.#entry);
    this.screen = "list";
    await this.updateComplete;
    this.scrollIntoView({ block: "start" });
    const list = this.renderRoot.querySelector<HTMLSlotElement>("slot[name=list]")?.assignedElements()[0];
    if (list instanceof HTMLElement) list.focus({ preventScroll: true });
  };

  #reveal = (event: HTMLElementEventMap["regulens-reveal"]): void => {
    const path = event.composedPath();
    const at = (part: string): Element | null => this.renderRoot.querySelector(part);
    const hidden = [".item", ".list", ".strip", "details"].find(
      (part) => path.includes(at(part)!) && at(part)?.getClientRects().length === 0,
    );
    const overview = at("details");
    const isFolded = overview instanceof HTMLDetailsElement && !overview.open && path.includes(overview);
    const isBehind = hidden === ".item" && this.isOpen;
    if (!hidden && !isFolded) return;
    event.preventDefault();
    if (event.detail.isOnlyAsked) return;
    if (hidden) this.screen = hidden === ".item" ? "item" : "list";
    if (isFolded) overview.open = true;
    if (isBehind) (overview as HTMLDetailsElement).open = this.isOpen = false;
  };
}

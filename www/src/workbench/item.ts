/** The chosen item: its figure, and beside it, in tabs, what is asked of it. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { shared } from "../ui/styles/shared";
import "./tabs";
import type { Tab } from "./tabs";

/**
 * The figure in the default slot, the content of each tab in the slot of its name. Sends `tab` with the tab that is
 * opened.
 */
@customElement("regulens-item")
export class Item extends LitElement {
  @property() name = "";
  /** Without any, the figure has all the room. */
  @property({ attribute: false }) tabs: readonly Tab[] = [];
  /** The tab that takes the figure's room too. */
  @property() wide: string | undefined;
  @internal() private tab: string | undefined;

  static override styles = [
    shared,
    css`
      :host {
        container-type: inline-size;
      }

      .item {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
        align-items: start;
      }

      .figure {
        padding: var(--space-3);
      }

      .inspector {
        padding: 0;
      }

      .wide > .figure {
        display: none;
      }

      @container (min-width: 50rem) {
        .item.asked:not(.wide) {
          grid-template-columns: minmax(0, 11fr) minmax(21rem, 9fr);
        }

        .inspector {
          position: sticky;
          inset-block-start: calc(var(--bar-height, 0px) + var(--space-3));
          max-height: calc(100vh - var(--bar-height, 0px) - 2 * var(--space-3));
          overflow: auto;
          overscroll-behavior: contain;
        }
      }

      /* With all the room it scrolls with the page, not within it. */
      .wide > .inspector {
        position: static;
        max-height: none;
        overflow: visible;
      }

      @media print {
        .inspector {
          max-height: none;
        }
      }
    `,
  ];

  override render() {
    const { name, tabs, wide, tab } = this;
    const open = (tabs.find(({ id }) => id === tab) ?? tabs[0])?.id;
    const isWide = wide !== undefined && open === wide;
    return html`<section
      class="item ${tabs.length > 0 ? "asked" : ""} ${isWide ? "wide" : ""}"
      role="group"
      aria-label=${name}
    >
      <div class="panel figure"><slot></slot></div>
      ${
        tabs.length > 0
          ? html`<div class="panel inspector">
              <regulens-tabs label="Inspector" .tabs=${tabs} @tab=${this.#open}>
                ${tabs.map(({ id }) => html`<slot name=${id} slot=${id}></slot>`)}
              </regulens-tabs>
            </div>`
          : nothing
      }
    </section>`;
  }

  #open = ({ detail }: CustomEvent<string>): void => {
    this.tab = detail;
    this.dispatchEvent(new CustomEvent("tab", { detail }));
  };
}

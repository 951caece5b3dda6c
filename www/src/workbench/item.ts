/** The selected item: its figure, and tabs with further questions beside it. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { shared } from "../ui/styles/shared";
import "./tabs";
import type { Tab } from "./tabs";

/**
 * The default slot holds the figure; the slot of each tab's name holds its content. Sends `tab` with the opened tab.
 */
@customElement("regulens-item")
export class Item extends LitElement {
  @property() name = "";
  /** Without tabs, the figure takes all the room. */
  @property({ attribute: false }) tabs: readonly Tab[] = [];
  /** The tab that takes the figure's room too. */
  @property() wide: string | undefined;
  /** Tabs placed below the figure, with both as wide as the item. */
  @property({ attribute: false }) below: readonly string[] = [];
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
        .item.asked:not(.wide, .below) {
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
      .wide > .inspector,
      .below > .inspector {
        position: static;
        max-height: none;
        overflow: visible;
      }

      .wide > .inspector {
        --tab-top: var(--space-2);
      }

      /* What is drawn in either begins at the same place. */
      .below > .inspector {
        --tab-side: var(--space-3);
        scroll-margin-block-start: calc(var(--bar-height, 0px) + var(--space-3));
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
    const isBelow = open !== undefined && this.below.includes(open);
    return html`<section
      class="item ${tabs.length > 0 ? "asked" : ""} ${isWide ? "wide" : isBelow ? "below" : ""}"
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

  #open = async ({ detail }: CustomEvent<string>): Promise<void> => {
    this.tab = detail;
    this.dispatchEvent(new CustomEvent("tab", { detail }));
    if (this.below.length === 0) return;
    await this.updateComplete;
    // The tabs move to another place, where the reader may not see them.
    const inspector = this.renderRoot.querySelector(".inspector");
    const { top = 0 } = inspector?.getBoundingClientRect() ?? {};
    if (top < 0 || top > 0.9 * innerHeight) inspector?.scrollIntoView({ block: "start" });
  };
}

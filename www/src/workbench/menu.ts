/** A menu of the bar: what it is called in the slot `name`, what is in it in the default slot. */

import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { chevron } from "../ui/icons";
import { MenuClosing } from "../ui/menu-closing";
import { menuStyles } from "../ui/styles/menu";
import { pillStyles } from "../ui/styles/pill";
import { controls, shared } from "../ui/styles/shared";

/** The menu. */
@customElement("regulens-bar-menu")
export class BarMenu extends LitElement {
  /** Its name where the slot shows more or less than that. */
  @property() label = "";

  static override styles = [
    shared,
    controls,
    menuStyles,
    pillStyles,
    css`
      summary.button {
        gap: var(--space-1);
      }

      .menu {
        width: max-content;
        max-width: min(26rem, calc(100vw - 2 * var(--page-gutter)));
        max-height: 75vh;
        overflow: auto;
        gap: var(--space-2);
        justify-items: start;
      }

      @media (max-width: 64rem) {
        details {
          position: static;
        }

        .menu {
          inset-inline: var(--page-gutter);
          width: auto;
        }
      }
    `,
  ];

  constructor() {
    super();
    new MenuClosing(this);
  }

  override render() {
    return html`<details>
      <summary class="button pill" aria-label=${this.label}><slot name="name"></slot> ${chevron}</summary>
      <div class="menu"><slot></slot></div>
    </details>`;
  }
}

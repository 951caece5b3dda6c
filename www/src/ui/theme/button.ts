/** Switches between the system's theme, light and dark. */

import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ThemeChoice, ThemeSetting } from "./theme";
import { halves, moon, sun } from "../icons";
import { pillStyles } from "../styles/chip";
import { controls } from "../styles/shared";

const NEXT: Readonly<Record<ThemeChoice, ThemeChoice>> = { auto: "light", light: "dark", dark: "auto" };
const NAMES: Readonly<Record<ThemeChoice, string>> = { auto: "as in the system", light: "light", dark: "dark" };
const ICONS = { auto: halves, light: sun, dark: moon };

/** A button that goes through the three choices. */
@customElement("regulens-theme-button")
export class ThemeButton extends LitElement {
  @property({ attribute: false }) setting!: ThemeSetting;

  static override styles = [
    controls,
    pillStyles,
    css`
      button {
        width: var(--control-height);
        padding: 0;
      }
    `,
  ];

  override render() {
    const { choice } = this.setting;
    const label = `Colours: ${NAMES[choice]}. Change to ${NAMES[NEXT[choice]]}`;
    return html`<button class="pill" aria-label=${label} title=${label} @click=${this.#next}>${ICONS[choice]}</button>`;
  }

  #next = (): void => {
    this.setting.choice = NEXT[this.setting.choice];
    this.requestUpdate();
  };
}

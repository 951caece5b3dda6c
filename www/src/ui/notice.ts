/** A message in its place: what happened, where, and what to do. Errors are read out at once. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { PlainError } from "../rpc/errors";
import { close, info, warning } from "./icons";
import { controls, shared } from "./shared";

/** What a notice is about. */
export type Tone = "danger" | "warning" | "info";

/** A message in its place. The default slot is its text. */
@customElement("regulens-notice")
export class Notice extends LitElement {
  @property({ reflect: true }) tone: Tone = "info";
  @property() heading = "";
  /** The level of its heading: 2 if only the page's own heading is above it. */
  @property({ type: Number }) level: 2 | 3 = 3;
  /** Whether it can be closed; then it sends `dismiss`. */
  @property({ type: Boolean }) dismissible = false;

  static override styles = [
    shared,
    controls,
    css`
      .notice {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: var(--space-1) var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-md);
        background: var(--ground);
        font-size: var(--text-sm);
        line-height: var(--leading-normal);
        overflow-wrap: anywhere;
      }

      :host {
        --ground: var(--color-accent-soft);
        --tone: var(--color-accent);
      }

      :host([tone="warning"]) {
        --ground: var(--color-warning-soft);
        --tone: var(--color-warning);
      }

      :host([tone="danger"]) {
        --ground: var(--color-danger-soft);
        --tone: var(--color-danger);
      }

      .icon {
        color: var(--tone);
        line-height: 0;
        padding-block-start: 0.15em;
      }

      h2,
      h3 {
        font-size: var(--text-sm);
        line-height: var(--leading-snug);
        letter-spacing: normal;
        color: var(--tone);
      }

      .close {
        align-self: start;
        margin: calc(-1 * var(--space-1)) calc(-1 * var(--space-2)) 0 0;
        min-height: var(--control-height-sm);
        color: inherit;
      }
    `,
  ];

  override render() {
    const { tone, heading, level, dismissible } = this;
    return html`<div class="notice" role=${tone === "danger" ? "alert" : "note"}>
      <span class="icon">${tone === "info" ? info : warning}</span>
      <div>
        ${heading ? (level === 2 ? html`<h2>${heading}</h2>` : html`<h3>${heading}</h3>`) : nothing}
        <slot></slot>
      </div>
      ${
        dismissible
          ? html`<button class="quiet close" aria-label="Close this message" @click=${this.#dismiss}>${close}</button>`
          : nothing
      }
    </div>`;
  }

  #dismiss = (): void => {
    this.dispatchEvent(new CustomEvent("dismiss"));
  };
}

/** An error: its text, and its remedy on a line of its own. Without `dismiss` it stays. */
export function errorNotice(heading: string, error: PlainError | undefined, dismiss?: () => void, level: 2 | 3 = 3) {
  if (!error) return nothing;
  const { message, remedy } = error;
  // The engine's messages end with the remedy.
  const found = remedy && message.endsWith(remedy) ? message.slice(0, -remedy.length).trimEnd() : message;
  return html`<regulens-notice
    tone="danger"
    .heading=${heading}
    .level=${level}
    ?dismissible=${dismiss !== undefined}
    @dismiss=${dismiss}
    data-code=${error.code}
  >
    <p>${found}</p>
    ${remedy ? html`<p><strong>What to do:</strong> ${remedy}</p>` : nothing}
  </regulens-notice>`;
}

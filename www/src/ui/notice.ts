/** A message in its place: event, location, and remedy. Errors are announced at once. */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { PlainError } from "../rpc/errors";
import { close, info, warning } from "./icons";
import { controls } from "./styles/shared";
import { tellGone, tellUnseen, type Tone } from "./unseen";

/** The colours of a tone, by attribute or class. */
export const toneStyles = css`
  :host,
  .info {
    --ground: var(--color-accent-soft);
    --tone: var(--color-accent);
  }

  :host([tone="warning"]),
  .warning {
    --ground: var(--color-warning-soft);
    --tone: var(--color-warning);
  }

  :host([tone="danger"]),
  .danger {
    --ground: var(--color-danger-soft);
    --tone: var(--color-danger);
  }
`;

/**
 * A message in its place. The default slot is its text. Messages about events (errors, and messages that can be closed)
 * are repeated where the reader looks.
 */
@customElement("regulens-notice")
export class Notice extends LitElement {
  @property({ reflect: true }) tone: Tone = "info";
  @property() heading = "";
  /** The level of its heading: 2 if only the page's own heading is above it. */
  @property({ type: Number }) level: 2 | 3 = 3;
  /** True if it is shown in its place only. */
  @property({ type: Boolean }) quiet = false;
  /** True if it can be closed; then it sends `dismiss`. */
  @property({ type: Boolean }) dismissible = false;

  static override styles = [
    controls,
    toneStyles,
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

      /* The text goes on below the button that closes it: beside it a phone has room for few words. */
      .notice > div {
        grid-area: 1 / 2 / auto / -1;
      }

      .closing :is(h2, h3) {
        padding-inline-end: var(--space-6);
      }

      .close {
        grid-area: 1 / 3;
        align-self: start;
        margin: calc(-1 * var(--space-1)) calc(-1 * var(--space-2)) 0 0;
        min-height: var(--control-height-sm);
        color: inherit;
      }
    `,
  ];

  /** The text may be replaced by another message. */
  readonly #text = new MutationObserver(() => this.#tell());

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => this.#tell());
    this.#text.observe(this, { characterData: true, childList: true, subtree: true });
  }

  override disconnectedCallback(): void {
    this.#text.disconnect();
    tellGone(this);
    super.disconnectedCallback();
  }

  /** Repeats a message under its new heading: a copy must not show a state that has passed. */
  protected override updated(changed: PropertyValues<this>): void {
    if (changed.get("heading")) this.#tell();
  }

  #tell(): void {
    const { tone, heading, dismissible } = this;
    if (this.quiet || (tone !== "danger" && !dismissible)) return;
    // Lit inserts marker comments, which are not text.
    const textOf = (line: Element): string =>
      [...line.childNodes]
        .map((node) => (node instanceof HTMLButtonElement || node instanceof Comment ? "" : (node.textContent ?? "")))
        .join("");
    const text = (): string[] =>
      [...this.querySelectorAll("p, li")].map((line) => textOf(line).replace(/\s+/g, " ").trim());
    tellUnseen(this, () => ({ tone, heading, text: text().filter((line) => line !== "") }));
  }

  override render() {
    const { tone, heading, level, dismissible } = this;
    return html`<div class="notice ${dismissible ? "closing" : ""}" role=${tone === "danger" ? "alert" : "note"}>
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

/** A remark that readers of results must know. */
export interface Remark {
  readonly tone: Tone;
  readonly heading: string;
  readonly text: TemplateResult | readonly TemplateResult[];
}

/** Renders remarks in their place. */
export function remarkNotices(remarks: readonly Remark[], level: 2 | 3 = 3) {
  return remarks.map(
    ({ tone, heading, text }) =>
      html`<regulens-notice .tone=${tone} .heading=${heading} .level=${level}>${text}</regulens-notice>`,
  );
}

/** Renders text between back-ticks as code, as in the program's messages. */
export function withCode(text: string) {
  return text.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));
}

/** Puts an error and its remedy in a line. */
export function errorInWords({ message, remedy = "" }: PlainError): string {
  // The engine's messages end with the remedy.
  return message.endsWith(remedy) ? message : `${message} ${remedy}`;
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
    <p>${withCode(found)}</p>
    ${remedy ? html`<p><strong>What to do:</strong> ${withCode(remedy)}</p>` : nothing}
  </regulens-notice>`;
}

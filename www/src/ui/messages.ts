/**
 * Messages that appeared out of the reader's sight, at the foot of the window: each stays until it is read in its
 * place, or closed; one without a warning disappears by itself. Screen readers announce it in its place.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import { close, info, warning } from "./icons";
import { reveal } from "./reveal";
import { controls } from "./styles/shared";
import { toneStyles } from "./notice";
import type { Unseen } from "./unseen";

/** A message, and its place. */
interface Message extends Unseen {
  readonly at: HTMLElement;
}

/** Milliseconds after which a message without a warning disappears, unless the reader is at the messages. */
const SHOWN = 12_000;

/** Maximum number of messages shown; older ones remain in their places. */
const MOST = 3;

/** The messages. */
@customElement("regulens-messages")
export class Messages extends LitElement {
  @internal() private messages: readonly Message[] = [];
  readonly #read = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.#take(target);
  });
  /** Element outside the messages that last had the focus. */
  #before: HTMLElement | undefined;

  static override styles = [
    controls,
    toneStyles,
    css`
      :host {
        position: sticky;
        inset-block-end: 0;
        z-index: var(--layer-tooltip);
        display: block;
        pointer-events: none;
      }

      section {
        display: grid;
        justify-items: end;
        max-width: calc(var(--page-width) + 2 * var(--page-gutter));
        margin-inline: auto;
        padding: var(--space-3) var(--page-gutter);
      }

      ul {
        display: grid;
        gap: var(--space-2);
        width: min(27rem, 100%);
      }

      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: var(--space-1) var(--space-3);
        max-height: 40vh;
        overflow: auto;
        padding: var(--space-3) var(--space-4);
        border: 1px solid var(--tone);
        border-radius: var(--radius-md);
        background: linear-gradient(var(--ground) 0 0), var(--color-surface);
        box-shadow: var(--shadow-md);
        font-size: var(--text-sm);
        line-height: var(--leading-snug);
        overflow-wrap: anywhere;
        pointer-events: auto;
      }

      .icon {
        color: var(--tone);
        line-height: 0;
      }

      h2 {
        color: var(--tone);
        font-size: var(--text-sm);
        letter-spacing: normal;
      }

      .text {
        display: grid;
        gap: var(--space-1);
        justify-items: start;
      }

      .close {
        align-self: start;
        margin: calc(-1 * var(--space-1)) calc(-1 * var(--space-2)) 0 0;
        min-height: var(--control-height-sm);
      }

      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("regulens-unseen", this.#unseen);
    document.addEventListener("regulens-gone", this.#gone);
    document.addEventListener("keydown", this.#escape);
    document.addEventListener("focusin", this.#focused);
  }

  override disconnectedCallback(): void {
    document.removeEventListener("regulens-unseen", this.#unseen);
    document.removeEventListener("regulens-gone", this.#gone);
    document.removeEventListener("keydown", this.#escape);
    document.removeEventListener("focusin", this.#focused);
    this.#read.disconnect();
    super.disconnectedCallback();
  }

  override render() {
    const { messages } = this;
    if (messages.length === 0) return nothing;
    return html`<section aria-label="Messages">
      <ul>
        ${messages.map((message) => this.#message(message))}
      </ul>
    </section>`;
  }

  #message(message: Message) {
    const { tone, heading, text } = message;
    return html`<li class=${tone}>
      <span class="icon">${tone === "info" ? info : warning}</span>
      <div class="text">
        ${heading ? html`<h2>${heading}</h2>` : nothing} ${text.map((line) => html`<p>${line}</p>`)}
        <button class="small" @click=${() => void this.#show(message)}>Go to it</button>
      </div>
      <button
        class="quiet close"
        aria-label="Close (Escape)"
        title="Close (Escape)"
        @click=${() => this.#close(message)}
      >
        ${close}
      </button>
    </li>`;
  }

  #unseen = (event: DocumentEventMap["regulens-unseen"]): void => {
    const [at] = event.composedPath();
    if (!(at instanceof HTMLElement)) return;
    this.#take(at);
    this.messages = [...this.messages, { ...event.detail, at }].slice(-MOST);
    this.#read.observe(at);
    if (event.detail.tone === "info") this.#leave(at);
  };

  #gone = ({ detail }: DocumentEventMap["regulens-gone"]): void => this.#take(detail);

  /** Removes a message after a while: it remains in its place. */
  #leave(at: HTMLElement): void {
    const message = this.messages.find((each) => each.at === at);
    setTimeout(() => {
      if (!message || !this.messages.includes(message)) return;
      if (this.matches(":hover, :focus-within")) this.#leave(at);
      else this.#take(at);
    }, SHOWN);
  }

  /** Removes the message of an element. */
  #take(at: Element): void {
    this.#read.unobserve(at);
    if (this.messages.some((each) => each.at === at)) this.messages = this.messages.filter((each) => each.at !== at);
  }

  #close(message: Message): void {
    const hadFocus = this.shadowRoot?.activeElement != null;
    this.#take(message.at);
    if (!hadFocus) return;
    void this.updateComplete.then(() => {
      const next = this.shadowRoot?.querySelector<HTMLElement>(".close") ?? this.#before;
      next?.focus({ preventScroll: true });
    });
  }

  async #show({ at }: Message): Promise<void> {
    this.#take(at);
    await reveal(at);
    at.scrollIntoView({ block: "center" });
    const place = at.shadowRoot?.querySelector<HTMLElement>("[role]") ?? at;
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }

  #focused = (event: FocusEvent): void => {
    const path = event.composedPath();
    if (!path.includes(this) && path[0] instanceof HTMLElement) this.#before = path[0];
  };

  /** Escape closes the latest message, unless it applies to a menu, a field or a dialog. */
  #escape = (event: KeyboardEvent): void => {
    const latest = this.messages.at(-1);
    if (event.key !== "Escape" || event.defaultPrevented || !latest) return;
    const isOthers = event
      .composedPath()
      .some((each) => each instanceof Element && each.matches("details[open], input, textarea, select, dialog[open]"));
    if (!isOthers) this.#close(latest);
  };
}

/** An activity in progress: its name, its progress, and a button to cancel it. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { inlineStyle } from "./inline-style";
import type { Activity } from "../rpc/working";
import { progressInWords } from "./words";
import { controls } from "./styles/shared";

/** A bar with words. Sends `cancel`. */
@customElement("regulens-progress")
export class ProgressBar extends LitElement {
  @property({ attribute: false }) activity: Activity | undefined;
  /** True if the activity can be cancelled. */
  @property({ type: Boolean }) cancellable = false;

  static override styles = [
    controls,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
      }

      .words {
        flex: 1 1 14rem;
        display: grid;
        gap: var(--space-2);
      }

      .text {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 var(--space-4);
        font-size: var(--text-sm);
        line-height: var(--leading-snug);
      }

      .text span:first-child {
        overflow-wrap: anywhere;
      }

      .track {
        height: 6px;
        border-radius: var(--radius-full);
        background: var(--color-surface-sunken);
        box-shadow: inset 0 0 0 1px var(--color-line);
        overflow: hidden;
      }

      .bar {
        height: 100%;
        border-radius: inherit;
        background: var(--color-accent);
        transition: width var(--duration-normal) linear;
      }

      .bar.unknown {
        width: 30%;
        animation: slide 1.4s infinite ease-in-out;
      }

      @keyframes slide {
        from {
          transform: translateX(-110%);
        }
        to {
          transform: translateX(350%);
        }
      }

      @media (prefers-reduced-motion: reduce) {
        .bar.unknown {
          width: 100%;
          animation: none;
          opacity: 0.4;
        }
      }
    `,
  ];

  override render() {
    if (!this.activity) return nothing;
    const { text, detail, share } = progressInWords(this.activity, performance.now());
    return html`<div class="row">
      <div class="words">
        <div class="text">
          <span>${text}</span>
          <span class="number muted">${detail}</span>
        </div>
        <div
          class="track"
          role="progressbar"
          aria-label=${text}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${share === undefined ? nothing : Math.round(100 * share)}
        >
          <div
            class="bar ${share === undefined ? "unknown" : ""}"
            style=${inlineStyle(share === undefined ? {} : { width: `${100 * share}%` })}
          ></div>
        </div>
      </div>
      ${
        this.cancellable
          ? html`<button @click=${() => this.dispatchEvent(new CustomEvent("cancel"))}>Cancel</button>`
          : nothing
      }
    </div>`;
  }
}

/** Renders an activity, if there is one; with `cancel` it can be cancelled. */
export function progressOf(activity: Activity | undefined, cancel?: () => void): TemplateResult | typeof nothing {
  if (!activity) return nothing;
  return html`<regulens-progress
    .activity=${activity}
    ?cancellable=${cancel !== undefined}
    @cancel=${cancel ?? nothing}
  ></regulens-progress>`;
}

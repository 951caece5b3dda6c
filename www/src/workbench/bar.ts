/**
 * Bar that stays in view above results: their model and data, their status, remarks on them, and ways to save them.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { modelName, type State } from "../session/state";
import { factsOfOpen } from "../tasks/index";
import type { TaskSession } from "../tasks/shared/task";
import { chevron, info, save, warning } from "../ui/icons";
import { MenuClosing, menuStyles } from "../ui/menu";
import { remarkNotices } from "../ui/notice";
import { pillStyles } from "../ui/styles/pill";
import { controls } from "../ui/styles/shared";
import { Subscription } from "../ui/subscription";

/** Part of the setup that a reader wants to change. */
export type Setup = "model" | "data";

/** Names of the model and the data that are open now. */
function setUpAs(active: TaskSession, { model }: State): { readonly model: string; readonly data: string } {
  return { model: model ? modelName(model) : "no model", data: active.given || "no data" };
}

/** The names in full, with the task: the bar has little room for long names. */
export function setUpInFull(active: TaskSession, state: State): TemplateResult {
  const { model, data } = setUpAs(active, state);
  return html`<p class="set-up">${factsOfOpen(state.model).title}: ${model}, on ${data}</p>`;
}

/** The bar. Sends `setup` with the part to change. */
@customElement("regulens-bar")
export class Bar extends LitElement {
  /** The task of the displayed results, and that of the open model. */
  @property({ attribute: false }) work!: TaskSession;
  @property({ attribute: false }) active!: TaskSession;
  @property({ attribute: false }) state!: State;
  /** True if the choice of the model and the data is open. */
  @property({ type: Boolean }) open = false;
  // Both are the same objects from the start of a run to its end.
  protected readonly results = new Subscription(this, () => this.work);
  protected readonly next = new Subscription(this, () => this.active);

  static override styles = [
    controls,
    pillStyles,
    css`
      :host {
        min-width: 0;
      }

      section {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-width: 0;
      }

      .chip {
        flex: 0 1 auto;
        min-width: 4.5rem;
      }

      /* Two lines before anything is left out: the line above the results has it in full. */
      .chip > .what {
        display: -webkit-box;
        overflow: hidden;
        font-size: var(--text-xs);
        line-height: 1.2;
        text-align: start;
        white-space: normal;
        overflow-wrap: anywhere;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }

      .chip.model {
        min-width: 7rem;
      }

      .role {
        display: none;
      }

      .chip[aria-expanded="true"] {
        background: var(--color-surface-selected);
      }

      .state {
        flex: none;
        color: var(--color-warning);
        font-size: var(--text-xs);
        white-space: nowrap;
      }

      .state::before {
        content: "● ";
      }

      .state.current {
        color: var(--color-good);
      }

      .warning {
        color: var(--color-warning);
      }

      [slot="name"] {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
      }

      regulens-bar-menu {
        flex: none;
      }

      /* A long one takes two lines. */
      .remarks .word {
        display: inline-block;
        max-width: 15rem;
        line-height: 1.2;
        text-align: start;
        white-space: normal;
      }

      @media (max-width: 52rem) {
        /* A name would be cut to a syllable: its role leads to it, and the line above the results has it. */
        .role {
          display: inline;
        }

        .chip,
        .chip.model {
          min-width: 0;
          padding-inline: var(--space-2);
        }

        .remarks .word,
        .export svg {
          display: none;
        }

        /* Its colour is not all that tells. */
        .state .word,
        .chip > .what {
          position: absolute;
          display: block;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }

        section {
          gap: var(--space-1);
        }
      }
    `,
  ];

  override render() {
    const { work, active, state } = this;
    const { model, data } = setUpAs(active, state);
    return html`<section aria-label="These results">
      ${this.#chip("model", model)} ${this.#chip("data", data)} ${this.#state()} ${this.#remarks()}
      <regulens-bar-menu label="Export">
        <span slot="name" class="export">${save} <span class="word">Export</span></span>
        ${work.exports()}
      </regulens-bar-menu>
    </section>`;
  }

  /** Moves the keyboard focus to the control that changes the model or the data. */
  focusOn(setup: Setup): void {
    this.renderRoot.querySelector<HTMLElement>(`.chip.${setup}`)?.focus();
  }

  #chip(setup: Setup, what: string) {
    return html`<button
      class="pill chip ${setup}"
      aria-expanded=${this.open}
      title="Change the ${setup}: ${what}"
      @click=${() => this.dispatchEvent(new CustomEvent<Setup>("setup", { detail: setup }))}
    >
      <span class="what"><span class="visually-hidden">Change the ${setup}: </span>${what}</span>
      <span class="role" aria-hidden="true">${setup === "model" ? "Model" : "Data"}</span> ${chevron}
    </button>`;
  }

  #state() {
    const { work, active } = this;
    const isCurrent = work === active && work.isCurrent;
    const text = active.isBusy ? "Running…" : isCurrent ? "Up to date" : "Not up to date";
    return html`<span class="state ${isCurrent ? "current" : ""}"><span class="word">${text}</span></span>`;
  }

  #remarks() {
    const remarks = this.work.remarks();
    const [first] = remarks;
    if (!first) return nothing;
    const isWarning = remarks.some(({ tone }) => tone !== "info");
    const headings = remarks.map(({ heading }) => heading).join("; ");
    const text = remarks.length === 1 ? first.heading : `${remarks.length} remarks`;
    return html`<regulens-bar-menu label="To know: ${remarks.length === 1 ? text : `${text}: ${headings}`}">
      <span slot="name" class="remarks ${isWarning ? "warning" : ""}"
        >${isWarning ? warning : info} <span class="word">${text}</span></span
      >
      ${remarkNotices(remarks, 2)}
    </regulens-bar-menu>`;
  }
}

/** The menu. */
@customElement("regulens-bar-menu")
export class BarMenu extends LitElement {
  /** Its accessible name, if that differs from the slot's text. */
  @property() label = "";

  static override styles = [
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

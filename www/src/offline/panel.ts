/** Files kept on this machine, the room they take, and controls to keep more, less or nothing. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Catalogue } from "../../../pkg/src/index";
import { Subscription } from "../ui/subscription";
import { check, remove, save, warning } from "../ui/icons";
import { controls, shared } from "../ui/styles/shared";
import { bytes, counted, percent } from "../ui/words";
import "./own-data";
import { type Line, linesOf, type ModelFile, modelsOfSite } from "./models";
import { missingOf, type Offline } from "./offline";
import type { OfflineState } from "./state";

/** "Offline use and storage", folded up at the foot of the page. */
@customElement("regulens-offline")
export class OfflinePanel extends LitElement {
  @property({ attribute: false }) offline: Offline | undefined;
  @property({ attribute: false }) catalogue: Catalogue | undefined;

  static override styles = [
    shared,
    controls,
    css`
      :host {
        margin-block-end: var(--space-5);
        color: var(--color-ink);
        font-size: var(--text-sm);
        line-height: var(--leading-normal);
      }

      summary {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        min-height: var(--control-height);
        padding: var(--space-2) var(--space-4);
        border-radius: var(--radius-lg);
        cursor: pointer;
        list-style: none;
      }

      summary::-webkit-details-marker {
        display: none;
      }

      summary::before {
        content: "";
        width: 0.45em;
        height: 0.45em;
        margin-inline: 0.1em 0.3em;
        border: solid currentColor;
        border-width: 0 1.6px 1.6px 0;
        rotate: -45deg;
        transition: rotate var(--duration-fast) var(--ease);
      }

      details[open] > summary::before {
        rotate: 45deg;
      }

      summary strong {
        font-weight: var(--weight-medium);
      }

      details {
        border: var(--border);
        border-radius: var(--radius-lg);
        background: var(--color-surface);
      }

      .content {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-2) var(--space-4) var(--space-4);
      }

      .state {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-2);
        max-width: var(--measure);
      }

      .state svg {
        margin-block-start: 0.15em;
        color: var(--color-good);
      }

      .state.not svg {
        color: var(--color-warning);
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }

      progress {
        width: min(20rem, 100%);
        accent-color: var(--color-accent);
      }

      section {
        display: grid;
        gap: var(--space-2);
      }

      h3 {
        font-size: var(--text-sm);
      }

      .models {
        max-height: 20rem;
        overflow: auto;
        border: var(--border);
        border-radius: var(--radius-md);
      }

      .models li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto 6.5rem;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        min-height: var(--control-height);
        padding-inline: var(--space-3);
      }

      .models li + li {
        border-block-start: var(--border);
      }

      .models .name {
        overflow-wrap: anywhere;
      }

      .models .end {
        text-align: end;
      }

      @media (max-width: 30rem) {
        .models li {
          grid-template-columns: minmax(0, 1fr) auto;
          padding-block: var(--space-1);
        }

        .models .name {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  constructor() {
    super();
    new Subscription(this, () => this.offline);
  }

  override render() {
    const { offline } = this;
    if (!offline) return nothing;
    const { state } = offline;
    const files = this.#files();
    const lines = linesOf(files, state.models);
    return html`<details @toggle=${this.#toggled}>
      <summary>
        <strong>Offline use and storage</strong> <span class="muted">${inBrief(state, lines, files.length)}</span>
      </summary>
      <div class="content">
        ${this.#page(offline)}
        ${
          state.phase === "impossible" && state.models.length === 0
            ? nothing
            : html`${this.#models(offline, files, lines)} ${this.#storage(offline)}`
        }
        <regulens-own-data></regulens-own-data>
        ${state.problem ? html`<p role="alert">${state.problem}</p>` : nothing}
      </div>
    </details>`;
  }

  #page(offline: Offline) {
    const { phase, filling, status, why } = offline.state;
    const isKept = phase === "kept";
    return html`<div class="state ${isKept || phase === "filling" ? "" : "not"}">
        ${isKept ? check : phase === "filling" || phase === "starting" ? save : warning}
        <div>
          <p>${sentence(offline.state)}</p>
          ${
            isKept
              ? html`<p class="muted">
                  A new version is fetched at a visit, beside this one. It takes over when you say so, or once every tab
                  with this page has been closed.
                </p>`
              : nothing
          }
          ${
            phase === "filling"
              ? html`<progress
                  aria-label="Keeping the page"
                  max="1"
                  .value=${filling && filling.total > 0 ? filling.done / filling.total : 0}
                ></progress>`
              : nothing
          }
        </div>
      </div>
      <div class="actions">
        ${
          phase === "unasked" || phase === "failed"
            ? html`<button class="small" @click=${() => void offline.wanted()}>
                ${phase === "failed" ? "Try again" : "Keep this page for offline use"}
              </button>`
            : nothing
        }
        ${
          isKept
            ? html`<button class="small" @click=${() => void offline.lookForUpdate()}>Look for a new version</button
                ><span class="muted">build ${status?.build ?? ""}</span>`
            : nothing
        }
        ${phase === "unasked" && why ? html`<span class="muted">${why}</span>` : nothing}
      </div>`;
  }

  #models(offline: Offline, files: readonly ModelFile[], lines: readonly Line[]) {
    const { keeping, status, models } = offline.state;
    const missing = missingOf(files, offline.state);
    const parts = status?.partsMissing ?? [];
    const size = [...missing, ...parts].reduce((sum, { bytes }) => sum + bytes, 0);
    return html`<section>
      <h3>Models</h3>
      <p class="muted">
        ${counted(models.filter(({ whole }) => whole).length, "model file")} of ${files.length} can be used offline. One
        is kept when it is opened, by its SHA-256.
      </p>
      <div class="actions">
        ${
          keeping
            ? html`<progress
                  aria-label="Keeping everything"
                  max="1"
                  .value=${keeping.total > 0 ? keeping.done / keeping.total : 0}
                ></progress>
                <span class="number">${bytes(keeping.done)} of ${bytes(keeping.total)}</span>
                <button class="small" @click=${() => offline.cancelKeeping()}>Cancel</button>`
            : size > 0
              ? html`<button class="small" @click=${() => void this.#keepEverything(offline)}>
                  Keep everything for offline use (${bytes(size)} more)
                </button>`
              : files.length > 0
                ? html`<span>Everything is kept.</span>`
                : nothing
        }
      </div>
      <!-- It scrolls: by keyboard too, and a reader hears what it is. -->
      <ul class="models" tabindex="0" aria-label="Model files">
        ${lines.map(
          ({ name, sha256, bytes: size, kept }) =>
            html`<li>
              <span class="name">${name}</span>
              <span class="number muted">${bytes(size)}</span>
              <span class="end">
                ${
                  kept === "no"
                    ? html`<span class="muted">not kept</span>`
                    : html`<button
                        class="quiet small"
                        aria-label="Remove ${name} from this machine"
                        @click=${() => void offline.removeModel(sha256)}
                      >
                        ${remove} ${kept === "begun" ? "Remove part" : "Remove"}
                      </button>`
                }
              </span>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #storage(offline: Offline) {
    const { storage, status, models, phase } = offline.state;
    const ofModels = models.reduce((sum, { bytes }) => sum + bytes, 0);
    const anything = ofModels > 0 || (status?.keptBytes ?? 0) > 0;
    return html`<section>
      <h3>Room on this machine</h3>
      <p>
        Page, engines and examples ${bytes(status?.keptBytes ?? 0)}; models
        ${bytes(ofModels)}.${
          storage && storage.quota > 0
            ? html` <span class="muted"
                >All that this host stores: ${bytes(storage.used)}, ${percent(storage.used / storage.quota)} of what the
                browser allows it.</span
              >`
            : nothing
        }
      </p>
      <div class="actions">
        ${
          storage && !storage.persisted && phase === "kept"
            ? html`<button class="small" @click=${() => void offline.persist()}>
                Ask the browser not to remove it
              </button>`
            : nothing
        }
        ${
          storage?.persisted
            ? html`<span class="muted">The browser has promised not to remove it by itself.</span>`
            : nothing
        }
        ${
          anything
            ? html`<button class="small" @click=${() => void offline.removeAll()}>
                ${remove} Remove page and models from this machine
              </button>`
            : nothing
        }
      </div>
    </section>`;
  }

  async #keepEverything(offline: Offline): Promise<void> {
    if (offline.state.phase === "unasked" || offline.state.phase === "failed") await offline.wanted();
    await offline.keepEverything(this.#files());
  }

  #files(): ModelFile[] {
    return this.catalogue ? modelsOfSite(this.catalogue) : [];
  }

  #toggled = ({ target }: Event): void => {
    if ((target as HTMLDetailsElement).open) void this.offline?.refresh();
  };
}

/** Model files that are kept are named where they are this few. */
const NAMED = 2;

/** With which models the page works without a network. */
function withModels(lines: readonly Line[], listed: number): string {
  const whole = lines.filter(({ kept }) => kept === "whole");
  if (whole.length === 0) return "opens without a network, but no model is kept";
  const which =
    whole.length <= NAMED
      ? whole.map(({ name }) => name).join(" and ")
      : `${whole.length} of ${counted(listed, "model file")}`;
  return `works without a network with ${which}`;
}

function inBrief({ phase, filling, models, status }: OfflineState, lines: readonly Line[], listed: number): string {
  const size = bytes((status?.keptBytes ?? 0) + models.reduce((sum, { bytes }) => sum + bytes, 0));
  if (phase === "kept") return `${withModels(lines, listed)}; ${size} kept on this machine`;
  if (phase === "filling")
    return `being kept${filling && filling.total > 0 ? `, ${percent(filling.done / filling.total)}` : ""}`;
  return phase === "starting" ? "" : "not kept for offline use";
}

function sentence({ phase, obstacle, why, filling }: OfflineState): string {
  switch (phase) {
    case "starting":
      return "Looking at what is kept on this machine.";
    case "kept":
      return (
        "This page works without a network: its program, its examples, the engine and the models that were used are " +
        "kept on this machine, each file checked by its SHA-256."
      );
    case "filling":
      return (
        "The page and its examples are being kept for offline " +
        `use${filling && filling.total > 0 ? `: ${bytes(filling.done)} of ${bytes(filling.total)}` : ""}.`
      );
    case "unasked":
      return "Not kept for offline use.";
    case "impossible":
      return `Not kept for offline use. ${why ?? ""}`;
    case "failed":
      return (
        "Not kept for offline use. " +
        `${obstacle ? OBSTACLES[obstacle.obstacle](obstacle.file) : "Something went wrong."}`
      );
  }
}

const OBSTACLES = {
  full: () => "The browser has no room for it.",
  network: (file: string) => `${file} could not be fetched.`,
  changed: (file: string) =>
    `${file} came with another content than this version's: the site is being replaced, or something on the way ` +
    "changed it.",
} as const;

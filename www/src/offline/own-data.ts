/** The reader's own data in this browser's store: what it is, for how long, and deleting it now. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, query, state as internal } from "lit/decorators.js";
import { remove } from "../ui/icons";
import { controls, shared } from "../ui/styles/shared";
import { deleteAll } from "../workspace/tab";

/** "Your own files and results", in the panel about storage. */
@customElement("regulens-own-data")
export class OwnData extends LitElement {
  @internal() private isAsking = false;
  @internal() private isDeleting = false;
  @internal() private problem: string | undefined;
  @query("#ask") private ask!: HTMLElement | null;
  @query("#sure") private sure!: HTMLElement | null;

  static override styles = [
    shared,
    controls,
    css`
      :host,
      section,
      .asking {
        display: grid;
        gap: var(--space-2);
      }

      h3 {
        font-size: var(--text-sm);
      }

      p {
        max-width: var(--measure);
      }

      .asking {
        padding: var(--space-3);
        border: var(--border);
        border-radius: var(--radius-md);
        background: var(--color-surface-sunken);
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }
    `,
  ];

  override render() {
    return html`<section>
      <h3>Your own files and results</h3>
      <p>
        While a tab is open, what is on it also stands in this browser's own store on this computer, so that a reload
        brings it back. It never leaves this computer. It is deleted once the tab has been closed or has gone to another
        page: by another open tab of this page within some minutes, else when this page is next opened. Until then it
        may remain on this computer. A tab that crashed, or that the browser ended to save memory, counts as closed from
        when this page is next open, and its data go a minute later.
      </p>
      ${
        this.isAsking
          ? html`<div class="asking" role="group" aria-labelledby="question" @keydown=${this.#key}>
              <p id="question">
                Delete what all tabs of this page have stored in this browser, and empty this tab? Other open tabs keep
                what they show, and may store it again. Until this tab is closed, its history may still name genes and
                places that you looked at.
              </p>
              <div class="actions">
                <button id="sure" class="small" ?disabled=${this.isDeleting} @click=${() => void this.#delete()}>
                  ${remove} Delete my data
                </button>
                <button class="quiet small" ?disabled=${this.isDeleting} @click=${() => void this.#cancel()}>
                  Cancel
                </button>
              </div>
            </div>`
          : html`<div class="actions">
              <button id="ask" class="small" @click=${() => void this.#question()}>${remove} Forget my data now</button>
            </div>`
      }
      ${this.problem === undefined ? nothing : html`<p role="alert">${this.problem}</p>`}
    </section>`;
  }

  async #question(): Promise<void> {
    this.problem = undefined;
    this.isAsking = true;
    await this.updateComplete;
    this.sure?.focus();
  }

  async #cancel(): Promise<void> {
    this.isAsking = false;
    await this.updateComplete;
    this.ask?.focus();
  }

  #key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !this.isDeleting) void this.#cancel();
  };

  async #delete(): Promise<void> {
    this.isDeleting = true;
    try {
      await deleteAll();
      location.replace(location.pathname);
    } catch (cause) {
      const why = cause instanceof Error && cause.message ? ` (${cause.message.replace(/\.$/, "")})` : "";
      this.problem =
        `This browser's store could not be opened${why}: nothing was deleted. What it may hold is deleted with this ` +
        "site's data, in the browser's settings.";
      this.isDeleting = false;
      await this.#cancel();
    }
  }
}

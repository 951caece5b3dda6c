/** Menu to save a workspace, open one, or copy a link. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { copyText } from "../export/save";
import { type Link, linkOf } from "../session/links";
import type { State } from "../session/state";
import { isWorthKeeping } from "./capture";
import type { Workspaces } from "./workspaces";
import { percent } from "../ui/words";
import { Subscription } from "../ui/subscription";
import { chevron, file, link as linkIcon, remove, save } from "../ui/icons";
import { MenuClosing, menuStyles } from "../ui/menu";
import { pillStyles } from "../ui/styles/pill";
import { controls } from "../ui/styles/shared";
import { takeFiles } from "../tasks/shared/take-files";

/** A menu in the head of the page. */
@customElement("regulens-workspace-menu")
export class WorkspaceMenu extends LitElement {
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) workspaces: Workspaces | undefined;
  /** The link that was copied, or is to be copied by hand. */
  @internal() private copied: { readonly url: string; readonly isCopied: boolean } | undefined;
  readonly #closing = new MenuClosing(this);

  protected readonly subscription = new Subscription(this, () => this.workspaces);

  static override styles = [
    controls,
    menuStyles,
    pillStyles,
    css`
      .menu {
        width: min(23rem, calc(100vw - 2 * var(--page-gutter)));
      }

      .menu > div {
        display: grid;
        gap: var(--space-2);
        justify-items: start;
      }

      kbd {
        font: inherit;
        color: var(--color-ink-muted);
      }

      input[readonly] {
        width: 100%;
        font: var(--text-xs) / 1 var(--font-mono);
      }

      @media (max-width: 34rem) {
        details {
          position: static;
        }

        .word,
        summary > svg:last-child {
          display: none;
        }

        summary.button {
          width: var(--control-height);
          padding: 0;
        }

        .menu {
          inset-inline: var(--page-gutter);
          inset-block-start: 4.25rem;
          width: auto;
        }
      }
    `,
  ];

  override render() {
    const { state, workspaces } = this;
    const { hashing, opened } = workspaces?.state ?? {};
    const link = this.#link();
    const isBusy = workspaces === undefined || state.isRunning || (hashing !== undefined && !opened);
    return html`<details @toggle=${this.#refresh}>
      <summary class="button pill" aria-label="Workspace">
        ${save} <span class="word">Workspace</span> ${chevron}
      </summary>
      <div class="menu">
        <div>
          <button ?disabled=${isBusy} @click=${() => void this.#save()}>
            ${save} Save workspace <kbd>(Ctrl+S)</kbd>
          </button>
          <p class="small muted">
            A small file with your view, your notes, and the names and hashes of your data. The data themselves stay
            where they are.
          </p>
          ${
            hashing && !opened
              ? html`<p class="small" role="status">
                  Reading ${hashing.name}: ${percent(hashing.share)}
                  <button class="quiet small" @click=${() => workspaces?.cancel()}>Cancel</button>
                </p>`
              : nothing
          }
        </div>
        <div>
          <label class="button">
            ${file} Open workspace…
            <input type="file" accept=".json" ?disabled=${isBusy} @change=${this.#open} />
          </label>
        </div>
        <div>
          <button ?disabled=${isBusy || !workspaces || !isWorthKeeping(workspaces.session)} @click=${this.#startAfresh}>
            ${remove} Start afresh
          </button>
          <p class="small muted">
            Takes data, results, notes and kept runs off the page. They can be had back at once.
          </p>
        </div>
        <div>
          <button ?disabled=${"reason" in link} aria-describedby="about-link" @click=${() => void this.#copy()}>
            ${linkIcon} Copy link
          </button>
          <p class="small muted" id="about-link">
            ${
              "reason" in link
                ? link.reason
                : "Opens this model and example in this view. Notes, kept runs and changes of a signal are not " +
                  "part of " +
                  "it."
            }
          </p>
          ${
            this.copied
              ? html`<p class="small" role="status">
                    ${
                      this.copied.isCopied
                        ? "The link was copied."
                        : "This browser does not let the page copy; copy it from here:"
                    }
                  </p>
                  <input
                    type="text"
                    readonly
                    aria-label="Link"
                    .value=${this.copied.url}
                    @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
                  />`
              : nothing
          }
        </div>
      </div>
    </details>`;
  }

  async #save(): Promise<void> {
    await this.workspaces?.save();
    this.#closing.close();
  }

  #open = (event: Event): void => {
    const [chosen] = takeFiles(event);
    this.#closing.close();
    if (chosen) void this.workspaces?.open(chosen, chosen.name);
  };

  #startAfresh = (): void => {
    this.#closing.close();
    void this.workspaces?.startAfresh();
  };

  /** The link to the current view. */
  #link(): Link {
    return linkOf(this.state, this.workspaces?.session.active);
  }

  /** The view may have changed without an update of this menu. */
  #refresh = (): void => {
    this.copied = undefined;
    this.requestUpdate();
  };

  async #copy(): Promise<void> {
    const link = this.#link();
    if ("reason" in link) return this.requestUpdate();
    const { query } = link;
    const url = new URL(query, location.origin + location.pathname).href;
    this.copied = { url, isCopied: await copyText(url) };
  }
}

/** Notices of a new version of the page, and of storage that is full. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Catalogue } from "../../../pkg/src/index";
import { counted } from "../ui/words";
import { Subscription } from "../ui/subscription";
import "../ui/notice";
import { controls, shared } from "../ui/styles/shared";
import { modelsOfSite } from "./models";
import type { Offline } from "./offline";
import type { Update } from "./state";

/** Notices above the page's steps, if there are any. */
@customElement("regulens-offline-news")
export class OfflineNews extends LitElement {
  @property({ attribute: false }) offline: Offline | undefined;
  @property({ attribute: false }) catalogue: Catalogue | undefined;
  @internal() private online = navigator.onLine;

  static override styles = [
    shared,
    controls,
    css`
      regulens-notice {
        margin-block-end: var(--space-4);
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        margin-block-start: var(--space-2);
      }
    `,
  ];

  constructor() {
    super();
    new Subscription(this, () => this.offline);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const name of ["online", "offline"]) addEventListener(name, this.#look);
  }

  override disconnectedCallback(): void {
    for (const name of ["online", "offline"]) removeEventListener(name, this.#look);
    super.disconnectedCallback();
  }

  override render() {
    const { offline } = this;
    if (!offline) return nothing;
    const { update, noRoom, missed, keeping } = offline.state;
    return html`<div role="status">
      ${update || noRoom || missed ? html`<h2 class="visually-hidden">News of this page</h2>` : nothing}
      ${
        update
          ? html`<regulens-notice heading="A new version of this page is there">
              <p>${waiting(update)}</p>
              <div class="actions">
                <button class="small" @click=${() => void offline.update()}>Reload with the new version</button>
                <button class="quiet small" @click=${() => offline.dismissUpdate()}>Later</button>
              </div>
            </regulens-notice>`
          : nothing
      }
      ${
        missed
          ? html`<regulens-notice
              heading="${missed} is not kept on this machine"
              dismissible
              @dismiss=${() => offline.dismissMissed()}
            >
              <p>
                ${
                  this.online
                    ? "The network is back. Keep all models now, and each of them opens without it the next time."
                    : "When the network is back, all models can be kept, so that each of them opens without it."
                }
              </p>
              <div class="actions">
                <button class="small" ?disabled=${!this.online || keeping !== undefined} @click=${this.#keepEverything}>
                  Keep everything for offline use
                </button>
              </div>
            </regulens-notice>`
          : nothing
      }
      ${
        noRoom
          ? html`<regulens-notice
              tone="warning"
              heading="Not kept for offline use"
              dismissible
              @dismiss=${() => offline.dismissNoRoom()}
            >
              <p>
                The browser has no room for ${noRoom.file}. The page goes on as before; without a network it will not
                have this. To make room, remove models below, under “Offline use and storage”.
              </p>
            </regulens-notice>`
          : nothing
      }
    </div>`;
  }

  #look = (): void => void (this.online = navigator.onLine);

  #keepEverything = (): void => {
    const { offline, catalogue } = this;
    if (!offline || !catalogue) return;
    void offline.keepEverything(modelsOfSite(catalogue)).then(() => offline.dismissMissed());
  };
}

function waiting({ waitsFor }: Update): string {
  if (waitsFor && "work" in waitsFor)
    return "Work is going on, which reloading would lose: let it end or cancel it, then press again.";
  if (waitsFor)
    return (
      `${counted(waitsFor.pages, "other tab or window", "other tabs or windows")} with this page ` +
      `${waitsFor.pages === 1 ? "is" : "are"} open, of the version before. Close ` +
      `${waitsFor.pages === 1 ? "it" : "them"}, then press again.`
    );
  return (
    "This one goes on until it is reloaded; tables, results and kept runs on it are then gone, so save first what " +
    "you need."
  );
}

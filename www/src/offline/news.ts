/** What the user should hear of at once: a new version of the page, and that there is no room to keep something. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { counted } from "../ui/words";
import { Following } from "../ui/following";
import "../ui/notice";
import { controls, shared } from "../ui/shared";
import type { Offline } from "./offline";
import type { Update } from "./state";

/** Notices above the page's steps, if there are any. */
@customElement("regulens-offline-news")
export class OfflineNews extends LitElement {
  @property({ attribute: false }) offline: Offline | undefined;

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
    new Following(this, () => this.offline);
  }

  override render() {
    const { offline } = this;
    if (!offline) return nothing;
    const { update, noRoom } = offline.state;
    return html`<div role="status">
      ${update || noRoom ? html`<h2 class="visually-hidden">News of this page</h2>` : nothing}
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

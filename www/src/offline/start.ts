/** The part that the page loads when idle, with the notice of a new version. */

import "./panel";
import "../ui/notice";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { controls } from "../ui/styles/shared";
import { Subscription } from "../ui/subscription";
import type { Offline } from "./offline";

export { Offline } from "./offline";

/** Shown above the page's steps when a new version waits. */
@customElement("regulens-offline-news")
export class OfflineNews extends LitElement {
  @property({ attribute: false }) offline: Offline | undefined;
  protected readonly subscription = new Subscription(this, () => this.offline);

  static override styles = [
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

  override render() {
    const { offline } = this;
    const update = offline?.state.update;
    return html`<div role="status">${offline && update !== undefined ? notice(offline, update) : ""}</div>`;
  }
}

function notice(offline: Offline, waitsFor: string) {
  return html`<h2 class="visually-hidden">News of this page</h2>
    <regulens-notice heading="A new version of this page is there">
      <p>${waitsFor ? `${waitsFor} Then press again.` : "This one goes on until it is reloaded."}</p>
      <div class="actions">
        <button class="small" @click=${() => void offline.update()}>Reload with the new version</button>
        <button class="quiet small" @click=${() => offline.dismissUpdate()}>Later</button>
      </div>
    </regulens-notice>`;
}

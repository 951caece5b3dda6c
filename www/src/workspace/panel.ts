/** Workspaces: menu, dialog and notes. Loaded after the rest of the page. */

import "./dialog";
import "./menu";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Session } from "../session/session";
import type { State } from "../session/state";
import { controls } from "../ui/styles/shared";

export { Workspaces } from "./workspaces";
export { keptOfTab } from "./tab";

/** The user's notes beside the results: saved only with the workspace. */
@customElement("regulens-notes")
export class Notes extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;

  static override styles = [
    controls,
    css`
      section {
        display: grid;
        gap: var(--space-2);
      }

      textarea {
        width: 100%;
        min-height: 5rem;
        padding: var(--space-3);
        resize: vertical;
        field-sizing: content;
        max-height: 30rem;
      }
    `,
  ];

  override render() {
    const { notes } = this.state;
    return html`<section aria-labelledby="title">
      <h2 id="title"><label for="notes">Notes</label></h2>
      <textarea
        id="notes"
        aria-describedby="about"
        .value=${notes}
        @input=${(event: Event) => this.session.note((event.target as HTMLTextAreaElement).value)}
      ></textarea>
      <p class="small muted" id="about">
        Private: notes stay in this tab, even after a reload; a workspace that you save includes them.
      </p>
    </section>`;
  }
}

/** Where a table is made of signal files, once somebody wants that. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { State } from "../../session/state";
import "../../ui/notice";
import type { Tables, TablesState } from "./tables/tables";

/** The panel; its script is loaded with the first files of signal. */
@customElement("regulens-preparing")
export class Preparing extends LitElement {
  @property({ attribute: false }) tables!: Tables;
  @property({ attribute: false }) state!: TablesState;
  @property({ attribute: false }) page!: State;
  @internal() private cannotPrepare = false;

  static override styles = css`
    :host {
      display: contents;
    }
  `;

  override render() {
    const { preparing } = this.state;
    if (!preparing || !this.page.model) return nothing;
    // Most visitors never need it.
    import("../../prepare/panel").catch(() => (this.cannotPrepare = true));
    return this.cannotPrepare
      ? html`<regulens-notice tone="danger" heading="The table builder could not be loaded"
          ><p>Reload the page; if it happens again, check that the whole site is served.</p></regulens-notice
        >`
      : html`<regulens-prepare .session=${this.tables} .state=${this.page} .preparing=${preparing}></regulens-prepare>`;
  }
}

/**
 * Why a gene is shown as it is: the explanation that won the deletion test by the model's card, and what another is
 * worth.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { FinishedRun } from "../tasks/genes/result";
import { worthInWords } from "../tasks/shared/explanation-choice";
import { Subscription } from "../ui/subscription";
import { shared } from "../ui/styles/shared";
import type { Explanations } from "./explanations";

/** A line about the explanation that is shown; nothing where the card does not say. */
@customElement("regulens-chosen")
export class Chosen extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) explanations!: Explanations;

  static override styles = [
    shared,
    // Without a line it takes no room among others.
    css`
      :host {
        display: contents;
      }
    `,
  ];

  constructor() {
    super();
    new Subscription(this, () => this.explanations);
  }

  override render() {
    const worth = worthInWords(this.run.model.card, this.explanations.state.shown);
    return worth ? html`<p class="small">${worth}</p>` : nothing;
  }
}

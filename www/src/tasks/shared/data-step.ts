/** Step 2: the data that the open model reads, as its task asks for them. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { controls, shared } from "../../ui/shared";
import { stepHeading, stepStyles } from "../../ui/step-heading";

/** Step 2. */
@customElement("regulens-data-step")
export class DataStep extends LitElement {
  @property({ attribute: false }) content: TemplateResult | undefined;

  static override styles = [shared, controls, stepStyles];

  override render() {
    return html`<section class="panel" aria-labelledby="title">
      <div id="title">${stepHeading(2, "Data")}</div>
      ${this.content ?? nothing}
    </section>`;
  }
}

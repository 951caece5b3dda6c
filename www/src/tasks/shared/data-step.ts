/** The data that the open model reads, as its task asks for them; and what became of files that were given. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Intake } from "../../session/intake";
import type { Session } from "../../session/session";
import { controls, shared } from "../../ui/styles/shared";
import { intakeNotice } from "./intake";

/** Where data go. */
@customElement("regulens-data-step")
export class DataStep extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) intake: Intake | undefined;
  @property({ attribute: false }) content: TemplateResult | undefined;

  static override styles = [
    shared,
    controls,
    css`
      :host,
      .panel {
        height: 100%;
      }

      .panel {
        display: flex;
        flex-direction: column;
        gap: var(--space-3);
        padding-block: var(--space-3) var(--space-4);
      }

      h2 {
        font-size: var(--text-md);
      }

      regulens-notice ul {
        display: grid;
        gap: var(--space-1);
        overflow-wrap: anywhere;
      }

      regulens-notice button {
        margin-block-start: var(--space-2);
      }
    `,
  ];

  /** Brings the keyboard's focus to its title. */
  focusTitle(): void {
    this.renderRoot.querySelector<HTMLElement>("#title")?.focus();
  }

  override render() {
    const { session, intake, content } = this;
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title" tabindex="-1">Your data</h2>
      ${intakeNotice(
        intake,
        () => void session.undoIntake(),
        () => session.dismissIntake(),
      )}
      ${content ?? nothing}
    </section>`;
  }
}

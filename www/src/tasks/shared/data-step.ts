/** The data that the open model reads, as its task asks for them; and what became of files that were given. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Filed, Intake } from "../../session/intake";
import type { Session } from "../../session/session";
import { withCode } from "../../ui/notice";
import { controls } from "../../ui/styles/shared";

/** Where data go. */
@customElement("regulens-data-step")
export class DataStep extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) intake: Intake | undefined;
  @property({ attribute: false }) content: TemplateResult | undefined;

  static override styles = [
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

/** Files with the same outcome, in one line. */
function grouped(files: readonly Filed[]): { readonly as: string; readonly names: string }[] {
  const lines = new Map<string, string[]>();
  for (const { name, as } of files) lines.set(as, [...(lines.get(as) ?? []), name]);
  return [...lines].map(([as, names]) => ({ as, names: names.join(", ") }));
}

/** A notice of them; `undo` takes back the choice of a model for them. */
export function intakeNotice(intake: Intake | undefined, undo: () => void, dismiss: () => void) {
  if (!intake) return nothing;
  const { files, chosen } = intake;
  const [took, left] = [files.filter((each) => each.used), files.filter((each) => !each.used)];
  const heading = chosen
    ? `${chosen.model} was chosen for your files`
    : left.length === 0
      ? "Use of your files"
      : took.length > 0
        ? "Some files are not used"
        : left.length > 1
          ? "No file is used"
          : "This file is not used";
  return html`<regulens-notice
    tone=${left.length === 0 ? "info" : took.length > 0 ? "warning" : "danger"}
    heading=${heading}
    dismissible
    data-intake
    @dismiss=${dismiss}
  >
    ${chosen ? html`<p>${chosen.why}</p>` : nothing}
    ${
      files.length > 1 || left.length > 0 || !chosen
        ? html`<ul>
            ${grouped(took).map(({ names, as }) => html`<li><strong>${names}</strong>: ${as}.</li>`)}
            ${grouped(left).map(({ names, as }) => html`<li><strong>${names}</strong> not used: ${withCode(as)}.</li>`)}
          </ul>`
        : nothing
    }
    ${chosen ? html`<button class="small" @click=${undo}>Undo</button>` : nothing}
  </regulens-notice>`;
}

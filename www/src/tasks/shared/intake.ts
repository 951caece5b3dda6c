/** Outcome of files that were given at once: which were used as what, which were not and why. */

import { html, nothing } from "lit";
import type { Filed, Intake } from "../../session/intake";
import { withCode } from "../../ui/notice";

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
      ? "What your files are used as"
      : took.length > 0
        ? "Not all of your files are used"
        : left.length > 1
          ? "None of your files is used"
          : "Your file is not used";
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

/**
 * Marks that the model reads but no file provides: no table is made before their substitutes are chosen.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ModelCard } from "../../../pkg/src/index";
import { type Cell, cellTitle } from "../tasks/shared/cells";
import { cellsOf, type PrepareSession, type PrepareState } from "./session";
import { missingMarks, standInFor } from "./checks";
import { BEFORE_STAND_IN, costsInWords } from "../tasks/shared/stand-ins";
import { listed } from "../session/preparation";
import "../ui/notice";
import { controls, stacked } from "../ui/styles/shared";

/** The marks missing from this table, in one list per table. */
function lacking(card: ModelCard, { signals }: PrepareState, cell: Cell): string[][] {
  return cellsOf(card).map((each) => (each === cell ? missingMarks(card, signals, each) : []));
}

/** The missing marks, each with its possible substitute. */
@customElement("regulens-prepare-missing")
export class PrepareMissing extends LitElement {
  @property({ attribute: false }) card!: ModelCard;
  @property({ attribute: false }) prepare!: PrepareState;
  @property({ attribute: false }) preparing!: PrepareSession;

  static override styles = [
    controls,
    stacked,
    css`
      label {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-3);
        align-items: start;
        margin-block-start: var(--space-2);
        cursor: pointer;
      }

      input {
        margin-block-start: 0.22em !important;
      }
    `,
  ];

  override render() {
    const { card, prepare } = this;
    // Without any file, all marks are missing, which needs no message.
    if (prepare.signals.length === 0) return nothing;
    return cellsOf(card).map((cell) => {
      const missing = missingMarks(card, prepare.signals, cell);
      if (missing.length === 0) return nothing;
      const open = missing.filter((mark) => !prepare.standIns.has(`${cell}:${mark}`) || !standInFor(card, mark, cell));
      const of = cellsOf(card).length > 1 ? ` of ${cellTitle(card, cell, this.preparing.tablesOf(card))}` : "";
      return html`<regulens-notice
        tone=${open.length > 0 ? "danger" : "warning"}
        heading="No file for ${listed(missing)}${of}"
        data-missing=${cell}
      >
        <p>${BEFORE_STAND_IN}</p>
        ${costsInWords(card, lacking(card, prepare, cell)).map((cost) => html`<p>${cost}</p>`)}
        ${missing.map((mark) => {
          const standIn = standInFor(card, mark, cell);
          if (!standIn)
            return html`<p>
              <strong>${mark}:</strong> the model's card does not tell its mean, so nothing can stand in for it.
            </p>`;
          return html`<label>
            <input
              type="checkbox"
              .checked=${prepare.standIns.has(`${cell}:${mark}`)}
              ?disabled=${prepare.making !== undefined}
              @change=${(event: Event) =>
                this.preparing.setStandIn(mark, cell, (event.target as HTMLInputElement).checked)}
            />
            <span>Use ${Number(standIn.value.toPrecision(4))} for ${mark} everywhere: ${standIn.what}</span>
          </label>`;
        })}
      </regulens-notice>`;
    });
  }
}

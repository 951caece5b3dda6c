/** One change of the same bases of every record, whose effect on each record is scored and listed. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { controls } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import { play } from "../../../ui/icons";
import { counted } from "../../../ui/words";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";
import { faultOf, type How, type OneChange } from "./one-change";

const HOW: readonly (readonly [How, string])[] = [
  ["replaced", "replaced by"],
  ["removed", "removed"],
  ["hidden", "made unknown (N)"],
];

/** The form of one change of all records. */
@customElement("regulens-change-records")
export class ChangeRecords extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @internal() private how: How = "replaced";
  @internal() private fault: string | undefined;
  protected readonly subscription = new Subscription(this, () => this.sequences);

  static override styles = [
    controls,
    sequenceStyles,
    css`
      input[type="number"] {
        width: 5.5rem;
      }

      #bases {
        flex: 1 1 8rem;
        max-width: 16rem;
        font-family: var(--font-mono);
      }

      .fault {
        color: var(--color-danger);
      }
    `,
  ];

  override render() {
    const { sequences, how, fault } = this;
    const { state, listed, scored, changedRecords } = sequences;
    const { sequences: read, variants, doing } = state;
    if (!read || read.isSliced || read.records.length < 2) return nothing;
    const busy = doing.variants !== undefined || scored.state.doing.score !== undefined;
    const other = variants && variants.file !== changedRecords?.file ? variants.file : undefined;
    return html`<div class="stack">
      <h3>What if every record were changed alike</h3>
      <p class="small muted">
        The same bases of ${listed.length === read.records.length ? "all" : "the listed"}
        ${counted(listed.length, "record")} are changed, and what that does to each is scored and listed, the largest
        change first.${other ? ` The list of ${other} is replaced.` : ""}
      </p>
      <form class="row small" novalidate @submit=${this.#change}>
        <label for="first">From base</label><input id="first" type="number" min="1" value="1" />
        <label for="last">to base</label><input id="last" type="number" min="1" value="10" />
        <label class="row"
          >counted from
          <select id="counted" class="small">
            <option value="start">the first base</option>
            <option value="end">the last base, backwards</option>
          </select>
        </label>
        <label class="row"
          ><span class="visually-hidden">What is done to them</span>
          <select class="small" @change=${this.#choose}>
            ${HOW.map(([each, text]) => html`<option value=${each} ?selected=${each === how}>${text}</option>`)}
          </select>
        </label>
        ${
          how === "replaced"
            ? html`<input
                id="bases"
                type="text"
                autocomplete="off"
                spellcheck="false"
                aria-label="Bases that take their place"
                placeholder="TATAAA"
              />`
            : nothing
        }
        <button ?disabled=${busy || listed.length === 0}>${play} Change ${counted(listed.length, "record")}</button>
      </form>
      ${fault ? html`<p class="small fault" role="alert">${fault}</p>` : nothing}
      ${changedRecords?.left ? html`<p class="small muted">${changedRecords.left}</p>` : nothing}
    </div>`;
  }

  #choose = (event: Event): void => {
    this.how = (event.target as HTMLSelectElement).value as How;
  };

  #change = (event: Event): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const value = (id: string): string => form.querySelector<HTMLInputElement | HTMLSelectElement>(id)?.value ?? "";
    const change: OneChange = {
      ...{ from: Number(value("#first") || NaN), to: Number(value("#last") || NaN), how: this.how },
      countedFrom: value("#counted") === "end" ? "end" : "start",
      bases: value("#bases").trim().toUpperCase(),
    };
    this.fault = faultOf(change);
    if (this.fault === undefined) void this.sequences.changeRecords(change);
  };
}

/** Controls below the list of records: run all of them, and save the results as one file. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { downloadName, saveFile } from "../../../export";
import { formatCount } from "../../../plots/core/format";
import { Subscription } from "../../../ui/subscription";
import { play, save } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import "../../../ui/progress";
import { controls, rowStyles } from "../../../ui/styles/shared";
import { counted } from "../../../ui/words";
import type { SequenceSession } from "../session";
import type { RunningAll } from "./running";
import { sequenceStyles } from "../styles";
import { faultOf, type How, type OneChange } from "./one-change";

const HOW: readonly (readonly [How, string])[] = [
  ["replaced", "replaced by"],
  ["removed", "removed"],
  ["hidden", "made unknown (N)"],
];

/** The form for one change of all records. */
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

/** Maximum number of records without intervals to name; the file names all. */
const NAMED = 3;

/** Actions on all records. */
@customElement("regulens-all-records")
export class AllRecords extends LitElement {
  @property({ attribute: false }) all!: RunningAll;
  @property({ attribute: false }) sequences!: SequenceSession;
  protected readonly subscription = new Subscription(this, () => this.all);
  protected readonly alongRecords = new Subscription(this, () => this.sequences);

  static override styles = [
    controls,
    rowStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
        margin-block-start: var(--space-3);
      }
    `,
  ];

  override render() {
    const { all, sequences } = this;
    const { doing, problems } = all.state;
    const { sequences: read, model } = sequences.state;
    if (!read || !model?.shape) return nothing;
    const records = sequences.listed.length;
    const done = sequences.listed.filter((index) => all.done.has(index)).length;
    const left = records - done;
    return html`${
      doing.run
        ? html`<regulens-progress .activity=${doing.run} cancellable @cancel=${() => all.stop()}></regulens-progress>`
        : left > 0
          ? html`<div class="row">
              <button class="small" @click=${() => void all.run()}>
                ${play} Run ${done > 0 ? `the other ${counted(left, "record")}` : `all ${counted(records, "record")}`}
              </button>
            </div>`
          : nothing
    }
    ${errorNotice("Not all records could be run", problems.all, () => all.dismiss("all"))}
    ${
      all.done.size > 0
        ? html`<p class="small muted number" role="status">
              ${formatCount(all.done.size)} of ${counted(read.records.length, "record")} done: these open at once.
            </p>
            ${doing.run ? nothing : this.#files()}`
        : nothing
    }`;
  }

  #files() {
    const { all } = this;
    return html`<div class="row">
        <button class="small" @click=${() => void this.#save("tsv")}>${save} All done (TSV)</button>
        <button class="small" @click=${() => void this.#save("bedgraph")}>${save} All done (bedGraph)</button>
        <button class="quiet small" @click=${() => void all.forget()}>Forget them</button>
      </div>
      ${this.#without()}`;
  }

  /** The records of the file without intervals. */
  #without() {
    const without = this.all.withoutIntervals;
    if (without.length === 0) return nothing;
    const rest = without.length - NAMED;
    return html`<p class="small muted" role="status">
      No intervals in the file:
      ${without.slice(0, NAMED).map(({ name, why }) => html`${name}. ${why.replace(/\.?$/, ".")} `)}
      ${rest > 0 ? `The same of ${counted(rest, "other record")}.` : nothing}
    </p>`;
  }

  /** Saves the displayed tracks of all finished records. */
  async #save(format: "tsv" | "bedgraph"): Promise<void> {
    const { shown, sequences } = this.sequences.state;
    const file = await this.all.file(format, shown);
    if (file && sequences) saveFile(downloadName(sequences.file, "predicted", format, "all"), file);
  }
}

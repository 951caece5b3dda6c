/** Below the list of records: runs all of them, and saves what is done as one file. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
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

/** Records without intervals that are named; the file has the names of all. */
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

  /** The records of the file that have no intervals. */
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

  /** The tracks that are shown, of all records that are done. */
  async #save(format: "tsv" | "bedgraph"): Promise<void> {
    const { shown, sequences } = this.sequences.state;
    const file = await this.all.file(format, shown);
    if (file && sequences) saveFile(downloadName(sequences.file, "predicted", format, "all"), file);
  }
}

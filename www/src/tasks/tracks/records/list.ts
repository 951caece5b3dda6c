/** The records of a file: searched by name, sorted, opened one after another. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WindowShape } from "../../../../../pkg/src/index";
import { formatCount } from "../../../plots/core/format";
import { type Column, type Grid } from "../../../ui/grid";
import "../../../ui/grid";
import { inlineStyle } from "../../../ui/inline-style";
import { searchBox } from "../../../ui/search-box";
import { controls, searchStyles } from "../../../ui/styles/shared";
import { counted } from "../../../ui/words";
import { FIRST_RECORDS, nextRecordSort, type RecordKey, type RecordListing } from "./order";
import type { ReadSequences } from "../result";
import { listStyles } from "../styles";
import { lettersInWords, windowCount, windowsInWords } from "../words";

/** The table of records. Sends `select` with a record's index, and `listing` with the new listing. */
@customElement("regulens-record-list")
export class RecordList extends LitElement {
  @property({ attribute: false }) sequences!: ReadSequences;
  /** Indices of the listed records, in order. */
  @property({ attribute: false }) listed!: Uint32Array;
  @property({ attribute: false }) listing!: RecordListing;
  /** The record of the displayed tracks. */
  @property({ attribute: false }) open: number | undefined;
  /** The finished records, which open at once. */
  @property({ attribute: false }) done: ReadonlySet<number> = new Set();
  @property({ attribute: false }) shape: WindowShape | undefined;
  #columns: readonly Column<RecordKey>[] = [];

  static override styles = [
    controls,
    searchStyles,
    listStyles,
    css`
      .understood {
        display: grid;
        gap: var(--space-1);
        overflow-wrap: anywhere;
      }
    `,
  ];

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<Grid>("regulens-grid")?.focus(options);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (["sequences", "shape", "done"].some((each) => changed.has(each))) this.#columns = this.#makeColumns();
  }

  override render() {
    const { listing, listed, sequences } = this;
    const all = sequences.records.length;
    return html`<div class="filter">
        ${searchBox("a record", listing.search, (search) => this.#change({ search }))}
        <p class="count small muted number" role="status">
          ${
            listed.length === all
              ? counted(all, "record")
              : `${formatCount(listed.length)} of ${counted(all, "record")}`
          }
        </p>
      </div>
      <regulens-grid
        label="Records of ${sequences.file}"
        .columns=${this.#columns}
        .order=${listed}
        .of=${sequences}
        .selected=${this.open}
        .sort=${listing.sort}
        style=${inlineStyle({ "--rows": String(Math.max(4, all) + 1) })}
        @sort=${(event: CustomEvent<RecordKey>) => this.#change({ sort: nextRecordSort(listing.sort, event.detail) })}
        @select=${(event: CustomEvent<number>) =>
          this.dispatchEvent(new CustomEvent("select", { detail: event.detail }))}
      >
        No record is listed. <button class="quiet" @click=${() => this.#change(FIRST_RECORDS)}>List all</button>
      </regulens-grid>
      ${this.#understood()}`;
  }

  /** Name, windows and unusual letters of the open record. */
  #understood() {
    const record = this.open === undefined ? undefined : this.sequences.records[this.open];
    if (!record) return nothing;
    const { shape } = this;
    return html`<div class="understood small muted">
      <p><strong>${record.name}</strong>${record.description ? html` ${record.description}` : nothing}</p>
      ${shape ? html`<p>${windowsInWords(record.length, shape)}</p>` : nothing}
      ${lettersInWords(record).map((line) => html`<p>${line}.</p>`)}
    </div>`;
  }

  #makeColumns(): Column<RecordKey>[] {
    const { shape, done } = this;
    const { records } = this.sequences;
    return [
      {
        key: "name",
        name: "Record",
        title: "Record",
        width: "minmax(5rem, 1fr)",
        cell: (i) =>
          done.has(i) ? html`${records[i]!.name} <span title="done: it opens at once">✓</span>` : records[i]!.name,
      },
      {
        key: "length",
        name: "Bases",
        title: "Bases",
        width: "5.9rem",
        cell: (i) => formatCount(records[i]!.length),
      },
      ...(shape
        ? [
            {
              key: "windows",
              name: "Windows",
              title: "Windows of the model that cover the record",
              width: "4.7rem",
              cell: (i: number) => {
                const { length } = records[i]!;
                const windows = length < shape.length ? "padded" : formatCount(windowCount(length, shape));
                return html`<span title=${windowsInWords(length, shape)}>${windows}</span>`;
              },
            } as const,
          ]
        : []),
      {
        key: "unknown",
        name: "Unknown",
        title: "Bases that the model does not know",
        width: "4.7rem",
        cell: (i) => {
          const { unknown = 0 } = records[i]!;
          return unknown > 0
            ? html`<span title=${lettersInWords(records[i]!).join(". ")}>${formatCount(unknown)}</span>`
            : "–";
        },
      },
    ];
  }

  #change(change: Partial<RecordListing>): void {
    this.dispatchEvent(new CustomEvent("listing", { detail: { ...this.listing, ...change } }));
  }
}

/** The regions of a genome: those of a file, or those visited. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { formatCount } from "../../../plots/core/format";
import { type Column, type Grid } from "../../../ui/grid";
import "../../../ui/grid";
import { Subscription } from "../../../ui/subscription";
import { inlineStyle } from "../../../ui/inline-style";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { searchBox } from "../../../ui/search-box";
import { controls, searchStyles } from "../../../ui/styles/shared";
import { type Sort, turned } from "../../../ui/sorting";
import { counted } from "../../../ui/words";
import { takeFiles } from "../../shared/take-files";
import { listPlaces, type Place, placeInWords, type PlaceKey } from "./places";
import type { SequenceSession } from "../session";
import { listStyles } from "../styles";

/** The table of regions. Sends `select` when one is opened. */
@customElement("regulens-place-list")
export class PlaceList extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @internal() private search = "";
  @internal() private sort: Sort<PlaceKey> | undefined;
  protected readonly subscription = new Subscription(this, () => this.sequences);
  #listed: { readonly of: readonly unknown[]; readonly order: Uint32Array } | undefined;

  static override styles = [
    controls,
    searchStyles,
    listStyles,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        overflow-wrap: anywhere;
      }
    `,
  ];

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<Grid>("regulens-grid")?.focus(options);
  }

  override render() {
    const { sequences, search } = this;
    const { sequences: read, place, regions, doing, problems } = sequences.state;
    if (!read) return nothing;
    const places = sequences.places.all;
    const order = this.#order(places, search);
    const beyond = (regions?.rows.length ?? places.length) - places.length;
    const selected = places.findIndex(
      (each) => each.index === place?.index && each.start === place.start && each.end === place.end,
    );
    return html`<div class="filter">
        ${searchBox("a place", search, (text) => (this.search = text))}
        <p class="count small muted number" role="status">
          ${
            order.length === places.length
              ? counted(places.length, "place")
              : `${formatCount(order.length)} of ${counted(places.length, "place")}`
          }
        </p>
      </div>
      <regulens-grid
        label=${regions ? `Regions of ${regions.file}` : "Places gone to"}
        .columns=${this.#columns(places)}
        .order=${order}
        .of=${places}
        .selected=${selected < 0 ? undefined : selected}
        .sort=${this.sort}
        style=${inlineStyle({ "--rows": String(Math.max(4, places.length) + 1) })}
        @sort=${(event: CustomEvent<PlaceKey>) =>
          (this.sort = turned(this.sort, event.detail, event.detail === "length"))}
        @select=${(event: CustomEvent<number>) => this.#open(places[event.detail]!)}
      >
        No place is listed.
      </regulens-grid>
      <div class="row small muted">
        ${
          regions
            ? html`<span
                  >${regions.file}${
                    beyond > 0
                      ? `: ${counted(beyond, "region")} of it ${beyond === 1 ? "is" : "are"} not in ${read.file}`
                      : nothing
                  }</span
                >
                <button class="quiet small" @click=${() => sequences.places.closeRegions()}>Remove</button>`
            : html`<label class="button small">
                Choose regions (BED)…
                <input type="file" @change=${this.#chooseRegions} />
              </label>`
        }
      </div>
      ${progressOf(doing.regions, () => sequences.cancel("regions"))}
      ${errorNotice("These regions could not be read", problems.regions, () => sequences.dismiss("regions"))}`;
  }

  #columns(places: readonly Place[]): Column<PlaceKey>[] {
    const read = this.sequences.state.sequences!;
    const written = (i: number): string => placeInWords(read, places[i]!);
    const hasNames = places.some(({ name }, i) => name !== "" && name !== written(i));
    return [
      ...(hasNames
        ? [
            {
              key: "name",
              name: "Name",
              title: "Name",
              width: "minmax(4rem, 1fr)",
              cell: (i: number) => (places[i]!.name === written(i) ? "–" : places[i]!.name),
            } as const,
          ]
        : []),
      { key: "place", name: "Place", title: "Place", width: "minmax(10rem, 2fr)", cell: written },
      {
        key: "length",
        name: "Bases",
        title: "Bases",
        width: "4.7rem",
        cell: (i) => formatCount(places[i]!.end - places[i]!.start),
      },
    ];
  }

  #order(places: readonly Place[], search: string): Uint32Array {
    const of = [places, search, this.sort];
    if (!this.#listed?.of.every((each, i) => each === of[i])) {
      const order = listPlaces(places, this.sequences.state.sequences!, search, this.sort);
      this.#listed = { of, order };
    }
    return this.#listed!.order;
  }

  #open(place: Place): void {
    void this.sequences.places.open(place);
    this.dispatchEvent(new CustomEvent("select"));
  }

  #chooseRegions = (event: Event): void => {
    const [file] = takeFiles(event);
    if (file) void this.sequences.places.readRegions({ blob: file, file: file.name });
  };
}
